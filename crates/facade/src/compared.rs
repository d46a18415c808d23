//! What looks tell beside each other, or beside the plan.

use jiff::Timestamp;
use vigie_model::{Evidence, FactPath, Facts, Observation, Outcome, Reason, Source, Subject, Vantage};

/// Facts of a comparison, why one is missing, and the looks that they rest on.
pub(crate) struct Compared<'f, F> {
    pub(crate) facts: &'f F,
    pub(crate) gap: Option<(&'static str, Reason)>,
    pub(crate) evidence: Vec<Evidence>,
}

impl<F: Facts> Compared<'_, F> {
    /// As an observation of its own, that nobody answers for yet.
    pub(crate) fn about(self, subject: Subject, vantage: Vantage, as_of: Timestamp) -> Observation {
        let gaps = self.gap.into_iter().map(|(path, reason)| (FactPath::from(path), reason)).collect();
        Observation {
            subject,
            kind: F::KIND.to_owned(),
            source: Source::Measured,
            vantage,
            observed_at: as_of,
            took_ms: 0,
            outcome: Outcome::observed_with_gaps(self.facts, gaps),
            owner: None,
            evidence: self.evidence,
        }
    }
}
