//! SSH: compared with OpenSSH's own client on a real server, then with servers that misbehave.
#![cfg(test)]

mod doubles;

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::process::Command;
use std::thread;
use std::time::Duration;

use doubles::{RealServer, context_with, facts, free_port, gap, installed, look, look_in, recorder, serve, target};
use serde_json::{Map, Value, json};
use vigie_model::{Outcome, Reason};
use vigie_probe::{DoorSettings, Probe, ProbeContext};
use vigie_probe_services::SshProbe;
use vigie_probe_services::ssh::IDENTIFICATION;
use vigie_probe_services::ssh::wire::{KexInit, encode_disconnect, encode_kexinit, encode_packet};

const LISTS: [&str; 5] = ["kex_algorithms", "host_key_algorithms", "ciphers", "macs", "compression"];

/// A server that identifies itself, hears us out, sends these bytes, and waits for us to leave.
fn ssh_double(identification: &'static [u8], then: Vec<u8>) -> SocketAddr {
    serve(move |mut stream| {
        let mut ours = vec![0; IDENTIFICATION.len()];
        stream.write_all(identification).unwrap();
        if stream.read_exact(&mut ours).is_ok() {
            assert_eq!(ours, IDENTIFICATION);
            let _ = stream.write_all(&then);
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
    })
}

/// A look with little time, for servers that never finish.
fn hurried() -> ProbeContext {
    context_with(Duration::from_secs(2), DoorSettings::default())
}

/// What OpenSSH's client says that the server proposes, by its own words.
fn ssh_client_view(port: u16) -> Map<String, Value> {
    let output = Command::new("ssh")
        .args(["-vv", "-F", "/dev/null", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no"])
        .args(["-o", "UserKnownHostsFile=/dev/null", "-p", &port.to_string(), "127.0.0.1", "true"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let (_, proposal) = said.split_once("peer server KEXINIT proposal").expect("the server's proposal");
    let list = |label: &str| -> Vec<String> {
        let line = proposal.lines().find_map(|line| line.trim().strip_prefix(&format!("debug2: {label}: ")));
        line.unwrap_or_default().split(',').map(str::to_owned).collect()
    };
    let both = |label: &str| {
        let mut names = list(&format!("{label} ctos"));
        let more: Vec<_> = list(&format!("{label} stoc")).into_iter().filter(|name| !names.contains(name)).collect();
        names.extend(more);
        names
    };
    let lists =
        [list("KEX algorithms"), list("host key algorithms"), both("ciphers"), both("MACs"), both("compression")];
    LISTS.into_iter().map(str::to_owned).zip(lists.map(Value::from)).collect()
}

/// A real server with keys of its own and these lines in its configuration.
fn sshd(program: &str, folder: &std::path::Path, lines: &str) -> (RealServer, u16) {
    let port = free_port();
    for kind in ["ed25519", "rsa", "ecdsa"] {
        let key = folder.join(kind);
        let made = Command::new("ssh-keygen").args(["-q", "-N", "", "-t", kind, "-f"]).arg(&key).status().unwrap();
        assert!(made.success());
    }
    let path = |name: &str| folder.join(name).display().to_string();
    let keys = ["ed25519", "rsa", "ecdsa"].map(|kind| format!("HostKey {}\n", path(kind))).concat();
    let settings = format!("ListenAddress 127.0.0.1:{port}\n{keys}PidFile {}\n{lines}\n", path("pid"));
    std::fs::write(folder.join("config"), settings).unwrap();
    let server =
        RealServer::start(Command::new(program).arg("-D").arg("-e").arg("-f").arg(folder.join("config")), port);
    (server, port)
}

#[tokio::test]
async fn a_real_server_offers_what_its_own_client_sees() {
    let Some(program) = installed(&["/usr/sbin/sshd"]) else { return };
    // As root, sshd separates its privileges in a folder that the package's service makes.
    let _ = std::fs::create_dir_all("/run/sshd");
    let weak =
        "KexAlgorithms +diffie-hellman-group1-sha1\nCiphers +aes128-cbc\nMACs +hmac-md5\nHostKeyAlgorithms +ssh-rsa";
    for lines in ["", weak] {
        let folder = tempfile::tempdir().unwrap();
        let (_server, port) = sshd(program, folder.path(), lines);
        let seen = look(&SshProbe::new(), &target(([127, 0, 0, 1], port).into(), Some("ssh"))).await;
        let facts = facts(&seen);
        let theirs = ssh_client_view(port);
        for list in LISTS {
            assert_eq!(facts[list], theirs[list], "{list}");
        }
        assert_eq!((&facts["protocol_version"], &facts["accepts_protocol_1"]), (&json!("2.0"), &json!(false)));
        assert_eq!(facts["products"][0]["name"], json!("OpenSSH"));
        let has = |list: &str, name: &str| facts[list].as_array().unwrap().contains(&json!(name));
        assert_eq!(has("ciphers", "aes128-cbc"), !lines.is_empty());
        assert_eq!(has("kex_algorithms", "diffie-hellman-group1-sha1"), !lines.is_empty());
    }
}

#[tokio::test]
async fn the_exchange_is_an_identification_and_a_farewell() {
    let mut kexinit = KexInit::default();
    kexinit.lists[0] = vec!["curve25519-sha256".to_owned()];
    let at = ssh_double(b"SSH-1.99-Cisco-1.25\r\n", encode_packet(&encode_kexinit(&kexinit)));
    let seen = look(&SshProbe::new(), &target(at, Some("ssh"))).await;
    assert_eq!(
        Value::Object(facts(&seen).clone()),
        json!({
            "protocol_version": "1.99",
            "accepts_protocol_1": true,
            "products": [{"name": "Cisco", "version": "1.25", "distribution_patched": false}],
            "discloses_version": true,
            "kex_algorithms": ["curve25519-sha256"],
            "host_key_algorithms": [], "ciphers": [], "macs": [], "compression": [],
        })
    );
    let (at, heard) = recorder(([127, 0, 0, 1], 0).into(), b"SSH-1.5-old\r\n");
    let seen = look(&SshProbe::new(), &target(at, Some("ssh"))).await;
    assert_eq!((&facts(&seen)["accepts_protocol_1"], gap(&seen, "ciphers").is_some()), (&json!(true), true));
    assert_eq!(heard.recv().unwrap(), encode_disconnect());
}

#[tokio::test]
async fn a_broken_offer_leaves_gaps_and_never_empty_lists() {
    let garbage = encode_packet(b"\x14garbage");
    let other = encode_packet(b"\x02ignore");
    for (then, reason) in [
        (vec![0xff; 64], "peer_misbehaved"),
        (garbage, "peer_misbehaved"),
        (other, "peer_misbehaved"),
        (b"\x00\x00\x88\xb8\x04".to_vec(), "timeout"),
    ] {
        let at = ssh_double(b"SSH-2.0-OpenSSH_9.2p1\r\n", then);
        let seen = look_in(&hurried(), &SshProbe::new(), &target(at, Some("ssh"))).await;
        assert_eq!(facts(&seen)["protocol_version"], json!("2.0"));
        for list in LISTS {
            assert_eq!((facts(&seen).get(list), gap(&seen, list)), (None, Some(json!(reason))), "{list}");
        }
    }
}

#[tokio::test]
async fn what_is_not_ssh_is_told_apart_from_silence() {
    let (ftp, _) = recorder(([127, 0, 0, 1], 0).into(), b"220 ch-demo FTP ready\r\n");
    assert_eq!(look(&SshProbe::new(), &target(ftp, Some("ssh"))).await.outcome, Outcome::NotApplicable);
    let closed = ([127, 0, 0, 1], free_port()).into();
    assert_eq!(look(&SshProbe::new(), &target(closed, Some("ssh"))).await.outcome, Outcome::Absent);
    let (silent, _) = recorder(([127, 0, 0, 1], 0).into(), b"");
    let drip = serve(|mut stream| {
        while stream.write_all(b"S").is_ok() {
            thread::sleep(Duration::from_secs(1));
        }
    });
    let endless = serve(|mut stream| while stream.write_all(&[b'x'; 4096]).is_ok() {});
    for (at, expected) in [(silent, Reason::Timeout), (drip, Reason::Timeout), (endless, Reason::PeerMisbehaved)] {
        match look_in(&hurried(), &SshProbe::new(), &target(at, Some("ssh"))).await.outcome {
            Outcome::Unknown { reason, .. } => assert_eq!(reason, expected),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn fragile_ports_are_never_looked_at() {
    let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let probe = SshProbe::new();
    assert!(probe.concerns(&target(at(22), None)) && probe.concerns(&target(at(40_022), Some("ssh"))));
    assert!(!probe.concerns(&target(at(40_022), None)) && !probe.concerns(&target(at(22), Some("ftp"))));
    for port in [515, 9100, 104, 2575, 502] {
        assert!(!probe.concerns(&target(at(port), Some("ssh"))), "{port}");
    }
}
