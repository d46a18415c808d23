//! The paper kit, for the binder of the crisis room: a page to print (HTML), black and white, no script.
//!
//! `sheets` says what each sheet holds, once per language, in blocks that know nothing of HTML; `page` prints them.

mod page;
mod sheets;
mod view;

use jiff::civil::Date;
use vigie_plan::kit::SheetKind;

pub use page::html;

/// What to print, and when.
#[derive(Debug, Clone)]
pub struct PrintOptions {
    /// The day that each page bears.
    pub printed_on: Date,
    /// Sheets to print; all of them when empty.
    pub only: Vec<SheetKind>,
    /// Whether each page says that this is an exercise.
    pub exercise: bool,
}
