//! Every command of the real binary, as people use it: help, first steps, reports, rules, exit codes.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot be set up has failed, and it plays the other side of the network"
)]

mod stage;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rstest::rstest;
use serde_json::Value;
use stage::{Folder, Seen, Vigie};
use tempfile::TempDir;

/// The run that version 0.1 stored. It was written once and is read for ever.
fn stored() -> String {
    fixture("run-1.json").display().to_string()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The plan of the exemplary hospital, judged on the day it was written.
const EXEMPLARY: &[&str] =
    &["plan", "check", concat!(env!("CARGO_MANIFEST_DIR"), "/examples/ch-exemplaire/plan"), "--as-of", "2026-11-22"];

/// The plan of the hospital with planted faults, on the same day.
const FAULTY: &[&str] =
    &["plan", "check", concat!(env!("CARGO_MANIFEST_DIR"), "/examples/ch-demonstration/plan"), "--as-of", "2026-11-22"];

#[rstest]
#[case("fr", "Ce qu’un attaquant voit d’un hôpital", "Commandes", "Analyser un établissement")]
#[case("en", "What an attacker sees of a hospital", "Commands", "Assess a facility")]
fn help_speaks_both_languages(#[case] lang: &str, #[case] about: &str, #[case] heading: &str, #[case] scan: &str) {
    let said = Vigie::with(["--lang", lang, "--help"]).run().with_code(0).without_escapes();
    said.says(&[about, heading, scan]);
    let by_variable = Vigie::with(["--help"]).env("VIGIE_LANG", lang).run().with_code(0);
    assert_eq!(by_variable.out, said.out, "VIGIE_LANG does as --lang");
    let of_scan = Vigie::with(["scan", "--help", "--lang", lang]).run().with_code(0).without_escapes();
    assert!(of_scan.out.contains("--fail-on"), "{}", of_scan.out);
}

#[test]
fn every_command_has_its_help_in_both_languages() {
    let commands: [&[&str]; 16] = [
        &["demo"],
        &["init"],
        &["scan"],
        &["plan"],
        &["plan", "check"],
        &["plan", "schedule"],
        &["plan", "what-if"],
        &["plan", "deadlines"],
        &["rules"],
        &["rules", "list"],
        &["rules", "explain"],
        &["rules", "test"],
        &["report"],
        &["schema"],
        &["completions"],
        &["man"],
    ];
    for command in commands {
        let help = |lang: &str| {
            Vigie::with(command.iter().chain(&["--help", "--lang", lang])).run().with_code(0).without_escapes().out
        };
        let (french, english) = (help("fr"), help("en"));
        assert_ne!(french, english, "{command:?}");
        for word in [" the ", "Print help", "Possible values"] {
            assert!(!french.contains(word), "{command:?}: {word:?} in French:\n{french}");
        }
        for word in [" une ", " les ", " des "] {
            assert!(!english.contains(word), "{command:?}: {word:?} in English:\n{english}");
        }
    }
}

#[rstest]
#[case(&["scna"])]
#[case(&["scan", "--formt", "json"])]
#[case(&["scan", "--format", "pdff"])]
#[case(&["scan", "--fail-on", "grave"])]
#[case(&["scan", "--as-of", "22/11/2026"])]
#[case(&["rules"])]
#[case(&[])]
fn a_wrong_command_line_ends_with_2_and_says_why(#[case] arguments: &[&str]) {
    let ended = Vigie::with(arguments).run().with_code(2).without_escapes();
    assert_eq!(ended.out, "", "results go to standard output, and there is none");
    assert!(!ended.err.is_empty());
}

#[test]
fn first_steps_from_an_empty_folder() {
    let dir = tempfile::tempdir().unwrap();
    let here = || dir.path();
    let created = Vigie::with(["init", "mon-hopital", "--name", "CH d’Essai"]).inside(here()).run().with_code(0);
    created.says(&["Le dossier mon-hopital est prêt.", "vigie plan check mon-hopital/plan"]);
    let facility = fs::read_to_string(here().join("mon-hopital/facility.yaml")).unwrap();
    assert!(facility.contains("CH d’Essai") && facility.contains("schemas/facility.json"), "{facility}");

    let checked =
        Vigie::with(["plan", "check", "mon-hopital/plan"]).inside(here()).run().with_code(0).without_escapes();
    checked.says(&["non évaluable"]);

    // Nothing in the scope: the plan is judged, nothing is sent, and the user learns what to fill.
    let scanned = Vigie::with(["scan", "mon-hopital"]).inside(here()).run().with_code(0).without_escapes();
    scanned.explains(&["rien n’est envoyé", "authorization:"]);

    // Something in the scope: now an authorisation is missing.
    fs::write(
        here().join("mon-hopital/facility.yaml"),
        facility.replace("  domains: []", "  domains: [essai.example]"),
    )
    .unwrap();
    let refused = Vigie::with(["scan", "mon-hopital"]).inside(here()).run().with_code(2).without_escapes();
    refused.explains(&["Rien n’a été envoyé", "autorisation", "reference:"]);
}

#[test]
fn init_never_overwrites() {
    let dir = tempfile::tempdir().unwrap();
    let init = |lang: &str| Vigie::with(["init", "ici", "--lang", lang]).inside(dir.path()).run();
    init("fr").with_code(0);
    let file = dir.path().join("ici/facility.yaml");
    fs::write(&file, "# mon travail\n").unwrap();
    let refused = init("fr").with_code(2);
    refused.explains(&["contient déjà", "facility.yaml"]);
    init("en").with_code(2).explains(&["already holds"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "# mon travail\n");
}

#[test]
fn init_speaks_english() {
    let dir = tempfile::tempdir().unwrap();
    let said = Vigie::with(["init", "here", "--lang", "en"]).inside(dir.path()).run().with_code(0);
    said.says(&["The folder here is ready."]);
    Vigie::with(["plan", "check", "here/plan", "--lang", "en"]).inside(dir.path()).run().with_code(0);
}

#[test]
fn a_stored_run_is_read_for_ever() {
    let read = Vigie::with(["report", &stored(), "--format", "json"]).run().with_code(0);
    let expected = fs::read_to_string(fixture("run-1.expected.json")).unwrap();
    assert_eq!(read.out, expected, "a run of version 1 becomes exactly this");
    assert!(fs::read_to_string(stored()).unwrap().contains("\"vigie.run/1\""), "the fixture keeps its format");
}

#[test]
fn a_stored_run_is_shown_in_every_form_and_language() {
    let shown = Vigie::with(["report", &stored()]).run().with_code(0).without_escapes();
    shown.says(&["CH de Démonstration", "Exposition", "Continuité", "critique"]);
    let english = Vigie::with(["report", &stored(), "--lang", "en"]).run().with_code(0).without_escapes();
    english.says(&["Exposure", "Continuity", "critical"]);
    let page = Vigie::with(["report", &stored(), "--format", "html"]).run().with_code(0);
    assert!(page.out.starts_with("<!doctype html>") || page.out.starts_with("<!DOCTYPE html>"), "{}", &page.out[..80]);
    assert!(!page.out.contains("http://") || !page.out.contains("src=\"http"), "the page calls nobody");
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("sous/rapport.html");
    let quiet =
        Vigie::with(["report", &stored(), "--format", "html", "--output", file.to_str().unwrap()]).run().with_code(0);
    assert_eq!(quiet.out, "");
    assert_eq!(fs::read_to_string(file).unwrap(), page.out, "same run, same bytes");
}

#[test]
fn judging_again_the_same_day_changes_no_grade() {
    let dir = tempfile::tempdir().unwrap();
    let run = dir.path().join("run.json");
    let first = Vigie::with(FAULTY.iter().chain(&["--format", "json"])).run().with_code(0);
    fs::write(&run, &first.out).unwrap();
    let again =
        Vigie::with(["report", run.to_str().unwrap(), "--regrade", "--as-of", "2026-11-22", "--format", "json"])
            .run()
            .with_code(0);
    assert_eq!(again.seen().run.grades, first.seen().run.grades);
    assert_eq!(again.seen().run.verdicts, first.seen().run.verdicts);
    // The rules of another day see other ages: the observations stay, the verdicts move.
    let later =
        Vigie::with(["report", run.to_str().unwrap(), "--regrade", "--as-of", "2029-11-22", "--format", "json"])
            .run()
            .with_code(0);
    assert_eq!(later.seen().run.observations, first.seen().run.observations);
}

#[test]
fn judging_again_keeps_accepted_risks() {
    let again = Vigie::with(["report", &stored(), "--regrade", "--as-of", "2026-11-22", "--format", "json"]);
    let again = again.run().with_code(0).seen();
    let first = Seen::read(&fs::read_to_string(stored()).unwrap());
    let waived = |seen: &Seen| -> Vec<String> {
        let waived =
            |outcome: &vigie::model::VerdictOutcome| matches!(outcome, vigie::model::VerdictOutcome::Waived { .. });
        let verdicts = seen.run.verdicts.iter().filter(|verdict| waived(&verdict.outcome));
        verdicts.map(|verdict| format!("{} {}", verdict.rule, verdict.subject)).collect()
    };
    assert_eq!(waived(&first).len(), 1, "the fixture holds one accepted risk");
    assert_eq!(waived(&again), waived(&first));
}

#[test]
fn what_is_not_a_run_is_refused_in_plain_words() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text, words) in [
        ("vide.json", "", "n’est pas une analyse"),
        ("autre.json", "{\"a\": 1}", "n’est pas une analyse"),
        ("futur.json", "{\"format\": \"vigie.run/99\"}", "vigie.run/99"),
    ] {
        fs::write(dir.path().join(name), text).unwrap();
        let ended = Vigie::with(["report", name]).inside(dir.path()).run().with_code(2).without_escapes();
        ended.explains(&[name, words]);
    }
    Vigie::with(["report", "absent.json"]).inside(dir.path()).run().with_code(2).explains(&["absent.json"]);
}

