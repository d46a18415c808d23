//! CCS injection (CVE-2014-0224). Sent: a hello, then a change of cipher before there is a key, and, to a server that
//! does not mind, a second one. A sound server ends the connection at the first. A flawed one has changed to a cipher
//! with an empty key, cannot open the second, and says so.

use std::collections::BTreeMap;
use std::time::Duration;

use vigie_probe::NetError;

use super::{Verdict, newest_in_the_clear};
use crate::endpoint::exchange::{Accepted, Answer, Caller, Offer};
use crate::endpoint::facts::Version;
use crate::endpoint::hello::Hello;
use crate::session::random_bytes;
use crate::session::talk::{End, Event, Talk};
use crate::wire::write::record;
use crate::wire::{Alert, ContentType, Flight, WireError};

/// How long a server is given to mind the first.
const PATIENCE: Duration = Duration::from_secs(1);

/// On a connection of its own.
pub(crate) async fn test(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> Verdict {
    let (version, seen) = match newest_in_the_clear(versions) {
        Ok(newest) => newest,
        Err(verdict) => return verdict,
    };
    let offer = Offer::new(version, seen.suites_again());
    let caller = &caller.to_learn("CCS injection");
    caller.converse(|talk| changes_too_early(caller, offer, talk)).await.map(|(_, flawed)| flawed)
}

/// After a hello that is sent anyway, whose answer comes with the verdict. Nothing when that hello was not accepted.
pub(crate) async fn test_after(caller: &Caller<'_>, offer: Offer<'_>) -> Option<(Accepted, bool)> {
    let (mut flight, flawed) = caller.converse(|talk| changes_too_early(caller, offer, talk)).await.ok()?;
    let hello = flight.hello.take().filter(|hello| hello.version == offer.version.code())?;
    Some((Accepted { hello, flight, shape: offer.shape }, flawed))
}

async fn changes_too_early(caller: &Caller<'_>, offer: Offer<'_>, mut talk: Talk) -> Result<(Flight, bool), End> {
    let Offer { version, suites, groups, shape, named, .. } = offer;
    let server_name = caller.server_name.filter(|_| named);
    let hello = Hello { groups, shape, server_name, random: random_bytes()?, ..Hello::new(version, suites) };
    talk.say(0x0301, &hello.message()).await?;
    let flight = talk.flight().await?;
    let minds_not = minds_no_early_change(caller, version, talk).await?;
    Ok((flight, minds_not))
}

async fn minds_no_early_change(caller: &Caller<'_>, version: Version, mut talk: Talk) -> Result<bool, End> {
    let change = record(ContentType::ChangeCipherSpec, version.code(), &[1]);
    talk.send(&change).await?;
    match caller.deadline.shortened(PATIENCE).cap(talk.next()).await {
        Ok(Ok(Event::Alert(_)) | Err(End::Net(NetError::Closed))) => return Ok(false),
        Ok(Ok(_)) => return Err(End::Wire(WireError::Malformed("an answer to an early change of cipher"))),
        Ok(Err(end)) => return Err(end),
        Err(_) => {}
    }
    talk.send(&change).await?;
    match talk.next().await {
        Ok(Event::Alert(alert)) => Ok([Alert::BAD_RECORD_MAC, Alert::DECRYPTION_FAILED].contains(&alert.code)),
        Err(End::Net(NetError::Closed)) => Ok(false),
        Ok(_) => Err(End::Wire(WireError::Malformed("an answer to an early change of cipher"))),
        Err(end) => Err(end),
    }
}
