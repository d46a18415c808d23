//! Our ClientHello, byte by byte: no library lets us speak SSL 3.0, or offer only weak suites.

use vigie_model::DomainName;

use crate::endpoint::facts::Version;
use crate::endpoint::suites::RENEGOTIATION_SCSV;
use crate::wire::write::{
    be_words, block16_of, extension_of, message, put_block8, put_block16, put_extension, put_record, put_words,
};
use crate::wire::{ContentType, extension, handshake};

/// One ClientHello (RFC 5246 section 7.4.1.2, RFC 8446 section 4.1.2, RFC 6101 section 5.6.1.2).
#[derive(Debug, Clone, Copy)]
pub struct Hello<'a> {
    /// The one version we ask for.
    pub version: Version,
    /// The version that it claims in its first field; one newer than any means that the client knows them all.
    pub claimed: u16,
    /// Version of the record that carries it: 0x0301 as RFC 8446 advises, 0x0303 for the rare stack that wants it.
    pub record_version: u16,
    /// Whether it comes in two records (RFC 8446 section 5.1).
    pub in_pieces: bool,
    /// Whether TLS 1.2 is offered beside TLS 1.3.
    pub with_tls12: bool,
    /// Suites offered, best first; the renegotiation SCSV is added up to TLS 1.2.
    pub suites: &'a [u16],
    /// Compression methods offered (RFC 3749), up to TLS 1.2: DEFLATE too, unless the session is to go on.
    pub compressions: &'a [u8],
    /// Groups offered, best first (RFC 8446 section 4.2.7).
    pub groups: &'a [u16],
    /// Signature schemes offered, best first (RFC 8446 section 4.2.3).
    pub schemes: &'a [u16],
    /// Which extensions go with it.
    pub shape: Shape,
    /// Whether it asks to encrypt before authenticating (RFC 7366), up to TLS 1.2.
    pub encrypt_then_mac: bool,
    /// Extensions of one's own, after the others: kinds and contents.
    pub more: &'a [(u16, Vec<u8>)],
    /// Name to ask for; never an address (RFC 6066 section 3).
    pub server_name: Option<&'a DomainName>,
    /// The client's public key and its group, in TLS 1.3; without one, the server names the group that it wants.
    pub share: Option<(u16, &'a [u8])>,
    /// The session to resume, up to TLS 1.2; 32 bytes at most.
    pub session_id: &'a [u8],
    /// Random bytes: the first half is the hello's random, the other its session id in TLS 1.3.
    pub random: [u8; 64],
}

/// Which extensions a hello has. Old stacks choke on those that they do not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// All that a client of today may send, a value that nobody knows included (GREASE, RFC 8701): what the server
    /// answers tells what it can do.
    Rich,
    /// What a handshake needs.
    Full,
    /// The name of the server alone.
    NameOnly,
    /// None, as in 1999.
    Bare,
}

/// Groups offered up to TLS 1.2, down to those that only a forgotten key is on, which its server then wants to see: no
/// finite-field ones, since a server that knows RFC 7919 would then refuse DHE with a prime of its own, which we want to
/// see.
const GROUPS: &[u16] = &[
    0x001d, 0x0017, 0x0018, 0x0019, 0x001e, 0x001a, 0x001b, 0x001c, 0x0016, 0x0015, 0x0014, 0x0013, 0x0012, 0x0011,
    0x0010, 0x000f, 0x000e, 0x000d, 0x000c, 0x000b, 0x000a, 0x0009, 0x0008, 0x0007, 0x0006, 0x0005, 0x0004, 0x0003,
    0x0002, 0x0001,
];

/// Groups offered in TLS 1.3, the post-quantum hybrids first, those over a prime last.
const GROUPS_TLS13: &[u16] = &[
    0x11ec, 0x11eb, 0x11ed, 0x001d, 0x0017, 0x0018, 0x0019, 0x001e, 0x0201, 0x0202, 0x0200, 0x001f, 0x0020, 0x0021,
    0x0029, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104,
];

/// The groups of TLS 1.3 over a prime (RFC 7919), after the others.
pub(crate) fn groups_of_tls13() -> (&'static [u16], &'static [u16]) {
    let first_over_prime = GROUPS_TLS13.iter().position(|group| *group >> 8 == 1);
    GROUPS_TLS13.split_at(first_over_prime.unwrap_or(GROUPS_TLS13.len()))
}

/// Signature schemes, SHA-1 last so that only servers with nothing else use it.
pub(crate) const SCHEMES: &[u16] = &[
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601,
    0x0203, 0x0201, 0x0202,
];

/// Every signature scheme of the registry that a handshake of TLS 1.2 may be signed with, those over SHA-224, DSA and MD5
/// among them.
pub(crate) const EVERY_SCHEME: &[u16] = &[
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601,
    0x0708, 0x0303, 0x0301, 0x0402, 0x0502, 0x0602, 0x0302, 0x0203, 0x0201, 0x0202, 0x0101,
];

