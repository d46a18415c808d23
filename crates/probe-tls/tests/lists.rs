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

/// An element of DER whose parts are these.
fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = match u8::try_from(content.len()) {
        Ok(short @ 0..0x80) => vec![short],
        _ => [&[0x82], u16::try_from(content.len()).unwrap().to_be_bytes().as_slice()].concat(),
    };
    [&[tag], length.as_slice(), &content].concat()
}

const SEQUENCE: u8 = 0x30;
const OCTETS: u8 = 4;
const BITS: u8 = 3;
const OID: u8 = 6;
const DATE: u8 = 24;
/// The first of the tags that depend on their place.
const CONTEXT: u8 = 0xa0;

/// A good answer about the certified key, with a list of timestamps (RFC 6960 section 4.2.1, RFC 6962 section 3.3).
fn answer_with_timestamps(authority: &Authority, list: &[u8]) -> Vec<u8> {
    let dir = authority.dir.path();
    let serial = openssl(dir, "x509 -in leaf.pem -noout -serial");
    let serial = serial.trim().strip_prefix("serial=").unwrap();
    openssl(dir, &format!("ocsp -issuer ca.pem -serial 0x{serial} -no_nonce -reqout request.der"));
    openssl(dir, "asn1parse -inform DER -in request.der -strparse 8 -noout -out name.der");
    let name = fs::read(authority.file("name.der")).unwrap();
    let [now, later] = ["20260101000000Z", "20991231000000Z"].map(|date| element(DATE, &[date.as_bytes()]));
    let of_answers = element(OID, &[&[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 5]]);
    let timestamps = element(SEQUENCE, &[&of_answers, &element(OCTETS, &[&element(OCTETS, &[list])])]);
    let extensions = element(CONTEXT + 1, &[&element(SEQUENCE, &[&timestamps])]);
    let answer = element(SEQUENCE, &[&name, &[0x80, 0], &now, &element(CONTEXT, &[&later]), &extensions]);
    // The name of a certificate ends with the hash of its issuer's key, after which the service is called.
    let service = element(CONTEXT + 2, &[&element(OCTETS, &[&name[37..57]])]);
    element(SEQUENCE, &[&service, &now, &element(SEQUENCE, &[&answer])])
}

/// Makes `staple.der`: such an answer, signed by the authority.
fn staple_with_timestamps(authority: &Authority, list: &[u8]) {
    let answer = answer_with_timestamps(authority, list);
    fs::write(authority.file("answer.der"), &answer).unwrap();
    openssl(authority.dir.path(), "dgst -sha256 -sign ca.key -out signature answer.der");
    let signature = element(BITS, &[&[0], &fs::read(authority.file("signature")).unwrap()]);
    let ecdsa_with_sha256 = element(OID, &[&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]]);
    let signed = element(SEQUENCE, &[&answer, &element(SEQUENCE, &[&ecdsa_with_sha256]), &signature]);
    let basic = element(OID, &[&[0x2b, 6, 1, 5, 5, 7, 48, 1, 1]]);
    let response = element(SEQUENCE, &[&basic, &element(OCTETS, &[&signed])]);
    let staple = element(SEQUENCE, &[&[10, 1, 0], &element(CONTEXT, &[&response])]);
    fs::write(authority.file("staple.der"), staple).unwrap();
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
    staple_with_timestamps(&authority, &block(&block(&timestamp(&authority, "known", 0, &entry))));
    let server = authority.serve("-tls1_2 -serverinfo info.pem -cert_chain ca.pem -status_file staple.der");

    let said = openssl_says(&authority, server.port);
    let count = |word: &str| said.matches(&format!("validation status: {word}")).count();
    assert_eq!((count("valid"), count("invalid"), count("unknown log")), (3, 1, 1), "{said}");
    let logs = Some([log].into_iter().collect());
    let seen = Look { roots: authority.root(), logs, ..Look::at(server.port) }.take().await;
    let counts = |verified: u8, by_unknown_logs: u8, wrong: u8| json!({"verified": verified, "by_unknown_logs": by_unknown_logs, "wrong": wrong});
    assert_eq!(
        seen.fact("timestamp_signatures"),
        json!({
            "checked": true,
            "in_certificate": counts(1, 0, 0),
            "in_handshake": counts(1, 1, 1),
            "in_staple": counts(1, 0, 0),
        })
    );
    assert_eq!(seen.fact("timestamps"), json!({"in_handshake": 3, "in_staple": 1}));
    assert_eq!((seen.fact("staple.status"), seen.fact("staple.authentic")), ("good".into(), true.into()));
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
