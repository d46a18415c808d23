//! IMAP (RFC 9051): greeting, CAPABILITY, STARTTLS.

use vigie_probe::{Connection, NetError};

use super::{MAX_LINES, begins, names, receive_text};
use crate::endpoint::facts::StartTls;

pub(super) async fn begin_tls(connection: &mut Connection, behind: &[u8]) -> Result<StartTls, NetError> {
    let greeting = receive_text(connection).await?;
    if begins(&greeting, "* BYE") {
        return Err(NetError::RateLimited);
    }
    if !begins(&greeting, "* OK") && !begins(&greeting, "* PREAUTH") {
        return Err(NetError::Malformed("IMAP greeting"));
    }
    connection.send(b"v1 CAPABILITY\r\n").await?;
    let (said, _) = answer(connection, "v1 ").await?;
    if !said.iter().any(|line| begins(line, "* CAPABILITY") && names(line, "STARTTLS")) {
        let _ = connection.send(b"v2 LOGOUT\r\n").await;
        return Ok(StartTls::NotOffered);
    }
    connection.send(&[b"v2 STARTTLS\r\n".as_slice(), behind].concat()).await?;
    let (_, end) = answer(connection, "v2 ").await?;
    Ok(if begins(&end, "OK") { StartTls::Offered } else { StartTls::Refused })
}

/// The lines of an answer, and what follows its tag on the last one.
async fn answer(connection: &mut Connection, tag: &str) -> Result<(Vec<String>, String), NetError> {
    let mut lines = Vec::new();
    while lines.len() < MAX_LINES {
        let line = receive_text(connection).await?;
        if let Some(end) = line.strip_prefix(tag) {
            return Ok((lines, end.to_owned()));
        }
        lines.push(line);
    }
    Err(NetError::Malformed("IMAP answer with too many lines"))
}
