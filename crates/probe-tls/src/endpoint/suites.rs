//! Cipher suites: the lists that we offer, and what a suite is made of.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Serialize;
use tls_parser::{TlsCipherAu, TlsCipherEnc, TlsCipherKx, TlsCipherMac, TlsCipherSuite, TlsPRF};

use crate::endpoint::facts::{SuiteList, Version};

/// A cipher suite, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SuiteFacts {
    /// Its IANA name, or its code (`0xC02F`) when the registry does not know it.
    pub name: String,
    /// Whether past traffic stays secret when the server's key is stolen later.
    pub forward_secrecy: Option<bool>,
    /// Whether encryption and authentication are one step (GCM, CCM, ChaCha20-Poly1305).
    pub aead: Option<bool>,
    /// Key exchange (`ECDHE`, `DHE`, `RSA`).
    pub key_exchange: Option<String>,
    /// Bulk cipher (`AES`, `3DES`, `NULL`).
    pub cipher: Option<String>,
    /// Key of the bulk cipher, in bits.
    pub cipher_bits: Option<u16>,
    /// Hash of the suite (`SHA-256`); of the key derivation when the cipher authenticates by itself.
    pub hash: Option<String>,
}

/// What a `ServerKeyExchange` message carries for a suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ephemeral {
    /// An elliptic-curve group (RFC 8422 section 5.4).
    Curve,
    /// A prime and a generator (RFC 5246 section 7.4.3).
    Prime,
}

/// Signals RFC 5746 support without an extension, so that the oldest servers bear it.
pub(crate) const RENEGOTIATION_SCSV: u16 = 0x00ff;

/// Says that the client could have asked for a newer version (RFC 7507).
pub(crate) const FALLBACK_SCSV: u16 = 0x5600;

/// What our first hellos offer up to TLS 1.2: the best first, then down to what only relics choose, so that any
/// server finds something. With the SCSV it makes 64, which every known stack bears.
pub(crate) const ORDINARY: &[u16] = &[
    0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca9, 0xcca8, 0xc0ac, 0xc0ad, 0xc0ae, 0xc0af, // ECDHE, AEAD
    0x009e, 0x009f, 0xccaa, 0xc09e, 0xc09f, // DHE, AEAD
    0xc023, 0xc024, 0xc027, 0xc028, 0xc009, 0xc00a, 0xc013, 0xc014, // ECDHE, CBC
    0x0067, 0x006b, 0x0033, 0x0039, 0x0045, 0x0088, 0x0032, 0x0038, 0x0040, 0x006a, 0x00a2, // DHE, CBC; DSS
    0x009c, 0x009d, 0xc09c, 0xc09d, 0x003c, 0x003d, 0x002f, 0x0035, 0x0041, 0x0084, // RSA key transport
    0x000a, 0x0016, 0xc008, 0xc012, 0x0007, 0x0096, // 3DES, IDEA, SEED
    0x0005, 0x0004, 0xc007, 0xc011, // RC4
    0x0009, 0x0015, 0x0003, 0x0006, 0x0008, // DES, export
    0x0002, 0x0001, 0x003b, // no encryption
    0x0034, // anonymous
];

/// What clients of 1999 to 2006 offered: AES, 3DES and RC4.
pub(crate) const PLAIN: &[u16] = &[0x002f, 0x0035, 0x0033, 0x0039, 0x000a, 0x0016, 0x0005, 0x0004];

/// The suites of TLS 1.3.
pub(crate) const TLS13: &[u16] = &[0x1302, 0x1301, 0x1303, 0x1304, 0x1305];

