//! The one door through which foreign text reaches a reader.
//!
//! Banners, records, file contents, names and rule texts may hold anything: terminal escape
//! sequences, text-direction overrides that show `exe.pdf` for `fdp.exe`, invisible characters.
//! [`Shown`] can only be made here, and the views hold nothing else, so no renderer can forget.
//! HTML markup is escaped on top of this by the templates; spreadsheet formulas by [`cell`].

use std::borrow::Cow;
use std::fmt;

/// Foreign text made safe to show: one line, no control character, nothing invisible.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Shown(String);

impl Shown {
    /// Makes a foreign text safe to show.
    pub fn new(foreign: &str) -> Self {
        Self(visible(foreign).into_owned())
    }

    /// The safe text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text for a terminal or a page: line breaks and tabs become one space, every other control,
/// direction override or invisible character becomes a visible escape (`\x1b`, `\u{202e}`).
pub fn visible(foreign: &str) -> Cow<'_, str> {
    if !foreign.chars().any(|c| is_fold(c) || is_hidden(c)) {
        return Cow::Borrowed(foreign);
    }
    let mut out = String::with_capacity(foreign.len() + 16);
    let mut folded = false;
    for c in foreign.chars() {
        if is_fold(c) {
            if !folded {
                out.push(' ');
            }
        } else if is_hidden(c) {
            push_escape(&mut out, c);
        } else {
            out.push(c);
        }
        folded = is_fold(c);
    }
    Cow::Owned(out)
}

/// Text for a CSV or spreadsheet cell: as [`visible`], and a text that a spreadsheet would run as
/// a formula begins with an apostrophe, which makes it plain text.
pub fn cell(foreign: &str) -> String {
    let text = visible(foreign);
    let first = foreign.chars().next();
    let runs = matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'));
    if runs { format!("'{text}") } else { text.into_owned() }
}

/// Text for a terminal that only knows ASCII: accents dropped, typography flattened, the rest as
/// visible escapes.
pub fn ascii(text: &str) -> String {
    let text = text.replace("«\u{a0}", "\"").replace("\u{a0}»", "\"");
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_graphic() || c == ' ' {
            out.push(c);
        } else if let Some(plain) = plain_letters(c) {
            out.push_str(plain);
        } else {
            push_escape(&mut out, c);
        }
    }
    out
}

/// JSON whose strings hold hidden characters only as `\u` escapes: the same value, safe to print.
///
/// Outside its strings JSON has no such character, line breaks of the layout aside, so replacing
/// them everywhere is exact.
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) || matches!(c, '\u{2028}' | '\u{2029}') {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                push_code(&mut out, format_args!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// What breaks or shifts a line, and carries no meaning a reader would miss.
fn is_fold(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What a reader would not see, or that would change how the rest is seen.
fn is_hidden(c: char) -> bool {
    if matches!(c, '\n' | '\r' | '\t') {
        return false;
    }
    c.is_control()
        || matches!(
            c,
            '\u{ad}'                        // soft hyphen
            | '\u{34f}'                     // grapheme joiner
            | '\u{61c}'                     // Arabic letter mark
            | '\u{115f}' | '\u{1160}'       // Hangul fillers
            | '\u{17b4}' | '\u{17b5}'       // Khmer inherent vowels
            | '\u{180b}'..='\u{180f}'       // Mongolian selectors
            | '\u{200b}'..='\u{200f}'       // zero width, direction marks
            | '\u{202a}'..='\u{202e}'       // direction embeddings and overrides
            | '\u{2060}'..='\u{206f}'       // joiners, isolates, deprecated formats
            | '\u{3164}' | '\u{ffa0}'       // Hangul fillers
            | '\u{feff}'                    // byte order mark
            | '\u{fff9}'..='\u{fffb}'       // interlinear annotations
            | '\u{e0000}'..='\u{e0fff}'     // tags and selectors
        )
}

fn push_escape(out: &mut String, c: char) {
    let code = u32::from(c);
    if code <= 0xff {
        push_code(out, format_args!("\\x{code:02x}"));
    } else {
        push_code(out, format_args!("\\u{{{code:x}}}"));
    }
}

fn push_code(out: &mut String, code: fmt::Arguments<'_>) {
    out.push_str(&fmt::format(code));
}

/// The ASCII spelling of what French and vigie's own texts use.
fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'â' | 'ä' => "a",
        'À' | 'Â' | 'Ä' => "A",
        'ç' => "c",
        'Ç' => "C",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'É' | 'È' | 'Ê' | 'Ë' => "E",
        'î' | 'ï' => "i",
        'Î' | 'Ï' => "I",
        'ô' | 'ö' | '°' => "o",
        'Ô' | 'Ö' => "O",
        'ù' | 'û' | 'ü' => "u",
        'Ù' | 'Û' | 'Ü' => "U",
        'œ' => "oe",
        'Œ' => "OE",
        'æ' => "ae",
        '’' | '‘' => "'",
        '“' | '”' | '«' | '»' => "\"",
        '–' | '—' | '·' => "-",
        '…' => "...",
        '→' => "->",
        '×' => "x",
        '≥' => ">=",
        '≤' => "<=",
        '\u{a0}' | '\u{202f}' => " ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_text_becomes_readable() {
        assert_eq!(visible("220 mail\r\n\tready"), "220 mail ready");
        assert_eq!(visible("\x1b[31mrouge\u{9b}0m\x07"), "\\x1b[31mrouge\\x9b0m\\x07");
        assert_eq!(visible("fdp\u{202e}exe.\u{200b}"), "fdp\\u{202e}exe.\\u{200b}");
        assert!(matches!(visible("établissement « été »"), Cow::Borrowed(_)));
    }

    #[test]
    fn formulas_stay_text() {
        for formula in ["=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            assert!(cell(formula).starts_with('\''), "{formula:?}");
        }
        assert_eq!(cell("TLS 1.0"), "TLS 1.0");
    }

    #[test]
    fn ascii_keeps_french_readable() {
        assert_eq!(ascii("«\u{a0}L’œuvre dégradée\u{a0}»\u{a0}: 3 → 4…"), "\"L'oeuvre degradee\" : 3 -> 4...");
    }

    proptest! {
        #[test]
        fn nothing_hidden_remains(text in any::<String>()) {
            let shown = visible(&text);
            let harmless = |c: char| !c.is_control() && !is_hidden(c);
            prop_assert!(shown.chars().all(harmless), "{shown:?}");
            prop_assert_eq!(visible(&shown), shown.as_ref());
            prop_assert!(ascii(&text).chars().all(|c| c.is_ascii_graphic() || c == ' '));
        }

        #[test]
        fn no_cell_runs(text in "[=+@\\-\t\r\n '\u{202e}a]{0,6}") {
            let cell = cell(&text);
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{:?}", cell);
        }

        #[test]
        fn json_keeps_its_value(text in any::<String>()) {
            let value = serde_json::json!({ "k": text });
            let written = json(&serde_json::to_string_pretty(&value).unwrap());
            prop_assert!(!written.chars().any(is_hidden));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), value);
        }
    }
}
