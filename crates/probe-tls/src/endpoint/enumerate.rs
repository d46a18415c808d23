//! What an endpoint accepts, found by elimination: each answer names one choice, which the next hello leaves out, and
//! a refusal closes the list. No list of `n` accepted things can be proved with fewer than `n + 1` questions.

use futures_util::future::join_all;
use tls_parser::{TlsCipherAu, TlsCipherEnc, TlsCipherSuite};
use vigie_model::Reason;

use crate::certificate::read_certificate;
use crate::endpoint::exchange::{Accepted, Answer, Caller, Offer, Refusal};
use crate::endpoint::facts::{ChosenBy, SuiteList, Version};
use crate::endpoint::groups::group_code;
use crate::endpoint::hello::groups_offered;
use crate::endpoint::suites::{Ephemeral, LONGEST_OFFER, catalogue, ephemeral};
use crate::wire::KeyExchange;

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
    /// Questions that were not needed.
    pub(crate) left: u32,
    /// Lists for which there were too few.
    open: Vec<Vec<u16>>,
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
        self.close(caller, version).await;
        self.left
    }

    /// Whether questions were lacking.
    pub(crate) fn is_cut(&self) -> bool {
        !self.open.is_empty()
    }

    /// Asks whose order counts, once the lists are closed.
    async fn close(&mut self, caller: &Caller<'_>, version: Version) {
        if self.missing.is_none() && !self.is_cut() {
            self.chosen_by = chooser(caller, version, &self.codes()).await;
        }
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

    fn codes(&self) -> Vec<u16> {
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
pub(crate) async fn suites(caller: &Caller<'_>, version: Version, first: &Accepted, questions: u32) -> SuitesSeen {
    let mut lists = catalogue(version).into_iter();
    let usual = lists.next().unwrap_or_default();
    let others: Vec<Vec<u16>> = lists.collect();
    let reserved = u32::try_from(others.len()).unwrap_or(u32::MAX).saturating_add(1);
    let mut seen = SuitesSeen {
        picks: vec![first.clone()],
        closing: None,
        missing: None,
        chosen_by: None,
        left: questions.saturating_sub(reserved),
        open: Vec::new(),
    };
    let heads = join_all(others.iter().map(|list| caller.ask_about(version, list)));
    let ((), heads) = tokio::join!(seen.eliminate(caller, version, usual), heads);
    for (list, head) in others.into_iter().zip(heads) {
        if seen.take(head) {
            seen.eliminate(caller, version, list).await;
        }
    }
    seen.close(caller, version).await;
    seen
}

/// Offers what is accepted, the last choice first: a server that keeps to its first choice has an order of its own.
async fn chooser(caller: &Caller<'_>, version: Version, accepted: &[u16]) -> Option<ChosenBy> {
    let favourite = accepted.first().copied()?;
    let mut reversed: Vec<u16> = accepted.iter().rev().copied().collect();
    // A client that puts ChaCha20 first gets it from many servers that otherwise have an order of their own.
    let other = reversed.iter().position(|suite| !is_chacha(*suite))?;
    let head = reversed.remove(other);
    if head == favourite {
        return None;
    }
    reversed.insert(0, head);
    // No hello is longer than those before it; the favourite stays in, as the last one.
    reversed.truncate(LONGEST_OFFER - 1);
    if !reversed.contains(&favourite) {
        reversed.push(favourite);
    }
    let Answer::Accepted(pick) = caller.ask_about(version, &reversed).await else { return None };
    match pick.hello.suite {
        suite if suite == favourite => Some(ChosenBy::Server),
        suite if suite == head => Some(ChosenBy::Client),
        _ => None,
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

fn is_on_a_curve(pick: &Accepted) -> bool {
    ephemeral(pick.hello.suite) == Some(Ephemeral::Curve)
}

fn is_signed_by_ecdsa(suite: u16) -> bool {
    TlsCipherSuite::from_id(suite).is_some_and(|suite| suite.au == TlsCipherAu::Ecdsa)
}

fn is_chacha(suite: u16) -> bool {
    TlsCipherSuite::from_id(suite).is_some_and(|suite| suite.enc == TlsCipherEnc::Chacha20_Poly1305)
}
