//! What each protocol's own client sees of a server, against what vigie says of it.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::authority::{ANYTHING, Authority};
use crate::names::Names;
use crate::stage::{Seen, output_of};
use crate::truth::name_in;

/// Compares versions, certificate and trust with `openssl s_client`, one session a version.
pub(crate) fn openssl_agrees(seen: &Seen, authority: &Authority, host: &str, address: &str, way_in: &str) {
    let fact = |place: &str| seen.fact_of("tls.endpoint", |subject| name_in(subject) == host, place);
    let mut newest = None;
    for (option, field, name) in [
        ("-tls1", "tls10", "TLS 1.0"),
        ("-tls1_1", "tls11", "TLS 1.1"),
        ("-tls1_2", "tls12", "TLS 1.2"),
        ("-tls1_3", "tls13", "TLS 1.3"),
    ] {
        let said = s_client(authority, host, address, &format!("{way_in} {option}"));
        let session = said.lines().find_map(|line| line.strip_prefix("New, ")?.split_once(", Cipher is "));
        let accepted = session.is_some_and(|(_, suite)| suite != "(NONE)");
        assert_eq!(fact(&format!("versions.{field}")), accepted, "{host} {name}: openssl says {said}");
        if accepted {
            newest = Some((name, said));
        }
    }
    let (version, said) = newest.unwrap_or_else(|| panic!("openssl has no session with {host}"));
    assert_eq!(fact("negotiated.version"), version, "{host}");
    let code: u32 = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("Verify return code: ")?.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| panic!("{host}: no verdict in {said}"));
    // The codes of X509_V_OK and of its neighbours (openssl-verification-options(1)).
    let (verdict, named) = match code {
        0 => ("trusted", true),
        10 => ("expired", true),
        18 => ("self_signed", true),
        62 => ("name_mismatch", false),
        other => panic!("{host}: unexpected verdict {other} of openssl"),
    };
    assert_eq!(fact("trust.verdict"), verdict, "{host}: openssl says {code}");
    assert_eq!(fact("certificate.matches_name"), named, "{host}: openssl says {code}");
    certificate_agrees(authority, host, &said, fact);
}

/// Compares versions of DTLS with `openssl s_client`, one session a version.
pub(crate) fn dtls_agrees(seen: &Seen, authority: &Authority, host: &str, address: &str) {
    for (option, field) in [("-dtls1", "dtls10"), ("-dtls1_2", "dtls12")] {
        let said = s_client(authority, host, address, option);
        let accepted = !said.contains("Cipher is (NONE)");
        let fact = seen.fact_of("dtls.endpoint", |subject| name_in(subject) == host, &format!("versions.{field}"));
        assert_eq!(fact, accepted, "{host}: openssl says {said}");
    }
}

/// Compares the certificate served with what `openssl x509` reads in it.
fn certificate_agrees(authority: &Authority, host: &str, session: &str, fact: impl Fn(&str) -> Value) {
    let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----\n");
    let from = session.find(begin).unwrap();
    let pem = &session[from..session.find(end).unwrap() + end.len()];
    let file = authority.dir().join("served.pem");
    fs::write(&file, pem).unwrap();
    let said = authority.openssl(
        host,
        "x509 -in served.pem -noout -serial -fingerprint -sha256 -dates -dateopt iso_8601 -text -nameopt RFC2253",
    );
    let says = |start: &str| {
        let line = said.lines().find_map(|line| line.trim().strip_prefix(start));
        line.unwrap_or_else(|| panic!("{host}: no {start} in {said}")).trim().to_owned()
    };
    let instant = |text: String| text.replace(' ', "T");
    assert_eq!(fact("certificate.serial"), says("serial=").to_lowercase(), "{host}");
    assert_eq!(fact("certificate.sha256"), says("sha256 Fingerprint=").replace(':', "").to_lowercase(), "{host}");
    assert_eq!(fact("certificate.not_before"), instant(says("notBefore=")), "{host}");
    assert_eq!(fact("certificate.not_after"), instant(says("notAfter=")), "{host}");
    let bits = says("Public-Key: (");
    assert_eq!(fact("certificate.key_bits"), json!(bits.split(' ').next().unwrap().parse::<u32>().unwrap()), "{host}");
    let names: Vec<&str> = said
        .lines()
        .filter(|line| line.trim().starts_with("DNS:"))
        .flat_map(|line| line.split(','))
        .filter_map(|name| name.trim().strip_prefix("DNS:"))
        .collect();
    assert_eq!(fact("certificate.dns_names"), json!(names), "{host}");
}

fn s_client(authority: &Authority, host: &str, address: &str, options: &str) -> String {
    let arguments = format!(
        "s_client -connect {address} -servername {host} -verify_hostname {host} -CAfile ca.pem -cipher {ANYTHING} {options}"
    );
    let run =
        authority.command(host).args(arguments.split_whitespace()).stdin(std::process::Stdio::null()).output().unwrap();
    // A refused version is a failure of s_client, and an answer.
    String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr)
}

