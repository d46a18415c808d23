use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{Citation, Id};
use crate::Stated;
use crate::pcra::{CHECKS, Check};

/// Where the hospital stands on one check of the continuity file (PCRA).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The check (`SVG-04`).
    pub check: CheckId,
    /// Whether what it asks for is there.
    #[serde(default)]
    pub state: Stated<ProofState>,
    /// The document that shows it.
    #[serde(default)]
    pub document: Stated<String>,
    /// Where it is kept.
    #[serde(default)]
    pub location: Stated<String>,
    /// The day it bears: approval, review, test, print.
    #[serde(default)]
    pub date: Stated<Date>,
    /// Role that answers for it.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["role"]))]
    pub holder: Stated<Id>,
    /// A remark; why, when it does not apply.
    #[serde(default)]
    pub note: Stated<String>,
    /// What else the check asks for, by name (`score`, `share`, `version`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, ProofValue>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// Whether a proof is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProofState {
    /// It is there.
    Present,
    /// It is not there.
    Absent,
    /// The hospital has no use for it; `note` says why.
    NotApplicable,
}

/// A number, a yes or no, or a few words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ProofValue {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// Words.
    Words(String),
}

/// The name of one of the 64 checks of the continuity file: `SVG-04`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CheckId(String);

impl CheckId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&Check> for CheckId {
    fn from(check: &Check) -> Self {
        Self(check.id.to_owned())
    }
}

impl TryFrom<String> for CheckId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let known = CHECKS.iter().find(|check| check.id == text);
        known.map(Self::from).ok_or_else(|| format!("{text:?} is not one of the 64 checks (GOV-01 to EXE-02)"))
    }
}

impl From<CheckId> for String {
    fn from(id: CheckId) -> Self {
        id.0
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl JsonSchema for CheckId {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "CheckId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let ids: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
        json_schema!({ "type": "string", "enum": ids })
    }
}

impl JsonSchema for ProofValue {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ProofValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["boolean", "number", "string"] })
    }
}

impl fmt::Display for ProofValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Words(words) => f.write_str(words),
        }
    }
}
