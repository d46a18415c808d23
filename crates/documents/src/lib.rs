//! What is written in the files that hospitals have: Word, OpenDocument, Excel, PDF.
//!
//! A [`Document`] is what the file says, in reading order, with the place of each piece and the
//! cues that a reader's eye goes by (style, boldness, size, numbering). It states facts: what is a
//! heading and what it means is for `vigie-reading` to say.

mod document;

pub use document::{Block, Cell, Content, Cues, Document, Format, Notice, NoticeKind, Place};
