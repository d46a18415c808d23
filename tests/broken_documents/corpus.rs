use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A file with its name.
pub(crate) type Broken = (String, Vec<u8>);

const FIXTURES: [&str; 9] =
    ["plan.docx", "plan.odt", "plan.doc", "plan.pdf", "columns.pdf", "scan.pdf", "bia.xlsx", "bia.xls", "bia.ods"];

/// Every broken file: cut off, bent, and made to harm.
pub(crate) fn all() -> Vec<Broken> {
    let mut files = Vec::new();
    for name in FIXTURES {
        let bytes = fixture(name);
        files.extend(cut_off(name, &bytes));
        files.extend(bent(name, &bytes));
    }
    files.extend(of_other_kinds());
    files.extend(zips());
    files.extend(xml_traps());
    files.extend(circles());
    files.extend(workbook_traps());
    files.extend(pdf_traps());
    files
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/documents/tests/fixtures");
    std::fs::read(folder.join(name)).unwrap()
}

fn cut_off(name: &str, bytes: &[u8]) -> Vec<Broken> {
    let cuts = [1, 8, 30, bytes.len() / 10, bytes.len() / 3, bytes.len() / 2, bytes.len() * 9 / 10, bytes.len() - 1];
    cuts.iter().map(|cut| (format!("cut at {cut:06} {name}"), bytes[..*cut].to_vec())).collect()
}

/// Bits bent at fixed places, more in each copy.
fn bent(name: &str, bytes: &[u8]) -> Vec<Broken> {
    let mut state = 0x7669_6769_u64;
    let mut bent = Vec::new();
    for copy in 1..=6_usize {
        let mut bytes = bytes.to_vec();
        for _ in 0..copy * copy * 4 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(state >> 33).unwrap() % bytes.len();
            bytes[at] ^= 1 << (state >> 29 & 7);
        }
        bent.push((format!("bent {copy} {name}"), bytes));
    }
    bent
}

