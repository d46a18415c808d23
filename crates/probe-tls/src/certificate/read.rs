use std::net::IpAddr;

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use sha2::{Digest, Sha256};
use vigie_model::hexadecimal;
use x509_parser::asn1_rs::Oid;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{
    AuthorityKeyIdentifier, DistributionPointName, ExtendedKeyUsage, GeneralName, KeyUsage, ParsedExtension,
};
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use crate::certificate::key::Key;
use crate::certificate::signature::is_signed;
use crate::certificate::{CertificateFacts, ReadableFacts};

/// A certificate as it came, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    /// Its bytes.
    pub der: CertificateDer<'static>,
    /// What it says.
    pub facts: CertificateFacts,
    /// Subject and issuer in DER, to follow a chain; `None` when it could not be read.
    pub names: Option<Names>,
}

/// Subject and issuer of a certificate, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// DER of the subject.
    pub subject: Vec<u8>,
    /// DER of the issuer.
    pub issuer: Vec<u8>,
}

impl Certificate {
    /// The bytes of its serial number; `None` when it could not be read.
    pub(super) fn serial(&self) -> Option<Vec<u8>> {
        let (_, certificate) = X509Certificate::from_der(&self.der).ok()?;
        Some(certificate.raw_serial().to_vec())
    }

    /// Whether another one's key signed it; `None` when the signature is of a kind that we do not verify.
    pub(crate) fn is_signed_by(&self, issuer: &Self) -> Option<bool> {
        let (_, certificate) = X509Certificate::from_der(&self.der).ok()?;
        let algorithm = certificate.signature_algorithm.algorithm.to_id_string();
        let signed = certificate.tbs_certificate.as_ref();
        is_signed(&issuer.der, &algorithm, signed, &certificate.signature_value.data)
    }

    /// Whether another one may have issued it, by the names.
    pub(crate) fn names_as_issuer(&self, other: &Self) -> bool {
        self.names.as_ref().zip(other.names.as_ref()).is_some_and(|(own, other)| own.issuer == other.subject)
    }
}

/// Reads a certificate. One that cannot be read keeps its fingerprint: an answer nevertheless.
pub fn read_certificate(der: &[u8]) -> Certificate {
    // Bytes after the certificate are refused: other readers would not see them, or would.
    let parsed = X509Certificate::from_der(der).ok().filter(|(rest, _)| rest.is_empty()).map(|(_, parsed)| parsed);
    let content = parsed.as_ref().and_then(content);
    let names = parsed
        .filter(|_| content.is_some())
        .map(|parsed| Names { subject: parsed.subject().as_raw().to_vec(), issuer: parsed.issuer().as_raw().to_vec() });
    let facts = CertificateFacts { sha256: hexadecimal(&Sha256::digest(der)), readable: content.is_some(), content };
    Certificate { der: CertificateDer::from(der.to_vec()), facts, names }
}

fn content(certificate: &X509Certificate<'_>) -> Option<ReadableFacts> {
    let (not_before, not_after) = (certificate.validity().not_before, certificate.validity().not_after);
    let key = Key::of(certificate.public_key());
    let (signature_algorithm, signature_hash) = signature(certificate);
    let (dns_names, ip_addresses) = alternative_names(certificate);
    let (usage, sources) = (Usage::of(certificate), RevocationSources::of(certificate));
    let identifiers = KeyIdentifiers::of(certificate);
    Some(ReadableFacts {
        version: certificate.version().0.saturating_add(1),
        serial: hexadecimal(certificate.raw_serial()),
        subject: distinguished_name(certificate.subject()),
        common_names: certificate.subject().iter_common_name().map(attribute_text).collect(),
        dns_names,
        ip_addresses,
        issuer: distinguished_name(certificate.issuer()),
        not_before: instant(not_before)?,
        not_after: instant(not_after)?,
        days_total: days_between(not_before, not_after),
        key_algorithm: key.algorithm,
        key_bits: key.bits,
        key_sha256: key.sha256,
        key_is_factorable: key.factorable,
        curve: key.curve,
        rsa_exponent: key.rsa_exponent,
        subject_key_id: identifiers.subject,
        authority_key_id: identifiers.authority,
        policies: policies(certificate),
        key_usage: usage.key,
        key_usage_critical: usage.critical,
        extended_key_usage: usage.extended,
        crl_urls: sources.crl,
        ocsp_urls: sources.ocsp,
        must_staple: must_staple(certificate),
        signature_algorithm,
        signature_hash,
        is_ca: certificate.is_ca(),
        self_signed: certificate.subject().as_raw() == certificate.issuer().as_raw(),
        has_scts: certificate
            .extensions()
            .iter()
            .any(|extension| matches!(extension.parsed_extension(), ParsedExtension::SCT(scts) if !scts.is_empty())),
    })
}

