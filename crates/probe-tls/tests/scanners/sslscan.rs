//! sslscan, from its XML, a line an element, and from what it prints.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::{Facts, attribute, group, run, sorted, suite, written, yes};
use crate::stage::HOST;

pub(crate) fn facts(dir: &Path, port: u16) -> Facts {
    let file = dir.join(format!("sslscan-{port}.xml"));
    let mut command = Command::new("sslscan");
    command.arg(format!("--xml={}", file.display())).args([
        "--ocsp",
        "--show-sigs",
        "--no-colour",
        &format!("--sni-name={HOST}"),
    ]);
    let printed = run(command.arg(format!("127.0.0.1:{port}")));
    let said = written(&file);
    let mut facts = Facts::new();
    for (name, sign, value) in [
        ("fallback refused", "Server supports TLS Fallback SCSV", true),
        ("fallback refused", "Server does not support TLS Fallback SCSV", false),
        ("staple", "No OCSP response received", false),
        ("staple", "OCSP Response Status: successful", true),
    ] {
        facts.extend(printed.contains(sign).then(|| (name.to_owned(), yes(value))));
    }
    let mut versions = Vec::new();
    let mut suites: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut signatures = Vec::new();
    let mut heartbleed = None;
    for line in said.lines().map(str::trim_start) {
        let element = line.trim_start_matches('<').split_whitespace().next().unwrap_or_default();
        let is = |name: &str| attribute(line, name) == Some("1");
        let version =
            || attribute(line, "sslversion").unwrap_or_default().replace("TLSv", "TLS ").replace("SSLv3", "SSL 3.0");
        match element {
            "protocol" if is("enabled") => {
                let name = attribute(line, "type").unwrap_or_default().to_uppercase();
                let number = attribute(line, "version").unwrap_or_default();
                versions.push(if number.contains('.') {
                    format!("{name}{number}")
                } else {
                    format!("{name}{number}.0")
                });
            }
            "cipher" => {
                let code =
                    attribute(line, "id").and_then(|id| u16::from_str_radix(id.trim_start_matches("0x"), 16).ok());
                suites.entry(version()).or_default().extend(code.map(suite));
                facts.extend(attribute(line, "dhebits").map(|bits| ("prime bits".to_owned(), bits.to_owned())));
            }
            "group" => groups.entry(version()).or_default().extend(attribute(line, "name").map(group)),
            "connection-signature-algorithm" if version() == "TLS 1.2" => {
                signatures.extend(attribute(line, "name").map(str::to_owned));
            }
            "heartbleed" => heartbleed = Some(heartbleed.unwrap_or(false) || is("vulnerable")),
            "renegotiation" if is("supported") => {
                let word = if is("secure") { "protected" } else { "unprotected" };
                facts.insert("renegotiation".to_owned(), word.to_owned());
            }
            "compression" => {
                facts.insert("compression".to_owned(), yes(is("supported")));
                facts.insert("crime".to_owned(), yes(is("supported")));
            }
            "pk" => {
                // What it calls the bits of a curve is half of them.
                let bits = attribute(line, "bits").and_then(|bits| bits.parse::<u32>().ok());
                let key = match (attribute(line, "type"), bits) {
                    (Some("EC"), Some(bits)) => format!("EC-{}", bits * 2),
                    (Some(name), Some(bits)) => format!("{name}-{bits}"),
                    _ => continue,
                };
                facts.insert("keys".to_owned(), key);
            }
            _ => {}
        }
    }
    facts.insert("versions".to_owned(), sorted(versions));
    facts.extend(suites.into_iter().map(|(version, suites)| (format!("suites {version}"), sorted(suites))));
    facts.extend(groups.into_iter().next_back().map(|(_, groups)| ("groups".to_owned(), sorted(groups))));
    facts.extend((!signatures.is_empty()).then(|| ("signatures TLS 1.2".to_owned(), sorted(signatures))));
    facts.extend(heartbleed.map(|flawed| ("heartbleed".to_owned(), yes(flawed))));
    facts
}
