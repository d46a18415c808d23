use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use vigie_model::Text;
use vigie_source::{FormatProblem, UNSAID, check_date};

use crate::duration::check_duration;
use crate::entities::check_id;

/// The word for "we do not know" (`ne sait pas`) in a plan file.
pub const NSP: &str = "nsp";

/// A value of the plan, or the honest absence of one: `nsp`, or nothing written.
///
/// What is not stated is never read as zero, as empty or as false.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Stated<T> {
    /// The plan says it.
    Known(T),
    /// The plan says `nsp`, or leaves it blank.
    #[default]
    Unknown,
}

impl<T> Stated<T> {
    /// The value, when there is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }

    /// Nothing was written, or `nsp`.
    pub fn is_unknown(&self) -> bool {
        self.known().is_none()
    }
}

impl<T> Stated<Vec<T>> {
    /// The items that are stated: none of them when the list is not.
    pub fn items(&self) -> &[T] {
        self.known().map_or(&[], Vec::as_slice)
    }
}

impl<T: Serialize> Serialize for Stated<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => value.serialize(serializer),
            // `nsp`; left out where files are written for people.
            Self::Unknown => serializer.serialize_newtype_struct(UNSAID, NSP),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Stated<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        enum Word {
            #[serde(rename = "nsp", alias = "NSP")]
            Nsp,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written<T> {
            Unknown(Option<Word>),
            Known(T),
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::Unknown(None | Some(Word::Nsp)) => Self::Unknown,
            Written::Known(value) => Self::Known(value),
        })
    }
}

impl<T: JsonSchema> JsonSchema for Stated<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Stated_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        or_nsp(&mut schema);
        schema
    }
}

/// Lets a schema take `nsp` and nothing beside its own values.
fn or_nsp(schema: &mut Schema) {
    if let Some(Value::Array(branches)) = schema.get_mut("oneOf") {
        branches.push(json!({ "const": NSP, "description": "Not known (ne sait pas)." }));
        branches.push(json!({ "type": "null" }));
        return;
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.extend([json!(NSP), Value::Null]);
        schema.remove("type");
        return;
    }
    let of = schema.get("type").and_then(Value::as_str).unwrap_or("string").to_owned();
    if of == "string" {
        if let Some(Value::String(format)) = schema.get_mut("format") {
            format.push_str("-or-nsp");
        }
        schema.insert("type".to_owned(), json!(["string", "null"]));
    } else {
        schema.insert("type".to_owned(), json!([of, "string", "null"]));
        schema.insert("format".to_owned(), json!(NSP));
    }
}

/// The format of a value that is not a text, when a text stands there: only `nsp` will do.
pub(crate) fn check_nsp(text: &str) -> Result<(), FormatProblem> {
    if is_nsp(text) {
        return Ok(());
    }
    Err(FormatProblem::new(Text::new(
        "le seul mot accepté ici est nsp (ne sait pas)",
        "the only word accepted here is nsp (not known)",
    ))
    .with_hint(Text::new(
        "écrivez la valeur sans guillemets (true ou false pour oui ou non, une liste entre crochets), ou nsp",
        "write the value without quotes (true or false for yes or no, a list in brackets), or nsp",
    )))
}

/// An id, or `nsp`.
pub(crate) fn check_id_or_nsp(text: &str) -> Result<(), FormatProblem> {
    if is_nsp(text) { Ok(()) } else { check_id(text) }
}

/// A duration, or `nsp`.
pub(crate) fn check_duration_or_nsp(text: &str) -> Result<(), FormatProblem> {
    if is_nsp(text) { Ok(()) } else { check_duration(text) }
}

/// A date, or `nsp`.
pub(crate) fn check_date_or_nsp(text: &str) -> Result<(), FormatProblem> {
    if is_nsp(text) { Ok(()) } else { check_date(text) }
}

fn is_nsp(text: &str) -> bool {
    matches!(text, "nsp" | "NSP")
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;
    use crate::Duration;

    fn read<T: for<'de> Deserialize<'de>>(value: Value) -> Stated<T> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn nsp_and_blank_are_unknown_and_zero_is_not() {
        assert_eq!(read::<u32>(json!("nsp")), Stated::Unknown);
        assert_eq!(read::<u32>(Value::Null), Stated::Unknown);
        assert_eq!(read::<u32>(json!(0)), Stated::Known(0));
        assert_eq!(read::<Duration>(json!("nsp")), Stated::Unknown);
        assert_eq!(read::<Duration>(json!("0 h")).known().unwrap().minutes(), 0);
        assert_eq!(read::<Vec<String>>(json!([])), Stated::Known(vec![]));
        assert_eq!(serde_json::to_value(Stated::<u32>::Unknown).unwrap(), json!("nsp"));
    }

    #[test]
    fn schemas_take_nsp() {
        let schema = |of: Schema| of.to_value();
        let mut generator = SchemaGenerator::default();
        assert_eq!(
            schema(Stated::<Date>::json_schema(&mut generator)),
            json!({ "type": ["string", "null"], "format": "date-or-nsp" })
        );
        assert_eq!(
            schema(Stated::<bool>::json_schema(&mut generator)),
            json!({ "type": ["boolean", "string", "null"], "format": "nsp" })
        );
    }
}
