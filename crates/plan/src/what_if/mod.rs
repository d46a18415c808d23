//! What an event does: which activities stop and until when, who can still be called and how, what can still
//! be read, which procedure runs out first, who must be told and when.
//!
//! The loss spreads over the graph of daily work (`loss`); what was struck is rebuilt with the people of the plan
//! (`schedule`), all the rest standing. What a supplier hosts is not rebuilt here: it is back when the event
//! ends, as far as somebody said how long it lasts.
//!
//! Pure: the same plan, event and options give the same bytes.

mod activities;
mod event;
mod moments;
mod notices;
mod outcome;
mod people;
mod reading;
mod rest;

pub use event::{Event, EventError, Losses, NamedEvent};
pub use outcome::{
    ActivityAfter, CopyAfter, Happens, ImpactAfter, Moment, Notice, PersonAfter, ProcedureAfter, Readable, RoleAfter,
    SystemDown, Taker, WayAfter, WhatIf,
};

use crate::entities::{Id, Scenario};
use crate::loss::{Dependents, Loss};
use crate::schedule::{ScheduleOptions, schedule};
use crate::{Plan, Stated};

/// Tells what an event does.
pub fn what_if(plan: &Plan, event: &Event, options: &ScheduleOptions) -> WhatIf {
    let dependents = Dependents::of(plan);
    let loss = dependents.under(&event.scenario);
    let aftermath = Aftermath { plan, scenario: &event.scenario, loss: &loss };
    let rebuilding = schedule(&rest::rebuilt(&aftermath), options);
    let activities = activities::after(&aftermath, &rebuilding);
    let (people, roles) = (people::after(&aftermath), people::roles(&aftermath));
    let notices = notices::of(&aftermath);
    WhatIf {
        plan: plan.header.value.title.clone(),
        event: event.title.clone(),
        assumed: event.assumed.clone(),
        lasts_h: aftermath.lasts_h(),
        systems_down: aftermath.systems_down(),
        systems_settled: loss.is_settled(),
        moments: moments::of(&aftermath, &activities, &notices),
        activities,
        people,
        roles,
        copies: reading::copies(&aftermath),
        readable: reading::readable(&aftermath),
        forgotten: notices::forgotten(plan),
        notices,
    }
}

/// A plan once an event has happened.
struct Aftermath<'p> {
    plan: &'p Plan,
    scenario: &'p Scenario,
    loss: &'p Loss<'p>,
}

impl Aftermath<'_> {
    fn lasts_h(&self) -> Option<f64> {
        self.scenario.duration.known().map(|duration| crate::observe::rounded(duration.hours()))
    }

    fn systems_down(&self) -> Vec<SystemDown> {
        let down = self.plan.systems.values().filter(|system| self.loss.is_down(&system.id) == Some(true));
        down.map(|system| SystemDown {
            id: system.id.to_string(),
            name: system.name.clone(),
            struck: self.loss.is_struck(&system.id) == Some(true),
        })
        .collect()
    }

    /// Names as people say them.
    fn system_name(&self, id: &Id) -> String {
        self.plan.systems.get(id).map_or_else(|| id.to_string(), |system| system.name.clone())
    }

    fn role_name(&self, role: &Stated<Id>) -> Option<String> {
        self.plan.roles.get(role.known()?).map(|role| role.name.clone())
    }
}
