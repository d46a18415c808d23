//! Each fact that rules rest on: when it holds, when it does not, and when the plan does not say.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use serde_json::{Value, json};
use vigie_model::{Observation, Outcome, Reason, Source, Vantage};
use vigie_plan::{Plan, catalogue, observe};
use vigie_source::SourceFile;

fn observations(header: &str, lists: &str) -> Vec<Observation> {
    let text = format!("plan: {{id: pcra, title: Plan d’essai{header}}}\n{lists}\n");
    let plan = Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"));
    observe(&plan, "2026-11-22T08:00:00Z".parse().unwrap())
}

/// One fact about one subject; null when it is missing, which must then be for want of a statement.
fn fact_of(observations: &[Observation], subject: &str, name: &str) -> Value {
    let found = observations.iter().find(|observation| observation.subject.to_string() == format!("plan:{subject}"));
    let observation = found.unwrap_or_else(|| panic!("{subject} is not observed"));
    let Outcome::Observed { facts, gaps } = &observation.outcome else { panic!("facts of {subject}") };
    facts.get(name).cloned().unwrap_or_else(|| {
        assert_eq!(gaps.get(name), Some(&Reason::NotStated), "{subject} {name}");
        Value::Null
    })
}

fn fact(lists: &str, subject: &str, name: &str) -> Value {
    fact_of(&observations("", lists), subject, name)
}

fn document(header: &str, lists: &str, name: &str) -> Value {
    fact_of(&observations(header, lists), "plan/pcra", name)
}

#[test]
fn the_catalogue_takes_every_kind() {
    let catalogue = catalogue().unwrap();
    let kinds: Vec<&str> = catalogue.kinds().map(|kind| kind.id.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "plan.action",
            "plan.activity",
            "plan.backup",
            "plan.coverage",
            "plan.crisis_cell",
            "plan.document",
            "plan.exercise",
            "plan.notification",
            "plan.person",
            "plan.procedure",
            "plan.proof",
            "plan.provider",
            "plan.restore_test",
            "plan.role",
            "plan.scenario",
            "plan.single_point",
            "plan.system",
            "plan.team"
        ]
    );
}

#[test]
fn an_observation_says_where_its_facts_come_from() {
    let all = observations("", "systems:\n  - id: dpi\n    name: D\n    rto: 4 h\n    rpo: nsp");
    let system = all.iter().find(|observation| observation.kind == "plan.system").unwrap();
    assert_eq!((system.source, system.vantage), (Source::Documented, Vantage::Documents));
    let quotes: Vec<(&str, &str)> =
        system.evidence.iter().map(|proof| (proof.label.as_str(), proof.content.as_str())).collect();
    assert_eq!(quotes, [("plan.yaml:4", "name: D"), ("plan.yaml:5", "rto: 4 h"), ("plan.yaml:6", "rpo: nsp")]);
}

#[test]
fn addresses_of_people_stay_in_the_plan() {
    let all = observations(
        "",
        "people: [{id: p, function: F, roles: [], reach: [{channel: mobile, address: 06 39 98 00 01}]}]",
    );
    assert!(!serde_json::to_string(&all).unwrap().contains("06 39"));
}

