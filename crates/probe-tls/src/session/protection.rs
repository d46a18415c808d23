//! Records sealed and opened (RFC 8446 section 5.2, RFC 5288, RFC 7905, RFC 5246 section 6.2.3.2, RFC 2246 section
//! 6.2.3.2).

use aws_lc_rs::aead::{self, AES_128_GCM, AES_256_GCM, Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{self, AES_128, AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use tls_parser::{TlsCipherEnc, TlsCipherEncMode, TlsCipherMac, TlsCipherSuite};

use super::schedule::Secret;
use crate::endpoint::facts::Version;
use crate::wire::ContentType;
use crate::wire::write::record;

/// Also that of records in TLS 1.3, to boxes in between.
const TLS12: u16 = 0x0303;
const BLOCK: usize = 16;

/// One direction of a session of TLS 1.3.
pub(super) struct Protection13 {
    key: LessSafeKey,
    iv: [u8; 12],
    sequence: u64,
}

/// What we send in a session up to TLS 1.2; what the server sends there is never opened: its kind is in the clear, and
/// tells enough.
pub(super) struct Sealer12 {
    cipher: Cipher12,
    version: u16,
    sequence: u64,
}

enum Cipher12 {
    Gcm { key: LessSafeKey, salt: Vec<u8> },
    ChaCha { key: LessSafeKey, iv: Vec<u8> },
    Cbc(Box<Cbc>),
}

struct Cbc {
    key: PaddedBlockEncryptingKey,
    mac: hmac::Key,
    encrypts_first: bool,
    version: u16,
    /// In TLS 1.0, the last block that was sent, on which the next record goes on; later versions send a fresh one.
    chained: Option<[u8; BLOCK]>,
}

impl Protection13 {
    /// Keys from a traffic secret (RFC 8446 section 7.3).
    pub(super) fn new(suite: u16, secret: &Secret) -> Result<Self, Unspecified> {
        let algorithm = aead_of(suite).ok_or(Unspecified)?;
        let key = secret.expand("key", &[], algorithm.key_len())?;
        let iv = secret.expand("iv", &[], 12)?;
        let key = LessSafeKey::new(UnboundKey::new(algorithm, &key)?);
        Ok(Self { key, iv: iv.try_into().map_err(|_| Unspecified)?, sequence: 0 })
    }

    pub(super) fn seal(&mut self, kind: ContentType, content: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let mut sealed = [content, &[kind.code()]].concat();
        let length = sealed.len().saturating_add(self.key.algorithm().tag_len());
        let header = header(ContentType::ApplicationData, TLS12, length)?;
        let nonce = self.nonce();
        self.key.seal_in_place_append_tag(nonce, Aad::from(header), &mut sealed)?;
        Ok([header.as_slice(), &sealed].concat())
    }

    /// What a sealed record carries.
    pub(super) fn open(&mut self, body: &[u8]) -> Result<(ContentType, Vec<u8>), Unspecified> {
        let header = header(ContentType::ApplicationData, TLS12, body.len())?;
        let mut opened = body.to_vec();
        let nonce = self.nonce();
        let length = self.key.open_in_place(nonce, Aad::from(header), &mut opened)?.len();
        opened.truncate(length);
        // Padding is zeros after the kind (RFC 8446 section 5.4).
        while opened.last() == Some(&0) {
            opened.pop();
        }
        let kind = opened.pop().and_then(ContentType::from_code).ok_or(Unspecified)?;
        Ok((kind, opened))
    }

    fn nonce(&mut self) -> Nonce {
        let nonce = nonce(self.iv, self.sequence);
        self.sequence = self.sequence.saturating_add(1);
        nonce
    }
}

impl Sealer12 {
    /// How many bytes of key material a suite takes, of both sides together.
    pub(super) fn key_material(version: Version, suite: u16) -> Option<usize> {
        let (mac, key, iv) = lengths(version, suite)?;
        Some(2 * (mac + key + iv))
    }

    /// The client's keys from the key block (RFC 5246 section 6.3). Ciphers in CBC mode encrypt before they authenticate
    /// when both sides agreed to (RFC 7366).
    pub(super) fn new(
        version: Version,
        suite: u16,
        key_block: &[u8],
        encrypts_first: bool,
    ) -> Result<Self, Unspecified> {
        let (mac, key, iv) = lengths(version, suite).ok_or(Unspecified)?;
        let part = |start: usize, length: usize| key_block.get(start..start + length).ok_or(Unspecified);
        let mac_key = part(0, mac)?;
        let bulk = part(2 * mac, key)?;
        let iv = part(2 * (mac + key), iv)?.to_vec();
        let cipher = if let Some(algorithm) = aead_of(suite) {
            let key = LessSafeKey::new(UnboundKey::new(algorithm, bulk)?);
            if algorithm == &CHACHA20_POLY1305 { Cipher12::ChaCha { key, iv } } else { Cipher12::Gcm { key, salt: iv } }
        } else {
            let (algorithm, hash) = cbc_of(suite).ok_or(Unspecified)?;
            let key = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(algorithm, bulk)?)?;
            let mac = hmac::Key::new(hash, mac_key);
            Cipher12::Cbc(Box::new(Cbc {
                key,
                mac,
                encrypts_first,
                version: version.code(),
                chained: iv.try_into().ok(),
            }))
        };
        Ok(Self { cipher, version: version.code(), sequence: 0 })
    }

    pub(super) fn seal(&mut self, kind: ContentType, content: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let sequence = self.sequence.to_be_bytes();
        let associated = [sequence.as_slice(), &header(kind, self.version, content.len())?].concat();
        let body = match &mut self.cipher {
            Cipher12::Gcm { key, salt } => {
                let nonce = [salt.as_slice(), &sequence].concat();
                let nonce = Nonce::try_assume_unique_for_key(&nonce)?;
                [sequence.as_slice(), &sealed(key, nonce, &associated, content)?].concat()
            }
            Cipher12::ChaCha { key, iv } => {
                let iv: [u8; 12] = iv.as_slice().try_into().map_err(|_| Unspecified)?;
                sealed(key, nonce(iv, self.sequence), &associated, content)?
            }
            Cipher12::Cbc(cbc) => cbc.seal(sequence, kind, content, Padding::Right)?,
        };
        self.sequence = self.sequence.saturating_add(1);
        Ok(record(kind, self.version, &body))
    }

    /// The first record, in CBC mode, with one byte of its padding wrong.
    pub(super) fn seal_badly_padded(&mut self, kind: ContentType, content: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let Cipher12::Cbc(cbc) = &mut self.cipher else { return Err(Unspecified) };
        Ok(record(kind, self.version, &cbc.seal(self.sequence.to_be_bytes(), kind, content, Padding::Wrong)?))
    }
}

/// How a record is filled to whole blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Padding {
    Right,
    /// Of the right length, with another first byte.
    Wrong,
}

