//! The settings that a profile prints, loaded into the real server, then looked at: nothing is left to change.

#![cfg(test)]

mod stage;

use stage::servers::{apache, dovecot, haproxy, postfix};
use stage::{Authority, Look, Nginx, Seen, look};
use vigie_probe_tls::{Profile, ServerKind};

/// A certificate that every profile takes.
fn certified() -> Authority {
    let authority = Authority::new();
    authority.certify("ec -pkeyopt ec_paramgen_curve:P-256", "");
    authority
}

/// Nothing is left but the group that only recent versions of OpenSSL know.
fn complies(profile: &Profile, seen: &Seen, server: &str) {
    let found = profile.compare(seen.facts());
    let left: Vec<&str> =
        found.changes.iter().map(|change| change.en.as_str()).filter(|change| !change.contains("MLKEM")).collect();
    assert_eq!(left, [""; 0], "{server}, {}", profile.id);
    assert_eq!(found.unknown, [], "{server}, {}", profile.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_complies_with_each() {
    for profile in Profile::ALL {
        let authority = certified();
        let settings = profile.settings(ServerKind::Nginx);
        let server = format!("ssl_certificate leaf.pem; ssl_certificate_key leaf.key;\n{settings}");
        let nginx = Nginx::start(&authority, &server);
        complies(profile, &look(&authority, nginx.port).await, "nginx");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn apache_complies_with_each() {
    for profile in Profile::ALL {
        let authority = certified();
        let server = apache(&authority, &profile.settings(ServerKind::Apache));
        complies(profile, &look(&authority, server.port).await, "Apache");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn haproxy_complies_with_each() {
    for profile in Profile::ALL {
        let authority = certified();
        let settings = profile.settings(ServerKind::Haproxy);
        let curves = settings.split_once(" curves ").expect("a line of curves").1.trim();
        let server = haproxy(&authority, &settings, &format!("crt both.pem curves {curves}"));
        complies(profile, &look(&authority, server.port).await, "HAProxy");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dovecot_complies_with_each() {
    for profile in Profile::ALL {
        let authority = certified();
        let (server, _) = dovecot(&authority, &profile.settings(ServerKind::Dovecot));
        complies(profile, &mail(&authority, server.port, "imap").await, "Dovecot");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postfix_complies_with_each() {
    for profile in Profile::ALL {
        let authority = certified();
        let server = postfix(&authority, &profile.settings(ServerKind::Postfix));
        complies(profile, &mail(&authority, server.port, "smtp").await, "Postfix");
    }
}

async fn mail(authority: &Authority, port: u16, declared: &str) -> Seen {
    Look { declared, roots: authority.root(), ..Look::at(port) }.take().await
}
