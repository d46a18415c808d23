//! Alerts (RFC 8446 section 6).

use std::fmt;

use super::{Cursor, WireError};

/// An alert (RFC 8446 section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alert {
    /// Whether it is fatal rather than a warning.
    pub fatal: bool,
    /// Its description.
    pub code: u8,
}

/// Reads the body of an alert record.
pub fn decode_alert(body: &[u8]) -> Result<Alert, WireError> {
    let mut body = Cursor(body);
    let level = body.u8()?;
    let code = body.u8()?;
    if level == 1 || level == 2 {
        Ok(Alert { fatal: level == 2, code })
    } else {
        Err(WireError::Malformed("alert level"))
    }
}

impl Alert {
    /// The peer ends the connection in good order.
    pub const CLOSE_NOTIFY: u8 = 0;
    /// A message that has no place there.
    pub const UNEXPECTED_MESSAGE: u8 = 10;
    /// A record that does not decrypt.
    pub const BAD_RECORD_MAC: u8 = 20;
    /// A record that does not decrypt, as TLS 1.0 said it.
    pub const DECRYPTION_FAILED: u8 = 21;
    /// No parameters in common.
    pub const HANDSHAKE_FAILURE: u8 = 40;
    /// The version is not accepted.
    pub const PROTOCOL_VERSION: u8 = 70;
    /// What was offered is too weak for the server.
    pub const INSUFFICIENT_SECURITY: u8 = 71;
    /// The server failed; also how OpenSSL refuses a version that its security level forbids.
    pub const INTERNAL_ERROR: u8 = 80;
    /// The client fell back to an older version than it could use (RFC 7507).
    pub const INAPPROPRIATE_FALLBACK: u8 = 86;
    /// No second handshake on this connection (RFC 5246 section 7.2.2).
    pub const NO_RENEGOTIATION: u8 = 100;
    /// A client certificate was asked for and not given (RFC 8446 section 6.2).
    pub const CERTIFICATE_REQUIRED: u8 = 116;

    /// Its name in the IANA registry, for the descriptions that servers send in answer to a hello.
    pub fn name(self) -> &'static str {
        match self.code {
            Self::CLOSE_NOTIFY => "close_notify",
            Self::UNEXPECTED_MESSAGE => "unexpected_message",
            Self::BAD_RECORD_MAC => "bad_record_mac",
            Self::DECRYPTION_FAILED => "decryption_failed",
            22 => "record_overflow",
            Self::HANDSHAKE_FAILURE => "handshake_failure",
            42 => "bad_certificate",
            47 => "illegal_parameter",
            49 => "access_denied",
            50 => "decode_error",
            51 => "decrypt_error",
            Self::PROTOCOL_VERSION => "protocol_version",
            Self::INSUFFICIENT_SECURITY => "insufficient_security",
            Self::INTERNAL_ERROR => "internal_error",
            Self::INAPPROPRIATE_FALLBACK => "inappropriate_fallback",
            90 => "user_canceled",
            Self::NO_RENEGOTIATION => "no_renegotiation",
            109 => "missing_extension",
            110 => "unsupported_extension",
            112 => "unrecognized_name",
            Self::CERTIFICATE_REQUIRED => "certificate_required",
            120 => "no_application_protocol",
            _ => "alert",
        }
    }

    /// Whether it says that a record could not be opened, as wrong padding must be answered (RFC 5246 section 7.2.2).
    pub(crate) fn is_about_padding(self) -> bool {
        matches!(self.code, Self::BAD_RECORD_MAC | Self::DECRYPTION_FAILED)
    }

    /// Whether nothing comes after it.
    pub(crate) fn ends_connection(self) -> bool {
        self.fatal || self.code == Self::CLOSE_NOTIFY
    }
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "alert {} ({})", self.name(), self.code)
    }
}
