//! One question on one connection: connect, begin TLS, say hello, read the answer, hang up.

use std::cmp::Ordering;
use std::net::SocketAddr;
use std::time::Duration;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use vigie_model::DomainName;
use vigie_probe::{Connection, Deadline, Door, Intrusiveness, NetError};

use crate::endpoint::facts::{StartTls, Version};
use crate::endpoint::hello::{Hello, Shape, groups_offered};
use crate::endpoint::suites::PLAIN;
use crate::endpoint::wire::{Alert, Flight, FlightReader, ServerHello, WireError};
use crate::starttls::{self, StartTlsProtocol};

/// Longest wait for one answer, from the moment the connection stands: slow appliances sign in a second or two.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// How to reach one endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Caller<'a> {
    pub(crate) door: &'a Door,
    pub(crate) to: SocketAddr,
    pub(crate) look: Intrusiveness,
    pub(crate) deadline: Deadline,
    pub(crate) server_name: Option<&'a DomainName>,
    pub(crate) starttls: StartTlsProtocol,
}

/// What one hello offers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offer<'o> {
    pub(crate) version: Version,
    pub(crate) suites: &'o [u16],
    pub(crate) groups: &'o [u16],
    pub(crate) shape: Shape,
    /// Whether the name of the server is in it, when there is one.
    pub(crate) named: bool,
}

/// What came of a hello.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// The server went along, at the version asked for.
    Accepted(Box<Accepted>),
    /// The server said no, in TLS.
    Refused(Refusal),
    /// The peer speaks something else: its first bytes.
    NotTls(Vec<u8>),
    /// A server that does not begin TLS when it is asked to.
    NoStartTls(StartTls),
    /// No connection could be made, or it never came to TLS.
    Unreached(NetError),
    /// Connected, and no answer that means something.
    Unanswered(NetError, Option<Alert>),
}

/// An accepted hello.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Accepted {
    pub(crate) hello: ServerHello,
    pub(crate) flight: Flight,
}

/// How a server said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// With an alert.
    Alert(Alert),
    /// By closing the connection, whatever the hello looked like.
    Closed,
    /// By choosing another version, which this client did not offer or does not want.
    OtherVersion(u16),
}

impl<'o> Offer<'o> {
    /// These suites at this version, with every group.
    pub(crate) fn new(version: Version, suites: &'o [u16]) -> Self {
        Self { version, suites, groups: groups_offered(version), shape: Shape::Full, named: true }
    }
}

impl Caller<'_> {
    /// Asks, and asks once more when the answer is missing or may be an accident: a loss is common, two are a fact.
    ///
    /// The second hello's record says the version itself, which the rare stacks want that refuse 0x0301.
    pub(crate) async fn ask(&self, offer: &Offer<'_>) -> Answer {
        let first = self.ask_once(offer, 0x0301).await;
        let is_final = match &first {
            Answer::Unanswered(error, _) => *error == NetError::Cancelled,
            Answer::Refused(Refusal::Alert(alert)) => alert.code != Alert::INTERNAL_ERROR,
            _ => true,
        };
        if is_final || self.deadline.remaining().is_zero() {
            return first;
        }
        match self.ask_once(offer, offer.version.min(Version::Tls12).code()).await {
            // The first hello got further than this one.
            Answer::Unreached(_) => first,
            second => second,
        }
    }

    /// Asks about suites, with every group.
    pub(crate) async fn ask_about(&self, version: Version, suites: &[u16]) -> Answer {
        self.ask(&Offer::new(version, suites)).await
    }

    /// Asks an old version again, of a server that closed the connection on it twice, with the hellos that clients of
    /// that time sent. Nothing when that tells no more.
    ///
    /// Windows closes without a word on a version that is switched off. So may a server that bears no extension that it
    /// does not know: only when plain hellos fare no better is the version refused.
    pub(crate) async fn ask_plainly(&self, version: Version) -> Option<Answer> {
        for shape in [Shape::NameOnly, Shape::Bare] {
            let offer = Offer { shape, ..Offer::new(version, PLAIN) };
            match self.ask_once(&offer, version.code()).await {
                Answer::Unanswered(NetError::Closed, None) => {}
                answer @ (Answer::Accepted(_) | Answer::Refused(_)) => return Some(answer),
                _ => return None,
            }
        }
        Some(Answer::Refused(Refusal::Closed))
    }

    async fn ask_once(&self, offer: &Offer<'_>, record_version: u16) -> Answer {
        let mut connection = match self.connect().await {
            Ok(connection) => connection,
            Err(answer) => return answer,
        };
        let mut random = [0; 64];
        if provider().secure_random.fill(&mut random).is_err() {
            return Answer::Unanswered(NetError::Bug("no random bytes".to_owned()), None);
        }
        let Offer { version, suites, groups, shape, named } = *offer;
        let server_name = self.server_name.filter(|_| named);
        let hello = Hello { version, record_version, suites, groups, shape, server_name, random };
        let mut first = Vec::new();
        let mut reader = FlightReader::new();
        let hello = hello.encode();
        let work = exchange(&mut connection, &hello, &mut reader, &mut first);
        let end = self.deadline.shortened(ANSWER_TIMEOUT).cap(work).await.unwrap_or_else(|late| Err(late.into()));
        // A reset, so that small stacks do not keep the socket for minutes.
        connection.abort();
        judge(version, suites, end, reader.into_flight(), first)
    }

    /// Connects, and begins TLS where it must be asked for.
    pub(crate) async fn connect(&self) -> Result<Connection, Answer> {
        if self.deadline.remaining().is_zero() {
            return Err(Answer::Unreached(NetError::Timeout));
        }
        let mut connection = self.door.connect(self.to, self.look, self.deadline).await.map_err(Answer::Unreached)?;
        let greeting =
            self.deadline.shortened(ANSWER_TIMEOUT).cap(starttls::begin_tls(&mut connection, self.starttls)).await;
        match greeting.and_then(|begun| begun) {
            Ok(StartTls::None | StartTls::Offered) => Ok(connection),
            Ok(other) => Err(Answer::NoStartTls(other)),
            // TLS was never reached, whatever the version: there is no use in asking about others.
            Err(error) => Err(Answer::Unreached(error)),
        }
    }
}

