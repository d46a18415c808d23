//! The rules on TLS, tried on their own cases and on the facts of real servers.

#![cfg(test)]

mod stage;

use std::collections::BTreeSet;

use stage::{Authority, HOST, Look, Seen, openssl};
use vigie_model::{Lang, VerdictOutcome};
use vigie_probe::Probe;
use vigie_probe_tls::TlsProbe;
use vigie_rules::{Frameworks, RuleSet, shipped_rules};

fn rules() -> RuleSet {
    let files = shipped_rules().into_iter().filter(|file| file.name().starts_with("rules/tls/")).collect();
    let catalogue = TlsProbe::new(&[]).unwrap().catalogue().unwrap();
    let frameworks =
        Frameworks::shipped().unwrap_or_else(|problems| panic!("{}", problems.render(Lang::En, false, 120)));
    RuleSet::load_layers([files], &catalogue, &frameworks)
        .unwrap_or_else(|problems| panic!("{}", problems.render(Lang::En, false, 120)))
}

/// The checks that fail on what was seen, as `rule/check`, and the rules that cannot decide.
fn judge(seen: &Seen) -> (BTreeSet<String>, BTreeSet<String>) {
    let observations = std::slice::from_ref(&seen.observation);
    let verdicts = rules().judge(observations, seen.observation.observed_at);
    let failed = verdicts
        .iter()
        .flat_map(|verdict| verdict.failed_checks().iter().map(|check| format!("{}/{}", verdict.rule, check.check)));
    let unknown = verdicts.iter().filter(|verdict| matches!(verdict.outcome, VerdictOutcome::Unknown { .. }));
    (failed.collect(), unknown.map(|verdict| verdict.rule.to_string()).collect())
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_rule_keeps_its_own_cases() {
    let rules = rules();
    assert!(rules.warnings().is_empty(), "{}", rules.warnings().render(Lang::En, false, 120));
    assert_eq!(rules.check_cases(), []);
    assert!(rules.len() >= 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_server_only_lacks_what_its_openssl_lacks() {
    let authority = Authority::new();
    authority.certify("ec -pkeyopt ec_paramgen_curve:P-256", "");
    let server = authority.serve("-min_protocol TLSv1.2 -cipher ECDHE+AESGCM");
    let seen = Look { roots: authority.root(), ..Look::at(server.port) }.take().await;
    let (failed, unknown) = judge(&seen);
    assert_eq!(failed, set(&["tls.no-post-quantum/hybrid"]));
    assert_eq!(unknown, set(&[]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relic_fails_on_every_count() {
    let authority = Authority::new();
    let own = format!(
        "req -x509 -sha1 -newkey rsa:1024 -nodes -keyout leaf.key -out leaf.pem -days 3650 -subj /CN=other.{HOST}"
    );
    openssl(authority.dir.path(), &own);
    let server = authority.serve("-max_protocol TLSv1.1 -cipher ALL:COMPLEMENTOFALL:@SECLEVEL=0");
    let seen = Look::at(server.port).take().await;
    let (failed, unknown) = judge(&seen);
    let expected = set(&[
        "tls.certificate-name-mismatch/named",
        "tls.certificate-untrusted/known-issuer",
        "tls.legacy-protocol/no-tls10",
        "tls.legacy-protocol/no-tls11",
        "tls.no-forward-secrecy/accepted",
        "tls.no-modern-version/tls12-or-newer",
        "tls.no-tls13/tls13",
        // OpenSSL fits the size of its Diffie-Hellman group to that of the key.
        "tls.small-dh/dh-2048",
        "tls.validity-too-long/private-limit",
        "tls.weak-cipher/no-broken-cipher",
        "tls.weak-key/rsa-2048",
    ]);
    assert_eq!(failed, expected);
    assert_eq!(unknown, set(&[]));
}
