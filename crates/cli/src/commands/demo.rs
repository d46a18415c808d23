use std::path::Path;

use anyhow::Context;
use jiff::tz::TimeZone;
use vigie::lab::{DEMONSTRATION, EXEMPLARY, Lab};
use vigie::model::Lang;
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
    let (report, run, facility, commands) = match console.lang {
        Lang::Fr => {
            ("Le rapport, à ouvrir dans un navigateur", "L’analyse complète", "L’établissement fictif", "Et maintenant")
        }
        Lang::En => ("The report, for a browser", "The whole run", "The fictional facility", "What next"),
    };
    let colon = console.say(" :", ":");
    let next = [
        (
            "vigie rules explain tls.certificate-expired".to_owned(),
            console.say("pourquoi une règle existe, que faire", "why a rule exists, what to do"),
        ),
        (
            format!("vigie plan check {folder}/plan"),
            console.say("le plan de continuité seul", "the continuity plan alone"),
        ),
        (
            "vigie init mon-hopital".to_owned(),
            console.say("le dossier de votre établissement", "the folder of your own facility"),
        ),
    ];
    let widest = next.iter().map(|(command, _)| command.chars().count()).max().unwrap_or_default();
    let next = next.map(|(command, what)| format!("  {command:widest$}   {what}\n")).concat();
    format!(
        "\n{report}{colon}\n  {folder}/rapport.html\n{run}{colon}\n  {folder}/run.json\n\
         {facility}{colon}\n  {folder}/facility.yaml, {folder}/plan/\n\n{commands}{colon}\n{next}"
    )
}
