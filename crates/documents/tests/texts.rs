//! The same plan as Word, OpenDocument and PDF files, and PDFs with columns and scans.
#![cfg(test)]

use std::path::Path;

use vigie_documents::{Content, Cues, Document, Limits, NoticeKind, read_document};

fn read(name: &str) -> Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    read_document(name, &std::fs::read(path).unwrap(), &Limits::default()).unwrap()
}

/// The cues of the paragraph that begins with these words and is in no table of contents.
fn cues<'d>(document: &'d Document, start: &str) -> &'d Cues {
    let found = document.blocks.iter().find_map(|block| match &block.content {
        Content::Text { text, cues } if text.starts_with(start) && !cues.contents_entry => Some(cues),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("« {start} » is not in {}", document.format))
}

fn texts(document: &Document) -> Vec<&str> {
    let texts = document.blocks.iter().filter_map(|block| match &block.content {
        Content::Text { text, .. } => Some(text.as_str()),
        Content::Table { .. } => None,
    });
    texts.collect()
}

fn table(document: &Document) -> Vec<String> {
    let rows = document.blocks.iter().find_map(|block| match &block.content {
        Content::Table { rows } if rows[0].len() > 2 => Some(rows),
        _ => None,
    });
    let line =
        |row: &Vec<vigie_documents::Cell>| row.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" | ");
    rows.unwrap().iter().map(line).collect()
}

fn has(document: &Document, kind: NoticeKind) -> bool {
    document.notices.iter().any(|notice| notice.kind == kind)
}

#[test]
fn headings_have_their_level_and_number_in_word_and_opendocument() {
    for name in ["plan.docx", "plan.odt"] {
        let document = read(name);
        for (title, level, number) in
            [("Objet du plan", 1, "1."), ("Composition", 2, "2.1."), ("Reprise du système", 1, "3.")]
        {
            let cues = cues(&document, title);
            assert_eq!((cues.level, cues.numbering.as_deref()), (Some(level), Some(number)), "{name}: {title}");
        }
        assert_eq!(cues(&document, "Plan de continuité").level, None, "a title is no heading in {name}");
    }
}

#[test]
fn what_only_looks_like_a_heading_keeps_its_looks() {
    for name in ["plan.docx", "plan.odt", "plan.pdf"] {
        let document = read(name);
        let fake = cues(&document, "Moyens de secours");
        assert_eq!((fake.level, fake.bold, fake.size_pt), (None, Some(true), Some(14.0)), "{name}");
        assert_eq!(cues(&document, "Deux téléphones").bold, Some(false), "{name}");
    }
    let old = read("plan.doc");
    assert_eq!(cues(&old, "Moyens de secours").bold, Some(true));
    assert_eq!(cues(&old, "Composition").level, Some(2));
}

#[test]
fn entries_of_the_table_of_contents_are_marked() {
    for name in ["plan.docx", "plan.odt", "plan.doc"] {
        let document = read(name);
        let entries = document.blocks.iter().filter(
            |block| matches!(&block.content, Content::Text { cues, .. } if cues.contents_entry && cues.level.is_none()),
        );
        assert_eq!(entries.count(), 3, "{name}");
    }
}

#[test]
fn lists_show_their_bullets_and_numbers() {
    for name in ["plan.docx", "plan.odt"] {
        let document = read(name);
        assert_eq!(cues(&document, "Direction de garde").numbering.as_deref(), Some("•"), "{name}");
        assert_eq!(cues(&document, "Ouvrir la main courante").numbering.as_deref(), Some("2."), "{name}");
    }
}

#[test]
fn merged_cells_stand_at_their_first_place() {
    for name in ["plan.docx", "plan.odt", "plan.pdf"] {
        let expected = [
            "Activité | DMIA | PDMA | Criticité",
            "Urgences | 4 h | 1 h | Vitale",
            "Biologie | 8 h | 4 h | ",
            "Fonctions support |  |  | Moyenne",
        ];
        assert_eq!(table(&read(name)), expected, "{name}");
    }
}

#[test]
fn changes_are_accepted_and_told() {
    for name in ["plan.docx", "plan.odt", "plan.doc"] {
        let document = read(name);
        assert!(texts(&document).contains(&"Le délai est de 4 h pour les urgences."), "{name}");
        assert!(has(&document, NoticeKind::Revisions), "{name}");
    }
}

#[test]
fn text_boxes_are_read_or_told() {
    for name in ["plan.docx", "plan.odt"] {
        assert!(texts(&read(name)).contains(&"Numéro de la cellule : 01 99 00 30 03"), "{name}");
    }
    assert!(has(&read("plan.doc"), NoticeKind::Unread));
}

#[test]
fn headers_and_footers_are_running() {
    for name in ["plan.docx", "plan.odt", "plan.doc"] {
        let document = read(name);
        assert!(cues(&document, "CH de Démonstration").running, "{name}");
        assert!(cues(&document, "Version 3.2").running, "{name}");
    }
    assert!(cues(&read("columns.pdf"), "Page 1").running);
}

#[test]
fn bookmarks_of_a_pdf_give_levels() {
    let document = read("plan.pdf");
    assert_eq!(cues(&document, "1. Objet du plan").level, Some(1));
    assert_eq!(cues(&document, "2.1. Composition").level, Some(2));
    assert_eq!(document.pages, Some(1));
}

#[test]
fn columns_are_read_one_after_the_other_with_whole_words() {
    let document = read("columns.pdf");
    let all = texts(&document);
    assert!(all.iter().any(|text| text.contains("Son numéro est le 01 99 00 40 04.")));
    assert!(
        all.iter().any(|text| text.contains("du système d’information hospitalier après une cyberattaque majeure"))
    );
    let at = |start: &str| all.iter().position(|text| text.starts_with(start)).unwrap();
    assert!(at("1 Objet") < at("2 Gouvernance") && at("2 Gouvernance") < at("3 Analyse"));
    assert_eq!(table(&document), ["Activité | DMIA | PDMA", "Urgences | 4 h | 1 h", "Imagerie | 12 h | 24 h"]);
}

#[test]
fn a_scanned_page_is_told_and_the_others_are_read() {
    let document = read("scan.pdf");
    assert_eq!(document.pages, Some(2));
    let scanned: Vec<_> = document.notices.iter().filter(|notice| notice.kind == NoticeKind::ImageOnly).collect();
    assert_eq!(scanned.len(), 1);
    assert_eq!(scanned[0].place.as_ref().and_then(|place| place.page), Some(1));
    assert!(texts(&document).contains(&"Signée par la direction de l’établissement."));
    assert_eq!(document.blocks[0].place.page, Some(2));
}
