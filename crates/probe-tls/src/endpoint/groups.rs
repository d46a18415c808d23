//! Key-exchange groups: their names and sizes.

use crate::wire::KeyExchange;

/// IANA TLS Supported Groups: code, name, size in bits.
const GROUPS: &[(u16, &str, u32)] = &[
    (19, "secp192r1", 192),
    (21, "secp224r1", 224),
    (23, "secp256r1", 256),
    (24, "secp384r1", 384),
    (25, "secp521r1", 521),
    (26, "brainpoolP256r1", 256),
    (27, "brainpoolP384r1", 384),
    (28, "brainpoolP512r1", 512),
    (29, "x25519", 255),
    (30, "x448", 448),
    (31, "brainpoolP256r1tls13", 256),
    (32, "brainpoolP384r1tls13", 384),
    (33, "brainpoolP512r1tls13", 512),
    (41, "curveSM2", 256),
    (256, "ffdhe2048", 2048),
    (257, "ffdhe3072", 3072),
    (258, "ffdhe4096", 4096),
    (259, "ffdhe6144", 6144),
    (260, "ffdhe8192", 8192),
    (512, "MLKEM512", 512),
    (513, "MLKEM768", 768),
    (514, "MLKEM1024", 1024),
    (4587, "SecP256r1MLKEM768", 256),
    (4588, "X25519MLKEM768", 255),
    (4589, "SecP384r1MLKEM1024", 384),
];

/// The IANA name of a group, `custom` for one spelt out, its code in hexadecimal when the registry does not know it.
pub(crate) fn group_name(group: KeyExchange) -> String {
    match group {
        KeyExchange::Custom { .. } => "custom".to_owned(),
        KeyExchange::Group(code) => {
            known_group(code).map_or_else(|| format!("0x{code:04X}"), |(name, _)| name.to_owned())
        }
    }
}

/// Size of a group in bits; of the classical half for a post-quantum hybrid.
pub(crate) fn group_bits(group: KeyExchange) -> Option<u32> {
    match group {
        KeyExchange::Custom { bits } => Some(bits),
        KeyExchange::Group(code) => known_group(code).map(|(_, bits)| bits),
    }
}

/// The code of a group by its name.
pub(crate) fn group_code(name: &str) -> Option<u16> {
    GROUPS.iter().find(|(_, known, _)| *known == name).map(|(code, ..)| *code)
}

fn known_group(code: u16) -> Option<(&'static str, u32)> {
    GROUPS.iter().find(|(known, ..)| *known == code).map(|(_, name, bits)| (*name, *bits))
}
