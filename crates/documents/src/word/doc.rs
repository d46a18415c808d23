//! doc: Word 97 to 2003, through undoc.

use std::io::{Read, Seek, SeekFrom};

use undoc::model::RevisionType;
use undoc::{Block, Paragraph, Table};

use crate::Limits;
use crate::detect::Ole;
use crate::document::Cues;
use crate::fault::Fault;
use crate::notices;
use crate::read::Findings;
use crate::text::names_contents_entry;
use crate::writer::Writer;

/// Columns that one cell may span.
const WIDEST_SPAN: u32 = 64;
/// Tables within tables, beyond which they are no longer followed.
const DEEPEST_TABLE: usize = 16;

pub(crate) fn read(bytes: &[u8], mut ole: Ole<'_>, limits: &Limits) -> Result<Findings, Fault> {
    let document = undoc::doc::DocParser::from_bytes(bytes.to_vec())
        .and_then(|mut parser| parser.parse())
        .map_err(|error| Fault::damaged(&error))?;
    let mut writer = Writer::new(limits);
    let mut has_revisions = false;
    for section in &document.sections {
        blocks(&section.content, &mut writer, &mut has_revisions);
    }
    for section in &document.sections {
        for paragraph in section.header.iter().chain(&section.footer).flatten() {
            let cues = Cues { running: true, ..cues(paragraph) };
            writer.text(&words(paragraph, &mut has_revisions), cues);
        }
    }
    for notice in notices::left_alone_in_ole(&ole) {
        writer.notice(notice);
    }
    let beside = Beside::of(&mut ole).unwrap_or_default();
    if beside.comments {
        writer.notice(notices::comments());
    }
    if beside.text_boxes {
        writer.notice(notices::text_boxes());
    }
    if has_revisions {
        writer.notice(notices::revisions());
    }
    let findings = writer.finish();
    if findings.blocks.is_empty() && !document.resources.is_empty() {
        return Ok(Findings { notices: vec![notices::large_pictures(document.resources.len())], ..findings });
    }
    Ok(findings)
}

/// What stands beside the text, and undoc does not read.
#[derive(Default)]
struct Beside {
    comments: bool,
    text_boxes: bool,
}

/// Where the file information block counts the letters of comments and of text boxes ([MS-DOC] 2.5.4).
const LETTERS_OF_COMMENTS: u64 = 92;
const LETTERS_OF_TEXT_BOXES: u64 = 100;

impl Beside {
    fn of(ole: &mut Ole<'_>) -> std::io::Result<Self> {
        let mut stream = ole.open_stream("/WordDocument")?;
        let mut count = |at| {
            let mut bytes = [0; 4];
            stream.seek(SeekFrom::Start(at))?;
            stream.read_exact(&mut bytes)?;
            Ok::<_, std::io::Error>(i32::from_le_bytes(bytes))
        };
        Ok(Self { comments: count(LETTERS_OF_COMMENTS)? > 0, text_boxes: count(LETTERS_OF_TEXT_BOXES)? > 0 })
    }
}

fn blocks(blocks: &[Block], writer: &mut Writer, has_revisions: &mut bool) {
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) => writer.text(&words(paragraph, has_revisions), cues(paragraph)),
            Block::Table(table) => writer.table(rows(table, has_revisions)),
            Block::Note { content, .. } => {
                let text: Vec<String> = content.iter().map(|paragraph| words(paragraph, has_revisions)).collect();
                writer.text(&text.join(" "), Cues::default());
            }
            Block::PageBreak | Block::SectionBreak | Block::Image { .. } => {}
        }
    }
}

fn rows(table: &Table, has_revisions: &mut bool) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for row in &table.rows {
        let mut cells = Vec::new();
        for cell in &row.cells {
            let mut text = String::new();
            cell_words(cell, 0, &mut text, has_revisions);
            cells.push(text);
            cells.extend((1..cell.col_span.clamp(1, WIDEST_SPAN)).map(|_| String::new()));
        }
        rows.push(cells);
    }
    rows
}

fn cell_words(cell: &undoc::Cell, depth: usize, text: &mut String, has_revisions: &mut bool) {
    for paragraph in &cell.content {
        text.push_str(&words(paragraph, has_revisions));
        text.push(' ');
    }
    if depth < DEEPEST_TABLE {
        for inner in cell.nested_tables.iter().flat_map(|table| &table.rows).flat_map(|row| &row.cells) {
            cell_words(inner, depth + 1, text, has_revisions);
        }
    }
}

/// The words of a paragraph, with all changes accepted.
fn words(paragraph: &Paragraph, has_revisions: &mut bool) -> String {
    let mut text = String::new();
    for run in &paragraph.runs {
        *has_revisions |= run.revision != RevisionType::None;
        if run.revision != RevisionType::Deleted {
            text.push_str(&run.text);
        }
        if run.line_break || run.page_break {
            text.push(' ');
        }
    }
    text
}

fn cues(paragraph: &Paragraph) -> Cues {
    let runs = || paragraph.runs.iter().filter(|run| !run.text.trim().is_empty());
    let largest = runs().max_by_key(|run| run.text.len());
    let half_points = largest.and_then(|run| run.style.size).and_then(|size| u16::try_from(size).ok());
    let style = paragraph.style_name.as_deref().unwrap_or_default().to_lowercase();
    Cues {
        // undoc takes the title of the document for a heading.
        level: Some(paragraph.heading.level())
            .filter(|level| *level > 0 && !matches!(style.as_str(), "title" | "titre")),
        // What a style makes bold does not come through: only bold is known.
        bold: (runs().next().is_some() && runs().all(|run| run.style.bold)).then_some(true),
        size_pt: half_points.map(|size| f32::from(size) / 2.0),
        numbering: numbering(paragraph),
        contents_entry: names_contents_entry(&style),
        running: false,
    }
}

/// The bullet; how a number is written does not come through.
fn numbering(paragraph: &Paragraph) -> Option<String> {
    let list = paragraph.list_info.as_ref()?;
    (list.list_type == undoc::ListType::Bullet).then(|| "•".to_owned())
}
