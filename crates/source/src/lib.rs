//! Files that people write: `facility.yaml`, rules and plans.
//!
//! A [`SourceFile`] keeps the text and its name; [`yaml::parse_tree`] turns it into a tree of
//! [`Node`]s that know where they stand; [`read`] checks the tree against the schema of a type
//! and builds the value. Whatever is wrong comes back at once, as [`Problems`]: each one says
//! where, why and how to mend it, in French and in English.
//!
//! Nothing here opens a file, reads a clock or trusts its input: size, depth, number of nodes
//! and number of problems are bounded by the constants below.

mod file;
mod format;
mod node;
mod problem;
mod read;
mod render;
mod scalar;
mod schema;
mod words;
mod write;
pub mod yaml;

pub use file::{MAX_FILE_BYTES, SourceFile, Span};
pub use format::{FormatCheck, FormatProblem, Formats, check_date, check_date_time};
pub use node::{Entry, Node, Step, Value};
pub use problem::{Level, MAX_PROBLEMS, Problem, Problems, Remark};
pub use read::{Located, read, read_node};
pub use write::{Tree, UNSAID, WriteError, write};
