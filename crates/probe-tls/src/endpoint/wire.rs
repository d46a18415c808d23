//! Reads a server's first flight as it arrives: records, handshake messages, alerts. Up to TLS 1.2 all of it is in
//! the clear; in TLS 1.3 the ServerHello or `HelloRetryRequest` is, and that is where this reader stops.

use std::fmt;

use thiserror::Error;

use crate::endpoint::suites::{Ephemeral, ephemeral};

/// What a server sent in answer to one hello.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flight {
    /// Its ServerHello, or `HelloRetryRequest` in TLS 1.3.
    pub hello: Option<ServerHello>,
    /// The certificates, as sent.
    pub certificates: Option<Vec<Vec<u8>>>,
    /// Parameters of an ephemeral key exchange.
    pub key_exchange: Option<KeyExchange>,
    /// Whether it asked for a client certificate.
    pub asks_client_certificate: bool,
    /// The last alert.
    pub alert: Option<Alert>,
}

/// A ServerHello (RFC 5246 section 7.4.1.3, RFC 8446 section 4.1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "an extension is there or it is not")]
pub struct ServerHello {
    /// The version that the server chose, `supported_versions` taken into account.
    pub version: u16,
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
    /// The group of its key share, in TLS 1.3.
    pub group: Option<u16>,
}

/// Parameters of an ephemeral key exchange (RFC 5246 section 7.4.3, RFC 8422 section 5.4).
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

/// An alert (RFC 8446 section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alert {
    /// Whether it is fatal rather than a warning.
    pub fatal: bool,
    /// Its description.
    pub code: u8,
}

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

/// Reads a flight piece by piece, keeping no more than one unfinished record and message.
#[derive(Debug, Clone, Default)]
pub struct FlightReader {
    records: Vec<u8>,
    messages: Vec<u8>,
    flight: Flight,
    saw_record: bool,
    done: bool,
}

/// A whole record.
#[derive(Debug, Clone, Copy)]
struct Record<'a> {
    kind: u8,
    body: &'a [u8],
    /// Bytes that it takes, its header included.
    length: usize,
}

/// Longest record body: 2^14 bytes of content and 2048 of overhead (RFC 5246 section 6.2.3).
const MAX_RECORD_BYTES: usize = (1 << 14) + 2048;
/// Longest handshake message that we keep: far over any honest chain.
const MAX_MESSAGE_BYTES: usize = 192 * 1024;
/// Most certificates in one chain: honest ones have at most six or so.
const MAX_CERTIFICATES: usize = 32;

/// The random of a `HelloRetryRequest`: SHA-256 of "`HelloRetryRequest`" (RFC 8446 section 4.1.3).
const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11,
    0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

const TLS13: u16 = 0x0304;

impl FlightReader {
    /// A reader that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what came next; true once the flight has told all that it can. Later bytes are ignored.
    pub fn push(&mut self, bytes: &[u8]) -> Result<bool, WireError> {
        if self.done {
            return Ok(true);
        }
        self.records.extend_from_slice(bytes);
        let mut rest = std::mem::take(&mut self.records);
        let mut read = 0;
        while !self.done
            && let Some(record) = self.next_record(rest.get(read..).unwrap_or_default())?
        {
            self.take_record(record)?;
            read = read.saturating_add(record.length);
        }
        rest.drain(..read.min(rest.len()));
        self.records = rest;
        Ok(self.done)
    }

    /// What was read so far.
    pub fn into_flight(self) -> Flight {
        self.flight
    }

