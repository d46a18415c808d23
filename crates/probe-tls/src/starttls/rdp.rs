//! Remote desktops (MS-RDPBCGR sections 2.2.1.1 and 2.2.1.2): a connection request names ways to protect the session; the
//! answer chooses one.

use tokio::io::AsyncReadExt;
use vigie_probe::{Connection, NetError};

use crate::endpoint::facts::StartTls;

/// Ways to protect a session, to be asked for together; none of them is the encryption of RDP's own.
pub(crate) const TLS: u8 = 1;
pub(crate) const NLA: u8 = 2;

/// TPKT, X.224 connection request, then the kind and length of the negotiation.
const REQUEST: [u8; 15] = [3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0];
const CONFIRM: u8 = 0xd0;
const RESPONSE: u8 = 2;
const FAILURE: u8 = 3;
/// Longest answer: TPKT, X.224 and eight bytes.
const MAX_ANSWER_BYTES: usize = 64;

/// What a server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The encryption of RDP's own.
    Standard,
    /// TLS.
    Tls,
    /// Network Level Authentication, inside TLS.
    Nla,
    /// None of those asked for: it insists on TLS.
    InsistsOnTls,
    /// It insists on Network Level Authentication.
    InsistsOnNla,
    /// It takes no TLS.
    TakesNoTls,
    /// Another refusal, such as for want of a certificate.
    Refused,
}

pub(super) async fn begin_tls(connection: &mut Connection) -> Result<StartTls, NetError> {
    Ok(match negotiate(connection, TLS | NLA).await? {
        Choice::Tls | Choice::Nla => StartTls::Offered,
        Choice::Standard => StartTls::NotOffered,
        _ => StartTls::Refused,
    })
}

/// Asks for these ways to protect the session.
pub(crate) async fn negotiate(connection: &mut Connection, ways: u8) -> Result<Choice, NetError> {
    connection.send(&[&REQUEST[..], &[ways, 0, 0, 0]].concat()).await?;
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

/// What an answer chooses, after its TPKT header.
fn choice(body: &[u8]) -> Option<Choice> {
    if body.get(1) != Some(&CONFIRM) {
        return None;
    }
    let code = |bytes: &[u8]| Some(u32::from_le_bytes(bytes.try_into().ok()?));
    match body.get(7..)? {
        // One from before Windows Server 2003 SP1 knows no negotiation.
        [] => Some(Choice::Standard),
        [RESPONSE, _, _, _, chosen @ ..] => Some(match code(chosen)? {
            1 => Choice::Tls,
            2 | 8 => Choice::Nla,
            _ => Choice::Standard,
        }),
        [FAILURE, _, _, _, why @ ..] => Some(match code(why)? {
            1 => Choice::InsistsOnTls,
            2 => Choice::TakesNoTls,
            5 => Choice::InsistsOnNla,
            _ => Choice::Refused,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let answer = |rest: &[u8]| choice(&[&[14, CONFIRM, 0, 0, 0, 0, 0], rest].concat());
        assert_eq!(answer(&[]), Some(Choice::Standard));
        for (code, chosen) in [(0, Choice::Standard), (1, Choice::Tls), (2, Choice::Nla), (8, Choice::Nla)] {
            assert_eq!(answer(&[2, 0, 8, 0, code, 0, 0, 0]), Some(chosen));
        }
        for (code, refusal) in
            [(1, Choice::InsistsOnTls), (2, Choice::TakesNoTls), (3, Choice::Refused), (5, Choice::InsistsOnNla)]
        {
            assert_eq!(answer(&[3, 0, 8, 0, code, 0, 0, 0]), Some(refusal));
        }
        assert_eq!(answer(&[2, 0, 8]), None);
        assert_eq!(answer(&[2, 0, 8, 0, 1, 0]), None);
        assert_eq!(choice(&[14, 0xf0, 0, 0, 0, 0, 0]), None);
    }
}
