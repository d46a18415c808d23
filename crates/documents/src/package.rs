//! The zip files that docx, xlsx, odt and ods are.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use memchr::memmem;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::fault::Fault;
use crate::{Limits, Measure};

/// A zip file, opened with care: parts are unpacked one by one, and never beyond the limits.
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Index of each part by its name.
    names: BTreeMap<String, usize>,
    limits: Limits,
    /// Bytes that may still be unpacked.
    left: usize,
    /// Whether a part was damaged.
    damaged: bool,
}

impl<'a> Package<'a> {
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, Fault> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| Fault::damaged(&error))?;
        if archive.len() > limits.entries {
            return Err(Fault::TooMuch(Measure::Entries, limits.entries));
        }
        let names = (0..archive.len())
            .filter_map(|index| Some((archive.name_for_index(index)?.ok()?.into_owned(), index)))
            .collect();
        Ok(Self { archive, names, limits: *limits, left: limits.unpacked_bytes, damaged: false })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// Whether a part could be read in part only.
    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// A part as text, or nothing when there is no such part.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, Fault> {
        let Some(bytes) = self.bytes(name)? else { return Ok(None) };
        Ok(Some(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let bytes = error.into_bytes();
                utf16(&bytes).unwrap_or_else(|| {
                    self.damaged = true;
                    String::from_utf8_lossy(&bytes).into_owned()
                })
            }
        }))
    }

    /// A part, or nothing when there is no such part. Of a damaged part, what could be unpacked.
    pub(crate) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let Some(&index) = self.names.get(name) else { return Ok(None) };
        let part = match self.archive.by_index(index) {
            Ok(part) => part,
            Err(ZipError::UnsupportedArchive(why)) if why == ZipError::PASSWORD_REQUIRED => {
                return Err(Fault::Protected);
            }
            Err(error) => return Err(Fault::damaged(&error)),
        };
        let packed = usize::try_from(part.compressed_size()).unwrap_or(usize::MAX);
        let growth = packed.saturating_mul(self.limits.ratio).max(SMALL_PART);
        let most = self.left.min(growth);
        let mut bytes = Vec::new();
        let ended = part.take(u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1)).read_to_end(&mut bytes);
        if bytes.len() > most {
            return Err(if growth < self.left {
                Fault::TooMuch(Measure::Growth, self.limits.ratio)
            } else {
                Fault::TooMuch(Measure::UnpackedBytes, self.limits.unpacked_bytes)
            });
        }
        self.left -= bytes.len();
        match ended {
            Ok(_) => Ok(Some(bytes)),
            Err(error) if bytes.is_empty() => Err(Fault::damaged(&error)),
            Err(_) => {
                self.damaged = true;
                Ok(Some(bytes))
            }
        }
    }

    /// Unpacks every XML part and throws it away, for readers that unpack by themselves.
    pub(crate) fn check_all(&mut self) -> Result<(), Fault> {
        let names: Vec<String> = self.names.keys().cloned().collect();
        for name in names {
            let Some(bytes) = self.bytes(&name)? else { continue };
            let is_xml = [".xml", ".rels", ".vml"].iter().any(|ending| name.ends_with(ending));
            if is_xml && has_entities(&bytes) {
                return Err(Fault::Entities);
            }
        }
        Ok(())
    }
}

/// Below this, a part may grow as it likes: a blank picture packs well.
const SMALL_PART: usize = 1024 * 1024;

fn has_entities(bytes: &[u8]) -> bool {
    memmem::find(bytes, b"<!DOCTYPE").is_some() || memmem::find(bytes, b"<!ENTITY").is_some()
}

/// UTF-16 with its mark, which XML allows and hardly anybody writes.
fn utf16(bytes: &[u8]) -> Option<String> {
    let (from_pair, rest): (fn([u8; 2]) -> u16, _) = match bytes {
        [0xff, 0xfe, rest @ ..] => (u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => (u16::from_be_bytes, rest),
        _ => return None,
    };
    let (pairs, _) = rest.as_chunks::<2>();
    Some(char::decode_utf16(pairs.iter().map(|pair| from_pair(*pair))).map(|c| c.unwrap_or('\u{fffd}')).collect())
}
