//! Our ClientHello, byte by byte: no library lets us speak SSL 3.0, or offer only weak suites.

use vigie_model::DomainName;

use crate::endpoint::facts::Version;
use crate::endpoint::suites::RENEGOTIATION_SCSV;

/// One ClientHello (RFC 5246 section 7.4.1.2, RFC 8446 section 4.1.2, RFC 6101 section 5.6.1.2).
#[derive(Debug, Clone, Copy)]
pub struct Hello<'a> {
    /// The one version we ask for.
    pub version: Version,
    /// Version of the record that carries it: 0x0301 as RFC 8446 advises, 0x0303 for the rare stack that wants it.
    pub record_version: u16,
    /// Suites offered, best first; the renegotiation SCSV is added up to TLS 1.2.
    pub suites: &'a [u16],
    /// Groups offered, best first (RFC 8446 section 4.2.7).
    pub groups: &'a [u16],
    /// Which extensions go with it.
    pub shape: Shape,
    /// Name to ask for; never an address (RFC 6066 section 3).
    pub server_name: Option<&'a DomainName>,
    /// Random bytes: the first half is the hello's random, the other its session id in TLS 1.3.
    pub random: [u8; 64],
}

/// Which extensions a hello has. Old stacks choke on those that they do not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// All that a client of today sends.
    Full,
    /// The name of the server alone.
    NameOnly,
    /// None, as in 1999.
    Bare,
}

/// Groups offered up to TLS 1.2: no finite-field ones, since a server that knows RFC 7919 would then refuse DHE
/// with a prime of its own, which we want to see.
const GROUPS: &[u16] = &[0x001d, 0x0017, 0x0018, 0x0019, 0x001e, 0x001a, 0x001b, 0x001c, 0x0015, 0x0013];

/// Groups offered in TLS 1.3, the post-quantum hybrids first.
const GROUPS_TLS13: &[u16] = &[0x11ec, 0x11eb, 0x11ed, 0x001d, 0x0017, 0x0018, 0x0019, 0x001e, 0x0100, 0x0101];

/// Signature schemes, SHA-1 last so that only servers with nothing else use it.
const SIGNATURES: &[u16] = &[
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601,
    0x0203, 0x0201, 0x0202,
];

/// The groups that a hello of a version offers, unless it asks about some of them.
pub(crate) fn groups_offered(version: Version) -> &'static [u16] {
    if version == Version::Tls13 { GROUPS_TLS13 } else { GROUPS }
}

mod extension {
    pub(super) const SERVER_NAME: u16 = 0;
    pub(super) const SUPPORTED_GROUPS: u16 = 10;
    pub(super) const EC_POINT_FORMATS: u16 = 11;
    pub(super) const SIGNATURE_ALGORITHMS: u16 = 13;
    pub(super) const ENCRYPT_THEN_MAC: u16 = 22;
    pub(super) const EXTENDED_MASTER_SECRET: u16 = 23;
    pub(super) const SUPPORTED_VERSIONS: u16 = 43;
    pub(super) const PSK_KEY_EXCHANGE_MODES: u16 = 45;
    pub(super) const KEY_SHARE: u16 = 51;
}