    fn next_record<'a>(&mut self, bytes: &'a [u8]) -> Result<Option<Record<'a>>, WireError> {
        let kind = bytes.first().copied();
        if let Some(kind) = kind.filter(|kind| !(20..=24).contains(kind)) {
            // A high first bit is how SSL 2.0 begins its records; elsewhere than at the start, it is mere disorder.
            let foreign = !self.saw_record && kind & 0x80 == 0;
            return Err(if foreign { WireError::NotTls } else { WireError::Malformed("record type") });
        }
        if bytes.get(1).is_some_and(|major| *major != 3) {
            return Err(if self.saw_record { WireError::Malformed("record version") } else { WireError::NotTls });
        }
        let (Some(kind), Some(length)) =
            (kind, bytes.get(3..5).and_then(|b| b.try_into().ok()).map(u16::from_be_bytes))
        else {
            return Ok(None);
        };
        let length = usize::from(length);
        if length > MAX_RECORD_BYTES {
            return Err(WireError::Malformed("record longer than the protocol allows"));
        }
        let end = length.saturating_add(5);
        let Some(body) = bytes.get(5..end) else { return Ok(None) };
        self.saw_record = true;
        Ok(Some(Record { kind, body, length: end }))
    }

    fn take_record(&mut self, record: Record<'_>) -> Result<(), WireError> {
        const ALERT: u8 = 21;
        const HANDSHAKE: u8 = 22;
        match record.kind {
            ALERT => {
                let alert = decode_alert(record.body)?;
                self.flight.alert = Some(alert);
                self.done = alert.fatal || alert.code == Alert::CLOSE_NOTIFY;
                Ok(())
            }
            HANDSHAKE => {
                self.messages.extend_from_slice(record.body);
                self.take_messages()
            }
            _ => Err(WireError::Malformed("record out of place")),
        }
    }

    fn take_messages(&mut self) -> Result<(), WireError> {
        let mut messages = std::mem::take(&mut self.messages);
        let mut cursor = Cursor(&messages);
        while !self.done {
            let mut next = cursor;
            let (Ok(kind), Ok(length)) = (next.u8(), next.u24()) else { break };
            if length > MAX_MESSAGE_BYTES {
                return Err(WireError::Malformed("handshake message too long"));
            }
            let Ok(body) = next.take(length) else { break };
            self.take_message(kind, body)?;
            cursor = next;
        }
        let read = messages.len().saturating_sub(cursor.0.len());
        messages.drain(..read);
        self.messages = messages;
        Ok(())
    }

    fn take_message(&mut self, kind: u8, body: &[u8]) -> Result<(), WireError> {
        const HELLO_REQUEST: u8 = 0;
        const SERVER_HELLO: u8 = 2;
        const CERTIFICATE: u8 = 11;
        const SERVER_KEY_EXCHANGE: u8 = 12;
        const CERTIFICATE_REQUEST: u8 = 13;
        const SERVER_HELLO_DONE: u8 = 14;
        let suite = self.flight.hello.as_ref().map(|hello| hello.suite);
        match (kind, suite) {
            (HELLO_REQUEST, _) => {}
            (SERVER_HELLO, None) => {
                let hello = decode_server_hello(body)?;
                self.done = hello.version == TLS13;
                self.flight.hello = Some(hello);
            }
            (SERVER_HELLO, Some(_)) | (_, None) => return Err(WireError::Malformed("handshake message out of place")),
            (CERTIFICATE, _) => self.flight.certificates = Some(decode_certificates(body)?),
            (SERVER_KEY_EXCHANGE, Some(suite)) => self.flight.key_exchange = decode_key_exchange(body, suite)?,
            (CERTIFICATE_REQUEST, _) => self.flight.asks_client_certificate = true,
            (SERVER_HELLO_DONE, _) => self.done = true,
            // Stapled answers, tickets and the like say nothing that we keep.
            _ => {}
        }
        Ok(())
    }
}

/// Reads a whole flight at once. Cutting it in pieces for [`FlightReader::push`] gives the same.
pub fn decode_flight(bytes: &[u8]) -> Result<Flight, WireError> {
    let mut reader = FlightReader::new();
    reader.push(bytes)?;
    Ok(reader.into_flight())
}

/// Reads the body of a ServerHello or `HelloRetryRequest`.
pub fn decode_server_hello(body: &[u8]) -> Result<ServerHello, WireError> {
    const ENCRYPT_THEN_MAC: u16 = 22;
    const EXTENDED_MASTER_SECRET: u16 = 23;
    const SUPPORTED_VERSIONS: u16 = 43;
    const KEY_SHARE: u16 = 51;
    const RENEGOTIATION_INFO: u16 = 0xff01;
    let mut body = Cursor(body);
    let version = body.u16()?;
    let is_retry = body.take(32)? == RETRY_RANDOM;
    body.block8()?;
    let mut hello = ServerHello {
        version,
        suite: body.u16()?,
        compression: body.u8()?,
        is_retry,
        renegotiation_info: false,
        encrypt_then_mac: false,
        extended_master_secret: false,
        group: None,
    };
    // Up to TLS 1.2, a server with no extension to send leaves even their length out.
    let mut extensions = if body.is_empty() { Cursor(&[]) } else { Cursor(body.block16()?) };
    body.end()?;
    while !extensions.is_empty() {
        let kind = extensions.u16()?;
        let mut content = Cursor(extensions.block16()?);
        match kind {
            ENCRYPT_THEN_MAC => hello.encrypt_then_mac = true,
            EXTENDED_MASTER_SECRET => hello.extended_master_secret = true,
            RENEGOTIATION_INFO => hello.renegotiation_info = true,
            SUPPORTED_VERSIONS => hello.version = content.u16()?,
            KEY_SHARE => hello.group = Some(content.u16()?),
            _ => {}
        }
    }
    Ok(hello)
}

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

