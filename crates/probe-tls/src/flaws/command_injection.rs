//! Command injection into STARTTLS (CVE-2011-0411). Sent, where TLS begins on request: the request and, in the same
//! packet, a command that does nothing (`NOOP`); then a whole handshake, and a goodbye. A sound server forgets what came
//! before TLS; a flawed one answers the command inside it, as if it had been protected.

use std::collections::BTreeMap;

use vigie_model::Reason;
use vigie_probe::NetError;

use super::{Verdict, newest_in_the_clear};
use crate::endpoint::exchange::{Answer, Caller};
use crate::endpoint::facts::Version;
use crate::endpoint::hello::SCHEMES;
use crate::endpoint::survey::accepted_at;
use crate::session::tls12::{self, Ask};
use crate::session::tls13::{self, Wish};

pub(super) async fn test(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> Verdict {
    if caller.starttls.idle_command().is_none() {
        return Ok(false);
    }
    let caller = Caller { injects: true, ..caller.to_learn("command injection") };
    let spoke = if accepted_at(versions, Version::Tls13).is_some() {
        let wish = Wish { named: true, schemes: SCHEMES, for_staple: false };
        tls13::shake_hands(&caller, &wish).await.map(|seen| seen.spoke)
    } else {
        let version = match newest_in_the_clear(versions) {
            Ok((version, _)) if version > Version::Ssl30 => version,
            Ok(_) => return Err(Reason::Unsupported),
            Err(none) => return none,
        };
        tls12::shake_hands(&caller, version, Ask::Renegotiation)
            .await
            .map(|session| session.spoke)
            .map_err(|unfinished| unfinished.answer)
    };
    // A server that refuses to go on after such a packet is sound, and so is one that obeys at once, in the clear: it
    // went on with every handshake before.
    spoke.or_else(|answer| match answer {
        Answer::NoStartTls(_) | Answer::NotTls(_) | Answer::Unanswered(NetError::Closed | NetError::Refused, _) => {
            Ok(false)
        }
        other => Err(other.reason().unwrap_or(Reason::PeerMisbehaved)),
    })
}
