//! What is written in the files that hospitals have: Word, OpenDocument, Excel, PDF.
//!
//! A [`Document`] is what the file says, in reading order, with the place of each piece and the
//! cues that a reader's eye goes by (style, boldness, size, numbering). It states facts: what is a
//! heading and what it means is for `vigie-reading` to say.

mod counting;
mod detect;
mod document;
mod error;
mod fault;
mod limits;
mod notices;
mod odt;
mod package;
mod pdf;
mod read;
mod sheets;
mod text;
mod word;
mod writer;
mod xml;

pub use document::{Block, Cell, Content, Cues, Document, Format, Notice, NoticeKind, Place};
pub use error::{DocumentError, Found, Measure};
pub use limits::Limits;
pub use read::{read_document, read_workbook};
pub use sheets::{CellValue, Sheet, SheetCell, Workbook, address};
