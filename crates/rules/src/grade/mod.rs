//! The vigie grade: letters by theme and by half, and what to fix first.
//!
//! Pure arithmetic over verdicts. Fixing a finding never lowers a letter, and what could not be
//! seen never raises one: both are checked by properties.

mod formula;
mod next_steps;
mod tally;

use std::collections::BTreeMap;

use jiff::civil::Date;
use vigie_model::{Family, Grade, Grades, RuleCard, RuleId, Severity, Theme, Verdict};

use crate::care::{CareProgramme, DatedProof};
use next_steps::next_steps;
use tally::{Tally, Weighed};

pub use formula::{FORMULA, MIN_COVERAGE, formula_text};

/// What a grade is made from. The order of verdicts and proofs does not matter.
#[derive(Debug, Clone, Copy)]
pub struct GradeInput<'a> {
    /// The verdicts, waivers applied.
    pub verdicts: &'a [Verdict],
    /// The rules behind them. A verdict whose rule is not here weighs as a medium one.
    pub cards: &'a BTreeMap<RuleId, RuleCard>,
    /// The worst severity that any check of a rule can reach, where that exceeds the rule's own: an
    /// unknown verdict caps the letter as that check would.
    pub worst: &'a BTreeMap<RuleId, Severity>,
    /// The objectives of the `CaRE` programme.
    pub care: &'a CareProgramme,
    /// Proofs whose date is known.
    pub proofs: &'a [DatedProof],
    /// The day of the judgement, against which proofs run out.
    pub as_of: Date,
}

/// Grades verdicts by [`FORMULA`]: every theme and both halves are there, judged or not.
#[must_use]
pub fn grade(input: &GradeInput<'_>) -> Grades {
    let weighed: Vec<Weighed<'_>> = input.verdicts.iter().map(|verdict| input.weigh(verdict)).collect();
    let themes: BTreeMap<Theme, Tally> =
        Theme::ALL.into_iter().map(|theme| (theme, Tally::of(&weighed, |v| v.theme == theme))).collect();
    let families: BTreeMap<Family, Tally> =
        Family::ALL.into_iter().map(|family| (family, Tally::of(&weighed, |v| v.theme.family() == family))).collect();
    let graded: BTreeMap<Family, Grade> =
        families.iter().map(|(family, tally)| (*family, family_grade(*family, tally, &themes))).collect();
    let lettered: BTreeMap<Family, Tally> = families
        .into_iter()
        .filter(|(family, _)| graded.get(family).is_some_and(|grade| grade.letter.is_some()))
        .collect();
    Grades {
        formula: FORMULA.to_owned(),
        next_steps: next_steps(input.cards, &weighed, &themes, &lettered),
        families: graded,
        themes: themes.into_iter().map(|(theme, tally)| (theme, tally.grade(&[]))).collect(),
        care: input.care.lines(input.verdicts, input.cards, input.proofs, input.as_of),
    }
}

/// A half with a theme that nothing looked at has no letter: it would speak for what it did not see.
fn family_grade(family: Family, tally: &Tally, themes: &BTreeMap<Theme, Tally>) -> Grade {
    let missing: Vec<Theme> = themes
        .iter()
        .filter(|(theme, tally)| theme.family() == family && tally.is_empty())
        .map(|(theme, _)| *theme)
        .collect();
    tally.grade(&missing)
}

