//! A handshake of TLS 1.3 (RFC 8446): what the server says once it speaks in secret, and the tickets that it hands out.

use std::time::Duration;

use tokio::time::Instant;
use vigie_probe::NetError;

use super::agreement::{GROUPS, KeyPair};
use super::protection::{self, Protection13};
use super::schedule::{Hash, Secret};
use super::talk::{End, Event, Talk};
use super::{Handshake, Ticket, random_bytes};
use crate::channel::Channel;
use crate::endpoint::exchange::{Answer, Caller};
use crate::endpoint::facts::Version;
use crate::endpoint::hello::{Hello, STATUS_REQUEST};
use crate::endpoint::patience::Attempts;
use crate::endpoint::suites::TLS13;
use crate::wire::Message;
use crate::wire::write::{block16, message, put_block8, put_block16, record};
use crate::wire::{
    Alert, ContentType, EncryptedExtensions, ServerHello, WireError, decode_certificate_entries,
    decode_certificate_request, decode_encrypted_extensions, decode_server_hello, decode_session_ticket, extension,
    handshake,
};

/// What a handshake asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish<'w> {
    /// Whether the name of the server is sent.
    pub(crate) named: bool,
    /// Signature schemes, best first: they decide which certificate is shown.
    pub(crate) schemes: &'w [u16],
    /// Whether a stapled answer and timestamps are asked for.
    pub(crate) for_staple: bool,
}

/// What came of coming back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Return {
    /// Whether the server goes on from the ticket.
    pub(crate) resumed: bool,
    /// Whether it takes data before the handshake is over (0-RTT).
    pub(crate) early_data: bool,
    /// Every group that it says it supports, best first; nothing when it does not say.
    pub(crate) groups: Option<Vec<u16>>,
}

const VERSION: u16 = 0x0304;
const RECORD_VERSION: u16 = 0x0303;
/// Longest time for one handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(8);
/// Longest wait for tickets once the handshake is over.
const TICKETS_TIMEOUT: Duration = Duration::from_secs(2);
/// Tickets that are kept.
const MAX_TICKETS: usize = 8;

/// Shakes hands, takes the tickets, and hangs up. `Err` when the server showed nothing of what it hides.
pub(crate) async fn shake_hands(caller: &Caller<'_>, wish: &Wish<'_>) -> Result<Handshake, Answer> {
    let mut attempts = Attempts::default();
    let mut came_of_it = visit(caller, wish).await;
    while let Some(caller) = caller.again(&mut attempts, came_of_it.as_ref().err()).await? {
        came_of_it = visit(&caller, wish).await;
    }
    came_of_it
}

async fn visit(caller: &Caller<'_>, wish: &Wish<'_>) -> Result<Handshake, Answer> {
    let mut visit = Visit::new(caller.connect().await?);
    let steps = visit.steps(caller, wish);
    let end = caller.deadline.shortened(HANDSHAKE_TIMEOUT).cap(steps).await.unwrap_or_else(|late| Err(late.into()));
    let came_of_it = visit.leave(caller, end).await;
    caller.note(came_of_it.as_ref().err());
    came_of_it
}

/// A handshake that has begun: the server has named the suite and the group that it wants, and waits for our key.
pub(crate) struct Begun {
    visit: Visit,
    opening: Opening,
    answer: ServerHello,
}

/// Begins a handshake with these suites and groups and without a key. Nothing when the server does not ask for one that
/// we can make: the connection is over.
pub(crate) async fn begin(caller: &Caller<'_>, wish: &Wish<'_>, suites: Vec<u16>, groups: Vec<u16>) -> Option<Begun> {
    let mut visit = Visit::new(caller.connect().await.ok()?);
    let opening = Opening { suites, groups, ..Opening::of(caller, wish).ok()? };
    let asked = async {
        visit.talk.say(0x0301, &opening.hello(caller, None).message()).await?;
        visit.server_hello().await
    };
    let answer = caller.deadline.shortened(HANDSHAKE_TIMEOUT).cap(asked).await;
    let can_go_on = |answer: &ServerHello| {
        let is_offered = |group: u16| opening.groups.contains(&group) && is_known_group(group);
        let is_suite = opening.suites.contains(&answer.suite) && protection::is_known(answer.suite);
        answer.is_retry && is_suite && answer.group.is_some_and(is_offered)
    };
    let answer = answer.and_then(|answer| answer.ok().filter(can_go_on).ok_or(NetError::Refused));
    if answer.is_err() {
        caller.ledger.note(caller.purpose, "not carried on");
    }
    Some(Begun { visit, answer: answer.ok()?, opening })
}

