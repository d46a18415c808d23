//! RC4 (CVE-2013-2566, CVE-2015-2808). Nothing is sent: the first bytes of its key stream are biased, and RFC 7465 forbids
//! it.

use tls_parser::TlsCipherEnc;

use super::{Verdict, takes};
use crate::endpoint::facts::Version;
use crate::endpoint::survey::Survey;

pub(super) fn verdict(survey: &Survey) -> Verdict {
    takes(survey, ..=Version::Tls12, |suite, _| suite.enc == TlsCipherEnc::Rc4)
}
