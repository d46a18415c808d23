use std::fmt;

use serde::{Deserialize, Serialize};
use vigie_model::Text;

/// What a file says, in reading order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// What it is, from its content and not from its name.
    pub format: Format,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// How many pages it has, where pages are fixed (PDF).
    pub pages: Option<u32>,
    /// Its pieces.
    pub blocks: Vec<Block>,
    /// What could not be read, or was left aside.
    pub notices: Vec<Notice>,
}

/// The formats that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Word, since 2007.
    Docx,
    /// Word, 97 to 2003.
    Doc,
    /// OpenDocument text.
    Odt,
    /// Excel, since 2007.
    Xlsx,
    /// Excel, 97 to 2003.
    Xls,
    /// OpenDocument spreadsheet.
    Ods,
    /// Portable Document Format.
    Pdf,
}

/// One piece of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Where it stands.
    pub place: Place,
    /// What it holds.
    pub content: Content,
}

/// What a piece holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A paragraph, or a line that looks like a heading.
    Text {
        /// Its words, with single spaces and no line break.
        text: String,
        /// How it looks.
        cues: Cues,
    },
    /// A table, row by row. Merged cells stand at their first place; the others they cover are empty.
    Table {
        /// Rows of cells.
        rows: Vec<Vec<Cell>>,
    },
}

/// What the eye goes by. What a format cannot say is absent.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Cues {
    /// Level of the heading style or outline, from 1; nothing when the author used none.
    pub level: Option<u8>,
    /// Whether all of it is bold.
    pub bold: Option<bool>,
    /// Size of its letters, in points.
    pub size_pt: Option<f32>,
    /// The number or bullet that the program adds in front (`2.1.`, `–`), when it is not in the text.
    pub numbering: Option<String>,
    /// Whether it is an entry of a table of contents, by its style or field.
    pub contents_entry: bool,
    /// Whether it stands in the running header or footer of pages.
    pub running: bool,
}

/// One cell of a table.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Cell {
    /// What it shows. A time of a spreadsheet is written `8 h 00`, a date `2026-11-22`, whatever the file's own way.
    pub text: String,
    /// Its address (`D12`), in a spreadsheet.
    pub address: Option<String>,
}

/// Where a piece stands. Each format knows some of this.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// Page, from 1 (PDF).
    pub page: Option<u32>,
    /// Paragraph or table, from 1, counted over the document (Word, OpenDocument text).
    pub paragraph: Option<u32>,
    /// Sheet (Excel, OpenDocument spreadsheet).
    pub sheet: Option<String>,
}

/// Something that the reader of the document must know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// Where, when it is somewhere.
    pub place: Option<Place>,
    /// In words.
    pub text: Text,
}

/// What notices are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A page or picture without text: a scan, that nobody has read.
    ImageOnly,
    /// Part of the file is damaged; the rest was read.
    Damaged,
    /// A limit was reached; what comes after was not read.
    Cut,
    /// Macros, links or embedded files: left alone.
    LeftAlone,
    /// Revisions or comments: what was read is the text with all changes accepted.
    Revisions,
    /// Text is there that this reader cannot read: letters without a name, frames of old files.
    Unread,
    /// A sheet that is hidden in the program; it was read.
    Hidden,
}

impl Format {
    /// Its usual ending, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Doc => "doc",
            Self::Odt => "odt",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Pdf => "pdf",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.extension())
    }
}
