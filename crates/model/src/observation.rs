use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Evidence, FactPath, Facts, Reason, Subject, Text, Vantage};

/// How a fact came to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Seen by a probe.
    Measured,
    /// Read from another tool's report.
    Imported,
    /// Read from the facility's own documents.
    Documented,
    /// Stated by the facility without a document.
    Declared,
}

/// What was learnt. Not seen, absent, not applicable and fine are four different things.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Outcome {
    /// Facts were seen. A fact that this look could not establish is missing from `facts`;
    /// `gaps` says why, by path. A missing fact is never read as `false` or empty.
    Observed {
        /// The facts, shaped by the schema of the observation's kind.
        facts: Map<String, Value>,
        /// Why facts are missing, keyed by path (`chain.trusted`).
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        gaps: BTreeMap<FactPath, Reason>,
    },
    /// Looked, and it is not there (closed port, no such zone).
    Absent,
    /// The question has no sense here.
    NotApplicable,
    /// Could not look.
    Unknown {
        /// Why.
        reason: Reason,
        /// More for an engineer: which step failed, on which address.
        #[serde(default, skip_serializing_if = "Text::is_empty")]
        detail: Text,
    },
}

/// One look at one subject: an envelope around facts that never says good or bad.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// What was looked at.
    pub subject: Subject,
    /// The kind of facts, a key of the catalogue (`tls.endpoint`).
    pub kind: String,
    /// How we know.
    pub source: Source,
    /// From where we looked.
    pub vantage: Vantage,
    /// When the look began (UTC).
    pub observed_at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// What was learnt.
    pub outcome: Outcome,
    /// Who answers for it, by function, when the documents say so (`Équipe système`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Proofs, capped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

impl Outcome {
    /// Facts of a registered kind, with nothing missing.
    pub fn observed<F: Facts>(facts: &F) -> Self {
        Self::observed_with_gaps(facts, BTreeMap::new())
    }

    /// Facts of a registered kind, with the reasons for those that are missing.
    ///
    /// `None` fields are dropped: in the catalogue, an absent field means "not seen".
    pub fn observed_with_gaps<F: Facts>(facts: &F, gaps: BTreeMap<FactPath, Reason>) -> Self {
        let Ok(Value::Object(mut facts)) = serde_json::to_value(facts) else {
            let detail = Text::new(
                format!("les faits de {} ne forment pas un objet", F::KIND),
                format!("facts of {} are not an object", F::KIND),
            );
            return Self::Unknown { reason: Reason::Bug, detail };
        };
        drop_nulls(&mut facts);
        Self::Observed { facts, gaps }
    }

    /// A look that could not be made.
    pub fn unknown(reason: Reason, detail: Text) -> Self {
        Self::Unknown { reason, detail }
    }
}

fn drop_nulls(map: &mut Map<String, Value>) {
    map.retain(|_, value| !value.is_null());
    map.values_mut().for_each(drop_nulls_in);
}

fn drop_nulls_in(value: &mut Value) {
    match value {
        Value::Object(map) => drop_nulls(map),
        Value::Array(items) => items.iter_mut().for_each(drop_nulls_in),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
