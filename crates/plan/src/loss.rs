//! What stops when something is lost: systems that run on what is gone, then the activities behind them.
//!
//! This is the graph of daily work: how long it takes to come back is another question, see `rebuild`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::entities::{Activity, Channel, Id, Link, Person, PlanCopy, Reach, Scenario, System, SystemKind};
use crate::logic::{all_of, any_of, surely};
use crate::{Plan, Stated};

/// Which systems run on each system: worked out once, asked for each loss.
#[derive(Debug)]
pub(crate) struct Dependents<'p> {
    plan: &'p Plan,
    direct: BTreeMap<&'p Id, BTreeSet<&'p Id>>,
    /// Whether every system says what it runs on.
    complete: bool,
}

/// The systems that are surely down after a loss, and whether no other can be.
#[derive(Debug)]
pub(crate) struct Loss<'p> {
    plan: &'p Plan,
    blow: Blow<'p>,
    down: BTreeSet<&'p Id>,
    complete: bool,
}

/// Several systems lost at once, and whether the plan names them all.
#[derive(Debug)]
struct Blow<'p> {
    first: BTreeSet<&'p Id>,
    complete: bool,
}

impl<'p> Dependents<'p> {
    pub(crate) fn of(plan: &'p Plan) -> Self {
        let mut direct: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
        let mut complete = plan.systems.is_stated();
        for system in plan.systems.values() {
            complete &= !system.runs_on.is_unknown();
            for id in system.runs_on.items().iter().flat_map(Link::targets) {
                direct.entry(id).or_default().insert(&system.id);
            }
        }
        Self { plan, direct, complete }
    }

    /// One system is lost.
    pub(crate) fn without_system(&self, id: &'p Id) -> Loss<'p> {
        self.spread(Blow { first: BTreeSet::from([id]), complete: true })
    }

    /// A whole site is lost.
    pub(crate) fn without_site(&self, site: &Id) -> Loss<'p> {
        self.spread(self.systems_where(|system| Some(system.site.known()? == site)))
    }

    /// A supplier stops: what it hosts stops, what it sold goes on.
    pub(crate) fn without_provider(&self, provider: &Id) -> Loss<'p> {
        self.spread(self.systems_where(|system| hosted_by(system, provider)))
    }

    /// A scenario happens.
    pub(crate) fn under(&self, scenario: &'p Scenario) -> Loss<'p> {
        let lost = scenario.lost.items();
        let mut blow = self.systems_where(|system| {
            let named = scenario.down.items().contains(&system.id);
            let of_kind = match &scenario.down_kinds {
                Stated::Known(kinds) if !kinds.is_empty() => system.kind.known().map(|kind| kinds.contains(kind)),
                Stated::Known(_) | Stated::Unknown => Some(false),
            };
            let own = if scenario.all_systems {
                system.kind.known().map(|kind| *kind != SystemKind::Saas)
            } else {
                Some(false)
            };
            let at_site = if lost.iter().any(|id| self.plan.sites.get(id).is_some()) {
                system.site.known().map(|site| lost.contains(site))
            } else {
                Some(false)
            };
            let hosted = lost.iter().map(|id| hosted_by(system, id));
            any_of([Some(named), of_kind, own, at_site].into_iter().chain(hosted))
        });
        blow.complete &= scenario.all_systems || !scenario.down.is_unknown();
        self.spread(blow)
    }

    fn systems_where(&self, is_lost: impl Fn(&System) -> Option<bool>) -> Blow<'p> {
        let mut blow = Blow { first: BTreeSet::new(), complete: self.plan.systems.is_stated() };
        for system in self.plan.systems.values() {
            match is_lost(system) {
                Some(true) => {
                    blow.first.insert(&system.id);
                }
                Some(false) => {}
                None => blow.complete = false,
            }
        }
        blow
    }

    /// Follows a loss to the systems that cannot work without it: of alternatives, all must be down.
    fn spread(&self, blow: Blow<'p>) -> Loss<'p> {
        let mut down = blow.first.clone();
        let mut queue: Vec<&Id> = down.iter().copied().collect();
        while let Some(id) = queue.pop() {
            for next in self.direct.get(id).into_iter().flatten().copied() {
                let Some(system) = self.plan.systems.get(next) else { continue };
                let stops = system.runs_on.items().iter().any(|link| fails(link, &down));
                if stops && down.insert(next) {
                    queue.push(next);
                }
            }
        }
        let complete = blow.complete && self.complete;
        Loss { plan: self.plan, blow, down, complete }
    }
}

