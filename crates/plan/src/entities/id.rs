use std::borrow::{Borrow, Cow};
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use vigie_model::Text;
use vigie_source::FormatProblem;

/// The short name by which one part of the plan speaks of another: lower-case letters without
/// accents, digits and single hyphens (`active-directory`). Unique in the whole plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(String);

/// Why a text is not an [`Id`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not an id: lower-case letters without accents, digits and single hyphens")]
pub struct IdError(pub String);

impl Id {
    /// The longest id, in bytes.
    pub const MAX_BYTES: usize = 64;

    /// An id that vigie itself writes: it must be one.
    pub(crate) fn of_ours(slug: &'static str) -> Self {
        debug_assert!(slug.parse::<Self>().is_ok(), "{slug}");
        Self(slug.to_owned())
    }

    /// The id that a name suggests; none when it has no letter and no digit.
    pub fn suggested(name: &str) -> Option<Self> {
        suggest(name).parse().ok()
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id that a name suggests: `Salle d’opération n° 2` gives `salle-d-operation-n-2`.
pub(crate) fn suggest(name: &str) -> String {
    let plain = |c: char| match c {
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        c if c.is_ascii_alphanumeric() => c,
        _ => ' ',
    };
    let spaced: String = name.to_lowercase().chars().map(plain).take(Id::MAX_BYTES).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join("-")
}

/// The `plan-id` format of plan files, with a message for their authors.
pub(crate) fn check_id(text: &str) -> Result<(), FormatProblem> {
    if text.parse::<Id>().is_ok() {
        return Ok(());
    }
    let problem = FormatProblem::new(Text::new(
        "un identifiant s’écrit en minuscules sans accent, avec des chiffres et des traits d’union",
        "an id is written in lower-case letters without accents, with digits and hyphens",
    ));
    let suggestion = suggest(text);
    Err(if suggestion.is_empty() {
        problem
    } else {
        problem.with_hint(Text::new(
            format!("écrivez par exemple {suggestion}, partout où il est cité"),
            format!("write for instance {suggestion}, wherever it is named"),
        ))
    })
}

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        if text.len() <= Self::MAX_BYTES && text.split('-').all(word) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError(text.to_owned()))
        }
    }
}

impl TryFrom<String> for Id {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl JsonSchema for Id {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "plan-id", "examples": ["active-directory"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_slugs() {
        for good in ["a", "dpi", "esx-2", "1er-etage"] {
            assert_eq!(good.parse::<Id>().unwrap().as_str(), good);
        }
        for bad in ["", "-", "a-", "-a", "a--b", "DPI", "é", "a b", "a_b", &"a".repeat(65)] {
            assert!(bad.parse::<Id>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_suggests_its_id() {
        assert_eq!(suggest("Salle d’opération n° 2"), "salle-d-operation-n-2");
        assert_eq!(suggest("***"), "");
    }
}
