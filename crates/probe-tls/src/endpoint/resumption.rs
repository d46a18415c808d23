//! Whether a client that comes back may go on from its last session, and with what.

use std::collections::BTreeMap;

use vigie_model::Reason;

use crate::endpoint::exchange::{Answer, Caller, Offer};
use crate::endpoint::facts::Version;
use crate::endpoint::survey::newest_up_to_tls12;
use crate::session::tls12::{self, Ask, Session, Unfinished};
use crate::session::{Handshake, Ticket, random_bytes, tls13};
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

/// A session of TLS 1.3, by ticket. `handshake` is the one that was carried through.
pub(crate) async fn at_tls13(
    caller: &Caller<'_>,
    handshake: Option<&Result<Handshake, Answer>>,
) -> Option<Result<Session13, Reason>> {
    let handshake = match handshake? {
        Ok(handshake) if handshake.took_tickets => handshake,
        Ok(_) => return Some(Err(Reason::Unsupported)),
        Err(answer) => return Some(Err(answer.reason().unwrap_or(Reason::Unsupported))),
    };
    let lifetime = handshake.tickets.iter().map(Ticket::lifetime).max();
    let Some(ticket) = handshake.tickets.first() else {
        return Some(Ok(Session13 { lifetime, resumed: Ok(false), early_data: Ok(false) }));
    };
    let came_of_it = tls13::resume(&caller.to_learn("sessions"), ticket).await;
    let came_of_it = came_of_it.map_err(|answer| answer.reason().unwrap_or(Reason::PeerMisbehaved));
    let resumed = came_of_it.map(|seen| seen.resumed);
    // A ticket that allows no early data is an answer of its own.
    let early_data = if ticket.max_early_data() == 0 { Ok(false) } else { came_of_it.map(|seen| seen.early_data) };
    Some(Ok(Session13 { lifetime, resumed, early_data }))
}
