//! What an event does: what stops and when it is back, who can be called, what can be read, who must be told.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod random;

use proptest::prelude::*;
use vigie_plan::{
    ActivityAfter, Authority, Channel, CopyOf, Event, Happens, Id, Losses, Plan, ScheduleOptions, WhatIf,
    parse_duration, what_if,
};
use vigie_source::SourceFile;

const HOSPITAL: &str = "
sites: [{id: principal, name: Principal}, {id: annexe, name: Annexe}]
teams: [{id: systeme, name: Système, people: 1}]
providers: [{id: hebergeur, service: Paie hébergée}]
roles:
  - {id: directeur, name: Directeur de crise}
  - {id: technique, name: Conduite technique}
systems:
  - {id: reseau, name: Réseau, kind: network, site: principal, team: systeme, runs_on: [], restores_with: [], rebuild: {min: 1 h, likely: 2 h, max: 3 h}}
  - {id: annuaire, name: Annuaire, kind: identity, site: annexe, team: systeme, runs_on: [reseau], restores_with: [reseau], rebuild: {min: 2 h, likely: 4 h, max: 8 h}}
  - {id: dpi, name: DPI, kind: application, site: principal, team: systeme, runs_on: [annuaire], restores_with: [annuaire], rebuild: {min: 2 h, likely: 6 h, max: 8 h}}
  - {id: paie-saas, name: Paie, kind: saas, provider: hebergeur, site: annexe, runs_on: [], restores_with: [], rebuild: nsp}
  - {id: standard, name: Standard, kind: telecom, site: principal, team: systeme, runs_on: [], restores_with: [], rebuild: {likely: 2 h}}
activities:
  - {id: urgences, name: Urgences, critical: true, mtpd: 4 h, wrt: 0 h, degraded_after: 1 h, needs: [dpi], impacts: [{after: 2 h, level: 4, what: erreurs}]}
  - {id: paie, name: Paie, critical: false, mtpd: 5 j, wrt: 0 h, needs: [paie-saas]}
procedures:
  - {id: papier, title: Papier, activity: urgences, uses_systems: [], holds_for: 8 h}
  - {id: par-mail, title: Par mail, activity: urgences, uses_systems: [annuaire], holds_for: 30 j}
people:
  - {id: direction, function: Direction, roles: [{role: directeur, rank: holder}], reach: [{channel: mobile}]}
  - {id: garde, function: Garde, roles: [{role: directeur, rank: substitute}], reach: [{channel: ip_phone, carried_by: standard}]}
  - {id: dsi, function: DSI, roles: [{role: technique, rank: holder}], reach: [{channel: mail, carried_by: dpi}, {channel: radio}]}
copies:
  - {id: classeur, of: plan, medium: paper}
  - {id: coffre, of: keys, medium: share, carried_by: dpi}
notifications:
  - {id: ars, to: ars_cert_sante, delay: 0 h, owner: directeur, fallback: [mobile]}
  - {id: cnil, to: cnil, delay: 5 j, fallback: []}
scenarios: [{id: panne, title: Panne du DPI, down: [dpi], duration: 2 j}]";

fn plan(text: &str) -> Plan {
    let text = format!("plan: {{id: pcra, title: Plan d’essai}}\n{text}");
    Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"))
}

fn options() -> ScheduleOptions {
    ScheduleOptions { samples: 0, ..ScheduleOptions::default() }
}

fn after(plan: &Plan, event: &str, losses: &Losses) -> WhatIf {
    let event = Event::of(plan, Some(event), losses).unwrap_or_else(|errors| panic!("{errors:?}"));
    what_if(plan, &event, &options())
}

fn happens(event: &str) -> WhatIf {
    after(&plan(HOSPITAL), event, &Losses::default())
}

fn activity<'a>(after: &'a WhatIf, id: &str) -> &'a ActivityAfter {
    after.activities.iter().find(|activity| activity.id == id).unwrap()
}

#[test]
fn a_total_loss_is_rebuilt_with_the_people_there_are() {
    let after = happens("perte-totale");
    let care = activity(&after, "urgences");
    assert_eq!(care.stops, Some(true));
    assert_eq!((care.back.at_least_h, care.back.at_most_h), (Some(12.0), Some(12.0)), "2 h, 4 h and 6 h in a row");
    assert_eq!(care.way, ["DPI"]);
    assert_eq!(care.holds_until_h, Some(8.0), "the procedure by mail is lost with the directory");
    assert_eq!(care.hole_h, Some(4.0));
    assert_eq!(activity(&after, "paie").stops, Some(false), "what a supplier hosts goes on");
}