/// Reads the parameters of a `ServerKeyExchange` message for a suite; `None` for a key exchange that we do not read.
pub fn decode_key_exchange(body: &[u8], suite: u16) -> Result<Option<KeyExchange>, WireError> {
    const EXPLICIT_PRIME: u8 = 1;
    const NAMED_CURVE: u8 = 3;
    let mut body = Cursor(body);
    Ok(match ephemeral(suite) {
        None => None,
        Some(Ephemeral::Prime) => Some(KeyExchange::Custom { bits: bit_length(body.block16()?) }),
        Some(Ephemeral::Curve) => match body.u8()? {
            NAMED_CURVE => Some(KeyExchange::Group(body.u16()?)),
            EXPLICIT_PRIME => Some(KeyExchange::Custom { bits: bit_length(body.block8()?) }),
            _ => None,
        },
    })
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

/// Bits of a big-endian number, leading zeros left out.
pub(crate) fn bit_length(number: &[u8]) -> u32 {
    let mut significant = number.iter().skip_while(|byte| **byte == 0);
    let Some(first) = significant.next() else { return 0 };
    let rest = u32::try_from(significant.count()).unwrap_or(u32::MAX / 8);
    rest.saturating_mul(8).saturating_add(8 - first.leading_zeros())
}

impl Alert {
    /// The peer ends the connection in good order.
    pub const CLOSE_NOTIFY: u8 = 0;
    /// No parameters in common.
    pub const HANDSHAKE_FAILURE: u8 = 40;
    /// The version is not accepted.
    pub const PROTOCOL_VERSION: u8 = 70;
    /// What was offered is too weak for the server.
    pub const INSUFFICIENT_SECURITY: u8 = 71;
    /// The server failed; also how OpenSSL refuses a version that its security level forbids.
    pub const INTERNAL_ERROR: u8 = 80;

    /// Its name in the IANA registry, for the descriptions that servers send in answer to a hello.
    pub fn name(self) -> &'static str {
        match self.code {
            Self::CLOSE_NOTIFY => "close_notify",
            10 => "unexpected_message",
            20 => "bad_record_mac",
            22 => "record_overflow",
            Self::HANDSHAKE_FAILURE => "handshake_failure",
            47 => "illegal_parameter",
            49 => "access_denied",
            50 => "decode_error",
            51 => "decrypt_error",
            Self::PROTOCOL_VERSION => "protocol_version",
            Self::INSUFFICIENT_SECURITY => "insufficient_security",
            Self::INTERNAL_ERROR => "internal_error",
            86 => "inappropriate_fallback",
            90 => "user_canceled",
            109 => "missing_extension",
            110 => "unsupported_extension",
            112 => "unrecognized_name",
            116 => "certificate_required",
            120 => "no_application_protocol",
            _ => "alert",
        }
    }
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "alert {} ({})", self.name(), self.code)
    }
}

