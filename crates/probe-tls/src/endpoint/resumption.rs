//! Whether a client that comes back may go on from its last session, and with what.

use std::collections::BTreeMap;

use vigie_model::Reason;

use crate::endpoint::exchange::{Answer, Caller, Offer};
use crate::endpoint::facts::Version;
use crate::endpoint::survey::newest_up_to_tls12;
use crate::session::tls12::{self, Ask, Session, Unfinished};
use crate::session::tls13::{self, Return};
use crate::session::{Handshake, Ticket, random_bytes};
use crate::wire::extension;

/// What came of sessions and of coming back to them.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    /// In the newest accepted version up to TLS 1.2.
    pub(crate) at_tls12: Option<Result<Session12, NoSession>>,
    /// In TLS 1.3, where it is accepted.
    pub(crate) at_tls13: Option<Result<Session13, Reason>>,
}

/// Why there is no session of TLS 1.2 or older.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoSession {
    pub(crate) reason: Reason,
    /// Whether the server turns away those who show no certificate of their own.
    pub(crate) turned_away: bool,
}

/// Sessions of TLS 1.2 or older, and what came of going back to them.
#[derive(Debug)]
pub(crate) struct Session12 {
    /// Whether the server lets the client begin another handshake on the connection.
    pub(crate) renegotiates: Result<bool, Reason>,
    /// By name.
    pub(crate) by_id: Result<bool, Reason>,
    /// The life of a ticket in seconds, 0 when the server does not say; nothing when it gives none.
    pub(crate) lifetime: Result<Option<u32>, Reason>,
    /// By ticket: the session's name in the server's answer, when it goes on from it.
    pub(crate) by_ticket: Result<Option<Echo>, Reason>,
}

impl Session12 {
    /// Keys of SSL 3.0 are derived in a way that our client does not know; it has no extensions, hence no tickets.
    const OF_SSL3: Self = Self {
        renegotiates: Err(Reason::Unsupported),
        by_id: Err(Reason::Unsupported),
        lifetime: Ok(None),
        by_ticket: Ok(None),
    };
}

/// The name of a session that was asked for, and the one in the answer.
#[derive(Debug)]
pub(crate) struct Echo {
    pub(crate) asked: Vec<u8>,
    pub(crate) answered: Vec<u8>,
}

/// A session of TLS 1.3, and what came of going back to it.
#[derive(Debug)]
pub(crate) struct Session13 {
    /// The longest life of a ticket, in seconds; nothing when no ticket came.
    pub(crate) lifetime: Option<u32>,
    /// Whether the server goes on from a ticket.
    pub(crate) resumed: Result<bool, Reason>,
    /// Whether it takes data before the handshake is over.
    pub(crate) early_data: Result<bool, Reason>,
}

/// Bytes of the name under which a ticket is sent: one less than most, so that an answer with the usual 32 shows
/// that the server does not look at the length.
const ODD_ID_BYTES: usize = 31;

/// Sessions of the newest accepted version up to TLS 1.2, by name and by ticket.
///
/// The first handshake asks for no ticket: servers that give one name no session. The second asks to go on from the
/// first by its name, and for a ticket: it shows whether names serve. A server that goes on does not say how long its
/// ticket lives, and is asked for one in a third.
pub(crate) async fn at_tls12(
    caller: &Caller<'_>,
    versions: &BTreeMap<Version, Answer>,
) -> Option<Result<Session12, NoSession>> {
    let (version, seen) = newest_up_to_tls12(versions)?;
    if version == Version::Ssl30 {
        return Some(Ok(Session12::OF_SSL3));
    }
    let caller = &caller.to_learn("sessions");
    Some(match tls12::shake_hands(caller, version, Ask::Renegotiation).await {
        Ok(session) => Ok(come_back(caller, version, session, seen.hello.session_ticket).await),
        Err(unfinished) => Err(no_session(&unfinished)),
    })
}

/// What comes of a session once it is over.
async fn come_back(caller: &Caller<'_>, version: Version, session: Session, gives_tickets: bool) -> Session12 {
    let renegotiates = session.renegotiates.unwrap_or(Err(Reason::Bug));
    if session.id.is_empty() && !gives_tickets {
        return Session12 { renegotiates, by_id: Ok(false), lifetime: Ok(None), by_ticket: Ok(None) };
    }
    let second = tls12::shake_hands(caller, version, Ask::Ticket { session_id: &session.id }).await;
    let second = second.map_err(|unfinished| no_session(&unfinished).reason);
    let by_id = second.as_ref().map(|second| second.resumed).map_err(|reason| *reason);
    let fresh = match second {
        Ok(second) if second.resumed && gives_tickets => {
            let third = tls12::shake_hands(caller, version, Ask::Ticket { session_id: &[] }).await;
            third.map_err(|unfinished| no_session(&unfinished).reason)
        }
        second => second,
    };
    let ticket = fresh.map(|session| session.ticket.map(|ticket| (session.suite, ticket)));
    let lifetime = ticket.as_ref().map(|ticket| ticket.as_ref().map(|(_, (lifetime, _))| *lifetime));
    let lifetime = lifetime.map_err(|reason| *reason);
    let by_ticket = match ticket {
        Ok(Some((suite, (_, ticket)))) => by_ticket(caller, version, suite, ticket).await,
        Ok(None) => Ok(None),
        Err(reason) => Err(reason),
    };
    Session12 { renegotiates, by_id, lifetime, by_ticket }
}

