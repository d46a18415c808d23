//! The probe of a domain name: zone, name servers, CAA, signatures.
//!
//! Sends only questions to the user's name server (UDP port 53, TCP when an answer was cut), at most
//! [`QUESTIONS`] for one domain, for public records: what any resolver asks when somebody visits the site.

mod caa;
pub(crate) mod facts;
pub(crate) mod servers;

use std::collections::BTreeMap;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::rdata::SOA;
use hickory_proto::rr::{Name, RData, Record, RecordType};
use vigie_model::{Catalogue, CatalogueError, Evidence, FactPath, Facts, Observation, Outcome, Reason, Text};
use vigie_probe::{DomainTarget, Intrusiveness, NetError, Probe, ProbeContext, ProbeMeta, Stopwatch, Target};

pub use caa::{CaaIssuer, parse_caa_issuer};
use facts::{DomainFacts, SoaFacts};
use servers::Servers;

use crate::dnssec::{self, TrustAnchor};
use crate::gaps::Gaps;
use crate::inquiry::{Inquiry, plain, record_evidence, wire_name};

/// Questions asked about one domain at the most. A signed domain with four dual-stack name servers takes about 40.
const QUESTIONS: u32 = 160;

/// Looks at a domain name: who serves it, who may issue certificates for it, whether its signatures hold.
#[derive(Debug, Clone)]
pub struct DomainProbe {
    meta: ProbeMeta,
    anchor: TrustAnchor,
}

impl DomainProbe {
    /// A probe that trusts the root of the Internet.
    pub fn new() -> Self {
        Self::with_trust_anchor(TrustAnchor::iana())
    }

    /// A probe that validates from another trust anchor: a lab's own root.
    pub fn with_trust_anchor(anchor: TrustAnchor) -> Self {
        let title = Text::new("Zone DNS et signatures", "DNS zone and signatures");
        Self { meta: ProbeMeta { id: "dns", title, intrusiveness: Intrusiveness::Passive, connections: 0 }, anchor }
    }

    async fn outcome(
        &self,
        target: &DomainTarget,
        context: &ProbeContext,
        watch: Stopwatch,
    ) -> (Outcome, Vec<Evidence>) {
        let inquiry = Inquiry::new(context, true, QUESTIONS);
        let located = async {
            let name = wire_name(&target.name)?;
            Ok((locate(&inquiry, &name).await?, name))
        };
        match located.await {
            Ok((Some(zone), name)) => Box::pin(self.describe(&inquiry, &name, &zone, watch)).await,
            Ok((None, _)) => (absent(), Vec::new()),
            Err(error) => (unlocated(&error), Vec::new()),
        }
    }

    async fn describe(
        &self,
        inquiry: &Inquiry,
        name: &Name,
        zone: &Zone,
        watch: Stopwatch,
    ) -> (Outcome, Vec<Evidence>) {
        let mut gaps = Gaps::default();
        let mut dnssec_gaps = Gaps::default();
        let (servers, caa, dnssec) = tokio::join!(
            servers::look(inquiry, &zone.name),
            caa::look(inquiry, name),
            dnssec::examine(inquiry, &self.anchor, &zone.name, watch.began_at(), &mut dnssec_gaps),
        );
        let mut evidence = record_evidence("SOA", [&zone.soa]);
        let networks =
            |count: fn(&Servers) -> Result<u32, NetError>| servers.as_ref().map_err(Clone::clone).and_then(count);
        let ipv4_networks = gaps.keep("ipv4_networks", networks(Servers::ipv4_networks));
        let ipv6_networks = gaps.keep("ipv6_networks", networks(Servers::ipv6_networks));
        let servers = gaps.keep("name_servers", servers);
        let caa = gaps.keep("caa", caa);
        evidence.extend(servers.iter().flat_map(|servers| record_evidence("NS", &servers.records)));
        evidence.extend(caa.iter().flat_map(|caa| record_evidence("CAA", &caa.records)));
        let (dnssec, proofs) = dnssec.unzip();
        evidence.extend(proofs.into_iter().flatten());
        let facts = DomainFacts {
            exists: true,
            zone: Some(plain(&zone.name)),
            ipv4_networks,
            ipv6_networks,
            name_servers: servers.map(|servers| servers.facts(&mut gaps)),
            soa: soa(&zone.soa),
            caa: caa.map(|caa| caa.facts()),
            dnssec,
        };
        let mut all = gaps.into_map();
        all.extend(dnssec_gaps.into_map());
        (Outcome::observed_with_gaps(&facts, all), evidence)
    }
}