#[test]
fn what_still_stands_takes_no_time_to_come_back() {
    let after = happens("panne");
    let care = activity(&after, "urgences");
    assert_eq!((care.back.at_least_h, care.back.at_most_h), (Some(6.0), Some(6.0)), "the application alone");
    assert_eq!(care.hole_h, None, "the paper procedure holds for 8 h");
    assert_eq!(after.lasts_h, Some(48.0));
}

#[test]
fn a_system_that_only_waits_for_others_is_told_apart() {
    let after = happens("annuaire-perdu");
    let down: Vec<(&str, bool)> = after.systems_down.iter().map(|one| (one.id.as_str(), one.struck)).collect();
    assert_eq!(down, [("annuaire", true), ("dpi", false)]);
    assert_eq!(activity(&after, "urgences").way, ["DPI", "Annuaire"]);
    assert_eq!(activity(&after, "urgences").back.at_most_h, Some(4.0));
}

#[test]
fn what_a_supplier_hosts_is_back_when_the_event_ends_and_not_before() {
    let unknown = happens("coupure-internet");
    let pay = activity(&unknown, "paie");
    assert_eq!((pay.stops, pay.back.at_most_h), (Some(true), None), "nobody says how long the cut lasts");
    let lasting = Losses { duration: parse_duration("3 j").ok(), ..Losses::default() };
    for event in ["coupure-internet", "prestataire:hebergeur"] {
        let cut = after(&plan(HOSPITAL), event, &lasting);
        let pay = activity(&cut, "paie");
        assert_eq!((pay.back.at_least_h, pay.back.at_most_h), (Some(72.0), Some(72.0)), "{event}");
        assert_eq!(activity(&cut, "urgences").stops, Some(false), "{event}");
    }
}

#[test]
fn people_are_reached_by_what_still_works() {
    let after = happens("telephone-perdu");
    let reached = |id: &str| after.people.iter().find(|person| person.id == id).unwrap().reachable;
    assert_eq!([reached("direction"), reached("garde"), reached("dsi")], [Some(true), Some(false), Some(true)]);
    let lead = after.roles.iter().find(|role| role.id == "directeur").unwrap();
    assert_eq!(lead.filled, Some(true));
    let away = happens("absences");
    let unfilled: Vec<&str> =
        away.roles.iter().filter(|role| role.filled == Some(false)).map(|role| role.id.as_str()).collect();
    assert_eq!(unfilled, ["technique"], "nobody stands in for the technical lead");
}

#[test]
fn one_readable_copy_is_enough_and_a_copy_falls_with_what_carries_it() {
    let after = happens("panne");
    let of = |kind: CopyOf| after.readable.iter().find(|one| one.of == kind).unwrap().somewhere;
    assert_eq!([of(CopyOf::Plan), of(CopyOf::Keys), of(CopyOf::Directory)], [Some(true), Some(false), Some(false)]);
    let keys = after.copies.iter().find(|copy| copy.id == "coffre").unwrap();
    assert_eq!((keys.readable, keys.carried_by.as_deref()), (Some(false), Some("DPI")));
}

#[test]
fn the_law_comes_before_a_longer_delay_of_the_plan() {
    let after = happens("perte-totale");
    let due: Vec<(f64, Authority)> = after
        .moments
        .iter()
        .filter_map(|moment| match &moment.what {
            Happens::NoticeDue { to, .. } => Some((moment.at_h, *to)),
            _ => None,
        })
        .collect();
    assert_eq!(due, [(0.0, Authority::ArsCertSante), (72.0, Authority::Cnil)], "the plan would wait five days");
    let forgotten: Vec<Authority> = after.forgotten.iter().map(|duty| duty.to).collect();
    assert_eq!(forgotten, [Authority::Anssi, Authority::Complaint]);
    let filer = |to: Authority| after.notices.iter().find(|notice| notice.to == to).unwrap().has_filer;
    assert_eq!(filer(Authority::ArsCertSante), Some(true));
    assert_eq!(filer(Authority::Cnil), None, "the plan does not say whose task it is");
}

#[test]
fn hours_are_told_in_order_and_nothing_is_suffered_once_it_is_back() {
    let after = happens("perte-totale");
    let hours: Vec<f64> = after.moments.iter().map(|moment| moment.at_h).collect();
    assert!(hours.is_sorted(), "{hours:?}");
    let ends = |title: &str| {
        after
            .moments
            .iter()
            .any(|one| matches!(&one.what, Happens::ProcedureEnds { procedure, .. } if procedure == title))
    };
    assert!(ends("Papier") && !ends("Par mail"), "a procedure that cannot be followed does not run out");
}