const BROKEN: &[u16] = &[
    0x0001, 0x0002, 0x003b, 0xc001, 0xc006, 0xc00b, 0xc010, // no encryption
    0x0017, 0x0018, 0x0019, 0x001a, 0x001b, 0x0034, 0x003a, 0x0046, 0x006c, 0x006d, 0x0089, 0x009b, 0x00a6,
    0x00a7, // anonymous Diffie-Hellman
    0xc015, 0xc016, 0xc017, 0xc018, 0xc019, // anonymous elliptic curve
    0x0003, 0x0006, 0x0008, 0x000b, 0x000e, 0x0011, 0x0014, 0x0060, 0x0061, 0x0062, 0x0063, 0x0064,
    0x0065, // export
    0x0004, 0x0005, 0x0066, 0xc002, 0xc007, 0xc00c, 0xc011, // RC4
    0x0009, 0x000c, 0x000f, 0x0012, 0x0015, // DES
];

const SMALL_BLOCK: &[u16] = &[0x0007, 0x000a, 0x000d, 0x0010, 0x0013, 0x0016, 0xc003, 0xc008, 0xc00d, 0xc012];

const STATIC_KEY: &[u16] = &[
    0x009c, 0x009d, 0xc09c, 0xc09d, 0xc0a0, 0xc0a1, 0x003c, 0x003d, 0x002f, 0x0035, // RSA, AES
    0x0041, 0x0084, 0x00ba, 0x00c0, 0xc07a, 0xc07b, 0x0096, 0xc03c, 0xc03d, 0xc050, 0xc051, // RSA, others
    0x0030, 0x0031, 0x0036, 0x0037, 0x003e, 0x003f, 0x0068, 0x0069, 0x00a0, 0x00a1, 0x00a4, 0x00a5, // fixed DH
    0xc004, 0xc005, 0xc00e, 0xc00f, 0xc025, 0xc026, 0xc029, 0xc02a, 0xc02d, 0xc02e, 0xc031, 0xc032, // fixed ECDH
];

const CBC: &[u16] = &[
    0xc023, 0xc024, 0xc027, 0xc028, 0xc009, 0xc00a, 0xc013, 0xc014, // ECDHE, AES
    0x0067, 0x006b, 0x0033, 0x0039, 0x0032, 0x0038, 0x0040, 0x006a, // DHE, AES
    0x0045, 0x0088, 0x00be, 0x00c4, 0xc072, 0xc073, 0xc076, 0xc077, // Camellia
    0x0099, 0x009a, 0xc048, 0xc049, 0xc04c, 0xc04d, // SEED, ARIA
];

const PRIME_FIELD: &[u16] = &[
    0x009e, 0x009f, 0xccaa, 0xc09e, 0xc09f, 0xc0a2, 0xc0a3, 0x00a2, 0x00a3, // authenticated encryption
    0x0067, 0x006b, 0x0033, 0x0039, 0x0032, 0x0038, 0x0040, 0x006a, // AES in CBC mode
    0x0045, 0x0088, 0x00be, 0x00c4, 0xc07c, 0xc07d, 0x0099, 0x009a, 0xc052, 0xc053, // Camellia, SEED, ARIA
];

/// All suites to ask about at a version, in lists that every known stack bears: first what servers usually choose.
pub(crate) fn catalogue(version: Version) -> Vec<Vec<u16>> {
    if version == Version::Tls13 {
        return vec![TLS13.to_vec()];
    }
    let others: Vec<u16> = REGISTERED
        .iter()
        .filter(|suite| version == Version::Tls12 || !needs_tls12(suite))
        .map(|suite| suite.id.0)
        .filter(|code| !ORDINARY.contains(code))
        .collect();
    std::iter::once(ORDINARY).chain(others.chunks(LONGEST_OFFER)).map(<[u16]>::to_vec).collect()
}

