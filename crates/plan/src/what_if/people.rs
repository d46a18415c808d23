//! Who can still be called, and which crisis roles can still be taken.

use super::Aftermath;
use super::outcome::{PersonAfter, RoleAfter, Taker, WayAfter};
use crate::entities::{Person, Rank, Role};

/// Every person: those who can be called first.
pub(super) fn after(aftermath: &Aftermath<'_>) -> Vec<PersonAfter> {
    let mut all: Vec<PersonAfter> = aftermath.plan.people.values().map(|person| one(aftermath, person)).collect();
    all.sort_by_key(|person| match person.reachable {
        Some(true) => 0,
        None => 1,
        Some(false) => 2,
    });
    all
}

fn one(aftermath: &Aftermath<'_>, person: &Person) -> PersonAfter {
    let absent = aftermath.scenario.lost.items().contains(&person.id);
    let ways = person.reach.items().iter();
    let roles = person.roles.items().iter().filter_map(|held| aftermath.plan.roles.get(&held.role));
    PersonAfter {
        id: person.id.to_string(),
        function: person.function.clone(),
        absent,
        reachable: aftermath.loss.reaches(person, aftermath.scenario),
        on_call: person.on_call.known().copied(),
        ways: ways
            .map(|way| WayAfter { channel: way.channel, works: aftermath.loss.leads(way, aftermath.scenario) })
            .collect(),
        roles: roles.map(|role| role.name.clone()).collect(),
    }
}

/// Every role: those that nobody can take first.
pub(super) fn roles(aftermath: &Aftermath<'_>) -> Vec<RoleAfter> {
    let mut all: Vec<RoleAfter> = aftermath.plan.roles.values().map(|role| role_after(aftermath, role)).collect();
    all.sort_by_key(|role| match role.filled {
        Some(false) => 0,
        None => 1,
        Some(true) => 2,
    });
    all
}

fn role_after(aftermath: &Aftermath<'_>, role: &Role) -> RoleAfter {
    let takers = takers(aftermath, role);
    RoleAfter {
        id: role.id.to_string(),
        name: role.name.clone(),
        cell: role.cell.known().copied(),
        filled: filled(aftermath, role, &takers),
        takers,
    }
}

/// Those who hold a role or stand in, the first in line first.
pub(super) fn takers(aftermath: &Aftermath<'_>, role: &Role) -> Vec<Taker> {
    let people = aftermath.plan.people.values();
    let mut takers: Vec<Taker> = people
        .flat_map(|person| {
            let held = person.roles.items().iter().filter(|held| held.role == role.id);
            held.map(|held| Taker {
                function: person.function.clone(),
                rank: held.rank,
                reachable: aftermath.loss.reaches(person, aftermath.scenario),
            })
        })
        .collect();
    takers.sort_by_key(|taker| taker.rank != Rank::Holder);
    takers.dedup_by(|later, first| later.function == first.function);
    takers
}

/// Whether as many people as the role asks for, one if it does not say, can be called.
fn filled(aftermath: &Aftermath<'_>, role: &Role, takers: &[Taker]) -> Option<bool> {
    let asked = usize::try_from(role.min_people.known().copied().unwrap_or(1)).unwrap_or(usize::MAX);
    let people = &aftermath.plan.people;
    let all_listed = people.is_stated() && people.values().all(|person| !person.roles.is_unknown());
    let surely = takers.iter().filter(|taker| taker.reachable == Some(true)).count();
    let at_best = takers.iter().filter(|taker| taker.reachable != Some(false)).count();
    if surely >= asked { Some(true) } else { (all_listed && at_best < asked).then_some(false) }
}
