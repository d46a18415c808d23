//! The two sample hospitals, judged by the shipped rules of continuity.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;
use vigie_model::{Lang, Severity, Verdict, VerdictOutcome};
use vigie_plan::{Plan, catalogue, observe};
use vigie_rules::{Frameworks, RuleSet};
use vigie_source::{Formats, Problems, SourceFile};

/// The day on which the samples are true.
const AS_OF: &str = "2026-11-22T08:00:00Z";

/// What the sample with faults must be found to have wrong, and nothing else.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
struct PlantedFaults {
    /// One line per finding.
    faults: Vec<PlantedFault>,
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
struct PlantedFault {
    /// The rule that must fail.
    rule: String,
    /// What it must fail on.
    subject: String,
    /// What was done to the plan, for readers.
    #[expect(dead_code, reason = "written for people")]
    fault: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &str) -> Vec<SourceFile> {
    let folder = root().join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> SourceFile {
    let name = path.file_name().unwrap().to_str().unwrap();
    SourceFile::from_bytes(name, &std::fs::read(path).unwrap()).unwrap()
}

fn french(problems: &Problems) -> String {
    problems.render(Lang::Fr, false, 140)
}

fn rules() -> RuleSet {
    let frameworks = Frameworks::read(&read(&root().join("rules/frameworks.yaml"))).unwrap();
    RuleSet::load(files("rules/continuity"), &catalogue().unwrap(), &frameworks)
        .unwrap_or_else(|problems| panic!("{}", french(&problems)))
}

fn plan(folder: &str) -> Plan {
    Plan::load(&files(folder)).unwrap_or_else(|problems| panic!("{}", french(&problems)))
}

fn verdicts(folder: &str) -> Vec<Verdict> {
    let as_of: Timestamp = AS_OF.parse().unwrap();
    rules().judge(&observe(&plan(folder), as_of), as_of)
}

fn findings(verdicts: &[Verdict]) -> BTreeSet<(String, String)> {
    verdicts
        .iter()
        .filter(|verdict| verdict.is_open())
        .map(|verdict| (verdict.rule.to_string(), verdict.subject.to_string()))
        .collect()
}

fn sentences(verdicts: &[Verdict]) -> String {
    let lines = verdicts.iter().filter(|verdict| verdict.is_open()).flat_map(|verdict| {
        let said = verdict.failed_checks().iter();
        said.map(move |check| format!("{} {}: {}", verdict.rule, verdict.subject, check.message.fr))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_rule_keeps_its_own_cases() {
    let rules = rules();
    assert!(rules.warnings().is_empty(), "{}", french(rules.warnings()));
    assert_eq!(rules.check_cases(), []);
    assert!(rules.len() >= 30);
}

#[test]
fn the_exemplary_hospital_has_nothing_to_mend_and_nothing_unknown() {
    let verdicts = verdicts("examples/ch-exemplaire/plan");
    let open: Vec<&Verdict> =
        verdicts.iter().filter(|verdict| verdict.is_open() && verdict.severity > Severity::Info).collect();
    assert!(open.is_empty(), "{}", sentences(&verdicts));
    let unknown: Vec<String> = verdicts
        .iter()
        .filter(|verdict| matches!(verdict.outcome, VerdictOutcome::Unknown { .. }))
        .map(|verdict| format!("{} {} {:?}", verdict.rule, verdict.subject, verdict.outcome))
        .collect();
    assert_eq!(unknown, [] as [String; 0]);
    assert!(verdicts.iter().any(|verdict| verdict.outcome == VerdictOutcome::Pass));
}

#[test]
fn the_demonstration_hospital_has_the_planted_faults_and_no_other() {
    let file = read(&root().join("examples/ch-demonstration/planted-faults.yaml"));
    let planted = vigie_source::read::<PlantedFaults>(&file, &Formats::standard())
        .unwrap_or_else(|problems| panic!("{}", french(&problems)))
        .value;
    let planted: BTreeSet<_> = planted.faults.into_iter().map(|fault| (fault.rule, fault.subject)).collect();
    let verdicts = verdicts("examples/ch-demonstration/plan");
    let found = findings(&verdicts);
    let missing: Vec<_> = planted.difference(&found).collect();
    let unplanned: Vec<_> = found.difference(&planted).collect();
    assert!(missing.is_empty() && unplanned.is_empty(), "missing {missing:#?}\nunplanned {unplanned:#?}");

    let rules: BTreeSet<String> = rules().list().map(|rule| rule.id.to_string()).collect();
    let covered: BTreeSet<String> = found.into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(covered, rules, "each rule has a fault planted for it");
}
