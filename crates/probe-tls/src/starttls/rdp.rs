//! Remote desktops (MS-RDPBCGR sections 2.2.1.1 and 2.2.1.2): a connection request names TLS and NLA; the answer chooses.

use tokio::io::AsyncReadExt;
use vigie_probe::{Connection, NetError};

use crate::endpoint::facts::StartTls;

/// TPKT, X.224 connection request, then the protocols that we speak: TLS, and NLA over it.
const REQUEST: [u8; 19] = [3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0];
const CONFIRM: u8 = 0xd0;
const RESPONSE: u8 = 2;
const FAILURE: u8 = 3;
/// Longest answer: TPKT, X.224 and eight bytes.
const MAX_ANSWER_BYTES: usize = 64;

pub(super) async fn begin_tls(connection: &mut Connection) -> Result<StartTls, NetError> {
    connection.send(&REQUEST).await?;
    let mut header = [0; 4];
    connection.read_exact(&mut header).await?;
    let [version, _, high, low] = header;
    let length = usize::from(u16::from_be_bytes([high, low]));
    if version != 3 || !(11..=MAX_ANSWER_BYTES).contains(&length) {
        return Err(NetError::Malformed("RDP answer"));
    }
    let mut body = vec![0; length.saturating_sub(4)];
    connection.read_exact(&mut body).await?;
    choice(&body).ok_or(NetError::Malformed("RDP answer"))
}

/// What an answer chooses: TLS, or security of its own.
fn choice(body: &[u8]) -> Option<StartTls> {
    if body.get(1) != Some(&CONFIRM) {
        return None;
    }
    match body.get(7..)? {
        [RESPONSE, _, _, _, 1 | 2 | 8, 0, 0, 0] => Some(StartTls::Offered),
        // One from before Windows Server 2003 SP1 knows no negotiation.
        [] | [RESPONSE, _, _, _, _, _, _, _] => Some(StartTls::NotOffered),
        [FAILURE, _, _, _, _, _, _, _] => Some(StartTls::Refused),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let answer = |rest: &[u8]| choice(&[&[14, CONFIRM, 0, 0, 0, 0, 0], rest].concat());
        assert_eq!(answer(&[]), Some(StartTls::NotOffered));
        assert_eq!(answer(&[2, 0, 8, 0, 2, 0, 0, 0]), Some(StartTls::Offered));
        assert_eq!(answer(&[2, 0, 8, 0, 0, 0, 0, 0]), Some(StartTls::NotOffered));
        assert_eq!(answer(&[3, 0, 8, 0, 2, 0, 0, 0]), Some(StartTls::Refused));
        assert_eq!(answer(&[2, 0, 8]), None);
        assert_eq!(choice(&[14, 0xf0, 0, 0, 0, 0, 0]), None);
    }
}