/// The suites of the IANA registry that a server with a certificate, or with nothing, may choose up to TLS 1.2. Those
/// that need a password, a shared key or a ticket are of no use to a stranger.
static REGISTERED: LazyLock<Vec<&'static TlsCipherSuite>> = LazyLock::new(|| {
    let suites = (0..=u16::MAX).filter_map(TlsCipherSuite::from_id);
    suites
        .filter(|suite| {
            matches!(suite.kx, TlsCipherKx::Rsa | TlsCipherKx::Dh | TlsCipherKx::Dhe)
                || matches!(suite.kx, TlsCipherKx::Ecdh | TlsCipherKx::Aecdh | TlsCipherKx::Ecdhe)
        })
        .filter(|suite| suite.au != TlsCipherAu::Psk && !suite.name.contains("PSK"))
        .collect()
});

/// Whether a suite may be chosen at a version up to TLS 1.2.
pub(crate) fn exists_at(version: Version, code: u16) -> bool {
    TlsCipherSuite::from_id(code).is_some_and(|suite| version == Version::Tls12 || !needs_tls12(suite))
}

/// Whether a suite exists from TLS 1.2 on: ciphers that authenticate by themselves, and hashes of SHA-2
/// (RFC 5246 section 5, RFC 5288 section 4).
fn needs_tls12(suite: &TlsCipherSuite) -> bool {
    !matches!(suite.mac, TlsCipherMac::Null | TlsCipherMac::HmacMd5 | TlsCipherMac::HmacSha1)
}

/// The most suites in one hello; the SCSV makes 64.
pub(crate) const LONGEST_OFFER: usize = 63;

impl SuiteList {
    /// Every list.
    pub const ALL: [Self; 5] = [Self::Broken, Self::SmallBlock, Self::StaticKey, Self::Cbc, Self::PrimeField];

    /// The suites in it.
    pub fn suites(self) -> &'static [u16] {
        match self {
            Self::Broken => BROKEN,
            Self::SmallBlock => SMALL_BLOCK,
            Self::StaticKey => STATIC_KEY,
            Self::Cbc => CBC,
            Self::PrimeField => PRIME_FIELD,
        }
    }

    /// Whether asking says something at this version. TLS 1.3 has none of these suites, and before TLS 1.2
    /// almost every suite is in CBC mode.
    pub fn concerns(self, version: Version) -> bool {
        match self {
            Self::Cbc => version == Version::Tls12,
            Self::Broken | Self::SmallBlock | Self::StaticKey | Self::PrimeField => version <= Version::Tls12,
        }
    }
}

impl SuiteFacts {
    /// Takes a suite apart with the IANA registry.
    pub fn of(code: u16) -> Self {
        let Some(suite) = TlsCipherSuite::from_id(code) else {
            return Self {
                name: suite_name(code),
                forward_secrecy: None,
                aead: None,
                key_exchange: None,
                cipher: None,
                cipher_bits: None,
                hash: None,
            };
        };
        let aead = suite.mac == TlsCipherMac::Aead;
        // The registry file that the table comes from says 128; ChaCha20's key has 256 bits (RFC 8439 section 2.3).
        let cipher_bits = if suite.enc == TlsCipherEnc::Chacha20_Poly1305 { 256 } else { suite.enc_size };
        Self {
            name: suite_name(code),
            forward_secrecy: Some(has_forward_secrecy(suite)),
            aead: Some(aead),
            key_exchange: Some(key_exchange_name(suite.kx).to_owned()),
            cipher: Some(cipher_name(suite.enc).to_owned()),
            cipher_bits: Some(cipher_bits),
            hash: Some(hash_name(suite).to_owned()),
        }
    }
}

/// The IANA name of a suite, or its code in hexadecimal.
pub(crate) fn suite_name(code: u16) -> String {
    TlsCipherSuite::from_id(code).map_or_else(|| format!("0x{code:04X}"), |suite| suite.name.to_owned())
}

