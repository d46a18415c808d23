//! What was fetched and asked once: the certificates of a hospital name the same places.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;
use vigie_model::Host;
use vigie_probe::NetError;

use super::place::Place;

/// What a probe keeps for as long as it lives; beyond so many, each is fetched each time.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Lists of revoked certificates.
    pub(super) lists: Cells<Place, Vec<u8>, 8>,
    /// Where the hosts that publish them are, or why they are not asked.
    pub(super) addresses: Cells<Host, Result<IpAddr, NetError>, 64>,
}

#[derive(Debug)]
pub(super) struct Cells<K, V, const MOST: usize>(Mutex<BTreeMap<K, Arc<OnceCell<V>>>>);

impl<K, V, const MOST: usize> Default for Cells<K, V, MOST> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Ord + Clone, V: Clone, const MOST: usize> Cells<K, V, MOST> {
    /// What was fetched before, else what this fetch gives. Those who ask at the same time wait for one fetch; when it
    /// fails, the next one tries for itself.
    pub(super) async fn get(&self, key: &K, fetch: impl Future<Output = Result<V, NetError>>) -> Result<V, NetError> {
        match self.cell(key) {
            Some(cell) => cell.get_or_try_init(|| fetch).await.cloned(),
            None => fetch.await,
        }
    }

    fn cell(&self, key: &K) -> Option<Arc<OnceCell<V>>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST && !kept.contains_key(key) {
            return None;
        }
        Some(Arc::clone(kept.entry(key.clone()).or_default()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_list_is_fetched_once_and_a_failure_is_not_kept() {
        let (lists, fetches) = (Kept::default().lists, AtomicU32::new(0));
        let place = Place::of("http://pki.ch-demo.example/ac.crl").unwrap();
        let fetch = |said: Result<Vec<u8>, NetError>| {
            let fetches = &fetches;
            async move {
                fetches.fetch_add(1, Ordering::Relaxed);
                said
            }
        };
        assert_eq!(lists.get(&place, fetch(Err(NetError::Timeout))).await, Err(NetError::Timeout));
        let (one, other) = tokio::join!(lists.get(&place, fetch(Ok(vec![1]))), lists.get(&place, fetch(Ok(vec![2]))));
        assert_eq!((one, other), (Ok(vec![1]), Ok(vec![1])));
        assert_eq!(fetches.load(Ordering::Relaxed), 2);
    }
}
