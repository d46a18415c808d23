//! Who needs whom: reachability in the graph of daily work, cycles, and the written order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::Plan;
use crate::entities::{Activity, Id, Link, System};

/// Which activities each system serves, directly or through other systems.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Service<'p> {
    plan: &'p Plan,
    serves: BTreeMap<&'p Id, BTreeSet<&'p Id>>,
    /// Activities whose needs are not all stated: they may use any system.
    open: Vec<&'p Activity>,
    /// Systems that some activity needs, to work or to come back.
    used: BTreeSet<&'p Id>,
    /// Whether no other system can be used.
    all_used_known: bool,
}

impl<'p> Service<'p> {
    pub(crate) fn of(plan: &'p Plan) -> Self {
        let mut serves: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
        let mut open = Vec::new();
        let mut used = BTreeSet::new();
        let mut all_used_known = plan.activities.is_stated();
        for activity in plan.activities.values() {
            let (reached, complete) = reach(plan, activity.needs.items(), Follow::All);
            if !complete || activity.needs.is_unknown() {
                open.push(activity);
            }
            for id in reached {
                serves.entry(id).or_default().insert(&activity.id);
            }
            let (reached, complete) = reach(plan, activity.needs.items(), Follow::Rebuild);
            used.extend(reached);
            all_used_known &= complete && !activity.needs.is_unknown();
        }
        Self { plan, serves, open, used, all_used_known }
    }

    /// Whether some activity needs a system, to work or to come back.
    pub(crate) fn is_used(&self, system: &Id) -> Option<bool> {
        if self.used.contains(system) { Some(true) } else { self.all_used_known.then_some(false) }
    }

    /// Whether the plan says what every activity needs, and what each system that it needs runs on.
    pub(crate) fn is_settled(&self) -> bool {
        self.plan.activities.values().next().is_some() && self.open.is_empty() && self.plan.activities.is_stated()
    }

    /// The activities that surely need a system.
    pub(crate) fn activities(&self, system: &Id) -> Vec<&'p Activity> {
        let ids = self.serves.get(system).into_iter().flatten();
        ids.filter_map(|id| self.plan.activities.get(id)).collect()
    }

    /// Whether the list of those activities is complete.
    pub(crate) fn is_complete(&self, system: &Id) -> bool {
        let served = self.serves.get(system);
        let served = |activity: &Activity| served.is_some_and(|ids| ids.contains(&activity.id));
        self.plan.activities.is_stated() && self.open.iter().all(|activity| served(activity))
    }

    /// Whether a critical activity needs a system.
    pub(crate) fn serves_critical(&self, system: &Id) -> Option<bool> {
        let surely: Vec<Option<bool>> =
            self.activities(system).iter().map(|activity| activity.critical.known().copied()).collect();
        if surely.contains(&Some(true)) {
            return Some(true);
        }
        let maybe = self.open.iter().any(|activity| activity.critical.known() != Some(&false));
        let settled = self.plan.activities.is_stated() && !maybe && !surely.contains(&None);
        settled.then_some(false)
    }
}

/// Which links to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follow {
    /// Every alternative: what may be used.
    All,
    /// Links without a choice: what must be there.
    Required,
    /// Every alternative, and what rebuilding needs besides.
    Rebuild,
}

/// The systems reached from some, these included, and whether every list on the way is stated.
/// Daily needs are followed, and those of rebuilding when asked for.
pub(crate) fn reach<'p>(plan: &'p Plan, from: &'p [Link], follow: Follow) -> (BTreeSet<&'p Id>, bool) {
    let mut reached = BTreeSet::new();
    let mut queue = vec![from];
    let mut complete = true;
    while let Some(links) = queue.pop() {
        let followed = links.iter().filter(|link| follow != Follow::Required || link.leaves_no_choice());
        for id in followed.flat_map(Link::targets) {
            if let (true, Some(system)) = (reached.insert(id), plan.systems.get(id)) {
                complete &= !system.runs_on.is_unknown();
                queue.push(system.runs_on.items());
                if follow == Follow::Rebuild {
                    complete &= !system.restores_with.is_unknown();
                    queue.push(system.restores_with.items());
                }
            }
        }
    }
    (reached, complete)
}

/// A loop of daily needs through a system: `Some(path)`, an empty path when there is none, or
/// nothing when the plan does not state enough. Alternatives are not counted: the other one may do.
pub(crate) fn work_loop(plan: &Plan, start: &Id) -> Option<Vec<String>> {
    let mut came_from: BTreeMap<&Id, &Id> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    let mut complete = true;
    while let Some(id) = queue.pop_front() {
        let Some(system) = plan.systems.get(id) else { continue };
        complete &= !system.runs_on.is_unknown();
        for next in system.runs_on.items().iter().filter(|link| link.leaves_no_choice()).flat_map(Link::targets) {
            if next == start {
                return Some(walk_back(start, id, &came_from));
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, id);
                queue.push_back(next);
            }
        }
    }
    complete.then(Vec::new)
}

fn walk_back(start: &Id, last: &Id, came_from: &BTreeMap<&Id, &Id>) -> Vec<String> {
    let mut path = vec![start.to_string(), last.to_string()];
    let mut at = last;
    while let Some(before) = came_from.get(at).filter(|_| at != start) {
        path.push(before.to_string());
        at = before;
    }
    path.reverse();
    if last == start {
        path.truncate(2);
    }
    path
}

