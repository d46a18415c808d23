//! The rebuilding with the people there are: who works on what and when, and when each activity is
//! back.
//!
//! This is project scheduling with limited staff (RCPSP). The plan’s likely hours give an interval:
//! `at_least`, that no order of work can beat (longest chain, work of each team over its people), and
//! `at_most`, that the proposed order achieves (list scheduling, then seeded draws tightened back and
//! forth). P50 and P90 come from rebuildings drawn from the three guesses, each from a triangle
//! (least, likely, most), in the proposed order. Each piece of work takes one person, without a
//! break; shifts and fatigue are not counted.
//!
//! Pure: the same plan, options and seed give the same bytes.

mod bounds;
mod gains;
mod graph;
mod model;
mod outcome;
mod problem;
mod proposal;
mod random;
mod report;
mod sample;
mod search;

use std::collections::BTreeMap;

pub use outcome::{
    ActivityBack, ActivityGain, Bar, Change, Gain, Obstacle, ProcedureEnd, Schedule, Span, Standing, TeamLoad,
    Unplaced, Waited,
};

use crate::entities::Id;
use crate::network::Network;
use crate::rebuild::Rebuilding;
use crate::{Activity, Plan};
use model::Model;
use proposal::Proposal;

/// How to schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleOptions {
    /// Seed of the draws.
    pub seed: u64,
    /// How many rebuildings to draw for P50 and P90; none when 0. [`ScheduleOptions::MAX_SAMPLES`] at most.
    pub samples: u32,
    /// Numbers of people to try instead of those of the plan, by team.
    pub people: BTreeMap<Id, u32>,
}

impl ScheduleOptions {
    /// More draws would only take longer.
    pub const MAX_SAMPLES: u32 = 100_000;
}

impl Default for ScheduleOptions {
    fn default() -> Self {
        Self { seed: 1, samples: 1_000, people: BTreeMap::new() }
    }
}

/// Schedules the rebuilding of everything after a total loss.
pub fn schedule(plan: &Plan, options: &ScheduleOptions) -> Schedule {
    let network = Network::of(plan);
    let rebuilding = Rebuilding::of(&network);
    let as_planned = Model::of(plan, &network, &rebuilding, &BTreeMap::new());
    let planned = Proposal::of(&as_planned, options.seed);
    if options.people.is_empty() {
        return report::report(&as_planned, &planned, options);
    }
    let tried = Model::of(plan, &network, &rebuilding, &options.people);
    let proposal = Proposal::of(&tried, options.seed);
    // More people can always work as fewer do: what was found for one serves the other.
    let (planned, proposal) = (planned.or_as(&proposal), proposal.or_as(&planned));
    let report = report::report(&tried, &proposal, options);
    Schedule { as_planned: Some(report::all_back(&as_planned, &planned, options)), ..report }
}

/// When each activity is back with the people there are, in minutes; no rebuilding is drawn.
pub(crate) struct Staffed<'n> {
    by_activity: BTreeMap<&'n Id, StaffedBack>,
}

/// When an activity is back.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct StaffedBack {
    /// No order of work does better.
    pub(crate) at_least: Option<u64>,
    /// The proposed order does it.
    pub(crate) at_most: Option<u64>,
    /// Systems that decide when, the first to be rebuilt first.
    pub(crate) path: Vec<String>,
}

impl<'n> Staffed<'n> {
    pub(crate) fn of(plan: &'n Plan, network: &'n Network<'n>, rebuilding: &'n Rebuilding<'n>) -> Self {
        let model = Model::of(plan, network, rebuilding, &BTreeMap::new());
        let proposal = Proposal::of(&model, ScheduleOptions::default().seed);
        let back = |at: usize| StaffedBack {
            at_least: proposal.at_least(&model, at),
            at_most: proposal.at_most(&model, at),
            path: proposal.path_to(&model, at),
        };
        let activities = model.needs.iter().enumerate();
        Self { by_activity: activities.map(|(at, (activity, _))| (&activity.id, back(at))).collect() }
    }

    pub(crate) fn back(&self, activity: &Activity) -> Option<&StaffedBack> {
        self.by_activity.get(&activity.id)
    }
}
