//! DKIM key records (RFC 6376 section 3.6.1, RFC 8463). Selectors cannot be listed from outside: only those
//! that the facility declared are looked at, and a missing one means nothing about the others.

use data_encoding::BASE64;
use hickory_proto::rr::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use vigie_probe::NetError;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::{PublicKey, RSAPublicKey};
use x509_parser::x509::SubjectPublicKeyInfo;

use super::facts::DkimFacts;
use crate::inquiry::{Inquiry, below};

/// Kind of a DKIM key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyType {
    /// RSA.
    Rsa,
    /// Ed25519.
    Ed25519,
    /// Another kind, which receivers do not know.
    Other,
    /// No usable record.
    None,
}

/// A key record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimKey {
    /// Kind of key (`k`, RSA when left out).
    pub kind: KeyType,
    /// Size in bits; 0 when the key was withdrawn or is of another kind.
    pub bits: u32,
    /// Whether the key was withdrawn: `p=` is empty.
    pub revoked: bool,
    /// Whether signatures are a test (`t=y`).
    pub testing: bool,
}

/// Why a text is not a usable key record.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DkimProblem {
    /// A version other than `DKIM1`, or not in first place.
    #[error("version is not DKIM1, or does not come first")]
    Version,
    /// No `p` tag.
    #[error("no p tag")]
    NoKey,
    /// The key is not base64, or not a key of its kind.
    #[error("the key cannot be read")]
    Key,
}

/// Reads a key record.
pub fn parse_dkim_key(text: &str) -> Result<DkimKey, DkimProblem> {
    let tags: Vec<(&str, &str)> =
        text.split(';').filter_map(|tag| tag.split_once('=')).map(|(tag, value)| (tag.trim(), value.trim())).collect();
    let value = |wanted: &str| tags.iter().find(|(tag, _)| *tag == wanted).map(|(_, value)| *value);
    if value("v").is_some_and(|version| version != "DKIM1" || tags.first().is_none_or(|(tag, _)| *tag != "v")) {
        return Err(DkimProblem::Version);
    }
    let kind = match value("k") {
        None | Some("rsa") => KeyType::Rsa,
        Some("ed25519") => KeyType::Ed25519,
        Some(_) => KeyType::Other,
    };
    let testing = value("t").is_some_and(|flags| flags.split(':').any(|flag| flag.trim() == "y"));
    let key: String = value("p").ok_or(DkimProblem::NoKey)?.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let revoked = key.is_empty();
    let bits = match kind {
        _ if revoked => 0,
        KeyType::Other | KeyType::None => 0,
        KeyType::Rsa => rsa_bits(&decoded(&key)?).ok_or(DkimProblem::Key)?,
        KeyType::Ed25519 if decoded(&key)?.len() == 32 => 256,
        KeyType::Ed25519 => return Err(DkimProblem::Key),
    };
    Ok(DkimKey { kind, bits, revoked, testing })
}

fn decoded(key: &str) -> Result<Vec<u8>, DkimProblem> {
    BASE64.decode(key.as_bytes()).map_err(|_| DkimProblem::Key)
}

/// The size of an RSA modulus, from either form found in the field: with or without its algorithm around it.
fn rsa_bits(der: &[u8]) -> Option<u32> {
    if let Ok((_, info)) = SubjectPublicKeyInfo::from_der(der) {
        return match info.parsed().ok()? {
            PublicKey::RSA(key) => modulus_bits(key.modulus),
            _ => None,
        };
    }
    let (_, key) = RSAPublicKey::from_der(der).ok()?;
    modulus_bits(key.modulus)
}

fn modulus_bits(modulus: &[u8]) -> Option<u32> {
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let first = modulus.get(zeros)?;
    let bytes = u32::try_from(modulus.len().checked_sub(zeros)?).ok()?;
    bytes.checked_mul(8)?.checked_sub(first.leading_zeros())
}

/// What a declared selector publishes. A record that cannot be read is present, and its key unknown to receivers.
pub(super) async fn look(inquiry: &Inquiry, selector: &str, domain: &Name) -> Result<DkimFacts, NetError> {
    let name = below("_domainkey", domain)?;
    let name = below(selector, &name)?;
    let texts = inquiry.texts(&name).await?;
    let key = texts.iter().find_map(|text| parse_dkim_key(text).ok());
    Ok(DkimFacts {
        selector: selector.to_owned(),
        present: Some(!texts.is_empty()),
        key_type: Some(key.as_ref().map_or(KeyType::None, |key| key.kind)),
        key_bits: Some(key.as_ref().map_or(0, |key| key.bits)),
        revoked: Some(key.as_ref().is_some_and(|key| key.revoked)),
        testing: Some(key.is_some_and(|key| key.testing)),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The example of RFC 6376 appendix C: 1024 bits.
    const RFC_KEY: &str = "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt\
        IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";

    #[test]
    fn keys_are_measured() {
        let key = parse_dkim_key(RFC_KEY).unwrap();
        assert_eq!((key.kind, key.bits, key.revoked), (KeyType::Rsa, 1024, false));
        // RFC 8463 appendix A.2.
        let key = parse_dkim_key("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=").unwrap();
        assert_eq!((key.kind, key.bits), (KeyType::Ed25519, 256));
        let gone = parse_dkim_key("v=DKIM1; t=s:y; p=").unwrap();
        assert!(gone.revoked && gone.testing);
    }

    #[test]
    fn what_is_no_key_is_told() {
        assert_eq!(parse_dkim_key("v=spf1 -all"), Err(DkimProblem::Version));
        assert_eq!(parse_dkim_key("p=AAAA; v=DKIM1"), Err(DkimProblem::Version));
        assert_eq!(parse_dkim_key("v=DKIM1; k=rsa"), Err(DkimProblem::NoKey));
        assert_eq!(parse_dkim_key("v=DKIM1; p=AAAA"), Err(DkimProblem::Key));
        assert_eq!(parse_dkim_key("v=DKIM1; p=é"), Err(DkimProblem::Key));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(v=DKIM1; (k=ed25519; )?p=)?\\PC{0,80}") {
            let _ = parse_dkim_key(&text);
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse_dkim_key(&format!("p={}", BASE64.encode(&bytes)));
        }
    }
}
