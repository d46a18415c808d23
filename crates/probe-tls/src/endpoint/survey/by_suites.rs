//! The list of suites, and what bears on it.

use std::collections::BTreeMap;
use std::slice;

use futures_util::future::join_all;
use tokio::sync::watch;

use super::{accepted, accepted_at, newest_up_to_tls12};
use crate::endpoint::enumerate::{
    self, Firsts, GroupsAndSchemes, Listed, SuitesSeen, first_of, is_signed_by_ecdsa, scheme_of, takes_any_group,
};
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
    /// Schemes of TLS 1.2 of a key on a curve, where groups are asked about with another key.
    pub(super) by_ecdsa: Listed,
    pub(super) offers: BTreeMap<(Version, SuiteList), Answer>,
    pub(super) robot: Verdict,
    pub(super) poodle_tls: Verdict,
}

/// Every suite, and what needs to know of them, groups among it if they are wanted. Groups and ROBOT begin as soon as a
/// suite is seen that they can be asked with.
pub(super) async fn by_suites(
    caller: &Caller<'_>,
    versions: &BTreeMap<Version, Answer>,
    with_groups: bool,
) -> BySuites {
    let (news, heard) = watch::channel(Firsts::default());
    let suites_and_after = async {
        let suites = all_suites(caller, versions, news).await;
        let (offers, poodle_tls, by_ecdsa) = tokio::join!(
            all_offers(caller, versions, &suites),
            poodle_tls::test(caller, versions, &suites),
            schemes_of_ecdsa(caller, &suites),
        );
        (suites, offers, poodle_tls, by_ecdsa)
    };
    let groups_at_once = async {
        let (version, _) = newest_up_to_tls12(versions).filter(|_| with_groups)?;
        let pick = first_of(heard.clone(), |firsts| firsts.with_any_group.as_ref()).await?;
        Some((version, enumerate::groups_and_schemes(caller, version, slice::from_ref(&pick)).await))
    };
    let (after_suites, groups, robot) =
        tokio::join!(suites_and_after, groups_at_once, robot_at_once(caller, versions, heard.clone()));
    let (suites, offers, poodle_tls, by_ecdsa) = after_suites;
    let all_groups = async {
        match groups {
            None if with_groups => groups_up_to_tls12(caller, &suites).await,
            known => known,
        }
    };
    let settled_robot = async {
        match robot {
            Some(verdict) => verdict,
            None => robot::test(caller, versions, &suites).await,
        }
    };
    let (groups, robot) = tokio::join!(all_groups, settled_robot);
    BySuites { suites, groups, by_ecdsa, offers, robot, poodle_tls }
}

/// ROBOT, without waiting for the list of suites; nothing when it must be awaited. Nearly all servers that accept old
/// versions transport keys by RSA.
async fn robot_at_once(
    caller: &Caller<'_>,
    versions: &BTreeMap<Version, Answer>,
    heard: watch::Receiver<Firsts>,
) -> Option<Verdict> {
    if accepted(versions).any(|(version, _)| version < Version::Tls12) {
        return robot::test_at_once(caller, versions).await;
    }
    let (version, _) = newest_up_to_tls12(versions)?;
    let pick = first_of(heard, |firsts| firsts.by_rsa.as_ref()).await?;
    Some(robot::test_with(caller, version, &[pick.hello.suite]).await)
}

/// Every suite of every accepted version up to TLS 1.2; `news` hears of those of the newest one meanwhile.
async fn all_suites(
    caller: &Caller<'_>,
    versions: &BTreeMap<Version, Answer>,
    news: watch::Sender<Firsts>,
) -> BTreeMap<Version, SuitesSeen> {
    let old = || accepted(versions).filter(|(version, _)| *version <= Version::Tls12);
    let each = QUESTIONS / u32::try_from(old().count()).unwrap_or(1).max(1);
    let newest = newest_up_to_tls12(versions).map(|(version, _)| version);
    let mut news = Some(news);
    let asked = old().map(|(version, first)| {
        let is_newest = Some(version) == newest;
        let news = news.take_if(|_| is_newest);
        async move { (version, enumerate::suites(caller, version, first, is_newest, each, news).await) }
    });
    let asked: Vec<_> = asked.collect();
    let mut all: BTreeMap<Version, SuitesSeen> = join_all(asked).await.into_iter().collect();
    caller.places.give_back();
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

/// The schemes of TLS 1.2 of suites signed with a key on a curve, where there is another key beside it.
async fn schemes_of_ecdsa(caller: &Caller<'_>, suites: &BTreeMap<Version, SuitesSeen>) -> Listed {
    let picks = suites.get(&Version::Tls12).map(|seen| seen.picks.as_slice()).unwrap_or_default();
    if !picks.iter().any(takes_any_group) {
        return Listed::default();
    }
    let by_ecdsa: Vec<&Accepted> = picks.iter().filter(|pick| is_signed_by_ecdsa(pick.hello.suite)).collect();
    enumerate::schemes(caller, &by_ecdsa).await
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
    Some(Listed { codes, missing: seen.missing.or(more.missing), named: false })
}
