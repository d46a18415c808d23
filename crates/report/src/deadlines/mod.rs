//! What ends next in a plan: on a terminal, as data (JSON), as a calendar (iCalendar).

mod calendar;
mod terminal;

use serde_json::json;
use vigie_plan::Expiry;

pub use calendar::calendar;
pub use terminal::terminal;

use crate::neutralise;

/// Deadlines as data, safe to print.
pub fn json(expiries: &[Expiry]) -> serde_json::Result<String> {
    let data = json!({ "format": "vigie.deadlines/1", "deadlines": expiries });
    Ok(neutralise::json(&format!("{}\n", serde_json::to_string_pretty(&data)?)))
}
