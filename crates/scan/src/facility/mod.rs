//! `facility.yaml`: who is looked at, who allowed it, and how far.

mod check;
mod entry;
mod formats;
mod skeleton;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use vigie_model::{DomainName, Facility, Vantage, Waiver};
use vigie_probe::{Authorization, Scope};
use vigie_source::{Problems, SourceFile};

pub use entry::{DECLARED_PROTOCOLS, Exclusion, Resolver, ScopeHost, ScopeRange};
pub use formats::formats;
pub use skeleton::skeleton;

/// The facility file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FacilityFile {
    /// Whom the analysis is about.
    pub facility: Facility,
    /// Who allowed the scan. Without it nothing is sent.
    #[serde(default)]
    pub authorization: Option<Authorization>,
    /// What may be looked at.
    #[serde(default)]
    pub scope: ScopeSection,
    /// Folder of the continuity plan, relative to this file.
    #[serde(default)]
    pub plan: Option<String>,
    /// What the facility states without vigie being able to see it.
    #[serde(default)]
    pub declared: Declared,
    /// Risks that were accepted.
    #[serde(default)]
    pub waivers: Vec<Waiver>,
}

/// What may be looked at, and how gently.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeSection {
    /// Domain names of the facility.
    #[serde(default)]
    pub domains: Vec<DomainName>,
    /// Hosts to look at.
    #[serde(default)]
    pub hosts: Vec<ScopeHost>,
    /// Addresses that belong to the facility. A host whose address is in none of them only gets
    /// what any visitor does.
    #[serde(default)]
    pub ranges: Vec<ScopeRange>,
    /// Names and addresses never to be touched: medical devices, somebody else's servers.
    #[serde(default)]
    pub exclude: Vec<Exclusion>,
    /// Whether the addresses of `ranges` are tried on the curated list of ports.
    #[serde(default)]
    pub survey: bool,
    /// Name server to ask; this machine's own by default.
    #[serde(default)]
    pub resolver: Option<Resolver>,
    /// Certificates (PEM files) of the facility's own authorities, relative to this file.
    #[serde(default)]
    pub trust: Vec<String>,
    /// Whether the authorities that this machine trusts are trusted too, such as those that a hospital gives to its
    /// workstations.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub system_roots: bool,
    /// DNSSEC trust anchors (file of DS or DNSKEY records), the public root's by default.
    #[serde(default)]
    pub trust_anchors: Option<String>,
    /// Logs of Certificate Transparency whose timestamps are verified: a file in the form of browsers' `log_list.json`,
    /// relative to this file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transparency_logs: Option<String>,
    /// Lists of keys that anybody can make again (CVE-2008-0166): files in the form of Debian's `openssl-blacklist`,
    /// relative to this file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weak_keys: Vec<String>,
    /// Whether TLS services are asked for their JARM fingerprint, in ten connections more for each.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub jarm: bool,
    /// From where the scan looks.
    #[serde(default)]
    pub vantage: ScanVantage,
    /// A machine of yours that always answers (`host:port`): when it does not, the scanner's own
    /// link is at fault and the run is void.
    #[serde(default)]
    pub canary: Option<ScopeHost>,
    /// How gently.
    #[serde(default)]
    pub pace: PaceSection,
}

/// From where a scan looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScanVantage {
    /// From the Internet.
    #[default]
    Outside,
    /// From the facility's network.
    Inside,
    /// On this machine: demonstration and tests.
    Loopback,
}

/// How gently the scan goes. Each figure has a default that small appliances bear.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaceSection {
    /// Connections open at once, over all (64 by default).
    #[serde(default)]
    #[schemars(range(min = 1, max = 1024))]
    pub connections: Option<usize>,
    /// Connections open at once to one address (4 by default).
    #[serde(default)]
    #[schemars(range(min = 1, max = 64))]
    pub connections_per_host: Option<usize>,
    /// New connections per second, over all (500 by default).
    #[serde(default)]
    #[schemars(range(min = 1, max = 2500))]
    pub per_second: Option<u32>,
    /// New connections per second to one address (20 by default).
    #[serde(default)]
    #[schemars(range(min = 1, max = 500))]
    pub per_second_per_host: Option<u32>,
    /// Longest time for one target, in seconds (30 by default). A server that lets two connections a minute through takes
    /// half an hour.
    #[serde(default)]
    #[schemars(range(min = 1, max = 3600))]
    pub seconds_per_target: Option<u64>,
}

/// What the facility states without vigie being able to see it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// DKIM selectors by domain: they cannot be listed from outside.
    #[serde(default)]
    pub dkim_selectors: BTreeMap<DomainName, Vec<String>>,
}

impl From<ScanVantage> for Vantage {
    fn from(vantage: ScanVantage) -> Self {
        match vantage {
            ScanVantage::Outside => Self::Outside,
            ScanVantage::Inside => Self::Inside,
            ScanVantage::Loopback => Self::Loopback,
        }
    }
}

impl FacilityFile {
    /// Reads a facility file; what is merely doubtful (a check digit, a host outside every range)
    /// comes back beside the value as warnings.
    pub fn read(file: &SourceFile) -> Result<(Self, Problems), Problems> {
        let located = vigie_source::read::<Self>(file, &formats())?;
        let problems = check::check(&located);
        if problems.has_errors() { Err(problems) } else { Ok((located.value, problems)) }
    }

    /// Whether the scope names anything on the network.
    pub fn has_something_to_scan(&self) -> bool {
        !(self.scope.domains.is_empty() && self.scope.hosts.is_empty() && self.scope.ranges.is_empty())
    }

    /// The scope as the door wants it. An address that the facility listed literally counts as its own.
    pub fn scope(&self) -> Scope {
        let literal = self.scope.hosts.iter().filter_map(|host| match host.host {
            vigie_model::Host::Address(address) => Some(address.into()),
            vigie_model::Host::Name(_) => None,
        });
        let mut scope = Scope {
            addresses: self.scope.ranges.iter().map(|range| range.0).chain(literal).collect(),
            ..Scope::default()
        };
        for exclusion in &self.scope.exclude {
            match exclusion {
                Exclusion::Name(name) => scope.excluded_names.push(name.clone()),
                Exclusion::Range(net) => scope.excluded_addresses.push(*net),
            }
        }
        scope
    }

    /// Hash of what was authorised and looked at, 64 hexadecimal digits.
    pub fn scope_hash(&self) -> String {
        // Serialising plain data cannot fail; a hash of nothing would still not be mistaken for another scope.
        let text = serde_json::to_vec(&(&self.authorization, &self.scope)).unwrap_or_default();
        vigie_model::hexadecimal(&Sha256::digest(text))
    }

    /// The file of a facility of which only the plan is looked at.
    pub fn of_plan_only(facility: Facility) -> Self {
        Self {
            facility,
            authorization: None,
            scope: ScopeSection::default(),
            plan: None,
            declared: Declared::default(),
            waivers: Vec::new(),
        }
    }

    /// The schema of the file, for editors.
    pub fn schema() -> Value {
        schemars::schema_for!(Self).into()
    }
}
