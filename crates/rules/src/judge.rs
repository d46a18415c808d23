//! From observations to verdicts.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};
use vigie_model::{
    FactPath, FailedCheck, Fingerprint, Lang, MissingFact, Observation, Outcome, Reason, Source, Subject, Text,
    Verdict, VerdictOutcome,
};

use crate::expression::{Expression, MAX_STEPS, Missing, Trace};
use crate::load::LoadedRule;
use crate::{RuleSet, Status, evidence, facts};

/// How many missing facts a verdict names.
const MAX_MISSING: usize = 50;

/// What was seen of one subject.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'o> {
    pub(crate) facts: &'o Map<String, Value>,
    pub(crate) gaps: &'o BTreeMap<FactPath, Reason>,
    pub(crate) source: Source,
}

impl RuleSet {
    /// One verdict per rule in force and subject of its kind, by subject then rule.
    ///
    /// When a subject was observed several times, one observation counts: measured over imported over
    /// documented over declared, then the newest. Deprecated rules are not judged.
    pub fn judge(&self, observations: &[Observation], as_of: Timestamp) -> Vec<Verdict> {
        let chosen = choose(observations);
        let mut verdicts = Vec::new();
        for loaded in self.loaded().filter(|loaded| loaded.rule.status != Status::Deprecated) {
            let of_kind = chosen.get(loaded.rule.subject.as_str()).into_iter().flatten();
            let subjects = of_kind.filter(|(subject, _)| loaded.rule.is_about(subject));
            verdicts.extend(subjects.map(|(_, observation)| verdict(loaded, observation, as_of)));
        }
        verdicts.sort_by(|one, other| (&one.subject, &one.rule).cmp(&(&other.subject, &other.rule)));
        verdicts
    }
}

/// The observation that counts, by kind and subject.
fn choose(observations: &[Observation]) -> BTreeMap<&str, BTreeMap<&Subject, &Observation>> {
    let mut chosen: BTreeMap<&str, BTreeMap<&Subject, &Observation>> = BTreeMap::new();
    for observation in observations {
        let of_kind = chosen.entry(observation.kind.as_str()).or_default();
        let counts = of_kind.get(&observation.subject).is_none_or(|held| takes_over(observation, held));
        if counts {
            of_kind.insert(&observation.subject, observation);
        }
    }
    chosen
}

/// Whether an observation counts rather than the one held. Twins are told apart by what they say, so
/// that the order they come in changes nothing.
fn takes_over(new: &Observation, held: &Observation) -> bool {
    let rank = |observation: &Observation| (Reverse(observation.source), observation.observed_at);
    rank(new).cmp(&rank(held)).then_with(|| said(new).cmp(&said(held))).is_gt()
}

fn said(observation: &Observation) -> String {
    serde_json::to_string(observation).unwrap_or_default()
}

fn verdict(loaded: &LoadedRule, observation: &Observation, as_of: Timestamp) -> Verdict {
    let rule = &loaded.rule;
    let subject = &observation.subject;
    let nothing_failed = || evidence::fingerprint(&rule.id, subject, std::iter::empty());
    let (outcome, fingerprint) = match &observation.outcome {
        Outcome::Absent | Outcome::NotApplicable => (VerdictOutcome::NotApplicable, nothing_failed()),
        Outcome::Unknown { reason, .. } => {
            let missing = vec![MissingFact { path: FactPath::ROOT, reason: *reason }];
            (VerdictOutcome::Unknown { missing }, nothing_failed())
        }
        Outcome::Observed { facts, gaps } => {
            outcome(loaded, subject, &Look { facts, gaps, source: observation.source }, as_of)
        }
    };
    let severity = match &outcome {
        VerdictOutcome::Fail { checks } => checks.iter().map(|check| check.severity).max(),
        _ => None,
    };
    Verdict {
        rule: rule.id.clone(),
        subject: subject.clone(),
        theme: rule.theme,
        severity: severity.unwrap_or_else(|| rule.weight(rule.severity)),
        outcome,
        fingerprint,
    }
}

