//! Letters large enough to be read across a table: five rows of at most six columns, drawn in blocks
//! and half blocks.

use vigie_model::Letter;

/// Rows of a glyph, without spaces at their end.
pub(super) type Glyph = [&'static str; 5];

/// The glyph of a letter; a question mark when there is none.
pub(super) fn glyph(letter: Option<Letter>) -> Glyph {
    match letter {
        Some(Letter::A) => [" ████", "██  ██", "██████", "██  ██", "██  ██"],
        Some(Letter::B) => ["█████", "██  ██", "█████", "██  ██", "█████"],
        Some(Letter::C) => [" █████", "██", "██", "██", " █████"],
        Some(Letter::D) => ["█████", "██  ██", "██  ██", "██  ██", "█████"],
        Some(Letter::E) => ["██████", "██", "████", "██", "██████"],
        None => ["▄████▄", "▀▀  ██", "  ▄█▀", "  ▀▀", "  ██"],
    }
}
