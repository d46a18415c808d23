use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Citation, Entity, EntityKind, Id};
use crate::{Duration, PrintHash, Stated};

/// A supplier and what it promised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Short name (`editeur-dpi`).
    pub id: Id,
    /// What it supplies.
    pub service: String,
    /// Reference of the contract.
    #[serde(default)]
    pub contract: Stated<String>,
    /// Last day of the contract.
    #[serde(default)]
    pub ends_on: Stated<Date>,
    /// GTI, garantie de temps d’intervention: time until it sets to work.
    #[serde(default)]
    pub responds_within: Stated<Duration>,
    /// GTR, garantie de temps de rétablissement: time until service is back.
    #[serde(default)]
    pub restores_within: Stated<Duration>,
    /// Whether it can be called at any hour in a crisis.
    #[serde(default)]
    pub crisis_line: Stated<bool>,
    /// Whether the contract has a continuity clause.
    #[serde(default)]
    pub continuity_clause: Stated<bool>,
    /// Whether the contract includes help to restore.
    #[serde(default)]
    pub restore_included: Stated<bool>,
    /// Hours of service, as the contract says them.
    #[serde(default)]
    pub hours: Stated<String>,
    /// Whether it is certified to host health data (HDS).
    #[serde(default)]
    pub hds: Stated<bool>,
    /// Whether the source code or the data are held by a third party (séquestre).
    #[serde(default)]
    pub escrow: Stated<bool>,
    /// Until when losing it is accepted.
    #[serde(default)]
    pub single_point_accepted_until: Stated<Date>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// How to work without a system (procédure dégradée).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// Short name (`urgences-papier`).
    pub id: Id,
    /// Title.
    pub title: String,
    /// Activity it keeps going.
    #[schemars(extend("x-refers-to" = ["activity"]))]
    pub activity: Id,
    /// What starts it, and who decides.
    #[serde(default)]
    pub trigger: Stated<String>,
    /// How long people can hold with it.
    #[serde(default)]
    pub holds_for: Stated<Duration>,
    /// Systems it still relies on. `[]` when it works on paper alone.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["system"]))]
    pub uses_systems: Stated<Vec<Id>>,
    /// People it takes beyond the usual number.
    #[serde(default)]
    pub staff_needed: Stated<u32>,
    /// What must be at hand: forms, printed lists, fallback phone.
    #[serde(default)]
    pub kit: Stated<Vec<KitItem>>,
    /// Whether a printed copy is kept where it is used.
    #[serde(default)]
    pub paper_copy: Stated<bool>,
    /// Role that keeps it up to date.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["role"]))]
    pub owner: Stated<Id>,
    /// Day it was last reviewed.
    #[serde(default)]
    pub reviewed_on: Stated<Date>,
    /// Day its users last practised it.
    #[serde(default)]
    pub trained_on: Stated<Date>,
    /// How data are entered again afterwards (ressaisie).
    #[serde(default)]
    pub reentry: Stated<String>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// One thing of a kit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KitItem {
    /// What it is.
    pub item: String,
    /// Where it is.
    #[serde(default)]
    pub place: Stated<String>,
    /// How many.
    #[serde(default)]
    pub quantity: Stated<u32>,
    /// Day somebody last checked that it is there.
    #[serde(default)]
    pub checked_on: Stated<Date>,
}

/// A crisis exercise, done or planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Short name (`exercice-2026`).
    pub id: Id,
    /// What it was about.
    pub title: String,
    /// Kind of exercise.
    #[serde(default)]
    pub kind: Stated<ExerciseKind>,
    /// Day it was or will be played.
    #[serde(default)]
    pub date: Stated<Date>,
    /// Who took part.
    #[serde(default)]
    pub participants: Stated<Vec<Participants>>,
    /// Scenario that was played.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["scenario"]))]
    pub scenario: Stated<Id>,
    /// Activities that played.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["activity"]))]
    pub activities: Stated<Vec<Id>>,
    /// Sites that played.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["site"]))]
    pub sites: Stated<Vec<Id>>,
    /// Teams that played.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["team"]))]
    pub teams: Stated<Vec<Id>>,
    /// Times that were noted.
    #[serde(default)]
    pub measured: Stated<Vec<Measure>>,
    /// Where its log is kept.
    #[serde(default)]
    pub log: Stated<String>,
    /// Whether players spoke right after it (RETEX à chaud).
    #[serde(default)]
    pub hot_wash: Stated<bool>,
    /// Day the lessons were written down (RETEX).
    #[serde(default)]
    pub report_on: Stated<Date>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// Kinds of exercise (ISO 22398).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExerciseKind {
    /// Around a table (sur table).
    Tabletop,
    /// Played with messages, as in a real crisis.
    Simulation,
    /// In the units, with the degraded procedures (terrain).
    Field,
    /// IT only, of any sort. None of these and of what follows counts as the yearly exercise.
    Technical,
    /// Continuity test of IT alone.
    ItContinuityTest,
    /// Recovery test of a hospital group’s IT.
    GroupRecoveryTest,
    /// Degraded mode lived through during planned maintenance.
    Maintenance,
    /// Routine failover.
    Failover,
    /// Restore test.
    RestoreTest,
    /// Restore of the directory (Active Directory).
    DirectoryRestore,
    /// Restore of mail.
    MailRestore,
}

