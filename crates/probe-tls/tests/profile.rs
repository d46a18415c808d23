//! The settings that a profile prints, loaded into the real server, then looked at: nothing is left to change.

#![cfg(test)]

mod stage;

use std::fs;
use std::process::Command;

use stage::servers::{apache, haproxy};
use stage::{Authority, Nginx, Seen, look};
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
        let server = haproxy(&authority, &settings, curves);
        complies(profile, &look(&authority, server.port).await, "HAProxy");
    }
}

/// Postfix and Dovecot are not served from a folder of one's own as easily: they are asked to read the settings back.
#[test]
fn postfix_and_dovecot_read_them() {
    let authority = certified();
    let folder = authority.dir.path();
    for profile in Profile::ALL {
        fs::write(folder.join("main.cf"), profile.settings(ServerKind::Postfix)).unwrap();
        fs::write(folder.join("master.cf"), "").unwrap();
        let read = Command::new("postconf").args(["-n", "-c"]).arg(folder).output().expect("postfix is installed");
        assert!(read.status.success());
        let (said, wrong) = (String::from_utf8_lossy(&read.stdout), String::from_utf8_lossy(&read.stderr));
        assert_eq!(wrong, "", "{}", profile.id);
        for line in profile.settings(ServerKind::Postfix).lines() {
            assert!(said.contains(line), "{line} is not in {said}");
        }
        let settings = format!(
            "{}ssl_cert = <{dir}/leaf.pem\nssl_key = <{dir}/leaf.key\n",
            profile.settings(ServerKind::Dovecot),
            dir = folder.display()
        );
        let file = folder.join("dovecot.conf");
        fs::write(&file, settings).unwrap();
        let read = Command::new("doveconf").args(["-a", "-c"]).arg(&file).output().expect("dovecot is installed");
        let (said, wrong) = (String::from_utf8_lossy(&read.stdout), String::from_utf8_lossy(&read.stderr));
        assert!(read.status.success() && !wrong.contains("Error"), "{wrong}");
        for line in profile.settings(ServerKind::Dovecot).lines() {
            assert!(said.contains(line), "{line} is not in {said}");
        }
    }
}