/// The cryptography of the one handshake that is carried through, and our random bytes.
pub(crate) fn provider() -> CryptoProvider {
    aws_lc_rs::default_provider()
}

/// Why reading stopped before the flight was whole.
enum Stop {
    Net(NetError),
    Wire(WireError),
}

impl From<NetError> for Stop {
    fn from(error: NetError) -> Self {
        Self::Net(error)
    }
}

async fn exchange(
    connection: &mut Connection,
    hello: &[u8],
    reader: &mut FlightReader,
    first: &mut Vec<u8>,
) -> Result<(), Stop> {
    connection.send(hello).await?;
    loop {
        let mut bytes = Vec::new();
        if connection.receive(&mut bytes).await? == 0 {
            return Err(Stop::Net(NetError::Closed));
        }
        if first.is_empty() {
            first.clone_from(&bytes);
        }
        if reader.push(&bytes).map_err(Stop::Wire)? {
            return Ok(());
        }
    }
}

/// What an exchange means. The order matters: what the server said first counts before how the connection ended.
fn judge(asked: Version, suites: &[u16], end: Result<(), Stop>, mut flight: Flight, first: Vec<u8>) -> Answer {
    if let Err(Stop::Wire(WireError::NotTls)) = end {
        return Answer::NotTls(first);
    }
    if let Some(alert) = flight.alert.filter(|alert| alert.refuses_offer()) {
        return Answer::Refused(Refusal::Alert(alert));
    }
    if let Some(hello) = flight.hello.take() {
        return match hello.version.cmp(&asked.code()) {
            Ordering::Equal if !suites.contains(&hello.suite) => {
                Answer::Unanswered(NetError::Malformed("a suite that was not offered"), None)
            }
            Ordering::Equal => Answer::Accepted(Box::new(Accepted { hello, flight })),
            Ordering::Less => Answer::Refused(Refusal::OtherVersion(hello.version)),
            Ordering::Greater => Answer::Unanswered(NetError::Malformed("a version that was not offered"), None),
        };
    }
    let error = match end {
        // Such as a name that it does not serve: a refusal, but of nothing that we asked.
        Ok(()) => NetError::Refused,
        Err(Stop::Net(error)) => error,
        Err(Stop::Wire(WireError::Malformed(what))) => NetError::Malformed(what),
        Err(Stop::Wire(_)) => NetError::Malformed("not TLS"),
    };
    Answer::Unanswered(error, flight.alert)
}

impl Alert {
    /// Whether it says no to what was offered. Others (a name that is not served, a hello that was not understood)
    /// say nothing of versions and suites. `internal_error` is how OpenSSL refuses what its security level forbids.
    fn refuses_offer(self) -> bool {
        self.fatal
            && matches!(
                self.code,
                Self::HANDSHAKE_FAILURE | Self::PROTOCOL_VERSION | Self::INSUFFICIENT_SECURITY | Self::INTERNAL_ERROR
            )
    }
}
