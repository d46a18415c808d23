//! How long documents of usual length take.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot make its files may stop")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{Cursor, Write as _};

use criterion::{Criterion, criterion_group, criterion_main};
use vigie_documents::{Limits, read_document};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const PAGES: usize = 50;
/// Lines of a dense page, and what stands on each.
const LINES: usize = 45;
const LINE: &str = "La cellule de crise décide de la bascule vers les procédures dégradées et prévient les services.";

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn docx() -> Vec<u8> {
    let run = format!(
        "<w:p><w:pPr><w:jc w:val=\"both\"/></w:pPr><w:r><w:rPr><w:sz w:val=\"22\"/></w:rPr><w:t>{LINE}</w:t></w:r></w:p>"
    );
    let body = run.repeat(PAGES * LINES);
    zipped(&[
        ("[Content_Types].xml", "<Types>wordprocessingml.document.main+xml</Types>"),
        ("word/document.xml", &format!("<w:document><w:body>{body}</w:body></w:document>")),
    ])
}

fn odt() -> Vec<u8> {
    let body = format!("<text:p text:style-name=\"P1\">{LINE}</text:p>").repeat(PAGES * LINES);
    zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("styles.xml", "<d><styles/></d>"),
        ("content.xml", &format!("<d><automatic-styles/><body><text>{body}</text></body></d>")),
    ])
}

fn xlsx() -> Vec<u8> {
    let types = "<Types>spreadsheetml.sheet.main+xml</Types>";
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let rels = |name: &str, target: &str| {
        format!("<Relationships><Relationship Id=\"r1\" Type=\"{kind}/{name}\" Target=\"{target}\"/></Relationships>")
    };
    let mut rows = String::new();
    for row in 1..=2_000 {
        write!(rows, "<row r=\"{row}\">").unwrap();
        for column in ["A", "B", "C", "D", "E", "F", "G", "H"] {
            write!(rows, "<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>Urgences {row}</t></is></c>").unwrap();
        }
        rows.push_str("</row>");
    }
    zipped(&[
        ("[Content_Types].xml", types),
        ("_rels/.rels", &rels("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", &rels("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns:r=\"{kind}\"><sheets><sheet name=\"BIA\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ])
}

fn pdf() -> Vec<u8> {
    let mut file = "%PDF-1.7\n".to_owned();
    let mut places = Vec::new();
    let add = |file: &mut String, places: &mut Vec<usize>, object: &str| {
        places.push(file.len());
        let number = places.len();
        write!(file, "{number} 0 obj\n{object}\nendobj\n").unwrap();
    };
    let kids: Vec<String> = (0..PAGES).map(|page| format!("{} 0 R", 4 + 2 * page)).collect();
    add(&mut file, &mut places, "<</Type /Catalog /Pages 2 0 R>>");
    add(&mut file, &mut places, &format!("<</Type /Pages /Kids [{}] /Count {PAGES}>>", kids.join(" ")));
    add(&mut file, &mut places, "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>");
    let line = LINE.replace('é', "\\351");
    for page in 0..PAGES {
        let contents = 5 + 2 * page;
        add(
            &mut file,
            &mut places,
            &format!("<</Type /Page /Parent 2 0 R /Contents {contents} 0 R /Resources <</Font <</F 3 0 R>>>>>>"),
        );
        let text = format!("BT /F 10 Tf 14 TL 72 770 Td {} ET", format!("({line}) Tj T* ").repeat(LINES));
        add(&mut file, &mut places, &format!("<</Length {}>>\nstream\n{text}\nendstream", text.len()));
    }
    let start = file.len();
    write!(file, "xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).unwrap();
    for place in &places {
        writeln!(file, "{place:010} 00000 n ").unwrap();
    }
    write!(file, "trailer\n<</Root 1 0 R /Size {}>>\nstartxref\n{start}\n%%EOF", places.len() + 1).unwrap();
    file.into_bytes()
}

fn reading(criterion: &mut Criterion) {
    let limits = Limits::default();
    let files = [
        ("docx of 50 pages", docx()),
        ("odt of 50 pages", odt()),
        ("pdf of 50 pages", pdf()),
        ("xlsx of 2,000 rows", xlsx()),
    ];
    for (name, bytes) in files {
        let document = read_document(name, &bytes, &limits).unwrap();
        assert!(!document.blocks.is_empty() && document.notices.is_empty(), "{name}: {:?}", document.notices);
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| read_document(name, black_box(&bytes), &limits).unwrap());
        });
    }
}

criterion_group!(benches, reading);
criterion_main!(benches);
