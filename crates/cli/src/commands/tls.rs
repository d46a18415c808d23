use std::fmt::Write;

use vigie::model::{Lang, Outcome, Run, Subject, Text};
use vigie::probe_tls::{Profile, ServerKind};

use crate::args::{GuidelineArg, ServerArg, TlsCommand, TlsCompareArgs};
use crate::commands::report;
use crate::console::{Console, UserError};
use crate::exit::Exit;

pub(crate) fn run(command: &TlsCommand, console: Console) -> anyhow::Result<Exit> {
    let TlsCommand::Compare(args) = command;
    let profile = profile(args.profile);
    let mut page = format!("{}\n", profile.source);
    if let Some(path) = &args.run {
        page.push('\n');
        page.push_str(&services(&report::read(path)?, profile, args, console.lang)?);
    }
    if let Some(server) = args.settings {
        let title = Text::new(format!("Réglages pour {}", name(server)), format!("Settings for {}", name(server)));
        let _ = write!(page, "\n{}\n\n{}", title.get(console.lang), profile.settings(kind(server)));
    }
    console.result(&page)?;
    Ok(Exit::Done)
}

/// What to change at each service of a run.
fn services(run: &Run, profile: &Profile, args: &TlsCompareArgs, lang: Lang) -> Result<String, UserError> {
    let mut page = String::new();
    let mut compared = 0;
    for observation in run.observations.iter().filter(|observation| observation.kind == "tls.endpoint") {
        let (Subject::Endpoint(endpoint), Outcome::Observed { facts, .. }) =
            (&observation.subject, &observation.outcome)
        else {
            continue;
        };
        let place = endpoint.host_and_port();
        let is_wanted = args.only.as_ref().is_none_or(|part| place.contains(part));
        if !is_wanted || facts.get("speaks_tls") != Some(&true.into()) {
            continue;
        }
        compared += 1;
        let found = profile.compare(facts);
        let _ = writeln!(page, "{place}");
        for change in &found.changes {
            let _ = writeln!(page, "  - {}", change.get(lang));
        }
        if found.changes.is_empty() && found.unknown.is_empty() {
            let fine = Text::new("  Rien à changer dans les réglages.", "  Nothing to change in the settings.");
            let _ = writeln!(page, "{}", fine.get(lang));
        }
        if !found.unknown.is_empty() {
            let unknown: Vec<&str> = found.unknown.iter().map(|text| text.get(lang)).collect();
            let title = Text::new("  Inconnu : ", "  Unknown: ");
            let _ = writeln!(page, "{}{}", title.get(lang), unknown.join(" ; "));
        }
    }
    if compared == 0 {
        return Err(UserError(Text::new(
            "cette analyse n’a vu aucun service chiffré de ce nom",
            "this run saw no encrypted service of that name",
        )));
    }
    Ok(page)
}

fn profile(wanted: GuidelineArg) -> &'static Profile {
    let [anssi, modern, intermediate, ncsc] = Profile::ALL;
    match wanted {
        GuidelineArg::Anssi => anssi,
        GuidelineArg::MozillaModern => modern,
        GuidelineArg::MozillaIntermediate => intermediate,
        GuidelineArg::NcscNl => ncsc,
    }
}

fn kind(server: ServerArg) -> ServerKind {
    match server {
        ServerArg::Nginx => ServerKind::Nginx,
        ServerArg::Apache => ServerKind::Apache,
        ServerArg::Haproxy => ServerKind::Haproxy,
        ServerArg::Postfix => ServerKind::Postfix,
        ServerArg::Dovecot => ServerKind::Dovecot,
    }
}

fn name(server: ServerArg) -> &'static str {
    match server {
        ServerArg::Nginx => "nginx",
        ServerArg::Apache => "Apache",
        ServerArg::Haproxy => "HAProxy",
        ServerArg::Postfix => "Postfix",
        ServerArg::Dovecot => "Dovecot",
    }
}
