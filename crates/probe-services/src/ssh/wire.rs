//! The first two messages of SSH, read and written by hand (RFC 4253 sections 4.2, 6 and 7.1).

use thiserror::Error;

/// The identification line of a peer: `SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identification {
    /// The protocol version (`2.0`, `1.99`, `1.5`).
    pub protocol: String,
    /// The software and its version, in one word.
    pub software: String,
    /// What follows the software; empty when nothing does.
    pub comment: String,
    /// Bytes up to and including the end of the line.
    pub length: usize,
}

/// What a peer offers for a key exchange, in its order of preference.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KexInit {
    /// Random bytes.
    pub cookie: [u8; 16],
    /// The ten name lists, in the order of the wire.
    pub lists: [Vec<String>; 10],
    /// Whether a guessed packet follows.
    pub first_kex_packet_follows: bool,
}

/// A packet in clear, as far as it has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet<'a> {
    /// All of it: its payload.
    Whole(&'a [u8]),
    /// More bytes are needed.
    Partial,
}

/// Why bytes are not what SSH allows. The peer is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WireError {
    /// A packet length that RFC 4253 section 6.1 does not allow.
    #[error("impossible packet length")]
    PacketLength,
    /// Padding longer than its packet.
    #[error("impossible padding")]
    Padding,
    /// Another message than `SSH_MSG_KEXINIT`.
    #[error("not a KEXINIT message")]
    OtherMessage,
    /// A field runs past the end of the message.
    #[error("message ends too early")]
    TooShort,
    /// A name that is not printable ASCII, or is over 64 characters (RFC 4251 section 6).
    #[error("a name that SSH does not allow")]
    Name,
}

/// Positions of the name lists in KEXINIT (RFC 4253 section 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Key exchange methods.
    Kex,
    /// Server host key algorithms.
    HostKey,
    /// Ciphers, both directions.
    Cipher,
    /// Message authentication codes, both directions.
    Mac,
    /// Compression, both directions.
    Compression,
}

const SSH_MSG_DISCONNECT: u8 = 1;
const SSH_MSG_KEXINIT: u8 = 20;
/// `SSH_DISCONNECT_BY_APPLICATION`: we leave of our own accord.
const BY_APPLICATION: u32 = 11;
/// What any implementation must be able to receive (RFC 4253 section 6.1).
const MAX_PACKET_BYTES: u32 = 35_000;
/// Longest identification line, its end included (RFC 4253 section 4.2).
const MAX_LINE_BYTES: usize = 255;
const MAX_NAME_BYTES: usize = 64;

impl KexInit {
    /// The names of one list; for those that come twice, what the server accepts then what it sends,
    /// each name once.
    pub fn names(&self, list: List) -> Vec<String> {
        let [kex, host_key, cipher_in, cipher_out, mac_in, mac_out, compression_in, compression_out, ..] = &self.lists;
        let (first, second): (&[String], &[String]) = match list {
            List::Kex => (kex, &[]),
            List::HostKey => (host_key, &[]),
            List::Cipher => (cipher_in, cipher_out),
            List::Mac => (mac_in, mac_out),
            List::Compression => (compression_in, compression_out),
        };
        let mut names = first.to_vec();
        names.extend(second.iter().filter(|name| !first.contains(name)).cloned());
        names
    }
}

/// Finds the identification line, after any other lines the server chose to say first. `None` while
/// it has not come whole.
pub fn read_identification(bytes: &[u8]) -> Option<Identification> {
    let mut length: usize = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        length = length.saturating_add(line.len());
        if !line.starts_with(b"SSH-") {
            continue;
        }
        if !line.ends_with(b"\n") || line.len() > MAX_LINE_BYTES {
            return None;
        }
        let text = String::from_utf8_lossy(line);
        let (protocol, rest) = text.trim_end_matches(['\r', '\n']).strip_prefix("SSH-")?.split_once('-')?;
        let (software, comment) = rest.split_once(' ').unwrap_or((rest, ""));
        let [protocol, software, comment] = [protocol, software, comment].map(str::to_owned);
        return Some(Identification { protocol, software, comment, length });
    }
    None
}

