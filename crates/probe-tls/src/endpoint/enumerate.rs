//! What an endpoint accepts, found by elimination: each answer names one choice, which the next hello leaves out, and
//! a refusal closes the list. No list of `n` accepted things can be proved with fewer than `n + 1` questions.

use futures_util::future::join_all;
use tls_parser::{TlsCipherAu, TlsCipherEnc, TlsCipherSuite};
use vigie_model::Reason;
use vigie_probe::NetError;

use crate::certificate::read_certificate;
use crate::endpoint::exchange::{Accepted, Answer, Caller, Offer, Refusal};
use crate::endpoint::facts::{ChosenBy, SuiteList, Version};
use crate::endpoint::groups::group_code;
use crate::endpoint::hello::groups_offered;
use crate::endpoint::suites::{Ephemeral, LONGEST_OFFER, catalogue, ephemeral};
use crate::wire::{KeyExchange, extension};

/// Bytes that say nothing (RFC 7685): with them a hello is as long as one with the key share of ML-KEM-768, which has
/// 1,184 bytes.
const PADDING: usize = 1200;

/// A version that does not exist.
const NEWER_THAN_ANY: u16 = 0x03ff;

/// The longest records that can be wished for (RFC 6066 section 4).
const OF_4096_BYTES: u8 = 4;

/// The suites that are accepted at one version.
#[derive(Debug)]
pub(crate) struct SuitesSeen {
    /// The answers, in the order in which the server chose.
    pub(crate) picks: Vec<Accepted>,
    /// How the server closed the list; nothing when the list was cut.
    pub(crate) closing: Option<Refusal>,
    /// Why an answer is missing.
    missing: Option<Reason>,
    /// Whose order counts, when it could be told.
    pub(crate) chosen_by: Option<ChosenBy>,
    /// What came of a long hello.
    pub(crate) at_length: AtLength,
    /// Questions that were not needed.
    pub(crate) left: u32,
    /// Lists for which there were too few.
    open: Vec<Vec<u16>>,
    /// The rare suites in lists that every known stack bears.
    short_lists: Vec<Vec<u16>>,
    /// Whether the server accepts no newer version up to TLS 1.2.
    is_newest: bool,
}

/// What comes of a hello as long as those of post-quantum clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtLength {
    /// None was sent.
    NotAsked,
    /// It is answered as shorter ones are.
    Borne {
        /// Also when it claims a version that does not exist.
        newer_version: bool,
        /// The wish for short records in it is heeded.
        short_records: bool,
    },
    /// It is not, where shorter ones are; only when the list of suites is whole, which ends with a short one.
    NotBorne,
    /// Nothing can be said.
    Unknown(Reason),
}

/// The groups that are accepted at one version.
#[derive(Debug)]
pub(crate) struct GroupsSeen {
    /// Their codes, in the order in which the server chose.
    pub(crate) codes: Vec<u16>,
    /// Why there may be more; nothing when the list is whole.
    pub(crate) missing: Option<Reason>,
}

impl SuitesSeen {
    /// Asks about one list until it is closed.
    async fn eliminate(&mut self, caller: &Caller<'_>, version: Version, mut list: Vec<u16>) {
        loop {
            let known = self.codes();
            list.retain(|suite| !known.contains(suite));
            if list.is_empty() {
                return;
            }
            let Some(left) = self.left.checked_sub(1) else {
                self.open.push(list);
                return;
            };
            self.left = left;
            if !self.take(caller.ask_about(version, &list).await) {
                return;
            }
        }
    }

    /// Goes on with lists that were cut, in so many questions more; gives back those that were not needed.
    pub(crate) async fn go_on(&mut self, caller: &Caller<'_>, version: Version, questions: u32) -> u32 {
        self.left = questions;
        for list in std::mem::take(&mut self.open) {
            self.eliminate(caller, version, list).await;
        }
        self.settle(caller, version).await;
        self.left
    }

