//! Foreign text made fit for a sentence.

/// The most characters of a file that a sentence quotes.
const MAX_QUOTED_CHARS: usize = 60;

/// A text of a file, cut and neutralised, to be put in a sentence.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted: String = text.chars().take(MAX_QUOTED_CHARS).map(neutral).collect();
    if text.chars().nth(MAX_QUOTED_CHARS).is_some() {
        quoted.push('…');
    }
    quoted
}

/// A name, neutralised, to stand on one line.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(neutral).collect()
}

/// A text of a file, neutralised, to be drawn as source: its lines and tabs stay.
pub(crate) fn neutralise(text: &str) -> String {
    text.replace("\r\n", "\n").chars().map(|c| if matches!(c, '\n' | '\t') { c } else { neutral(c) }).collect()
}

/// True for a character that has no place in a file: it commands the terminal, or makes the
/// reader see another text than the one that is there.
pub(crate) fn is_deceptive(c: char) -> bool {
    let direction = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    direction || (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

/// A character that no terminal obeys: controls become their Unicode picture, and marks that
/// change the direction of text, or that cannot be seen, become U+FFFD.
fn neutral(c: char) -> char {
    match c {
        '\u{7f}' => '\u{2421}',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_terminal_obeys_is_left() {
        assert_eq!(quote("a\u{1b}[31mb\u{9b}0m\u{202e}c\nd"), "a␛[31mb\u{fffd}0m\u{fffd}c␊d");
        assert_eq!(neutralise("a\r\n\tb\r"), "a\n\tb␍");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(quote(&"é".repeat(60)), "é".repeat(60));
        assert_eq!(quote(&"é".repeat(61)), format!("{}…", "é".repeat(60)));
    }
}
