use std::path::Path;

use vigie::reading::{Source, Template, read_against, shipped_templates};
use vigie::report::reading as views;
use vigie::source::SourceFile;

use super::documents;
use crate::args::{FormatArg, PlanReadArgs};
use crate::console::Console;
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(args: &PlanReadArgs, console: Console) -> anyhow::Result<Exit> {
    let template = template(&args.template)?;
    let documents = documents::open(&args.files)?;
    let sources: Vec<Source<'_>> = documents.iter().map(|(name, document)| Source { name, document }).collect();
    let reading = read_against(&template, &sources);
    let (as_of, lang) = (output::day(args.document.as_of), console.lang);
    let text = match args.format {
        FormatArg::Terminal => views::terminal(&reading, as_of, lang, output::style(&args.document, console)),
        FormatArg::Json => views::json(&reading)?,
        FormatArg::Html => views::html(&reading, as_of, lang)?,
    };
    output::hand_over(&text, &args.document, console)
}

/// A template of ours by its name, else that of a file.
fn template(asked: &str) -> anyhow::Result<Template> {
    let shipped = shipped_templates().into_iter().find(|file| file.name().ends_with(&format!("/{asked}.yaml")));
    let own = || anyhow::Ok(SourceFile::from_bytes(asked, &documents::bytes(Path::new(asked))?)?);
    Ok(Template::load(&shipped.map_or_else(own, Ok)?)?)
}
