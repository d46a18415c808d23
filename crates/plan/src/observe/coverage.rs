//! What holds for the whole plan: the share of activity it covers, and the people of the crisis cell.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, Observation, SubjectKind, Text};

use super::{View, any_of, count, evidence, rounded};
use crate::logic::{all_of, surely};
use crate::{Activity, ActivityKind, Cell, Id, Person, Profile, Role, Site};

/// Hours that one person can hold in a crisis cell: two people make a day.
const SHIFTS_A_DAY: u32 = 2;

/// Least share of the combined activity, in percent (CaRE domain 2, O1.C; the definition is still to be confirmed).
const ASKED_PCT: f64 = 66.0;

/// The share of activity that analyses, plans and tests cover (CaRE domain 2, O1.C and O1.D).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CoverageFacts {
    /// Whether the rule of the combined activity bears on the plan: a group, or several sites with activity.
    pub has_several_members: Option<bool>,
    /// Perimeters of the profile of which the plan has no activity: care, technical, administrative.
    pub missing_perimeters: Option<Vec<String>>,
    /// Share of the combined activity of sites with an impact analysis (DMIA and PDMA stated), in percent: at least this.
    pub analysed_at_least_pct: f64,
    /// The same, once it is settled for every site.
    pub analysed_pct: Option<f64>,
    /// Share of sites with a degraded procedure for a critical activity, in percent: at least this.
    pub planned_at_least_pct: f64,
    /// The same, once it is settled for every site.
    pub planned_pct: Option<f64>,
    /// Share of sites where a plan was tested in the field, in percent: at least this.
    pub tested_at_least_pct: f64,
    /// The same, once it is settled for every site.
    pub tested_pct: Option<f64>,
}

impl Facts for CoverageFacts {
    const KIND: &'static str = "plan.coverage";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Part d’activité couverte par le plan", "Share of activity that the plan covers")
    }
}

/// How many people the crisis cell needs and has.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CrisisCellFacts {
    /// People that the strategic and operational roles need at once.
    pub needed_at_once: Option<u32>,
    /// The same, for a day and a night without anybody working more than twelve hours.
    pub needed_in_shifts: Option<u32>,
    /// People who hold one of those roles or stand in, and who can be reached without the hospital’s
    /// information system: at least this.
    pub reachable_at_least: u32,
    /// The same, once it is settled for everybody.
    pub reachable: Option<u32>,
}

impl Facts for CrisisCellFacts {
    const KIND: &'static str = "plan.crisis_cell";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Cellule de crise", "Crisis cell")
    }
}

pub(super) fn observe(view: &View<'_>) -> Observation {
    let analysed = Share::of(view, |site| is_analysed(view, site));
    let planned = Share::of(view, |site| is_planned(view, site));
    let tested = Share::of(view, |site| is_tested(view, site));
    let facts = CoverageFacts {
        has_several_members: has_several_members(view),
        missing_perimeters: missing_perimeters(view),
        analysed_at_least_pct: analysed.at_least,
        analysed_pct: analysed.settled,
        planned_at_least_pct: planned.at_least,
        planned_pct: planned.settled,
        tested_at_least_pct: tested.at_least,
        tested_pct: tested.settled,
    };
    let header = &view.plan.header;
    let shares = view.plan.sites.iter().flat_map(|site| site.place.quote(&["name", "activity_share"]));
    let proofs = evidence(&header.place, &["title", "profile"]).into_iter().chain(shares).collect();
    view.observation("plan", &header.value.id, &facts, proofs)
}

/// Part of the combined activity.
struct Share {
    at_least: f64,
    settled: Option<f64>,
}

impl Share {
    fn of(view: &View<'_>, covered: impl Fn(&Site) -> Option<bool>) -> Self {
        let mut at_least = 0.0;
        let mut all_settled = view.plan.sites.is_stated();
        for site in view.plan.sites.values() {
            let covered = covered(site);
            match site.activity_share.known() {
                Some(share) if covered == Some(true) => at_least += share,
                Some(share) => all_settled &= covered.is_some() || *share == 0.0,
                None => all_settled = false,
            }
        }
        let at_least = rounded(at_least);
        Self { at_least, settled: all_settled.then_some(at_least) }
    }
}

pub(super) fn has_several_members(view: &View<'_>) -> Option<bool> {
    if view.plan.header.value.profile.known() == Some(&Profile::GHT) {
        return Some(true);
    }
    let members = view.plan.sites.values().map(|site| site.activity_share.known().map(|share| *share > 0.0));
    let members: Vec<Option<bool>> = members.collect();
    if members.iter().filter(|member| **member == Some(true)).count() > 1 {
        return Some(true);
    }
    let settled = view.plan.sites.is_stated() && (members.len() < 2 || !members.contains(&None));
    settled.then_some(false)
}

/// Whether sites with an impact analysis make up the share of combined activity that is asked for.
pub(super) fn covers_enough(view: &View<'_>) -> Option<bool> {
    let share = Share::of(view, |site| is_analysed(view, site));
    if share.at_least >= ASKED_PCT { Some(true) } else { share.settled.map(|_| false) }
}

