use vigie::model::{Lang, Text};
use vigie::plan::{self, Profile};

use crate::args::{PlanInitArgs, ProfileArg};
use crate::console::{Console, UserError};
use crate::exit::Exit;
use crate::output;

/// Where the schema goes, inside the folder: editors then help without a network.
const SCHEMA: &str = "schemas/plan.json";

/// Writes the plan of a profile to start from. It never overwrites, and leaves a folder that holds a plan alone.
pub(crate) fn run(args: &PlanInitArgs, console: Console) -> anyhow::Result<Exit> {
    refuse_a_folder_in_use(args)?;
    let profile = profile(args.profile);
    let files = if args.example {
        plan::example(profile, SCHEMA)
    } else {
        plan::profile_skeleton(console.lang, profile, SCHEMA)
    };
    for (name, text) in &files {
        output::write(&args.folder.join(name), text)?;
    }
    output::write(&args.folder.join(SCHEMA), format!("{:#}\n", plan::schema()))?;
    console.result(&guide(args, console.lang))?;
    Ok(Exit::Done)
}

/// A second plan among the files of a first one would be read as one plan with everything twice.
fn refuse_a_folder_in_use(args: &PlanInitArgs) -> Result<(), UserError> {
    let folder = &args.folder;
    let is_free = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => !folder.exists(),
    };
    if is_free {
        return Ok(());
    }
    let folder = folder.display();
    Err(UserError(Text::new(
        format!("{folder} n’est pas un dossier vide ; choisir un autre nom, ou déplacer ce qu’il contient"),
        format!("{folder} is not an empty folder; choose another name, or move what it holds"),
    )))
}

fn profile(arg: ProfileArg) -> Profile {
    match arg {
        ProfileArg::Es => Profile::ES,
        ProfileArg::Ght => Profile::GHT,
        ProfileArg::Esms => Profile::ESMS,
    }
}

fn guide(args: &PlanInitArgs, lang: Lang) -> String {
    let folder = args.folder.display();
    match (lang, args.example) {
        (Lang::Fr, false) => format!(
            "Le plan à remplir est dans {folder}.\n\n\
             1. Répondre avec les services, fichier par fichier ; ce qui n’est pas connu reste « nsp » (ne sait pas).\n\
             2. vigie plan check {folder}\n"
        ),
        (Lang::Fr, true) => format!(
            "Un plan fictif complet est dans {folder}.\n\n\
             1. Remplacer chaque valeur par la vôtre ; ce qui n’est pas connu s’écrit « nsp » (ne sait pas).\n\
             \x20  Ses dates sont vraies au 22 novembre 2026 : plus tard, des sauvegardes et des preuves y vieillissent.\n\
             2. vigie plan check {folder}\n\n\
             Tant qu’une valeur vient de l’exemple, le résultat parle d’un établissement qui n’existe pas.\n"
        ),
        (Lang::En, false) => format!(
            "The plan to fill in is in {folder}.\n\n\
             1. Answer with the departments, file by file; what is not known stays \"nsp\" (not known).\n\
             2. vigie plan check {folder}\n"
        ),
        (Lang::En, true) => format!(
            "A complete fictional plan, in French, is in {folder}.\n\n\
             1. Replace each value by your own; what is not known is written \"nsp\" (not known).\n\
             \x20  Its dates are true on 22 November 2026: later, its backups and proofs grow old.\n\
             2. vigie plan check {folder}\n\n\
             As long as a value comes from the example, the result speaks of a facility that does not exist.\n"
        ),
    }
}
