//! Words as documents write them, made plain.

/// Single spaces, no line break, no invisible character. No-break spaces become spaces.
pub(crate) fn single_spaced(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let mut word = word.chars().filter(|c| !is_invisible(*c)).peekable();
        if word.peek().is_none() {
            continue;
        }
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.extend(word);
    }
    plain
}

/// Soft hyphen, zero-width spaces and joiners, marks of direction, byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Whether a style of that name, in lower case, is one that tables of contents give to their entries.
pub(crate) fn names_contents_entry(style: &str) -> bool {
    let Some((name, level)) = style.rsplit_once(' ') else { return false };
    level.parse::<u8>().is_ok() && matches!(name, "toc" | "tm" | "contents" | "table des matières")
}
