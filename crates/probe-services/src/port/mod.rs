//! Whether a port is open, and what speaks there.
//!
//! Ports: any TCP port of the target. Sent: nothing, except `GET /` where a web server is declared or
//! usual, and the protocol's own farewell to a mail or file server that greeted us (see [`SENDABLE`]).
//! Printers, medical and industrial ports get one connection that leaves at once ([`Manner`]). One
//! connection a port, so that no server locks us out.

pub mod banner;
mod facts;
mod ports;

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value};
use vigie_model::{Catalogue, CatalogueError, Evidence, FactPath, Facts, Observation, Outcome, Reason};
use vigie_model::{Subject, Text, Transport, Vantage};
use vigie_probe::{
    Connection, Deadline, EndpointTarget, Intrusiveness, NetError, Probe, ProbeContext, ProbeMeta, Target,
};

use self::banner::{Identified, read_answer, read_banner};
pub use self::facts::{IdentifiedBy, PortFacts, PortState, Protocol};
pub use self::ports::{CuratedPort, Manner, PortGroup, curated_ports, usual_protocol};

/// Everything that [`PortProbe`] can send, and to whom.
pub const SENDABLE: &[(Protocol, &[u8])] = &[
    (Protocol::Http, WEB_REQUEST),
    (Protocol::Ftp, b"QUIT\r\n"),
    (Protocol::Smtp, b"QUIT\r\n"),
    (Protocol::Pop3, b"QUIT\r\n"),
    (Protocol::Imap, b"a LOGOUT\r\n"),
];

const WEB_REQUEST: &[u8] = b"GET / HTTP/1.0\r\nUser-Agent: vigie\r\nConnection: close\r\n\r\n";

/// How long a server has to introduce itself.
const LISTEN: Duration = Duration::from_secs(3);
/// On web ports the server waits for us: a short silence is enough to know that.
const LISTEN_WEB: Duration = Duration::from_millis(300);
/// Bytes kept of a banner or an answer.
const MAX_BYTES: usize = 4096;

/// Says whether a port is open and what speaks there.
#[derive(Debug)]
pub struct PortProbe {
    meta: ProbeMeta,
}

/// What an open port let us hear.
struct Heard {
    manner: Manner,
    banner: Vec<u8>,
    answer: Vec<u8>,
    /// Whether the last wait passed without a word.
    silent: bool,
    failure: Option<NetError>,
}

/// How a wait for words ended.
enum Ended {
    /// The bytes prove a protocol, or there is nothing more to come.
    Said,
    /// The time ran out.
    Quiet,
    /// We were stopped, or the connection broke.
    Failed(NetError),
}

impl PortProbe {
    /// The probe.
    pub fn new() -> Self {
        let title = Text::new("Ports ouverts et services", "Open ports and services");
        Self { meta: ProbeMeta { id: "port", title, intrusiveness: Intrusiveness::Polite, connections: 1 } }
    }

    async fn observe(target: &EndpointTarget, context: &ProbeContext) -> Observation {
        let watch = context.start();
        let port = target.endpoint.port;
        let declared = target.declared.as_deref().and_then(Protocol::declared);
        let look = if target.surveyed { Intrusiveness::Active } else { Intrusiveness::Polite };
        let connected = context.door.connect(target.endpoint.socket(), look, context.deadline).await;
        let (outcome, evidence) = match connected {
            Ok(connection) => {
                let heard = Heard::from(connection, Manner::of(port, declared), context.deadline).await;
                (open(port, context.vantage, declared, &heard), heard.evidence())
            }
            Err(error) if target.surveyed && is_silence(&error, context) => {
                (filtered(port, context.vantage), Vec::new())
            }
            Err(error) => (not_connected(target, context, &error), Vec::new()),
        };
        watch.observation(PortFacts::KIND, Subject::Endpoint(target.endpoint.clone()), outcome, evidence)
    }
}

impl Default for PortProbe {
    fn default() -> Self {
        Self::new()
    }
}

impl Probe for PortProbe {
    fn meta(&self) -> &ProbeMeta {
        &self.meta
    }

