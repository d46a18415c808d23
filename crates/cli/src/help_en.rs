//! The English of the command line. The French stands in `args`, where clap reads it.

use std::ffi::OsString;

use clap::{Command, CommandFactory};
use vigie::model::Lang;

use crate::args::Cli;

/// Commands by path, then arguments by path and id, with their English help.
const ENGLISH: &[(&str, &str)] = &[
    ("vigie", "What an attacker sees of a hospital, and whether its continuity plans would bring care back in time"),
    ("vigie --lang", "Language of texts (or the variable VIGIE_LANG)"),
    ("vigie --color", "Colours of the terminal (NO_COLOR is respected)"),
    ("vigie --quiet", "No progress, no remark: only the result and errors"),
    ("vigie --help", "Show this help"),
    ("vigie --version", "Show the version"),
    ("vigie demo", "Show vigie at work on a fictional hospital, without a network"),
    ("vigie demo --folder", "Folder where the fictional facility and its reports are written"),
    ("vigie demo --exemplary", "The clean twin instead of the hospital with planted faults"),
    ("vigie demo --stay", "Keep the fictional hospital up until Ctrl-C, to scan it yourself"),
    ("vigie init", "Create the commented folder of a facility"),
    ("vigie init --folder", "Folder to create"),
    ("vigie init --name", "Name of the facility"),
    ("vigie scan", "Assess a facility: exposure and continuity plan"),
    ("vigie scan --facility", "Folder of the facility, or its facility.yaml"),
    ("vigie scan --save", "Also write run.json and rapport.html into this folder"),
    ("vigie scan --events", "Write each event of the scan to this file, one JSON line at a time"),
    ("vigie plan", "Check a continuity plan (PCA/PRA)"),
    ("vigie plan init", "Begin a plan: commented files to fill in, or a fictional plan to adapt"),
    ("vigie plan init --folder", "Folder to make for the plan"),
    (
        "vigie plan init --profile",
        "What the facility is: es (hospital), ght (group of hospitals), esms (medico-social)",
    ),
    ("vigie plan init --empty", "The questions of the profile, unanswered (the default)"),
    ("vigie plan init --example", "The fictional plan of the profile, complete, to adapt (in French)"),
    ("vigie plan check", "Check that a plan holds together"),
    ("vigie plan check --plan", "Folder of the plan (YAML files), or one file"),
    ("vigie plan schedule", "Date the rebuilding after a total loss, with the people of the plan"),
    ("vigie plan schedule --plan", "Folder of the plan (YAML files), or one file"),
    ("vigie plan schedule --people", "Try another number of people for a team (may be repeated)"),
    ("vigie plan schedule --samples", "Rebuildings to draw for the odds (P50, P90); 0 for none"),
    ("vigie plan schedule --seed", "Seed of the draws: the same one gives the same result"),
    ("vigie plan schedule --as-of", "Date the document from this day instead of today"),
    ("vigie plan what-if", "Try an event on the plan: what stops, who to tell, what can still be read"),
    ("vigie plan what-if --event", "Scenario of the plan, or common event (without it: the list of those to try)"),
    ("vigie plan what-if --plan", "Folder of the plan (YAML files), or one file"),
    ("vigie plan what-if --down", "Systems that are lost, instead of the event or besides"),
    ("vigie plan what-if --lost", "Sites, suppliers, teams or people that are lost, instead of the event or besides"),
    ("vigie plan what-if --without", "Channels that no longer work"),
    ("vigie plan what-if --lasting", "How long the event is thought to last (4 h, 3 j)"),
    ("vigie plan what-if --as-of", "Date the document from this day instead of today"),
    ("vigie plan deadlines --as-of", "Date the document from this day instead of today"),
    ("vigie plan read", "Say what a Word, PDF, Excel or OpenDocument plan holds, section by section"),
    ("vigie plan read --files", "Documents to read together: .docx, .doc, .odt, .xlsx, .xls, .ods, .pdf"),
    (
        "vigie plan read --template",
        "Expected sections: es (hospital), ght (group), esms (social care), or a YAML file of yours",
    ),
    ("vigie plan read --as-of", "Date the document from this day instead of today"),
    ("vigie plan deadlines", "Say what ends, and when: proofs, contracts, reviews, accepted risks, actions"),
    ("vigie plan deadlines --plan", "Folder of the plan (YAML files), or one file"),
    ("vigie plan deadlines --format", "Shape of the result (ics: for a diary)"),
    ("vigie plan export", "Write the plan in another form: workbook to fill in, YAML files, data"),
    ("vigie plan export --plan", "Plan: folder of YAML files, one file, or a workbook"),
    ("vigie plan export --output", "File to write; a folder for yaml"),
    (
        "vigie plan export --kit",
        "Write the crisis binder to print (HTML): directory, reflex cards, restart order, notifications…",
    ),
    ("vigie plan export --sheets", "Sheets of the binder to print, all of them when nothing is said"),
    ("vigie plan export --exercise", "Mark each page of the binder “EXERCISE”"),
    ("vigie plan export --as-of", "Day of printing of the binder, instead of today"),
    ("vigie plan import", "Take into a plan what was filled in elsewhere, showing first what changes"),
    (
        "vigie plan import --files",
        "Workbook (.xlsx, .ods) that was filled in, documents to review (--review), or a review file (.yaml)",
    ),
    ("vigie plan import --review", "Write to this file what the documents propose, to be accepted line by line"),
    ("vigie plan import --into", "Folder of the plan"),
    ("vigie plan import --replace", "Write the changes; the files of the old plan are kept beside it"),
    ("vigie plan diff", "Say in words what changes from one plan to another"),
    ("vigie plan diff --old", "Old plan: folder, YAML file or workbook"),
    ("vigie plan diff --new", "New plan: folder, YAML file or workbook"),
    ("vigie rules", "Consult and check the rules"),
    ("vigie rules list", "List the rules"),
    ("vigie rules explain", "Explain a rule: what it judges, why, what to do"),
    ("vigie rules explain --rule", "Rule to explain"),
    ("vigie rules check", "Check that rules can be read and that their paths exist"),
    ("vigie rules test", "Run the cases that rules carry"),
    ("vigie rules docs", "Write the reference of the rules (Markdown)"),
    ("vigie rules facts", "Write the reference of the facts that rules can read (Markdown)"),
    ("vigie tls", "Compare the encryption of services with a guideline, and write the settings that comply"),
    ("vigie tls compare", "Say what to change at each service to comply with a guideline"),
    ("vigie tls compare --run", "Stored run (run.json); without one, only the settings are written"),
    ("vigie tls compare --profile", "Guideline to comply with"),
    ("vigie tls compare --only", "Compare only services whose name contains this text"),
    ("vigie tls compare --settings", "Also write the settings, ready for this server"),
    ("vigie report", "Read a stored run again"),
    ("vigie report --run", "Stored run (run.json)"),
    ("vigie report --regrade", "Judge the same observations again with today’s rules, sending nothing"),
    ("vigie schema", "Write the JSON schema of a format, for editors and exchanges"),
    ("vigie schema --of", "Format to describe"),
    ("vigie completions", "Write the completion script of a shell"),
    ("vigie completions --shell", "Shell"),
    ("vigie man", "Write the manual page"),
    ("* --format", "Shape of the result"),
    ("* --output", "Write the result to a file instead of standard output"),
    ("* --fail-on", "End with code 1 on a finding this severe (low to critical) or a grade this low (B to E)"),
    ("* --as-of", "Judge on this day instead of today"),
    ("* --rules", "Rules of your own, beside or instead of ours (folder; may be repeated)"),
];

