use std::collections::BTreeMap;

use super::lists::Counters;
use super::styles::{Letters, Styles};
use super::text_of;
use crate::document::Cues;
use crate::text::single_spaced;
use crate::writer::Writer;
use crate::xml::{Element, Node};

/// Reads paragraphs, lists and tables, in order.
pub(super) struct Body<'s, 'w> {
    styles: &'s Styles,
    writer: &'w mut Writer,
    headings: Counters,
    /// How far each list has counted, by its style: a list may go on after a paragraph.
    lists: BTreeMap<String, Counters>,
    /// Footnotes, to write at the end.
    notes: Vec<String>,
    remarks: Remarks,
}

/// What the reader of the document must know.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    pub(super) revisions: bool,
    pub(super) comments: bool,
    pub(super) external: bool,
    pub(super) large_pictures: usize,
}

/// Where in the document one is.
#[derive(Debug, Clone, Copy, Default)]
struct Where<'x> {
    in_contents: bool,
    running: bool,
    /// Style of the list and level from 1.
    list: Option<(&'x str, u8)>,
}

/// What a paragraph says.
#[derive(Debug, Default)]
struct Line {
    text: String,
    bold: usize,
    plain: usize,
    /// Letters of each size, in tenths of a point.
    sizes: BTreeMap<u32, usize>,
}

/// A picture at least this large, in centimetres, may be a scan or a diagram that says something.
const LARGE_PICTURE: (f32, f32) = (10.0, 5.0);
/// Columns or rows that one cell may span or repeat.
const WIDEST_SPAN: usize = 64;
/// Deepest level of a list that counts.
const DEEPEST_LIST: u8 = 10;

impl<'s, 'w> Body<'s, 'w> {
    pub(super) fn new(styles: &'s Styles, writer: &'w mut Writer) -> Self {
        Self {
            styles,
            writer,
            headings: Counters::default(),
            lists: BTreeMap::new(),
            notes: Vec::new(),
            remarks: Remarks::default(),
        }
    }

    pub(super) fn read(&mut self, text: &Element<'_>) {
        self.blocks(text, Where::default());
        for note in std::mem::take(&mut self.notes) {
            self.writer.text(&note, Cues::default());
        }
    }

    /// Reads the headers and footers that page styles hold.
    pub(super) fn read_running(&mut self, styles: &Element<'_>) {
        let Some(masters) = styles.child("master-styles") else { return };
        for element in masters.elements().flat_map(Element::elements) {
            if element.name().starts_with("header") || element.name().starts_with("footer") {
                self.blocks(element, Where { running: true, ..Where::default() });
            }
        }
    }

    pub(super) fn finish(self) -> Remarks {
        self.remarks
    }

    fn blocks(&mut self, parent: &Element<'_>, at: Where<'_>) {
        for element in parent.elements() {
            if self.writer.is_cut() {
                return;
            }
            match element.name() {
                "h" | "p" => self.paragraph(element, at, false),
                "list" => self.list(element, at),
                "table" => self.table(element, at),
                "table-of-content" => {
                    if let Some(entries) = element.child("index-body") {
                        self.blocks(entries, Where { in_contents: true, ..at });
                    }
                }
                // The title of the table of contents is no entry.
                "index-title" => self.blocks(element, Where { in_contents: false, ..at }),
                "tracked-changes" => self.remarks.revisions = true,
                "frame" => self.frame(element, at),
                "section" | "index-body" | "text-box" | "numbered-paragraph" | "alphabetical-index"
                | "illustration-index" | "table-index" | "user-index" | "bibliography" | "custom-shape" | "rect"
                | "g" => {
                    self.blocks(element, at);
                }
                _ => {}
            }
        }
    }

