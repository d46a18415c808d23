//! The TLS services of a facility beside each other: addresses of one name that do not behave alike, keys that several
//! hosts share, issuers that the domain does not name.
//!
//! A name is only as sound as the weakest of its addresses, and a key as the weakest server that holds it.

mod caa;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use vigie_model::{
    Catalogue, CatalogueError, DomainName, Endpoint, Evidence, FactPath, Facts, Host, Observation, Outcome, Reason,
    Subject, SubjectKind, Text, Vantage,
};
use vigie_probe_tls::TlsEndpointFacts;

pub use self::caa::CaaMatchFacts;
use crate::compared::Compared;

/// The addresses of one name, at one port, beside each other.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TlsNameFacts {
    /// The port.
    pub port: u16,
    /// The addresses that answered in TLS, two or more.
    pub addresses: Vec<String>,
    /// What is not the same at all of them: `versions`, `suites`, `groups`, `certificate`, `trust`, `flaws`.
    pub differing: Option<Vec<String>>,
}

/// The keys of a facility's TLS services.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TlsKeysFacts {
    /// Services whose certificate could be read.
    pub services: usize,
    /// Keys that hosts at different addresses share, and those hosts.
    pub shared: Vec<SharedKeyFacts>,
    /// Services that do not accept SSL 2.0, whose key another one uses that does: through it, sessions with them are
    /// decrypted (DROWN, CVE-2016-0800).
    pub weakened_by_ssl2: Option<Vec<String>>,
}

/// A key that several hosts share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SharedKeyFacts {
    /// SHA-256 of the key, in lower-case hexadecimal.
    pub key_sha256: String,
    /// The hosts, as names or addresses.
    pub hosts: Vec<String>,
}

impl Facts for TlsNameFacts {
    const KIND: &'static str = "estate.tls_name";
    const SUBJECT: SubjectKind = SubjectKind::Domain;

    fn title() -> Text {
        Text::new("Adresses d’un même nom (TLS)", "Addresses of one name (TLS)")
    }
}

impl Facts for TlsKeysFacts {
    const KIND: &'static str = "estate.tls_keys";
    const SUBJECT: SubjectKind = SubjectKind::Facility;

    fn title() -> Text {
        Text::new("Clés des services chiffrés", "Keys of encrypted services")
    }
}

/// Every kind of fact that the comparison gives.
pub(crate) fn catalogue() -> Result<Catalogue, CatalogueError> {
    Catalogue::new().with::<TlsNameFacts>()?.with::<TlsKeysFacts>()?.with::<CaaMatchFacts>()
}

/// Compares the services that a scan saw with each other, where there are two, and with the domains.
pub(crate) fn compare(seen: &[Observation], as_of: Timestamp) -> Vec<Observation> {
    let services: Vec<Service<'_>> = seen.iter().filter_map(Service::of).collect();
    let mut names: BTreeMap<(&DomainName, u16), Vec<&Service<'_>>> = BTreeMap::new();
    for service in &services {
        if let Host::Name(name) = &service.endpoint.host {
            names.entry((name, service.endpoint.port)).or_default().push(service);
        }
    }
    names.retain(|_, services| services.len() > 1);
    let mut compared: Vec<Observation> =
        names.into_iter().map(|((name, port), services)| same_name(name, port, &services, as_of)).collect();
    if services.len() > 1 {
        compared.push(keys(&services, as_of));
    }
    compared.extend(caa::compare(seen, &services, as_of));
    compared
}

/// What is compared between the addresses of a name: the word for it, and its facts.
const COMPARED: [(&str, &[&str]); 6] = [
    ("versions", &["versions"]),
    ("suites", &["suites"]),
    ("groups", &["groups"]),
    ("certificate", &["certificate", "chain"]),
    ("trust", &["trust"]),
    ("flaws", &["flaws"]),
];

/// A service that answered in TLS.
struct Service<'o> {
    endpoint: &'o Endpoint,
    facts: &'o Map<String, Value>,
    gaps: &'o BTreeMap<FactPath, Reason>,
    look: &'o Observation,
}

impl<'o> Service<'o> {
    fn of(look: &'o Observation) -> Option<Self> {
        let (Subject::Endpoint(endpoint), Outcome::Observed { facts, gaps }) = (&look.subject, &look.outcome) else {
            return None;
        };
        let speaks_tls = facts.get("speaks_tls") == Some(&Value::Bool(true));
        (look.kind == TlsEndpointFacts::KIND && speaks_tls).then_some(Self { endpoint, facts, gaps, look })
    }

