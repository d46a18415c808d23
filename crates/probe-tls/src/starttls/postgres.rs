//! `PostgreSQL` (protocol 3, message `SSLRequest`): eight bytes, and one in answer.

use tokio::io::AsyncReadExt;
use vigie_probe::{Connection, NetError};

use crate::endpoint::facts::StartTls;

/// Length, then the code 1234.5679.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

pub(super) async fn begin_tls(connection: &mut Connection) -> Result<StartTls, NetError> {
    connection.send(&SSL_REQUEST).await?;
    match connection.read_u8().await? {
        b'S' => Ok(StartTls::Offered),
        b'N' => Ok(StartTls::NotOffered),
        _ => Err(NetError::Malformed("PostgreSQL answer")),
    }
}
