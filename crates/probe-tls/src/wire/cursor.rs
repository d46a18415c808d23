//! Walks over bytes that somebody else wrote: every step may find too few of them.

use super::WireError;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'a>(pub(crate) &'a [u8]);

impl<'a> Cursor<'a> {
    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], WireError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(WireError::Malformed("message cut short"))?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(WireError::Malformed("message cut short"))?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, WireError> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, WireError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u24(&mut self) -> Result<usize, WireError> {
        let [high, middle, low] = self.array()?;
        Ok(usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, WireError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn block8(&mut self) -> Result<&'a [u8], WireError> {
        let length = self.u8()?;
        self.take(length.into())
    }

    pub(crate) fn block16(&mut self) -> Result<&'a [u8], WireError> {
        let length = self.u16()?;
        self.take(length.into())
    }

    pub(crate) fn block24(&mut self) -> Result<&'a [u8], WireError> {
        let length = self.u24()?;
        self.take(length)
    }

    /// The extensions that a list holds: their kinds and contents, in order.
    pub(crate) fn extensions(mut self) -> Result<Vec<(u16, Cursor<'a>)>, WireError> {
        let mut all = Vec::new();
        while !self.is_empty() {
            let kind = self.u16()?;
            all.push((kind, Cursor(self.block16()?)));
        }
        Ok(all)
    }

    pub(crate) fn end(self) -> Result<(), WireError> {
        if self.is_empty() { Ok(()) } else { Err(WireError::Malformed("bytes left over")) }
    }
}