impl Hello<'_> {
    /// The record to send. It stays under 512 bytes for names under 180 characters.
    pub fn encode(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(512);
        body.extend(self.version.min(Version::Tls12).code().to_be_bytes());
        let (random, session_id) = self.random.split_at(32);
        body.extend(random);
        // A session id makes TLS 1.3 look like a resumption to boxes in between (RFC 8446 appendix D.4).
        put_block8(&mut body, if self.version == Version::Tls13 { session_id } else { &[] });
        let mut suites = be_words(self.suites);
        if self.version <= Version::Tls12 {
            suites.extend(RENEGOTIATION_SCSV.to_be_bytes());
        }
        put_block16(&mut body, &suites);
        // Up to TLS 1.2, DEFLATE is offered too, to learn whether the server would take it.
        put_block8(&mut body, if self.version == Version::Tls13 { &[0] } else { &[1, 0] });
        // SSL 3.0 has no extensions, and its strict servers refuse them.
        if self.version > Version::Ssl30 && self.shape != Shape::Bare {
            put_block16(&mut body, &self.extensions());
        }
        let mut message = vec![1];
        put_block24(&mut message, &body);
        let mut record = vec![22];
        record.extend(self.record_version.to_be_bytes());
        put_block16(&mut record, &message);
        record
    }

    fn extensions(&self) -> Vec<u8> {
        let mut all = Vec::new();
        if let Some(name) = self.server_name {
            let mut entry = vec![0];
            put_block16(&mut entry, name.as_str().as_bytes());
            put_extension(&mut all, extension::SERVER_NAME, &block16(&entry));
        }
        if self.shape == Shape::NameOnly {
            return all;
        }
        put_extension(&mut all, extension::SUPPORTED_GROUPS, &block16(&be_words(self.groups)));
        if self.version >= Version::Tls12 {
            put_extension(&mut all, extension::SIGNATURE_ALGORITHMS, &block16(&be_words(SIGNATURES)));
        }
        if self.version == Version::Tls13 {
            let mut versions = Vec::new();
            put_block8(&mut versions, &Version::Tls13.code().to_be_bytes());
            put_extension(&mut all, extension::SUPPORTED_VERSIONS, &versions);
            // Pre-shared keys only with a key exchange: what every browser says.
            put_extension(&mut all, extension::PSK_KEY_EXCHANGE_MODES, &[1, 1]);
            // No share: the server names its favourite group in a HelloRetryRequest (RFC 8446 section 4.2.8).
            put_extension(&mut all, extension::KEY_SHARE, &block16(&[]));
        } else {
            put_extension(&mut all, extension::EC_POINT_FORMATS, &[1, 0]);
            put_extension(&mut all, extension::ENCRYPT_THEN_MAC, &[]);
            put_extension(&mut all, extension::EXTENDED_MASTER_SECRET, &[]);
        }
        all
    }
}

fn be_words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn put_extension(to: &mut Vec<u8>, kind: u16, content: &[u8]) {
    to.extend(kind.to_be_bytes());
    put_block16(to, content);
}

fn block16(content: &[u8]) -> Vec<u8> {
    let mut block = Vec::new();
    put_block16(&mut block, content);
    block
}

// The lengths below are those of our own tables and of a name of at most 253 bytes: they always fit.

fn put_block8(to: &mut Vec<u8>, content: &[u8]) {
    to.push(u8::try_from(content.len()).unwrap_or(u8::MAX));
    to.extend(content);
}

fn put_block16(to: &mut Vec<u8>, content: &[u8]) {
    to.extend(u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes());
    to.extend(content);
}

fn put_block24(to: &mut Vec<u8>, content: &[u8]) {
    let [_, length @ ..] = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes();
    to.extend(length);
    to.extend(content);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tls_parser::{
        TlsExtension, TlsMessage, TlsMessageHandshake, TlsVersion, parse_tls_extensions, parse_tls_plaintext,
    };

    use super::*;
    use crate::endpoint::facts::SuiteList;
    use crate::endpoint::suites::{ORDINARY, TLS13};

    fn any_version() -> impl Strategy<Value = Version> {
        prop::sample::select(Version::ALL.to_vec())
    }

    #[test]
    fn first_hellos_stay_under_512_bytes() {
        let name: DomainName = format!("{}.ch-demo.example", "a".repeat(60)).parse().unwrap();
        for version in Version::ALL {
            let suites = if version == Version::Tls13 { TLS13 } else { ORDINARY };
            let groups = groups_offered(version);
            let hello = Hello {
                version,
                record_version: 0x0301,
                suites,
                groups,
                shape: Shape::Full,
                server_name: Some(&name),
                random: [7; 64],
            };
            assert!(hello.encode().len() < 512, "{version}: {}", hello.encode().len());
        }
    }

    #[test]
    fn a_bare_hello_ends_with_its_compression_methods() {
        let hello = Hello {
            version: Version::Tls10,
            record_version: 0x0301,
            suites: &[0x002f],
            groups: &[],
            shape: Shape::Bare,
            server_name: None,
            random: [7; 64],
        };
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
            let (suites, groups) = (list.suites(), groups_offered(version));
            let hello =
                Hello { version, record_version: 0x0301, suites, groups, shape: Shape::Full, server_name: Some(&name), random: seed };
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
