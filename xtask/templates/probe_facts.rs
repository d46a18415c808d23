use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, SubjectKind, Text};

/// What a @name@ server says before anyone logs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct @Name@Facts {
    /// Its first line, without its end.
    pub greeting: String,
}

impl Facts for @Name@Facts {
    const KIND: &'static str = "@name@.endpoint";
    const SUBJECT: SubjectKind = SubjectKind::Endpoint;

    fn title() -> Text {
        Text::new("Serveur @name@", "@name@ server")
    }
}
