//! The plan as the rebuilding sees it after an event: work on what was struck, and on nothing else.

use super::Aftermath;
use crate::entities::{Id, Rebuild, System, SystemKind, Team};
use crate::{Duration, Plan, Sourced, Stated};

/// The team that stands for waiting: a supplier’s service comes back by itself, whoever is at work here.
const WAITING: &str = "attente-du-retour";

/// A copy of the plan in which what still stands takes no time to rebuild, and what comes back by itself takes as
/// long as the event lasts.
pub(super) fn rebuilt(aftermath: &Aftermath<'_>) -> Plan {
    let mut plan = aftermath.plan.clone();
    let waiting = Id::of_ours(WAITING);
    let mut waits = 0;
    for (id, sourced) in &mut plan.systems.items {
        let system = &mut sourced.value;
        match aftermath.loss.is_struck(id) {
            Some(true) if system.kind.known() == Some(&SystemKind::Saas) => {
                waits += 1;
                wait(system, &waiting, &aftermath.scenario.duration);
            }
            Some(true) => {}
            Some(false) => stand(system, aftermath.loss.is_down(id)),
            None => doubt(system),
        }
    }
    lose_teams(&mut plan, aftermath);
    if waits > 0 {
        let place = plan.header.place.clone();
        plan.teams.items.insert(waiting.clone(), Sourced { value: waiting_team(waiting, waits), place });
    }
    plan
}

/// It was not struck: no work, and nothing to wait for but what it runs on.
fn stand(system: &mut System, down: Option<bool>) {
    system.rebuild = Stated::Known(lasting(&Duration::none()));
    system.restores_with = Stated::Known(Vec::new());
    if down == Some(false) {
        system.runs_on = Stated::Known(Vec::new());
    }
}

/// It may have been struck: it may need all of its rebuilding, or none of it.
fn doubt(system: &mut System) {
    system.rebuild = Stated::Unknown;
}

/// Its supplier brings it back when the event ends.
fn wait(system: &mut System, team: &Id, duration: &Stated<Duration>) {
    system.restores_with = Stated::Known(Vec::new());
    system.team = Stated::Known(team.clone());
    system.rebuild = duration.known().map_or(Stated::Unknown, |duration| Stated::Known(lasting(duration)));
}

fn lasting(duration: &Duration) -> Rebuild {
    let guess = || Stated::Known(duration.clone());
    Rebuild { min: guess(), likely: guess(), max: guess(), steps: Stated::Unknown }
}

fn waiting_team(id: Id, people: u32) -> Team {
    Team {
        name: id.to_string(),
        id,
        skills: Stated::Unknown,
        people: Stated::Known(people),
        min_present: Stated::Unknown,
        shift: Stated::Unknown,
        provider: None,
    }
}

/// A team that is lost works on nothing.
fn lose_teams(plan: &mut Plan, aftermath: &Aftermath<'_>) {
    for id in aftermath.scenario.lost.items() {
        if let Some(team) = plan.teams.items.get_mut(id) {
            (team.value.people, team.value.min_present) = (Stated::Known(0), Stated::Known(0));
        }
    }
}