impl Begun {
    /// What the server chose.
    pub(crate) fn answer(&self) -> &ServerHello {
        &self.answer
    }

    /// Carries the handshake on, takes the tickets, and hangs up.
    pub(crate) async fn go_on(self, caller: &Caller<'_>) -> Result<Handshake, Answer> {
        let Self { mut visit, opening, answer } = self;
        let steps = async {
            let agreed = visit.agree_at_last(caller, &opening, &answer).await?;
            visit.go_through(&opening, &agreed).await
        };
        let end = caller.deadline.shortened(HANDSHAKE_TIMEOUT).cap(steps).await.unwrap_or_else(|late| Err(late.into()));
        let came_of_it = visit.leave(caller, end).await;
        caller.note(came_of_it.as_ref().err());
        came_of_it
    }
}

/// Comes back, with a ticket if there is one and with a key of this group alone, which the server is known to accept;
/// hangs up as soon as the server has told what it makes of that.
///
/// One that would rather have another group says so now, and names all that it supports (RFC 8446 section 4.2.7).
pub(crate) async fn come_back(caller: &Caller<'_>, ticket: Option<&Ticket>, group: u16) -> Result<Return, Answer> {
    let mut attempts = Attempts::default();
    let mut came_of_it = come_back_once(caller, ticket, group).await;
    while let Some(caller) = caller.again(&mut attempts, came_of_it.as_ref().err()).await? {
        came_of_it = come_back_once(&caller, ticket, group).await;
    }
    came_of_it
}

async fn come_back_once(caller: &Caller<'_>, ticket: Option<&Ticket>, group: u16) -> Result<Return, Answer> {
    let mut visit = Visit::new(caller.connect().await?);
    let steps = visit.come_back(caller, ticket, group);
    let end = caller.deadline.shortened(HANDSHAKE_TIMEOUT).cap(steps).await.unwrap_or_else(|late| Err(late.into()));
    let Visit { talk, seen, .. } = visit;
    let came_of_it = end.map_err(|end| end.into_answer(seen.alert, talk.first));
    caller.note(came_of_it.as_ref().err());
    came_of_it
}

/// Whether we can agree on a key in a group.
pub(crate) fn is_known_group(group: u16) -> bool {
    GROUPS.contains(&group)
}

/// A handshake under way.
struct Visit {
    talk: Talk,
    seen: Handshake,
    /// The last secret of the schedule, once the server has finished.
    resumption: Option<Secret>,
}

/// The hellos of one handshake, which differ in nothing but our key.
struct Opening {
    suites: Vec<u16>,
    groups: Vec<u16>,
    schemes: Vec<u16>,
    more: Vec<(u16, Vec<u8>)>,
    random: [u8; 64],
    named: bool,
    for_staple: bool,
}

impl Opening {
    fn of(caller: &Caller<'_>, wish: &Wish<'_>) -> Result<Self, End> {
        let mut more = Vec::new();
        if wish.for_staple {
            more.push((extension::STATUS_REQUEST, STATUS_REQUEST.to_vec()));
            more.push((extension::SIGNED_CERTIFICATE_TIMESTAMP, Vec::new()));
        }
        more.extend(caller.protocol_extension());
        Ok(Self {
            suites: known_suites(),
            groups: GROUPS.to_vec(),
            schemes: wish.schemes.to_vec(),
            more,
            random: random_bytes()?,
            named: wish.named,
            for_staple: wish.for_staple,
        })
    }

    fn hello<'a>(&'a self, caller: &Caller<'a>, pair: Option<&'a KeyPair>) -> Hello<'a> {
        Hello {
            schemes: &self.schemes,
            groups: &self.groups,
            server_name: caller.server_name.filter(|_| self.named),
            random: self.random,
            share: pair.map(|pair| (pair.group, pair.public.as_slice())),
            more: &self.more,
            ..Hello::new(Version::Tls13, &self.suites)
        }
    }
}

/// What both sides agreed on.
struct Agreed {
    suite: u16,
    /// The secret that protects the rest of the handshake.
    handshake: Secret,
}

