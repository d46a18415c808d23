//! Suites and groups of TLS 1.3, which a server chooses one without the other: one hello asks about both.

use vigie_model::Reason;

use super::groups::{Listed, group_of, groups_of_tls13};
use super::suites::SuitesSeen;
use crate::endpoint::exchange::{Accepted, Answer, Caller, Offer, Refusal};
use crate::endpoint::facts::Version;
use crate::endpoint::hello::{self, Shape, groups_offered};
use crate::endpoint::suites::TLS13;
use crate::session::tls13::{self, Begun, Wish};
use crate::wire::Flight;

const VERSION: Version = Version::Tls13;

/// The lists of TLS 1.3, under way.
///
/// A list is a chain of questions, one after the other: many servers cut that of groups short by naming them all
/// (RFC 8446 section 4.2.7), and one question makes sure that there are no others.
pub(crate) struct ListsOfTls13 {
    pub(crate) suites: SuitesSeen,
    /// The groups chosen so far.
    groups: Vec<u16>,
    /// The groups that are asked about together with suites.
    offered: &'static [u16],
    end: Option<End>,
}

/// How the questions about suites and groups together ended.
#[derive(Clone, Copy)]
enum End {
    /// Suites or groups are at their end.
    Refused(Refusal),
    /// It cannot be told.
    Other,
}

impl ListsOfTls13 {
    /// With the first answer.
    pub(crate) fn of(first: &Accepted) -> Self {
        let (others, over_primes) = hello::groups_of_tls13();
        let favourite = group_of(first);
        let is_over_prime = favourite.is_some_and(|group| over_primes.contains(&group));
        Self {
            suites: SuitesSeen::beginning_with(first, vec![TLS13.to_vec()]),
            groups: favourite.into_iter().collect(),
            offered: if is_over_prime { groups_offered(VERSION) } else { others },
            end: if favourite.is_none() { Some(End::Other) } else { None },
        }
    }

    /// A second answer where the server goes on; the handshake that it came with, where it can be carried on: what that
    /// shows depends on no suite and no group.
    pub(crate) async fn begin(&mut self, caller: &Caller<'_>, wish: &Wish<'_>) -> Option<Begun> {
        let caller = &caller.to_learn("suites and groups");
        let begun = match self.pair_left() {
            Some((suites, groups)) => tls13::begin(caller, wish, suites, groups).await,
            None => None,
        };
        match &begun {
            Some(begun) => self.take_pair(Accepted {
                hello: begun.answer().clone(),
                flight: Flight::default(),
                shape: Shape::Full,
            }),
            None => self.ask_for_a_pair(caller).await,
        }
        begun
    }

    /// A group that the server accepts, and likes less than another.
    pub(crate) fn second_group(&self) -> Option<u16> {
        self.groups.get(1).copied()
    }

    /// Goes through suites and groups together until a hello is refused; then one with suites that are known, and groups
    /// that are not, tells which of them is at its end. It is the same that asks whose order counts and whether long
    /// hellos are borne; where it is refused, suites are asked about alone.
    pub(crate) async fn go_on(&mut self, caller: &Caller<'_>) {
        let caller = &caller.to_learn("suites and groups");
        while self.end.is_none() {
            self.ask_for_a_pair(caller).await;
        }
        if self.groups.is_empty() {
            return self.suites.go_through(caller, VERSION).await;
        }
        let (refused, groups_left) = (self.suites.not_taken(), left(self.offered, &self.groups));
        let asked = if groups_left.is_empty() { self.offered } else { &groups_left };
        match (self.suites.ask_at_length(caller, VERSION, &refused, asked).await, self.end) {
            // With one of the groups left: the refusal was of the suites.
            (Ok(pick), Some(End::Refused(refusal))) if has_group_of(&pick, &groups_left) => {
                self.groups.extend(group_of(&pick));
                self.suites.closing = Some(refusal);
            }
            _ => self.suites.go_through(caller, VERSION).await,
        }
    }

    async fn ask_for_a_pair(&mut self, caller: &Caller<'_>) {
        let Some((suites, groups)) = self.pair_left() else {
            self.end = self.end.or(Some(End::Other));
            return;
        };
        match caller.ask(&Offer { groups: &groups, ..Offer::new(VERSION, &suites) }).await {
            Answer::Accepted(pick) if has_group_of(&pick, &groups) => self.take_pair(*pick),
            Answer::Refused(refusal) => self.end = Some(End::Refused(refusal)),
            _ => self.end = Some(End::Other),
        }
    }