impl Loss<'_> {
    /// How many systems are surely down.
    pub(crate) fn count(&self) -> usize {
        self.down.len()
    }

    /// Whether every system that is down is known to be.
    pub(crate) fn is_settled(&self) -> bool {
        self.complete
    }

    /// Whether a system was struck itself, and does not only wait for others.
    pub(crate) fn is_struck(&self, id: &Id) -> Option<bool> {
        if self.blow.first.contains(id) { Some(true) } else { self.blow.complete.then_some(false) }
    }

    /// The shortest way from some needs to a system that was struck, by systems that are down.
    pub(crate) fn way_to_the_blow(&self, needs: &[Link]) -> Vec<Id> {
        let first = |links: &[Link]| -> Vec<Id> {
            let lost = links.iter().filter(|link| fails(link, &self.down));
            lost.flat_map(Link::targets).cloned().collect()
        };
        let mut seen: BTreeSet<Id> = BTreeSet::new();
        let mut queue: VecDeque<Vec<Id>> = first(needs).into_iter().map(|id| vec![id]).collect();
        while let Some(way) = queue.pop_front() {
            let Some(last) = way.last() else { continue };
            if self.blow.first.contains(last) {
                return way;
            }
            let Some(system) = self.plan.systems.get(last) else { continue };
            for next in first(system.runs_on.items()) {
                if seen.insert(next.clone()) {
                    queue.push_back(way.iter().cloned().chain([next]).collect());
                }
            }
        }
        Vec::new()
    }

    /// Whether a system is down.
    pub(crate) fn is_down(&self, id: &Id) -> Option<bool> {
        if self.down.contains(id) { Some(true) } else { self.complete.then_some(false) }
    }

    /// Whether an activity stops.
    pub(crate) fn stops(&self, activity: &Activity) -> Option<bool> {
        let Stated::Known(needs) = &activity.needs else { return None };
        if needs.iter().any(|link| fails(link, &self.down)) { Some(true) } else { self.complete.then_some(false) }
    }

    /// The activities that surely stop, as far as a filter keeps them; nothing when there is none and there may be.
    pub(crate) fn stopped(&self, keep: impl Fn(&Activity) -> Option<bool>) -> Option<Vec<String>> {
        let activities = &self.plan.activities;
        surely(
            activities.values().map(|activity| {
                let stops = all_of([self.stops(activity), keep(activity)].into_iter());
                (activity.id.to_string(), stops)
            }),
            activities.is_stated(),
        )
    }

    /// Whether a person can still be called under a scenario.
    pub(crate) fn reaches(&self, person: &Person, scenario: &Scenario) -> Option<bool> {
        if scenario.lost.items().contains(&person.id) {
            return Some(false);
        }
        any_of(person.reach.known()?.iter().map(|way| self.leads(way, scenario)))
    }

    /// Whether one way to reach somebody still works under a scenario.
    pub(crate) fn leads(&self, way: &Reach, scenario: &Scenario) -> Option<bool> {
        if scenario.lost_channels.items().contains(&way.channel) {
            return Some(false);
        }
        match &way.carried_by {
            Some(carrier) => self.is_down(carrier).map(|down| !down),
            None => self.carries(way.channel, scenario),
        }
    }

    /// Whether a channel that no system of the plan is said to carry still works.
    pub(crate) fn carries(&self, channel: Channel, scenario: &Scenario) -> Option<bool> {
        if channel.stands_alone() {
            Some(true)
        } else if scenario.all_systems {
            Some(false)
        } else {
            (self.complete && self.down.is_empty()).then_some(true)
        }
    }

    /// Whether a copy can still be read under a scenario.
    pub(crate) fn can_read(&self, copy: &PlanCopy, scenario: &Scenario) -> Option<bool> {
        match &copy.carried_by {
            Some(carrier) => self.is_down(carrier).map(|down| !down),
            None if copy.medium.known()?.stands_alone() => Some(true),
            None if self.complete && self.down.is_empty() => Some(true),
            None => (scenario.all_systems && !copy.medium.known()?.is_outside()).then_some(false),
        }
    }
}

