//! Whose order of suites counts.

use tls_parser::{TlsCipherEnc, TlsCipherSuite};

use crate::endpoint::exchange::Answer;
use crate::endpoint::facts::ChosenBy;
use crate::endpoint::suites::LONGEST_OFFER;

/// A list that tells whose order counts.
pub(super) struct Reversed {
    pub(super) suites: Vec<u16>,
    favourite: Option<u16>,
    /// What comes first in it, when that tells anything.
    pub(super) head: Option<u16>,
}

impl Reversed {
    /// What is accepted, the last choice first: a server that keeps to its first choice has an order of its own.
    pub(super) fn of(accepted: &[u16]) -> Self {
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

    pub(super) fn chooser(&self, answer: &Answer) -> Option<ChosenBy> {
        let (Answer::Accepted(pick), Some(head)) = (answer, self.head) else { return None };
        match pick.hello.suite {
            suite if Some(suite) == self.favourite => Some(ChosenBy::Server),
            suite if suite == head => Some(ChosenBy::Client),
            _ => None,
        }
    }
}

fn is_chacha(suite: u16) -> bool {
    TlsCipherSuite::from_id(suite).is_some_and(|suite| suite.enc == TlsCipherEnc::Chacha20_Poly1305)
}
