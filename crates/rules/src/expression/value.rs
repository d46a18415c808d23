//! Values while an expression runs: borrowed from the facts wherever possible.

use std::cmp::Ordering;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;
use vigie_model::FactPath;

use super::typed::{Arithmetic, Comparison, Leaf};

#[derive(Debug, Clone)]
pub(super) enum Value<'a> {
    /// Not seen, or not computable.
    Unknown,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(&'a str),
    Instant(Timestamp),
    Day(Date),
    Duration(SignedDuration),
    /// A list, a table or a record, still in the facts.
    Json(&'a Json),
    /// A list that the expression made.
    List(Vec<Item<'a>>),
}

/// A value and the fact that it is, if it is one.
#[derive(Debug, Clone)]
pub(super) struct Item<'a> {
    pub(super) value: Value<'a>,
    /// Filled while a trace is kept only: paths cost allocations.
    pub(super) origin: Option<Origin<'a>>,
}

#[derive(Debug, Clone)]
pub(super) struct Origin<'a> {
    pub(super) path: FactPath,
    pub(super) json: &'a Json,
}

impl<'a> Value<'a> {
    /// Reads JSON as the catalogue says it is; `None` when it is something else.
    pub(super) fn of(json: &'a Json, leaf: Leaf) -> Option<Self> {
        match leaf {
            Leaf::Bool => json.as_bool().map(Self::Bool),
            Leaf::Int => json.as_i64().map(Self::Int),
            Leaf::Double => json.as_f64().map(Self::Double),
            Leaf::Text => json.as_str().map(Self::Text),
            Leaf::Instant => json.as_str()?.parse().ok().map(Self::Instant),
            Leaf::Day => json.as_str()?.parse().ok().map(Self::Day),
            Leaf::Composite => (json.is_array() || json.is_object()).then_some(Self::Json(json)),
        }
    }

    /// Reads JSON as a value of the same kind as this one.
    fn like(&self, json: &'a Json) -> Option<Self> {
        let leaf = match self {
            Self::Bool(_) => Leaf::Bool,
            Self::Int(_) | Self::Double(_) if json.is_i64() => Leaf::Int,
            Self::Int(_) | Self::Double(_) => Leaf::Double,
            Self::Text(_) => Leaf::Text,
            Self::Instant(_) | Self::Day(_) => {
                let text = json.as_str()?;
                return text.parse().map(Self::Instant).or_else(|_| text.parse().map(Self::Day)).ok();
            }
            Self::Json(_) | Self::List(_) => Leaf::Composite,
            Self::Unknown | Self::Duration(_) => return None,
        };
        Self::of(json, leaf)
    }

