//! The cells that were read, one to a line: the text that problems point at.

use vigie_model::Text;
use vigie_source::{Level, Problem, SourceFile, Span};

use super::cell_name;

/// A growing list of cells, and what is wrong with them.
#[derive(Debug, Default)]
pub(super) struct Listing {
    text: String,
    complaints: Vec<Complaint>,
}

/// Where a cell stands in the list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    /// Its name (`Systèmes!B7`).
    pub(super) name: Span,
    /// Its content.
    pub(super) content: Span,
}

/// One thing wrong.
#[derive(Debug, Clone)]
pub(super) struct Complaint {
    level: Level,
    code: &'static str,
    spot: Option<Span>,
    message: Text,
    hint: Text,
}

impl Listing {
    /// Adds a cell.
    pub(super) fn add(&mut self, tab: &str, row: u32, column: u32, shown: &str) -> Spot {
        let start = self.text.len();
        self.text.push_str(&cell_name(tab, row, column));
        let name = Span::new(start, self.text.len());
        self.text.push_str(" : ");
        let start = self.text.len();
        self.text.push_str(&shown.replace(['\n', '\r'], " "));
        let content = Span::new(start, self.text.len());
        self.text.push('\n');
        Spot { name, content }
    }

    /// Where the next cell will stand.
    pub(super) fn here(&self) -> usize {
        self.text.len()
    }

    pub(super) fn complain(&mut self, complaint: Complaint) {
        self.complaints.push(complaint);
    }

    /// The whole list as a file, and the complaints about it.
    pub(super) fn finish(self, name: &str) -> (SourceFile, Vec<Complaint>) {
        (SourceFile::new(name, self.text), self.complaints)
    }
}

impl Complaint {
    pub(super) fn error(code: &'static str, message: Text, hint: Text) -> Self {
        Self { level: Level::Error, code, spot: None, message, hint }
    }

    pub(super) fn warning(code: &'static str, message: Text, hint: Text) -> Self {
        Self { level: Level::Warning, code, spot: None, message, hint }
    }

    pub(super) fn newer(version: u32) -> Self {
        Self::error(
            "workbook-newer",
            Text::new(
                format!("ce classeur vient d’une version plus récente de vigie (format {version})"),
                format!("this workbook comes from a more recent vigie (format {version})"),
            ),
            Text::new("mettez vigie à jour, ou exportez de nouveau le plan", "update vigie, or export the plan again"),
        )
    }

    pub(super) fn at(mut self, spot: Span) -> Self {
        self.spot = Some(spot);
        self
    }

    pub(super) fn problem(self, file: &SourceFile) -> Problem {
        let problem = Problem::new(self.level, self.code, file, self.message).with_hint(self.hint);
        match self.spot {
            Some(span) => problem.at(span),
            None => problem,
        }
    }
}
