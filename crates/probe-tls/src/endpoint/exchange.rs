//! One question on one connection: connect, begin TLS, say hello, read the answer, hang up.

use std::cmp;
use std::net::SocketAddr;
use std::time::Duration;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use vigie_model::{DomainName, Reason};
use vigie_probe::{Connection, Deadline, Door, Intrusiveness, NetError};

use crate::channel::Channel;
use crate::endpoint::ahead::Turn;
use crate::endpoint::facts::{StartTls, Version};
use crate::endpoint::hello::{Hello, SCHEMES, Shape, groups_offered};
use crate::endpoint::ledger::Ledger;
use crate::endpoint::patience::{Attempts, Company, Patience};
use crate::endpoint::places::{Held, Places};
use crate::endpoint::revocation::Kept;
use crate::endpoint::suites::{LONGEST_OFFER, ORDINARY, PLAIN, TLS13};
use crate::session::random_bytes;
use crate::session::talk::{End, Talk};
use crate::starttls::StartTlsProtocol;
use crate::wire::write::{block16, put_block8};
use crate::wire::{Alert, Flight, FlightReader, KeyExchange, ServerHello, WireError, extension};

/// Longest wait for one answer, from the moment the connection stands: slow appliances sign in a second or two.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// How to reach one endpoint.
#[derive(Clone)]
pub(crate) struct Caller<'a> {
    pub(crate) door: &'a Door,
    pub(crate) to: SocketAddr,
    pub(crate) look: Intrusiveness,
    pub(crate) deadline: Deadline,
    pub(crate) server_name: Option<&'a DomainName>,
    pub(crate) starttls: StartTlsProtocol,
    /// Whether the web is served there, by declaration or by the port.
    pub(crate) is_web: bool,
    /// Whether a command that does nothing is slipped in behind the request to begin TLS.
    pub(crate) injects: bool,
    /// The connections of this look.
    pub(crate) ledger: &'a Ledger,
    /// What the next ones are for.
    pub(crate) purpose: &'static str,
    /// What was learnt of authorities before.
    pub(crate) kept: &'a Kept,
    /// Whether others follow the next one.
    pub(crate) turn: Turn<'a>,
    /// The connections that are not for the longest chains.
    pub(crate) places: &'a Places,
    /// Whether the next ones are.
    pub(crate) is_urgent: bool,
    /// How many connections the server bears.
    pub(crate) patience: &'a Patience,
    /// What the next ones have beside them.
    pub(crate) company: Company,
}

/// What one hello offers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offer<'o> {
    pub(crate) version: Version,
    /// The version that the hello claims.
    pub(crate) claimed: u16,
    pub(crate) suites: &'o [u16],
    pub(crate) groups: &'o [u16],
    pub(crate) schemes: &'o [u16],
    pub(crate) shape: Shape,
    /// Extensions beside those of the shape.
    pub(crate) more: &'o [(u16, Vec<u8>)],
    /// The session to resume, up to TLS 1.2.
    pub(crate) session_id: &'o [u8],
    /// Whether the name of the server is in it, when there is one.
    pub(crate) named: bool,
    /// Whether it comes in two records.
    pub(crate) in_pieces: bool,
    /// Whether TLS 1.2 is offered beside TLS 1.3.
    pub(crate) with_tls12: bool,
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
    /// The shape of the hello that was accepted.
    pub(crate) shape: Shape,
}

impl Accepted {
    /// Suites to ask with again, knowing that the server takes one of them: the usual ones, unless it takes a rare one.
    pub(crate) fn suites_again(&self) -> &[u16] {
        [ORDINARY, TLS13]
            .into_iter()
            .find(|list| list.contains(&self.hello.suite))
            .unwrap_or(std::slice::from_ref(&self.hello.suite))
    }

    /// The group of the key exchange, when the server sent one.
    pub(crate) fn group(&self) -> Option<KeyExchange> {
        let of_exchange = || self.flight.key_exchange.as_ref().map(|exchange| exchange.group);
        self.hello.group.map(KeyExchange::Group).or_else(of_exchange)
    }
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
        Self {
            version,
            claimed: version.min(Version::Tls12).code(),
            suites,
            groups: groups_offered(version),
            schemes: SCHEMES,
            shape: Shape::Full,
            more: &[],
            session_id: &[],
            named: true,
            in_pieces: false,
            with_tls12: false,
        }
    }
}

