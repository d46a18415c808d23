//! What holds for every schedule, and what each hole in a plan does to it.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use vigie_plan::{Change, Obstacle, Plan, Schedule, ScheduleOptions, Standing, Waited, schedule};
use vigie_source::SourceFile;

fn plan(lists: &str) -> Plan {
    let text = format!("plan: {{id: pcra, title: Plan d’essai}}\n{lists}\n");
    Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"))
}

fn options(people: &[(&str, u32)]) -> ScheduleOptions {
    let people = people.iter().map(|(team, people)| (team.parse().unwrap(), *people)).collect();
    ScheduleOptions { samples: 50, people, ..ScheduleOptions::default() }
}

fn of(lists: &str) -> Schedule {
    schedule(&plan(lists), &options(&[]))
}

/// The example of 15 systems whose figures were worked out by hand: network, system and application teams.
fn hospital(network: u32, system: u32, application: u32) -> Schedule {
    of(&format!(
        "teams:
  - {{id: net, name: N, people: {network}}}
  - {{id: sys, name: S, people: {system}}}
  - {{id: app, name: A, people: {application}}}
systems:
  - {{id: coeur, name: C, team: net, runs_on: [], restores_with: [], rebuild: {{min: 2 h, likely: 4 h, max: 8 h}}}}
  - {{id: pare-feu, name: P, team: net, runs_on: [coeur], restores_with: [coeur], rebuild: {{likely: 3 h}}}}
  - {{id: esx, name: E, team: sys, runs_on: [coeur], restores_with: [coeur], rebuild: {{likely: 6 h}}}}
  - {{id: sauvegarde, name: V, team: sys, runs_on: [coeur], restores_with: [coeur], rebuild: {{likely: 4 h}}}}
  - {{id: ad, name: D, team: sys, runs_on: [esx], restores_with: [esx, sauvegarde], rebuild: {{likely: 8 h}}}}
  - {{id: dpi, name: I, team: app, runs_on: [ad], restores_with: [ad], rebuild: {{likely: 10 h}}}}
  - {{id: sil, name: L, team: app, runs_on: [ad], restores_with: [ad], rebuild: {{likely: 9 h}}}}
activities:
  - {{id: urgences, name: U, critical: true, mtpd: 36 h, wrt: 1 h, needs: [dpi, sil]}}
procedures:
  - {{id: papier, title: Papier, activity: urgences, holds_for: 24 h}}
  - {{id: long, title: Long, activity: urgences, holds_for: 72 h}}"
    ))
}

#[test]
fn hands_make_the_hour() {
    let alone = hospital(1, 1, 1);
    let urgences = alone.activities.first().unwrap();
    // 4 + 6 and 4 in a row + 8 + 10 and 9 in a row, + 1 of re-entry.
    assert_eq!((urgences.back.at_least_h, urgences.back.at_most_h), (Some(42.0), Some(42.0)));
    assert_eq!(urgences.standing, Standing::Late);
    assert_eq!(urgences.chain, ["coeur", "esx", "sauvegarde", "ad", "dpi", "sil"]);
    let crowd = hospital(2, 2, 2);
    assert_eq!(crowd.activities.first().unwrap().back.at_most_h, Some(29.0));
    assert_eq!(crowd.activities.first().unwrap().standing, Standing::OnTime);
    let ends: Vec<(&str, Option<bool>)> = urgences.procedures.iter().map(|end| (end.id.as_str(), end.holds)).collect();
    assert_eq!(ends, [("papier", Some(false)), ("long", Some(true))]);
}

#[test]
fn gains_name_the_person_and_the_image_that_pay() {
    let gains = hospital(1, 1, 1).gains;
    let won = |change: Change| gains.iter().find(|gain| gain.change == change).map(|gain| gain.all_back_h);
    assert_eq!(won(Change::Person("app".into())), Some(9.0));
    assert_eq!(won(Change::Person("sys".into())), Some(4.0));
    assert_eq!(won(Change::Faster("dpi".into())), Some(5.0));
    assert_eq!(won(Change::Person("net".into())), None, "one is enough");
    let app = gains.iter().find(|gain| gain.change == Change::Person("app".into())).unwrap();
    assert!(app.activities.first().unwrap().now_on_time, "33 h, for 36");
}