    /// Suites and groups that were not chosen so far; nothing when the questions about both are over.
    fn pair_left(&self) -> Option<(Vec<u16>, Vec<u16>)> {
        let (suites, groups) = (self.suites.not_taken(), left(self.offered, &self.groups));
        let is_over = self.end.is_some() || suites.is_empty() || groups.is_empty();
        (!is_over).then_some((suites, groups))
    }

    fn take_pair(&mut self, pick: Accepted) {
        self.groups.extend(group_of(&pick));
        self.suites.take(Answer::Accepted(Box::new(pick)));
    }

    /// Every group, once suites were gone through. `told`: those that the server says it supports.
    pub(crate) async fn all_groups(&self, caller: &Caller<'_>, told: Option<&[u16]>) -> Listed {
        if self.groups.is_empty() {
            return Listed { missing: Some(Reason::PeerMisbehaved), ..Listed::default() };
        }
        match told {
            Some(told) if self.are_no_others(caller, told).await => {
                Listed { codes: each_once(told), missing: None, named: true }
            }
            _ => self.groups_one_by_one(caller).await,
        }
    }

    /// Whether the server refuses all groups but those that it says it supports, all that were seen among them.
    async fn are_no_others(&self, caller: &Caller<'_>, told: &[u16]) -> bool {
        if self.groups.iter().any(|group| !told.contains(group)) {
            return false;
        }
        let others = left(groups_offered(VERSION), told);
        if others.is_empty() {
            return true;
        }
        let suites = self.suites.codes();
        let known = Offer::new(VERSION, &suites);
        let answer = caller.to_learn("groups").ask_beside(&Offer { groups: &others, ..known }, &known).await;
        matches!(answer, Answer::Refused(_))
    }

    /// Groups over a prime, which are many, are asked about beside the others, and one question more tells whether they
    /// come after them.
    async fn groups_one_by_one(&self, caller: &Caller<'_>) -> Listed {
        let (others, over_primes) = hello::groups_of_tls13();
        let (suites, known) = (self.suites.codes(), self.groups.clone());
        if self.offered.len() > others.len() {
            return groups_of_tls13(caller, suites, self.offered, known).await;
        }
        let (others, over_primes) = tokio::join!(
            groups_of_tls13(caller, suites.clone(), others, known),
            groups_of_tls13(caller, suites.clone(), over_primes, Vec::new()),
        );
        let (Some(last), Some(next)) = (others.codes.last().copied(), over_primes.codes.first().copied()) else {
            return others.followed_by(over_primes);
        };
        let pair = Offer { groups: &[last, next], ..Offer::new(VERSION, &suites) };
        match caller.to_learn("groups").ask(&pair).await {
            Answer::Accepted(pick) if group_of(&pick) == Some(last) => others.followed_by(over_primes),
            // The two are mixed: only one chain through both tells how.
            Answer::Accepted(_) => groups_of_tls13(caller, suites, groups_offered(VERSION), first_of(&others)).await,
            other => {
                let missing = Some(other.reason().unwrap_or(Reason::PeerMisbehaved));
                Listed { missing, ..others.followed_by(over_primes) }
            }
        }
    }
}

/// The groups that we know among those that a server says it supports, however often it does.
fn each_once(told: &[u16]) -> Vec<u16> {
    let mut codes = Vec::new();
    for group in told {
        if groups_offered(VERSION).contains(group) && !codes.contains(group) {
            codes.push(*group);
        }
    }
    codes
}

/// What a server chose first.
fn first_of(groups: &Listed) -> Vec<u16> {
    groups.codes.first().copied().into_iter().collect()
}

fn left(all: &[u16], known: &[u16]) -> Vec<u16> {
    all.iter().copied().filter(|one| !known.contains(one)).collect()
}

fn has_group_of(pick: &Accepted, groups: &[u16]) -> bool {
    group_of(pick).is_some_and(|group| groups.contains(&group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_that_is_named_again_and_one_that_nobody_knows_add_nothing() {
        assert_eq!(each_once(&[0x001d, 0x3a3a, 0x0017, 0x001d, 0x0017]), [0x001d, 0x0017]);
    }
}
