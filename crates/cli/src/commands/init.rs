use vigie::model::Text;
use vigie::rules::rule_schema;
use vigie::scan::{FacilityFile, skeleton};
use vigie::{plan, report};

use crate::args::InitArgs;
use crate::console::{Console, UserError};
use crate::exit::Exit;
use crate::output;

/// Where the schemas go, beside the files that name them: editors then help without a network.
const SCHEMAS: &str = "schemas";

/// Writes a commented facility folder. It never overwrites: what a person wrote is not ours to lose.
pub(crate) fn run(args: &InitArgs, console: Console) -> anyhow::Result<Exit> {
    let mut files = vec![("facility.yaml".to_owned(), skeleton(&args.name, &format!("{SCHEMAS}/facility.json")))];
    for (name, text) in plan::skeleton(console.lang, &format!("../{SCHEMAS}/plan.json")) {
        files.push((format!("plan/{name}"), text));
    }
    let schemas = [
        ("facility", FacilityFile::schema()),
        ("plan", plan::schema()),
        ("rule", rule_schema()),
        ("run", report::json::schema()),
    ];
    for (name, schema) in schemas {
        files.push((format!("{SCHEMAS}/{name}.json"), format!("{schema:#}\n")));
    }
    let existing: Vec<&str> =
        files.iter().map(|(name, _)| name.as_str()).filter(|name| args.folder.join(name).exists()).collect();
    if !existing.is_empty() {
        let (folder, list) = (args.folder.display(), existing.join(", "));
        return Err(UserError(Text::new(
            format!("{folder} contient déjà {list} ; choisir un autre dossier, ou déplacer ces fichiers"),
            format!("{folder} already holds {list}; choose another folder, or move these files"),
        ))
        .into());
    }
    for (name, text) in &files {
        output::write(&args.folder.join(name), text)?;
    }
    let folder = args.folder.display();
    let guide = match console.lang {
        vigie::model::Lang::Fr => format!(
            "Le dossier {folder} est prêt.\n\n\
             1. Remplir {folder}/facility.yaml : domaines, machines, et l’autorisation signée.\n\
             2. Remplir {folder}/plan/ : ce qui n’est pas connu reste « nsp », vigie ne le comptera pas comme acquis.\n\
             3. vigie plan check {folder}/plan\n\
             4. vigie scan {folder} --save {folder}/rapports\n"
        ),
        vigie::model::Lang::En => format!(
            "The folder {folder} is ready.\n\n\
             1. Fill {folder}/facility.yaml: domains, hosts, and the signed authorisation.\n\
             2. Fill {folder}/plan/: what is not known stays \"nsp\", vigie will not take it for granted.\n\
             3. vigie plan check {folder}/plan\n\
             4. vigie scan {folder} --save {folder}/rapports\n"
        ),
    };
    console.result(&guide)?;
    Ok(Exit::Done)
}