#[test]
fn worst_rto_looks_through_systems_and_chooses_among_alternatives() {
    let bounds = |systems: &str| {
        let lists = format!("activities: [{{id: u, name: U, needs: [dpi]}}]\nsystems:\n{systems}");
        let get = |name| fact(&lists, "activity/u", name);
        (get("worst_rto_at_least_h"), get("worst_rto_at_most_h"), get("worst_rto_system"))
    };
    let ad = "  - {id: ad, name: A, rto: 8 h, runs_on: []}";
    let dpi = "  - {id: dpi, name: D, rto: 4 h, runs_on: [ad]}";
    assert_eq!(bounds(&format!("{dpi}\n{ad}")), (json!(8.0), json!(8.0), json!("A")));
    let open = "  - {id: dpi, name: D, rto: 4 h}";
    assert_eq!(bounds(open), (json!(4.0), Value::Null, json!("D")), "what it runs on is not stated");
    let unknown = "  - {id: dpi, name: D, rto: nsp, runs_on: []}";
    assert_eq!(bounds(unknown), (Value::Null, Value::Null, json!("")));
    let either = "  - {id: dpi, name: D, rto: 1 h, runs_on: [{any_of: [a, b]}]}\n  - {id: a, name: A, rto: 9 h}\n  - {id: b, name: B, rto: 2 h}";
    assert_eq!(bounds(either), (json!(2.0), json!(2.0), json!("B")));
    let half = "  - {id: dpi, name: D, rto: 1 h, runs_on: [{any_of: [a, b]}]}\n  - {id: a, name: A, rto: 9 h}\n  - {id: b, name: B}";
    assert_eq!(bounds(half), (json!(1.0), Value::Null, json!("D")), "b may be quick");
}

#[test]
fn only_applications_lose_data() {
    let bounds = |kind: &str, rpo: &str| {
        let lists = format!(
            "activities: [{{id: u, name: U, needs: [s]}}]\nsystems: [{{id: s, name: S, kind: {kind}, rpo: {rpo}}}]"
        );
        (fact(&lists, "activity/u", "worst_rpo_at_least_h"), fact(&lists, "activity/u", "worst_rpo_at_most_h"))
    };
    assert_eq!(bounds("application", "24 h"), (json!(24.0), json!(24.0)));
    assert_eq!(bounds("telecom", "24 h"), (json!(0.0), json!(0.0)));
    assert_eq!(bounds("application", "nsp"), (Value::Null, Value::Null));
    assert_eq!(bounds("nsp", "24 h"), (Value::Null, Value::Null));
}

#[test]
fn a_chain_has_two_bounds_and_a_path() {
    let lists = |wrt: &str, rebuild: &str| {
        format!(
            "activities: [{{id: u, name: U, wrt: {wrt}, needs: [dpi]}}]
systems:
  - {{id: net, name: N, runs_on: [], restores_with: [], rebuild: {rebuild}}}
  - {{id: dpi, name: D, runs_on: [net], restores_with: [net], rebuild: {{likely: 6 h}}}}"
        )
    };
    let chain = |wrt: &str, rebuild: &str| {
        let lists = lists(wrt, rebuild);
        let get = |name| fact(&lists, "activity/u", name);
        (get("chain_at_least_h"), get("chain_at_most_h"), get("chain_path"))
    };
    assert_eq!(chain("1 h", "{likely: 2 h}"), (json!(9.0), json!(9.0), json!("N → D")));
    assert_eq!(chain("nsp", "{likely: 2 h}"), (json!(8.0), Value::Null, json!("N → D")));
    let (at_least, at_most, _) = chain("1 h", "{min: 1 h}");
    assert_eq!((at_least, at_most), (json!(8.0), Value::Null));
    assert_eq!(fact(&lists("1 h", "nsp"), "activity/u", "waits_for_deadlock"), json!(false));
}

#[test]
fn a_deadlock_is_told_once_and_stops_the_clock() {
    let lists = "activities: [{id: u, name: U, needs: [ad]}]
systems:
  - {id: ad, name: A, runs_on: [], restores_with: [backup]}
  - {id: backup, name: B, runs_on: [], restores_with: [ad]}";
    assert_eq!(fact(lists, "system/ad", "heads_restore_deadlock"), json!(true));
    assert_eq!(fact(lists, "system/ad", "restore_deadlock"), json!("A → B → A"));
    assert_eq!(fact(lists, "system/backup", "heads_restore_deadlock"), json!(false));
    assert_eq!(fact(lists, "system/backup", "behind_deadlock"), json!(true));
    assert_eq!(fact(lists, "activity/u", "waits_for_deadlock"), json!(true));
    assert_eq!(fact(lists, "activity/u", "chain_at_least_h"), Value::Null);
    let free = "systems: [{id: ad, name: A, runs_on: [], restores_with: []}]";
    assert_eq!(fact(free, "system/ad", "heads_restore_deadlock"), json!(false));
    let blank = "systems: [{id: ad, name: A, runs_on: []}]";
    assert_eq!(fact(blank, "system/ad", "heads_restore_deadlock"), Value::Null);
}