#[test]
fn a_blank_leaves_the_question_open_and_is_named() {
    let plan = plan(
        "systems: [{id: ad, name: AD, kind: identity, runs_on: []}, {id: dpi, name: DPI}]
activities: [{id: urgences, name: U, needs: [dpi]}, {id: bloc, name: B}, {id: ad-seul, name: A, needs: [ad]}]",
    );
    let after = after(&plan, "annuaire-perdu", &Losses::default());
    assert!(!after.systems_settled);
    assert_eq!(activity(&after, "ad-seul").stops, Some(true));
    let care = activity(&after, "urgences");
    assert_eq!((care.stops, care.back.at_most_h, care.hole_h), (None, None, None));
    assert_eq!(care.blanks, ["runs_on (dpi)", "kind (dpi)", "site (dpi)"]);
    assert_eq!(activity(&after, "bloc").blanks, ["needs (bloc)"]);
}

#[test]
fn losses_of_ones_own_are_added_and_all_that_is_wrong_with_them_is_told() {
    let plan = plan(HOSPITAL);
    let id = |text: &str| -> Id { text.parse().unwrap() };
    let losses =
        Losses { down: vec![id("dpi")], lost: vec![id("direction")], channels: vec![Channel::Radio], duration: None };
    let event = Event::of(&plan, None, &losses).unwrap();
    let after = what_if(&plan, &event, &options());
    assert_eq!(activity(&after, "urgences").stops, Some(true));
    let out: Vec<&str> =
        after.people.iter().filter(|one| one.reachable == Some(false)).map(|one| one.id.as_str()).collect();
    assert_eq!(out, ["direction", "dsi"]);
    let wrong = Losses { down: vec![id("dpii")], lost: vec![id("principa"), id("autre-chose")], ..Losses::default() };
    let said: Vec<String> =
        Event::of(&plan, Some("pane"), &wrong).unwrap_err().iter().map(|error| error.text().fr).collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    aucun événement ne s’appelle « pane » ; vouliez-vous dire « panne » ?
    « dpii » n’est pas dans le plan ; on attend un système ; vouliez-vous dire « dpi » ?
    « principa » n’est pas dans le plan ; on attend un site ou un prestataire ou une équipe ou une personne ; vouliez-vous dire « principal » ?
    « autre-chose » n’est pas dans le plan ; on attend un site ou un prestataire ou une équipe ou une personne
    ");
    assert_eq!(Event::of(&plan, None, &Losses::default()).unwrap_err().len(), 1);
}

/// Systems of the small hospital.
const SYSTEMS: [&str; 5] = ["reseau", "annuaire", "dpi", "paie-saas", "standard"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn losing_more_never_saves_anything(less in prop::collection::btree_set(0usize..5, 0..5), more in prop::collection::btree_set(0usize..5, 0..5)) {
        let plan = plan(HOSPITAL);
        let lose = |numbers: &std::collections::BTreeSet<usize>| {
            let down = numbers.iter().filter_map(|number| SYSTEMS.get(*number)).map(|id| id.parse().unwrap()).collect();
            let losses = Losses { down, lost: vec!["garde".parse().unwrap()], ..Losses::default() };
            what_if(&plan, &Event::of(&plan, None, &losses).unwrap(), &options())
        };
        let (few, many) = (lose(&less), lose(&less.union(&more).copied().collect()));
        for before in &few.activities {
            let later = activity(&many, &before.id);
            prop_assert!(before.stops != Some(true) || later.stops == Some(true), "{}", before.id);
        }
        for before in few.people.iter().filter(|person| person.reachable == Some(false)) {
            let later = many.people.iter().find(|person| person.id == before.id).unwrap();
            prop_assert_eq!(later.reachable, Some(false));
        }
    }

    #[test]
    fn any_plan_and_any_of_its_events_give_the_same_answer_twice(seed in any::<u64>()) {
        let plan = random::drawn(seed);
        for named in Event::all(&plan) {
            let event = Event::of(&plan, Some(&named.name), &Losses::default()).unwrap();
            let once = what_if(&plan, &event, &options());
            prop_assert_eq!(&once, &what_if(&plan, &event, &options()));
            for activity in &once.activities {
                prop_assert!(activity.stops != Some(true) || activity.blanks.is_empty());
                if let (Some(least), Some(most)) = (activity.back.at_least_h, activity.back.at_most_h) {
                    prop_assert!(least <= most);
                }
            }
        }
    }
}
