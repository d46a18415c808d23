//! All that is asked of a server in TLS 1.3.

use std::collections::BTreeMap;

use vigie_model::{Host, Reason};
use vigie_probe::NetError;

use super::accepted_at;
use crate::endpoint::ahead::Ahead;
use crate::endpoint::enumerate::{Listed, ListsOfTls13, SuitesSeen};
use crate::endpoint::exchange::{Answer, Caller};
use crate::endpoint::facts::Version;
use crate::endpoint::handshake::shake_hands;
use crate::endpoint::hello::SCHEMES;
use crate::endpoint::resumption::{Session13, come_back_at_tls13};
use crate::session::Handshake;
use crate::session::tls13::{self, Wish};

/// What a server says in TLS 1.3.
pub(super) struct AtTls13 {
    pub(super) suites: SuitesSeen,
    pub(super) groups: Listed,
    /// An ordinary handshake: TLS 1.3 hides the certificates.
    pub(super) handshake: Result<Handshake, Answer>,
    pub(super) session: Result<Session13, Reason>,
}

impl AtTls13 {
    /// Asks, if it is accepted.
    pub(super) async fn ask(caller: &Caller<'_>, host: &Host, versions: &BTreeMap<Version, Answer>) -> Option<Self> {
        let first = accepted_at(versions, Version::Tls13)?;
        let ahead = Ahead::default();
        let chain = caller.in_a_chain(&ahead);
        let mut lists = ListsOfTls13::of(first);
        let begun = lists.begin(caller, &everything(true)).await;
        let second_group = lists.second_group();
        let visit_and_return = async {
            let carried_on = match begun {
                Some(begun) => begun.go_on(&caller.to_learn("suites, groups and a visit")).await.ok(),
                None => None,
            };
            let handshake = match carried_on {
                Some(handshake) => Ok(handshake),
                None => shake_hands_at_tls13(caller, host, true).await,
            };
            (come_back_at_tls13(caller, &handshake, second_group).await, handshake)
        };
        let suites_and_groups = async {
            lists.go_on(&chain).await;
            ahead.close();
        };
        let ((returned, handshake), ()) = tokio::join!(visit_and_return, suites_and_groups);
        let groups = lists.all_groups(caller, returned.groups.as_deref()).await;
        Some(Self { suites: lists.suites, groups, handshake, session: returned.session })
    }
}

/// A handshake by our own client, which sees all; by the library's, where ours does not know what the server wants. One
/// that fails is tried again without the wish for a stapled answer, which some servers do not bear, then with it once
/// more, so that an accident of the network does not count.
pub(super) async fn shake_hands_at_tls13(caller: &Caller<'_>, host: &Host, named: bool) -> Result<Handshake, Answer> {
    let with_wish = everything(named);
    match tls13::shake_hands(caller, &with_wish).await {
        Err(Answer::Unanswered(NetError::Unsupported(_), _)) => return shake_hands(caller, host, named).await,
        Err(Answer::Unanswered(..)) => {}
        seen => return seen,
    }
    match tls13::shake_hands(caller, &Wish { for_staple: false, ..with_wish }).await {
        Err(Answer::Unanswered(..)) => shake_hands(caller, host, named).await,
        without => tls13::shake_hands(caller, &with_wish).await.or(without),
    }
}

/// What a visit asks for.
fn everything(named: bool) -> Wish<'static> {
    Wish { named, schemes: SCHEMES, for_staple: true }
}
