//! Activities after the event: stopped or not, by what, until when, with which procedure.

use std::collections::BTreeMap;

use super::Aftermath;
use super::outcome::{ActivityAfter, ImpactAfter, ProcedureAfter};
use crate::entities::{Activity, Id, Procedure};
use crate::logic::any_of;
use crate::needs::{Follow, reach};
use crate::observe::rounded;
use crate::schedule::{ActivityBack, Schedule, Span, Standing};
use crate::{Duration, Stated};

/// Every activity: those that stop, those that may, those that go on; of each, the soonest due first.
pub(super) fn after(aftermath: &Aftermath<'_>, rebuilding: &Schedule) -> Vec<ActivityAfter> {
    let back: BTreeMap<&str, &ActivityBack> =
        rebuilding.activities.iter().map(|activity| (activity.id.as_str(), activity)).collect();
    let activities = aftermath.plan.activities.values();
    let mut all: Vec<ActivityAfter> =
        activities.map(|activity| one(aftermath, activity, back.get(activity.id.as_str()).copied())).collect();
    let rank = |activity: &ActivityAfter| match activity.stops {
        Some(true) => 0,
        None => 1,
        Some(false) => 2,
    };
    let due = |activity: &ActivityAfter| activity.mtpd_h.unwrap_or(f64::INFINITY);
    all.sort_by(|a, b| rank(a).cmp(&rank(b)).then(due(a).total_cmp(&due(b))).then(a.id.cmp(&b.id)));
    all
}

fn one(aftermath: &Aftermath<'_>, activity: &Activity, back: Option<&ActivityBack>) -> ActivityAfter {
    let stops = aftermath.loss.stops(activity);
    let procedures = procedures(aftermath, activity);
    let (back, standing) = match (stops, back) {
        (Some(false), _) => (Span::default(), Standing::OnTime),
        (_, Some(back)) => (back.back, back.standing),
        (_, None) => (Span::default(), Standing::Unknown),
    };
    let holds_until_h = holds_until(&procedures);
    ActivityAfter {
        id: activity.id.to_string(),
        name: activity.name.clone(),
        critical: activity.critical.known().copied(),
        stops,
        way: way(aftermath, activity),
        blanks: if stops.is_none() { blanks(aftermath, activity) } else { Vec::new() },
        degraded_after_h: hours(&activity.degraded_after),
        mtpd_h: hours(&activity.mtpd),
        hole_h: hole(stops, holds_until_h, &procedures, back),
        back,
        standing,
        procedures,
        holds_until_h,
        impacts: impacts(activity),
    }
}

fn way(aftermath: &Aftermath<'_>, activity: &Activity) -> Vec<String> {
    let way = aftermath.loss.way_to_the_blow(activity.needs.items());
    way.iter().map(|id| aftermath.system_name(id)).collect()
}

/// What the plan would have to say to settle whether an activity stops.
fn blanks(aftermath: &Aftermath<'_>, activity: &Activity) -> Vec<String> {
    let Stated::Known(needs) = &activity.needs else { return vec![format!("needs ({})", activity.id)] };
    let (reached, _) = reach(aftermath.plan, needs, Follow::All);
    let mut blanks = Vec::new();
    for id in reached {
        let Some(system) = aftermath.plan.systems.get(id) else { continue };
        if system.runs_on.is_unknown() {
            blanks.push(format!("runs_on ({id})"));
        }
        if aftermath.loss.is_struck(id).is_none() {
            let keys = [("kind", system.kind.is_unknown()), ("site", system.site.is_unknown())];
            blanks.extend(keys.iter().filter(|(_, blank)| *blank).map(|(key, _)| format!("{key} ({id})")));
        }
    }
    blanks
}

fn procedures(aftermath: &Aftermath<'_>, activity: &Activity) -> Vec<ProcedureAfter> {
    let own = aftermath.plan.procedures.values().filter(|procedure| procedure.activity == activity.id);
    let mut all: Vec<ProcedureAfter> = own.map(|procedure| after_event(aftermath, procedure)).collect();
    let end = |procedure: &ProcedureAfter| procedure.runs_out_h.unwrap_or(f64::INFINITY);
    all.sort_by(|a, b| end(a).total_cmp(&end(b)).then(a.id.cmp(&b.id)));
    all
}

fn after_event(aftermath: &Aftermath<'_>, procedure: &Procedure) -> ProcedureAfter {
    let used = procedure.uses_systems.known();
    let broken = used.and_then(|used| any_of(used.iter().map(|id| aftermath.loss.is_down(id))));
    let down = procedure.uses_systems.items().iter().filter(|id| aftermath.loss.is_down(id) == Some(true));
    ProcedureAfter {
        id: procedure.id.to_string(),
        title: procedure.title.clone(),
        works: broken.map(|broken| !broken),
        broken_by: down.map(|id: &Id| aftermath.system_name(id)).collect(),
        runs_out_h: hours(&procedure.holds_for),
        on_paper: procedure.paper_copy.known().copied(),
    }
}

/// The latest end of the procedures that surely work.
fn holds_until(procedures: &[ProcedureAfter]) -> Option<f64> {
    let working = procedures.iter().filter(|procedure| procedure.works == Some(true));
    working.filter_map(|procedure| procedure.runs_out_h).max_by(f64::total_cmp)
}

/// Hours that nothing covers, at least: from the end of the last procedure, were all that may work to work, to the
/// earliest return. Nothing when it is not settled that there are some.
fn hole(stops: Option<bool>, holds_until: Option<f64>, procedures: &[ProcedureAfter], back: Span) -> Option<f64> {
    if stops != Some(true) {
        return None;
    }
    let in_doubt = procedures
        .iter()
        .any(|procedure| procedure.works.is_none() || procedure.works == Some(true) && procedure.runs_out_h.is_none());
    let hole = back.at_least_h? - holds_until.unwrap_or(0.0);
    (!in_doubt && hole > 0.0).then(|| rounded(hole))
}

fn impacts(activity: &Activity) -> Vec<ImpactAfter> {
    let mut all: Vec<ImpactAfter> = activity
        .impacts
        .items()
        .iter()
        .map(|impact| ImpactAfter {
            after_h: rounded(impact.after.hours()),
            level: impact.level,
            what: impact.what.known().cloned(),
        })
        .collect();
    all.sort_by(|a, b| a.after_h.total_cmp(&b.after_h));
    all
}

fn hours(duration: &Stated<Duration>) -> Option<f64> {
    duration.known().map(|duration| rounded(duration.hours()))
}
