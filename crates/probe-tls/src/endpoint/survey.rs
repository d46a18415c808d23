//! Which questions are asked of an endpoint, and in what order.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use vigie_model::{Host, Reason};
use vigie_probe::NetError;

use crate::endpoint::enumerate::{self, GroupsSeen, SuitesSeen};
use crate::endpoint::exchange::{Accepted, Answer, Caller, Offer};
use crate::endpoint::facts::{SuiteList, Version};
use crate::endpoint::handshake::{Handshake, shake_hands};
use crate::endpoint::suites::{ORDINARY, TLS13};

/// The most connections that one look opens. Most servers take a third of them.
pub(crate) const MAX_CONNECTIONS: u32 = 120;

/// Questions about suites up to TLS 1.2, all versions together. What remains of [`MAX_CONNECTIONS`] is for the five
/// versions, TLS 1.3, groups, short lists that a cut elimination leaves open, a name left out and a handshake.
const QUESTIONS: u32 = 70;

/// Questions about the five suites of TLS 1.3.
const QUESTIONS_TLS13: u32 = 7;

/// Everything that was asked and answered.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// The answer for each version; empty when we were not allowed to ask.
    pub(crate) versions: BTreeMap<Version, Answer>,
    /// The answer for each list at each accepted version.
    pub(crate) offers: BTreeMap<(Version, SuiteList), Answer>,
    /// Every suite of each accepted version.
    pub(crate) suites: BTreeMap<Version, SuitesSeen>,
    /// Every group of the newest version, and of the newest one up to TLS 1.2.
    pub(crate) groups: BTreeMap<Version, GroupsSeen>,
    /// What a visitor gets who sends no name; nothing when there is no name to leave out.
    pub(crate) nameless: Option<Nameless>,
    /// The ordinary handshake, when one was needed.
    pub(crate) handshake: Option<Result<Handshake, Answer>>,
}

/// What a visitor gets who sends no name.
#[derive(Debug)]
pub(crate) enum Nameless {
    /// The answer to one hello, at a version that shows its certificates.
    Hello(Version, Answer),
    /// A whole handshake, where TLS 1.3 hides them.
    Handshake(Result<Handshake, Answer>),
}

/// Asks everything. `Err` when no TLS was met: the answer that tells why.
///
/// One hello goes first and alone: a closed port or another protocol costs one connection. The others follow
/// together, as fast as the door lets them through.
pub(crate) async fn survey(caller: &Caller<'_>, host: &Host) -> Result<Survey, Answer> {
    let first = caller.ask_about(Version::Tls12, ORDINARY).await;
    if matches!(first, Answer::Unreached(_) | Answer::NotTls(_) | Answer::NoStartTls(_)) {
        return Err(first);
    }
    let others = [Version::Tls13, Version::Tls11, Version::Tls10, Version::Ssl30];
    let asked = others.map(|version| async move {
        let suites = if version == Version::Tls13 { TLS13 } else { ORDINARY };
        (version, caller.ask_about(version, suites).await)
    });
    let mut versions: BTreeMap<Version, Answer> = join_all(asked).await.into_iter().collect();
    versions.insert(Version::Tls12, first.clone());
    ask_again(caller, &mut versions).await;
    if !versions.values().any(speaks_tls) {
        let proof = versions.into_values().find(|answer| matches!(answer, Answer::NotTls(_)));
        return Err(proof.unwrap_or(first));
    }
    let (suites, newest_groups, nameless, handshake) = tokio::join!(
        all_suites(caller, &versions),
        groups_at_tls13(caller, &versions),
        nameless(caller, host, &versions),
        visit(caller, host, &versions),
    );
    let older_groups = groups_up_to_tls12(caller, &suites).await;
    let groups = older_groups.into_iter().chain(newest_groups).collect();
    let offers = all_offers(caller, &versions, &suites).await;
    Ok(Survey { versions, offers, suites, groups, nameless, handshake })
}

/// Asks about old versions again where the server closed the connection, though it accepts another version.
async fn ask_again(caller: &Caller<'_>, versions: &mut BTreeMap<Version, Answer>) {
    if accepted(versions).next().is_none() {
        return;
    }
    let closed = versions
        .range(..Version::Tls12)
        .filter(|(_, answer)| matches!(answer, Answer::Unanswered(NetError::Closed, None)));
    let asked = closed.map(|(version, _)| async { (*version, caller.ask_plainly(*version).await) });
    for (version, answer) in join_all(asked).await {
        if let Some(answer) = answer {
            versions.insert(version, answer);
        }
    }
}

