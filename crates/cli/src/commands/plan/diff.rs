use vigie::plan::{PlanDiff, diff};
use vigie::report::neutralise;
use vigie::report::terminal::{Style, changes};

use super::documents;
use crate::args::{DiffFormatArg, PlanDiffArgs};
use crate::console::Console;
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(args: &PlanDiffArgs, console: Console) -> anyhow::Result<Exit> {
    let reader = documents::reader()?;
    let diff = diff(&vigie::open_plan(&args.old, &reader)?, &vigie::open_plan(&args.new, &reader)?);
    let text = match args.format {
        DiffFormatArg::Json => json(&diff)?,
        DiffFormatArg::Terminal if args.output.is_some() => changes(&diff, console.lang, Style::default()),
        DiffFormatArg::Terminal => changes(&diff, console.lang, console.style()),
    };
    match &args.output {
        Some(path) => output::write(path, &text)?,
        None => console.result(&text)?,
    }
    Ok(Exit::Done)
}

fn json(diff: &PlanDiff) -> serde_json::Result<String> {
    Ok(neutralise::json(&format!("{}\n", serde_json::to_string_pretty(diff)?)))
}
