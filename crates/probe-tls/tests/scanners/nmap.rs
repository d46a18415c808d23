//! nmap's scripts, from what they print. A script about a flaw says nothing when there is none.

use std::collections::BTreeMap;
use std::process::Command;

use super::{Facts, run, sorted, yes};
use crate::stage::HOST;

const SCRIPTS: &str = "+ssl-enum-ciphers,+ssl-cert,+ssl-heartbleed,+ssl-ccs-injection,+ssl-poodle,+ssl-dh-params,+sslv2,+sslv2-drown,+tls-alpn";

/// What scripts say of a server.
fn said_by(scripts: &str, port: u16) -> String {
    let mut command = Command::new("nmap");
    command.args(["-n", "-Pn", "--script", scripts, "--script-args", &format!("tls.servername={HOST}")]);
    run(command.args(["-p", &port.to_string(), "127.0.0.1"]))
}

/// Whether a script says that a server is vulnerable.
pub(crate) fn finds(port: u16, script: &str) -> bool {
    said_by(&format!("+{script}"), port).contains("State: VULNERABLE")
}

pub(crate) fn facts(port: u16) -> Facts {
    let said = said_by(SCRIPTS, port);
    let mut facts = Facts::new();
    let mut suites: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut version, mut script) = (String::new(), String::new());
    let mut deflates = false;
    let mut protocols = Vec::new();
    for line in said.lines().filter(|line| line.starts_with('|')) {
        let is_head =
            line.starts_with("| ") && !line.starts_with("|  ") || line.starts_with("|_") && line.contains(": ");
        let words = line.trim_matches(['|', '_', ' ']);
        if let Some((name, _)) =
            words.split_once(':').filter(|(name, _)| is_head && (name.starts_with("ssl") || name.starts_with("tls-")))
        {
            name.clone_into(&mut script);
        }
        match script.as_str() {
            "ssl-enum-ciphers" => {
                let head = words.strip_suffix(':').filter(|head| head.starts_with("TLSv") || *head == "SSLv3");
                if let Some(head) = head {
                    version = head.replace("TLSv", "TLS ").replace("SSLv3", "SSL 3.0");
                } else if let Some(name) = words.split_whitespace().next().filter(|word| word.starts_with("TLS_")) {
                    suites.entry(version.clone()).or_default().push(name.replace("TLS_AKE_WITH_", "TLS_"));
                } else if let Some(order) = words.strip_prefix("cipher preference: ").filter(|_| version != "TLS 1.3") {
                    facts.insert("order".to_owned(), order.to_owned());
                }
                if let Some(bits) = words.split("(dh ").nth(1).and_then(|rest| rest.split(')').next()) {
                    facts.insert("prime bits".to_owned(), bits.to_owned());
                }
                deflates |= words == "DEFLATE";
            }
            "ssl-cert" => {
                if let Some(kind) = words.strip_prefix("Public Key type: ") {
                    facts.insert("keys".to_owned(), kind.to_uppercase());
                } else if let Some(bits) = words.strip_prefix("Public Key bits: ") {
                    facts.entry("keys".to_owned()).and_modify(|key| *key = format!("{key}-{bits}"));
                }
            }
            "tls-alpn" => protocols.extend(["h2", "http/1.1"].into_iter().filter(|name| words == *name)),
            _ => {}
        }
    }
    facts.insert("sweet32".to_owned(), yes(said.contains("SWEET32")));
    facts.insert("compression".to_owned(), yes(deflates));
    facts.insert("crime".to_owned(), yes(deflates));
    let mut versions: Vec<String> = suites.keys().map(|version| version.replace(' ', "")).collect();
    versions.extend(said.contains("SSLv2 supported").then(|| "SSL2.0".to_owned()));
    facts.insert("versions".to_owned(), sorted(versions));
    facts.extend(suites.into_iter().map(|(version, suites)| (format!("suites {version}"), sorted(suites))));
    if !protocols.is_empty() {
        // It lists all that are taken, in the server's order.
        facts.insert("application protocol".to_owned(), protocols[0].to_owned());
    }
    for (name, script) in [
        ("heartbleed", "ssl-heartbleed"),
        ("ccs injection", "ssl-ccs-injection"),
        ("poodle", "ssl-poodle"),
        ("logjam", "ssl-dh-params"),
        ("drown", "sslv2-drown"),
    ] {
        facts.insert(name.to_owned(), yes(said.contains(&format!("{script}:"))));
    }
    facts
}
