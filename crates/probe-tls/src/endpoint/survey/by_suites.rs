//! The list of suites, and what bears on it.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::{accepted, accepted_at, newest_up_to_tls12};
use crate::endpoint::enumerate::{self, GroupsAndSchemes, Listed, SuitesSeen, scheme_of};
use crate::endpoint::exchange::{Accepted, Answer, Caller};
use crate::endpoint::facts::{SuiteList, Version};
use crate::endpoint::suites::LONGEST_OFFER;
use crate::flaws::{Verdict, poodle_tls, robot};

/// Questions about suites up to TLS 1.2, all versions together. What remains of [`MAX_CONNECTIONS`] is for the six
/// versions, TLS 1.3, groups, signatures, short lists that a cut elimination leaves open, a name left out, handshakes and
/// coming back to them, and the tests of known flaws.
const QUESTIONS: u32 = 66;

/// Every suite, and what was asked with them.
pub(super) struct BySuites {
    pub(super) suites: BTreeMap<Version, SuitesSeen>,
    pub(super) groups: Option<(Version, GroupsAndSchemes)>,
    pub(super) offers: BTreeMap<(Version, SuiteList), Answer>,
    pub(super) robot: Verdict,
    pub(super) poodle_tls: Verdict,
}

/// Every suite, then what needs their list, groups among it if they are wanted. ROBOT begins at once where the first
/// answers tell enough.
pub(super) async fn by_suites(
    caller: &Caller<'_>,
    versions: &BTreeMap<Version, Answer>,
    with_groups: bool,
) -> BySuites {
    let is_old = accepted(versions).any(|(version, _)| version < Version::Tls12);
    let suites_and_after = async {
        let suites = all_suites(caller, versions).await;
        let groups = async { if with_groups { groups_up_to_tls12(caller, &suites).await } else { None } };
        let robot = async { if is_old { None } else { Some(robot::test(caller, versions, &suites).await) } };
        let (groups, offers, robot, poodle_tls) = tokio::join!(
            groups,
            all_offers(caller, versions, &suites),
            robot,
            poodle_tls::test(caller, versions, &suites),
        );
        (suites, groups, offers, robot, poodle_tls)
    };
    let robot_at_once = async { if is_old { robot::test_at_once(caller, versions).await } else { None } };
    let (after_suites, robot_at_once) = tokio::join!(suites_and_after, robot_at_once);
    let (suites, groups, offers, robot, poodle_tls) = after_suites;
    let robot = match robot.or(robot_at_once) {
        Some(verdict) => verdict,
        None => robot::test(caller, versions, &suites).await,
    };
    BySuites { suites, groups, offers, robot, poodle_tls }
}

/// Every suite of every accepted version up to TLS 1.2.
async fn all_suites(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> BTreeMap<Version, SuitesSeen> {
    let old = || accepted(versions).filter(|(version, _)| *version <= Version::Tls12);
    let each = QUESTIONS / u32::try_from(old().count()).unwrap_or(1).max(1);
    let newest = newest_up_to_tls12(versions).map(|(version, _)| version);
    let asked = old().map(|(version, first)| async move {
        (version, enumerate::suites(caller, version, first, Some(version) == newest, each).await)
    });
    let mut all: BTreeMap<Version, SuitesSeen> = join_all(asked).await.into_iter().collect();
    // What some versions did not need goes to those that were cut, the newest first.
    let mut spare = all.values().map(|seen| seen.left).fold(0, u32::saturating_add);
    for (version, seen) in all.iter_mut().rev().filter(|(_, seen)| seen.is_cut()) {
        spare = seen.go_on(caller, *version, spare).await;
    }
    all
}

/// The groups of the newest accepted version up to TLS 1.2, where suites and certificates bear on them.
async fn groups_up_to_tls12(
    caller: &Caller<'_>,
    suites: &BTreeMap<Version, SuitesSeen>,
) -> Option<(Version, GroupsAndSchemes)> {
    let (version, seen) = suites.last_key_value()?;
    Some((*version, enumerate::groups_and_schemes(caller, *version, &seen.picks).await))
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
            None => caller.to_learn("short lists").ask_about(version, list.suites()).await,
        };
        ((version, list), answer)
    });
    join_all(asked).await.into_iter().collect()
}

/// Every scheme of TLS 1.2: those seen beside the groups, then those of suites that sign with another kind of key, or
/// exchange keys without a group.
pub(super) async fn all_schemes(
    caller: &Caller<'_>,
    suites: &BTreeMap<Version, SuitesSeen>,
    seen: Listed,
) -> Option<Listed> {
    let picks = &suites.get(&Version::Tls12)?.picks;
    let is_new = |pick: &&Accepted| scheme_of(pick).is_some_and(|scheme| !seen.codes.contains(&scheme));
    let others: Vec<&Accepted> = picks.iter().filter(is_new).take(LONGEST_OFFER).collect();
    let more = enumerate::schemes(caller, &others).await;
    let is_new = |scheme: &u16| !seen.codes.contains(scheme);
    let codes = seen.codes.iter().copied().chain(more.codes.iter().copied().filter(is_new)).collect();
    Some(Listed { codes, missing: seen.missing.or(more.missing) })
}
