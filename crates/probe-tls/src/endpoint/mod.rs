//! The probe of one TLS endpoint.
//!
//! Ports: any TCP port where TLS is declared or usual; the protocols of [`crate::starttls`] are asked to begin it.
//! Packets: one hello for each of six versions, then, for each that is accepted, one hello for each suite and one for
//! each group, each leaving out what the server has chosen already, one without a name, one that says that it fell back,
//! a handshake of TLS 1.2 and one of TLS 1.3, with what it takes to come back to them, and the tests of
//! [`crate::flaws`]. The first hellos have at most 64 suites and 512 bytes; once the server has answered, they
//! ask about all suites together, and one at each version is as long as those of post-quantum clients and comes in two
//! records. [`jarm`] sends ten of its own where the scope asks for them, and [`remote_desktop`] three requests to remote
//! desktops. Each connection is reset after the first answer, so that small appliances do not keep it. What the issuer
//! of the certificate publishes is fetched as [`revocation`] says.

mod ahead;
pub(crate) mod enumerate;
pub(crate) mod exchange;
pub(crate) mod facts;
mod groups;
mod handshake;
pub(crate) mod hello;
mod jarm;
pub(crate) mod ledger;
pub(crate) mod patience;
pub(crate) mod places;
mod primes;
mod remote_desktop;
pub(crate) mod resumption;
mod revocation;
mod schemes;
pub(crate) mod suites;
mod summary;
pub(crate) mod survey;

use std::collections::BTreeMap;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rustls::pki_types::CertificateDer;
use vigie_model::{Catalogue, CatalogueError, Evidence, Facts, Host, Observation, Outcome, Text, Transport};
use vigie_probe::{EndpointTarget, Intrusiveness, NetError, Probe, ProbeContext, ProbeMeta, Stopwatch, Target};

use crate::certificate::{LogList, WeakKeys};
use crate::endpoint::ahead::Turn;
use crate::endpoint::exchange::{Answer, Caller};
use crate::endpoint::facts::TlsEndpointFacts;
use crate::endpoint::ledger::Ledger;
use crate::endpoint::patience::{Company, Patience};
use crate::endpoint::places::Places;
use crate::endpoint::remote_desktop::RemoteDesktop;
use crate::endpoint::revocation::Kept;
use crate::endpoint::summary::Summary;
use crate::starttls::StartTlsProtocol;
use crate::trust::{TrustStore, TrustStoreError};

/// What the facility gave to compare certificates with.
#[derive(Debug, Default)]
struct Lists {
    logs: Option<LogList>,
    weak_keys: Option<WeakKeys>,
}

/// Looks at TLS endpoints.
#[derive(Debug)]
pub struct TlsProbe {
    meta: ProbeMeta,
    store: TrustStore,
    lists: Lists,
    kept: Kept,
    with_jarm: bool,
}

