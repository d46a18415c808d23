//! CRIME (CVE-2012-4929). Sent: hellos that offer DEFLATE. A server that takes it compresses secrets together with what
//! an attacker chose, and their length tells how alike they are.

use super::Verdict;
use crate::endpoint::facts::Version;
use crate::endpoint::survey::{Survey, accepted};

pub(super) fn verdict(survey: &Survey) -> Verdict {
    if accepted(&survey.versions).any(|(_, seen)| seen.hello.compression != 0) {
        return Ok(true);
    }
    let mut old = survey.versions.range(..=Version::Tls12);
    old.find_map(|(_, answer)| answer.reason()).map_or(Ok(false), Err)
}
