use jiff::civil::date;
use vigie_model::{Effort, Fingerprint, Severity, Subject, Theme};

use super::*;
use crate::Confirmation;
use crate::care::{CARE_FORMAT, CombinedActivity, Validity};
use crate::grade::samples::{Says, card, outcome};

const KEY: &str = "care-d2:O4";
const TODAY: Date = date(2026, 11, 22);

/// One confirmed objective, proven by `a.one` and `a.two`, with a proof that holds 60 days.
fn programme() -> CareProgramme {
    CareProgramme {
        format: CARE_FORMAT.into(),
        combined_activity: CombinedActivity {
            percent: 66,
            statut: Confirmation::ToConfirm,
            source: "source".into(),
            text: Text::same("text"),
        },
        freshness_rules: BTreeSet::from([RuleId("a.stale".into())]),
        objectives: vec![Objective {
            key: KEY.into(),
            title: Text::same("title"),
            statut: Confirmation::Confirmed,
            source: "source".into(),
            declared_only: false,
            combined_activity: false,
            proofs: vec![Proof {
                id: "test".into(),
                text: Text::new("test de restauration", "restore test"),
                valid: Some(Validity::Days(60)),
            }],
            complete_by: vec![RuleId("a.one".into()), RuleId("a.two".into())],
        }],
    }
}

fn with(change: impl FnOnce(&mut Objective)) -> CareProgramme {
    let mut programme = programme();
    change(&mut programme.objectives[0]);
    programme
}

fn verdicts(said: &[(&str, Says)]) -> Vec<Verdict> {
    let verdict = |(rule, says): &(&str, Says)| Verdict {
        rule: RuleId((*rule).into()),
        subject: Subject::Facility,
        theme: Theme::Recovery,
        severity: Severity::High,
        outcome: outcome(*says, Severity::High),
        fingerprint: Fingerprint("0".into()),
    };
    said.iter().map(verdict).collect()
}

fn line_with_proofs(programme: &CareProgramme, said: &[(&str, Says)], proofs: &[DatedProof]) -> CareLine {
    let rules = ["a.one", "a.two", "a.stale"];
    let mut cards: BTreeMap<RuleId, RuleCard> = rules
        .into_iter()
        .map(|rule| (RuleId(rule.into()), card(Theme::Recovery, Severity::High, Effort::Low, &[KEY])))
        .collect();
    cards.insert(RuleId("a.other".into()), card(Theme::Recovery, Severity::High, Effort::Low, &["care-d2:P1"]));
    programme.lines(&verdicts(said), &cards, proofs, TODAY).pop().expect("one objective")
}

fn line(programme: &CareProgramme, said: &[(&str, Says)]) -> CareLine {
    line_with_proofs(programme, said, &[])
}

fn dated(on: Date) -> DatedProof {
    DatedProof { objective: KEY.into(), proof: "test".into(), on }
}

const ALL_PASS: [(&str, Says); 2] = [("a.one", Says::Pass), ("a.two", Says::Pass)];

#[test]
fn met_when_confirmed_and_complete() {
    let line = line(&programme(), &ALL_PASS);
    assert_eq!((line.state, line.confirmed), (CareState::Atteint, true));
    insta::assert_snapshot!(line.because.fr, @"2 vérifications réussies, aucun constat ouvert.");
}

#[test]
fn never_met_on_an_unconfirmed_threshold() {
    let unconfirmed = with(|objective| objective.statut = Confirmation::ToConfirm);
    let state = line(&unconfirmed, &ALL_PASS);
    assert_eq!((state.state, state.confirmed), (CareState::Trajectoire, false));
    insta::assert_snapshot!(state.because.fr, @"2 vérifications réussies, aucun constat ouvert. Ce que le texte officiel demande reste à confirmer.");

    let by_share = with(|objective| objective.combined_activity = true);
    assert_eq!(line(&by_share, &ALL_PASS).state, CareState::Trajectoire);
}

