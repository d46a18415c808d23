//! What each connection was for, and what came of it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use vigie_model::Evidence;

use crate::endpoint::exchange::Answer;

/// The connections of one look: those that may still be opened, and those that were.
#[derive(Debug)]
pub(crate) struct Ledger {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    left: u32,
    /// By purpose, then by what came of it.
    opened: BTreeMap<&'static str, BTreeMap<&'static str, u32>>,
}

impl Ledger {
    /// At most so many connections.
    pub(crate) fn of(connections: u32) -> Self {
        Self { state: Mutex::new(State { left: connections, ..State::default() }) }
    }

    /// Takes one connection; false when none is left.
    pub(crate) fn take(&self) -> bool {
        let mut state = self.lock();
        let left = state.left.checked_sub(1);
        state.left = left.unwrap_or_default();
        left.is_some()
    }

    /// Takes back some that the server did not let in.
    pub(crate) fn give_back(&self, connections: u32) {
        let mut state = self.lock();
        state.left = state.left.saturating_add(connections);
    }

    /// Notes what came of a connection.
    pub(crate) fn note(&self, purpose: &'static str, result: &'static str) {
        let mut state = self.lock();
        let count = state.opened.entry(purpose).or_default().entry(result).or_default();
        *count = count.saturating_add(1);
    }

    /// Every purpose with its results: `groups: 6 accepted, 1 refused`.
    pub(crate) fn evidence(&self) -> Evidence {
        let state = self.lock();
        let purposes = state.opened.iter().map(|(purpose, results)| {
            let results: Vec<String> = results.iter().map(|(result, count)| format!("{count} {result}")).collect();
            format!("{purpose}: {}", results.join(", "))
        });
        Evidence::text("connections", &purposes.collect::<Vec<_>>().join("; "))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answer {
    /// What came of a connection, in a word.
    pub(crate) fn in_a_word(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Refused(_) | Self::NoStartTls(_) => "refused",
            Self::Unanswered(_, Some(_)) => "ended by an alert",
            Self::Unanswered(_, None) => "unanswered",
            Self::NotTls(_) => "not TLS",
            Self::Unreached(_) => "unreached",
        }
    }
}
