//! What documents say of a plan, and what they propose to it.

use std::sync::LazyLock;

use jiff::civil::date;
use vigie_documents::{Block, Cell, Content, Cues, Document, Format, Notice, Place};
use vigie_model::Lang;
use vigie_reading::{MAX_QUOTE, Outcome, Review, Source, Template, proposals, read_against, shipped_templates};
use vigie_source::SourceFile;

static TEMPLATES: LazyLock<Vec<Template>> =
    LazyLock::new(|| shipped_templates().iter().filter_map(|file| Template::load(file).ok()).collect());

/// A document of any lines: nothing is found without words that it holds, a review reads back as it was written.
/// A line with `|` is a row of a table, one that begins with `#` a heading, with `*` bold.
pub fn documents(data: &[u8]) {
    let document = document(&String::from_utf8_lossy(data));
    let source = Source { name: "plan.docx", document: &document };
    // One template a document: three would only take three times as long.
    let turn = data.len().checked_rem(TEMPLATES.len()).unwrap_or_default();
    if let Some(template) = TEMPLATES.get(turn) {
        let reading = read_against(template, &[source]);
        assert_eq!(reading.findings.len(), template.sections.len());
        for finding in &reading.findings {
            assert!((0.0..=1.0).contains(&finding.confidence));
            let said = matches!(finding.outcome, Outcome::Found | Outcome::Partial);
            assert!(!said || finding.evidence.is_some(), "{} without a quote", finding.section);
            let quotes = finding.evidence.iter().chain(&finding.others).map(|evidence| &evidence.quote);
            quotes
                .for_each(|quote| assert!(quote.chars().count() <= MAX_QUOTE && holds(&document, quote), "{quote:?}"));
        }
    }
    let review = Review::of(&proposals(&[source]), date(2026, 1, 1), Lang::Fr);
    if let Ok(text) = review.to_yaml(Lang::Fr) {
        let again = Review::read(&SourceFile::new("review.yaml", text.as_str()));
        assert!(again.is_ok_and(|again| again == review), "{text}");
    }
}

fn document(text: &str) -> Document {
    let blocks = text.lines().filter(|line| !line.trim().is_empty()).zip(1..);
    let blocks = blocks.map(|(line, number)| Block {
        place: Place { paragraph: Some(number), ..Place::default() },
        content: content(line),
    });
    Document {
        format: Format::Docx,
        sha256: "0".repeat(64),
        pages: None,
        blocks: together(blocks),
        notices: Vec::<Notice>::new(),
    }
}

fn content(line: &str) -> Content {
    if line.contains('|') {
        let cell = |text: &str| Cell { text: text.trim().to_owned(), address: None };
        return Content::Table { rows: vec![line.split('|').map(cell).collect()] };
    }
    let level = line.starts_with('#').then_some(1);
    let bold = Some(line.starts_with('*'));
    Content::Text {
        text: line.trim_start_matches(['#', '*']).trim().to_owned(),
        cues: Cues { level, bold, ..Cues::default() },
    }
}

/// Rows that follow each other are one table.
fn together(blocks: impl Iterator<Item = Block>) -> Vec<Block> {
    let mut all: Vec<Block> = Vec::new();
    for block in blocks {
        match (all.last_mut().map(|last| &mut last.content), block.content) {
            (Some(Content::Table { rows }), Content::Table { rows: more }) => rows.extend(more),
            (_, content) => all.push(Block { content, ..block }),
        }
    }
    all
}

fn holds(document: &Document, quote: &str) -> bool {
    document.blocks.iter().any(|block| match &block.content {
        Content::Text { text, .. } => text.contains(quote),
        Content::Table { rows } => rows.iter().flatten().any(|cell| cell.text.contains(quote)),
    })
}
