//! Identifying a server by its own bytes.

use super::Protocol;
use crate::Product;
use crate::product::{read_greeting_product, read_products, read_ssh_product};

/// What a server's own bytes prove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// What it speaks.
    pub protocol: Protocol,
    /// What it says it is; empty when it does not say.
    pub products: Vec<Product>,
}

/// Identifies a server by what it said first, `None` while nothing is proven. A banner in text counts
/// only once its line has ended, so that more bytes never change the answer's protocol.
pub fn read_banner(bytes: &[u8]) -> Option<Identified> {
    // No banner in text has a zero there; MySQL's packets do, and may still be on their way.
    let binary = bytes.get(3) == Some(&0);
    read_telnet(bytes).or_else(|| if binary { read_mysql(bytes) } else { read_text_banner(bytes) })
}

/// Identifies a server by its answer to `GET /`, `None` when it proves nothing.
///
/// A TLS server answers a request in clear with an alert record (RFC 8446 section 5.1), or, out of
/// kindness, with a page that says so.
pub fn read_answer(bytes: &[u8]) -> Option<Identified> {
    const KIND_PAGES: [&str; 2] = ["sent to HTTPS port", "SSL-enabled server port"];
    if bytes.starts_with(&[0x15, 0x03]) && bytes.get(3..5) == Some(&[0, 2]) {
        return Some(Identified { protocol: Protocol::Tls, products: Vec::new() });
    }
    if !bytes.starts_with(b"HTTP/1.") {
        return read_banner(bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    let protocol = if KIND_PAGES.iter().any(|page| text.contains(page)) { Protocol::Https } else { Protocol::Http };
    let server = text.lines().skip(1).take_while(|line| !line.is_empty()).find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("server").then_some(value)
    });
    Some(Identified { protocol, products: server.map(read_products).unwrap_or_default() })
}

fn read_text_banner(bytes: &[u8]) -> Option<Identified> {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
    let first = String::from_utf8_lossy(lines.next()?);
    let first = first.trim_end();
    let greets = |protocol| {
        let products = read_greeting_product(first).into_iter().collect();
        Some(Identified { protocol, products })
    };
    let bare = |protocol| Some(Identified { protocol, products: Vec::new() });
    let says = |word: &str| first.to_ascii_lowercase().contains(word);
    match first.as_bytes() {
        // The line is exactly `RFB 003.008` (RFC 6143 section 7.1.1).
        [b'R', b'F', b'B', b' ', rest @ ..] if is_rfb_version(rest) => bare(Protocol::Vnc),
        // FTP and SMTP share their codes (RFC 959, RFC 5321): only the word tells them apart.
        [b'2', b'2', b'0', b' ' | b'-', ..] if says("smtp") => greets(Protocol::Smtp),
        [b'2', b'2', b'0', b' ' | b'-', ..] if says("ftp") => greets(Protocol::Ftp),
        [b'+', b'O', b'K', ..] => greets(Protocol::Pop3),
        // RFC 3501 section 7.1.
        _ if ["* OK", "* PREAUTH", "* BYE"].iter().any(|greeting| first.starts_with(greeting)) => {
            greets(Protocol::Imap)
        }
        _ if first.starts_with("@RSYNCD:") => bare(Protocol::Rsync),
        _ if first.starts_with("-DENIED Redis") => bare(Protocol::Redis),
        _ if first.starts_with("HTTP/1.") => bare(Protocol::Http),
        _ => read_ssh(bytes),
    }
}

/// An SSH server may say other lines before its version (RFC 4253 section 4.2).
fn read_ssh(bytes: &[u8]) -> Option<Identified> {
    let id = crate::ssh::wire::read_identification(bytes)?;
    let products = read_ssh_product(&id.software, &id.comment).into_iter().collect();
    Some(Identified { protocol: Protocol::Ssh, products })
}