    /// Asks about the rare suites in lists that every known stack bears.
    async fn ask_in_short_lists(&mut self, caller: &Caller<'_>, version: Version) {
        let known = self.codes();
        let left = |list: &Vec<u16>| list.iter().copied().filter(|suite| !known.contains(suite)).collect();
        let lists: Vec<Vec<u16>> =
            self.short_lists.iter().map(left).filter(|list: &Vec<u16>| !list.is_empty()).collect();
        let heads = join_all(lists.iter().map(|list| caller.ask_about(version, list))).await;
        for (list, head) in lists.into_iter().zip(heads) {
            if self.take(head) {
                self.eliminate(caller, version, list).await;
            }
        }
    }

    /// Whether questions were lacking.
    pub(crate) fn is_cut(&self) -> bool {
        !self.open.is_empty()
    }

    /// Makes sure of what was refused, and asks whose order counts, once the lists are closed.
    async fn settle(&mut self, caller: &Caller<'_>, version: Version) {
        if self.reason().is_some() {
            return;
        }
        // SSL 3.0 has no extensions, and so no padding.
        if version > Version::Ssl30
            && self.at_length == AtLength::NotAsked
            && self.close_at_length(caller, version).await
        {
            return;
        }
        if self.short_lists.len() > 1 {
            self.ask_in_short_lists(caller, version).await;
        }
        self.close(caller, version).await;
    }

    /// Asks whose order counts. Where a long hello had no answer, that this short one has shows that its length was the
    /// cause, and not a server that has stopped answering.
    async fn close(&mut self, caller: &Caller<'_>, version: Version) {
        let question = Reversed::of(&self.codes());
        let is_needed = question.head.is_some() || self.at_length == AtLength::NotBorne;
        if self.reason().is_some() || !is_needed {
            return;
        }
        let answer = caller.ask_about(version, &question.suites).await;
        self.chosen_by = question.chooser(&answer);
        if self.at_length == AtLength::NotBorne && !matches!(answer, Answer::Accepted(_)) {
            self.at_length = AtLength::Unknown(answer.reason().unwrap_or(Reason::PeerMisbehaved));
        }
    }

    /// The same in a hello as long as those of post-quantum clients, in which all refused suites come first: a server
    /// that takes one of the last has read them all. False when it did not, and nothing is settled.
    ///
    /// At the newest version up to TLS 1.2 the hello also claims a version that does not exist. A server that does not
    /// bear that is asked again without.
    async fn close_at_length(&mut self, caller: &Caller<'_>, version: Version) -> bool {
        let known = self.codes();
        let question = Reversed::of(&known);
        let refused = self.short_lists.iter().flatten().filter(|suite| !known.contains(suite));
        let suites: Vec<u16> = refused.chain(&question.suites).copied().collect();
        let mut more = vec![(extension::PADDING, vec![0; PADDING])];
        if version <= Version::Tls12 {
            more.push((extension::MAX_FRAGMENT_LENGTH, vec![OF_4096_BYTES]));
        }
        let plain = Offer { more: &more, ..Offer::new(version, &suites) };
        let claimed = if self.is_newest { NEWER_THAN_ANY } else { plain.claimed };
        let mut answer = caller.ask(&Offer { claimed, ..plain }).await;
        let newer_version = matches!(answer, Answer::Accepted(_));
        if self.is_newest && !newer_version {
            answer = caller.ask(&plain).await;
        }
        self.note_length(&answer, newer_version);
        self.chosen_by = question.chooser(&answer);
        matches!(answer, Answer::Accepted(seen) if known.contains(&seen.hello.suite))
    }

    /// What an answer to a long hello tells, in which something is offered that is taken in shorter ones.
    fn note_length(&mut self, answer: &Answer, newer_version: bool) {
        self.at_length = match answer {
            Answer::Accepted(seen) => AtLength::Borne { newer_version, short_records: seen.hello.max_fragment_length },
            // Without an answer twice, where shorter ones have theirs.
            Answer::Refused(_) | Answer::Unanswered(NetError::Timeout | NetError::Closed, _) => AtLength::NotBorne,
            other => AtLength::Unknown(other.reason().unwrap_or(Reason::Bug)),
        };
    }

