//! POODLE (CVE-2014-3566). Nothing is sent: SSL 3.0 does not say how padding is filled, so any cipher in CBC mode there
//! lets an attacker on the way guess a byte at a time.

use tls_parser::TlsCipherEncMode;

use super::{Verdict, takes};
use crate::endpoint::facts::Version;
use crate::endpoint::survey::Survey;

pub(super) fn verdict(survey: &Survey) -> Verdict {
    takes(survey, ..=Version::Ssl30, |suite, _| suite.enc_mode == TlsCipherEncMode::Cbc)
}
