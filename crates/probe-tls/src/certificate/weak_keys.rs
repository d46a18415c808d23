//! Keys that a faulty generator made and that anybody can make again (Debian 2006 to 2008, CVE-2008-0166), by lists in
//! the form of Debian's `openssl-blacklist`.

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use data_encoding::{HEXLOWER_PERMISSIVE, HEXUPPER};
use x509_parser::asn1_rs::FromDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::public_key::PublicKey;

use super::read::Certificate;

/// How a list tells a key: the second half of the SHA-1 of what OpenSSL says of its modulus.
type Fingerprint = [u8; 10];

/// A list of keys.
#[derive(Debug, Clone, Default)]
pub struct WeakKeys(BTreeSet<Fingerprint>);

/// Reads one line of a list, of 20 hexadecimal digits.
pub fn read_weak_key(line: &str) -> Option<[u8; 10]> {
    HEXLOWER_PERMISSIVE.decode(line.trim().as_bytes()).ok()?.try_into().ok()
}

impl FromIterator<Fingerprint> for WeakKeys {
    fn from_iter<T: IntoIterator<Item = Fingerprint>>(fingerprints: T) -> Self {
        Self(fingerprints.into_iter().collect())
    }
}

impl WeakKeys {
    /// Whether the key of a certificate is in the list; only RSA keys are. `None` when it cannot be read.
    pub(crate) fn list(&self, certificate: &Certificate) -> Option<bool> {
        let (_, certificate) = X509Certificate::from_der(&certificate.der).ok()?;
        Some(match certificate.public_key().parsed() {
            Ok(PublicKey::RSA(key)) => self.0.contains(&fingerprint(key.modulus)?),
            _ => false,
        })
    }
}

fn fingerprint(modulus: &[u8]) -> Option<Fingerprint> {
    let start = modulus.iter().position(|byte| *byte != 0)?;
    let said = format!("Modulus={}\n", HEXUPPER.encode(modulus.get(start..)?));
    digest(&SHA1_FOR_LEGACY_USE_ONLY, said.as_bytes()).as_ref().last_chunk().copied()
}
