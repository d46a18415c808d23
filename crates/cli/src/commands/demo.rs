use std::path::Path;

use anyhow::Context;
use jiff::tz::TimeZone;
use vigie::lab::{DEMONSTRATION, EXEMPLARY, Lab};
use vigie::report::terminal;
use vigie::{FacilityFolder, Judge, Surroundings};

use super::scan;
use crate::args::DemoArgs;
use crate::console::Console;
use crate::exit::Exit;
use crate::output;

/// Puts the fictional hospital up on loopback, scans it as any other, writes its reports.
pub(crate) fn run(args: &DemoArgs, console: Console) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Runtime::new().context("tokio")?;
    runtime.block_on(demonstrate(args, console))
}

async fn demonstrate(args: &DemoArgs, console: Console) -> anyhow::Result<Exit> {
    let now = Surroundings::default().now;
    let today = now.to_zoned(TimeZone::UTC).date();
    let sample = if args.exemplary { &EXEMPLARY } else { &DEMONSTRATION };
    console.remark(console.say(
        "Un hôpital fictif démarre sur cette machine ; rien ne part sur le réseau.",
        "A fictional hospital starts on this machine; nothing goes out on the network.",
    ));
    let lab = Lab::start(sample, today).await?;
    sample.write(&args.folder, &lab, today)?;
    let judge = Judge::with_shipped_rules()?;
    let folder = FacilityFolder::open(&args.folder)?;
    let run = scan::assess(&folder, &judge, now, None, console).await?;
    output::save(&run, &args.folder)?;
    console.result(&terminal::render(&run, console.lang, console.style()))?;
    console.result(&next(&args.folder, console))?;
    if args.stay {
        console.remark(console.say(
            "L’hôpital fictif reste en service ; Ctrl-C pour l’arrêter.",
            "The fictional hospital stays up; Ctrl-C to stop it.",
        ));
        tokio::signal::ctrl_c().await?;
    }
    Ok(Exit::Done)
}

/// Where the reports are, and what to do next.
fn next(folder: &Path, console: Console) -> String {
    let folder = folder.display();
    if console.lang == vigie::model::Lang::Fr {
        format!(
            "
Rapport à ouvrir dans un navigateur : {folder}/rapport.html
Analyse complète, pour la conserver :  {folder}/run.json
L’établissement fictif, à lire :       {folder}/facility.yaml et {folder}/plan/

Et maintenant :
  vigie rules explain tls.certificate-expired   pourquoi une règle existe, que faire
  vigie plan check {folder}/plan                 le plan de continuité seul
  vigie init mon-hopital                        le dossier de votre établissement
"
        )
    } else {
        format!(
            "
Report, for a browser:     {folder}/rapport.html
Whole run, to keep:        {folder}/run.json
The fictional facility:    {folder}/facility.yaml and {folder}/plan/

What next:
  vigie rules explain tls.certificate-expired   why a rule exists, what to do
  vigie plan check {folder}/plan                 the continuity plan alone
  vigie init my-hospital                        the folder of your own facility
"
        )
    }
}
