//! Scenarios, single points, contracts, coverage and lessons: what holds, what does not, what is not stated.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use serde_json::{Value, json};
use vigie_model::{Outcome, Reason};
use vigie_plan::{Plan, observe};
use vigie_source::SourceFile;

/// One fact of one kind about one subject; null when it is not stated.
fn of(header: &str, lists: &str, kind: &str, subject: &str, name: &str) -> Value {
    let text = format!("plan: {{id: pcra, title: Plan d’essai{header}}}\n{lists}\n");
    let plan = Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"));
    let all = observe(&plan, "2026-11-22T08:00:00Z".parse().unwrap());
    let subject = format!("plan:{subject}");
    let found = all.iter().find(|one| one.kind == kind && one.subject.to_string() == subject);
    let Outcome::Observed { facts, gaps } = &found.unwrap().outcome else { panic!("facts of {subject}") };
    facts.get(name).cloned().unwrap_or_else(|| {
        assert_eq!(gaps.get(name), Some(&Reason::NotStated), "{subject} {name}");
        Value::Null
    })
}

const HOSPITAL: &str = "systems:
  - {id: net, name: N, kind: network, runs_on: []}
  - {id: mail, name: M, kind: application, runs_on: [net]}
  - {id: pabx, name: P, kind: telecom, runs_on: []}
roles: [{id: chief, name: C, cell: strategic, min_people: 1}, {id: lead, name: L, cell: operational, min_people: 1}]
people:
  - {id: a, function: A, roles: [{role: chief, rank: holder}], reach: [{channel: mail, carried_by: mail}]}
  - {id: b, function: B, roles: [{role: lead, rank: holder}], reach: [{channel: mobile}]}
copies:
  - {id: shared, of: plan, medium: share, carried_by: mail}
  - {id: safe, of: keys, medium: paper}
activities:
  - {id: u, name: U, critical: true, needs: [mail]}
  - {id: v, name: V, critical: false, needs: [pabx]}
procedures: [{id: p, title: P, activity: u, uses_systems: [pabx]}]
exercises: [{id: e, title: E, kind: tabletop, date: 2026-01-10, scenario: s, activities: [v]}]";

/// The same hospital, and the scenario that it played.
fn with_scenario() -> String {
    format!("{HOSPITAL}\nscenarios: [{{id: s, title: S, down: []}}]")
}

fn scenario(what: &str, name: &str) -> Value {
    let lists = format!("{HOSPITAL}\nscenarios: [{{id: s, title: S, {what}}}]");
    of("", &lists, "plan.scenario", "scenario/s", name)
}

#[test]
fn a_scenario_says_who_answers_and_what_can_be_read() {
    let network = "down: [net]";
    assert_eq!(scenario(network, "stopped_activities"), json!(["U"]));
    assert_eq!(scenario(network, "unreachable_people"), json!(["A"]));
    assert_eq!(scenario(network, "silent_roles"), json!(["C"]));
    assert_eq!(scenario(network, "plan_is_readable"), json!(false));
    assert_eq!(scenario(network, "keys_are_readable"), json!(true));
    assert_eq!(scenario(network, "broken_procedures"), json!([]));
    let phone = "down: [], down_kinds: [telecom]";
    assert_eq!(scenario(phone, "stopped_activities"), json!(["V"]));
    assert_eq!(scenario(phone, "silent_roles"), json!([]));
    assert_eq!(scenario(phone, "broken_procedures"), json!(["P"]));
    assert_eq!(scenario("down: [], lost_channels: [mobile]", "silent_roles"), json!(["L"]));
    assert_eq!(scenario("down: [], lost: [b]", "silent_roles"), json!(["L"]));
    for name in ["stopped_activities", "silent_roles", "plan_is_readable", "broken_procedures"] {
        assert_eq!(scenario("duration: 2 j", name), Value::Null, "nobody said what is down: {name}");
    }
}

#[test]
fn a_scenario_is_played_with_those_it_stops() {
    assert_eq!(scenario("down: [net]", "exercises_count"), json!(1));
    assert_eq!(scenario("down: [net]", "never_played_by"), json!(["U"]));
    assert_eq!(scenario("down: [pabx]", "never_played_by"), json!([]), "v is not critical");
}

#[test]
fn each_part_is_removed_in_turn() {
    let lost = |subject: &str, name: &str| of("", &with_scenario(), "plan.single_point", subject, name);
    assert_eq!(lost("system/net", "critical_lost"), json!(["U"]));
    assert_eq!(lost("system/pabx", "critical_lost"), json!([]));
    assert_eq!(lost("system/pabx", "activities_lost"), json!(["V"]));
    assert_eq!(lost("person/a", "critical_lost"), json!(["C"]));
    let accepted = |until: &str| {
        let lists = format!("systems: [{{id: net, name: N, single_point_accepted_until: {until}}}]");
        of("", &lists, "plan.single_point", "system/net", "is_accepted")
    };
    assert_eq!(
        (accepted("2026-11-22"), accepted("2026-11-21"), accepted("nsp")),
        (json!(true), json!(false), json!(false))
    );
    let open = with_scenario().replace("runs_on: [net]", "runs_on: nsp");
    assert_eq!(of("", &open, "plan.single_point", "system/net", "critical_lost"), Value::Null, "mail may run on it");
}

