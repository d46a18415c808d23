//! What the probe says of DTLS servers nobody here wrote, against what their own clients say, and of doubles that
//! misbehave.

#![expect(clippy::disallowed_methods, reason = "tests play the other side of the network")]
#![cfg(test)]

mod stage;

use std::net::UdpSocket;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;
use stage::datagrams::{DtlsLook, GnuTls, cookie, double, part, record, server_hello};
use stage::servers::built_openssl;
use stage::{ANYTHING, Authority, Seen, openssl_suites};
use vigie_model::{Outcome, Reason};
use vigie_probe::{DoorSettings, Intrusiveness, Probe};
use vigie_probe_tls::DtlsProbe;

async fn look(port: u16) -> Seen {
    DtlsLook::at(port).take().await
}

/// A client of another hand: what it says on its way, which ends by itself or after a few seconds.
fn client_says(authority: &Authority, program: &str, arguments: &str) -> String {
    let run = Command::new("timeout")
        .args(["5", program])
        .args(arguments.split_whitespace())
        .current_dir(authority.dir.path())
        .env("OPENSSL_CONF", authority.file("openssl.cnf"))
        .stdin(Stdio::null())
        .output()
        .expect("a client that ./test.sh installs");
    [run.stdout, run.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat()
}

/// What `openssl s_client` says of its own session at a version: the suite, `None` when there was no session; and
/// whether it was asked for a cookie.
fn openssl_client(authority: &Authority, port: u16, option: &str) -> (Option<String>, bool) {
    let arguments = format!("s_client -msg -connect 127.0.0.1:{port} {option} -cipher {ANYTHING}");
    let said = client_says(authority, "openssl", &arguments);
    let suite = said.split("Cipher is ").nth(1).and_then(|rest| rest.lines().next()).expect("a suite, or none");
    let suite = (suite != "(NONE)").then(|| iana(authority, suite));
    // This OpenSSL has no name for messages of DTLS 1.2: it is their first bytes that tell.
    (suite, said.contains("\n    03 00 00 "))
}

/// The IANA name of a suite that OpenSSL names its own way.
fn iana(authority: &Authority, openssl_name: &str) -> String {
    let known = openssl_suites(authority, ANYTHING).into_iter().find(|suite| suite.name == openssl_name);
    known.expect("a known suite").iana
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_and_suites_are_those_that_openssl_sees() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let system = Path::new("openssl").to_owned();
    for (program, option, cipher, accepted) in [
        (system.clone(), "-dtls", ANYTHING, ["DTLS 1.0", "DTLS 1.2"].as_slice()),
        (system.clone(), "-dtls1", "AES128-SHA:@SECLEVEL=0", &["DTLS 1.0"]),
        (system, "-dtls1_2", "ECDHE-RSA-AES256-GCM-SHA384", &["DTLS 1.2"]),
        (built_openssl("old"), "-dtls", ANYTHING, &["DTLS 1.0", "DTLS 1.2"]),
        (built_openssl("new"), "-dtls1_2", "ECDHE-RSA-CHACHA20-POLY1305", &["DTLS 1.2"]),
    ] {
        let server = authority.serve_by(&program, &format!("{option} -cipher {cipher}"));
        let seen = look(server.port).await;
        let what = format!("{} {option}: {:?}", program.display(), seen.observation);
        assert_eq!(seen.fact("answers"), true, "{what}");
        assert_eq!(seen.fact("versions_accepted"), json!(accepted), "{what}");
        let versions = [("DTLS 1.0", "dtls10", "-dtls1"), ("DTLS 1.2", "dtls12", "-dtls1_2")];
        for (version, fact, client) in versions {
            let (suite, asked_cookie) = openssl_client(&authority, server.port, client);
            assert_eq!(suite.is_some(), accepted.contains(&version), "{what}");
            assert_eq!(seen.fact(&format!("versions.{fact}")), suite.is_some(), "{what}");
            if suite.is_some() {
                assert_eq!(seen.fact("verifies_address"), asked_cookie, "{what}");
            }
            if accepted.last() == Some(&version) && cipher != ANYTHING {
                assert_eq!(seen.fact("suite.name"), suite.unwrap(), "{what}");
            }
        }
        assert!(seen.volume <= 2, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_are_those_that_gnutls_sees() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    for (priority, accepted, questions) in [
        // It drops hellos of 1.0, and is asked once more whether it still answers those of 1.2.
        ("NORMAL:-VERS-ALL:+VERS-DTLS1.2", ["DTLS 1.2"].as_slice(), 3),
        ("NORMAL:-VERS-ALL:+VERS-DTLS1.0", &["DTLS 1.0"], 1),
        ("NORMAL:-VERS-ALL:+VERS-DTLS1.0:+VERS-DTLS1.2", &["DTLS 1.0", "DTLS 1.2"], 2),
    ] {
        let server = GnuTls::start(&authority, priority);
        let seen = look(server.port).await;
        assert_eq!(seen.fact("versions_accepted"), json!(accepted), "{priority}: {:?}", seen.observation);
        assert_eq!(seen.fact("verifies_address"), true);
        assert_eq!(seen.volume, questions);
        for version in ["1.0", "1.2"] {
            let arguments = format!(
                "--udp --insecure --port {} --priority NORMAL:-VERS-ALL:+VERS-DTLS{version} 127.0.0.1",
                server.port
            );
            let said = client_says(&authority, "gnutls-cli", &arguments);
            let is_accepted = accepted.contains(&format!("DTLS {version}").as_str());
            assert_eq!(said.contains("Handshake was completed"), is_accepted, "{priority} {version}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_rare_suites_alone_is_found() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    for (options, suite) in [
        ("-dtls1_2 -nocert -psk 1a2b3c4d -cipher PSK-AES128-CCM8", "TLS_PSK_WITH_AES_128_CCM_8"),
        ("-dtls1_2 -cipher ADH-AES256-GCM-SHA384:@SECLEVEL=0", "TLS_DH_anon_WITH_AES_256_GCM_SHA384"),
    ] {
        let server = authority.serve(options);
        let seen = look(server.port).await;
        assert_eq!(seen.fact("versions"), json!({"dtls10": false, "dtls12": true}), "{:?}", seen.observation);
        assert_eq!(seen.fact("suite.name"), suite);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_asks_about_the_newest_version_alone() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = authority.serve(&format!("-dtls -cipher {ANYTHING}"));
    let seen = DtlsLook { allowed: Intrusiveness::Passive, ..DtlsLook::at(server.port) }.take().await;
    assert_eq!(seen.fact("versions"), json!({"dtls12": true}));
    assert_eq!(seen.gap("versions.dtls10"), Some(Reason::OutOfScope));
    assert_eq!(seen.gap("versions_accepted"), Some(Reason::OutOfScope));
    assert_eq!(seen.volume, 1);
}

/// The cookie that a hello gives back.
fn cookie_of(hello: &[u8]) -> &[u8] {
    // Record and message headers, version, random, an empty session, the cookie.
    let at = 13 + 12 + 2 + 32 + 1;
    &hello[at + 1..=at + usize::from(hello[at])]
}

/// The version that a hello asks for.
fn version_of(hello: &[u8]) -> u16 {
    u16::from_be_bytes([hello[25], hello[26]])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hello_in_parts_of_ten_bytes_is_put_together() {
    let port = double(|hello| {
        if hello[0] != 22 {
            return Vec::new();
        }
        if cookie_of(hello) != [9; 255] {
            return vec![cookie(&[9; 255])];
        }
        let hello = server_hello(version_of(hello), 0xc02f);
        let from = (0..hello.len()).step_by(10);
        let mut parts: Vec<_> =
            from.map(|from| record(22, &part(2, &hello, from, (from + 10).min(hello.len())))).collect();
        // Out of order, some twice, some together.
        parts.reverse();
        parts.extend([parts[1].clone(), parts[2..4].concat()]);
        parts.push(record(22, &part(2, &hello, 5, 25)));
        parts
    });
    let seen = look(port).await;
    assert_eq!(seen.fact("versions_accepted"), json!(["DTLS 1.0", "DTLS 1.2"]), "{:?}", seen.observation);
    assert_eq!(seen.fact("suite.name"), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    assert_eq!(seen.fact("verifies_address"), true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_datagram_is_no_fact() {
    let mut lost = 0;
    let port = double(move |hello| {
        lost += 1;
        // The first of each version, and the alert that takes leave, stay without an answer.
        if lost % 3 == 2 { vec![record(22, &part(2, &server_hello(version_of(hello), 0x002f), 0, 38))] } else { vec![] }
    });
    let seen = look(port).await;
    assert_eq!(seen.fact("versions_accepted"), json!(["DTLS 1.0", "DTLS 1.2"]), "{:?}", seen.observation);
    assert_eq!(seen.fact("verifies_address"), false, "it says hello to an address that nobody proved");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_server_that_chooses_its_only_version_is_asked_once() {
    let port = double(|_| vec![record(22, &part(2, &server_hello(0xfeff, 0x002f), 0, 38))]);
    let seen = look(port).await;
    assert_eq!(seen.fact("versions"), json!({"dtls10": true, "dtls12": false}));
    assert_eq!(seen.volume, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_does_not_say_stays_unknown() {
    // A cookie, then nothing: it is there, and which versions it accepts is not known.
    let port = double(|_| vec![cookie(b"same")]);
    let seen = look(port).await;
    assert_eq!((seen.fact("answers"), seen.fact("versions")), (json!(true), json!({})));
    assert_eq!(
        (seen.gap("versions.dtls10"), seen.gap("versions.dtls12")),
        (Some(Reason::Timeout), Some(Reason::Timeout))
    );
    assert_eq!(seen.fact("verifies_address"), true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_answers_no_more_refused_nothing() {
    let mut hellos = 0;
    let port = double(move |hello| {
        if hello[0] == 22 && cookie_of(hello).is_empty() {
            return vec![cookie(b"once")];
        }
        hellos += 1;
        if hellos > 1 { vec![] } else { vec![record(22, &part(2, &server_hello(0xfefd, 0x002f), 0, 38))] }
    });
    let seen = look(port).await;
    assert_eq!(seen.fact("versions"), json!({"dtls12": true}));
    assert_eq!(seen.gap("versions.dtls10"), Some(Reason::Timeout));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_the_protocol_is_told_as_such() {
    let mut count = 0_u32;
    let endless = double(move |_| {
        count += 1;
        vec![cookie(&count.to_be_bytes())]
    });
    let not_offered = double(|_| vec![record(22, &part(2, &server_hello(0xfefc, 0x002f), 0, 38))]);
    let suite = double(|hello| vec![record(22, &part(2, &server_hello(version_of(hello), 0x1301), 0, 38))]);
    let huge = double(|_| {
        let mut part = part(2, &[0; 20], 0, 10);
        part[1] = 0xff;
        vec![record(22, &part)]
    });
    for port in [endless, not_offered, suite, huge] {
        let seen = look(port).await;
        assert_eq!(seen.fact("answers"), true);
        assert_eq!(seen.gap("versions.dtls12"), Some(Reason::PeerMisbehaved), "{:?}", seen.observation);
        assert_eq!(seen.gap("versions.dtls10"), Some(Reason::PeerMisbehaved));
        assert_eq!(seen.gap("suite"), Some(Reason::PeerMisbehaved));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_ends_at_the_byte_cap() {
    let port = double(|_| (0..600).map(|_| vec![b'x'; 1200]).collect());
    let settings = DoorSettings { bytes_per_connection: 20_000, ..DoorSettings::default() };
    let seen = DtlsLook { settings, ..DtlsLook::at(port) }.take().await;
    let Outcome::Unknown { reason, .. } = seen.observation.outcome else { panic!("{:?}", seen.observation) };
    assert_eq!(reason, Reason::PeerMisbehaved);
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_refuse_what_they_speak_of() {
    let port = double(|hello| vec![record(21, if version_of(hello) == 0xfefd { &[2, 112] } else { &[2, 70] })]);
    let seen = look(port).await;
    assert_eq!(seen.fact("versions"), json!({"dtls10": false}), "{:?}", seen.observation);
    assert_eq!(seen.gap("versions.dtls12"), Some(Reason::Refused), "it does not serve that name");
}

#[tokio::test(flavor = "multi_thread")]
async fn suites_refused_are_no_version_refused() {
    let port = double(|hello| {
        // The ordinary suites are sixty-three, and the signal for renegotiation.
        let is_rare = hello[61..63] != [0, 128];
        if is_rare { vec![] } else { vec![record(21, &[2, 40])] }
    });
    let seen = look(port).await;
    assert_eq!((seen.fact("answers"), seen.fact("versions")), (json!(true), json!({})), "{:?}", seen.observation);
    assert_eq!(seen.gap("versions.dtls12"), Some(Reason::Timeout));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_protocol_and_disorder_are_told_apart() {
    let other = look(double(|_| vec![b"\0\x01pong".to_vec()])).await;
    assert_eq!(other.fact("answers"), false);
    assert_eq!(other.observation.evidence.len(), 2);
    let disorder = look(double(|_| vec![record(22, &[2, 0, 0])])).await;
    assert!(matches!(disorder.observation.outcome, Outcome::Unknown { reason: Reason::PeerMisbehaved, .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_unknown_where_dtls_is_declared_and_a_shut_door_where_it_is_not() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let surveyed = DtlsLook { declared: None, ..DtlsLook::at(port) };
    let (declared, surveyed) = tokio::join!(look(port), surveyed.take());
    assert!(matches!(declared.observation.outcome, Outcome::Unknown { reason: Reason::Timeout, .. }));
    assert_eq!((surveyed.fact("answers"), surveyed.gap("versions")), (json!(false), Some(Reason::Timeout)));
    let mut heard = 0;
    silent.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    while silent.recv_from(&mut [0; 2048]).is_ok() {
        heard += 1;
    }
    assert_eq!(heard, 12, "two looks at two versions, each asked three times");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_port_is_absent() {
    let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let seen = look(port).await;
    assert_eq!((seen.observation.outcome, seen.volume), (Outcome::Absent, 1));
}

#[test]
fn it_goes_where_dtls_is_declared_or_the_scope_allows_a_survey() {
    let probe = DtlsProbe::new();
    let concerns = |declared, allowed| probe.concerns(&DtlsLook { declared, allowed, ..DtlsLook::at(443) }.target());
    assert!(concerns(Some("dtls"), Intrusiveness::Passive) && concerns(None, Intrusiveness::Active));
    assert!(!concerns(None, Intrusiveness::Polite) && !concerns(Some("tls"), Intrusiveness::Active));
}
