//! What published guidelines ask of a TLS server, how far a server is from one of them, and the settings that comply.

mod comparison;
mod guidelines;
mod settings;

pub use comparison::Comparison;
pub use settings::ServerKind;

/// A guideline, as far as it can be seen from outside and written into a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// Its name on the command line (`anssi`).
    pub id: &'static str,
    /// The document, its version and date.
    pub source: &'static str,
    /// Whether TLS 1.2 is accepted beside TLS 1.3.
    tls12: bool,
    /// Suites of TLS 1.2: those to set, best first, then others that it also tolerates.
    suites12: &'static [Suite],
    tolerated12: &'static [&'static str],
    /// Suites of TLS 1.3.
    suites13: &'static [&'static str],
    /// Groups: those to set, best first, then others that it also tolerates.
    groups: &'static [Group],
    tolerated_groups: &'static [&'static str],
    /// Whether the server's order of suites must count.
    order_of_server: bool,
    /// Shortest RSA key of a certificate, in bits; nothing when only keys on curves are asked for.
    rsa_bits: Option<u32>,
    /// Longest validity of a certificate, in days.
    longest_days: Option<i64>,
}

/// A suite by both its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Suite {
    iana: &'static str,
    openssl: &'static str,
}

/// A group by both its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Group {
    iana: &'static str,
    /// Nothing for one that only recent versions of OpenSSL know: writing it would keep the others from starting.
    openssl: Option<&'static str>,
}

impl Profile {
    /// Every profile.
    pub const ALL: [&'static Self; 4] =
        [&guidelines::ANSSI, &guidelines::MOZILLA_MODERN, &guidelines::MOZILLA_INTERMEDIATE, &guidelines::NCSC_NL];
}