#[test]
fn the_crisis_cell_counts_those_who_answer_without_it() {
    let cell = |lists: &str, name: &str| of("", lists, "plan.crisis_cell", "plan/pcra", name);
    assert_eq!(cell(&with_scenario(), "needed_at_once"), json!(2));
    assert_eq!(cell(&with_scenario(), "reachable_at_least"), json!(1), "mail is carried by a system");
    assert_eq!(cell(&with_scenario(), "reachable"), json!(1));
    let unsaid = with_scenario().replace("reach: [{channel: mail, carried_by: mail}]", "reach: nsp");
    assert_eq!(cell(&unsaid, "reachable"), Value::Null);
    assert_eq!(cell("", "needed_at_once"), Value::Null);
}

#[test]
fn a_contract_is_held_against_what_it_serves_and_the_next_review() {
    let get = |header: &str, provider: &str, name: &str| {
        let lists = format!(
            "providers: [{{id: h, service: S{provider}}}]\nsystems: [{{id: pay, name: P, provider: h, rto: 24 h}}, {{id: x, name: X, rto: 1 h}}]"
        );
        of(header, &lists, "plan.provider", "provider/h", name)
    };
    assert_eq!(get("", "", "strictest_rto_at_least_h"), json!(24.0));
    assert_eq!(get("", ", ends_on: 2026-12-02", "ends_in_d"), json!(10));
    let review = ", reviewed_on: 2026-01-10, review_every: 12 mois";
    assert_eq!(get(review, ", ends_on: 2026-12-02", "ends_before_review"), json!(true));
    assert_eq!(get(review, ", ends_on: 2027-12-02", "ends_before_review"), json!(false));
    assert_eq!(get("", ", ends_on: 2026-12-02", "ends_before_review"), Value::Null);
}

#[test]
fn shares_of_activity_add_up_or_stay_open() {
    let sites = "sites: [{id: n, name: N, activity_share: 60}, {id: s, name: S, activity_share: 40}]";
    let share = |activities: &str, name: &str| {
        of("", &format!("{sites}\nactivities: {activities}"), "plan.coverage", "plan/pcra", name)
    };
    let north = "{id: u, name: U, mtpd: 4 h, mtdl: 4 h, sites: [n]}";
    assert_eq!(share(&format!("[{north}]"), "analysed_pct"), json!(60.0));
    assert_eq!(share(&format!("[{north}]"), "has_several_members"), json!(true));
    let vague = "{id: v, name: V, mtpd: nsp, mtdl: 4 h, sites: [s]}";
    assert_eq!(share(&format!("[{north}, {vague}]"), "analysed_at_least_pct"), json!(60.0));
    assert_eq!(share(&format!("[{north}, {vague}]"), "analysed_pct"), Value::Null, "the analysis may exist");
    assert_eq!(share("[]", "missing_perimeters"), Value::Null, "no profile, no perimeter asked for");
    let missing = of(", profile: ESMS", "activities: []", "plan.coverage", "plan/pcra", "missing_perimeters");
    assert_eq!(missing, json!(["care", "administrative"]));
}

#[test]
fn lessons_stay_until_the_plan_learns() {
    let lists = "systems: [{id: dpi, name: D, rto: 10 h}]
exercises: [{id: e, title: E, date: 2026-01-10, report_on: 2026-02-09, measured: [{ref: dpi, event: back, at: 14 h}]}]
actions:
  - {id: late, title: L, due: 2026-11-01, status: open}
  - {id: done, title: D, done_on: 2026-11-01}
  - {id: vague, title: V}
notifications: [{id: n, to: cnil, fallback: [mail, ip_phone], delay: 3 j}]";
    let get = |kind: &str, subject: &str, name: &str| of("", lists, kind, subject, name);
    let measured = json!([{"what": "D", "event": "back", "at_h": 14.0, "promised_h": 10.0}]);
    assert_eq!(get("plan.exercise", "exercise/e", "measured"), measured);
    assert_eq!(get("plan.exercise", "exercise/e", "report_after_d"), json!(30));
    assert_eq!(get("plan.action", "action/late", "overdue_d"), json!(21));
    assert_eq!(get("plan.action", "action/done", "is_done"), json!(true), "a day of completion is enough");
    assert_eq!(get("plan.action", "action/vague", "is_open"), Value::Null);
    assert_eq!(get("plan.notification", "notification/n", "has_fallback"), json!(false), "both need the network");
    assert_eq!(get("plan.notification", "notification/n", "legal_delay_h"), json!(72.0));
}

#[test]
fn a_source_travels_with_the_evidence() {
    let text =
        "plan: {id: p, title: T}\nsystems: [{id: dpi, name: D, source: {file: PRA.docx, heading: 3.2, quote: 4 h}}]";
    let text = text.replace("heading: 3.2", "heading: '3.2'");
    let plan = Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"));
    let all = observe(&plan, "2026-11-22T08:00:00Z".parse().unwrap());
    let system = all.iter().find(|one| one.kind == "plan.system").unwrap();
    assert!(system.evidence.iter().any(|proof| proof.content.contains("PRA.docx")));
}