impl Cbc {
    fn seal(
        &mut self,
        sequence: [u8; 8],
        kind: ContentType,
        content: &[u8],
        padding: Padding,
    ) -> Result<Vec<u8>, Unspecified> {
        if self.encrypts_first {
            let encrypted = self.encrypt_blocks(content, padding)?;
            let tag = self.tag(sequence, kind, &encrypted)?;
            return Ok([encrypted.as_slice(), tag.as_ref()].concat());
        }
        let tag = self.tag(sequence, kind, content)?;
        self.encrypt_blocks(&[content, tag.as_ref()].concat(), padding)
    }

    fn tag(&self, sequence: [u8; 8], kind: ContentType, content: &[u8]) -> Result<hmac::Tag, Unspecified> {
        let header = header(kind, self.version, content.len())?;
        Ok(hmac::sign(&self.mac, &[sequence.as_slice(), &header, content].concat()))
    }

    /// The encrypted blocks of a content and its authentication code, after their initialisation vector where it is sent.
    fn encrypt_blocks(&mut self, content: &[u8], padding: Padding) -> Result<Vec<u8>, Unspecified> {
        let mut blocks = padded(content, padding)?;
        if let Some(chained) = &mut self.chained {
            let after = EncryptionContext::Iv128(FixedLength::from(*chained));
            self.key.less_safe_encrypt(&mut blocks, after)?;
            drop_library_padding(&mut blocks);
            *chained = *blocks.last_chunk().ok_or(Unspecified)?;
            return Ok(blocks);
        }
        let used = self.key.encrypt(&mut blocks)?;
        drop_library_padding(&mut blocks);
        let iv: &[u8] = (&used).try_into()?;
        Ok([iv, &blocks].concat())
    }
}

