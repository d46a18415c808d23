//! The probe of what the DNS announces of a web service: its HTTPS record (RFC 9460).
//!
//! Sends only questions to the user's name server, at most [`QUESTIONS`] for one service: those that browsers ask before
//! they visit it.

pub(crate) mod facts;

use std::collections::BTreeMap;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hickory_proto::rr::rdata::svcb::{SVCB, SvcParamKey, SvcParamValue};
use hickory_proto::rr::{Name, RData, RecordType};
use vigie_model::{
    Catalogue, CatalogueError, DomainName, Evidence, FactPath, Facts, Host, Observation, Outcome, Reason, Text,
    Transport,
};
use vigie_probe::{Intrusiveness, NetError, Probe, ProbeContext, ProbeMeta, Target};

use facts::BindingFacts;

use crate::inquiry::{Inquiry, below, quote, record_evidence, wire_name};

/// Questions asked about one service at the most: an alias of the record (`AliasMode`) leads to one more, and those of
/// the DNS to as many as resolvers follow.
const QUESTIONS: u32 = 12;
/// Aliases of records that are followed (RFC 9460 section 3 leaves the number open).
const MAX_ALIASES: usize = 2;
/// The port of which records need no prefix (RFC 9460 section 9.1).
const HTTPS_PORT: u16 = 443;

/// Looks at what the DNS announces of web services.
#[derive(Debug, Clone)]
pub struct BindingProbe {
    meta: ProbeMeta,
}

impl BindingProbe {
    /// The probe.
    pub fn new() -> Self {
        let title = Text::new("Annonce DNS des services web", "DNS announcement of web services");
        Self { meta: ProbeMeta { id: "binding", title, intrusiveness: Intrusiveness::Passive, connections: 0 } }
    }
}

impl Default for BindingProbe {
    fn default() -> Self {
        Self::new()
    }
}

impl Probe for BindingProbe {
    fn meta(&self) -> &ProbeMeta {
        &self.meta
    }

    fn catalogue(&self) -> Result<Catalogue, CatalogueError> {
        Catalogue::new().with::<BindingFacts>()
    }

    fn concerns(&self, target: &Target) -> bool {
        web_service(target).is_some()
    }

    fn look<'a>(&'a self, target: &'a Target, context: &'a ProbeContext) -> BoxFuture<'a, Vec<Observation>> {
        async move {
            let Some((name, port)) = web_service(target) else { return Vec::new() };
            let watch = context.start();
            let (outcome, evidence) = match announced(&Inquiry::new(context, false, QUESTIONS), name, port).await {
                Ok(seen) => seen,
                Err(error) => {
                    let detail = error.text().map(|_, words| format!("HTTPS : {words}"));
                    (Outcome::unknown(error.reason(), detail), Vec::new())
                }
            };
            vec![watch.observation(BindingFacts::KIND, target.subject(), outcome, evidence)]
        }
        .boxed()
    }
}

/// The name and port of a target where the web is served inside TLS; an address has no record.
fn web_service(target: &Target) -> Option<(&DomainName, u16)> {
    let Target::Endpoint(target) = target else { return None };
    let Host::Name(name) = &target.endpoint.host else { return None };
    let is_web = target.declared.as_deref().map_or(target.endpoint.port == HTTPS_PORT, |declared| declared == "https");
    (is_web && target.endpoint.transport == Transport::Tcp).then_some((name, target.endpoint.port))
}

/// The records of a service, through their own aliases.
async fn announced(inquiry: &Inquiry, name: &DomainName, port: u16) -> Result<(Outcome, Vec<Evidence>), NetError> {
    let name = wire_name(name)?;
    let mut at = if port == HTTPS_PORT { name.clone() } else { below(&format!("_{port}._https"), &name)? };
    let mut evidence = Vec::new();
    for _ in 0..=MAX_ALIASES {
        let answer = inquiry.answer(&at, RecordType::HTTPS).await?;
        evidence.extend(record_evidence("HTTPS", &answer.records));
        let bindings: Vec<&SVCB> = answer.records.iter().filter_map(|record| binding(&record.data)).collect();
        match alias(&bindings) {
            // No service of that kind (RFC 9460 section 2.5.1).
            Some(target) if target.is_root() => return Ok((described(&[]), evidence)),
            Some(target) => at = target.clone(),
            None => return Ok((described(&bindings), evidence)),
        }
    }
    let facts = BindingFacts { announced: true, protocols: None, encrypted_client_hello: None };
    let gaps = ["protocols", "encrypted_client_hello"].map(|path| (FactPath::from(path), Reason::Unsupported));
    Ok((Outcome::observed_with_gaps(&facts, gaps.into()), evidence))
}

fn binding(data: &RData) -> Option<&SVCB> {
    match data {
        RData::HTTPS(record) => Some(&record.0),
        _ => None,
    }
}

/// Where an alias among the records leads: one of them makes the others count for nothing (RFC 9460 section 2.4.1).
fn alias<'r>(bindings: &[&'r SVCB]) -> Option<&'r Name> {
    bindings.iter().find(|binding| binding.svc_priority == 0).map(|binding| &binding.target_name)
}

fn described(bindings: &[&SVCB]) -> Outcome {
    let mut protocols: Vec<String> = Vec::new();
    let mut hides_names = false;
    for (key, value) in bindings.iter().flat_map(|binding| &binding.svc_params) {
        hides_names |= *key == SvcParamKey::EchConfigList;
        let SvcParamValue::Alpn(announced) = value else { continue };
        for protocol in announced.0.iter().map(|protocol| quote(protocol)) {
            if !protocols.contains(&protocol) {
                protocols.push(protocol);
            }
        }
    }
    let facts = BindingFacts {
        announced: !bindings.is_empty(),
        protocols: Some(protocols),
        encrypted_client_hello: Some(hides_names),
    };
    Outcome::observed_with_gaps(&facts, BTreeMap::new())
}
