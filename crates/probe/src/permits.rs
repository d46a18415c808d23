use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::NetError;

/// How many connections may be open at once, over all and to one host.
#[derive(Debug)]
pub(crate) struct Permits {
    total: Arc<Semaphore>,
    per_host: usize,
    hosts: Mutex<HashMap<IpAddr, Arc<Semaphore>>>,
}

/// The right to hold one connection open; given back on drop.
#[derive(Debug)]
pub(crate) struct Permit {
    _host: OwnedSemaphorePermit,
    _total: OwnedSemaphorePermit,
}

impl Permits {
    pub(crate) fn new(total: usize, per_host: usize) -> Self {
        Self { total: Arc::new(Semaphore::new(total.max(1))), per_host: per_host.max(1), hosts: Mutex::default() }
    }

    /// Waits for a place. The host's comes first, so that one slow host cannot sit on global places it does not use.
    pub(crate) async fn acquire(&self, host: IpAddr) -> Result<Permit, NetError> {
        let of_host = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(hosts.entry(host).or_insert_with(|| Arc::new(Semaphore::new(self.per_host))))
        };
        let closed = |_| NetError::Bug("a permit queue was closed".to_owned());
        let host = of_host.acquire_owned().await.map_err(closed)?;
        let total = Arc::clone(&self.total).acquire_owned().await.map_err(closed)?;
        Ok(Permit { _host: host, _total: total })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_slow_host_leaves_places_for_others() {
        let permits = Permits::new(3, 2);
        let slow = IpAddr::from([192, 0, 2, 1]);
        let _held = (permits.acquire(slow).await.unwrap(), permits.acquire(slow).await.unwrap());
        let third = tokio::time::timeout(Duration::from_secs(1), permits.acquire(slow)).await;
        assert!(third.is_err(), "the third connection to one host waits");
        assert!(permits.acquire(IpAddr::from([192, 0, 2, 2])).await.is_ok());
    }
}