impl Visit {
    fn new(channel: Channel) -> Self {
        Self { talk: Talk::new(channel), seen: Handshake::default(), resumption: None }
    }

    /// Takes the tickets, where the handshake came to its end, and hangs up.
    async fn leave(mut self, caller: &Caller<'_>, end: Result<(), End>) -> Result<Handshake, Answer> {
        if end.is_ok() {
            let after = caller.deadline.shortened(TICKETS_TIMEOUT).cap(self.take_tickets()).await;
            // A server need not send any: that it said goodbye without one is an answer.
            let said_goodbye = match after {
                Ok(Ok(()) | Err(End::Net(NetError::Closed))) => true,
                Ok(Err(End::Alert(alert))) => alert.code == Alert::CLOSE_NOTIFY,
                Ok(Err(_)) | Err(_) => false,
            };
            self.seen.took_tickets = said_goodbye || !self.seen.tickets.is_empty();
        }
        let Self { talk, seen, .. } = self;
        match end {
            Err(end) if seen.certificates.is_empty() => Err(end.into_answer(seen.alert, talk.first)),
            _ => Ok(seen),
        }
    }

    async fn steps(&mut self, caller: &Caller<'_>, wish: &Wish<'_>) -> Result<(), End> {
        let opening = Opening::of(caller, wish)?;
        let [first_group, ..] = GROUPS;
        let pair = KeyPair::generate(first_group).ok_or(End::Unable)?;
        self.talk.say(0x0301, &opening.hello(caller, Some(&pair)).message()).await?;
        let answer = self.server_hello().await?;
        // Two hellos when the server wants another group.
        let agreed = if answer.is_retry {
            self.agree_at_last(caller, &opening, &answer).await?
        } else {
            self.agreed(&answer, &pair)?
        };
        self.go_through(&opening, &agreed).await
    }

    /// The second hello, with a key of the group that the server asked for.
    async fn agree_at_last(
        &mut self,
        caller: &Caller<'_>,
        opening: &Opening,
        asked: &ServerHello,
    ) -> Result<Agreed, End> {
        let pair = KeyPair::generate(asked.group.ok_or(End::Unable)?).ok_or(End::Unable)?;
        let hello = opening.hello(caller, Some(&pair));
        let mut more = hello.more.to_vec();
        more.extend(asked.cookie.as_ref().map(|cookie| (extension::COOKIE, block16(cookie))));
        self.talk.say(RECORD_VERSION, &Hello { more: &more, ..hello }.message()).await?;
        let answer = self.server_hello().await?;
        if answer.is_retry {
            return Err(End::Wire(WireError::Malformed("a second HelloRetryRequest")));
        }
        self.agreed(&answer, &pair)
    }

    /// All that follows an agreement.
    async fn go_through(&mut self, opening: &Opening, agreed: &Agreed) -> Result<(), End> {
        let theirs = agreed.handshake.derive("s hs traffic", &self.talk.transcript)?;
        let ours = agreed.handshake.derive("c hs traffic", &self.talk.transcript)?;
        self.talk.opener = Some(Protection13::new(agreed.suite, &theirs)?);
        self.read_until_finished().await?;
        let master = agreed.handshake.next(None)?;
        let theirs = master.derive("s ap traffic", &self.talk.transcript)?;
        let ours_after = master.derive("c ap traffic", &self.talk.transcript)?;
        self.talk.opener = Some(Protection13::new(agreed.suite, &theirs)?);
        self.finish(agreed, &ours, &ours_after).await?;
        self.resumption = Some(master.derive("res master", &self.talk.transcript)?);
        self.seen.version = Some(VERSION);
        self.seen.shows_all = true;
        self.seen.asked_for_staple = opening.for_staple;
        Ok(())
    }

    fn agreed(&mut self, answer: &ServerHello, pair: &KeyPair) -> Result<Agreed, End> {
        if answer.group != Some(pair.group) {
            return Err(End::Unable);
        }
        self.seen.suite = Some(answer.suite);
        self.seen.group = answer.group;
        let hash = Hash::of(answer.suite);
        let secret = pair.agree(&answer.share).ok_or(End::Unable)?;
        let handshake = Secret::early(hash, None).next(Some(&secret))?;
        Ok(Agreed { suite: answer.suite, handshake })
    }

