//! How long the work on a system takes, by whom, and in what order.

use crate::entities::{Hours, Id, Rebuild, Step, System};
use crate::table::Table;
use crate::{Duration, Stated};

/// The rebuilding of a system: its steps, or the whole of it as one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Work<'p> {
    pub(crate) pieces: Table<Piece<'p>>,
}

/// Work that one person does without a break.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece<'p> {
    /// The step, when the plan has steps.
    pub(crate) step: Option<&'p Step>,
    /// Who does it.
    pub(crate) team: Option<&'p Id>,
    /// How long it takes.
    pub(crate) guess: Guess,
    /// Pieces that must be done before.
    pub(crate) after: Vec<usize>,
}

/// Three guesses of a length of work, in minutes, as far as they are stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Guess {
    min: Option<u32>,
    likely: Option<u32>,
    max: Option<u32>,
}

impl<'p> Work<'p> {
    pub(crate) fn on(system: &'p System) -> Self {
        let Stated::Known(rebuild) = &system.rebuild else {
            return Self::whole(system, Guess::default());
        };
        let steps = rebuild.steps.items();
        if steps.is_empty() {
            return Self::whole(system, Guess::of(rebuild));
        }
        let piece = |(at, step): (usize, &'p Step)| {
            let position = |id: &Id| steps.iter().take(at).position(|before| &before.id == id);
            Piece {
                step: Some(step),
                team: step.team.known().or(system.team.known()),
                guess: step.hours.known().map(Guess::of).unwrap_or_default(),
                after: match &step.needs {
                    Stated::Known(needs) => needs.iter().filter_map(position).collect(),
                    Stated::Unknown => at.checked_sub(1).into_iter().collect(),
                },
            }
        };
        Self { pieces: steps.iter().enumerate().map(piece).collect() }
    }

    fn whole(system: &'p System, guess: Guess) -> Self {
        let piece = Piece { step: None, team: system.team.known(), guess, after: Vec::new() };
        Self { pieces: std::iter::once(piece).collect() }
    }

    /// The longest chain of its pieces, in minutes: the likely guess of each; failing that what is
    /// stated, or nothing.
    pub(crate) fn at_least(&self) -> u64 {
        self.chain(|guess| Some(guess.at_least())).unwrap_or(0)
    }

    /// The same, once the likely or the worst guess of each piece is stated.
    pub(crate) fn at_most(&self) -> Option<u64> {
        self.chain(Guess::at_most)
    }

    fn chain(&self, minutes: impl Fn(Guess) -> Option<u32>) -> Option<u64> {
        let mut ends: Table<u64> = Table::default();
        for piece in self.pieces.iter() {
            let start = piece.after.iter().map(|before| ends[*before]).max().unwrap_or(0);
            ends.push(start + u64::from(minutes(piece.guess)?));
        }
        Some(ends.iter().copied().max().unwrap_or(0))
    }
}

impl Guess {
    pub(crate) fn of(guesses: &impl Guesses) -> Self {
        let [min, likely, max] = guesses.stated().map(|guess| guess.known().map(Duration::minutes));
        Self { min, likely, max }
    }

    /// The likely guess; failing that the worst, the best, or nothing.
    pub(crate) fn at_least(self) -> u32 {
        self.at_most().or(self.min).unwrap_or(0)
    }

    /// The likely guess; failing that the worst.
    pub(crate) fn at_most(self) -> Option<u32> {
        self.likely.or(self.max)
    }

    /// The least, the likely and the most, in order whatever the plan says, once all three are stated.
    pub(crate) fn spread(self) -> Option<[u32; 3]> {
        let mut spread = [self.min?, self.likely?, self.max?];
        spread.sort_unstable();
        Some(spread)
    }

    /// Whether the guesses that are stated are in order; nothing when none is.
    pub(crate) fn in_order(self) -> Option<bool> {
        let stated: Vec<u32> = [self.min, self.likely, self.max].into_iter().flatten().collect();
        (!stated.is_empty()).then(|| stated.is_sorted())
    }
}

/// What has three guesses.
pub(crate) trait Guesses {
    fn stated(&self) -> [&Stated<Duration>; 3];
}

impl Guesses for Rebuild {
    fn stated(&self) -> [&Stated<Duration>; 3] {
        [&self.min, &self.likely, &self.max]
    }
}

impl Guesses for Hours {
    fn stated(&self) -> [&Stated<Duration>; 3] {
        [&self.min, &self.likely, &self.max]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::plan;

    fn bounds(rebuild: &str) -> (u64, Option<u64>) {
        let plan = plan(&format!("systems: [{{id: a, name: A, rebuild: {rebuild}}}]"));
        let work = Work::on(plan.systems.values().next().unwrap());
        (work.at_least() / 60, work.at_most().map(|minutes| minutes / 60))
    }

    #[test]
    fn a_whole_takes_its_likely_time_or_what_is_stated() {
        assert_eq!(bounds("{min: 1 h, likely: 2 h, max: 4 h}"), (2, Some(2)));
        assert_eq!(bounds("{min: 1 h, max: 4 h}"), (4, Some(4)));
        assert_eq!(bounds("{min: 1 h}"), (1, None));
        assert_eq!(bounds("nsp"), (0, None));
    }

    #[test]
    fn steps_follow_each_other_unless_they_say_otherwise() {
        let step = |id: &str, rest: &str| format!("{{id: {id}, hours: {{likely: 2 h}}{rest}}}");
        let two = |rest: &str| format!("{{likely: 99 h, steps: [{}, {}]}}", step("x", ""), step("y", rest));
        assert_eq!(bounds(&two("")), (4, Some(4)), "the guess of the whole does not count");
        assert_eq!(bounds(&two(", needs: []")), (2, Some(2)));
        let join =
            format!("{{steps: [{}, {}, {}]}}", step("x", ""), step("y", ", needs: []"), step("z", ", needs: [x, y]"));
        assert_eq!(bounds(&join), (4, Some(4)));
        assert_eq!(bounds("{steps: [{id: x, hours: {likely: 2 h}}, {id: y, hours: nsp}]}"), (2, None));
    }
}
