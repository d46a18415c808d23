//! The order of work that is proposed, between what no order can beat and what it does.

use super::bounds::Bounds;
use super::model::{Drawn, Model};
use super::problem::{Cost, Goal, Placed, Way};
use super::search::{Effort, search};
use crate::table::Table;

/// Work of a search, in tasks placed: bounds its time on large plans.
const WORK: usize = 40_000;
/// Draws of a search, whatever the size of the plan.
const DRAWS: std::ops::RangeInclusive<usize> = 8..=300;

/// An order of work, and how good it can be.
#[derive(Clone)]
pub(super) struct Proposal<'n> {
    pub(super) drawn: Drawn<'n>,
    pub(super) placed: Placed,
    /// Of each activity, before which not all it needs is usable; nothing when it never is, or when
    /// its needs are not stated.
    needs_at_least: Vec<Option<u64>>,
    /// Before which not all is back; nothing when something never is.
    all_at_least: Option<u64>,
    /// A cost that no order beats.
    enough: Cost,
}

/// Why a piece of work does not start earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// It starts with the loss.
    Nothing,
    /// This task ended just then, and what it belongs to is needed.
    System(usize),
    /// This task ended just then, and freed somebody.
    People(usize),
}

impl<'n> Proposal<'n> {
    pub(super) fn of(model: &Model<'n>, seed: u64) -> Self {
        let bounds = Bounds::of(model);
        let shortest = &model.rebuilding.shortest;
        let needs_at_least: Vec<Option<u64>> =
            model.needs.iter().map(|(_, needs)| needs_at_least(model, &bounds, needs.as_ref()?)).collect();
        let systems = || 0..model.network.len();
        let drawn = model.draw(None);
        let goals = || drawn.problem.goals.iter().map(|goal| (goal, least_of(&needs_at_least, goal)));
        let mut proposal = Self {
            enough: Cost {
                delay: goals()
                    .map(|(goal, least)| goal.due.map_or(0, |due| least.saturating_sub(due)))
                    .max()
                    .unwrap_or(0),
                all_back: bounds.all_usable(systems().filter(|system| model.certain.usable[*system].is_some())),
                sum: goals().map(|(_, least)| least).sum(),
            },
            all_at_least: systems()
                .all(|system| shortest.usable[system].is_some())
                .then(|| bounds.all_usable(systems())),
            placed: drawn.problem.play_as_listed(),
            drawn,
            needs_at_least,
        };
        proposal.search(seed);
        let again = model.draw(Some((&proposal.drawn, &proposal.placed)));
        if !again.rests_as(&proposal.drawn) {
            let mut other = Self { placed: again.problem.play_as_listed(), drawn: again, ..proposal.clone() };
            other.search(seed);
            if other.cost() < proposal.cost() {
                return other;
            }
        }
        proposal
    }

    fn search(&mut self, seed: u64) {
        let problem = &self.drawn.problem;
        let draws = (WORK / problem.len().max(1)).clamp(*DRAWS.start(), *DRAWS.end());
        self.placed = search(problem, Effort { seed, draws, enough: self.enough }, None);
    }

    pub(super) fn cost(&self) -> Cost {
        self.drawn.problem.cost(&self.placed)
    }

    /// Another proposal if it is better and the people of this one can do it too. What fewer people do in
    /// some order, more can do in the same.
    pub(super) fn or_as(&self, other: &Self) -> Self {
        let (problem, done) = (&self.drawn.problem, &other.drawn.problem);
        let enough_people = problem.people.iter().zip(done.people.iter()).all(|(here, there)| here >= there);
        if !enough_people || !self.drawn.places_as(&other.drawn) {
            return self.clone();
        }
        let mut drawn = other.drawn.clone();
        drawn.problem.people = problem.people.clone();
        let placed = drawn.problem.place_in_order(&drawn.problem.minutes, &other.placed.start, Way::Forward);
        let same = Self { drawn, placed, ..self.clone() };
        if same.cost() < self.cost() { same } else { self.clone() }
    }

    /// Before which an activity cannot work again, in minutes.
    pub(super) fn at_least(&self, model: &Model<'_>, activity: usize) -> Option<u64> {
        let needs = self.needs_at_least.get(activity).copied().flatten()?;
        Some(needs + wrt(model, activity).unwrap_or(0))
    }

    /// When an activity works again in this order, in minutes.
    pub(super) fn at_most(&self, model: &Model<'_>, activity: usize) -> Option<u64> {
        self.back(model, &self.placed.end, activity)
    }

