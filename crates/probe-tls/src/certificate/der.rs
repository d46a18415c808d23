//! The elements of DER (X.690), one by one, where no parser of a whole structure fits.

use x509_parser::asn1_rs::{Any, Class, FromDer, Header, Oid};

/// The elements of a sequence, one after the other.
pub(super) struct Elements<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Elements<'a> {
    type Item = Any<'a>;

    fn next(&mut self) -> Option<Any<'a>> {
        let (rest, next) = element(self.0)?;
        self.0 = rest;
        Some(next)
    }
}

impl<'a> Elements<'a> {
    /// The elements with their headers.
    pub(super) fn wholes(mut self) -> impl Iterator<Item = &'a [u8]> {
        std::iter::from_fn(move || {
            let whole = whole_first(self.0)?;
            self.next()?;
            Some(whole)
        })
    }
}

pub(super) fn element(bytes: &[u8]) -> Option<(&[u8], Any<'_>)> {
    Any::from_der(bytes).ok()
}

/// The first element, its header included.
pub(super) fn whole_first(bytes: &[u8]) -> Option<&[u8]> {
    let (rest, _) = element(bytes)?;
    bytes.get(..bytes.len().saturating_sub(rest.len()))
}

pub(super) fn is_context(header: &Header<'_>) -> bool {
    header.class() == Class::ContextSpecific
}

pub(super) fn oid(any: &Any<'_>) -> Option<String> {
    Oid::try_from(any.clone()).ok().map(|oid| oid.to_id_string())
}

/// An element of DER. `None` past the lengths that two bytes can say.
pub(super) fn wrapped(tag: u8, content: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(content.len()).ok()?.to_be_bytes();
    let head: &[u8] = match length {
        [0, short @ 0..=0x7f] => &[tag, short],
        [0, low] => &[tag, 0x81, low],
        [high, low] => &[tag, 0x82, high, low],
    };
    Some([head, content].concat())
}
