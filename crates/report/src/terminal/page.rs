//! Lines that fit: wrapping, alignment and colour, apart from what they say.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Style, letters::Glyph};
use crate::neutralise;

/// Narrowest and widest page: below, words no longer fit; above, eyes lose the line.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=200;
/// From this width a label and its text stand side by side.
const SIDE_BY_SIDE: usize = 64;
/// Space between the columns of a table.
const BETWEEN: usize = 2;

/// What a text is for; a colour only when the style has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Plain,
    Strong,
    Faint,
    Good,
    Warn,
    Bad,
    Alarm,
}

/// A page being written.
pub(crate) struct Page {
    style: Style,
    width: usize,
    out: String,
}

impl Page {
    pub(crate) fn new(style: Style) -> Self {
        Self { style, width: style.width.clamp(*WIDTHS.start(), *WIDTHS.end()), out: String::new() }
    }

    /// The page, without the empty lines at its end.
    pub(crate) fn finish(self) -> String {
        format!("{}\n", self.out.trim_end_matches('\n'))
    }

    /// One empty line, never two.
    pub(crate) fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A section title, underlined.
    pub(crate) fn title(&mut self, text: &str) {
        self.gap();
        let text = self.spelled(text);
        let line = self.spelled("─").repeat(text.width().min(self.width));
        self.line(0, &text, Ink::Strong);
        self.push_line(0, &[(&line, Ink::Faint)]);
    }

    /// A line across the page.
    pub(super) fn rule(&mut self, mark: char, ink: Ink) {
        let mark = if self.style.unicode { mark } else { '=' };
        let line = mark.to_string().repeat(self.width);
        self.push_line(0, &[(&line, ink)]);
    }

    /// A paragraph, wrapped; nothing for an empty text.
    pub(crate) fn line(&mut self, indent: usize, text: &str, ink: Ink) {
        let text = self.spelled(text);
        for line in wrap(&text, self.width.saturating_sub(indent)) {
            self.push_line(indent, &[(&line, ink)]);
        }
    }

    /// A paragraph behind a marker; its other lines stand under its first word.
    pub(crate) fn hanging(&mut self, indent: usize, marker: &str, marker_ink: Ink, text: &str, ink: Ink) {
        let (marker, text) = (self.spelled(marker), self.spelled(text));
        let hang = marker.width();
        let mut lines = wrap(&text, self.width.saturating_sub(indent + hang)).into_iter();
        let Some(first) = lines.next() else { return };
        self.push_line(indent, &[(&marker, marker_ink), (&first, ink)]);
        for line in lines {
            self.push_line(indent + hang, &[(&line, ink)]);
        }
    }

    /// A text cut at the last word that fits on one line; whole on a page too narrow for that to say much.
    pub(super) fn one_line(&mut self, indent: usize, marker: &str, text: &str) {
        let (marker, text, more) = (self.spelled(marker), self.spelled(text), self.spelled("…"));
        if self.width < SIDE_BY_SIDE {
            return self.hanging(indent, &marker, Ink::Good, &text, Ink::Plain);
        }
        let room = self.width.saturating_sub(indent + marker.width());
        let whole = wrap(&text, room);
        let line = match whole.as_slice() {
            [] => return,
            [only] => only.clone(),
            [_, ..] => {
                let kept = wrap(&text, room.saturating_sub(more.width() + 1)).into_iter().next().unwrap_or_default();
                format!("{} {more}", kept.trim_end_matches([',', ';', ':', ' ', '\u{a0}']))
            }
        };
        self.push_line(indent, &[(&marker, Ink::Good), (&line, Ink::Plain)]);
    }

    /// A label, and paragraphs in a column at its right; below it on a narrow page.
    pub(super) fn columns(&mut self, label: &str, label_ink: Ink, column: usize, texts: &[(&str, Ink)]) {
        let label = self.spelled(label);
        if self.width < SIDE_BY_SIDE || label.width() >= column {
            self.line(0, &label, label_ink);
            for (text, ink) in texts {
                self.line(2, text, *ink);
            }
            return;
        }
        let mut lines = Vec::new();
        for (text, ink) in texts {
            let text = self.spelled(text);
            lines.extend(wrap(&text, self.width.saturating_sub(column)).into_iter().map(|line| (line, *ink)));
        }
        let pad = " ".repeat(column - label.width());
        for (at, (line, ink)) in lines.iter().enumerate() {
            if at == 0 {
                self.push_line(0, &[(&label, label_ink), (&pad, Ink::Plain), (line, *ink)]);
            } else {
                self.push_line(column, &[(line, *ink)]);
            }
        }
    }

    /// A glyph, and paragraphs at its right.
    pub(super) fn beside(&mut self, glyph: Glyph, glyph_ink: Ink, texts: &[(String, Ink)]) {
        const LEFT: usize = 2;
        const ROOM: usize = 11;
        let mut lines = Vec::new();
        for (text, ink) in texts {
            let text = self.spelled(text);
            lines.extend(wrap(&text, self.width.saturating_sub(ROOM)).into_iter().map(|line| (line, *ink)));
        }
        let rows: Vec<String> = glyph.iter().map(|row| self.spelled(row)).collect();
        let blank = (String::new(), Ink::Plain);
        for at in 0..lines.len().max(rows.len()) {
            let row = rows.get(at).map_or("", String::as_str);
            let (line, ink) = lines.get(at).unwrap_or(&blank);
            let pad = " ".repeat(ROOM.saturating_sub(LEFT + row.width()));
            self.push_line(LEFT, &[(row, glyph_ink), (&pad, Ink::Plain), (line, *ink)]);
        }
    }

