//! A continuity plan as a spreadsheet, and back.
//!
//! [`write()`] makes a workbook that people fill in without knowing YAML: one sheet for each list of the plan, headings
//! in their language, drop-down lists for words and for what one part of the plan says of another. [`read()`] takes it
//! back, whatever a spreadsheet program did to its cells, and says everything that is wrong at once, cell by cell.
//!
//! The sheets follow from the schema of plan files: a field that is added to the model is a column here. A workbook is
//! handed out only once it was read back as the very same plan.

mod error;
mod layout;
mod names;
mod read;
mod write;

pub use error::WorkbookError;
pub use read::{Reading, Stamp, read};
pub use write::write;