/// Signature schemes over SHA-1 and MD5: RSA, ECDSA, DSA (RFC 5246 section 7.4.1.4.1).
pub(crate) const WEAK_SCHEMES: &[u16] = &[0x0201, 0x0203, 0x0202, 0x0101];

/// The groups that a hello of a version offers, unless it asks about some of them.
pub(crate) fn groups_offered(version: Version) -> &'static [u16] {
    if version == Version::Tls13 { GROUPS_TLS13 } else { GROUPS }
}

/// A value that means nothing, where servers must pass over what they do not know (RFC 8701 section 2).
pub(crate) const GREASE: u16 = 0x3a3a;

impl<'a> Hello<'a> {
    /// A hello of a version that offers suites, with every group and scheme and nothing else.
    pub fn new(version: Version, suites: &'a [u16]) -> Self {
        Self {
            version,
            claimed: version.min(Version::Tls12).code(),
            record_version: 0x0301,
            in_pieces: false,
            with_tls12: false,
            suites,
            compressions: if version == Version::Tls13 { &[0] } else { &[1, 0] },
            groups: groups_offered(version),
            schemes: SCHEMES,
            shape: Shape::Full,
            encrypt_then_mac: true,
            more: &[],
            server_name: None,
            share: None,
            session_id: &[],
            random: [0; 64],
        }
    }

    /// The record to send, or the two of them. It stays under 512 bytes for names under 120 characters.
    pub fn encode(&self) -> Vec<u8> {
        let message = self.message();
        let (one, other) = message.split_at(if self.in_pieces { message.len() / 2 } else { message.len() });
        let mut records = Vec::with_capacity(message.len().saturating_add(10));
        for piece in [one, other].into_iter().filter(|piece| !piece.is_empty()) {
            put_record(&mut records, ContentType::Handshake, self.record_version, piece);
        }
        records
    }

    /// The handshake message alone.
    pub(crate) fn message(&self) -> Vec<u8> {
        message(handshake::CLIENT_HELLO, &self.body(None))
    }

    /// What the message holds; in DTLS there is a cookie in it, empty at first (RFC 6347 section 4.2.1).
    pub(crate) fn body(&self, cookie: Option<&[u8]>) -> Vec<u8> {
        let mut body = Vec::with_capacity(512);
        body.extend(self.claimed.to_be_bytes());
        let (random, session_id) = self.random.split_at(32);
        body.extend(random);
        // A session id makes TLS 1.3 look like a resumption to boxes in between (RFC 8446 appendix D.4).
        put_block8(&mut body, if self.version == Version::Tls13 { session_id } else { self.session_id });
        if let Some(cookie) = cookie {
            put_block8(&mut body, cookie);
        }
        block16_of(&mut body, |suites| {
            put_words(suites, self.suites);
            if self.version <= Version::Tls12 && !self.renegotiates() {
                put_words(suites, &[RENEGOTIATION_SCSV]);
            }
        });
        put_block8(&mut body, self.compressions);
        // SSL 3.0 has no extensions, and its strict servers refuse them.
        if self.version > Version::Ssl30 && self.shape != Shape::Bare {
            block16_of(&mut body, |extensions| self.put_extensions(extensions));
        }
        body
    }

    /// Whether it begins a second handshake on its connection, where the SCSV has no place (RFC 5746 section 3.5).
    fn renegotiates(&self) -> bool {
        self.more.iter().any(|(kind, _)| *kind == extension::RENEGOTIATION_INFO)
    }

    fn put_extensions(&self, to: &mut Vec<u8>) {
        if self.shape == Shape::Rich {
            put_extension(to, GREASE, &[]);
        }
        if let Some(name) = self.server_name {
            extension_of(to, extension::SERVER_NAME, |list| {
                block16_of(list, |entry| {
                    entry.push(0);
                    put_block16(entry, name.as_str().as_bytes());
                });
            });
        }
        if self.shape == Shape::NameOnly {
            return;
        }
        put_list(to, extension::SUPPORTED_GROUPS, self.groups);
        if self.version >= Version::Tls12 {
            put_list(to, extension::SIGNATURE_ALGORITHMS, self.schemes);
        }
        if self.version == Version::Tls13 {
            self.put_extensions_of_tls13(to);
        } else {
            put_extension(to, extension::EC_POINT_FORMATS, &[1, 0]);
            if self.encrypt_then_mac {
                put_extension(to, extension::ENCRYPT_THEN_MAC, &[]);
            }
            put_extension(to, extension::EXTENDED_MASTER_SECRET, &[]);
            if self.shape == Shape::Rich {
                put_extensions_that_servers_may_answer(to);
            }
        }
        for (kind, content) in self.more {
            put_extension(to, *kind, content);
        }
    }

