//! Which questions are asked of an endpoint, and in what order.

mod by_suites;
mod nameless;
mod seen;
mod tls13;

use std::collections::BTreeMap;
use std::slice;

use futures_util::future::join_all;
use vigie_model::{Host, Reason};
use vigie_probe::NetError;

use self::by_suites::BySuites;
pub(crate) use self::nameless::Nameless;
use self::tls13::AtTls13;
use crate::endpoint::enumerate::{self, GroupsAndSchemes, Listed, SuitesSeen, takes_any_group};
use crate::endpoint::exchange::{Accepted, Answer, Caller, Offer};
use crate::endpoint::facts::{SuiteList, Version};
use crate::endpoint::handshake::shake_hands;
use crate::endpoint::hello::{GREASE, Shape, usual_extensions};
use crate::endpoint::resumption::{self, Sessions};
use crate::endpoint::revocation::Published;
use crate::endpoint::suites::{FALLBACK_SCSV, LONGEST_OFFER, ORDINARY, TLS13, catalogue, exists_at};
use crate::flaws::{self, Tested, drown};
use crate::session::Handshake;

/// The most connections that one look opens. Most servers take a third of them.
pub(crate) const MAX_CONNECTIONS: u32 = 120;

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
    pub(crate) groups: BTreeMap<Version, Listed>,
    /// What a visitor gets who sends no name; nothing when there is no name to leave out.
    pub(crate) nameless: Option<Nameless>,
    /// Whether they get TLS 1.1 or an older version of TLS.
    pub(crate) old_without_name: Option<Result<bool, Reason>>,
    /// The ordinary handshake, when one was needed.
    pub(crate) handshake: Option<Result<Handshake, Answer>>,
    /// What becomes of a session once it is over; nothing when no handshake could be carried through.
    pub(crate) sessions: Sessions,
    /// The answer to a client that says it fell back to an older version; nothing when there is none to fall back to.
    pub(crate) fallback: Option<(Version, Answer)>,
    /// What the tests of known flaws showed.
    pub(crate) flaws: Tested,
    /// Which extensions are borne; nothing when no version was accepted.
    pub(crate) tolerance: Option<Tolerance>,
    /// Every scheme with which key exchanges of TLS 1.2 are signed; nothing when it is not accepted.
    pub(crate) schemes: Option<Listed>,
    /// What the issuer of the certificate publishes about it, asked once the certificate is known.
    pub(crate) published: Published,
    /// The JARM fingerprint; nothing when it was not wanted.
    pub(crate) jarm: Option<Result<String, Reason>>,
}

/// Which extensions a server bears.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tolerance {
    /// Those that nobody knows.
    pub(crate) unknown: Result<bool, Reason>,
    /// Those that browsers send up to TLS 1.2.
    pub(crate) usual: Result<bool, Reason>,
}

/// What comes with a server's own certificate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stapled<'a> {
    /// The answer of a revocation service.
    pub(crate) staple: Option<&'a [u8]>,
    /// A list of timestamps of Certificate Transparency.
    pub(crate) timestamps: Option<&'a [u8]>,
}

/// Asks everything. `Err` when no TLS was met: the answer that tells why.
///
/// One hello goes first and alone: a closed port or another protocol costs one connection. The others follow
/// together, as fast as the door lets them through. The longest chains, groups up to TLS 1.2 and the lists of TLS 1.3,
/// wait for nothing but an answer at their version.
pub(crate) async fn survey(caller: &Caller<'_>, host: &Host) -> Result<Survey, Answer> {
    let first = ask_at_tls12(&caller.to_learn("versions").urgently()).await?;
    let groups_at_once = async {
        let seen = on_a_curve(&first)?;
        Some((Version::Tls12, enumerate::groups_and_schemes(caller, Version::Tls12, slice::from_ref(seen)).await))
    };
    let (groups_at_once, others) = tokio::join!(groups_at_once, ask_the_others(caller, host, &first));
    let (mut survey, groups) = others?;
    let mut schemes = Listed::default();
    if let Some((version, found)) = groups.or(groups_at_once) {
        survey.groups.insert(version, found.groups);
        schemes = found.schemes;
    }
    let schemes = schemes.followed_by(survey.schemes.take().unwrap_or_default());
    survey.schemes = by_suites::all_schemes(caller, &survey.suites, schemes).await;
    // It hung up on that too, before it was known to bear few connections.
    if caller.patience.is_alone() && survey.flaws.ssl20 == Some(Ok(false)) {
        survey.flaws.ssl20 = Some(drown::test_patiently(caller).await);
    }
    Ok(survey)
}

