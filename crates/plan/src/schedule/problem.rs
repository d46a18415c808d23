//! The rebuilding as a problem of scheduling: tasks, what each waits for, and how many hands there are.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::table::Table;

/// Tasks to place. A task takes one person of one team until it ends, or nobody.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub(super) minutes: Table<u32>,
    /// Who does it: the number of a team, or nobody.
    pub(super) team: Table<Option<usize>>,
    pub(super) before: Table<Vec<usize>>,
    pub(super) after: Table<Vec<usize>>,
    /// Every task, those that come before another first.
    pub(super) order: Vec<usize>,
    /// Of each team, how many can work at once. One at least.
    pub(super) people: Table<u32>,
    pub(super) goals: Vec<Goal>,
}

/// What the work is for: an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Goal {
    /// Its number among the activities of the plan.
    pub(super) activity: usize,
    /// The task without work that ends when it is reached.
    pub(super) task: usize,
    /// When it must be reached.
    pub(super) due: Option<u64>,
}

/// When each task starts and ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) start: Table<u64>,
    pub(super) end: Table<u64>,
}

/// How good a schedule is; less is better. Care first: the worst delay of an activity beyond what it
/// bears, then when all is back, then the sum over activities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost {
    pub(super) delay: u64,
    pub(super) all_back: u64,
    pub(super) sum: u64,
}

/// Which way time runs: backwards, what comes after counts as what comes before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Forward,
    Backward,
}

impl Placed {
    fn none(tasks: usize) -> Self {
        Self { start: Table::filled(tasks, 0), end: Table::filled(tasks, 0) }
    }

    /// When the last task ends.
    pub(super) fn length(&self) -> u64 {
        self.end.iter().copied().max().unwrap_or(0)
    }
}

impl Problem {
    pub(super) fn len(&self) -> usize {
        self.minutes.len()
    }

    pub(super) fn cost(&self, placed: &Placed) -> Cost {
        let delay = |goal: &Goal| goal.due.map_or(0, |due| placed.end[goal.task].saturating_sub(due));
        Cost {
            delay: self.goals.iter().map(delay).max().unwrap_or(0),
            all_back: placed.length(),
            sum: self.goals.iter().map(|goal| placed.end[goal.task]).sum(),
        }
    }

    /// The longest time from the start of each task to the end of all, with nobody waiting for hands.
    pub(super) fn tails(&self, minutes: &Table<u32>) -> Table<u64> {
        let mut tails = Table::filled(self.len(), 0);
        for task in self.order.iter().rev() {
            let rest = self.after[*task].iter().map(|after| tails[*after]).max().unwrap_or(0);
            tails[*task] = rest + u64::from(minutes[*task]);
        }
        tails
    }

    /// Places tasks one by one, the smallest key first among those whose turn may come, each at the
    /// first moment at which its needs are met and a hand is free until it ends.
    pub(super) fn place_in_order(&self, minutes: &Table<u32>, keys: &Table<u64>, way: Way) -> Placed {
        let (before, after) = match way {
            Way::Forward => (&self.before, &self.after),
            Way::Backward => (&self.after, &self.before),
        };
        let mut placed = Placed::none(self.len());
        let mut hands: Table<Diary> = self.people.iter().map(|people| Diary::new(*people)).collect();
        let mut waiting: Table<usize> = before.iter().map(Vec::len).collect();
        let ready = (0..self.len()).filter(|task| waiting[*task] == 0);
        let mut queue: BinaryHeap<Reverse<(u64, usize)>> = ready.map(|task| Reverse((keys[task], task))).collect();
        while let Some(Reverse((_, task))) = queue.pop() {
            let met = before[task].iter().map(|before| placed.end[*before]).max().unwrap_or(0);
            let length = u64::from(minutes[task]);
            placed.start[task] = match self.team[task].filter(|_| length > 0) {
                Some(team) => hands[team].take(met, length),
                None => met,
            };
            placed.end[task] = placed.start[task] + length;
            for next in &after[task] {
                waiting[*next] -= 1;
                if waiting[*next] == 0 {
                    queue.push(Reverse((keys[*next], *next)));
                }
            }
        }
        placed
    }

    /// Lets people work, in the order of the list of tasks.
    pub(super) fn play_as_listed(&self) -> Placed {
        self.play(&self.minutes, &Table::filled(self.len(), 0))
    }

