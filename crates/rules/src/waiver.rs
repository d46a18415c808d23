use std::collections::BTreeSet;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_model::{Fingerprint, RuleId, Text, Verdict, VerdictOutcome, Waived, Waiver};

/// A waiver that changed no verdict, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverNote {
    /// The waiver.
    pub waiver: Waiver,
    /// Why it changed nothing.
    pub because: Idle,
}

/// Why a waiver changed no verdict, what matters most first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Idle {
    /// No verdict comes from this rule.
    UnknownRule,
    /// The rule judged other subjects, not this one.
    UnknownSubject,
    /// The finding is still open, and the waiver has run out.
    Expired,
    /// The finding is still open, on other facts than those accepted.
    FactsChanged {
        /// The fingerprint of the verdict as it is now.
        now: Fingerprint,
    },
    /// Another waiver already covers the finding.
    AlreadyWaived,
    /// The rule could not be decided this time.
    Undecided,
    /// The rule passes, or does not apply any more: the waiver can be removed.
    NothingToWaive,
}

impl WaiverNote {
    /// The note in a sentence.
    pub fn text(&self) -> Text {
        let Waiver { rule, subject, until, .. } = &self.waiver;
        let (fr, en) = match &self.because {
            Idle::UnknownRule => {
                ("aucune règle de ce nom n’a été appliquée".to_owned(), "no rule of that name was run".to_owned())
            }
            Idle::UnknownSubject => {
                ("la règle n’a pas jugé cet élément".to_owned(), "the rule did not judge this subject".to_owned())
            }
            Idle::Expired => (format!("elle a expiré le {until}"), format!("it ran out on {until}")),
            Idle::FactsChanged { now } => (
                format!("les faits ont changé depuis\u{a0}; l’empreinte est maintenant {now}"),
                format!("the facts have changed since; the fingerprint is now {now}"),
            ),
            Idle::NothingToWaive => (
                "le constat n’existe plus\u{a0}; elle peut être retirée".to_owned(),
                "the finding is gone; it can be removed".to_owned(),
            ),
            Idle::Undecided => (
                "la règle n’a pas pu être décidée cette fois".to_owned(),
                "the rule could not be decided this time".to_owned(),
            ),
            Idle::AlreadyWaived => (
                "le constat est déjà accepté par ailleurs".to_owned(),
                "the finding is already accepted elsewhere".to_owned(),
            ),
        };
        Text::new(
            format!("Dérogation sans effet ({rule}, {subject})\u{a0}: {fr}."),
            format!("Waiver without effect ({rule}, {subject}): {en}."),
        )
    }
}

/// Applies waivers to verdicts, and tells of those that changed nothing.
///
/// A waiver can only turn a failed verdict into a waived one: it never touches another outcome,
/// nor the failed checks, which stay to be read. `as_of` is the day of the judgement.
#[must_use]
pub fn apply(mut verdicts: Vec<Verdict>, waivers: &[Waiver], as_of: Date) -> (Vec<Verdict>, Vec<WaiverNote>) {
    let rules: BTreeSet<RuleId> = verdicts.iter().map(|verdict| verdict.rule.clone()).collect();
    let mut notes = Vec::new();
    for waiver in waivers {
        let named =
            verdicts.iter_mut().filter(|verdict| verdict.rule == waiver.rule && verdict.subject == waiver.subject);
        // One subject may have been looked at from several places: one match is enough.
        let idle: Vec<Option<Idle>> = named.map(|verdict| apply_one(waiver, verdict, as_of)).collect();
        let because = match idle.iter().min() {
            Some(None) => None,
            Some(most_telling) => most_telling.clone(),
            None if rules.contains(&waiver.rule) => Some(Idle::UnknownSubject),
            None => Some(Idle::UnknownRule),
        };
        notes.extend(because.map(|because| WaiverNote { waiver: waiver.clone(), because }));
    }
    (verdicts, notes)
}

