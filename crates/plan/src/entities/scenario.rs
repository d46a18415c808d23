//! What may happen, who must be told, and what the lessons ask for.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Channel, Citation, Entity, EntityKind, Id, Measure, SystemKind};
use crate::{Duration, Stated};

/// Something that may happen, and what it takes away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Short name (`rancongiciel`).
    pub id: Id,
    /// Name as people say it.
    pub title: String,
    /// Whether every system of the hospital is lost, those that a supplier hosts left aside.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_systems: bool,
    /// Systems that are lost. `[]` when none is lost by itself.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["system"]))]
    pub down: Stated<Vec<Id>>,
    /// Kinds of system that are lost (`telecom`: every telephone system).
    #[serde(default)]
    pub down_kinds: Stated<Vec<SystemKind>>,
    /// Sites, suppliers, teams and people that are lost.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["site", "provider", "team", "person"]))]
    pub lost: Stated<Vec<Id>>,
    /// Channels that no longer work, whatever carries them.
    #[serde(default)]
    pub lost_channels: Stated<Vec<Channel>>,
    /// How long it is thought to last.
    #[serde(default)]
    pub duration: Stated<Duration>,
    /// How it comes about, step by step.
    #[serde(default)]
    pub attack_steps: Stated<Vec<String>>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// What to do, in order, for one role (fiche réflexe).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// Short name (`reflexes-directeur`).
    pub id: Id,
    /// Title.
    pub title: String,
    /// Role that follows it.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["role"]))]
    pub for_role: Stated<Id>,
    /// When it is used (`alerte`, `première heure`).
    #[serde(default)]
    pub phase: Stated<String>,
    /// What to do.
    #[serde(default)]
    pub items: Stated<Vec<ChecklistItem>>,
    /// Day it was last reviewed.
    #[serde(default)]
    pub reviewed_on: Stated<Date>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    /// What.
    pub text: String,
    /// How long after the alert at the latest.
    #[serde(default)]
    pub due: Stated<Duration>,
    /// What shows that it was done.
    #[serde(default)]
    pub evidence: Stated<String>,
}

/// Something to mend, from an exercise, a test, a finding or a crisis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Short name (`action-2026-03`).
    pub id: Id,
    /// What is to be done.
    pub title: String,
    /// Exercise, restore test or incident that it comes from.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["exercise", "restore_test", "incident"]))]
    pub from: Option<Id>,
    /// Role that does it.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["role"]))]
    pub owner: Stated<Id>,
    /// Day by which it is to be done.
    #[serde(default)]
    pub due: Stated<Date>,
    /// Where it stands.
    #[serde(default)]
    pub status: Stated<ActionStatus>,
    /// Day it was done.
    #[serde(default)]
    pub done_on: Stated<Date>,
    /// Whether it was tried again once done.
    #[serde(default)]
    pub retested: Stated<bool>,
    /// What shows that it was done.
    #[serde(default)]
    pub evidence: Stated<String>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// Where an action stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionStatus {
    /// Still to be done.
    Open,
    /// Done.
    Done,
    /// Given up, with the reason in `evidence`.
    Dropped,
}

/// Somebody outside who must be told of an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notification {
    /// Short name (`signalement-ars`).
    pub id: Id,
    /// Who is told.
    pub to: Authority,
    /// What calls for it.
    #[serde(default)]
    pub trigger: Stated<String>,
    /// How long after the incident is known, at the latest. `0 h`: without delay.
    #[serde(default)]
    pub delay: Stated<Duration>,
    /// Role that files it.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["role"]))]
    pub owner: Stated<Id>,
    /// Way in which it is filed (`portail national de signalement`).
    #[serde(default)]
    pub channel: Stated<String>,
    /// Ways that remain when that one is down. `[]` when there is none.
    #[serde(default)]
    pub fallback: Stated<Vec<Channel>>,
    /// Where the text to fill is kept.
    #[serde(default)]
    pub template: Stated<String>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// Who is told of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// Agence régionale de santé and CERT Santé, by the national reporting portal.
    ArsCertSante,
    /// Data protection authority (CNIL).
    Cnil,
    /// Police or gendarmerie: complaint, which insurance asks for.
    Complaint,
    /// National cybersecurity agency (ANSSI).
    Anssi,
    /// Insurer.
    Insurer,
    /// People whose data were taken.
    DataSubjects,
    /// Host of health data, software suppliers.
    Suppliers,
    /// Other members of the hospital group (GHT).
    Group,
}

/// A crisis that was lived through.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// Short name (`incident-2026-04`).
    pub id: Id,
    /// What happened.
    pub title: String,
    /// Day it began.
    #[serde(default)]
    pub date: Stated<Date>,
    /// Scenario of the plan that it resembled.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["scenario"]))]
    pub scenario: Option<Id>,
    /// Times that were noted.
    #[serde(default)]
    pub measured: Stated<Vec<Measure>>,
    /// Where its log is kept.
    #[serde(default)]
    pub log: Stated<String>,
    /// Day the lessons were written down (RETEX).
    #[serde(default)]
    pub report_on: Stated<Date>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

impl Authority {
    /// Its name, the same in both languages.
    pub fn label(self) -> &'static str {
        match self {
            Self::ArsCertSante => "ARS, CERT Santé",
            Self::Cnil => "CNIL",
            Self::Complaint => "police, gendarmerie",
            Self::Anssi => "ANSSI",
            Self::Insurer => "assurance",
            Self::DataSubjects => "patients",
            Self::Suppliers => "HDS",
            Self::Group => "GHT",
        }
    }
}

const LOST: &[EntityKind] = &[EntityKind::Site, EntityKind::Provider, EntityKind::Team, EntityKind::Person];
const ORIGINS: &[EntityKind] = &[EntityKind::Exercise, EntityKind::RestoreTest, EntityKind::Incident];

impl Entity for Scenario {
    const KIND: EntityKind = EntityKind::Scenario;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        self.down.items().iter().for_each(|id| name("down", id, &[EntityKind::System]));
        self.lost.items().iter().for_each(|id| name("lost", id, LOST));
    }
}

impl Entity for Checklist {
    const KIND: EntityKind = EntityKind::Checklist;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        self.for_role.known().into_iter().for_each(|id| name("for_role", id, &[EntityKind::Role]));
    }
}

impl Entity for Action {
    const KIND: EntityKind = EntityKind::Action;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        self.from.iter().for_each(|id| name("from", id, ORIGINS));
        self.owner.known().into_iter().for_each(|id| name("owner", id, &[EntityKind::Role]));
    }
}

impl Entity for Notification {
    const KIND: EntityKind = EntityKind::Notification;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        self.owner.known().into_iter().for_each(|id| name("owner", id, &[EntityKind::Role]));
    }
}

impl Entity for Incident {
    const KIND: EntityKind = EntityKind::Incident;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        self.scenario.iter().for_each(|id| name("scenario", id, &[EntityKind::Scenario]));
        Measure::references(&self.measured, name);
    }
}