impl TlsProbe {
    /// A probe that trusts Mozilla's roots and these, the facility's own.
    pub fn new(extra_roots: &[CertificateDer<'_>]) -> Result<Self, TrustStoreError> {
        let meta = ProbeMeta {
            id: "tls",
            title: Text::new(
                "Connexions chiffrées (TLS) et certificats",
                "Encrypted connections (TLS) and certificates",
            ),
            intrusiveness: Intrusiveness::Passive,
            connections: survey::MAX_CONNECTIONS,
        };
        Ok(Self {
            meta,
            store: TrustStore::new(extra_roots)?,
            lists: Lists::default(),
            kept: Kept::default(),
            with_jarm: false,
        })
    }

    /// The same, trusting these roots too, those of the machine that scans.
    #[must_use]
    pub fn with_system_roots(mut self, roots: &[CertificateDer<'_>]) -> Self {
        self.store = self.store.with_system_roots(roots);
        self
    }

    /// The same, knowing these logs of Certificate Transparency.
    #[must_use]
    pub fn with_logs(mut self, logs: LogList) -> Self {
        self.lists.logs = Some(logs);
        self
    }

    /// The same, knowing these keys that anybody can make again.
    #[must_use]
    pub fn with_weak_keys(mut self, keys: WeakKeys) -> Self {
        self.lists.weak_keys = Some(keys);
        self
    }

    /// The same, with the JARM fingerprint, for ten connections more to each endpoint.
    #[must_use]
    pub fn with_jarm(self) -> Self {
        Self { with_jarm: true, ..self }
    }

    async fn look_at(&self, target: &EndpointTarget, context: &ProbeContext) -> Observation {
        let watch = context.start();
        let polite = target.allowed >= Intrusiveness::Polite;
        let ledger = Ledger::of(survey::MAX_CONNECTIONS);
        let patience = Patience::default();
        let places = Places::of(context.door.connections_per_host());
        let caller = Caller {
            door: &context.door,
            to: target.endpoint.socket(),
            look: if polite { Intrusiveness::Polite } else { Intrusiveness::Passive },
            deadline: context.deadline,
            server_name: match &target.endpoint.host {
                Host::Name(name) => Some(name),
                Host::Address(_) => None,
            },
            starttls: way_in(target).unwrap_or(StartTlsProtocol::None),
            is_web: match target.declared.as_deref() {
                Some(declared) => declared == "https",
                None => matches!(target.endpoint.port, 443 | 4443 | 8443 | 9443 | 10443),
            },
            injects: false,
            ledger: &ledger,
            purpose: "visit",
            kept: &self.kept,
            turn: Turn::Alone,
            places: &places,
            is_urgent: false,
            patience: &patience,
            company: Company::Others,
        };
        let seen = if polite {
            Box::pin(survey::survey(&caller, &target.endpoint.host)).await
        } else {
            survey::glance(&caller, &target.endpoint.host).await
        };
        let is_reached = !matches!(seen, Err(Answer::Unreached(_) | Answer::Unanswered(..)));
        let desktop = if is_reached { remote_desktop::ask(&caller, polite).await } else { None };
        let (outcome, mut evidence) = match seen {
            Ok(mut survey) => {
                if let Some(chain) = survey.certificates().filter(|_| polite) {
                    survey.published = Box::pin(revocation::ask(&caller, chain, &self.store)).await;
                }
                if self.with_jarm && polite {
                    survey.jarm = Some(jarm::ask(&caller, &target.endpoint.host).await);
                }
                Summary::of(&survey, &caller, &target.endpoint.host, &self.store, watch.began_at())
                    .with_lists(&survey, &self.lists, &self.store)
                    .with_remote_desktop(desktop)
                    .finish()
            }
            Err(answer) => without_tls(answer, &caller, &target.endpoint.host, desktop),
        };
        evidence.push(ledger.evidence());
        self.observe(watch, target, outcome, evidence)
    }

    fn observe(
        &self,
        watch: Stopwatch,
        target: &EndpointTarget,
        outcome: Outcome,
        evidence: Vec<Evidence>,
    ) -> Observation {
        tracing::debug!(endpoint = %target.endpoint.host_and_port(), probe = self.meta.id, "looked");
        let subject = vigie_model::Subject::Endpoint(target.endpoint.clone());
        watch.observation(TlsEndpointFacts::KIND, subject, outcome, evidence)
    }
}

impl Probe for TlsProbe {
    fn meta(&self) -> &ProbeMeta {
        &self.meta
    }

    fn catalogue(&self) -> Result<Catalogue, CatalogueError> {
        Catalogue::new().with::<TlsEndpointFacts>()
    }

    fn concerns(&self, target: &Target) -> bool {
        matches!(target, Target::Endpoint(endpoint) if way_in(endpoint).is_some())
    }

    fn look<'a>(&'a self, target: &'a Target, context: &'a ProbeContext) -> BoxFuture<'a, Vec<Observation>> {
        async move {
            match target {
                Target::Endpoint(endpoint) => vec![self.look_at(endpoint, context).await],
                Target::Domain(_) => Vec::new(),
            }
        }
        .boxed()
    }
}