/// A content filled to whole blocks, as TLS has it.
fn padded(content: &[u8], padding: Padding) -> Result<Vec<u8>, Unspecified> {
    let mut fill = BLOCK - 1 - content.len() % BLOCK;
    // Without a byte beside its length, padding cannot be wrong: a block more has some.
    if padding == Padding::Wrong && fill == 0 {
        fill = BLOCK;
    }
    let mut blocks = content.to_vec();
    blocks.extend(std::iter::repeat_n(u8::try_from(fill).map_err(|_| Unspecified)?, fill + 1));
    if let Some(first) = blocks.get_mut(content.len()).filter(|_| padding == Padding::Wrong) {
        *first ^= 0x55;
    }
    Ok(blocks)
}

/// The library pads by its own rule, which makes one block more: TLS has padded already.
fn drop_library_padding(blocks: &mut Vec<u8>) {
    blocks.truncate(blocks.len().saturating_sub(BLOCK));
}

fn sealed(key: &LessSafeKey, nonce: Nonce, associated: &[u8], content: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let mut sealed = content.to_vec();
    key.seal_in_place_append_tag(nonce, Aad::from(associated), &mut sealed)?;
    Ok(sealed)
}

fn nonce(iv: [u8; 12], sequence: u64) -> Nonce {
    let mut nonce = iv;
    for (byte, of_sequence) in nonce.iter_mut().skip(4).zip(sequence.to_be_bytes()) {
        *byte ^= of_sequence;
    }
    Nonce::assume_unique_for_key(nonce)
}

fn header(kind: ContentType, version: u16, length: usize) -> Result<[u8; 5], Unspecified> {
    let [high, low] = u16::try_from(length).map_err(|_| Unspecified)?.to_be_bytes();
    let [major, minor] = version.to_be_bytes();
    Ok([kind.code(), major, minor, high, low])
}

/// Whether we can carry a session on with a suite's cipher.
pub(super) fn is_known(suite: u16) -> bool {
    aead_of(suite).is_some() || cbc_of(suite).is_some()
}

fn aead_of(suite: u16) -> Option<&'static aead::Algorithm> {
    let suite = TlsCipherSuite::from_id(suite)?;
    match (&suite.enc, &suite.enc_mode, suite.enc_size) {
        (TlsCipherEnc::Aes, TlsCipherEncMode::Gcm, 128) => Some(&AES_128_GCM),
        (TlsCipherEnc::Aes, TlsCipherEncMode::Gcm, 256) => Some(&AES_256_GCM),
        (TlsCipherEnc::Chacha20_Poly1305, ..) => Some(&CHACHA20_POLY1305),
        _ => None,
    }
}

fn cbc_of(suite: u16) -> Option<(&'static cipher::Algorithm, hmac::Algorithm)> {
    let suite = TlsCipherSuite::from_id(suite)?;
    let algorithm = match (&suite.enc, &suite.enc_mode, suite.enc_size) {
        (TlsCipherEnc::Aes, TlsCipherEncMode::Cbc, 128) => &AES_128,
        (TlsCipherEnc::Aes, TlsCipherEncMode::Cbc, 256) => &AES_256,
        _ => return None,
    };
    let hash = match suite.mac {
        TlsCipherMac::HmacSha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        TlsCipherMac::HmacSha256 => hmac::HMAC_SHA256,
        TlsCipherMac::HmacSha384 => hmac::HMAC_SHA384,
        _ => return None,
    };
    Some((algorithm, hash))
}

/// Bytes of one side's authentication key, cipher key and initialisation vector.
fn lengths(version: Version, suite: u16) -> Option<(usize, usize, usize)> {
    if let Some(algorithm) = aead_of(suite) {
        let iv = if algorithm == &CHACHA20_POLY1305 { 12 } else { 4 };
        return Some((0, algorithm.key_len(), iv));
    }
    let (_, hash) = cbc_of(suite)?;
    let key = TlsCipherSuite::from_id(suite)?.enc_size / 8;
    let iv = if version == Version::Tls10 { BLOCK } else { 0 };
    Some((hash.digest_algorithm().output_len(), key.into(), iv))
}
