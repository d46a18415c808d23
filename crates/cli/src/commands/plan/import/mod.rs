//! `vigie plan import`: one module a kind of file.

mod keep;
mod review;
mod workbook;

use std::path::Path;

use vigie::model::Text;

use crate::args::PlanImportArgs;
use crate::console::{Console, UserError};
use crate::exit::Exit;

pub(crate) fn run(args: &PlanImportArgs, console: Console) -> anyhow::Result<Exit> {
    if let Some(to) = &args.review {
        return review::propose(&args.files, to, console);
    }
    let (Some(into), [file]) = (&args.into, args.files.as_slice()) else { return Err(one_at_a_time().into()) };
    match extension(file).as_str() {
        "xlsx" | "ods" => workbook::run(file, into, args.replace, console),
        "yaml" | "yml" => review::accept(file, into, console),
        "docx" | "doc" | "odt" | "xls" | "pdf" => Err(to_be_reviewed(file).into()),
        _ => Err(unknown_kind(file).into()),
    }
}

fn extension(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn unknown_kind(path: &Path) -> UserError {
    let path = path.display();
    UserError(Text::new(
        format!(
            "{path} n’est pas d’une sorte que vigie reprend ; enregistrez-le au format Excel (.xlsx) ou OpenDocument (.ods), à partir d’un classeur fait par « vigie plan export »"
        ),
        format!(
            "{path} is not of a kind that vigie takes in; save it in Excel (.xlsx) or OpenDocument (.ods) format, from a workbook made by “vigie plan export”"
        ),
    ))
}

fn one_at_a_time() -> UserError {
    UserError(Text::new(
        "reprenez un seul fichier à la fois ; --review lit plusieurs documents ensemble",
        "take in one file at a time; --review reads several documents together",
    ))
}

fn to_be_reviewed(path: &Path) -> UserError {
    let path = path.display();
    UserError(Text::new(
        format!(
            "{path} se relit avant d’entrer dans le plan : vigie plan import {path} --review relecture.yaml, puis acceptez ligne par ligne"
        ),
        format!(
            "{path} is to be reviewed before it enters the plan: vigie plan import {path} --review review.yaml, then accept line by line"
        ),
    ))
}
