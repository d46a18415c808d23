//! POODLE against TLS (CVE-2014-8730). Sent, where TLS 1.2 has a suite in CBC mode: one handshake whose last message is
//! filled with one wrong byte. A sound server takes it for a forgery and hangs up; a flawed one does not look, and lets an
//! attacker on the way guess a byte at a time as in SSL 3.0.

use std::collections::BTreeMap;

use tls_parser::{TlsCipherEncMode, TlsCipherSuite};
use vigie_model::Reason;

use super::{Verdict, takes_among};
use crate::endpoint::enumerate::SuitesSeen;
use crate::endpoint::exchange::{Answer, Caller};
use crate::endpoint::facts::Version;
use crate::session::tls12::{can_finish, takes_wrong_padding};

pub(crate) async fn test(
    caller: &Caller<'_>,
    versions: &BTreeMap<Version, Answer>,
    suites: &BTreeMap<Version, SuitesSeen>,
) -> Verdict {
    let tls12 = suites.get(&Version::Tls12).map(SuitesSeen::codes).unwrap_or_default();
    let to_finish: Vec<u16> = tls12.into_iter().filter(|suite| is_in_cbc(*suite) && can_finish(*suite)).collect();
    if !to_finish.is_empty() {
        return takes_wrong_padding(caller, &to_finish).await;
    }
    // SSL 3.0 has the flaw by design, and a word of its own.
    let takes_cbc = takes_among(versions, suites, Version::Tls10..=Version::Tls12, |suite, _| {
        suite.enc_mode == TlsCipherEncMode::Cbc
    });
    if takes_cbc? { Err(Reason::Unsupported) } else { Ok(false) }
}

fn is_in_cbc(suite: u16) -> bool {
    TlsCipherSuite::from_id(suite).is_some_and(|suite| suite.enc_mode == TlsCipherEncMode::Cbc)
}
