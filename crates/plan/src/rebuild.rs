//! The rebuilding of everything after a total loss, played on paper with unlimited staff.
//!
//! A system can be *rebuilt* once what it `restores_with` is usable; it is *usable* once it is
//! rebuilt and what it `runs_on` is usable. These are two graphs, with alternatives, and what a
//! plan does not state leaves two bounds: a shortest time, for which the unknown counts as nothing, and
//! a longest one, for which it never ends.

use std::cmp::Reverse;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};

use crate::entities::{Id, Link};
use crate::network::{Named, Needs, Network, Purpose, rings};
use crate::table::Table;
use crate::work::Work;

/// How what is not stated counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unstated {
    /// As nothing: the result is a lower bound.
    Nothing,
    /// As never: the result is an upper bound.
    Never,
}

/// When each system is back, in minutes after the loss; nothing when it never is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Timeline<'n> {
    network: &'n Network<'n>,
    pub(crate) started: Table<Option<u64>>,
    pub(crate) rebuilt: Table<Option<u64>>,
    pub(crate) usable: Table<Option<u64>>,
    /// In which turn each system opens to use; systems that wait for each other share a turn.
    pub(crate) turn: Table<Option<usize>>,
}

/// The three views of one rebuilding that facts are read from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rebuilding<'n> {
    /// Nothing takes longer than this plan says it must.
    pub(crate) shortest: Timeline<'n>,
    /// All is back by then, for sure.
    pub(crate) longest: Timeline<'n>,
    /// What comes back for sure, however long it takes.
    pub(crate) sure: Timeline<'n>,
    /// Goals that wait for themselves, in the shortest view.
    loops: Vec<bool>,
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

impl<'n> Rebuilding<'n> {
    pub(crate) fn of(network: &'n Network<'n>) -> Self {
        let work: Table<Work<'_>> = network.systems.iter().map(|system| Work::on(system)).collect();
        let shortest = Timeline::play(network, Unstated::Nothing, |system| Some(work[system].at_least()));
        let loops = shortest.loops();
        Self {
            longest: Timeline::play(network, Unstated::Never, |system| work[system].at_most()),
            sure: Timeline::play(network, Unstated::Never, |_| Some(0)),
            shortest,
            loops,
        }
    }

    pub(crate) fn deadlock(&self, id: &Id) -> Deadlock {
        let Some(number) = self.shortest.network.number(id) else { return Deadlock::Unknown };
        if self.shortest.usable[number].is_some() {
            return if self.sure.usable[number].is_some() { Deadlock::Free } else { Deadlock::Unknown };
        }
        let itself = Goal { system: number, to: Purpose::Rebuild };
        if self.loops.get(itself.index()) != Some(&true) {
            return Deadlock::Behind;
        }
        self.shortest.waits_for_itself(itself).map_or(Deadlock::Behind, Deadlock::Path)
    }
}

impl<'n> Timeline<'n> {
    /// Plays the rebuilding; `minutes` is the work on one system, nothing when it never ends.
    pub(crate) fn play(network: &'n Network<'n>, unstated: Unstated, minutes: impl Fn(usize) -> Option<u64>) -> Self {
        Play::new(network, unstated).run(minutes)
    }

    /// When the quickest of some alternatives is usable, and which one it is.
    pub(crate) fn quickest(&self, targets: &[usize]) -> Option<(u64, usize)> {
        let usable = targets.iter().filter_map(|system| Some((self.usable[*system]?, *system)));
        usable.min_by_key(|(minute, _)| *minute)
    }

    /// When all that a list needs is usable, and the system that comes last.
    pub(crate) fn all_usable(&self, links: &[Link]) -> Option<(u64, Option<usize>)> {
        self.last_of(&self.network.resolve(links))
    }

    fn last_of(&self, links: &Table<Vec<usize>>) -> Option<(u64, Option<usize>)> {
        links.iter().try_fold((0, None), |(latest, last), targets| {
            let (minute, system) = self.quickest(targets)?;
            Some(if minute > latest || last.is_none() { (minute, Some(system)) } else { (latest, last) })
        })
    }

    /// The systems that decide when this one is usable, the first to be rebuilt first.
    pub(crate) fn path_to(&self, system: usize) -> Vec<String> {
        let mut path: Vec<usize> = Vec::new();
        let mut next = Some(system);
        while let Some(system) = next.take() {
            if path.contains(&system) {
                break;
            }
            path.push(system);
            let Some(usable) = self.usable[system] else { break };
            let waits_to_work = self.rebuilt[system].is_some_and(|rebuilt| rebuilt < usable);
            let to = if waits_to_work { Purpose::Work } else { Purpose::Rebuild };
            let last = self.last_of(&self.network.needs(system, to).links);
            next = last.filter(|(minute, _)| *minute > 0).and_then(|(_, system)| system);
        }
        self.ids(path.into_iter().rev())
    }

