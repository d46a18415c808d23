//! Timestamps of Certificate Transparency (RFC 6962 section 3.3).

/// How many timestamps a list holds; `None` for bytes that are no list.
pub fn decode_timestamp_list(bytes: &[u8]) -> Option<usize> {
    let mut list = block(bytes).filter(|(_, rest)| rest.is_empty())?.0;
    let mut count = 0usize;
    while !list.is_empty() {
        let (timestamp, rest) = block(list)?;
        // A version, the log's name, a date, extensions and a signature: no timestamp is shorter.
        (timestamp.len() >= 47).then_some(())?;
        count = count.saturating_add(1);
        list = rest;
    }
    Some(count)
}

/// What a length of two bytes announces, and what comes after.
fn block(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_counted() {
        let one = [[0, 47].as_slice(), &[7; 47]].concat();
        let list = |entries: &[&[u8]]| {
            let entries = entries.concat();
            [u16::try_from(entries.len()).unwrap().to_be_bytes().as_slice(), &entries].concat()
        };
        assert_eq!(decode_timestamp_list(&list(&[])), Some(0));
        assert_eq!(decode_timestamp_list(&list(&[&one, &one])), Some(2));
        for bad in [&b""[..], &[0], &[0, 3, 0, 1, 7], &list(&[&one])[..40]] {
            assert_eq!(decode_timestamp_list(bad), None);
        }
    }
}
