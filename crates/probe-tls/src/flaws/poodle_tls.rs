//! POODLE against TLS (CVE-2014-8730). Sent, where a version from TLS 1.0 to 1.2 has a suite in CBC mode, at the newest
//! of them: one handshake whose last message is filled with one wrong byte. A sound server takes it for a forgery and hangs up; a flawed one does not look, and lets an
//! attacker on the way guess a byte at a time as in SSL 3.0.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use tls_parser::{TlsCipherEncMode, TlsCipherSuite};
use vigie_model::Reason;

use super::{Verdict, takes_among};
use crate::endpoint::enumerate::SuitesSeen;
use crate::endpoint::exchange::{Answer, Caller};
use crate::endpoint::facts::Version;
use crate::session::tls12::{can_finish, takes_wrong_padding};

const VERSIONS: RangeInclusive<Version> = Version::Tls10..=Version::Tls12;

pub(crate) async fn test(
    caller: &Caller<'_>,
    versions: &BTreeMap<Version, Answer>,
    suites: &BTreeMap<Version, SuitesSeen>,
) -> Verdict {
    let with_cbc = suites.range(VERSIONS).rev().map(|(version, seen)| (*version, to_finish(seen)));
    if let Some((version, to_finish)) = with_cbc.into_iter().find(|(_, suites)| !suites.is_empty()) {
        return takes_wrong_padding(&caller.to_learn("POODLE in TLS"), version, &to_finish).await;
    }
    // SSL 3.0 has the flaw by design, and a word of its own.
    let takes_cbc = takes_among(versions, suites, VERSIONS, |suite, _| suite.enc_mode == TlsCipherEncMode::Cbc);
    if takes_cbc? { Err(Reason::Unsupported) } else { Ok(false) }
}

/// The suites in CBC mode with which we can carry a handshake to its end.
fn to_finish(seen: &SuitesSeen) -> Vec<u16> {
    seen.codes().into_iter().filter(|suite| is_in_cbc(*suite) && can_finish(*suite)).collect()
}

fn is_in_cbc(suite: u16) -> bool {
    TlsCipherSuite::from_id(suite).is_some_and(|suite| suite.enc_mode == TlsCipherEncMode::Cbc)
}
