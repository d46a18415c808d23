use crate::document::{Block, Cell, Content, Cues, Notice, Place};
use crate::read::Findings;
use crate::text::single_spaced;
use crate::{Limits, notices};

/// Writes the pieces of a document in order, numbers them, and stops at the limits.
pub(crate) struct Writer {
    findings: Findings,
    /// What may still be written.
    text_left: usize,
    cells_left: usize,
    cut: bool,
    written: u32,
    page: Option<u32>,
}

impl Writer {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            findings: Findings::default(),
            text_left: limits.text_bytes,
            cells_left: limits.cells,
            cut: false,
            written: 0,
            page: None,
        }
    }

    /// From here on, pieces stand on that page.
    pub(crate) fn turn_to(&mut self, page: u32) {
        self.page = Some(page);
    }

    pub(crate) fn notice(&mut self, notice: Notice) {
        self.findings.notices.push(notice);
    }

    /// Writes a paragraph, unless it says nothing.
    pub(crate) fn text(&mut self, text: &str, cues: Cues) {
        let text = single_spaced(text);
        if !text.is_empty() && self.take(text.len(), 0) {
            self.push(Content::Text { text, cues });
        }
    }

    /// Writes a table, unless all its cells are empty.
    pub(crate) fn table(&mut self, rows: Vec<Vec<String>>) {
        let rows: Vec<Vec<Cell>> = rows
            .into_iter()
            .map(|row| row.iter().map(|text| Cell { text: single_spaced(text), address: None }).collect())
            .collect();
        let bytes: usize = rows.iter().flatten().map(|cell| cell.text.len()).sum();
        let cells = rows.iter().map(Vec::len).sum();
        if bytes > 0 && self.take(bytes, cells) {
            self.push(Content::Table { rows });
        }
    }

    /// Whether a limit was reached: nothing more will be written.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut
    }

    pub(crate) fn finish(mut self) -> Findings {
        if self.cut {
            self.findings.notices.push(notices::cut());
        }
        self.findings
    }

    fn take(&mut self, bytes: usize, cells: usize) -> bool {
        match (self.text_left.checked_sub(bytes), self.cells_left.checked_sub(cells)) {
            (Some(text_left), Some(cells_left)) if !self.cut => {
                (self.text_left, self.cells_left) = (text_left, cells_left);
                true
            }
            _ => {
                self.cut = true;
                false
            }
        }
    }

    fn push(&mut self, content: Content) {
        self.written += 1;
        let place = match self.page {
            Some(page) => Place { page: Some(page), ..Place::default() },
            None => Place { paragraph: Some(self.written), ..Place::default() },
        };
        self.findings.blocks.push(Block { place, content });
    }
}