/// Instants that jiff does not count (the common "no expiry" of 9999-12-31) stand at its ends.
pub(super) fn instant(time: ASN1Time) -> Option<Timestamp> {
    let seconds = time.timestamp();
    Timestamp::from_second(seconds.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second())).ok()
}

fn days_between(from: ASN1Time, to: ASN1Time) -> i64 {
    const DAY_S: i64 = 86_400;
    let seconds = to.timestamp().saturating_sub(from.timestamp());
    seconds.div_euclid(DAY_S).saturating_add(i64::from(seconds.rem_euclid(DAY_S) > 0))
}

/// Name and hash of the signature algorithm; the hash is unknown for algorithms that we do not know.
fn signature(certificate: &X509Certificate<'_>) -> (String, Option<String>) {
    let algorithm = &certificate.signature_algorithm;
    let oid = algorithm.algorithm.to_id_string();
    let (name, hash) = match oid.as_str() {
        "1.2.840.113549.1.1.2" => ("RSA-MD2", "MD2"),
        "1.2.840.113549.1.1.4" => ("RSA-MD5", "MD5"),
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => ("RSA-SHA1", "SHA-1"),
        "1.2.840.113549.1.1.11" => ("RSA-SHA256", "SHA-256"),
        "1.2.840.113549.1.1.12" => ("RSA-SHA384", "SHA-384"),
        "1.2.840.113549.1.1.13" => ("RSA-SHA512", "SHA-512"),
        "1.2.840.113549.1.1.14" => ("RSA-SHA224", "SHA-224"),
        "1.2.840.10045.4.1" => ("ECDSA-SHA1", "SHA-1"),
        "1.2.840.10045.4.3.1" => ("ECDSA-SHA224", "SHA-224"),
        "1.2.840.10045.4.3.2" => ("ECDSA-SHA256", "SHA-256"),
        "1.2.840.10045.4.3.3" => ("ECDSA-SHA384", "SHA-384"),
        "1.2.840.10045.4.3.4" => ("ECDSA-SHA512", "SHA-512"),
        "1.2.840.10040.4.3" => ("DSA-SHA1", "SHA-1"),
        "2.16.840.1.101.3.4.3.2" => ("DSA-SHA256", "SHA-256"),
        "1.3.101.112" => ("Ed25519", "none"),
        "1.3.101.113" => ("Ed448", "none"),
        "1.2.840.113549.1.1.10" => return ("RSA-PSS".to_owned(), pss_hash(certificate)),
        _ => return (oid, None),
    };
    (name.to_owned(), Some(hash.to_owned()))
}

/// The hash in the parameters of RSASSA-PSS; SHA-1 when they do not say (RFC 4055 section 3.1).
fn pss_hash(certificate: &X509Certificate<'_>) -> Option<String> {
    use x509_parser::signature_algorithm::SignatureAlgorithm;
    let Ok(SignatureAlgorithm::RSASSA_PSS(parameters)) = SignatureAlgorithm::try_from(&certificate.signature_algorithm)
    else {
        return None;
    };
    let hash = match parameters.hash_algorithm_oid().to_id_string().as_str() {
        "1.3.14.3.2.26" => "SHA-1",
        "2.16.840.1.101.3.4.2.1" => "SHA-256",
        "2.16.840.1.101.3.4.2.2" => "SHA-384",
        "2.16.840.1.101.3.4.2.3" => "SHA-512",
        "2.16.840.1.101.3.4.2.4" => "SHA-224",
        _ => return None,
    };
    Some(hash.to_owned())
}

/// What a certificate says that it may be used for.
#[derive(Default)]
struct Usage {
    key: Vec<String>,
    critical: bool,
    extended: Vec<String>,
}

impl Usage {
    fn of(certificate: &X509Certificate<'_>) -> Self {
        let mut usage = Self::default();
        for extension in certificate.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::KeyUsage(key) => {
                    usage.critical = extension.critical;
                    usage.key = key_usages(*key);
                }
                ParsedExtension::ExtendedKeyUsage(extended) => usage.extended = extended_usages(extended),
                _ => {}
            }
        }
        usage
    }
}

