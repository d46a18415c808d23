//! What must hold of any set of verdicts.

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use vigie_model::{Effort, Family, Grade, Grades, Letter, RuleId, Severity, Theme, Verdict};

use super::formula;
use super::samples::{Rules, Says, outcome};
use super::tally::Tally;

const THEMES: [Theme; 3] = [Theme::Tls, Theme::Mail, Theme::Recovery];
const EFFORTS: [Effort; 3] = [Effort::Low, Effort::Medium, Effort::High];
const OUTCOMES: [Says; 5] = [Says::Pass, Says::Fail, Says::Unknown, Says::NotApplicable, Says::Waived];

/// Two rules for every theme and severity, one of which has a check worse than the rule.
static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let mut rules = Rules::default();
    for theme in Theme::ALL {
        for (at, severity) in Severity::ALL.into_iter().enumerate() {
            let plain = format!("{theme:?}.{severity:?}");
            let worse = format!("{theme:?}.{severity:?}-or-worse");
            rules = rules.with(&plain, theme, severity, EFFORTS[at % 3]).with(
                &worse,
                theme,
                severity,
                EFFORTS[(at + 1) % 3],
            );
            rules.worst.insert(RuleId(worse), Severity::Critical);
        }
    }
    rules
});

/// A few verdicts of all sorts, over a background that makes every letter likely: passes that weigh
/// much, and a look at each theme without which halves have no letter.
fn verdicts() -> impl Strategy<Value = Vec<Verdict>> {
    let few = vec(any_verdict(), 0..8);
    let passes = prop_oneof![Just(0), 0usize..4, 20usize..40];
    (few, passes, any::<bool>()).prop_map(|(mut verdicts, passes, complete)| {
        verdicts.extend((0..passes).map(|host| RULES.plain("Tls.Critical", 10 + host, Says::Pass)));
        if complete {
            let look = |theme| RULES.plain(&format!("{theme:?}.Low"), 50, Says::NotApplicable);
            verdicts.extend(Theme::ALL.map(look));
        }
        verdicts
    })
}

fn any_verdict() -> impl Strategy<Value = Verdict> {
    let theme = prop::sample::select(THEMES.to_vec());
    let severity = prop::sample::select(Severity::ALL.to_vec());
    let says = prop::sample::select(OUTCOMES.to_vec());
    (theme, severity, any::<bool>(), says, 0usize..4, any::<bool>()).prop_map(
        |(theme, severity, may_be_worse, says, host, is_worse)| {
            let suffix = if may_be_worse { "-or-worse" } else { "" };
            let failing = if may_be_worse && is_worse { Severity::Critical } else { severity };
            RULES.verdict(&format!("{theme:?}.{severity:?}{suffix}"), host, says, failing)
        },
    )
}

/// Every letter and score of two gradings, side by side.
fn side_by_side(before: &Grades, after: &Grades) -> Vec<(Grade, Grade)> {
    let themes = Theme::ALL.into_iter().map(|theme| (before.themes[&theme].clone(), after.themes[&theme].clone()));
    let families = Family::ALL.into_iter().map(|half| (before.families[&half].clone(), after.families[&half].clone()));
    themes.chain(families).collect()
}

/// A letter as a height: no letter at all is the floor.
fn height(letter: Option<Letter>) -> usize {
    letter.map_or(0, |letter| 5 - letter as usize)
}

fn change(verdicts: &[Verdict], at: usize, says: Says) -> Vec<Verdict> {
    let mut changed = verdicts.to_vec();
    let verdict = &mut changed[at];
    verdict.severity = RULES.cards[&verdict.rule].severity;
    verdict.outcome = outcome(says, verdict.severity);
    changed
}

/// The letters behind all grades, shown or not, theme by theme then half by half.
fn proven(verdicts: &[Verdict]) -> Vec<Option<Letter>> {
    let input = RULES.input(verdicts);
    let weighed: Vec<_> = verdicts.iter().map(|verdict| input.weigh(verdict)).collect();
    let of_theme = |theme| Tally::of(&weighed, |verdict| verdict.theme == theme).proven_letter();
    let of_half = |half| Tally::of(&weighed, |verdict| verdict.theme.family() == half).proven_letter();
    Theme::ALL.into_iter().map(of_theme).chain(Family::ALL.into_iter().map(of_half)).collect()
}

