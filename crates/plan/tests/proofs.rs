//! The 64 checks of the continuity file: stated, worked out, out of date, or not asked.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vigie_model::{Observation, Outcome, Reason};
use vigie_plan::{CHECKS, ExerciseKind, Plan, care_proofs, expiries, observe};
use vigie_rules::CareProgramme;
use vigie_source::SourceFile;

const AS_OF: &str = "2026-11-22T08:00:00Z";

fn plan(header: &str, lists: &str) -> Plan {
    let text = format!("plan: {{id: pcra, title: Plan d’essai{header}}}\n{lists}\n");
    Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"))
}

fn observations(header: &str, lists: &str) -> Vec<Observation> {
    observe(&plan(header, lists), AS_OF.parse().unwrap())
}

/// One fact about a check; null when it is not stated.
fn of(header: &str, lists: &str, check: &str, name: &str) -> Value {
    let all = observations(header, lists);
    let found = all.iter().find(|one| one.subject.to_string() == format!("plan:proof/{check}"));
    let Outcome::Observed { facts, gaps } = &found.unwrap().outcome else { panic!("facts of {check}") };
    facts.get(name).cloned().unwrap_or_else(|| {
        assert_eq!(gaps.get(name), Some(&Reason::NotStated), "{check} {name}");
        Value::Null
    })
}

fn stated(statement: &str, check: &str, name: &str) -> Value {
    of("", &format!("proofs: [{{check: {check}, {statement}}}]"), &check.to_lowercase(), name)
}

#[test]
fn there_are_64_checks_in_eight_families() {
    let ids: BTreeSet<&str> = CHECKS.iter().map(|check| check.id).collect();
    assert_eq!((CHECKS.len(), ids.len()), (64, 64));
    let count = |family: &str| ids.iter().filter(|id| id.starts_with(family)).count();
    let families = ["GOV", "BIA", "PCA", "CRI", "NOT", "SVG", "REP", "EXE"].map(count);
    assert_eq!(families, [9, 8, 17, 10, 5, 10, 3, 2]);
}

#[test]
fn a_plan_that_says_nothing_fails_nothing() {
    for check in CHECKS {
        let present = of("", "", &check.slug(), "present");
        assert_eq!(present, Value::Null, "{}", check.id);
    }
}

#[test]
fn a_statement_is_there_absent_or_not_known() {
    assert_eq!(stated("state: present", "SVG-07", "present"), json!(true));
    assert_eq!(stated("state: absent", "SVG-07", "present"), json!(false));
    assert_eq!(stated("state: nsp", "SVG-07", "present"), Value::Null);
    assert_eq!(stated("document: note.pdf", "SVG-07", "present"), Value::Null, "a document alone claims nothing");
    assert_eq!(stated("document: ' '", "SVG-07", "document"), Value::Null);
    assert_eq!(stated("values: {score: 3, version: 2b}", "SVG-05", "numbers"), json!({"score": 3.0}));
    assert_eq!(stated("values: {score: 3, version: 2b}", "SVG-05", "values"), json!({"score": "3", "version": "2b"}));
}

#[test]
fn no_use_for_it_needs_a_reason() {
    assert_eq!(stated("state: not_applicable, note: pas de régulation", "PCA-14", "applies"), json!(false));
    assert_eq!(stated("state: not_applicable", "PCA-14", "applies"), Value::Null);
    assert_eq!(stated("state: absent", "PCA-14", "applies"), json!(true));
}

#[test]
fn a_medico_social_facility_is_asked_less() {
    let applies = |check: &str| of(", profile: ESMS", "", check, "applies");
    for check in ["pca-11", "pca-13", "pca-14", "bia-03", "bia-04"] {
        assert_eq!(applies(check), json!(false), "{check}");
    }
    assert_eq!((applies("svg-10"), applies("cri-03")), (json!(true), json!(true)));
    assert_eq!(of(", profile: ES", "", "pca-14", "applies"), json!(true));
}

#[test]
fn proofs_age_and_a_day_to_come_proves_nothing() {
    let at = |check: &str, date: &str, name: &str| stated(&format!("state: present, date: {date}"), check, name);
    assert_eq!(at("SVG-05", "2026-09-23", "is_current"), json!(true));
    assert_eq!(at("SVG-05", "2026-09-22", "is_current"), json!(false), "60 days");
    assert_eq!(at("CRI-10", "2025-11-22", "expires_on"), json!("2026-11-22"));
    assert_eq!(at("GOV-01", "2023-11-22", "is_current"), json!(true), "three years to the day");
    assert_eq!(at("GOV-01", "2023-11-21", "is_current"), json!(false));
    assert_eq!(at("GOV-01", "2027-01-01", "date"), Value::Null);
    assert_eq!(stated("state: present", "GOV-01", "is_current"), Value::Null);
    assert_eq!(stated("state: present", "SVG-07", "is_current"), json!(true), "no window");
}