/// The command line in a language.
pub(crate) fn command(lang: Lang) -> Command {
    let command = Cli::command();
    match lang {
        Lang::Fr => headings(command, "Usage :", "Commandes", "Options", "Arguments"),
        Lang::En => in_english(headings(command, "Usage:", "Commands", "Options", "Arguments"), "vigie"),
    }
}

/// The language that the arguments or the environment ask for, before they are parsed: help needs it too.
pub(crate) fn wanted_language(args: impl IntoIterator<Item = OsString>) -> Lang {
    let mut args = args.into_iter().filter_map(|arg| arg.into_string().ok());
    let mut wanted = std::env::var("VIGIE_LANG").ok();
    while let Some(arg) = args.next() {
        if arg == "--lang" {
            wanted = args.next();
        } else if let Some(value) = arg.strip_prefix("--lang=") {
            wanted = Some(value.to_owned());
        }
    }
    if wanted.as_deref() == Some("en") { Lang::En } else { Lang::Fr }
}

fn headings(command: Command, usage: &str, commands: &str, options: &str, arguments: &str) -> Command {
    let has_subcommands = command.has_subcommands();
    let list = if has_subcommands { format!("{commands}{}\n{{subcommands}}\n\n", colon(usage)) } else { String::new() };
    let positional = command.get_positionals().next().is_some();
    let positional =
        if positional { format!("{arguments}{}\n{{positionals}}\n\n", colon(usage)) } else { String::new() };
    let template = format!(
        "{{about-with-newline}}\n{usage} {{usage}}\n\n{list}{positional}{options}{}\n{{options}}{{after-help}}",
        colon(usage)
    );
    command.help_template(template).mut_subcommands(|below| headings(below, usage, commands, options, arguments))
}

