use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object};

use super::cmap::ToUnicode;

/// What a font says of its codes.
#[derive(Debug)]
pub(super) struct Font {
    /// Bytes of a code.
    code_length: usize,
    to_unicode: Option<ToUnicode>,
    /// Letters of one-byte codes by the font's encoding.
    encoded: Vec<String>,
    /// Widths by code, in thousandths of the size.
    widths: BTreeMap<u32, f32>,
    usual_width: Option<f32>,
    /// From widths to thousandths: fonts drawn glyph by glyph have a scale of their own.
    width_scale: f32,
    pub(super) bold: bool,
}

/// A code of a string that is shown.
pub(super) struct Code {
    /// Nothing when the font does not name it.
    pub(super) letters: Option<String>,
    /// In ems: shares of the size.
    pub(super) width: f32,
    pub(super) is_space: bool,
}

/// Most codes whose width is kept.
const MOST_WIDTHS: usize = 70_000;
/// Bit of a font's flags: letters are made bold by force (ISO 32000-1, 9.8.2).
const FORCE_BOLD: i64 = 1 << 18;
const BOLD_WEIGHT: f32 = 600.0;

impl Font {
    pub(super) fn of(font: &Dictionary, document: &Document, most_bytes: usize) -> Self {
        let is_composite = name(font, b"Subtype") == b"Type0";
        let to_unicode = font
            .get_deref(b"ToUnicode", document)
            .ok()
            .and_then(|object| object.as_stream().ok())
            .and_then(|stream| stream.get_plain_content_with_limit(most_bytes).ok())
            .map(|source| ToUnicode::of(&source));
        let descendant = font.get_deref(b"DescendantFonts", document).ok().and_then(|fonts| {
            let first = fonts.as_array().ok()?.first()?;
            document.dereference(first).ok()?.1.as_dict().ok()
        });
        let inner = descendant.unwrap_or(font);
        let (widths, usual_width) =
            if is_composite { composite_widths(inner, document) } else { simple_widths(font, document) };
        Self {
            code_length: if is_composite { 2 } else { 1 },
            to_unicode,
            encoded: if is_composite { Vec::new() } else { encoded(font, document, most_bytes) },
            widths,
            usual_width,
            width_scale: if name(font, b"Subtype") == b"Type3" { drawn_scale(font, document) } else { 0.001 },
            bold: is_bold(font, inner, document),
        }
    }

    pub(super) fn codes<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = Code> + 'a {
        bytes.chunks(self.code_length).map(|chunk| {
            let code = chunk.iter().fold(0, |code: u32, byte| code << 8 | u32::from(*byte));
            let letters = self.letters(code);
            let width = match (self.widths.get(&code).copied(), self.usual_width) {
                (Some(width), _) | (None, Some(width)) => width * self.width_scale,
                (None, None) => guessed_width(letters.as_deref()),
            };
            Code { letters, width, is_space: chunk == b" " }
        })
    }

    fn letters(&self, code: u32) -> Option<String> {
        if let Some(letters) = self.to_unicode.as_ref().and_then(|map| map.get(code)) {
            return Some(letters);
        }
        let letters = usize::try_from(code).ok().and_then(|code| self.encoded.get(code))?;
        (!letters.is_empty()).then(|| letters.clone())
    }
}

fn name<'d>(dictionary: &'d Dictionary, key: &[u8]) -> &'d [u8] {
    dictionary.get(key).and_then(Object::as_name).unwrap_or_default()
}

fn encoded(font: &Dictionary, document: &Document, most_bytes: usize) -> Vec<String> {
    let Ok(encoding) = font.get_font_encoding_with_limit(document, most_bytes) else { return Vec::new() };
    (0..=u8::MAX).map(|code| encoding.bytes_to_string(&[code]).unwrap_or_default()).collect()
}

