use schemars::JsonSchema;
use serde::Deserialize;

/// `lab.yaml`: what to put up.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Zones to serve. The root and the zones in between are made up around them.
    pub zones: Vec<StagedZone>,
    /// Services to run.
    pub services: Vec<StagedService>,
}

/// A zone to serve.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StagedZone {
    /// Its name, below `example.`.
    pub name: String,
    /// Its zone file (RFC 1035 section 5), in the folder.
    pub file: String,
    /// How it is signed.
    pub signed: SignedAs,
}

/// How a zone is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignedAs {
    /// Signed, and its parent knows its key.
    Properly,
    /// Not signed.
    Not,
    /// Signed, and its parent announces another key: every validating resolver refuses it.
    WithTheWrongDs,
}

/// A service to run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct StagedService {
    /// `name:port` as the facility file writes it; the lab listens on another, free port.
    pub at: String,
    /// What it speaks.
    #[serde(flatten)]
    pub speaks: Speaks,
}

/// What a service of the lab speaks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(tag = "speaks", rename_all = "snake_case")]
pub enum Speaks {
    /// HTTP over TLS 1.2 and 1.3.
    Https {
        /// What is wrong with its certificate.
        #[serde(default)]
        certificate: CertificateFault,
        /// Header lines it sends.
        #[serde(default)]
        headers: Vec<String>,
    },
    /// HTTP in the clear.
    Http {
        /// Where it redirects to, if it does.
        #[serde(default)]
        redirects_to: Option<String>,
        /// Header lines it sends.
        #[serde(default)]
        headers: Vec<String>,
    },
    /// TLS 1.0 and nothing newer, with RSA key transport.
    Tls10,
    /// Mail transfer.
    Smtp {
        /// Whether it offers STARTTLS.
        starttls: bool,
    },
    /// SSH, up to its list of algorithms.
    Ssh {
        /// Its identification line.
        banner: String,
        /// Key exchange methods.
        kex: Vec<String>,
        /// Host key algorithms.
        host_keys: Vec<String>,
        /// Ciphers.
        ciphers: Vec<String>,
        /// Message authentication codes.
        macs: Vec<String>,
    },
    /// A screen shared by VNC (RFC 6143), with a password and without TLS.
    Vnc,
    /// A service that says a line of text, then the same answer to every line, or nothing.
    Line {
        /// The line; `\r\n` is added.
        text: String,
        /// The answer; `\r\n` is added.
        #[serde(default)]
        answers: Option<String>,
    },
    /// A service that only sends these bytes, then waits.
    Bytes {
        /// The bytes, in hexadecimal.
        hex: String,
    },
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CertificateFault {
    /// Nothing: signed by the lab's authority, in date, for the right name.
    #[default]
    None,
    /// It ran out a month ago.
    Expired,
    /// It signed itself.
    SelfSigned,
    /// It is for another name.
    OtherName,
}
