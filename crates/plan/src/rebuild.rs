//! The rebuilding of everything after a total loss, played on paper with unlimited staff.
//!
//! A system can be *rebuilt* once what it `restores_with` is usable; it is *usable* once it is
//! rebuilt and what it `runs_on` is usable. These are two graphs, with alternatives, and what a
//! plan does not state leaves two bounds: a shortest time, for which the unknown counts as nothing, and
//! a longest one, for which it never ends.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::entities::{Id, Link, System};
use crate::{Plan, Section, Stated};

/// How what is not stated counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unstated {
    /// As nothing: the result is a lower bound.
    Nothing,
    /// As never: the result is an upper bound.
    Never,
}

/// When each system is back, in hours after the loss. A system that is missing never is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Timeline<'p> {
    systems: &'p Section<System>,
    started: BTreeMap<&'p Id, f64>,
    rebuilt: BTreeMap<&'p Id, f64>,
    usable: BTreeMap<&'p Id, f64>,
}

/// The three views of one rebuilding that facts are read from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rebuilding<'p> {
    /// Nothing takes longer than this plan says it must.
    pub(crate) shortest: Timeline<'p>,
    /// All is back by then, for sure.
    pub(crate) longest: Timeline<'p>,
    /// What comes back for sure, however long it takes.
    pub(crate) sure: Timeline<'p>,
}

/// Whether a system waits for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deadlock {
    /// It does, along this path: `ad`, `sauvegarde`, `ad`.
    Path(Vec<String>),
    /// It does not, but it waits for a system that does.
    Behind,
    /// It does not.
    Free,
    /// The plan does not state enough.
    Unknown,
}

impl<'p> Rebuilding<'p> {
    pub(crate) fn of(plan: &'p Plan) -> Self {
        let systems = &plan.systems;
        Self {
            shortest: Timeline::play(systems, Unstated::Nothing, |system| Some(hours_at_least(system))),
            longest: Timeline::play(systems, Unstated::Never, hours_at_most),
            sure: Timeline::play(systems, Unstated::Never, |_| Some(0.0)),
        }
    }

    pub(crate) fn deadlock(&self, id: &Id) -> Deadlock {
        if self.shortest.usable.contains_key(id) {
            return if self.sure.usable.contains_key(id) { Deadlock::Free } else { Deadlock::Unknown };
        }
        self.shortest.waits_for_itself(id).map_or(Deadlock::Behind, Deadlock::Path)
    }
}

impl<'p> Timeline<'p> {
    /// Plays the rebuilding; `hours` is the work on one system, nothing when it never ends.
    fn play(systems: &'p Section<System>, unstated: Unstated, hours: impl Fn(&System) -> Option<f64>) -> Self {
        let mut timeline =
            Self { systems, started: BTreeMap::new(), rebuilt: BTreeMap::new(), usable: BTreeMap::new() };
        let mut now = 0.0;
        loop {
            let usable = timeline.open(now, unstated);
            let started = timeline.start(now, unstated, &hours);
            if usable || started {
                continue;
            }
            let next = timeline.rebuilt.values().copied().filter(|hour| *hour > now).min_by(f64::total_cmp);
            let Some(next) = next else { return timeline };
            now = next;
        }
    }

    /// Starts the work on each system whose needs are met. True when there was one.
    fn start(&mut self, now: f64, unstated: Unstated, hours: impl Fn(&System) -> Option<f64>) -> bool {
        let before = self.started.len();
        for system in self.systems.values() {
            let waiting = !self.started.contains_key(&system.id);
            if waiting && met(&system.restores_with, unstated, |id| self.usable.contains_key(id)) {
                self.started.insert(&system.id, now);
                if let Some(hours) = hours(system) {
                    self.rebuilt.insert(&system.id, now + hours);
                }
            }
        }
        self.started.len() > before
    }

    /// Opens to use the systems that are rebuilt and whose own needs are met. Systems that run on
    /// each other open together. True when there was one.
    fn open(&mut self, now: f64, unstated: Unstated) -> bool {
        let rebuilt = self.rebuilt.iter().filter(|(id, hour)| **hour <= now && !self.usable.contains_key(*id));
        let mut opening: BTreeSet<&'p Id> = rebuilt.map(|(id, _)| *id).collect();
        loop {
            let held = opening.iter().copied().filter(|id| {
                let runs_on = self.systems.get(id).map(|system| &system.runs_on);
                let up = |id: &Id| self.usable.contains_key(id) || opening.contains(id);
                !runs_on.is_some_and(|runs_on| met(runs_on, unstated, up))
            });
            let held: Vec<&Id> = held.collect();
            if held.is_empty() {
                break;
            }
            for id in held {
                opening.remove(id);
            }
        }
        self.usable.extend(opening.iter().map(|id| (*id, now)));
        !opening.is_empty()
    }

