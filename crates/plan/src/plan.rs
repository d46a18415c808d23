use std::collections::BTreeMap;

use serde_json::Value;

use crate::entities::{
    Action, Activity, BackupJob, CheckId, Checklist, DataSet, Entity, Exercise, Header, Id, Incident, Link,
    Notification, Person, PlanCopy, PlanFile, Procedure, Profile, Proof, ProofState, Provider, RestoreTest, Role,
    Scenario, Site, System, Team,
};
use crate::pcra::{CHECKS, Check};
use crate::{Place, Sourced, Stated};

/// A continuity plan whose every reference leads somewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The plan itself.
    pub header: Sourced<Header>,
    /// Places.
    pub sites: Section<Site>,
    /// What the hospital does.
    pub activities: Section<Activity>,
    /// What activities run on.
    pub systems: Section<System>,
    /// Bodies of data.
    pub data_sets: Section<DataSet>,
    /// Backups.
    pub backup_jobs: Section<BackupJob>,
    /// Restores that were tried.
    pub restore_tests: Section<RestoreTest>,
    /// People who rebuild.
    pub teams: Section<Team>,
    /// People of the crisis organisation.
    pub people: Section<Person>,
    /// Parts to play in a crisis.
    pub roles: Section<Role>,
    /// Suppliers.
    pub providers: Section<Provider>,
    /// Degraded procedures.
    pub procedures: Section<Procedure>,
    /// Crisis exercises.
    pub exercises: Section<Exercise>,
    /// Copies of the plan and of its papers.
    pub copies: Section<PlanCopy>,
    /// What may happen.
    pub scenarios: Section<Scenario>,
    /// What to do, by role.
    pub checklists: Section<Checklist>,
    /// What is to be mended.
    pub actions: Section<Action>,
    /// Who must be told.
    pub notifications: Section<Notification>,
    /// Crises that were lived through.
    pub incidents: Section<Incident>,
    /// Where the hospital stands on the checks of the continuity file that it speaks of.
    pub proofs: BTreeMap<CheckId, Sourced<Proof>>,
    /// Systems in the order in which they are to be rebuilt.
    pub restore_order: Stated<RestoreOrder>,
}

/// The written order of rebuilding.
#[derive(Debug, Clone, PartialEq)]
pub struct RestoreOrder {
    /// Systems, the first to be rebuilt first.
    pub systems: Vec<Id>,
    /// Where it is written: the whole file that has it.
    pub place: Place,
}

/// The entities of one kind, by id.
#[derive(Debug, Clone, PartialEq)]
pub struct Section<T> {
    pub(crate) stated: bool,
    pub(crate) items: BTreeMap<Id, Sourced<T>>,
}

impl<T> Section<T> {
    /// Whether some file has this list, be it empty. If not, nothing can be said of what it lacks.
    pub fn is_stated(&self) -> bool {
        self.stated
    }

    /// One entity.
    pub fn get(&self, id: &Id) -> Option<&T> {
        self.items.get(id).map(|item| &item.value)
    }

    /// The entities, by id.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.items.values().map(|item| &item.value)
    }

    /// The entities and their places, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Sourced<T>> {
        self.items.values()
    }

    /// How many there are, or nothing when no file has the list.
    pub fn count(&self) -> Option<usize> {
        self.stated.then_some(self.items.len())
    }

    /// The place of one entity.
    pub fn place(&self, id: &Id) -> Option<&Place> {
        self.items.get(id).map(|item| &item.place)
    }
}

impl<T: Entity> Default for Section<T> {
    fn default() -> Self {
        Self { stated: false, items: BTreeMap::new() }
    }
}

impl Plan {
    /// The system that a backup or a test covers: itself, or that of the data set.
    pub fn covered_system<'p>(&'p self, id: &'p Id) -> &'p Id {
        self.data_sets.get(id).map_or(id, |data| &data.system)
    }

    /// Whether a check of the continuity file is asked of a facility of this profile that does not say, with a
    /// reason, that it has no use for it.
    pub(crate) fn asks_for(&self, check: &str, profile: Profile) -> bool {
        let of_profile = |row: &&Check| row.id == check && row.is_asked_of(profile);
        let set_aside = |proof: &Proof| {
            proof.check.as_str() == check
                && proof.state.known() == Some(&ProofState::NotApplicable)
                && !proof.note.is_unknown()
        };
        CHECKS.iter().any(|row| of_profile(&row)) && !self.proofs.values().any(|proof| set_aside(&proof.value))
    }

    /// Each list of links that a system depends on while running and while being rebuilt.
    pub(crate) fn links_of(system: &System) -> impl Iterator<Item = &Link> {
        system.runs_on.items().iter().chain(system.restores_with.items())
    }
}

/// The JSON schema of a plan file, for editors.
pub fn schema() -> Value {
    Value::from(schemars::schema_for!(PlanFile))
}