/// The names of RFC 5280 section 4.2.1.3.
fn key_usages(usage: KeyUsage) -> Vec<String> {
    let all = [
        (usage.digital_signature(), "digitalSignature"),
        (usage.non_repudiation(), "nonRepudiation"),
        (usage.key_encipherment(), "keyEncipherment"),
        (usage.data_encipherment(), "dataEncipherment"),
        (usage.key_agreement(), "keyAgreement"),
        (usage.key_cert_sign(), "keyCertSign"),
        (usage.crl_sign(), "cRLSign"),
        (usage.encipher_only(), "encipherOnly"),
        (usage.decipher_only(), "decipherOnly"),
    ];
    all.into_iter().filter(|(set, _)| *set).map(|(_, name)| name.to_owned()).collect()
}

/// The names of RFC 5280 section 4.2.1.12, then the identifiers of others.
fn extended_usages(usage: &ExtendedKeyUsage<'_>) -> Vec<String> {
    let all = [
        (usage.any, "anyExtendedKeyUsage"),
        (usage.server_auth, "serverAuth"),
        (usage.client_auth, "clientAuth"),
        (usage.code_signing, "codeSigning"),
        (usage.email_protection, "emailProtection"),
        (usage.time_stamping, "timeStamping"),
        (usage.ocsp_signing, "OCSPSigning"),
    ];
    let named = all.into_iter().filter(|(set, _)| *set).map(|(_, name)| name.to_owned());
    named.chain(usage.other.iter().map(Oid::to_id_string)).collect()
}

/// Which key a certificate is about, and which one signed it.
#[derive(Default)]
struct KeyIdentifiers {
    subject: String,
    authority: String,
}

impl KeyIdentifiers {
    fn of(certificate: &X509Certificate<'_>) -> Self {
        let mut identifiers = Self::default();
        for extension in certificate.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::SubjectKeyIdentifier(id) => identifiers.subject = hexadecimal(id.0),
                ParsedExtension::AuthorityKeyIdentifier(AuthorityKeyIdentifier {
                    key_identifier: Some(id), ..
                }) => {
                    identifiers.authority = hexadecimal(id.0);
                }
                _ => {}
            }
        }
        identifiers
    }
}

/// The policies under which a certificate was issued, by their identifiers.
fn policies(certificate: &X509Certificate<'_>) -> Vec<String> {
    let all = certificate.extensions().iter().filter_map(|extension| match extension.parsed_extension() {
        ParsedExtension::CertificatePolicies(policies) => Some(policies),
        _ => None,
    });
    all.flat_map(|policies| policies.iter()).map(|policy| policy.policy_id.to_id_string()).collect()
}

/// Where an issuer tells what it revoked.
#[derive(Default)]
struct RevocationSources {
    crl: Vec<String>,
    ocsp: Vec<String>,
}

impl RevocationSources {
    fn of(certificate: &X509Certificate<'_>) -> Self {
        const OCSP: &str = "1.3.6.1.5.5.7.48.1";
        let mut sources = Self::default();
        for extension in certificate.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::CRLDistributionPoints(points) => {
                    let named = points.iter().filter_map(|point| match &point.distribution_point {
                        Some(DistributionPointName::FullName(names)) => Some(names),
                        _ => None,
                    });
                    sources.crl.extend(named.flatten().filter_map(url));
                }
                ParsedExtension::AuthorityInfoAccess(access) => {
                    let ocsp = access.iter().filter(|entry| entry.access_method.to_id_string() == OCSP);
                    sources.ocsp.extend(ocsp.filter_map(|entry| url(&entry.access_location)));
                }
                _ => {}
            }
        }
        sources
    }
}

fn url(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::URI(url) => Some((*url).to_owned()),
        _ => None,
    }
}

/// Whether the `status_request` feature is asked for (RFC 7633 section 4).
fn must_staple(certificate: &X509Certificate<'_>) -> bool {
    const TLS_FEATURE: &str = "1.3.6.1.5.5.7.1.24";
    /// SEQUENCE of INTEGER 5.
    const STATUS_REQUEST: [u8; 3] = [2, 1, 5];
    certificate.extensions().iter().any(|extension| {
        extension.oid.to_id_string() == TLS_FEATURE && extension.value.windows(3).any(|part| part == STATUS_REQUEST)
    })
}

