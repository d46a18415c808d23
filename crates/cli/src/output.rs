use std::fs;
use std::path::Path;

use anyhow::Context;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use vigie::Judge;
use vigie::model::{Completeness, Family, Run, Text};
use vigie::report::html::RenderOptions;
use vigie::report::{html, json, terminal};

use crate::args::{DocumentArgs, FailOn, FormatArg, OutputArgs};
use crate::console::{Console, UserError};
use crate::exit::Exit;

/// The instant to judge on: the day asked for at noon UTC, else now.
#[expect(clippy::disallowed_methods, reason = "the command is where today comes in")]
pub(crate) fn as_of(args: &OutputArgs) -> Timestamp {
    let noon = |day: jiff::civil::Date| day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    args.as_of.and_then(|day| noon(day).ok()).unwrap_or_else(Timestamp::now)
}

/// The day asked for, else today in UTC.
#[expect(clippy::disallowed_methods, reason = "the command is where today comes in")]
pub(crate) fn day(asked: Option<Date>) -> Date {
    asked.unwrap_or_else(|| Timestamp::now().to_zoned(TimeZone::UTC).date())
}

/// The judge that the options ask for.
pub(crate) fn judge(folders: &[std::path::PathBuf]) -> anyhow::Result<Judge> {
    let mut sources = Vec::new();
    for folder in folders {
        sources.extend(vigie::read_sources(folder)?);
    }
    Ok(Judge::with_rules(sources)?)
}

/// How a document on a plan shows text: as the terminal can, or plainly in a file.
pub(crate) fn style(args: &DocumentArgs, console: Console) -> terminal::Style {
    if args.output.is_some() { terminal::Style::default() } else { console.style() }
}

/// Writes a document on a plan where the options ask.
pub(crate) fn hand_over(text: &str, args: &DocumentArgs, console: Console) -> anyhow::Result<Exit> {
    match &args.output {
        Some(path) => write(path, text)?,
        None => console.result(text)?,
    }
    Ok(Exit::Done)
}

/// Writes a run as the options ask, and says how to end.
pub(crate) fn deliver(run: &Run, args: &OutputArgs, console: Console) -> anyhow::Result<Exit> {
    let text = match (args.format, &args.output) {
        (FormatArg::Terminal, None) => terminal::render(run, console.lang, console.style()),
        (FormatArg::Terminal, Some(_)) => terminal::render(run, console.lang, terminal::Style::default()),
        (FormatArg::Json, _) => json::render(run)?,
        (FormatArg::Html, _) => page(run)?,
    };
    match &args.output {
        Some(path) => write(path, &text)?,
        None => console.result(&text)?,
    }
    Ok(ending(run, args.fail_on))
}

/// Writes `run.json` and `rapport.html` into a folder.
pub(crate) fn save(run: &Run, folder: &Path) -> anyhow::Result<()> {
    write(&folder.join("run.json"), &json::render(run)?)?;
    write(&folder.join("rapport.html"), &page(run)?)
}

/// Writes a file, with the folders above it.
pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> anyhow::Result<()> {
    let folders = path.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or(Ok(()), fs::create_dir_all);
    folders.and_then(|()| fs::write(path, content)).map_err(|why| {
        UserError(Text::new(
            format!("impossible d’écrire {} : {why}", path.display()),
            format!("cannot write {}: {why}", path.display()),
        ))
        .into()
    })
}

fn page(run: &Run) -> anyhow::Result<String> {
    html::render(run, &RenderOptions { formula: vigie::rules::formula_text() }).context("HTML")
}

fn ending(run: &Run, fail_on: Option<FailOn>) -> Exit {
    if !matches!(run.completeness, Completeness::Complete) {
        return Exit::Incomplete;
    }
    let reached = match fail_on {
        None => false,
        Some(FailOn::Severity(least)) => {
            run.verdicts.iter().any(|verdict| verdict.is_open() && verdict.severity >= least)
        }
        // No letter is never good enough: the facts to give one are missing.
        Some(FailOn::Letter(worst)) => Family::ALL.iter().any(|family| {
            run.grades.families.get(family).is_some_and(|grade| grade.letter.is_none_or(|letter| letter >= worst))
        }),
    };
    if reached { Exit::FailOn } else { Exit::Done }
}
