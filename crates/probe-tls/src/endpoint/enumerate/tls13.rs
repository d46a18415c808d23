//! Suites and groups of TLS 1.3, which a server chooses one without the other: one hello asks about both.

use vigie_model::Reason;

use super::groups::{Listed, group_of, groups_of_tls13};
use super::suites::SuitesSeen;
use crate::endpoint::exchange::{Accepted, Answer, Caller, Offer};
use crate::endpoint::facts::Version;
use crate::endpoint::hello::{self, groups_offered};
use crate::endpoint::suites::TLS13;

const VERSION: Version = Version::Tls13;

/// Every suite and group of TLS 1.3, whose first answer is known, and whose order counts.
///
/// A list is a chain of questions, one after the other: groups over a prime, which are many, are asked about beside the
/// others, and one question more tells whether they come after them.
pub(crate) async fn at_tls13(caller: &Caller<'_>, first: &Accepted) -> (SuitesSeen, Listed) {
    let (others, over_primes) = hello::groups_of_tls13();
    let suite = vec![first.hello.suite];
    if group_of(first).is_some_and(|group| over_primes.contains(&group)) {
        return suites_and_groups(caller, first, groups_offered(VERSION)).await;
    }
    let (lists, over_primes) = tokio::join!(
        suites_and_groups(caller, first, others),
        groups_of_tls13(caller, suite.clone(), over_primes, Vec::new()),
    );
    let (suites, others) = lists;
    let (Some(last), Some(next)) = (others.codes.last().copied(), over_primes.codes.first().copied()) else {
        return (suites, others.followed_by(over_primes));
    };
    let pair = [last, next];
    let groups = match caller.to_learn("groups").ask(&Offer { groups: &pair, ..Offer::new(VERSION, &suite) }).await {
        Answer::Accepted(pick) if group_of(&pick) == Some(last) => others.followed_by(over_primes),
        // The two are mixed: only one chain through both tells how.
        Answer::Accepted(_) => groups_of_tls13(caller, suite, groups_offered(VERSION), first_of(&others)).await,
        other => {
            let missing = Some(other.reason().unwrap_or(Reason::PeerMisbehaved));
            Listed { missing, ..others.followed_by(over_primes) }
        }
    };
    (suites, groups)
}

/// Goes through suites and these groups together until a hello is refused; then one with suites that are known, and
/// groups that are not, tells which of them is at its end. It is the same that asks whose order counts and whether long
/// hellos are borne; where it is refused, each of these is asked about alone.
async fn suites_and_groups(caller: &Caller<'_>, first: &Accepted, offered: &'static [u16]) -> (SuitesSeen, Listed) {
    let caller = &caller.to_learn("suites and groups");
    let mut suites = SuitesSeen::beginning_with(first, vec![TLS13.to_vec()]);
    let Some(group) = group_of(first) else {
        suites.go_through(caller, VERSION).await;
        return (suites, Listed { codes: Vec::new(), missing: Some(Reason::PeerMisbehaved) });
    };
    let mut groups = vec![group];
    let is_left = |pick: &Accepted, left: &[u16]| group_of(pick).is_some_and(|group| left.contains(&group));
    let refusal = loop {
        let (suites_left, groups_left) = (suites.not_taken(), left(offered, &groups));
        if suites_left.is_empty() || groups_left.is_empty() {
            break None;
        }
        match caller.ask(&Offer { groups: &groups_left, ..Offer::new(VERSION, &suites_left) }).await {
            Answer::Accepted(pick) if is_left(&pick, &groups_left) => {
                groups.extend(group_of(&pick));
                suites.take(Answer::Accepted(pick));
            }
            Answer::Refused(refusal) => break Some(refusal),
            _ => break None,
        }
    };
    let (refused, groups_left) = (suites.not_taken(), left(offered, &groups));
    let asked = if groups_left.is_empty() { offered } else { &groups_left };
    match suites.ask_at_length(caller, VERSION, &refused, asked).await {
        // With one of the groups left: the refusal was of the suites.
        Ok(pick) if refusal.is_some() && is_left(&pick, &groups_left) => {
            groups.extend(group_of(&pick));
            suites.closing = refusal;
        }
        _ => suites.go_through(caller, VERSION).await,
    }
    let groups = groups_of_tls13(caller, suites.codes(), offered, groups).await;
    (suites, groups)
}

impl Listed {
    fn followed_by(mut self, other: Self) -> Self {
        self.codes.extend(other.codes);
        self.missing = self.missing.or(other.missing);
        self
    }
}

/// What a server chose first.
fn first_of(groups: &Listed) -> Vec<u16> {
    groups.codes.first().copied().into_iter().collect()
}

fn left(all: &[u16], known: &[u16]) -> Vec<u16> {
    all.iter().copied().filter(|one| !known.contains(one)).collect()
}
