use thiserror::Error;
use vigie_documents::DocumentError;
use vigie_model::Text;
use vigie_source::{Problems, WriteError};

/// Why a plan cannot be handed out as a workbook.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WorkbookError {
    /// The plan cannot be taken apart.
    #[error(transparent)]
    Plan(#[from] WriteError),
    /// The writer of spreadsheets refused something, such as a text over 32,767 characters.
    #[error(transparent)]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    /// The workbook cannot be opened again.
    #[error(transparent)]
    NotOpened(#[from] DocumentError),
    /// The workbook does not read back.
    #[error("the workbook would not read back: {0}")]
    Unreadable(Problems),
    /// The workbook reads back as another plan: a cell cannot hold what the plan says.
    #[error("a cell cannot hold this as the plan says it: {}", .0.iter().map(|text| text.en.as_str()).collect::<Vec<_>>().join("; "))]
    Lossy(Vec<Text>),
}