#[test]
fn a_work_loop_is_told_once() {
    let lists = "systems: [{id: ad, name: A, runs_on: [dns]}, {id: dns, name: D, runs_on: [ad]}, {id: x, name: X}]";
    assert_eq!(fact(lists, "system/ad", "heads_work_loop"), json!(true));
    assert_eq!(fact(lists, "system/ad", "work_loop"), json!("A → D → A"));
    assert_eq!(fact(lists, "system/dns", "heads_work_loop"), json!(false));
    assert_eq!(fact(lists, "system/x", "heads_work_loop"), Value::Null);
}

#[test]
fn the_procedure_that_runs_out_first_counts() {
    let holds = |procedures: &str| {
        let lists = format!("activities: [{{id: u, name: U}}]\n{procedures}");
        let get = |name| fact(&lists, "activity/u", name);
        (get("procedures_count"), get("holds_at_most_h"), get("holds_at_least_h"), get("first_to_run_out"))
    };
    let two =
        "procedures: [{id: p, title: P, activity: u, holds_for: 72 h}, {id: q, title: Q, activity: u, holds_for: 8 h}]";
    assert_eq!(holds(two), (json!(2), json!(8.0), json!(8.0), json!("Q")));
    let half = "procedures: [{id: p, title: P, activity: u, holds_for: 72 h}, {id: q, title: Q, activity: u}]";
    assert_eq!(holds(half), (json!(2), json!(72.0), Value::Null, json!("P")));
    assert_eq!(holds("procedures: []"), (json!(0), Value::Null, Value::Null, json!("")));
    assert_eq!(holds(""), (Value::Null, Value::Null, Value::Null, json!("")));
}

#[test]
fn the_strictest_activity_sets_the_need() {
    let lists = "activities:
  - {id: u, name: U, critical: true, mtpd: 4 h, needs: [dpi]}
  - {id: p, name: P, critical: false, mtpd: 5 j, needs: [dpi, paie]}
systems: [{id: dpi, name: D, runs_on: [ad]}, {id: ad, name: A, runs_on: []}, {id: paie, name: Q, runs_on: []}]";
    for id in ["dpi", "ad"] {
        let subject = format!("system/{id}");
        assert_eq!(fact(lists, &subject, "is_shared"), json!(true));
        assert_eq!(fact(lists, &subject, "strictest_mtpd_at_most_h"), json!(4.0));
        assert_eq!(fact(lists, &subject, "strictest_mtpd_at_least_h"), json!(4.0));
        assert_eq!(fact(lists, &subject, "strictest_activity"), json!("U"));
    }
    assert_eq!(fact(lists, "system/paie", "is_shared"), json!(false));
    assert_eq!(fact(lists, "system/paie", "serves_critical"), json!(false));
    let open = lists.replace("needs: [dpi, paie]", "needs: nsp");
    assert_eq!(fact(&open, "system/dpi", "is_shared"), Value::Null);
    assert_eq!(fact(&open, "system/dpi", "strictest_mtpd_at_least_h"), Value::Null, "p may be stricter");
    assert_eq!(fact(&open, "system/paie", "is_used"), Value::Null);
}

#[test]
fn what_only_rebuilding_needs_is_used_too() {
    let lists = "activities: [{id: u, name: U, needs: [dpi]}]
systems:
  - {id: dpi, name: D, runs_on: [], restores_with: [backup]}
  - {id: backup, name: B, runs_on: [], restores_with: []}
  - {id: old, name: O, runs_on: [], restores_with: []}";
    assert_eq!(fact(lists, "system/backup", "is_used"), json!(true));
    assert_eq!(fact(lists, "system/old", "is_used"), json!(false));
}

