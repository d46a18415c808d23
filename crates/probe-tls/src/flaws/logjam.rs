//! Logjam (CVE-2015-4000). Nothing is sent: the primes of the handshakes are those that the server chose. Export suites
//! use 512 bits; up to 1024 bits, one great computation breaks every session over the same prime.

use tls_parser::TlsCipherKx;

use super::{Verdict, takes};
use crate::endpoint::facts::Version;
use crate::endpoint::survey::Survey;
use crate::wire::bit_length;

const BROKEN_BITS: u32 = 1024;

pub(super) fn verdict(survey: &Survey) -> Verdict {
    let exchanges = survey.picks().filter_map(|pick| pick.flight.key_exchange.as_ref());
    let primes = exchanges.map(|exchange| &exchange.prime).filter(|prime| !prime.is_empty());
    if primes.map(|prime| bit_length(prime)).any(|bits| bits <= BROKEN_BITS) {
        return Ok(true);
    }
    let by_export = |suite: &tls_parser::TlsCipherSuite| {
        matches!(suite.kx, TlsCipherKx::Dhe | TlsCipherKx::Dh) && suite.name.contains("EXPORT")
    };
    takes(survey, ..=Version::Tls12, |suite, _| by_export(suite))
}
