//! A handshake of TLS 1.2 (RFC 5246), 1.1 or 1.0 (RFC 2246) and what can be asked after it: whether the server lets a
//! client begin another one on the same connection, and what a later one needs to go on from this one.

use std::sync::LazyLock;
use std::time::Duration;

use aws_lc_rs::rsa::{Pkcs1PublicEncryptingKey, PublicEncryptingKey};
use vigie_model::Reason;
use vigie_probe::NetError;
use x509_parser::parse_x509_certificate;

use super::agreement::{GROUPS, KeyPair};
use super::derivation::Derivation;
use super::protection::{self, Sealer12};
use super::random_bytes;
use super::talk::{End, Event, Talk};
use crate::endpoint::exchange::{Answer, Caller};
use crate::endpoint::facts::Version;
use crate::endpoint::hello::Hello;
use crate::endpoint::patience::Attempts;
use crate::endpoint::suites::{Ephemeral, ORDINARY, SuiteFacts, ephemeral, exists_at};
use crate::wire::write::{message, put_block8, put_block16, record};
use crate::wire::{
    Alert, ContentType, Flight, KeyExchange, ServerHello, SessionTicket, WireError, decode_session_ticket12, extension,
    handshake,
};

/// What a handshake is for, beside itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask<'a> {
    /// A second handshake on the same connection.
    Renegotiation,
    /// A ticket, and to go on from the session of this name, if any.
    Ticket {
        /// The name.
        session_id: &'a [u8],
    },
}

/// What a session left behind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Session {
    /// Its suite.
    pub(crate) suite: u16,
    /// Its name; empty when the server keeps none.
    pub(crate) id: Vec<u8>,
    /// Whether the server went on from the session that was asked for.
    pub(crate) resumed: bool,
    /// The ticket, if one was asked for and given.
    pub(crate) ticket: Option<SessionTicket>,
    /// Whether the server lets the client begin another handshake on the connection; nothing when it was not asked.
    pub(crate) renegotiates: Option<Result<bool, Reason>>,
    /// Whether the server sent data of its own accord.
    pub(crate) spoke: bool,
}

/// Longest time for one handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(8);
/// Longest wait for the answer to a second handshake.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a server is given to answer of its own accord.
const PATIENCE: Duration = Duration::from_millis(500);

/// The usual suites with which we can carry a handshake to its end: in TLS 1.2, and in older versions.
static OFFERED: LazyLock<[Vec<u16>; 2]> = LazyLock::new(|| {
    [Version::Tls12, Version::Tls11].map(|version| {
        ORDINARY.iter().copied().filter(|suite| can_finish(*suite) && exists_at(version, *suite)).collect()
    })
});

fn offered(version: Version) -> &'static [u16] {
    let [tls12, older] = &*OFFERED;
    if version == Version::Tls12 { tls12 } else { older }
}

/// Whether we can carry a handshake with a suite to its end.
pub(crate) fn can_finish(suite: u16) -> bool {
    let by_curve = ephemeral(suite) == Some(Ephemeral::Curve);
    let by_rsa = SuiteFacts::of(suite).key_exchange.as_deref() == Some("RSA");
    (by_curve || by_rsa) && protection::is_known(suite)
}

/// Why a handshake was not finished.
#[derive(Debug)]
pub(crate) struct Unfinished {
    /// The reason.
    pub(crate) answer: Answer,
    /// Whether the server had asked for a client certificate, got none, and ended it.
    pub(crate) turned_away: bool,
}

/// Shakes hands, asks for what is wanted, and hangs up.
pub(crate) async fn shake_hands(caller: &Caller<'_>, version: Version, ask: Ask<'_>) -> Result<Session, Unfinished> {
    let mut attempts = Attempts::default();
    let mut came_of_it = visit_once(caller, version, ask).await;
    loop {
        // One that wants a certificate means it.
        let wrong = came_of_it.as_ref().err().filter(|unfinished| !unfinished.turned_away);
        match caller.again(&mut attempts, wrong.map(|unfinished| &unfinished.answer)).await {
            Ok(Some(caller)) => came_of_it = visit_once(&caller, version, ask).await,
            Ok(None) => return came_of_it,
            Err(answer) => return Err(Unfinished { answer, turned_away: false }),
        }
    }
}

