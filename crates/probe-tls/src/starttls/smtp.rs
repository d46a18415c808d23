//! Asks a mail server to begin TLS (RFC 3207): greeting, EHLO, STARTTLS. No sender, no recipient, no message.

use vigie_probe::{Connection, NetError};

use super::{MAX_LINE_BYTES, MAX_LINES};
use crate::endpoint::facts::StartTls;

/// One line of an SMTP reply (RFC 5321 section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplyLine<'a> {
    /// The three-digit code.
    pub code: u16,
    /// Whether more lines of the same reply follow.
    pub more: bool,
    /// What comes after the code.
    pub text: &'a str,
}

/// `hello` is EHLO, or LHLO where mail is delivered to mailboxes (RFC 2033).
pub(super) async fn begin_tls(connection: &mut Connection, hello: &str, behind: &[u8]) -> Result<StartTls, NetError> {
    expect(receive_reply(connection).await?.code, 220, "SMTP greeting")?;
    // A name that belongs to nobody (RFC 2606): we send no mail, so nothing needs to resolve it.
    connection.send(format!("{hello} vigie.invalid\r\n").as_bytes()).await?;
    let greeting = receive_reply(connection).await?;
    expect(greeting.code, 250, "SMTP answer to its greeting")?;
    if !greeting.lines.iter().any(|line| line.trim().eq_ignore_ascii_case("STARTTLS")) {
        let _ = connection.send(b"QUIT\r\n").await;
        return Ok(StartTls::NotOffered);
    }
    connection.send(&[b"STARTTLS\r\n".as_slice(), behind].concat()).await?;
    match receive_reply(connection).await?.code {
        220 => Ok(StartTls::Offered),
        421 => Err(NetError::RateLimited),
        _ => Ok(StartTls::Refused),
    }
}

/// A whole reply.
pub(super) struct Reply {
    pub(super) code: u16,
    lines: Vec<String>,
}

/// All lines of one reply. FTP writes its replies the same way (RFC 959 section 4.2).
pub(super) async fn receive_reply(connection: &mut Connection) -> Result<Reply, NetError> {
    let mut lines = Vec::new();
    while lines.len() < MAX_LINES {
        let bytes = connection.receive_line(MAX_LINE_BYTES).await?;
        let line = decode_reply_line(&bytes).ok_or(NetError::Malformed("SMTP reply"))?;
        lines.push(line.text.to_owned());
        if !line.more {
            return Ok(Reply { code: line.code, lines });
        }
    }
    Err(NetError::Malformed("SMTP reply with too many lines"))
}

fn expect(code: u16, wanted: u16, what: &'static str) -> Result<(), NetError> {
    match code {
        code if code == wanted => Ok(()),
        // "Too busy, come back later": our own pace may be the cause.
        421 | 450..=452 => Err(NetError::RateLimited),
        _ => Err(NetError::Malformed(what)),
    }
}

/// Reads one reply line, its end included or not. Bytes that are not UTF-8 make no reply.
pub fn decode_reply_line(bytes: &[u8]) -> Option<ReplyLine<'_>> {
    let line = std::str::from_utf8(bytes).ok()?.trim_end_matches(['\r', '\n']);
    let (code, rest) = line.split_at_checked(3)?;
    if !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let code = code.parse().ok()?;
    let (more, text) = match rest.split_at_checked(1) {
        None => (false, ""),
        Some((" ", text)) => (false, text),
        Some(("-", text)) => (true, text),
        Some(_) => return None,
    };
    Some(ReplyLine { code, more, text })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reply_lines_are_read() {
        let line = |code, more, text| Some(ReplyLine { code, more, text });
        assert_eq!(decode_reply_line(b"250-STARTTLS\r\n"), line(250, true, "STARTTLS"));
        assert_eq!(decode_reply_line(b"220 mx.ch-demo.example\r\n"), line(220, false, "mx.ch-demo.example"));
        assert_eq!(decode_reply_line(b"250\r\n"), line(250, false, ""));
        for bad in [&b"25"[..], b"", b"2x0 hello", b"SSH-2.0", b"250?x", b"\xff\xff\xff\xff"] {
            assert_eq!(decode_reply_line(bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Some(line) = decode_reply_line(&bytes) {
                prop_assert!(line.code < 1000);
            }
        }
    }
}
