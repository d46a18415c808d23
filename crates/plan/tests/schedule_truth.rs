//! Schedules of instances whose best is known: by construction, or by trying every order.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use std::fmt::Write as _;

use vigie_plan::{Plan, ScheduleOptions, schedule};
use vigie_source::SourceFile;

/// Work to schedule, in whole hours.
#[derive(Debug, Clone)]
struct Instance {
    people: Vec<u32>,
    tasks: Vec<Task>,
}

#[derive(Debug, Clone)]
struct Task {
    hours: u64,
    team: usize,
    after: Vec<usize>,
}

/// Draws for instances; not those of the crate under test.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn count(&mut self, sides: usize) -> usize {
        usize::try_from(self.roll(u64::try_from(sides).unwrap())).unwrap()
    }
}

impl Instance {
    fn plan(&self) -> Plan {
        let mut text = "plan: {id: p, title: T}\nteams:\n".to_owned();
        for (team, people) in self.people.iter().enumerate() {
            writeln!(text, "  - {{id: e{team}, name: E, people: {people}}}").unwrap();
        }
        text.push_str("systems:\n");
        for (number, Task { hours, team, after }) in self.tasks.iter().enumerate() {
            let after: Vec<String> = after.iter().map(|before| format!("s{before}")).collect();
            let after = after.join(", ");
            writeln!(
                text,
                "  - {{id: s{number}, name: S, team: e{team}, runs_on: [], restores_with: [{after}], rebuild: {{likely: {hours} h}}}}"
            )
            .unwrap();
        }
        let all: Vec<String> = (0..self.tasks.len()).map(|number| format!("s{number}")).collect();
        writeln!(text, "activities: [{{id: a, name: A, wrt: 0 h, needs: [{}]}}]", all.join(", ")).unwrap();
        Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// The interval that vigie gives, in hundredths of an hour.
    fn interval(&self) -> (u64, u64) {
        let schedule = schedule(&self.plan(), &ScheduleOptions { samples: 0, ..ScheduleOptions::default() });
        let hundredths = |hours: Option<f64>| format!("{}", (hours.unwrap() * 100.0).round()).parse().unwrap();
        (hundredths(schedule.all_back.at_least_h), hundredths(schedule.all_back.at_most_h))
    }

    /// The best length, by trying every order of tasks. An order in which each task is put at the first
    /// moment it can be gives the best schedule for one of them.
    fn best_of_all_orders(&self) -> u64 {
        let mut best = u64::MAX;
        self.try_orders(&mut Vec::new(), &mut vec![None; self.tasks.len()], &mut best);
        best
    }

    fn try_orders(&self, placed: &mut Vec<(usize, u64, u64)>, ends: &mut [Option<u64>], best: &mut u64) {
        if placed.len() == self.tasks.len() {
            *best = (*best).min(ends.iter().flatten().copied().max().unwrap());
            return;
        }
        for (number, task) in self.tasks.iter().enumerate() {
            let met: Option<Vec<u64>> = task.after.iter().map(|before| ends[*before]).collect();
            let (None, Some(met)) = (ends[number], met) else { continue };
            let mut start = met.into_iter().max().unwrap_or(0);
            let busy = |hour: u64| {
                placed
                    .iter()
                    .filter(|(other, from, to)| self.tasks[*other].team == task.team && *from <= hour && hour < *to)
                    .count()
            };
            let people = usize::try_from(self.people[task.team]).unwrap();
            while (start..start + task.hours).any(|hour| busy(hour) >= people) {
                start += 1;
            }
            ends[number] = Some(start + task.hours);
            placed.push((number, start, start + task.hours));
            self.try_orders(placed, ends, best);
            placed.pop();
            ends[number] = None;
        }
    }
}

/// One person does several chains: the sum of all.
fn chains(dice: &mut Dice) -> (Instance, u64) {
    let mut tasks: Vec<Task> = Vec::new();
    for _ in 0..=dice.count(4) {
        for link in 0..=dice.count(6) {
            let after = if link == 0 { vec![] } else { vec![tasks.len() - 1] };
            tasks.push(Task { hours: 1 + dice.roll(9), team: 0, after });
        }
    }
    let sum = tasks.iter().map(|task| task.hours).sum();
    (Instance { people: vec![1], tasks }, sum)
}

/// A day of each person, cut into tasks without a gap; then links from what ends to what starts later.
/// `full` teams have no gap; the others lose some tasks.
fn packed(dice: &mut Dice, teams: usize, links: usize, full: usize) -> (Instance, u64) {
    let length = 20 + dice.roll(30);
    packed_into(dice, length, teams, links, full)
}

fn packed_into(dice: &mut Dice, length: u64, teams: usize, links: usize, full: usize) -> (Instance, u64) {
    let people: Vec<u32> = (0..teams).map(|_| 1 + u32::try_from(dice.roll(3)).unwrap()).collect();
    let mut placed: Vec<(u64, u64, usize)> = Vec::new();
    for (team, people) in people.iter().enumerate() {
        for _ in 0..*people {
            let mut now = 0;
            while now < length {
                let end = (now + 1 + dice.roll(12)).min(length);
                if team < full || dice.roll(4) > 0 {
                    placed.push((now, end, team));
                }
                now = end;
            }
        }
    }
    // Numbers say nothing of the order.
    for at in (1..placed.len()).rev() {
        placed.swap(at, dice.count(at + 1));
    }
    let mut tasks: Vec<Task> =
        placed.iter().map(|(start, end, team)| Task { hours: end - start, team: *team, after: vec![] }).collect();
    for _ in 0..links {
        let (one, other) = (dice.count(placed.len()), dice.count(placed.len()));
        if placed[one].1 <= placed[other].0 && !tasks[other].after.contains(&one) {
            tasks[other].after.push(one);
        }
    }
    (Instance { people, tasks }, length)
}

fn small(dice: &mut Dice) -> (Instance, u64) {
    let people = vec![1 + u32::try_from(dice.roll(2)).unwrap(), 1];
    let mut tasks: Vec<Task> = Vec::new();
    for number in 0..7 {
        let after = (0..number).filter(|_| dice.roll(4) == 0).collect();
        tasks.push(Task { hours: 1 + dice.roll(8), team: dice.count(2), after });
    }
    let instance = Instance { people, tasks };
    let best = instance.best_of_all_orders();
    (instance, best)
}

/// A name, how many instances, and how one is made with its best length.
type Family = (&'static str, usize, fn(&mut Dice) -> (Instance, u64));

#[test]
fn the_interval_holds_the_best_and_its_upper_end_is_near() {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let families: [Family; 7] = [
        ("one person, chains", 30, chains),
        ("one team, tasks that fit exactly", 50, |dice| packed(dice, 1, 0, 1)),
        ("one team, exact fit, links", 50, |dice| packed(dice, 1, 60, 1)),
        ("three teams, exact fit, links", 40, |dice| packed(dice, 3, 120, 3)),
        ("three teams, one busy all along", 30, |dice| packed(dice, 3, 120, 1)),
        ("five teams, 200 tasks, exact fit, links", 6, |dice| packed_into(dice, 150, 5, 600, 5)),
        ("seven tasks, every order tried", 60, small),
    ];
    let mut told = String::new();
    for (name, count, family) in families {
        let (mut over, mut exact, mut tight) = (Vec::new(), 0, 0);
        for _ in 0..count {
            let (instance, best) = family(&mut dice);
            let best = best * 100;
            let (at_least, at_most) = instance.interval();
            assert!(at_least <= best, "{name}: {at_least} is no lower bound of {best}: {instance:?}");
            assert!(best <= at_most, "{name}: {at_most} beats {best}: {instance:?}");
            assert!(at_most * 10 <= best * 11, "{name}: {at_most} is far from {best}: {instance:?}");
            exact += usize::from(at_most == best);
            tight += usize::from(at_least == best);
            over.push(at_most * 1000 / best - 1000);
        }
        let worst = over.iter().max().unwrap();
        writeln!(told, "{name}: {count}, best found {exact}, best proven {tight}, worst +{worst} per mille").unwrap();
    }
    println!("{told}");
}
