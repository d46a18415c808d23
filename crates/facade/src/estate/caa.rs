//! The issuers of certificates beside those that the domain's CAA records name (RFC 8659).
//!
//! Authorities look at these records when they issue, not after: records that changed since explain a difference. Only
//! names at which the records were looked up are compared, since a name below may have records of its own.

use std::sync::LazyLock;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vigie_model::{DomainName, Facts, Observation, Outcome, Reason, Subject, SubjectKind, Text};
use vigie_probe_dns::DomainFacts;
use vigie_source::{Formats, SourceFile};

use super::{Service, observation};

/// The authorities that a domain's CAA records name, and those behind its certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CaaMatchFacts {
    /// Authorities that may issue, by their names in the records; none when nobody may.
    pub named: Vec<String>,
    /// Services whose certificate holds the domain's name or its wildcard, and leads to a public root.
    pub services: Vec<String>,
    /// Those among them whose certificate comes from an authority that the records of today do not name.
    pub from_others: Option<Vec<String>>,
}

impl Facts for CaaMatchFacts {
    const KIND: &'static str = "estate.caa";
    const SUBJECT: SubjectKind = SubjectKind::Domain;

    fn title() -> Text {
        Text::new("Autorités permises par le domaine (CAA)", "Authorities that the domain allows (CAA)")
    }
}

/// What authorities call themselves.
#[derive(Debug, Default, Deserialize, JsonSchema)]
struct Known {
    authorities: Vec<Authority>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Authority {
    /// In CAA records.
    caa: Vec<String>,
    /// As the organisation of their certificates.
    organisations: Vec<String>,
    /// Whether the names in CAA records are from what the authority publishes; else they still have to be checked.
    #[serde(default)]
    statut: Statut,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Statut {
    Confirme,
    #[default]
    AConfirmer,
}

/// The names of an authority in CAA records.
#[derive(Debug, PartialEq, Eq)]
struct Names {
    all: Vec<&'static str>,
    /// Whether there are no others, as far as its publications say.
    are_confirmed: bool,
}

/// Empty, and nothing is then known of any issuer, should the file be unreadable: a test reads it.
static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let file = SourceFile::new("authorities.yaml", include_str!("authorities.yaml"));
    vigie_source::read::<Known>(&file, &Formats::standard()).map(|read| read.value).unwrap_or_default()
});

/// Compares each domain whose records restrict who may issue with the certificates that hold its name.
pub(super) fn compare(seen: &[Observation], services: &[Service<'_>], as_of: Timestamp) -> Vec<Observation> {
    seen.iter().filter_map(Records::of).filter_map(|records| records.compare(services, as_of)).collect()
}

/// The records of a domain.
struct Records<'o> {
    domain: &'o DomainName,
    issuers: Vec<&'o str>,
    /// Those of wildcard certificates, where other rules hold for them.
    wildcard_issuers: Option<Vec<&'o str>>,
}

impl<'o> Records<'o> {
    fn of(look: &'o Observation) -> Option<Self> {
        let (Subject::Domain(domain), Outcome::Observed { facts, .. }) = (&look.subject, &look.outcome) else {
            return None;
        };
        let caa = facts.get("caa").filter(|_| look.kind == DomainFacts::KIND)?;
        let of_wildcards = |record: &Value| record.get("tag").and_then(Value::as_str) == Some("issuewild");
        let own_rules = caa.get("records")?.as_array()?.iter().any(of_wildcards);
        let restricts = caa.get("restricts") == Some(&Value::Bool(true));
        restricts.then(|| Self {
            domain,
            issuers: texts(caa, "issuers"),
            wildcard_issuers: own_rules.then(|| texts(caa, "wildcard_issuers")),
        })
    }

    fn compare(&self, services: &[Service<'_>], as_of: Timestamp) -> Option<Observation> {
        let held: Vec<(&Service<'_>, Vec<&[&str]>)> = services
            .iter()
            .filter(|service| leads_to_public_root(service))
            .map(|service| (service, self.rules_for(service)))
            .filter(|(_, rules)| !rules.is_empty())
            .collect();
        let (mut from_others, mut doubt) = (Vec::new(), None);
        for (service, rules) in &held {
            let issuer = service.facts.get("certificate").and_then(|leaf| leaf.get("issuer")).and_then(Value::as_str);
            let is_named = |names: &Names| rules.iter().all(|rule| rule.iter().any(|named| names.all.contains(named)));
            match issuer.and_then(names_of) {
                Some(names) if is_named(&names) => {}
                Some(names) if names.are_confirmed => from_others.push(service.endpoint.host_and_port()),
                // It may have names that we do not know.
                Some(_) | None => doubt = Some(Reason::Unsupported),
            }
        }
        let doubt = doubt.filter(|_| from_others.is_empty());
        let facts = CaaMatchFacts {
            named: self.issuers.iter().map(|&name| name.to_owned()).collect(),
            services: held.iter().map(|(service, _)| service.endpoint.host_and_port()).collect(),
            from_others: doubt.is_none().then_some(from_others),
        };
        let looks: Vec<&Service<'_>> = held.iter().map(|(service, _)| *service).collect();
        let gap = doubt.map(|reason| ("from_others", reason));
        (!looks.is_empty()).then(|| observation(&facts, gap, Subject::Domain(self.domain.clone()), &looks, as_of))
    }

    /// The rules that held for a certificate: those of the name, those of its wildcard, or both.
    fn rules_for(&self, service: &Service<'_>) -> Vec<&[&'o str]> {
        let Some(leaf) = service.facts.get("certificate") else { return Vec::new() };
        let names = texts(leaf, "dns_names");
        let holds = |wanted: String| names.iter().any(|name| name.eq_ignore_ascii_case(&wanted));
        let of_name = holds(self.domain.to_string()).then_some(self.issuers.as_slice());
        let of_wildcard = self.wildcard_issuers.as_ref().unwrap_or(&self.issuers);
        of_name.into_iter().chain(holds(format!("*.{}", self.domain)).then_some(of_wildcard.as_slice())).collect()
    }
}

/// Whether a public authority issued it: others do not look at these records.
fn leads_to_public_root(service: &Service<'_>) -> bool {
    service.facts.get("trust").and_then(|trust| trust.get("source")).and_then(Value::as_str) == Some("mozilla")
}

/// The names in CAA records of the authority behind an issuer; `None` for one that we do not know.
fn names_of(issuer: &str) -> Option<Names> {
    let issuer = format!(", {issuer}, ").to_lowercase();
    let is_it = |organisation: &String| issuer.contains(&format!(", o={}, ", organisation.to_lowercase()));
    let known = || KNOWN.authorities.iter().filter(|authority| authority.organisations.iter().any(is_it));
    let all: Vec<&str> = known().flat_map(|authority| authority.caa.iter().map(String::as_str)).collect();
    let are_confirmed = known().all(|authority| authority.statut == Statut::Confirme);
    (!all.is_empty()).then_some(Names { all, are_confirmed })
}

fn texts<'v>(record: &'v Value, field: &str) -> Vec<&'v str> {
    let list = record.get(field).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{NOW, facts, look};
    use super::*;