    fn ids(&self, systems: impl Iterator<Item = usize>) -> Vec<String> {
        systems.map(|system| self.network.id(system).to_string()).collect()
    }

    /// Of each goal that is never reached, whether it waits for itself.
    fn loops(&self) -> Vec<bool> {
        let goals = (0..self.network.len()).flat_map(Goal::of);
        let waits: Table<Vec<usize>> =
            goals.map(|goal| self.blockers(goal).iter().map(Goal::index).collect()).collect();
        let ring = rings(&waits);
        let mut members = Table::filled(waits.len(), 0_usize);
        ring.iter().for_each(|ring| members[*ring] += 1);
        (0..waits.len()).map(|goal| members[ring[goal]] > 1 || waits[goal].contains(&goal)).collect()
    }

    /// The shortest way by which a goal waits for itself.
    fn waits_for_itself(&self, first: Goal) -> Option<Vec<String>> {
        let mut came_from: BTreeMap<Goal, Goal> = BTreeMap::new();
        let mut queue = VecDeque::from([first]);
        while let Some(wait) = queue.pop_front() {
            for next in self.blockers(wait) {
                if next == first {
                    return Some(self.ids(loop_through(first, wait, &came_from).into_iter()));
                }
                if let Entry::Vacant(unseen) = came_from.entry(next) {
                    unseen.insert(wait);
                    queue.push_back(next);
                }
            }
        }
        None
    }

    /// What a goal that is never reached waits for; nothing for one that is reached.
    fn blockers(&self, goal: Goal) -> Vec<Goal> {
        let Goal { system, to } = goal;
        let reached = match to {
            Purpose::Rebuild => self.rebuilt[system].is_some(),
            Purpose::Work => self.usable[system].is_some(),
        };
        if reached {
            return Vec::new();
        }
        let own =
            (to == Purpose::Work && self.rebuilt[system].is_none()).then_some(Goal { system, to: Purpose::Rebuild });
        let blocked = self.network.needs(system, to).links.iter().filter(|targets| self.quickest(targets).is_none());
        own.into_iter().chain(blocked.flatten().map(|system| Goal { system: *system, to: Purpose::Work })).collect()
    }
}

/// A system to be rebuilt, or to be usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Goal {
    system: usize,
    to: Purpose,
}

impl Goal {
    /// The two goals of a system, in the order of their index.
    fn of(system: usize) -> [Self; 2] {
        [Self { system, to: Purpose::Work }, Self { system, to: Purpose::Rebuild }]
    }

    fn index(&self) -> usize {
        2 * self.system + usize::from(self.to == Purpose::Rebuild)
    }
}

fn loop_through(first: Goal, last: Goal, came_from: &BTreeMap<Goal, Goal>) -> Vec<usize> {
    let mut path = vec![first.system, last.system];
    let mut at = last;
    while let Some(before) = came_from.get(&at).filter(|_| at != first) {
        path.push(before.system);
        at = *before;
    }
    path.reverse();
    path.dedup();
    if let [alone] = path.as_slice() {
        path.push(*alone);
    }
    path
}

/// A rebuilding under way.
struct Play<'n> {
    timeline: Timeline<'n>,
    unstated: Unstated,
    now: u64,
    turns: usize,
    /// Of each purpose and system, how many links are not met yet.
    unmet: [Table<usize>; 2],
    /// Of each purpose, system and link, whether it is met.
    met: [Table<Table<bool>>; 2],
    /// Systems whose work can start.
    ready: Vec<usize>,
    /// Systems that are rebuilt, and that may be open to use now.
    hopeful: Vec<usize>,
    /// Ends of work to come.
    ends: BinaryHeap<Reverse<(u64, usize)>>,
}

impl<'n> Play<'n> {
    fn new(network: &'n Network<'n>, unstated: Unstated) -> Self {
        let never = |needs: &Needs| usize::from(!needs.stated && unstated == Unstated::Never);
        let unmet = |lists: &Table<Needs>| lists.iter().map(|needs| needs.links.len() + never(needs)).collect();
        let met = |lists: &Table<Needs>| lists.iter().map(|needs| Table::filled(needs.links.len(), false)).collect();
        let nowhen = || Table::filled(network.len(), None);
        let turn = Table::filled(network.len(), None);
        let unmet: [Table<usize>; 2] = [unmet(&network.runs_on), unmet(&network.restores_with)];
        let [_, to_rebuild] = &unmet;
        Self {
            timeline: Timeline { network, started: nowhen(), rebuilt: nowhen(), usable: nowhen(), turn },
            unstated,
            now: 0,
            turns: 0,
            ready: (0..network.len()).filter(|system| to_rebuild[*system] == 0).collect(),
            unmet,
            met: [met(&network.runs_on), met(&network.restores_with)],
            hopeful: Vec::new(),
            ends: BinaryHeap::new(),
        }
    }

