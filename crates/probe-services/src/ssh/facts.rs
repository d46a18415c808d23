use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, SubjectKind, Text};

use crate::Product;

/// What an SSH server offers before anyone logs in. Names are those of the wire, in the server's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SshFacts {
    /// The protocol version of its identification line (`2.0`).
    pub protocol_version: String,
    /// Whether it accepts protocol 1: version `1.99` speaks both (RFC 4253 section 5.1).
    pub accepts_protocol_1: bool,
    /// Its software, as it says; empty when it does not say.
    pub products: Vec<Product>,
    /// Whether its version can be read before logging in.
    pub discloses_version: bool,
    /// Key exchange methods; markers such as `ext-info-s` are left in.
    pub kex_algorithms: Option<Vec<String>>,
    /// Algorithms of the server's host keys.
    pub host_key_algorithms: Option<Vec<String>>,
    /// Ciphers, both directions together.
    pub ciphers: Option<Vec<String>>,
    /// Message authentication codes, both directions together.
    pub macs: Option<Vec<String>>,
    /// Compression methods, both directions together.
    pub compression: Option<Vec<String>>,
}

impl Facts for SshFacts {
    const KIND: &'static str = "ssh.endpoint";
    const SUBJECT: SubjectKind = SubjectKind::Endpoint;

    fn title() -> Text {
        Text::new("Serveur SSH (administration à distance)", "SSH server (remote administration)")
    }
}
