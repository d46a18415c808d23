use std::collections::BTreeMap;
use std::rc::Rc;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::fonts::Font;
use super::matrix::Matrix;
use crate::Limits;

/// Reads what pages draw.
pub(super) struct Reader<'d> {
    document: &'d Document,
    limits: &'d Limits,
    fonts: BTreeMap<ObjectId, Rc<Font>>,
    /// Bytes of drawing that may still be unpacked.
    bytes_left: usize,
    damaged: bool,
}

/// What a page shows.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) glyphs: Vec<Glyph>,
    /// Level rules: borders of tables.
    pub(super) rules: Vec<Rule>,
    /// In square points.
    pub(super) picture_area: f32,
    pub(super) strokes: usize,
    /// Codes that no font names.
    pub(super) unreadable: usize,
    pub(super) damaged: bool,
    operations: usize,
    forms: usize,
}

/// Letters at a place. Points go up from the bottom left of the page.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    pub(super) text: String,
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) size: f32,
    pub(super) bold: bool,
    /// Drawn as part of the page and not of its text: header, footer.
    pub(super) running: bool,
    /// Not from left to right.
    pub(super) turned: bool,
}

/// A level line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub(super) y: f32,
    pub(super) left: f32,
    pub(super) right: f32,
}

/// What an operator may change and `Q` gives back.
#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    letter_space: f32,
    word_space: f32,
    stretch: f32,
    leading: f32,
    rise: f32,
    /// Letters that are filled and stroked look bold.
    stroked: bool,
}

/// One stream of operators: a page, or a form that it draws.
struct Drawing<'r, 'd> {
    reader: &'r mut Reader<'d>,
    seen: &'r mut Seen,
    resources: Vec<&'d Dictionary>,
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
    /// Marked contents that are open: whether each is of the page and not of its text.
    marks: Vec<bool>,
    /// Where the path is, and its level lines so far.
    at: (f32, f32),
    path: Vec<Rule>,
    depth: usize,
}

/// Forms within forms.
const DEEPEST_FORM: usize = 8;
/// Forms drawn on a page: a map of symbols has hundreds.
const MOST_FORMS: usize = 2_000;
/// States that `q` keeps.
const MOST_SAVED: usize = 256;
/// Glyphs kept of a page: a dense one has 6,000.
const MOST_GLYPHS: usize = 60_000;
const MOST_RULES: usize = 5_000;
/// Thickest rule that is a border, in points.
const THICKEST_RULE: f32 = 3.0;
/// Sizes in points that letters may have; others are mistakes or traps.
const SIZES: std::ops::Range<f32> = 0.5..500.0;
/// Farthest from its page that a letter may stand, in points.
const FARTHEST: f32 = 20_000.0;

impl<'d> Reader<'d> {
    pub(super) fn new(document: &'d Document, limits: &'d Limits) -> Self {
        Self { document, limits, fonts: BTreeMap::new(), bytes_left: limits.unpacked_bytes, damaged: false }
    }

    pub(super) fn is_damaged(&self) -> bool {
        self.damaged
    }

    pub(super) fn page(&mut self, page: ObjectId, start: Matrix) -> Seen {
        let mut seen = Seen::default();
        let Ok(bytes) = self.document.get_page_content_with_limit(page, self.bytes_left) else {
            seen.damaged = true;
            return seen;
        };
        let mut resources = Vec::new();
        if let Ok((own, ids)) = self.document.get_page_resources(page) {
            resources.extend(own);
            resources.extend(ids.iter().filter_map(|id| self.document.get_dictionary(*id).ok()));
        }
        self.draw(&bytes, resources, State::new(start), 0, false, &mut seen);
        seen
    }

    fn draw(
        &mut self,
        bytes: &[u8],
        resources: Vec<&'d Dictionary>,
        state: State,
        depth: usize,
        running: bool,
        seen: &mut Seen,
    ) {
        self.bytes_left = self.bytes_left.saturating_sub(bytes.len());
        let Ok(content) = Content::decode(bytes) else {
            seen.damaged = true;
            return;
        };
        let most = self.limits.page_operations;
        let mut drawing = Drawing {
            reader: self,
            seen,
            resources,
            state,
            saved: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            marks: vec![running],
            at: (0.0, 0.0),
            path: Vec::new(),
            depth,
        };
        for operation in &content.operations {
            drawing.seen.operations += 1;
            if drawing.seen.operations > most || drawing.seen.glyphs.len() > MOST_GLYPHS {
                drawing.seen.damaged = true;
                return;
            }
            drawing.operate(operation);
        }
    }
}

impl State {
    fn new(matrix: Matrix) -> Self {
        Self {
            matrix,
            font: None,
            size: 0.0,
            letter_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            stroked: false,
        }
    }
}

