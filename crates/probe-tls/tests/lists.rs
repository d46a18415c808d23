//! Certificates beside lists that a facility names: logs of Certificate Transparency, keys that anybody can make again.
//! Keys, certificates and signatures are OpenSSL's, whose client says first what it thinks of the timestamps.

#![cfg(test)]

mod stage;

use std::fmt::Write;
use std::fs;
use std::process::{Command, Stdio};

use serde_json::json;
use sha2::{Digest, Sha256};
use stage::rules::rules;
use stage::{Authority, HOST, Look, OPENSSL_CNF, Seen, openssl};
use vigie_model::Reason;
use vigie_probe_tls::{LogKey, WeakKeys, read_weak_key};

const DATES: &str = "-startdate 20260101000000Z -enddate 20271231000000Z";
const DATE_MS: u64 = 1_780_000_000_000;

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut all, byte| {
        write!(all, "{byte:02x}").unwrap();
        all
    })
}

/// Bytes after their length in two bytes.
fn block(bytes: &[u8]) -> Vec<u8> {
    [u16::try_from(bytes.len()).unwrap().to_be_bytes().as_slice(), bytes].concat()
}

/// Makes the key of a log.
fn make_log(authority: &Authority, name: &str) -> LogKey {
    let dir = authority.dir.path();
    openssl(dir, &format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {name}.key"));
    openssl(dir, &format!("pkey -in {name}.key -pubout -outform DER -out {name}.der"));
    LogKey::read(&fs::read(authority.file(&format!("{name}.der"))).unwrap()).unwrap()
}

/// A timestamp of a log about an entry: its kind, and what comes after it (RFC 6962 section 3.2).
fn timestamp(authority: &Authority, log: &str, kind: u8, entry: &[u8]) -> Vec<u8> {
    let signed = [&[0, 0], DATE_MS.to_be_bytes().as_slice(), &[0, kind], entry, &[0, 0]].concat();
    fs::write(authority.file("signed"), signed).unwrap();
    openssl(authority.dir.path(), &format!("dgst -sha256 -sign {log}.key -out signature signed"));
    let id = Sha256::digest(fs::read(authority.file(&format!("{log}.der"))).unwrap());
    let signature = block(&fs::read(authority.file("signature")).unwrap());
    [&[0], id.as_slice(), &DATE_MS.to_be_bytes(), &[0, 0, 4, 3], &signature].concat()
}

/// Bytes after their length in three bytes.
fn long_block(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[1..], bytes].concat()
}

/// Has the certified key certified again, with a timestamp of a log in it.
fn certify_with_timestamp(authority: &Authority, log: &str) {
    let dir = authority.dir.path();
    openssl(dir, "asn1parse -in leaf.pem -strparse 4 -noout -out unsigned.der");
    openssl(dir, "pkey -in ca.key -pubout -outform DER -out ca-key.der");
    let issuer = Sha256::digest(fs::read(authority.file("ca-key.der")).unwrap());
    let entry = [issuer.as_slice(), &long_block(&fs::read(authority.file("unsigned.der")).unwrap())].concat();
    let list = block(&block(&timestamp(authority, log, 1, &entry)));
    let value = hexadecimal(&[&[4, u8::try_from(list.len()).unwrap()], list.as_slice()].concat());
    let own = format!("extendedKeyUsage = serverAuth\n1.3.6.1.4.1.11129.2.4.2 = DER:{value}\n");
    let settings = OPENSSL_CNF.replace("extendedKeyUsage = serverAuth\n", &own);
    for (file, text) in [("openssl.cnf", settings.as_str()), ("index.txt", ""), ("serial", "0A1B2C\n")] {
        fs::write(authority.file(file), text).unwrap();
    }
    openssl(
        dir,
        &format!(
            "ca -batch -notext -in leaf.csr -out leaf.pem -extensions v3_leaf -cert ca.pem -keyfile ca.key {DATES}"
        ),
    );
}

