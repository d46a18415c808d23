//! The probe of one DTLS endpoint: TLS over UDP, as VPN gateways speak it (RFC 6347; RFC 4347 for DTLS 1.0).
//!
//! Ports: UDP where DTLS is declared, and [`SURVEYED_PORTS`] where the facility asked for a survey. Sent: one hello for
//! DTLS 1.2 and one for DTLS 1.0, each from a port of its own, again with the cookie that the server asks for (RFC 6347
//! section 4.2.1), and again after a second and after three when nothing comes back. A version whose usual suites are
//! refused is asked about once more with the rare ones. Where the server gives its cookie for DTLS 1.0 and then ignores
//! it, it is asked about DTLS 1.2 again, to know that it still answers. A server that answers with its hello is told that
//! we leave. No handshake goes further.
//!
//! UDP has no closed connection: a server that does not know DTLS, or knows only its own clients, says nothing, as does
//! a firewall. Only the peer's own datagrams, and a refusal by its system, prove something.

mod ask;
mod assembly;
mod facts;
mod wire;

use std::collections::BTreeMap;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use vigie_model::{
    Catalogue, CatalogueError, Evidence, FactPath, Facts, Host, Observation, Outcome, Reason, Subject, Text, Transport,
};
use vigie_probe::{EndpointTarget, Intrusiveness, NetError, Probe, ProbeContext, ProbeMeta, Target};

use self::ask::{Answer, Caller, End};
pub use self::assembly::DtlsAssembly;
pub use self::facts::{DtlsEndpointFacts, DtlsVersion, DtlsVersionFacts};
pub use self::wire::{DtlsContent, DtlsFragment, decode_dtls_datagram, decode_hello_verify_request};
use crate::endpoint::suites::SuiteFacts;

/// UDP ports where VPN and remote desktop gateways answer in DTLS: 443 and its neighbours, and 3391 of the remote desktop
/// gateway of Windows. 5684 is left out, where small devices speak CoAP that nobody should wake.
pub const SURVEYED_PORTS: &[u16] = &[443, 3391, 4433, 10443];

/// Looks at DTLS endpoints.
#[derive(Debug)]
pub struct DtlsProbe {
    meta: ProbeMeta,
}

/// What was asked, newest version first. A visitor's look asks about the newest alone.
struct Survey {
    dtls12: Answer,
    dtls10: Option<Answer>,
}

impl DtlsProbe {
    /// The probe.
    pub fn new() -> Self {
        let title = Text::new("Passerelles VPN en DTLS (UDP)", "VPN gateways in DTLS (UDP)");
        // Three questions, each twice where the usual suites are refused.
        Self { meta: ProbeMeta { id: "dtls", title, intrusiveness: Intrusiveness::Passive, connections: 6 } }
    }

    async fn observe(target: &EndpointTarget, context: &ProbeContext) -> Observation {
        let watch = context.start();
        let caller = Caller {
            door: &context.door,
            to: target.endpoint.socket(),
            look: look_of(target),
            deadline: context.deadline,
            server_name: match &target.endpoint.host {
                Host::Name(name) => Some(name),
                Host::Address(_) => None,
            },
        };
        let survey = Survey::take(&caller).await;
        let outcome = survey.outcome(target.surveyed && !context.deadline.remaining().is_zero());
        watch.observation(
            DtlsEndpointFacts::KIND,
            Subject::Endpoint(target.endpoint.clone()),
            outcome,
            survey.evidence(),
        )
    }
}

impl Default for DtlsProbe {
    fn default() -> Self {
        Self::new()
    }
}

impl Probe for DtlsProbe {
    fn meta(&self) -> &ProbeMeta {
        &self.meta
    }

    fn catalogue(&self) -> Result<Catalogue, CatalogueError> {
        Catalogue::new().with::<DtlsEndpointFacts>()
    }

    fn concerns(&self, target: &Target) -> bool {
        let Target::Endpoint(target) = target else { return false };
        let is_dtls = target.declared.as_deref().is_none_or(|declared| declared == "dtls");
        target.endpoint.transport == Transport::Udp && is_dtls && look_of(target) <= target.allowed
    }

    fn look<'a>(&'a self, target: &'a Target, context: &'a ProbeContext) -> BoxFuture<'a, Vec<Observation>> {
        async move {
            match target {
                Target::Endpoint(endpoint) if self.concerns(target) => vec![Self::observe(endpoint, context).await],
                Target::Endpoint(_) | Target::Domain(_) => Vec::new(),
            }
        }
        .boxed()
    }
}

/// What a look at a target costs its owner: more where nobody declared the port, and no more than one hello where the
/// scope allows no more.
fn look_of(target: &EndpointTarget) -> Intrusiveness {
    match &target.declared {
        Some(_) => target.allowed.min(Intrusiveness::Polite),
        None => Intrusiveness::Active,
    }
}

impl Survey {
    async fn take(caller: &Caller<'_>) -> Self {
        let dtls12 = caller.ask(DtlsVersion::Dtls12).await;
        // A refused port, or a way that does not open, is the same for every version; an older version that was chosen
        // is known already.
        let is_final = match &dtls12.end {
            End::Accepted(version, _) => *version == DtlsVersion::Dtls10,
            End::Refused(_) | End::Ignored | End::Unanswered(NetError::Timeout) => false,
            End::Unanswered(_) => !dtls12.in_dtls,
        };
        if is_final || caller.look == Intrusiveness::Passive {
            return Self { dtls12, dtls10: None };
        }
        let dtls10 = caller.ask(DtlsVersion::Dtls10).await;
        Self::compared(caller, dtls12, dtls10).await
    }

