//! POP3 (RFC 2449, RFC 2595 section 4): greeting, CAPA, STLS.

use vigie_probe::{Connection, NetError};

use super::{MAX_LINES, begins, names, receive_text};
use crate::endpoint::facts::StartTls;

pub(super) async fn begin_tls(connection: &mut Connection, behind: &[u8]) -> Result<StartTls, NetError> {
    if !begins(&receive_text(connection).await?, "+OK") {
        return Err(NetError::Malformed("POP3 greeting"));
    }
    connection.send(b"CAPA\r\n").await?;
    // Servers from before RFC 2449 do not know CAPA; some of them know STLS nevertheless.
    if begins(&receive_text(connection).await?, "+OK")
        && !capabilities(connection).await?.iter().any(|it| names(it, "STLS"))
    {
        let _ = connection.send(b"QUIT\r\n").await;
        return Ok(StartTls::NotOffered);
    }
    connection.send(&[b"STLS\r\n".as_slice(), behind].concat()).await?;
    Ok(if begins(&receive_text(connection).await?, "+OK") { StartTls::Offered } else { StartTls::Refused })
}

async fn capabilities(connection: &mut Connection) -> Result<Vec<String>, NetError> {
    let mut lines = Vec::new();
    while lines.len() < MAX_LINES {
        let line = receive_text(connection).await?;
        if line == "." {
            return Ok(lines);
        }
        lines.push(line);
    }
    Err(NetError::Malformed("POP3 answer with too many lines"))
}
