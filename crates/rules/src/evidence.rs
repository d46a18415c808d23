//! What a verdict keeps of the facts: capped for readers, hashed whole for waivers.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use vigie_model::{FactRead, Fingerprint, RuleId, Subject, hexadecimal};

use crate::expression::{Read, Trace};
use crate::facts;

/// How many facts a failed check shows.
pub(crate) const MAX_READS: usize = 20;

/// How many characters of a text are kept.
const MAX_TEXT_CHARS: usize = 200;

/// How many elements of a list, or values of a record, are kept, lists within lists counted together.
const MAX_ELEMENTS: usize = 40;

/// The facts that decided, those of the innermost element at fault first.
pub(crate) fn reads(trace: &Trace<'_>) -> Vec<FactRead> {
    let mut sorted: Vec<&Read<'_>> = trace.reads.iter().collect();
    sorted.sort_by_key(|read| std::cmp::Reverse(read.depth));
    let mut seen = BTreeSet::new();
    sorted
        .into_iter()
        .filter(|read| seen.insert(&read.path))
        .take(MAX_READS)
        .map(|read| FactRead { path: read.path.clone(), value: capped(read.value, &mut MAX_ELEMENTS.clone()) })
        .collect()
}

/// The identity of the facts that a verdict rests on: all of them, uncut, whatever their order.
pub(crate) fn fingerprint<'t>(
    rule: &RuleId,
    subject: &Subject,
    failed: impl Iterator<Item = (&'t str, &'t Trace<'t>)>,
) -> Fingerprint {
    let mut lines = BTreeSet::new();
    for (check, trace) in failed {
        lines.insert(format!("check {check}"));
        for read in &trace.reads {
            lines.insert(format!("fact {} {}", facts::without_indices(&read.path), read.value));
        }
    }
    let mut hasher = Sha256::new();
    hasher.update(format!("{rule}\n{subject}\n"));
    for line in lines {
        hasher.update(format!("{}\n{line}\n", line.len()));
    }
    let mut digits = hexadecimal(&hasher.finalize());
    digits.truncate(16);
    Fingerprint(digits)
}

/// A value cut to a size that fits a report; `…` stands for what was cut.
fn capped(value: &Value, left: &mut usize) -> Value {
    match value {
        Value::String(text) if text.chars().nth(MAX_TEXT_CHARS).is_some() => {
            let short: String = text.chars().take(MAX_TEXT_CHARS).collect();
            Value::from(format!("{short}…"))
        }
        Value::Array(items) => {
            let mut kept = Vec::new();
            for item in items {
                if !take_one(left) {
                    kept.push(Value::from("…"));
                    break;
                }
                kept.push(capped(item, left));
            }
            Value::from(kept)
        }
        Value::Object(fields) => {
            let mut kept = Map::new();
            for (name, value) in fields {
                if !take_one(left) {
                    kept.insert("…".to_owned(), Value::from("…"));
                    break;
                }
                kept.insert(name.clone(), capped(value, left));
            }
            Value::from(kept)
        }
        other => other.clone(),
    }
}

fn take_one(left: &mut usize) -> bool {
    let some = *left > 0;
    *left = left.saturating_sub(1);
    some
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_cut_to_fit() {
        let cut = |value: Value| capped(&value, &mut MAX_ELEMENTS.clone());
        assert_eq!(cut(json!("short")), json!("short"));
        assert_eq!(cut(json!("é".repeat(300))), json!(format!("{}…", "é".repeat(200))));
        let many = cut(json!(vec![0; 1000]));
        assert_eq!(many.as_array().unwrap().len(), MAX_ELEMENTS + 1);
        let wide = cut(json!({"a": vec![vec![1; 30]; 30]}));
        assert!(wide.to_string().len() < 500);
    }
}
