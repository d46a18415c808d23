use super::numbering::Numbering;
use super::styles::{Letters, ListPlace, Styles, level_of_outline, outline_of};
use crate::document::Cues;
use crate::text::single_spaced;
use crate::writer::Writer;
use crate::xml::{Element, Node};

/// Reads paragraphs and tables, in order.
pub(super) struct Body<'s, 'w> {
    styles: &'s Styles,
    numbering: Numbering,
    writer: &'w mut Writer,
    running: bool,
    /// Fields that are open, outermost first: they may span paragraphs.
    fields: Vec<Field>,
    remarks: Remarks,
}

/// What the reader of the document must know.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    pub(super) revisions: bool,
    pub(super) large_pictures: usize,
}

#[derive(Debug, Default)]
struct Field {
    instruction: String,
    shows_result: bool,
}

/// What a paragraph says.
#[derive(Debug, Default)]
struct Line {
    text: String,
    /// Letters that are bold and those that are not, blanks left out.
    bold: usize,
    plain: usize,
    /// Letters of each size in half-points.
    sizes: std::collections::BTreeMap<u16, usize>,
    in_contents: bool,
}

/// A picture at least this large may be a scan or a diagram that says something, in English Metric Units
/// (360,000 a centimetre): 10 cm by 5 cm.
const LARGE_PICTURE: (u64, u64) = (3_600_000, 1_800_000);
/// Columns that one cell may span.
const WIDEST_SPAN: usize = 64;
/// Fields within fields, beyond which they are no longer followed.
const MOST_FIELDS: usize = 64;

impl<'s, 'w> Body<'s, 'w> {
    pub(super) fn new(styles: &'s Styles, numbering: Numbering, writer: &'w mut Writer) -> Self {
        Self { styles, numbering, writer, running: false, fields: Vec::new(), remarks: Remarks::default() }
    }

    /// From here on, what is read stands in headers and footers.
    pub(super) fn start_running(&mut self) {
        self.running = true;
        self.fields.clear();
    }

    pub(super) fn finish(self) -> Remarks {
        self.remarks
    }

    pub(super) fn read(&mut self, element: &Element<'_>) {
        self.blocks(element, false);
    }

    /// Reads footnotes or endnotes, without the lines that separate them.
    pub(super) fn read_notes(&mut self, root: &Element<'_>) {
        self.fields.clear();
        for note in root.elements().filter(|note| note.attribute("type").is_none_or(|kind| kind == "normal")) {
            self.blocks(note, false);
        }
    }

    fn blocks(&mut self, parent: &Element<'_>, in_contents: bool) {
        for element in parent.elements() {
            if self.writer.is_cut() {
                return;
            }
            match element.name() {
                "p" => self.paragraph(element, in_contents),
                "tbl" => self.table(element, in_contents),
                "sdt" => {
                    let is_gallery = element.child("sdtPr").is_some_and(is_contents_gallery);
                    if let Some(content) = element.child("sdtContent") {
                        self.blocks(content, in_contents || is_gallery);
                    }
                }
                "AlternateContent" => {
                    if let Some(chosen) = chosen(element) {
                        self.blocks(chosen, in_contents);
                    }
                }
                "customXml" | "smartTag" | "ins" | "moveTo" => {
                    self.remarks.revisions |= matches!(element.name(), "ins" | "moveTo");
                    self.blocks(element, in_contents);
                }
                "del" | "moveFrom" => self.remarks.revisions = true,
                _ => {}
            }
        }
    }

    fn paragraph(&mut self, paragraph: &Element<'_>, in_contents: bool) {
        let properties = paragraph.child("pPr");
        let style = style_of(properties, "pStyle");
        let mut boxes = Vec::new();
        let line = self.line(paragraph, &mut boxes);
        let outline = properties.and_then(outline_of);
        let cues = Cues {
            level: outline.map_or_else(|| self.styles.level(style.as_deref()), level_of_outline),
            bold: line.is_bold(),
            size_pt: line.size(),
            numbering: self.number(properties, style.as_deref()),
            contents_entry: in_contents || line.in_contents || self.styles.is_contents_entry(style.as_deref()),
            running: self.running,
        };
        self.writer.text(&line.text, cues);
        for text_box in boxes {
            self.blocks(text_box, in_contents);
        }
    }

    /// Counts a paragraph that is in a list, and gives its number.
    fn number(&mut self, properties: Option<&Element<'_>>, style: Option<&str>) -> Option<String> {
        let of_style = || self.styles.list(style);
        let place = match properties.and_then(ListPlace::of) {
            // The paragraph says how deep, its style says in which list, or the other way round.
            Some(own) => ListPlace { level: own.level.or_else(|| of_style().and_then(|place| place.level)), ..own },
            None => of_style()?,
        };
        let level = place.level.or_else(|| self.styles.level(style).map(|level| level.saturating_sub(1)));
        self.numbering.next(&ListPlace { level, ..place })
    }

