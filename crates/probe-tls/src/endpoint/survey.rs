//! Which questions are asked of an endpoint, and in what order.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use vigie_model::Host;

use crate::endpoint::exchange::{Accepted, Answer, Caller};
use crate::endpoint::facts::{SuiteList, Version};
use crate::endpoint::handshake::{Handshake, shake_hands};
use crate::endpoint::suites::{ORDINARY, TLS13};

/// The most connections that one look opens: five versions and at most seventeen offers, each of them asked twice
/// when the answer stays out, and one handshake.
pub(crate) const MAX_CONNECTIONS: u32 = (5 + 17) * 2 + 1;

/// Everything that was asked and answered.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// The answer for each version; empty when we were not allowed to ask.
    pub(crate) versions: BTreeMap<Version, Answer>,
    /// The answer for each list at each accepted version.
    pub(crate) offers: BTreeMap<(Version, SuiteList), Answer>,
    /// The ordinary handshake, when one was needed.
    pub(crate) handshake: Option<Result<Handshake, Answer>>,
}

/// Asks everything. `Err` when no TLS was met: the answer that tells why.
///
/// One hello goes first and alone: a closed port or another protocol costs one connection. The others follow
/// together, as fast as the door lets them through.
pub(crate) async fn survey(caller: &Caller<'_>, host: &Host) -> Result<Survey, Answer> {
    let first = caller.ask(Version::Tls12, ORDINARY).await;
    if matches!(first, Answer::Unreached(_) | Answer::NotTls(_) | Answer::NoStartTls(_)) {
        return Err(first);
    }
    let others = [Version::Tls13, Version::Tls11, Version::Tls10, Version::Ssl30];
    let asked = others.map(|version| async move {
        let suites = if version == Version::Tls13 { TLS13 } else { ORDINARY };
        (version, caller.ask(version, suites).await)
    });
    let mut versions: BTreeMap<Version, Answer> = join_all(asked).await.into_iter().collect();
    versions.insert(Version::Tls12, first.clone());
    if !versions.values().any(speaks_tls) {
        let proof = versions.into_values().find(|answer| matches!(answer, Answer::NotTls(_)));
        return Err(proof.unwrap_or(first));
    }
    let offers = SuiteList::ALL.iter().flat_map(|list| Version::ALL.map(|version| (version, *list)));
    let offers = offers.filter(|(version, list)| {
        list.concerns(*version) && matches!(versions.get(version), Some(Answer::Accepted(_)))
    });
    let asked =
        offers.map(|(version, list)| async move { ((version, list), caller.ask(version, list.suites()).await) });
    let offers = join_all(asked).await.into_iter().collect();
    let hides_certificates = matches!(versions.get(&Version::Tls13), Some(Answer::Accepted(_)));
    let handshake = if hides_certificates { Some(shake_hands(caller, host).await) } else { None };
    Ok(Survey { versions, offers, handshake })
}

/// One ordinary handshake and nothing else: what any visitor does.
pub(crate) async fn glance(caller: &Caller<'_>, host: &Host) -> Result<Survey, Answer> {
    let handshake = shake_hands(caller, host).await?;
    Ok(Survey { handshake: Some(Ok(handshake)), ..Survey::default() })
}

fn speaks_tls(answer: &Answer) -> bool {
    matches!(answer, Answer::Accepted(_) | Answer::Refused(_) | Answer::Unanswered(_, Some(_)))
}

impl Survey {
    /// Whether we were allowed to ask more than a visitor does.
    pub(crate) fn was_full(&self) -> bool {
        !self.versions.is_empty()
    }

    /// What the server accepted at a version.
    pub(crate) fn accepted(&self, version: Version) -> Option<&Accepted> {
        match self.versions.get(&version) {
            Some(Answer::Accepted(accepted)) => Some(accepted),
            _ => None,
        }
    }

    /// The newest accepted version, and what the server chose there.
    pub(crate) fn newest(&self) -> Option<(Version, &Accepted)> {
        Version::ALL.into_iter().rev().find_map(|version| Some((version, self.accepted(version)?)))
    }

    /// The certificates that an up-to-date client gets, else those of the newest version that shows them.
    pub(crate) fn certificates(&self) -> Option<&[Vec<u8>]> {
        let of_handshake = match &self.handshake {
            Some(Ok(handshake)) => Some(handshake.certificates.as_slice()),
            _ => None,
        };
        let of_flights =
            Version::ALL.into_iter().rev().filter_map(|version| self.accepted(version)?.flight.certificates.as_deref());
        of_handshake.into_iter().chain(of_flights).find(|certificates| !certificates.is_empty())
    }
}