/// What the `ServerKeyExchange` message of a suite carries, if we can read it.
pub(crate) fn ephemeral(code: u16) -> Option<Ephemeral> {
    let suite = TlsCipherSuite::from_id(code)?;
    match (suite.kx, suite.au) {
        (TlsCipherKx::Ecdhe | TlsCipherKx::Aecdh, _) | (TlsCipherKx::Ecdh, TlsCipherAu::Null) => Some(Ephemeral::Curve),
        (TlsCipherKx::Dhe, _) | (TlsCipherKx::Dh, TlsCipherAu::Null) => Some(Ephemeral::Prime),
        _ => None,
    }
}

/// Whether the client sends its secret under the server's RSA key.
pub(crate) fn transports_by_rsa(code: u16) -> bool {
    TlsCipherSuite::from_id(code).is_some_and(|suite| suite.kx == TlsCipherKx::Rsa)
}

/// Whether a suite's key exchange is ephemeral. Anonymous suites are too, but they are worse in another way.
fn has_forward_secrecy(suite: &TlsCipherSuite) -> bool {
    suite.kx == TlsCipherKx::Tls13 || suite.enc == TlsCipherEnc::Aegis || ephemeral(suite.id.0).is_some()
}

fn key_exchange_name(kx: TlsCipherKx) -> &'static str {
    match kx {
        TlsCipherKx::Null => "NULL",
        TlsCipherKx::Psk => "PSK",
        TlsCipherKx::Krb5 => "KRB5",
        TlsCipherKx::Srp => "SRP",
        TlsCipherKx::Rsa => "RSA",
        TlsCipherKx::Dh => "DH",
        TlsCipherKx::Dhe => "DHE",
        TlsCipherKx::Ecdh | TlsCipherKx::Aecdh => "ECDH",
        TlsCipherKx::Ecdhe => "ECDHE",
        TlsCipherKx::Eccpwd => "ECCPWD",
        TlsCipherKx::Tls13 => "TLS 1.3",
    }
}

fn cipher_name(cipher: TlsCipherEnc) -> &'static str {
    match cipher {
        TlsCipherEnc::Null => "NULL",
        TlsCipherEnc::Des => "DES",
        TlsCipherEnc::TripleDes => "3DES",
        TlsCipherEnc::Rc2 => "RC2",
        TlsCipherEnc::Rc4 => "RC4",
        TlsCipherEnc::Aria => "ARIA",
        TlsCipherEnc::Idea => "IDEA",
        TlsCipherEnc::Seed => "SEED",
        TlsCipherEnc::Aes => "AES",
        TlsCipherEnc::Camellia => "Camellia",
        TlsCipherEnc::Chacha20_Poly1305 => "ChaCha20",
        TlsCipherEnc::Sm4 => "SM4",
        TlsCipherEnc::Aegis => "AEGIS",
    }
}

