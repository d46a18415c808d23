//! From a secret to keys up to TLS 1.2: RFC 5246 section 5, and RFC 2246 section 5 for TLS 1.0 and 1.1.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use aws_lc_rs::{digest, tls_prf};
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use tls_parser::{TlsCipherSuite, TlsPRF};

use crate::endpoint::facts::Version;

/// How keys are derived in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Derivation {
    /// TLS 1.0 and 1.1: MD5 and SHA-1 together.
    Md5AndSha1,
    /// TLS 1.2, by the hash of the suite.
    Sha256,
    /// The same with the longer hash.
    Sha384,
}

impl Derivation {
    pub(super) fn of(version: Version, suite: u16) -> Self {
        if version < Version::Tls12 {
            return Self::Md5AndSha1;
        }
        match TlsCipherSuite::from_id(suite).map(|suite| suite.prf) {
            Some(TlsPRF::Sha384) => Self::Sha384,
            _ => Self::Sha256,
        }
    }

    /// The hash of a handshake so far.
    pub(super) fn hash(self, transcript: &[u8]) -> Vec<u8> {
        let by = |algorithm| digest::digest(algorithm, transcript).as_ref().to_vec();
        match self {
            Self::Md5AndSha1 => [Md5::digest(transcript).as_slice(), &by(&digest::SHA1_FOR_LEGACY_USE_ONLY)].concat(),
            Self::Sha256 => by(&digest::SHA256),
            Self::Sha384 => by(&digest::SHA384),
        }
    }

    /// The pseudorandom function.
    pub(super) fn derive(
        self,
        secret: &[u8],
        label: &[u8],
        seed: &[u8],
        length: usize,
    ) -> Result<Vec<u8>, Unspecified> {
        let algorithm = match self {
            Self::Md5AndSha1 => return derive_by_md5_and_sha1(secret, &[label, seed].concat(), length),
            Self::Sha256 => &tls_prf::P_SHA256,
            Self::Sha384 => &tls_prf::P_SHA384,
        };
        Ok(tls_prf::Secret::new(algorithm, secret)?.derive(label, seed, length)?.as_ref().to_vec())
    }
}

/// The function of RFC 2246 section 5: one half of the secret by MD5, the other by SHA-1, laid over each other. Halves of
/// an odd secret share its middle byte.
fn derive_by_md5_and_sha1(secret: &[u8], seed: &[u8], length: usize) -> Result<Vec<u8>, Unspecified> {
    let half = secret.len().div_ceil(2);
    let (first, _) = secret.split_at(half);
    let (_, second) = secret.split_at(secret.len() - half);
    let of_first = Hmac::<Md5>::new_from_slice(first).map_err(|_| Unspecified)?;
    let by_md5 = expand(seed, length, |data| of_first.clone().chain_update(data).finalize().into_bytes().to_vec());
    let of_second = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, second);
    let by_sha1 = expand(seed, length, |data| sign(&of_second, data).as_ref().to_vec());
    Ok(by_md5.iter().zip(by_sha1).map(|(one, other)| one ^ other).collect())
}

/// As many bytes as wanted from a keyed hash (`P_hash`).
fn expand(seed: &[u8], length: usize, authenticate: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut step = authenticate(seed);
    while bytes.len() < length {
        bytes.extend(authenticate(&[step.as_slice(), seed].concat()));
        step = authenticate(&step);
    }
    bytes.truncate(length);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `openssl kdf … TLS1-PRF` with `digest:MD5-SHA1` derives them.
    #[test]
    fn older_keys_are_those_of_openssl() {
        let derive = |secret: &[u8], length| {
            Derivation::Md5AndSha1.derive(secret, b"PRF Testvector", &[0xcd; 64], length).unwrap()
        };
        let even = derive(&[0xab; 48], 40);
        assert_eq!(even.get(..8), Some([0xd3, 0xd4, 0xd1, 0xe3, 0x49, 0xb5, 0xd5, 0x15].as_slice()));
        assert_eq!(even.get(32..), Some([0x44, 0x3b, 0xcf, 0x9a, 0x29, 0x65, 0x19, 0xbc].as_slice()));
        let odd = derive(&[0xab; 3], 20);
        assert_eq!(odd.get(..8), Some([0xe9, 0x57, 0x9a, 0xdd, 0x7f, 0x1c, 0x90, 0x14].as_slice()));
        assert_eq!(odd.len(), 20);
    }
}
