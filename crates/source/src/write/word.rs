//! How one text or number is written.

use std::fmt::Write;

use crate::{Value, scalar};

/// Texts that other readers of YAML take for yes, no or a number of seconds.
const TAKEN_ELSEWHERE: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];

/// A text without quotes where it needs none; `in_brackets` when it stands in a list or map on one line.
pub(super) fn text(text: &str, in_brackets: bool) -> String {
    if is_plain(text, in_brackets) { text.to_owned() } else { quoted(text) }
}

/// A decimal number, a whole one without `.0`.
pub(super) fn float(number: f64) -> String {
    /// Up to here each whole number is one `f64`.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT { format!("{:.0}", number + 0.0) } else { format!("{number:?}") }
}

fn is_plain(text: &str, in_brackets: bool) -> bool {
    let starts_well =
        text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '<' | '≤' | '«' | '(' | '+' | '/' | '~'));
    let ends_well = !text.ends_with(|c: char| c.is_whitespace() || c == ':');
    let misread = text.contains(": ") || text.contains(" #") || text.contains(":\u{a0}");
    let separates = |c: char| matches!(c, ',' | '[' | ']' | '{' | '}');
    let splits = in_brackets && (text.contains(separates) || text.contains(':'));
    starts_well
        && ends_well
        && !misread
        && !splits
        && !text.chars().any(must_be_escaped)
        && !is_taken_elsewhere(text)
        && matches!(scalar::resolve(text), Value::Text(_))
}

fn is_taken_elsewhere(text: &str) -> bool {
    let lower = text.to_lowercase();
    let base_sixty = text.contains(':') && text.chars().all(|c| c.is_ascii_digit() || c == ':');
    TAKEN_ELSEWHERE.contains(&lower.as_str()) || base_sixty
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if must_be_escaped(c) => {
                // Writing to a text never fails.
                let code = u32::from(c);
                let _ = if code > 0xffff { write!(out, "\\U{code:08X}") } else { write!(out, "\\u{code:04X}") };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Characters that a reader would refuse, fold or not see.
fn must_be_escaped(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{ffff}'
                | '\u{e0000}'..='\u{10ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_stand_only_where_they_must() {
        for plain in [
            "dpi",
            "4 h",
            "24/48 h",
            "J+1",
            "< 4h",
            "2026-03-31",
            "« nom »",
            "012",
            "l’accueil, au 1er",
            "06 39 98 00 01",
        ] {
            assert_eq!(text(plain, false), plain);
        }
        for tricky in [
            "", " a", "a ", "no", "Off", "1:30", "true", "12", "null", "- a", "a: b", "a #b", "# x", "a:", "*x", "&x",
            "!x",
        ] {
            assert_eq!(text(tricky, false), format!("\"{tricky}\""));
        }
        assert_eq!(text("un, deux", true), "\"un, deux\"");
        assert_eq!(text("a\n\u{1b}\u{202e}\"\\", false), r#""a\n\u001B\u202E\"\\""#);
    }

    #[test]
    fn numbers_are_written_short() {
        assert_eq!([float(1800.0), float(0.1), float(-0.0), float(1e300)], ["1800", "0.1", "0", "1e300"]);
    }
}