    fn put_extensions_of_tls13(&self, to: &mut Vec<u8>) {
        let newer: &[u16] = if self.shape == Shape::Rich { &[GREASE] } else { &[] };
        let older: &[u16] = if self.with_tls12 { &[Version::Tls12.code()] } else { &[] };
        let versions = be_words(&[newer, &[Version::Tls13.code()], older].concat());
        extension_of(to, extension::SUPPORTED_VERSIONS, |list| put_block8(list, &versions));
        // Pre-shared keys only with a key exchange: what every browser says.
        put_extension(to, extension::PSK_KEY_EXCHANGE_MODES, &[1, 1]);
        // No share: the server names its favourite group in a HelloRetryRequest (RFC 8446 section 4.2.8).
        extension_of(to, extension::KEY_SHARE, |list| {
            block16_of(list, |shares| {
                if let Some((group, public_key)) = self.share {
                    put_words(shares, &[group]);
                    put_block16(shares, public_key);
                }
            });
        });
    }
}

/// An extension that is a list of codes.
fn put_list(to: &mut Vec<u8>, kind: u16, codes: &[u16]) {
    extension_of(to, kind, |list| block16_of(list, |list| put_words(list, codes)));
}

/// What browsers send up to TLS 1.2 beside what a handshake needs.
pub(crate) fn usual_extensions() -> Vec<(u16, Vec<u8>)> {
    vec![
        (extension::STATUS_REQUEST, STATUS_REQUEST.to_vec()),
        (extension::SIGNED_CERTIFICATE_TIMESTAMP, Vec::new()),
        (extension::SESSION_TICKET, Vec::new()),
    ]
}

/// What costs nothing to ask up to TLS 1.2, where servers answer in the clear.
fn put_extensions_that_servers_may_answer(to: &mut Vec<u8>) {
    for (kind, content) in usual_extensions() {
        put_extension(to, kind, &content);
    }
    // "I may be sent heartbeats" (RFC 6520 section 2).
    put_extension(to, extension::HEARTBEAT, &[1]);
    put_extension(to, extension::NEXT_PROTOCOL, &[]);
}

/// An OCSP answer, from whomever, with no wish of one's own (RFC 6066 section 8).
pub(crate) const STATUS_REQUEST: &[u8] = &[1, 0, 0, 0, 0];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tls_parser::{
        TlsExtension, TlsMessage, TlsMessageHandshake, TlsVersion, parse_tls_extensions, parse_tls_plaintext,
    };

    use super::*;
    use crate::endpoint::facts::SuiteList;
    use crate::endpoint::suites::{ORDINARY, TLS13};
    use crate::wire::write::block16;

    fn any_version() -> impl Strategy<Value = Version> {
        prop::sample::select(Version::ALL.to_vec())
    }

    #[test]
    fn first_hellos_stay_under_512_bytes() {
        let name: DomainName = format!("{}.ch-demo.example", "a".repeat(60)).parse().unwrap();
        for version in Version::ALL {
            let suites = if version == Version::Tls13 { TLS13 } else { ORDINARY };
            let protocols = [(extension::ALPN, block16(b"\x02h2\x08http/1.1"))];
            let more: &[_] = if version == Version::Tls12 { &protocols } else { &[] };
            let hello = Hello { shape: Shape::Rich, server_name: Some(&name), more, ..Hello::new(version, suites) };
            assert!(hello.encode().len() < 512, "{version}: {}", hello.encode().len());
        }
    }

    #[test]
    fn a_bare_hello_ends_with_its_compression_methods() {
        let hello = Hello { shape: Shape::Bare, ..Hello::new(Version::Tls10, &[0x002f]) };
        assert!(hello.encode().ends_with(&[0, 0x2f, 0, 0xff, 2, 1, 0]));
    }

    proptest! {
        #[test]
        fn an_independent_parser_reads_what_was_asked(
            version in any_version(),
            list in prop::sample::select(SuiteList::ALL.to_vec()),
            label in "[a-z]{1,60}",
            random: [u8; 32],
        ) {
            let name: DomainName = format!("{label}.example").parse().unwrap();
            let mut seed = [0; 64];
            seed[..32].copy_from_slice(&random);
            let hello =
                Hello { shape: Shape::Rich, server_name: Some(&name), random: seed, ..Hello::new(version, list.suites()) };
            let bytes = hello.encode();
            let (rest, record) = parse_tls_plaintext(&bytes).unwrap();
            prop_assert!(rest.is_empty());
            prop_assert_eq!(record.hdr.version, TlsVersion(0x0301));
            let [TlsMessage::Handshake(TlsMessageHandshake::ClientHello(read))] = record.msg.as_slice() else {
                panic!("one ClientHello, not {:?}", record.msg)
            };
            let mut asked = list.suites().to_vec();
            if version <= Version::Tls12 {
                asked.push(RENEGOTIATION_SCSV);
            }
            prop_assert_eq!(read.ciphers.iter().map(|suite| suite.0).collect::<Vec<_>>(), asked);
            prop_assert_eq!(read.version.0, version.min(Version::Tls12).code());
            match read.ext {
                None => prop_assert_eq!(version, Version::Ssl30),
                Some(ext) => {
                    let (rest, extensions) = parse_tls_extensions(ext).unwrap();
                    prop_assert!(rest.is_empty());
                    let named = extensions.iter().any(|ext| {
                        matches!(ext, TlsExtension::SNI(names) if names.iter().any(|n| n.1 == name.as_str().as_bytes()))
                    });
                    prop_assert!(named);
                }
            }
        }
    }
}
