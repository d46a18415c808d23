//! The list of suites, and what bears on it.

use std::collections::BTreeMap;
use std::slice;

use futures_util::future::join_all;

use super::{accepted, accepted_at, newest_up_to_tls12};
use crate::endpoint::enumerate::{self, GroupsSeen, SuitesSeen};
use crate::endpoint::exchange::{Accepted, Answer, Caller, Offer};
use crate::endpoint::facts::{SuiteList, Version};
use crate::endpoint::hello::WEAK_SCHEMES;
use crate::endpoint::suites::LONGEST_OFFER;
use crate::flaws::{Verdict, poodle_tls, robot};

/// Questions about suites up to TLS 1.2, all versions together. What remains of [`MAX_CONNECTIONS`] is for the six
/// versions, TLS 1.3, groups, short lists that a cut elimination leaves open, a name left out, handshakes and coming
/// back to them, and the tests of known flaws.
const QUESTIONS: u32 = 66;

/// Questions about the five suites of TLS 1.3.
const QUESTIONS_TLS13: u32 = 7;

/// Every suite, and what was asked with them.
pub(super) struct BySuites {
    pub(super) suites: BTreeMap<Version, SuitesSeen>,
    pub(super) groups: Option<(Version, GroupsSeen)>,
    pub(super) offers: BTreeMap<(Version, SuiteList), Answer>,
    pub(super) weakly_signed: Option<Answer>,
    pub(super) robot: Verdict,
    pub(super) poodle_tls: Verdict,
}

/// Every suite, then what needs their list. The two long chains of questions that follow, about groups and about ROBOT,
/// begin at once where the first answers tell enough.
pub(super) async fn by_suites(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> BySuites {
    let on_a_curve = on_a_curve(versions);
    let is_old = accepted(versions).any(|(version, _)| version < Version::Tls12);
    let suites_and_after = async {
        let suites = all_suites(caller, versions).await;
        let groups = async { if on_a_curve.is_some() { None } else { groups_up_to_tls12(caller, &suites).await } };
        let robot = async { if is_old { None } else { Some(robot::test(caller, versions, &suites).await) } };
        let (groups, offers, weakly_signed, robot, poodle_tls) = tokio::join!(
            groups,
            all_offers(caller, versions, &suites),
            weakly_signed(caller, &suites),
            robot,
            poodle_tls::test(caller, versions, &suites),
        );
        (suites, groups, offers, weakly_signed, robot, poodle_tls)
    };
    let groups_at_once = async {
        let (version, first) = on_a_curve?;
        Some((version, enumerate::groups(caller, version, slice::from_ref(first)).await))
    };
    let robot_at_once = async { if is_old { robot::test_at_once(caller, versions).await } else { None } };
    let (after_suites, groups_at_once, robot_at_once) = tokio::join!(suites_and_after, groups_at_once, robot_at_once);
    let (suites, groups, offers, weakly_signed, robot, poodle_tls) = after_suites;
    let robot = match robot.or(robot_at_once) {
        Some(verdict) => verdict,
        None => robot::test(caller, versions, &suites).await,
    };
    BySuites { suites, groups: groups.or(groups_at_once), offers, weakly_signed, robot, poodle_tls }
}

/// The first answer of the newest accepted version up to TLS 1.2, when it tells of groups all that can be told: any
/// group goes with it, whatever the certificate.
fn on_a_curve(versions: &BTreeMap<Version, Answer>) -> Option<(Version, &Accepted)> {
    newest_up_to_tls12(versions).filter(|(_, first)| enumerate::takes_any_group(first))
}

/// Every suite of every accepted version.
async fn all_suites(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> BTreeMap<Version, SuitesSeen> {
    let old = accepted(versions).filter(|(version, _)| *version <= Version::Tls12).count();
    let each = QUESTIONS / u32::try_from(old).unwrap_or(1).max(1);
    let newest = newest_up_to_tls12(versions).map(|(version, _)| version);
    let asked = accepted(versions).map(|(version, first)| async move {
        let questions = if version == Version::Tls13 { QUESTIONS_TLS13 } else { each };
        (version, enumerate::suites(caller, version, first, Some(version) == newest, questions).await)
    });
    let mut all: BTreeMap<Version, SuitesSeen> = join_all(asked).await.into_iter().collect();
    // What some versions did not need goes to those that were cut, the newest first.
    let old = || ..=Version::Tls12;
    let mut spare = all.range(old()).map(|(_, seen)| seen.left).fold(0, u32::saturating_add);
    for (version, seen) in all.range_mut(old()).rev().filter(|(_, seen)| seen.is_cut()) {
        spare = seen.go_on(caller, *version, spare).await;
    }
    all
}

/// The groups of the newest accepted version up to TLS 1.2, where suites and certificates bear on them.
async fn groups_up_to_tls12(
    caller: &Caller<'_>,
    suites: &BTreeMap<Version, SuitesSeen>,
) -> Option<(Version, GroupsSeen)> {
    let (version, seen) = suites.range(..=Version::Tls12).next_back()?;
    Some((*version, enumerate::groups(caller, *version, &seen.picks).await))
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

/// Asks for a signature over SHA-1 or MD5 and no other, where TLS 1.2 has suites that sign.
async fn weakly_signed(caller: &Caller<'_>, suites: &BTreeMap<Version, SuitesSeen>) -> Option<Answer> {
    let picks = &suites.get(&Version::Tls12)?.picks;
    let signing =
        picks.iter().filter(|pick| pick.flight.key_exchange.as_ref().is_some_and(|sent| sent.scheme.is_some()));
    let suites: Vec<u16> = signing.map(|pick| pick.hello.suite).take(LONGEST_OFFER).collect();
    if suites.is_empty() {
        return None;
    }
    Some(caller.ask(&Offer { schemes: WEAK_SCHEMES, ..Offer::new(Version::Tls12, &suites) }).await)
}