#[test]
fn a_system_is_backed_up_when_each_of_its_data_sets_is() {
    let missing = |jobs: &str| {
        let lists = format!(
            "systems: [{{id: dpi, name: D}}]
data_sets: [{{id: base, name: B, system: dpi}}, {{id: images, name: I, system: dpi}}]\n{jobs}"
        );
        fact(&lists, "system/dpi", "not_backed_up")
    };
    assert_eq!(missing("backup_jobs: [{id: b, covers: [base, images]}]"), json!([]));
    assert_eq!(missing("backup_jobs: [{id: b, covers: [dpi]}]"), json!([]));
    assert_eq!(missing("backup_jobs: [{id: b, covers: [base]}]"), json!(["I"]));
    assert_eq!(missing("backup_jobs: []"), json!(["B", "I"]));
    assert_eq!(missing(""), Value::Null);
}

#[test]
fn the_last_restore_test_that_did_not_fail_counts() {
    let tests = |tests: &str| {
        let lists = format!("systems: [{{id: dpi, name: D}}]\n{tests}");
        let get = |name| fact(&lists, "system/dpi", name);
        (get("restore_tests_count"), get("last_restore_test_age_d"), get("last_restore_test_h"))
    };
    let two = "restore_tests:
  - {id: t, covers: [dpi], date: 2026-11-12, result: success, usable_after: 6 h}
  - {id: s, covers: [dpi], date: 2025-01-01, result: partial, usable_after: 2 h}
  - {id: f, covers: [dpi], date: 2026-11-20, result: failure, usable_after: 1 h}";
    assert_eq!(tests(two), (json!(2), json!(10), json!(6.0)));
    let failed = "restore_tests: [{id: f, covers: [dpi], date: 2026-11-20, result: failure}]";
    assert_eq!(tests(failed), (json!(0), Value::Null, Value::Null));
    let unsaid = "restore_tests: [{id: t, covers: [dpi], date: 2026-11-20}]";
    assert_eq!(tests(unsaid), (Value::Null, Value::Null, Value::Null), "nobody said how it ended");
    assert_eq!(tests("").0, Value::Null);
}

#[test]
fn guesses_contradict_each_other_or_not() {
    let ordered = |rebuild: &str| {
        fact(&format!("systems: [{{id: s, name: S, rebuild: {rebuild}}}]"), "system/s", "rebuild_in_order")
    };
    assert_eq!(ordered("{min: 1 h, likely: 2 h, max: 2 h}"), json!(true));
    assert_eq!(ordered("{min: 3 h, max: 2 h}"), json!(false));
    assert_eq!(ordered("{likely: nsp}"), Value::Null);
    assert_eq!(ordered("nsp"), Value::Null);
}

const SYSTEMS: &str = "sites: [{id: here, name: H}, {id: there, name: T}]
systems:
  - {id: dpi, name: D, site: here, auth_domain: ad, rpo: 4 h, runs_on: []}
  - {id: sil, name: S, site: here, auth_domain: ad, rpo: 24 h, runs_on: []}
  - {id: server, name: B, kind: backup, site: there, auth_domain: own, runs_on: []}";

fn backup(job: &str, name: &str) -> Value {
    fact(&format!("{SYSTEMS}\nbackup_jobs: [{{id: b, {job}}}]"), "backup_job/b", name)
}

#[test]
fn a_backup_is_measured_against_the_strictest_rpo() {
    let job = "covers: [dpi, sil], every: 4 h, window: 30 min";
    assert_eq!(backup(job, "strictest_rpo_at_most_h"), json!(4.0));
    assert_eq!(backup(job, "strictest_system"), json!("D"));
    assert_eq!(backup(job, "loss_at_least_h"), json!(4.0));
    assert_eq!(backup(job, "loss_at_most_h"), json!(4.5));
    assert_eq!(backup("covers: [dpi], every: 4 h", "loss_at_most_h"), Value::Null);
    assert_eq!(backup("covers: [server], every: 4 h", "strictest_rpo_at_most_h"), Value::Null);
    assert_eq!(backup("covers: [server, dpi], every: 4 h", "strictest_rpo_at_least_h"), Value::Null);
}

