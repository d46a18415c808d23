//! sslyze, from its JSON file.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{Facts, group, run, sorted, written, yes};
use crate::stage::HOST;
use crate::stage::servers::python_program;

const SCANS: &str = "--sslv2 --sslv3 --tlsv1 --tlsv1_1 --tlsv1_2 --tlsv1_3 --compression --early_data --openssl_ccs
    --fallback --heartbleed --robot --reneg --resum --elliptic_curves --ems --certinfo --mozilla_config disable";

pub(crate) fn facts(dir: &Path, port: u16) -> Facts {
    let file = dir.join(format!("sslyze-{port}.json"));
    let mut command = Command::new(python_program("sslyze"));
    command.args(SCANS.split_whitespace()).args(["--quiet", "--sni", HOST, "--json_out"]).arg(&file);
    run(command.arg(format!("127.0.0.1:{port}")));
    // It writes a modulus as one number, which no reader of JSON bears.
    let text: String = written(&file).lines().filter(|line| !line.trim_start().starts_with("\"rsa_n\"")).collect();
    let said: Value = serde_json::from_str(&text).unwrap_or_default();
    let server = &said["server_scan_results"][0];
    let result = |scan: &str| &server["scan_result"][scan]["result"];
    let mut facts = Facts::new();
    // It gives up on a server that does not answer at once, and then says nothing of it.
    if server["scan_result"].is_null() {
        return facts;
    }
    let mut note = |name: &str, value: Option<String>| {
        facts.extend(value.map(|value| (name.to_owned(), value)));
    };
    let mut versions = Vec::new();
    let mut primes = Vec::new();
    for (version, scan) in [
        ("SSL 2.0", "ssl_2_0"),
        ("SSL 3.0", "ssl_3_0"),
        ("TLS 1.0", "tls_1_0"),
        ("TLS 1.1", "tls_1_1"),
        ("TLS 1.2", "tls_1_2"),
        ("TLS 1.3", "tls_1_3"),
    ] {
        let suites = result(&format!("{scan}_cipher_suites"))["accepted_cipher_suites"].as_array();
        let suites: Vec<&Value> = suites.into_iter().flatten().collect();
        let dhe = suites.iter().filter(|one| one["ephemeral_key"]["type_name"] == "DH");
        primes.extend(dhe.filter_map(|one| one["ephemeral_key"]["size"].as_u64()));
        let names = suites.iter().filter_map(|one| one["cipher_suite"]["name"].as_str());
        let names: Vec<&str> = names.collect();
        if !names.is_empty() {
            versions.push(version.replace(' ', ""));
            note(&format!("suites {version}"), Some(sorted(names)));
        }
    }
    note("versions", Some(sorted(versions)));
    note("prime bits", primes.iter().max().map(ToString::to_string));
    let curves = result("elliptic_curves")["supported_curves"].as_array();
    note("groups", curves.map(|all| sorted(all.iter().filter_map(|one| one["name"].as_str()).map(group))));
    let certificates = &result("certificate_info")["certificate_deployments"];
    let key = |one: &Value| {
        let key = &one["received_certificate_chain"][0]["public_key"];
        let name = if key["algorithm"].as_str()?.starts_with("EC") { "EC" } else { "RSA" };
        Some(format!("{name}-{}", key["key_size"].as_u64()?))
    };
    note("keys", certificates.as_array().and_then(|all| all.iter().map(key).collect::<Option<Vec<_>>>()).map(sorted));
    let staple = certificates.as_array().map(|all| all.iter().any(|one| !one["ocsp_response"].is_null()));
    note("staple", staple.map(yes));
    let renegotiation = result("session_renegotiation");
    let protected = renegotiation["supports_secure_renegotiation"].as_bool();
    note("renegotiation", protected.map(|is| if is { "protected" } else { "unprotected" }.to_owned()));
    let resumption = result("session_resumption");
    let all = |way: &str| {
        resumption[way]
            .as_str()
            .map(|word| yes(word.ends_with("FULLY_SUPPORTED") || word.ends_with("PARTIALLY_SUPPORTED")))
    };
    note("resumption by id", all("session_id_resumption_result"));
    note("resumption by ticket", all("tls_ticket_resumption_result"));
    let robot = result("robot")["robot_result"].as_str();
    note("robot", robot.map(|word| yes(word.starts_with("VULNERABLE"))));
    for (name, scan, field) in [
        ("compression", "tls_compression", "supports_compression"),
        ("crime", "tls_compression", "supports_compression"),
        ("client renegotiation", "session_renegotiation", "is_vulnerable_to_client_renegotiation_dos"),
        ("extended master secret", "tls_extended_master_secret", "supports_ems_extension"),
        ("fallback refused", "tls_fallback_scsv", "supports_fallback_scsv"),
        ("early data", "tls_1_3_early_data", "supports_early_data"),
        ("heartbleed", "heartbleed", "is_vulnerable_to_heartbleed"),
        ("ccs injection", "openssl_ccs_injection", "is_vulnerable_to_ccs_injection"),
    ] {
        note(name, result(scan)[field].as_bool().map(yes));
    }
    let client = server["connectivity_result"]["client_auth_requirement"].as_str();
    let client = client.map(|word| if word == "DISABLED" { "no".to_owned() } else { word.to_lowercase() });
    note("client certificate", client);
    facts
}
