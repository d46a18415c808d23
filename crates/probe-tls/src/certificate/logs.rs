//! The logs of Certificate Transparency that a facility knows, and what their timestamps are worth.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};
use x509_parser::asn1_rs::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::timestamps::{LogEntry, SignedTimestamp};

/// The key of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKey {
    id: [u8; 32],
    kind: LogKeyKind,
    key: Vec<u8>,
}

/// The two kinds of keys that logs have (RFC 6962 section 2.1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LogKeyKind {
    EcdsaP256,
    Rsa,
}

/// Logs by their names.
#[derive(Debug, Clone, Default)]
pub struct LogList(BTreeMap<[u8; 32], LogKey>);

/// What timestamps are worth, those of a later version left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SignatureCounts {
    /// Those whose signature holds.
    pub verified: usize,
    /// Those by logs that are not in the list.
    pub by_unknown_logs: usize,
    /// Those whose signature does not hold: they are about another certificate, or forged.
    pub wrong: usize,
}

impl LogKey {
    /// Reads a key (the DER of a `SubjectPublicKeyInfo`). `None` when it is none that logs may have.
    pub fn read(der: &[u8]) -> Option<Self> {
        let (rest, info) = SubjectPublicKeyInfo::from_der(der).ok()?;
        let curve = || info.algorithm.parameters.as_ref()?.as_oid().ok().map(|oid| oid.to_id_string());
        let kind = match info.algorithm.algorithm.to_id_string().as_str() {
            "1.2.840.10045.2.1" if curve().as_deref() == Some("1.2.840.10045.3.1.7") => LogKeyKind::EcdsaP256,
            "1.2.840.113549.1.1.1" => LogKeyKind::Rsa,
            _ => return None,
        };
        let id = Sha256::digest(der).into();
        rest.is_empty().then(|| Self { id, kind, key: info.subject_public_key.data.to_vec() })
    }

    /// The log's name: SHA-256 of its key.
    pub fn id(&self) -> [u8; 32] {
        self.id
    }

    fn signed(&self, timestamp: &SignedTimestamp, entry: &LogEntry) -> bool {
        // SHA-256 with ECDSA or RSA (RFC 5246 section 7.4.1.4.1).
        let (algorithm, code): (&dyn VerificationAlgorithm, [u8; 2]) = match self.kind {
            LogKeyKind::EcdsaP256 => (&ECDSA_P256_SHA256_ASN1, [4, 3]),
            LogKeyKind::Rsa => (&RSA_PKCS1_2048_8192_SHA256, [4, 1]),
        };
        let key = UnparsedPublicKey::new(algorithm, &self.key);
        let holds = |signed: Vec<u8>| key.verify(&signed, &timestamp.signature).is_ok();
        timestamp.algorithm == code && timestamp.signed(entry).is_some_and(holds)
    }
}

impl FromIterator<LogKey> for LogList {
    fn from_iter<T: IntoIterator<Item = LogKey>>(keys: T) -> Self {
        Self(keys.into_iter().map(|key| (key.id, key)).collect())
    }
}

impl LogList {
    /// What timestamps about an entry are worth.
    pub(crate) fn judge(&self, timestamps: &[Option<SignedTimestamp>], entry: &LogEntry) -> SignatureCounts {
        let mut counts = SignatureCounts::default();
        for timestamp in timestamps.iter().flatten() {
            let count = match self.0.get(&timestamp.log_id) {
                None => &mut counts.by_unknown_logs,
                Some(log) if log.signed(timestamp, entry) => &mut counts.verified,
                Some(_) => &mut counts.wrong,
            };
            *count = count.saturating_add(1);
        }
        counts
    }
}
