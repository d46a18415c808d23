//! DMARC records and where they are looked for (RFC 9989).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use hickory_proto::rr::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use vigie_probe::NetError;

use super::facts::{DmarcFacts, DmarcPlace};
use crate::inquiry::{Inquiry, below, plain, quote, quote_all};

/// Questions of one walk up the tree: the name itself, then at most 7 labels (RFC 9989 section 4.10).
const MAX_WALK: usize = 8;
/// Labels from which the walk goes on when the name has 8 or more.
const LONGEST_PARENT: usize = 7;

/// What receivers are asked to do with mail that fails the checks (RFC 9989 section 4.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Nothing: deliver as usual.
    None,
    /// Treat as suspicious.
    Quarantine,
    /// Refuse.
    Reject,
}

/// A DMARC record. Unknown tags are kept in `other` and change nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DmarcRecord {
    /// For the domain itself (`p`).
    pub policy: Option<Policy>,
    /// For its subdomains (`sp`).
    pub subdomain_policy: Option<Policy>,
    /// For subdomains that do not exist (`np`).
    pub nonexistent_policy: Option<Policy>,
    /// Where aggregate reports go (`rua`): URIs, as written.
    pub rua: Vec<String>,
    /// Whether the policy is on trial (`t=y`).
    pub testing: bool,
    /// Whether the domain is, or is not, a public suffix (`psd=y`, `psd=n`).
    pub public_suffix: Option<bool>,
    /// Tags beside those above, among them `adkim`, `aspf`, `ruf`, `fo`, and those that RFC 9989 removed (`pct`).
    pub other: BTreeMap<String, String>,
    /// What breaks the grammar.
    pub problems: Vec<DmarcProblem>,
}

/// What breaks the grammar of a record.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DmarcProblem {
    /// It does not begin with `v=DMARC1`.
    #[error("does not begin with v=DMARC1")]
    Version,
    /// A piece that is not `tag=value`.
    #[error("{0:?} is not tag=value")]
    NotATag(String),
    /// A tag given twice: the first counts.
    #[error("tag {0:?} appears more than once")]
    Repeated(String),
    /// A value that its tag does not take.
    #[error("tag {tag:?} cannot have the value {value:?}")]
    Value {
        /// The tag.
        tag: String,
        /// The value.
        value: String,
    },
    /// Neither a usable `p` nor a usable `rua`: receivers ignore the record.
    #[error("no usable p")]
    NoPolicy,
}

impl DmarcRecord {
    /// Whether receivers use the record: a policy, or at least somewhere to report to.
    pub fn is_usable(&self) -> bool {
        !self.problems.contains(&DmarcProblem::Version) && !self.problems.contains(&DmarcProblem::NoPolicy)
    }

    /// What applies to the domain of the record: without a usable `p`, nothing is asked (section 4.7).
    fn own(&self) -> Policy {
        self.policy.unwrap_or(Policy::None)
    }

    fn of_subdomains(&self) -> Policy {
        self.subdomain_policy.unwrap_or(self.own())
    }

    fn of_nonexistent(&self) -> Policy {
        self.nonexistent_policy.unwrap_or(self.of_subdomains())
    }
}

/// Whether a text record is a DMARC record: `v=DMARC1` first, in capitals, then `;` or the end (section 4.8).
pub fn is_dmarc(text: &str) -> bool {
    let first = text.split(';').next().unwrap_or_default();
    first.split_once('=').is_some_and(|(tag, value)| tag.trim_end() == "v" && value.trim() == "DMARC1")
}

