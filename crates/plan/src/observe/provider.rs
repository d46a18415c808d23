use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, Observation, SubjectKind, Text};

use super::{View, evidence, least, next_review, rounded};
use crate::{Provider, Sourced, System};

/// What a supplier promised, against what the plan expects of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ProviderFacts {
    /// What it supplies.
    pub service: String,
    /// Systems that the plan links to it.
    pub systems: Vec<String>,
    /// GTR, the time in which it promises service back, in hours.
    pub restores_within_h: Option<f64>,
    /// The shortest RTO among those systems, in hours: at most this.
    pub strictest_rto_at_most_h: Option<f64>,
    /// The same, once each of them has stated it.
    pub strictest_rto_at_least_h: Option<f64>,
    /// The system with that RTO.
    pub strictest_system: String,
    /// Whether it can be called at any hour in a crisis.
    pub has_crisis_line: Option<bool>,
    /// Last day of the contract.
    pub ends_on: Option<Date>,
    /// Days until the contract ends; negative when it has ended.
    pub ends_in_d: Option<i64>,
    /// Whether the contract ends before the next review of the plan.
    pub ends_before_review: Option<bool>,
    /// Whether the contract has a continuity clause.
    pub has_continuity_clause: Option<bool>,
    /// Whether the contract includes help to restore.
    pub has_restore_clause: Option<bool>,
    /// Whether it is certified to host health data (HDS).
    pub is_hds: Option<bool>,
}

impl Facts for ProviderFacts {
    const KIND: &'static str = "plan.provider";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Prestataire du plan de continuité", "Supplier of the continuity plan")
    }
}

pub(super) fn observe(view: &View<'_>, sourced: &Sourced<Provider>) -> Observation {
    let provider = &sourced.value;
    let systems: Vec<&System> =
        view.plan.systems.values().filter(|system| system.provider.known() == Some(&provider.id)).collect();
    let rto: Vec<Option<f64>> = systems.iter().map(|system| Some(rounded(system.rto.known()?.hours()))).collect();
    let (rto_at_most, rto_at_least) = least(&rto, true);
    let strictest = systems.iter().zip(&rto).find(|(_, hours)| hours.is_some() && **hours == rto_at_most);
    let ends_on = provider.ends_on.known().copied();
    let facts = ProviderFacts {
        service: provider.service.clone(),
        systems: view.names.all(systems.iter().map(|system| system.id.as_str())),
        restores_within_h: provider.restores_within.known().map(|time| rounded(time.hours())),
        strictest_rto_at_most_h: rto_at_most,
        strictest_rto_at_least_h: rto_at_least,
        strictest_system: strictest.map(|(system, _)| view.names.name(system.id.as_str())).unwrap_or_default(),
        has_crisis_line: provider.crisis_line.known().copied(),
        ends_on,
        ends_in_d: view.age_d(&provider.ends_on).map(|age| -age),
        ends_before_review: ends_on.zip(next_review(view.plan)).map(|(end, review)| end < review),
        has_continuity_clause: provider.continuity_clause.known().copied(),
        has_restore_clause: provider.restore_included.known().copied(),
        is_hds: provider.hds.known().copied(),
    };
    let keys =
        ["service", "contract", "ends_on", "restores_within", "crisis_line", "continuity_clause", "restore_included"];
    view.observation("provider", &provider.id, &facts, evidence(&sourced.place, &keys))
}
