//! Every suite and group that a real server accepts, beside what it was told to accept.

#![cfg(test)]

mod stage;

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use stage::relays::relay_choosing;
use stage::servers::haproxy;
use stage::{ANYTHING, Authority, HOST, Nginx, Seen, look, openssl, openssl_suites};

fn of_version(seen: &Seen, fact: &str, version: &str) -> Value {
    let all = seen.fact(fact);
    all.as_array().unwrap().iter().find(|one| one["version"] == version).cloned().unwrap_or_default()
}

fn names(value: &Value) -> BTreeSet<String> {
    value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// Whether the evidence says that the server named its groups of TLS 1.3.
fn names_groups(seen: &Seen) -> bool {
    seen.observation.evidence.iter().any(|evidence| evidence.label == "TLS 1.3 groups, named by the server")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_the_server_is_found_and_that_of_clients_is_told_from_it() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let suites = "AES256-SHA:ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256";
    let configured = [
        "TLS_RSA_WITH_AES_256_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    ];
    let server = authority.serve(&format!("-tls1_2 -cipher {suites} -serverpref"));
    let seen = look(&authority, server.port).await;
    let found = of_version(&seen, "suites", "TLS 1.2");
    assert_eq!(found["accepted"], json!(configured), "in the order of the server");
    assert_eq!(found["chosen_by"], "server");
    let server = authority.serve(&format!("-tls1_2 -cipher {suites}"));
    let seen = look(&authority, server.port).await;
    let found = of_version(&seen, "suites", "TLS 1.2");
    assert_eq!(names(&found["accepted"]), configured.map(str::to_owned).into());
    assert_eq!(found["chosen_by"], "client");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_openssl_accepts_is_found_at_each_version() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    for (option, version) in [("-tls1", "TLS 1.0"), ("-tls1_1", "TLS 1.1"), ("-tls1_2", "TLS 1.2")] {
        let usable = openssl_suites(&authority, &format!("-s {option} {ANYTHING}"));
        let usable = usable.into_iter().filter(|suite| {
            ["RSA", "DH", "ECDH"].contains(&suite.key_exchange.as_str())
                && ["RSA", "None"].contains(&suite.authentication.as_str())
        });
        let usable: BTreeSet<String> = usable.map(|suite| suite.iana).collect();
        let server = authority.serve(&format!("{option} -cipher {ANYTHING}"));
        let seen = look(&authority, server.port).await;
        let found = of_version(&seen, "suites", version);
        let found = names(&found["accepted"]);
        let differing: Vec<&String> = found.symmetric_difference(&usable).collect();
        assert_eq!(differing, [""; 0], "{version}");
        assert!(usable.len() > 10 && seen.volume <= 120, "{} suites, {} connections", usable.len(), seen.volume);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_those_of_the_server_at_both_kinds_of_handshake() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = authority.serve("-groups P-384:X25519:P-521 -cipher ECDHE:AES256-SHA");
    let seen = look(&authority, server.port).await;
    for version in ["TLS 1.2", "TLS 1.3"] {
        let found = names(&of_version(&seen, "groups", version)["accepted"]);
        assert_eq!(found, ["secp384r1", "secp521r1", "x25519"].map(str::to_owned).into(), "{version}");
    }
    assert_eq!(
        names(&of_version(&seen, "suites", "TLS 1.3")["accepted"]),
        ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"].map(str::to_owned).into()
    );
    let server = authority.serve("-tls1_2 -cipher AES256-SHA");
    let seen = look(&authority, server.port).await;
    assert_eq!(of_version(&seen, "groups", "TLS 1.2")["accepted"], json!([]), "no suite uses a group");
}

/// Up to TLS 1.2, a server whose only key is on a curve refuses clients that do not offer that curve.
#[tokio::test(flavor = "multi_thread")]
async fn the_groups_of_a_server_with_a_key_on_a_curve_are_found_too() {
    let authority = Authority::new();
    authority.certify("ec -pkeyopt ec_paramgen_curve:P-256", "");
    let server = authority.serve("-groups P-256:P-384:X25519 -cipher ECDHE");
    let seen = look(&authority, server.port).await;
    for version in ["TLS 1.2", "TLS 1.3"] {
        let found = names(&of_version(&seen, "groups", version)["accepted"]);
        assert_eq!(found, ["secp256r1", "secp384r1", "x25519"].map(str::to_owned).into(), "{version}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_names_its_groups_needs_fewer_questions_and_gives_the_same_list() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let servers = [
        ("P-521:X25519:P-256:ffdhe2048:ffdhe3072", vec!["secp521r1", "x25519", "secp256r1", "ffdhe2048", "ffdhe3072"]),
        ("X25519", vec!["x25519"]),
    ];
    for (groups, expected) in servers {
        let server = authority.serve(&format!("-tls1_3 -groups {groups}"));
        let seen = look(&authority, server.port).await;
        assert_eq!(of_version(&seen, "groups", "TLS 1.3")["accepted"], json!(expected));
        assert_eq!(names_groups(&seen), expected.len() > 1, "{groups}");
        assert!(seen.volume <= 24, "{groups}: {} connections", seen.volume);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_names_fewer_groups_than_it_takes_is_not_believed() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let frank = authority.serve("-tls1_3 -groups X25519:P-256:P-384:ffdhe2048");
    let reticent = authority.serve("-tls1_3 -groups X25519:P-256:P-384");
    let (frank_port, reticent_port) = (frank.port, reticent.port);
    // Only clients that come with a key of their own hear which groups there are; these do not.
    let no_share = [0, 51, 0, 2, 0, 0];
    let choose = move |hello: Vec<u8>| {
        let asks = hello.windows(no_share.len()).any(|part| part == no_share);
        Some((if asks { frank_port } else { reticent_port }, hello))
    };
    let front = relay_choosing(choose, |answer| answer).await;
    let seen = look(&authority, front).await;
    assert_eq!(
        of_version(&seen, "groups", "TLS 1.3")["accepted"],
        json!(["x25519", "secp256r1", "secp384r1", "ffdhe2048"])
    );
    assert!(!names_groups(&seen));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_to_those_who_send_no_name_is_compared() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    for file in ["key", "pem"] {
        fs::rename(authority.file(&format!("leaf.{file}")), authority.file(&format!("named.{file}"))).unwrap();
    }
    authority.certify("rsa:2048", "");
    let server = authority.serve("-servername www.ch-demo.example -cert2 named.pem -key2 named.key");
    let seen = look(&authority, server.port).await;
    assert_eq!(seen.fact("nameless"), json!({"answers": true, "same_certificate": false, "old_versions": false}));
    let server = authority.serve("-tls1_3 -servername www.ch-demo.example -cert2 named.pem -key2 named.key");
    let seen = look(&authority, server.port).await;
    assert_eq!(
        seen.fact("nameless"),
        json!({"answers": true, "same_certificate": false, "old_versions": false}),
        "TLS 1.3 hides it"
    );
    let server = authority.serve("-tls1_2");
    let seen = look(&authority, server.port).await;
    assert_eq!(seen.fact("nameless"), json!({"answers": true, "same_certificate": true, "old_versions": false}));
}

/// What old devices get may be older than what those get who send the name.
#[tokio::test(flavor = "multi_thread")]
async fn old_versions_for_those_who_send_no_name_are_seen() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    fs::write(authority.file("names"), format!("both.pem [ssl-min-ver TLSv1.2] {HOST}\n")).unwrap();
    let other = "req -x509 -newkey rsa:2048 -nodes -keyout other.pem.key -out other.pem -days 9 -subj /CN=other";
    openssl(authority.dir.path(), other);
    let server = "crt other.pem crt-list names ssl-min-ver TLSv1.0 ciphers ALL:@SECLEVEL=0";
    let server = haproxy(&authority, "", server);
    let seen = look(&authority, server.port).await;
    assert_eq!(seen.fact("versions_accepted"), json!(["TLS 1.2", "TLS 1.3"]));
    assert_eq!(seen.fact("nameless.old_versions"), true);
    for (minimum, old) in [("TLSv1.0", true), ("TLSv1.1", true), ("TLSv1.2", false), ("TLSv1.3", false)] {
        let server = haproxy(&authority, "", &format!("crt both.pem ssl-min-ver {minimum} ciphers ALL:@SECLEVEL=0"));
        assert_eq!(look(&authority, server.port).await.fact("nameless.old_versions"), old, "{minimum}");
    }
    // TLS 1.0 alone.
    let server =
        haproxy(&authority, "", "crt both.pem ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.0 ciphers ALL:@SECLEVEL=0");
    assert_eq!(look(&authority, server.port).await.fact("nameless.old_versions"), true);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_server_gives_the_same_facts_every_time() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let server = "ssl_certificate leaf.pem; ssl_certificate_key leaf.key; ssl_protocols TLSv1.2 TLSv1.3;";
    let nginx = Nginx::start(&authority, server);
    let first = look(&authority, nginx.port).await;
    for _ in 1..20 {
        let again = look(&authority, nginx.port).await;
        assert_eq!(again.facts(), first.facts());
        assert_eq!(again.observation.evidence, first.observation.evidence);
    }
}
