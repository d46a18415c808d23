//! Our verdicts on certificate chains beside those of x509-limbo, a suite of hard cases that nobody here wrote. It lies
//! beside the project; without it there is nothing to compare with, and the test says so.

#![cfg(test)]

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use vigie_model::Host;
use vigie_probe_tls::{Certificate, TrustStore, TrustVerdict, names_match, read_certificate};

const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/suites/x509/limbo.json");

#[derive(Deserialize)]
struct Limbo {
    testcases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    validation_kind: String,
    trusted_certs: Vec<String>,
    untrusted_intermediates: Vec<String>,
    peer_certificate: String,
    validation_time: Option<Timestamp>,
    expected_result: String,
    expected_peer_name: Option<PeerName>,
}

#[derive(Deserialize)]
struct PeerName {
    value: String,
}

/// Whether we would believe a case.
fn believes(case: &Case) -> bool {
    let der = |pem: &String| CertificateDer::from_pem_slice(pem.as_bytes()).expect("PEM");
    let roots: Vec<CertificateDer<'static>> = case.trusted_certs.iter().map(der).collect();
    // A root that cannot be read cannot be trusted.
    let Ok(store) = TrustStore::new(&roots) else { return false };
    let sent = std::iter::once(&case.peer_certificate).chain(&case.untrusted_intermediates);
    let chain: Vec<Certificate> = sent.map(|pem| read_certificate(&der(pem))).collect();
    let at = case.validation_time.unwrap_or_else(|| "2026-06-01T00:00:00Z".parse().unwrap());
    let content = chain.first().and_then(|leaf| leaf.facts.content.as_ref());
    let matches = match (&case.expected_peer_name, content) {
        (Some(name), Some(content)) => Some(name.value.parse::<Host>().is_ok_and(|host| names_match(&host, content))),
        _ => None,
    };
    store.judge(&chain, matches, at).is_some_and(|trust| trust.verdict == TrustVerdict::Trusted)
}

