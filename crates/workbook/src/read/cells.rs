//! The cells of a workbook, whatever program wrote it, within bounds.
//!
//! This is the only module that knows the reader of spreadsheets.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, sink};

use calamine::{DataRef, Reader, Xlsx};
use jiff::civil::Date;
use vigie_model::Text;
use zip::ZipArchive;

use crate::write::day;

/// The largest workbook that is read: 16 MiB, some hundred times the longest plan we know of.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// How much a workbook may hold once it is unpacked: a small file can unpack to terabytes.
const MAX_UNPACKED: u64 = 256 * 1024 * 1024;

/// How many cells with content are read.
const MAX_CELLS: usize = 300_000;

/// How many sheets are read.
const MAX_SHEETS: usize = 200;

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
}

/// Why a workbook cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CellsError {
    TooLarge,
    TooManyCells,
    NotXlsx(String),
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
        }
    }
}

impl CellsError {
    /// Code, message and hint.
    pub(super) fn words(&self) -> (&'static str, Text, Text) {
        match self {
            Self::TooLarge => (
                "workbook-too-large",
                Text::new("ce classeur est trop gros pour être un plan", "this workbook is too large to be a plan"),
                Text::new(
                    "vérifiez que c’est le bon fichier ; retirez les images",
                    "check that this is the right file; remove pictures",
                ),
            ),
            Self::TooManyCells => (
                "workbook-too-many-cells",
                Text::new(
                    format!("ce classeur a plus de {MAX_CELLS} cases remplies : c’est trop pour un plan"),
                    format!("this workbook has over {MAX_CELLS} cells with content: too many for a plan"),
                ),
                Text::new("vérifiez que c’est le bon fichier", "check that this is the right file"),
            ),
            Self::NotXlsx(why) => (
                "not-a-workbook",
                Text::new(
                    format!("ce fichier n’est pas un classeur Excel lisible ({why})"),
                    format!("this file is not a readable Excel workbook ({why})"),
                ),
                Text::new(
                    "enregistrez-le au format « Classeur Excel (.xlsx) », sans mot de passe",
                    "save it as “Excel workbook (.xlsx)”, without a password",
                ),
            ),
        }
    }
}

/// Every sheet of a workbook.
pub(super) fn grids(bytes: &[u8]) -> Result<Vec<Grid>, CellsError> {
    check_size(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|why| not_xlsx(&why))?;
    let names: Vec<String> = book.sheet_names().into_iter().take(MAX_SHEETS).collect();
    let mut left = MAX_CELLS;
    names.into_iter().map(|name| grid(&mut book, name, &mut left)).collect()
}

/// Unpacks every part of the file once, for nothing but its size: what the file says of it may be a lie.
fn check_size(bytes: &[u8]) -> Result<(), CellsError> {
    if bytes.len() > MAX_BYTES {
        return Err(CellsError::TooLarge);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|why| not_xlsx(&why))?;
    let mut left = MAX_UNPACKED;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|why| not_xlsx(&why))?;
        let read = std::io::copy(&mut part.take(left), &mut sink()).map_err(|why| not_xlsx(&why))?;
        left = left.saturating_sub(read);
        if left == 0 {
            return Err(CellsError::TooLarge);
        }
    }
    Ok(())
}

fn grid<R: Read + std::io::Seek>(book: &mut Xlsx<R>, name: String, left: &mut usize) -> Result<Grid, CellsError> {
    let mut rows: BTreeMap<u32, BTreeMap<u32, Cell>> = BTreeMap::new();
    // A sheet without cells, such as a chart, has nothing to read.
    if let Ok(mut reader) = book.worksheet_cells_reader(&name) {
        while let Some(cell) = reader.next_cell().map_err(|why| not_xlsx(&why))? {
            let (row, column) = cell.get_position();
            let Some(content) = content(cell.get_value()) else { continue };
            *left = left.checked_sub(1).ok_or(CellsError::TooManyCells)?;
            rows.entry(row).or_default().insert(column, content);
        }
    }
    Ok(Grid { name, rows })
}

fn content(value: &DataRef<'_>) -> Option<Cell> {
    let text = |text: &str| (!text.trim().is_empty()).then(|| Cell::Text(text.replace("\r\n", "\n")));
    match value {
        DataRef::Empty => None,
        #[expect(clippy::cast_precision_loss, reason = "a cell holds nothing finer")]
        DataRef::Int(number) => Some(Cell::Number(*number as f64)),
        DataRef::Float(number) => Some(Cell::Number(*number)),
        DataRef::String(words) | DataRef::DateTimeIso(words) | DataRef::DurationIso(words) => text(words),
        DataRef::SharedString(words) => text(words),
        DataRef::Bool(flag) => Some(Cell::Flag(*flag)),
        DataRef::DateTime(moment) => {
            let value = moment.as_f64();
            if moment.is_duration() || value.abs() < 1.0 {
                return Some(Cell::Length(value));
            }
            let (year, month, date, ..) = moment.to_ymd_hms_milli();
            let known =
                || Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(date).ok()?).ok();
            Some(known().or_else(|| day(value)).map_or(Cell::Number(value), Cell::Day))
        }
        DataRef::Error(error) => Some(Cell::Broken(error.to_string())),
    }
}

fn not_xlsx(why: &dyn std::fmt::Display) -> CellsError {
    CellsError::NotXlsx(why.to_string().chars().filter(|c| !c.is_control()).take(120).collect())
}
