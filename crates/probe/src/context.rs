use jiff::Timestamp;
use tokio::time::Instant;
use vigie_model::{Evidence, Observation, Outcome, Source, Subject, Vantage};

use crate::{Deadline, Door};

/// What a probe is given for one look at one target.
#[derive(Debug, Clone)]
pub struct ProbeContext {
    /// The way out.
    pub door: Door,
    /// When this look must be over.
    pub deadline: Deadline,
    /// From where we look.
    pub vantage: Vantage,
}

/// Stamps observations with when the look began and how long it took.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch {
    began_at: Timestamp,
    began: Instant,
    vantage: Vantage,
}

impl ProbeContext {
    /// Begins a look. The one place where probes meet the clock.
    #[expect(clippy::disallowed_methods, reason = "an observation says when it was made")]
    pub fn start(&self) -> Stopwatch {
        Stopwatch { began_at: Timestamp::now(), began: Instant::now(), vantage: self.vantage }
    }
}

impl Stopwatch {
    /// When the look began.
    pub fn began_at(&self) -> Timestamp {
        self.began_at
    }

    /// Wraps what was learnt in its envelope.
    pub fn observation(&self, kind: &str, subject: Subject, outcome: Outcome, evidence: Vec<Evidence>) -> Observation {
        Observation {
            subject,
            kind: kind.to_owned(),
            source: Source::Measured,
            vantage: self.vantage,
            observed_at: self.began_at,
            took_ms: u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            outcome,
            owner: None,
            evidence,
        }
    }
}
