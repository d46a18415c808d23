//! The cells of a workbook, whatever program wrote it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use vigie_documents::{CellValue, NoticeKind, Sheet, Workbook};
use vigie_model::Text;

const SECONDS_A_DAY: f64 = 86_400.0;

/// One sheet: its cells with content, by row and column, from 0.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) name: String,
    pub(super) rows: BTreeMap<u32, BTreeMap<u32, Cell>>,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    Flag(bool),
    /// A day.
    Day(Date),
    /// A length of time, or a time of day, in days.
    Length(f64),
    /// `#REF!` and the like.
    Broken(String),
    /// A formula whose result the file does not hold.
    NotComputed,
}

impl Grid {
    pub(super) fn cell(&self, row: u32, column: u32) -> Option<&Cell> {
        self.rows.get(&row)?.get(&column)
    }
}

impl Cell {
    /// As a person sees it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Broken(text) => text.clone(),
            Self::Number(number) | Self::Length(number) => number.to_string(),
            Self::Flag(flag) => (if *flag { "oui" } else { "non" }).to_owned(),
            Self::Day(day) => day.to_string(),
            Self::NotComputed => String::new(),
        }
    }
}

/// Every sheet of a workbook.
pub(super) fn grids(workbook: &Workbook) -> Vec<Grid> {
    workbook.sheets.iter().map(grid).collect()
}

/// Why a workbook was not read to its end: what is missing would be taken out of the plan.
pub(super) fn cut_short(workbook: &Workbook) -> Option<&Text> {
    let is_cut = |kind| matches!(kind, NoticeKind::Cut | NoticeKind::Damaged);
    workbook.notices.iter().find(|notice| is_cut(notice.kind)).map(|notice| &notice.text)
}

fn grid(sheet: &Sheet) -> Grid {
    let mut rows: BTreeMap<u32, BTreeMap<u32, Cell>> = BTreeMap::new();
    for cell in &sheet.cells {
        rows.entry(cell.row).or_default().insert(cell.column, held(&cell.value));
    }
    Grid { name: sheet.name.clone(), rows }
}

fn held(value: &CellValue) -> Cell {
    match value {
        CellValue::Text(text) => Cell::Text(text.clone()),
        CellValue::Number(number) => Cell::Number(*number),
        CellValue::Bool(flag) => Cell::Flag(*flag),
        CellValue::Date(day) => Cell::Day(*day),
        CellValue::DateTime(at) => Cell::Day(at.date()),
        #[expect(clippy::cast_precision_loss, reason = "a century at most")]
        CellValue::Duration(seconds) => Cell::Length(*seconds as f64 / SECONDS_A_DAY),
        CellValue::Error(shown) => Cell::Broken(shown.clone()),
        CellValue::NotComputed => Cell::NotComputed,
    }
}