/// Reads a record. Every problem is reported; what is sound counts, as it does for receivers.
pub fn parse_dmarc(text: &str) -> DmarcRecord {
    let mut problems = Vec::new();
    let mut tags: BTreeMap<String, String> = BTreeMap::new();
    if !is_dmarc(text) {
        problems.push(DmarcProblem::Version);
    }
    for piece in text.split(';').skip(1).map(str::trim).filter(|piece| !piece.is_empty()) {
        match piece.split_once('=').map(|(tag, value)| (tag.trim().to_ascii_lowercase(), value.trim())) {
            Some((tag, value)) if is_tag(&tag) => match tags.entry(tag) {
                Entry::Occupied(first) => problems.push(DmarcProblem::Repeated(first.key().clone())),
                Entry::Vacant(free) => {
                    free.insert(value.to_owned());
                }
            },
            _ => problems.push(DmarcProblem::NotATag(piece.to_owned())),
        }
    }
    let mut policy = |tag: &str| {
        let value = tags.remove(tag)?;
        let read = read_policy(&value);
        if read.is_none() {
            problems.push(DmarcProblem::Value { tag: tag.to_owned(), value });
        }
        read
    };
    let (own, subdomain_policy, nonexistent_policy) = (policy("p"), policy("sp"), policy("np"));
    let mut flag = |tag: &str| {
        let value = tags.remove(tag)?;
        let read = read_flag(&value);
        // `psd=u` is the default: not known.
        if read.is_none() && !value.eq_ignore_ascii_case("u") {
            problems.push(DmarcProblem::Value { tag: tag.to_owned(), value });
        }
        read
    };
    let (testing, public_suffix) = (flag("t").unwrap_or(false), flag("psd"));
    let mut rua = Vec::new();
    for uri in tags.remove("rua").iter().flat_map(|uris| uris.split(',')).map(str::trim) {
        if is_uri(uri) {
            rua.push(uri.to_owned());
        } else {
            problems.push(DmarcProblem::Value { tag: "rua".to_owned(), value: uri.to_owned() });
        }
    }
    if own.is_none() && rua.is_empty() {
        problems.push(DmarcProblem::NoPolicy);
    }
    DmarcRecord {
        policy: own,
        subdomain_policy,
        nonexistent_policy,
        rua,
        testing,
        public_suffix,
        other: tags,
        problems,
    }
}

fn is_tag(tag: &str) -> bool {
    !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn read_policy(value: &str) -> Option<Policy> {
    match value.to_ascii_lowercase().as_str() {
        "none" => Some(Policy::None),
        "quarantine" => Some(Policy::Quarantine),
        "reject" => Some(Policy::Reject),
        _ => None,
    }
}

fn read_flag(value: &str) -> Option<bool> {
    match value {
        "y" | "Y" => Some(true),
        "n" | "N" => Some(false),
        _ => None,
    }
}

/// A scheme and something after it; `!10m` size limits of old records included.
fn is_uri(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(scheme, rest)| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !rest.is_empty()
    }) && uri.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The DMARC records published at one name.
struct Found {
    at: Name,
    texts: Vec<String>,
}

impl Found {
    fn count(&self) -> u32 {
        u32::try_from(self.texts.len()).unwrap_or(u32::MAX)
    }

    /// The record, when there is exactly one that receivers use; several are all discarded (section 4.10).
    fn record(&self) -> Option<DmarcRecord> {
        match self.texts.as_slice() {
            [only] => Some(parse_dmarc(only)).filter(DmarcRecord::is_usable),
            _ => None,
        }
    }
}

/// The policy that applies to a domain: its own record, else the one of its organisation, found by walking
/// up the tree (RFC 9989 section 4.10.1). A level that does not answer hides the rest: the whole is unknown.
pub(super) async fn look(inquiry: &Inquiry, domain: &Name) -> Result<DmarcFacts, NetError> {
    let own = at(inquiry, domain.clone()).await?;
    if let Some(record) = own.record() {
        return Ok(facts(&own, DmarcPlace::Domain, &record));
    }
    let mut walked = vec![];
    let mut name = parent(domain);
    while !name.is_root() && walked.len() + 1 < MAX_WALK {
        let found = at(inquiry, name.clone()).await?;
        name = name.base_name();
        let ends = found.record().is_some_and(|record| record.public_suffix.is_some());
        walked.push(found);
        if ends {
            break;
        }
    }
    // Records that receivers cannot use are still told: those of the first place that has any.
    let first = std::iter::once(&own).chain(&walked).find(|found| !found.texts.is_empty());
    let facts = match organisation(&walked) {
        Some((found, record)) => facts(found, DmarcPlace::Organisation, &record),
        None => nowhere(first),
    };
    Ok(DmarcFacts { records: first.map_or(0, Found::count), ..facts })
}

async fn at(inquiry: &Inquiry, name: Name) -> Result<Found, NetError> {
    let mut texts = inquiry.texts(&below("_dmarc", &name)?).await?;
    texts.retain(|text| is_dmarc(text));
    Ok(Found { at: name, texts })
}

/// Where the walk goes after the domain itself.
fn parent(domain: &Name) -> Name {
    let labels = usize::from(domain.num_labels());
    if labels > LONGEST_PARENT { domain.trim_to(LONGEST_PARENT) } else { domain.base_name() }
}

