use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_model::{Facts, SubjectKind, Text};

use super::dkim::KeyType;
use super::dmarc::Policy;

/// What the DNS says of a domain's mail: where it goes, and who may send in its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MailFacts {
    /// Whether the domain publishes at least one mail exchanger other than the null one.
    pub accepts_mail: Option<bool>,
    /// Where its mail goes.
    pub mx: Option<MxFacts>,
    /// Which machines may send in its name (SPF, RFC 7208).
    pub spf: Option<SpfFacts>,
    /// What receivers are asked to do with forged mail (DMARC, RFC 9989).
    pub dmarc: Option<DmarcFacts>,
    /// The DKIM selectors that the facility declared (RFC 6376); empty when it declared none.
    pub dkim: Vec<DkimFacts>,
}

/// Mail exchangers (RFC 5321 section 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MxFacts {
    /// Whether the domain says that it takes no mail: the null exchanger (RFC 7505).
    pub null_mx: bool,
    /// The exchangers, by preference; empty when there are none, or only the null one.
    pub hosts: Vec<MxHostFacts>,
}

/// One mail exchanger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MxHostFacts {
    /// Its name.
    pub name: String,
    /// Its preference: the lowest is tried first.
    pub preference: u16,
    /// Whether the name has an address.
    pub resolves: Option<bool>,
    /// Whether the name is an alias, which RFC 5321 section 5.1 forbids.
    pub alias: Option<bool>,
}

/// Sender policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SpfFacts {
    /// How many SPF records the domain publishes; only one is allowed.
    pub records: u32,
    /// The record; empty unless there is exactly one.
    pub text: String,
    /// What it says of machines that it does not list; `none` when it says nothing, or there is no single record.
    pub all: Option<AllQualifier>,
    /// Terms that cost receivers a DNS look-up, includes followed (at most 10 are allowed, RFC 7208
    /// section 4.6.4). Counting stops soon after 10: a larger number is a lower bound.
    pub lookups: Option<u32>,
    /// Look-ups that find nothing (at most 2 are allowed), those left out whose name depends on the message.
    pub void_lookups: Option<u32>,
    /// Names included or redirected to, in the order met.
    pub includes: Vec<String>,
    /// Those of them that do not publish one well-formed SPF record: receivers then reject the whole policy.
    pub broken_includes: Option<Vec<String>>,
    /// Syntax errors in the record; empty when it is well-formed.
    pub errors: Vec<String>,
}

/// What an SPF record says of machines that it does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AllQualifier {
    /// `+all`: everybody may send.
    Pass,
    /// `?all`: no opinion.
    Neutral,
    /// `~all`: probably forged.
    Softfail,
    /// `-all`: forged.
    Fail,
    /// No `all`: no opinion.
    None,
}

/// DMARC policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DmarcFacts {
    /// How many DMARC records stand where the first was found; with several, receivers ignore all.
    pub records: u32,
    /// Where the record that counts was found.
    pub found: DmarcPlace,
    /// The name that publishes it; empty when there is none.
    pub found_at: String,
    /// The record; empty unless there is exactly one.
    pub text: String,
    /// What receivers are asked to do with forged mail of this domain, inheritance applied; `none` without a record.
    pub policy: Policy,
    /// The same for its subdomains (`sp`, else `p`).
    pub subdomain_policy: Policy,
    /// The same for subdomains that do not exist (`np`, else `sp`, else `p`).
    pub nonexistent_policy: Policy,
    /// Where aggregate reports go (`rua`); empty when nowhere.
    pub rua: Vec<String>,
    /// Whether the owner asks receivers not to apply the policy yet (`t=y`).
    pub testing: bool,
    /// Whether the record has the `pct` tag, which RFC 9989 removed.
    pub pct_present: bool,
    /// Syntax errors in the record; empty when it is well-formed.
    pub errors: Vec<String>,
}

/// Where a DMARC record was found (RFC 9989 section 4.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DmarcPlace {
    /// At the domain itself.
    Domain,
    /// At a parent: the organisation's domain.
    Organisation,
    /// Nowhere.
    Nowhere,
}

/// One declared DKIM selector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DkimFacts {
    /// The selector.
    pub selector: String,
    /// Whether it publishes a key record.
    pub present: Option<bool>,
    /// Kind of key; `none` when there is no usable record.
    pub key_type: Option<KeyType>,
    /// Size of the key in bits; 0 when there is no key.
    pub key_bits: Option<u32>,
    /// Whether the key was withdrawn (`p=` is empty).
    pub revoked: Option<bool>,
    /// Whether receivers are asked to treat signatures as a test (`t=y`).
    pub testing: Option<bool>,
}

impl Facts for MailFacts {
    const KIND: &'static str = "mail.domain";
    const SUBJECT: SubjectKind = SubjectKind::Domain;

    fn title() -> Text {
        Text::new(
            "Messagerie du domaine : relais, et protection contre l’usurpation",
            "Mail of the domain: exchangers, and protection against forgery",
        )
    }
}
