//! What an event does to a hospital: on a terminal, as a page (HTML) to print for a table-top, as data (JSON).
//!
//! `view` says what is shown, once per language; each renderer says only where and how.

mod drawing;
mod page;
mod sentences;
mod terminal;
mod view;

use vigie_plan::WhatIf;

pub use page::html;
pub use terminal::terminal;

use crate::neutralise;

/// What an event does as data, safe to print.
pub fn json(after: &WhatIf) -> serde_json::Result<String> {
    Ok(neutralise::json(&format!("{}\n", serde_json::to_string_pretty(after)?)))
}
