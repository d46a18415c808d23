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

/// Writes the run as indented JSON ending in a newline.
pub fn render(run: &Run) -> Result<String, ReportError> {
    Ok(neutralise::json(&run.to_json()?))
}

/// The JSON Schema (draft 2020-12) of what [`render`] writes.
pub fn schema() -> Value {
    let mut schema = Value::from(schemars::schema_for!(Run));
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), Value::from(format!("Run of vigie ({RUN_FORMAT})")));
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
    }
}
