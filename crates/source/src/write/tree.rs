use serde::Serialize;
use serde_json::Value as Json;

use super::serializer::TreeSerializer;
use super::{WriteError, layout};
use crate::yaml::{MAX_DEPTH, MAX_NODES};

/// A value in the shape of a YAML file, the keys of its maps in the order in which they were given.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// Nothing was said: left out of a map.
    Unsaid,
    /// `null`.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal number.
    Float(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Tree>),
    /// A map.
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// The tree of a value.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, WriteError> {
        value.serialize(TreeSerializer)
    }

    /// The value of a map under this key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The entries of a map; none for anything else.
    pub fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a text; none for anything else.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether nothing was said.
    pub fn is_unsaid(&self) -> bool {
        matches!(self, Self::Unsaid)
    }

    /// The same as YAML; see [`write`](super::write()).
    pub fn to_yaml(&self) -> Result<String, WriteError> {
        self.check(0, &mut 0)?;
        Ok(layout::document(self))
    }

    /// The same as JSON; what was not said is left out of maps and is `null` elsewhere.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Unsaid | Self::Null => Json::Null,
            Self::Bool(flag) => Json::from(*flag),
            Self::Int(number) => Json::from(*number),
            Self::Float(number) => Json::from(*number),
            Self::Text(text) => Json::from(text.as_str()),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(entries) => {
                let said = entries.iter().filter(|(_, value)| !value.is_unsaid());
                said.map(|(key, value)| (key.clone(), value.to_json())).collect::<serde_json::Map<_, _>>().into()
            }
        }
    }

    /// Refuses what the reader would refuse.
    fn check(&self, depth: usize, nodes: &mut usize) -> Result<(), WriteError> {
        *nodes += 1;
        if *nodes > MAX_NODES {
            return Err(WriteError::TooMany);
        }
        let nested = matches!(self, Self::List(_) | Self::Map(_));
        if nested && depth >= MAX_DEPTH {
            return Err(WriteError::TooDeep);
        }
        match self {
            Self::Float(number) if !number.is_finite() => return Err(WriteError::NotFinite),
            Self::List(items) => items.iter().try_for_each(|item| item.check(depth + 1, nodes))?,
            Self::Map(entries) => {
                let mut seen = std::collections::BTreeSet::new();
                for (key, value) in entries.iter().filter(|(_, value)| !value.is_unsaid()) {
                    if key == "<<" {
                        return Err(WriteError::Key(key.clone()));
                    }
                    if !seen.insert(key) {
                        return Err(WriteError::KeyTwice(key.clone()));
                    }
                    *nodes += 1;
                    value.check(depth + 1, nodes)?;
                }
            }
            Self::Unsaid | Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) => {}
        }
        Ok(())
    }
}
