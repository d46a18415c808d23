use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    Department, Effort, FinessEg, FinessEj, Grades, Observation, RuleId, Severity, Text, Theme, Vantage, Verdict,
};

/// The stored format this build writes. The number changes when a reader of the previous one would err.
pub const RUN_FORMAT: &str = "vigie.run/1";

/// The kind of facility.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum FacilityKind {
    /// Établissement de santé: a hospital or clinic.
    #[serde(rename = "ES")]
    Es,
    /// Établissement ou service médico-social.
    #[serde(rename = "ESMS")]
    Esms,
    /// Groupement hospitalier de territoire: a group of hospitals.
    #[serde(rename = "GHT")]
    Ght,
}

/// Whom a run is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Facility {
    /// Name as people know it.
    pub name: String,
    /// Legal entity number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finess_ej: Option<FinessEj>,
    /// Site number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finess_eg: Option<FinessEg>,
    /// Hospital, medico-social facility or group of hospitals.
    pub kind: FacilityKind,
    /// Groupement hospitalier de territoire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ght: Option<String>,
    /// Département.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Department>,
}

/// Whether a run can be believed as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Completeness {
    /// Every planned look was made.
    Complete,
    /// It was stopped; what was seen is kept, the rest is unknown.
    Incomplete {
        /// What stopped it.
        because: Text,
        /// Looks planned and not made.
        not_looked_at: usize,
    },
    /// So much failed at once that the scanner's own link is suspect: nothing in it counts.
    Void {
        /// What was seen that makes it void.
        because: Text,
    },
}

/// How much work a run was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// TCP connections opened.
    pub connections: u64,
    /// DNS questions asked.
    pub dns_queries: u64,
}

/// What a reader needs to know of a rule, kept in the run so that it reads on its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleCard {
    /// The bad state it names.
    pub title: Text,
    /// The risk for care, in plain words.
    pub why: Text,
    /// What to do.
    pub remedy: Text,
    /// What to do, by product (`nginx`, `Postfix`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub remedy_for: BTreeMap<String, Text>,
    /// The kind of observation it judges (`tls.endpoint`): where the proof of a finding is.
    pub kind: String,
    /// Theme it counts for.
    pub theme: Theme,
    /// Its own severity; a check may differ.
    pub severity: Severity,
    /// Work it asks for.
    pub effort: Effort,
    /// Framework keys (`anssi-tls:R4`).
    pub keys: Vec<String>,
}

/// One analysis, complete in itself: observations, verdicts, grades.
///
/// The same observations under a newer rule set can be judged again with no packet sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Always [`RUN_FORMAT`] in what this build writes.
    pub format: String,
    /// Version of vigie that wrote it.
    pub tool_version: String,
    /// Hash of the rule set, 64 hexadecimal digits.
    pub ruleset_hash: String,
    /// Hash of the authorised scope, 64 hexadecimal digits.
    pub scope_hash: String,
    /// From where it looked.
    pub vantage: Vantage,
    /// When it began (UTC).
    pub started: Timestamp,
    /// When it ended (UTC).
    pub ended: Timestamp,
    /// Whether it can be believed as a whole.
    pub completeness: Completeness,
    /// Work done.
    #[serde(default)]
    pub volume: Volume,
    /// Whom it is about.
    pub facility: Facility,
    /// What was seen, in subject order.
    pub observations: Vec<Observation>,
    /// What the rules say, in subject then rule order.
    pub verdicts: Vec<Verdict>,
    /// The rules behind the verdicts.
    pub rules: BTreeMap<RuleId, RuleCard>,
    /// The grades.
    pub grades: Grades,
}

/// Why a stored run cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunError {
    /// Not JSON, or not the shape of a run.
    #[error("not a vigie run: {0}")]
    Shape(#[from] serde_json::Error),
    /// Written by a version whose format this build does not know.
    #[error("run format {found:?} is unknown to this version, which reads {RUN_FORMAT:?}")]
    Format {
        /// The format the file names.
        found: String,
    },
}

impl Run {
    /// Reads a stored run, checking its format first so that the error speaks of the right thing.
    pub fn from_json(text: &str) -> Result<Self, RunError> {
        #[derive(Deserialize)]
        struct Head {
            format: String,
        }
        let head: Head = serde_json::from_str(text)?;
        if head.format != RUN_FORMAT {
            return Err(RunError::Format { found: head.format });
        }
        Ok(serde_json::from_str(text)?)
    }

    /// Writes the run as indented JSON ending in a newline: same run, same bytes.
    pub fn to_json(&self) -> Result<String, RunError> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}