fn colon(usage: &str) -> &'static str {
    if usage.ends_with(" :") { " :" } else { ":" }
}

fn in_english(command: Command, path: &str) -> Command {
    let command = match english(path) {
        Some(about) => command.about(about),
        None => command,
    };
    let command = command.mut_args(|arg| {
        let id = arg.get_id().as_str().replace('_', "-");
        match english(&format!("{path} --{id}")).or_else(|| english(&format!("* --{id}"))) {
            Some(help) => arg.help(help),
            None => arg,
        }
    });
    command.mut_subcommands(|below| {
        let below_path = format!("{path} {}", below.get_name());
        in_english(below, &below_path)
    })
}

fn english(path: &str) -> Option<&'static str> {
    ENGLISH.iter().find(|(known, _)| *known == path).map(|(_, help)| *help)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command and argument, by path.
    fn paths(command: &Command, path: &str) -> Vec<String> {
        let mut all = vec![path.to_owned()];
        for arg in command.get_arguments() {
            let id = arg.get_id().as_str().replace('_', "-");
            all.push(format!("{path} --{id}"));
        }
        for below in command.get_subcommands() {
            all.extend(paths(below, &format!("{path} {}", below.get_name())));
        }
        all
    }

    #[test]
    fn everything_has_its_english_and_nothing_more() {
        let known = paths(&Cli::command(), "vigie");
        for path in &known {
            let arg = path.rsplit_once(' ').map(|(_, arg)| format!("* {arg}")).unwrap_or_default();
            assert!(english(path).is_some() || english(&arg).is_some(), "no English for {path:?}");
        }
        for (path, _) in ENGLISH.iter().filter(|(path, _)| !path.starts_with('*')) {
            assert!(known.iter().any(|known| known == path), "{path:?} is no longer a command or argument");
        }
    }

    #[test]
    fn the_language_is_known_before_parsing() {
        let wanted = |args: &[&str]| wanted_language(args.iter().map(OsString::from));
        assert_eq!(wanted(&["vigie", "--help"]), Lang::Fr);
        assert_eq!(wanted(&["vigie", "--lang", "en", "--help"]), Lang::En);
        assert_eq!(wanted(&["vigie", "scan", "--lang=en"]), Lang::En);
    }
}
