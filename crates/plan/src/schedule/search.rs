//! The search of a good schedule: rules of thumb, then draws, each tightened back and forth.

use super::problem::{Cost, Placed, Problem, Way};
use super::random::Random;
use crate::table::Table;

/// Larger than any tail: keys are counted down from it.
const FAR: u64 = 1 << 50;

/// How hard to search.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    pub(super) seed: u64,
    /// Draws, beside the rules of thumb.
    pub(super) draws: usize,
    /// A cost that no schedule beats: the search ends when it is reached.
    pub(super) enough: Cost,
}

/// The best schedule found. With `known`, one that is feasible, the result is never worse than it.
pub(super) fn search(problem: &Problem, effort: Effort, known: Option<&Placed>) -> Placed {
    let mut search = Search::new(problem, effort.enough);
    if let Some(known) = known {
        search.consider(View::Length, problem.place_in_order(&problem.minutes, &known.start, Way::Forward));
    }
    for view in [View::Dues, View::Length] {
        let keys = search.tail_keys(view, |tail| tail);
        search.try_both(view, &keys);
    }
    let mut random = Random::new(effort.seed);
    for draw in 0..effort.draws {
        if search.is_over() {
            break;
        }
        let view = if draw % 2 == 0 { View::Dues } else { View::Length };
        let keys = if draw % 3 == 0 {
            search.near_best(&mut random)
        } else {
            search.tail_keys(view, |tail| blurred(tail, 0.5 + random.unit()))
        };
        search.try_both(view, &keys);
    }
    search.best
}

/// What a pass looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    /// What each activity bears: the sooner it is due, the longer the tail behind it.
    Dues,
    /// When all is back.
    Length,
}

struct Search<'a> {
    problem: &'a Problem,
    /// Minutes in which each goal goes on until the latest due moment.
    until_latest_due: Table<u32>,
    tails: [Table<u64>; 2],
    best: Placed,
    cost: Cost,
    enough: Cost,
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem, enough: Cost) -> Self {
        let latest = problem.goals.iter().filter_map(|goal| goal.due).max().unwrap_or(0);
        let mut until_latest_due = problem.minutes.clone();
        for goal in &problem.goals {
            let left = goal.due.map_or(0, |due| latest - due);
            until_latest_due[goal.task] = u32::try_from(left).unwrap_or(u32::MAX);
        }
        let tails = [problem.tails(&until_latest_due), problem.tails(&problem.minutes)];
        let best = problem.play_as_listed();
        let cost = problem.cost(&best);
        Self { problem, until_latest_due, tails, best, cost, enough }
    }

    fn is_over(&self) -> bool {
        self.cost <= self.enough
    }

    fn minutes(&self, view: View) -> &Table<u32> {
        match view {
            View::Dues => &self.until_latest_due,
            View::Length => &self.problem.minutes,
        }
    }

    /// The longest tail first.
    fn tail_keys(&self, view: View, mut blur: impl FnMut(u64) -> u64) -> Table<u64> {
        let [dues, length] = &self.tails;
        let tails = if view == View::Dues { dues } else { length };
        tails.iter().map(|tail| FAR - blur(*tail).min(FAR)).collect()
    }

    /// The order of the best schedule, a little shuffled.
    fn near_best(&self, random: &mut Random) -> Table<u64> {
        let span = self.cost.all_back / 4;
        self.best.start.iter().map(|start| start + blurred(span, random.unit())).collect()
    }

    fn try_both(&mut self, view: View, keys: &Table<u64>) {
        let placed = [
            self.problem.place_in_order(self.minutes(view), keys, Way::Forward),
            self.problem.play(self.minutes(view), keys),
        ];
        for placed in placed {
            self.consider(view, placed);
        }
    }

    /// Tightens a schedule, from its end and then from its start, as long as it gets better.
    fn consider(&mut self, view: View, placed: Placed) {
        const ROUNDS: usize = 2;
        let mut placed = placed;
        let mut length = placed.length();
        self.keep(&placed);
        for _ in 0..ROUNDS {
            let minutes = self.minutes(view);
            let latest_first = placed.end.iter().map(|end| length - end).collect();
            let back = self.problem.place_in_order(minutes, &latest_first, Way::Backward);
            let span = back.length();
            let earliest_first = back.end.iter().map(|end| span - end).collect();
            placed = self.problem.place_in_order(minutes, &earliest_first, Way::Forward);
            self.keep(&placed);
            if placed.length() >= length {
                break;
            }
            length = placed.length();
        }
    }

    fn keep(&mut self, placed: &Placed) {
        let minutes = &self.problem.minutes;
        let end = placed.start.iter().zip(minutes.iter()).map(|(start, minutes)| start + u64::from(*minutes)).collect();
        let placed = Placed { start: placed.start.clone(), end };
        let cost = self.problem.cost(&placed);
        if cost < self.cost {
            (self.best, self.cost) = (placed, cost);
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "minutes of a plan are far below 2^52, and factors are between 0 and 2"
)]
fn blurred(minutes: u64, factor: f64) -> u64 {
    (minutes as f64 * factor) as u64
}