    /// The ServerHello; the hellos before a retry count as their hash (RFC 8446 section 4.4.1).
    async fn server_hello(&mut self) -> Result<ServerHello, End> {
        const MESSAGE_HASH: u8 = 254;
        let message = self.message().await?;
        if message.kind != handshake::SERVER_HELLO {
            return Err(End::Wire(WireError::Malformed("handshake message out of place")));
        }
        let hello = decode_server_hello(message.body())?;
        if hello.version != VERSION {
            return Err(End::Unable);
        }
        if hello.is_retry {
            let hash = Hash::of(hello.suite).of_bytes(&self.talk.transcript);
            self.talk.transcript = crate::wire::write::message(MESSAGE_HASH, &hash);
        }
        self.talk.keep(&message);
        Ok(hello)
    }

    async fn read_until_finished(&mut self) -> Result<(), End> {
        loop {
            let message = self.message().await?;
            self.talk.keep(&message);
            match message.kind {
                handshake::ENCRYPTED_EXTENSIONS => {
                    self.seen.protocol = decode_encrypted_extensions(message.body())?.protocol;
                }
                handshake::CERTIFICATE_REQUEST => {
                    self.seen.certificate_request = Some(decode_certificate_request(message.body(), VERSION)?);
                }
                handshake::CERTIFICATE => self.take_certificates(&message)?,
                handshake::FINISHED => return Ok(()),
                _ => {}
            }
        }
    }

    fn take_certificates(&mut self, message: &Message) -> Result<(), End> {
        let entries = decode_certificate_entries(message.body())?;
        if let Some(own) = entries.first() {
            self.seen.staple.clone_from(&own.staple);
            self.seen.timestamps.clone_from(&own.timestamps);
        }
        self.seen.certificates = entries.into_iter().map(|entry| entry.certificate).collect();
        Ok(())
    }

    /// Our end of the handshake, then our goodbye: the server sends its tickets in between.
    async fn finish(&mut self, agreed: &Agreed, ours: &Secret, ours_after: &Secret) -> Result<(), End> {
        let mut sealer = Protection13::new(agreed.suite, ours)?;
        let mut sent = record(ContentType::ChangeCipherSpec, RECORD_VERSION, &[1]);
        if self.seen.certificate_request.is_some() {
            // No context, and no certificate.
            let none = message(handshake::CERTIFICATE, &[0, 0, 0, 0]);
            self.talk.transcript.extend_from_slice(&none);
            sent.extend(sealer.seal(ContentType::Handshake, &none)?);
        }
        let finished = message(handshake::FINISHED, &ours.finished(&self.talk.transcript)?);
        self.talk.transcript.extend_from_slice(&finished);
        sent.extend(sealer.seal(ContentType::Handshake, &finished)?);
        let mut sealer = Protection13::new(agreed.suite, ours_after)?;
        sent.extend(sealer.seal(ContentType::Alert, &[1, Alert::CLOSE_NOTIFY])?);
        self.talk.send(&sent).await
    }

    /// Tickets, until the server hangs up.
    async fn take_tickets(&mut self) -> Result<(), End> {
        let Some(secret) = self.resumption.clone() else { return Ok(()) };
        let (Some(suite), Some(group)) = (self.seen.suite, self.seen.group) else { return Ok(()) };
        while self.seen.tickets.len() < MAX_TICKETS {
            let message = self.message().await?;
            if message.kind == handshake::NEW_SESSION_TICKET {
                let ticket = decode_session_ticket(message.body())?;
                self.seen.tickets.push(Ticket {
                    lifetime: ticket.lifetime,
                    max_early_data: ticket.max_early_data,
                    age_add: ticket.age_add,
                    key: secret.expand("resumption", &ticket.nonce, secret.length())?,
                    identity: ticket.ticket,
                    suite,
                    group,
                    received: Instant::now(),
                });
            }
        }
        Ok(())
    }