async fn visit_once(caller: &Caller<'_>, version: Version, ask: Ask<'_>) -> Result<Session, Unfinished> {
    let came_of_it = visit(caller, version, ask).await;
    caller.note(came_of_it.as_ref().err().map(|unfinished| &unfinished.answer));
    came_of_it
}

async fn visit(caller: &Caller<'_>, version: Version, ask: Ask<'_>) -> Result<Session, Unfinished> {
    let channel = caller.connect().await.map_err(|answer| Unfinished { answer, turned_away: false })?;
    let mut visit = Visit::new(version, Talk::new(channel));
    let steps = visit.steps(caller, ask);
    let end = caller.deadline.shortened(HANDSHAKE_TIMEOUT).cap(steps).await.unwrap_or_else(|late| Err(late.into()));
    let session = match end {
        Ok(after) => {
            let resumed = after.is_none();
            let renegotiates = match (ask, after) {
                (Ask::Renegotiation, Some(after)) => Some(visit.renegotiate(caller, after).await),
                _ => None,
            };
            let hello = visit.flight.hello.take();
            hello.ok_or(End::Unable).map(|hello| Session {
                suite: hello.suite,
                id: hello.session_id,
                resumed,
                ticket: visit.ticket.take(),
                renegotiates,
                spoke: visit.spoke,
            })
        }
        Err(end) => Err(end),
    };
    session.map_err(|end| {
        let said_no = matches!(end, End::Alert(_) | End::Net(NetError::Closed));
        let turned_away = said_no && visit.flight.certificate_request.is_some();
        Unfinished { answer: end.into_answer(None, visit.talk.first), turned_away }
    })
}

/// Whether the server takes a `Finished` whose padding is wrong, in one of these suites in CBC mode.
pub(crate) async fn takes_wrong_padding(caller: &Caller<'_>, version: Version, suites: &[u16]) -> Result<bool, Reason> {
    let work = |talk| async move {
        let mut visit = Visit::new(version, talk);
        let random = random_bytes()?;
        let hello = visit.begin(&Hello { encrypt_then_mac: false, ..hello(caller, version, suites, random) }).await?;
        if hello.encrypt_then_mac {
            return Err(End::Unable);
        }
        // One that wants a certificate may end the handshake for want of it, whatever the padding.
        let may_want_more = visit.flight.certificate_request.is_some();
        let (client_random, _) = random.split_at(32);
        visit.finish(&hello, client_random, Finish::BadlyPadded).await?;
        match visit.talk.next().await {
            Ok(Event::ChangeCipherSpec | Event::Message(_)) => Ok(true),
            Ok(Event::Alert(alert)) if alert.fatal && (alert.is_about_padding() || !may_want_more) => Ok(false),
            Err(End::Net(NetError::Closed)) if !may_want_more => Ok(false),
            Ok(_) => Err(End::Unable),
            Err(end) => Err(end),
        }
    };
    caller.converse(work).await
}

/// A hello whose handshake we can carry on.
fn hello<'a>(caller: &Caller<'a>, version: Version, suites: &'a [u16], random: [u8; 64]) -> Hello<'a> {
    Hello {
        compressions: &[0],
        groups: &GROUPS,
        server_name: caller.server_name,
        random,
        ..Hello::new(version, suites)
    }
}

/// The empty secret. The library takes none that is empty, and HMAC fills its key with zeros (RFC 2104 section 2).
const NO_SECRET: [u8; 1] = [0];

/// The header of our half of a key exchange, sealed as if both sides had agreed on an empty secret: one who opens it waits
/// for the rest. `client_random` is that of the hello that the server answered.
pub(crate) fn header_without_secret(
    version: Version,
    hello: &ServerHello,
    client_random: &[u8],
) -> Result<Vec<u8>, End> {
    const HEADER: [u8; 4] = [handshake::CLIENT_KEY_EXCHANGE, 0, 1, 0];
    Ok(sealer(version, hello, client_random, &NO_SECRET)?.seal(ContentType::Handshake, &HEADER)?)
}