    const WWW: &str = "www.ch-demo.example:443@192.0.2.1";

    fn domain(issue: &[&str], issuewild: &[&str]) -> Observation {
        let record = |tag: &str, value: &&str| json!({"tag": tag, "value": value, "critical": false});
        let all =
            issue.iter().map(|one| record("issue", one)).chain(issuewild.iter().map(|one| record("issuewild", one)));
        let caa = json!({
            "records": all.collect::<Vec<_>>(), "issuers": issue, "wildcard_issuers": issuewild, "restricts": true
        });
        let mut domain = look(WWW, &json!({"caa": caa}), &[]);
        domain.subject = "domain:ch-demo.example".parse().unwrap();
        DomainFacts::KIND.clone_into(&mut domain.kind);
        domain
    }

    fn service(issuer: &str, names: &[&str]) -> Observation {
        look(WWW, &json!({"certificate": {"issuer": issuer, "dns_names": names}, "trust": {"source": "mozilla"}}), &[])
    }

    fn compared(domain: Observation, service: Observation) -> Option<Value> {
        let all = super::super::compare(&[domain, service], NOW);
        all.iter().any(|one| one.kind == CaaMatchFacts::KIND).then(|| facts(&all, CaaMatchFacts::KIND))
    }

    const LETS_ENCRYPT: &str = "CN=R12, O=Let's Encrypt, C=US";

    #[test]
    fn the_file_of_authorities_is_read() {
        assert!(KNOWN.authorities.len() >= 15);
        assert_eq!(names_of(LETS_ENCRYPT), Some(Names { all: vec!["letsencrypt.org"], are_confirmed: true }));
        let unchecked = names_of("CN=G2, O=GoDaddy.com, Inc., C=US").unwrap();
        assert!(unchecked.all.contains(&"godaddy.com") && !unchecked.are_confirmed);
        assert_eq!(names_of("CN=O=Amazon"), None);
    }

    #[test]
    fn an_issuer_is_named_or_not_or_unknown() {
        let both = ["ch-demo.example", "www.ch-demo.example"];
        let seen = compared(domain(&["letsencrypt.org"], &[]), service(LETS_ENCRYPT, &both)).unwrap();
        assert_eq!(seen["from_others"], json!([]));
        let seen = compared(domain(&["certigna.fr"], &[]), service(LETS_ENCRYPT, &both)).unwrap();
        assert_eq!(seen["from_others"], json!(["www.ch-demo.example:443"]));
        let seen = compared(domain(&[], &[]), service(LETS_ENCRYPT, &both)).unwrap();
        assert_eq!(seen["from_others"], json!(["www.ch-demo.example:443"]), "nobody may issue");
        for doubtful in ["CN=X, O=Inconnue", "CN=Services CA, O=DHIMYOTIS, C=FR"] {
            let seen = compared(domain(&["letsencrypt.org"], &[]), service(doubtful, &both)).unwrap();
            assert_eq!(seen["gaps"], json!(["from_others"]), "{doubtful}");
        }
        let seen = compared(domain(&["certigna.fr"], &[]), service("CN=Services CA, O=DHIMYOTIS", &both)).unwrap();
        assert_eq!(seen["from_others"], json!([]), "a name that is there is enough");
    }

    #[test]
    fn wildcards_have_rules_of_their_own() {
        let wildcard = service(LETS_ENCRYPT, &["*.ch-demo.example"]);
        let seen = compared(domain(&["certigna.fr"], &["letsencrypt.org"]), wildcard.clone()).unwrap();
        assert_eq!(seen["from_others"], json!([]));
        let seen = compared(domain(&["certigna.fr"], &[]), wildcard).unwrap();
        assert_eq!(seen["from_others"], json!(["www.ch-demo.example:443"]));
    }

    #[test]
    fn names_below_and_private_authorities_are_left_alone() {
        let below = service(LETS_ENCRYPT, &["www.ch-demo.example"]);
        assert_eq!(compared(domain(&["certigna.fr"], &[]), below), None);
        let own = json!({"certificate": {"issuer": "O=CH", "dns_names": ["ch-demo.example"]}, "trust": {"source": "facility"}});
        assert_eq!(compared(domain(&["certigna.fr"], &[]), look(WWW, &own, &[])), None);
    }
}
