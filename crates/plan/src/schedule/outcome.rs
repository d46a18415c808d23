//! What a schedule says, for views and exchanges. Hours count from the loss.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rebuilding after the loss of everything, with the people of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Schedule {
    /// Title of the plan.
    pub plan: String,
    /// Seed of the draws: the same plan and seed give the same schedule.
    pub seed: u64,
    /// How many rebuildings were drawn for P50 and P90.
    pub samples: u32,
    /// When all is back.
    pub all_back: Span,
    /// The same with the people of the plan, when other numbers were tried.
    pub as_planned: Option<Span>,
    /// Activities, the soonest due first.
    pub activities: Vec<ActivityBack>,
    /// Work in the proposed order.
    pub bars: Vec<Bar>,
    /// Places, in [`Schedule::bars`], of the work that decides when all is back, the first first.
    pub critical_chain: Vec<usize>,
    /// Systems that cannot be placed, or opened to use, for want of a statement.
    pub unplaced: Vec<Unplaced>,
    /// Teams that rebuild.
    pub teams: Vec<TeamLoad>,
    /// What would shorten the rebuilding most, the best first.
    pub gains: Vec<Gain>,
    /// Systems whose three guesses are not all stated: P50 and P90 take their hours as certain.
    pub single_guess: Vec<String>,
}

/// When something is back.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// No order of work does better, likely hours counting. Nothing when a deadlock forbids it for ever.
    pub at_least_h: Option<f64>,
    /// The proposed order does it, likely hours counting. Nothing when the plan does not state enough.
    pub at_most_h: Option<f64>,
    /// In that order, half of the rebuildings drawn do it by then.
    pub p50_h: Option<f64>,
    /// Nine out of ten do.
    pub p90_h: Option<f64>,
}

/// When an activity can work again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActivityBack {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether lives or major duties hang on it.
    pub critical: Option<bool>,
    /// DMIA, the longest outage it can bear.
    pub mtpd_h: Option<f64>,
    /// When it works again, re-entry included.
    pub back: Span,
    /// Against its DMIA.
    pub standing: Standing,
    /// Share of the rebuildings drawn in which it is back within its DMIA, 0 to 1.
    pub on_time_share: Option<f64>,
    /// Systems that decide when it is back in the proposed order, the first to be rebuilt first. The
    /// wait for people counts as much as the wait for systems.
    pub chain: Vec<String>,
    /// Its degraded procedures, the first to run out first.
    pub procedures: Vec<ProcedureEnd>,
}

/// An activity against its DMIA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The proposed order brings it back within its DMIA.
    OnTime,
    /// No order of work brings it back within its DMIA.
    Late,
    /// The proposed order does not, and no proof was found that none does.
    NoOrderFound,
    /// It waits for a system that waits for itself.
    Deadlock,
    /// The plan does not state enough.
    Unknown,
}

/// When a degraded procedure runs out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProcedureEnd {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The hour at which it runs out, as if it began with the loss; nothing when the plan does not say.
    pub runs_out_h: Option<f64>,
    /// Whether it holds until the activity is back.
    pub holds: Option<bool>,
}

/// One piece of work in the proposed order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bar {
    /// The system.
    pub system: String,
    /// Its name.
    pub name: String,
    /// The step, when the rebuilding has steps.
    pub step: Option<String>,
    /// The team that does it.
    pub team: Option<String>,
    /// When it starts.
    pub start_h: f64,
    /// When it ends.
    pub end_h: f64,
    /// When the system is usable; nothing when the plan does not state enough.
    pub usable_h: Option<f64>,
    /// Whether it decides when all is back.
    pub critical: bool,
    /// What it waited for last.
    pub waited_for: Waited,
}

/// What holds up a piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Waited {
    /// Nothing: it starts at once.
    Nothing,
    /// A system, or the step before.
    System(String),
    /// A person of its team, who was on this system.
    People(String),
}

/// A system that the plan does not let be placed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unplaced {
    /// Its id.
    pub system: String,
    /// Its name.
    pub name: String,
    /// Why.
    pub why: Obstacle,
    /// Not usable before, whatever the rest.
    pub not_before_h: Option<f64>,
}

/// Why a system cannot be placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// It must be up before it can be rebuilt, by way of these systems; none are named when it only
    /// waits for such a system.
    Deadlock(Vec<String>),
    /// The hours of its rebuilding are not stated.
    Hours,
    /// The team that rebuilds it is not stated.
    Team,
    /// How many people that team has is not stated, or it has none.
    People(String),
    /// What it needs is not stated.
    Needs,
    /// It waits for this system, which cannot be placed.
    Behind(String),
}

/// A team at work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TeamLoad {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many of it are counted on.
    pub people: Option<u32>,
    /// Whether this number was asked for, and is not that of the plan.
    pub tried: bool,
    /// Its work in all.
    pub work_h: f64,
}

/// A change, and what it wins at the least.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gain {
    /// The change.
    pub change: Change,
    /// How much sooner all is back; 0 when it is not.
    pub all_back_h: f64,
    /// Activities that are back sooner.
    pub activities: Vec<ActivityGain>,
}

/// A change to try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// One more person in this team.
    Person(String),
    /// This system is rebuilt in half the time, for instance from a ready-made image.
    Faster(String),
}

/// An activity that a change brings back sooner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActivityGain {
    /// The activity.
    pub id: String,
    /// How much sooner it is back.
    pub won_h: f64,
    /// Whether the change alone brings it within its DMIA.
    pub now_on_time: bool,
}
