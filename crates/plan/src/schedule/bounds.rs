//! Times that no organisation of the work can beat.

use std::cmp::Reverse;

use super::graph::{Choice, Graph, Node};
use super::model::Model;
use crate::rebuild::Timeline;
use crate::table::Table;

/// How many different tails are tried as a threshold: more would be slower and hardly sharper.
const THRESHOLDS: usize = 24;

/// Nodes up to which the wait for hands counts in the start of each task, and not only in the end: on a
/// larger plan it would take longer than the rest.
const SHARP_NODES: usize = 1_000;

/// What every schedule must do: links without a choice, the least work, the most people.
pub(super) struct Bounds<'n> {
    graph: Graph<'n>,
    minutes: Table<u64>,
    team: Table<Option<usize>>,
    /// Of each team, the most who can work at once; nothing when the plan does not bound it.
    people: Table<Option<u32>>,
    /// Before which no task starts.
    heads: Table<u64>,
}

/// Work that must be done before a goal.
#[derive(Debug, Clone, Copy)]
struct Load {
    head: u64,
    minutes: u64,
    tail: u64,
}

/// Every system that comes back, and links that leave no choice.
struct Required<'a>(&'a Timeline<'a>);

impl Choice for Required<'_> {
    fn works_on(&self, system: usize) -> bool {
        self.0.rebuilt[system].is_some()
    }

    fn opens(&self, system: usize) -> bool {
        self.0.usable[system].is_some()
    }

    fn rests_on(&self, targets: &[usize]) -> Option<usize> {
        match targets {
            [only] => Some(*only).filter(|only| self.opens(*only)),
            _ => None,
        }
    }
}

impl<'n> Bounds<'n> {
    pub(super) fn of(model: &Model<'n>) -> Self {
        let timeline = &model.rebuilding.shortest;
        let graph = Graph::of(model.network, &model.work, &Required(timeline));
        let piece = |node: &Node<'_>| match node {
            Node::Task { piece, .. } => {
                (u64::from(piece.guess.at_least()), piece.team.and_then(|team| model.teams.number(team)))
            }
            Node::Open => (0, None),
        };
        let (minutes, team): (Vec<u64>, Vec<Option<usize>>) = graph.nodes.iter().map(piece).unzip();
        let mut bounds = Self {
            heads: Table::filled(graph.nodes.len(), 0),
            graph,
            minutes: minutes.into_iter().collect(),
            team: team.into_iter().collect(),
            people: model.teams.list.iter().map(|team| team.at_best).collect(),
        };
        bounds.set_heads(timeline);
        bounds
    }

    fn set_heads(&mut self, timeline: &Timeline<'_>) {
        for (system, started) in timeline.started.iter().enumerate() {
            for node in &self.graph.work[system] {
                self.heads[*node] = started.unwrap_or(0);
            }
            if let (Some(node), Some(usable)) = (self.graph.usable[system], timeline.usable[system]) {
                self.heads[node] = self.heads[node].max(usable);
            }
        }
        let sharp = self.graph.nodes.len() <= SHARP_NODES;
        for at in 0..self.graph.order.len() {
            let Some(node) = self.graph.order.get(at).copied() else { continue };
            let before = &self.graph.before[node];
            let least = match before.as_slice() {
                [] => 0,
                [only] => self.heads[*only] + self.minutes[*only],
                // Those who do one of these also do the others, or what comes before them.
                [..] if sharp => self.all_ended(before.iter().copied()),
                [..] => before.iter().map(|before| self.heads[*before] + self.minutes[*before]).max().unwrap_or(0),
            };
            self.heads[node] = self.heads[node].max(least);
        }
    }

    /// Before which not all of some systems can be usable.
    pub(super) fn all_usable(&self, systems: impl Iterator<Item = usize>) -> u64 {
        self.all_ended(systems.filter_map(|system| self.graph.usable[system]))
    }

    /// Before which not all of some nodes can be done.
    fn all_ended(&self, nodes: impl Iterator<Item = usize>) -> u64 {
        let mut tails: Table<Option<u64>> = Table::filled(self.graph.nodes.len(), None);
        for node in nodes {
            tails[node] = Some(0);
        }
        for node in self.graph.order.iter().rev() {
            let behind = self.graph.after[*node].iter();
            let behind = behind.filter_map(|after| Some(tails[*after]? + self.minutes[*after])).max();
            tails[*node] = tails[*node].max(behind);
        }
        let mut loads: Table<Vec<Load>> = Table::filled(self.people.len(), Vec::new());
        let mut least = 0;
        for (node, tail) in tails.iter().enumerate() {
            let Some(tail) = *tail else { continue };
            let load = Load { head: self.heads[node], minutes: self.minutes[node], tail };
            least = least.max(load.head + load.minutes + load.tail);
            if let Some(team) = self.team[node].filter(|_| load.minutes > 0) {
                loads[team].push(load);
            }
        }
        let by_team = loads.iter_mut().zip(self.people.iter());
        by_team.filter_map(|(loads, people)| Some(least_with(loads, (*people)?))).fold(least, u64::max)
    }
}

/// Before which so many people cannot be done with some work and what follows it: of the tasks that
/// start late enough and have long enough a tail, the sum over the people; and of the longest tasks,
/// two in a row for one of them.
fn least_with(loads: &mut [Load], people: u32) -> u64 {
    let people = u64::from(people.max(1));
    loads.sort_unstable_by_key(|load| Reverse(load.head));
    let mut tails: Vec<u64> = loads.iter().map(|load| load.tail).collect();
    tails.sort_unstable();
    tails.dedup();
    let step = tails.len().div_ceil(THRESHOLDS).max(1);
    let mut least = 0;
    for tail in tails.iter().step_by(step) {
        let mut sum = 0;
        let mut longest = Longest::of(people);
        for load in loads.iter().filter(|load| load.tail >= *tail) {
            sum += load.minutes;
            let shared = longest.two_in_a_row(load.minutes);
            least = least.max(load.head + sum.div_ceil(people).max(shared) + tail);
        }
    }
    least
}

/// The longest of some tasks, one more than there are people.
struct Longest {
    room: usize,
    minutes: Vec<u64>,
}

impl Longest {
    fn of(people: u64) -> Self {
        Self { room: usize::try_from(people).unwrap_or(usize::MAX).saturating_add(1), minutes: Vec::new() }
    }

    /// Takes one more task. Once there are more tasks than people, somebody does two of the longest in a
    /// row: at the least the two shortest of these.
    fn two_in_a_row(&mut self, minutes: u64) -> u64 {
        let at = self.minutes.partition_point(|longer| *longer >= minutes);
        self.minutes.insert(at, minutes);
        self.minutes.truncate(self.room);
        match self.minutes.as_slice() {
            [.., one, other] if self.minutes.len() == self.room => one + other,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_shared_and_does_not_split() {
        let load = |head, minutes, tail| Load { head, minutes, tail };
        assert_eq!(least_with(&mut [load(0, 60, 0), load(0, 60, 0), load(0, 60, 0)], 1), 180);
        assert_eq!(least_with(&mut [load(0, 60, 0), load(0, 60, 0), load(0, 60, 0)], 2), 120, "two in a row for one");
        assert_eq!(least_with(&mut [load(30, 60, 10), load(30, 60, 10)], 1), 160);
        assert_eq!(least_with(&mut [load(0, 10, 0), load(30, 60, 10), load(40, 60, 10)], 1), 160);
        assert_eq!(least_with(&mut [], 1), 0);
    }
}