/// Host names and addresses of the subject alternative names, in the order they come.
fn alternative_names(certificate: &X509Certificate<'_>) -> (Vec<String>, Vec<String>) {
    let (mut names, mut addresses) = (Vec::new(), Vec::new());
    for extension in certificate.extensions() {
        let ParsedExtension::SubjectAlternativeName(alternatives) = extension.parsed_extension() else { continue };
        for alternative in &alternatives.general_names {
            match alternative {
                GeneralName::DNSName(name) => names.push((*name).to_owned()),
                GeneralName::IPAddress(bytes) => addresses.extend(address(bytes).map(|address| address.to_string())),
                _ => {}
            }
        }
    }
    (names, addresses)
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

/// A name for readers, most precise part first (RFC 4514 without its escapes).
pub(crate) fn distinguished_name(name: &X509Name<'_>) -> String {
    let mut parts: Vec<String> =
        name.iter_attributes().map(|part| format!("{}={}", attribute_name(part), attribute_text(part))).collect();
    parts.reverse();
    parts.join(", ")
}

fn attribute_name(attribute: &AttributeTypeAndValue<'_>) -> String {
    let oid = attribute.attr_type().to_id_string();
    let known = match oid.as_str() {
        "2.5.4.3" => "CN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.97" => "organizationIdentifier",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        _ => return oid,
    };
    known.to_owned()
}

/// The text of an attribute whatever its string type: `BMPString` is UTF-16, `T61String` is taken for Latin-1.
fn attribute_text(attribute: &AttributeTypeAndValue<'_>) -> String {
    const BMP_STRING: u32 = 30;
    const T61_STRING: u32 = 20;
    let bytes = attribute.as_slice();
    match attribute.attr_value().tag().0 {
        BMP_STRING => {
            let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(u16::from_be_bytes);
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        T61_STRING if std::str::from_utf8(bytes).is_err() => bytes.iter().copied().map(char::from).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, DistinguishedName, DnType, DnValue, KeyPair, date_time_ymd};

    use super::*;
    use crate::certificate::KeyAlgorithm;

    fn issue(change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
        let mut params =
            CertificateParams::new(vec!["www.ch-demo.example".to_owned(), "192.0.2.1".to_owned()]).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "CH de Démonstration");
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2026, 4, 1);
        change(&mut params);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn a_certificate_is_taken_apart() {
        let content = read_certificate(&issue(|_| {})).facts.content.unwrap();
        assert_eq!(content.common_names, ["CH de Démonstration"]);
        assert_eq!(
            (content.dns_names[0].as_str(), content.ip_addresses[0].as_str()),
            ("www.ch-demo.example", "192.0.2.1")
        );
        assert_eq!((content.not_after.to_string().as_str(), content.days_total), ("2026-04-01T00:00:00Z", 90));
        assert_eq!(
            (content.key_algorithm, content.key_bits, content.curve.as_str()),
            (KeyAlgorithm::Ec, Some(256), "secp256r1")
        );
        assert_eq!(
            (content.signature_algorithm.as_str(), content.signature_hash.as_deref()),
            ("ECDSA-SHA256", Some("SHA-256"))
        );
        assert_eq!((content.key_sha256.len(), content.key_is_factorable), (64, false));
        assert!(content.self_signed && !content.is_ca && !content.has_scts);
        assert_eq!(content.version, 3);
    }

    #[test]
    fn odd_strings_and_endless_dates_are_read() {
        let bmp = DnValue::BmpString("Hôpital".try_into().unwrap());
        let der = issue(|params| {
            params.distinguished_name = DistinguishedName::new();
            params.distinguished_name.push(DnType::CommonName, bmp);
            params.not_after = date_time_ymd(9999, 12, 31);
        });
        let content = read_certificate(&der).facts.content.unwrap();
        assert_eq!(content.common_names, ["Hôpital"]);
        assert_eq!(content.not_after.as_second(), Timestamp::MAX.as_second());
    }

    #[test]
    fn an_impossible_date_leaves_the_fingerprint() {
        let der = issue(|_| {});
        let at = der.windows(13).position(|bytes| bytes == b"260401000000Z").unwrap();
        let mut broken = der.clone();
        broken[at + 2..at + 4].copy_from_slice(b"13");
        let read = read_certificate(&broken);
        assert!(!read.facts.readable && read.facts.content.is_none() && read.names.is_none());
        assert_eq!(read.facts.sha256.len(), 64);
        let trailing = [der.as_slice(), &[0]].concat();
        assert!(!read_certificate(&trailing).facts.readable);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let read = read_certificate(&bytes);
            prop_assert_eq!(read.der.as_ref(), bytes.as_slice());
        }

        #[test]
        fn no_damage_panics(at in 0usize..400, value: u8) {
            let mut der = issue(|_| {});
            if let Some(byte) = der.get_mut(at) {
                *byte = value;
            }
            prop_assert_eq!(read_certificate(&der).facts.sha256.len(), 64);
        }
    }
}
