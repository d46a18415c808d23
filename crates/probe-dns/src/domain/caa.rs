use std::collections::BTreeMap;

use hickory_proto::rr::{Name, RData, Record, RecordType};
use vigie_probe::NetError;

use super::facts::{CaaFacts, CaaRecordFacts};
use crate::inquiry::{Inquiry, plain, quote};

/// The CAA records that apply to a name.
pub(super) struct Caa {
    found_at: Option<Name>,
    pub(super) records: Vec<Record>,
}

/// An `issue` or `issuewild` value: who may issue, under which conditions (RFC 8659 section 4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaaIssuer {
    /// The authority; `None` when nobody may issue.
    pub authority: Option<String>,
    /// Conditions (`accounturi`, `validationmethods`), by name.
    pub parameters: BTreeMap<String, String>,
}

/// Climbs from a name to its parents until CAA records are found (RFC 8659 section 3). One level that does
/// not answer hides the rest: the whole is then unknown.
pub(super) async fn look(inquiry: &Inquiry, name: &Name) -> Result<Caa, NetError> {
    let mut at = name.clone();
    while !at.is_root() {
        let records = inquiry.answer(&at, RecordType::CAA).await?.records;
        if !records.is_empty() {
            return Ok(Caa { found_at: Some(at), records });
        }
        at = at.base_name();
    }
    Ok(Caa { found_at: None, records: Vec::new() })
}

impl Caa {
    pub(super) fn facts(&self) -> CaaFacts {
        let records: Vec<CaaRecordFacts> = self.records.iter().filter_map(record).collect();
        let values = |tag: &str| -> Vec<&str> {
            let with_tag = records.iter().filter(|record| record.tag == tag);
            with_tag.map(|record| record.value.as_str()).collect()
        };
        let authorities = |tag: &str| -> Vec<String> {
            values(tag).into_iter().filter_map(|value| parse_caa_issuer(value)?.authority).collect()
        };
        CaaFacts {
            found_at: self.found_at.as_ref().map(plain).unwrap_or_default(),
            issuers: authorities("issue"),
            wildcard_issuers: authorities("issuewild"),
            restricts: !values("issue").is_empty(),
            contacts: values("iodef").into_iter().map(str::to_owned).collect(),
            records,
        }
    }
}

fn record(record: &Record) -> Option<CaaRecordFacts> {
    match &record.data {
        RData::CAA(caa) => Some(CaaRecordFacts {
            // Tags match without regard to case (RFC 8659 section 4.1).
            tag: caa.tag.to_ascii_lowercase(),
            value: quote(&String::from_utf8_lossy(&caa.value)),
            critical: caa.issuer_critical,
        }),
        _ => None,
    }
}

/// Reads an `issue` or `issuewild` value. `None` is a value that breaks the grammar: it forbids issuance.
pub fn parse_caa_issuer(value: &str) -> Option<CaaIssuer> {
    let blank = [' ', '\t'];
    let (authority, parameters) = value.split_once(';').unwrap_or((value, ""));
    let authority = match authority.trim_matches(blank) {
        "" => None,
        name => Some(is_domain(name).then(|| name.to_ascii_lowercase())?),
    };
    let parameters = match parameters.trim_matches(blank) {
        "" => BTreeMap::new(),
        listed => {
            listed.split(';').map(|parameter| parse_parameter(parameter.trim_matches(blank))).collect::<Option<_>>()?
        }
    };
    Some(CaaIssuer { authority, parameters })
}

fn parse_parameter(text: &str) -> Option<(String, String)> {
    let (tag, value) = text.split_once('=')?;
    let (tag, value) = (tag.trim_end_matches([' ', '\t']), value.trim_start_matches([' ', '\t']));
    let is_value = value.bytes().all(|byte| byte.is_ascii_graphic());
    (is_label(tag) && is_value).then(|| (tag.to_owned(), value.to_owned()))
}

fn is_domain(name: &str) -> bool {
    name.split('.').all(is_label)
}

/// Letters, digits and inner hyphens.
fn is_label(label: &str) -> bool {
    let edges_fit = !label.starts_with('-') && !label.ends_with('-');
    !label.is_empty() && edges_fit && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn issuers_are_read_as_the_rfc_writes_them() {
        let read = |value| parse_caa_issuer(value).unwrap();
        assert_eq!(read("ca1.example.net").authority.as_deref(), Some("ca1.example.net"));
        assert_eq!(read(" CA1.example.net ; account=230123 ").parameters["account"], "230123");
        let two = read("ca.example; accounturi=https://ca.example/acct/1; validationmethods=dns-01");
        assert_eq!(two.parameters.len(), 2);
        assert_eq!((read(";").authority, read("").authority), (None, None));
    }

    #[test]
    fn what_breaks_the_grammar_authorises_nobody() {
        for value in ["%%%%%", "ca1.example.net; a", "-ca.example", "a..b", "ca example", "ca.example; =x"] {
            assert_eq!(parse_caa_issuer(value), None, "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_authorities_are_domain_names(value in "\\PC{0,60}") {
            if let Some(CaaIssuer { authority: Some(authority), .. }) = parse_caa_issuer(&value) {
                prop_assert!(is_domain(&authority));
            }
        }
    }
}
