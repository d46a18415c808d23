use vigie_model::Host;

use crate::certificate::ReadableFacts;

/// Whether a certificate names a host (RFC 9525 section 6): an exact host name, a wildcard for the whole first label,
/// or the address itself. Comparison ignores the case of ASCII letters; the common name does not count.
pub fn names_match(host: &Host, certificate: &ReadableFacts) -> bool {
    match host {
        Host::Address(address) => certificate.ip_addresses.iter().any(|listed| *listed == address.to_string()),
        Host::Name(name) => certificate.dns_names.iter().any(|listed| dns_name_matches(name.as_str(), listed)),
    }
}

fn dns_name_matches(name: &str, listed: &str) -> bool {
    let Some(parent) = listed.strip_prefix("*.") else { return listed.eq_ignore_ascii_case(name) };
    // A wildcard over a whole top-level domain is nobody's to ask for.
    parent.contains('.') && name.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_one_label() {
        for (name, listed) in [
            ("www.ch-demo.example", "www.ch-demo.example"),
            ("www.ch-demo.example", "WWW.CH-Demo.Example"),
            ("www.ch-demo.example", "*.ch-demo.example"),
        ] {
            assert!(dns_name_matches(name, listed), "{name} {listed}");
        }
        for (name, listed) in [
            ("ch-demo.example", "*.ch-demo.example"),
            ("a.b.ch-demo.example", "*.ch-demo.example"),
            ("www.ch-demo.example", "w*.ch-demo.example"),
            ("www.ch-demo.example", "www.*.example"),
            ("ch-demo.example", "*.example"),
            ("www.ch-demo.example", "www.ch-demo.example\0.evil.example"),
            ("www.ch-demo.example", ""),
            ("www.ch-demo.example", "*"),
        ] {
            assert!(!dns_name_matches(name, listed), "{name} {listed}");
        }
    }
}
