//! DROWN (CVE-2016-0800). Sent: one hello of SSL 2.0 (the 1995 draft of Netscape), with every cipher of it. A server
//! that answers with a hello of its own speaks it; the flaw needs no more, and nothing else is asked.

use vigie_model::Reason;

use super::Verdict;
use crate::endpoint::exchange::Caller;
use crate::session::random_bytes;
use crate::session::talk::{End, Talk};
use crate::wire::{Cursor, WireError};

/// The ciphers of SSL 2.0: RC4, RC2, IDEA, DES and 3DES, export lengths included.
const CIPHERS: [[u8; 3]; 7] =
    [[1, 0, 0x80], [2, 0, 0x80], [3, 0, 0x80], [4, 0, 0x80], [5, 0, 0x80], [6, 0, 0x40], [7, 0, 0xc0]];
const VERSION: [u8; 2] = [0, 2];
/// Longest answer that is read: a certificate and a list of ciphers.
const MAX_ANSWER_BYTES: usize = 16 * 1024;

/// Whether the server speaks SSL 2.0. One that hangs up does not.
pub(super) async fn test(caller: &Caller<'_>) -> Verdict {
    match caller.to_learn("SSL 2.0").converse_once(&answers).await {
        Ok(speaks) => Ok(speaks),
        Err(answer) if answer.is_closed() && !caller.patience.is_alone() => Ok(false),
        Err(_) => test_patiently(caller).await,
    }
}

/// The same of a server that may hang up because it bears few connections.
pub(crate) async fn test_patiently(caller: &Caller<'_>) -> Verdict {
    match caller.to_learn("SSL 2.0").try_to_converse(answers).await {
        Ok(speaks) => Ok(speaks),
        Err(answer) if answer.is_closed() => Ok(false),
        Err(answer) => Err(answer.reason().unwrap_or(Reason::PeerMisbehaved)),
    }
}

fn hello() -> Result<Vec<u8>, End> {
    const CHALLENGE_BYTES: u8 = 16;
    let random = random_bytes()?;
    let ciphers = CIPHERS.concat();
    let mut message = vec![1];
    message.extend(VERSION);
    message.extend([0, u8::try_from(ciphers.len()).unwrap_or(u8::MAX), 0, 0, 0, CHALLENGE_BYTES]);
    message.extend(ciphers);
    message.extend(random.iter().take(CHALLENGE_BYTES.into()));
    Ok([&[0x80, u8::try_from(message.len()).unwrap_or(u8::MAX)], message.as_slice()].concat())
}

async fn answers(mut talk: Talk) -> Result<bool, End> {
    talk.send(&hello()?).await?;
    let mut bytes = Vec::new();
    loop {
        match decode_ssl2_server_hello(&bytes) {
            Ok(Some(_)) => return Ok(true),
            Ok(None) if bytes.len() < MAX_ANSWER_BYTES => {}
            // An alert of TLS, an error of HTTP: whatever it is, it is no hello of SSL 2.0.
            Ok(None) | Err(_) => return Ok(false),
        }
        match talk.receive_raw(&mut bytes).await {
            Ok(()) => {}
            Err(end) => return Err(end),
        }
    }
}

/// Reads the beginning of a SERVER-HELLO of SSL 2.0: the number of ciphers in it. Nothing while there are too few bytes.
pub fn decode_ssl2_server_hello(bytes: &[u8]) -> Result<Option<usize>, WireError> {
    const SERVER_HELLO: u8 = 4;
    const FIXED_BYTES: usize = 11;
    if bytes.first().is_some_and(|first| first & 0x80 == 0) {
        return Err(WireError::NotTls);
    }
    let mut cursor = Cursor(bytes);
    let (Ok(length), Ok(kind)) = (cursor.u16(), cursor.u8()) else { return Ok(None) };
    let length = usize::from(length & 0x7fff);
    if kind != SERVER_HELLO || length < FIXED_BYTES {
        return Err(WireError::NotTls);
    }
    let Ok(body) = cursor.take(FIXED_BYTES - 1) else { return Ok(None) };
    let mut body = Cursor(body);
    body.take(2)?;
    if body.take(2)? != VERSION {
        return Err(WireError::NotTls);
    }
    let (certificate, ciphers, connection) = (body.u16()?, body.u16()?, body.u16()?);
    let told = [certificate, ciphers, connection].iter().map(|part| usize::from(*part)).sum::<usize>() + FIXED_BYTES;
    if told != length || ciphers % 3 != 0 {
        return Err(WireError::Malformed("lengths of an SSL 2.0 hello"));
    }
    Ok(Some(usize::from(ciphers) / 3))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_server_hello_is_told_from_anything_else() {
        let hello = [0x80, 14, 4, 0, 1, 0, 2, 0, 0, 0, 3, 0, 0, 1, 0, 0x80];
        assert_eq!(decode_ssl2_server_hello(&hello), Ok(Some(1)));
        assert_eq!(decode_ssl2_server_hello(&hello[..12]), Ok(None));
        for other in [&b"HTTP/1.1 400"[..], &[21, 3, 1, 0, 2, 2, 70], &[0x80, 3, 0, 0, 1]] {
            assert!(decode_ssl2_server_hello(other).is_err());
        }
    }

    #[test]
    fn our_hello_says_its_own_length() {
        let hello = hello().unwrap();
        assert_eq!(usize::from(hello[1]) + 2, hello.len());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = decode_ssl2_server_hello(&bytes);
        }
    }
}