/// Walks over bytes that somebody else wrote: every step may find too few of them.
#[derive(Debug, Clone, Copy)]
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], WireError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(WireError::Malformed("message cut short"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(WireError::Malformed("message cut short"))?;
        self.0 = rest;
        Ok(*taken)
    }

    fn u8(&mut self) -> Result<u8, WireError> {
        self.array().map(u8::from_be_bytes)
    }

    fn u16(&mut self) -> Result<u16, WireError> {
        self.array().map(u16::from_be_bytes)
    }

    fn u24(&mut self) -> Result<usize, WireError> {
        let [high, middle, low] = self.array()?;
        Ok(usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low))
    }

    fn block8(&mut self) -> Result<&'a [u8], WireError> {
        let length = self.u8()?;
        self.take(length.into())
    }

    fn block16(&mut self) -> Result<&'a [u8], WireError> {
        let length = self.u16()?;
        self.take(length.into())
    }

    fn block24(&mut self) -> Result<&'a [u8], WireError> {
        let length = self.u24()?;
        self.take(length)
    }

    fn end(self) -> Result<(), WireError> {
        if self.is_empty() { Ok(()) } else { Err(WireError::Malformed("bytes left over")) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A flight of TLS 1.2 as OpenSSL sends it, with a certificate of four bytes.
    fn flight() -> Vec<u8> {
        let mut hello = vec![3, 3];
        hello.extend([9; 32]);
        hello.extend([0, 0xc0, 0x2f, 0, 0, 9, 0xff, 1, 0, 1, 0, 0, 23, 0, 0]);
        let certificates = vec![0, 0, 7, 0, 0, 4, 1, 2, 3, 4];
        let key_exchange = vec![3, 0, 29, 1, 0xaa, 4, 1, 0, 1, 0xbb];
        let messages = [(2, hello), (11, certificates), (12, key_exchange), (14, vec![])];
        let body: Vec<u8> = messages
            .iter()
            .flat_map(|(kind, body)| [&[*kind, 0, 0, u8::try_from(body.len()).unwrap()], body.as_slice()].concat())
            .collect();
        [&[22, 3, 3, 0, u8::try_from(body.len()).unwrap()], body.as_slice()].concat()
    }

    #[test]
    fn a_flight_is_read_in_full() {
        let read = decode_flight(&flight()).unwrap();
        let hello = read.hello.unwrap();
        assert_eq!((hello.version, hello.suite, hello.compression), (0x0303, 0xc02f, 0));
        assert!(hello.renegotiation_info && hello.extended_master_secret && !hello.encrypt_then_mac);
        assert_eq!(read.certificates, Some(vec![vec![1, 2, 3, 4]]));
        assert_eq!(read.key_exchange, Some(KeyExchange::Group(29)));
    }

    #[test]
    fn a_flight_cut_anywhere_is_only_unfinished() {
        let whole = flight();
        for end in 0..whole.len() {
            let mut reader = FlightReader::new();
            assert_eq!(reader.push(&whole[..end]), Ok(false), "cut at {end}");
        }
    }

    #[test]
    fn other_protocols_and_disorder_are_told_apart() {
        for banner in [&b"HTTP/1.1 400 Bad Request\r\n"[..], b"SSH-2.0-OpenSSH_9.2\r\n", b"220 ready\r\n", b"\x16\x47"]
        {
            assert_eq!(decode_flight(banner), Err(WireError::NotTls));
        }
        assert!(matches!(decode_flight(&[0x80, 0x03, 0x00, 0x00, 0x01]), Err(WireError::Malformed(_))));
        assert!(matches!(decode_flight(&[23, 3, 3, 0, 1, 0]), Err(WireError::Malformed(_))));
        let huge = [22, 3, 3, 0, 4, 2, 0x98, 0x96, 0x80];
        assert_eq!(decode_flight(&huge), Err(WireError::Malformed("handshake message too long")));
    }

    #[test]
    fn alerts_end_a_flight_only_when_they_are_final() {
        let mut reader = FlightReader::new();
        assert_eq!(reader.push(&[21, 3, 1, 0, 2, 1, 112]), Ok(false), "a warning about the name");
        assert_eq!(reader.push(&[21, 3, 1, 0, 2, 2, 70]), Ok(true));
        assert_eq!(reader.into_flight().alert, Some(Alert { fatal: true, code: 70 }));
    }

    #[test]
    fn sizes_ignore_leading_zeros() {
        assert_eq!(bit_length(&[0, 0, 1, 0]), 9);
        assert_eq!(bit_length(&[0x80; 128]), 1024);
        assert_eq!(bit_length(&[]), 0);
    }

    proptest! {
        #[test]
        fn decoders_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), suite: u16) {
            let _ = decode_flight(&bytes);
            let _ = decode_server_hello(&bytes);
            let _ = decode_certificates(&bytes);
            let _ = decode_key_exchange(&bytes, suite);
            let _ = decode_alert(&bytes);
        }

        #[test]
        fn pieces_give_the_same_as_the_whole(cuts in prop::collection::vec(0usize..120, 0..6), noise in prop::collection::vec(any::<u8>(), 0..20), at in 0usize..120) {
            let mut bytes = flight();
            let at = at.min(bytes.len());
            bytes.splice(at..at, noise);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let mut reader = FlightReader::new();
            let pieces: Result<(), WireError> =
                cuts.windows(2).try_for_each(|w| reader.push(&bytes[w[0]..w[1]]).map(|_| ()));
            prop_assert_eq!(pieces.map(|()| reader.into_flight()), decode_flight(&bytes));
        }
    }
}
