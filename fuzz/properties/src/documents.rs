//! Properties of `vigie-documents`: whatever a file holds, it ends in an error or in a document that keeps to its
//! limits.

use vigie_documents::{Content, Document, Format, Limits, read_document, read_workbook};

/// Limits that a few kilobytes reach, so that they are tried.
const LIMITS: Limits = Limits {
    file_bytes: 1024 * 1024,
    unpacked_bytes: 4 * 1024 * 1024,
    ratio: 300,
    entries: 200,
    xml_depth: 64,
    xml_nodes: 50_000,
    text_bytes: 64 * 1024,
    pages: 20,
    cells: 5_000,
    page_operations: 20_000,
};

/// A docx file.
pub fn docx(bytes: &[u8]) {
    check(bytes);
}

/// An odt file.
pub fn odt(bytes: &[u8]) {
    check(bytes);
}

/// A doc file.
pub fn doc(bytes: &[u8]) {
    check(bytes);
}

/// A PDF file.
pub fn pdf(bytes: &[u8]) {
    check(bytes);
}

/// An xlsx, xls or ods file: as a document and as a workbook.
pub fn sheets(bytes: &[u8]) {
    check(bytes);
    if let Ok(workbook) = read_workbook(bytes, &LIMITS) {
        for sheet in &workbook.sheets {
            let places: Vec<(u32, u32)> = sheet.cells.iter().map(|cell| (cell.row, cell.column)).collect();
            assert!(places.is_sorted_by(|a, b| a < b), "cells are in order, each once");
        }
        let cells: usize = workbook.sheets.iter().map(|sheet| sheet.cells.len()).sum();
        assert!(cells <= LIMITS.cells);
    }
}

fn check(bytes: &[u8]) {
    let read = read_document("file", bytes, &LIMITS);
    assert_eq!(read, read_document("file", bytes, &LIMITS), "same bytes, same document");
    match read {
        Ok(document) => keeps_to_its_limits(&document),
        Err(error) => {
            let text = error.text();
            assert!(text.get(vigie_model::Lang::Fr).starts_with("file : "));
            assert!(text.get(vigie_model::Lang::En).starts_with("file: "));
        }
    }
}

fn keeps_to_its_limits(document: &Document) {
    let mut bytes = 0;
    for block in &document.blocks {
        let place = &block.place;
        let has_place = match document.format {
            Format::Pdf => place.page.is_some_and(|page| Some(page) <= document.pages),
            Format::Docx | Format::Doc | Format::Odt => place.paragraph.is_some(),
            Format::Xlsx | Format::Xls | Format::Ods => place.sheet.is_some(),
        };
        assert!(has_place, "{place:?}");
        bytes += match &block.content {
            Content::Text { text, .. } => {
                assert!(!text.is_empty() && !text.contains(['\n', '\r', '\t']) && !text.contains("  "), "{text:?}");
                text.len()
            }
            Content::Table { rows } => {
                assert!(rows.iter().flatten().any(|cell| !cell.text.is_empty()), "a table says something");
                rows.iter().flatten().map(|cell| cell.text.len()).sum()
            }
        };
    }
    // Numbers and dates of a workbook are text here, and are counted as cells.
    assert!(bytes <= LIMITS.text_bytes + 64 * LIMITS.cells, "{bytes} bytes of text");
}
