//! Remote desktops (RFC 6143 and its extension `VeNCrypt`): versions, kinds of security, then kinds of TLS.

use tokio::io::AsyncReadExt;
use vigie_probe::{Connection, NetError};

use crate::endpoint::facts::StartTls;

const VENCRYPT: u8 = 19;
const VENCRYPT_VERSION: [u8; 2] = [0, 2];
/// Kinds of TLS, with a certificate first: `X509None`, `X509Vnc`, `X509Plain`, then the same without one.
const KINDS: [u32; 6] = [260, 261, 262, 257, 258, 259];

pub(super) async fn begin_tls(connection: &mut Connection) -> Result<StartTls, NetError> {
    let mut version = [0; 12];
    connection.read_exact(&mut version).await?;
    if !version.starts_with(b"RFB ") {
        return Err(NetError::Malformed("RFB greeting"));
    }
    if version < *b"RFB 003.007\n" {
        // Before 3.7, the server alone chooses, and none of its choices is TLS.
        return Ok(StartTls::NotOffered);
    }
    connection.send(b"RFB 003.008\n").await?;
    let count = connection.read_u8().await?;
    if count == 0 {
        // A reason follows: too many attempts, most often.
        return Err(NetError::RateLimited);
    }
    let mut kinds = vec![0; count.into()];
    connection.read_exact(&mut kinds).await?;
    if !kinds.contains(&VENCRYPT) {
        return Ok(StartTls::NotOffered);
    }
    connection.send(&[VENCRYPT]).await?;
    connection.read_u16().await?;
    connection.send(&VENCRYPT_VERSION).await?;
    if connection.read_u8().await? != 0 {
        return Ok(StartTls::Refused);
    }
    let mut offered = Vec::new();
    for _ in 0..connection.read_u8().await? {
        offered.push(connection.read_u32().await?);
    }
    let Some(kind) = KINDS.into_iter().find(|kind| offered.contains(kind)) else { return Ok(StartTls::NotOffered) };
    connection.send(&kind.to_be_bytes()).await?;
    Ok(if connection.read_u8().await? == 1 { StartTls::Offered } else { StartTls::Refused })
}
