//! Writes messages and records.

use super::ContentType;

/// A handshake message.
pub(crate) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(body.len().saturating_add(4));
    message.push(kind);
    let [_, length @ ..] = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes();
    message.extend(length);
    message.extend(body);
    message
}

/// A record.
pub(crate) fn record(kind: ContentType, version: u16, content: &[u8]) -> Vec<u8> {
    let mut record = Vec::with_capacity(content.len().saturating_add(5));
    put_record(&mut record, kind, version, content);
    record
}

pub(crate) fn put_record(to: &mut Vec<u8>, kind: ContentType, version: u16, content: &[u8]) {
    to.push(kind.code());
    to.extend(version.to_be_bytes());
    put_block16(to, content);
}

pub(crate) fn be_words(words: &[u16]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(words.len().saturating_mul(2));
    put_words(&mut bytes, words);
    bytes
}

pub(crate) fn put_words(to: &mut Vec<u8>, words: &[u16]) {
    for word in words {
        to.extend(word.to_be_bytes());
    }
}

pub(crate) fn put_extension(to: &mut Vec<u8>, kind: u16, content: &[u8]) {
    to.extend(kind.to_be_bytes());
    put_block16(to, content);
}

/// An extension that holds what is written into it.
pub(crate) fn extension_of(to: &mut Vec<u8>, kind: u16, write: impl FnOnce(&mut Vec<u8>)) {
    to.extend(kind.to_be_bytes());
    block16_of(to, write);
}

pub(crate) fn block16(content: &[u8]) -> Vec<u8> {
    let mut block = Vec::with_capacity(content.len().saturating_add(2));
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

/// A block of what is written into it.
pub(crate) fn block16_of(to: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = to.len();
    to.extend([0, 0]);
    write(to);
    let written = to.get_mut(start..).and_then(<[u8]>::split_first_chunk_mut::<2>);
    if let Some((length, content)) = written {
        *length = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes();
    }
}
