//! Puts one handshake message together from its parts, in whatever order, number and overlap they come.

use super::wire::DtlsFragment;
use crate::wire::WireError;

/// Longest message that is put together, in bytes: far over any honest ServerHello.
const MAX_MESSAGE_BYTES: usize = 16 * 1024;

/// The message under way. A part of another one begins anew: a server sends one hello at a time.
#[derive(Debug, Clone, Default)]
pub struct DtlsAssembly {
    /// Its kind and number.
    message: (u8, u16),
    /// Its bytes, those that have come.
    bytes: Vec<Option<u8>>,
}

impl DtlsAssembly {
    /// Takes a part; the body of the message once all of it is there. Where parts overlap, the first to come counts
    /// (RFC 6347 section 4.2.3).
    pub fn take(&mut self, part: &DtlsFragment) -> Result<Option<Vec<u8>>, WireError> {
        if part.length > MAX_MESSAGE_BYTES {
            return Err(WireError::Malformed("handshake message too long"));
        }
        // A message in one piece disturbs none that is under way.
        if part.offset == 0 && part.content.len() == part.length {
            return Ok(Some(part.content.clone()));
        }
        let message = (part.kind, part.sequence);
        if self.message != message || self.bytes.len() != part.length {
            *self = Self { message, bytes: vec![None; part.length] };
        }
        for (slot, byte) in self.bytes.iter_mut().skip(part.offset).zip(&part.content) {
            slot.get_or_insert(*byte);
        }
        Ok(self.bytes.iter().copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(message: &[u8], from: usize, to: usize) -> DtlsFragment {
        let content = message[from..to].to_vec();
        DtlsFragment { kind: 2, length: message.len(), sequence: 1, offset: from, content }
    }

    #[test]
    fn a_part_of_another_message_begins_anew() {
        let mut assembly = DtlsAssembly::default();
        assert_eq!(assembly.take(&part(b"hello", 0, 3)), Ok(None));
        let other = DtlsFragment { sequence: 2, ..part(b"world", 0, 3) };
        assert_eq!(assembly.take(&other), Ok(None));
        assert_eq!(assembly.take(&part(b"hello", 3, 5)), Ok(None));
        assert_eq!(assembly.take(&part(b"whole", 0, 5)), Ok(Some(b"whole".to_vec())));
        assert_eq!(assembly.take(&part(b"hello", 0, 3)), Ok(Some(b"hello".to_vec())));
    }

    #[test]
    fn a_message_without_end_is_not_waited_for() {
        let endless = DtlsFragment { length: (1 << 24) - 1, ..part(b"hello", 0, 3) };
        assert!(DtlsAssembly::default().take(&endless).is_err());
    }

    proptest! {
        #[test]
        fn parts_in_any_order_make_the_message(
            message in prop::collection::vec(any::<u8>(), 2..90),
            cuts in prop::collection::vec((0usize..90, 0usize..90), 1..30),
        ) {
            let mut assembly = DtlsAssembly::default();
            let length = message.len();
            let mut covered = vec![false; length];
            for (a, b) in cuts {
                let (from, to) = (a.min(b).min(length), a.max(b).min(length));
                covered[from..to].fill(true);
                let whole = (from, to) == (0, length);
                let expected = whole || covered.iter().all(|covered| *covered);
                prop_assert_eq!(assembly.take(&part(&message, from, to)).unwrap(), expected.then(|| message.clone()));
                if whole {
                    break;
                }
            }
        }
    }
}
