//! Questions to revocation services (OCSP, RFC 6960 section 4.1), about one certificate and without a nonce, so that
//! services may answer with what they signed before.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use x509_parser::asn1_rs::FromDer;
use x509_parser::certificate::X509Certificate;

use super::der::wrapped;
use super::read::Certificate;

const SEQUENCE: u8 = 0x30;
const OCTETS: u8 = 0x04;
const INTEGER: u8 = 0x02;
/// SEQUENCE of the name of SHA-1 and NULL: the one hash that every service knows. It only tells issuers apart.
const SHA1: &[u8] = &[0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00];

/// The question whether an issuer revoked a certificate. `None` when one of them cannot be read.
pub(crate) fn ocsp_request(certificate: &Certificate, issuer: &Certificate) -> Option<Vec<u8>> {
    let (_, issuer) = X509Certificate::from_der(&issuer.der).ok()?;
    let of_name = digest(&SHA1_FOR_LEGACY_USE_ONLY, issuer.subject().as_raw());
    let of_key = digest(&SHA1_FOR_LEGACY_USE_ONLY, &issuer.public_key().subject_public_key.data);
    let id = [
        SHA1.to_vec(),
        wrapped(OCTETS, of_name.as_ref())?,
        wrapped(OCTETS, of_key.as_ref())?,
        wrapped(INTEGER, &certificate.serial()?)?,
    ];
    // The identifier, in a request, in the list of requests, in what could be signed, in the whole.
    (0..5).try_fold(id.concat(), |inner, _| wrapped(SEQUENCE, &inner))
}