    fn line<'x>(&mut self, paragraph: &'x Element<'x>, boxes: &mut Vec<&'x Element<'x>>) -> Line {
        let style = style_of(paragraph.child("pPr"), "pStyle");
        let letters = self.styles.letters(style.as_deref());
        let mut line = Line { in_contents: self.is_in_contents(), ..Line::default() };
        self.inline(paragraph, letters, &mut line, boxes);
        line.in_contents |= self.is_in_contents();
        line
    }

    fn inline<'x>(
        &mut self,
        parent: &'x Element<'x>,
        letters: Letters,
        line: &mut Line,
        boxes: &mut Vec<&'x Element<'x>>,
    ) {
        for element in parent.elements() {
            match element.name() {
                "r" => self.run(element, letters, line, boxes),
                "ins" | "moveTo" => {
                    self.remarks.revisions = true;
                    self.inline(element, letters, line, boxes);
                }
                "del" | "moveFrom" => self.remarks.revisions = true,
                "hyperlink" | "smartTag" | "sdt" | "sdtContent" | "fldSimple" | "customXml" | "dir" | "bdo"
                | "oMath" | "oMathPara" => self.inline(element, letters, line, boxes),
                "AlternateContent" => {
                    if let Some(chosen) = chosen(element) {
                        self.inline(chosen, letters, line, boxes);
                    }
                }
                _ => {}
            }
        }
    }

    fn run<'x>(
        &mut self,
        run: &'x Element<'x>,
        of_paragraph: Letters,
        line: &mut Line,
        boxes: &mut Vec<&'x Element<'x>>,
    ) {
        let properties = run.child("rPr");
        let own = properties.map(Letters::of).unwrap_or_default();
        let style = style_of(properties, "rStyle");
        let letters = own.or(self.styles.letters_of_run(style.as_deref())).or(of_paragraph);
        self.pieces(run, letters, line, boxes);
    }

    fn pieces<'x>(
        &mut self,
        run: &'x Element<'x>,
        letters: Letters,
        line: &mut Line,
        boxes: &mut Vec<&'x Element<'x>>,
    ) {
        for piece in run.elements() {
            match piece.name() {
                "t" if letters.hidden != Some(true) => line.push(&text_of(piece), letters),
                "tab" | "br" | "cr" | "ptab" => line.text.push(' '),
                "noBreakHyphen" => line.text.push('-'),
                "fldChar" => self.field(piece),
                "instrText" => {
                    if let Some(field) = self.fields.last_mut()
                        && !field.shows_result
                    {
                        field.instruction.push_str(&text_of(piece));
                    }
                }
                "drawing" | "pict" | "object" => self.drawing(piece, boxes),
                "AlternateContent" => {
                    if let Some(chosen) = chosen(piece) {
                        self.pieces(chosen, letters, line, boxes);
                    }
                }
                _ => {}
            }
        }
    }

    fn field(&mut self, mark: &Element<'_>) {
        match mark.attribute("fldCharType").as_deref() {
            Some("begin") if self.fields.len() < MOST_FIELDS => self.fields.push(Field::default()),
            Some("separate") => {
                if let Some(field) = self.fields.last_mut() {
                    field.shows_result = true;
                }
            }
            Some("end") => drop(self.fields.pop()),
            _ => {}
        }
    }

    fn is_in_contents(&self) -> bool {
        self.fields.iter().any(|field| field.instruction.trim_start().starts_with("TOC"))
    }

    /// Finds the text boxes of a drawing, and counts it when it is a large picture.
    fn drawing<'x>(&mut self, drawing: &'x Element<'x>, boxes: &mut Vec<&'x Element<'x>>) {
        for element in drawing.elements() {
            match element.name() {
                "txbxContent" => boxes.push(element),
                "AlternateContent" => {
                    if let Some(chosen) = chosen(element) {
                        self.drawing(chosen, boxes);
                    }
                }
                "inline" | "anchor" => {
                    let is_large = element.child("extent").is_some_and(|extent| {
                        let side = |name| extent.number::<u64>(name).unwrap_or(0);
                        side("cx") >= LARGE_PICTURE.0 && side("cy") >= LARGE_PICTURE.1
                    });
                    let is_large_picture = is_large && !self.running && element.holds("blip");
                    self.remarks.large_pictures += usize::from(is_large_picture);
                    self.drawing(element, boxes);
                }
                _ => self.drawing(element, boxes),
            }
        }
    }

    fn table(&mut self, table: &Element<'_>, in_contents: bool) {
        let mut cells = Vec::new();
        collect(table, "tr", &mut |row| collect(row, "tc", &mut |cell| cells.push(cell)));
        // A frame around a text, and no table.
        if let [only] = cells.as_slice() {
            return self.blocks(only, in_contents);
        }
        let mut rows = Vec::new();
        collect(table, "tr", &mut |row| {
            let properties = row.child("trPr");
            if properties.is_some_and(|properties| properties.child("del").is_some()) {
                self.remarks.revisions = true;
                return;
            }
            let before = properties.and_then(|properties| properties.child("gridBefore"));
            let before: usize = before.and_then(|count| count.number("val")).unwrap_or(0);
            let mut texts = vec![String::new(); before.min(WIDEST_SPAN)];
            collect(row, "tc", &mut |cell| self.cell(cell, &mut texts));
            rows.push(texts);
        });
        self.writer.table(rows);
    }

    fn cell(&mut self, cell: &Element<'_>, row: &mut Vec<String>) {
        let properties = cell.child("tcPr");
        let merge = properties.and_then(|properties| properties.child("vMerge"));
        let continues = merge.is_some_and(|merge| merge.attribute("val").is_none_or(|value| value == "continue"));
        let mut text = String::new();
        self.words_of(cell, &mut text);
        row.push(if continues { String::new() } else { text });
        let span = properties.and_then(|properties| properties.child("gridSpan"));
        let span: usize = span.and_then(|span| span.number("val")).unwrap_or(1);
        row.extend(std::iter::repeat_n(String::new(), span.clamp(1, WIDEST_SPAN) - 1));
    }

    /// All the words of a cell, its inner tables included.
    fn words_of(&mut self, parent: &Element<'_>, words: &mut String) {
        for element in parent.elements() {
            match element.name() {
                "p" => {
                    let mut boxes = Vec::new();
                    let line = self.line(element, &mut boxes);
                    let properties = element.child("pPr");
                    let style = style_of(properties, "pStyle");
                    // Counted even though a cell does not show it: the list goes on after the table.
                    let number = self.number(properties, style.as_deref());
                    let number =
                        number.filter(|number| number.chars().any(char::is_alphanumeric) && !line.text.is_empty());
                    words.push(' ');
                    words.extend(number.into_iter().flat_map(|number| [number, " ".to_owned()]));
                    words.push_str(&single_spaced(&line.text));
                    for text_box in boxes {
                        self.words_of(text_box, words);
                    }
                }
                "tbl" | "tr" | "tc" | "sdt" | "sdtContent" | "customXml" | "smartTag" | "ins" | "moveTo" => {
                    self.words_of(element, words);
                }
                "AlternateContent" => {
                    if let Some(chosen) = chosen(element) {
                        self.words_of(chosen, words);
                    }
                }
                _ => {}
            }
        }
    }
}

