//! `vigie plan export --kit`: the crisis binder.

use vigie::model::Lang;
use vigie::plan::Plan;
use vigie::plan::kit::{Kit, SheetKind, kit};
use vigie::report::kit::{PrintOptions, html};

use crate::args::PlanExportArgs;
use crate::console::Console;
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(plan: &Plan, args: &PlanExportArgs, console: Console) -> anyhow::Result<Exit> {
    let kit = kit(plan);
    let options =
        PrintOptions { printed_on: output::day(args.as_of), only: args.sheets.clone(), exercise: args.exercise };
    output::write(&args.output, html(&kit, &options, console.lang)?)?;
    console.remark(&guide(&kit, &options, args, console.lang));
    Ok(Exit::Done)
}

/// Where it is, and what to write in the plan so that vigie knows when the binder is old.
fn guide(kit: &Kit, options: &PrintOptions, args: &PlanExportArgs, lang: Lang) -> String {
    let written = args.output.display();
    let directory = kit.sheets.iter().find(|sheet| sheet.kind == SheetKind::Directory);
    let (hash, day) = (directory.map(|sheet| sheet.hash.short()).unwrap_or_default(), options.printed_on);
    match lang {
        Lang::Fr => format!(
            "Écrit : {written}\nÀ ouvrir dans un navigateur et à imprimer.\n\n\
             Une fois imprimé, notez-le dans le plan, pour que vigie dise quand l’annuaire papier ne vaut plus :\n\n\
             copies:\n  - id: annuaire-papier\n    of: directory\n    medium: paper\n    place: salle de crise\n    \
             refreshed_on: {day}\n    print_hash: {hash}"
        ),
        Lang::En => format!(
            "Written: {written}\nTo be opened in a browser and printed.\n\n\
             Once printed, write it in the plan, so that vigie tells when the paper directory is out of date:\n\n\
             copies:\n  - id: paper-directory\n    of: directory\n    medium: paper\n    place: crisis room\n    \
             refreshed_on: {day}\n    print_hash: {hash}"
        ),
    }
}