    fn list(&mut self, list: &Element<'_>, at: Where<'_>) {
        let own = list.attribute("style-name");
        let (outer, level) = at.list.unwrap_or(("", 0));
        let style = own.as_deref().unwrap_or(outer);
        let level = level.saturating_add(1).min(DEEPEST_LIST);
        let goes_on = list.attribute("continue-numbering").as_deref() == Some("true")
            || list.attribute("continue-list").is_some();
        if at.list.is_none() && !goes_on {
            self.lists.remove(style);
        }
        for item in list.elements() {
            let is_item = item.name() == "list-item";
            let restart = item.number("start-value");
            let inside = Where { list: Some((style, level)), ..at };
            let mut first = is_item;
            for element in item.elements() {
                match element.name() {
                    "p" | "h" => {
                        if first {
                            self.item(element, inside, restart);
                        } else {
                            self.paragraph(element, at, true);
                        }
                        first = false;
                    }
                    "list" => {
                        self.list(element, inside);
                        first = false;
                    }
                    _ => {}
                }
            }
        }
    }

    /// The first paragraph of an item of a list, which bears its number.
    fn item(&mut self, element: &Element<'_>, at: Where<'_>, restart: Option<u32>) {
        let number = at.list.and_then(|(style, level)| {
            let own = self.styles.list(style);
            let shape = own.or_else(|| self.styles.list(self.styles.list_of(&style_of(element))?))?;
            shape.next(self.lists.entry(style.to_owned()).or_default(), level, restart)
        });
        // A heading in a list counts as headings do.
        if element.name() == "h" {
            self.paragraph(element, at, false);
        } else {
            self.write(element, at, None, number);
        }
    }

    fn paragraph(&mut self, element: &Element<'_>, at: Where<'_>, in_item: bool) {
        let style = style_of(element);
        let is_heading = element.name() == "h";
        let level =
            if is_heading { Some(element.number("outline-level").unwrap_or(1)) } else { self.styles.level(&style) };
        let is_counted = !in_item && element.attribute("is-list-header").as_deref() != Some("true");
        let number = match level {
            Some(level) if is_heading && is_counted => {
                let restart = element.number("start-value");
                let own = self.styles.list_of(&style).and_then(|name| self.styles.list(name));
                self.styles
                    .outline()
                    .next(&mut self.headings, level, restart)
                    .or_else(|| own?.next(&mut self.headings, level, restart))
            }
            _ => None,
        };
        self.write(element, at, level, number);
    }

    fn write(&mut self, element: &Element<'_>, at: Where<'_>, level: Option<u8>, numbering: Option<String>) {
        let style = style_of(element);
        let mut line = Line::default();
        let mut frames = Vec::new();
        self.inline(element, self.styles.letters(&style), &mut line, &mut frames);
        let cues = Cues {
            level,
            bold: line.is_bold(),
            size_pt: line.size(),
            numbering,
            contents_entry: at.in_contents || self.styles.is_contents_entry(&style),
            running: at.running,
        };
        self.writer.text(&line.text, cues);
        for frame in frames {
            if frame.name() == "frame" {
                self.frame(frame, Where { list: None, ..at });
            } else {
                self.blocks(frame, Where { list: None, ..at });
            }
        }
    }