/// Reads the first packet, before any encryption: length, padding length, payload, padding.
pub fn decode_packet(bytes: &[u8]) -> Result<Packet<'_>, WireError> {
    let Some((length, rest)) = bytes.split_first_chunk::<4>() else { return Ok(Packet::Partial) };
    let length = u32::from_be_bytes(*length);
    // A padding length, a message number, and at least four bytes of padding.
    if !(6..=MAX_PACKET_BYTES).contains(&length) {
        return Err(WireError::PacketLength);
    }
    let length = usize::try_from(length).map_err(|_| WireError::PacketLength)?;
    let Some((padding, payload)) = rest.get(..length).and_then(<[u8]>::split_first) else {
        return Ok(Packet::Partial);
    };
    let payload_length = payload.len().checked_sub(usize::from(*padding)).ok_or(WireError::Padding)?;
    payload.get(..payload_length).map(Packet::Whole).ok_or(WireError::Padding)
}

/// Reads a KEXINIT payload. Bytes after its last field are left alone, as the protocol asks.
pub fn decode_kexinit(payload: &[u8]) -> Result<KexInit, WireError> {
    let (&number, rest) = payload.split_first().ok_or(WireError::TooShort)?;
    if number != SSH_MSG_KEXINIT {
        return Err(WireError::OtherMessage);
    }
    let (cookie, mut rest) = rest.split_first_chunk::<16>().ok_or(WireError::TooShort)?;
    let mut kexinit = KexInit { cookie: *cookie, ..KexInit::default() };
    for list in &mut kexinit.lists {
        (*list, rest) = decode_name_list(rest)?;
    }
    let (follows, rest) = rest.split_first().ok_or(WireError::TooShort)?;
    // A reserved number ends the message.
    rest.first_chunk::<4>().ok_or(WireError::TooShort)?;
    kexinit.first_kex_packet_follows = *follows != 0;
    Ok(kexinit)
}

/// Writes a KEXINIT payload: what tests and doubles answer with.
pub fn encode_kexinit(kexinit: &KexInit) -> Vec<u8> {
    let mut payload = vec![SSH_MSG_KEXINIT];
    payload.extend_from_slice(&kexinit.cookie);
    for list in &kexinit.lists {
        put_string(&mut payload, &list.join(","));
    }
    payload.push(u8::from(kexinit.first_kex_packet_follows));
    payload.extend_from_slice(&[0; 4]);
    payload
}

/// Wraps a payload in a packet without encryption, padded to eight bytes.
pub fn encode_packet(payload: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 8;
    const LEAST_PADDING: usize = 4;
    let head = payload.len().saturating_add(5);
    let padding = BLOCK.saturating_sub(head.saturating_add(LEAST_PADDING) % BLOCK) % BLOCK;
    let padding = padding.saturating_add(LEAST_PADDING);
    let length = payload.len().saturating_add(padding).saturating_add(1);
    let mut packet = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes().to_vec();
    packet.push(u8::try_from(padding).unwrap_or(u8::MAX));
    packet.extend_from_slice(payload);
    packet.resize(packet.len().saturating_add(padding), 0);
    packet
}

/// The farewell that keeps us out of the server's error log.
pub fn encode_disconnect() -> Vec<u8> {
    let mut payload = vec![SSH_MSG_DISCONNECT];
    payload.extend_from_slice(&BY_APPLICATION.to_be_bytes());
    put_string(&mut payload, "done");
    put_string(&mut payload, "");
    encode_packet(&payload)
}

