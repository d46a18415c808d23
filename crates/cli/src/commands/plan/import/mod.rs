//! `vigie plan import`: one module a kind of file.

mod keep;
mod workbook;

use std::path::Path;

use vigie::model::Text;

use crate::args::PlanImportArgs;
use crate::console::{Console, UserError};
use crate::exit::Exit;

pub(crate) fn run(args: &PlanImportArgs, console: Console) -> anyhow::Result<Exit> {
    match extension(&args.file).as_str() {
        "xlsx" => workbook::run(args, console),
        _ => Err(unknown_kind(&args.file).into()),
    }
}

fn extension(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn unknown_kind(path: &Path) -> UserError {
    let path = path.display();
    UserError(Text::new(
        format!(
            "{path} n’est pas d’une sorte que vigie reprend ; enregistrez-le au format Excel (.xlsx), à partir d’un classeur fait par « vigie plan export »"
        ),
        format!(
            "{path} is not of a kind that vigie takes in; save it in Excel format (.xlsx), from a workbook made by “vigie plan export”"
        ),
    ))
}
