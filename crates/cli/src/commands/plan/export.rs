mod kit;

use std::path::Path;

use vigie::model::Text;
use vigie::plan::{Plan, PlanFile, write_plan};
use vigie::report::neutralise;
use vigie::source::Tree;
use vigie::workbook::{self, WorkbookError};

use super::documents;
use crate::args::{ExportFormatArg, PlanExportArgs};
use crate::console::{Console, UserError};
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(args: &PlanExportArgs, console: Console) -> anyhow::Result<Exit> {
    let plan = vigie::open_plan(&args.plan, &documents::reader()?)?;
    if args.kit {
        return kit::run(&plan, args, console);
    }
    match args.format {
        ExportFormatArg::Xlsx => to_workbook(&plan, &args.output, console)?,
        ExportFormatArg::Yaml => to_folder(&plan, &args.output, console)?,
        ExportFormatArg::Json => {
            let tree = Tree::of(&PlanFile::from(&plan))?.to_json();
            output::write(&args.output, neutralise::json(&format!("{tree:#}\n")))?;
        }
    }
    let written = args.output.display();
    console.remark(&format!("{} {written}", console.say("Écrit :", "Written:")));
    Ok(Exit::Done)
}

fn to_workbook(plan: &Plan, path: &Path, console: Console) -> anyhow::Result<()> {
    let bytes = workbook::write(plan, console.lang).map_err(|why| match why {
        WorkbookError::Lossy(lines) => anyhow::Error::from(lossy(&lines)),
        other => other.into(),
    })?;
    output::write(path, bytes)
}

/// Writes the files of a plan into a folder that has none of them.
fn to_folder(plan: &Plan, folder: &Path, console: Console) -> anyhow::Result<()> {
    let files = write_plan(plan, console.lang, None)?;
    let taken: Vec<&str> = files.iter().map(|(name, _)| *name).filter(|name| folder.join(name).exists()).collect();
    if !taken.is_empty() {
        let (folder, list) = (folder.display(), taken.join(", "));
        return Err(UserError(Text::new(
            format!("{folder} contient déjà {list} ; choisissez un autre dossier"),
            format!("{folder} already holds {list}; choose another folder"),
        ))
        .into());
    }
    files.iter().try_for_each(|(name, text)| output::write(&folder.join(name), text))
}

fn lossy(lines: &[Text]) -> UserError {
    let list = |pick: fn(&Text) -> &String| {
        lines.iter().map(|text| format!("  - {}", pick(text))).collect::<Vec<_>>().join("\n")
    };
    UserError(Text::new(
        format!(
            "une case de classeur ne peut pas contenir ceci tel quel ; corrigez-le dans le plan :\n{}",
            list(|text| &text.fr)
        ),
        format!("a cell of a workbook cannot hold this as it is; mend it in the plan:\n{}", list(|text| &text.en)),
    ))
}
