//! Answers of revocation services (OCSP, RFC 6960), as servers staple them to their certificates.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use x509_parser::asn1_rs::{BitString, FromDer, Tag};
use x509_parser::certificate::X509Certificate;
use x509_parser::time::ASN1Time;

use super::der::{Elements, element, is_context, oid, whole_first};
use super::period::is_current;
use super::read::{Certificate, instant, read_certificate};
use super::signature::is_signed;

/// What a revocation service says of one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OcspResponse {
    /// `good`, `revoked` or `unknown` (RFC 6960 section 2.2).
    pub status: &'static str,
    /// Serial number of the certificate that it is about.
    pub serial: Vec<u8>,
    /// When this was known to be right.
    pub this_update: Timestamp,
    /// By when there will be newer word.
    pub next_update: Option<Timestamp>,
    /// The list of timestamps of Certificate Transparency in it (RFC 6962 section 3.3).
    pub timestamps: Option<Vec<u8>>,
    signed: Vec<u8>,
    algorithm: String,
    signature: Vec<u8>,
    certificates: Vec<Vec<u8>>,
}

const BASIC: &str = "1.3.6.1.5.5.7.48.1.1";
const TIMESTAMPS: &str = "1.3.6.1.4.1.11129.2.4.5";
const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";
/// Certificates in an answer that are looked at: a service has one, and perhaps its issuer's.
const MAX_CERTIFICATES: usize = 4;

/// Reads an answer about one certificate. `None` when the service could not answer, or in bytes that are no answer.
pub fn decode_ocsp_response(der: &[u8]) -> Option<OcspResponse> {
    const SUCCESSFUL: &[u8] = &[0];
    let (rest, response) = element(der)?;
    let mut response = Elements(response.data);
    if !rest.is_empty() || response.next()?.data != SUCCESSFUL {
        return None;
    }
    let mut bytes = Elements(Elements(response.next()?.data).next()?.data);
    if oid(&bytes.next()?)? != BASIC {
        return None;
    }
    let (_, basic) = element(bytes.next()?.data)?;
    let signed = whole_first(basic.data)?.to_vec();
    let mut basic = Elements(basic.data);
    let data = basic.next()?;
    let algorithm = oid(&Elements(basic.next()?.data).next()?)?;
    let signature = BitString::try_from(basic.next()?).ok()?.data.to_vec();
    let certificates = basic.next().and_then(|list| Elements(list.data).next()).map_or_else(Vec::new, |list| {
        Elements(list.data).wholes().take(MAX_CERTIFICATES).map(<[u8]>::to_vec).collect()
    });
    let single = single_response(data.data)?;
    let mut fields = Elements(single);
    let serial = Elements(fields.next()?.data).nth(3)?.data.to_vec();
    let status = match fields.next()?.header.tag().0 {
        0 => "good",
        1 => "revoked",
        _ => "unknown",
    };
    let this_update = time(whole_first(fields.0)?)?;
    fields.next()?;
    let (mut next_update, mut timestamps) = (None, None);
    for field in fields {
        match field.header.tag().0 {
            0 => next_update = Some(time(field.data)?),
            1 => timestamps = timestamps_in(field.data),
            _ => {}
        }
    }
    Some(OcspResponse {
        status,
        serial,
        this_update,
        next_update,
        timestamps,
        signed,
        algorithm,
        signature,
        certificates,
    })
}

/// The one answer in the signed data, after the version, the service's name and the date.
fn single_response(data: &[u8]) -> Option<&[u8]> {
    let mut fields = Elements(data)
        .filter(|field| !is_context(&field.header))
        .skip_while(|field| field.tag() != Tag::GeneralizedTime);
    fields.next()?;
    let responses = fields.next()?;
    let first = Elements(responses.data).next()?;
    Some(first.data)
}

/// The list of timestamps among the extensions of an answer, out of the octet strings that wrap it.
fn timestamps_in(extensions: &[u8]) -> Option<Vec<u8>> {
    let list = Elements(Elements(extensions).next()?.data);
    let mut wanted = list.filter_map(|extension| {
        let mut parts = Elements(extension.data);
        (oid(&parts.next()?)? == TIMESTAMPS).then(|| parts.last())?
    });
    let (_, inner) = element(wanted.next()?.data)?;
    Some(inner.data.to_vec())
}

fn time(whole: &[u8]) -> Option<Timestamp> {
    instant(ASN1Time::from_der(whole).ok()?.1)
}

impl OcspResponse {
    /// Whether it speaks of a certificate in the name of its issuer. `None` when its signature is of a kind that we do
    /// not verify.
    pub(crate) fn vouches_for(&self, certificate: &Certificate, issuer: &Certificate) -> Option<bool> {
        if certificate.serial()? != self.serial {
            return Some(false);
        }
        if self.is_signed_by(&issuer.der)? {
            return Some(true);
        }
        let mut by_others = None;
        for delegate in &self.certificates {
            by_others =
                Some(is_entrusted(delegate, issuer)? && self.is_signed_by(&CertificateDer::from(delegate.as_slice()))?);
            if by_others == Some(true) {
                break;
            }
        }
        Some(by_others.unwrap_or(false))
    }

    fn is_signed_by(&self, signer: &CertificateDer<'_>) -> Option<bool> {
        is_signed(signer, &self.algorithm, &self.signed, &self.signature)
    }

    /// Whether it holds at an instant.
    pub(crate) fn is_current(&self, at: Timestamp) -> bool {
        is_current(self.this_update, self.next_update, at)
    }
}

/// Whether an issuer signed a certificate, and lets it speak of revocations (RFC 6960 section 4.2.2.2).
fn is_entrusted(delegate: &[u8], issuer: &Certificate) -> Option<bool> {
    let (_, certificate) = X509Certificate::from_der(delegate).ok()?;
    let usage = certificate.extended_key_usage().ok().flatten();
    let speaks = usage.is_some_and(|usage| {
        usage.value.ocsp_signing || usage.value.other.iter().any(|other| other.to_id_string() == OCSP_SIGNING)
    });
    Some(speaks && read_certificate(delegate).is_signed_by(issuer)?)
}
