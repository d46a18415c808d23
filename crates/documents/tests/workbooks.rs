//! The same workbook in the three formats of spreadsheets.
#![cfg(test)]

use std::path::Path;

use vigie_documents::{CellValue, Content, Document, Limits, NoticeKind, read_document, read_workbook};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

fn read(name: &str) -> Document {
    read_document(name, &fixture(name), &Limits::default()).unwrap()
}

/// Each table of a document, as lines of cells.
fn tables(document: &Document) -> Vec<Vec<String>> {
    let table = |content: &Content| match content {
        Content::Table { rows } => {
            rows.iter().map(|row| row.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" | ")).collect()
        }
        Content::Text { .. } => panic!("a workbook has tables only"),
    };
    document.blocks.iter().map(|block| table(&block.content)).collect()
}

#[test]
fn the_three_formats_say_the_same() {
    for name in ["bia.xlsx", "bia.xls", "bia.ods"] {
        let document = read(name);
        assert_eq!(document.format.extension(), name.rsplit('.').next().unwrap());
        let found = tables(&document);
        let expected = [
            vec!["Analyse d’impact – CH de Démonstration"],
            vec![
                "Activité | DMIA | PDMA | Criticité | Revue le",
                "Urgences | 4 h 00 | 1 h | 1 | 2026-11-22",
                "Biologie | 8 h 00 | 4 h | 2 | 2026-03-01",
                "Paie | 72 h 00 | 24 h | 3.5 | 2026-01-15 08:30",
            ],
            // LibreOffice made a number of it.
            vec![if name == "bia.ods" { "Validé | 1" } else { "Validé | VRAI" }],
            vec![
                "Fonction | Téléphone",
                "Direction de garde | 06 39 98 10 01",
                "Astreinte informatique | 01 99 00 20 02",
            ],
        ];
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn cells_bear_their_address_and_blocks_their_sheet() {
    for name in ["bia.xlsx", "bia.xls", "bia.ods"] {
        let document = read(name);
        let Content::Table { rows } = &document.blocks[1].content else { panic!() };
        assert_eq!(rows[2][1].address.as_deref(), Some("B5"), "{name}");
        assert_eq!(document.blocks[3].place.sheet.as_deref(), Some("Ancien annuaire"), "{name}");
        assert!(document.notices.iter().any(|notice| notice.kind == NoticeKind::Hidden), "{name}");
    }
}

#[test]
fn values_keep_their_types() {
    for name in ["bia.xlsx", "bia.xls", "bia.ods"] {
        let workbook = read_workbook(&fixture(name), &Limits::default()).unwrap();
        let sheet = &workbook.sheets[0];
        let at = |address: &str| &sheet.cells.iter().find(|cell| cell.address() == address).unwrap().value;
        assert_eq!(at("B5"), &CellValue::Duration(8 * 3600), "{name}");
        assert_eq!(at("D6"), &CellValue::Number(3.5), "{name}");
        assert_eq!(at("E4"), &CellValue::Date("2026-11-22".parse().unwrap()), "{name}");
        assert_eq!(at("E6"), &CellValue::DateTime("2026-01-15T08:30:00".parse().unwrap()), "{name}");
        if name != "bia.ods" {
            assert_eq!(at("B9"), &CellValue::Bool(true), "{name}");
        }
        assert!(!sheet.hidden && workbook.sheets[1].hidden, "{name}");
    }
}
