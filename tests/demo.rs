//! `vigie demo` on the real binary: what was planted is found, and nothing else.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot be set up has failed, and it plays the other side of the network"
)]

mod stage;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;
use stage::{Ended, Seen, Vigie};
use tempfile::TempDir;
use vigie::model::{Completeness, Family, Letter, Severity, VerdictOutcome};
use vigie::source::{Formats, SourceFile};

/// The faults planted in the demonstration hospital.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Planted {
    /// One element a finding.
    faults: Vec<Finding>,
}

/// One planted fault.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Finding {
    /// The rule that must fail.
    rule: String,
    /// The beginning of the subject on which it must fail.
    subject: String,
    /// What was planted, for readers.
    #[expect(dead_code, reason = "the file is read by people too")]
    fault: String,
}

/// The faults of the plan, and those of what an attacker sees.
fn planted() -> Vec<Finding> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ch-demonstration");
    let read = |name: &str| {
        let file = SourceFile::new(name, fs::read_to_string(folder.join(name)).unwrap());
        vigie::source::read::<Planted>(&file, &Formats::standard()).unwrap().value.faults
    };
    ["planted-faults.yaml", "planted-faults-exposure.yaml"].into_iter().flat_map(read).collect()
}

fn demo(folder: &TempDir, options: &[&str]) -> Ended {
    let to = folder.path().join("demo");
    Vigie::with(["demo", "--folder", to.to_str().unwrap()].iter().chain(options)).run().with_code(0).without_escapes()
}

fn run_of(folder: &TempDir) -> Seen {
    Seen::read(&fs::read_to_string(folder.path().join("demo/run.json")).unwrap())
}

#[track_caller]
fn finds_what_was_planted(seen: &Seen) {
    assert_eq!(seen.run.completeness, Completeness::Complete);
    let planted = planted();
    let (every, findings) = (seen.findings_from(Severity::Info), seen.findings());
    let is = |fault: &Finding, (rule, subject): &(String, String)| {
        fault.rule == *rule && subject.starts_with(&fault.subject)
    };
    let missing: Vec<&Finding> = planted.iter().filter(|fault| !every.iter().any(|found| is(fault, found))).collect();
    let unplanned: BTreeSet<_> =
        findings.iter().filter(|found| !planted.iter().any(|fault| is(fault, found))).collect();
    assert!(missing.is_empty() && unplanned.is_empty(), "missing {missing:#?}\nunplanned {unplanned:#?}");
}

#[test]
fn every_planted_fault_is_found_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let ended = demo(&folder, &[]);
    let seen = run_of(&folder);
    finds_what_was_planted(&seen);
    assert_eq!(seen.run.grades.families[&Family::Exposure].letter, Some(Letter::E));
    assert_eq!(seen.run.grades.families[&Family::Continuity].letter, Some(Letter::E));
    ended.says(&["CH de Démonstration", "Exposition : E", "Continuité : E", "Et maintenant :", "vigie rules explain"]);
    ended.explains(&["rien ne part sur le réseau"]);
    for file in ["facility.yaml", "rapport.html", "plan"] {
        assert!(folder.path().join("demo").join(file).exists(), "{file}");
    }
}

#[test]
fn the_exemplary_twin_has_nothing_to_mend_and_nothing_unknown() {
    let folder = tempfile::tempdir().unwrap();
    demo(&folder, &["--exemplary"]);
    let seen = run_of(&folder);
    assert_eq!(seen.run.completeness, Completeness::Complete);
    assert!(seen.findings().is_empty(), "{:#?}", seen.findings());
    let unknown = |outcome: &VerdictOutcome| matches!(outcome, VerdictOutcome::Unknown { .. });
    let unknown: Vec<_> = seen.run.verdicts.iter().filter(|verdict| unknown(&verdict.outcome)).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    for family in Family::ALL {
        assert_eq!(seen.run.grades.families[&family].letter, Some(Letter::A), "{family:?}");
    }
}

#[test]
fn it_speaks_english() {
    let folder = tempfile::tempdir().unwrap();
    let ended = demo(&folder, &["--exemplary", "--lang", "en"]);
    ended.says(&["Exposure: A", "Continuity: A", "What next:"]);
    ended.explains(&["nothing goes out on the network"]);
}

#[test]
fn two_at_once_do_not_disturb_each_other() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let started = folders.each_ref().map(|folder| {
        let to = folder.path().join("demo");
        Vigie::with(["demo", "--quiet", "--folder", to.to_str().unwrap()]).start()
    });
    for demo in started {
        let ended = demo.end().with_code(0);
        assert_eq!(ended.err, "", "--quiet leaves standard error alone");
    }
    for folder in &folders {
        finds_what_was_planted(&run_of(folder));
    }
}

#[test]
fn what_stays_up_can_be_scanned_by_oneself() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("demo");
    let mut stage = Vigie::with(["demo", "--stay", "--folder", to.to_str().unwrap()]).start();
    stage.wait_until_it_says("reste en service");
    let seen = Vigie::with(["scan", to.to_str().unwrap(), "--format", "json"]).run().with_code(0).seen();
    finds_what_was_planted(&seen);
    stage.signal("INT");
    stage.end().with_code(0);
}

#[test]
fn its_folder_is_an_ordinary_facility_folder() {
    let folder = tempfile::tempdir().unwrap();
    demo(&folder, &[]);
    let plan = folder.path().join("demo/plan");
    let ended = Vigie::with(["plan", "check", plan.to_str().unwrap(), "--format", "json"]).run().with_code(0);
    let alone = ended.seen().findings_from(Severity::Info);
    // What comes from the network, or from the plan beside the network, is not there.
    let scanned = |fault: &Finding| {
        ["endpoint", "domain"].iter().any(|kind| fault.subject.starts_with(kind)) || fault.rule.starts_with("bridge.")
    };
    let planted = planted().into_iter().filter(|fault| !scanned(fault));
    let planted: BTreeSet<_> = planted.map(|fault| (fault.rule, fault.subject)).collect();
    assert_eq!(alone, planted, "the plan alone has the plan's faults");
}
