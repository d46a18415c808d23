//! From a secret to keys in TLS 1.3 (RFC 8446 section 7.1).

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::{digest, hkdf, hmac};
use tls_parser::{TlsCipherSuite, TlsPRF};

use crate::wire::write::put_block8;

/// The hash of a suite, and what is built on it.
#[derive(Clone, Copy)]
pub(super) struct Hash {
    digest: &'static digest::Algorithm,
    hkdf: hkdf::Algorithm,
    hmac: hmac::Algorithm,
}

/// A secret of TLS 1.3.
#[derive(Clone)]
pub(super) struct Secret {
    hash: Hash,
    bytes: Vec<u8>,
}

/// A length of key material that the library is asked for.
struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

const SHA256: Hash = Hash { digest: &digest::SHA256, hkdf: hkdf::HKDF_SHA256, hmac: hmac::HMAC_SHA256 };
const SHA384: Hash = Hash { digest: &digest::SHA384, hkdf: hkdf::HKDF_SHA384, hmac: hmac::HMAC_SHA384 };

impl Hash {
    /// The hash of a suite's key derivation.
    pub(super) fn of(suite: u16) -> Self {
        match TlsCipherSuite::from_id(suite).map(|suite| suite.prf) {
            Some(TlsPRF::Sha384) => SHA384,
            _ => SHA256,
        }
    }

    pub(super) fn of_bytes(self, bytes: &[u8]) -> Vec<u8> {
        digest::digest(self.digest, bytes).as_ref().to_vec()
    }

    fn zeros(self) -> Vec<u8> {
        vec![0; self.digest.output_len()]
    }
}

impl Secret {
    /// The first secret of a session, from a key that was shared before, if any.
    pub(super) fn early(hash: Hash, shared_key: Option<&[u8]>) -> Self {
        let zeros = hash.zeros();
        Self::extract(hash, &zeros, shared_key.unwrap_or(&zeros))
    }

    /// The next secret of the schedule: from this one and what was agreed; nothing agreed at the last step.
    pub(super) fn next(&self, agreed: Option<&[u8]>) -> Result<Self, Unspecified> {
        let derived = self.derive("derived", &[])?;
        let zeros = self.hash.zeros();
        Ok(Self::extract(self.hash, &derived.bytes, agreed.unwrap_or(&zeros)))
    }

    /// HKDF-Extract, which is HMAC with the salt as its key (RFC 5869 section 2.2): the library's own does not hand
    /// out what it extracts, and the next step of the schedule needs it.
    fn extract(hash: Hash, salt: &[u8], input: &[u8]) -> Self {
        let key = hmac::Key::new(hash.hmac, salt);
        Self { hash, bytes: hmac::sign(&key, input).as_ref().to_vec() }
    }

    /// A secret for a purpose, bound to the handshake so far (`Derive-Secret`).
    pub(super) fn derive(&self, label: &str, transcript: &[u8]) -> Result<Self, Unspecified> {
        let bytes = self.expand(label, &self.hash.of_bytes(transcript), self.hash.digest.output_len())?;
        Ok(Self { hash: self.hash, bytes })
    }

    /// Key material for a purpose (`HKDF-Expand-Label`).
    pub(super) fn expand(&self, label: &str, context: &[u8], length: usize) -> Result<Vec<u8>, Unspecified> {
        let mut info = u16::try_from(length).map_err(|_| Unspecified)?.to_be_bytes().to_vec();
        put_block8(&mut info, format!("tls13 {label}").as_bytes());
        put_block8(&mut info, context);
        let mut material = vec![0; length];
        hkdf::Prk::new_less_safe(self.hash.hkdf, &self.bytes).expand(&[&info], Length(length))?.fill(&mut material)?;
        Ok(material)
    }

    /// Bytes of a secret, and of a proof.
    pub(super) fn length(&self) -> usize {
        self.hash.digest.output_len()
    }

    /// What proves that its holder saw the whole handshake (`verify_data`, RFC 8446 section 4.4.4).
    pub(super) fn finished(&self, transcript: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let key = self.expand("finished", &[], self.hash.digest.output_len())?;
        let key = hmac::Key::new(self.hash.hmac, &key);
        Ok(hmac::sign(&key, &self.hash.of_bytes(transcript)).as_ref().to_vec())
    }
}
