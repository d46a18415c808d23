//! Who waits where few connections may be open at once: the longest chains of questions, which are those about suites, must
//! not wait behind all others.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::endpoint::patience::Lane;

/// Connections kept back for these chains. They share the others too: as many as they could use at their best, two,
/// would leave too few for the rest.
const KEPT_BACK: usize = 1;

/// The connections that other questions may have open at once.
#[derive(Debug)]
pub(crate) struct Places {
    others: Arc<Semaphore>,
    kept_back: AtomicUsize,
}

/// The right to one of them; given back on drop.
pub(crate) type Place = OwnedSemaphorePermit;

/// All that must be held as long as a connection is open.
pub(crate) type Held = (Option<Place>, Lane);

impl Places {
    /// Of so many connections to one host at once.
    pub(crate) fn of(at_once: usize) -> Self {
        let kept_back = KEPT_BACK.min(at_once.saturating_sub(1));
        let others = at_once.saturating_sub(kept_back).max(1);
        Self { others: Arc::new(Semaphore::new(others)), kept_back: AtomicUsize::new(kept_back) }
    }

    /// Waits for a place.
    pub(crate) async fn take(&self) -> Option<Place> {
        // It is never closed.
        Arc::clone(&self.others).acquire_owned().await.ok()
    }

    /// The longest chains are over: all places are for all.
    pub(crate) fn give_back(&self) {
        self.others.add_permits(self.kept_back.swap(0, Ordering::Relaxed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_kept_back_is_given_back_once() {
        for (at_once, first, then) in [(1, 1, 1), (2, 1, 2), (4, 3, 4), (16, 15, 16)] {
            let places = Places::of(at_once);
            assert_eq!(places.others.available_permits(), first, "{at_once} at once");
            places.give_back();
            places.give_back();
            assert_eq!(places.others.available_permits(), then, "{at_once} at once");
            let _one = places.take().await;
            assert_eq!(places.others.available_permits(), then - 1, "{at_once} at once");
        }
    }
}