    /// Notes one answer; true when the list that it answers may hold more.
    fn take(&mut self, answer: Answer) -> bool {
        match answer {
            Answer::Accepted(pick) => {
                self.picks.push(*pick);
                return true;
            }
            Answer::Refused(refusal) => self.closing = self.closing.or(Some(refusal)),
            other => self.missing = self.missing.or(other.reason()).or(Some(Reason::Bug)),
        }
        false
    }

    /// Why there may be more suites than these; nothing when the list is whole.
    pub(crate) fn reason(&self) -> Option<Reason> {
        self.missing.or(self.is_cut().then_some(Reason::Busy))
    }

    /// The codes of the suites.
    pub(crate) fn codes(&self) -> Vec<u16> {
        self.picks.iter().map(|pick| pick.hello.suite).collect()
    }

    /// What the server would take from a short list, if what was seen tells.
    pub(crate) fn answer_to(&self, list: SuiteList) -> Option<Answer> {
        let pick = self.picks.iter().find(|pick| list.suites().contains(&pick.hello.suite));
        match (pick, self.reason(), self.closing) {
            (Some(pick), ..) => Some(Answer::Accepted(Box::new(pick.clone()))),
            (None, None, Some(refusal)) => Some(Answer::Refused(refusal)),
            (None, ..) => None,
        }
    }
}

/// Every suite at a version whose first answer is known, then whose order counts, in so many questions at most. How
/// they are spent depends on the answers alone, never on which came first: the same server gives the same facts.
///
/// All rare suites go in one long hello. Some stacks read only the beginning of one, or none of it: what it refuses
/// counts once the server has shown that it reads to the end. Else shorter lists follow.
pub(crate) async fn suites(
    caller: &Caller<'_>,
    version: Version,
    first: &Accepted,
    is_newest: bool,
    questions: u32,
) -> SuitesSeen {
    let mut lists = catalogue(version).into_iter();
    let usual = lists.next().unwrap_or_default();
    let short_lists: Vec<Vec<u16>> = lists.collect();
    let reserved = u32::try_from(short_lists.len()).unwrap_or(u32::MAX).saturating_add(1);
    let rare = short_lists.concat();
    let mut seen = SuitesSeen {
        picks: vec![first.clone()],
        closing: None,
        missing: None,
        chosen_by: None,
        at_length: AtLength::NotAsked,
        is_newest,
        left: questions.saturating_sub(reserved),
        open: Vec::new(),
        short_lists,
    };
    let head = async { if rare.is_empty() { None } else { Some(caller.ask_about(version, &rare).await) } };
    let ((), head) = tokio::join!(seen.eliminate(caller, version, usual), head);
    if let Some(head) = head {
        if matches!(head, Answer::Unanswered(..)) && seen.short_lists.len() > 1 {
            seen.note_length(&head, false);
        } else if seen.take(head) {
            seen.eliminate(caller, version, rare).await;
        }
    }
    seen.settle(caller, version).await;
    seen
}

/// A list that tells whose order counts.
struct Reversed {
    suites: Vec<u16>,
    favourite: Option<u16>,
    /// What comes first in it, when that tells anything.
    head: Option<u16>,
}

impl Reversed {
    /// What is accepted, the last choice first: a server that keeps to its first choice has an order of its own.
    fn of(accepted: &[u16]) -> Self {
        let favourite = accepted.first().copied();
        let mut suites: Vec<u16> = accepted.iter().rev().copied().collect();
        // A client that puts ChaCha20 first gets it from many servers that otherwise have an order of their own.
        let other = suites.iter().position(|suite| !is_chacha(*suite));
        let head = other.map(|place| suites.remove(place));
        suites.splice(0..0, head);
        // The favourite stays in, as the last one.
        suites.truncate(LONGEST_OFFER - 1);
        if let Some(favourite) = favourite.filter(|suite| !suites.contains(suite)) {
            suites.push(favourite);
        }
        Self { suites, favourite, head: head.filter(|head| Some(*head) != favourite) }
    }

