//! What documents say of a continuity plan: on a terminal, as a page (HTML), as data (JSON).

mod page;
mod terminal;
mod view;

use vigie_reading::Reading;

pub use page::html;
pub use terminal::terminal;

use crate::neutralise;

/// A reading as data, safe to print.
pub fn json(reading: &Reading) -> serde_json::Result<String> {
    Ok(neutralise::json(&format!("{}\n", serde_json::to_string_pretty(reading)?)))
}