/// Compares status and headers with `curl`.
pub(crate) fn curl_agrees(seen: &Seen, authority: &Authority, scheme: &str, host: &str, port: u16) {
    let fact = |place: &str| seen.fact_of("http.endpoint", |subject| name_in(subject) == host, place);
    let arguments = [
        "-s".to_owned(),
        "--max-time".to_owned(),
        "20".to_owned(),
        "--cacert".to_owned(),
        authority.dir().join("ca.pem").display().to_string(),
        "--resolve".to_owned(),
        format!("{host}:{port}:127.0.0.1"),
        "-D-".to_owned(),
        "-o/dev/null".to_owned(),
        format!("{scheme}://{host}:{port}/"),
    ];
    let said = output_of("curl", &arguments, "");
    let mut lines = said.lines();
    let status: u16 = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    assert_eq!(fact("status"), status, "{host}: {said}");
    let headers: BTreeMap<String, &str> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.trim()))
        .collect();
    let header = |name: &str| headers.get(name).copied().unwrap_or_default();
    assert_eq!(fact("server"), header("server"), "{host}");
    assert_eq!(fact("hsts.sent"), !header("strict-transport-security").is_empty(), "{host}");
    let age = header("strict-transport-security").strip_prefix("max-age=").unwrap_or("0");
    assert_eq!(fact("hsts.max_age_s"), json!(age.split(';').next().unwrap().parse::<i64>().unwrap()), "{host}");
    assert_eq!(fact("nosniff"), header("x-content-type-options") == "nosniff", "{host}");
    let redirects = fact("redirects");
    let to: Vec<&str> = redirects.as_array().unwrap().iter().map(|redirect| redirect["to"].as_str().unwrap()).collect();
    let location: Vec<&str> = headers.get("location").copied().into_iter().collect();
    assert_eq!(to, location, "{host}");
}

/// Compares the lists of algorithms with those that `ssh` hears.
pub(crate) fn ssh_agrees(seen: &Seen, host: &str, port: u16) {
    let fact = |place: &str| seen.fact_of("ssh.endpoint", |subject| name_in(subject) == host, place);
    let options = ["BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentityFile=none"];
    let mut arguments = vec!["-vv".to_owned(), "-F".to_owned(), "none".to_owned(), "-p".to_owned(), port.to_string()];
    arguments.extend(options.iter().flat_map(|option| ["-o".to_owned(), (*option).to_owned()]));
    arguments.extend(["-o".to_owned(), "PreferredAuthentications=none".to_owned(), "essai@127.0.0.1".to_owned()]);
    let said = output_of("ssh", &arguments, "");
    let (_, offer) = said.split_once("peer server KEXINIT proposal").unwrap_or_else(|| panic!("{host}: {said}"));
    let list = |label: &str| -> Vec<String> {
        let line = offer.lines().find_map(|line| line.split_once(&format!("{label}: ")).map(|(_, list)| list));
        line.unwrap_or_else(|| panic!("{host}: no {label} in {offer}")).trim().split(',').map(str::to_owned).collect()
    };
    assert_eq!(fact("kex_algorithms"), json!(list("KEX algorithms")), "{host}");
    assert_eq!(fact("host_key_algorithms"), json!(list("host key algorithms")), "{host}");
    assert_eq!(fact("ciphers"), json!(list("ciphers stoc")), "{host}");
    assert_eq!(fact("macs"), json!(list("MACs stoc")), "{host}");
    let software = said.lines().find_map(|line| line.split_once("remote software version ").map(|(_, name)| name));
    let version = software.and_then(|name| name.split(['_', ' ']).nth(1)).unwrap_or_else(|| panic!("{host}: {said}"));
    assert_eq!(fact("products.0.version"), version, "{host}");
}

/// Compares signatures, keys and policies with what `dig` reads and what `delv` believes.
pub(crate) fn dig_and_delv_agree(seen: &Seen, names: &Names, domain: &str) {
    let fact = |place: &str| seen.fact_of("dns.domain", |subject| name_in(subject) == domain, place);
    let mail = |place: &str| seen.fact_of("mail.domain", |subject| name_in(subject) == domain, place);
    let opinion = names.delv(domain, "SOA");
    let state = match &opinion {
        said if said.contains("; fully validated") => "secure",
        said if said.contains("; unsigned answer") => "unsigned",
        said if said.contains("resolution failed") => "bogus",
        said => panic!("{domain}: delv says {said}"),
    };
    assert_eq!(fact("dnssec.state"), state, "{domain}: delv says {opinion}");
    let keys = names.dig(&["+short"], domain, "DNSKEY");
    assert_eq!(fact("dnssec.algorithms").as_array().unwrap().is_empty(), keys.trim().is_empty(), "{domain}: {keys}");
    let signed = names.dig(&["+dnssec", "+short"], domain, "SOA");
    let ends = signed.lines().find_map(|line| line.strip_prefix("SOA ")?.split(' ').nth(3).map(str::to_owned));
    let signatures = fact("dnssec.signatures");
    let over_soa = signatures.as_array().unwrap().iter().find(|signature| signature["covers"] == "SOA");
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    assert_eq!(over_soa.map(|signature| digits(signature["ends"].as_str().unwrap())), ends, "{domain}: {signed}");
    let text = |name: &str, start: &str| {
        let said = names.dig(&["+short"], name, "TXT");
        let found = said.lines().map(|line| line.replace('"', "")).find(|line| line.starts_with(start));
        found.unwrap_or_default()
    };
    assert_eq!(mail("spf.text"), text(domain, "v=spf1"), "{domain}");
    assert_eq!(mail("dmarc.text"), text(&format!("_dmarc.{domain}"), "v=DMARC1"), "{domain}");
    let servers = names.dig(&["+short"], domain, "NS").lines().count();
    assert_eq!(fact("name_servers").as_array().unwrap().len(), servers, "{domain}");
}