/// The record of the organisation among those walked past, from the domain up (section 4.10.2). A public
/// suffix that says so (`psd=y`) lends its own policy when nothing below it has one.
fn organisation(walked: &[Found]) -> Option<(&Found, DmarcRecord)> {
    let usable = || walked.iter().filter_map(|found| found.record().map(|record| (found, record)));
    usable()
        .find(|(_, record)| record.public_suffix == Some(false))
        .or_else(|| usable().rfind(|(_, record)| record.public_suffix != Some(true)))
        .or_else(|| usable().next_back())
}

fn facts(found: &Found, place: DmarcPlace, record: &DmarcRecord) -> DmarcFacts {
    let is_own = place == DmarcPlace::Domain;
    DmarcFacts {
        records: found.count(),
        found: place,
        found_at: plain(&found.at),
        text: found.texts.first().map(|text| quote(text)).unwrap_or_default(),
        policy: if is_own { record.own() } else { record.of_subdomains() },
        subdomain_policy: record.of_subdomains(),
        nonexistent_policy: record.of_nonexistent(),
        rua: quote_all(&record.rua),
        testing: record.testing,
        pct_present: record.other.contains_key("pct"),
        errors: quote_all(&record.problems),
    }
}

/// No record that receivers use; `discarded` has those that they discard.
fn nowhere(discarded: Option<&Found>) -> DmarcFacts {
    let only = discarded.and_then(|found| match found.texts.as_slice() {
        [only] => Some((only, parse_dmarc(only))),
        _ => None,
    });
    DmarcFacts {
        records: discarded.map_or(0, Found::count),
        found: DmarcPlace::Nowhere,
        found_at: String::new(),
        text: only.as_ref().map(|(text, _)| quote(text)).unwrap_or_default(),
        policy: Policy::None,
        subdomain_policy: Policy::None,
        nonexistent_policy: Policy::None,
        rua: Vec::new(),
        testing: false,
        pct_present: false,
        errors: only.map(|(_, record)| quote_all(&record.problems)).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_version_comes_first_and_in_capitals() {
        assert!(is_dmarc("v=DMARC1") && is_dmarc("v=DMARC1;p=none") && is_dmarc("v = DMARC1 ; p=none"));
        assert!(!is_dmarc("v=dmarc1; p=none") && !is_dmarc("p=none; v=DMARC1") && !is_dmarc("v=DMARC10; p=none"));
    }

    #[test]
    fn policies_inherit() {
        let record =
            parse_dmarc("v=DMARC1; p=Reject; rua=mailto:dmarc@ch.example, mailto:b@c.example!10m; t=y; pct=50");
        assert_eq!(
            (record.own(), record.of_subdomains(), record.of_nonexistent()),
            (Policy::Reject, Policy::Reject, Policy::Reject)
        );
        assert_eq!((record.rua.len(), record.testing, record.problems.len()), (2, true, 0));
        assert!(record.other.contains_key("pct"));
        let record = parse_dmarc("v=DMARC1; rua=mailto:a@b.example; sp=quarantine; np=reject; psd=n");
        assert_eq!(
            (record.own(), record.of_subdomains(), record.of_nonexistent()),
            (Policy::None, Policy::Quarantine, Policy::Reject)
        );
        assert_eq!((record.is_usable(), record.public_suffix), (true, Some(false)));
    }

    #[test]
    fn problems_are_told() {
        let told = |text| parse_dmarc(text).problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        insta::assert_snapshot!(told("v=DMARC1"), @"no usable p");
        insta::assert_snapshot!(told("v=DMARC1; p=refuse; sp; p=none; rua=ch.example"), @r#""sp" is not tag=value; tag "p" appears more than once; tag "p" cannot have the value "refuse"; tag "rua" cannot have the value "ch.example"; no usable p"#);
    }

    #[test]
    fn the_walk_is_bounded() {
        let long = Name::from_ascii("a.b.c.d.e.f.g.h.i.j.example.").unwrap();
        assert_eq!(parent(&long), Name::from_ascii("f.g.h.i.j.example.").unwrap().clone().prepend_label("e").unwrap());
        assert_eq!(parent(&Name::from_ascii("ch.example.").unwrap()), Name::from_ascii("example.").unwrap());
    }

    proptest! {
        #[test]
        fn no_text_panics_and_a_usable_record_says_something(text in "(v=DMARC1;)?\\PC{0,80}") {
            let record = parse_dmarc(&text);
            if record.is_usable() {
                prop_assert!(record.policy.is_some() || !record.rua.is_empty());
            }
        }
    }
}
