//! A run as JSON, and the schema of that JSON.
//!
//! The document is the run itself, complete: observations, verdicts, the texts of the rules and the
//! grades. `format` names the version of the shape (`vigie.run/1`); a reader should refuse one it
//! does not know. Keys are sorted where the model sorts them, so the same run gives the same bytes.
//! Nothing is neutralised, since programs need what came; hidden characters are written as `\u`
//! escapes, so that printing the file is harmless.

use serde_json::Value;
use vigie_model::{RUN_FORMAT, Run};

use crate::ReportError;
use crate::neutralise;

/// What a program that reads a run must know, beside the fields.
const FOR_READERS: &str = "Refuse a `format` that you do not know. A fact missing from an observation was not seen: \
    never read it as false or empty. Texts are kept as they came, with hidden characters written as \\u escapes: \
    neutralise them before showing them. The same run is written as the same bytes.";

/// Writes the run as indented JSON ending in a newline.
pub fn render(run: &Run) -> Result<String, ReportError> {
    Ok(neutralise::json(&run.to_json()?))
}

/// The JSON Schema (draft 2020-12) of what [`render`] writes.
pub fn schema() -> Value {
    let mut schema = Value::from(schemars::schema_for!(Run));
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), Value::from(format!("Run of vigie ({RUN_FORMAT})")));
        let what = root.get("description").and_then(Value::as_str).unwrap_or_default();
        let description = format!("{what}\n\n{FOR_READERS}");
        root.insert("description".to_owned(), Value::from(description));
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_names_every_part_of_a_run() {
        let schema = schema();
        assert_eq!(schema["title"], "Run of vigie (vigie.run/1)");
        for part in ["format", "completeness", "facility", "observations", "verdicts", "rules", "grades"] {
            assert!(schema["properties"][part].is_object(), "{part}");
        }
        assert!(schema["$defs"]["Verdict"].is_object());
        assert!(schema["description"].as_str().unwrap().contains("One analysis"));
    }

    #[test]
    fn the_schema_describes_every_field_and_choice() {
        let schema = schema();
        let mut silent = Vec::new();
        let root = std::iter::once(("Run", &schema));
        let parts = schema["$defs"].as_object().unwrap().iter().map(|(name, part)| (name.as_str(), part));
        for (name, part) in root.chain(parts) {
            let whole = std::iter::once((String::new(), part));
            let fields = part["properties"].as_object().into_iter().flatten().map(|(field, of)| (field.clone(), of));
            let choices = part["oneOf"].as_array().into_iter().flatten().map(|choice| (choice.to_string(), choice));
            let all = whole.chain(fields).chain(choices);
            silent.extend(all.filter(|(_, of)| !of["description"].is_string()).map(|(of, _)| format!("{name} {of}")));
        }
        assert!(silent.is_empty(), "{silent:#?}");
    }
}