    async fn come_back(&mut self, caller: &Caller<'_>, ticket: Option<&Ticket>, group: u16) -> Result<Return, End> {
        let pair = KeyPair::generate(group).ok_or(End::Unable)?;
        self.talk.say(0x0301, &hello_again(caller, ticket, &pair)?).await?;
        let answer = self.server_hello().await?;
        let resumed = answer.pre_shared_key;
        let key = ticket.filter(|_| resumed).map(|ticket| ticket.key.as_slice());
        let early_data_is_open = resumed && ticket.is_some_and(|ticket| ticket.max_early_data > 0);
        match self.encrypted_extensions(&answer, &pair, key).await {
            Ok(seen) => Ok(Return { resumed, early_data: early_data_is_open && seen.early_data, groups: seen.groups }),
            // What was still to be told is of use, but not needed.
            Err(_) if !early_data_is_open => Ok(Return { resumed, early_data: false, groups: None }),
            Err(end) => Err(end),
        }
    }

    /// What comes after the ServerHello. `shared_key`: that of the session that is gone on with.
    async fn encrypted_extensions(
        &mut self,
        answer: &ServerHello,
        pair: &KeyPair,
        shared_key: Option<&[u8]>,
    ) -> Result<EncryptedExtensions, End> {
        let secret = pair.agree(&answer.share).ok_or(End::Unable)?;
        let handshake = Secret::early(Hash::of(answer.suite), shared_key).next(Some(&secret))?;
        let theirs = handshake.derive("s hs traffic", &self.talk.transcript)?;
        self.talk.opener = Some(Protection13::new(answer.suite, &theirs)?);
        let message = self.message().await?;
        if message.kind != handshake::ENCRYPTED_EXTENSIONS {
            return Err(End::Wire(WireError::Malformed("handshake message out of place")));
        }
        Ok(decode_encrypted_extensions(message.body())?)
    }

    /// The next handshake message. An alert is noted, and ends the handshake.
    async fn message(&mut self) -> Result<Message, End> {
        loop {
            match self.talk.next().await? {
                Event::Message(message) => return Ok(message),
                Event::Alert(alert) => {
                    self.seen.alert = Some(alert);
                    return Err(End::Alert(alert));
                }
                // An empty gesture towards boxes in between (RFC 8446 appendix D.4).
                Event::ChangeCipherSpec => self.seen.changes_cipher = true,
                Event::Other(_) => self.seen.spoke = true,
            }
        }
    }
}

/// The hello of a client that comes back.
fn hello_again(caller: &Caller<'_>, ticket: Option<&Ticket>, pair: &KeyPair) -> Result<Vec<u8>, End> {
    let suites = ticket.map_or_else(known_suites, |ticket| vec![ticket.suite]);
    let more = caller.protocol_extension();
    let hello = Hello {
        groups: &[pair.group],
        share: Some((pair.group, &pair.public)),
        more: &more,
        server_name: caller.server_name,
        random: random_bytes()?,
        ..Hello::new(Version::Tls13, &suites)
    };
    match ticket {
        None => Ok(hello.message()),
        Some(ticket) => with_ticket(&hello, ticket),
    }
}

/// A hello that goes on from a ticket: what proves that we hold its key hashes all that comes before the proof
/// (RFC 8446 section 4.2.11.2).
fn with_ticket(hello: &Hello<'_>, ticket: &Ticket) -> Result<Vec<u8>, End> {
    let early = Secret::early(Hash::of(ticket.suite), Some(&ticket.key));
    let age = u32::try_from(ticket.received.elapsed().as_millis()).unwrap_or(u32::MAX);
    let mut identity = block16(&ticket.identity);
    identity.extend(age.wrapping_add(ticket.age_add).to_be_bytes());
    let mut binder = Vec::new();
    put_block8(&mut binder, &vec![0; early.length()]);
    let mut binders = Vec::new();
    put_block16(&mut binders, &binder);
    // Early data is for the protocol of the session that is gone on with.
    let mut more = hello.more.to_vec();
    if ticket.max_early_data > 0 {
        more.push((extension::EARLY_DATA, Vec::new()));
    }
    more.push((extension::PRE_SHARED_KEY, [block16(&identity), binders.clone()].concat()));
    let mut hello = Hello { more: &more, ..*hello }.message();
    hello.truncate(hello.len().saturating_sub(binders.len()));
    let proof = early.derive("res binder", &[])?.finished(&hello)?;
    let mut binder = Vec::new();
    put_block8(&mut binder, &proof);
    put_block16(&mut hello, &binder);
    Ok(hello)
}

/// The suites that we can speak.
fn known_suites() -> Vec<u16> {
    TLS13.iter().copied().filter(|suite| protection::is_known(*suite)).collect()
}
