//! The ten hellos. Their oddities are part of the fingerprint: a mistake mended here would be another fingerprint.

use crate::endpoint::hello::GREASE;
use crate::wire::write::{be_words, block16, message, put_block8, put_block16, put_extension, record};
use crate::wire::{ContentType, extension, handshake};

/// One of the ten.
pub(super) struct JarmHello {
    /// Of the record, and of the hello.
    versions: [u16; 2],
    with_tls13_suites: bool,
    order: Order,
    with_grease: bool,
    protocols: &'static [&'static [&'static str]],
    /// The versions that it says to know, if it says so.
    known: &'static [u16],
    /// Whether protocols and versions come the last first.
    backwards: bool,
}

/// In which order the suites are offered.
#[derive(Clone, Copy)]
enum Order {
    Forward,
    Backward,
    /// From the middle to the first.
    FirstHalf,
    /// From behind the middle to the last.
    LastHalf,
    /// The middle, then by turns what is behind it and what is before it.
    FromMiddle,
}

const TLS12: JarmHello = JarmHello {
    versions: [0x0303, 0x0303],
    with_tls13_suites: true,
    order: Order::Forward,
    with_grease: false,
    protocols: PROTOCOLS,
    known: &[],
    backwards: false,
};
const TLS13: JarmHello = JarmHello { versions: [0x0301, 0x0303], known: UP_TO_TLS13, ..TLS12 };
const UP_TO_TLS13: &[u16] = &[0x0301, 0x0302, 0x0303, 0x0304];
const UP_TO_TLS12: &[u16] = &[0x0301, 0x0302, 0x0303];

pub(super) const TEN: [JarmHello; 10] = [
    JarmHello { known: UP_TO_TLS12, backwards: true, ..TLS12 },
    JarmHello { order: Order::Backward, known: UP_TO_TLS12, ..TLS12 },
    JarmHello { order: Order::FirstHalf, ..TLS12 },
    JarmHello { order: Order::LastHalf, protocols: RARE_PROTOCOLS, ..TLS12 },
    JarmHello { order: Order::FromMiddle, with_grease: true, protocols: RARE_PROTOCOLS, backwards: true, ..TLS12 },
    JarmHello { versions: [0x0302, 0x0302], ..TLS12 },
    JarmHello { backwards: true, ..TLS13 },
    JarmHello { order: Order::Backward, ..TLS13 },
    JarmHello { with_tls13_suites: false, ..TLS13 },
    JarmHello { order: Order::FromMiddle, with_grease: true, backwards: true, ..TLS13 },
];

const SUITES: [u16; 69] = [
    0x0016, 0x0033, 0x0067, 0xc09e, 0xc0a2, 0x009e, 0x0039, 0x006b, 0xc09f, 0xc0a3, 0x009f, 0x0045, 0x00be, 0x0088,
    0x00c4, 0x009a, 0xc008, 0xc009, 0xc023, 0xc0ac, 0xc0ae, 0xc02b, 0xc00a, 0xc024, 0xc0ad, 0xc0af, 0xc02c, 0xc072,
    0xc073, 0xcca9, 0x1302, 0x1301, 0xcc14, 0xc007, 0xc012, 0xc013, 0xc027, 0xc02f, 0xc014, 0xc028, 0xc030, 0xc060,
    0xc061, 0xc076, 0xc077, 0xcca8, 0x1305, 0x1304, 0x1303, 0xcc13, 0xc011, 0x000a, 0x002f, 0x003c, 0xc09c, 0xc0a0,
    0x009c, 0x0035, 0x003d, 0xc09d, 0xc0a1, 0x009d, 0x0041, 0x00ba, 0x0084, 0x00c0, 0x0007, 0x0004, 0x0005,
];

/// Two of them stay together whatever the order.
const PROTOCOLS: &[&[&str]] =
    &[&["http/0.9"], &["http/1.0"], &["http/1.1"], &["spdy/1"], &["spdy/2"], &["spdy/3", "h2"], &["h2c"], &["hq"]];
/// Without those that servers have.
const RARE_PROTOCOLS: &[&[&str]] =
    &[&["http/0.9"], &["http/1.0"], &["spdy/1"], &["spdy/2"], &["spdy/3"], &["h2c"], &["hq"]];

const GROUPS: [u16; 4] = [0x001d, 0x0017, 0x0018, 0x0019];
const SCHEMES: [u16; 9] = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0201];
const X25519: u16 = 0x001d;
const OF_512_BYTES: u8 = 1;

