//! News (RFC 4642): greeting, CAPABILITIES, STARTTLS.

use vigie_probe::{Connection, NetError};

use super::{MAX_LINES, begins, names, receive_text};
use crate::endpoint::facts::StartTls;

pub(super) async fn begin_tls(connection: &mut Connection, behind: &[u8]) -> Result<StartTls, NetError> {
    let greeting = receive_text(connection).await?;
    if begins(&greeting, "400") {
        return Err(NetError::RateLimited);
    }
    if !begins(&greeting, "20") {
        return Err(NetError::Malformed("NNTP greeting"));
    }
    connection.send(b"CAPABILITIES\r\n").await?;
    if begins(&receive_text(connection).await?, "101") && !offers(connection).await? {
        let _ = connection.send(b"QUIT\r\n").await;
        return Ok(StartTls::NotOffered);
    }
    connection.send(&[b"STARTTLS\r\n".as_slice(), behind].concat()).await?;
    Ok(if begins(&receive_text(connection).await?, "382") { StartTls::Offered } else { StartTls::Refused })
}

async fn offers(connection: &mut Connection) -> Result<bool, NetError> {
    let mut found = false;
    for _ in 0..MAX_LINES {
        let line = receive_text(connection).await?;
        if line == "." {
            return Ok(found);
        }
        found |= names(&line, "STARTTLS");
    }
    Err(NetError::Malformed("NNTP answer with too many lines"))
}
