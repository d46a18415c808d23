//! CCS injection (CVE-2014-0224). Sent: a hello, then a change of cipher before there is a key, and, to a server that
//! does not mind, a second one. A sound server ends the connection at the first. A flawed one has changed to a cipher
//! with an empty key, cannot open the second, and says so.
//!
//! Some flawed servers, such as those of Node.js, hang up without a word. To tell them from sound ones that are slow,
//! four bytes are sent on another connection between the two changes, sealed with that empty key: the header of a
//! message. Only a flawed server can open it, and waits for the rest.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;
use vigie_model::Reason;
use vigie_probe::NetError;

use super::{Verdict, newest_in_the_clear};
use crate::endpoint::exchange::{Accepted, Answer, Caller, Offer};
use crate::endpoint::facts::Version;
use crate::endpoint::hello::Hello;
use crate::session::random_bytes;
use crate::session::talk::{End, Event, Talk};
use crate::session::tls12::header_without_secret;
use crate::wire::write::record;
use crate::wire::{Alert, ContentType, Flight, WireError};

/// How long a server is given to mind, at the least.
const PATIENCE: Duration = Duration::from_secs(1);
/// How many times as long as for its first flight.
const FLIGHTS: u32 = 4;

/// What is sent between the two changes of cipher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    Nothing,
    SealedHeader,
}

/// What a server makes of an early change of cipher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reaction {
    Minds,
    MindsNot,
    Unclear,
}

/// On a connection of its own.
pub(crate) async fn test(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> Verdict {
    let (version, seen) = match newest_in_the_clear(versions) {
        Ok(newest) => newest,
        Err(verdict) => return verdict,
    };
    let offer = Offer::new(version, seen.suites_again());
    let caller = &caller.to_learn("CCS injection");
    let (_, reaction) = caller.converse(|talk| changes_too_early(caller, offer, Between::Nothing, talk)).await?;
    verdict(caller, offer, reaction).await
}

/// After a hello that is sent anyway, whose answer comes with the verdict. Nothing when that hello was not accepted.
pub(crate) async fn test_after(caller: &Caller<'_>, offer: Offer<'_>) -> Option<(Accepted, Verdict)> {
    let tried = caller.converse(|talk| changes_too_early(caller, offer, Between::Nothing, talk)).await;
    let (mut flight, reaction) = tried.ok()?;
    let hello = flight.hello.take().filter(|hello| hello.version == offer.version.code())?;
    let verdict = verdict(&caller.to_learn("CCS injection"), offer, reaction).await;
    Some((Accepted { hello, flight, shape: offer.shape }, verdict))
}

async fn verdict(caller: &Caller<'_>, offer: Offer<'_>, reaction: Reaction) -> Verdict {
    match reaction {
        Reaction::Minds => Ok(false),
        Reaction::MindsNot => Ok(true),
        Reaction::Unclear => {
            let again = caller.converse(|talk| changes_too_early(caller, offer, Between::SealedHeader, talk)).await;
            match again? {
                (_, Reaction::MindsNot) => Ok(true),
                _ => Err(Reason::PeerMisbehaved),
            }
        }
    }
}

async fn changes_too_early(
    caller: &Caller<'_>,
    offer: Offer<'_>,
    between: Between,
    mut talk: Talk,
) -> Result<(Flight, Reaction), End> {
    let Offer { version, suites, groups, shape, named, .. } = offer;
    let server_name = caller.server_name.filter(|_| named);
    let random = random_bytes()?;
    let hello = Hello { groups, shape, server_name, random, ..Hello::new(version, suites) };
    let begun = Instant::now();
    talk.say(0x0301, &hello.message()).await?;
    let flight = talk.flight().await?;
    let patience = PATIENCE.max(begun.elapsed() * FLIGHTS);
    let (client_random, _) = random.split_at(32);
    let sealed = match (between, &flight.hello) {
        (Between::SealedHeader, Some(hello)) => Some(header_without_secret(version, hello, client_random)?),
        _ => None,
    };
    let reaction = reaction(caller, version, sealed.as_deref(), patience, talk).await?;
    Ok((flight, reaction))
}

async fn reaction(
    caller: &Caller<'_>,
    version: Version,
    sealed: Option<&[u8]>,
    patience: Duration,
    mut talk: Talk,
) -> Result<Reaction, End> {
    let change = record(ContentType::ChangeCipherSpec, version.code(), &[1]);
    let mut is_silent_after = async |bytes: &[u8]| {
        talk.send(bytes).await?;
        match caller.deadline.shortened(patience).cap(talk.next()).await {
            Ok(answer) => ended(answer).map(|_| false),
            Err(_) => Ok(true),
        }
    };
    if !is_silent_after(&change).await? {
        return Ok(Reaction::Minds);
    }
    if let Some(sealed) = sealed
        && !is_silent_after(sealed).await?
    {
        return Ok(Reaction::Unclear);
    }
    talk.send(&change).await?;
    let alert = ended(talk.next().await)?;
    let cannot_open = |alert: Alert| [Alert::BAD_RECORD_MAC, Alert::DECRYPTION_FAILED].contains(&alert.code);
    Ok(match alert {
        // Until then it went on: it did open what was sealed.
        _ if sealed.is_some() => Reaction::MindsNot,
        Some(alert) if cannot_open(alert) => Reaction::MindsNot,
        Some(_) => Reaction::Minds,
        None => Reaction::Unclear,
    })
}

/// The alert with which the connection ended, if there was one.
fn ended(answer: Result<Event, End>) -> Result<Option<Alert>, End> {
    match answer {
        Ok(Event::Alert(alert)) => Ok(Some(alert)),
        Err(End::Net(NetError::Closed)) => Ok(None),
        Ok(_) => Err(End::Wire(WireError::Malformed("an answer to an early change of cipher"))),
        Err(end) => Err(end),
    }
}
