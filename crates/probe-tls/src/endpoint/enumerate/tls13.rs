//! Suites and groups of TLS 1.3, which a server chooses one without the other: one hello asks about both.

use vigie_model::Reason;

use super::groups::{self, GroupsAndSchemes, Listed, group_of};
use super::suites::SuitesSeen;
use crate::endpoint::exchange::{Accepted, Answer, Caller, Offer};
use crate::endpoint::facts::Version;
use crate::endpoint::hello::groups_offered;
use crate::endpoint::suites::TLS13;

const VERSION: Version = Version::Tls13;

/// Every suite and group of TLS 1.3, whose first answer is known, and whose order counts.
///
/// The two lists are gone through together until a hello is refused; then one with suites that are known, and groups
/// that are not, tells which of them is at its end. It is the same that asks whose order counts and whether long hellos
/// are borne; where it is refused, each of these is asked about alone.
pub(crate) async fn at_tls13(caller: &Caller<'_>, first: &Accepted) -> (SuitesSeen, Listed) {
    let caller = &caller.to_learn("suites and groups");
    let mut suites = SuitesSeen::beginning_with(first, vec![TLS13.to_vec()]);
    let Some(group) = group_of(first) else {
        suites.go_through(caller, VERSION).await;
        return (suites, Listed { codes: Vec::new(), missing: Some(Reason::PeerMisbehaved) });
    };
    let mut groups = Listed { codes: vec![group], missing: None };
    let refusal = loop {
        let (suites_left, groups_left) = (left(TLS13, &suites.codes()), left(groups_offered(VERSION), &groups.codes));
        if suites_left.is_empty() || groups_left.is_empty() {
            break None;
        }
        let offer = Offer { groups: &groups_left, ..Offer::new(VERSION, &suites_left) };
        match caller.ask(&offer).await {
            Answer::Accepted(pick) if group_of(&pick).is_some_and(|group| groups_left.contains(&group)) => {
                groups.codes.extend(group_of(&pick));
                suites.take(Answer::Accepted(pick));
            }
            Answer::Refused(refusal) => break Some(refusal),
            _ => break None,
        }
    };
    let groups_left = left(groups_offered(VERSION), &groups.codes);
    let refused = left(TLS13, &suites.codes());
    match suites.ask_at_length(caller, VERSION, &refused, &groups_left).await {
        // With one of the groups left: the refusal was of the suites.
        Ok(pick) if refusal.is_some() && group_of(&pick).is_some_and(|group| groups_left.contains(&group)) => {
            groups.codes.extend(group_of(&pick));
            suites.closing = refusal;
        }
        _ => suites.go_through(caller, VERSION).await,
    }
    let GroupsAndSchemes { groups, .. } = groups::groups(caller, VERSION, &suites.picks, groups).await;
    (suites, groups)
}

fn left(all: &[u16], known: &[u16]) -> Vec<u16> {
    all.iter().copied().filter(|one| !known.contains(one)).collect()
}