impl<'d> Drawing<'_, 'd> {
    fn operate(&mut self, operation: &Operation) {
        let operands = operation.operands.as_slice();
        let number = |at: usize| operands.get(at).and_then(|object| object.as_float().ok()).filter(|n| n.is_finite());
        let first = number(0).unwrap_or(0.0);
        match operation.operator.as_str() {
            "q" if self.saved.len() < MOST_SAVED => self.saved.push(self.state.clone()),
            "Q" => {
                if let Some(state) = self.saved.pop() {
                    self.state = state;
                }
            }
            "cm" => {
                if let Some(matrix) = matrix_of(operands) {
                    self.state.matrix = matrix.then(&self.state.matrix);
                }
            }
            "BT" => {
                self.text = Matrix::IDENTITY;
                self.line = Matrix::IDENTITY;
            }
            "Tc" => self.state.letter_space = first,
            "Tw" => self.state.word_space = first,
            "Tz" => self.state.stretch = first / 100.0,
            "TL" => self.state.leading = first,
            "Ts" => self.state.rise = first,
            "Tr" => self.state.stroked = (1.0..=2.0).contains(&first),
            "Tf" => {
                self.state.font = operands.first().and_then(|name| self.font(name.as_name().ok()?));
                self.state.size = number(1).unwrap_or(0.0);
            }
            "Td" => self.next_line(first, number(1).unwrap_or(0.0)),
            "TD" => {
                self.state.leading = -number(1).unwrap_or(0.0);
                self.next_line(first, number(1).unwrap_or(0.0));
            }
            "Tm" => {
                if let Some(matrix) = matrix_of(operands) {
                    self.text = matrix;
                    self.line = matrix;
                }
            }
            "T*" => self.next_line(0.0, -self.state.leading),
            "Tj" => self.show_object(operands.first()),
            "'" => {
                self.next_line(0.0, -self.state.leading);
                self.show_object(operands.first());
            }
            "\"" => {
                self.state.word_space = first;
                self.state.letter_space = number(1).unwrap_or(0.0);
                self.next_line(0.0, -self.state.leading);
                self.show_object(operands.get(2));
            }
            "TJ" => self.show_pieces(operands.first()),
            "Do" => self.draw_object(operands.first()),
            "BMC" | "BDC" if self.marks.len() < MOST_SAVED => {
                let inside = self.is_running();
                self.marks.push(inside || is_page_artifact(operands));
            }
            "EMC" if self.marks.len() > 1 => drop(self.marks.pop()),
            _ => self.draw_path(&operation.operator, &number),
        }
    }

    fn draw_path(&mut self, operator: &str, number: &impl Fn(usize) -> Option<f32>) {
        let point = |at: usize| Some((number(at)?, number(at + 1)?));
        match operator {
            "m" => self.at = point(0).unwrap_or(self.at),
            "l" => {
                let to = point(0).unwrap_or(self.at);
                self.push_rule(self.at, to);
                self.at = to;
            }
            "c" => self.at = point(4).unwrap_or(self.at),
            "re" => {
                if let (Some((x, y)), Some((width, height))) = (point(0), point(2)) {
                    self.push_rule((x, y), (x + width, y));
                    self.push_rule((x, y + height), (x + width, y + height));
                }
            }
            "S" | "s" | "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" => {
                self.seen.strokes += 1;
                let room = MOST_RULES.saturating_sub(self.seen.rules.len());
                self.seen.rules.extend(self.path.drain(..).take(room));
            }
            "n" => self.path.clear(),
            _ => {}
        }
    }

    fn push_rule(&mut self, from: (f32, f32), to: (f32, f32)) {
        let from = self.state.matrix.place(from.0, from.1);
        let to = self.state.matrix.place(to.0, to.1);
        if (from.1 - to.1).abs() <= THICKEST_RULE && self.path.len() < MOST_RULES {
            self.path.push(Rule { y: from.1.midpoint(to.1), left: from.0.min(to.0), right: from.0.max(to.0) });
        }
    }

    fn is_running(&self) -> bool {
        self.marks.last().copied().unwrap_or(false)
    }

    fn next_line(&mut self, x: f32, y: f32) {
        self.line = Matrix::moved(x, y).then(&self.line);
        self.text = self.line;
    }

    fn show_object(&mut self, object: Option<&Object>) {
        if let Some(bytes) = object.and_then(|object| object.as_str().ok()) {
            self.show(bytes);
        }
    }

    fn show_pieces(&mut self, pieces: Option<&Object>) {
        for piece in pieces.and_then(|pieces| pieces.as_array().ok()).into_iter().flatten() {
            if let Ok(bytes) = piece.as_str() {
                self.show(bytes);
            } else if let Ok(back) = piece.as_float() {
                self.advance(-back / 1000.0 * self.state.size * self.state.stretch);
            }
        }
    }

    fn advance(&mut self, by: f32) {
        self.text = Matrix::moved(by, 0.0).then(&self.text);
    }

    fn show(&mut self, bytes: &[u8]) {
        let Some(font) = self.state.font.clone() else { return };
        for code in font.codes(bytes) {
            let wide = code.width * self.state.size * self.state.stretch;
            match code.letters {
                Some(letters) => self.push_glyph(letters, wide, font.bold),
                None => self.seen.unreadable += 1,
            }
            let space = if code.is_space { self.state.word_space } else { 0.0 };
            self.advance(wide + (self.state.letter_space + space) * self.state.stretch);
        }
    }

    fn push_glyph(&mut self, text: String, wide: f32, bold: bool) {
        let placed = self.text.then(&self.state.matrix);
        let (x, y) = placed.place(0.0, self.state.rise);
        let (end, end_y) = placed.place(wide, self.state.rise);
        let size = placed.scale() * self.state.size.abs();
        let is_sane = SIZES.contains(&size) && x.abs() < FARTHEST && y.abs() < FARTHEST && end.abs() < FARTHEST;
        if is_sane && self.seen.glyphs.len() <= MOST_GLYPHS {
            self.seen.glyphs.push(Glyph {
                text,
                x,
                y,
                width: (end - x).hypot(end_y - y),
                size,
                bold: bold || self.state.stroked,
                running: self.is_running(),
                turned: !placed.is_level(),
            });
        }
    }

    fn resource(&self, kind: &[u8], name: &[u8]) -> Option<&'d Object> {
        let document = self.reader.document;
        self.resources
            .iter()
            .find_map(|resources| resources.get_deref(kind, document).ok()?.as_dict().ok()?.get(name).ok())
    }

    fn font(&mut self, name: &[u8]) -> Option<Rc<Font>> {
        let document = self.reader.document;
        let most = self.reader.bytes_left;
        let (id, object) = document.dereference(self.resource(b"Font", name)?).ok()?;
        if let Some(known) = id.and_then(|id| self.reader.fonts.get(&id)) {
            return Some(Rc::clone(known));
        }
        let font = Rc::new(Font::of(object.as_dict().ok()?, document, most));
        if let Some(id) = id {
            self.reader.fonts.insert(id, Rc::clone(&font));
        }
        Some(font)
    }

    fn draw_object(&mut self, name: Option<&Object>) {
        let document = self.reader.document;
        let Some(object) = name.and_then(|name| self.resource(b"XObject", name.as_name().ok()?)) else { return };
        let Ok(stream) = document.dereference(object).and_then(|(_, object)| object.as_stream()) else { return };
        match stream.dict.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"Image") if !self.is_running() => self.seen.picture_area += self.state.matrix.area(),
            Ok(b"Form") if self.depth < DEEPEST_FORM && self.seen.forms < MOST_FORMS => {
                self.seen.forms += 1;
                let Ok(bytes) = stream.get_plain_content_with_limit(self.reader.bytes_left) else {
                    self.reader.damaged = true;
                    return;
                };
                let own = stream.dict.get_deref(b"Resources", document).ok().and_then(|object| object.as_dict().ok());
                let resources = own.map_or_else(|| self.resources.clone(), |own| vec![own]);
                let matrix = stream.dict.get_deref(b"Matrix", document).ok().and_then(|object| object.as_array().ok());
                let matrix = matrix.and_then(|matrix| matrix_of(matrix)).unwrap_or(Matrix::IDENTITY);
                let state = State { matrix: matrix.then(&self.state.matrix), ..self.state.clone() };
                let (depth, running) = (self.depth + 1, self.is_running());
                self.reader.draw(&bytes, resources, state, depth, running, self.seen);
            }
            _ => {}
        }
    }
}

fn matrix_of(operands: &[Object]) -> Option<Matrix> {
    let mut numbers = [0.0; 6];
    for (number, object) in numbers.iter_mut().zip(operands) {
        *number = object.as_float().ok().filter(|number| number.is_finite())?;
    }
    (operands.len() == 6).then_some(Matrix(numbers))
}

/// Whether marked content is what pages repeat: `/Artifact <</Type /Pagination>>`.
fn is_page_artifact(operands: &[Object]) -> bool {
    let [Object::Name(tag), rest @ ..] = operands else { return false };
    if tag != b"Artifact" {
        return false;
    }
    let properties = rest.first().and_then(|object| object.as_dict().ok());
    properties.is_some_and(|properties| {
        properties.get(b"Type").and_then(Object::as_name).is_ok_and(|kind| kind == b"Pagination")
            || properties.has(b"Subtype")
    })
}
