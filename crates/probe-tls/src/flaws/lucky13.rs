//! LUCKY13 (CVE-2013-0169). Nothing is sent, and no timing is measured: what is told is the precondition, a cipher in CBC
//! mode that authenticates before it encrypts. Whether a server's library takes the same time whatever the padding
//! cannot be seen from outside.

use tls_parser::TlsCipherEncMode;

use super::{Verdict, takes};
use crate::endpoint::facts::Version;
use crate::endpoint::survey::Survey;

pub(super) fn verdict(survey: &Survey) -> Verdict {
    takes(survey, ..=Version::Tls12, |suite, hello| suite.enc_mode == TlsCipherEncMode::Cbc && !hello.encrypt_then_mac)
}