    /// Whether two values are equal, when both are known through and through.
    pub(super) fn equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Bool(one), Self::Bool(other)) => Some(one == other),
            (Self::Text(one), Self::Text(other)) => Some(one == other),
            (Self::Json(Json::Array(one)), Self::Json(Json::Array(other))) => {
                (!one.iter().any(Json::is_null) && !other.iter().any(Json::is_null)).then(|| one == other)
            }
            (Self::List(items), Self::Json(Json::Array(array)))
            | (Self::Json(Json::Array(array)), Self::List(items)) => all_equal(
                items.len() == array.len(),
                items.iter().zip(array).map(|(item, json)| item.equals_json(json)),
            ),
            (Self::List(one), Self::List(other)) => all_equal(
                one.len() == other.len(),
                one.iter().zip(other).map(|(one, other)| one.value.equals(&other.value)),
            ),
            _ => self.order(other).map(|order| order == Ordering::Equal),
        }
    }

    /// The order of two values, when both are known and have one.
    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(one), Self::Int(other)) => Some(one.cmp(other)),
            (Self::Int(one), Self::Double(other)) => decimal(*one).partial_cmp(other),
            (Self::Double(one), Self::Int(other)) => one.partial_cmp(&decimal(*other)),
            (Self::Double(one), Self::Double(other)) => one.partial_cmp(other),
            (Self::Duration(one), Self::Duration(other)) => Some(one.cmp(other)),
            (Self::Instant(one), Self::Instant(other)) => Some(one.cmp(other)),
            (Self::Day(one), Self::Day(other)) => Some(one.cmp(other)),
            (Self::Day(one), Self::Instant(other)) => Some(one.cmp(&day_of(*other))),
            (Self::Instant(one), Self::Day(other)) => Some(day_of(*one).cmp(other)),
            _ => None,
        }
    }

    pub(super) fn compare(&self, comparison: Comparison, other: &Self) -> Option<bool> {
        match comparison {
            Comparison::Equal => self.equals(other),
            Comparison::NotEqual => self.equals(other).map(|equal| !equal),
            Comparison::Less => self.order(other).map(Ordering::is_lt),
            Comparison::LessOrEqual => self.order(other).map(Ordering::is_le),
            Comparison::Greater => self.order(other).map(Ordering::is_gt),
            Comparison::GreaterOrEqual => self.order(other).map(Ordering::is_ge),
        }
    }

    /// The result of a calculation; `None` when it overflows, divides by zero or is no number.
    pub(super) fn calculate(&self, arithmetic: Arithmetic, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Int(one), Self::Int(other)) => match arithmetic {
                Arithmetic::Add => one.checked_add(*other),
                Arithmetic::Subtract => one.checked_sub(*other),
                Arithmetic::Multiply => one.checked_mul(*other),
                Arithmetic::Divide => one.checked_div(*other),
                Arithmetic::Remainder => one.checked_rem(*other),
            }
            .map(Self::Int),
            (Self::Int(one), Self::Double(other)) => doubles(decimal(*one), arithmetic, *other),
            (Self::Double(one), Self::Int(other)) => doubles(*one, arithmetic, decimal(*other)),
            (Self::Double(one), Self::Double(other)) => doubles(*one, arithmetic, *other),
            _ => self.calculate_time(arithmetic, other),
        }
    }

    /// Instants and durations. A day stands for its midnight UTC, except beside an instant, which
    /// is then brought to its own day.
    fn calculate_time(&self, arithmetic: Arithmetic, other: &Self) -> Option<Self> {
        match (self, arithmetic, other) {
            (Self::Duration(one), Arithmetic::Add, Self::Duration(other)) => {
                one.checked_add(*other).map(Self::Duration)
            }
            (Self::Duration(one), Arithmetic::Subtract, Self::Duration(other)) => {
                one.checked_sub(*other).map(Self::Duration)
            }
            (Self::Instant(instant), Arithmetic::Add, Self::Duration(by))
            | (Self::Duration(by), Arithmetic::Add, Self::Instant(instant)) => {
                instant.checked_add(*by).ok().map(Self::Instant)
            }
            (Self::Instant(instant), Arithmetic::Subtract, Self::Duration(by)) => {
                instant.checked_sub(*by).ok().map(Self::Instant)
            }
            (Self::Day(day), _, Self::Duration(_)) => Self::Instant(midnight(*day)?).calculate_time(arithmetic, other),
            (Self::Duration(_), Arithmetic::Add, Self::Day(day)) => {
                Self::Instant(midnight(*day)?).calculate_time(arithmetic, self)
            }
            (Self::Instant(one), Arithmetic::Subtract, Self::Instant(other)) => {
                Some(Self::Duration(one.duration_since(*other)))
            }
            (Self::Day(one), Arithmetic::Subtract, Self::Day(other)) => between(*one, *other),
            (Self::Day(one), Arithmetic::Subtract, Self::Instant(other)) => between(*one, day_of(*other)),
            (Self::Instant(one), Arithmetic::Subtract, Self::Day(other)) => between(day_of(*one), *other),
            _ => None,
        }
    }

    /// The opposite; `None` when it overflows.
    pub(super) fn negated(&self) -> Option<Self> {
        match self {
            Self::Int(number) => number.checked_neg().map(Self::Int),
            Self::Double(number) => Some(Self::Double(-number)),
            Self::Duration(duration) => duration.checked_neg().map(Self::Duration),
            _ => None,
        }
    }
}

impl<'a> Item<'a> {
    pub(super) const UNKNOWN: Self = Self { value: Value::Unknown, origin: None };

    pub(super) fn new(value: Value<'a>) -> Self {
        Self { value, origin: None }
    }

    /// A truth value; `None` is unknown.
    pub(super) fn truth(truth: Option<bool>) -> Self {
        Self::new(truth.map_or(Value::Unknown, Value::Bool))
    }

    /// Whether this equals an element still in the facts.
    pub(super) fn equals_json(&self, json: &'a Json) -> Option<bool> {
        self.value.equals(&self.value.like(json)?)
    }
}

/// Whether pairs are all equal: one that differs decides, whatever the others.
fn all_equal(same_length: bool, pairs: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    if !same_length {
        return Some(false);
    }
    let mut result = Some(true);
    for pair in pairs {
        match pair {
            Some(false) => return Some(false),
            Some(true) => {}
            None => result = None,
        }
    }
    result
}

#[expect(clippy::cast_precision_loss, reason = "numbers of facts are far below 2^53, and CEL does the same")]
fn decimal(number: i64) -> f64 {
    number as f64
}

fn doubles<'a>(one: f64, arithmetic: Arithmetic, other: f64) -> Option<Value<'a>> {
    let result = match arithmetic {
        Arithmetic::Add => one + other,
        Arithmetic::Subtract => one - other,
        Arithmetic::Multiply => one * other,
        Arithmetic::Divide => one / other,
        Arithmetic::Remainder => return None,
    };
    result.is_finite().then_some(Value::Double(result))
}

fn day_of(instant: Timestamp) -> Date {
    Offset::UTC.to_datetime(instant).date()
}

fn midnight(day: Date) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

fn between<'a>(one: Date, other: Date) -> Option<Value<'a>> {
    Some(Value::Duration(midnight(one)?.duration_since(midnight(other)?)))
}
