//! Writes messages and records.

use super::ContentType;

/// A handshake message.
pub(crate) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![kind];
    put_block24(&mut message, body);
    message
}

/// A record.
pub(crate) fn record(kind: ContentType, version: u16, content: &[u8]) -> Vec<u8> {
    let mut record = vec![kind.code()];
    record.extend(version.to_be_bytes());
    put_block16(&mut record, content);
    record
}

pub(crate) fn be_words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

pub(crate) fn put_extension(to: &mut Vec<u8>, kind: u16, content: &[u8]) {
    to.extend(kind.to_be_bytes());
    put_block16(to, content);
}

pub(crate) fn block16(content: &[u8]) -> Vec<u8> {
    let mut block = Vec::new();
    put_block16(&mut block, content);
    block
}

// The lengths below are those of our own tables and of a name of at most 253 bytes: they always fit.

pub(crate) fn put_block8(to: &mut Vec<u8>, content: &[u8]) {
    to.push(u8::try_from(content.len()).unwrap_or(u8::MAX));
    to.extend(content);
}

pub(crate) fn put_block16(to: &mut Vec<u8>, content: &[u8]) {
    to.extend(u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes());
    to.extend(content);
}

fn put_block24(to: &mut Vec<u8>, content: &[u8]) {
    let [_, length @ ..] = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes();
    to.extend(length);
    to.extend(content);
}
