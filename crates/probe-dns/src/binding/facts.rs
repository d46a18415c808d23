use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_model::{Facts, SubjectKind, Text};

/// What the DNS announces of a web service beside its address (HTTPS record, RFC 9460).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BindingFacts {
    /// Whether there is such a record.
    pub announced: bool,
    /// The protocols that it announces (ALPN), in its order, each once; empty without a record.
    pub protocols: Option<Vec<String>>,
    /// Whether it announces Encrypted Client Hello (RFC 9849), which hides from those on the way which name is visited;
    /// false without a record.
    pub encrypted_client_hello: Option<bool>,
}

impl Facts for BindingFacts {
    const KIND: &'static str = "dns.binding";
    const SUBJECT: SubjectKind = SubjectKind::Endpoint;

    fn title() -> Text {
        Text::new("Annonce DNS d’un service web", "DNS announcement of a web service")
    }
}
