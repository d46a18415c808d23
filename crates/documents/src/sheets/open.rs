//! ods: a table of tables in `content.xml`.

use calamine::SheetVisible;

use super::excel::{Kept, finished, not_computed};
use super::value::{iso_date, iso_duration, number, words};
use super::{CellValue, Sheet, Workbook};
use crate::Limits;
use crate::fault::Fault;
use crate::notices;
use crate::odt::text_of;
use crate::package::Package;
use crate::xml::{self, Element};

/// How often a filled cell or row may be repeated: people copy down a hundred rows, a trap a billion.
const MOST_REPEATS: u32 = 1_000;

pub(crate) fn read(package: &mut Package<'_>, limits: &Limits) -> Result<Workbook, Fault> {
    let Some(content) = package.text("content.xml")? else {
        return Err(Fault::Damaged("no content.xml".to_owned()));
    };
    let tree = xml::tree(&content, limits)?;
    let mut notices = notices::left_alone_in(package.names());
    let body = tree.root.child("body").and_then(|body| body.child("spreadsheet"));
    let Some(body) = body else { return Err(Fault::Damaged("no sheet in it".to_owned())) };
    let hidden = hidden_styles(&tree.root);
    let mut kept = Kept::new(limits);
    let mut sheets = Vec::new();
    for table in body.elements().filter(|element| element.name() == "table") {
        sheets.push(sheet(table, &hidden, &mut kept));
    }
    if tree.damaged || package.is_damaged() {
        notices.push(notices::damaged());
    }
    notices.extend(kept.notice());
    notices.extend(sheets.iter().filter_map(not_computed));
    Ok(Workbook { sheets, notices })
}

fn hidden_styles(root: &Element<'_>) -> Vec<String> {
    let Some(styles) = root.child("automatic-styles") else { return Vec::new() };
    let is_hidden = |style: &&Element<'_>| {
        style.child("table-properties").and_then(|properties| properties.attribute("display")).as_deref()
            == Some("false")
    };
    styles.elements().filter(is_hidden).filter_map(|style| style.attribute("name")).map(Into::into).collect()
}

fn sheet(table: &Element<'_>, hidden: &[String], kept: &mut Kept<'_>) -> Sheet {
    let mut cells = Vec::new();
    let mut row: u32 = 0;
    rows(table, &mut |element| {
        let repeats: u32 = element.number("number-rows-repeated").unwrap_or(1).max(1);
        let one = filled(element);
        let written = if one.is_empty() { 0 } else { repeats.min(MOST_REPEATS) };
        for copy in 0..written {
            for (column, value) in &one {
                if !kept.push(&mut cells, (row.saturating_add(copy), *column), value.clone()) {
                    return false;
                }
            }
        }
        row = row.saturating_add(repeats);
        true
    });
    let style = table.attribute("style-name").unwrap_or_default();
    let visible = if hidden.iter().any(|name| *name == style) { SheetVisible::Hidden } else { SheetVisible::Visible };
    finished(table.attribute("name").unwrap_or_default().into_owned(), visible, cells)
}

/// Every row, also those in groups and headers; stops when `each` says `false`.
fn rows(within: &Element<'_>, each: &mut impl FnMut(&Element<'_>) -> bool) -> bool {
    within.elements().all(|element| match element.name() {
        "table-row" => each(element),
        "table-row-group" | "table-header-rows" | "table-rows" => rows(element, each),
        _ => true,
    })
}

/// The cells of a row that hold something, with their columns.
fn filled(row: &Element<'_>) -> Vec<(u32, CellValue)> {
    let mut cells = Vec::new();
    let mut column: u32 = 0;
    for cell in row.elements() {
        if !matches!(cell.name(), "table-cell" | "covered-table-cell") {
            continue;
        }
        let repeats: u32 = cell.number("number-columns-repeated").unwrap_or(1).max(1);
        if let Some(value) = value(cell) {
            for copy in 0..repeats.min(MOST_REPEATS) {
                cells.push((column.saturating_add(copy), value.clone()));
            }
        }
        column = column.saturating_add(repeats);
        // One row may not hold more than a spreadsheet is wide.
        if column > WIDEST {
            break;
        }
    }
    cells.retain(|(column, _)| *column < WIDEST);
    cells
}

/// Columns of the widest sheet that LibreOffice makes.
const WIDEST: u32 = 16_384;

fn value(cell: &Element<'_>) -> Option<CellValue> {
    let shown = || {
        let lines: Vec<String> = cell.elements().filter(|element| element.name() == "p").map(text_of).collect();
        words(&lines.join("\n"))
    };
    let kind = cell.attribute("value-type");
    match kind.as_deref() {
        Some("float" | "currency" | "percentage") => cell.number("value").and_then(number).or_else(shown),
        Some("boolean") => match cell.attribute("boolean-value").as_deref() {
            Some("true") => Some(CellValue::Bool(true)),
            Some("false") => Some(CellValue::Bool(false)),
            _ => shown(),
        },
        Some("date") => cell.attribute("date-value").and_then(|written| iso_date(&written)).or_else(shown),
        Some("time") => cell.attribute("time-value").and_then(|written| iso_duration(&written)).or_else(shown),
        None if cell.attribute("formula").is_some() => shown().or(Some(CellValue::NotComputed)),
        _ => match shown() {
            Some(CellValue::Text(text)) if text.starts_with('#') && text.ends_with(['!', '?']) => {
                Some(CellValue::Error(text))
            }
            other => other,
        },
    }
}