    /// A table of one name and five short values; on a narrow page, a list.
    pub(super) fn table(&mut self, heads: [&str; 5], rows: &[(&str, [String; 5])]) {
        let heads = heads.map(|head| self.spelled(head));
        let first = rows.iter().map(|(name, _)| self.spelled(name).width()).max().unwrap_or(0);
        if self.width < first + heads.iter().map(|head| head.width() + BETWEEN).sum::<usize>() {
            for (name, cells) in rows {
                self.line(0, name, Ink::Strong);
                let pairs: Vec<String> = heads.iter().zip(cells).map(|(head, cell)| format!("{head} {cell}")).collect();
                self.line(2, &pairs.join(", "), Ink::Plain);
            }
            return;
        }
        let head = self.row("", first, &heads, &heads);
        self.push_line(0, &[(&head, Ink::Faint)]);
        for (name, cells) in rows {
            let line = self.row(name, first, cells, &heads);
            self.push_line(0, &[(&line, Ink::Plain)]);
        }
    }

    /// One line of a table, each cell set right under its head.
    fn row(&self, name: &str, first: usize, cells: &[String; 5], heads: &[String; 5]) -> String {
        let mut line = self.spelled(name);
        line.push_str(&" ".repeat(first.saturating_sub(line.width())));
        for (cell, head) in cells.iter().zip(heads) {
            let cell = self.spelled(cell);
            line.push_str(&" ".repeat((head.width() + BETWEEN).saturating_sub(cell.width())));
            line.push_str(&cell);
        }
        line
    }

    /// The text as this terminal can spell it; no-break spaces stay until the line is cut.
    fn spelled(&self, text: &str) -> String {
        if self.style.unicode {
            return text.to_owned();
        }
        let mut plain = String::with_capacity(text.len());
        for c in text.chars() {
            plain.push(match c {
                '█' => '#',
                '▄' => '.',
                '▀' => '\'',
                '─' => '-',
                '◆' | '▲' => '!',
                '■' => '*',
                '●' => '+',
                '◐' | '◌' | '○' => 'o',
                _ => c,
            });
        }
        let plain = plain.replace("«\u{a0}", "«").replace("\u{a0}»", "»");
        let pieces: Vec<String> = plain.split('\u{a0}').map(neutralise::ascii).collect();
        pieces.join("\u{a0}")
    }

    /// One line of painted parts, without spaces at its end, painted or not.
    fn push_line(&mut self, indent: usize, parts: &[(&str, Ink)]) {
        let inked = parts.iter().rposition(|(text, _)| !text.trim_end_matches(' ').is_empty());
        self.out.push_str(&" ".repeat(if inked.is_some() { indent } else { 0 }));
        for (at, (text, ink)) in parts.iter().enumerate().take(inked.map_or(0, |last| last + 1)) {
            let text = if Some(at) == inked { text.trim_end_matches(' ') } else { text };
            let text = if self.style.unicode { text.to_owned() } else { text.replace('\u{a0}', " ") };
            match sequence(*ink).filter(|_| self.style.colour && !text.trim().is_empty()) {
                Some(on) => {
                    self.out.push_str(on);
                    self.out.push_str(&text);
                    self.out.push_str("\x1b[0m");
                }
                None => self.out.push_str(&text),
            }
        }
        self.out.push('\n');
    }
}

/// The sequence that turns an ink on. The sixteen basic colours follow the reader's own palette.
fn sequence(ink: Ink) -> Option<&'static str> {
    match ink {
        Ink::Plain => None,
        Ink::Strong => Some("\x1b[1m"),
        Ink::Faint => Some("\x1b[2m"),
        Ink::Good => Some("\x1b[32m"),
        Ink::Warn => Some("\x1b[33m"),
        Ink::Bad => Some("\x1b[1;31m"),
        Ink::Alarm => Some("\x1b[1;7;31m"),
    }
}

/// Breaks a text at its spaces; a no-break space holds. A word longer than the line is cut.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        if word.width() <= width {
            line.push_str(word);
            continue;
        }
        for c in word.chars() {
            if line.width() + c.width().unwrap_or(0) > width {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_stay_whole_unless_longer_than_the_line() {
        assert_eq!(wrap("un deux trois", 8), ["un deux", "trois"]);
        assert_eq!(wrap("a bcdefghij k", 4), ["a", "bcde", "fghi", "j k"]);
        assert_eq!(wrap("état\u{a0}: bon", 7), ["état\u{a0}:", "bon"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide(text in "[a-zé\u{a0} 日]{0,200}", width in 8usize..60) {
            for line in wrap(&text, width) {
                prop_assert!(line.width() <= width, "{line:?}");
            }
        }
    }
}
