//! `MySQL` and `MariaDB` (protocol 10): the server greets with what it can do; a short packet asks for TLS.

use tokio::io::AsyncReadExt;
use vigie_probe::{Connection, NetError};

use crate::endpoint::facts::StartTls;

/// Capability `CLIENT_SSL`.
const CLIENT_SSL: u32 = 0x0800;
/// That, `CLIENT_PROTOCOL_41` and `CLIENT_SECURE_CONNECTION`.
const OURS: u32 = CLIENT_SSL | 0x0200 | 0x8000;
const PROTOCOL: u8 = 10;
const ERROR: u8 = 0xff;
/// Longest greeting: a version, a challenge and the name of a method.
const MAX_GREETING_BYTES: usize = 1024;

pub(super) async fn begin_tls(connection: &mut Connection) -> Result<StartTls, NetError> {
    let mut header = [0; 4];
    connection.read_exact(&mut header).await?;
    let [low, middle, high, _sequence] = header;
    let length = usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16;
    if length > MAX_GREETING_BYTES {
        return Err(NetError::Malformed("MySQL greeting"));
    }
    let mut greeting = vec![0; length];
    connection.read_exact(&mut greeting).await?;
    match greeting.first() {
        Some(&PROTOCOL) => {}
        // "Too many connections", or a client that it does not let in.
        Some(&ERROR) => return Err(NetError::RateLimited),
        _ => return Err(NetError::Malformed("MySQL greeting")),
    }
    if capabilities(&greeting).ok_or(NetError::Malformed("MySQL greeting"))? & CLIENT_SSL == 0 {
        return Ok(StartTls::NotOffered);
    }
    let mut request = vec![32, 0, 0, 1];
    request.extend(OURS.to_le_bytes());
    request.extend(0x0100_0000_u32.to_le_bytes());
    // Character set, then what is reserved.
    request.push(33);
    request.extend([0; 23]);
    connection.send(&request).await?;
    Ok(StartTls::Offered)
}

/// The lower half of what the server can do: after the protocol, the version, the connection's number and a challenge.
fn capabilities(greeting: &[u8]) -> Option<u32> {
    let version = greeting.get(1..)?.iter().position(|byte| *byte == 0)?;
    let place = version.checked_add(1 + 1 + 4 + 8 + 1)?;
    let bytes: [u8; 2] = greeting.get(place..place.checked_add(2)?)?.try_into().ok()?;
    Some(u16::from_le_bytes(bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_can_do_stands_behind_its_version() {
        let greeting = [&[10][..], b"11.4\0", &[1, 0, 0, 0], &[7; 8], &[0], &[0xfe, 0xf7], &[33]].concat();
        assert_eq!(capabilities(&greeting), Some(0xf7fe));
        for end in 0..greeting.len() - 1 {
            assert_eq!(capabilities(&greeting[..end]), None, "{end}");
        }
    }
}
