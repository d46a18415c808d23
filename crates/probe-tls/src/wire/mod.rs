//! Reads what a server sends: records, handshake messages, alerts.

mod alert;
mod cursor;
mod flight;
mod message;
mod record;
mod server_hello;
pub(crate) mod write;

use thiserror::Error;

pub use alert::{Alert, decode_alert};
pub(crate) use cursor::Cursor;
pub use flight::{Flight, FlightReader, decode_flight};
pub use message::{
    CertificateEntry, CertificateRequest, EncryptedExtensions, KeyExchange, NewSessionTicket, ServerKeyExchange,
    SessionTicket, decode_certificate_entries, decode_certificate_request, decode_certificates,
    decode_encrypted_extensions, decode_key_exchange, decode_session_ticket, decode_session_ticket12,
};
pub(crate) use message::{bit_length, decode_certificate_status};
pub(crate) use record::{ContentType, Message, MessageReader, Record, RecordReader};
pub use server_hello::{ServerHello, decode_server_hello};

/// Bytes that no TLS server sends in answer to a hello.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WireError {
    /// Not a TLS record at all: the peer speaks another protocol.
    #[error("not TLS")]
    NotTls,
    /// A TLS record whose content breaks the protocol.
    #[error("malformed TLS: {0}")]
    Malformed(&'static str),
}

/// The code of TLS 1.3.
pub(crate) const TLS13: u16 = 0x0304;

/// Kinds of handshake messages (RFC 8446 section 4, RFC 5246 section 7.4).
pub(crate) mod handshake {
    pub(crate) const HELLO_REQUEST: u8 = 0;
    pub(crate) const CLIENT_HELLO: u8 = 1;
    pub(crate) const SERVER_HELLO: u8 = 2;
    pub(crate) const NEW_SESSION_TICKET: u8 = 4;
    pub(crate) const ENCRYPTED_EXTENSIONS: u8 = 8;
    pub(crate) const CERTIFICATE: u8 = 11;
    pub(crate) const SERVER_KEY_EXCHANGE: u8 = 12;
    pub(crate) const CERTIFICATE_REQUEST: u8 = 13;
    pub(crate) const SERVER_HELLO_DONE: u8 = 14;
    pub(crate) const CLIENT_KEY_EXCHANGE: u8 = 16;
    pub(crate) const FINISHED: u8 = 20;
    pub(crate) const CERTIFICATE_STATUS: u8 = 22;
}

/// Kinds of extensions that are read or written (IANA TLS `ExtensionType` values).
pub(crate) mod extension {
    pub(crate) const SERVER_NAME: u16 = 0;
    pub(crate) const MAX_FRAGMENT_LENGTH: u16 = 1;
    pub(crate) const STATUS_REQUEST: u16 = 5;
    pub(crate) const SUPPORTED_GROUPS: u16 = 10;
    pub(crate) const EC_POINT_FORMATS: u16 = 11;
    pub(crate) const SIGNATURE_ALGORITHMS: u16 = 13;
    pub(crate) const HEARTBEAT: u16 = 15;
    pub(crate) const ALPN: u16 = 16;
    pub(crate) const SIGNED_CERTIFICATE_TIMESTAMP: u16 = 18;
    pub(crate) const PADDING: u16 = 21;
    pub(crate) const ENCRYPT_THEN_MAC: u16 = 22;
    pub(crate) const EXTENDED_MASTER_SECRET: u16 = 23;
    pub(crate) const SESSION_TICKET: u16 = 35;
    pub(crate) const PRE_SHARED_KEY: u16 = 41;
    pub(crate) const EARLY_DATA: u16 = 42;
    pub(crate) const SUPPORTED_VERSIONS: u16 = 43;
    pub(crate) const COOKIE: u16 = 44;
    pub(crate) const PSK_KEY_EXCHANGE_MODES: u16 = 45;
    pub(crate) const CERTIFICATE_AUTHORITIES: u16 = 47;
    pub(crate) const KEY_SHARE: u16 = 51;

    pub(crate) const NEXT_PROTOCOL: u16 = 13_172;
    pub(crate) const RENEGOTIATION_INFO: u16 = 0xff01;
}
