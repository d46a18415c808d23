//! Known flaws of TLS, a file each: what is sent, what it proves. None reads a server's memory beyond one byte of
//! proof, none disturbs it, and what an answer does not settle stays unknown.

mod beast;
pub(crate) mod ccs_injection;
mod command_injection;
mod crime;
pub(crate) mod drown;
mod freak;
mod heartbleed;
mod logjam;
mod lucky13;
mod poodle;
pub(crate) mod poodle_tls;
mod rc4;
pub(crate) mod robot;
mod sweet32;
mod ticketbleed;

use std::collections::BTreeMap;
use std::ops::RangeBounds;

use schemars::JsonSchema;
use serde::Serialize;
use tls_parser::TlsCipherSuite;
use vigie_model::Reason;

use crate::endpoint::enumerate::SuitesSeen;
use crate::endpoint::exchange::{Accepted, Answer, Caller};
use crate::endpoint::facts::Version;
use crate::endpoint::survey::{Survey, newest_up_to_tls12};
use crate::wire::ServerHello;

pub use drown::decode_ssl2_server_hello;

/// Whether a server has a flaw, or why that is unknown.
pub(crate) type Verdict = Result<bool, Reason>;

/// What the tests that need packets of their own showed.
#[derive(Debug, Default)]
pub(crate) struct Tested {
    pub(crate) heartbleed: Option<Verdict>,
    pub(crate) ccs_injection: Option<Verdict>,
    pub(crate) command_injection: Option<Verdict>,
    pub(crate) robot: Option<Verdict>,
    pub(crate) poodle_tls: Option<Verdict>,
    /// Whether SSL 2.0 is accepted.
    pub(crate) ssl20: Option<Verdict>,
}

/// Which known flaws a server has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FlawFacts {
    /// Heartbleed (CVE-2014-0160): the server gives parts of its memory to anybody.
    pub heartbleed: Option<bool>,
    /// CCS injection (CVE-2014-0224): it changes its cipher before there is a key.
    pub ccs_injection: Option<bool>,
    /// ROBOT (2017): its answers tell how an encrypted key was padded, which decrypts recorded sessions.
    pub robot: Option<bool>,
    /// Ticketbleed (CVE-2016-9244): it gives parts of its memory to those who come back with a ticket.
    pub ticketbleed: Option<bool>,
    /// DROWN (CVE-2016-0800): it speaks SSL 2.0, through which sessions of newer versions are decrypted.
    pub drown: Option<bool>,
    /// POODLE (CVE-2014-3566): it accepts SSL 3.0 with a cipher in CBC mode.
    pub poodle: Option<bool>,
    /// POODLE against TLS (CVE-2014-8730): it does not look at how records in CBC mode are filled.
    pub poodle_tls: Option<bool>,
    /// FREAK (CVE-2015-0204): it accepts RSA keys of the export laws of the 1990s.
    pub freak: Option<bool>,
    /// Logjam (CVE-2015-4000): it exchanges keys over a prime of 1024 bits or less, or accepts export suites that do.
    pub logjam: Option<bool>,
    /// SWEET32 (CVE-2016-2183): it accepts ciphers with blocks of 64 bits.
    pub sweet32: Option<bool>,
    /// BEAST (CVE-2011-3389): it accepts a cipher in CBC mode at TLS 1.0 or SSL 3.0.
    pub beast: Option<bool>,
    /// Precondition of LUCKY13 (CVE-2013-0169): it accepts a cipher in CBC mode without `encrypt_then_mac`.
    pub lucky13: Option<bool>,
    /// It accepts RC4 (CVE-2013-2566, CVE-2015-2808).
    pub rc4: Option<bool>,
    /// CRIME (CVE-2012-4929): it compresses what it encrypts.
    pub crime: Option<bool>,
    /// Command injection into STARTTLS (CVE-2011-0411): it obeys, once TLS has begun, to what was sent before in the
    /// clear; false where TLS begins at once.
    pub command_injection: Option<bool>,
}

/// The tests that stand alone.
pub(crate) async fn test(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> Tested {
    let (heartbleed, command_injection, ssl20) = tokio::join!(
        heartbleed::test(caller, versions),
        command_injection::test(caller, versions),
        drown::test(caller),
    );
    Tested {
        heartbleed: Some(heartbleed),
        ccs_injection: None,
        command_injection: Some(command_injection),
        robot: None,
        poodle_tls: None,
        ssl20: Some(ssl20),
    }
}

impl FlawFacts {
    /// Every flaw; `known` takes its name and its verdict, and notes why one is unknown.
    pub(crate) fn of(survey: &Survey, mut known: impl FnMut(&str, Verdict) -> Option<bool>) -> Self {
        let tested = |verdict: Option<Verdict>| verdict.unwrap_or(Err(Reason::OutOfScope));
        Self {
            heartbleed: known("heartbleed", tested(survey.flaws.heartbleed)),
            ccs_injection: known("ccs_injection", tested(survey.flaws.ccs_injection)),
            robot: known("robot", tested(survey.flaws.robot)),
            ticketbleed: known("ticketbleed", ticketbleed::verdict(survey)),
            drown: known("drown", tested(survey.flaws.ssl20)),
            poodle: known("poodle", poodle::verdict(survey)),
            poodle_tls: known("poodle_tls", tested(survey.flaws.poodle_tls)),
            freak: known("freak", freak::verdict(survey)),
            logjam: known("logjam", logjam::verdict(survey)),
            sweet32: known("sweet32", sweet32::verdict(survey)),
            beast: known("beast", beast::verdict(survey)),
            lucky13: known("lucky13", lucky13::verdict(survey)),
            rc4: known("rc4", rc4::verdict(survey)),
            crime: known("crime", crime::verdict(survey)),
            command_injection: known("command_injection", tested(survey.flaws.command_injection)),
        }
    }
}

/// Whether the server accepts a suite of a kind at some versions: yes as soon as one was seen, no when every version is
/// known and its list whole.
fn takes(
    survey: &Survey,
    versions: impl RangeBounds<Version>,
    kind: impl Fn(&TlsCipherSuite, &ServerHello) -> bool,
) -> Verdict {
    takes_among(&survey.versions, &survey.suites, versions, kind)
}

/// The same while a survey is in the making.
fn takes_among(
    answers: &BTreeMap<Version, Answer>,
    suites: &BTreeMap<Version, SuitesSeen>,
    versions: impl RangeBounds<Version>,
    kind: impl Fn(&TlsCipherSuite, &ServerHello) -> bool,
) -> Verdict {
    let mut missing = None;
    for (version, answer) in answers.range(versions) {
        missing = missing.or(answer.reason());
        let Some(seen) = suites.get(version) else { continue };
        let is_kind =
            |hello: &ServerHello| TlsCipherSuite::from_id(hello.suite).is_some_and(|suite| kind(suite, hello));
        if seen.picks.iter().any(|pick| is_kind(&pick.hello)) {
            return Ok(true);
        }
        missing = missing.or(seen.reason());
    }
    missing.map_or(Ok(false), Err)
}

/// The newest accepted version up to TLS 1.2, where handshakes are in the clear. `Err` with what the absence of one
/// means: no flaw there, or a reason not to know.
fn newest_in_the_clear(versions: &BTreeMap<Version, Answer>) -> Result<(Version, &Accepted), Verdict> {
    newest_up_to_tls12(versions).ok_or_else(|| {
        let mut old = versions.range(..=Version::Tls12);
        old.find_map(|(_, answer)| answer.reason()).map_or(Ok(false), Err)
    })
}
