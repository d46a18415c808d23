//! Names as people say them. A reference always leads somewhere in a plan that loaded; an id that
//! did not would be shown as it is.

use crate::{Id, Plan, Stated};

pub(super) fn role(plan: &Plan, id: &Id) -> String {
    plan.roles.get(id).map_or_else(|| id.to_string(), |role| role.name.clone())
}

pub(super) fn system(plan: &Plan, id: &Id) -> String {
    plan.systems.get(id).map_or_else(|| id.to_string(), |system| system.name.clone())
}

pub(super) fn site(plan: &Plan, id: &Id) -> String {
    plan.sites.get(id).map_or_else(|| id.to_string(), |site| site.name.clone())
}

pub(super) fn team(plan: &Plan, id: &Id) -> String {
    plan.teams.get(id).map_or_else(|| id.to_string(), |team| team.name.clone())
}

pub(super) fn provider(plan: &Plan, id: &Id) -> String {
    plan.providers.get(id).map_or_else(|| id.to_string(), |provider| provider.service.clone())
}

/// A stated value as an owned one.
pub(super) fn owned<T: Clone>(stated: &Stated<T>) -> Option<T> {
    stated.known().cloned()
}