    fn inline<'x>(
        &mut self,
        parent: &'x Element<'x>,
        letters: Letters,
        line: &mut Line,
        frames: &mut Vec<&'x Element<'x>>,
    ) {
        for node in parent.nodes() {
            let element = match node {
                Node::Text(text) => {
                    line.push(text, letters);
                    continue;
                }
                Node::Element(element) => element,
            };
            match element.name() {
                "s" | "tab" | "line-break" => line.text.push(' '),
                "span" => {
                    let own = self.styles.letters_of_span(&style_of(element));
                    self.inline(element, own.or(letters), line, frames);
                }
                "note" => {
                    if let Some(body) = element.child("note-body") {
                        let words: Vec<String> = body.elements().map(text_of).collect();
                        self.notes.push(words.join(" "));
                    }
                }
                "annotation" => self.remarks.comments = true,
                "annotation-end" => {}
                "frame" | "custom-shape" | "rect" | "g" => frames.push(element),
                "change-start" | "change-end" | "change" => self.remarks.revisions = true,
                _ => self.inline(element, letters, line, frames),
            }
        }
    }

    fn frame(&mut self, frame: &Element<'_>, at: Where<'_>) {
        for element in frame.elements() {
            match element.name() {
                "text-box" => self.blocks(element, at),
                "table" => self.table(element, at),
                "image" => {
                    let target = element.attribute("href").unwrap_or_default();
                    self.remarks.external |= target.contains("://") || target.starts_with("..");
                    let side = |name| frame.attribute(name).as_deref().and_then(centimetres).unwrap_or(0.0);
                    let is_large = side("width") >= LARGE_PICTURE.0 && side("height") >= LARGE_PICTURE.1;
                    self.remarks.large_pictures += usize::from(is_large && !at.running);
                }
                _ => {}
            }
        }
    }

    fn table(&mut self, table: &Element<'_>, at: Where<'_>) {
        let mut rows = Vec::new();
        collect(table, &mut |row| rows.push(row));
        let mut cells = rows.iter().flat_map(|row| row.elements()).filter(|cell| cell.name() == "table-cell");
        // A frame around a text, and no table.
        if let (Some(only), None) = (cells.next(), cells.next()) {
            return self.blocks(only, at);
        }
        let mut texts = Vec::new();
        for row in rows {
            let mut cells = Vec::new();
            for cell in row.elements() {
                let text = match cell.name() {
                    "table-cell" => self.words_of(cell),
                    "covered-table-cell" => String::new(),
                    _ => continue,
                };
                let repeats: usize = cell.number("number-columns-repeated").unwrap_or(1);
                cells.extend(std::iter::repeat_n(text, repeats.clamp(1, WIDEST_SPAN)));
            }
            texts.push(cells);
        }
        self.writer.table(texts);
    }

    /// All the words of a cell, its lists and inner tables included.
    fn words_of(&mut self, parent: &Element<'_>) -> String {
        let mut words = String::new();
        for element in parent.elements() {
            let inner = match element.name() {
                "p" | "h" => {
                    let mut line = Line::default();
                    let mut frames = Vec::new();
                    self.inline(element, Letters::default(), &mut line, &mut frames);
                    for frame in frames {
                        line.text.push(' ');
                        line.text.push_str(&self.words_of(frame));
                    }
                    single_spaced(&line.text)
                }
                "list" | "list-item" | "list-header" | "table" | "table-header-rows" | "table-row" | "table-cell"
                | "section" | "text-box" | "frame" => self.words_of(element),
                _ => continue,
            };
            words.push_str(&inner);
            words.push(' ');
        }
        words
    }
}

impl Line {
    fn push(&mut self, text: &str, letters: Letters) {
        if letters.hidden == Some(true) {
            return;
        }
        self.text.push_str(text);
        let count = text.chars().filter(|c| !c.is_whitespace()).count();
        if letters.bold == Some(true) {
            self.bold += count;
        } else {
            self.plain += count;
        }
        if let Some(points) = letters.points.filter(|points| (1.0..1000.0).contains(points)) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 10 and 10,000")]
            let tenths = (points * 10.0).round() as u32;
            *self.sizes.entry(tenths).or_default() += count;
        }
    }

    fn is_bold(&self) -> Option<bool> {
        (self.bold + self.plain > 0).then_some(self.plain == 0)
    }

    /// Size of most letters, in points.
    fn size(&self) -> Option<f32> {
        let (tenths, _) = self.sizes.iter().max_by_key(|(_, count)| **count)?;
        u16::try_from(*tenths).ok().map(|tenths| f32::from(tenths) / 10.0)
    }
}

fn style_of(element: &Element<'_>) -> String {
    element.attribute("style-name").unwrap_or_default().into_owned()
}

fn collect<'x>(parent: &'x Element<'x>, each: &mut impl FnMut(&'x Element<'x>)) {
    for element in parent.elements() {
        match element.name() {
            "table-row" => each(element),
            "table-header-rows" | "table-rows" | "table-row-group" => collect(element, each),
            _ => {}
        }
    }
}

/// A length as OpenDocument writes it: `17cm`, `6.69in`.
fn centimetres(written: &str) -> Option<f32> {
    [("cm", 1.0), ("mm", 0.1), ("in", 2.54), ("pt", 0.0353)]
        .iter()
        .find_map(|(unit, length)| Some(written.strip_suffix(unit)?.parse::<f32>().ok()? * length))
}