    /// Lets people work: whoever is free takes at once the task with the smallest key that can start.
    pub(super) fn play(&self, minutes: &Table<u32>, keys: &Table<u64>) -> Placed {
        let mut play = Playing {
            problem: self,
            keys,
            placed: Placed::none(self.len()),
            waiting: self.before.iter().map(Vec::len).collect(),
            free: self.people.clone(),
            queues: self.people.iter().map(|_| BinaryHeap::new()).collect(),
            open: (0..self.len()).filter(|task| self.before[*task].is_empty()).collect(),
            ends: BinaryHeap::new(),
        };
        play.run(minutes);
        play.placed
    }
}

/// People at work.
struct Playing<'a> {
    problem: &'a Problem,
    keys: &'a Table<u64>,
    placed: Placed,
    waiting: Table<usize>,
    free: Table<u32>,
    queues: Table<BinaryHeap<Reverse<(u64, usize)>>>,
    /// Tasks whose needs were met just now.
    open: Vec<usize>,
    ends: BinaryHeap<Reverse<(u64, usize)>>,
}

impl Playing<'_> {
    fn run(&mut self, minutes: &Table<u32>) {
        let mut now = 0;
        loop {
            while let Some(task) = self.open.pop() {
                match self.problem.team[task].filter(|_| minutes[task] > 0) {
                    Some(team) => self.queues[team].push(Reverse((self.keys[task], task))),
                    None if minutes[task] > 0 => self.start(task, now, minutes),
                    None => {
                        (self.placed.start[task], self.placed.end[task]) = (now, now);
                        self.end(task);
                    }
                }
            }
            for team in 0..self.free.len() {
                while self.free[team] > 0
                    && let Some(Reverse((_, task))) = self.queues[team].pop()
                {
                    self.free[team] -= 1;
                    self.start(task, now, minutes);
                }
            }
            let Some(Reverse((next, _))) = self.ends.peek().copied() else { return };
            now = next;
            while let Some(Reverse((_, task))) = self.ends.peek().copied().filter(|Reverse((end, _))| *end == now) {
                self.ends.pop();
                if let Some(team) = self.problem.team[task] {
                    self.free[team] += 1;
                }
                self.end(task);
            }
        }
    }

    fn start(&mut self, task: usize, now: u64, minutes: &Table<u32>) {
        self.placed.start[task] = now;
        self.placed.end[task] = now + u64::from(minutes[task]);
        self.ends.push(Reverse((self.placed.end[task], task)));
    }

    fn end(&mut self, task: usize) {
        for next in &self.problem.after[task] {
            self.waiting[*next] -= 1;
            if self.waiting[*next] == 0 {
                self.open.push(*next);
            }
        }
    }
}

/// How many people of a team are at work from each moment on.
struct Diary {
    people: u32,
    /// Moments in order, each with how many are at work from then until the next.
    busy: Vec<(u64, u32)>,
}

impl Diary {
    fn new(people: u32) -> Self {
        Self { people, busy: vec![(0, 0)] }
    }

    /// Takes one person for a length of time, as soon as may be from a moment on; gives the start.
    fn take(&mut self, from: u64, length: u64) -> u64 {
        let first = self.busy.partition_point(|(moment, _)| *moment <= from).saturating_sub(1);
        let mut start = from;
        for (at, (moment, busy)) in self.busy.iter().enumerate().skip(first) {
            if *moment >= start.saturating_add(length) {
                break;
            }
            if *busy >= self.people {
                // Somebody leaves at the next moment; there is one, for the last has nobody at work.
                start = self.busy.get(at + 1).map_or(start, |(next, _)| *next);
            }
        }
        let (begin, end) = (self.cut(start), self.cut(start + length));
        self.busy.iter_mut().take(end).skip(begin).for_each(|(_, busy)| *busy += 1);
        start
    }

    /// Makes a moment one of the list, and gives its place.
    fn cut(&mut self, moment: u64) -> usize {
        let at = self.busy.partition_point(|(known, _)| *known < moment);
        if self.busy.get(at).is_none_or(|(known, _)| *known != moment) {
            let before = at.checked_sub(1).and_then(|before| self.busy.get(before)).map_or(0, |(_, busy)| *busy);
            self.busy.insert(at, (moment, before));
        }
        at
    }
}
