use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Citation, Entity, EntityKind, Id};
use crate::{Duration, Stated};

/// A body of data of a system, when one backup does not cover the whole of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataSet {
    /// Short name (`dpi-base`).
    pub id: Id,
    /// Name as people say it.
    pub name: String,
    /// System it belongs to.
    #[schemars(extend("x-refers-to" = ["system"]))]
    pub system: Id,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// A backup that runs on a schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupJob {
    /// Short name (`sauvegarde-dpi`).
    pub id: Id,
    /// Systems and data sets it saves.
    #[schemars(extend("x-refers-to" = ["system", "data_set"]))]
    pub covers: Vec<Id>,
    /// How it works (`image complète`, `export de base`).
    #[serde(default)]
    pub method: Stated<String>,
    /// How often it starts.
    #[serde(default)]
    pub every: Stated<Duration>,
    /// How long it runs: what is written meanwhile may be missed.
    #[serde(default)]
    pub window: Stated<Duration>,
    /// Day of its last success.
    #[serde(default)]
    pub last_ok: Stated<Date>,
    /// How long copies are kept.
    #[serde(default)]
    pub retention: Stated<Duration>,
    /// Where the copies are, production left out.
    #[serde(default)]
    pub copies: Stated<Vec<BackupCopy>>,
    /// How much is to be read back in a full restore, in gigabytes.
    #[serde(default)]
    pub volume_gb: Stated<f64>,
    /// How fast it is read back, in gigabytes an hour, as measured.
    #[serde(default)]
    pub restore_gb_per_h: Stated<f64>,
    /// Function that watches its results.
    #[serde(default)]
    pub supervised_by: Stated<String>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// One copy that a backup makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupCopy {
    /// What it is written on.
    #[serde(default)]
    pub medium: Stated<Medium>,
    /// Site where it is kept.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["site"]))]
    pub site: Stated<Id>,
    /// Whether it is unplugged from every network when no copy is being made.
    #[serde(default)]
    pub offline: Stated<bool>,
    /// Whether nobody, an administrator included, can change or erase it before its term.
    #[serde(default)]
    pub immutable: Stated<bool>,
    /// Whether it is encrypted.
    #[serde(default)]
    pub encrypted: Stated<bool>,
    /// Where its keys are kept.
    #[serde(default)]
    pub keys_at: Stated<String>,
    /// Who checks the passwords of those who administer it (`local`, `ad-production`).
    #[serde(default)]
    pub auth_domain: Stated<String>,
}

/// What a backup is written on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// Disk array or server.
    Disk,
    /// Magnetic tape.
    Tape,
    /// Object store on site.
    ObjectStore,
    /// A supplier’s storage.
    Cloud,
    /// Disk that is taken out.
    RemovableDisk,
}

/// A restore that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreTest {
    /// Short name (`test-dpi-2026`).
    pub id: Id,
    /// Systems and data sets that were restored.
    #[schemars(extend("x-refers-to" = ["system", "data_set"]))]
    pub covers: Vec<Id>,
    /// Day of the test.
    #[serde(default)]
    pub date: Stated<Date>,
    /// Day of the backup that was restored.
    #[serde(default)]
    pub backup_date: Stated<Date>,
    /// How it ended.
    #[serde(default)]
    pub result: Stated<TestResult>,
    /// Time from the order to restore until the users’ yes.
    #[serde(default)]
    pub usable_after: Stated<Duration>,
    /// Whether users checked that they could work with it.
    #[serde(default)]
    pub validated_by_business: Stated<bool>,
    /// What was missing.
    #[serde(default)]
    pub gaps: Stated<Vec<String>>,
    /// Where the report is kept.
    #[serde(default)]
    pub report: Stated<String>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// How a restore test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TestResult {
    /// All came back.
    Success,
    /// Enough came back to work with.
    Partial,
    /// It did not come back.
    Failure,
}

const DATA: &[EntityKind] = &[EntityKind::System, EntityKind::DataSet];

impl Entity for DataSet {
    const KIND: EntityKind = EntityKind::DataSet;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        name("system", &self.system, &[EntityKind::System]);
    }
}

impl Entity for BackupJob {
    const KIND: EntityKind = EntityKind::BackupJob;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        self.covers.iter().for_each(|id| name("covers", id, DATA));
        let sites = self.copies.items().iter().filter_map(|copy| copy.site.known());
        sites.for_each(|id| name("copies", id, &[EntityKind::Site]));
    }
}

impl Entity for RestoreTest {
    const KIND: EntityKind = EntityKind::RestoreTest;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        self.covers.iter().for_each(|id| name("covers", id, DATA));
    }
}
