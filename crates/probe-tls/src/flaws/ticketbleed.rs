//! Ticketbleed (CVE-2016-9244). Sent: one hello with a ticket that the server gave, and a session name of 31 bytes
//! instead of 32. A sound server that goes on answers with the same 31 bytes; a flawed one fills its usual 32 with a byte
//! of its memory.

use super::{Verdict, newest_in_the_clear};
use crate::endpoint::resumption::Echo;
use crate::endpoint::survey::Survey;

pub(super) fn verdict(survey: &Survey) -> Verdict {
    match &survey.sessions.at_tls12 {
        // Tickets are sent back in the clear up to TLS 1.2.
        None => newest_in_the_clear(&survey.versions).map_or_else(|none| none, |_| Ok(false)),
        Some(Err(none)) => Err(none.reason),
        Some(Ok(session)) => match &session.by_ticket {
            Err(reason) => Err(*reason),
            Ok(None) => Ok(false),
            Ok(Some(Echo { asked, answered })) => Ok(answered.len() > asked.len()),
        },
    }
}