#[test]
fn never_met_when_something_is_wanting() {
    let nothing_proves_it = with(|objective| objective.complete_by.clear());
    let state = line(&nothing_proves_it, &ALL_PASS);
    assert_eq!(state.state, CareState::Trajectoire);
    insta::assert_snapshot!(state.because.en, @"2 checks passed, no open finding. vigie alone does not prove it: 1 proof to file.");

    let declared = with(|objective| objective.declared_only = true);
    assert_eq!(line(&declared, &ALL_PASS).state, CareState::Trajectoire);

    for wanting in [Says::Unknown, Says::Waived] {
        let said = [ALL_PASS[0], ALL_PASS[1], ("a.one", wanting)];
        assert_eq!(line(&programme(), &said).state, CareState::Trajectoire, "{wanting:?}");
    }
    let not_applicable = [("a.one", Says::Pass), ("a.two", Says::NotApplicable)];
    assert_eq!(line(&programme(), &not_applicable).state, CareState::Trajectoire);
}

#[test]
fn missing_as_soon_as_one_rule_fails() {
    let line = line(
        &programme(),
        &[("a.one", Says::Fail), ("a.two", Says::Pass), ("a.stale", Says::Fail), ("a.one", Says::Unknown)],
    );
    assert_eq!(line.state, CareState::Manquant);
    assert_eq!(line.open_rules, [RuleId("a.one".into()), RuleId("a.stale".into())]);
    insta::assert_snapshot!(line.because.fr, @"2 constats ouverts sur 3 vérifications décidées. 1 vérification indécise.");
}

#[test]
fn out_of_date_when_only_freshness_fails() {
    let line = line(&programme(), &[("a.stale", Says::Fail), ("a.one", Says::Pass), ("a.two", Says::Pass)]);
    assert_eq!(line.state, CareState::PreuvePerimee);
    insta::assert_snapshot!(line.because.fr, @"1 vérification trouve une preuve trop ancienne.");
}

#[test]
fn out_of_date_when_a_dated_proof_ran_out() {
    let line = line_with_proofs(&programme(), &ALL_PASS, &[dated(date(2026, 1, 15))]);
    assert_eq!((line.state, line.valid_until), (CareState::PreuvePerimee, None));
    insta::assert_snapshot!(line.because.fr, @"Trop ancienne, datée du 2026-01-15 : test de restauration.");
}

#[test]
fn the_newest_proof_counts_and_tells_when_it_runs_out() {
    let line = line_with_proofs(&programme(), &ALL_PASS, &[dated(date(2026, 10, 1)), dated(date(2026, 1, 15))]);
    assert_eq!((line.state, line.valid_until), (CareState::Atteint, Some(date(2026, 11, 30))));
}

#[test]
fn not_assessed_when_nothing_was_decided() {
    let nothing = line(&programme(), &[("a.other", Says::Pass)]);
    assert_eq!(nothing.state, CareState::NonEvalue);
    insta::assert_snapshot!(nothing.because.fr, @"Aucune vérification de cette analyse ne porte sur lui.");

    let unknown = line(&programme(), &[("a.one", Says::Unknown), ("a.two", Says::Waived)]);
    assert_eq!(unknown.state, CareState::NonEvalue);
    insta::assert_snapshot!(unknown.because.fr, @"1 vérification indécise, 1 risque accepté, qui ne prouve rien.");

    let declared = line(&with(|objective| objective.declared_only = true), &[]);
    assert_eq!(declared.state, CareState::NonEvalue);
    insta::assert_snapshot!(declared.because.fr, @"vigie ne peut pas le mesurer : il repose sur ce que l’établissement déclare.");
}

#[test]
fn the_shipped_programme_never_says_met() {
    let programme = CareProgramme::shipped().unwrap_or_else(|problems| panic!("{problems}"));
    let keys: Vec<&str> = programme.objectives.iter().map(|objective| objective.key.as_str()).collect();
    let cards = BTreeMap::from([(RuleId("a.one".into()), card(Theme::Recovery, Severity::High, Effort::Low, &keys))]);
    let lines = programme.lines(&verdicts(&[("a.one", Says::Pass)]), &cards, &[], TODAY);
    assert_eq!(lines.len(), programme.objectives.len());
    assert!(lines.iter().all(|line| line.state == CareState::Trajectoire));
}
