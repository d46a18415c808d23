//! What the probe says of servers nobody here wrote, against what their own client says.

#![expect(clippy::disallowed_methods, reason = "tests play the other side of the network")]
#![cfg(test)]

mod stage;

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;
use stage::{ANYTHING, Authority, HOST, Look, Nginx, look, openssl, openssl_suites};
use vigie_model::{Outcome, Reason};
use vigie_probe::Intrusiveness;
use vigie_probe_tls::{FlightReader, Hello, Version, read_certificate};

/// What `openssl s_client` says of its own session with the server.
fn client_says(authority: &Authority, port: u16, options: &str) -> (String, String) {
    let said = openssl(
        authority.dir.path(),
        &format!("s_client -brief -connect 127.0.0.1:{port} -servername {HOST} -cipher {ANYTHING} {options}"),
    );
    let says = |what: &str| said.lines().find_map(|line| line.strip_prefix(what)).expect(what).to_owned();
    (says("Protocol version: "), says("Ciphersuite: "))
}

/// The IANA name of a suite that OpenSSL names its own way.
fn iana(authority: &Authority, openssl_name: &str) -> String {
    let known = openssl_suites(authority, ANYTHING).into_iter().find(|suite| suite.name == openssl_name);
    known.expect("a known suite").iana
}