/// What tells of groups all that can be told: any group goes with it, whatever the certificate.
fn on_a_curve(answer: &Answer) -> Option<&Accepted> {
    answer.accepted().filter(|seen| takes_any_group(seen))
}

/// The groups up to TLS 1.2, and the version at which they were asked about.
type GroupsUpToTls12 = Option<(Version, GroupsAndSchemes)>;

/// All that follows the first answer, and groups up to TLS 1.2 where that answer was not enough to begin with them.
async fn ask_the_others(caller: &Caller<'_>, host: &Host, first: &Answer) -> Result<(Survey, GroupsUpToTls12), Answer> {
    let first_answers = ask_about_versions(&caller.to_learn("versions").urgently(), first).await;
    let (at_tls13, rest) =
        tokio::join!(AtTls13::ask(caller, host, &first_answers), ask_the_rest(caller, host, &first_answers));
    let (mut survey, groups) = rest?;
    let at_tls13 = match at_tls13 {
        None => AtTls13::ask(caller, host, &survey.versions).await,
        known => known,
    };
    if let Some(AtTls13 { suites, groups, handshake, session }) = at_tls13 {
        survey.suites.insert(Version::Tls13, suites);
        survey.groups.insert(Version::Tls13, groups);
        survey.handshake = Some(handshake);
        survey.sessions.at_tls13 = Some(session);
    }
    Ok((survey, groups))
}

/// Everything but TLS 1.3. `Err` when no TLS was met.
///
/// What bears on versions that are accepted does not wait until others are asked about with rare suites: those that are
/// accepted so are few, and what was asked meanwhile is asked again with them.
async fn ask_the_rest(
    caller: &Caller<'_>,
    host: &Host,
    first_answers: &BTreeMap<Version, Answer>,
) -> Result<(Survey, GroupsUpToTls12), Answer> {
    let of_versions = caller.to_learn("versions");
    let mut versions = first_answers.clone();
    ask_again(&of_versions, &mut versions).await;
    let with_groups = first_answers.get(&Version::Tls12).and_then(on_a_curve).is_none();
    let meanwhile = async {
        newest_up_to_tls12(&versions)?;
        Some(Box::pin(ask_of(caller, host, versions.clone(), with_groups)).await)
    };
    let (seen, rare) = tokio::join!(meanwhile, with_rare_suites(&of_versions, &versions));
    if let Some(seen) = seen.filter(|_| rare.is_empty()) {
        return Ok(seen);
    }
    versions.extend(rare);
    if versions.values().any(speaks_tls) {
        return Ok(Box::pin(ask_of(caller, host, versions, with_groups)).await);
    }
    let first = versions.get(&Version::Tls12).cloned();
    let proof = versions.into_values().find(|answer| matches!(answer, Answer::NotTls(_)));
    Err(proof.or(first).unwrap_or(Answer::NotTls(Vec::new())))
}