#[test]
fn a_day_of_success_may_have_ended_late() {
    assert_eq!(backup("covers: [], last_ok: 2026-11-22", "since_last_ok_at_least_h"), json!(0.0));
    assert_eq!(backup("covers: [], last_ok: 2026-11-21", "since_last_ok_at_least_h"), json!(8.0));
    assert_eq!(backup("covers: [], last_ok: 2026-11-11", "since_last_ok_at_least_h"), json!(248.0));
    assert_eq!(backup("covers: [], last_ok: nsp", "since_last_ok_at_least_h"), Value::Null);
}

#[test]
fn copies_are_out_of_reach_elsewhere_and_unlike() {
    let copies = |copies: &str, name: &str| backup(&format!("covers: [dpi], copies: {copies}"), name);
    let offline = "has_offline_or_immutable";
    assert_eq!(copies("[{offline: true}]", offline), json!(true));
    assert_eq!(copies("[{offline: false, immutable: true}]", offline), json!(true));
    assert_eq!(copies("[{offline: false, immutable: false}]", offline), json!(false));
    assert_eq!(copies("[{offline: false}]", offline), Value::Null);
    assert_eq!(copies("[]", offline), json!(false));
    assert_eq!(copies("nsp", offline), Value::Null);
    assert_eq!(copies("[{site: here}, {site: there}]", "has_off_site"), json!(true));
    assert_eq!(copies("[{site: here}]", "has_off_site"), json!(false));
    assert_eq!(copies("[{medium: cloud}]", "has_off_site"), json!(true));
    assert_eq!(copies("[{medium: disk}]", "has_off_site"), Value::Null);
    assert_eq!(copies("[{medium: disk}, {medium: tape}]", "has_two_media"), json!(true));
    assert_eq!(copies("[{medium: disk}, {medium: disk}]", "has_two_media"), json!(false));
    assert_eq!(copies("[{medium: disk}, {medium: nsp}]", "has_two_media"), Value::Null);
}

#[test]
fn a_login_of_any_production_system_is_shared() {
    let login = |covers: &str, domain: &str| {
        backup(&format!("covers: [{covers}], copies: [{{auth_domain: {domain}}}]"), "has_separate_login")
    };
    assert_eq!(login("dpi", "own"), json!(true));
    assert_eq!(login("dpi", "ad"), json!(false));
    assert_eq!(login("server", "ad"), json!(false), "the directory of the others counts too");
    assert_eq!(login("server", "own"), json!(false), "it would save itself with its own accounts");
    assert_eq!(login("dpi", "nsp"), Value::Null);
}

#[test]
fn each_system_needs_its_own_copy_elsewhere() {
    let job = |site: &str| backup(&format!("covers: [dpi, server], copies: [{{site: {site}}}]"), "has_off_site");
    assert_eq!((job("here"), job("there")), (json!(false), json!(false)));
}

const ROLES: &str = "roles:
  - {id: chief, name: C, distinct_from: [lead]}
  - {id: lead, name: L, distinct_from: []}
  - {id: press, name: P, distinct_from: []}
  - {id: vague, name: V}";

fn person(roles: &str) -> String {
    format!("{ROLES}\npeople: [{{id: p, function: F, roles: {roles}}}]")
}

#[test]
fn roles_have_holders_and_other_stand_ins() {
    let role = |people: &str, name: &str| fact(&format!("{ROLES}\npeople: {people}"), "role/chief", name);
    let both = "[{id: p, function: F, roles: [{role: chief, rank: holder}]}, {id: q, function: G, roles: [{role: chief, rank: substitute}]}]";
    assert_eq!(role(both, "holders"), json!(["F"]));
    assert_eq!(role(both, "substitutes"), json!(["G"]));
    let own = "[{id: p, function: F, roles: [{role: chief, rank: holder}, {role: chief, rank: substitute}]}]";
    assert_eq!(role(own, "own_substitutes"), json!(["F"]));
    assert_eq!(role(own, "substitutes"), json!([]));
    let unsaid = "[{id: p, function: F, roles: [{role: chief, rank: holder}]}, {id: q, function: G}]";
    assert_eq!(role(unsaid, "holders"), json!(["F"]));
    assert_eq!(role(unsaid, "substitutes"), Value::Null, "q may be the stand-in");
}

