//! Lists and services of an authority of OpenSSL, asked whether its certificates are revoked; and those that lie.

#![cfg(test)]

mod stage;

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use stage::datagrams::{self, no_such_name};
use stage::rules::rules;
use stage::servers::{files, ocsp_service};
use stage::{Authority, HOST, Look, OPENSSL_CNF, Seen, door_asking, double, free_port, look, openssl, speaker};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use vigie_model::{Reason, Vantage};
use vigie_probe::{Deadline, DoorSettings, Intrusiveness, Probe, ProbeContext};
use vigie_probe_tls::TlsProbe;

/// A list that is only of certificates which name another place.
const OTHER_PART: &str = "
[other_part]
issuingDistributionPoint = critical,@place
[place]
fullname = URI:http://pki.ch-demo.example/autre.crl
";

/// An authority that publishes at these addresses, and a certificate of its.
fn authority(crl: &str, ocsp: &str) -> Authority {
    let authority = Authority::new();
    let usual = "crlDistributionPoints = URI:http://pki.ch-demo.example/ac.crl\n";
    let line = |name: &str, url: &str| if url.is_empty() { String::new() } else { format!("{name}{url}\n") };
    let own = line("crlDistributionPoints = URI:", crl) + &line("authorityInfoAccess = OCSP;URI:", ocsp);
    let settings = OPENSSL_CNF.replace(usual, &own) + OTHER_PART;
    fs::write(authority.file("openssl.cnf"), settings).unwrap();
    authority.certify("ec -pkeyopt ec_paramgen_curve:P-256", "");
    authority
}

fn revoke(authority: &Authority) {
    openssl(authority.dir.path(), "ca -revoke leaf.pem -cert ca.pem -keyfile ca.key");
}

/// Publishes the list, signed by `signer` and with these dates.
fn publish(authority: &Authority, signer: &str, dates: &str) {
    let how = format!("ca -gencrl -cert {signer}.pem -keyfile {signer}.key {dates} -out list.pem");
    openssl(authority.dir.path(), &how);
    openssl(authority.dir.path(), "crl -in list.pem -outform DER -out ac.crl");
}

/// Another key under the authority's name.
fn impostor(authority: &Authority) {
    openssl(
        authority.dir.path(),
        "req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -days 9 -extensions v3_ca -subj /CN=AC~de~demonstration",
    );
}

async fn seen(authority: &Authority) -> Seen {
    let server = authority.serve("");
    look(authority, server.port).await
}

fn said(status: &str, authentic: bool, current: bool) -> Value {
    json!({"asked": true, "status": status, "authentic": authentic, "current": current})
}

