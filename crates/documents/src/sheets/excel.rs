//! xlsx and xls, through calamine.

use std::io::{Cursor, Read};

use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, Xlsx, XlsxError};
use jiff::civil::{Date, Time};

use super::value::{duration_of_days, iso_date, iso_duration, number, words};
use super::{CellValue, Sheet, SheetCell, Workbook};
use crate::detect::Ole;
use crate::document::{Notice, NoticeKind, Place};
use crate::fault::Fault;
use crate::notices;
use crate::package::Package;
use crate::{Limits, Measure};

pub(crate) fn read_xlsx(bytes: &[u8], package: &mut Package<'_>, limits: &Limits) -> Result<Workbook, Fault> {
    package.check_all()?;
    let mut notices = notices::left_alone_in(package.names());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => Fault::Protected,
        error => Fault::damaged(&error),
    })?;
    let listed = book.sheets_metadata().to_vec();
    let mut sheets = Vec::new();
    let mut kept = Kept::new(limits);
    for sheet in listed {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let mut cells = Vec::new();
        let ended = book.worksheet_cells_reader(&sheet.name).map(|mut reader| {
            loop {
                match reader.next_cell_with_formula_metadata() {
                    Ok(Some(cell)) => {
                        let blank = cell.value == DataRef::Empty && cell.formula.is_some();
                        let value = if blank { Some(CellValue::NotComputed) } else { streamed(&cell.value) };
                        if let Some(value) = value
                            && !kept.push(&mut cells, cell.pos, value)
                        {
                            return Ok(());
                        }
                    }
                    Ok(None) => return Ok(()),
                    Err(error) => return Err(error),
                }
            }
        });
        if let Err(error) = ended.and_then(|ended| ended) {
            notices.push(damaged_sheet(&sheet.name, &error));
        }
        sheets.push(finished(sheet.name, sheet.visible, cells));
    }
    finish(sheets, notices, &kept)
}

pub(crate) fn read_xls(bytes: &[u8], mut ole: Ole<'_>, limits: &Limits) -> Result<Workbook, Fault> {
    check_extent(&mut ole, limits)?;
    let mut notices = notices::left_alone_in_ole(&ole);
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsError::Password => Fault::Protected,
        error => Fault::damaged(&error),
    })?;
    let listed = book.sheets_metadata().to_vec();
    let mut sheets = Vec::new();
    let mut kept = Kept::new(limits);
    for sheet in listed {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let mut cells = Vec::new();
        match book.worksheet_range(&sheet.name) {
            Ok(range) => {
                let (first_row, first_column) = range.start().unwrap_or_default();
                for (row, column, data) in range.used_cells() {
                    let at = (index(row, first_row), index(column, first_column));
                    if let Some(value) = held(data)
                        && !kept.push(&mut cells, at, value)
                    {
                        break;
                    }
                }
            }
            Err(error) => notices.push(damaged_sheet(&sheet.name, &error)),
        }
        sheets.push(finished(sheet.name, sheet.visible, cells));
    }
    finish(sheets, notices, &kept)
}

/// Counts what is kept, so that limits hold over all sheets.
pub(super) struct Kept<'a> {
    limits: &'a Limits,
    cells: usize,
    text_bytes: usize,
    cut: bool,
}

impl<'a> Kept<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        Self { limits, cells: 0, text_bytes: 0, cut: false }
    }

    /// Keeps a cell; `false` when no more may be kept.
    pub(super) fn push(&mut self, cells: &mut Vec<SheetCell>, (row, column): (u32, u32), value: CellValue) -> bool {
        self.cells += 1;
        if let CellValue::Text(text) = &value {
            self.text_bytes += text.len();
        }
        self.cut |= self.cells > self.limits.cells || self.text_bytes > self.limits.text_bytes;
        if !self.cut {
            cells.push(SheetCell { row, column, value });
        }
        !self.cut
    }

    pub(super) fn notice(&self) -> Option<Notice> {
        self.cut.then(|| Notice { kind: NoticeKind::Cut, place: None, text: notices::cut_cells(self.limits.cells) })
    }
}

fn finish(sheets: Vec<Sheet>, mut notices: Vec<Notice>, kept: &Kept<'_>) -> Result<Workbook, Fault> {
    let is_empty = sheets.iter().all(|sheet| sheet.cells.is_empty());
    if is_empty && notices.iter().any(|notice| notice.kind == NoticeKind::Damaged) {
        return Err(Fault::Damaged("no sheet can be read".to_owned()));
    }
    notices.extend(kept.notice());
    notices.extend(sheets.iter().filter_map(not_computed));
    Ok(Workbook { sheets, notices })
}

/// The formulas of a sheet whose results are not in the file.
pub(super) fn not_computed(sheet: &Sheet) -> Option<Notice> {
    let mut cells = sheet.cells.iter().filter(|cell| cell.value == CellValue::NotComputed);
    let first = cells.next()?;
    Some(Notice {
        kind: NoticeKind::Unread,
        place: Some(Place { sheet: Some(sheet.name.clone()), ..Place::default() }),
        text: notices::not_computed(&first.address(), cells.count() + 1),
    })
}

/// A sheet whose cells are in order, whatever order the file has them in; of two at one place, the last.
pub(super) fn finished(name: String, visible: SheetVisible, mut cells: Vec<SheetCell>) -> Sheet {
    cells.sort_by_key(|cell| (cell.row, cell.column));
    cells.dedup_by(|later, earlier| {
        let same = (later.row, later.column) == (earlier.row, earlier.column);
        if same {
            std::mem::swap(later, earlier);
        }
        same
    });
    Sheet { name, hidden: visible != SheetVisible::Visible, cells }
}

