use std::collections::BTreeSet;

use serde_json::{Map, Value};
use vigie::model::{FactPath, Observation, Outcome, Reason, Run, Severity, Verdict, VerdictOutcome};

/// A run, as a test asks about it. Subjects are named by a part of their text form (`www.essai.test:443`).
#[derive(Debug)]
pub(crate) struct Seen {
    /// The whole run.
    pub(crate) run: Run,
}

impl Seen {
    /// Reads a run from its JSON.
    #[track_caller]
    pub(crate) fn read(json: &str) -> Self {
        Self { run: Run::from_json(json).unwrap_or_else(|why| panic!("{why}:\n{json}")) }
    }

    /// The only look of a kind at a subject.
    #[track_caller]
    pub(crate) fn look(&self, kind: &str, subject: &str) -> &Observation {
        let mut found =
            self.run.observations.iter().filter(|look| look.kind == kind && names(&look.subject.to_string(), subject));
        let first = found.next();
        assert!(found.next().is_none(), "several looks of {kind} at {subject}");
        first.unwrap_or_else(|| panic!("no look of {kind} at {subject}: {:#?}", self.subjects()))
    }

    /// The facts of a look.
    #[track_caller]
    pub(crate) fn facts(&self, kind: &str, subject: &str) -> &Map<String, Value> {
        match &self.look(kind, subject).outcome {
            Outcome::Observed { facts, .. } => facts,
            other => panic!("no facts of {kind} at {subject}: {other:?}"),
        }
    }

    /// One fact by its place (`certificate.key_bits`, `chain.0.sha256`); `Null` when it was not seen.
    #[track_caller]
    pub(crate) fn fact(&self, kind: &str, subject: &str, path: &str) -> Value {
        let pointer = format!("/{}", path.replace('.', "/"));
        Value::Object(self.facts(kind, subject).clone()).pointer(&pointer).cloned().unwrap_or_default()
    }

    /// One fact, on the first subject that suits, that has facts of this kind; `Null` when it was not seen.
    pub(crate) fn fact_of(&self, kind: &str, suits: impl Fn(&str) -> bool, path: &str) -> Value {
        let pointer = format!("/{}", path.replace('.', "/"));
        let mut looks =
            self.run.observations.iter().filter(|look| look.kind == kind && suits(&look.subject.to_string()));
        let facts = looks.find_map(|look| match &look.outcome {
            Outcome::Observed { facts, .. } => Some(Value::Object(facts.clone())),
            Outcome::Absent | Outcome::NotApplicable | Outcome::Unknown { .. } => None,
        });
        facts.unwrap_or_default().pointer(&pointer).cloned().unwrap_or_default()
    }

    /// Why a fact is missing; `None` when it is not.
    #[track_caller]
    pub(crate) fn gap(&self, kind: &str, subject: &str, path: &str) -> Option<Reason> {
        match &self.look(kind, subject).outcome {
            Outcome::Observed { gaps, .. } => gaps.get(&FactPath::from(path)).copied(),
            Outcome::Unknown { reason, .. } => Some(*reason),
            Outcome::Absent | Outcome::NotApplicable => None,
        }
    }

    /// Open findings above `info`, as rule and subject.
    pub(crate) fn findings(&self) -> BTreeSet<(String, String)> {
        self.findings_from(Severity::Low)
    }

    /// Open findings at least this severe, as rule and subject.
    pub(crate) fn findings_from(&self, least: Severity) -> BTreeSet<(String, String)> {
        self.run
            .verdicts
            .iter()
            .filter(|verdict| verdict.is_open() && verdict.severity >= least)
            .map(|verdict| (verdict.rule.to_string(), verdict.subject.to_string()))
            .collect()
    }

    /// Verdicts on a subject.
    pub(crate) fn verdicts<'a>(&'a self, subject: &'a str) -> impl Iterator<Item = &'a Verdict> {
        self.run.verdicts.iter().filter(move |verdict| names(&verdict.subject.to_string(), subject))
    }

    /// Rules that passed on a subject.
    pub(crate) fn passed(&self, subject: &str) -> Vec<String> {
        self.verdicts(subject)
            .filter(|verdict| verdict.outcome == VerdictOutcome::Pass)
            .map(|verdict| verdict.rule.to_string())
            .collect()
    }

    fn subjects(&self) -> Vec<String> {
        self.run.observations.iter().map(|look| format!("{} {}", look.kind, look.subject)).collect()
    }
}

/// Whether a subject's text form holds these words at the border of a name: `www.essai.test:443` and not `ww.essai`.
pub(crate) fn names(subject: &str, part: &str) -> bool {
    let border = |c: Option<char>| c.is_none_or(|c| matches!(c, '/' | ':' | '@'));
    subject
        .match_indices(part)
        .any(|(at, _)| border(subject[..at].chars().next_back()) && border(subject[at + part.len()..].chars().next()))
}