impl<'a> GradeInput<'a> {
    /// The weight comes from the rule alone, so that it is the same whatever the verdict says.
    fn weigh(&self, verdict: &'a Verdict) -> Weighed<'a> {
        let own = self.cards.get(&verdict.rule).map(|card| card.severity);
        let worst = self.worst.get(&verdict.rule).copied();
        Weighed {
            verdict,
            weight: formula::weight(own.unwrap_or(Severity::Medium)),
            worst: own.unwrap_or(verdict.severity).max(worst.unwrap_or(Severity::Info)),
        }
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
pub(crate) mod samples;

#[cfg(test)]
mod tests {
    use vigie_model::{Effort, Letter};

    use super::samples::{Rules, Says};
    use super::*;

    fn rules() -> Rules {
        Rules::default()
            .with("tls.critical", Theme::Tls, Severity::Critical, Effort::High)
            .with("tls.high", Theme::Tls, Severity::High, Effort::Medium)
            .with("tls.medium", Theme::Tls, Severity::Medium, Effort::Low)
            .with("tls.low", Theme::Tls, Severity::Low, Effort::Low)
            .with("tls.info", Theme::Tls, Severity::Info, Effort::Low)
            .with("dns.low", Theme::Dns, Severity::Low, Effort::Low)
            .with("mail.low", Theme::Mail, Severity::Low, Effort::Low)
            .with("services.low", Theme::Services, Severity::Low, Effort::Low)
    }

    /// Passes of a rule on so many hosts, then one verdict that says something else.
    fn passes_and(count: usize, rule: &str, says: Says) -> Vec<Verdict> {
        let passes = (0..count).map(|host| rules().plain("tls.critical", host, Says::Pass));
        passes.chain([rules().plain(rule, 99, says)]).collect()
    }

    fn tls(verdicts: &[Verdict]) -> Grade {
        rules().grade(verdicts).themes[&Theme::Tls].clone()
    }

    #[test]
    fn findings_cap_by_severity() {
        let letter = |rule| tls(&passes_and(50, rule, Says::Fail)).letter;
        assert_eq!(letter("tls.critical"), Some(Letter::D));
        assert_eq!(letter("tls.high"), Some(Letter::C));
        assert_eq!(letter("tls.medium"), Some(Letter::B));
        assert_eq!(letter("tls.low"), Some(Letter::A));
        assert_eq!(letter("tls.info"), Some(Letter::A));
    }

    #[test]
    fn an_unknown_caps_as_a_failure_and_the_best_letter_shows_it() {
        let grade = tls(&passes_and(50, "tls.high", Says::Unknown));
        assert_eq!((grade.letter, grade.at_best), (Some(Letter::C), Some(Letter::A)));
        assert_eq!(grade.caps, [vigie_model::Cap { at: Letter::C, severity: Severity::High, open: 0 }]);
        assert_eq!(grade.score, Some(99));
    }

    #[test]
    fn an_unknown_caps_as_the_worst_check_of_its_rule() {
        let mut rules = rules();
        rules.worst.insert(RuleId("tls.high".into()), Severity::Critical);
        let grades = rules.grade(&passes_and(50, "tls.high", Says::Unknown));
        assert_eq!(grades.themes[&Theme::Tls].letter, Some(Letter::D));
    }

    #[test]
    fn a_check_worse_than_its_rule_caps_but_weighs_as_the_rule() {
        let mut verdicts = passes_and(3, "tls.low", Says::Pass);
        let as_pass = tls(&verdicts).score;
        verdicts.pop();
        verdicts.push(rules().verdict("tls.low", 99, Says::Fail, Severity::Critical));
        let grade = tls(&verdicts);
        assert_eq!((as_pass, grade.score, grade.letter), (Some(100), Some(98), Some(Letter::D)));
    }

    #[test]
    fn three_open_criticals_are_the_lowest_letter() {
        let mut verdicts = passes_and(97, "tls.critical", Says::Fail);
        for host in 100..102 {
            verdicts.push(rules().plain("tls.critical", host, Says::Fail));
        }
        let grade = tls(&verdicts);
        assert_eq!((grade.score, grade.letter), (Some(97), Some(Letter::E)));
    }

    #[test]
    fn there_is_no_letter_without_enough_decided() {
        let reason = |verdicts: &[Verdict]| {
            let grade = tls(verdicts);
            assert_eq!((grade.letter, grade.at_best, grade.score), (None, None, None));
            grade.not_evaluable.expect("a reason").fr
        };
        let three = [Says::Pass, Says::Unknown, Says::Unknown];
        let verdicts: Vec<_> =
            three.into_iter().enumerate().map(|(host, says)| rules().plain("tls.low", host, says)).collect();
        insta::assert_snapshot!(reason(&verdicts), @"Seulement 33 % du poids des vérifications a pu être décidé ; il en faut 60 %.");
        insta::assert_snapshot!(reason(&verdicts[1..]), @"Aucune vérification n’a pu être décidée.");
        insta::assert_snapshot!(reason(&[]), @"Rien n’a été vérifié ici.");
        let nothing = [Says::NotApplicable, Says::Waived].map(|says| rules().plain("tls.low", 0, says));
        insta::assert_snapshot!(reason(&nothing), @"Rien à noter : les vérifications sont sans objet, acceptées ou de simple information.");
    }

    #[test]
    fn coverage_of_exactly_the_least_share_is_enough() {
        let says = [Says::Pass, Says::Pass, Says::Pass, Says::Unknown, Says::Unknown];
        let verdicts: Vec<_> =
            says.into_iter().enumerate().map(|(host, says)| rules().plain("tls.low", host, says)).collect();
        let grade = tls(&verdicts);
        assert_eq!(
            (grade.coverage, grade.score, grade.letter, grade.at_best),
            (60, Some(60), Some(Letter::C), Some(Letter::A))
        );
    }

    #[test]
    fn a_half_names_the_themes_that_nothing_looked_at() {
        let seen = ["tls.low", "dns.low", "mail.low"].map(|rule| rules().plain(rule, 0, Says::Pass));
        let exposure = |verdicts: &[Verdict]| rules().grade(verdicts).families[&Family::Exposure].clone();
        let grade = exposure(&seen);
        assert_eq!(grade.letter, None);
        insta::assert_snapshot!(grade.not_evaluable.expect("a reason").fr, @"Il manque un regard sur : Services exposés.");
        let without_object = rules().plain("services.low", 0, Says::NotApplicable);
        assert_eq!(exposure(&[seen.as_slice(), &[without_object]].concat()).letter, Some(Letter::A));
    }

    #[test]
    fn criticals_come_first_then_gain_for_effort() {
        let mut verdicts = passes_and(1, "tls.critical", Says::Fail);
        for rule in ["tls.high", "tls.medium", "tls.low", "tls.info"] {
            verdicts.push(rules().plain(rule, 0, Says::Fail));
        }
        for host in 1..40 {
            verdicts.push(rules().plain("tls.low", host, Says::Fail));
        }
        for rule in ["dns.low", "mail.low", "services.low"] {
            verdicts.push(rules().plain(rule, 0, Says::Pass));
        }
        let steps: Vec<String> = rules()
            .grade(&verdicts)
            .next_steps
            .iter()
            .map(|step| {
                format!("{} x{} +{} {:?}", step.rule, step.subjects.len(), step.gain_tenths, step.family_letter_after)
            })
            .collect();
        insta::assert_snapshot!(steps.join("\n"), @r"
        tls.critical x1 +219 Some(D)
        tls.medium x1 +32 None
        tls.high x1 +87 None
        tls.low x40 +439 Some(D)
        tls.info x1 +0 None
        ");
    }
}
