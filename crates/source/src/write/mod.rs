//! Values written as YAML, the way a person would: see [`write()`].

mod layout;
mod serializer;
mod tree;
mod word;

use std::fmt;

use serde::Serialize;
use thiserror::Error;

pub use serializer::UNSAID;
pub use tree::Tree;

/// Why a value cannot be written in a way that [`yaml::parse`](crate::yaml::parse) gives back.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A number that is not finite.
    #[error("a number that is not finite cannot be written")]
    NotFinite,
    /// A whole number over 64 bits, sign included.
    #[error("{0} is too large a number to be written")]
    TooLarge(String),
    /// The key of a map is not a text.
    #[error("the key of a map must be a text")]
    KeyNotText,
    /// A key that would be read as something else.
    #[error("{0:?} cannot be the key of a map")]
    Key(String),
    /// A key that comes twice in one map.
    #[error("the key {0:?} comes twice")]
    KeyTwice(String),
    /// More levels than are read back.
    #[error("too many nested levels")]
    TooDeep,
    /// More values than are read back.
    #[error("too many values")]
    TooMany,
    /// The value refused to be serialized.
    #[error("{0}")]
    Refused(String),
}

impl serde::ser::Error for WriteError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Refused(message.to_string())
    }
}

/// Writes a value as YAML: the fields of a struct in their order, one to a line, and what is short between
/// brackets on one line. Texts have no quotes where they need none. `None` and what is [`UNSAID`] are left out of
/// maps. [`yaml::parse`](crate::yaml::parse) reads the same value back; only `2.0` comes back as `2`.
pub fn write<T: Serialize + ?Sized>(value: &T) -> Result<String, WriteError> {
    Tree::of(value)?.to_yaml()
}
