//! vigie itself, in the vocabulary of the comparison.

use serde_json::Value;

use super::{Facts, sorted, yes};
use crate::stage::Seen;

pub(crate) fn facts(seen: &Seen) -> Facts {
    let mut facts = Facts::new();
    let mut note = |name: &str, value: Option<String>| {
        facts.extend(value.map(|value| (name.to_owned(), value)));
    };
    let list = |value: &Value| -> Option<Vec<String>> {
        value.as_array()?.iter().map(|word| word.as_str().map(str::to_owned)).collect()
    };
    let mut versions = list(&seen.fact("versions_accepted")).unwrap_or_default();
    versions.extend((seen.fact("versions.ssl20") == true).then(|| "SSL 2.0".to_owned()));
    note("versions", Some(sorted(versions.iter().map(|version| version.replace(' ', "")))));
    for one in seen.fact("suites").as_array().into_iter().flatten() {
        let version = one["version"].as_str().unwrap_or_default();
        note(&format!("suites {version}"), list(&one["accepted"]).map(sorted));
        if version != "TLS 1.3" {
            note("order", one["chosen_by"].as_str().filter(|chooser| *chooser != "nobody").map(str::to_owned));
        }
    }
    let groups = seen.fact("groups");
    let newest =
        groups.as_array().and_then(|all| all.iter().max_by_key(|one| one["version"].as_str().map(str::to_owned)));
    note("groups", newest.and_then(|one| list(&one["accepted"])).map(sorted));
    let mut certificates = vec![seen.fact("certificate")];
    certificates
        .extend(seen.fact("also_served").as_array().into_iter().flatten().map(|other| other["certificate"].clone()));
    let key = |one: &Value| Some(format!("{}-{}", one["key_algorithm"].as_str()?, one["key_bits"].as_u64()?));
    note("keys", certificates.iter().map(key).collect::<Option<Vec<_>>>().map(sorted));
    let same = seen.fact("nameless.same_certificate").as_bool();
    note("certificate without a name", same.map(|same| if same { "the same" } else { "another" }.to_owned()));
    let offers = seen.fact("offers");
    let primes = offers.as_array().into_iter().flatten().filter(|offer| offer["list"] == "prime_field");
    let bits = primes.filter_map(|offer| offer["key_exchange_bits"].as_u64()).filter(|bits| *bits > 0);
    note("prime bits", bits.max().map(|bits| bits.to_string()));
    note("renegotiation", seen.fact("renegotiation").as_str().map(str::to_owned));
    for (name, place) in [
        ("compression", "compression"),
        ("client renegotiation", "client_renegotiation"),
        ("extended master secret", "extended_master_secret"),
        ("fallback refused", "fallback_refused"),
        ("resumption by id", "sessions.resumes_by_id"),
        ("resumption by ticket", "sessions.resumes_by_ticket"),
        ("early data", "sessions.early_data"),
        ("staple", "staple.present"),
        ("signs with SHA-1", "signs_with_sha1"),
        ("heartbleed", "flaws.heartbleed"),
        ("ccs injection", "flaws.ccs_injection"),
        ("robot", "flaws.robot"),
        ("ticketbleed", "flaws.ticketbleed"),
        ("drown", "flaws.drown"),
        ("poodle", "flaws.poodle"),
        ("freak", "flaws.freak"),
        ("logjam", "flaws.logjam"),
        ("sweet32", "flaws.sweet32"),
        ("beast", "flaws.beast"),
        ("crime", "flaws.crime"),
    ] {
        note(name, seen.fact(place).as_bool().map(yes));
    }
    note(
        "application protocol",
        seen.fact("application_protocol").as_str().map(|name| sorted((!name.is_empty()).then_some(name))),
    );
    let signatures = seen.fact("signature_schemes");
    let signatures = signatures.as_array().map(|all| sorted(all.iter().filter_map(Value::as_str)));
    note("signatures TLS 1.2", signatures);
    let client = seen.fact("client_certificate");
    let asked = match (client["asked"].as_bool(), client["required"].as_bool()) {
        (Some(false), _) => Some("no"),
        (Some(true), Some(true)) => Some("required"),
        (Some(true), Some(false)) => Some("optional"),
        _ => None,
    };
    note("client certificate", asked.map(str::to_owned));
    facts
}
