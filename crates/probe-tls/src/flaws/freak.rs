//! FREAK (CVE-2015-0204). Nothing is sent: a server that accepts RSA suites of export grade signs keys of 512 bits, which
//! an attacker on the way can have it use with clients that did not ask.

use tls_parser::TlsCipherKx;

use super::{Verdict, takes};
use crate::endpoint::facts::Version;
use crate::endpoint::survey::Survey;

pub(super) fn verdict(survey: &Survey) -> Verdict {
    takes(survey, ..=Version::Tls12, |suite, _| suite.kx == TlsCipherKx::Rsa && suite.name.contains("EXPORT"))
}
