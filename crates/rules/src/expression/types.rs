//! The types of the language, and how to speak of them.

use std::collections::{BTreeMap, BTreeSet};

use vigie_model::{FactType, Field, Text};

/// The type of a part of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Type<'c> {
    Bool,
    Int,
    Double,
    Text,
    Choice(&'c BTreeSet<String>),
    Instant,
    Day,
    Duration,
    List(Box<Type<'c>>),
    Table(Box<Type<'c>>),
    Record(&'c BTreeMap<String, Field>),
    /// The element of an empty list, or a part already reported: it goes with everything.
    Any,
}

impl<'c> Type<'c> {
    pub(super) fn of(fact: &'c FactType) -> Self {
        match fact {
            FactType::Bool => Self::Bool,
            FactType::Int => Self::Int,
            FactType::Float => Self::Double,
            FactType::Text => Self::Text,
            FactType::Choice(words) => Self::Choice(words),
            FactType::Instant => Self::Instant,
            FactType::Day => Self::Day,
            FactType::List(of) => Self::List(Box::new(Self::of(of))),
            FactType::Table(of) => Self::Table(Box::new(Self::of(of))),
            FactType::Record(fields) => Self::Record(fields),
        }
    }

    pub(super) fn list(of: Self) -> Self {
        Self::List(Box::new(of))
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Double | Self::Any)
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Choice(_) | Self::Any)
    }

    pub(super) fn is_moment(&self) -> bool {
        matches!(self, Self::Instant | Self::Day | Self::Any)
    }

    /// Whether `==` has a meaning between the two.
    pub(super) fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Record(_) | Self::Table(_), _) | (_, Self::Record(_) | Self::Table(_)) => false,
            (Self::List(one), Self::List(other)) => one.equals(other),
            (Self::Any, _) | (_, Self::Any) | (Self::Bool, Self::Bool) | (Self::Duration, Self::Duration) => true,
            _ => {
                (self.is_number() && other.is_number())
                    || (self.is_text() && other.is_text())
                    || (self.is_moment() && other.is_moment())
            }
        }
    }

    /// Whether `<` has a meaning between the two. Texts have no order here: "2.10" would come
    /// before "2.9", and the words of a closed list would follow the alphabet.
    pub(super) fn has_order_with(&self, other: &Self) -> bool {
        (self.is_number() && other.is_number())
            || (self.is_moment() && other.is_moment())
            || matches!((self, other), (Self::Duration, Self::Duration | Self::Any) | (Self::Any, Self::Duration))
    }

    /// The type that holds both, for the items of a list and the branches of a choice.
    pub(super) fn joined(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Any, known) | (known, Self::Any) => Some(known.clone()),
            (Self::List(one), Self::List(other)) => one.joined(other).map(Self::list),
            _ if self == other => Some(self.clone()),
            _ if self.is_text() && other.is_text() => Some(Self::Text),
            _ if self.is_number() && other.is_number() => Some(Self::Double),
            _ => None,
        }
    }

    /// The type in plain words.
    pub(super) fn text(&self) -> Text {
        let (fr, en) = match self {
            Self::Bool => ("un vrai ou faux", "a true or false"),
            Self::Int => ("un nombre entier", "a whole number"),
            Self::Double => ("un nombre décimal", "a decimal number"),
            Self::Text => ("un texte", "a text"),
            Self::Choice(_) => ("un mot d’une liste fermée", "a word of a closed list"),
            Self::Instant => ("un instant", "an instant"),
            Self::Day => ("un jour", "a day"),
            Self::Duration => ("une durée", "a duration"),
            Self::List(_) => ("une liste", "a list"),
            Self::Table(_) => ("un tableau de valeurs nommées", "a table of named values"),
            Self::Record(_) => ("un groupe de faits", "a group of facts"),
            Self::Any => ("une valeur", "a value"),
        };
        Text::new(fr, en)
    }
}