fn of_other_kinds() -> Vec<Broken> {
    let of = |name: &str, bytes: &[u8]| (name.to_owned(), bytes.to_vec());
    vec![
        of("empty.docx", b""),
        of("one byte.pdf", b"%"),
        of("page.docx", b"<!DOCTYPE html><html><body>Plan</body></html>"),
        of("old.doc", b"{\\rtf1\\ansi Plan de continuit\\'e9}"),
        of("picture.pdf", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        of("photo.docx", b"\xff\xd8\xff\xe0\0\x10JFIF"),
        of("table.xlsx", "Activité;DMIA\nUrgences;4 h\n".as_bytes()),
        of("packed.odt", b"\x1f\x8b\x08\0\0\0\0\0"),
        of("program.doc", b"MZ\x90\0\x03\0\0\0\x04"),
        of("flat.docx", b"<?xml version=\"1.0\"?><w:wordDocument/>"),
        of("noise.xls", &[0xa5; 4096]),
        of("zeros.doc", &[0; 100_000]),
        of("ole head.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        of("ole head and noise.xls", &[b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0xff; 2000]].concat()),
        ("message.doc".to_owned(), ole(&[("/__properties_version1.0", b"x")])),
        ("slides.doc".to_owned(), ole(&[("/PowerPoint Document", b"x")])),
        ("protected.docx".to_owned(), ole(&[("/EncryptionInfo", b"x"), ("/EncryptedPackage", b"x")])),
        ("protected.doc".to_owned(), ole(&[("/WordDocument", &[0xec, 0xa5, 0xc1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0])])),
        ("no text.doc".to_owned(), ole(&[("/WordDocument", &[0; 40])])),
        ("no book.xls".to_owned(), ole(&[("/Workbook", b"")])),
    ]
}

fn ole(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (path, bytes) in streams {
        file.create_stream(path).unwrap().write_all(bytes).unwrap();
    }
    file.into_inner().into_inner()
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const WORD_TYPES: &[u8] = br#"<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
const WORD_RELS: &[u8] = br#"<Relationships><Relationship Id="a" Type="x/styles" Target="styles.xml"/><Relationship Id="b" Type="x/numbering" Target="numbering.xml"/><Relationship Id="c" Type="x/attachedTemplate" Target="file:///etc/passwd" TargetMode="External"/></Relationships>"#;

fn docx(document: &[u8], more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut parts = vec![
        ("[Content_Types].xml", WORD_TYPES),
        ("word/document.xml", document),
        ("word/_rels/document.xml.rels", WORD_RELS),
    ];
    parts.extend_from_slice(more);
    zipped(&parts)
}

fn body(inner: &str) -> Vec<u8> {
    format!("<w:document><w:body>{inner}</w:body></w:document>").into_bytes()
}

fn odt(content: &[u8]) -> Vec<u8> {
    zipped(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", content)])
}

fn ods(content: &[u8]) -> Vec<u8> {
    zipped(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content)])
}

const LINE: &str = "<w:p><w:r><w:t>Plan de reprise</w:t></w:r></w:p>";

fn zips() -> Vec<Broken> {
    let zeros = vec![0; 30_000_000];
    let lines = body(&LINE.repeat(600_000));
    // Packs less than 300 times, so that only the sum is too much.
    let filler: Vec<u8> =
        (0..20_000_000_u32).map(|at| if at % 97 == 0 { u8::try_from(at / 97 % 251).unwrap() } else { b' ' }).collect();
    let names: Vec<String> = (0..8).map(|at| format!("xl/part{at}.xml")).collect();
    let mut many: Vec<(&str, &[u8])> = vec![("[Content_Types].xml", EXCEL_TYPES)];
    many.extend(names.iter().map(|name| (name.as_str(), filler.as_slice())));
    let entries: Vec<String> = (0..5_000).map(|at| format!("word/media/{at}.png")).collect();
    let mut crowd: Vec<(&str, &[u8])> = vec![("[Content_Types].xml", WORD_TYPES)];
    crowd.extend(entries.iter().map(|name| (name.as_str(), b"".as_slice())));
    let inner = zipped(&[("zeros", &zeros)]);
    vec![
        ("bomb.docx".to_owned(), docx(&zeros, &[])),
        ("bomb.odt".to_owned(), odt(&zeros)),
        ("bomb.xlsx".to_owned(), zipped(&[("[Content_Types].xml", EXCEL_TYPES), ("xl/workbook.xml", &zeros)])),
        ("many lines.docx".to_owned(), docx(&lines, &[])),
        ("many parts.xlsx".to_owned(), zipped(&many)),
        ("crowd.docx".to_owned(), zipped(&crowd)),
        (
            "bomb in a bomb.docx".to_owned(),
            docx(&body(LINE), &[("word/embeddings/bomb.zip", &zipped(&[("zip", &inner)]))]),
        ),
        ("nothing in it.docx".to_owned(), zipped(&[])),
        ("only a zip.docx".to_owned(), zipped(&[("readme.txt", b"bonjour")])),
        ("no text.docx".to_owned(), zipped(&[("[Content_Types].xml", WORD_TYPES)])),
        (
            "slides.docx".to_owned(),
            zipped(&[("[Content_Types].xml", b"<Types>presentationml.presentation.main</Types>")]),
        ),
        (
            "binary.xlsx".to_owned(),
            zipped(&[(
                "[Content_Types].xml",
                b"<Types>application/vnd.ms-excel.sheet.binary.macroEnabled.main</Types>",
            )]),
        ),
        ("climbs.docx".to_owned(), docx(&body(LINE), &[("../../../../tmp/climbed", b"x")])),
        (
            "drawing.odt".to_owned(),
            zipped(&[("mimetype", b"application/vnd.oasis.opendocument.graphics"), ("content.xml", b"<a/>")]),
        ),
        (
            "protected.odt".to_owned(),
            zipped(&[
                ("mimetype", b"application/vnd.oasis.opendocument.text"),
                ("content.xml", b"\x93\x11"),
                ("META-INF/manifest.xml", b"<manifest><encryption-data/></manifest>"),
            ]),
        ),
        ("a workbook that says it is a text.docx".to_owned(), docx(b"<workbook><sheets/></workbook>", &[])),
        ("prefix.docx".to_owned(), [b"PK\x03\x04".as_slice(), &docx(&body(LINE), &[])].concat()),
    ]
}

fn xml_traps() -> Vec<Broken> {
    let nested = |name: &str| format!("{}{}", format!("<{name}>").repeat(10_000), format!("</{name}>").repeat(10_000));
    let laughs = r#"<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><w:document><w:body><w:p>&c;</w:p></w:body></w:document>"#;
    let outside = r#"<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>"#;
    let table = format!("{}x{}", "<w:tbl><w:tr><w:tc><w:p/>".repeat(60), "</w:tc></w:tr></w:tbl>".repeat(60));
    let attributes = format!("<w:document {}><w:body/></w:document>", "a=\"b\" ".repeat(500_000));
    vec![
        ("deep.docx".to_owned(), docx(&body(&nested("w:p")), &[])),
        ("deep.odt".to_owned(), odt(nested("text:p").as_bytes())),
        ("deep.ods".to_owned(), ods(nested("table:table").as_bytes())),
        ("deep styles.docx".to_owned(), docx(&body(LINE), &[("word/styles.xml", nested("w:style").as_bytes())])),
        ("deep tables.docx".to_owned(), docx(&body(&table), &[])),
        ("laughs.docx".to_owned(), docx(laughs.as_bytes(), &[])),
        ("laughs.odt".to_owned(), odt(laughs.as_bytes())),
        ("laughs.xlsx".to_owned(), xlsx(laughs)),
        ("outside.docx".to_owned(), docx(outside.as_bytes(), &[])),
        ("not xml.docx".to_owned(), docx(b"Bonjour", &[])),
        ("not utf-8.docx".to_owned(), docx(&[b"<w:document><w:body><w:p><w:r><w:t>\xff\xfe".as_slice(), LINE.as_bytes()].concat(), &[])),
        ("unclosed.docx".to_owned(), docx(format!("<w:document><w:body>{LINE}<w:p><w:r>").as_bytes(), &[])),
        ("wide.docx".to_owned(), docx(attributes.as_bytes(), &[])),
        ("unknown entity.docx".to_owned(), docx(&body("<w:p><w:r><w:t>a&nbsp;b</w:t></w:r></w:p>"), &[])),
        ("spans.docx".to_owned(), docx(&body(&"<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"4000000000\"/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl>".repeat(2000)), &[])),
    ]
}

fn circles() -> Vec<Broken> {
    let styles = br#"<w:styles><w:style w:styleId="A"><w:basedOn w:val="B"/></w:style><w:style w:styleId="B"><w:basedOn w:val="A"/></w:style></w:styles>"#;
    let numbering = br#"<w:numbering><w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="A"/><w:lvl w:ilvl="0"><w:start w:val="4294967295"/><w:lvlText w:val="%1%2%9"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>"#;
    let paragraph = r#"<w:p><w:pPr><w:pStyle w:val="A"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>Plan</w:t></w:r></w:p>"#;
    let parents = br#"<d><automatic-styles><style style:name="A" style:family="paragraph" style:parent-style-name="A"/></automatic-styles><body><text><text:p text:style-name="A">Plan</text:p></text></body></d>"#;
    vec![
        (
            "styles in a circle.docx".to_owned(),
            docx(&body(&paragraph.repeat(3)), &[("word/styles.xml", styles), ("word/numbering.xml", numbering)]),
        ),
        ("styles in a circle.odt".to_owned(), odt(parents)),
        (
            "text is its own relation.docx".to_owned(),
            zipped(&[
                ("[Content_Types].xml", WORD_TYPES),
                (
                    "_rels/.rels",
                    br#"<Relationships><Relationship Type="x/officeDocument" Target="/_rels/.rels"/></Relationships>"#,
                ),
                ("word/document.xml", &body(LINE)),
            ]),
        ),
    ]
}

const EXCEL_TYPES: &[u8] = br#"<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;

fn xlsx(sheet: &str) -> Vec<u8> {
    zipped(&[
        ("[Content_Types].xml", EXCEL_TYPES),
        ("_rels/.rels", br#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", br#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
        ("xl/sharedStrings.xml", br#"<sst count="4294967295" uniqueCount="4294967295"><si><t>a</t></si></sst>"#),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn workbook_traps() -> Vec<Broken> {
    let sheet = |rows: &str| {
        xlsx(&format!(r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>"#))
    };
    let table = |rows: &str| {
        ods(format!(
            "<d><body><spreadsheet><table:table table:name=\"A\">{rows}</table:table></spreadsheet></body></d>"
        )
        .as_bytes())
    };
    let cell = r#"<table:table-cell table:number-columns-repeated="1000000000" office:value-type="string"><text:p>a</text:p></table:table-cell>"#;
    let many = format!("<row>{}</row>", r#"<c t="inlineStr"><is><t>abc</t></is></c>"#.repeat(300_000));
    vec![
        (
            "far apart.xlsx".to_owned(),
            sheet(r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#),
        ),
        ("beyond.xlsx".to_owned(), sheet(r#"<row r="4294967295"><c r="ZZZZ4294967295"><v>1</v></c></row>"#)),
        ("no such text.xlsx".to_owned(), sheet(r#"<row r="1"><c r="A1" t="s"><v>4000000000</v></c></row>"#)),
        ("too many cells.xlsx".to_owned(), sheet(&many)),
        ("a billion cells.ods".to_owned(), table(&format!("<table:table-row>{cell}</table:table-row>"))),
        (
            "a billion rows.ods".to_owned(),
            table(&format!("<table:table-row table:number-rows-repeated=\"1000000000\">{cell}</table:table-row>")),
        ),
        (
            "a billion empty rows.ods".to_owned(),
            table(
                r#"<table:table-row table:number-rows-repeated="1000000000"/><table:table-row table:number-rows-repeated="4294967295"><table:table-cell office:value-type="float" office:value="1e400"/></table:table-row>"#,
            ),
        ),
        ("far apart.xls".to_owned(), far_apart_xls()),
        ("long strings.xls".to_owned(), record_of_bia(0x00fc, &[0xff; 8])),
    ]
}

/// A workbook whose cells stand at the first and last place that there is.
fn far_apart_xls() -> Vec<u8> {
    let record = |kind: u16, body: &[u8]| {
        [&kind.to_le_bytes()[..], &u16::try_from(body.len()).unwrap().to_le_bytes(), body].concat()
    };
    let number = |row: u16, column: u16| {
        record(0x0203, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 2], &1.0_f64.to_le_bytes()].concat())
    };
    let begin = |kind: u8| record(0x0809, &[0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let end = record(0x000a, &[]);
    let bound = |at: u32| record(0x0085, &[&at.to_le_bytes()[..], &[0, 0, 1, 0, b'A']].concat());
    let head = [begin(5), bound(0), end.clone()].concat();
    let head = [begin(5), bound(u32::try_from(head.len()).unwrap()), end.clone()].concat();
    ole(&[("/Workbook", &[head, begin(0x10), number(0, 0), number(65_535, 255), end].concat())])
}

/// The fixture with the body of its first record of a kind bent.
fn record_of_bia(kind: u16, with: &[u8]) -> Vec<u8> {
    let mut bytes = fixture("bia.xls");
    let at = bytes.windows(2).position(|pair| pair == kind.to_le_bytes()).unwrap();
    bytes[at + 4..at + 4 + with.len()].copy_from_slice(with);
    bytes
}

/// A PDF of these objects, the first one its catalogue, without a table of where they are.
fn pdf(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut file = "%PDF-1.7\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        write!(file, "{number} 0 obj\n{object}\nendobj\n").unwrap();
    }
    let start = file.len();
    let size = objects.len() + 1;
    write!(file, "{table}trailer\n<</Root 1 0 R /Size {size} {trailer}>>\nstartxref\n{start}\n%%EOF").unwrap();
    file.into_bytes()
}

fn pdf_traps() -> Vec<Broken> {
    let catalogue = "<</Type /Catalog /Pages 2 0 R /Outlines 6 0 R>>".to_owned();
    let font = "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>".to_owned();
    let page = |more: &str| {
        format!(
            "<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <</F 5 0 R>> /XObject <</X 4 0 R>>>> {more}>>"
        )
    };
    let pages = "<</Type /Pages /Kids [3 0 R] /Count 1>>".to_owned();
    let stream = |dictionary: &str, content: &str| {
        format!("<<{dictionary} /Length {}>>\nstream\n{content}\nendstream", content.len())
    };
    let circle = "<</First 6 0 R /Next 6 0 R /Title (Plan)>>".to_owned();
    let with = |content: String, more: &str| {
        pdf(&[catalogue.clone(), pages.clone(), page(more), content, font.clone(), circle.clone()], "")
    };
    let shown = "BT /F 12 Tf 72 700 Td (Plan de reprise) Tj ET";
    vec![
        ("pages in a circle.pdf".to_owned(), pdf(&[catalogue.clone(), "<</Type /Pages /Kids [2 0 R 3 0 R] /Count 2>>".to_owned(), "<</Type /Pages /Parent 3 0 R /Kids [2 0 R 3 0 R]>>".to_owned()], "")),
        ("a billion pages.pdf".to_owned(), pdf(&[catalogue.clone(), "<</Type /Pages /Kids [] /Count 1000000000>>".to_owned()], "")),
        ("the same page often.pdf".to_owned(), pdf(&[catalogue.clone(), format!("<</Type /Pages /Kids [{}] /Count 5000>>", "3 0 R ".repeat(5000)), page(""), stream("", shown), font.clone(), circle.clone()], "")),
        ("a form draws itself.pdf".to_owned(), with(stream("/Type /XObject /Subtype /Form", &"/X Do ".repeat(40)), "")),
        ("length of itself.pdf".to_owned(), with("<</Length 4 0 R>>\nstream\nBT ET\nendstream".to_owned(), "")),
        ("bookmarks in a circle.pdf".to_owned(), with(stream("", shown), "")),
        ("deep arrays.pdf".to_owned(), with(stream("", &format!("{}{}", "[".repeat(50_000), "]".repeat(50_000))), "")),
        ("deep dictionaries.pdf".to_owned(), with(format!("{}1{}", "<</A ".repeat(50_000), ">>".repeat(50_000)), "")),
        ("deep strings.pdf".to_owned(), with(stream("", &format!("{}{} Tj", "(".repeat(50_000), ")".repeat(50_000))), "")),
        ("many states.pdf".to_owned(), with(stream("", &"q ".repeat(1_000_000)), "")),
        ("many glyphs.pdf".to_owned(), with(stream("", &format!("BT /F 12 Tf {} ET", "(abcdefghijklmnop) Tj ".repeat(50_000))), "")),
        ("far away.pdf".to_owned(), with(stream("", "BT /F 1e38 Tf 1e38 0 0 1e38 1e38 1e38 Tm (Plan) Tj ET"), "/MediaBox [-1e38 -1e38 1e38 1e38]")),
        ("no font.pdf".to_owned(), pdf(&[catalogue.clone(), pages.clone(), page(""), stream("", shown)], "")),
        ("protected.pdf".to_owned(), pdf(&[catalogue.clone(), pages.clone(), page(""), stream("", shown), font.clone(), circle.clone(), "<</Filter /Standard /V 1 /R 2 /O (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) /U (bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb) /P -4>>".to_owned()], "/Encrypt 7 0 R /ID [(a) (a)]")),
        ("many widths.pdf".to_owned(), pdf(&[catalogue.clone(), pages.clone(), page(""), stream("", "BT /F 12 Tf <00010002> Tj ET"), "<</Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [<</W [0 4294967295 500 0 4294967295 600]>>]>>".to_owned(), circle.clone()], "")),
        ("unnamed letters.pdf".to_owned(), pdf(&[catalogue.clone(), pages.clone(), page(""), stream("", "BT /F 12 Tf <00010002> Tj ET"), "<</Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [<</Type /Font>>]>>".to_owned(), circle], "")),
        ("no objects.pdf".to_owned(), b"%PDF-1.4\n%%EOF".to_vec()),
        ("table before itself.pdf".to_owned(), b"%PDF-1.4\ntrailer\n<</Root 1 0 R /Prev 0 /Size 4294967295>>\nstartxref\n9\n%%EOF".to_vec()),
    ]
}
