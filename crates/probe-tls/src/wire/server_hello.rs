//! The ServerHello: what a server chose among what it was offered.

use sha2::{Digest, Sha256};
use vigie_model::hexadecimal;

use super::{Cursor, WireError, extension};

/// A ServerHello (RFC 5246 section 7.4.1.3, RFC 8446 section 4.1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "an extension is there or it is not")]
pub struct ServerHello {
    /// The version that the server chose, `supported_versions` taken into account.
    pub version: u16,
    /// Its random bytes.
    pub random: [u8; 32],
    /// The session that it would resume, or resumes when it is the one that was asked for.
    pub session_id: Vec<u8>,
    /// The suite that it chose.
    pub suite: u16,
    /// The compression method that it chose; 0 is none.
    pub compression: u8,
    /// Whether this is a `HelloRetryRequest`.
    pub is_retry: bool,
    /// Whether `renegotiation_info` is there (RFC 5746).
    pub renegotiation_info: bool,
    /// Whether `encrypt_then_mac` is there (RFC 7366).
    pub encrypt_then_mac: bool,
    /// Whether `extended_master_secret` is there (RFC 7627).
    pub extended_master_secret: bool,
    /// Whether a ticket will follow (RFC 5077).
    pub session_ticket: bool,
    /// Whether it answers heartbeats (RFC 6520).
    pub heartbeat: bool,
    /// The protocol that it chose by ALPN (RFC 7301).
    pub protocol: Option<Vec<u8>>,
    /// Whether it lists protocols by NPN, the draft that ALPN replaced.
    pub next_protocol: bool,
    /// The list of timestamps of Certificate Transparency that it sent beside the certificate (RFC 6962 section 3.3).
    pub timestamps: Option<Vec<u8>>,
    /// The group of its key share, in TLS 1.3.
    pub group: Option<u16>,
    /// Its public key in that group; empty in a `HelloRetryRequest`.
    pub share: Vec<u8>,
    /// What a `HelloRetryRequest` wants to be given back.
    pub cookie: Option<Vec<u8>>,
    /// Whether it goes on from a ticket, in TLS 1.3.
    pub pre_shared_key: bool,
    /// Whether it heeds the wish for short records (RFC 6066 section 4).
    pub max_fragment_length: bool,
    /// The kinds of its extensions, in its order.
    pub extensions: Vec<u16>,
}

/// The random of a `HelloRetryRequest`: SHA-256 of "`HelloRetryRequest`" (RFC 8446 section 4.1.3).
const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11,
    0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// How a server that knows a newer version ends its random when it is asked for an older one (RFC 8446 section 4.1.3):
/// for TLS 1.2, then for anything older.
const DOWNGRADE_ENDS: [&[u8; 8]; 2] = [b"DOWNGRD\x01", b"DOWNGRD\x00"];

/// Reads the body of a ServerHello or `HelloRetryRequest`.
pub fn decode_server_hello(body: &[u8]) -> Result<ServerHello, WireError> {
    let mut body = Cursor(body);
    let version = body.u16()?;
    let random = body.array()?;
    let session_id = body.block8()?.to_vec();
    let mut hello = ServerHello {
        version,
        random,
        session_id,
        suite: body.u16()?,
        compression: body.u8()?,
        is_retry: random == RETRY_RANDOM,
        renegotiation_info: false,
        encrypt_then_mac: false,
        extended_master_secret: false,
        session_ticket: false,
        heartbeat: false,
        protocol: None,
        next_protocol: false,
        timestamps: None,
        group: None,
        share: Vec::new(),
        cookie: None,
        pre_shared_key: false,
        max_fragment_length: false,
        extensions: Vec::new(),
    };
    // Up to TLS 1.2, a server with no extension to send leaves even their length out.
    let extensions = if body.is_empty() { Cursor(&[]) } else { Cursor(body.block16()?) };
    body.end()?;
    for (kind, content) in extensions.extensions()? {
        hello.extensions.push(kind);
        hello.take_extension(kind, content)?;
    }
    Ok(hello)
}

/// The one name in an ALPN list (RFC 7301 section 3.1).
pub(super) fn chosen_protocol(mut content: Cursor<'_>) -> Result<Vec<u8>, WireError> {
    Ok(Cursor(content.block16()?).block8()?.to_vec())
}

impl ServerHello {
    fn take_extension(&mut self, kind: u16, mut content: Cursor<'_>) -> Result<(), WireError> {
        match kind {
            extension::ENCRYPT_THEN_MAC => self.encrypt_then_mac = true,
            extension::EXTENDED_MASTER_SECRET => self.extended_master_secret = true,
            extension::RENEGOTIATION_INFO => self.renegotiation_info = true,
            extension::SESSION_TICKET => self.session_ticket = true,
            extension::HEARTBEAT => self.heartbeat = true,
            extension::NEXT_PROTOCOL => self.next_protocol = true,
            extension::ALPN => self.protocol = Some(chosen_protocol(content)?),
            extension::SIGNED_CERTIFICATE_TIMESTAMP => self.timestamps = Some(content.0.to_vec()),
            extension::SUPPORTED_VERSIONS => self.version = content.u16()?,
            extension::KEY_SHARE => {
                self.group = Some(content.u16()?);
                self.share = if content.is_empty() { Vec::new() } else { content.block16()?.to_vec() };
            }
            extension::COOKIE => self.cookie = Some(content.block16()?.to_vec()),
            extension::PRE_SHARED_KEY => self.pre_shared_key = true,
            extension::MAX_FRAGMENT_LENGTH => self.max_fragment_length = true,
            _ => {}
        }
        Ok(())
    }

    /// Its JA4S fingerprint: version, number of extensions, ends of the protocol chosen by ALPN, suite, and the kinds of
    /// the extensions in its order, hashed. It tells one kind of server from another, for the same question.
    pub(crate) fn ja4s(&self) -> String {
        let version = match self.version {
            0x0300 => "s3",
            0x0301 => "10",
            0x0302 => "11",
            0x0303 => "12",
            0x0304 => "13",
            _ => "00",
        };
        let protocol = self.protocol.as_deref().and_then(|name| Some([*name.first()?, *name.last()?]));
        let ends: String = protocol.unwrap_or(*b"00").iter().copied().map(char::from).collect();
        let kinds: Vec<String> = self.extensions.iter().map(|kind| format!("{kind:04x}")).collect();
        let hash = if kinds.is_empty() { "0".repeat(64) } else { hexadecimal(&Sha256::digest(kinds.join(","))) };
        let count = self.extensions.len().min(99);
        format!("t{version}{count:02}{ends}_{:04x}_{}", self.suite, hash.get(..12).unwrap_or_default())
    }

    /// Whether the random says that the server knows a newer version than the one it chose.
    pub(crate) fn warns_of_downgrade(&self) -> bool {
        DOWNGRADE_ENDS.iter().any(|end| self.random.ends_with(*end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::write::{put_block8, put_block16, put_extension};

    #[test]
    fn a_fingerprint_is_that_of_other_tools() {
        let mut body = vec![3, 3];
        body.extend([7; 32]);
        put_block8(&mut body, &[]);
        body.extend([0x13, 0x01, 0]);
        let mut extensions = Vec::new();
        put_extension(&mut extensions, extension::KEY_SHARE, &[0, 0x1d, 0, 1, 9]);
        put_extension(&mut extensions, extension::SUPPORTED_VERSIONS, &[3, 4]);
        put_block16(&mut body, &extensions);
        // As the authors of JA4 print it for such a server.
        assert_eq!(decode_server_hello(&body).unwrap().ja4s(), "t130200_1301_234ea6891581");
    }
}