/// What OpenSSL's own client says of the timestamps that it gets.
fn openssl_says(authority: &Authority, port: u16) -> String {
    let key = openssl(authority.dir.path(), "base64 -A -in known.der");
    let settings = format!("enabled_logs = known\n[known]\ndescription = Known\nkey = {key}\n");
    fs::write(authority.file("logs.cnf"), settings).unwrap();
    // One wrong timestamp has it end with an error, after it said all.
    let client = Command::new("openssl")
        .args(["s_client", "-connect", &format!("127.0.0.1:{port}"), "-servername", HOST])
        .args(["-CAfile", "ca.pem", "-ct", "-ctlogfile", "logs.cnf"])
        .current_dir(authority.dir.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    String::from_utf8_lossy(&client.stdout).into_owned()
}

fn fails(seen: &Seen, rule: &str) -> bool {
    let verdicts = rules().judge(std::slice::from_ref(&seen.observation), seen.observation.observed_at);
    let verdict = verdicts.iter().find(|verdict| verdict.rule.to_string() == rule).expect(rule);
    !verdict.failed_checks().is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn timestamps_are_verified_by_the_logs_named() {
    let authority = Authority::new();
    let dir = authority.dir.path();
    let (log, _) = (make_log(&authority, "known"), make_log(&authority, "unknown"));
    authority.certify("ec -pkeyopt ec_paramgen_curve:P-256", DATES);
    certify_with_timestamp(&authority, "known");
    openssl(dir, "x509 -in leaf.pem -outform DER -out leaf.der");
    let entry = long_block(&fs::read(authority.file("leaf.der")).unwrap());
    let good = timestamp(&authority, "known", 0, &entry);
    let wrong = timestamp(&authority, "known", 0, &long_block(b"another"));
    let strange = timestamp(&authority, "unknown", 0, &entry);
    let list = block(&[good, wrong, strange].map(|one| block(&one)).concat());
    fs::write(authority.file("info.der"), [&[0, 18], block(&list).as_slice()].concat()).unwrap();
    let base64 = openssl(dir, "base64 -in info.der");
    let pem = format!("-----BEGIN SERVERINFO FOR TIMESTAMPS-----\n{base64}-----END SERVERINFO FOR TIMESTAMPS-----\n");
    fs::write(authority.file("info.pem"), pem).unwrap();
    let server = authority.serve("-tls1_2 -serverinfo info.pem");

    let said = openssl_says(&authority, server.port);
    let count = |word: &str| said.matches(&format!("validation status: {word}")).count();
    assert_eq!((count("valid"), count("invalid"), count("unknown log")), (2, 1, 1), "{said}");
    let logs = Some([log].into_iter().collect());
    let seen = Look { roots: authority.root(), logs, ..Look::at(server.port) }.take().await;
    let counts = |verified: u8, by_unknown_logs: u8, wrong: u8| json!({"verified": verified, "by_unknown_logs": by_unknown_logs, "wrong": wrong});
    assert_eq!(
        seen.fact("timestamp_signatures"),
        json!({
            "checked": true,
            "in_certificate": counts(1, 0, 0),
            "in_handshake": counts(1, 1, 1),
            "in_staple": counts(0, 0, 0),
        })
    );
    assert!(fails(&seen, "tls.timestamps-wrong"));
    let seen = Look { roots: authority.root(), ..Look::at(server.port) }.take().await;
    assert_eq!(seen.gap("timestamp_signatures.in_certificate"), Some(Reason::NotStated));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_the_list_is_told() {
    let authority = Authority::new();
    authority.certify("rsa:2048", "");
    let dir = authority.dir.path();
    fs::write(authority.file("modulus"), openssl(dir, "x509 -in leaf.pem -noout -modulus")).unwrap();
    let said = openssl(dir, "dgst -sha1 modulus");
    let line = said.trim().get(said.trim().len() - 20..).unwrap();
    let list = |line: &str| Some([read_weak_key(line).unwrap()].into_iter().collect::<WeakKeys>());
    let server = authority.serve("");
    let look = |weak_keys| Look { roots: authority.root(), weak_keys, ..Look::at(server.port) }.take();
    let seen = look(list(line)).await;
    assert_eq!(seen.fact("weak_keys.certificates"), json!([seen.fact("certificate.sha256")]));
    assert!(fails(&seen, "tls.listed-weak-key"));
    let seen = look(list("00000000000000000000")).await;
    assert_eq!(seen.fact("weak_keys"), json!({"checked": true, "certificates": []}));
    assert!(!fails(&seen, "tls.listed-weak-key"));
    assert_eq!(look(None).await.gap("weak_keys.certificates"), Some(Reason::NotStated));
}