impl Line {
    fn push(&mut self, text: &str, letters: Letters) {
        self.text.push_str(text);
        let count = text.chars().filter(|c| !c.is_whitespace()).count();
        if letters.bold == Some(true) {
            self.bold += count;
        } else {
            self.plain += count;
        }
        if let Some(size) = letters.half_points {
            *self.sizes.entry(size).or_default() += count;
        }
    }

    fn is_bold(&self) -> Option<bool> {
        (self.bold + self.plain > 0).then_some(self.plain == 0)
    }

    /// Size of most letters, in points.
    fn size(&self) -> Option<f32> {
        let (size, _) = self.sizes.iter().max_by_key(|(_, count)| **count)?;
        Some(f32::from(*size) / 2.0)
    }
}

fn style_of(properties: Option<&Element<'_>>, name: &str) -> Option<String> {
    Some(properties?.child(name)?.attribute("val")?.into_owned())
}

fn is_contents_gallery(properties: &Element<'_>) -> bool {
    let gallery = properties.child("docPartObj").and_then(|object| object.child("docPartGallery"));
    gallery.and_then(|gallery| gallery.attribute("val")).as_deref() == Some("Table of Contents")
}

/// Of the same content in several ways, the newest, as Word does.
fn chosen<'x>(alternatives: &'x Element<'x>) -> Option<&'x Element<'x>> {
    alternatives.child("Choice").or_else(|| alternatives.child("Fallback"))
}

/// Calls `each` with the rows or cells of a table, whatever wraps them.
fn collect<'x>(parent: &'x Element<'x>, wanted: &str, each: &mut impl FnMut(&'x Element<'x>)) {
    for element in parent.elements() {
        let name = element.name();
        if name == wanted {
            each(element);
        } else if matches!(name, "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo") {
            collect(element, wanted, each);
        }
    }
}

fn text_of(element: &Element<'_>) -> String {
    let texts = element.nodes().iter().filter_map(|node| match node {
        Node::Text(text) => Some(text.as_ref()),
        Node::Element(_) => None,
    });
    texts.collect()
}
