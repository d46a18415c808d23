use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Spaces connections out, over all hosts and for each host: a small appliance must not notice us.
///
/// It books the next free slot and sleeps until then, so callers are served in the order they came.
#[derive(Debug)]
pub(crate) struct Pace {
    between_any: Duration,
    between_same_host: Duration,
    next: Mutex<Slots>,
}

#[derive(Debug, Default)]
struct Slots {
    any: Option<Instant>,
    by_host: HashMap<IpAddr, Instant>,
}

impl Pace {
    /// At most `per_second` connections over all, `per_second_per_host` to one address; both at least 1.
    pub(crate) fn new(per_second: u32, per_second_per_host: u32) -> Self {
        let gap = |rate: u32| Duration::from_secs(1) / rate.max(1);
        Self { between_any: gap(per_second), between_same_host: gap(per_second_per_host), next: Mutex::default() }
    }

    /// Waits for the next turn to connect to a host.
    pub(crate) async fn wait(&self, host: IpAddr) {
        let turn = self.book(host);
        // A timer goes off at the next full millisecond, even one that is due.
        if turn > Instant::now() {
            sleep_until(turn).await;
        }
    }

    fn book(&self, host: IpAddr) -> Instant {
        let now = Instant::now();
        // A poisoned lock only means another task panicked while booking: the slots are still sound.
        let mut slots = self.next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let host_slot = slots.by_host.get(&host).copied().unwrap_or(now);
        let slot = now.max(host_slot).max(slots.any.unwrap_or(now));
        slots.any = Some(slots.any.unwrap_or(now).max(now) + self.between_any);
        slots.by_host.insert(host, slot + self.between_same_host);
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_host_is_spaced_more_than_the_crowd() {
        let pace = Pace::new(100, 10);
        let start = Instant::now();
        let host = |last| IpAddr::from([192, 0, 2, last]);
        for _ in 0..5 {
            pace.wait(host(1)).await;
        }
        assert_eq!(start.elapsed(), Duration::from_millis(400));
        let start = Instant::now();
        for last in 10..15 {
            pace.wait(host(last)).await;
        }
        assert!(start.elapsed() <= Duration::from_millis(50), "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_host_does_not_hold_the_others_back() {
        let pace = Pace::new(1_000, 1);
        for _ in 0..3 {
            pace.book(IpAddr::from([192, 0, 2, 1]));
        }
        let other = pace.book(IpAddr::from([192, 0, 2, 2]));
        assert!(other.duration_since(Instant::now()) < Duration::from_millis(10));
    }
}