fn is_rfb_version(text: &[u8]) -> bool {
    match text {
        [major @ .., b'.', a, b, c] => {
            major.len() == 3 && [major, &[*a, *b, *c]].concat().iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// A telnet server opens with option negotiation: IAC, then WILL, WONT, DO or DONT, then the option (RFC 854).
fn read_telnet(bytes: &[u8]) -> Option<Identified> {
    matches!(bytes, [0xff, 0xfb..=0xfe, _, ..]).then(|| Identified { protocol: Protocol::Telnet, products: Vec::new() })
}

/// The first packet of `MySQL` and `MariaDB`: a 3-byte length, sequence 0, then protocol 10 and a version,
/// or 0xff and an error when our address may not come in (client/server protocol, `HandshakeV10`).
fn read_mysql(bytes: &[u8]) -> Option<Identified> {
    /// A greeting is short; a longer "length" is chance.
    const LONGEST_GREETING_BYTES: u32 = 1024;
    let [a, b, c, 0, payload @ ..] = bytes else { return None };
    let length = u32::from_le_bytes([*a, *b, *c, 0]);
    if length > LONGEST_GREETING_BYTES {
        return None;
    }
    match payload.get(..usize::try_from(length).ok()?)? {
        [0x0a, rest @ ..] => {
            let version = rest.split(|byte| *byte == 0).next()?;
            let version =
                std::str::from_utf8(version).ok().filter(|text| text.starts_with(|c: char| c.is_ascii_digit()))?;
            Some(Identified { protocol: Protocol::Mysql, products: vec![mysql_product(version)] })
        }
        // 1130: host not allowed; 1129: host blocked.
        [0xff, 0x6a | 0x69, 0x04, ..] => Some(Identified { protocol: Protocol::Mysql, products: Vec::new() }),
        _ => None,
    }
}

/// `MariaDB` puts `5.5.5-` before its own version, for the sake of old `MySQL` replicas.
fn mysql_product(version: &str) -> Product {
    let own = version.strip_prefix("5.5.5-").unwrap_or(version);
    match own.split_once("-MariaDB") {
        Some((number, build)) => Product::new("MariaDB", number, build),
        None => Product::new("MySQL", own, own),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> String {
        match read_banner(bytes) {
            None => "nothing".to_owned(),
            Some(found) => {
                let products = found.products.iter().map(|product| {
                    let patched = if product.distribution_patched { " (distribution)" } else { "" };
                    format!(" {} {}{patched}", product.name, product.version.as_deref().unwrap_or("?"))
                });
                format!("{}:{}", found.protocol.word(), products.collect::<String>())
            }
        }
    }

    /// A `MySQL` greeting with this version, its other fields zeroed.
    fn mysql(version: &str) -> Vec<u8> {
        let payload = [b"\x0a", version.as_bytes(), &[0; 45]].concat();
        [&[u8::try_from(payload.len()).unwrap(), 0, 0, 0], payload.as_slice()].concat()
    }

    #[test]
    fn banners_are_told_apart() {
        for (banner, expected) in [
            (&b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"[..], "ssh: OpenSSH 9.2p1 (distribution)"),
            (b"Bienvenue\r\nSSH-2.0-dropbear_2022.83\r\n", "ssh: dropbear 2022.83"),
            (b"220 (vsFTPd 3.0.3)\r\n", "ftp: vsFTPd 3.0.3"),
            (b"220-FileZilla Server 1.8\r\n220 Please FTP\r\n", "nothing"),
            (b"220 mx.ch-demo.example ESMTP Postfix (Debian/GNU)\r\n", "smtp: Postfix ? (distribution)"),
            (b"220 ready\r\n", "nothing"),
            (b"+OK Dovecot ready.\r\n", "pop3: Dovecot ?"),
            (b"* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot (Debian) ready.\r\n", "imap: Dovecot ? (distribution)"),
            (b"RFB 003.008\n", "vnc:"),
            (b"RFB 3.8\n", "nothing"),
            (b"\xff\xfd\x18\xff\xfd\x20", "telnet:"),
            (b"@RSYNCD: 31.0\n", "rsync:"),
            (b"-DENIED Redis is running in protected mode\r\n", "redis:"),
            (b"SSH-2.0-OpenSSH", "nothing"),
            (b"", "nothing"),
        ] {
            assert_eq!(read(banner), expected, "{:?}", String::from_utf8_lossy(banner));
        }
        assert_eq!(read(&mysql("5.5.5-10.11.19-MariaDB-0+deb12u1")), "mysql: MariaDB 10.11.19 (distribution)");
        assert_eq!(read(&mysql("8.0.36")), "mysql: MySQL 8.0.36");
        assert_eq!(read(b"\x46\0\0\0\xff\x6a\x04Host is not allowed"), "nothing", "shorter than it says");
        assert_eq!(read(b"\x46\0\0\0\x0a8\nSSH-2.0-x\n"), "nothing", "its packet has not come whole");
        assert_eq!(read(b"\x01\0\0\0\x0a8.0"), "nothing", "a version past the end of its packet");
    }

    #[test]
    fn answers_tell_http_from_tls() {
        let protocol = |bytes: &[u8]| read_answer(bytes).map(|found| found.protocol);
        assert_eq!(protocol(b"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\n\r\n"), Some(Protocol::Http));
        assert_eq!(protocol(b"\x15\x03\x01\x00\x02\x02\x46"), Some(Protocol::Tls));
        let kind = b"HTTP/1.1 400 Bad Request\r\n\r\nThe plain HTTP request was sent to HTTPS port";
        assert_eq!(protocol(kind), Some(Protocol::Https));
        assert_eq!(protocol(b"hello"), None);
        let served = read_answer(b"HTTP/1.0 200 OK\r\nSERVER: nginx/1.22.1\r\n\r\nServer: fake/1").unwrap();
        assert_eq!(served.products, [Product::new("nginx", "1.22.1", "")]);
    }

    proptest! {
        #[test]
        fn no_bytes_panic_and_more_bytes_keep_the_protocol(bytes: Vec<u8>, more: Vec<u8>) {
            let _ = read_answer(&bytes);
            if let Some(found) = read_banner(&bytes) {
                let longer = read_banner(&[bytes, more].concat());
                prop_assert_eq!(longer.map(|longer| longer.protocol), Some(found.protocol));
            }
        }

        #[test]
        fn near_banners_keep_the_protocol(
            start in prop::sample::select(vec!["SSH-2.0-", "220 ftp", "+OK ", "* OK ", "RFB 003.008\n", "HTTP/1."]),
            bytes: Vec<u8>, more: Vec<u8>,
        ) {
            let bytes = [start.as_bytes(), &bytes].concat();
            if let Some(found) = read_banner(&bytes) {
                let longer = read_banner(&[bytes, more].concat());
                prop_assert_eq!(longer.map(|longer| longer.protocol), Some(found.protocol));
            }
        }
    }
}
