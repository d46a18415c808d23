use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use vigie_model::{Text, hexadecimal};
use vigie_source::FormatProblem;

use super::Body;
use crate::NSP;

/// Begins all that is hashed: another way of writing the content needs another name.
const FORMAT: &str = "vigie.kit/1";

/// Digits of a short hash, as sheets bear it: 64 bits tell two contents apart, and are read aloud.
const SHORT: usize = 16;

/// SHA-256 over what a sheet says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ContentHash(String);

/// The hash that a printed copy bears, as somebody wrote it down: whole, or its first 16 digits.
/// Digits in lower case, without blanks or hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PrintHash(String);

/// Why a text is not a [`PrintHash`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PrintHashError {
    /// A character that is no hexadecimal digit, blank or hyphen.
    #[error("{0:?} is not a hexadecimal digit")]
    Character(char),
    /// Neither 16 nor 64 digits.
    #[error("{0} digits instead of 16 or 64")]
    Length(usize),
}

impl ContentHash {
    pub(super) fn of(body: &Body) -> Self {
        // A body is made of texts, numbers and lists: it always serialises.
        let content = serde_json::to_string(body).unwrap_or_default();
        Self(digest(&format!("{FORMAT}\nsheet\n{content}")))
    }

    pub(super) fn over<'h>(hashes: impl Iterator<Item = &'h Self>) -> Self {
        let lines: Vec<&str> = hashes.map(|hash| hash.0.as_str()).collect();
        Self(digest(&format!("{FORMAT}\nkit\n{}\n", lines.join("\n"))))
    }

    /// All its 64 digits.
    pub fn full(&self) -> &str {
        &self.0
    }

    /// Its first 16 digits, four by four: `3f2a-91bc-04de-77aa`.
    pub fn short(&self) -> String {
        short(&self.0)
    }
}

impl PrintHash {
    /// Whether a copy that bears it was printed from this content.
    pub fn is_of(&self, hash: &ContentHash) -> bool {
        hash.0.starts_with(&self.0)
    }

    /// Its first 16 digits, four by four, as sheets bear them.
    pub fn short(&self) -> String {
        short(&self.0)
    }
}

/// Reads the hash that a printed copy bears, blanks and hyphens aside. Never panics.
pub fn parse_print_hash(text: &str) -> Result<PrintHash, PrintHashError> {
    let written = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let digits = written.map(|c| if c.is_ascii_hexdigit() { Ok(c.to_ascii_lowercase()) } else { Err(c) });
    let digits: String = digits.collect::<Result<_, _>>().map_err(PrintHashError::Character)?;
    if matches!(digits.len(), SHORT | 64) { Ok(PrintHash(digits)) } else { Err(PrintHashError::Length(digits.len())) }
}

/// The `print-hash-or-nsp` format of plan files, with a message for their authors.
pub(crate) fn check_print_hash_or_nsp(text: &str) -> Result<(), FormatProblem> {
    if text.eq_ignore_ascii_case(NSP) || parse_print_hash(text).is_ok() {
        return Ok(());
    }
    Err(FormatProblem::new(Text::new(
        "une empreinte imprimée compte 16 chiffres ou lettres de a à f, par groupes de quatre (ou 64, en entier)",
        "a printed hash has 16 digits or letters from a to f, four by four (or 64, in full)",
    ))
    .with_hint(Text::new(
        "recopiez celle du pied de page, comme 3f2a-91bc-04de-77aa ; écrivez nsp si vous ne l’avez pas",
        "copy the one at the foot of the page, like 3f2a-91bc-04de-77aa; write nsp if you do not have it",
    )))
}

fn short(digits: &str) -> String {
    let mut out = String::with_capacity(SHORT + 3);
    for (at, digit) in digits.chars().take(SHORT).enumerate() {
        if at > 0 && at % 4 == 0 {
            out.push('-');
        }
        out.push(digit);
    }
    out
}

fn digest(content: &str) -> String {
    hexadecimal(&Sha256::digest(content.as_bytes()))
}

impl TryFrom<String> for PrintHash {
    type Error = PrintHashError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        parse_print_hash(&text)
    }
}

impl From<PrintHash> for String {
    fn from(hash: PrintHash) -> Self {
        if hash.0.len() == SHORT { hash.short() } else { hash.0 }
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

impl JsonSchema for PrintHash {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "PrintHash".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "print-hash", "examples": ["3f2a-91bc-04de-77aa"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_hash_is_read_as_people_copy_it() {
        let whole = ContentHash::of(&Body::Log);
        for written in [whole.short(), whole.short().to_uppercase(), whole.short().replace('-', " "), whole.0.clone()] {
            assert!(parse_print_hash(&written).unwrap().is_of(&whole), "{written}");
        }
        assert_eq!(String::from(parse_print_hash("3F2A 91bc04de-77aa").unwrap()), "3f2a-91bc-04de-77aa");
        assert!(!parse_print_hash("3f2a-91bc-04de-77aa").unwrap().is_of(&whole));
        assert_eq!(parse_print_hash("3f2a"), Err(PrintHashError::Length(4)));
        assert_eq!(parse_print_hash("3f2a-91bc-04de-77ag"), Err(PrintHashError::Character('g')));
    }
}