    fn chooser(&self, answer: &Answer) -> Option<ChosenBy> {
        let (Answer::Accepted(pick), Some(head)) = (answer, self.head) else { return None };
        match pick.hello.suite {
            suite if Some(suite) == self.favourite => Some(ChosenBy::Server),
            suite if suite == head => Some(ChosenBy::Client),
            _ => None,
        }
    }
}

/// Every group at a version, in no more questions than groups are offered, from the suites that were accepted there.
pub(crate) async fn groups(caller: &Caller<'_>, version: Version, picks: &[Accepted]) -> GroupsSeen {
    let mut seen = GroupsSeen { codes: Vec::new(), missing: None };
    let with_groups = picks.iter().filter(|pick| version == Version::Tls13 || is_on_a_curve(pick));
    let (by_ecdsa, others): (Vec<&Accepted>, Vec<&Accepted>) =
        with_groups.partition(|pick| version != Version::Tls13 && is_signed_by_ecdsa(pick.hello.suite));
    let bound = others.is_empty() && !by_ecdsa.is_empty();
    let asked = if others.is_empty() { by_ecdsa } else { others };
    // Up to TLS 1.2 the curve of an ECDSA certificate must be offered too (RFC 8422 section 5.1): without it a server
    // refuses, whatever the groups. It is kept, as the last one.
    let kept = if bound { asked.iter().find_map(|pick| curve_of_certificate(pick)) } else { None };
    let suites: Vec<u16> = asked.iter().map(|pick| pick.hello.suite).collect();
    let Some(first) = asked.iter().find_map(|pick| group_of(pick)) else {
        // A suite that uses a group, and a group that is spelt out: it has no name, and there may be others.
        seen.missing = (!asked.is_empty()).then_some(Reason::Unsupported);
        return seen;
    };
    seen.codes.push(first);
    loop {
        let mut offered: Vec<u16> =
            groups_offered(version).iter().copied().filter(|group| !seen.codes.contains(group)).collect();
        if offered.is_empty() {
            break;
        }
        if let Some(curve) = kept {
            offered.retain(|group| *group != curve);
            offered.push(curve);
        }
        match caller.ask(&Offer { groups: &offered, ..Offer::new(version, &suites) }).await {
            Answer::Accepted(pick) => match group_of(&pick).filter(|group| offered.contains(group)) {
                // Chosen again: beside it, which no client may leave out, the server takes nothing else.
                Some(group) if seen.codes.contains(&group) => break,
                Some(group) => seen.codes.push(group),
                None => {
                    seen.missing = Some(Reason::PeerMisbehaved);
                    break;
                }
            },
            Answer::Refused(_) => {
                seen.missing = (bound && kept.is_none()).then_some(Reason::Unsupported);
                break;
            }
            other => {
                seen.missing = Some(other.reason().unwrap_or(Reason::Bug));
                break;
            }
        }
    }
    seen
}

/// The group of the curve that the server's key is on.
fn curve_of_certificate(pick: &Accepted) -> Option<u16> {
    let leaf = read_certificate(pick.flight.certificates.as_ref()?.first()?);
    group_code(&leaf.facts.content?.curve)
}

fn group_of(pick: &Accepted) -> Option<u16> {
    match pick.group()? {
        KeyExchange::Group(group) => Some(group),
        KeyExchange::Custom { .. } => None,
    }
}

/// Whether a suite exchanges keys on a curve that no certificate narrows.
pub(crate) fn takes_any_group(pick: &Accepted) -> bool {
    is_on_a_curve(pick) && !is_signed_by_ecdsa(pick.hello.suite) && group_of(pick).is_some()
}

fn is_on_a_curve(pick: &Accepted) -> bool {
    ephemeral(pick.hello.suite) == Some(Ephemeral::Curve)
}

fn is_signed_by_ecdsa(suite: u16) -> bool {
    TlsCipherSuite::from_id(suite).is_some_and(|suite| suite.au == TlsCipherAu::Ecdsa)
}

fn is_chacha(suite: u16) -> bool {
    TlsCipherSuite::from_id(suite).is_some_and(|suite| suite.enc == TlsCipherEnc::Chacha20_Poly1305)
}
