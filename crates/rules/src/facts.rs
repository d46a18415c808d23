//! Paths without indices (`chain.certificates.not_after`), in the catalogue and in documents. Lists
//! are transparent: such a path stands for that fact in every element.

use serde_json::{Map, Value};
use vigie_model::{FactPath, FactType};

/// A place in the catalogue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'c> {
    /// What is there, lists included.
    pub(crate) of: &'c FactType,
    /// What it is, from its documentation; empty for an element of a table.
    pub(crate) doc: &'c str,
}

/// What a path stands for in a type; the names known at the step that fails otherwise.
pub(crate) fn locate<'c>(facts: &'c FactType, path: &str) -> Result<Place<'c>, Vec<&'c str>> {
    let mut place = Place { of: facts, doc: "" };
    for name in path.split('.').filter(|name| !name.is_empty()) {
        place = match element(place.of) {
            FactType::Record(fields) => match fields.get(name) {
                Some(field) => Place { of: &field.of, doc: &field.doc },
                None => return Err(fields.keys().map(String::as_str).collect()),
            },
            FactType::Table(of) => Place { of, doc: "" },
            _ => return Err(Vec::new()),
        };
    }
    Ok(place)
}

/// The type of what a list holds, through lists of lists.
pub(crate) fn element(mut of: &FactType) -> &FactType {
    while let FactType::List(inner) = of {
        of = inner;
    }
    of
}

/// The values at a path in a document, in order; what was not seen is left out.
pub(crate) fn values_at<'f>(facts: &'f Map<String, Value>, path: &str) -> Vec<&'f Value> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    facts.get(first).map(|value| values_below(value, rest)).unwrap_or_default()
}

/// The values at a path below a value.
pub(crate) fn values_below<'f>(value: &'f Value, path: &str) -> Vec<&'f Value> {
    let mut values = vec![value];
    for name in path.split('.').filter(|name| !name.is_empty()) {
        values = spread(values).into_iter().filter_map(|value| value.get(name)).collect();
    }
    let mut values = spread(values);
    values.retain(|value| !value.is_null());
    values
}

/// Lists replaced by what they hold.
fn spread(values: Vec<&Value>) -> Vec<&Value> {
    let mut spread_values = Vec::with_capacity(values.len());
    for value in values {
        match value {
            Value::Array(items) => spread_values.extend(spread(items.iter().collect())),
            other => spread_values.push(other),
        }
    }
    spread_values
}

/// A path without its indices: `chain[0].names` as `chain.names`.
pub(crate) fn without_indices(path: &FactPath) -> String {
    let mut depth = 0_usize;
    path.as_str()
        .chars()
        .filter(|character| match character {
            '[' => {
                depth += 1;
                false
            }
            ']' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_transparent() {
        let facts = json!({"chain": [{"names": ["a", "b"]}, {"names": ["c"]}, {}], "port": 443});
        let facts = facts.as_object().unwrap();
        assert_eq!(values_at(facts, "chain.names"), [&json!("a"), &json!("b"), &json!("c")]);
        assert_eq!(values_at(facts, "port"), [&json!(443)]);
        assert!(values_at(facts, "absent.x").is_empty());
    }

    #[test]
    fn indices_are_dropped() {
        assert_eq!(without_indices(&"chain[0].names[12]".into()), "chain.names");
        assert_eq!(without_indices(&FactPath::ROOT), "");
    }
}
