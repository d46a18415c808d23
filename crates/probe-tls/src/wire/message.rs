//! The handshake messages that come after a ServerHello.

use super::server_hello::chosen_protocol;
use super::{Cursor, TLS13, WireError, extension};
use crate::endpoint::suites::{Ephemeral, ephemeral};

/// What a server sends of its half of an ephemeral key exchange (RFC 5246 section 7.4.3, RFC 8422 section 5.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerKeyExchange {
    /// The group.
    pub group: KeyExchange,
    /// The prime, for a group over a prime; empty otherwise.
    pub prime: Vec<u8>,
    /// The generator, for a group over a prime; empty otherwise.
    pub generator: Vec<u8>,
    /// Its public key.
    pub public_key: Vec<u8>,
    /// How it is signed, from TLS 1.2 on (IANA TLS `SignatureScheme`); nothing in older versions, and for anonymous suites.
    pub scheme: Option<u16>,
}

/// The group of an ephemeral key exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyExchange {
    /// A named curve.
    Group(u16),
    /// A curve or prime spelt out, with its size in bits.
    Custom {
        /// Size in bits.
        bits: u32,
    },
}

/// The client certificate that a server asks for (RFC 5246 section 7.4.4, RFC 8446 section 4.3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRequest {
    /// The authorities that it names, each a DER `Name`; empty when it takes any.
    pub authorities: Vec<Vec<u8>>,
}

/// One certificate of TLS 1.3, with what is stapled to it (RFC 8446 section 4.4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateEntry {
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// The answer of a revocation service.
    pub staple: Option<Vec<u8>>,
    /// The list of timestamps of Certificate Transparency.
    pub timestamps: Option<Vec<u8>>,
}

/// A ticket of TLS 1.3 (RFC 8446 section 4.6.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSessionTicket {
    /// How long it is good for, in seconds.
    pub lifetime: u32,
    /// What its age is hidden with.
    pub age_add: u32,
    /// What tells its key from those of the other tickets.
    pub nonce: Vec<u8>,
    /// The ticket.
    pub ticket: Vec<u8>,
    /// How many bytes the server takes before the handshake is over; 0 when it takes none.
    pub max_early_data: u32,
}

/// Most certificates in one chain: honest ones have at most six or so.
const MAX_CERTIFICATES: usize = 32;
/// Most authorities of client certificates that are kept: large public servers name some two hundred.
const MAX_AUTHORITIES: usize = 512;

/// Reads the body of a Certificate message up to TLS 1.2 (RFC 5246 section 7.4.2).
pub fn decode_certificates(body: &[u8]) -> Result<Vec<Vec<u8>>, WireError> {
    let mut body = Cursor(body);
    let mut list = Cursor(body.block24()?);
    body.end()?;
    let mut certificates = Vec::new();
    while !list.is_empty() {
        if certificates.len() == MAX_CERTIFICATES {
            return Err(WireError::Malformed("too many certificates"));
        }
        certificates.push(list.block24()?.to_vec());
    }
    Ok(certificates)
}