/// Turns a failed verdict into a waived one, or tells why not.
fn apply_one(waiver: &Waiver, verdict: &mut Verdict, as_of: Date) -> Option<Idle> {
    match &mut verdict.outcome {
        VerdictOutcome::Pass | VerdictOutcome::NotApplicable => Some(Idle::NothingToWaive),
        VerdictOutcome::Unknown { .. } => Some(Idle::Undecided),
        VerdictOutcome::Waived { .. } => Some(Idle::AlreadyWaived),
        VerdictOutcome::Fail { .. } if as_of > waiver.until => Some(Idle::Expired),
        VerdictOutcome::Fail { .. } if verdict.fingerprint != waiver.fingerprint => {
            Some(Idle::FactsChanged { now: verdict.fingerprint.clone() })
        }
        VerdictOutcome::Fail { checks } => {
            let Waiver { reason, author, until, .. } = waiver.clone();
            let checks = std::mem::take(checks);
            verdict.outcome = VerdictOutcome::Waived { waiver: Waived { reason, author, until }, checks };
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use vigie_model::{FactPath, FailedCheck, MissingFact, Reason, Severity, Subject, Theme};

    use super::*;

    fn verdict(outcome: VerdictOutcome) -> Verdict {
        Verdict {
            rule: RuleId("tls.legacy-protocol".into()),
            subject: "domain:ch-demo.example".parse().expect("a subject"),
            theme: Theme::Tls,
            severity: Severity::High,
            outcome,
            fingerprint: Fingerprint("00112233aabbccdd".into()),
        }
    }

    fn failed() -> VerdictOutcome {
        VerdictOutcome::Fail {
            checks: vec![FailedCheck {
                check: "no-ssl".into(),
                severity: Severity::High,
                message: Text::same("SSLv3"),
                read: Vec::new(),
            }],
        }
    }

    fn unknown() -> VerdictOutcome {
        let path: FactPath = FactPath::from("protocols");
        VerdictOutcome::Unknown { missing: vec![MissingFact { path, reason: Reason::Timeout }] }
    }

    fn waiver() -> Waiver {
        Waiver {
            rule: RuleId("tls.legacy-protocol".into()),
            subject: "domain:ch-demo.example".parse().expect("a subject"),
            fingerprint: Fingerprint("00112233aabbccdd".into()),
            reason: "automate remplacé en mars".into(),
            author: "RSSI".into(),
            until: date(2026, 12, 31),
        }
    }

    const TODAY: Date = date(2026, 11, 22);

    fn why_idle(outcome: VerdictOutcome, waiver: Waiver, as_of: Date) -> Idle {
        let before = vec![verdict(outcome)];
        let (after, notes) = apply(before.clone(), &[waiver], as_of);
        assert_eq!(after, before);
        let [note] = notes.as_slice() else { panic!("one note expected, got {notes:?}") };
        note.because.clone()
    }

    #[test]
    fn a_waiver_that_matches_turns_the_failure_and_keeps_what_failed() {
        let (after, notes) = apply(vec![verdict(failed())], &[waiver()], TODAY);
        assert_eq!(notes, []);
        let [after] = after.as_slice() else { panic!("one verdict") };
        assert!(!after.is_open());
        assert_eq!(after.failed_checks().len(), 1);
        let VerdictOutcome::Waived { waiver, .. } = &after.outcome else { panic!("waived") };
        assert_eq!((waiver.author.as_str(), waiver.until), ("RSSI", date(2026, 12, 31)));
    }

    #[test]
    fn it_holds_on_its_last_day_and_not_on_the_next() {
        let last_day = apply(vec![verdict(failed())], &[waiver()], date(2026, 12, 31));
        assert_eq!(last_day.1, []);
        assert_eq!(why_idle(failed(), waiver(), date(2027, 1, 1)), Idle::Expired);
    }

    #[test]
    fn it_falls_when_the_facts_change() {
        let other = Waiver { fingerprint: Fingerprint("ffffffffffffffff".into()), ..waiver() };
        let now = Fingerprint("00112233aabbccdd".into());
        assert_eq!(why_idle(failed(), other, TODAY), Idle::FactsChanged { now });
    }

    #[test]
    fn a_rule_or_a_subject_that_was_not_judged_is_told() {
        let other_rule = Waiver { rule: RuleId("tls.typo".into()), ..waiver() };
        assert_eq!(why_idle(failed(), other_rule, TODAY), Idle::UnknownRule);
        let other_subject = Waiver { subject: Subject::Facility, ..waiver() };
        assert_eq!(why_idle(failed(), other_subject, TODAY), Idle::UnknownSubject);
    }

    #[test]
    fn it_changes_nothing_but_a_failure() {
        assert_eq!(why_idle(VerdictOutcome::Pass, waiver(), TODAY), Idle::NothingToWaive);
        assert_eq!(why_idle(VerdictOutcome::NotApplicable, waiver(), TODAY), Idle::NothingToWaive);
        assert_eq!(why_idle(unknown(), waiver(), TODAY), Idle::Undecided);
    }

    #[test]
    fn the_second_of_two_waivers_is_told() {
        let (_, notes) = apply(vec![verdict(failed())], &[waiver(), waiver()], TODAY);
        assert_eq!(notes.iter().map(|note| note.because.clone()).collect::<Vec<_>>(), [Idle::AlreadyWaived]);
    }

    #[test]
    fn of_several_looks_at_one_subject_the_most_telling_counts() {
        let passes = || verdict(VerdictOutcome::Pass);
        let other_facts = || Verdict { fingerprint: Fingerprint("0a".into()), ..verdict(failed()) };
        let notes =
            |verdicts| apply(verdicts, &[waiver()], TODAY).1.into_iter().map(|note| note.because).collect::<Vec<_>>();
        assert_eq!(notes(vec![passes(), other_facts()]), [Idle::FactsChanged { now: Fingerprint("0a".into()) }]);
        assert_eq!(notes(vec![passes(), other_facts(), verdict(failed())]), []);
    }

    #[test]
    fn a_waiver_without_fingerprint_is_refused() {
        let text = r#"{"rule":"a.b","subject":"facility","reason":"r","author":"a","until":"2026-12-31"}"#;
        let error = serde_json::from_str::<Waiver>(text).expect_err("refused");
        assert!(error.to_string().contains("fingerprint"), "{error}");
    }

    #[test]
    fn notes_read_as_sentences() {
        let note = |because| WaiverNote { waiver: waiver(), because }.text();
        insta::assert_snapshot!(note(Idle::Expired).fr, @"Dérogation sans effet (tls.legacy-protocol, domain:ch-demo.example) : elle a expiré le 2026-12-31.");
        insta::assert_snapshot!(note(Idle::FactsChanged { now: Fingerprint("0a".into()) }).en, @"Waiver without effect (tls.legacy-protocol, domain:ch-demo.example): the facts have changed since; the fingerprint is now 0a.");
    }

    proptest! {
        #[test]
        fn only_a_failure_can_change_and_only_into_waived(
            outcome in prop_oneof![
                Just(VerdictOutcome::Pass), Just(failed()), Just(unknown()), Just(VerdictOutcome::NotApplicable)
            ],
            same_rule: bool, same_subject: bool, same_facts: bool, day in 0i64..80,
        ) {
            let mut waiver = waiver();
            if !same_rule { waiver.rule = RuleId("other.rule".into()); }
            if !same_subject { waiver.subject = Subject::Facility; }
            if !same_facts { waiver.fingerprint = Fingerprint("0".into()); }
            let as_of = TODAY.checked_add(jiff::Span::new().days(day)).expect("in range");
            let before = verdict(outcome);
            let (after, notes) = apply(vec![before.clone()], std::slice::from_ref(&waiver), as_of);
            let should = before.is_open() && same_rule && same_subject && same_facts && as_of <= waiver.until;
            prop_assert_eq!(matches!(after[0].outcome, VerdictOutcome::Waived { .. }), should);
            prop_assert_eq!(notes.is_empty(), should);
            prop_assert_eq!(after[0].failed_checks(), before.failed_checks());
            if !should { prop_assert_eq!(&after[0], &before); }
        }
    }
}
