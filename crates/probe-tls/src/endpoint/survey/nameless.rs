//! What those get who send no name, and land on the server's default.

use std::collections::BTreeMap;

use vigie_model::{Host, Reason};

use super::tls13::shake_hands_at_tls13;
use super::{accepted, accepted_at, newest_up_to_tls12};
use crate::endpoint::exchange::{Accepted, Answer, Caller, Offer, Refusal};
use crate::endpoint::facts::Version;
use crate::endpoint::suites::ORDINARY;
use crate::flaws::{self, ccs_injection};
use crate::session::Handshake;

/// What a visitor gets who sends no name.
#[derive(Debug)]
pub(crate) enum Nameless {
    /// The answer to one hello, at a version that shows its certificates.
    Hello(Version, Answer),
    /// A whole handshake, where TLS 1.3 hides them.
    Handshake(Result<Handshake, Answer>),
}

impl Nameless {
    /// The accepted hello, when there was one in the clear.
    pub(crate) fn accepted(&self) -> Option<&Accepted> {
        match self {
            Self::Hello(_, answer) => answer.accepted(),
            Self::Handshake(_) => None,
        }
    }
}

/// A hello without a name, where there is one to leave out: at the newest version that shows its certificates, and
/// where none does, a whole handshake. Where it is accepted, the test for CCS injection goes on from it.
pub(super) async fn face(
    caller: &Caller<'_>,
    host: &Host,
    versions: &BTreeMap<Version, Answer>,
) -> (Option<Nameless>, flaws::Verdict) {
    let caller = &caller.to_learn("no name");
    let named_test = || ccs_injection::test(caller, versions);
    if caller.server_name.is_none() || accepted(versions).next().is_none() {
        return (None, named_test().await);
    }
    let Some((version, seen)) = newest_up_to_tls12(versions) else {
        let (handshake, flawed) = tokio::join!(shake_hands_at_tls13(caller, host, false), named_test());
        return (Some(Nameless::Handshake(handshake)), flawed);
    };
    let offer = Offer { named: false, ..Offer::new(version, seen.suites_again()) };
    if let Some((seen, flawed)) = ccs_injection::test_after(caller, offer).await {
        return (Some(Nameless::Hello(version, Answer::Accepted(Box::new(seen)))), flawed);
    }
    let (answer, flawed) = tokio::join!(caller.ask(&offer), named_test());
    (Some(Nameless::Hello(version, answer)), flawed)
}

/// Whether TLS 1.1 or an older version of TLS is accepted without a name, where there is one to leave out. A server that
/// has TLS 1.0 alone says so to a client of TLS 1.1 (RFC 5246 appendix E.1).
pub(super) async fn takes_old_versions(
    caller: &Caller<'_>,
    versions: &BTreeMap<Version, Answer>,
) -> Option<Result<bool, Reason>> {
    caller.server_name?;
    accepted(versions).next()?;
    let known = accepted_at(versions, Version::Tls11).map_or(ORDINARY, Accepted::suites_again);
    let offer = Offer { named: false, ..Offer::new(Version::Tls11, known) };
    let answer = caller.to_learn("no name").ask(&offer).await;
    let is_as_named = |refusal: &Answer| versions.get(&Version::Tls11) == Some(refusal);
    Some(match &answer {
        Answer::Accepted(_) => Ok(true),
        Answer::Refused(Refusal::OtherVersion(code)) => Ok(*code > Version::Ssl30.code()),
        // It may be the suites that are refused; those who send the name were asked with all of them.
        refused if refused.refuses_suites() && !is_as_named(refused) => Err(Reason::Unsupported),
        Answer::Refused(_) => Ok(false),
        // Nobody gets in without a name.
        Answer::Unanswered(_, Some(alert)) if alert.fatal => Ok(false),
        closed if closed.is_closed() && is_as_named(&Answer::Refused(Refusal::Closed)) => Ok(false),
        other => Err(other.reason().unwrap_or(Reason::Bug)),
    })
}
