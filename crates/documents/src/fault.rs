use std::fmt;

use crate::{DocumentError, Format, Found, Measure};

/// What a reader stumbles on, before the name of the file is known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fault {
    Damaged(String),
    Protected,
    Entities,
    TooMuch(Measure, usize),
    Unsupported(Found),
    /// A foreign reader panicked.
    Panicked,
}

/// Longest detail of somebody else's message, in characters: they may quote the file.
const LONGEST_DETAIL: usize = 120;

impl Fault {
    pub(crate) fn damaged(why: &impl fmt::Display) -> Self {
        let words: String =
            why.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_DETAIL).collect();
        Self::Damaged(words)
    }

    pub(crate) fn into_error(self, name: &str, format: Format) -> DocumentError {
        let name = name.to_owned();
        match self {
            Self::Damaged(detail) => DocumentError::Damaged { name, format, detail },
            Self::Protected => DocumentError::Protected { name },
            Self::Entities => DocumentError::Entities { name },
            Self::TooMuch(what, most) => {
                DocumentError::TooLarge { name, what, most: u64::try_from(most).unwrap_or(u64::MAX) }
            }
            Self::Unsupported(found) => DocumentError::Unsupported { name, found },
            Self::Panicked => DocumentError::ReaderFailed { name, detail: "panic".to_owned() },
        }
    }
}
