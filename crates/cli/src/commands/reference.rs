use clap_complete::generate;
use vigie::rules::rule_schema;
use vigie::scan::FacilityFile;
use vigie::{plan, report};

use crate::args::{CompletionsArgs, SchemaArg, SchemaArgs};
use crate::console::Console;
use crate::exit::Exit;
use crate::help_en;

pub(crate) fn schema(args: &SchemaArgs, console: Console) -> anyhow::Result<Exit> {
    let schema = match args.of {
        SchemaArg::Facility => FacilityFile::schema(),
        SchemaArg::Plan => plan::schema(),
        SchemaArg::Rule => rule_schema(),
        SchemaArg::Run => report::json::schema(),
    };
    console.result(&format!("{schema:#}\n"))?;
    Ok(Exit::Done)
}

pub(crate) fn completions(args: &CompletionsArgs, console: Console) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    generate(args.shell, &mut help_en::command(console.lang), "vigie", &mut script);
    console.result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

pub(crate) fn man(console: Console) -> anyhow::Result<Exit> {
    let mut page = Vec::new();
    clap_mangen::Man::new(help_en::command(console.lang)).render(&mut page)?;
    console.result(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}