/// What seals our records, from the secret of a session.
fn sealer(version: Version, hello: &ServerHello, client_random: &[u8], secret: &[u8]) -> Result<Sealer12, End> {
    let length = Sealer12::key_material(version, hello.suite).ok_or(End::Unable)?;
    let seed = [hello.random.as_slice(), client_random].concat();
    let keys = Derivation::of(version, hello.suite).derive(secret, b"key expansion", &seed, length)?;
    Ok(Sealer12::new(version, hello.suite, &keys, hello.encrypt_then_mac)?)
}

/// How our half of a handshake ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finish {
    Rightly,
    BadlyPadded,
}

/// A handshake under way.
struct Visit {
    version: Version,
    talk: Talk,
    flight: Flight,
    ticket: Option<SessionTicket>,
    spoke: bool,
}

/// What a second handshake on the connection needs.
struct After {
    sealer: Sealer12,
    verify_data: Vec<u8>,
}

impl Visit {
    fn new(version: Version, talk: Talk) -> Self {
        Self { version, talk, flight: Flight::default(), ticket: None, spoke: false }
    }

    /// Says hello and reads the server's first flight, which must keep to what was offered.
    async fn begin(&mut self, offered: &Hello<'_>) -> Result<ServerHello, End> {
        self.talk.say(0x0301, &offered.message()).await?;
        self.flight = self.talk.flight().await?;
        let hello = self.flight.hello.clone().ok_or(End::Unable)?;
        let is_offered = hello.version == self.version.code() && offered.suites.contains(&hello.suite);
        if is_offered { Ok(hello) } else { Err(End::Unable) }
    }

    async fn steps(&mut self, caller: &Caller<'_>, ask: Ask<'_>) -> Result<Option<After>, End> {
        let random = random_bytes()?;
        let ticket = [(extension::SESSION_TICKET, Vec::new())];
        let (more, session_id): (&[_], &[u8]) = match ask {
            Ask::Renegotiation => (&[], &[]),
            Ask::Ticket { session_id } => (&ticket, session_id),
        };
        let hello = self
            .begin(&Hello { more, session_id, ..hello(caller, self.version, offered(self.version), random) })
            .await?;
        if !session_id.is_empty() && hello.session_id == session_id {
            self.ticket = self.flight.ticket.take();
            return Ok(None);
        }
        let (client_random, _) = random.split_at(32);
        let (sealer, verify_data) = self.finish(&hello, client_random, Finish::Rightly).await?;
        self.read_until_finished().await?;
        Ok(Some(After { sealer, verify_data }))
    }

    /// Our half of the key exchange, and all that follows up to our `Finished`.
    async fn finish(
        &mut self,
        hello: &ServerHello,
        client_random: &[u8],
        ending: Finish,
    ) -> Result<(Sealer12, Vec<u8>), End> {
        let mut sent = Vec::new();
        if self.flight.certificate_request.is_some() {
            self.put(&mut sent, handshake::CERTIFICATE, &[0, 0, 0]);
        }
        let (secret, exchange) = self.exchange_keys()?;
        self.put(&mut sent, handshake::CLIENT_KEY_EXCHANGE, &exchange);
        let by = Derivation::of(self.version, hello.suite);
        let master = if hello.extended_master_secret {
            by.derive(&secret, b"extended master secret", &by.hash(&self.talk.transcript), 48)?
        } else {
            by.derive(&secret, b"master secret", &[client_random, &hello.random].concat(), 48)?
        };
        let mut sealer = sealer(self.version, hello, client_random, &master)?;
        let verify_data = by.derive(&master, b"client finished", &by.hash(&self.talk.transcript), 12)?;
        sent.extend(record(ContentType::ChangeCipherSpec, self.version.code(), &[1]));
        let finished = message(handshake::FINISHED, &verify_data);
        sent.extend(match ending {
            Finish::Rightly => sealer.seal(ContentType::Handshake, &finished)?,
            Finish::BadlyPadded => sealer.seal_badly_padded(ContentType::Handshake, &finished)?,
        });
        self.talk.send(&sent).await?;
        Ok((sealer, verify_data))
    }

    fn put(&mut self, sent: &mut Vec<u8>, kind: u8, body: &[u8]) {
        let message = message(kind, body);
        self.talk.transcript.extend_from_slice(&message);
        sent.extend(record(ContentType::Handshake, self.version.code(), &message));
    }

