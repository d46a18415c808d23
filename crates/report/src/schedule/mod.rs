//! A rebuild schedule: on a terminal, as a drawing (SVG), as a page (HTML), as data (JSON).
//!
//! `view` says what is shown, once per language; each renderer says only where and how.

mod drawing;
mod page;
mod terminal;
mod view;
mod words;

use vigie_plan::Schedule;

pub use drawing::svg;
pub use page::html;
pub use terminal::terminal;

pub(crate) use view::Tone;
pub(crate) use words::clock;

use crate::neutralise;

/// A schedule as data, safe to print.
pub fn json(schedule: &Schedule) -> serde_json::Result<String> {
    Ok(neutralise::json(&format!("{}\n", serde_json::to_string_pretty(schedule)?)))
}