#[test]
fn numbers_to_try_stand_beside_those_of_the_plan() {
    let lists = "teams: [{id: e, name: E, people: 1}]
systems:
  - {id: a, name: A, team: e, runs_on: [], restores_with: [], rebuild: {likely: 4 h}}
  - {id: b, name: B, team: e, runs_on: [], restores_with: [], rebuild: {likely: 4 h}}";
    let tried = schedule(&plan(lists), &options(&[("e", 2)]));
    assert_eq!((tried.all_back.at_most_h, tried.as_planned.unwrap().at_most_h), (Some(4.0), Some(8.0)));
    assert_eq!(tried.teams.first().map(|team| (team.people, team.tried)), Some((Some(2), true)));
}

#[test]
fn who_is_surely_there_sets_the_hour_and_who_may_be_sets_the_bound() {
    let lists = "teams: [{id: e, name: E, people: 2, min_present: 1}]
systems:
  - {id: a, name: A, team: e, runs_on: [], restores_with: [], rebuild: {likely: 4 h}}
  - {id: b, name: B, team: e, runs_on: [], restores_with: [], rebuild: {likely: 4 h}}";
    let all_back = of(lists).all_back;
    assert_eq!((all_back.at_least_h, all_back.at_most_h), (Some(4.0), Some(8.0)));
}

