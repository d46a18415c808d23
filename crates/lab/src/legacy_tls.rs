//! A server stuck at TLS 1.0 (RFC 2246): it answers a ClientHello with ServerHello, Certificate and
//! `ServerHelloDone`, as the appliances that hospitals still run do, and goes no further.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const HANDSHAKE: u8 = 22;
const ALERT: u8 = 21;
const TLS_1_0: [u8; 2] = [3, 1];
/// `TLS_RSA_WITH_AES_128_CBC_SHA`: no forward secrecy, no authenticated encryption.
const SUITE: [u8; 2] = [0x00, 0x2f];
/// Fatal `protocol_version`, for clients that stop at SSL 3.0.
const PROTOCOL_VERSION_ALERT: [u8; 2] = [2, 70];
/// Fatal `handshake_failure`, for clients that do not offer the one suite.
const HANDSHAKE_FAILURE_ALERT: [u8; 2] = [2, 40];

/// Answers one client.
pub(crate) async fn answer(mut stream: TcpStream, certificate: &[u8]) -> std::io::Result<()> {
    let mut header = [0; 5];
    stream.read_exact(&mut header).await?;
    let [_, _, _, high, low] = header;
    let mut hello = vec![0; usize::from(u16::from_be_bytes([high, low]))];
    stream.read_exact(&mut hello).await?;
    let wanted = hello.get(4..6).unwrap_or_default();
    if wanted < TLS_1_0.as_slice() {
        return stream.write_all(&record(ALERT, &PROTOCOL_VERSION_ALERT)).await;
    }
    if !offers(&hello, SUITE) {
        return stream.write_all(&record(ALERT, &HANDSHAKE_FAILURE_ALERT)).await;
    }
    stream.write_all(&flight(certificate)).await?;
    // Keep the line open until the client has read the flight and left.
    let _ = stream.read(&mut [0; 1]).await?;
    Ok(())
}

/// Whether a `ClientHello` lists a suite: after its header (4), version (2), random (32) and session id.
fn offers(hello: &[u8], suite: [u8; 2]) -> bool {
    let session_id = hello.get(38).copied().map_or(0, usize::from);
    let list = hello.get(39 + session_id..).and_then(|rest| {
        let (length, list) = rest.split_first_chunk()?;
        list.get(..usize::from(u16::from_be_bytes(*length)))
    });
    list.is_some_and(|list| list.chunks_exact(2).any(|offered| offered == suite))
}

fn flight(certificate: &[u8]) -> Vec<u8> {
    let mut hello = TLS_1_0.to_vec();
    hello.extend([0x42; 32]);
    hello.push(0);
    hello.extend(SUITE);
    hello.push(0);
    let mut one = length24(certificate.len());
    one.extend(certificate);
    let mut list = length24(one.len());
    list.extend(one);
    let mut messages = message(2, &hello);
    messages.extend(message(11, &list));
    messages.extend(message(14, &[]));
    record(HANDSHAKE, &messages)
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![kind];
    message.extend(length24(body.len()));
    message.extend(body);
    message
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut record = vec![kind];
    record.extend(TLS_1_0);
    // The lab's certificates are far below a record's 16 KiB.
    record.extend(u16::try_from(body.len()).unwrap_or(u16::MAX).to_be_bytes());
    record.extend(body);
    record
}

fn length24(length: usize) -> Vec<u8> {
    let [_, a, b, c] = u32::try_from(length).unwrap_or(0).to_be_bytes();
    vec![a, b, c]
}
