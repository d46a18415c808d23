//! Continuity and recovery plans (PCA, PRA): what a machine can check in them.
//!
//! [`Plan::load`] reads a folder of YAML files and says everything that is wrong with them at
//! once; [`observe`] turns the plan into facts: who needs what, what comes back when, which
//! copies would survive. Rules judge these facts; nothing here says good or bad. What the plan
//! does not state stays unknown ([`Stated`]), and is never read as zero.
//!
//! Pure: no file is opened, no clock is read; the same plan gives the same bytes.

mod diff;
mod duration;
mod duty;
mod entities;
pub mod kit;
mod load;
mod logic;
mod loss;
mod names;
mod needs;
mod network;
mod observe;
mod pcra;
mod place;
mod plan;
mod rebuild;
mod schedule;
mod skeleton;
mod stated;
mod table;
#[cfg(test)]
mod trial;
mod what_if;
pub mod words;
mod work;
mod write;

pub use diff::{DiffEntry, EntityChange, FieldChange, PlanDiff, diff};
pub use duration::{Duration, DurationError, parse_duration};
pub use duty::Duty;
pub use entities::*;
pub use kit::{PrintHash, PrintHashError};
pub use load::formats;
pub use observe::{
    ActionFacts, ActivityFacts, BackupFacts, CoverageFacts, CrisisCellFacts, DocumentFacts, ExerciseFacts,
    MeasuredFacts, NotificationFacts, PersonFacts, ProcedureFacts, ProofFacts, ProviderFacts, RestoreTestFacts,
    RoleFacts, ScenarioFacts, SinglePointFacts, SystemFacts, TeamFacts, catalogue, observe, owner,
};
pub use pcra::{CHECKS, CareProof, Check, Expiry, Window, care_proofs, expiries};
pub use place::{Place, Sourced};
pub use plan::{Plan, RestoreOrder, Section, schema};
pub use schedule::{
    ActivityBack, ActivityGain, Bar, Change, Gain, Obstacle, ProcedureEnd, Schedule, ScheduleOptions, Span, Standing,
    TeamLoad, Unplaced, Waited, schedule,
};
pub use skeleton::{example, profile_skeleton, skeleton};
pub use stated::{NSP, Stated};
pub use what_if::{
    ActivityAfter, CopyAfter, Event, EventError, Happens, ImpactAfter, Losses, Moment, NamedEvent, Notice, PersonAfter,
    ProcedureAfter, Readable, RoleAfter, SystemDown, Taker, WayAfter, WhatIf, what_if,
};
pub use write::{write_plan, write_plan_file};
