use std::collections::BTreeMap;

use vigie_model::{FactPath, Reason};
use vigie_probe::NetError;

/// Collects why facts are missing while they are gathered.
#[derive(Debug, Default)]
pub(crate) struct Gaps(BTreeMap<FactPath, Reason>);

impl Gaps {
    /// The value of a question that was answered; otherwise its failure is noted under the path.
    pub(crate) fn keep<T>(&mut self, path: impl Into<FactPath>, answer: Result<T, NetError>) -> Option<T> {
        answer.map_err(|error| self.note(path, error.reason())).ok()
    }

    /// Notes why a fact is missing.
    pub(crate) fn note(&mut self, path: impl Into<FactPath>, reason: Reason) {
        self.0.insert(path.into(), reason);
    }

    /// The gaps, for the observation.
    pub(crate) fn into_map(self) -> BTreeMap<FactPath, Reason> {
        self.0
    }
}
