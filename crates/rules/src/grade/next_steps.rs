use std::cmp::Reverse;
use std::collections::BTreeMap;

use vigie_model::{Effort, Family, Letter, NextStep, RuleCard, RuleId, Severity, Theme};

use super::formula::{cost, urgency};
use super::tally::{Tally, Weighed};

/// What to fix first: open findings by rule, in the published order of [`super::formula_text`].
/// `lettered` holds the halves that have a letter.
pub(super) fn next_steps(
    cards: &BTreeMap<RuleId, RuleCard>,
    weighed: &[Weighed<'_>],
    themes: &BTreeMap<Theme, Tally>,
    lettered: &BTreeMap<Family, Tally>,
) -> Vec<NextStep> {
    let mut open: BTreeMap<(&RuleId, Theme), Vec<Weighed<'_>>> = BTreeMap::new();
    for weighed in weighed.iter().filter(|weighed| weighed.verdict.is_open()) {
        open.entry((&weighed.verdict.rule, weighed.verdict.theme)).or_default().push(*weighed);
    }
    let mut steps: Vec<NextStep> = open
        .into_iter()
        .map(|((rule, theme), findings)| {
            let part = Tally::of(&findings, |_| true);
            let mut subjects: Vec<_> = findings.iter().map(|finding| finding.verdict.subject.clone()).collect();
            subjects.sort();
            subjects.dedup();
            NextStep {
                rule: rule.clone(),
                subjects,
                severity: findings.iter().map(|finding| finding.verdict.severity).max().unwrap_or(Severity::Info),
                effort: cards.get(rule).map_or(Effort::Medium, |card| card.effort),
                gain_tenths: themes.get(&theme).map_or(0, |tally| tally.gain_tenths(&part)),
                family_letter_after: lettered.get(&theme.family()).and_then(|tally| letter_after(tally, &part)),
            }
        })
        .collect();
    // Comparing a / b with c / d as a × d with c × b keeps the order exact.
    steps.sort_by(|one, other| {
        let per_effort = |step: &NextStep, of: &NextStep| u64::from(step.gain_tenths) * cost(of.effort);
        urgency(one.severity)
            .cmp(&urgency(other.severity))
            .then_with(|| per_effort(other, one).cmp(&per_effort(one, other)))
            .then_with(|| Reverse(one.severity).cmp(&Reverse(other.severity)))
            .then_with(|| one.rule.cmp(&other.rule))
    });
    steps
}

/// The letter of the half once a part of its findings is cleared, when that changes it.
fn letter_after(family: &Tally, part: &Tally) -> Option<Letter> {
    let after = family.with_cleared(part).proven_letter();
    after.filter(|_| after != family.proven_letter())
}