fn simple_widths(font: &Dictionary, document: &Document) -> (BTreeMap<u32, f32>, Option<f32>) {
    let first = font.get_deref(b"FirstChar", document).ok().and_then(|first| first.as_i64().ok()).unwrap_or(0);
    let first = u32::try_from(first).unwrap_or(0);
    let listed = font.get_deref(b"Widths", document).ok().and_then(|widths| widths.as_array().ok());
    let widths = (first..).zip(listed.into_iter().flatten().take(256));
    let widths: BTreeMap<u32, f32> =
        widths.filter_map(|(code, width)| Some((code, number(width, document)?))).collect();
    let missing = font
        .get_deref(b"FontDescriptor", document)
        .ok()
        .and_then(|descriptor| number(descriptor.as_dict().ok()?.get(b"MissingWidth").ok()?, document));
    let usual = if widths.is_empty() { None } else { Some(missing.unwrap_or(0.0)) };
    (widths, usual)
}

/// `[1 [500 600] 10 20 700]`: from code 1 on 500 and 600, from 10 to 20 700 each.
fn composite_widths(font: &Dictionary, document: &Document) -> (BTreeMap<u32, f32>, Option<f32>) {
    let usual = font.get_deref(b"DW", document).ok().and_then(|width| number(width, document)).unwrap_or(1000.0);
    let mut widths = BTreeMap::new();
    let listed = font.get_deref(b"W", document).ok().and_then(|widths| widths.as_array().ok());
    let mut rest = listed.map(Vec::as_slice).unwrap_or_default();
    while let [first, second, after @ ..] = rest {
        let Some(first) = code(first, document) else { break };
        let Ok((_, second)) = document.dereference(second) else { break };
        if let Ok(list) = second.as_array() {
            widths.extend((first..).zip(list).filter_map(|(code, width)| Some((code, number(width, document)?))));
            rest = after;
        } else {
            let (Some(last), [width, after @ ..]) = (code(second, document), after) else { break };
            let Some(width) = number(width, document) else { break };
            let most = u32::try_from(MOST_WIDTHS).unwrap_or(u32::MAX);
            widths.extend((first..=last.min(first.saturating_add(most))).map(|code| (code, width)));
            rest = after;
        }
        if widths.len() > MOST_WIDTHS {
            break;
        }
    }
    (widths, Some(usual))
}

fn code(object: &Object, document: &Document) -> Option<u32> {
    u32::try_from(document.dereference(object).ok()?.1.as_i64().ok()?).ok()
}

fn number(object: &Object, document: &Document) -> Option<f32> {
    document.dereference(object).ok()?.1.as_float().ok().filter(|number| number.is_finite())
}

fn drawn_scale(font: &Dictionary, document: &Document) -> f32 {
    let matrix = font.get_deref(b"FontMatrix", document).ok().and_then(|matrix| matrix.as_array().ok());
    matrix.and_then(|matrix| number(matrix.first()?, document)).unwrap_or(0.001).abs()
}

fn is_bold(font: &Dictionary, inner: &Dictionary, document: &Document) -> bool {
    let base = String::from_utf8_lossy(name(font, b"BaseFont")).to_lowercase();
    // A subset bears six letters and a plus in front of its name.
    let base = base.rsplit('+').next().unwrap_or_default();
    if ["bold", "black", "heavy", "-semi", "demi"].iter().any(|word| base.contains(word)) {
        return true;
    }
    let descriptor = inner.get_deref(b"FontDescriptor", document).ok().and_then(|object| object.as_dict().ok());
    descriptor.is_some_and(|descriptor| {
        let weight = descriptor.get(b"FontWeight").ok().and_then(|weight| number(weight, document));
        let flags = descriptor.get(b"Flags").and_then(Object::as_i64).unwrap_or(0);
        weight.is_some_and(|weight| weight >= BOLD_WEIGHT) || flags & FORCE_BOLD != 0
    })
}

/// Width of a letter of the fourteen fonts that every reader has, and whose widths files leave out: about
/// Helvetica's.
fn guessed_width(letters: Option<&str>) -> f32 {
    let Some(letter) = letters.and_then(|letters| letters.chars().next()) else { return 0.5 };
    match letter {
        ' ' | '.' | ',' | ';' | ':' | '!' | '/' | 'f' | 't' | 'I' | '\u{a0}' => 0.278,
        'i' | 'j' | 'l' | '\'' | '’' | '|' => 0.222,
        'r' | '-' | '(' | ')' => 0.333,
        'm' | 'M' => 0.833,
        'w' => 0.722,
        'W' => 0.944,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 0.5,
        letter if letter.is_uppercase() => 0.69,
        _ => 0.556,
    }
}
