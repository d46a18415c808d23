use std::fmt;

use serde::{Deserialize, Serialize};
use vigie_documents::{Format, Notice};
use vigie_model::Text;

use crate::Evidence;

/// Format of a stored reading.
pub const READING_FORMAT: &str = "vigie.reading/1";

/// What documents say, section by section of a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Format of this value.
    pub format: String,
    /// Id of the template.
    pub template: String,
    /// Title of the template.
    pub title: Text,
    /// The files that were read.
    pub files: Vec<FileRead>,
    /// One row a section of the template, in its order.
    pub findings: Vec<Finding>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileRead {
    /// Its name.
    pub name: String,
    /// SHA-256, in hexadecimal.
    pub sha256: String,
    /// What it is.
    pub format: Format,
    /// Pages, where they are fixed.
    pub pages: Option<u32>,
    /// Headings that were seen.
    pub headings: usize,
    /// What could not be read in it.
    pub notices: Vec<Notice>,
}

/// What is known of one section of the template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of the section.
    pub section: String,
    /// What people call it.
    pub title: Text,
    /// Check of the continuity file that it helps to prove.
    pub check: Option<String>,
    /// What came out.
    pub outcome: Outcome,
    /// How sure this is, 0 to 1. It ranks; it is not a probability.
    pub confidence: f32,
    /// The best place, with its words. Always there when found, be it in part.
    pub evidence: Option<Evidence>,
    /// Other places, the best first.
    pub others: Vec<Evidence>,
    /// What is missing or doubtful, in words.
    pub doubt: Option<Text>,
}

/// What came out for a section. None says that the plan is right: only a person can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A place speaks of it and holds what such a section holds.
    Found,
    /// A title without its content, or content that lacks what such a section holds.
    Partial,
    /// No place speaks of it, and everything was read.
    NotFound,
    /// Somebody must read: the words are near, or part of the file could not be read.
    ToReread,
}

impl Outcome {
    /// Every outcome, the surest first.
    pub const ALL: [Self; 4] = [Self::Found, Self::Partial, Self::ToReread, Self::NotFound];

    /// In words.
    pub fn text(self) -> Text {
        let (fr, en) = match self {
            Self::Found => ("trouvé", "found"),
            Self::Partial => ("partiel", "in part"),
            Self::NotFound => ("non trouvé", "not found"),
            Self::ToReread => ("à relire", "to read again"),
        };
        Text::new(fr, en)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().fr)
    }
}

impl Reading {
    /// How many sections came out so.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.findings.iter().filter(|finding| finding.outcome == outcome).count()
    }
}
