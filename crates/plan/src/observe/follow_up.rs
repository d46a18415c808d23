//! What is to be mended, and who is to be told.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, Observation, SubjectKind, Text};

use super::{View, evidence, rounded};
use crate::duty::duty_to;
use crate::{Action, ActionStatus, Notification, Sourced};

/// Where an action stands.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ActionFacts {
    /// What is to be done.
    pub title: String,
    /// Exercise, test or incident that it comes from.
    pub comes_from: String,
    /// Role that does it.
    pub owner: Option<String>,
    /// Whether it is still to be done.
    pub is_open: Option<bool>,
    /// Whether it was done.
    pub is_done: Option<bool>,
    /// Day by which it is to be done.
    pub due: Option<Date>,
    /// Days since that day; negative when it is to come.
    pub overdue_d: Option<i64>,
    /// Whether it was tried again once done.
    pub retested: Option<bool>,
}

impl Facts for ActionFacts {
    const KIND: &'static str = "plan.action";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Action d’amélioration", "Action to mend something")
    }
}

/// How somebody outside is told of an incident.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NotificationFacts {
    /// Who is told.
    pub to: String,
    /// What calls for it.
    pub trigger: String,
    /// Whether the plan names the role that files it.
    pub has_owner: bool,
    /// How long after the incident is known, at the latest, in hours.
    pub delay_h: Option<f64>,
    /// The longest time that the law leaves, in hours; none when it sets none that vigie knows of.
    pub legal_delay_h: Option<f64>,
    /// Whether the law sets a time that vigie knows of.
    pub has_legal_delay: bool,
    /// Whether a way to file it remains when the hospital’s information system is down.
    pub has_fallback: Option<bool>,
    /// Whether the text to fill is ready.
    pub has_template: bool,
}

impl Facts for NotificationFacts {
    const KIND: &'static str = "plan.notification";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Déclaration d’incident", "Notification of an incident")
    }
}

pub(super) fn observe_action(view: &View<'_>, sourced: &Sourced<Action>) -> Observation {
    let action = &sourced.value;
    // A day of completion says that it was done, whatever the status forgot to say.
    let done_by_date = action.done_on.known().map(|_| ActionStatus::Done);
    let status = action.status.known().copied().or(done_by_date);
    let facts = ActionFacts {
        title: action.title.clone(),
        comes_from: action.from.as_ref().map(ToString::to_string).unwrap_or_default(),
        owner: action.owner.known().map(ToString::to_string),
        is_open: status.map(|status| status == ActionStatus::Open),
        is_done: status.map(|status| status == ActionStatus::Done),
        due: action.due.known().copied(),
        overdue_d: view.age_d(&action.due),
        retested: action.retested.known().copied(),
    };
    let keys = ["title", "from", "owner", "due", "status", "done_on", "retested"];
    view.observation("action", &action.id, &facts, evidence(&sourced.place, &keys))
}

pub(super) fn observe_notification(view: &View<'_>, sourced: &Sourced<Notification>) -> Observation {
    let notification = &sourced.value;
    // A report that is due without delay has no number of hours to keep to.
    let legal = duty_to(notification.to).and_then(|duty| duty.within_h).filter(|hours| *hours > 0.0);
    let facts = NotificationFacts {
        to: notification.to.label().to_owned(),
        trigger: notification.trigger.known().cloned().unwrap_or_default(),
        has_owner: !notification.owner.is_unknown(),
        delay_h: notification.delay.known().map(|delay| rounded(delay.hours())),
        legal_delay_h: legal,
        has_legal_delay: legal.is_some(),
        has_fallback: notification.fallback.known().map(|ways| ways.iter().any(|way| way.stands_alone())),
        has_template: !notification.template.is_unknown(),
    };
    let keys = ["to", "trigger", "delay", "owner", "channel", "fallback", "template"];
    view.observation("notification", &notification.id, &facts, evidence(&sourced.place, &keys))
}