    fn catalogue(&self) -> Result<Catalogue, CatalogueError> {
        Catalogue::new().with::<PortFacts>()
    }

    fn concerns(&self, target: &Target) -> bool {
        let Target::Endpoint(target) = target else { return false };
        target.endpoint.transport == Transport::Tcp && least_look(target) <= target.allowed
    }

    /// A port that is closed, or shut by a filter: either way there is nobody to talk to.
    fn found_nobody(&self, seen: &[Observation]) -> bool {
        let filtered = |facts: &Map<String, Value>| facts.get("state").and_then(Value::as_str) == Some("filtered");
        !seen.is_empty()
            && seen.iter().all(|observation| match &observation.outcome {
                Outcome::Absent => true,
                Outcome::Observed { facts, .. } => filtered(facts),
                Outcome::NotApplicable | Outcome::Unknown { .. } => false,
            })
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

impl Heard {
    /// Listens, asks where asking is allowed, and takes leave.
    async fn from(mut connection: Connection, manner: Manner, deadline: Deadline) -> Self {
        let mut heard = Self { manner, banner: Vec::new(), answer: Vec::new(), silent: false, failure: None };
        let wait = match manner {
            Manner::ConnectOnly => return heard,
            Manner::Listen => LISTEN,
            Manner::AskWeb => LISTEN_WEB,
        };
        match listen(&mut connection, &mut heard.banner, wait, deadline, read_banner).await {
            Ended::Failed(error) => heard.failure = Some(error),
            Ended::Quiet if heard.banner.is_empty() && manner == Manner::AskWeb => {
                heard.ask_web(&mut connection, deadline).await;
            }
            Ended::Quiet => heard.silent = heard.banner.is_empty(),
            Ended::Said => {}
        }
        if let Some((_, farewell)) = read_banner(&heard.banner)
            .and_then(|found| SENDABLE.iter().find(|(protocol, _)| *protocol == found.protocol))
            .filter(|(protocol, _)| *protocol != Protocol::Http)
        {
            // Politeness that fails changes nothing: the facts are in.
            let _ = connection.send(farewell).await;
        }
        heard
    }

    async fn ask_web(&mut self, connection: &mut Connection, deadline: Deadline) {
        let ended = match connection.send(WEB_REQUEST).await {
            Ok(()) => listen(connection, &mut self.answer, LISTEN, deadline, |_| None).await,
            Err(error) => Ended::Failed(error),
        };
        match ended {
            Ended::Failed(error) => self.failure = Some(error),
            Ended::Quiet => self.silent = self.answer.is_empty(),
            Ended::Said => {}
        }
    }

    /// Whether the server spoke first. A short wait on a web port proves nothing when it stays empty.
    fn speaks_first(&self) -> Option<bool> {
        match self.manner {
            _ if !self.banner.is_empty() => Some(true),
            Manner::Listen if self.silent => Some(false),
            Manner::Listen | Manner::AskWeb | Manner::ConnectOnly => None,
        }
    }

    /// What the peer's bytes prove, and which bytes.
    fn identified(&self) -> Option<(Identified, IdentifiedBy)> {
        let by_banner = read_banner(&self.banner).map(|found| (found, IdentifiedBy::Banner));
        by_banner.or_else(|| read_answer(&self.answer).map(|found| (found, IdentifiedBy::Answer)))
    }

    /// Why nothing was identified.
    fn why_nothing(&self) -> Reason {
        match &self.failure {
            Some(error) => error.reason(),
            None if self.silent => Reason::Timeout,
            None => Reason::Unsupported,
        }
    }

    fn evidence(&self) -> Vec<Evidence> {
        let pieces = [("banner", &self.banner), ("answer", &self.answer)];
        pieces
            .into_iter()
            .filter(|(_, bytes)| !bytes.is_empty())
            .map(|(label, bytes)| Evidence::bytes(label, bytes))
            .collect()
    }
}

/// What a look at a target costs its owner: more where nobody declared the port.
pub(crate) fn least_look(target: &EndpointTarget) -> Intrusiveness {
    if target.declared.is_some() { Intrusiveness::Polite } else { Intrusiveness::Active }
}

/// What a failed connection says of the service one wanted to ask.
pub(crate) fn not_connected(target: &EndpointTarget, context: &ProbeContext, error: &NetError) -> Outcome {
    match error {
        NetError::Refused => Outcome::Absent,
        // [`PortProbe`] states the silence. Where nobody declared a server, there is none to ask about.
        error if target.surveyed && is_silence(error, context) => Outcome::NotApplicable,
        error => Outcome::unknown(error.reason(), error.text()),
    }
}

/// Silence counts as a filter only when the whole time for a handshake was given.
fn is_silence(error: &NetError, context: &ProbeContext) -> bool {
    *error == NetError::Timeout && !context.deadline.remaining().is_zero()
}

/// The facts of an open port.
fn open(port: u16, seen_from: Vantage, declared: Option<Protocol>, heard: &Heard) -> Outcome {
    let (found, by) = heard.identified().map_or((None, None), |(found, by)| (Some(found), Some(by)));
    let guess = declared.map(|protocol| (protocol, IdentifiedBy::Declared));
    let guess = guess.or_else(|| usual_protocol(port).map(|protocol| (protocol, IdentifiedBy::Port)));
    let protocol = found.as_ref().map(|found| found.protocol).or(guess.map(|(protocol, _)| protocol));
    let identified_by = by.or(guess.map(|(_, by)| by)).unwrap_or(IdentifiedBy::Nothing);
    let products = found.map(|found| found.products);
    let facts = PortFacts {
        state: PortState::Open,
        seen_from,
        port,
        protocol,
        service: protocol.map(|protocol| protocol.name().to_owned()),
        identified_by: Some(identified_by),
        speaks_first: heard.speaks_first(),
        discloses_version: products.as_ref().map(|all| all.iter().any(|product| product.version.is_some())),
        products,
    };
    let missing = [
        ("protocol", facts.protocol.is_none()),
        ("service", facts.service.is_none()),
        ("speaks_first", facts.speaks_first.is_none()),
        ("products", facts.products.is_none()),
        ("discloses_version", facts.discloses_version.is_none()),
    ];
    let why = heard.why_nothing();
    let gaps = missing.into_iter().filter(|(_, missing)| *missing).map(|(path, _)| (FactPath::from(path), why));
    Outcome::observed_with_gaps(&facts, gaps.collect())
}

/// The facts of a port that nobody declared and that never answered: a door kept shut. Where the facility
/// declared something, the same silence is *unknown*: our own link may be the one that is down.
fn filtered(port: u16, seen_from: Vantage) -> Outcome {
    let facts = PortFacts {
        state: PortState::Filtered,
        seen_from,
        port,
        protocol: None,
        service: None,
        identified_by: None,
        speaks_first: None,
        products: None,
        discloses_version: None,
    };
    let unseen = ["protocol", "service", "identified_by", "speaks_first", "products", "discloses_version"];
    let gaps: BTreeMap<_, _> = unseen.map(|path| (path.into(), Reason::Timeout)).into();
    Outcome::observed_with_gaps(&facts, gaps)
}

/// Reads until the bytes prove something, the peer closes, the cap is reached or the wait is over.
async fn listen(
    connection: &mut Connection,
    bytes: &mut Vec<u8>,
    wait: Duration,
    deadline: Deadline,
    proves: impl Fn(&[u8]) -> Option<Identified>,
) -> Ended {
    let until = deadline.shortened(wait);
    while bytes.len() < MAX_BYTES && proves(bytes).is_none() {
        match until.cap(connection.receive(bytes)).await {
            Ok(Ok(1..)) => {}
            Ok(Ok(0) | Err(NetError::TooMuch { .. } | NetError::Closed)) => return Ended::Said,
            Ok(Err(error)) => return Ended::Failed(error),
            Err(_) if deadline.remaining().is_zero() => return Ended::Failed(NetError::Timeout),
            Err(_) => return Ended::Quiet,
        }
    }
    Ended::Said
}