#[test]
fn what_the_plan_shows_is_not_asked_twice() {
    let tested = "systems: [{id: dpi, name: D, runs_on: []}]
activities: [{id: u, name: U, critical: true, needs: [dpi]}]
restore_tests: [{id: t, covers: [dpi], date: 2026-06-13, result: success, validated_by_business: true}]
proofs: [{check: SVG-10, state: absent}]";
    assert_eq!(of("", tested, "svg-10", "present"), json!(true), "the test is in the plan");
    assert_eq!(of("", tested, "svg-10", "is_derived"), json!(true));
    assert_eq!(of("", tested, "svg-10", "date"), json!("2026-06-13"));
    let alone = tested.replace("validated_by_business: true", "validated_by_business: false");
    assert_eq!(of("", &alone, "svg-10", "present"), json!(false), "no user validated it");
    let order = "systems: [{id: dpi, name: D}]\nrestore_order: [dpi]";
    assert_eq!(of("", order, "rep-01", "present"), json!(true));
    let notified = "notifications: [{id: n, to: anssi}]";
    assert_eq!(of("", notified, "not-02", "present"), json!(false), "the list does not have it");
    assert_eq!(of("", notified, "not-04", "present"), Value::Null, "it hangs on the status of the hospital");
}

#[test]
fn tests_of_it_alone_are_no_crisis_exercise() {
    let refused = [
        "technical",
        "it_continuity_test",
        "group_recovery_test",
        "maintenance",
        "failover",
        "restore_test",
        "directory_restore",
        "mail_restore",
    ];
    let present = |kind: &str| {
        let lists = format!(
            "exercises: [{{id: e, title: E, kind: {kind}, date: 2026-06-18, participants: [direction, business, it]}}]"
        );
        of("", &lists, "exe-01", "present")
    };
    for kind in refused {
        assert_eq!(present(kind), json!(false), "{kind}, even with the direction in the room");
        let kind: ExerciseKind = serde_json::from_value(json!(kind)).unwrap();
        assert!(!kind.counts_as_crisis_exercise());
    }
    for kind in ["tabletop", "simulation", "field"] {
        assert_eq!(present(kind), json!(true), "{kind}");
    }
    assert_eq!(present("nsp"), Value::Null);
}

#[test]
fn the_first_to_end_comes_first() {
    let plan = plan(
        ", reviewed_on: 2026-02-01, review_every: 12 mois",
        "providers: [{id: host, service: Paie, ends_on: 2026-12-31}]
systems: [{id: ad, name: Annuaire, single_point_accepted_until: 2026-11-01}]
actions: [{id: a, title: Mobile, due: 2027-06-30, status: open}, {id: b, title: Classeur, due: 2026-01-01, status: done}]
proofs: [{check: SVG-05, state: present, date: 2026-10-12}, {check: CRI-10, state: absent, date: 2026-01-01}]",
    );
    let lines: Vec<String> = expiries(&plan, AS_OF.parse().unwrap())
        .iter()
        .map(|one| format!("{} ({} j) {} : {}", one.on, one.in_days, one.subject, one.what.fr))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    2026-11-01 (-21 j) system/ad : risque accepté : Annuaire
    2026-12-11 (19 j) proof/svg-05 : audit de l’annuaire dédié à la sauvegarde
    2026-12-31 (39 j) provider/host : contrat : Paie
    2027-02-01 (71 j) proof/gov-08 : revue du plan
    2027-06-30 (220 j) action/a : action : Mobile
    "#);
}

#[test]
fn every_proof_of_care_that_is_named_exists() {
    let programme = CareProgramme::shipped().unwrap_or_else(|problems| panic!("{problems}"));
    for (objective, proof) in CHECKS.iter().flat_map(|check| check.care) {
        let known = programme.objectives.iter().find(|known| known.key == *objective);
        let has = known.is_some_and(|known| known.proofs.iter().any(|known| known.id == *proof));
        assert!(has, "{objective} {proof}");
    }
}

#[test]
fn a_care_proof_made_of_several_needs_them_all_and_takes_the_oldest_day() {
    let activity = |id: &str, kind: &str, on: &str| {
        format!("{{id: {id}, name: A, kind: {kind}, mtpd: 4 h, mtdl: 4 h, validated_on: {on}}}")
    };
    let (care, technical) = (activity("u", "care", "2026-05-12"), activity("b", "technical", "2026-03-01"));
    let admin = activity("p", "administrative", "2026-06-02");
    let dated = |lists: &str| {
        let proofs = care_proofs(&observations("", lists));
        proofs.into_iter().find(|one| one.objective == "care-d2:O1.C" && one.proof == "analyses").map(|one| one.on)
    };
    let all = format!("activities: [{care}, {technical}, {admin}]");
    assert_eq!(dated(&all), Some("2026-03-01".parse().unwrap()));
    let two = format!("activities: [{care}, {technical}]");
    assert_eq!(dated(&two), None);
    let reason =
        format!("{two}\nproofs: [{{check: BIA-02, state: not_applicable, note: la paie est tenue par le siège}}]");
    assert_eq!(dated(&reason), Some("2026-03-01".parse().unwrap()));
}

#[test]
fn a_check_is_spoken_of_once_and_by_its_name() {
    let problems = |lists: &str| {
        let text = format!("plan: {{id: p, title: T}}\n{lists}\n");
        let problems = Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_err();
        problems.iter().map(|problem| problem.code.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(problems("proofs: [{check: GOV-01}, {check: GOV-01}]"), ["written-twice"]);
    assert_eq!(problems("proofs: [{check: GOV-01, holder: nobody}]"), ["unknown-id"]);
    assert_eq!(problems("proofs: [{check: GOV-99}]").len(), 1);
}