    fn run(mut self, minutes: impl Fn(usize) -> Option<u64>) -> Timeline<'n> {
        loop {
            for system in std::mem::take(&mut self.ready) {
                self.timeline.started[system] = Some(self.now);
                self.ends.extend(minutes(system).map(|minutes| Reverse((self.now + minutes, system))));
            }
            while let Some(Reverse((_, system))) =
                self.ends.peek().copied().filter(|Reverse((end, _))| *end == self.now)
            {
                self.ends.pop();
                self.timeline.rebuilt[system] = Some(self.now);
                self.hopeful.push(system);
            }
            while let Some(system) = self.hopeful.pop() {
                self.try_to_open(system);
            }
            if self.ready.is_empty() {
                let Some(Reverse((next, _))) = self.ends.peek() else { return self.timeline };
                self.now = *next;
            }
        }
    }

    /// Opens a system to use if all that it runs on is, or opens with it.
    fn try_to_open(&mut self, system: usize) {
        let network = self.timeline.network;
        if self.timeline.usable[system].is_some() {
            return;
        }
        if self.unmet(Purpose::Work)[system] == 0 {
            return self.open(&[system]);
        }
        let ring = &network.rings[network.ring_of[system]];
        let mut opening: BTreeSet<usize> = ring.iter().copied().filter(|member| self.is_waiting(*member)).collect();
        loop {
            let held = opening.iter().copied().filter(|member| !self.opens_with(*member, &opening));
            let held: Vec<usize> = held.collect();
            if held.is_empty() {
                break;
            }
            for member in held {
                opening.remove(&member);
            }
        }
        self.open(&opening.into_iter().collect::<Vec<_>>());
    }

    /// Whether a system can be open to use once some others are.
    fn opens_with(&self, system: usize, others: &BTreeSet<usize>) -> bool {
        let [met, _] = &self.met;
        let needs = &self.timeline.network.runs_on[system];
        let met = |(link, targets): (usize, &Vec<usize>)| {
            met[system][link] || targets.iter().any(|target| others.contains(target))
        };
        (needs.stated || self.unstated == Unstated::Nothing) && needs.links.iter().enumerate().all(met)
    }

    fn is_waiting(&self, system: usize) -> bool {
        self.timeline.rebuilt[system].is_some() && self.timeline.usable[system].is_none()
    }

    /// Opens systems together, and tells those that wait for them.
    fn open(&mut self, systems: &[usize]) {
        let network = self.timeline.network;
        for system in systems {
            self.timeline.usable[*system] = Some(self.now);
            self.timeline.turn[*system] = Some(self.turns);
        }
        self.turns += 1;
        for named in systems.iter().flat_map(|system| &network.named_by[*system]) {
            self.tell(*named);
        }
    }

    fn tell(&mut self, named: Named) {
        let Named { by, to, link } = named;
        let [met_to_work, met_to_rebuild] = &mut self.met;
        let met = match to {
            Purpose::Work => met_to_work,
            Purpose::Rebuild => met_to_rebuild,
        };
        if std::mem::replace(&mut met[by][link], true) {
            return;
        }
        let unmet = self.unmet(to);
        unmet[by] -= 1;
        let all_met = unmet[by] == 0;
        match to {
            Purpose::Rebuild if all_met => self.ready.push(by),
            Purpose::Work if self.is_waiting(by) => self.hopeful.push(by),
            Purpose::Work | Purpose::Rebuild => {}
        }
    }

    fn unmet(&mut self, to: Purpose) -> &mut Table<usize> {
        let [to_work, to_rebuild] = &mut self.unmet;
        match to {
            Purpose::Work => to_work,
            Purpose::Rebuild => to_rebuild,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::plan;

    fn deadlock(systems: &str, id: &str) -> Deadlock {
        let plan = plan(systems);
        Rebuilding::of(&Network::of(&plan)).deadlock(&id.parse().unwrap())
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
        let network = Network::of(&plan);
        let all = Rebuilding::of(&network);
        let dpi = network.number(&"dpi".parse().unwrap()).unwrap();
        assert_eq!(all.shortest.usable[dpi], Some(12 * 60));
        assert_eq!(all.longest, all.shortest);
        assert_eq!(all.shortest.path_to(dpi), ["net", "ad", "dpi"]);
    }

    #[test]
    fn what_is_not_stated_leaves_two_bounds() {
        let plan = plan(
            "systems:
  - {id: net, name: N, runs_on: [], restores_with: [], rebuild: nsp}
  - {id: dpi, name: D, runs_on: [net], restores_with: [net], rebuild: {likely: 6 h}}",
        );
        let network = Network::of(&plan);
        let all = Rebuilding::of(&network);
        let id = "dpi".parse().unwrap();
        let dpi = network.number(&id).unwrap();
        assert_eq!(all.shortest.usable[dpi], Some(6 * 60));
        assert_eq!(all.longest.usable[dpi], None);
        assert_eq!(all.deadlock(&id), Deadlock::Free, "however long it takes, it comes back");
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
