//! SWEET32 (CVE-2016-2183). Nothing is sent: with blocks of 64 bits, two alike are expected within some 32 gigabytes of
//! one session, and give away what was in them.

use tls_parser::TlsCipherEnc;

use super::{Verdict, takes};
use crate::endpoint::facts::Version;
use crate::endpoint::survey::Survey;

pub(super) fn verdict(survey: &Survey) -> Verdict {
    let small = [TlsCipherEnc::TripleDes, TlsCipherEnc::Idea, TlsCipherEnc::Des, TlsCipherEnc::Rc2];
    takes(survey, ..=Version::Tls12, |suite, _| small.contains(&suite.enc))
}
