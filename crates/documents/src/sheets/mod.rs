//! Workbooks: Excel and OpenDocument spreadsheets.

pub(crate) mod excel;
pub(crate) mod open;
mod value;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::document::{Block, Cell, Content, Notice, NoticeKind, Place};
use crate::notices;
use crate::read::Findings;

/// What a workbook holds, with its types.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Workbook {
    /// Its sheets, in their order.
    pub sheets: Vec<Sheet>,
    /// What could not be read, or was left aside.
    pub notices: Vec<Notice>,
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name, as on its tab.
    pub name: String,
    /// Whether its tab is hidden.
    pub hidden: bool,
    /// The cells that hold something, by row then column.
    pub cells: Vec<SheetCell>,
}

/// A cell that holds something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetCell {
    /// Row, from 0.
    pub row: u32,
    /// Column, from 0.
    pub column: u32,
    /// What it holds.
    pub value: CellValue,
}

/// What a cell holds. Of a formula, the result that was last computed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellValue {
    /// Words, as they are written, with their line breaks. Shown, they have single spaces and stand on one line.
    Text(String),
    /// A number.
    Number(f64),
    /// True or false.
    Bool(bool),
    /// A day.
    Date(Date),
    /// A day and a time of that day.
    DateTime(DateTime),
    /// A duration or a time of day, in seconds: spreadsheets do not tell them apart.
    Duration(i64),
    /// A computation that failed, as the program shows it (`#REF!`).
    Error(String),
    /// A computation whose result the file does not hold: no spreadsheet program has opened it since.
    NotComputed,
}

impl SheetCell {
    /// Its address: `D12`.
    pub fn address(&self) -> String {
        address(self.row, self.column)
    }
}

/// The address of a cell, from its row and column counted from 0: `D12`.
pub fn address(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{}", u64::from(row) + 1)
}

/// A workbook as a document: in each sheet, a table for each group of rows without an empty row between them.
pub(crate) fn findings(workbook: Workbook) -> Findings {
    let mut findings = Findings { notices: workbook.notices, ..Findings::default() };
    for sheet in workbook.sheets {
        let place = Place { sheet: Some(sheet.name.clone()), ..Place::default() };
        if sheet.hidden {
            findings.notices.push(Notice {
                kind: NoticeKind::Hidden,
                place: Some(place.clone()),
                text: notices::hidden_sheet(&sheet.name),
            });
        }
        for rows in tables(&sheet.cells) {
            findings.blocks.push(Block { place: place.clone(), content: Content::Table { rows } });
        }
    }
    findings
}

fn tables(cells: &[SheetCell]) -> Vec<Vec<Vec<Cell>>> {
    let touches = |above: &SheetCell, below: &SheetCell| below.row.saturating_sub(above.row) <= 1;
    cells.chunk_by(touches).map(table).collect()
}

fn table(cells: &[SheetCell]) -> Vec<Vec<Cell>> {
    let first = cells.iter().map(|cell| cell.column).min().unwrap_or(0);
    cells.chunk_by(|left, right| left.row == right.row).map(|row| filled_row(row, first)).collect()
}

/// A row with an empty cell wherever none holds something, up to its last one that does.
fn filled_row(cells: &[SheetCell], first: u32) -> Vec<Cell> {
    let mut row = Vec::new();
    let mut next = first;
    for cell in cells {
        while next < cell.column {
            row.push(Cell { text: String::new(), address: Some(address(cell.row, next)) });
            next += 1;
        }
        row.push(Cell { text: cell.value.to_string(), address: Some(cell.address()) });
        next = cell.column.saturating_add(1);
    }
    row
}