#[tokio::test(flavor = "multi_thread")]
async fn one_version_at_a_time() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    for (option, accepted, client) in [
        ("-tls1", vec!["1.0"], "TLSv1"),
        ("-tls1_1", vec!["1.1"], "TLSv1.1"),
        ("-tls1_2", vec!["1.2"], "TLSv1.2"),
        ("-tls1_3", vec!["1.3"], "TLSv1.3"),
    ] {
        let server = authority.serve(&format!("{option} -cipher {ANYTHING}"));
        let seen = look(&authority, server.port).await;
        assert_eq!(seen.accepted(), accepted, "{option}: {:?}", seen.observation.evidence);
        let (version, _) = client_says(&authority, server.port, option);
        assert_eq!(version, client);
        assert_eq!(seen.fact("trust"), json!({"verdict": "trusted", "problems": [], "source": "facility"}), "{option}");
        assert_eq!(seen.fact("certificate.matches_name"), true);
        assert_eq!(seen.fact("chain_order_ok"), true);
        assert_eq!(seen.fact("chain_complete"), true);
        let renegotiation = if option == "-tls1_3" { "impossible" } else { "protected" };
        assert_eq!(seen.fact("renegotiation"), renegotiation);
        assert_eq!(seen.fact("compression"), false);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_and_every_weakness() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = authority.serve(&format!("-cipher {ANYTHING} -serverpref"));
    let seen = look(&authority, server.port).await;
    assert_eq!(seen.accepted(), ["1.0", "1.1", "1.2", "1.3"], "{:?}", seen.observation.evidence);
    assert_eq!(seen.fact("versions_accepted"), json!(["TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"]));
    for version in ["TLS 1.0", "TLS 1.2"] {
        for list in ["broken", "static_key", "prime_field"] {
            assert!(seen.taken(version, list).is_some(), "{version} {list}");
        }
    }
    assert!(seen.taken("TLS 1.2", "cbc").is_some());
    assert!(seen.volume <= 120, "{} connections", seen.volume);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_suite_and_the_certificate_are_those_that_openssl_sees() {
    let authority = Authority::new();
    for (key, suite, size, algorithm) in [
        ("rsa:2048", "ECDHE-RSA-AES256-GCM-SHA384", 2048, "RSA"),
        ("rsa:3072", "AES128-SHA", 3072, "RSA"),
        ("ec -pkeyopt ec_paramgen_curve:P-384", "ECDHE-ECDSA-CHACHA20-POLY1305", 384, "EC"),
    ] {
        authority.certify(key, "");
        let server = authority.serve(&format!("-tls1_2 -cipher {suite}:@SECLEVEL=0"));
        let seen = look(&authority, server.port).await;
        let (_, client_suite) = client_says(&authority, server.port, "-tls1_2");
        assert_eq!(seen.fact("negotiated.suite.name"), iana(&authority, &client_suite));
        assert_eq!(seen.fact("negotiated.suite.forward_secrecy"), suite != "AES128-SHA");
        let said = openssl(
            authority.dir.path(),
            "x509 -in leaf.pem -noout -serial -subject -fingerprint -sha256 -nameopt RFC2253",
        );
        let says = |wanted: &str| said.lines().find_map(|line| line.strip_prefix(wanted)).expect(wanted).to_owned();
        assert_eq!(seen.fact("certificate.serial"), says("serial=").to_lowercase());
        assert_eq!(seen.fact("certificate.subject"), says("subject=").replace(',', ", "));
        let fingerprint = says("sha256 Fingerprint=").replace(':', "").to_lowercase();
        assert_eq!(seen.fact("certificate.sha256"), fingerprint);
        assert_eq!(seen.fact("certificate.key_bits"), size);
        assert_eq!(seen.fact("certificate.key_algorithm"), algorithm);
        assert_eq!(seen.fact("chain.0.sha256"), fingerprint);
        assert_eq!(seen.fact("certificate.rsa_exponent"), if algorithm == "RSA" { 65_537 } else { 0 });
        let said = openssl(
            authority.dir.path(),
            "x509 -in leaf.pem -noout -ext keyUsage,extendedKeyUsage,crlDistributionPoints",
        );
        for words in ["Key Usage: critical", "Digital Signature, Key Encipherment", "TLS Web Server Authentication"] {
            assert!(said.contains(words), "{said}");
        }
        assert_eq!(seen.fact("certificate.key_usage"), json!(["digitalSignature", "keyEncipherment"]));
        assert_eq!(seen.fact("certificate.key_usage_critical"), true);
        assert_eq!(seen.fact("certificate.extended_key_usage"), json!(["serverAuth"]));
        assert!(said.contains("URI:http://pki.ch-demo.example/ac.crl"), "{said}");
        assert_eq!(seen.fact("certificate.crl_urls"), json!(["http://pki.ch-demo.example/ac.crl"]));
        assert_eq!(
            (seen.fact("certificate.ocsp_urls"), seen.fact("certificate.must_staple")),
            (json!([]), json!(false))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_certificate_promises_about_revocation_is_read() {
    let authority = Authority::new();
    openssl(
        authority.dir.path(),
        "req -x509 -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.pem -days 9 -subj /CN=www -addext tlsfeature=status_request -addext authorityInfoAccess=OCSP;URI:http://ocsp.ch-demo.example/ -addext keyUsage=keyCertSign",
    );
    let server = authority.serve("-tls1_2");
    let seen = look(&authority, server.port).await;
    assert_eq!(seen.fact("certificate.must_staple"), true);
    assert_eq!(seen.fact("certificate.ocsp_urls"), json!(["http://ocsp.ch-demo.example/"]));
    assert_eq!(seen.fact("certificate.key_usage"), json!(["keyCertSign"]));
    assert_eq!(seen.fact("certificate.key_usage_critical"), false);
    assert_eq!(seen.fact("certificate.extended_key_usage"), json!([]));
}

/// Browsers get the one on a curve, and it is in order; what old devices get is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_certificate_is_seen_and_judged() {
    let authority = Authority::new();
    authority.certify("ec -pkeyopt ec_paramgen_curve:P-256", "");
    for file in ["key", "pem"] {
        std::fs::rename(authority.file(&format!("leaf.{file}")), authority.file(&format!("curve.{file}"))).unwrap();
    }
    authority.certify("rsa:2048", "-startdate 20240101000000Z -enddate 20240401000000Z");
    let server = authority.serve("-dcert curve.pem -dkey curve.key");
    let seen = look(&authority, server.port).await;
    assert_eq!((seen.fact("trust.verdict"), seen.fact("certificate.key_algorithm")), (json!("trusted"), json!("EC")));
    let [other] = seen.fact("also_served").as_array().unwrap().clone().try_into().unwrap();
    assert_eq!(other["versions"], json!(["TLS 1.2"]));
    assert_eq!(other["trust"]["problems"], json!(["expired"]));
    assert_eq!(other["certificate"]["not_after"], "2024-04-01T00:00:00Z");
    let server = authority.serve("-tls1_3");
    assert_eq!(look(&authority, server.port).await.fact("also_served"), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_forward_secrecy_is_seen_as_such() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = authority.serve("-tls1_2 -cipher kRSA+AES:@SECLEVEL=0");
    let seen = look(&authority, server.port).await;
    assert_eq!(seen.fact("negotiated.suite.key_exchange"), "RSA");
    assert!(seen.taken("TLS 1.2", "static_key").is_some());
    assert_eq!(seen.taken("TLS 1.2", "cbc"), None);
    assert_eq!(seen.taken("TLS 1.2", "broken"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_names_and_strangers() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "-startdate 20240101000000Z -enddate 20240401000000Z");
    let server = authority.serve("");
    let seen = look(&authority, server.port).await;
    assert_eq!(seen.fact("trust.problems"), json!(["expired"]));
    assert_eq!(seen.fact("certificate.not_after"), "2024-04-01T00:00:00Z");
    assert_eq!(seen.fact("certificate.days_total"), 91);

    authority.certify("rsa:2048", "");
    let server = authority.serve("");
    let other_name = Look { host: "mail.ch-demo.example", roots: authority.root(), ..Look::at(server.port) };
    let seen = other_name.take().await;
    assert_eq!(seen.fact("trust.problems"), json!(["name_mismatch"]));
    assert_eq!(seen.fact("certificate.matches_name"), false);
    let seen = Look::at(server.port).take().await;
    assert_eq!(seen.fact("trust.problems"), json!(["unknown_issuer"]));
    let seen = Look { host: "127.0.0.1", ..Look::at(server.port) }.take().await;
    assert_eq!(seen.fact("server_name_sent"), false);
    assert_eq!(seen.gap("certificate.matches_name"), Some(Reason::NotStated));
    assert_eq!(seen.fact("trust.problems"), json!(["unknown_issuer"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_self_signed_key_hashed_with_sha1() {
    let authority = Authority::new();
    let arguments = format!(
        "req -x509 -sha1 -newkey rsa:1024 -nodes -keyout leaf.key -out leaf.pem -days 30 -extensions v3_leaf -subj /CN={HOST}"
    );
    openssl(authority.dir.path(), &arguments);
    let server = authority.serve("-cipher ALL:@SECLEVEL=0");
    let seen = Look::at(server.port).take().await;
    assert_eq!(seen.fact("certificate.key_bits"), 1024);
    assert_eq!(seen.fact("certificate.signature_hash"), "SHA-1");
    assert_eq!(seen.fact("certificate.self_signed"), true);
    assert_eq!(seen.fact("trust.verdict"), "self_signed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitors_look_is_one_handshake() {
    let authority = Authority::new();
    authority.certify("ec -pkeyopt ec_paramgen_curve:P-256", "");
    for option in ["-tls1_2", "-tls1_3"] {
        let server = authority.serve(option);
        let passive = Intrusiveness::Passive;
        let seen = Look { allowed: passive, roots: authority.root(), ..Look::at(server.port) }.take().await;
        assert_eq!(seen.volume, 1);
        assert_eq!(seen.fact("trust.verdict"), "trusted");
        assert_eq!(seen.fact("negotiated.version"), option.replace("-tls1_", "TLS 1."));
        assert_eq!(seen.gap("versions"), Some(Reason::OutOfScope));
        assert_eq!(seen.gap("offers"), Some(Reason::OutOfScope));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_as_hospitals_run_it() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = "ssl_certificate leaf.pem; ssl_certificate_key leaf.key; ssl_protocols TLSv1.2 TLSv1.3;
        ssl_ciphers ECDHE+AESGCM:ECDHE+AES128:AES128-SHA; ssl_prefer_server_ciphers on;";
    let nginx = Nginx::start(&authority, server);
    let seen = look(&authority, nginx.port).await;
    assert_eq!(seen.accepted(), ["1.2", "1.3"]);
    assert_eq!(seen.fact("trust.verdict"), "trusted");
    assert_eq!(seen.taken("TLS 1.2", "static_key").as_deref(), Some("TLS_RSA_WITH_AES_128_CBC_SHA"));
    assert_eq!(seen.taken("TLS 1.2", "broken"), None);
    assert_eq!(seen.fact("renegotiation"), "protected");
    assert_eq!(seen.fact("extended_master_secret"), true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_not_served_says_nothing_of_versions() {
    let authority = Authority::new();
    let nginx = Nginx::start(&authority, "ssl_reject_handshake on; ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;");
    for allowed in [Intrusiveness::Polite, Intrusiveness::Passive] {
        let seen = Look { allowed, ..Look::at(nginx.port) }.take().await;
        assert_eq!(seen.fact("speaks_tls"), true);
        assert_eq!(seen.fact("versions.tls12"), json!(null));
        assert_eq!(seen.gap("negotiated"), Some(Reason::Refused));
        assert_eq!(seen.gap("certificate"), Some(Reason::Refused));
        assert!(seen.observation.evidence.iter().any(|proof| proof.content == "alert unrecognized_name (112)"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_port_is_absent() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let seen = Look::at(port).take().await;
    assert_eq!(seen.observation.outcome, Outcome::Absent);
    assert_eq!(seen.volume, 1);
}

#[test]
fn a_real_flight_cut_anywhere_is_only_unfinished() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = authority.serve("-tls1_2 -CAfile ca.pem");
    let name = HOST.parse().unwrap();
    let hello = Hello { server_name: Some(&name), random: [5; 64], ..Hello::new(Version::Tls12, &[0xc02f]) };
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream.write_all(&hello.encode()).unwrap();
    let (mut flight, mut reader, mut buffer) = (Vec::new(), FlightReader::new(), [0; 4096]);
    while !reader.push(flight.as_slice()).unwrap() {
        let count = stream.read(&mut buffer).unwrap();
        flight.extend_from_slice(&buffer[..count]);
        reader = FlightReader::new();
    }
    for end in 0..flight.len() {
        let mut cut = FlightReader::new();
        assert_eq!(cut.push(&flight[..end]), Ok(false), "cut at {end} of {}", flight.len());
    }
    let whole = reader.into_flight();
    let certificates = whole.certificates.unwrap();
    assert!(read_certificate(&certificates[0]).facts.readable);
}
