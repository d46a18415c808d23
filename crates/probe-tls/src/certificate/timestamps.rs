//! Timestamps of Certificate Transparency (RFC 6962 section 3.2 and 3.3).

use sha2::{Digest, Sha256};
use x509_parser::asn1_rs::FromDer;
use x509_parser::certificate::X509Certificate;

use super::der::{Elements, element, is_context, oid, wrapped};
use super::read::Certificate;

/// What a log promised: that it published a certificate, or will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedTimestamp {
    /// SHA-256 of the log's key.
    pub log_id: [u8; 32],
    /// Hash and kind of the signature, as TLS 1.2 numbers them.
    pub(super) algorithm: [u8; 2],
    pub(super) signature: Vec<u8>,
    /// The date, in milliseconds since 1970, as sent.
    time: [u8; 8],
    extensions: Vec<u8>,
}

/// What a timestamp is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogEntry {
    kind: u16,
    /// What comes before the certificate: the hash of its issuer's key for what was logged before it was signed.
    prefix: Vec<u8>,
    certificate: Vec<u8>,
}

const SEQUENCE: u8 = 0x30;
/// The extensions among what is signed in a certificate.
const EXTENSIONS: u8 = 0xa3;
const TIMESTAMPS: &str = "1.3.6.1.4.1.11129.2.4.2";

/// Reads a list of timestamps, each `None` when it is of a later version; `None` for bytes that are no list.
pub fn decode_timestamp_list(bytes: &[u8]) -> Option<Vec<Option<SignedTimestamp>>> {
    let mut list = block(bytes).filter(|(_, rest)| rest.is_empty())?.0;
    let mut timestamps = Vec::new();
    while !list.is_empty() {
        let (timestamp, rest) = block(list)?;
        // A version, the log's name, a date, extensions and a signature: no timestamp is shorter.
        (timestamp.len() >= 47).then_some(())?;
        timestamps.push(SignedTimestamp::read(timestamp));
        list = rest;
    }
    Some(timestamps)
}

/// What a length of two bytes announces, and what comes after.
fn block(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

impl SignedTimestamp {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (0, rest) = bytes.split_first()? else { return None };
        let (log_id, rest) = rest.split_first_chunk()?;
        let (time, rest) = rest.split_first_chunk()?;
        let (extensions, rest) = block(rest)?;
        let (algorithm, rest) = rest.split_first_chunk()?;
        let (signature, []) = block(rest)? else { return None };
        Some(Self {
            log_id: *log_id,
            time: *time,
            extensions: extensions.to_vec(),
            algorithm: *algorithm,
            signature: signature.to_vec(),
        })
    }

    /// What its signature is over, about an entry (section 3.2). `None` for an entry too long for any log.
    pub(super) fn signed(&self, entry: &LogEntry) -> Option<Vec<u8>> {
        let [0, length @ ..] = u32::try_from(entry.certificate.len()).ok()?.to_be_bytes() else { return None };
        let extensions = u16::try_from(self.extensions.len()).ok()?.to_be_bytes();
        // Version 1, and the kind of signature: a timestamp of a certificate.
        let head = [&[0, 0], self.time.as_slice(), &entry.kind.to_be_bytes(), &entry.prefix, &length].concat();
        Some([&head, entry.certificate.as_slice(), &extensions, &self.extensions].concat())
    }
}

impl LogEntry {
    /// A whole certificate, as timestamps outside of it are about.
    pub(crate) fn of(certificate: &Certificate) -> Self {
        Self { kind: 0, prefix: Vec::new(), certificate: certificate.der.to_vec() }
    }

    /// A certificate as it was logged before it was signed: without the timestamps that it carries now.
    pub(crate) fn before_signing(certificate: &Certificate, issuer: &Certificate) -> Option<Self> {
        let (_, issuer) = X509Certificate::from_der(&issuer.der).ok()?;
        let key = Sha256::digest(issuer.public_key().raw).to_vec();
        Some(Self { kind: 1, prefix: key, certificate: without_timestamps(&certificate.der)? })
    }
}

/// The list of timestamps that a certificate carries; nothing when it carries none.
pub(crate) fn timestamps_within(certificate: &Certificate) -> Option<Vec<u8>> {
    let (_, certificate) = X509Certificate::from_der(&certificate.der).ok()?;
    let extension = certificate.extensions().iter().find(|one| one.oid.to_id_string() == TIMESTAMPS)?;
    // Bytes that are no octet string are no list either.
    Some(element(extension.value).map_or(extension.value, |(_, inner)| inner.data).to_vec())
}

/// What is signed in a certificate, its timestamps left out.
fn without_timestamps(der: &[u8]) -> Option<Vec<u8>> {
    let signed = Elements(element(der)?.1.data).next()?;
    let fields: Option<Vec<Vec<u8>>> = Elements(signed.data)
        .zip(Elements(signed.data).wholes())
        .map(|(field, whole)| match field.header.tag().0 {
            3 if is_context(&field.header) => {
                let all = Elements(element(field.data)?.1.data);
                let kept: Vec<&[u8]> =
                    all.wholes().filter(|extension| name_of(extension).as_deref() != Some(TIMESTAMPS)).collect();
                wrapped(EXTENSIONS, &wrapped(SEQUENCE, &kept.concat())?)
            }
            _ => Some(whole.to_vec()),
        })
        .collect();
    wrapped(SEQUENCE, &fields?.concat())
}

/// The identifier of an extension.
fn name_of(extension: &[u8]) -> Option<String> {
    oid(&Elements(element(extension)?.1.data).next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_counted() {
        let one = [[0, 47].as_slice(), &[7; 47]].concat();
        let list = |entries: &[&[u8]]| {
            let entries = entries.concat();
            [u16::try_from(entries.len()).unwrap().to_be_bytes().as_slice(), &entries].concat()
        };
        let count = |bytes: &[u8]| decode_timestamp_list(bytes).map(|list| list.len());
        assert_eq!(count(&list(&[])), Some(0));
        assert_eq!(count(&list(&[&one, &one])), Some(2));
        assert_eq!(decode_timestamp_list(&list(&[&one])), Some(vec![None]), "of a later version");
        for bad in [&b""[..], &[0], &[0, 3, 0, 1, 7], &list(&[&one])[..40]] {
            assert_eq!(count(bad), None);
        }
    }
}
