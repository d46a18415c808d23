//! The rules on TLS, tried on their own cases and on the facts of real servers.

#![cfg(test)]

mod stage;

use std::collections::BTreeSet;

use stage::rules::rules;
use stage::{Authority, HOST, Look, Seen, openssl};
use vigie_model::{Lang, VerdictOutcome};

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
    assert!(rules.len() >= 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_server_only_lacks_what_its_openssl_lacks() {
    let authority = Authority::new();
    authority.certify("ec -pkeyopt ec_paramgen_curve:P-256", "");
    let server = authority.serve("-min_protocol TLSv1.2 -cipher ECDHE+AESGCM");
    let seen = Look { roots: authority.root(), ..Look::at(server.port) }.take().await;
    let (failed, unknown) = judge(&seen);
    assert_eq!(failed, set(&["tls.no-post-quantum/hybrid", "tls.small-finite-field-group/large"]));
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
    let verdicts = rules().judge(std::slice::from_ref(&seen.observation), seen.observation.observed_at);
    let said = verdicts.iter().flat_map(|verdict| {
        let checks = verdict.failed_checks().iter();
        checks.map(|check| format!("{} [{}] {}", verdict.rule, check.severity.text().fr, check.message.fr))
    });
    // A short Diffie-Hellman group comes with a short key: OpenSSL fits the one to the other.
    insta::assert_snapshot!(said.collect::<Vec<_>>().join("\n"), @"
    tls.certificate-name-mismatch [critique] Le certificat ne porte pas le nom www.ch-demo.example. Noms qu’il porte : aucun.
    tls.certificate-untrusted [élevé] Aucune autorité reconnue ne se porte garante de ce certificat (émetteur : CN=other.www.ch-demo.example).
    tls.legacy-protocol [élevé] Ce service accepte encore TLS 1.0 (1999), abandonné par tous les navigateurs.
    tls.legacy-protocol [élevé] Ce service accepte encore TLS 1.1 (2006), abandonné par tous les navigateurs.
    tls.no-forward-secrecy [moyen] Ce service accepte encore un échange de clés sans confidentialité persistante : TLS_RSA_WITH_AES_128_CBC_SHA (TLS 1.0, TLS 1.1).
    tls.no-modern-version [critique] La version la plus récente acceptée est TLS 1.1 : aucun navigateur à jour ne peut plus se connecter.
    tls.no-tls13 [faible] Ce service n’accepte pas TLS 1.3 ; au mieux TLS 1.1.
    tls.old-certificate-form [faible] Ce certificat est d’une forme abandonnée (version 1) : il ne peut dire ni son nom, ni son usage.
    tls.order-left-to-clients [faible] Ce service accepte de bonnes et de mauvaises suites, et laisse le visiteur choisir (TLS 1.0, TLS 1.1).
    tls.small-dh [élevé] L’échange de clés Diffie-Hellman n’a que 1024 bits (TLS 1.0, TLS 1.1) ; il en faut au moins 2048.
    tls.uncommon-cipher [faible] Ce service accepte des chiffrements que presque personne n’emploie : TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA, TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA, TLS_RSA_WITH_CAMELLIA_128_CBC_SHA, TLS_RSA_WITH_CAMELLIA_256_CBC_SHA, TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA, TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA (TLS 1.0, TLS 1.1).
    tls.validity-too-long [faible] Ce certificat vaut 3650 jours ; l’ANSSI (Agence nationale de la sécurité des systèmes d’information) recommande 825 jours au plus.
    tls.weak-cipher [critique] Ce service accepte un chiffrement cassé ou absent : TLS_RSA_WITH_NULL_SHA (TLS 1.0, TLS 1.1).
    tls.weak-key [critique] La clé RSA du certificat n’a que 1024 bits ; il en faut au moins 2048.
    ");
    assert_eq!(judge(&seen).1, set(&[]));
}
