//! Word: docx with our own reading of its XML, doc through undoc.

pub(crate) mod doc;
pub(crate) mod docx;
