//! Views over a run: terminal, JSON, HTML.
//!
//! [`View`] says what is shown, once per language; each renderer says only where and how. All of it
//! is pure: the same run gives the same bytes, and nothing reads a clock or the network.

pub mod deadlines;
pub mod html;
pub mod json;
pub mod kit;
pub mod neutralise;
mod phrasing;
pub mod reading;
pub mod schedule;
mod svg;
pub mod terminal;
pub mod view;
pub mod what_if;

use thiserror::Error;
use vigie_model::RunError;

pub use view::View;

/// Why a report could not be written. None of these is the facility's fault.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The run could not be turned into JSON.
    #[error("the run cannot be written as JSON: {0}")]
    Json(#[from] RunError),
    /// A page could not be filled in.
    #[error("the page cannot be written: {0}")]
    Page(#[from] askama::Error),
}
