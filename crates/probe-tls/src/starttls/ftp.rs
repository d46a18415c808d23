//! FTP (RFC 959, RFC 4217): greeting, AUTH TLS.

use vigie_probe::{Connection, NetError};

use super::smtp::receive_reply;
use crate::endpoint::facts::StartTls;

pub(super) async fn begin_tls(connection: &mut Connection, behind: &[u8]) -> Result<StartTls, NetError> {
    match receive_reply(connection).await?.code {
        220 => {}
        421 => return Err(NetError::RateLimited),
        _ => return Err(NetError::Malformed("FTP greeting")),
    }
    connection.send(&[b"AUTH TLS\r\n".as_slice(), behind].concat()).await?;
    match receive_reply(connection).await?.code {
        // 334 is the answer of a few servers that took the command for the start of a longer exchange.
        234 | 334 => Ok(StartTls::Offered),
        421 => Err(NetError::RateLimited),
        // The command is known, and is not to be had now (RFC 4217 section 4).
        431 | 534 => Ok(StartTls::Refused),
        _ => Ok(StartTls::NotOffered),
    }
}
