//! Cuts a stream of bytes into records, and their contents into handshake messages.

use super::{Cursor, WireError};

/// What a record carries (RFC 8446 section 5.1, RFC 6520 section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContentType {
    ChangeCipherSpec,
    Alert,
    Handshake,
    ApplicationData,
    Heartbeat,
}

/// A whole record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record<'r> {
    pub(crate) kind: ContentType,
    pub(crate) body: &'r [u8],
}

/// Cuts bytes into records as they arrive, keeping no more than one that is unfinished.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecordReader {
    bytes: Vec<u8>,
    read: usize,
    saw_record: bool,
}

/// Puts handshake messages together, which records cut and join as they like.
#[derive(Debug, Clone, Default)]
pub(crate) struct MessageReader {
    bytes: Vec<u8>,
    read: usize,
}

/// One handshake message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) kind: u8,
    /// All of it, the four bytes of its header included: what hashes over the handshake take in.
    pub(crate) whole: Vec<u8>,
}

/// Longest record body: 2^14 bytes of content and 2048 of overhead (RFC 5246 section 6.2.3).
const MAX_RECORD_BYTES: usize = (1 << 14) + 2048;
/// Longest handshake message that we keep: far over any honest chain.
const MAX_MESSAGE_BYTES: usize = 192 * 1024;
const RECORD_HEADER_BYTES: usize = 5;
const MESSAGE_HEADER_BYTES: usize = 4;

impl ContentType {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::ChangeCipherSpec => 20,
            Self::Alert => 21,
            Self::Handshake => 22,
            Self::ApplicationData => 23,
            Self::Heartbeat => 24,
        }
    }

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        let all = [Self::ChangeCipherSpec, Self::Alert, Self::Handshake, Self::ApplicationData, Self::Heartbeat];
        all.into_iter().find(|kind| kind.code() == code)
    }
}

impl RecordReader {
    /// Takes what came next.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.read);
        self.read = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole record, once it is there.
    pub(crate) fn next(&mut self) -> Result<Option<Record<'_>>, WireError> {
        let bytes = self.bytes.get(self.read..).unwrap_or_default();
        let Some(&code) = bytes.first() else { return Ok(None) };
        let Some(kind) = ContentType::from_code(code) else {
            // A high first bit is how SSL 2.0 begins its records; elsewhere than at the start, it is mere disorder.
            let foreign = !self.saw_record && code & 0x80 == 0;
            return Err(if foreign { WireError::NotTls } else { WireError::Malformed("record type") });
        };
        if bytes.get(1).is_some_and(|major| *major != 3) {
            return Err(if self.saw_record { WireError::Malformed("record version") } else { WireError::NotTls });
        }
        let mut header = Cursor(bytes.get(1..).unwrap_or_default());
        let (Ok(_version), Ok(length)) = (header.u16(), header.u16()) else { return Ok(None) };
        let length = usize::from(length);
        if length > MAX_RECORD_BYTES {
            return Err(WireError::Malformed("record longer than the protocol allows"));
        }
        let Ok(body) = header.take(length) else { return Ok(None) };
        self.saw_record = true;
        self.read = self.read.saturating_add(length).saturating_add(RECORD_HEADER_BYTES);
        Ok(Some(Record { kind, body }))
    }
}

impl MessageReader {
    /// Takes the content of a handshake record.
    pub(crate) fn push(&mut self, content: &[u8]) {
        self.bytes.drain(..self.read);
        self.read = 0;
        self.bytes.extend_from_slice(content);
    }

    /// The next whole message, once it is there.
    pub(crate) fn next(&mut self) -> Result<Option<Message>, WireError> {
        let bytes = self.bytes.get(self.read..).unwrap_or_default();
        let mut cursor = Cursor(bytes);
        let (Ok(kind), Ok(length)) = (cursor.u8(), cursor.u24()) else { return Ok(None) };
        if length > MAX_MESSAGE_BYTES {
            return Err(WireError::Malformed("handshake message too long"));
        }
        let length = length.saturating_add(MESSAGE_HEADER_BYTES);
        let Some(whole) = bytes.get(..length) else { return Ok(None) };
        let message = Message { kind, whole: whole.to_vec() };
        self.read = self.read.saturating_add(length);
        Ok(Some(message))
    }
}

impl Message {
    pub(crate) fn body(&self) -> &[u8] {
        self.whole.get(MESSAGE_HEADER_BYTES..).unwrap_or_default()
    }
}
