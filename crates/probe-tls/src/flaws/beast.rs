//! BEAST (CVE-2011-3389). Nothing is sent: up to TLS 1.0, each record begins where the last one ended, which lets an
//! attacker who makes the client send chosen data guess the rest. Clients have worked around it since 2012; the server
//! can only leave the old versions out.

use tls_parser::TlsCipherEncMode;

use super::{Verdict, takes};
use crate::endpoint::facts::Version;
use crate::endpoint::survey::Survey;

pub(super) fn verdict(survey: &Survey) -> Verdict {
    takes(survey, ..=Version::Tls10, |suite, _| suite.enc_mode == TlsCipherEncMode::Cbc)
}