/// Perimeters that the profile asks for and that no activity is of, unless their proof says why there is none.
fn missing_perimeters(view: &View<'_>) -> Option<Vec<String>> {
    let activities = &view.plan.activities;
    let profile = *view.plan.header.value.profile.known()?;
    let kinds: Vec<Option<ActivityKind>> = activities.values().map(|activity| activity.kind.known().copied()).collect();
    let perimeters = [
        (ActivityKind::Care, "care", "BIA-01"),
        (ActivityKind::Technical, "technical", "BIA-03"),
        (ActivityKind::Administrative, "administrative", "BIA-02"),
    ];
    let asked = perimeters.into_iter().filter(|(_, _, check)| view.plan.asks_for(check, profile));
    let missing = asked.filter(|(kind, _, _)| !kinds.contains(&Some(*kind)));
    let missing: Vec<String> = missing.map(|(_, name, _)| name.to_owned()).collect();
    let settled = missing.is_empty() || (activities.is_stated() && !kinds.contains(&None));
    settled.then_some(missing)
}

/// Whether an activity takes place on a site. In a plan of one site, all do.
fn is_at(view: &View<'_>, activity: &Activity, site: &Site) -> Option<bool> {
    match activity.sites.known() {
        Some(sites) => Some(sites.contains(&site.id)),
        None => (view.plan.sites.count() == Some(1)).then_some(true),
    }
}

fn some_activity(view: &View<'_>, site: &Site, holds: impl Fn(&Activity) -> Option<bool>) -> Option<bool> {
    let each = view.plan.activities.values();
    let found = any_of(each.map(|activity| all_of([is_at(view, activity, site), holds(activity)].into_iter())));
    found.filter(|found| *found || view.plan.activities.is_stated())
}

fn is_analysed(view: &View<'_>, site: &Site) -> Option<bool> {
    some_activity(view, site, |activity| (!activity.mtpd.is_unknown() && !activity.mtdl.is_unknown()).then_some(true))
}

fn is_planned(view: &View<'_>, site: &Site) -> Option<bool> {
    let procedures = &view.plan.procedures;
    some_activity(view, site, |activity| {
        let has_one = procedures.values().any(|procedure| procedure.activity == activity.id);
        let has_one = if has_one { Some(true) } else { procedures.is_stated().then_some(false) };
        all_of([activity.critical.known().copied(), has_one].into_iter())
    })
}

fn is_tested(view: &View<'_>, site: &Site) -> Option<bool> {
    let exercises = &view.plan.exercises;
    let each = exercises.values().map(|exercise| {
        let field = exercise.kind.known().map(|kind| *kind == crate::ExerciseKind::Field);
        let played = view.age_d(&exercise.date).map(|age| age >= 0);
        let here = exercise.sites.known().map(|sites| sites.contains(&site.id));
        all_of([field, played, here].into_iter())
    });
    any_of(each).filter(|found| *found || exercises.is_stated())
}

pub(super) fn observe_cell(view: &View<'_>) -> Observation {
    let plan = view.plan;
    let in_cell = |role: &Role| role.cell.known().map(|cell| matches!(cell, Cell::Strategic | Cell::Operational));
    let mut needed = plan.roles.is_stated().then_some(0_u32);
    for role in plan.roles.values() {
        match in_cell(role) {
            Some(true) => needed = needed.zip(role.min_people.known()).map(|(sum, more)| sum.saturating_add(*more)),
            Some(false) => {}
            None => needed = None,
        }
    }
    let cell: BTreeSet<&Id> =
        plan.roles.values().filter(|role| in_cell(role) == Some(true)).map(|role| &role.id).collect();
    let each = plan.people.values().map(|person| {
        let member = person.roles.known().map(|held| held.iter().any(|held| cell.contains(&held.role)));
        (person.id.to_string(), all_of([member, reachable(person)].into_iter()))
    });
    let each: Vec<(String, Option<bool>)> = each.collect();
    let settled = plan.people.is_stated() && each.iter().all(|(_, answer)| answer.is_some());
    let at_least = count(surely(each.into_iter(), true).unwrap_or_default().len());
    let facts = CrisisCellFacts {
        needed_at_once: needed,
        needed_in_shifts: needed.map(|needed| needed.saturating_mul(SHIFTS_A_DAY)),
        reachable_at_least: at_least,
        reachable: settled.then_some(at_least),
    };
    let roles = plan.roles.iter().filter(|role| cell.contains(&role.value.id));
    let proofs = roles.flat_map(|role| role.place.quote(&["name", "min_people"])).collect();
    view.observation("plan", &plan.header.value.id, &facts, proofs)
}

/// Whether a person can be called without the hospital’s information system.
fn reachable(person: &Person) -> Option<bool> {
    let ways = person.reach.known()?.iter();
    any_of(ways.map(|way| Some(way.carried_by.is_none() && way.channel.stands_alone())))
}