/// Two systems that the written order has the wrong way round.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Inversion {
    /// The system that is rebuilt too early.
    pub(crate) early: String,
    /// The system that it needs, and that comes later.
    pub(crate) late: String,
}

/// The first inversion of the written order: an empty one when there is none, nothing when the
/// plan does not state enough.
pub(crate) fn first_inversion(plan: &Plan, order: &[Id]) -> Option<Inversion> {
    if let Some((early, late)) = inversions(plan, order).first() {
        return Some(Inversion { early: early.to_string(), late: late.to_string() });
    }
    let complete = order.iter().filter_map(|id| plan.systems.get(id)).all(links_are_stated);
    complete.then(Inversion::default)
}

/// Every inversion of an order: a system, and what it needs that comes later.
pub(crate) fn inversions<'o>(plan: &'o Plan, order: &'o [Id]) -> Vec<(&'o Id, &'o Id)> {
    let mut position: BTreeMap<&Id, usize> = BTreeMap::new();
    for (index, id) in order.iter().enumerate() {
        position.entry(id).or_insert(index);
    }
    let mut found = Vec::new();
    for (id, system) in order.iter().filter_map(|id| Some((id, plan.systems.get(id)?))) {
        let here = position.get(id);
        let is_late = |target: &&Id| position.get(target) > here;
        for link in Plan::links_of(system) {
            if let Some(late) = link.targets().iter().find(is_late)
                && link.fails_without(|target| is_late(&target))
                && !found.contains(&(id, late))
            {
                found.push((id, late));
            }
        }
    }
    found
}

/// Whether a system says what it needs, to work and to be rebuilt.
pub(crate) fn links_are_stated(system: &System) -> bool {
    !system.runs_on.is_unknown() && !system.restores_with.is_unknown()
}

/// The first foundation that is written after an application: an empty pair when there is none,
/// nothing when the plan does not state what some systems are.
pub(crate) fn late_foundation(plan: &Plan, order: &[Id]) -> Option<Inversion> {
    let mut complete = true;
    let mut application: Option<&Id> = None;
    for id in order {
        let Some(kind) = plan.systems.get(id).and_then(|system| system.kind.known()) else {
            complete = false;
            continue;
        };
        if let (true, Some(early)) = (kind.is_foundation(), application) {
            return Some(Inversion { early: early.to_string(), late: id.to_string() });
        }
        if kind.is_application() && application.is_none() {
            application = Some(id);
        }
    }
    complete.then(Inversion::default)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::plan;

    fn ids(text: &str) -> Vec<Id> {
        text.split_whitespace().map(|id| id.parse().unwrap()).collect()
    }

    #[test]
    fn loops_are_found_and_alternatives_are_not() {
        let plan = plan(
            "systems:
  - {id: a, name: A, runs_on: [b]}
  - {id: b, name: B, runs_on: [c]}
  - {id: c, name: C, runs_on: [b]}
  - {id: d, name: D, runs_on: [{any_of: [d, e]}]}
  - {id: e, name: E, runs_on: [e]}
  - {id: f, name: F, runs_on: [g]}
  - {id: g, name: G}",
        );
        let path = |id: &str| work_loop(&plan, &id.parse().unwrap()).map(|path| path.join(" "));
        assert_eq!(path("a").as_deref(), Some(""));
        assert_eq!(path("b").as_deref(), Some("b c b"));
        assert_eq!(path("c").as_deref(), Some("c b c"));
        assert_eq!(path("d").as_deref(), Some(""));
        assert_eq!(path("e").as_deref(), Some("e e"));
        assert_eq!(path("f"), None, "g says nothing");
    }

    #[test]
    fn the_first_inversion_is_named() {
        let plan = plan(
            "systems:
  - {id: net, name: N, kind: network, runs_on: [], restores_with: []}
  - {id: ad, name: A, kind: identity, runs_on: [net], restores_with: []}
  - {id: dpi, name: D, kind: application, runs_on: [{any_of: [net, ad]}], restores_with: [ad]}
  - {id: gap, name: G}",
        );
        let inversion = |order: &str| first_inversion(&plan, &ids(order)).map(|found| (found.early, found.late));
        let pair = |early: &str, late: &str| Some((early.to_owned(), late.to_owned()));
        assert_eq!(inversion("net ad dpi"), pair("", ""));
        assert_eq!(inversion("net dpi ad"), pair("dpi", "ad"));
        assert_eq!(inversion("ad net dpi"), pair("ad", "net"));
        assert_eq!(inversion("net ad gap"), None);
        let late = |order: &str| late_foundation(&plan, &ids(order)).map(|found| (found.early, found.late));
        assert_eq!(late("net ad dpi"), pair("", ""));
        assert_eq!(late("net dpi ad"), pair("dpi", "ad"));
        assert_eq!(late("net gap ad"), None);
    }

    #[test]
    fn service_goes_through_other_systems() {
        let plan = plan(
            "activities:
  - {id: urgences, name: U, critical: true, needs: [dpi]}
  - {id: paie, name: P, critical: false, needs: nsp}
systems:
  - {id: dpi, name: D, runs_on: [ad]}
  - {id: ad, name: A, runs_on: []}
  - {id: menu, name: M, runs_on: []}",
        );
        let service = Service::of(&plan);
        let critical = |id: &str| service.serves_critical(&id.parse().unwrap());
        assert_eq!((critical("dpi"), critical("ad"), critical("menu")), (Some(true), Some(true), Some(false)));
        assert!(!service.is_complete(&"menu".parse().unwrap()), "paie may need it");
    }
}