fn no_session(unfinished: &Unfinished) -> NoSession {
    let reason = match unfinished.answer.reason() {
        // What is refused here is accepted elsewhere, with suites that our client cannot finish with.
        None | Some(Reason::Refused) if !unfinished.turned_away => Reason::Unsupported,
        other => other.unwrap_or(Reason::Unsupported),
    };
    NoSession { reason, turned_away: unfinished.turned_away }
}

async fn by_ticket(caller: &Caller<'_>, version: Version, suite: u16, ticket: Vec<u8>) -> Result<Option<Echo>, Reason> {
    let asked = random_bytes().map_err(|_| Reason::Bug)?.get(..ODD_ID_BYTES).unwrap_or_default().to_vec();
    let more = [(extension::SESSION_TICKET, ticket)];
    let suites = [suite];
    let offer = Offer { session_id: &asked, more: &more, ..Offer::new(version, &suites) };
    let answered = match caller.ask(&offer).await {
        Answer::Accepted(seen) => seen.hello.session_id,
        other => return Err(other.reason().unwrap_or(Reason::PeerMisbehaved)),
    };
    Ok(answered.starts_with(&asked).then_some(Echo { asked, answered }))
}

/// What came of coming back to a server that speaks TLS 1.3.
#[derive(Debug)]
pub(crate) struct Returned {
    pub(crate) session: Result<Session13, Reason>,
    /// Every group that the server says it supports, best first; nothing when it does not say.
    pub(crate) groups: Option<Vec<u16>>,
}

/// Comes back in TLS 1.3, by ticket where one was handed out. `handshake` is the one that was carried through; `group`
/// one that the server accepts and likes less than another, if there is one: to a key of that it may answer with all.
pub(crate) async fn come_back_at_tls13(
    caller: &Caller<'_>,
    handshake: &Result<Handshake, Answer>,
    group: Option<u16>,
) -> Returned {
    let group = group.filter(|group| tls13::is_known_group(*group));
    let handshake = match handshake {
        Ok(handshake) if handshake.took_tickets => Ok(handshake),
        Ok(_) => Err(Reason::Unsupported),
        Err(answer) => Err(answer.reason().unwrap_or(Reason::Unsupported)),
    };
    match handshake.map(|handshake| (handshake, handshake.tickets.first())) {
        Ok((handshake, Some(ticket))) => {
            let lifetime = handshake.tickets.iter().map(Ticket::lifetime).max();
            let returned = by_ticket_at_tls13(&caller.to_learn("sessions"), ticket, group).await;
            let session = Ok(Session13::of(lifetime, ticket, &returned));
            Returned { session, groups: returned.ok().and_then(|seen| seen.groups) }
        }
        Ok((_, None)) => Returned { session: Ok(Session13::NONE), groups: ask_for_groups(caller, group).await },
        Err(reason) => Returned { session: Err(reason), groups: ask_for_groups(caller, group).await },
    }
}

/// The group should not matter (RFC 8446 section 4.2.11): where the server does not go on, that of the session is tried.
async fn by_ticket_at_tls13(caller: &Caller<'_>, ticket: &Ticket, group: Option<u16>) -> Result<Return, Answer> {
    if let Some(group) = group.filter(|group| *group != ticket.group()) {
        match tls13::come_back(caller, Some(ticket), group).await {
            Ok(seen) if seen.resumed => return Ok(seen),
            _ => {}
        }
    }
    tls13::come_back(caller, Some(ticket), ticket.group()).await
}

/// Every group that the server says it supports to those without a ticket.
async fn ask_for_groups(caller: &Caller<'_>, group: Option<u16>) -> Option<Vec<u16>> {
    tls13::come_back(&caller.to_learn("groups"), None, group?).await.ok()?.groups
}

impl Session13 {
    /// That of a server that hands out no ticket.
    const NONE: Self = Self { lifetime: None, resumed: Ok(false), early_data: Ok(false) };

    fn of(lifetime: Option<u32>, ticket: &Ticket, returned: &Result<Return, Answer>) -> Self {
        let known = |fact: fn(&Return) -> bool| match returned {
            Ok(seen) => Ok(fact(seen)),
            Err(answer) => Err(answer.reason().unwrap_or(Reason::PeerMisbehaved)),
        };
        // A ticket that allows no early data is an answer of its own.
        let early_data = if ticket.max_early_data() == 0 { Ok(false) } else { known(|seen| seen.early_data) };
        Self { lifetime, resumed: known(|seen| seen.resumed), early_data }
    }
}
