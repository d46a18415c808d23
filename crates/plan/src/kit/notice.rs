use serde::Serialize;

use super::names::{owned, role};
use crate::entities::{Authority, Channel, Notification};
use crate::{Duration, Id, Plan};

/// Somebody outside who must be told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Notice {
    /// Who.
    pub to: Authority,
    /// What calls for it.
    pub trigger: Option<String>,
    /// How long after the incident is known, at the latest.
    pub delay: Option<Duration>,
    /// Role that files it.
    pub owner: Option<String>,
    /// Way in which it is filed.
    pub channel: Option<String>,
    /// Ways that remain when that one is down.
    pub fallback: Option<Vec<Channel>>,
    /// Where the text to fill is kept.
    pub template: Option<String>,
}

/// Who must be told, the soonest first.
pub(super) fn notices(plan: &Plan) -> Option<Vec<Notice>> {
    plan.notifications.is_stated().then(|| sorted(plan, |_| true))
}

/// What one role must file, the soonest first.
pub(super) fn notices_of(plan: &Plan, owner: &Id) -> Vec<Notice> {
    sorted(plan, |notice| notice.owner.known() == Some(owner))
}

fn sorted(plan: &Plan, keep: impl Fn(&Notification) -> bool) -> Vec<Notice> {
    let kept = plan.notifications.values().filter(|notice| keep(notice));
    let mut notices: Vec<Notice> = kept.map(|notice| Notice::of(plan, notice)).collect();
    notices.sort_by_key(|notice| notice.delay.as_ref().map_or(u32::MAX, Duration::minutes));
    notices
}

impl Notice {
    fn of(plan: &Plan, notice: &Notification) -> Self {
        Self {
            to: notice.to,
            trigger: owned(&notice.trigger),
            delay: owned(&notice.delay),
            owner: notice.owner.known().map(|id| role(plan, id)),
            channel: owned(&notice.channel),
            fallback: owned(&notice.fallback),
            template: owned(&notice.template),
        }
    }
}