#[test]
fn verdicts_agree_but_for_what_is_explained() {
    let Ok(text) = std::fs::read_to_string(Path::new(SUITE)) else {
        println!("not compared: {SUITE} is not there");
        return;
    };
    let limbo: Limbo = serde_json::from_str(&text).unwrap();
    let servers = limbo.testcases.iter().filter(|case| case.validation_kind == "SERVER");
    let explained: BTreeMap<&str, &str> =
        EXPLAINED.iter().flat_map(|(why, cases)| cases.iter().map(move |case| (*case, *why))).collect();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for case in servers {
        compared += 1;
        let agrees = believes(case) == (case.expected_result == "SUCCESS");
        match (agrees, explained.get(case.id.as_str())) {
            (true, None) | (false, Some(_)) => {}
            (true, Some(_)) => wrong.push(format!("{} agrees now: it needs no explanation any more", case.id)),
            (false, None) => wrong.push(format!("{} should be {}", case.id, case.expected_result)),
        }
    }
    assert!(compared > 150, "{compared} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where we differ, and why. webpki is lenient on the form of certificates that no attacker gains by, as browsers are;
/// it is strict where the suite is not in that it never takes an authority's certificate for a server's.
const EXPLAINED: &[(&str, &[&str])] = &[
    (
        "revocation lists are not read when a path is judged",
        &[
            "crl::crlnumber-critical",
            "crl::crlnumber-missing",
            "crl::issuer-missing-crlsign",
            "crl::revoked-certificate-with-crl",
        ],
    ),
    (
        "the suite sets a depth of its own; ours is webpki's",
        &["pathlen::max-chain-depth-0-exhausted", "pathlen::max-chain-depth-1-exhausted"],
    ),
    (
        "an authority's certificate is never taken for a server's, nor one that renews itself for another",
        &[
            "pathlen::self-issued-certs-pathlen",
            "pathlen::validation-ignores-pathlen-in-leaf",
            "rfc5280::ca-as-leaf",
            "rfc5280::nc::permitted-self-issued",
        ],
    ),
    ("constraints on names of people are refused, whatever they say", &["rfc5280::nc::permitted-dn-match"]),
    (
        "identifiers of keys help to find a path and do not decide on it",
        &[
            "rfc5280::aki::critical-aki",
            "rfc5280::aki::cross-signed-root-missing-aki",
            "rfc5280::aki::intermediate-missing-aki",
            "rfc5280::aki::leaf-missing-aki",
            "rfc5280::ski::critical-ski",
            "rfc5280::ski::intermediate-missing-ski",
            "rfc5280::ski::root-missing-ski",
            "webpki::aki::root-with-aki-all-fields",
            "webpki::aki::root-with-aki-authoritycertissuer",
            "webpki::aki::root-with-aki-authoritycertserialnumber",
            "webpki::aki::root-with-aki-missing-keyidentifier",
            "webpki::aki::root-with-aki-ski-mismatch",
        ],
    ),
    (
        "a root is trusted by its name and key: its extensions are not looked at",
        &[
            "rfc5280::root-inconsistent-ca-extensions",
            "rfc5280::root-missing-basic-constraints",
            "rfc5280::root-non-critical-basic-constraints",
            "rfc5280::unknown-critical-extension-root",
            "webpki::eku::root-has-eku",
            "webpki::forbidden-rsa-not-divisible-by-8-in-root",
        ],
    ),
    (
        "form alone, which no attacker gains by",
        &[
            "rfc5280::ca-empty-subject",
            "rfc5280::leaf-ku-keycertsign",
            "rfc5280::nc::invalid-dnsname-leading-period",
            "rfc5280::nc::not-allowed-in-ee-critical",
            "rfc5280::nc::not-allowed-in-ee-noncritical",
            "rfc5280::nc::permitted-dns-match-noncritical",
            "rfc5280::pc::ica-noncritical-pc",
            "rfc5280::san::noncritical-with-empty-subject",
            "rfc5280::san::underscore-dns",
            "rfc5280::serial::negative",
            "rfc5280::serial::too-long",
            "rfc5280::serial::zero",
            "webpki::malformed-aia",
            "webpki::nc::intermediate-permitted-excluded-subtrees-both-empty-sequences",
            "webpki::nc::intermediate-permitted-excluded-subtrees-both-null",
            "webpki::san::san-critical-with-nonempty-subject",
        ],
    ),
    (
        "the common name counts for nothing, so that what it says cannot be wrong",
        &[
            "webpki::cn::case-mismatch",
            "webpki::cn::ipv4-hex-mismatch",
            "webpki::cn::ipv4-leading-zeros-mismatch",
            "webpki::cn::ipv6-non-rfc5952-mismatch",
            "webpki::cn::ipv6-uncompressed-mismatch",
            "webpki::cn::ipv6-uppercase-mismatch",
            "webpki::cn::not-in-san",
            "webpki::cn::punycode-not-in-san",
            "webpki::cn::utf8-vs-punycode-mismatch",
        ],
    ),
    (
        "a rule of its own tells it: tls.extended-key-usage",
        &["webpki::eku::ee-anyeku", "webpki::eku::ee-critical-eku", "webpki::eku::ee-without-eku"],
    ),
    (
        "a rule of its own tells it: tls.weak-key",
        &[
            "webpki::forbidden-dsa-leaf",
            "webpki::forbidden-p192-leaf",
            "webpki::forbidden-rsa-key-not-divisible-by-8-in-leaf",
            "webpki::forbidden-weak-rsa-in-leaf",
        ],
    ),
    (
        "which domains are public suffixes is a list that changes every week, and none is shipped",
        &[
            "webpki::san::public-suffix-multi-label-wildcard-san",
            "webpki::san::public-suffix-private-namespace-wildcard-san",
        ],
    ),
];
