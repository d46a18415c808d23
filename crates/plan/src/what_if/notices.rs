//! Who must be told, by whom, by which way, and how fast.

use super::Aftermath;
use super::outcome::{Notice, WayAfter};
use super::people::takers;
use crate::Plan;
use crate::duty::{Duty, duties, duty_to};
use crate::entities::Notification;
use crate::observe::rounded;

/// The notifications of the plan, the soonest first.
pub(super) fn of(aftermath: &Aftermath<'_>) -> Vec<Notice> {
    let mut all: Vec<Notice> = aftermath.plan.notifications.values().map(|one| notice(aftermath, one)).collect();
    all.sort_by(|a, b| due_h(a).unwrap_or(f64::INFINITY).total_cmp(&due_h(b).unwrap_or(f64::INFINITY)));
    all
}

/// When a notice is due: what the plan says, or sooner if the law does.
pub(super) fn due_h(notice: &Notice) -> Option<f64> {
    let law = notice.law.as_ref().and_then(|law| law.within_h);
    [notice.plan_h, law].into_iter().flatten().min_by(f64::total_cmp)
}

fn notice(aftermath: &Aftermath<'_>, notification: &Notification) -> Notice {
    let role = notification.owner.known().and_then(|owner| aftermath.plan.roles.get(owner));
    let takers = role.map(|role| takers(aftermath, role)).unwrap_or_default();
    let filers: Vec<String> =
        takers.iter().filter(|taker| taker.reachable == Some(true)).map(|taker| taker.function.clone()).collect();
    let in_doubt = role.is_none() || takers.iter().any(|taker| taker.reachable.is_none());
    let ways = notification.fallback.items().iter();
    Notice {
        to: notification.to,
        trigger: notification.trigger.known().cloned(),
        plan_h: notification.delay.known().map(|delay| rounded(delay.hours())),
        law: duty_to(notification.to),
        owner: aftermath.role_name(&notification.owner),
        has_filer: if filers.is_empty() { (!in_doubt).then_some(false) } else { Some(true) },
        filers,
        channel: notification.channel.known().cloned(),
        fallback: ways
            .map(|channel| WayAfter { channel: *channel, works: channel_works(aftermath, *channel) })
            .collect(),
    }
}

fn channel_works(aftermath: &Aftermath<'_>, channel: crate::Channel) -> Option<bool> {
    if aftermath.scenario.lost_channels.items().contains(&channel) {
        return Some(false);
    }
    aftermath.loss.carries(channel, aftermath.scenario)
}

/// The duties that no notification of the plan answers. A plan that has no list of them forgets nothing yet: it
/// does not say.
pub(super) fn forgotten(plan: &Plan) -> Vec<Duty> {
    let written = |duty: &Duty| plan.notifications.values().any(|notification| notification.to == duty.to);
    duties().into_iter().filter(|duty| !written(duty)).collect()
}
