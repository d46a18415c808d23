//! The facility file and its entries.

use vigie_scan::{Exclusion, FacilityFile, Resolver, ScopeHost, ScopeRange};
use vigie_source::SourceFile;

use crate::claims::{problems_hold, reads_back};

/// An entry of the scope prints back as what it reads.
pub fn entries(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    reads_back::<ScopeHost>(&text);
    reads_back::<ScopeRange>(&text);
    reads_back::<Exclusion>(&text);
    reads_back::<Resolver>(&text);
}

/// A facility file that is read says the same once written in JSON, which is YAML too: the scope has the
/// same hash. Any other has problems.
pub fn facility(data: &[u8]) {
    let Ok(file) = SourceFile::from_bytes("facility.yaml", data) else { return };
    match FacilityFile::read(&file) {
        Ok((facility, doubts)) => {
            assert!(!doubts.has_errors());
            let written = serde_json::to_string(&facility).unwrap_or_default();
            let again = FacilityFile::read(&SourceFile::new("facility.yaml", &written)).map(|(again, _)| again);
            assert_eq!(again.as_ref().map(FacilityFile::scope_hash).ok(), Some(facility.scope_hash()), "{written}");
            assert_eq!(again.ok(), Some(facility), "{written}");
        }
        Err(problems) => problems_hold(&problems),
    }
}