impl JarmHello {
    /// The record for a server of this name or address.
    pub(super) fn encode(&self, name: &str, random: &[u8; 64]) -> Vec<u8> {
        let [of_record, of_hello] = self.versions;
        let (random, session_id) = random.split_at(32);
        let mut body = of_hello.to_be_bytes().to_vec();
        body.extend(random);
        put_block8(&mut body, session_id);
        put_block16(&mut body, &be_words(&self.suites()));
        put_block8(&mut body, &[0]);
        put_block16(&mut body, &self.extensions(name, session_id));
        record(ContentType::Handshake, of_record, &message(handshake::CLIENT_HELLO, &body))
    }

    fn suites(&self) -> Vec<u16> {
        let is_of_tls13 = |suite: &u16| suite.to_be_bytes()[0] == 0x13;
        let all: Vec<u16> =
            SUITES.iter().copied().filter(|suite| self.with_tls13_suites || !is_of_tls13(suite)).collect();
        let grease = self.with_grease.then_some(GREASE);
        grease.into_iter().chain(self.order.of(&all)).collect()
    }

    fn extensions(&self, name: &str, random: &[u8]) -> Vec<u8> {
        let mut all = Vec::new();
        let mut put = |kind: u16, content: &[u8]| put_extension(&mut all, kind, content);
        if self.with_grease {
            put(GREASE, &[]);
        }
        put(extension::SERVER_NAME, &server_name(name));
        put(extension::EXTENDED_MASTER_SECRET, &[]);
        put(extension::MAX_FRAGMENT_LENGTH, &[OF_512_BYTES]);
        put(extension::RENEGOTIATION_INFO, &[0]);
        put(extension::SUPPORTED_GROUPS, &block16(&be_words(&GROUPS)));
        put(extension::EC_POINT_FORMATS, &[1, 0]);
        put(extension::SESSION_TICKET, &[]);
        put(extension::ALPN, &self.names_of_protocols());
        put(extension::SIGNATURE_ALGORITHMS, &block16(&be_words(&SCHEMES)));
        put(extension::KEY_SHARE, &self.key_share(random));
        put(extension::PSK_KEY_EXCHANGE_MODES, &[1, 1]);
        if !self.known.is_empty() {
            put(extension::SUPPORTED_VERSIONS, &self.known_versions());
        }
        all
    }

    fn names_of_protocols(&self) -> Vec<u8> {
        let mut names = Vec::new();
        for name in in_order(self.protocols, self.backwards).into_iter().flatten() {
            put_block8(&mut names, name.as_bytes());
        }
        block16(&names)
    }

    /// A share that is no key: no handshake goes on from it. Its highest bit is clear as in a key (RFC 7748 section 5),
    /// without which wolfSSL refuses one hello in two.
    fn key_share(&self, random: &[u8]) -> Vec<u8> {
        let mut share = random.to_vec();
        if let Some(highest) = share.last_mut() {
            *highest &= 0x7f;
        }
        let mut shares = Vec::new();
        if self.with_grease {
            put_extension(&mut shares, GREASE, &[0]);
        }
        put_extension(&mut shares, X25519, &share);
        block16(&shares)
    }

    fn known_versions(&self) -> Vec<u8> {
        let grease = self.with_grease.then_some(GREASE);
        let versions: Vec<u16> = grease.into_iter().chain(in_order(self.known, self.backwards)).collect();
        let mut content = Vec::new();
        put_block8(&mut content, &be_words(&versions));
        content
    }
}

impl Order {
    fn of(self, all: &[u16]) -> Vec<u16> {
        let (before, from_middle) = all.split_at(all.len() / 2);
        // Of an odd number there is one in the middle.
        let (middle, behind) = from_middle.split_at(all.len() % 2);
        let middle = middle.iter().copied();
        match self {
            Self::Forward => all.to_vec(),
            Self::Backward => in_order(all, true),
            Self::FirstHalf => middle.chain(in_order(before, true)).collect(),
            Self::LastHalf => behind.to_vec(),
            Self::FromMiddle => {
                let by_turns = behind.iter().zip(before.iter().rev()).flat_map(|(after, before)| [*after, *before]);
                middle.chain(by_turns).collect()
            }
        }
    }
}

fn in_order<T: Copy>(all: &[T], backwards: bool) -> Vec<T> {
    if backwards { all.iter().rev().copied().collect() } else { all.to_vec() }
}

/// One name (RFC 6066 section 3), an address too, which that section forbids.
fn server_name(name: &str) -> Vec<u8> {
    let mut entry = vec![0];
    put_block16(&mut entry, name.as_bytes());
    block16(&entry)
}