#[test]
fn roles_clash_as_soon_as_one_says_so() {
    let clash = |roles: &str| fact(&person(roles), "person/p", "clashing_roles");
    let holds = |one: &str, two: &str| format!("[{{role: {one}, rank: holder}}, {{role: {two}, rank: holder}}]");
    assert_eq!(clash(&holds("lead", "chief")), json!(["L", "C"]));
    assert_eq!(clash(&holds("lead", "press")), json!([]));
    assert_eq!(clash(&holds("lead", "vague")), Value::Null);
    assert_eq!(clash("[{role: chief, rank: holder}, {role: lead, rank: substitute}]"), json!([]));
    assert_eq!(clash("nsp"), Value::Null);
}

#[test]
fn people_are_reached_without_the_information_system_or_not() {
    let reachable = |reach: &str| {
        let lists =
            format!("systems: [{{id: pabx, name: P}}]\npeople: [{{id: p, function: F, roles: [], reach: {reach}}}]");
        fact(&lists, "person/p", "reachable_without_it")
    };
    assert_eq!(reachable("[{channel: mail}, {channel: mobile}]"), json!(true));
    assert_eq!(reachable("[{channel: mail}, {channel: ip_phone}]"), json!(false));
    assert_eq!(reachable("[{channel: mobile, carried_by: pabx}]"), json!(false));
    assert_eq!(reachable("[]"), json!(false));
    assert_eq!(reachable("nsp"), Value::Null);
}

#[test]
fn procedures_say_what_they_lean_on() {
    let get = |procedure: &str, name: &str| {
        let lists = format!(
            "activities: [{{id: u, name: U, critical: true}}]\nsystems: [{{id: mail, name: M}}]
procedures: [{{id: p, title: P, activity: u{procedure}}}]"
        );
        fact(&lists, "procedure/p", name)
    };
    assert_eq!(get(", uses_systems: [mail]", "uses_systems"), json!(["M"]));
    assert_eq!(get(", uses_systems: []", "uses_systems"), json!([]));
    assert_eq!(get("", "uses_systems"), Value::Null);
    assert_eq!(get(", trained_on: 2026-11-01", "trained_age_d"), json!(21));
    assert_eq!(get("", "trained_age_d"), Value::Null);
    assert_eq!(get("", "activity_is_critical"), json!(true));
}

#[test]
fn the_plan_is_reviewed_approved_and_readable() {
    let header = ", approved_on: 2026-01-10, changed_on: 2026-01-20, reviewed_on: 2025-11-22";
    assert_eq!(document(header, "", "reviewed_age_d"), json!(365));
    assert_eq!(document(header, "", "changed_after_approval_d"), json!(10));
    assert_eq!(document("", "", "reviewed_age_d"), Value::Null);
    let copies =
        |copies: &str| document("", &format!("systems: [{{id: files, name: F}}]\ncopies: {copies}"), "readable_copies");
    assert_eq!(copies("[{id: c, of: plan, medium: paper}]"), json!(["c"]));
    assert_eq!(copies("[{id: c, of: plan, medium: share}, {id: d, of: directory, medium: paper}]"), json!([]));
    assert_eq!(copies("[{id: c, of: plan, medium: laptop, carried_by: files}]"), json!([]));
    assert_eq!(copies("[{id: c, of: plan}]"), Value::Null);
    assert_eq!(document("", "", "readable_copies"), Value::Null);
}

