//! SQL Server (MS-TDS): a pre-login packet says that we encrypt, the answer says whether the server does (section
//! 2.2.6.5). The handshake that follows is wrapped in such packets.

use tokio::io::AsyncReadExt;
use vigie_probe::{Connection, NetError};

use crate::endpoint::facts::StartTls;

/// Kind of the packets of a handshake, and of our question.
pub(crate) const PRELOGIN: u8 = 0x12;
/// Kind of a server's answers.
const RESPONSE: u8 = 0x04;
/// Bytes before the content of a packet.
pub(crate) const HEADER_BYTES: usize = 8;
/// The longest content that every server takes before a packet size is agreed on.
pub(crate) const MAX_CONTENT_BYTES: usize = 4096 - HEADER_BYTES;
/// Longest answer that is read: servers send some forty bytes.
const MAX_ANSWER_BYTES: usize = 512;

const ENCRYPTION: u8 = 1;
const END_OF_OPTIONS: u8 = 0xff;

/// Version 0, encryption wished for, no instance, no thread, no several results at once: where each is, and what.
const QUESTION: [u8; 39] = [
    0,
    0,
    26,
    0,
    6, // version
    1,
    0,
    32,
    0,
    1, // encryption
    2,
    0,
    33,
    0,
    1, // instance
    3,
    0,
    34,
    0,
    4, // thread
    4,
    0,
    38,
    0,
    1,              // several results at once
    END_OF_OPTIONS, //
    0,
    0,
    0,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
    0,
];

pub(super) async fn begin_tls(connection: &mut Connection) -> Result<StartTls, NetError> {
    const MALFORMED: NetError = NetError::Malformed("TDS answer");
    connection.send(&packet(PRELOGIN, &QUESTION)).await?;
    let mut header = [0; HEADER_BYTES];
    connection.read_exact(&mut header).await?;
    let length = content_length(&header).filter(|length| *length <= MAX_ANSWER_BYTES).ok_or(MALFORMED)?;
    let mut options = vec![0; length];
    connection.read_exact(&mut options).await?;
    choice(&options).ok_or(MALFORMED)
}

/// A packet, which is the last of its message.
pub(crate) fn packet(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len().saturating_add(HEADER_BYTES)).unwrap_or(u16::MAX);
    let [high, low] = length.to_be_bytes();
    [&[kind, 1, high, low, 0, 0, 0, 0], content].concat()
}

/// Bytes that follow a header; nothing when it is none.
pub(crate) fn content_length(header: &[u8]) -> Option<usize> {
    match header {
        [PRELOGIN | RESPONSE, _, high, low, _, _, _, _] => {
            usize::from(u16::from_be_bytes([*high, *low])).checked_sub(HEADER_BYTES)
        }
        _ => None,
    }
}

/// Whether a byte begins a TLS record: no packet begins so.
pub(crate) fn begins_record(first: u8) -> bool {
    (0x14..=0x17).contains(&first)
}

/// What the options of an answer say of encryption: each is a kind, a place and a length.
fn choice(options: &[u8]) -> Option<StartTls> {
    let mut entries = options.chunks_exact(5).take_while(|entry| entry.first() != Some(&END_OF_OPTIONS));
    let place = entries.find_map(|entry| match entry {
        [ENCRYPTION, high, low, 0, 1] => Some(usize::from(u16::from_be_bytes([*high, *low]))),
        _ => None,
    });
    match options.get(place?)? {
        // For the password alone, for everything, for everybody: TLS begins now in each case.
        0 | 1 | 3 => Some(StartTls::Offered),
        2 => Some(StartTls::NotOffered),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(encryption: u8) -> Vec<u8> {
        [&[0, 0, 11, 0, 6, 1, 0, 17, 0, 1, END_OF_OPTIONS, 16, 0, 0, 0, 0, 0], &[encryption][..]].concat()
    }

    #[test]
    fn answers_are_told_apart() {
        for encryption in [0, 1, 3] {
            assert_eq!(choice(&answer(encryption)), Some(StartTls::Offered));
        }
        assert_eq!(choice(&answer(2)), Some(StartTls::NotOffered));
        assert_eq!(choice(&answer(9)), None);
        assert_eq!(choice(&[]), None);
        assert_eq!(choice(&[END_OF_OPTIONS]), None);
        assert_eq!(choice(&[ENCRYPTION, 0xff, 0xff, 0, 1, END_OF_OPTIONS]), None);
    }

    #[test]
    fn the_question_says_where_its_parts_are() {
        assert_eq!(choice(&QUESTION), Some(StartTls::Offered));
        let parts = QUESTION.chunks_exact(5).take(5);
        let ends = parts.map(|entry| match entry {
            [_, high, low, 0, length] => u16::from_be_bytes([*high, *low]) + u16::from(*length),
            _ => 0,
        });
        assert_eq!(ends.max().map(usize::from), Some(QUESTION.len()));
    }

    #[test]
    fn packets_are_measured() {
        assert_eq!(content_length(&packet(PRELOGIN, &[1, 2, 3])[..HEADER_BYTES]), Some(3));
        assert_eq!(content_length(&[PRELOGIN, 1, 0, 7, 0, 0, 0, 0]), None);
        assert_eq!(content_length(&[0x16, 3, 3, 0, 9, 0, 0, 0]), None);
        assert_eq!(content_length(&[PRELOGIN]), None);
    }
}
