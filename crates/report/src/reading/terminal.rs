//! A reading on a terminal: what is missing first.

use jiff::civil::Date;
use vigie_model::Lang;
use vigie_reading::Reading;

use super::view::{Row, View};
use crate::phrasing::cut;
use crate::schedule::Tone;
use crate::terminal::Style;
use crate::terminal::page::{Ink, Page};

/// Longest quote shown, in characters: two lines.
const QUOTE_CHARS: usize = 150;

/// Tells in one language what documents say. Every line ends in a newline and fits the width.
pub fn terminal(reading: &Reading, as_of: Date, lang: Lang, style: Style) -> String {
    let view = View::new(reading, as_of, lang);
    let mut page = Page::new(style);
    page.line(0, &view.title, Ink::Strong);
    page.line(0, &format!("{}, {}", view.plan, view.day), Ink::Faint);
    for file in &view.files {
        page.hanging(0, "– ", Ink::Faint, &format!("{} ({})", file.name, file.about), Ink::Plain);
        for notice in &file.notices {
            page.hanging(2, "? ", Ink::Warn, notice.as_str(), Ink::Plain);
        }
    }
    page.gap();
    for sentence in &view.summary {
        page.line(0, sentence, Ink::Strong);
    }
    for group in &view.groups {
        page.title(&group.heading);
        for row in &group.rows {
            section(&mut page, row, group.tone, &view);
        }
    }
    page.title(view.t("Comment lire", "How to read this"));
    for note in &view.notes {
        page.line(0, note, Ink::Faint);
    }
    page.finish()
}

fn section(page: &mut Page, row: &Row, tone: Tone, view: &View) {
    let check = if row.check.is_empty() { String::new() } else { format!(" [{}]", row.check) };
    let sure = if row.confidence.is_empty() { String::new() } else { format!(", {}", row.confidence) };
    page.hanging(0, &format!("{} ", tone.mark()), ink(tone), &format!("{}{check}{sure}", row.title), Ink::Plain);
    page.line(2, row.doubt.as_str(), Ink::Faint);
    for quoted in row.places.iter().take(1) {
        let words = cut(quoted.quote.as_str(), QUOTE_CHARS);
        let quote = match view.lang {
            Lang::Fr => format!("«\u{a0}{words}\u{a0}»"),
            Lang::En => format!("“{words}”"),
        };
        page.line(2, &format!("{}{} {quote}", quoted.place, view.t("\u{a0}:", ":")), Ink::Faint);
    }
}

fn ink(tone: Tone) -> Ink {
    match tone {
        Tone::Good => Ink::Good,
        Tone::Fragile | Tone::Open => Ink::Warn,
        Tone::Bad => Ink::Bad,
    }
}