    /// When an activity works again if tasks end so, in minutes.
    pub(super) fn back(&self, model: &Model<'_>, end: &Table<u64>, activity: usize) -> Option<u64> {
        let (_, needs) = model.needs.get(activity)?;
        Some(self.drawn.all_usable(end, needs.as_ref()?)? + wrt(model, activity)?)
    }

    /// When all is back, in minutes: no order does better, and this one does.
    pub(super) fn all_back(&self, model: &Model<'_>) -> (Option<u64>, Option<u64>) {
        let all = model.certain.usable.iter().all(Option::is_some);
        (self.all_at_least, all.then(|| self.placed.length()))
    }

    /// The systems that decide when an activity works again in this order.
    pub(super) fn path_to(&self, model: &Model<'_>, activity: usize) -> Vec<String> {
        let systems = self.chain_of(model, activity).into_iter().filter_map(|task| self.system_of(task));
        let mut path: Vec<String> = systems.map(|system| model.network.id(system).to_string()).collect();
        path.dedup();
        path
    }

    /// The tasks that decide when an activity works again, the first first.
    pub(super) fn chain_of(&self, model: &Model<'_>, activity: usize) -> Vec<usize> {
        let needs = model.needs.get(activity).and_then(|(_, needs)| needs.as_ref());
        self.chain_to(needs.and_then(|needs| self.drawn.last_open(&self.placed.end, needs)))
    }

    /// The tasks that decide when all is back, the first first.
    pub(super) fn critical_chain(&self) -> Vec<usize> {
        let tasks = 0..self.drawn.problem.len();
        self.chain_to(tasks.max_by_key(|task| self.placed.end[*task]))
    }

    /// The tasks that decide when this one ends, the first first.
    fn chain_to(&self, last: Option<usize>) -> Vec<usize> {
        let mut chain = Vec::new();
        let mut at = last.map(|last| self.task_at_end_of(last));
        while let Some(task) = at.flatten() {
            chain.push(task);
            at = match self.hold(task) {
                Hold::Nothing => None,
                Hold::System(before) | Hold::People(before) => Some(Some(before)),
            };
        }
        chain.reverse();
        chain
    }

    /// What held a task up.
    pub(super) fn hold(&self, task: usize) -> Hold {
        let (problem, placed) = (&self.drawn.problem, &self.placed);
        let start = placed.start[task];
        if start == 0 {
            return Hold::Nothing;
        }
        let needed = problem.before[task].iter().copied().filter(|before| placed.end[*before] == start);
        if let Some(before) = needed.filter_map(|before| self.task_at_end_of(before)).min() {
            return Hold::System(before);
        }
        let freed = |other: &usize| placed.end[*other] == start && problem.minutes[*other] > 0;
        let colleagues = (0..problem.len()).filter(|other| problem.team[*other] == problem.team[task]);
        colleagues.filter(freed).min().map_or(Hold::Nothing, Hold::People)
    }

    /// The task whose end opens a node: itself, or the last that it waits for.
    fn task_at_end_of(&self, node: usize) -> Option<usize> {
        let mut at = node;
        loop {
            if self.system_of(at).is_some() {
                return Some(at);
            }
            let before = self.drawn.problem.before[at].iter().copied();
            at = before.max_by_key(|before| (self.placed.end[*before], std::cmp::Reverse(*before)))?;
        }
    }

    /// The system that a task is work on.
    pub(super) fn system_of(&self, task: usize) -> Option<usize> {
        self.drawn.graph.task(task).map(|(system, _)| system)
    }
}

/// Before which not all of some needs can be usable; nothing when one never is.
fn needs_at_least(model: &Model<'_>, bounds: &Bounds<'_>, needs: &Table<Vec<usize>>) -> Option<u64> {
    let alone = needs.iter().try_fold(0, |latest: u64, targets| {
        model.rebuilding.shortest.quickest(targets).map(|(minute, _)| latest.max(minute))
    })?;
    let required = needs.iter().filter_map(|targets| match targets.as_slice() {
        [only] => Some(*only),
        _ => None,
    });
    Some(alone.max(bounds.all_usable(required)))
}

fn least_of(needs_at_least: &[Option<u64>], goal: &Goal) -> u64 {
    needs_at_least.get(goal.activity).copied().flatten().unwrap_or(0)
}

/// Re-entry of an activity, in minutes.
fn wrt(model: &Model<'_>, activity: usize) -> Option<u64> {
    let (activity, _) = model.needs.get(activity)?;
    activity.wrt.known().map(|wrt| u64::from(wrt.minutes()))
}