fn decode_name_list(bytes: &[u8]) -> Result<(Vec<String>, &[u8]), WireError> {
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or(WireError::TooShort)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| WireError::TooShort)?;
    let (list, rest) = rest.split_at_checked(length).ok_or(WireError::TooShort)?;
    if list.is_empty() {
        return Ok((Vec::new(), rest));
    }
    let names = list.split(|byte| *byte == b',').map(|name| {
        let allowed = !name.is_empty() && name.len() <= MAX_NAME_BYTES && name.iter().all(u8::is_ascii_graphic);
        if allowed { Ok(String::from_utf8_lossy(name).into_owned()) } else { Err(WireError::Name) }
    });
    Ok((names.collect::<Result<_, _>>()?, rest))
}

fn put_string(payload: &mut Vec<u8>, text: &str) {
    payload.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
    payload.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec("[a-z0-9@.-]{1,64}", 0..8)
    }

    fn kexinits() -> impl Strategy<Value = KexInit> {
        (any::<[u8; 16]>(), prop::array::uniform10(names()), any::<bool>())
            .prop_map(|(cookie, lists, first_kex_packet_follows)| KexInit { cookie, lists, first_kex_packet_follows })
    }

    #[test]
    fn an_identification_is_found_behind_other_lines() {
        let bytes = b"Acces reserve\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\nrest";
        let id = read_identification(bytes).unwrap();
        assert_eq!((id.protocol.as_str(), id.software.as_str()), ("2.0", "OpenSSH_9.2p1"));
        assert_eq!((id.comment.as_str(), &bytes[id.length..]), ("Debian-2+deb12u10", &b"rest"[..]));
        assert_eq!(read_identification(b"SSH-2.0-OpenSSH_9"), None, "the line has not ended");
        assert_eq!(read_identification(&[b"SSH-2.0-".as_slice(), &[b'a'; 300], b"\n"].concat()), None);
    }

    #[test]
    fn impossible_packets_are_refused() {
        assert_eq!(decode_packet(&[0, 0, 0]), Ok(Packet::Partial));
        assert_eq!(decode_packet(&[0xff; 8]), Err(WireError::PacketLength));
        assert_eq!(decode_packet(&[0, 0, 0, 1, 0]), Err(WireError::PacketLength));
        assert_eq!(decode_packet(&[0, 0, 0, 6, 200, 1, 2, 3, 4, 5]), Err(WireError::Padding));
        assert_eq!(decode_kexinit(&[21, 0]), Err(WireError::OtherMessage));
        assert_eq!(decode_kexinit(&[20, 0]), Err(WireError::TooShort));
    }

    #[test]
    fn both_directions_make_one_list() {
        let list = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        let mut kexinit = KexInit::default();
        kexinit.lists[2] = list("aes256-ctr,aes128-ctr");
        kexinit.lists[3] = list("aes128-ctr,3des-cbc");
        assert_eq!(kexinit.names(List::Cipher), list("aes256-ctr,aes128-ctr,3des-cbc"));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(kexinit in kexinits()) {
            let payload = encode_kexinit(&kexinit);
            let packet = encode_packet(&payload);
            prop_assert_eq!(packet.len() % 8, 0);
            prop_assert_eq!(decode_packet(&packet), Ok(Packet::Whole(payload.as_slice())));
            prop_assert_eq!(decode_kexinit(&payload), Ok(kexinit));
            for cut in 0..packet.len() {
                prop_assert_eq!(decode_packet(&packet[..cut]), Ok(Packet::Partial));
            }
        }

        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = read_identification(&bytes);
            let _ = decode_packet(&bytes);
            let _ = decode_kexinit(&[&[SSH_MSG_KEXINIT], bytes.as_slice()].concat());
        }

        #[test]
        fn a_bent_message_is_read_or_refused(kexinit in kexinits(), at: usize, byte: u8) {
            let mut payload = encode_kexinit(&kexinit);
            let at = at % payload.len();
            payload[at] = byte;
            if let Ok(read) = decode_kexinit(&payload) {
                prop_assert!(read.lists.iter().flatten().all(|name| name.len() <= MAX_NAME_BYTES));
            }
        }
    }
}