/// What a rule says of facts, and the identity of those that failed it.
pub(crate) fn outcome(
    loaded: &LoadedRule,
    subject: &Subject,
    look: &Look<'_>,
    as_of: Timestamp,
) -> (VerdictOutcome, Fingerprint) {
    let mut steps = MAX_STEPS;
    let mut failed: Vec<(FailedCheck, Trace<'_>)> = Vec::new();
    let mut missing: BTreeMap<FactPath, Reason> = BTreeMap::new();
    let applies = loaded.when.as_ref().map_or(Some(true), |when| {
        let applies = when.truth(look.facts, as_of, &mut steps);
        if applies.is_none() {
            missing.extend(look.missing(when, as_of, steps));
        }
        applies
    });
    if applies == Some(true) {
        for (check, loaded_check) in loaded.rule.checks.iter().zip(&loaded.checks) {
            let expression = &loaded_check.expression;
            match expression.truth(look.facts, as_of, &mut steps) {
                Some(true) => {}
                Some(false) => {
                    let trace = expression.trace(look.facts, as_of);
                    let fill = |lang| match lang {
                        Lang::Fr => loaded_check.fr.fill(lang, look.facts, &trace.elements),
                        Lang::En => loaded_check.en.fill(lang, look.facts, &trace.elements),
                    };
                    let failure = FailedCheck {
                        check: check.id.clone(),
                        severity: loaded.rule.weight(check.severity.unwrap_or(loaded.rule.severity)),
                        message: Text::new(fill(Lang::Fr), fill(Lang::En)),
                        read: evidence::reads(&trace),
                    };
                    failed.push((failure, trace));
                }
                None => missing.extend(look.missing(expression, as_of, steps)),
            }
        }
    }
    let traces = failed.iter().map(|(check, trace)| (check.check.as_str(), trace));
    let fingerprint = evidence::fingerprint(&loaded.rule.id, subject, traces);
    let outcome = if !failed.is_empty() {
        let mut checks: Vec<FailedCheck> = failed.into_iter().map(|(check, _)| check).collect();
        checks.sort_by_key(|check| Reverse(check.severity));
        VerdictOutcome::Fail { checks }
    } else if !missing.is_empty() {
        let missing = missing.into_iter().take(MAX_MISSING);
        VerdictOutcome::Unknown { missing: missing.map(|(path, reason)| MissingFact { path, reason }).collect() }
    } else if applies == Some(false) {
        VerdictOutcome::NotApplicable
    } else {
        VerdictOutcome::Pass
    };
    (outcome, fingerprint)
}

impl Look<'_> {
    /// The facts that an undecided expression wanted, each with the reason it was not seen.
    /// Never empty: an unknown verdict says why.
    fn missing(&self, expression: &Expression, as_of: Timestamp, steps: usize) -> BTreeMap<FactPath, Reason> {
        let trace = expression.trace(self.facts, as_of);
        if steps == 0 || trace.exhausted {
            return BTreeMap::from([(FactPath::ROOT, Reason::Unsupported)]);
        }
        let mut missing: BTreeMap<FactPath, Reason> =
            trace.missing.iter().map(|missing| (missing.path.clone(), self.reason(missing))).collect();
        if missing.is_empty() {
            missing.insert(FactPath::ROOT, Reason::Bug);
        }
        missing
    }

    /// Why a fact was not seen: the nearest gap that covers it, else what its source can mean.
    fn reason(&self, missing: &Missing) -> Reason {
        if missing.is_fault {
            return Reason::Bug;
        }
        let plain = FactPath::new(facts::without_indices(&missing.path));
        let covering = self.gaps.iter().filter(|(gap, _)| gap.covers(&missing.path) || gap.covers(&plain));
        let nearest = covering.max_by_key(|(gap, _)| gap.as_str().len());
        let below = || self.gaps.iter().find(|(gap, _)| missing.path.covers(gap));
        match (nearest.or_else(below), self.source) {
            (Some((_, reason)), _) => *reason,
            (None, Source::Documented | Source::Declared) => Reason::NotStated,
            (None, Source::Imported) => Reason::Unsupported,
            // A probe owes a reason for every fact that it leaves out.
            (None, Source::Measured) => Reason::Bug,
        }
    }
}
