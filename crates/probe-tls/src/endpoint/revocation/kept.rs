//! Lists fetched once: the certificates of a hospital name the same one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;
use vigie_probe::NetError;

use super::place::Place;

/// The most lists kept; more are fetched each time.
const MOST_KEPT: usize = 8;

/// The lists that a probe fetched, for as long as it lives.
#[derive(Debug, Default)]
pub(crate) struct KeptLists(Mutex<BTreeMap<Place, Arc<OnceCell<Vec<u8>>>>>);

impl KeptLists {
    /// A list that was fetched before, else by this fetch. Those who ask at the same time wait for one fetch; when it
    /// fails, the next one tries for itself.
    pub(super) async fn get(
        &self,
        place: &Place,
        fetch: impl Future<Output = Result<Vec<u8>, NetError>>,
    ) -> Result<Vec<u8>, NetError> {
        match self.cell(place) {
            Some(cell) => cell.get_or_try_init(|| fetch).await.cloned(),
            None => fetch.await,
        }
    }

    fn cell(&self, place: &Place) -> Option<Arc<OnceCell<Vec<u8>>>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT && !kept.contains_key(place) {
            return None;
        }
        Some(Arc::clone(kept.entry(place.clone()).or_default()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_list_is_fetched_once_and_a_failure_is_not_kept() {
        let (lists, fetches) = (KeptLists::default(), AtomicU32::new(0));
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