impl Default for DomainProbe {
    fn default() -> Self {
        Self::new()
    }
}

impl Probe for DomainProbe {
    fn meta(&self) -> &ProbeMeta {
        &self.meta
    }

    fn catalogue(&self) -> Result<Catalogue, CatalogueError> {
        Catalogue::new().with::<DomainFacts>()
    }

    fn concerns(&self, target: &Target) -> bool {
        matches!(target, Target::Domain(_))
    }

    fn look<'a>(&'a self, target: &'a Target, context: &'a ProbeContext) -> BoxFuture<'a, Vec<Observation>> {
        async move {
            let Target::Domain(domain) = target else { return Vec::new() };
            let watch = context.start();
            let (outcome, evidence) = self.outcome(domain, context, watch).await;
            vec![watch.observation(DomainFacts::KIND, target.subject(), outcome, evidence)]
        }
        .boxed()
    }
}

/// The zone that holds a name.
struct Zone {
    name: Name,
    soa: Record,
}

/// Finds the zone of a name by climbing from it until a start of authority is found; `None` when the name
/// does not exist.
async fn locate(inquiry: &Inquiry, name: &Name) -> Result<Option<Zone>, NetError> {
    let first = inquiry.reply(name, RecordType::SOA).await?;
    let is_alias = first.message.answers.iter().any(|record| record.record_type() == RecordType::CNAME);
    if first.code() == ResponseCode::NXDomain && !is_alias {
        return Ok(None);
    }
    let mut at = name.clone();
    while !at.is_root() {
        let reply = inquiry.reply(&at, RecordType::SOA).await?;
        if let Some(soa) = reply.records(RecordType::SOA).find(|soa| soa.name == at) {
            return Ok(Some(Zone { soa: soa.clone(), name: at }));
        }
        at = at.base_name();
    }
    Err(NetError::NameServer("no start of authority at or above the name"))
}

/// A name that does not exist has no zone to speak of: the rest was looked for, and there is nothing to look at.
fn absent() -> Outcome {
    let facts = DomainFacts {
        exists: false,
        zone: None,
        name_servers: None,
        ipv4_networks: None,
        ipv6_networks: None,
        soa: None,
        caa: None,
        dnssec: None,
    };
    let missing = ["zone", "name_servers", "ipv4_networks", "ipv6_networks", "soa", "caa", "dnssec"];
    let gaps: BTreeMap<FactPath, Reason> =
        missing.into_iter().map(|path| (FactPath::from(path), Reason::NameNotFound)).collect();
    Outcome::observed_with_gaps(&facts, gaps)
}

/// The look failed before anything was learnt.
fn unlocated(error: &NetError) -> Outcome {
    Outcome::unknown(error.reason(), error.text().map(|_, words| format!("SOA : {words}")))
}

fn soa(record: &Record) -> Option<SoaFacts> {
    let RData::SOA(SOA { mname, rname, serial, refresh, retry, expire, minimum, .. }) = &record.data else {
        return None;
    };
    Some(SoaFacts {
        primary: plain(mname),
        mailbox: plain(rname),
        serial: *serial,
        refresh_s: i64::from(*refresh),
        retry_s: i64::from(*retry),
        expire_s: i64::from(*expire),
        negative_ttl_s: *minimum,
    })
}