/// How TLS is reached at an endpoint: as the facility declared, else as the port is known for.
fn way_in(target: &EndpointTarget) -> Option<StartTlsProtocol> {
    if target.endpoint.transport != Transport::Tcp {
        return None;
    }
    match target.declared.as_deref() {
        Some(protocol) => StartTlsProtocol::declared(protocol),
        None => StartTlsProtocol::usual(target.endpoint.port),
    }
}

/// What to say of an endpoint where no TLS was met.
fn without_tls(
    answer: Answer,
    caller: &Caller<'_>,
    host: &Host,
    desktop: Option<RemoteDesktop>,
) -> (Outcome, Vec<Evidence>) {
    let silent = |starttls| {
        let mut gaps = BTreeMap::new();
        let facts = TlsEndpointFacts {
            remote_desktop: desktop.map(|seen| seen.facts(&mut gaps)),
            ..TlsEndpointFacts::blank(caller, host, false, starttls)
        };
        Outcome::observed_with_gaps(&facts, gaps)
    };
    match answer {
        // A closed port is an answer: there is nothing there.
        Answer::Unreached(NetError::Refused) => (Outcome::Absent, Vec::new()),
        Answer::Unreached(error) => (Outcome::unknown(error.reason(), error.text()), Vec::new()),
        Answer::NotTls(first) => {
            let evidence = if first.is_empty() { Vec::new() } else { vec![Evidence::bytes("first bytes", &first)] };
            (silent(caller.starttls.begun()), evidence)
        }
        Answer::NoStartTls(starttls) => (silent(starttls), Vec::new()),
        Answer::Unanswered(error, _) => {
            (Outcome::unknown(error.reason(), error.text().map(|_, words| format!("TLS : {words}"))), Vec::new())
        }
        Answer::Accepted(_) | Answer::Refused(_) => {
            let detail = Text::new("une réponse TLS n’a pas été reconnue", "an answer in TLS was not recognised");
            (Outcome::unknown(vigie_model::Reason::Bug, detail), Vec::new())
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_model::{Endpoint, FactType};

    use super::*;

    fn target(port: u16, declared: Option<&str>) -> Target {
        let endpoint = Endpoint {
            transport: Transport::Tcp,
            host: "www.ch-demo.example".parse().unwrap(),
            port,
            address: [192, 0, 2, 1].into(),
        };
        let declared = declared.map(str::to_owned);
        Target::Endpoint(EndpointTarget { endpoint, declared, allowed: Intrusiveness::Polite, surveyed: false })
    }

    #[test]
    fn it_goes_where_tls_is_declared_or_usual() {
        let probe = TlsProbe::new(&[]).unwrap();
        for (port, declared) in [(443, None), (25, None), (389, None), (8000, Some("https")), (2525, Some("smtp"))] {
            assert!(probe.concerns(&target(port, declared)), "{port} {declared:?}");
        }
        for (port, declared) in [(22, None), (80, None), (443, Some("ssh")), (443, Some("http"))] {
            assert!(!probe.concerns(&target(port, declared)), "{port} {declared:?}");
        }
    }

    #[test]
    fn rules_can_read_every_fact() {
        let catalogue = TlsProbe::new(&[]).unwrap().catalogue().unwrap();
        let FactType::Record(fields) = &catalogue.kind("tls.endpoint").unwrap().facts else { panic!("a record") };
        let FactType::Record(certificate) = &fields["certificate"].of else { panic!("a record") };
        assert_eq!(certificate["not_after"].of, FactType::Instant);
        assert_eq!(certificate["matches_name"].of, FactType::Bool);
        assert!(certificate["not_after"].may_be_unknown && !certificate["sha256"].may_be_unknown);
        assert!(!fields["speaks_tls"].may_be_unknown && fields["versions"].may_be_unknown);
        assert!(fields.values().chain(certificate.values()).all(|field| !field.doc.is_empty()));
    }
}
