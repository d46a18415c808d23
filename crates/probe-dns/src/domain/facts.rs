use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_model::{Facts, SubjectKind, Text};

use crate::dnssec::{ChainCause, ChainState};

/// What the DNS says of a domain name, its mail aside.
///
/// A name that the DNS proves not to exist is an observation with `exists: false`: it is a fact about the
/// facility (a name it declared), not a look that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DomainFacts {
    /// Whether the name exists in the DNS.
    pub exists: bool,
    /// The zone that holds the name; the same as the domain when it was delegated.
    pub zone: Option<String>,
    /// The zone's name servers.
    pub name_servers: Option<Vec<NameServerFacts>>,
    /// Distinct IPv4 networks (of 256 addresses, /24) that the name servers stand in.
    pub ipv4_networks: Option<u32>,
    /// Distinct IPv6 networks (/48) that the name servers stand in.
    pub ipv6_networks: Option<u32>,
    /// The zone's start of authority.
    pub soa: Option<SoaFacts>,
    /// Which certification authorities may issue certificates for the name (CAA, RFC 8659).
    pub caa: Option<CaaFacts>,
    /// The zone's signatures (DNSSEC).
    pub dnssec: Option<DnssecFacts>,
}

/// One name server of the zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NameServerFacts {
    /// Its name.
    pub name: String,
    /// How many IPv4 addresses it has.
    pub ipv4: Option<u32>,
    /// How many IPv6 addresses it has.
    pub ipv6: Option<u32>,
}

/// Start of authority (RFC 1035 section 3.3.13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SoaFacts {
    /// Primary name server.
    pub primary: String,
    /// Mailbox of the person in charge, as a domain name.
    pub mailbox: String,
    /// Version of the zone.
    pub serial: u32,
    /// Seconds between two checks by the secondaries.
    pub refresh_s: i64,
    /// Seconds before they try again after a failure.
    pub retry_s: i64,
    /// Seconds after which secondaries that lost the primary stop answering.
    pub expire_s: i64,
    /// Seconds for which an absence is remembered (RFC 2308).
    pub negative_ttl_s: u32,
}

/// The CAA records that apply to the name, found by climbing to its parents (RFC 8659 section 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaaFacts {
    /// Where they were found; empty when there are none.
    pub found_at: String,
    /// The records; empty when there are none.
    pub records: Vec<CaaRecordFacts>,
    /// Authorities that may issue ordinary certificates (`issue`).
    pub issuers: Vec<String>,
    /// Authorities that may issue wildcard certificates (`issuewild`); when there is no such record, `issue` rules.
    pub wildcard_issuers: Vec<String>,
    /// Whether records restrict who may issue at all: at least one `issue`.
    pub restricts: bool,
    /// Where authorities report a refused request (`iodef`).
    pub contacts: Vec<String>,
}

/// One CAA record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaaRecordFacts {
    /// Property (`issue`, `issuewild`, `iodef`, or another).
    pub tag: String,
    /// Its value.
    pub value: String,
    /// Whether an authority that does not know the property must refuse.
    pub critical: bool,
}

/// The zone's signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DnssecFacts {
    /// Where the chain of signatures stands.
    pub state: Option<ChainState>,
    /// Why.
    pub cause: Option<ChainCause>,
    /// The zone where the chain ends or breaks (a parent's fault shows here); empty when it is whole.
    pub broken_at: Option<String>,
    /// Algorithms of the zone's keys; empty when it has none.
    pub algorithms: Vec<String>,
    /// Digests by which the parent names the zone's keys; empty when it names none.
    pub digests: Vec<String>,
    /// When the signatures over the zone's keys, SOA and NS end; empty when it has none.
    pub signatures: Vec<SignatureFacts>,
}

/// The end of the signatures over one set of records: of several, the last to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignatureFacts {
    /// The type of the signed records (`SOA`).
    pub covers: String,
    /// When the signature ends.
    pub ends: Timestamp,
    /// Whole days left at the time of the look; negative once it has ended.
    pub days_left: i64,
    /// Seconds left at the time of the look; negative once it has ended.
    pub left_s: i64,
    /// Seconds from its beginning to its end. Servers that sign as they answer make signatures of a day or two.
    pub lifetime_s: i64,
}

impl Facts for DomainFacts {
    const KIND: &'static str = "dns.domain";
    const SUBJECT: SubjectKind = SubjectKind::Domain;

    fn title() -> Text {
        Text::new(
            "Nom de domaine : délégation, autorités de certification, signatures",
            "Domain name: delegation, certification authorities, signatures",
        )
    }
}
