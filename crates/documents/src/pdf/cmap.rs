//! The maps from codes to letters that fonts bear (`ToUnicode`, ISO 32000-1, 9.10.3).

use std::collections::BTreeMap;

/// Letters by code.
#[derive(Debug, Default)]
pub(super) struct ToUnicode {
    letters: BTreeMap<u32, String>,
    /// First and last code, and the letter of the first.
    ranges: Vec<(u32, u32, u32)>,
}

/// Codes and ranges that are kept: a font has at most 65,536 glyphs.
const MOST_ENTRIES: usize = 70_000;

/// What a map is written with.
#[derive(Debug, PartialEq)]
enum Token<'a> {
    Hex(Vec<u8>),
    Open,
    Close,
    Word(&'a [u8]),
}

impl ToUnicode {
    pub(super) fn of(source: &[u8]) -> Self {
        let mut map = Self::default();
        let mut section: &[u8] = b"";
        let mut pending = Vec::new();
        let mut within = None;
        let mut unread = source;
        while let Some((token, after)) = next(unread) {
            unread = after;
            match token {
                Token::Word(word @ (b"beginbfchar" | b"beginbfrange")) => {
                    section = word;
                    pending.clear();
                }
                Token::Word(b"endbfchar" | b"endbfrange") => section = b"",
                Token::Hex(bytes) => match &mut within {
                    Some((coming, last)) => {
                        if *coming <= *last {
                            map.insert(*coming, letters(&bytes));
                        }
                        *coming = u32::saturating_add(*coming, 1);
                    }
                    None => pending.push(bytes),
                },
                Token::Open => {
                    if let [first, last] = pending.as_slice() {
                        within = Some((number(first), number(last)));
                    }
                    pending.clear();
                }
                Token::Close => within = None,
                Token::Word(_) => {}
            }
            map.take(section, &mut pending);
            if map.letters.len() + map.ranges.len() > MOST_ENTRIES {
                break;
            }
        }
        map
    }

    /// The letters of a code: a ligature has several.
    pub(super) fn get(&self, code: u32) -> Option<String> {
        if let Some(letters) = self.letters.get(&code) {
            return Some(letters.clone());
        }
        let (first, _, letter) = self.ranges.iter().find(|(first, last, _)| (*first..=*last).contains(&code))?;
        char::from_u32(letter.checked_add(code - first)?).map(String::from)
    }

    fn take(&mut self, section: &[u8], pending: &mut Vec<Vec<u8>>) {
        match (section, pending.as_slice()) {
            (b"beginbfchar", [code, written]) => self.insert(number(code), letters(written)),
            (b"beginbfrange", [first, last, written]) => {
                let (first, last, written) = (number(first), number(last), letters(written));
                let mut chars = written.chars();
                match (chars.next(), chars.next()) {
                    (Some(letter), None) if first < last => self.ranges.push((first, last, u32::from(letter))),
                    _ => self.insert(first, written),
                }
            }
            _ => return,
        }
        pending.clear();
    }

    fn insert(&mut self, code: u32, letters: String) {
        if !letters.is_empty() {
            self.letters.insert(code, letters);
        }
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number: u32, byte| number.wrapping_shl(8) | u32::from(*byte))
}

fn letters(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
    char::decode_utf16(units).filter_map(Result::ok).filter(|c| *c != '\0').collect()
}

fn next(source: &[u8]) -> Option<(Token<'_>, &[u8])> {
    let start = source.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != 0)?;
    let source = source.get(start..)?;
    match source {
        [b'[', rest @ ..] => Some((Token::Open, rest)),
        [b']', rest @ ..] => Some((Token::Close, rest)),
        [b'<', b'<', rest @ ..] | [b'>', rest @ ..] => Some((Token::Word(b"<<"), rest)),
        [b'<', rest @ ..] => {
            let end = rest.iter().position(|byte| *byte == b'>')?;
            let digits: Vec<u8> = rest.get(..end)?.iter().filter_map(|byte| hex_digit(*byte)).collect();
            let bytes = digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
            Some((Token::Hex(bytes), rest.get(end + 1..)?))
        }
        [b'%', ..] => {
            let end = source.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(source.len());
            Some((Token::Word(b"%"), source.get(end..)?))
        }
        _ => {
            let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'[' | b']' | b'<' | b'>' | b'%');
            let end = source.iter().skip(1).position(is_end).map_or(source.len(), |end| end + 1);
            Some((Token::Word(source.get(..end)?), source.get(end..)?))
        }
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ranges_and_lists_name_their_letters() {
        let map = ToUnicode::of(
            b"2 beginbfchar <01> <0041> <02> <00660069> endbfchar\n\
              2 beginbfrange <0010> <0012> <0061> <20> <21> [<00E9> <00E0>] endbfrange",
        );
        assert_eq!(map.get(1).as_deref(), Some("A"));
        assert_eq!(map.get(2).as_deref(), Some("fi"));
        assert_eq!(map.get(0x12).as_deref(), Some("c"));
        assert_eq!(map.get(0x21).as_deref(), Some("à"));
        assert_eq!(map.get(0x22), None);
    }
}
