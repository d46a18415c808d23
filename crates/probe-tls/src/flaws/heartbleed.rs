//! Heartbleed (CVE-2014-0160). Sent, to servers that say that they answer heartbeats: a hello, then, before any key, a
//! heartbeat of three bytes that claims to hold one byte and holds none, then a change of cipher that has no place
//! there. RFC 6520 section 4 has such a heartbeat thrown away; a flawed server answers it with one byte of its
//! memory. Every server ends the connection at the change of cipher: an end without an answer is no silence.

use std::collections::BTreeMap;

use vigie_probe::NetError;

use super::{Verdict, newest_in_the_clear};
use crate::endpoint::exchange::{Answer, Caller};
use crate::endpoint::facts::Version;
use crate::endpoint::hello::{Hello, Shape};
use crate::session::random_bytes;
use crate::session::talk::{End, Event, Talk};
use crate::wire::write::record;
use crate::wire::{ContentType, WireError};

/// A request, one byte long by its own word, that ends here.
const REQUEST: [u8; 3] = [1, 0, 1];

pub(super) async fn test(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> Verdict {
    let (version, seen) = match newest_in_the_clear(versions) {
        Ok((version, seen)) if seen.hello.heartbeat => (version, seen),
        Ok(_) => return Ok(false),
        Err(verdict) => return verdict,
    };
    caller.to_learn("Heartbleed").converse(|talk| answers_beyond(caller, version, seen.suites_again(), talk)).await
}

async fn answers_beyond(caller: &Caller<'_>, version: Version, suites: &[u16], mut talk: Talk) -> Result<bool, End> {
    let server_name = caller.server_name;
    let hello = Hello { shape: Shape::Rich, server_name, random: random_bytes()?, ..Hello::new(version, suites) };
    talk.say(0x0301, &hello.message()).await?;
    talk.flight().await?;
    let heartbeat = record(ContentType::Heartbeat, version.code(), &REQUEST);
    let change = record(ContentType::ChangeCipherSpec, version.code(), &[1]);
    talk.send(&[heartbeat, change].concat()).await?;
    match talk.next().await {
        Ok(Event::Other(ContentType::Heartbeat)) => Ok(true),
        Ok(Event::Alert(_)) | Err(End::Net(NetError::Closed)) => Ok(false),
        Ok(_) => Err(End::Wire(WireError::Malformed("an answer to a heartbeat"))),
        Err(end) => Err(end),
    }
}
