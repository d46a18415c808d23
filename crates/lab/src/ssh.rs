//! The opening of an SSH server (RFC 4253 section 7): identification line and KEXINIT, nothing more.

/// What a server sends first: its identification line, then its list of algorithms.
pub(crate) fn opening(
    banner: &str,
    kex: &[String],
    host_keys: &[String],
    ciphers: &[String],
    macs: &[String],
) -> Vec<u8> {
    let none = ["none".to_owned()];
    let mut payload = vec![20];
    payload.extend([0x17; 16]);
    for list in [kex, host_keys, ciphers, ciphers, macs, macs, &none, &none, &[], &[]] {
        let names = list.join(",");
        payload.extend(u32::try_from(names.len()).unwrap_or(0).to_be_bytes());
        payload.extend(names.into_bytes());
    }
    payload.extend([0; 5]);
    let mut bytes = format!("{banner}\r\n").into_bytes();
    bytes.extend(packet(&payload));
    bytes
}

/// An unencrypted packet, padded to a multiple of eight with at least four bytes (section 6).
fn packet(payload: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 8;
    let unpadded = 5 + payload.len();
    let padding = BLOCK - unpadded % BLOCK;
    let padding = if padding < 4 { padding + BLOCK } else { padding };
    let mut packet = u32::try_from(1 + payload.len() + padding).unwrap_or(0).to_be_bytes().to_vec();
    packet.push(u8::try_from(padding).unwrap_or(0));
    packet.extend(payload);
    packet.extend(vec![0; padding]);
    packet
}

#[cfg(test)]
mod tests {
    #[test]
    fn packets_are_whole_blocks() {
        for length in 0..40 {
            let packet = super::packet(&vec![1; length]);
            assert_eq!(packet.len() % 8, 0);
            assert!(packet[4] >= 4);
            assert_eq!(u32::from_be_bytes(packet[..4].try_into().unwrap()) as usize, packet.len() - 4);
        }
    }
}
