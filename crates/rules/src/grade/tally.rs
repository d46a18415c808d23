use std::collections::BTreeMap;

use vigie_model::{Cap, Counts, Grade, Letter, Severity, Text, Theme, Verdict, VerdictOutcome};

use super::formula::{self, MIN_COVERAGE};
use crate::wording::joined;

/// A verdict with what its rule weighs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weighed<'a> {
    pub(super) verdict: &'a Verdict,
    /// Weight in the score, whatever the outcome.
    pub(super) weight: u64,
    /// The worst that an unknown outcome may hide.
    pub(super) worst: Severity,
}

/// Verdicts added up: enough to grade them, and to tell what clearing some of them would change.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    counts: Counts,
    earned: u64,
    lost: u64,
    undecided: u64,
    /// Open findings by severity.
    open: BTreeMap<Severity, usize>,
    /// Undecided verdicts by the worst that they may hide.
    doubtful: BTreeMap<Severity, usize>,
}

impl Tally {
    /// Adds up the verdicts that a filter keeps.
    pub(super) fn of(weighed: &[Weighed<'_>], keep: impl Fn(&Verdict) -> bool) -> Self {
        let mut tally = Self::default();
        weighed.iter().filter(|weighed| keep(weighed.verdict)).for_each(|weighed| tally.add(weighed));
        tally
    }

    /// The same tally once the failures of another, part of this one, have become passes.
    pub(super) fn with_cleared(&self, part: &Self) -> Self {
        let mut after = self.clone();
        after.earned += part.lost;
        after.lost = after.lost.saturating_sub(part.lost);
        after.counts.pass += part.counts.fail;
        after.counts.fail = after.counts.fail.saturating_sub(part.counts.fail);
        for (severity, cleared) in &part.open {
            if let Some(open) = after.open.get_mut(severity) {
                *open = open.saturating_sub(*cleared);
            }
        }
        after
    }

    /// Whether there is no verdict at all, of any outcome.
    pub(super) fn is_empty(&self) -> bool {
        self.counts == Counts::default()
    }

    /// Tenths of points of this score that clearing a part of it brings, rounded down.
    pub(super) fn gain_tenths(&self, part: &Self) -> u32 {
        (1000 * part.lost).checked_div(self.total()).and_then(|gain| u32::try_from(gain).ok()).unwrap_or(0)
    }

    /// The grade, which has no letter when `missing` names themes that nothing looked at.
    pub(super) fn grade(&self, missing: &[Theme]) -> Grade {
        let not_evaluable = self.not_evaluable(missing);
        let evaluable = not_evaluable.is_none();
        Grade {
            letter: self.proven_letter().filter(|_| evaluable),
            at_best: self.best_letter().filter(|_| evaluable),
            score: self.score().filter(|_| evaluable),
            coverage: self.coverage(),
            counts: self.counts,
            caps: self.caps(),
            not_evaluable,
        }
    }

    /// The letter that the facts prove, were it to be shown: unknowns are not earned, and cap.
    pub(super) fn proven_letter(&self) -> Option<Letter> {
        let limits = ceilings(|severity| self.open(severity) + self.doubtful(severity));
        self.score().map(|score| limits.fold(formula::letter(score.into()), Ord::max))
    }

    /// The letter if every unknown were a pass.
    fn best_letter(&self) -> Option<Letter> {
        let score = (100 * (self.earned + self.undecided)).checked_div(self.total())?;
        Some(ceilings(|severity| self.open(severity)).fold(formula::letter(score), Ord::max))
    }

    /// Whole points from 0 to 100, rounded down.
    pub(super) fn score(&self) -> Option<u8> {
        percent(self.earned, self.total())
    }

    fn coverage(&self) -> u8 {
        percent(self.earned + self.lost, self.total()).unwrap_or(0)
    }

    /// The ceilings behind the proven letter. `open` counts findings alone: a ceiling held by
    /// unknowns only has none.
    fn caps(&self) -> Vec<Cap> {
        let capped = Severity::ALL.into_iter().rev().filter_map(|severity| {
            let at = formula::ceiling(severity, self.open(severity) + self.doubtful(severity))?;
            Some(Cap { at, severity, open: self.open(severity) })
        });
        capped.collect()
    }

    fn not_evaluable(&self, missing: &[Theme]) -> Option<Text> {
        if self.is_empty() {
            return Some(Text::new("Rien n’a été vérifié ici.", "Nothing was checked here."));
        }
        if !missing.is_empty() {
            let names: Vec<Text> = missing.iter().map(|theme| theme.text()).collect();
            let names = joined(&names, ", ");
            return Some(Text::new(
                format!("Il manque un regard sur\u{a0}: {}.", names.fr),
                format!("Not looked at: {}.", names.en),
            ));
        }
        if self.total() == 0 {
            return Some(Text::new(
                "Rien à noter\u{a0}: les vérifications sont sans objet, acceptées ou de simple information.",
                "Nothing to grade: checks are without object, accepted or for information only.",
            ));
        }
        let coverage = self.coverage();
        if self.earned + self.lost == 0 {
            return Some(Text::new("Aucune vérification n’a pu être décidée.", "No check could be decided."));
        }
        (coverage < MIN_COVERAGE).then(|| {
            Text::new(
                format!("Seulement {coverage}\u{a0}% du poids des vérifications a pu être décidé\u{a0}; il en faut {MIN_COVERAGE}\u{a0}%."),
                format!("Only {coverage}% of the weight of the checks could be decided; {MIN_COVERAGE}% is needed."),
            )
        })
    }

    fn total(&self) -> u64 {
        self.earned + self.lost + self.undecided
    }

    fn open(&self, severity: Severity) -> usize {
        self.open.get(&severity).copied().unwrap_or(0)
    }

    fn doubtful(&self, severity: Severity) -> usize {
        self.doubtful.get(&severity).copied().unwrap_or(0)
    }

    fn add(&mut self, weighed: &Weighed<'_>) {
        match weighed.verdict.outcome {
            VerdictOutcome::Pass => {
                self.counts.pass += 1;
                self.earned += weighed.weight;
            }
            VerdictOutcome::Fail { .. } => {
                self.counts.fail += 1;
                self.lost += weighed.weight;
                *self.open.entry(weighed.verdict.severity).or_default() += 1;
            }
            VerdictOutcome::Unknown { .. } => {
                self.counts.unknown += 1;
                self.undecided += weighed.weight;
                *self.doubtful.entry(weighed.worst).or_default() += 1;
            }
            VerdictOutcome::NotApplicable => self.counts.not_applicable += 1,
            VerdictOutcome::Waived { .. } => self.counts.waived += 1,
        }
    }
}

/// The ceilings that so many findings of each severity put.
fn ceilings(findings: impl Fn(Severity) -> usize) -> impl Iterator<Item = Letter> {
    Severity::ALL.into_iter().filter_map(move |severity| formula::ceiling(severity, findings(severity)))
}

/// A share in whole percent, rounded down; none of nothing.
fn percent(part: u64, whole: u64) -> Option<u8> {
    (100 * part).checked_div(whole).and_then(|share| u8::try_from(share).ok())
}