/// What the accepted versions let us ask.
async fn ask_of(
    caller: &Caller<'_>,
    host: &Host,
    versions: BTreeMap<Version, Answer>,
    with_groups: bool,
) -> (Survey, GroupsUpToTls12) {
    // Questions that stand alone go one after the other: they would keep the long chains waiting for their turn.
    let short_questions = async {
        let nameless = nameless::face(caller, host, &versions).await;
        let old_without_name = nameless::takes_old_versions(caller, &versions).await;
        let fallback = fall_back(caller, &versions).await;
        let tested = flaws::test(caller, &versions).await;
        (nameless, old_without_name, fallback, tested, tolerance(caller, &versions).await)
    };
    let (by_suites, at_tls12, short_answers) = tokio::join!(
        by_suites::by_suites(caller, &versions, with_groups),
        resumption::at_tls12(caller, &versions),
        short_questions,
    );
    let ((nameless, ccs_injection), old_without_name, fallback, tested, tolerance) = short_answers;
    let BySuites { suites, groups, by_ecdsa, offers, robot, poodle_tls } = by_suites;
    let flaws =
        Tested { robot: Some(robot), poodle_tls: Some(poodle_tls), ccs_injection: Some(ccs_injection), ..tested };
    let survey = Survey {
        versions,
        offers,
        suites,
        nameless,
        old_without_name,
        sessions: Sessions { at_tls12, at_tls13: None },
        fallback,
        flaws,
        tolerance,
        schemes: Some(by_ecdsa),
        ..Survey::default()
    };
    (survey, groups)
}

/// The first answer of all. `Err` when there is nothing that could be TLS.
async fn ask_at_tls12(caller: &Caller<'_>) -> Result<Answer, Answer> {
    match caller.ask_at_first(Version::Tls12, ORDINARY).await {
        none @ (Answer::Unreached(_) | Answer::NotTls(_) | Answer::NoStartTls(_)) => Err(none),
        first => Ok(first),
    }
}

/// The first answer for each version; that at TLS 1.2 is known.
async fn ask_about_versions(caller: &Caller<'_>, first: &Answer) -> BTreeMap<Version, Answer> {
    let of_tls = [Version::Tls13, Version::Tls11, Version::Tls10].map(|version| async move {
        let suites = if version == Version::Tls13 { TLS13 } else { ORDINARY };
        (version, caller.ask_at_first(version, suites).await)
    });
    let (of_tls, of_ssl) = tokio::join!(join_all(of_tls), ask_at_ssl30(caller));
    let known = [(Version::Tls12, first.clone()), (Version::Ssl30, of_ssl)];
    of_tls.into_iter().chain(known).collect()
}

/// SSL 3.0 with all of its suites, which are few more than in the first hello of all: a server without it says no as if
/// there were none in common. Where such a hello has no answer, in lists that every known stack bears.
async fn ask_at_ssl30(caller: &Caller<'_>) -> Answer {
    let lists = catalogue(Version::Ssl30).into_iter();
    let lists: Vec<Vec<u16>> =
        lists.map(|list| list.into_iter().filter(|suite| exists_at(Version::Ssl30, *suite)).collect()).collect();
    let mut answer = caller.ask_at_first(Version::Ssl30, &lists.concat()).await;
    if !matches!(answer, Answer::Unanswered(..)) || answer.is_closed() {
        return answer;
    }
    for list in &lists {
        answer = caller.ask_at_first(Version::Ssl30, list).await;
        if !answer.refuses_suites() {
            return answer;
        }
    }
    answer
}

