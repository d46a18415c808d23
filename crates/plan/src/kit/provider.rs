use serde::Serialize;

use super::names::owned;
use crate::entities::Provider;
use crate::{Duration, Plan};

/// A supplier to call. The plan holds no number of theirs: it is written by hand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProviderOnPaper {
    /// What it supplies.
    pub service: String,
    /// Systems of the plan that it stands behind.
    pub systems: Vec<String>,
    /// Reference of the contract.
    pub contract: Option<String>,
    /// Hours of service.
    pub hours: Option<String>,
    /// Whether it can be called at any hour in a crisis.
    pub crisis_line: Option<bool>,
    /// Time until it sets to work (GTI).
    pub responds_within: Option<Duration>,
    /// Time until service is back (GTR).
    pub restores_within: Option<Duration>,
    /// Whether the contract includes help to restore.
    pub restore_included: Option<bool>,
}

pub(super) fn providers(plan: &Plan) -> Option<Vec<ProviderOnPaper>> {
    let providers = plan.providers.values().map(|provider| ProviderOnPaper::of(plan, provider));
    plan.providers.is_stated().then(|| providers.collect())
}

impl ProviderOnPaper {
    fn of(plan: &Plan, provider: &Provider) -> Self {
        let systems = plan.systems.values().filter(|system| system.provider.known() == Some(&provider.id));
        Self {
            service: provider.service.clone(),
            systems: systems.map(|system| system.name.clone()).collect(),
            contract: owned(&provider.contract),
            hours: owned(&provider.hours),
            crisis_line: owned(&provider.crisis_line),
            responds_within: owned(&provider.responds_within),
            restores_within: owned(&provider.restores_within),
            restore_included: owned(&provider.restore_included),
        }
    }
}