#[test]
fn what_is_not_stated_has_no_hour_and_neither_has_what_follows() {
    let schedule = of("teams: [{id: e, name: E, people: 1}, {id: x, name: X}, {id: z, name: Z, people: 0}]
systems:
  - {id: ok, name: O, team: e, runs_on: [], restores_with: [], rebuild: {likely: 2 h}}
  - {id: hours, name: H, team: e, runs_on: [], restores_with: [ok], rebuild: nsp}
  - {id: behind, name: B, team: e, runs_on: [hours], restores_with: [], rebuild: {likely: 3 h}}
  - {id: team, name: T, runs_on: [], restores_with: [], rebuild: {likely: 1 h}}
  - {id: people, name: P, team: x, runs_on: [], restores_with: [], rebuild: {likely: 1 h}}
  - {id: nobody, name: N, team: z, runs_on: [], restores_with: [], rebuild: {likely: 1 h}}
  - {id: needs, name: D, team: e, runs_on: nsp, restores_with: [], rebuild: {likely: 1 h}}
  - {id: loop, name: L, team: e, runs_on: [], restores_with: [loop], rebuild: {likely: 1 h}}
activities:
  - {id: a, name: A, mtpd: 9 h, wrt: 0 h, needs: [behind]}
  - {id: b, name: B, mtpd: 1 h, wrt: 0 h, needs: [hours]}
  - {id: c, name: C, mtpd: 9 h, wrt: 0 h, needs: [loop]}
  - {id: d, name: D, mtpd: 9 h, wrt: nsp, needs: [ok]}
  - {id: e9, name: E, mtpd: 9 h, needs: nsp}
procedures: [{id: p, title: P, activity: c, holds_for: 72 h}]");
    let why: BTreeMap<&str, (&Obstacle, Option<f64>)> =
        schedule.unplaced.iter().map(|it| (it.system.as_str(), (&it.why, it.not_before_h))).collect();
    let expected = [
        ("behind", (&Obstacle::Behind("hours".into()), Some(3.0))),
        ("hours", (&Obstacle::Hours, Some(2.0))),
        ("loop", (&Obstacle::Deadlock(vec!["loop".into(), "loop".into()]), None)),
        ("needs", (&Obstacle::Needs, Some(1.0))),
        ("nobody", (&Obstacle::People("z".into()), Some(1.0))),
        ("people", (&Obstacle::People("x".into()), Some(1.0))),
        ("team", (&Obstacle::Team, Some(1.0))),
    ];
    assert_eq!(why, BTreeMap::from(expected));
    assert_eq!((schedule.all_back.at_most_h, schedule.all_back.p90_h), (None, None));
    let standing: BTreeMap<&str, Standing> =
        schedule.activities.iter().map(|activity| (activity.id.as_str(), activity.standing)).collect();
    let expected = [
        ("a", Standing::Unknown),
        ("b", Standing::Late),
        ("c", Standing::Deadlock),
        ("d", Standing::Unknown),
        ("e9", Standing::Unknown),
    ];
    let blocked = schedule.activities.iter().find(|activity| activity.id == "c").unwrap();
    assert_eq!(blocked.procedures.first().unwrap().holds, Some(false), "nothing holds for ever");
    assert_eq!(standing, BTreeMap::from(expected), "b is late whatever the hours of what it waits for");
}

#[test]
fn steps_go_to_their_own_teams() {
    let schedule = of("teams: [{id: sys, name: S, people: 1}, {id: app, name: A, people: 1}]
systems:
  - id: dpi
    name: D
    team: app
    runs_on: []
    restores_with: []
    rebuild:
      steps:
        - {id: machine, hours: {likely: 2 h}, team: sys}
        - {id: base, hours: {likely: 3 h}}
        - {id: postes, name: postes, hours: {likely: 1 h}, team: sys, needs: [machine]}");
    let bars: Vec<_> = schedule
        .bars
        .iter()
        .map(|bar| (bar.step.as_deref().unwrap(), bar.team.as_deref().unwrap(), bar.start_h, bar.end_h))
        .collect();
    assert_eq!(bars, [("machine", "sys", 0.0, 2.0), ("postes", "sys", 2.0, 3.0), ("base", "app", 2.0, 5.0)]);
    assert_eq!(schedule.all_back.at_least_h, Some(5.0));
}

#[test]
fn steps_have_their_own_ids_and_wait_for_steps_above() {
    let text = "plan: {id: p, title: T}
systems:
  - {id: a, name: A, rebuild: {steps: [{id: x, needs: [y]}, {id: y}, {id: x}]}}";
    let problems = Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_err();
    let told = problems.render(vigie_model::Lang::Fr, false, 200);
    assert!(told.contains("l’étape « x » attend « y », qui n’est pas une étape écrite au-dessus d’elle"), "{told}");
    assert!(told.contains("l’étape « x » est écrite deux fois dans la reconstruction de « a »"), "{told}");
}

#[test]
fn a_choice_rests_on_what_is_back_first_with_the_hands_there_are() {
    // Alone, the tape is quicker; but its team has other work first.
    let schedule = of("teams: [{id: e, name: E, people: 1}, {id: f, name: F, people: 1}]
systems:
  - {id: net, name: N, team: e, runs_on: [], restores_with: [], rebuild: {likely: 9 h}}
  - {id: tape, name: T, team: e, runs_on: [], restores_with: [net], rebuild: {likely: 1 h}}
  - {id: disk, name: D, team: f, runs_on: [], restores_with: [net], rebuild: {likely: 2 h}}
  - {id: long, name: L, team: e, runs_on: [], restores_with: [net], rebuild: {likely: 20 h}}
  - {id: late, name: L, team: e, runs_on: [], restores_with: [long], rebuild: {likely: 20 h}}
  - {id: dpi, name: I, team: f, runs_on: [], restores_with: [{any_of: [tape, disk]}], rebuild: {likely: 30 h}}
activities: [{id: a, name: A, mtpd: 50 h, wrt: 0 h, needs: [dpi]}]");
    let back = schedule.activities.first().unwrap().back;
    assert_eq!((back.at_least_h, back.at_most_h), (Some(40.0), Some(40.0)), "one hour of tape before the long work");
    assert!(schedule.all_back.at_most_h.unwrap() <= 50.0);
}

const SYSTEMS: usize = 9;
const TEAMS: usize = 3;

#[derive(Debug, Clone)]
struct Drawn {
    system: Vec<(usize, Vec<usize>, Vec<usize>, u32)>,
    people: Vec<u32>,
}

/// A plan without loops: systems rest on earlier ones.
fn drawn() -> impl Strategy<Value = Drawn> {
    let one = (0..TEAMS, prop::collection::vec(0..SYSTEMS, 0..3), prop::collection::vec(0..SYSTEMS, 0..2), 0_u32..12);
    let people = prop::collection::vec(1_u32..3, TEAMS);
    (prop::collection::vec(one, SYSTEMS), people).prop_map(|(system, people)| Drawn { system, people })
}

impl Drawn {
    fn needs(&self, number: usize) -> (Vec<usize>, Vec<usize>) {
        let (_, restores, runs, _) = &self.system[number];
        let earlier = |list: &[usize]| list.iter().copied().filter(|need| *need < number).collect();
        (earlier(restores), earlier(runs))
    }

    fn plan(&self) -> Plan {
        let list = |needs: &[usize]| needs.iter().map(|need| format!("s{need}")).collect::<Vec<_>>().join(", ");
        let teams = self
            .people
            .iter()
            .enumerate()
            .map(|(team, people)| format!("  - {{id: e{team}, name: E, people: {people}}}\n"));
        let systems = self.system.iter().enumerate().map(|(number, (team, _, _, hours))| {
            let (restores, runs) = self.needs(number);
            format!(
                "  - {{id: s{number}, name: S, team: e{team}, runs_on: [{}], restores_with: [{}], rebuild: {{min: {} h, likely: {hours} h, max: {} h}}}}\n",
                list(&runs),
                list(&restores),
                hours / 2,
                hours * 3
            )
        });
        plan(&format!(
            "teams:\n{}systems:\n{}activities: [{{id: a, name: A, mtpd: 20 h, wrt: 1 h, needs: [s0, s8]}}, {{id: b, name: B, mtpd: 9 h, wrt: 0 h, needs: [s4]}}]",
            teams.collect::<String>(),
            systems.collect::<String>()
        ))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_schedule_respects_needs_and_hands(drawn in drawn()) {
        let schedule = schedule(&drawn.plan(), &options(&[]));
        let bar = |number: usize| schedule.bars.iter().find(|bar| bar.system == format!("s{number}")).unwrap();
        for number in 0..SYSTEMS {
            let (restores, runs) = drawn.needs(number);
            for need in restores {
                prop_assert!(bar(need).usable_h.unwrap() <= bar(number).start_h, "s{} before s{}", need, number);
            }
            for need in runs {
                prop_assert!(bar(need).usable_h.unwrap() <= bar(number).usable_h.unwrap());
            }
        }
        for (team, people) in drawn.people.iter().enumerate() {
            let bars: Vec<_> = schedule.bars.iter().filter(|bar| bar.team.as_deref() == Some(&format!("e{team}"))).collect();
            for at in &bars {
                let busy = bars.iter().filter(|bar| bar.start_h <= at.start_h && at.start_h < bar.end_h).count();
                prop_assert!(busy <= usize::try_from(*people).unwrap(), "{} of {}", busy, people);
            }
        }
        let all = schedule.all_back;
        prop_assert!(all.at_least_h.unwrap() <= all.at_most_h.unwrap());
        prop_assert!(all.p50_h.unwrap() <= all.p90_h.unwrap());
        for activity in &schedule.activities {
            prop_assert!(activity.back.at_least_h.unwrap() <= activity.back.at_most_h.unwrap());
        }
        for bar in &schedule.bars {
            prop_assert_eq!(bar.waited_for == Waited::Nothing, bar.start_h == 0.0, "{:?}", bar);
        }
        let chain: Vec<_> = schedule.critical_chain.iter().map(|at| &schedule.bars[*at]).collect();
        if let (Some(first), Some(last)) = (chain.first(), chain.last()) {
            prop_assert!(first.start_h == 0.0 && (last.end_h - all.at_most_h.unwrap()).abs() < 1e-9);
            prop_assert!(chain.windows(2).all(|pair| (pair[0].end_h - pair[1].start_h).abs() < 1e-9));
        }
    }

    #[test]
    fn one_more_person_never_makes_it_longer(drawn in drawn(), team in 0..TEAMS) {
        let more = drawn.people[team] + 1;
        let plan = drawn.plan();
        let tried = schedule(&plan, &options(&[(&format!("e{team}"), more)]));
        let planned = schedule(&plan, &options(&[]));
        let cost = |schedule: &Schedule| {
            let late = schedule.activities.iter().map(|it| (it.back.at_most_h.unwrap() - it.mtpd_h.unwrap()).max(0.0));
            (late.fold(0.0, f64::max), schedule.all_back.at_most_h.unwrap())
        };
        prop_assert!(cost(&tried) <= cost(&planned), "care first, then the whole");
        prop_assert!(cost(&tried).1 <= cost(&planned).1 || cost(&tried).0 < cost(&planned).0);
        prop_assert!(tried.all_back.at_least_h <= planned.all_back.at_least_h);
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes(drawn in drawn(), seed: u64) {
        let options = ScheduleOptions { seed, ..options(&[]) };
        let bytes = || serde_json::to_string(&schedule(&drawn.plan(), &options)).unwrap();
        prop_assert_eq!(bytes(), bytes());
    }
}