#[test]
fn services_are_compared_with_a_guideline() {
    let compare =
        |arguments: &[&str]| Vigie::with(["tls", "compare", "--profile", "anssi"].iter().chain(arguments)).run();
    let run = stored();
    let said = compare(&[&run, "--for", "nginx"]).with_code(0).out;
    // An old run says less, and what it does not say is unknown.
    for words in ["ANSSI", "portail.ch-demo.example", "Inconnu : SSL 2.0 ; renégociation", "ssl_protocols TLSv1.2"] {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    let said = compare(&["--for", "postfix", "--lang", "en"]).with_code(0).out;
    assert!(said.contains("Settings for Postfix") && said.contains("smtpd_tls_protocols = >=TLSv1.2"), "{said}");
    compare(&[]).with_code(2).explains(&["RUN.JSON"]);
    compare(&[&run, "--only", "absent"]).with_code(2).explains(&["aucun service"]);
}

#[rstest]
#[case::a_severity_that_is_there(FAULTY, "critical", 1)]
#[case::a_milder_one_too(FAULTY, "info", 1)]
#[case::a_letter_that_is_reached(FAULTY, "D", 1)]
#[case::no_severity(EXEMPLARY, "low", 0)]
// The exposure of a plan alone was not looked at: no letter is never good enough.
#[case::a_letter_that_nothing_proves(EXEMPLARY, "E", 1)]
fn fail_on_decides_the_exit_code(#[case] command: &[&str], #[case] fail_on: &str, #[case] code: i32) {
    Vigie::with(command.iter().chain(&["--fail-on", fail_on])).run().with_code(code);
    Vigie::with(command).run().with_code(0);
}

#[rstest]
#[case::a_pipe(&[], &[])]
#[case::no_color(&["NO_COLOR"], &[])]
#[case::never(&[], &["--color", "never"])]
fn a_pipe_gets_no_escape(#[case] variables: &[&str], #[case] options: &[&str]) {
    let stored = stored();
    let mut vigie = Vigie::with(["report", &stored].iter().chain(options));
    for variable in variables {
        vigie = vigie.env(variable, "1");
    }
    vigie.run().with_code(0).without_escapes();
}

#[test]
fn colour_comes_when_it_is_asked_for() {
    let ended = Vigie::with(["report", &stored(), "--color", "always"]).run().with_code(0);
    assert!(ended.out.contains("\x1b["), "--color always colours a pipe");
}

#[rstest]
#[case::as_it_comes(&[], true)]
#[case::no_color(&[("NO_COLOR", "1")], false)]
#[case::no_color_left_empty(&[("NO_COLOR", "")], true)]
fn a_terminal_gets_colours_unless_it_declines(#[case] variables: &[(&str, &str)], #[case] coloured: bool) {
    // `script` gives the program a terminal, and its file what the terminal received.
    let dir = tempfile::tempdir().unwrap();
    let typescript = dir.path().join("typescript");
    let command = format!("{} report {}", env!("CARGO_BIN_EXE_vigie"), stored());
    let mut script = stage::Program::named("script").command();
    script.args(["-q", "-e", "-c", &command]).arg(&typescript).env_remove("NO_COLOR").envs(variables.iter().copied());
    let ended = script.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
    assert!(ended.success());
    let shown = fs::read_to_string(typescript).unwrap();
    assert!(shown.contains("CH de Démonstration"), "{shown}");
    assert_eq!(shown.contains("\x1b["), coloured);
}

#[test]
fn a_narrow_terminal_is_respected() {
    let ended = Vigie::with(["report", &stored()]).env("COLUMNS", "60").run().with_code(0);
    for line in ended.out.lines() {
        // Words that cannot be cut, addresses and identifiers, may stand out.
        let longest = line.split_whitespace().map(|word| word.chars().count()).max().unwrap_or_default();
        assert!(line.chars().count() <= 60.max(longest + 8), "{line}");
    }
}

#[rstest]
#[case(&["report"])]
#[case(&["rules", "docs"])]
#[case(&["schema", "run"])]
fn a_reader_that_leaves_is_nobodys_fault(#[case] command: &[&str]) {
    let stored = stored();
    let file: &[&str] = if command[0] == "report" { &[&stored] } else { &[] };
    let mut child = Command::new(env!("CARGO_BIN_EXE_vigie"))
        .args(command)
        .args(file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    assert_eq!(ended.status.code(), Some(0));
}

#[rstest]
#[case("facility", "facility")]
#[case("plan", "activities")]
#[case("rule", "checks")]
#[case("run", "observations")]
fn schemas_are_schemas(#[case] of: &str, #[case] property: &str) {
    let ended = Vigie::with(["schema", of]).run().with_code(0);
    let schema: Value = serde_json::from_str(&ended.out).unwrap();
    assert!(schema["$schema"].as_str().is_some_and(|url| url.contains("json-schema.org")), "{of}");
    assert!(schema["properties"][property].is_object(), "{of} has {property}");
}

#[test]
fn the_stored_run_has_the_shape_of_its_schema() {
    let schema: Value = serde_json::from_str(&Vigie::with(["schema", "run"]).run().with_code(0).out).unwrap();
    let run: Value = serde_json::from_str(&fs::read_to_string(stored()).unwrap()).unwrap();
    let known = schema["properties"].as_object().unwrap();
    for key in run.as_object().unwrap().keys() {
        assert!(known.contains_key(key), "{key} is in a run and not in its schema");
    }
    for key in schema["required"].as_array().unwrap() {
        assert!(run.get(key.as_str().unwrap()).is_some(), "{key} is required and not in a run");
    }
}

#[test]
fn the_rules_are_listed_explained_tried_and_documented() {
    let list = Vigie::with(["rules", "list"]).run().with_code(0).without_escapes().out;
    let ids: Vec<&str> = list.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert!(ids.len() >= 80, "{} rules", ids.len());
    let docs = Vigie::with(["rules", "docs"]).run().with_code(0).out;
    let english = Vigie::with(["rules", "docs", "--lang", "en"]).run().with_code(0).out;
    for id in &ids {
        assert!(docs.contains(id) && english.contains(id), "{id} is documented");
    }
    assert_ne!(docs, english);
    let checked = Vigie::with(["rules", "check"]).run().with_code(0);
    checked.says(&[&format!("{} règles lues", ids.len())]);
    let tried = Vigie::with(["rules", "test"]).run().with_code(0);
    tried.says(&["0 en échec"]);
    let explained = Vigie::with(["rules", "explain", "tls.certificate-expired"]).run().with_code(0).without_escapes();
    explained.says(&["Certificat", "Pourquoi", "Que faire", "nginx"]);
    let facts = Vigie::with(["rules", "facts"]).run().with_code(0);
    facts.says(&["tls.endpoint", "plan.system"]);
}

#[test]
fn an_unknown_rule_is_named() {
    let ended = Vigie::with(["rules", "explain", "tls.certificate-expird"]).run().with_code(2);
    ended.explains(&["tls.certificate-expird", "vigie rules list"]);
}

/// A folder with one rule of one's own, about the port of any service.
/// Its first case says that this port is fine, which holds below 1024.
fn own_rule(fine: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let rule = include_str!("fixtures/own-rule.yaml");
    assert!(rule.contains("port: 443"));
    fs::write(dir.path().join("port-de-trop.yaml"), rule.replacen("port: 443", fine, 1)).unwrap();
    dir
}

#[test]
fn a_rule_of_ones_own_judges_beside_ours() {
    let rules = own_rule("port: 443");
    let rules = rules.path().to_str().unwrap();
    let list = Vigie::with(["rules", "list", "--rules", rules]).run().with_code(0);
    list.says(&["essai.port-de-trop", "tls.certificate-expired"]);
    Vigie::with(["rules", "test", "--rules", rules]).run().with_code(0).says(&["0 en échec"]);
    let port = stage::free_port();
    let witness = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let open = witness.local_addr().unwrap().port();
    let folder = Folder::scanning(&format!(
        "resolver: 127.0.0.1:{port}\nranges: [127.0.0.1]\nhosts: ['127.0.0.1:{open}/tcp']\n"
    ));
    let seen = Vigie::with(["scan", folder.name(), "--rules", rules, "--format", "json"]).run().with_code(0).seen();
    assert!(seen.findings().iter().any(|(rule, _)| rule == "essai.port-de-trop"), "{:?}", seen.findings());
}

#[test]
fn a_case_that_does_not_hold_is_a_failure() {
    let rules = own_rule("port: 8443");
    let ended = Vigie::with(["rules", "test", "--rules", rules.path().to_str().unwrap()]).run().with_code(1);
    ended.says(&["essai.port-de-trop", "attendu", "1 en échec"]);
}

#[rstest]
#[case("bash")]
#[case("zsh")]
#[case("fish")]
#[case("powershell")]
#[case("elvish")]
fn completions_are_written(#[case] shell: &str) {
    let ended = Vigie::with(["completions", shell]).run().with_code(0);
    assert!(ended.out.contains("vigie") && ended.out.contains("scan"), "{}", ended.out);
}

#[test]
fn the_manual_page_is_written() {
    let ended = Vigie::with(["man"]).run().with_code(0);
    assert!(ended.out.contains(".TH vigie"), "{}", ended.out);
}

#[test]
fn the_version_is_told() {
    let ended = Vigie::with(["--version"]).run().with_code(0);
    assert_eq!(ended.out.trim(), concat!("vigie ", env!("CARGO_PKG_VERSION")));
}