#[test]
fn the_printed_directory_ages() {
    let get = |lists: &str, name: &str| document("", lists, name);
    let printed = "copies: [{id: c, of: directory, medium: paper, refreshed_on: 2026-11-01}]
people: [{id: p, function: P, changed_on: 2026-11-02}, {id: q, function: Q, changed_on: 2026-10-02}]";
    assert_eq!(get(printed, "has_paper_directory"), json!(true));
    assert_eq!(get(printed, "paper_directory_age_d"), json!(21));
    assert_eq!(get(printed, "changed_since_printed"), json!(["P"]));
    let unsaid =
        "copies: [{id: c, of: directory, medium: paper, refreshed_on: 2026-11-01}]\npeople: [{id: p, function: P}]";
    assert_eq!(get(unsaid, "changed_since_printed"), Value::Null);
    assert_eq!(get("copies: []", "has_paper_directory"), json!(false));
    assert_eq!(get("copies: [{id: c, of: directory}]", "has_paper_directory"), Value::Null);
    assert_eq!(get("", "has_paper_directory"), Value::Null);
}

#[test]
fn the_written_order_follows_needs() {
    let systems = "systems:
  - {id: net, name: N, kind: network, runs_on: [], restores_with: []}
  - {id: dpi, name: D, kind: application, runs_on: [net], restores_with: []}";
    let get = |order: &str, name: &str| document("", &format!("{systems}\nrestore_order: {order}"), name);
    assert_eq!(get("[net, dpi]", "order_is_inverted"), json!(false));
    assert_eq!(get("[dpi, net]", "order_is_inverted"), json!(true));
    assert_eq!((get("[dpi, net]", "order_early"), get("[dpi, net]", "order_late")), (json!("D"), json!("N")));
    assert_eq!(get("[dpi, net]", "foundation_is_late"), json!(true));
    assert_eq!(get("nsp", "order_is_inverted"), Value::Null);
    assert_eq!(get("[]", "restore_order_count"), json!(0));
}

#[test]
fn only_an_exercise_with_direction_and_business_counts() {
    let get = |exercises: &str| {
        let lists = format!("exercises: {exercises}");
        (document("", &lists, "full_exercises_count"), document("", &lists, "last_full_exercise_age_d"))
    };
    let exercise = |rest: &str| format!("[{{id: e, title: E, date: 2026-11-12, {rest}}}]");
    assert_eq!(get(&exercise("kind: tabletop, participants: [direction, business]")), (json!(1), json!(10)));
    assert_eq!(get(&exercise("kind: technical, participants: [direction, business]")), (json!(0), Value::Null));
    assert_eq!(get(&exercise("kind: field, participants: [it, business]")), (json!(0), Value::Null));
    assert_eq!(get(&exercise("kind: field")), (Value::Null, Value::Null));
    let planned = "[{id: e, title: E, date: 2027-01-12, kind: field, participants: [direction, business]}]";
    assert_eq!(get(planned), (json!(0), Value::Null), "not played yet");
    assert_eq!(document("", "", "full_exercises_count"), Value::Null);
}

#[test]
fn figures_look_like_measures_or_not() {
    let systems = |rto: [&str; 4]| {
        let lines = rto.iter().enumerate().map(|(index, rto)| format!("\n  - {{id: s{index}, name: S, rto: {rto}}}"));
        format!("systems:{}", lines.collect::<String>())
    };
    let equal = |rto: [&str; 4]| document("", &systems(rto), "all_rto_equal");
    assert_eq!(equal(["4 h", "4 h", "240 min", "4h00"]), json!(true));
    assert_eq!(equal(["4 h", "4 h", "8 h", "nsp"]), json!(false));
    assert_eq!(equal(["4 h", "4 h", "4 h", "nsp"]), Value::Null);
    assert_eq!(document("", &systems(["0 h", "4 h", "nsp", "0 min"]), "zero_rto"), json!(["S (s0)", "S (s3)"]));
    assert_eq!(document("", &systems(["nsp", "nsp", "nsp", "nsp"]), "zero_rto"), Value::Null);
}