/// Reads the body of a Certificate message of TLS 1.3 (RFC 8446 section 4.4.2).
pub fn decode_certificate_entries(body: &[u8]) -> Result<Vec<CertificateEntry>, WireError> {
    let mut body = Cursor(body);
    body.block8()?;
    let mut list = Cursor(body.block24()?);
    body.end()?;
    let mut entries = Vec::new();
    while !list.is_empty() {
        if entries.len() == MAX_CERTIFICATES {
            return Err(WireError::Malformed("too many certificates"));
        }
        let certificate = list.block24()?.to_vec();
        let mut entry = CertificateEntry { certificate, staple: None, timestamps: None };
        for (kind, content) in Cursor(list.block16()?).extensions()? {
            match kind {
                extension::STATUS_REQUEST => entry.staple = Some(decode_certificate_status(content.0)?),
                extension::SIGNED_CERTIFICATE_TIMESTAMP => entry.timestamps = Some(content.0.to_vec()),
                _ => {}
            }
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// Reads a `CertificateStatus` (RFC 6066 section 8): the OCSP answer in it.
pub(crate) fn decode_certificate_status(body: &[u8]) -> Result<Vec<u8>, WireError> {
    const OCSP: u8 = 1;
    let mut body = Cursor(body);
    if body.u8()? != OCSP {
        return Err(WireError::Malformed("a certificate status of unknown kind"));
    }
    Ok(body.block24()?.to_vec())
}

/// Reads the body of a `CertificateRequest` message of a version.
pub fn decode_certificate_request(body: &[u8], version: u16) -> Result<CertificateRequest, WireError> {
    const TLS12: u16 = 0x0303;
    let mut body = Cursor(body);
    let mut names = if version == TLS13 {
        body.block8()?;
        let extensions = Cursor(body.block16()?).extensions()?;
        let named = extensions.into_iter().find(|(kind, _)| *kind == extension::CERTIFICATE_AUTHORITIES);
        named.map_or(Ok(Cursor(&[])), |(_, mut content)| content.block16().map(Cursor))?
    } else {
        body.block8()?;
        if version == TLS12 {
            body.block16()?;
        }
        Cursor(body.block16()?)
    };
    let mut authorities = Vec::new();
    while !names.is_empty() {
        if authorities.len() == MAX_AUTHORITIES {
            return Err(WireError::Malformed("too many authorities"));
        }
        authorities.push(names.block16()?.to_vec());
    }
    Ok(CertificateRequest { authorities })
}

/// Reads the parameters of a `ServerKeyExchange` message for a suite; `None` for a key exchange that we do not read.
pub fn decode_key_exchange(body: &[u8], version: u16, suite: u16) -> Result<Option<ServerKeyExchange>, WireError> {
    const EXPLICIT_PRIME: u8 = 1;
    const NAMED_CURVE: u8 = 3;
    const TLS12: u16 = 0x0303;
    let mut body = Cursor(body);
    let (mut prime, mut generator, mut public_key) = (Vec::new(), Vec::new(), Vec::new());
    let group = match ephemeral(suite) {
        None => return Ok(None),
        Some(Ephemeral::Prime) => {
            prime = body.block16()?.to_vec();
            generator = body.block16()?.to_vec();
            public_key = body.block16()?.to_vec();
            KeyExchange::Custom { bits: bit_length(&prime) }
        }
        Some(Ephemeral::Curve) => match body.u8()? {
            NAMED_CURVE => {
                let group = body.u16()?;
                public_key = body.block8()?.to_vec();
                KeyExchange::Group(group)
            }
            EXPLICIT_PRIME => KeyExchange::Custom { bits: bit_length(body.block8()?) },
            _ => return Ok(None),
        },
    };
    let scheme = if version == TLS12 { body.u16().ok() } else { None };
    Ok(Some(ServerKeyExchange { group, prime, generator, public_key, scheme }))
}

/// Reads the body of a `NewSessionTicket` message of TLS 1.3.
pub fn decode_session_ticket(body: &[u8]) -> Result<NewSessionTicket, WireError> {
    let mut body = Cursor(body);
    let (lifetime, age_add) = (body.u32()?, body.u32()?);
    let nonce = body.block8()?.to_vec();
    let ticket = body.block16()?.to_vec();
    let extensions = Cursor(body.block16()?).extensions()?;
    body.end()?;
    let early_data = extensions.into_iter().find(|(kind, _)| *kind == extension::EARLY_DATA);
    let max_early_data = early_data.map_or(Ok(0), |(_, mut content)| content.u32())?;
    Ok(NewSessionTicket { lifetime, age_add, nonce, ticket, max_early_data })
}

/// A ticket up to TLS 1.2 (RFC 5077 section 3.3): its life in seconds, 0 when the server does not say, and its bytes.
pub type SessionTicket = (u32, Vec<u8>);

/// Reads the body of a `NewSessionTicket` message up to TLS 1.2.
pub fn decode_session_ticket12(body: &[u8]) -> Result<SessionTicket, WireError> {
    let mut body = Cursor(body);
    let lifetime = body.u32()?;
    let ticket = body.block16()?.to_vec();
    body.end()?;
    Ok((lifetime, ticket))
}

/// What a server adds to its hello in secret (RFC 8446 section 4.3.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EncryptedExtensions {
    /// The protocol chosen by ALPN.
    pub protocol: Option<Vec<u8>>,
    /// Whether early data is taken.
    pub early_data: bool,
    /// Every group that the server supports, best first (RFC 8446 section 4.2.7); nothing when it does not say, or not
    /// legibly.
    pub groups: Option<Vec<u16>>,
}

/// Reads the body of an `EncryptedExtensions` message.
///
/// # Errors
///
/// [`WireError::Malformed`] when it breaks RFC 8446 section 4.3.1.
pub fn decode_encrypted_extensions(body: &[u8]) -> Result<EncryptedExtensions, WireError> {
    let mut body = Cursor(body);
    let extensions = Cursor(body.block16()?).extensions()?;
    body.end()?;
    let mut seen = EncryptedExtensions::default();
    for (kind, content) in extensions {
        match kind {
            extension::ALPN => seen.protocol = Some(chosen_protocol(content)?),
            extension::EARLY_DATA => seen.early_data = true,
            // A handshake does without it: one that cannot be read is no reason to give up.
            extension::SUPPORTED_GROUPS => seen.groups = decode_groups(content).ok(),
            _ => {}
        }
    }
    Ok(seen)
}

fn decode_groups(mut content: Cursor<'_>) -> Result<Vec<u16>, WireError> {
    let mut list = Cursor(content.block16()?);
    content.end()?;
    let mut groups = Vec::new();
    while !list.is_empty() {
        groups.push(list.u16()?);
    }
    Ok(groups)
}

/// Bits of a big-endian number, leading zeros left out.
pub(crate) fn bit_length(number: &[u8]) -> u32 {
    let mut significant = number.iter().skip_while(|byte| **byte == 0);
    let Some(first) = significant.next() else { return 0 };
    let rest = u32::try_from(significant.count()).unwrap_or(u32::MAX / 8);
    rest.saturating_mul(8).saturating_add(8 - first.leading_zeros())
}
