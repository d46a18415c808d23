//! What other scanners say of a server, in one vocabulary: a fact has a name and one line of text, lists are sorted.

pub(crate) mod nmap;
pub(crate) mod sslscan;
pub(crate) mod sslyze;
pub(crate) mod testssl;
pub(crate) mod vigie;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use vigie_probe_tls::SuiteFacts;

/// Facts by name. One that a scanner does not report is missing.
pub(crate) type Facts = BTreeMap<String, String>;

/// Every fact that is compared, in the order of the table; suites stand for one fact a version.
pub(crate) const COMPARED: [&str; 31] = [
    "versions",
    "suites",
    "order",
    "groups",
    "keys",
    "certificate without a name",
    "prime bits",
    "compression",
    "renegotiation",
    "client renegotiation",
    "extended master secret",
    "fallback refused",
    "resumption by id",
    "resumption by ticket",
    "early data",
    "application protocol",
    "staple",
    "client certificate",
    "signs with SHA-1",
    "signatures TLS 1.2",
    "heartbleed",
    "ccs injection",
    "robot",
    "ticketbleed",
    "drown",
    "poodle",
    "freak",
    "logjam",
    "sweet32",
    "beast",
    "crime",
];

/// Runs a scanner in a folder of its own making and gives back what it printed.
pub(crate) fn run(command: &mut Command) -> String {
    let run = command.stdin(Stdio::null()).output();
    let run = run.unwrap_or_else(|why| panic!("{command:?} is installed by ./test.sh: {why}"));
    String::from_utf8_lossy(&run.stdout).into_owned()
}

/// A list as text, whatever its order.
pub(crate) fn sorted<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
    let words: BTreeSet<String> = words.into_iter().map(|word| word.as_ref().to_owned()).collect();
    if words.is_empty() { "none".to_owned() } else { words.into_iter().collect::<Vec<_>>().join(" ") }
}

pub(crate) fn yes(is_so: bool) -> String {
    if is_so { "yes" } else { "no" }.to_owned()
}

/// The IANA name of a suite by its code.
pub(crate) fn suite(code: u16) -> String {
    SuiteFacts::of(code).name
}

/// The value of an attribute in a line of XML.
pub(crate) fn attribute<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let (_, rest) = line.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

/// Groups by the names that other tools give them.
pub(crate) fn group(name: &str) -> String {
    let bare = name.split_whitespace().next().unwrap_or_default();
    match bare {
        "prime256v1" | "P-256" => "secp256r1",
        "P-384" => "secp384r1",
        "P-521" => "secp521r1",
        "X25519" => "x25519",
        "X448" => "x448",
        other => other,
    }
    .to_owned()
}

/// A file that a scanner wrote.
pub(crate) fn written(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_default()
}
