//! Signatures of authorities over what they publish.

use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm};
use webpki::{EndEntityCert, Error as PathError, aws_lc_rs as algorithms};

/// Whether a signature holds; `None` for an algorithm that we do not verify.
pub(super) fn is_signed(by: &CertificateDer<'_>, algorithm: &str, data: &[u8], signature: &[u8]) -> Option<bool> {
    let signer = EndEntityCert::try_from(by).ok()?;
    let candidates: &[&dyn SignatureVerificationAlgorithm] = match algorithm {
        "1.2.840.113549.1.1.11" => &[algorithms::RSA_PKCS1_2048_8192_SHA256],
        "1.2.840.113549.1.1.12" => &[algorithms::RSA_PKCS1_2048_8192_SHA384],
        "1.2.840.113549.1.1.13" => &[algorithms::RSA_PKCS1_2048_8192_SHA512],
        "1.2.840.10045.4.3.2" => &[algorithms::ECDSA_P256_SHA256, algorithms::ECDSA_P384_SHA256],
        "1.2.840.10045.4.3.3" => &[algorithms::ECDSA_P256_SHA384, algorithms::ECDSA_P384_SHA384],
        "1.3.101.112" => &[algorithms::ED25519],
        _ => return None,
    };
    let mut results = candidates.iter().map(|candidate| signer.verify_signature(*candidate, data, signature));
    // A signer whose key is of another kind did not sign this.
    Some(results.any(|result: Result<(), PathError>| result.is_ok()))
}
