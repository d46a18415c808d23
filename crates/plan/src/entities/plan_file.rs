use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Action, Activity, BackupJob, Checklist, Citation, DataSet, Exercise, Id, Incident, Notification, Person, PlanCopy,
    Procedure, Proof, Provider, RestoreTest, Role, Scenario, Site, System, Team,
};
use crate::{Duration, Stated};

/// One file of a continuity plan. A plan is one such file or a folder of them; each list may be
/// split over several files. A list that no file has is unknown; an empty list says "there is none".
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlanFile {
    /// The plan itself: title, version, approval, review. In one file only.
    pub plan: Option<Header>,
    /// Sites: the places (hospital, annex, data centre).
    pub sites: Option<Vec<Site>>,
    /// Activités: what the hospital does, with what each can bear (DMIA, PDMA).
    pub activities: Option<Vec<Activity>>,
    /// Systèmes: applications, servers, networks, with what they need to run and to be rebuilt.
    pub systems: Option<Vec<System>>,
    /// Données: bodies of data that backups cover, when a system has several.
    pub data_sets: Option<Vec<DataSet>>,
    /// Sauvegardes: backup jobs and their copies.
    pub backup_jobs: Option<Vec<BackupJob>>,
    /// Tests de restauration: restores that were tried, with the time they took.
    pub restore_tests: Option<Vec<RestoreTest>>,
    /// Équipes: people who rebuild, by skill.
    pub teams: Option<Vec<Team>>,
    /// Personnes: people of the crisis organisation, named by function.
    pub people: Option<Vec<Person>>,
    /// Rôles de crise: parts to play in a crisis.
    pub roles: Option<Vec<Role>>,
    /// Prestataires: suppliers and their commitments.
    pub providers: Option<Vec<Provider>>,
    /// Procédures dégradées: how to work without a system.
    pub procedures: Option<Vec<Procedure>>,
    /// Exercices de crise: done or planned.
    pub exercises: Option<Vec<Exercise>>,
    /// Copies of the plan, of the crisis directory, of keys: where they are and what carries them.
    pub copies: Option<Vec<PlanCopy>>,
    /// Scénarios: what may happen, and what it takes away.
    pub scenarios: Option<Vec<Scenario>>,
    /// Fiches réflexes: what to do, in order, for one role.
    pub checklists: Option<Vec<Checklist>>,
    /// Actions: what exercises, tests and crises asked to mend.
    pub actions: Option<Vec<Action>>,
    /// Déclarations: who must be told of an incident, and how fast.
    pub notifications: Option<Vec<Notification>>,
    /// Crises that were lived through.
    pub incidents: Option<Vec<Incident>>,
    /// Preuves: where the hospital stands on each check of the continuity file (PCRA).
    pub proofs: Option<Vec<Proof>>,
    /// Ordre de redémarrage: ids of systems, the first to be rebuilt first. In one file only.
    #[schemars(extend("x-refers-to" = ["system"]))]
    pub restore_order: Stated<Vec<Id>>,
}

/// The plan itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Short name of the plan (`pcra-2026`).
    pub id: Id,
    /// Title, as printed on its cover.
    pub title: String,
    /// Version, as printed on its cover.
    #[serde(default)]
    pub version: Stated<String>,
    /// Where it stands.
    #[serde(default)]
    pub status: Stated<PlanStatus>,
    /// Role that keeps it up to date (responsable du PCRA).
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["role"]))]
    pub owner: Stated<Id>,
    /// Function of who approved it.
    #[serde(default)]
    pub approver: Stated<String>,
    /// Day it was approved.
    #[serde(default)]
    pub approved_on: Stated<Date>,
    /// Day its content last changed.
    #[serde(default)]
    pub changed_on: Stated<Date>,
    /// Day it was last reviewed from end to end.
    #[serde(default)]
    pub reviewed_on: Stated<Date>,
    /// How often it is reviewed (`12 mois`).
    #[serde(default)]
    pub review_every: Stated<Duration>,
    /// Day of its next review; from the last one and `review_every` when left out.
    #[serde(default)]
    pub next_review: Stated<Date>,
    /// What the facility is: decides which proofs are asked for.
    #[serde(default)]
    pub profile: Stated<Profile>,
    /// Sites that it covers.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["site"]))]
    pub scope: Stated<Vec<Id>>,
    /// Scenarios that it answers to.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["scenario"]))]
    pub scenarios: Stated<Vec<Id>>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// What a facility is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Profile {
    /// Établissement de santé: a hospital.
    ES,
    /// Groupement hospitalier de territoire: a group of hospitals.
    GHT,
    /// Établissement ou service médico-social: fewer proofs are asked for.
    ESMS,
}

impl Profile {
    /// Its name in plan files: `ESMS`.
    pub fn name(self) -> &'static str {
        match self {
            Self::ES => "ES",
            Self::GHT => "GHT",
            Self::ESMS => "ESMS",
        }
    }
}

/// Where a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanStatus {
    /// Being written.
    Draft,
    /// Approved and in force.
    Validated,
    /// Replaced.
    Obsolete,
}
