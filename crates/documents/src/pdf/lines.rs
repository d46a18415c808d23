use super::content::Glyph;

/// Letters on one line that stand together: a line of a column, or a cell.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    pub(super) text: String,
    pub(super) left: f32,
    /// Where its last letter ends.
    pub(super) right: f32,
    /// Its baseline.
    pub(super) y: f32,
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) running: bool,
    /// Where its last letter or space ends.
    end: f32,
}

/// Gap that parts two words, as a share of the size of letters: fonts have spaces of 0.2 to 0.33.
const WORD_GAP: f32 = 0.17;
/// Gap that parts two columns or cells.
const COLUMN_GAP: f32 = 1.0;
/// How far letters of one line may be above or below one another.
const SAME_LINE: f32 = 0.35;
/// How far apart, in points, the two prints of a letter printed twice to look bold may be.
const TWICE: f32 = 1.0;

/// The segments of a page from top to bottom and left to right; and what is not written from left to right.
pub(super) fn segments(glyphs: Vec<Glyph>) -> (Vec<Segment>, Vec<String>) {
    let (turned, level): (Vec<Glyph>, Vec<Glyph>) = glyphs.into_iter().partition(|glyph| glyph.turned);
    let mut fragments: Vec<Segment> = Vec::new();
    for glyph in level {
        let joins = fragments.last().is_some_and(|last| last.is_followed_by(&glyph));
        match fragments.last_mut() {
            Some(last) if joins => last.push(&glyph),
            _ => fragments.push(Segment::of(&glyph)),
        }
    }
    fragments.retain(|fragment| !fragment.text.trim().is_empty());
    fragments.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut segments = Vec::new();
    for mut row in rows_of(fragments) {
        row.sort_by(|a, b| a.left.total_cmp(&b.left));
        merge(row, &mut segments);
    }
    (segments, turned_texts(&turned))
}

/// Parts segments sorted from top to bottom into rows that share a baseline.
pub(super) fn rows_of(segments: Vec<Segment>) -> Vec<Vec<Segment>> {
    let mut rows: Vec<Vec<Segment>> = Vec::new();
    for segment in segments {
        match rows.last_mut() {
            Some(row) if row.first().is_some_and(|first| first.shares_line(&segment)) => row.push(segment),
            _ => rows.push(vec![segment]),
        }
    }
    rows
}

/// Joins the fragments of a row that stand close to one another.
fn merge(row: Vec<Segment>, segments: &mut Vec<Segment>) {
    let first = segments.len();
    for fragment in row {
        let last = if segments.len() > first { segments.last_mut() } else { None };
        let Some(last) = last else {
            segments.push(fragment);
            continue;
        };
        let gap = fragment.left - last.end;
        if last.text == fragment.text && (last.left - fragment.left).abs() < TWICE {
            last.bold = true;
        } else if last.running == fragment.running && gap < COLUMN_GAP * last.size.max(fragment.size) {
            last.join(&fragment, gap);
        } else {
            segments.push(fragment);
        }
    }
}

/// Text that runs up or down, put together in the order of the file.
fn turned_texts(glyphs: &[Glyph]) -> Vec<String> {
    let close = |a: &Glyph, b: &Glyph| (a.x - b.x).hypot(a.y - b.y) < 3.0 * a.size.max(b.size);
    glyphs.chunk_by(close).map(|chunk| chunk.iter().map(|glyph| glyph.text.as_str()).collect()).collect()
}

impl Segment {
    fn of(glyph: &Glyph) -> Self {
        let end = glyph.x + glyph.width;
        Self {
            text: glyph.text.clone(),
            left: glyph.x,
            right: if glyph.text.trim().is_empty() { glyph.x } else { end },
            y: glyph.y,
            size: glyph.size,
            bold: glyph.bold,
            running: glyph.running,
            end,
        }
    }

    pub(super) fn width(&self) -> f32 {
        self.right - self.left
    }

    pub(super) fn shares_line(&self, other: &Self) -> bool {
        (self.y - other.y).abs() < SAME_LINE * self.size.max(other.size)
    }

    fn is_followed_by(&self, glyph: &Glyph) -> bool {
        let gap = glyph.x - self.end;
        let size = self.size.max(glyph.size);
        self.running == glyph.running
            && (self.y - glyph.y).abs() < SAME_LINE * size
            && (-0.3 * size..COLUMN_GAP * size).contains(&gap)
    }

    fn push(&mut self, glyph: &Glyph) {
        let is_blank = glyph.text.trim().is_empty();
        if glyph.x - self.end > WORD_GAP * self.size && !self.text.ends_with(' ') && !is_blank {
            self.text.push(' ');
        }
        if self.text.trim().is_empty() && !is_blank {
            (self.left, self.size, self.y, self.bold) = (glyph.x, glyph.size, glyph.y, true);
        }
        self.text.push_str(&glyph.text);
        self.end = glyph.x + glyph.width;
        if !is_blank {
            self.right = self.end;
            self.bold &= glyph.bold;
            if glyph.size > self.size {
                // A larger letter carries the line; a small one is an index.
                (self.size, self.y) = (glyph.size, glyph.y);
            }
        }
    }

    pub(super) fn join(&mut self, other: &Self, gap: f32) {
        if gap > WORD_GAP * self.size && !self.text.ends_with(' ') && !other.text.starts_with(' ') {
            self.text.push(' ');
        }
        self.text.push_str(&other.text);
        self.bold &= other.bold;
        self.right = self.right.max(other.right);
        self.end = self.end.max(other.end);
        if other.size > self.size {
            (self.size, self.y) = (other.size, other.y);
        }
    }
}
