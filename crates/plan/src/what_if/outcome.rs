//! What is left, and for how long, for views and exchanges. Hours count from the event.
//!
//! A question that a blank in the plan leaves open has no answer (`None`): it is neither yes nor no.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_model::Text;

use crate::duty::Duty;
use crate::entities::{Authority, Cell, Channel, CopyMedium, CopyOf, Rank};
use crate::schedule::{Span, Standing};

/// What an event does to a hospital, as its plan tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WhatIf {
    /// Title of the plan.
    pub plan: String,
    /// What happens.
    pub event: Text,
    /// What had to be assumed.
    pub assumed: Vec<Text>,
    /// How long it is thought to last, in hours; nothing when nobody says.
    pub lasts_h: Option<f64>,
    /// Systems that are struck, or that stop because of others; by name.
    pub systems_down: Vec<SystemDown>,
    /// Whether no other system can be down.
    pub systems_settled: bool,
    /// Activities: those that stop first, then those that may, then those that go on; the soonest due first.
    pub activities: Vec<ActivityAfter>,
    /// What happens when, the first first.
    pub moments: Vec<Moment>,
    /// People of the crisis organisation: those who can be called first.
    pub people: Vec<PersonAfter>,
    /// Crisis roles: those that nobody can take first.
    pub roles: Vec<RoleAfter>,
    /// Copies of the plan, of the directory, of keys and of install media.
    pub copies: Vec<CopyAfter>,
    /// Of the four kinds of copy, whether one at least can be read.
    pub readable: Vec<Readable>,
    /// Who must be told, the soonest first.
    pub notices: Vec<Notice>,
    /// Who is usually to be told, and that the plan forgets.
    pub forgotten: Vec<Duty>,
}

/// A system that is down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SystemDown {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it was struck itself; else it stops because of others.
    pub struck: bool,
}

/// An activity after the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActivityAfter {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether lives or major duties hang on it.
    pub critical: Option<bool>,
    /// Whether it loses something that it cannot work without.
    pub stops: Option<bool>,
    /// From what it lost to what was struck, by name.
    pub way: Vec<String>,
    /// Lines of the plan that would settle whether it stops: `needs (biologie)`.
    pub blanks: Vec<String>,
    /// When its degraded procedure is to start.
    pub degraded_after_h: Option<f64>,
    /// DMIA: the longest outage it can bear.
    pub mtpd_h: Option<f64>,
    /// When it works again, re-entry included.
    pub back: Span,
    /// Against its DMIA.
    pub standing: Standing,
    /// Its degraded procedures.
    pub procedures: Vec<ProcedureAfter>,
    /// Until when a procedure that surely works holds; nothing when none says so.
    pub holds_until_h: Option<f64>,
    /// Hours without system and without procedure, at least, until it is back.
    pub hole_h: Option<f64>,
    /// What the outage does, over time.
    pub impacts: Vec<ImpactAfter>,
}

/// A degraded procedure after the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProcedureAfter {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether it can be followed: nothing that it relies on is down.
    pub works: Option<bool>,
    /// Systems that it relies on and that are down, by name.
    pub broken_by: Vec<String>,
    /// When it runs out, as if it began with the event.
    pub runs_out_h: Option<f64>,
    /// Whether a printed copy is kept where it is used.
    pub on_paper: Option<bool>,
}

/// What an outage does once it has lasted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImpactAfter {
    /// After how long.
    pub after_h: f64,
    /// How bad, 1 (bearable) to 4 (lives at stake).
    pub level: u8,
    /// What happens.
    pub what: Option<String>,
}

/// Something that happens at an hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Moment {
    /// When.
    pub at_h: f64,
    /// What.
    pub what: Happens,
}

/// What happens at an hour. Names are those that people say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Happens {
    /// Somebody outside must be told by then.
    NoticeDue {
        /// Who.
        to: Authority,
        /// Role that tells, when the plan names one.
        by: Option<String>,
    },
    /// An activity goes over to its degraded procedure.
    DegradedStarts {
        /// The activity.
        activity: String,
    },
    /// A harm that the impact analysis counts as major, or worse, is reached.
    Harm {
        /// The activity.
        activity: String,
        /// 3 or 4.
        level: u8,
        /// What happens.
        what: Option<String>,
    },
    /// A degraded procedure runs out.
    ProcedureEnds {
        /// The procedure.
        procedure: String,
        /// The activity that it kept going.
        activity: String,
    },
    /// An activity is past what it can bear.
    PastBearing {
        /// The activity.
        activity: String,
    },
    /// An activity is back, at the latest.
    Back {
        /// The activity.
        activity: String,
    },
    /// The event itself ends, as far as it was thought to last.
    EventEnds,
}

/// Somebody of the crisis organisation after the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PersonAfter {
    /// The id of the function.
    pub id: String,
    /// The function.
    pub function: String,
    /// Whether this person is lost with the event.
    pub absent: bool,
    /// Whether this person can be called.
    pub reachable: Option<bool>,
    /// Whether this person can be called at any hour.
    pub on_call: Option<bool>,
    /// Ways to reach this person, in the order of the plan.
    pub ways: Vec<WayAfter>,
    /// Roles held, by name.
    pub roles: Vec<String>,
}

/// A way to reach somebody after the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WayAfter {
    /// The channel.
    pub channel: Channel,
    /// Whether it still works.
    pub works: Option<bool>,
}

/// A crisis role after the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoleAfter {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The cell it sits in.
    pub cell: Option<Cell>,
    /// People who can take it, the first in line first.
    pub takers: Vec<Taker>,
    /// Whether enough of them can be called.
    pub filled: Option<bool>,
}

/// Somebody who can take a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Taker {
    /// The function.
    pub function: String,
    /// First in line or stand-in.
    pub rank: Rank,
    /// Whether this person can be called.
    pub reachable: Option<bool>,
}

/// A copy after the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CopyAfter {
    /// Its id.
    pub id: String,
    /// What it holds.
    pub of: CopyOf,
    /// What it is kept on.
    pub medium: Option<CopyMedium>,
    /// Where it is.
    pub place: Option<String>,
    /// Day it was printed or refreshed.
    pub refreshed_on: Option<Date>,
    /// Whether it can be read.
    pub readable: Option<bool>,
    /// The system that carries it, by name.
    pub carried_by: Option<String>,
}

/// Whether something can be read in one of its copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Readable {
    /// What.
    pub of: CopyOf,
    /// Whether one copy at least can be read.
    pub somewhere: Option<bool>,
}

/// A notification of the plan after the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// Who is told.
    pub to: Authority,
    /// What calls for it.
    pub trigger: Option<String>,
    /// How long after the incident is known, as the plan says.
    pub plan_h: Option<f64>,
    /// What the law says, when it says something.
    pub law: Option<Duty>,
    /// Role that files it, by name.
    pub owner: Option<String>,
    /// People who can take that role and who can be called.
    pub filers: Vec<String>,
    /// Whether somebody can file it.
    pub has_filer: Option<bool>,
    /// Way in which it is filed.
    pub channel: Option<String>,
    /// Ways that remain when that one is down.
    pub fallback: Vec<WayAfter>,
}