    /// Tells a version that is ignored from a server that answers no more: it still goes along with the other version.
    async fn compared(caller: &Caller<'_>, mut dtls12: Answer, mut dtls10: Answer) -> Self {
        if dtls12.fell_silent() && dtls10.is_accepted() {
            dtls12.end = End::Ignored;
        }
        if dtls10.fell_silent() && dtls12.is_accepted() && caller.ask(DtlsVersion::Dtls12).await.is_accepted() {
            dtls10.end = End::Ignored;
        }
        Self { dtls12, dtls10: Some(dtls10) }
    }

    fn answers(&self) -> impl Iterator<Item = &Answer> {
        std::iter::once(&self.dtls12).chain(&self.dtls10)
    }

    fn outcome(&self, silence_is_an_answer: bool) -> Outcome {
        if self.answers().any(|answer| answer.in_dtls) {
            return self.seen();
        }
        let unanswered = self.answers().find_map(|answer| match &answer.end {
            End::Unanswered(error) if *error != NetError::Timeout => Some(error),
            _ => None,
        });
        match unanswered {
            Some(NetError::Refused) => Outcome::Absent,
            Some(error) => unknown(error),
            // Something spoke, and not in DTLS.
            None if self.answers().any(|answer| answer.heard.is_some()) => without_dtls(Reason::Unsupported),
            None if silence_is_an_answer => without_dtls(Reason::Timeout),
            None => unknown(&NetError::Timeout),
        }
    }

    /// The facts of a server that answered in DTLS.
    fn seen(&self) -> Outcome {
        let at10 = match (&self.dtls12.end, &self.dtls10) {
            (End::Accepted(DtlsVersion::Dtls10, _), _) => Ok(true),
            (_, Some(asked)) => asked.end.accepts(),
            (_, None) => Err(Reason::OutOfScope),
        };
        // A server that chose the older version, though the newer was offered, does not know the newer.
        let at12 = match &self.dtls12.end {
            End::Accepted(version, _) => Ok(*version == DtlsVersion::Dtls12),
            _ => self.dtls12.end.accepts(),
        };
        let known = [(DtlsVersion::Dtls10, at10), (DtlsVersion::Dtls12, at12)];
        let unseen = known.iter().find_map(|(_, accepted)| accepted.err());
        let accepted = || known.iter().filter(|(_, accepted)| *accepted == Ok(true)).map(|(version, _)| *version);
        let hello = self.answers().find_map(|answer| match &answer.end {
            End::Accepted(_, hello) => Some(hello),
            _ => None,
        });
        let facts = DtlsEndpointFacts {
            answers: true,
            versions: Some(DtlsVersionFacts { dtls10: at10.ok(), dtls12: at12.ok() }),
            versions_accepted: unseen.is_none().then(|| accepted().collect()),
            suite: hello.map(|hello| SuiteFacts::of(hello.suite)),
            verifies_address: self.verifies_address(),
        };
        let gaps = [
            ("versions.dtls10", at10.err()),
            ("versions.dtls12", at12.err()),
            ("versions_accepted", unseen),
            ("suite", hello.is_none().then(|| unseen.unwrap_or(Reason::Refused))),
            ("verifies_address", facts.verifies_address.is_none().then(|| unseen.unwrap_or(Reason::Refused))),
        ];
        let gaps = gaps.into_iter().filter_map(|(path, why)| Some((FactPath::from(path), why?)));
        Outcome::observed_with_gaps(&facts, gaps.collect())
    }

    /// Whether every hello of the server came after a cookie; a cookie alone is proof too.
    fn verifies_address(&self) -> Option<bool> {
        let at_once = |answer: &Answer| answer.is_accepted() && !answer.asked_cookie;
        let asked = self.answers().any(|answer| answer.asked_cookie);
        if self.answers().any(at_once) { Some(false) } else { asked.then_some(true) }
    }

    fn evidence(&self) -> Vec<Evidence> {
        let labels = ["answer to DTLS 1.2", "answer to DTLS 1.0"];
        let heard = labels.into_iter().zip(self.answers());
        heard.filter_map(|(label, answer)| Some(Evidence::bytes(label, answer.heard.as_ref()?))).collect()
    }
}

impl End {
    /// Whether the version that was asked about is accepted.
    fn accepts(&self) -> Result<bool, Reason> {
        match self {
            Self::Accepted(..) => Ok(true),
            Self::Refused(_) | Self::Ignored => Ok(false),
            Self::Unanswered(error) => Err(error.reason()),
        }
    }
}

fn unknown(error: &NetError) -> Outcome {
    Outcome::unknown(error.reason(), error.text().map(|_, words| format!("DTLS : {words}")))
}

/// The facts of a port where nobody answered in DTLS.
fn without_dtls(why: Reason) -> Outcome {
    let facts = DtlsEndpointFacts {
        answers: false,
        versions: None,
        versions_accepted: None,
        suite: None,
        verifies_address: None,
    };
    let unseen = ["versions", "versions_accepted", "suite", "verifies_address"];
    let gaps: BTreeMap<_, _> = unseen.map(|path| (FactPath::from(path), why)).into();
    Outcome::observed_with_gaps(&facts, gaps)
}