/// A time that was noted during an exercise or a crisis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// System or activity.
    #[serde(rename = "ref")]
    #[schemars(extend("x-refers-to" = ["system", "activity"]))]
    pub of: Id,
    /// What happened to it.
    pub event: MeasuredEvent,
    /// How long after the start.
    pub at: Duration,
}

/// What an exercise measures the time of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeasuredEvent {
    /// The activity was in degraded mode: against its `degraded_after`.
    DegradedStarted,
    /// It was back: a system against its RTO, an activity against its DMIA.
    Back,
}

/// Who takes part in an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Participants {
    /// General management.
    Direction,
    /// Care units and other business departments.
    Business,
    /// IT.
    It,
    /// Outside partners: suppliers, authorities, other hospitals.
    Partners,
}

/// A copy of the plan or of its papers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanCopy {
    /// Short name (`plan-papier-direction`).
    pub id: Id,
    /// What it is a copy of.
    pub of: CopyOf,
    /// What it is kept on.
    #[serde(default)]
    pub medium: Stated<CopyMedium>,
    /// System that carries it, if one of the plan does.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["system"]))]
    pub carried_by: Option<Id>,
    /// Where it is.
    #[serde(default)]
    pub place: Stated<String>,
    /// Day it was printed or refreshed.
    #[serde(default)]
    pub refreshed_on: Stated<Date>,
    /// Function that looks after it.
    #[serde(default)]
    pub custodian: Stated<String>,
    /// Empreinte: the hash at the foot of a printed directory. Tells whether it still says what the plan says.
    #[serde(default)]
    pub print_hash: Stated<PrintHash>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// What a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CopyOf {
    /// The plan.
    Plan,
    /// The crisis directory (annuaire de crise).
    Directory,
    /// Keys and sealed passwords.
    Keys,
    /// Install media.
    InstallMedia,
}

/// What a copy is kept on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CopyMedium {
    /// Paper.
    Paper,
    /// USB stick or disk.
    Usb,
    /// Laptop that works without the network.
    Laptop,
    /// Shared folder or document server of the hospital.
    Share,
    /// A supplier’s site.
    Saas,
}

impl CopyMedium {
    /// Whether it can be read without the hospital’s information system.
    pub fn stands_alone(self) -> bool {
        matches!(self, Self::Paper | Self::Usb | Self::Laptop)
    }

    /// Whether it is kept outside the hospital’s information system.
    pub fn is_outside(self) -> bool {
        matches!(self, Self::Saas)
    }
}

impl ExerciseKind {
    /// Whether the yearly duty to hold a crisis exercise can be met with it. An IT-only test never does: not
    /// a continuity test, a group recovery test, degraded mode during maintenance, a routine failover, nor
    /// the restore of a system, of the directory or of mail.
    pub fn counts_as_crisis_exercise(self) -> bool {
        matches!(self, Self::Tabletop | Self::Simulation | Self::Field)
    }

    /// Whether it shows that something can be restored: its place is then among restore tests.
    pub fn is_restore(self) -> bool {
        matches!(self, Self::RestoreTest | Self::DirectoryRestore | Self::MailRestore)
    }
}

impl Measure {
    pub(super) fn references<'e>(
        measured: &'e Stated<Vec<Self>>,
        name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind]),
    ) {
        let kinds: &[EntityKind] = &[EntityKind::System, EntityKind::Activity];
        measured.items().iter().for_each(|measure| name("measured", &measure.of, kinds));
    }
}

impl Entity for Provider {
    const KIND: EntityKind = EntityKind::Provider;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, _: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {}
}

impl Entity for Procedure {
    const KIND: EntityKind = EntityKind::Procedure;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        name("activity", &self.activity, &[EntityKind::Activity]);
        self.uses_systems.items().iter().for_each(|id| name("uses_systems", id, &[EntityKind::System]));
        self.owner.known().into_iter().for_each(|id| name("owner", id, &[EntityKind::Role]));
    }
}

impl Entity for Exercise {
    const KIND: EntityKind = EntityKind::Exercise;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        self.scenario.known().into_iter().for_each(|id| name("scenario", id, &[EntityKind::Scenario]));
        self.activities.items().iter().for_each(|id| name("activities", id, &[EntityKind::Activity]));
        self.sites.items().iter().for_each(|id| name("sites", id, &[EntityKind::Site]));
        self.teams.items().iter().for_each(|id| name("teams", id, &[EntityKind::Team]));
        Measure::references(&self.measured, name);
    }
}

impl Entity for PlanCopy {
    const KIND: EntityKind = EntityKind::Copy;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        self.carried_by.iter().for_each(|id| name("carried_by", id, &[EntityKind::System]));
    }
}
