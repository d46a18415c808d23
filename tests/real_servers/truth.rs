use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use vigie::model::{Lang, VerdictOutcome};
use vigie::source::{Formats, SourceFile};

use crate::stage::Seen;

/// What is true of servers whose settings we wrote ourselves.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Truth {
    /// One element a server or domain.
    targets: Vec<Target>,
}

/// What is true of one server or domain.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Target {
    /// Its name.
    name: String,
    /// Facts that must hold, by kind of look then by place in it.
    #[serde(default)]
    facts: BTreeMap<String, BTreeMap<String, Value>>,
    /// Rules that must have an open finding here. Any other finding is one too many.
    #[serde(default)]
    must_fail: Vec<String>,
    /// Rules that must have decided here and found nothing.
    #[serde(default)]
    must_not_fail: Vec<String>,
}

impl Truth {
    /// Reads `ground-truth.yaml`.
    pub(crate) fn read(text: &str) -> Self {
        let file = SourceFile::new("ground-truth.yaml", text);
        let read = vigie::source::read::<Self>(&file, &Formats::standard());
        read.unwrap_or_else(|problems| panic!("{}", problems.render(Lang::En, false, 100))).value
    }

    /// What it says of these names.
    pub(crate) fn only(mut self, names: &[&str]) -> Self {
        self.targets.retain(|target| names.contains(&target.name.as_str()));
        self
    }

    /// The names it speaks of.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        self.targets.iter().map(|target| target.name.as_str()).collect()
    }

    /// Everything in which a run departs from the truth, one line each.
    pub(crate) fn departures(&self, seen: &Seen) -> Vec<String> {
        let mut all: Vec<String> = self.targets.iter().flat_map(|target| target.departures(seen)).collect();
        let known = self.names();
        let strangers = seen.findings().into_iter().filter(|(_, subject)| !known.contains(name_in(subject)));
        all.extend(strangers.map(|(rule, subject)| format!("{subject}: {rule} fails where nothing was expected")));
        all
    }
}

impl Target {
    fn departures(&self, seen: &Seen) -> Vec<String> {
        let mut all = Vec::new();
        for (kind, facts) in &self.facts {
            for (place, expected) in facts {
                let found = seen.fact_of(kind, |subject| name_in(subject) == self.name, place);
                if found != *expected {
                    all.push(format!("{}: {kind} {place} is {found} and should be {expected}", self.name));
                }
            }
        }
        let expected: BTreeSet<String> = self.must_fail.iter().cloned().collect();
        let findings = seen.findings().into_iter().filter(|(_, subject)| name_in(subject) == self.name);
        let found: BTreeSet<String> = findings.map(|(rule, _)| rule).collect();
        all.extend(expected.difference(&found).map(|rule| format!("{}: {rule} should fail and does not", self.name)));
        all.extend(found.difference(&expected).map(|rule| format!("{}: {rule} fails and should not", self.name)));
        for rule in &self.must_not_fail {
            let mut verdicts = seen
                .run
                .verdicts
                .iter()
                .filter(|verdict| verdict.rule.0 == *rule && name_in(&verdict.subject.to_string()) == self.name);
            let decided =
                |outcome: &VerdictOutcome| matches!(outcome, VerdictOutcome::Pass | VerdictOutcome::NotApplicable);
            if !verdicts.any(|verdict| decided(&verdict.outcome)) {
                all.push(format!("{}: {rule} should find nothing there", self.name));
            }
        }
        all
    }
}

/// The host or domain that a subject's text form names: `domain:NAME`, `endpoint:tcp/NAME:PORT@ADDRESS`.
pub(crate) fn name_in(subject: &str) -> &str {
    let rest = subject.split_once('/').or_else(|| subject.split_once(':')).map_or(subject, |(_, rest)| rest);
    rest.split([':', '@']).next().unwrap_or(rest)
}
