use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where an observation was made from. Two vantages may see two different truths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Vantage {
    /// From the Internet, as an attacker sees the facility.
    Outside,
    /// From the facility's own network.
    Inside,
    /// On this machine's loopback: the demonstration and tests.
    Loopback,
    /// No network at all: read from files the facility gave.
    Documents,
}