    /// The secret that both sides hold, and the message from which the server gets it.
    fn exchange_keys(&self) -> Result<(Vec<u8>, Vec<u8>), End> {
        let mut exchange = Vec::new();
        if let Some(theirs) = &self.flight.key_exchange {
            let KeyExchange::Group(group) = theirs.group else { return Err(End::Unable) };
            let pair = KeyPair::generate(group).ok_or(End::Unable)?;
            put_block8(&mut exchange, &pair.public);
            return Ok((pair.agree(&theirs.public_key).ok_or(End::Unable)?, exchange));
        }
        let certificate = self.flight.certificates.as_ref().and_then(|all| all.first()).ok_or(End::Unable)?;
        let (_, certificate) = parse_x509_certificate(certificate).map_err(|_| End::Unable)?;
        let key = PublicEncryptingKey::from_der(certificate.public_key().raw).map_err(|_| End::Unable)?;
        let key = Pkcs1PublicEncryptingKey::new(key)?;
        let [major, minor] = self.version.code().to_be_bytes();
        let mut secret = random_bytes()?.get(..48).unwrap_or_default().to_vec();
        secret.splice(..2, [major, minor]);
        let mut encrypted = vec![0; key.ciphertext_size()];
        put_block16(&mut exchange, key.encrypt(&secret, &mut encrypted)?);
        Ok((secret, exchange))
    }

    /// The ticket, if any, the change of cipher, and a sealed message: only a server that found ours right sends it.
    async fn read_until_finished(&mut self) -> Result<(), End> {
        loop {
            match self.talk.next().await? {
                Event::Message(message) if message.kind == handshake::NEW_SESSION_TICKET => {
                    self.ticket = Some(decode_session_ticket12(message.body())?);
                }
                Event::Message(_) | Event::Other(_) => {
                    return Err(End::Wire(WireError::Malformed("handshake message out of place")));
                }
                Event::Alert(alert) => return Err(End::Alert(alert)),
                Event::ChangeCipherSpec => break,
            }
        }
        match self.talk.next_kind().await? {
            ContentType::Handshake => {
                self.talk.handshake_is_over();
                Ok(())
            }
            _ => Err(End::Net(NetError::Refused)),
        }
    }

    /// The kind of the next record that carries no data, such as the greeting of a mailbox.
    async fn next_but_data(&mut self) -> Result<ContentType, End> {
        loop {
            match self.talk.next_kind().await? {
                ContentType::ApplicationData => self.spoke = true,
                kind => return Ok(kind),
            }
        }
    }

    /// Asks for a second handshake. The kind of the answer tells enough: a handshake message, or anything that ends it.
    async fn renegotiate(&mut self, caller: &Caller<'_>, after: After) -> Result<bool, Reason> {
        let asked = async {
            let After { mut sealer, verify_data } = after;
            let mut info = Vec::new();
            put_block8(&mut info, &verify_data);
            let more = [(extension::RENEGOTIATION_INFO, info)];
            let hello = Hello { more: &more, ..hello(caller, self.version, offered(self.version), random_bytes()?) };
            self.talk.send(&sealer.seal(ContentType::Handshake, &hello.message())?).await?;
            if let Ok(kind) = caller.deadline.shortened(PATIENCE).cap(self.next_but_data()).await {
                return kind;
            }
            // Some keep their answer until they have more to say: a goodbye draws it out.
            self.talk.send(&sealer.seal(ContentType::Alert, &[1, Alert::CLOSE_NOTIFY])?).await?;
            self.next_but_data().await
        };
        match caller.deadline.shortened(ANSWER_TIMEOUT).cap(asked).await {
            Ok(Ok(kind)) => Ok(kind == ContentType::Handshake),
            // Some servers say no by hanging up.
            Ok(Err(End::Net(NetError::Closed))) => Ok(false),
            Ok(Err(End::Net(error))) | Err(error) => Err(error.reason()),
            Ok(Err(End::Wire(_))) => Err(Reason::PeerMisbehaved),
            Ok(Err(End::Alert(_) | End::Unable)) => Err(Reason::Unsupported),
        }
    }
}