fn hash_name(suite: &TlsCipherSuite) -> &'static str {
    match (suite.mac, suite.prf) {
        (TlsCipherMac::Null, _) => "NULL",
        (TlsCipherMac::HmacMd5, _) => "MD5",
        (TlsCipherMac::HmacSha1, _) => "SHA-1",
        (TlsCipherMac::HmacSha384, _) | (TlsCipherMac::Aead, TlsPRF::Sha384) => "SHA-384",
        (TlsCipherMac::HmacSha512, _) | (TlsCipherMac::Aead, TlsPRF::Sha512) => "SHA-512",
        (TlsCipherMac::Aead, TlsPRF::Sm3) => "SM3",
        // The key derivation of TLS 1.2 uses SHA-256 unless the suite says otherwise (RFC 5246 section 5).
        (TlsCipherMac::HmacSha256 | TlsCipherMac::Aead, _) => "SHA-256",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tls_parser::TlsCipherEncMode;

    use super::*;

    fn suite(code: u16) -> &'static TlsCipherSuite {
        TlsCipherSuite::from_id(code).unwrap_or_else(|| panic!("0x{code:04X} is not in the registry"))
    }

    #[test]
    fn every_list_fits_a_hello_that_old_stacks_bear() {
        for list in SuiteList::ALL.map(SuiteList::suites).into_iter().chain([ORDINARY, TLS13]) {
            assert!(list.len() < 64, "{}", list.len());
            assert_eq!(list.iter().collect::<BTreeSet<_>>().len(), list.len(), "a suite is listed twice");
        }
    }

    #[test]
    fn every_list_is_in_the_catalogue() {
        let asked: BTreeSet<u16> = catalogue(Version::Tls12).concat().into_iter().collect();
        for list in SuiteList::ALL {
            let forgotten: Vec<String> =
                list.suites().iter().filter(|code| !asked.contains(code)).map(|code| suite_name(*code)).collect();
            assert_eq!(forgotten, [""; 0], "{list}");
        }
        assert!(catalogue(Version::Tls12).iter().all(|list| list.len() <= LONGEST_OFFER));
        println!("{:?}", Version::ALL.map(|version| catalogue(version).len()));
    }

    #[test]
    fn each_list_holds_what_its_name_says() {
        for &code in SuiteList::Broken.suites() {
            let s = suite(code);
            let broken =
                matches!(s.enc, TlsCipherEnc::Null | TlsCipherEnc::Rc4 | TlsCipherEnc::Des | TlsCipherEnc::Rc2);
            assert!(broken || s.au == TlsCipherAu::Null || s.name.contains("EXPORT"), "{}", s.name);
        }
        for &code in SuiteList::SmallBlock.suites() {
            assert!(matches!(suite(code).enc, TlsCipherEnc::TripleDes | TlsCipherEnc::Idea), "{}", suite(code).name);
        }
        for &code in SuiteList::StaticKey.suites() {
            assert_eq!(SuiteFacts::of(code).forward_secrecy, Some(false), "{}", suite(code).name);
            assert!(suite(code).enc_block_size() == 16, "{}", suite(code).name);
        }
        for &code in SuiteList::Cbc.suites() {
            let s = suite(code);
            assert!(
                s.enc_mode == TlsCipherEncMode::Cbc && s.enc_block_size() == 16 && has_forward_secrecy(s),
                "{}",
                s.name
            );
        }
        for &code in SuiteList::PrimeField.suites() {
            assert_eq!(suite(code).kx, TlsCipherKx::Dhe, "{}", suite(code).name);
        }
    }

    #[test]
    fn no_broken_suite_of_the_registry_is_forgotten() {
        let asked: BTreeSet<u16> =
            [SuiteList::Broken, SuiteList::SmallBlock].iter().flat_map(|l| l.suites()).copied().collect();
        let common = |s: &TlsCipherSuite| {
            matches!(s.kx, TlsCipherKx::Rsa | TlsCipherKx::Dhe | TlsCipherKx::Ecdhe)
                && matches!(s.enc, TlsCipherEnc::Null | TlsCipherEnc::Rc4 | TlsCipherEnc::Des | TlsCipherEnc::TripleDes)
                && !s.name.contains("PSK")
        };
        for code in 0..=u16::MAX {
            if let Some(s) = TlsCipherSuite::from_id(code).filter(|s| common(s)) {
                assert!(asked.contains(&code), "{} (0x{code:04X})", s.name);
            }
        }
    }

    #[test]
    fn suites_come_apart() {
        let modern = SuiteFacts::of(0xcca8);
        assert_eq!((modern.forward_secrecy, modern.aead, modern.cipher_bits), (Some(true), Some(true), Some(256)));
        let old = SuiteFacts::of(0x000a);
        assert_eq!(
            (old.forward_secrecy, old.cipher.as_deref(), old.hash.as_deref()),
            (Some(false), Some("3DES"), Some("SHA-1"))
        );
        let tls13 = SuiteFacts::of(0x1302);
        assert_eq!((tls13.forward_secrecy, tls13.hash.as_deref()), (Some(true), Some("SHA-384")));
        assert_eq!(SuiteFacts::of(0xfafa).name, "0xFAFA");
    }
}