fn damaged_sheet(name: &str, why: &impl std::fmt::Display) -> Notice {
    Notice {
        kind: NoticeKind::Damaged,
        place: Some(Place { sheet: Some(name.to_owned()), ..Place::default() }),
        text: notices::damaged_part(&why.to_string()),
    }
}

fn index(offset: usize, first: u32) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX).saturating_add(first)
}

fn streamed(data: &DataRef<'_>) -> Option<CellValue> {
    match data {
        DataRef::SharedString(text) => words(text),
        DataRef::String(text) => words(text),
        DataRef::Int(count) => whole(*count),
        DataRef::Float(count) => number(*count),
        DataRef::Bool(yes) => Some(CellValue::Bool(*yes)),
        DataRef::DateTime(at) => serial(at),
        DataRef::DateTimeIso(written) => iso_date(written).or_else(|| words(written)),
        DataRef::DurationIso(written) => iso_duration(written).or_else(|| words(written)),
        DataRef::Error(error) => Some(CellValue::Error(error.to_string())),
        DataRef::Empty => None,
    }
}

fn held(data: &Data) -> Option<CellValue> {
    match data {
        Data::String(text) => words(text),
        Data::Int(count) => whole(*count),
        Data::Float(count) => number(*count),
        Data::Bool(yes) => Some(CellValue::Bool(*yes)),
        Data::DateTime(at) => serial(at),
        Data::DateTimeIso(written) => iso_date(written).or_else(|| words(written)),
        Data::DurationIso(written) => iso_duration(written).or_else(|| words(written)),
        Data::Error(error) => Some(CellValue::Error(error.to_string())),
        Data::Empty => None,
    }
}

/// A whole number.
fn whole(count: i64) -> Option<CellValue> {
    i32::try_from(count)
        .map_or_else(|_| count.to_string().parse().ok().and_then(number), |small| number(f64::from(small)))
}

/// A serial number of Excel: a time below one day, then a date, with a time of day if it has a fraction.
fn serial(at: &ExcelDateTime) -> Option<CellValue> {
    let days = at.as_f64();
    if at.is_duration() || (0.0..1.0).contains(&days) {
        return duration_of_days(days);
    }
    if days < 0.0 {
        return number(days);
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let small = |count: u8| i8::try_from(count).ok();
    let date = Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok();
    // The 29th of February 1900 exists for Excel alone.
    let Some(date) = date else { return number(days) };
    if days.fract() == 0.0 {
        return Some(CellValue::Date(date));
    }
    let time = Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?;
    Some(CellValue::DateTime(date.to_datetime(time)))
}

/// Looks at where the cells of an xls stand: calamine makes room for every place between them.
fn check_extent(ole: &mut Ole<'_>, limits: &Limits) -> Result<(), Fault> {
    let path = if ole.is_stream("/Workbook") { "/Workbook" } else { "/Book" };
    let mut stream = Vec::new();
    let most = u64::try_from(limits.unpacked_bytes).unwrap_or(u64::MAX);
    ole.open_stream(path)
        .and_then(|found| found.take(most).read_to_end(&mut stream))
        .map_err(|error| Fault::damaged(&error))?;
    let mut rest = stream.as_slice();
    let mut extent = Extent::default();
    while let [kind_low, kind_high, long_low, long_high, after @ ..] = rest {
        let kind = u16::from_le_bytes([*kind_low, *kind_high]);
        let length = usize::from(u16::from_le_bytes([*long_low, *long_high]));
        let Some((record, next)) = after.split_at_checked(length) else { break };
        rest = next;
        match kind {
            FILE_PASSWORD => return Err(Fault::Protected),
            BEGIN => extent = Extent::default(),
            _ if CELLS.contains(&kind) => extent.include(record, kind),
            _ => {}
        }
        // Several places for each cell kept: a sparse sheet is no attack.
        if extent.places() > MOST_PLACES {
            return Err(Fault::TooMuch(Measure::Cells, limits.cells));
        }
    }
    Ok(())
}

/// Records of [MS-XLS] 2.3.
const FILE_PASSWORD: u16 = 0x002f;
const BEGIN: u16 = 0x0809;
const SEVERAL_NUMBERS: u16 = 0x00bd;
const SEVERAL_BLANKS: u16 = 0x00be;
/// FORMULA, NUMBER, LABEL, BOOLERR, RK, RSTRING, LABELSST, BLANK, and the two above.
const CELLS: [u16; 10] =
    [0x0006, 0x0203, 0x0204, 0x0205, 0x027e, 0x00d6, 0x00fd, 0x0201, SEVERAL_NUMBERS, SEVERAL_BLANKS];
/// Places between the first and the last cell of a sheet: 24 bytes each, twice for a moment.
const MOST_PLACES: u64 = 2_000_000;

/// First and last row and column of the cells of a sheet.
#[derive(Default)]
struct Extent(Option<[u16; 4]>);

impl Extent {
    fn include(&mut self, record: &[u8], kind: u16) {
        let [row_low, row_high, column_low, column_high, ..] = record else { return };
        let row = u16::from_le_bytes([*row_low, *row_high]);
        let column = u16::from_le_bytes([*column_low, *column_high]);
        let last = match record {
            [.., low, high] if kind == SEVERAL_NUMBERS || kind == SEVERAL_BLANKS => u16::from_le_bytes([*low, *high]),
            _ => column,
        };
        let [top, bottom, left, right] = self.0.unwrap_or([row, row, column, column]);
        self.0 = Some([top.min(row), bottom.max(row), left.min(column), right.max(column).max(last)]);
    }

    fn places(&self) -> u64 {
        let Some([top, bottom, left, right]) = self.0 else { return 0 };
        (u64::from(bottom - top) + 1) * (u64::from(right.max(left) - left) + 1)
    }
}
