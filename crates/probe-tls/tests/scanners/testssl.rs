//! testssl.sh, from its flat JSON file.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{Facts, run, sorted, suite, written, yes};
use crate::stage::HOST;

const ALWAYS: &str = "--quiet --color 0 --warnings off --nodns none --assume-http --ip 127.0.0.1";
const TESTS: &str = "-p -E -P -S -U";

/// What it finds with one of its options: an identifier and words each.
fn findings(dir: &Path, port: u16, tests: &str) -> Value {
    let file = dir.join(format!("testssl-{port}.json"));
    let mut command = Command::new("testssl");
    command.args(ALWAYS.split_whitespace()).args(tests.split_whitespace()).arg("--jsonfile").arg(&file);
    run(command.arg(format!("https://{HOST}:{port}")).env("TERM", "dumb"));
    serde_json::from_str(&written(&file)).unwrap_or_default()
}

/// Whether it finds a flaw, by its option and by the name of its finding; nothing when it says neither.
pub(crate) fn finds(dir: &Path, port: u16, option: &str, id: &str) -> Option<bool> {
    let said = findings(dir, port, option);
    let finding = said.as_array()?.iter().find(|one| one["id"].as_str().is_some_and(|found| found.starts_with(id)))?;
    verdict(finding["finding"].as_str()?)
}

pub(crate) fn facts(dir: &Path, port: u16) -> Facts {
    let said = findings(dir, port, TESTS);
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in said.as_array().into_iter().flatten() {
        if let (Some(id), Some(finding)) = (one["id"].as_str(), one["finding"].as_str()) {
            found.entry(id.split(" <").next().unwrap_or(id)).or_default().push(finding);
        }
    }
    let first = |id: &str| found.get(id).and_then(|all| all.first()).copied();
    let mut facts = Facts::new();
    let mut note = |name: &str, value: Option<String>| {
        facts.extend(value.map(|value| (name.to_owned(), value)));
    };
    let versions = [
        ("SSL2.0", "SSLv2"),
        ("SSL3.0", "SSLv3"),
        ("TLS1.0", "TLS1"),
        ("TLS1.1", "TLS1_1"),
        ("TLS1.2", "TLS1_2"),
        ("TLS1.3", "TLS1_3"),
    ];
    let is_offered = |said: &str| said.starts_with("offered") || said.starts_with("vulnerable with");
    let offered = versions.into_iter().filter(|(_, id)| first(id).is_some_and(is_offered));
    note("versions", Some(sorted(offered.map(|(version, _)| version))));
    let mut suites: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for id in found.keys() {
        let Some((version, code)) = id.strip_prefix("cipher-").and_then(|rest| rest.split_once("_x")) else { continue };
        let version = match version {
            "ssl3" => "SSL 3.0",
            "tls1" => "TLS 1.0",
            "tls1_1" => "TLS 1.1",
            "tls1_2" => "TLS 1.2",
            _ => "TLS 1.3",
        };
        suites.entry(version).or_default().extend(u16::from_str_radix(code, 16).ok().map(suite));
    }
    let ciphers = found.iter().filter(|(id, _)| id.starts_with("cipher-")).flat_map(|(_, said)| said);
    let primes = ciphers.filter_map(|said| said.split(" DH ").nth(1)?.split_whitespace().next()?.parse::<u32>().ok());
    note("prime bits", primes.max().map(|bits| bits.to_string()));
    let extensions = first("TLS_extensions").filter(|said| said.contains("/#"));
    note("extended master secret", extensions.map(|said| yes(said.contains("extended master secret"))));
    for (version, names) in suites {
        note(&format!("suites {version}"), Some(sorted(names)));
    }
    note(
        "order",
        first("cipher_order").map(|said| if said.starts_with("server") { "server" } else { "client" }.to_owned()),
    );
    let key = |said: &&str| {
        let mut words = said.split_whitespace();
        Some(format!("{}-{}", words.next()?, words.next()?))
    };
    note("keys", found.get("cert_keySize").and_then(|all| all.iter().map(key).collect::<Option<Vec<_>>>()).map(sorted));
    let same =
        first("cert_trust").map(|said| if said.contains("same w/o SNI") { "the same" } else { "another" }.to_owned());
    note("certificate without a name", same);
    let compresses = first("CRIME_TLS").map(|said| yes(!said.starts_with("not vulnerable")));
    note("compression", compresses.clone());
    note("crime", compresses);
    note(
        "renegotiation",
        first("secure_renego")
            .map(|said| if said.starts_with("supported") { "protected" } else { "unprotected" }.to_owned()),
    );
    let supported = |id: &str| first(id).map(|said| yes(said.starts_with("supported")));
    note("resumption by id", supported("sessionresumption_ID"));
    note("resumption by ticket", supported("sessionresumption_ticket"));
    // Where nothing can be fallen back to, it says so, which protects as well.
    note("fallback refused", first("fallback_SCSV").map(|said| yes(!said.starts_with("NOT"))));
    note("staple", first("OCSP_stapling").map(|said| yes(said.starts_with("offered"))));
    note(
        "client certificate",
        first("clientAuth").map(|said| said.split_whitespace().next().unwrap_or("no").to_owned()),
    );
    let protocols: Vec<&str> =
        ["ALPN_HTTP2", "ALPN"].into_iter().filter_map(first).filter(|said| !said.starts_with("not")).collect();
    note("application protocol", Some(protocols.first().map_or("none", |name| name).to_owned()));
    for (name, id) in [
        ("client renegotiation", "secure_client_renego"),
        ("heartbleed", "heartbleed"),
        ("ccs injection", "CCS"),
        ("robot", "ROBOT"),
        ("ticketbleed", "ticketbleed"),
        ("drown", "DROWN"),
        ("poodle", "POODLE_SSL"),
        ("freak", "FREAK"),
        ("logjam", "LOGJAM"),
        ("sweet32", "SWEET32"),
        ("beast", "BEAST"),
    ] {
        note(name, first(id).and_then(verdict).map(yes));
    }
    facts
}

/// Whether a finding says that a flaw is there; nothing when it says neither.
fn verdict(said: &str) -> Option<bool> {
    let said = said.to_lowercase();
    let starts = |with: &[&str]| with.iter().any(|start| said.starts_with(start));
    if starts(&["not vulnerable", "no "]) {
        Some(false)
    } else {
        starts(&["vulnerable", "likely vulnerable", "potentially vulnerable", "uses 64 bit"]).then_some(true)
    }
}
