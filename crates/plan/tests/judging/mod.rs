//! Sample plans, judged by the shipped rules of continuity on the day on which they are true.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;
use vigie_model::{Lang, Verdict};
use vigie_plan::{Plan, catalogue, observe};
use vigie_rules::{Frameworks, RuleSet};
use vigie_source::{Formats, Problems, SourceFile};

/// The day on which the samples are true.
pub(crate) const AS_OF: &str = "2026-11-22T08:00:00Z";

/// Rules that fail, each with what it fails on.
pub(crate) type Findings = BTreeSet<(String, String)>;

/// What the sample with faults must be found to have wrong, and nothing else.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
pub(crate) struct PlantedFaults {
    /// One line per finding.
    pub(crate) faults: Vec<PlantedFault>,
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
pub(crate) struct PlantedFault {
    /// The rule that must fail.
    pub(crate) rule: String,
    /// What it must fail on.
    pub(crate) subject: String,
    /// What was done to the plan, for readers: the same words for each finding that it causes.
    pub(crate) fault: String,
}

impl PlantedFaults {
    pub(crate) fn of(folder: &str) -> Self {
        let file = read(&root().join(folder).join("planted-faults.yaml"));
        let planted = vigie_source::read::<Self>(&file, &Formats::standard());
        planted.unwrap_or_else(|problems| panic!("{}", french(&problems))).value
    }

    pub(crate) fn findings(&self) -> Findings {
        assert!(self.faults.iter().all(|fault| !fault.fault.is_empty()));
        self.faults.iter().map(|fault| (fault.rule.clone(), fault.subject.clone())).collect()
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn files(folder: &str) -> Vec<SourceFile> {
    let folder = root().join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

pub(crate) fn read(path: &Path) -> SourceFile {
    let name = path.file_name().unwrap().to_str().unwrap();
    SourceFile::from_bytes(name, &std::fs::read(path).unwrap()).unwrap()
}

pub(crate) fn french(problems: &Problems) -> String {
    problems.render(Lang::Fr, false, 140)
}

pub(crate) fn rules() -> RuleSet {
    let frameworks = Frameworks::read(&read(&root().join("rules/frameworks.yaml"))).unwrap();
    let shipped = [files("rules/continuity"), files("rules/pcra")].concat();
    RuleSet::load(shipped, &catalogue().unwrap(), &frameworks)
        .unwrap_or_else(|problems| panic!("{}", french(&problems)))
}

pub(crate) fn plan(folder: &str) -> Plan {
    Plan::load(&files(folder)).unwrap_or_else(|problems| panic!("{}", french(&problems)))
}

pub(crate) fn verdicts_at(folder: &str, as_of: &str) -> Vec<Verdict> {
    let as_of: Timestamp = as_of.parse().unwrap();
    rules().judge(&observe(&plan(folder), as_of), as_of)
}

pub(crate) fn verdicts(folder: &str) -> Vec<Verdict> {
    verdicts_at(folder, AS_OF)
}

pub(crate) fn findings(verdicts: &[Verdict]) -> Findings {
    verdicts
        .iter()
        .filter(|verdict| verdict.is_open())
        .map(|verdict| (verdict.rule.to_string(), verdict.subject.to_string()))
        .collect()
}
