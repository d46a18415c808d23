use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::NetError;

/// The instant a look must be over. It is passed down and only ever shortened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// A deadline `span` from now.
    pub fn after(span: Duration) -> Self {
        let now = Instant::now();
        // A span too long for the clock means "very late": thirty years, as tokio does.
        Self(now.checked_add(span).unwrap_or(now + Duration::from_hours(24 * 365 * 30)))
    }

    /// The earlier of this deadline and `span` from now.
    #[must_use]
    pub fn shortened(self, span: Duration) -> Self {
        self.min(Self::after(span))
    }

    /// Time left, zero once passed.
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// The instant itself, for timers.
    pub fn instant(self) -> Instant {
        self.0
    }

    /// Runs a future until this deadline.
    pub async fn cap<T>(self, work: impl Future<Output = T>) -> Result<T, NetError> {
        timeout_at(self.0, work).await.map_err(|_| NetError::Timeout)
    }

    /// Runs a future until this deadline or the end of the run, whichever comes first.
    pub(crate) async fn cap_unless<T>(
        self,
        cancel: &CancellationToken,
        work: impl Future<Output = T>,
    ) -> Result<T, NetError> {
        if cancel.is_cancelled() {
            return Err(NetError::Cancelled);
        }
        tokio::select! {
            biased;
            // First, since much of this work is done at once, and waiting for the end of the run costs more.
            done = self.cap(work) => done,
            () = cancel.cancelled() => Err(NetError::Cancelled),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn is_only_ever_shortened() {
        let deadline = Deadline::after(Duration::from_secs(5));
        assert_eq!(deadline.shortened(Duration::from_secs(9)), deadline);
        assert!(deadline.shortened(Duration::from_secs(1)) < deadline);
        assert_eq!(deadline.cap(std::future::pending::<()>()).await, Err(NetError::Timeout));
        assert_eq!(deadline.remaining(), Duration::ZERO);
        assert!(Deadline::after(Duration::MAX).remaining() > Duration::from_secs(1));
    }
}