/// Every suite of every accepted version.
async fn all_suites(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> BTreeMap<Version, SuitesSeen> {
    let old = accepted(versions).filter(|(version, _)| *version <= Version::Tls12).count();
    let each = QUESTIONS / u32::try_from(old).unwrap_or(1).max(1);
    let asked = accepted(versions).map(|(version, first)| async move {
        let questions = if version == Version::Tls13 { QUESTIONS_TLS13 } else { each };
        (version, enumerate::suites(caller, version, first, questions).await)
    });
    join_all(asked).await.into_iter().collect()
}

/// The groups of TLS 1.3, if it is accepted: those of its first choice of suite are those of all.
async fn groups_at_tls13(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> Option<(Version, GroupsSeen)> {
    let first = accepted_at(versions, Version::Tls13)?;
    Some((Version::Tls13, enumerate::groups(caller, Version::Tls13, std::slice::from_ref(first)).await))
}

/// The groups of the newest accepted version up to TLS 1.2, where suites and certificates bear on them.
async fn groups_up_to_tls12(
    caller: &Caller<'_>,
    suites: &BTreeMap<Version, SuitesSeen>,
) -> Option<(Version, GroupsSeen)> {
    let (version, seen) = suites.range(..=Version::Tls12).next_back()?;
    Some((*version, enumerate::groups(caller, *version, &seen.picks).await))
}

/// An ordinary handshake, where TLS 1.3 hides the certificates.
async fn visit(
    caller: &Caller<'_>,
    host: &Host,
    versions: &BTreeMap<Version, Answer>,
) -> Option<Result<Handshake, Answer>> {
    accepted_at(versions, Version::Tls13)?;
    Some(shake_hands(caller, host, true).await)
}

/// What the server takes from each short list: as the elimination tells, and asked where it was cut.
async fn all_offers(
    caller: &Caller<'_>,
    versions: &BTreeMap<Version, Answer>,
    suites: &BTreeMap<Version, SuitesSeen>,
) -> BTreeMap<(Version, SuiteList), Answer> {
    let offers = SuiteList::ALL.iter().flat_map(|list| Version::ALL.map(|version| (version, *list)));
    let offers = offers.filter(|(version, list)| list.concerns(*version) && accepted_at(versions, *version).is_some());
    let asked = offers.map(|(version, list)| async move {
        let known = suites.get(&version).and_then(|seen| seen.answer_to(list));
        let answer = match known {
            Some(answer) => answer,
            None => caller.ask_about(version, list.suites()).await,
        };
        ((version, list), answer)
    });
    join_all(asked).await.into_iter().collect()
}

/// A hello without a name, where there is one to leave out: at the newest version that shows its certificates, and
/// where none does, a whole handshake.
async fn nameless(caller: &Caller<'_>, host: &Host, versions: &BTreeMap<Version, Answer>) -> Option<Nameless> {
    caller.server_name?;
    accepted(versions).next()?;
    match accepted(versions).filter(|(version, _)| *version <= Version::Tls12).last() {
        Some((version, _)) => {
            let offer = Offer { named: false, ..Offer::new(version, ORDINARY) };
            Some(Nameless::Hello(version, caller.ask(&offer).await))
        }
        None => Some(Nameless::Handshake(shake_hands(caller, host, false).await)),
    }
}

/// One ordinary handshake and nothing else: what any visitor does.
pub(crate) async fn glance(caller: &Caller<'_>, host: &Host) -> Result<Survey, Answer> {
    let handshake = shake_hands(caller, host, true).await?;
    Ok(Survey { handshake: Some(Ok(handshake)), ..Survey::default() })
}

/// What the server accepted at a version.
fn accepted_at(versions: &BTreeMap<Version, Answer>, version: Version) -> Option<&Accepted> {
    match versions.get(&version) {
        Some(Answer::Accepted(seen)) => Some(seen),
        _ => None,
    }
}

/// The accepted versions, oldest first, and what the server accepted there.
fn accepted(versions: &BTreeMap<Version, Answer>) -> impl Iterator<Item = (Version, &Accepted)> {
    versions.keys().filter_map(|version| Some((*version, accepted_at(versions, *version)?)))
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
        accepted_at(&self.versions, version)
    }

    /// The newest accepted version, and what the server chose there.
    pub(crate) fn newest(&self) -> Option<(Version, &Accepted)> {
        Version::ALL.into_iter().rev().find_map(|version| Some((version, self.accepted(version)?)))
    }

    /// Versions whose groups would have been asked about, had they answered: newer than the newest accepted one of
    /// their kind.
    pub(crate) fn unknown_instead_of_groups(&self) -> Vec<(Version, Reason)> {
        let unknown = |version: &Version| Some((*version, self.versions.get(version)?.reason()?));
        let old = [Version::Tls12, Version::Tls11, Version::Tls10, Version::Ssl30];
        let before_accepted = old.iter().take_while(|version| self.accepted(**version).is_none());
        [Version::Tls13].iter().chain(before_accepted).filter_map(unknown).collect()
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
