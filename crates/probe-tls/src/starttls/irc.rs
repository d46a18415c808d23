//! Chat (IRC, `IRCv3` extension `tls`): STARTTLS before anything else; numerics 670 and 691 answer it.

use vigie_probe::{Connection, NetError};

use super::{MAX_LINES, begins, receive_text};
use crate::endpoint::facts::StartTls;

pub(super) async fn begin_tls(connection: &mut Connection) -> Result<StartTls, NetError> {
    connection.send(b"STARTTLS\r\n").await?;
    // Servers say first that they look the visitor up.
    for _ in 0..MAX_LINES {
        let line = receive_text(connection).await?;
        if begins(&line, "ERROR") {
            return Err(NetError::RateLimited);
        }
        match line.split_whitespace().nth(1) {
            Some("670") => return Ok(StartTls::Offered),
            Some("691") => return Ok(StartTls::Refused),
            // An unknown command, or not before a name is given.
            Some("421" | "451") => return Ok(StartTls::NotOffered),
            _ => {}
        }
    }
    Err(NetError::Malformed("IRC answer with too many lines"))
}