fn fails(link: &Link, down: &BTreeSet<&Id>) -> bool {
    link.fails_without(|id| down.contains(id))
}

/// Whether a supplier hosts a system. A supplier that is not written is taken for none: it is a contract
/// that the plan does not have.
fn hosted_by(system: &System, provider: &Id) -> Option<bool> {
    if system.provider.known() != Some(provider) {
        return Some(false);
    }
    system.kind.known().map(|kind| *kind == SystemKind::Saas)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::plan;

    const LISTS: &str = "sites: [{id: here, name: H}, {id: there, name: T}]
providers: [{id: host, service: S}]
systems:
  - {id: net, name: N, kind: network, site: here, runs_on: []}
  - {id: dns, name: D, kind: dns, site: here, runs_on: [net]}
  - {id: dns2, name: D, kind: dns, site: there, runs_on: []}
  - {id: ad, name: A, kind: identity, site: there, runs_on: [{any_of: [dns, dns2]}]}
  - {id: pay, name: P, kind: saas, site: there, provider: host, runs_on: []}
activities:
  - {id: u, name: U, critical: true, needs: [ad]}
  - {id: p, name: P, critical: false, needs: [pay]}";

    fn stopped(loss: &Loss<'_>) -> String {
        loss.stopped(|_| Some(true)).map_or("?".to_owned(), |ids| ids.join(" "))
    }

    #[test]
    fn a_loss_spreads_and_alternatives_hold() {
        let plan = plan(LISTS);
        let dependents = Dependents::of(&plan);
        let id = |text: &str| -> Id { text.parse().unwrap() };
        let (net, ad) = (id("net"), id("ad"));
        assert_eq!(dependents.without_system(&net).count(), 2, "dns stops with it, ad has dns2");
        assert_eq!(stopped(&dependents.without_system(&net)), "");
        assert_eq!(stopped(&dependents.without_system(&ad)), "u");
        assert_eq!(stopped(&dependents.without_site(&id("there"))), "p u");
        assert_eq!(stopped(&dependents.without_provider(&id("host"))), "p");
    }

    #[test]
    fn a_scenario_takes_kinds_sites_and_suppliers() {
        let under = |scenario: &str| {
            let plan = plan(&format!("{LISTS}\nscenarios: [{{id: s, title: S, {scenario}}}]"));
            let scenario = plan.scenarios.values().next().unwrap().clone();
            stopped(&Dependents::of(&plan).under(&scenario))
        };
        assert_eq!(under("all_systems: true"), "u", "what a supplier hosts goes on");
        assert_eq!(under("down: [], down_kinds: [dns]"), "u");
        assert_eq!(under("down: [], lost: [host]"), "p");
        assert_eq!(under("down: []"), "");
        assert_eq!(under("lost: []"), "?", "nobody said what is down");
    }

    #[test]
    fn a_blank_link_leaves_the_question_open() {
        let plan = plan(
            "systems: [{id: a, name: A, runs_on: []}, {id: b, name: B}]
activities: [{id: u, name: U, needs: [b]}]",
        );
        let a = "a".parse().unwrap();
        assert_eq!(stopped(&Dependents::of(&plan).without_system(&a)), "?");
    }
}