/// Says to have fallen back (RFC 7507) to the next older version that is accepted.
async fn fall_back(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> Option<(Version, Answer)> {
    let all: Vec<(Version, &Accepted)> = accepted(versions).collect();
    let (_, older) = all.split_last()?;
    let (version, seen) = *older.last()?;
    // One suite goes, so that no hello is longer than the first; that which was chosen stays.
    let others = seen.suites_again().iter().filter(|suite| **suite != seen.hello.suite);
    let mut suites = vec![FALLBACK_SCSV, seen.hello.suite];
    suites.extend(others.take(LONGEST_OFFER - suites.len()));
    Some((version, caller.to_learn("fallback").ask_about(version, &suites).await))
}

/// Asks about versions again where the server closed the connection, though it accepts another version.
async fn ask_again(caller: &Caller<'_>, versions: &mut BTreeMap<Version, Answer>) {
    if accepted(versions).next().is_none() {
        return;
    }
    if versions.get(&Version::Tls13).is_some_and(Answer::is_closed) {
        versions.insert(Version::Tls13, caller.ask_with_tls12().await);
    }
    if versions.get(&Version::Tls12).is_some_and(Answer::is_closed) {
        let known = Offer::new(Version::Tls13, TLS13);
        versions.insert(Version::Tls12, caller.ask_beside(&Offer::new(Version::Tls12, ORDINARY), &known).await);
    }
    let closed = versions.range(..Version::Tls12).filter(|(_, answer)| answer.is_closed());
    let asked = closed.map(|(version, _)| async { (*version, caller.ask_plainly(*version).await) });
    for (version, answer) in join_all(asked).await {
        if let Some(answer) = answer {
            versions.insert(version, answer);
        }
    }
}

/// Asks with the suites that servers seldom take, where a version was refused for want of a common one: until then, it
/// is the suites that are refused and not the version. What is accepted so.
async fn with_rare_suites(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> Vec<(Version, Answer)> {
    let refused = versions.range(Version::Tls10..=Version::Tls12).filter(|(_, answer)| answer.refuses_suites());
    let asked = refused.map(|(version, _)| async {
        for suites in catalogue(*version).into_iter().skip(1) {
            let answer = caller.ask(&Offer { shape: Shape::Rich, ..Offer::new(*version, &suites) }).await;
            if matches!(answer, Answer::Accepted(_)) {
                return Some((*version, answer));
            }
        }
        None
    });
    join_all(asked).await.into_iter().flatten().collect()
}

/// Which extensions the server bears. One that answered only plainer hellos is asked again with each kind, so that an
/// accident of the network does not count, and that the one is not taken for the other.
async fn tolerance(caller: &Caller<'_>, versions: &BTreeMap<Version, Answer>) -> Option<Tolerance> {
    let (version, seen) = accepted(versions).filter(|(version, _)| *version > Version::Ssl30).last()?;
    if seen.shape == Shape::Rich {
        return Some(Tolerance { unknown: Ok(true), usual: Ok(true) });
    }
    let caller = &caller.to_learn("extensions");
    let [unknown, usual] = [vec![(GREASE, Vec::new())], usual_extensions()];
    let (unknown, usual) = tokio::join!(bears(caller, version, seen, &unknown), bears(caller, version, seen, &usual));
    Some(Tolerance { unknown, usual })
}

/// Whether hellos with these extensions are answered, where those without were.
async fn bears(
    caller: &Caller<'_>,
    version: Version,
    seen: &Accepted,
    more: &[(u16, Vec<u8>)],
) -> Result<bool, Reason> {
    match caller.ask(&Offer { more, ..Offer::new(version, seen.suites_again()) }).await {
        Answer::Accepted(_) => Ok(true),
        Answer::Refused(_) | Answer::Unanswered(NetError::Closed, _) | Answer::Unanswered(_, Some(_)) => Ok(false),
        other => Err(other.reason().unwrap_or(Reason::Bug)),
    }
}

/// One ordinary handshake and nothing else: what any visitor does.
pub(crate) async fn glance(caller: &Caller<'_>, host: &Host) -> Result<Survey, Answer> {
    let handshake = shake_hands(caller, host, true).await?;
    Ok(Survey { handshake: Some(Ok(handshake)), ..Survey::default() })
}

/// What the server accepted at a version.
pub(crate) fn accepted_at(versions: &BTreeMap<Version, Answer>, version: Version) -> Option<&Accepted> {
    versions.get(&version).and_then(Answer::accepted)
}

/// The accepted versions, oldest first, and what the server accepted there.
pub(crate) fn accepted(versions: &BTreeMap<Version, Answer>) -> impl Iterator<Item = (Version, &Accepted)> {
    versions.keys().filter_map(|version| Some((*version, accepted_at(versions, *version)?)))
}

/// The newest accepted version up to TLS 1.2, where handshakes are in the clear.
pub(crate) fn newest_up_to_tls12(versions: &BTreeMap<Version, Answer>) -> Option<(Version, &Accepted)> {
    accepted(versions).filter(|(version, _)| *version <= Version::Tls12).last()
}

fn speaks_tls(answer: &Answer) -> bool {
    matches!(answer, Answer::Accepted(_) | Answer::Refused(_) | Answer::Unanswered(_, Some(_)))
}