    /// When the quickest of some alternatives is usable, and which one it is.
    pub(crate) fn quickest<'l>(&self, link: &'l Link) -> Option<(f64, &'l Id)> {
        let usable = link.targets().iter().filter_map(|id| Some((*self.usable.get(id)?, id)));
        usable.min_by(|(a, _), (b, _)| a.total_cmp(b))
    }

    /// When all that a list needs is usable, and the system that comes last.
    pub(crate) fn all_usable<'l>(&self, links: &'l [Link]) -> Option<(f64, Option<&'l Id>)> {
        links.iter().try_fold((0.0, None), |(latest, last), link| {
            let (hour, id) = self.quickest(link)?;
            Some(if hour > latest || last.is_none() { (hour, Some(id)) } else { (latest, last) })
        })
    }

    /// The systems that decide when this one is usable, the first to be rebuilt first.
    pub(crate) fn path_to(&self, id: &Id) -> Vec<String> {
        let mut path: Vec<&Id> = Vec::new();
        let mut next = self.systems.get(id).map(|system| &system.id);
        while let Some(id) = next.take() {
            if path.contains(&id) {
                break;
            }
            path.push(id);
            let (Some(system), Some(usable)) = (self.systems.get(id), self.usable.get(id)) else { break };
            let rebuilt = self.rebuilt.get(id).copied().unwrap_or(*usable);
            let links = if rebuilt < *usable { &system.runs_on } else { &system.restores_with };
            let last = self.all_usable(links.items());
            next = last.filter(|(hour, _)| *hour > 0.0).and_then(|(_, id)| id);
        }
        path.iter().rev().map(|id| id.as_str().to_owned()).collect()
    }

    /// The shortest way by which rebuilding a system waits for itself.
    fn waits_for_itself(&self, id: &Id) -> Option<Vec<String>> {
        let (start, _) = self.systems.items.get_key_value(id)?;
        let first = Wait { id: start, to: Goal::Rebuilt };
        let mut came_from: BTreeMap<Wait<'p>, Wait<'p>> = BTreeMap::new();
        let mut queue = VecDeque::from([first]);
        while let Some(wait) = queue.pop_front() {
            for next in self.blockers(wait) {
                if next == first {
                    return Some(loop_through(first, wait, &came_from));
                }
                if let Entry::Vacant(unseen) = came_from.entry(next) {
                    unseen.insert(wait);
                    queue.push_back(next);
                }
            }
        }
        None
    }

    /// What a goal that is never reached waits for.
    fn blockers(&self, wait: Wait<'p>) -> Vec<Wait<'p>> {
        let Some(system) = self.systems.get(wait.id) else { return Vec::new() };
        let (links, own) = match wait.to {
            Goal::Rebuilt => (&system.restores_with, None),
            Goal::Usable if self.rebuilt.contains_key(wait.id) => (&system.runs_on, None),
            Goal::Usable => (&system.runs_on, Some(Wait { id: wait.id, to: Goal::Rebuilt })),
        };
        let blocked = links.items().iter().filter(|link| self.quickest(link).is_none());
        let keys = blocked.flat_map(Link::targets).filter_map(|id| self.systems.items.get_key_value(id));
        own.into_iter().chain(keys.map(|(id, _)| Wait { id, to: Goal::Usable })).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wait<'p> {
    id: &'p Id,
    to: Goal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Goal {
    Rebuilt,
    Usable,
}

fn loop_through<'p>(first: Wait<'p>, last: Wait<'p>, came_from: &BTreeMap<Wait<'p>, Wait<'p>>) -> Vec<String> {
    let mut path = vec![first.id, last.id];
    let mut at = last;
    while let Some(before) = came_from.get(&at).filter(|_| at != first) {
        path.push(before.id);
        at = *before;
    }
    path.reverse();
    path.dedup();
    path.iter().map(|id| id.as_str().to_owned()).collect()
}

fn met(links: &Stated<Vec<Link>>, unstated: Unstated, up: impl Fn(&Id) -> bool) -> bool {
    match links {
        Stated::Known(links) => links.iter().all(|link| link.targets().iter().any(&up)),
        Stated::Unknown => unstated == Unstated::Nothing,
    }
}

/// The likely work on a system; failing that the least, or none.
fn hours_at_least(system: &System) -> f64 {
    hours_at_most(system).or_else(|| Some(system.rebuild.known()?.min.known()?.hours())).unwrap_or(0.0)
}

/// The likely work on a system; failing that the most.
fn hours_at_most(system: &System) -> Option<f64> {
    let rebuild = system.rebuild.known()?;
    Some(rebuild.likely.known().or(rebuild.max.known())?.hours())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::plan;

    fn deadlock(systems: &str, id: &str) -> Deadlock {
        let plan = plan(systems);
        Rebuilding::of(&plan).deadlock(&id.parse().unwrap())
    }

    #[test]
    fn a_chain_adds_up_and_alternatives_take_the_quickest() {
        let plan = plan(
            "systems:
  - {id: net, name: N, runs_on: [], restores_with: [], rebuild: {likely: 4 h}}
  - {id: slow, name: S, runs_on: [], restores_with: [], rebuild: {likely: 20 h}}
  - {id: ad, name: A, runs_on: [net], restores_with: [{any_of: [slow, net]}], rebuild: {likely: 8 h}}
  - {id: dpi, name: D, runs_on: [ad], restores_with: [], rebuild: {max: 6 h}}",
        );
        let all = Rebuilding::of(&plan);
        let dpi = "dpi".parse().unwrap();
        assert_eq!(all.shortest.usable.get(&dpi), Some(&12.0));
        assert_eq!(all.longest, Timeline { ..all.shortest.clone() });
        assert_eq!(all.shortest.path_to(&dpi), ["net", "ad", "dpi"]);
    }

    #[test]
    fn what_is_not_stated_leaves_two_bounds() {
        let plan = plan(
            "systems:
  - {id: net, name: N, runs_on: [], restores_with: [], rebuild: nsp}
  - {id: dpi, name: D, runs_on: [net], restores_with: [net], rebuild: {likely: 6 h}}",
        );
        let all = Rebuilding::of(&plan);
        let dpi = "dpi".parse().unwrap();
        assert_eq!(all.shortest.usable.get(&dpi), Some(&6.0));
        assert_eq!(all.longest.usable.get(&dpi), None);
        assert_eq!(all.deadlock(&dpi), Deadlock::Free, "however long it takes, it comes back");
    }

    #[test]
    fn a_backup_that_logs_on_to_what_it_must_restore_is_a_deadlock() {
        let systems = "systems:
  - {id: ad, name: A, runs_on: [], restores_with: [backup]}
  - {id: backup, name: B, runs_on: [ad], restores_with: []}
  - {id: dpi, name: D, runs_on: [ad], restores_with: []}";
        assert_eq!(deadlock(systems, "ad"), Deadlock::Path(["ad", "backup", "ad"].map(str::to_owned).into()));
        assert_eq!(deadlock(systems, "backup"), Deadlock::Behind);
        assert_eq!(deadlock(systems, "dpi"), Deadlock::Behind);
    }

    #[test]
    fn a_way_round_opens_the_loop() {
        let systems = "systems:
  - {id: ad, name: A, runs_on: [], restores_with: [{any_of: [backup, tape]}]}
  - {id: backup, name: B, runs_on: [ad], restores_with: []}
  - {id: tape, name: T, runs_on: [], restores_with: []}";
        assert_eq!(deadlock(systems, "ad"), Deadlock::Free);
    }

    #[test]
    fn systems_that_run_on_each_other_are_no_deadlock() {
        let systems = "systems:
  - {id: a, name: A, runs_on: [b], restores_with: []}
  - {id: b, name: B, runs_on: [a], restores_with: []}";
        assert_eq!(deadlock(systems, "a"), Deadlock::Free);
    }

    #[test]
    fn a_blank_link_leaves_the_question_open() {
        let systems = "systems:
  - {id: ad, name: A, runs_on: [], restores_with: [backup]}
  - {id: backup, name: B, runs_on: nsp, restores_with: []}";
        assert_eq!(deadlock(systems, "ad"), Deadlock::Unknown);
    }
}
