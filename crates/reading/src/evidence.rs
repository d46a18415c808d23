use serde::{Deserialize, Serialize};
use vigie_documents::{Document, Place};
use vigie_plan::Citation;

/// The longest quote, in characters.
pub const MAX_QUOTE: usize = 200;

/// A document and the name people know it by.
#[derive(Debug, Clone, Copy)]
pub struct Source<'d> {
    /// Name of the file.
    pub name: &'d str,
    /// What it says.
    pub document: &'d Document,
}

/// Words of a document, and where they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Name of the file.
    pub file: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Page, from 1, where pages are fixed.
    pub page: Option<u32>,
    /// Headings above it, from the outermost.
    pub headings: Vec<String>,
    /// Paragraph or table, from 1.
    pub paragraph: Option<u32>,
    /// Cell, in a workbook (`BIA!D12`).
    pub cell: Option<String>,
    /// The words themselves: a piece of one paragraph, heading or cell, cut at [`MAX_QUOTE`] characters.
    pub quote: String,
}

impl Evidence {
    /// Words of one block; nothing when there are none.
    pub(crate) fn new(
        source: &Source<'_>,
        place: &Place,
        headings: &[String],
        address: Option<&str>,
        words: &str,
    ) -> Option<Self> {
        let quote: String = words.chars().take(MAX_QUOTE).collect();
        let quote = quote.trim().to_owned();
        let cell = match (place.sheet.as_deref(), address) {
            (Some(sheet), Some(address)) => Some(format!("{sheet}!{address}")),
            (Some(sheet), None) => Some(sheet.to_owned()),
            (None, _) => None,
        };
        (!quote.is_empty()).then(|| Self {
            file: source.name.to_owned(),
            sha256: source.document.sha256.clone(),
            page: place.page,
            headings: headings.to_vec(),
            paragraph: place.paragraph,
            cell,
            quote,
        })
    }

    /// The same as the plan cites it.
    pub fn citation(&self, day: Option<jiff::civil::Date>) -> Citation {
        Citation {
            file: self.file.clone(),
            page: self.page,
            heading: self.cell.clone().or_else(|| self.headings.last().cloned()),
            quote: Some(self.quote.clone()),
            hash: Some(self.sha256.clone()),
            date: day,
        }
    }
}
