//! What a plan is made of: one struct for each kind of entity, as its YAML says it.

mod activity;
mod backup;
mod citation;
mod crisis;
mod id;
mod people;
mod plan_file;
mod proof;
mod public_address;
mod scenario;
mod system;

use std::fmt;

pub use activity::{Activity, ActivityKind, Impact, ImpactKind};
pub use backup::{BackupCopy, BackupJob, DataSet, Medium, RestoreTest, TestResult};
pub use citation::Citation;
pub use crisis::{
    CopyMedium, CopyOf, Exercise, ExerciseKind, KitItem, Measure, MeasuredEvent, Participants, PlanCopy, Procedure,
    Provider,
};
pub(crate) use id::check_id;
pub use id::{Id, IdError};
pub use people::{Address, Cell, Channel, Person, Rank, Reach, Role, RoleHeld, Team};
pub use plan_file::{Header, PlanFile, PlanStatus, Profile};
pub use proof::{CheckId, Proof, ProofState, ProofValue};
pub(crate) use public_address::check_public_address;
pub use public_address::{PublicAddress, PublicAddressError};
pub use scenario::{Action, ActionStatus, Authority, Checklist, ChecklistItem, Incident, Notification, Scenario};
pub use system::{Either, Hours, Link, Rebuild, Site, Step, System, SystemKind, Why};
use vigie_model::Text;

/// The kinds of entity that have an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityKind {
    /// A place.
    Site,
    /// What the hospital does.
    Activity,
    /// What the activities run on.
    System,
    /// A body of data of a system.
    DataSet,
    /// A backup that runs on a schedule.
    BackupJob,
    /// A restore that was tried.
    RestoreTest,
    /// People who rebuild.
    Team,
    /// Somebody, named by function.
    Person,
    /// A part to play in a crisis.
    Role,
    /// A supplier.
    Provider,
    /// How to work without a system.
    Procedure,
    /// A crisis exercise.
    Exercise,
    /// A copy of the plan or of its papers.
    Copy,
    /// Something that may happen.
    Scenario,
    /// What to do, for one role.
    Checklist,
    /// Something to mend.
    Action,
    /// Somebody outside who must be told.
    Notification,
    /// A crisis that was lived through.
    Incident,
}

impl EntityKind {
    /// Its name in subjects and facts: `backup_job`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Activity => "activity",
            Self::System => "system",
            Self::DataSet => "data_set",
            Self::BackupJob => "backup_job",
            Self::RestoreTest => "restore_test",
            Self::Team => "team",
            Self::Person => "person",
            Self::Role => "role",
            Self::Provider => "provider",
            Self::Procedure => "procedure",
            Self::Exercise => "exercise",
            Self::Copy => "copy",
            Self::Scenario => "scenario",
            Self::Checklist => "checklist",
            Self::Action => "action",
            Self::Notification => "notification",
            Self::Incident => "incident",
        }
    }

    /// The key of its list in plan files: `backup_jobs`.
    pub fn section(self) -> &'static str {
        match self {
            Self::Site => "sites",
            Self::Activity => "activities",
            Self::System => "systems",
            Self::DataSet => "data_sets",
            Self::BackupJob => "backup_jobs",
            Self::RestoreTest => "restore_tests",
            Self::Team => "teams",
            Self::Person => "people",
            Self::Role => "roles",
            Self::Provider => "providers",
            Self::Procedure => "procedures",
            Self::Exercise => "exercises",
            Self::Copy => "copies",
            Self::Scenario => "scenarios",
            Self::Checklist => "checklists",
            Self::Action => "actions",
            Self::Notification => "notifications",
            Self::Incident => "incidents",
        }
    }

    /// What it is, in words: `un système`.
    pub(crate) fn text(self) -> Text {
        let (fr, en) = match self {
            Self::Site => ("un site", "a site"),
            Self::Activity => ("une activité", "an activity"),
            Self::System => ("un système", "a system"),
            Self::DataSet => ("un jeu de données", "a data set"),
            Self::BackupJob => ("une sauvegarde", "a backup job"),
            Self::RestoreTest => ("un test de restauration", "a restore test"),
            Self::Team => ("une équipe", "a team"),
            Self::Person => ("une personne", "a person"),
            Self::Role => ("un rôle de crise", "a crisis role"),
            Self::Provider => ("un prestataire", "a provider"),
            Self::Procedure => ("une procédure", "a procedure"),
            Self::Exercise => ("un exercice", "an exercise"),
            Self::Copy => ("une copie du plan", "a copy of the plan"),
            Self::Scenario => ("un scénario", "a scenario"),
            Self::Checklist => ("une fiche réflexe", "a checklist"),
            Self::Action => ("une action", "an action"),
            Self::Notification => ("une déclaration", "a notification"),
            Self::Incident => ("un incident", "an incident"),
        };
        Text::new(fr, en)
    }

    /// Every kind, in the order of the plan.
    pub const ALL: [Self; 18] = [
        Self::Site,
        Self::Activity,
        Self::System,
        Self::DataSet,
        Self::BackupJob,
        Self::RestoreTest,
        Self::Team,
        Self::Person,
        Self::Role,
        Self::Provider,
        Self::Procedure,
        Self::Exercise,
        Self::Copy,
        Self::Scenario,
        Self::Checklist,
        Self::Action,
        Self::Notification,
        Self::Incident,
    ];
}

impl fmt::Display for EntityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something with an id, and the other ids it names.
pub trait Entity: Clone {
    /// Its kind.
    const KIND: EntityKind;

    /// Its id.
    fn id(&self) -> &Id;

    /// Calls `name` for each id that it names, with the key that holds it and the kinds it may be.
    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind]));
}
