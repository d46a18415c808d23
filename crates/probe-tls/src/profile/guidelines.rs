//! The guidelines themselves.

use super::{Group, Profile, Suite};

const ECDSA_AES128: Suite =
    Suite { iana: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", openssl: "ECDHE-ECDSA-AES128-GCM-SHA256" };
const RSA_AES128: Suite =
    Suite { iana: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", openssl: "ECDHE-RSA-AES128-GCM-SHA256" };
const ECDSA_AES256: Suite =
    Suite { iana: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", openssl: "ECDHE-ECDSA-AES256-GCM-SHA384" };
const RSA_AES256: Suite =
    Suite { iana: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", openssl: "ECDHE-RSA-AES256-GCM-SHA384" };
const ECDSA_CHACHA: Suite =
    Suite { iana: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", openssl: "ECDHE-ECDSA-CHACHA20-POLY1305" };
const RSA_CHACHA: Suite =
    Suite { iana: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", openssl: "ECDHE-RSA-CHACHA20-POLY1305" };

const STRONGEST_FIRST: &[Suite] = &[ECDSA_AES256, RSA_AES256, ECDSA_CHACHA, RSA_CHACHA, ECDSA_AES128, RSA_AES128];
const FASTEST_FIRST: &[Suite] = &[ECDSA_AES128, RSA_AES128, ECDSA_AES256, RSA_AES256, ECDSA_CHACHA, RSA_CHACHA];
const CCM: &[&str] = &["TLS_ECDHE_ECDSA_WITH_AES_128_CCM", "TLS_ECDHE_ECDSA_WITH_AES_256_CCM"];

const TLS13: &[&str] = &["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"];
const TLS13_AND_CCM: &[&str] =
    &["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256", "TLS_AES_128_CCM_SHA256"];

const HYBRID: Group = Group { iana: "X25519MLKEM768", openssl: None };
const X25519: Group = Group { iana: "x25519", openssl: Some("X25519") };
const P256: Group = Group { iana: "secp256r1", openssl: Some("prime256v1") };
const P384: Group = Group { iana: "secp384r1", openssl: Some("secp384r1") };
const P521: Group = Group { iana: "secp521r1", openssl: Some("secp521r1") };
const OTHER_CURVES: &[&str] = &[
    "x448",
    "brainpoolP256r1",
    "brainpoolP384r1",
    "brainpoolP512r1",
    "X25519MLKEM768",
    "SecP256r1MLKEM768",
    "SecP384r1MLKEM1024",
];

/// R3 to R10, R13, R25 and R26, degraded variants left out.
pub(super) const ANSSI: Profile = Profile {
    id: "anssi",
    source: "ANSSI, Recommandations de sécurité relatives à TLS, v1.2 (26/03/2020)",
    tls12: true,
    suites12: STRONGEST_FIRST,
    tolerated12: CCM,
    suites13: TLS13_AND_CCM,
    groups: &[P256, P384, P521, X25519],
    tolerated_groups: OTHER_CURVES,
    order_of_server: true,
    rsa_bits: Some(2048),
    longest_days: Some(825),
};

pub(super) const MOZILLA_MODERN: Profile = Profile {
    id: "mozilla-modern",
    source: "Mozilla, Server Side TLS 6.0, modern (06/04/2026)",
    tls12: false,
    suites12: &[],
    tolerated12: &[],
    suites13: TLS13,
    groups: &[HYBRID, X25519, P256, P384],
    tolerated_groups: &[],
    order_of_server: false,
    rsa_bits: None,
    longest_days: Some(90),
};

pub(super) const MOZILLA_INTERMEDIATE: Profile = Profile {
    id: "mozilla-intermediate",
    source: "Mozilla, Server Side TLS 6.0, intermediate (06/04/2026)",
    tls12: true,
    suites12: FASTEST_FIRST,
    tolerated12: &[],
    suites13: TLS13,
    groups: &[HYBRID, X25519, P256, P384],
    tolerated_groups: &[],
    order_of_server: false,
    rsa_bits: Some(2048),
    longest_days: Some(366),
};

/// What the guideline calls good or sufficient; what it phases out is to be changed.
pub(super) const NCSC_NL: Profile = Profile {
    id: "ncsc-nl",
    source: "NCSC-NL, ICT-beveiligingsrichtlijnen voor TLS (2025-05)",
    tls12: true,
    suites12: STRONGEST_FIRST,
    tolerated12: CCM,
    suites13: TLS13_AND_CCM,
    groups: &[X25519, P256, P384, P521],
    tolerated_groups: OTHER_CURVES,
    order_of_server: false,
    rsa_bits: Some(3072),
    longest_days: None,
};
