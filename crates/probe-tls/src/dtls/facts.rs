use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, SubjectKind, Text};

use crate::endpoint::suites::SuiteFacts;

/// What a DTLS endpoint says and accepts. A port that its machine refuses has no facts: its observation is `absent`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DtlsEndpointFacts {
    /// Whether it answered in DTLS. False where something else answered, and where nothing came back though only a
    /// survey of ports led here; silence where the facility declared DTLS is unknown.
    pub answers: bool,
    /// Which versions it accepts, one by one. A version whose answer is unknown is missing.
    pub versions: Option<DtlsVersionFacts>,
    /// The accepted versions, oldest first; known only when the answer for each of them is.
    pub versions_accepted: Option<Vec<DtlsVersion>>,
    /// The suite that it chose at the newest version that it is known to accept.
    pub suite: Option<SuiteFacts>,
    /// Whether it makes sure of a client's address by a cookie before it says more (RFC 6347 section 4.2.1), at every
    /// version that it accepts.
    pub verifies_address: Option<bool>,
}

/// One fact for each version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct DtlsVersionFacts {
    /// DTLS 1.0 (RFC 4347), the TLS 1.1 of datagrams, is accepted.
    pub dtls10: Option<bool>,
    /// DTLS 1.2 (RFC 6347) is accepted.
    pub dtls12: Option<bool>,
}

/// A version of DTLS; there is no 1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub enum DtlsVersion {
    /// DTLS 1.0.
    #[serde(rename = "DTLS 1.0")]
    Dtls10,
    /// DTLS 1.2.
    #[serde(rename = "DTLS 1.2")]
    Dtls12,
}

impl DtlsVersion {
    /// Its name, for readers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dtls10 => "DTLS 1.0",
            Self::Dtls12 => "DTLS 1.2",
        }
    }

    /// Its code on the wire.
    pub(super) fn code(self) -> u16 {
        match self {
            Self::Dtls10 => 0xfeff,
            Self::Dtls12 => 0xfefd,
        }
    }
}

impl Facts for DtlsEndpointFacts {
    const KIND: &'static str = "dtls.endpoint";
    const SUBJECT: SubjectKind = SubjectKind::Endpoint;

    fn title() -> Text {
        Text::new("Service chiffré en DTLS (TLS sur UDP)", "Service encrypted by DTLS (TLS over UDP)")
    }
}
