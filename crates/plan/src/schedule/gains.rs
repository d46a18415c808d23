//! What one change wins: one more person, or a system rebuilt twice as fast.

use std::collections::BTreeSet;

use super::model::Model;
use super::outcome::{ActivityGain, Change, Gain};
use super::problem::{Cost, Problem};
use super::proposal::Proposal;
use super::search::{Effort, search};
use crate::observe::hours;

/// Systems on which a change is tried: those with the most work on a chain that decides.
const SYSTEMS: usize = 16;
/// Changes that are told.
const TOLD: usize = 8;
/// Draws of the search after each change: it starts from the order found before it.
const DRAWS: usize = 2;

/// What would shorten the rebuilding, the best first. Each gain is one that was reached; a longer
/// search may find more.
pub(super) fn gains(model: &Model<'_>, proposal: &Proposal<'_>, seed: u64) -> Vec<Gain> {
    let deciding = deciding_tasks(model, proposal);
    let problem = &proposal.drawn.problem;
    let teams: BTreeSet<usize> = deciding.iter().filter_map(|task| problem.team[*task]).collect();
    let mut tried: Vec<(u64, Gain)> = Vec::new();
    for team in teams {
        let mut changed = problem.clone();
        changed.people[team] += 1;
        tried.extend(gain(model, proposal, &changed, Change::Person(model.teams.list[team].team.id.to_string()), seed));
    }
    for system in heaviest(proposal, &deciding) {
        let mut changed = problem.clone();
        for task in &proposal.drawn.graph.work[system] {
            changed.minutes[*task] = changed.minutes[*task].div_ceil(2);
        }
        tried.extend(gain(model, proposal, &changed, Change::Faster(model.network.id(system).to_string()), seed));
    }
    tried.sort_by_key(|(won, _)| std::cmp::Reverse(*won));
    tried.into_iter().map(|(_, gain)| gain).take(TOLD).collect()
}

/// The tasks that decide when all is back, or when an activity is.
fn deciding_tasks(model: &Model<'_>, proposal: &Proposal<'_>) -> BTreeSet<usize> {
    let activities = (0..model.needs.len()).flat_map(|activity| proposal.chain_of(model, activity));
    activities.chain(proposal.critical_chain()).collect()
}

/// The systems with the most work among some tasks.
fn heaviest(proposal: &Proposal<'_>, tasks: &BTreeSet<usize>) -> Vec<usize> {
    let systems: BTreeSet<usize> = tasks.iter().filter_map(|task| proposal.system_of(*task)).collect();
    let work = |system: &usize| -> u64 {
        proposal.drawn.graph.work[*system].iter().map(|task| u64::from(proposal.drawn.problem.minutes[*task])).sum()
    };
    let mut systems: Vec<usize> = systems.into_iter().filter(|system| work(system) > 0).collect();
    systems.sort_by_key(|system| std::cmp::Reverse(work(system)));
    systems.truncate(SYSTEMS);
    systems
}

/// What a change wins, and a measure of it: minutes of activities, then of the whole.
fn gain(
    model: &Model<'_>,
    proposal: &Proposal<'_>,
    changed: &Problem,
    change: Change,
    seed: u64,
) -> Option<(u64, Gain)> {
    let effort = Effort { seed, draws: DRAWS, enough: Cost { delay: 0, all_back: 0, sum: 0 } };
    let after = search(changed, effort, Some(&proposal.placed));
    let won = |before: Option<u64>, after: Option<u64>| before?.checked_sub(after?).filter(|won| *won > 0);
    let all_back = match proposal.all_back(model) {
        (_, Some(before)) => won(Some(before), Some(after.length())).unwrap_or(0),
        (_, None) => 0,
    };
    let mut sum = all_back;
    let mut activities = Vec::new();
    for (number, (activity, _)) in model.needs.iter().enumerate() {
        let (was, is) = (proposal.at_most(model, number), proposal.back(model, &after.end, number));
        let Some(minutes) = won(was, is) else { continue };
        let mtpd = activity.mtpd.known().map(|mtpd| u64::from(mtpd.minutes()));
        let within = |back: Option<u64>| back.zip(mtpd).is_some_and(|(back, mtpd)| back <= mtpd);
        sum += minutes;
        activities.push(ActivityGain {
            id: activity.id.to_string(),
            won_h: hours(minutes),
            now_on_time: within(is) && !within(was),
        });
    }
    (sum > 0).then(|| (sum, Gain { change, all_back_h: hours(all_back), activities }))
}
