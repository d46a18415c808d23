//! What one datagram of DTLS holds (RFC 6347 section 4; RFC 4347 differs in nothing that is read here), and what ours
//! hold.

use crate::wire::write::put_block16;
use crate::wire::{Alert, ContentType, Cursor, WireError, decode_alert};

/// What a datagram holds that a client can read who waits for the answer to its hello.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DtlsContent {
    /// A handshake message, or a part of it.
    Fragment(DtlsFragment),
    /// An alert.
    Alert(Alert),
}

/// A part of a handshake message (RFC 6347 section 4.2.2), within the length of the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DtlsFragment {
    /// The kind of the message.
    pub kind: u8,
    /// Bytes of the whole message.
    pub length: usize,
    /// The number of the message in its handshake.
    pub sequence: u16,
    /// Where in the message this part begins.
    pub offset: usize,
    /// The bytes of this part.
    pub content: Vec<u8>,
}

/// The version of our records: any server reads DTLS 1.0 there, whatever the hello asks for (RFC 6347 section 4.2.1).
const RECORD_VERSION: [u8; 2] = [0xfe, 0xff];
/// The first byte of every version of DTLS: they count down from here.
const MAJOR: u8 = 0xfe;
/// A message that only DTLS has (RFC 6347 section 4.3.2).
pub(super) const HELLO_VERIFY_REQUEST: u8 = 3;

/// Reads one datagram, which holds whole records (RFC 6347 section 4.1.1). Sealed ones are passed over: their keys are
/// not ours.
pub fn decode_dtls_datagram(datagram: &[u8]) -> Result<Vec<DtlsContent>, WireError> {
    let mut rest = Cursor(datagram);
    let mut all = Vec::new();
    if !begins_a_record(datagram) {
        return Err(WireError::NotTls);
    }
    while !rest.is_empty() {
        if !begins_a_record(rest.0) {
            return Err(WireError::Malformed("record of DTLS"));
        }
        let kind = ContentType::from_code(rest.u8()?);
        let (_version, epoch, [_, _, _, _, _, _]) = (rest.u16()?, rest.u16()?, rest.array()?);
        let body = rest.block16()?;
        match kind {
            Some(ContentType::Alert) if epoch == 0 => all.push(DtlsContent::Alert(decode_alert(body)?)),
            Some(ContentType::Handshake) if epoch == 0 => {
                all.extend(fragments(body)?.into_iter().map(DtlsContent::Fragment));
            }
            _ => {}
        }
    }
    Ok(all)
}

fn begins_a_record(bytes: &[u8]) -> bool {
    matches!(bytes, [kind, MAJOR, ..] if ContentType::from_code(*kind).is_some())
}

/// The parts of messages that a record holds.
fn fragments(body: &[u8]) -> Result<Vec<DtlsFragment>, WireError> {
    let mut rest = Cursor(body);
    let mut all = Vec::new();
    while !rest.is_empty() {
        let (kind, length) = (rest.u8()?, rest.u24()?);
        let (sequence, offset) = (rest.u16()?, rest.u24()?);
        let content = rest.block24()?.to_vec();
        if offset.saturating_add(content.len()) > length {
            return Err(WireError::Malformed("fragment past the end of its message"));
        }
        all.push(DtlsFragment { kind, length, sequence, offset, content });
    }
    Ok(all)
}

/// Reads the body of a `HelloVerifyRequest`: its cookie. Its version says nothing (RFC 6347 section 4.2.1).
pub fn decode_hello_verify_request(body: &[u8]) -> Result<Vec<u8>, WireError> {
    let mut body = Cursor(body);
    body.u16()?;
    let cookie = body.block8()?.to_vec();
    body.end()?;
    Ok(cookie)
}

/// A datagram with one record, before any key is agreed upon.
pub(super) fn datagram(kind: ContentType, record: u16, content: &[u8]) -> Vec<u8> {
    let mut datagram = vec![kind.code()];
    datagram.extend(RECORD_VERSION);
    // Epoch 0, and the six bytes of the number of the record, of which ours need two.
    datagram.extend([0; 6]);
    datagram.extend(record.to_be_bytes());
    put_block16(&mut datagram, content);
    datagram
}

/// A handshake message in one piece.
pub(super) fn message(kind: u8, sequence: u16, body: &[u8]) -> Vec<u8> {
    let [_, length @ ..] = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut message = vec![kind];
    message.extend(length);
    message.extend(sequence.to_be_bytes());
    message.extend([0; 3]);
    message.extend(length);
    message.extend(body);
    message
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fragment(content: &[u8], offset: usize, length: usize) -> DtlsFragment {
        DtlsFragment { kind: 2, length, sequence: 1, offset, content: content.to_vec() }
    }

    #[test]
    fn what_is_written_is_read() {
        let hello = datagram(ContentType::Handshake, 7, &message(2, 1, b"hello"));
        let alert = datagram(ContentType::Alert, 8, &[2, 70]);
        let read = decode_dtls_datagram(&[hello, alert].concat()).unwrap();
        let alert = DtlsContent::Alert(Alert { fatal: true, code: 70 });
        assert_eq!(read, [DtlsContent::Fragment(fragment(b"hello", 0, 5)), alert]);
    }

    #[test]
    fn sealed_records_are_passed_over() {
        let mut sealed = datagram(ContentType::Handshake, 0, &[0xaa; 9]);
        sealed[4] = 1;
        assert_eq!(decode_dtls_datagram(&sealed), Ok(Vec::new()));
    }

    #[test]
    fn other_protocols_and_disorder_are_told_apart() {
        for other in [&b""[..], b"\x16", b"\x16\x03\x03", b"\x80\0\0\0\x01", b"HTTP/1.1"] {
            assert_eq!(decode_dtls_datagram(other), Err(WireError::NotTls), "{other:?}");
        }
        let record = |content: &[u8]| datagram(ContentType::Handshake, 0, content);
        let past_its_end = [2, 0, 0, 3, 0, 0, 0, 0, 2, 0, 0, 2, 9, 9];
        let huge = [2, 0xff, 0xff, 0xff, 0, 0, 0xff, 0xff, 0xff, 0, 0, 0];
        assert!(decode_dtls_datagram(&record(&huge)).is_ok());
        for broken in [record(&past_its_end), record(&[2, 0, 0]), [record(&huge), vec![1, 2]].concat()] {
            assert!(matches!(decode_dtls_datagram(&broken), Err(WireError::Malformed(_))), "{broken:?}");
        }
    }

    #[test]
    fn a_cookie_has_up_to_255_bytes() {
        let body = |cookie: &[u8]| [&[0xfe, 0xff, u8::try_from(cookie.len()).unwrap()], cookie].concat();
        assert_eq!(decode_hello_verify_request(&body(&[])), Ok(Vec::new()));
        assert_eq!(decode_hello_verify_request(&body(&[7; 255])), Ok(vec![7; 255]));
        assert!(decode_hello_verify_request(&[body(&[7]), vec![0]].concat()).is_err());
    }

    proptest! {
        #[test]
        fn decoders_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), content: Vec<u8>) {
            let _ = decode_hello_verify_request(&bytes);
            let _ = decode_dtls_datagram(&bytes);
            let _ = decode_dtls_datagram(&datagram(ContentType::Handshake, 0, &content));
        }
    }
}
