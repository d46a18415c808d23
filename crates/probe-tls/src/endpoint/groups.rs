//! Key-exchange groups: their names and sizes.

use crate::wire::KeyExchange;

/// IANA TLS Supported Groups: code, name, size in bits.
const GROUPS: &[(u16, &str, u32)] = &[
    (1, "sect163k1", 163),
    (2, "sect163r1", 163),
    (3, "sect163r2", 163),
    (4, "sect193r1", 193),
    (5, "sect193r2", 193),
    (6, "sect233k1", 233),
    (7, "sect233r1", 233),
    (8, "sect239k1", 239),
    (9, "sect283k1", 283),
    (10, "sect283r1", 283),
    (11, "sect409k1", 409),
    (12, "sect409r1", 409),
    (13, "sect571k1", 571),
    (14, "sect571r1", 571),
    (15, "secp160k1", 160),
    (16, "secp160r1", 160),
    (17, "secp160r2", 160),
    (18, "secp192k1", 192),
    (19, "secp192r1", 192),
    (20, "secp224k1", 224),
    (21, "secp224r1", 224),
    (22, "secp256k1", 256),
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