fn fails(seen: &Seen, rule: &str) -> bool {
    let verdicts = rules().judge(std::slice::from_ref(&seen.observation), seen.observation.observed_at);
    let verdict = verdicts.iter().find(|verdict| verdict.rule.to_string() == rule).expect(rule);
    !verdict.failed_checks().is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_and_a_revoked_certificate_are_told_by_list_and_by_service() {
    let (crl, ocsp) = (free_port(), free_port());
    let authority = authority(&format!("http://127.0.0.1:{crl}/ac.crl"), &format!("http://127.0.0.1:{ocsp}/"));
    publish(&authority, "ca", "-crldays 3");
    let _files = files(&authority, crl);
    let service = ocsp_service(&authority, ocsp, "ca");
    let good = seen(&authority).await;
    assert_eq!(good.fact("revocation.by_crl"), said("good", true, true));
    assert_eq!(good.fact("revocation.by_ocsp"), said("good", true, true));
    assert!(!fails(&good, "tls.revoked-by-authority"));
    drop(service);

    revoke(&authority);
    publish(&authority, "ca", "-crldays 3");
    let _service = ocsp_service(&authority, ocsp, "ca");
    let revoked = seen(&authority).await;
    assert_eq!(revoked.fact("revocation.by_crl"), said("revoked", true, true));
    assert_eq!(revoked.fact("revocation.by_ocsp"), said("revoked", true, true));
    assert!(fails(&revoked, "tls.revoked-by-authority"));
}

#[tokio::test(flavor = "multi_thread")]
async fn outdated_and_forged_lists_and_answers_are_told() {
    let (crl, ocsp) = (free_port(), free_port());
    let authority = authority(&format!("http://127.0.0.1:{crl}/ac.crl"), &format!("http://127.0.0.1:{ocsp}/"));
    impostor(&authority);
    let _files = files(&authority, crl);
    let _service = ocsp_service(&authority, ocsp, "other");
    publish(&authority, "ca", "-crl_lastupdate 20260101000000Z -crl_nextupdate 20260201000000Z");
    let outdated = seen(&authority).await;
    assert_eq!(outdated.fact("revocation.by_crl"), said("good", true, false));
    assert_eq!(outdated.fact("revocation.by_ocsp"), said("good", false, true));
    assert!(fails(&outdated, "tls.revocation-outdated") && fails(&outdated, "tls.revocation-not-authentic"));

    revoke(&authority);
    publish(&authority, "other", "-crldays 3");
    let forged = seen(&authority).await;
    assert_eq!(forged.fact("revocation.by_crl"), said("revoked", false, true));
    assert!(!fails(&forged, "tls.revoked-by-authority"), "a stranger revokes nothing");
    publish(&authority, "ca", "-crldays 3 -crlexts other_part");
    let other_part = seen(&authority).await;
    assert_eq!(other_part.gap("revocation.by_crl.status"), Some(Reason::Unsupported), "it says nothing of this one");
    fs::write(authority.file("ac.crl"), "<html>404</html>").unwrap();
    let page = seen(&authority).await;
    assert_eq!(page.gap("revocation.by_crl.status"), Some(Reason::PeerMisbehaved));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_beyond_the_scope_is_asked() {
    let authority = authority("http://192.0.2.1/ac.crl", "");
    let named = seen(&authority).await;
    assert_eq!(named.gap("revocation.by_crl.status"), Some(Reason::OutOfScope));
    assert_eq!(named.fact("revocation.by_crl.asked"), json!(false));
    let nobody = json!({"asked": false, "status": "", "authentic": true, "current": true});
    assert_eq!(named.fact("revocation.by_ocsp"), nobody);
    let server = authority.serve("");
    let glance = Look { allowed: Intrusiveness::Passive, ..Look::at(server.port) }.take().await;
    assert_eq!(glance.gap("revocation"), Some(Reason::OutOfScope));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_list_is_published_is_asked_once_for_all_endpoints() {
    let authority = authority("http://pki.ch-demo.example/ac.crl", "http://pki.ch-demo.example/ocsp");
    let server = authority.serve("");
    let name_server = datagrams::double(no_such_name);
    let context = ProbeContext {
        door: door_asking(DoorSettings { per_second_per_host: 500, ..DoorSettings::default() }, name_server),
        deadline: Deadline::after(Duration::from_secs(20)),
        vantage: Vantage::Loopback,
    };
    let probe = TlsProbe::new(&[]).unwrap();
    for _ in 0..2 {
        let [observation] = probe.look(&Look::at(server.port).target(), &context).await.try_into().unwrap();
        let seen = Seen { volume: 0, observation };
        assert_eq!(seen.gap("revocation.by_crl.status"), Some(Reason::NameNotFound));
    }
    // One address of each family.
    assert_eq!(context.door.volume().dns_queries, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_redirects_and_floods_are_gaps() {
    let silent = speaker(Vec::new()).await;
    let visits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&visits);
    let beyond = double(move |_stream| {
        counted.fetch_add(1, Ordering::Relaxed);
        async {}
    })
    .await;
    let redirect = double(move |mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let answer = format!("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{beyond}/\r\nContent-Length: 0\r\n\r\n");
        let _ = stream.write_all(answer.as_bytes()).await;
    })
    .await;
    let one = authority(&format!("http://127.0.0.1:{redirect}/ac.crl"), &format!("http://127.0.0.1:{silent}/"));
    let server = one.serve("");
    let deadline = Duration::from_secs(20);
    let seen = Look { roots: one.root(), host: HOST, deadline, ..Look::at(server.port) }.take().await;
    assert_eq!(seen.gap("revocation.by_crl.status"), Some(Reason::PeerMisbehaved));
    assert_eq!(seen.gap("revocation.by_ocsp.status"), Some(Reason::Timeout));
    assert_eq!(seen.fact("revocation.by_ocsp.asked"), json!(true));
    assert_eq!(visits.load(Ordering::Relaxed), 0);

    let flood = double(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(&[0x30; 4096]).await.is_ok() {}
    })
    .await;
    let other = authority(&format!("http://127.0.0.1:{flood}/ac.crl"), "");
    let seen = self::seen(&other).await;
    assert_eq!(seen.gap("revocation.by_crl.status"), Some(Reason::PeerMisbehaved));
}
