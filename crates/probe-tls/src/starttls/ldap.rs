//! LDAP (RFC 4511 section 4.14): the extended operation `StartTLS`, before any bind.

use tokio::io::AsyncReadExt;
use vigie_probe::{Connection, NetError};

use crate::endpoint::facts::StartTls;

/// An `ExtendedRequest` for 1.3.6.1.4.1.1466.20037, message 1.
const START_TLS: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";

/// The longest answer: a result code and a sentence.
const MAX_ANSWER_BYTES: usize = 4096;

/// What a directory answers to an extended operation (RFC 4511 section 4.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtendedResponse {
    /// Result code (RFC 4511 appendix A): 0 is success, 2 an operation that the server does not know.
    pub result: u8,
}

pub(super) async fn begin_tls(connection: &mut Connection) -> Result<StartTls, NetError> {
    /// `protocolError`: the operation is not known.
    const UNKNOWN_OPERATION: u8 = 2;
    connection.send(START_TLS).await?;
    let message = receive_message(connection).await?;
    let response = decode_extended_response(&message).ok_or(NetError::Malformed("LDAP answer"))?;
    Ok(match response.result {
        0 => StartTls::Offered,
        UNKNOWN_OPERATION => StartTls::NotOffered,
        _ => StartTls::Refused,
    })
}

/// One whole message, byte for byte: TLS begins right after it.
async fn receive_message(connection: &mut Connection) -> Result<Vec<u8>, NetError> {
    let mut message = Vec::new();
    loop {
        message.push(connection.read_u8().await?);
        match length_of(&message) {
            Length::Wrong => return Err(NetError::Malformed("LDAP answer")),
            Length::Bytes(length) if length > MAX_ANSWER_BYTES => {
                return Err(NetError::Malformed("LDAP answer too long"));
            }
            Length::Bytes(length) if message.len() >= length => return Ok(message),
            Length::Bytes(_) | Length::Unfinished => {}
        }
    }
}

/// How long a message says it is, its own header included.
#[derive(Debug, PartialEq, Eq)]
enum Length {
    Unfinished,
    Bytes(usize),
    Wrong,
}

fn length_of(message: &[u8]) -> Length {
    const SEQUENCE: u8 = 0x30;
    match message {
        [first, ..] if *first != SEQUENCE => Length::Wrong,
        [_, short @ 0..=0x7f, ..] => Length::Bytes(usize::from(*short) + 2),
        [_, 0x81, length, ..] => Length::Bytes(usize::from(*length) + 3),
        [_, 0x82, high, low, ..] => Length::Bytes(usize::from(u16::from_be_bytes([*high, *low])) + 4),
        // Active Directory writes every length in four bytes.
        [_, 0x84, 0, 0, high, low, ..] => Length::Bytes(usize::from(u16::from_be_bytes([*high, *low])) + 6),
        [_, 0x81 | 0x82 | 0x84, ..] | [] | [_] if message.len() < 6 => Length::Unfinished,
        _ => Length::Wrong,
    }
}

/// Reads a message that holds an `ExtendedResponse`; nothing when it holds something else.
pub fn decode_extended_response(message: &[u8]) -> Option<ExtendedResponse> {
    const SEQUENCE: u8 = 0x30;
    const INTEGER: u8 = 0x02;
    const ENUMERATED: u8 = 0x0a;
    const EXTENDED_RESPONSE: u8 = 0x78;
    let (whole, _) = element(message, SEQUENCE)?;
    let (_, rest) = element(whole, INTEGER)?;
    let (response, _) = element(rest, EXTENDED_RESPONSE)?;
    match element(response, ENUMERATED)?.0 {
        [result] => Some(ExtendedResponse { result: *result }),
        _ => None,
    }
}

/// The content of an element with this tag, and what follows it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (length, rest) = match rest {
        [short @ 0..=0x7f, rest @ ..] => (usize::from(*short), rest),
        [0x81, length, rest @ ..] => (usize::from(*length), rest),
        [0x82, high, low, rest @ ..] | [0x84, 0, 0, high, low, rest @ ..] => {
            (usize::from(u16::from_be_bytes([*high, *low])), rest)
        }
        _ => return None,
    };
    (*first == tag).then(|| rest.split_at_checked(length))?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_request_is_as_the_standard_says() {
        assert_eq!(START_TLS.len(), 31);
        assert_eq!(length_of(START_TLS), Length::Bytes(31));
    }

    #[test]
    fn answers_of_both_families_are_read() {
        let open_ldap = b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00";
        assert_eq!(decode_extended_response(open_ldap), Some(ExtendedResponse { result: 0 }));
        let active_directory = b"\x30\x84\0\0\0\x10\x02\x01\x01\x78\x84\0\0\0\x07\x0a\x01\x34\x04\x00\x04\x00";
        assert_eq!(decode_extended_response(active_directory), Some(ExtendedResponse { result: 52 }));
        assert_eq!(decode_extended_response(b"\x30\x05\x02\x01\x01\x61\x00"), None, "another operation");
    }

    proptest! {
        #[test]
        fn no_bytes_panic_and_a_message_has_the_length_that_it_says(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = decode_extended_response(&bytes);
            if let Length::Bytes(length) = length_of(&bytes) {
                prop_assert!(length >= 2);
            }
        }
    }
}