impl Caller<'_> {
    /// The protocols to choose from by ALPN: only the web's, since other servers refuse clients that name none of
    /// theirs.
    pub(crate) fn protocols(&self) -> &'static [&'static str] {
        if self.is_web { &["h2", "http/1.1"] } else { &[] }
    }

    /// Asks, and asks once more when the answer is missing or may be an accident: a loss is common, two are a fact.
    ///
    /// The second hello's record says the version itself, which the rare stacks want that refuse 0x0301, and has no
    /// more extensions than a handshake needs.
    pub(crate) async fn ask(&self, offer: &Offer<'_>) -> Answer {
        let mut attempts = Attempts::default();
        let mut answer = self.ask_twice(offer).await;
        loop {
            match self.again(&mut attempts, Some(&answer)).await {
                Ok(Some(caller)) => answer = caller.ask_twice(offer).await,
                Ok(None) => break,
                Err(late) => return late,
            }
        }
        if let Answer::Accepted(seen) = &answer {
            self.patience.note_accepted(offer.version, seen.hello.suite);
        }
        answer
    }

    async fn ask_twice(&self, offer: &Offer<'_>) -> Answer {
        let first = self.ask_once(offer, 0x0301).await;
        let is_final = match &first {
            // An answer to what the hello says, whatever its record.
            Answer::Unanswered(_, Some(alert)) if alert.code == Alert::INAPPROPRIATE_FALLBACK => true,
            Answer::Unanswered(error, _) => *error == NetError::Cancelled,
            // Nothing in common, or an extension that a strange stack takes for a fault.
            Answer::Refused(Refusal::Alert(alert)) if offer.shape == Shape::Rich => {
                ![Alert::INTERNAL_ERROR, Alert::HANDSHAKE_FAILURE].contains(&alert.code)
            }
            Answer::Refused(Refusal::Alert(alert)) => alert.code != Alert::INTERNAL_ERROR,
            _ => true,
        };
        // A server that holds connections off is not pressed: it is asked again when no other is open.
        let is_held_off = first.may_be_held_off() && self.patience.asks_again_alone(&self.company);
        if is_final || is_held_off || self.deadline.remaining().is_zero() {
            return first;
        }
        let shape = if offer.shape == Shape::Rich { Shape::Full } else { offer.shape };
        let more = if offer.shape == Shape::Rich { &[] } else { offer.more };
        let plainer = Offer { shape, more, ..*offer };
        match self.ask_once(&plainer, offer.version.min(Version::Tls12).code()).await {
            // The first hello got further than this one.
            Answer::Unreached(_) => first,
            second => second,
        }
    }

    /// Asks a server that goes along with `known`, which differs from the offer in that alone which is asked about.
    ///
    /// Some say no by closing the connection without a word, as Windows does. One that does so twice, goes along with
    /// `known` in between, and does so again, has refused.
    pub(crate) async fn ask_beside(&self, offer: &Offer<'_>, known: &Offer<'_>) -> Answer {
        let answer = self.ask(offer).await;
        if !answer.is_closed() || !matches!(self.ask(known).await, Answer::Accepted(_)) {
            return answer;
        }
        match self.ask_twice(offer).await {
            again if again.is_closed() => Answer::Refused(Refusal::Closed),
            again => again,
        }
    }

    /// The first question about a version: with all that the server may answer in passing.
    pub(crate) async fn ask_at_first(&self, version: Version, suites: &[u16]) -> Answer {
        let protocols = self.protocol_extension();
        // SSL 3.0 knows no extensions.
        let shape = if version == Version::Ssl30 { Shape::Full } else { Shape::Rich };
        self.ask(&Offer { shape, more: &protocols, ..Offer::new(version, suites) }).await
    }

    /// The protocols as an extension, if any.
    pub(crate) fn protocol_extension(&self) -> Vec<(u16, Vec<u8>)> {
        if self.protocols().is_empty() {
            return Vec::new();
        }
        let mut names = Vec::new();
        self.protocols().iter().for_each(|name| put_block8(&mut names, name.as_bytes()));
        vec![(extension::ALPN, block16(&names))]
    }

    /// Asks about TLS 1.3 again, of a server that closed the connection on it: with TLS 1.2 beside it, which a server that
    /// knows the newer one does not choose.
    pub(crate) async fn ask_with_tls12(&self) -> Answer {
        let suites: Vec<u16> = TLS13.iter().chain(ORDINARY).copied().take(LONGEST_OFFER).collect();
        self.ask(&Offer { with_tls12: true, ..Offer::new(Version::Tls13, &suites) }).await
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
        loop {
            let caller = match self.alone().await {
                Ok(caller) => caller,
                Err(late) => return Some(late),
            };
            for shape in [Shape::NameOnly, Shape::Bare] {
                let offer = Offer { shape, ..Offer::new(version, PLAIN) };
                match caller.ask_once(&offer, version.code()).await {
                    Answer::Unanswered(NetError::Closed, None) => {}
                    answer @ (Answer::Accepted(_) | Answer::Refused(_)) => return Some(answer),
                    _ => return None,
                }
            }
            if caller.still_answers().await {
                return Some(Answer::Refused(Refusal::Closed));
            }
            if self.deadline.remaining().is_zero() {
                return Some(Answer::Unreached(NetError::RateLimited));
            }
            self.patience.note_held_off(false);
        }
    }

    pub(crate) async fn ask_once(&self, offer: &Offer<'_>, record_version: u16) -> Answer {
        let answer = self.exchange_flights(offer, record_version).await;
        if !answer.may_be_held_off() {
            self.patience.note_borne();
        }
        self.ledger.note(self.purpose, answer.in_a_word());
        answer
    }

    async fn exchange_flights(&self, offer: &Offer<'_>, record_version: u16) -> Answer {
        let mut channel = match self.connect().await {
            Ok(channel) => channel,
            Err(answer) => return answer,
        };
        let Ok(random) = random_bytes() else {
            return Answer::Unanswered(NetError::Bug("no random bytes".to_owned()), None);
        };
        let Offer { version, claimed, suites, groups, schemes, shape, more, session_id, named, in_pieces, with_tls12 } =
            *offer;
        let hello = Hello {
            claimed,
            record_version,
            in_pieces,
            with_tls12,
            groups,
            schemes,
            shape,
            more,
            server_name: self.server_name.filter(|_| named),
            session_id,
            random,
            ..Hello::new(version, suites)
        };
        let mut first = Vec::new();
        let mut reader = FlightReader::new();
        let hello = hello.encode();
        let answer = async {
            let work = exchange(&mut channel, &hello, &mut reader, &mut first);
            let end = self.deadline.shortened(ANSWER_TIMEOUT).cap(work).await.unwrap_or_else(|late| Err(late.into()));
            // A reset, so that small stacks do not keep the socket for minutes.
            channel.abort();
            judge(offer, end, reader.into_flight(), first)
        };
        self.opening_ahead(answer).await
    }

    /// Has a conversation of its own on a fresh connection, once more when the network fails it.
    pub(crate) async fn converse<T, F>(&self, work: impl Fn(Talk) -> F) -> Result<T, Reason>
    where
        F: Future<Output = Result<T, End>>,
    {
        let answer = self.try_to_converse(work).await;
        answer.map_err(|answer| answer.reason().unwrap_or(Reason::PeerMisbehaved))
    }

    /// The same, with the answer that ended it too early.
    pub(crate) async fn try_to_converse<T, F>(&self, work: impl Fn(Talk) -> F) -> Result<T, Answer>
    where
        F: Future<Output = Result<T, End>>,
    {
        let mut attempts = Attempts::default();
        let mut came_of_it = self.converse_twice(&work).await;
        while let Some(caller) = self.again(&mut attempts, came_of_it.as_ref().err()).await? {
            came_of_it = caller.converse_twice(&work).await;
        }
        came_of_it
    }

    async fn converse_twice<T, F>(&self, work: &impl Fn(Talk) -> F) -> Result<T, Answer>
    where
        F: Future<Output = Result<T, End>>,
    {
        match self.converse_once(work).await {
            Err(Answer::Unanswered(NetError::Timeout, None)) => self.converse_once(work).await,
            Err(answer) if answer.is_closed() && !self.patience.asks_again_alone(&self.company) => {
                self.converse_once(work).await
            }
            other => other,
        }
    }

    pub(crate) async fn converse_once<T, F>(&self, work: &impl Fn(Talk) -> F) -> Result<T, Answer>
    where
        F: Future<Output = Result<T, End>>,
    {
        let held = async {
            let talk = Talk::new(self.connect().await?);
            let end = self.deadline.shortened(ANSWER_TIMEOUT).cap(work(talk)).await;
            end.unwrap_or_else(|late| Err(late.into())).map_err(|end| end.into_answer(None, Vec::new()))
        };
        let came_of_it = held.await;
        self.note(came_of_it.as_ref().err());
        came_of_it
    }

    /// Notes what came of a conversation; nothing went wrong without an answer.
    pub(crate) fn note(&self, wrong: Option<&Answer>) {
        if !wrong.is_some_and(Answer::may_be_held_off) {
            self.patience.note_borne();
        }
        self.ledger.note(self.purpose, wrong.map_or("carried through", Answer::in_a_word));
    }

    /// The same caller, whose next connections come before others.
    pub(crate) fn urgently(&self) -> Self {
        Self { is_urgent: true, ..self.clone() }
    }

    /// The same caller, whose next connections are for something else.
    pub(crate) fn to_learn(&self, purpose: &'static str) -> Self {
        Self { purpose, ..self.clone() }
    }

    /// A connection on which TLS can begin: that which was opened ahead, or a new one.
    pub(crate) async fn connect(&self) -> Result<Channel, Answer> {
        match self.turn.opened() {
            Some(channel) => Ok(channel),
            None => self.open().await,
        }
    }

    /// Connects, and says nothing yet.
    pub(crate) async fn reach(&self) -> Result<(Connection, Held), NetError> {
        if self.deadline.remaining().is_zero() {
            return Err(NetError::Timeout);
        }
        // In this order: who is alone must find a place, which those who wait for their turn have not taken.
        let lane = self.deadline.cap(self.patience.lane(&self.company)).await?;
        let place = if self.is_urgent { None } else { self.deadline.cap(self.places.take()).await? };
        if !self.ledger.take() {
            return Err(NetError::Busy);
        }
        Ok((self.door.connect(self.to, self.look, self.deadline).await?, (place, lane)))
    }

    /// Does not wait longer than for one answer.
    pub(crate) async fn within_answer_time<T>(
        &self,
        work: impl Future<Output = Result<T, NetError>>,
    ) -> Result<T, NetError> {
        self.deadline.shortened(ANSWER_TIMEOUT).cap(work).await.and_then(|answer| answer)
    }

    /// Connects, and begins TLS where it must be asked for.
    pub(crate) async fn open(&self) -> Result<Channel, Answer> {
        let (mut connection, held) = self.reach().await.map_err(Answer::Unreached)?;
        let begin = self.starttls.begin_tls(&mut connection, self.server_name, self.injects);
        match self.within_answer_time(begin).await {
            Ok(StartTls::Offered) if self.starttls == StartTlsProtocol::Mssql => {
                Ok(Channel::in_tds_packets(connection, held))
            }
            Ok(StartTls::None | StartTls::Offered) => Ok(Channel::bare(connection, held)),
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
    channel: &mut Channel,
    hello: &[u8],
    reader: &mut FlightReader,
    first: &mut Vec<u8>,
) -> Result<(), Stop> {
    channel.send(hello).await?;
    loop {
        let mut bytes = Vec::new();
        if channel.receive(&mut bytes).await? == 0 {
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
fn judge(offer: &Offer<'_>, end: Result<(), Stop>, mut flight: Flight, first: Vec<u8>) -> Answer {
    if let Err(Stop::Wire(WireError::NotTls)) = end {
        return Answer::NotTls(first);
    }
    if let Some(alert) = flight.alert.filter(|alert| alert.refuses_offer()) {
        return Answer::Refused(Refusal::Alert(alert));
    }
    if let Some(hello) = flight.hello.take() {
        return match hello.version.cmp(&offer.version.code()) {
            cmp::Ordering::Equal if !offer.suites.contains(&hello.suite) => {
                Answer::Unanswered(NetError::Malformed("a suite that was not offered"), None)
            }
            cmp::Ordering::Equal => Answer::Accepted(Box::new(Accepted { hello, flight, shape: offer.shape })),
            cmp::Ordering::Less => Answer::Refused(Refusal::OtherVersion(hello.version)),
            cmp::Ordering::Greater => Answer::Unanswered(NetError::Malformed("a version that was not offered"), None),
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

impl Answer {
    /// What was accepted, if it was.
    pub(crate) fn accepted(&self) -> Option<&Accepted> {
        match self {
            Self::Accepted(seen) => Some(seen),
            _ => None,
        }
    }

    /// Whether the server closed the connection without a word.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self, Self::Unanswered(NetError::Closed, None))
    }

    /// Whether it refuses the suites that were offered, and perhaps not the version.
    pub(crate) fn refuses_suites(&self) -> bool {
        let for_suites = [Alert::HANDSHAKE_FAILURE, Alert::INSUFFICIENT_SECURITY];
        matches!(self, Self::Refused(Refusal::Alert(alert)) if for_suites.contains(&alert.code))
    }
}

impl Alert {
    /// Whether it says no to what was offered. Others (a name that is not served, a hello that was not understood)
    /// say nothing of versions and suites. `internal_error` is how OpenSSL refuses what its security level forbids.
    pub(crate) fn refuses_offer(self) -> bool {
        self.fatal
            && matches!(
                self.code,
                Self::HANDSHAKE_FAILURE | Self::PROTOCOL_VERSION | Self::INSUFFICIENT_SECURITY | Self::INTERNAL_ERROR
            )
    }
}
