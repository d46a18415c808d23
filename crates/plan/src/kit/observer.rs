use serde::Serialize;

use super::card::{duties, lists, minutes};
use super::notice::notices_of;
use crate::entities::{Authority, Role};
use crate::{Duration, Id, Plan};

/// What an observer of an exercise ticks about one role.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Observer {
    /// Name of the role; nothing for a sheet to fill by hand.
    pub role: Option<String>,
    /// Scenarios of the plan, of which the one played is ticked. Nothing when the plan does not say.
    pub scenarios: Option<Vec<String>>,
    /// What this role is expected to do, the soonest first.
    pub expected: Vec<Expected>,
}

/// One expected action.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Expected {
    /// What.
    pub what: What,
    /// How long after the alert at the latest.
    pub due: Option<Duration>,
    /// What shows that it was done.
    pub evidence: Option<String>,
}

/// What is expected of a role.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A line of its checklist.
    Step(String),
    /// An activity that it answers for goes into degraded mode.
    Degrade(String),
    /// A notification that it files.
    Notify(Authority),
}

/// One sheet a role, and one for what the plan gives to none. There is always one, be it blank.
pub(super) fn observers(plan: &Plan) -> impl Iterator<Item = (Option<Id>, Observer)> {
    let mut sheets: Vec<(Option<Id>, Observer)> =
        plan.roles.values().map(|role| (Some(role.id.clone()), Observer::of(plan, role))).collect();
    let lost = steps(plan, None);
    if sheets.is_empty() || !lost.is_empty() {
        sheets.push((None, Observer { role: None, scenarios: scenarios(plan), expected: lost }));
    }
    sheets.into_iter()
}

impl Observer {
    fn of(plan: &Plan, role: &Role) -> Self {
        let mut expected = steps(plan, Some(&role.id));
        expected.extend(duties(plan, &role.id).into_iter().filter(|duty| !duty.as_deputy).map(|duty| Expected {
            what: What::Degrade(duty.activity),
            due: duty.degraded_after,
            evidence: None,
        }));
        let files = notices_of(plan, &role.id).into_iter();
        expected.extend(files.map(|notice| Expected {
            what: What::Notify(notice.to),
            due: notice.delay,
            evidence: None,
        }));
        expected.sort_by_key(|expected| minutes(expected.due.as_ref()));
        Self { role: Some(role.name.clone()), scenarios: scenarios(plan), expected }
    }
}

fn steps(plan: &Plan, role: Option<&Id>) -> Vec<Expected> {
    let steps = lists(plan, role).into_iter().filter_map(|list| list.steps).flatten();
    steps.map(|step| Expected { what: What::Step(step.text), due: step.due, evidence: step.evidence }).collect()
}

fn scenarios(plan: &Plan) -> Option<Vec<String>> {
    plan.scenarios.is_stated().then(|| plan.scenarios.values().map(|scenario| scenario.title.clone()).collect())
}
