//! Filters of mailboxes (RFC 5804 section 2.2): the server greets with what it can do, then STARTTLS.

use vigie_probe::{Connection, NetError};

use super::{MAX_LINES, begins, names, receive_text};
use crate::endpoint::facts::StartTls;

pub(super) async fn begin_tls(connection: &mut Connection) -> Result<StartTls, NetError> {
    let mut offered = false;
    for _ in 0..MAX_LINES {
        let line = receive_text(connection).await?;
        if begins(&line, "OK") {
            if !offered {
                let _ = connection.send(b"LOGOUT\r\n").await;
                return Ok(StartTls::NotOffered);
            }
            connection.send(b"STARTTLS\r\n").await?;
            let answer = receive_text(connection).await?;
            return Ok(if begins(&answer, "OK") { StartTls::Offered } else { StartTls::Refused });
        }
        if begins(&line, "BYE") {
            return Err(NetError::RateLimited);
        }
        if !line.starts_with('"') {
            return Err(NetError::Malformed("ManageSieve greeting"));
        }
        offered |= names(&line, "STARTTLS");
    }
    Err(NetError::Malformed("ManageSieve greeting with too many lines"))
}