    /// Why one of these facts, or a part of it, is missing.
    fn doubt(&self, facts: &[&str]) -> Option<Reason> {
        let concerns = |path: &FactPath| facts.iter().any(|fact| FactPath::from(*fact).covers(path));
        self.gaps.iter().find(|(path, _)| concerns(path)).map(|(_, reason)| *reason)
    }

    /// What tells this key from others.
    fn key(&self) -> Option<&'o str> {
        self.facts.get("certificate")?.get("key_sha256")?.as_str()
    }

    fn accepts_ssl2(&self) -> Option<bool> {
        self.facts.get("versions")?.get("ssl20")?.as_bool()
    }
}

fn same_name(name: &DomainName, port: u16, services: &[&Service<'_>], as_of: Timestamp) -> Observation {
    let mut differing = Vec::new();
    let mut doubt = None;
    for (word, facts) in COMPARED {
        let is_same = |pair: &[&Service<'_>]| match pair {
            [one, other] => facts.iter().all(|fact| one.facts.get(*fact) == other.facts.get(*fact)),
            _ => true,
        };
        match services.iter().find_map(|service| service.doubt(facts)) {
            // What is missing at one address may be the same or not.
            Some(reason) => doubt = doubt.or(Some(reason)),
            None if services.windows(2).all(is_same) => {}
            None => differing.push(word.to_owned()),
        }
    }
    let doubt = doubt.filter(|_| differing.is_empty());
    let facts = TlsNameFacts {
        port,
        addresses: services.iter().map(|service| service.endpoint.address.to_string()).collect(),
        differing: doubt.is_none().then_some(differing),
    };
    let subject = Subject::Domain(name.clone());
    observation(&facts, doubt.map(|reason| ("differing", reason)), subject, services, as_of)
}

fn keys(services: &[Service<'_>], as_of: Timestamp) -> Observation {
    let mut holders: BTreeMap<&str, Vec<&Service<'_>>> = BTreeMap::new();
    for service in services {
        if let Some(key) = service.key() {
            holders.entry(key).or_default().push(service);
        }
    }
    let shared = holders.iter().filter_map(|(key, holders)| {
        let hosts = apart(holders);
        (hosts.len() > 1).then(|| SharedKeyFacts { key_sha256: (*key).to_owned(), hosts })
    });
    let mut weakened = BTreeSet::new();
    let mut doubt = None;
    for holders in holders.values() {
        let (weak, others): (Vec<&Service<'_>>, Vec<&Service<'_>>) =
            holders.iter().copied().partition(|service| service.accepts_ssl2() == Some(true));
        if weak.is_empty() {
            let mut unclear = others.iter().filter(|service| service.accepts_ssl2().is_none() && others.len() > 1);
            doubt = doubt.or(unclear.find_map(|service| service.doubt(&["versions"])));
        } else {
            weakened.extend(others.iter().map(|service| service.endpoint.host_and_port()));
        }
    }
    let doubt = doubt.filter(|_| weakened.is_empty());
    let facts = TlsKeysFacts {
        services: holders.values().map(Vec::len).sum(),
        shared: shared.collect(),
        weakened_by_ssl2: doubt.is_none().then(|| weakened.into_iter().collect()),
    };
    let all: Vec<&Service<'_>> = services.iter().collect();
    observation(&facts, doubt.map(|reason| ("weakened_by_ssl2", reason)), Subject::Facility, &all, as_of)
}

/// The hosts that have no address in common: several names of one machine are one host.
fn apart(holders: &[&Service<'_>]) -> Vec<String> {
    let mut addresses: BTreeMap<&Host, BTreeSet<IpAddr>> = BTreeMap::new();
    for holder in holders {
        addresses.entry(&holder.endpoint.host).or_default().insert(holder.endpoint.address);
    }
    let mut taken: BTreeSet<IpAddr> = BTreeSet::new();
    let mut hosts = Vec::new();
    for (host, addresses) in addresses {
        if taken.is_disjoint(&addresses) {
            hosts.push(host.to_string());
        }
        taken.extend(addresses);
    }
    hosts
}

fn observation<F: Facts>(
    facts: &F,
    gap: Option<(&'static str, Reason)>,
    subject: Subject,
    services: &[&Service<'_>],
    as_of: Timestamp,
) -> Observation {
    let proof = |service: &&Service<'_>| {
        let certificate = service.facts.get("certificate").and_then(|leaf| leaf.get("sha256")).and_then(Value::as_str);
        let words = format!("certificate {}, {}", certificate.unwrap_or("unread"), service.look.observed_at);
        Evidence::text(service.look.subject.to_string(), &words)
    };
    let vantage = services.first().map_or(Vantage::Documents, |service| service.look.vantage);
    Compared { facts, gap, evidence: services.iter().map(proof).collect() }.about(subject, vantage, as_of)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vigie_model::Source;

    use super::*;

    pub(super) const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    pub(super) fn look(at: &str, facts: &Value, gaps: &[(&str, Reason)]) -> Observation {
        let gaps = gaps.iter().map(|(path, reason)| (FactPath::from(*path), *reason)).collect();
        let mut all = json!({"speaks_tls": true});
        all.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
        Observation {
            subject: format!("endpoint:tcp/{at}").parse().unwrap(),
            kind: TlsEndpointFacts::KIND.to_owned(),
            source: Source::Measured,
            vantage: Vantage::Outside,
            observed_at: NOW,
            took_ms: 0,
            outcome: Outcome::Observed { facts: all.as_object().unwrap().clone(), gaps },
            owner: None,
            evidence: Vec::new(),
        }
    }

    pub(super) fn facts(compared: &[Observation], kind: &str) -> Value {
        let one = compared.iter().find(|one| one.kind == kind).unwrap_or_else(|| panic!("{kind}"));
        let Outcome::Observed { facts, gaps } = &one.outcome else { panic!("facts") };
        let mut all = facts.clone();
        all.insert("gaps".to_owned(), json!(gaps.keys().map(ToString::to_string).collect::<Vec<_>>()));
        Value::Object(all)
    }

    const FOUR: &str = "www.ch-demo.example:443@192.0.2.1";
    const SIX: &str = "www.ch-demo.example:443@2001:db8::1";

    #[test]
    fn what_differs_between_addresses_is_named() {
        let old = json!({"versions": {"tls10": true}, "suites": [], "trust": {"verdict": "trusted"}});
        let new = json!({"versions": {"tls10": false}, "suites": [], "trust": {"verdict": "trusted"}});
        let compared = compare(&[look(FOUR, &new, &[]), look(SIX, &old, &[])], NOW);
        assert_eq!(facts(&compared, "estate.tls_name")["differing"], json!(["versions"]));
        let compared = compare(&[look(FOUR, &new, &[]), look(SIX, &new, &[])], NOW);
        assert_eq!(facts(&compared, "estate.tls_name")["differing"], json!([]));
        let partly = look(SIX, &new, &[("suites[0].accepted", Reason::Timeout)]);
        let compared = compare(&[look(FOUR, &new, &[]), partly], NOW);
        assert_eq!(facts(&compared, "estate.tls_name")["gaps"], json!(["differing"]));
        assert_eq!(compare(&[look(FOUR, &new, &[])], NOW), []);
    }

    #[test]
    fn a_key_on_two_machines_is_shared_and_two_names_of_one_are_not() {
        let with = |key: &str, ssl2: bool| json!({"certificate": {"key_sha256": key}, "versions": {"ssl20": ssl2}});
        let all = [
            look(FOUR, &with("aa", false), &[]),
            look(SIX, &with("aa", false), &[]),
            look("extranet.ch-demo.example:443@192.0.2.1", &with("aa", false), &[]),
            look("mail.ch-demo.example:25@192.0.2.2", &with("aa", true), &[]),
            look("vpn.ch-demo.example:443@192.0.2.3", &with("bb", false), &[]),
        ];
        let found = facts(&compare(&all, NOW), "estate.tls_keys");
        assert_eq!(found["shared"].as_array().unwrap().len(), 1);
        assert_eq!(found["shared"][0]["hosts"], json!(["extranet.ch-demo.example", "mail.ch-demo.example"]));
        assert_eq!(found["weakened_by_ssl2"], json!(["extranet.ch-demo.example:443", "www.ch-demo.example:443"]));
        assert_eq!(found["services"], 5);
    }

    #[test]
    fn an_unknown_answer_about_ssl2_leaves_its_key_in_doubt() {
        let with = |key: &str| json!({"certificate": {"key_sha256": key}, "versions": {"ssl20": null}});
        let unclear = [("versions.ssl20", Reason::Timeout)];
        let pair =
            [look(FOUR, &with("aa"), &unclear), look("mail.ch-demo.example:25@192.0.2.2", &with("aa"), &unclear)];
        assert_eq!(facts(&compare(&pair, NOW), "estate.tls_keys")["gaps"], json!(["weakened_by_ssl2"]));
        let alone =
            [look(FOUR, &with("aa"), &unclear), look("mail.ch-demo.example:25@192.0.2.2", &with("bb"), &unclear)];
        assert_eq!(facts(&compare(&alone, NOW), "estate.tls_keys")["weakened_by_ssl2"], json!([]));
    }
}
