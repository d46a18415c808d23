//! Rebuildings drawn from the three guesses, in the proposed order.

use super::model::Model;
use super::proposal::Proposal;
use super::random::Random;
use crate::table::Table;

/// What the draws gave, in minutes.
pub(super) struct Drawings {
    /// When all was back, from the soonest.
    pub(super) all_back: Vec<u64>,
    /// When each activity was, from the soonest; nothing where the plan does not state enough.
    pub(super) activities: Vec<Vec<u64>>,
}

/// Plays the rebuilding again and again, people following the proposed order as they become free.
pub(super) fn draw(model: &Model<'_>, proposal: &Proposal<'_>, seed: u64, samples: u32) -> Drawings {
    let problem = &proposal.drawn.problem;
    // Another sequence than that of the search, so that samples do not depend on how long it was.
    let mut random = Random::new(seed ^ 0x7361_6d70_6c65_7321);
    let spread = |task: usize| proposal.drawn.graph.task(task).and_then(|(_, piece)| piece.guess.spread());
    let spreads: Vec<(usize, [u32; 3])> = (0..problem.len()).filter_map(|task| Some((task, spread(task)?))).collect();
    let mut minutes: Table<u32> = problem.minutes.clone();
    let mut drawings = Drawings { all_back: Vec::new(), activities: vec![Vec::new(); model.needs.len()] };
    for _ in 0..samples {
        for (task, spread) in &spreads {
            minutes[*task] = random.triangle(*spread);
        }
        let placed = problem.play(&minutes, &proposal.placed.start);
        drawings.all_back.push(placed.length());
        for (activity, hours) in drawings.activities.iter_mut().enumerate() {
            hours.extend(proposal.back(model, &placed.end, activity));
        }
    }
    drawings.all_back.sort_unstable();
    drawings.activities.iter_mut().for_each(|minutes| minutes.sort_unstable());
    drawings
}

/// The value that so many percent of some sorted values do not exceed.
pub(super) fn percentile(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_came_out() {
        let sorted: Vec<u64> = (1..=10).collect();
        assert_eq!((percentile(&sorted, 50), percentile(&sorted, 90)), (Some(5), Some(9)));
        assert_eq!(percentile(&[7], 90), Some(7));
        assert_eq!(percentile(&[], 90), None);
    }
}
