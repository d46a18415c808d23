//! Heartbleed (CVE-2014-0160). Sent, to servers that say that they answer heartbeats: a hello, then, before any key, a
//! heartbeat of three bytes that claims to hold one byte and holds none. RFC 6520 section 4 has such a heartbeat thrown
//! away; a flawed server answers it with one byte of its memory.
//!
//! OpenSSL keeps answers of that stage until there are 4,096 bytes of them: a second heartbeat follows, with nothing
//! wrong in it, whose answer is long enough to drive the first out. It must not go along with the first, since some
//! servers read one record and wait for more to come. Then a change of cipher that has no place there: every server
//! ends the connection, and an end without an answer is no silence.

use std::collections::BTreeMap;
use std::time::Duration;

use vigie_probe::NetError;

use super::{Verdict, newest_in_the_clear};
use crate::endpoint::exchange::{Answer, Caller};
use crate::endpoint::facts::Version;
use crate::endpoint::hello::{Hello, Shape};
use crate::session::random_bytes;
use crate::session::talk::{End, Talk};
use crate::wire::write::record;
use crate::wire::{ContentType, WireError};

/// A request, one byte long by its own word, that ends here.
const REQUEST: [u8; 3] = [1, 0, 1];
/// Bytes that a sound request carries, and has back in the answer.
const PAYLOAD: u16 = 8192;
/// As many follow as RFC 6520 section 4 wants.
const PADDING: usize = 16;
/// How long a server is given for its answer to a heartbeat.
const PATIENCE: Duration = Duration::from_millis(500);

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
    for request in [&REQUEST[..], &sound_request()] {
        talk.send(&record(ContentType::Heartbeat, version.code(), request)).await?;
        if let Ok(answer) = caller.deadline.shortened(PATIENCE).cap(talk.next_as_it_comes()).await {
            return is_of_memory(answer);
        }
    }
    talk.send(&record(ContentType::ChangeCipherSpec, version.code(), &[1])).await?;
    is_of_memory(talk.next_as_it_comes().await)
}

fn sound_request() -> Vec<u8> {
    let mut request = vec![1];
    request.extend(PAYLOAD.to_be_bytes());
    request.resize(request.len() + usize::from(PAYLOAD) + PADDING, 0);
    request
}

/// Whether the first answer is to the request that deserves none: that to the other one is longer.
fn is_of_memory(answer: Result<(ContentType, usize), End>) -> Result<bool, End> {
    match answer {
        Ok((ContentType::Heartbeat, length)) => Ok(length < PAYLOAD.into()),
        Ok((ContentType::Alert, _)) | Err(End::Net(NetError::Closed)) => Ok(false),
        Ok(_) => Err(End::Wire(WireError::Malformed("an answer to a heartbeat"))),
        Err(end) => Err(end),
    }
}