proptest! {
    #[test]
    fn fixing_a_finding_never_lowers(verdicts in verdicts()) {
        let before = RULES.grade(&verdicts);
        for at in (0..verdicts.len()).filter(|at| verdicts[*at].is_open()) {
            let after = RULES.grade(&change(&verdicts, at, Says::Pass));
            for (before, after) in side_by_side(&before, &after) {
                prop_assert!(height(after.letter) >= height(before.letter), "{before:?} became {after:?}");
                prop_assert!(height(after.at_best) >= height(before.at_best), "{before:?} became {after:?}");
                prop_assert!(after.score >= before.score, "{before:?} became {after:?}");
            }
        }
    }

    #[test]
    fn losing_sight_never_raises(verdicts in verdicts()) {
        let before = RULES.grade(&verdicts);
        for at in 0..verdicts.len() {
            let after = RULES.grade(&change(&verdicts, at, Says::Unknown));
            for (before, after) in side_by_side(&before, &after) {
                prop_assert!(height(after.letter) <= height(before.letter), "{before:?} became {after:?}");
                prop_assert!(after.score <= before.score, "{before:?} became {after:?}");
                prop_assert!(after.coverage <= before.coverage, "{before:?} became {after:?}");
            }
        }
    }

    #[test]
    fn a_new_finding_never_raises(verdicts in verdicts(), finding in any_verdict()) {
        let mut more = verdicts.clone();
        more.push(RULES.plain(&finding.rule.0, 9, Says::Fail));
        let (before, after) = (RULES.grade(&verdicts), RULES.grade(&more));
        for (before, after) in side_by_side(&before, &after) {
            // A finding is something seen: it may lift a theme out of "not evaluable", never above
            // the letter that was already proven there.
            if before.letter.is_some() {
                prop_assert!(height(after.letter) <= height(before.letter), "{before:?} became {after:?}");
                prop_assert!(after.score <= before.score, "{before:?} became {after:?}");
            }
        }
        for (before, after) in proven(&verdicts).into_iter().zip(proven(&more)) {
            prop_assert!(before.is_none() || height(after) <= height(before), "{before:?} became {after:?}");
        }
    }

    #[test]
    fn order_does_not_matter(verdicts in verdicts(), turn in 0usize..24) {
        let mut turned = verdicts.clone();
        turned.reverse();
        let turn = turn % turned.len().max(1);
        turned.rotate_left(turn);
        let (one, other) = (RULES.grade(&verdicts), RULES.grade(&turned));
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(serde_json::to_string(&one).expect("json"), serde_json::to_string(&other).expect("json"));
    }

    #[test]
    fn a_letter_never_exceeds_what_is_at_best(verdicts in verdicts()) {
        let grades = RULES.grade(&verdicts);
        for grade in grades.themes.values().chain(grades.families.values()) {
            prop_assert!(height(grade.letter) <= height(grade.at_best));
            prop_assert_eq!(grade.letter.is_none(), grade.not_evaluable.is_some());
            prop_assert_eq!(grade.letter.is_none(), grade.score.is_none());
        }
    }

    #[test]
    fn steps_tell_the_truth(verdicts in verdicts()) {
        let grades = RULES.grade(&verdicts);
        for step in &grades.next_steps {
            let mut cleared = verdicts.clone();
            for at in (0..cleared.len()).filter(|at| verdicts[*at].is_open() && verdicts[*at].rule == step.rule) {
                cleared = change(&cleared, at, Says::Pass);
            }
            let theme = RULES.cards[&step.rule].theme;
            let after = RULES.grade(&cleared);
            let (now, then) = (grades.families[&theme.family()].letter, after.families[&theme.family()].letter);
            prop_assert_eq!(step.family_letter_after, then.filter(|_| then != now));
            if let (Some(now), Some(then)) = (grades.themes[&theme].score, after.themes[&theme].score) {
                let points = u32::from(then - now);
                prop_assert!(step.gain_tenths.abs_diff(points * 10) <= 10, "{step:?}, {points} points");
            }
        }
        for pair in grades.next_steps.windows(2) {
            prop_assert!(formula::urgency(pair[0].severity) <= formula::urgency(pair[1].severity));
        }
    }
}
