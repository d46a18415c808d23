use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, Host, SubjectKind, Text};

use crate::certificate::{CertificateFacts, LeafFacts, SignatureCounts};
use crate::endpoint::exchange::Caller;
use crate::endpoint::suites::SuiteFacts;
use crate::flaws::FlawFacts;
use crate::paths::PathFacts;
use crate::starttls::StartTlsProtocol;
use crate::trust::TrustFacts;

/// What a TLS endpoint says and accepts. Only `speaks_tls`, `starttls_protocol`, `host` and
/// `server_name_sent` are always known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TlsEndpointFacts {
    /// Whether it answered in TLS; false only when its own bytes prove that it speaks something else.
    pub speaks_tls: bool,
    /// How TLS begins here.
    pub starttls: Option<StartTls>,
    /// The protocol in which it is asked for.
    pub starttls_protocol: StartTlsProtocol,
    /// Name or address that the certificate is compared with.
    pub host: String,
    /// Whether that name was sent in the hello (`server_name`, RFC 6066 section 3); addresses never are.
    pub server_name_sent: bool,
    /// Which protocol versions it accepts, one by one. A version whose answer is unknown is missing.
    pub versions: Option<VersionFacts>,
    /// The accepted versions, oldest first, SSL 2.0 left out; known only when the answer for each of them is.
    pub versions_accepted: Option<Vec<Version>>,
    /// What it took from each short list of cipher suites offered to it, one element per version and list.
    pub offers: Option<Vec<OfferFacts>>,
    /// Every cipher suite that it accepts, one element per accepted version.
    pub suites: Option<Vec<VersionSuites>>,
    /// Every key-exchange group that it accepts, at its newest version and at its newest one up to TLS 1.2.
    pub groups: Option<Vec<VersionGroups>>,
    /// What a visitor gets who does not send the name, and lands on the server’s default.
    pub nameless: Option<NamelessFacts>,
    /// What an up-to-date client gets: the newest accepted version and the server's choice there.
    pub negotiated: Option<NegotiatedFacts>,
    /// Whether it agreed to compress TLS data (RFC 3749) at any version.
    pub compression: Option<bool>,
    /// How renegotiation is protected (RFC 5746).
    pub renegotiation: Option<Renegotiation>,
    /// Whether every accepted version from TLS 1.0 to 1.2 uses the extended master secret (RFC 7627); true when
    /// only TLS 1.3, which has it built in, is accepted.
    pub extended_master_secret: Option<bool>,
    /// Whether the server lets a client begin another handshake on its connection, at its newest version up to TLS 1.2;
    /// false where only TLS 1.3 is accepted, which has no such thing.
    pub client_renegotiation: Option<bool>,
    /// Whether the server refuses a client that says it fell back to an older version though a newer one is accepted
    /// (RFC 7507); true when there is no older version to fall back to.
    pub fallback_refused: Option<bool>,
    /// Whether the random of a server that accepts TLS 1.3 warns a client that got an older version (RFC 8446 section
    /// 4.1.3); true when there is no older version.
    pub downgrade_warning: Option<bool>,
    /// Whether it says that it answers heartbeats (RFC 6520) at any version.
    pub heartbeat: Option<bool>,
    /// Whether each handshake up to TLS 1.2 has an ephemeral key of its own; false as soon as two have the same.
    pub fresh_ephemeral_keys: Option<bool>,
    /// The schemes with which it signs key exchanges of TLS 1.2, by their IANA names, in the order of its choice, those of
    /// another kind of key after the others; empty when it signs none there.
    pub signature_schemes: Option<Vec<String>>,
    /// Whether SHA-1 or MD5 is among them: it signs so for a client that asks for nothing better. Older versions have
    /// nothing else.
    pub signs_with_sha1: Option<bool>,
    /// Whether it passes over extensions that it does not know, as it must (RFC 8701); false when it answers only hellos
    /// without them.
    pub bears_unknown_extensions: Option<bool>,
    /// Whether it answers hellos that ask for a stapled answer (RFC 6066 section 8) and for timestamps, as those of
    /// browsers do; false when it answers only those that do not.
    pub bears_usual_extensions: Option<bool>,
    /// Whether it reads hellos of 1,200 bytes and more, which post-quantum clients send (RFC 8446 sets no lower bound);
    /// false when it answers only shorter ones.
    pub bears_long_hellos: Option<bool>,
    /// Whether it reads hellos that come in two records (RFC 8446 section 5.1), as it must.
    pub bears_split_hellos: Option<bool>,
    /// Whether it bears clients that know a newer version than any that exists (RFC 8446 section 4.1.2), as it must.
    pub bears_newer_versions: Option<bool>,
    /// Whether it heeds the wish of small devices for short records (RFC 6066 section 4), up to TLS 1.2.
    pub max_fragment_length: Option<bool>,
    /// Whether it lists protocols by NPN, a draft of 2012 that ALPN replaced.
    pub next_protocol_negotiation: Option<bool>,
    /// Fingerprint of its answer at its newest version (JA4S): equal for equal software with equal settings.
    pub ja4s: Option<String>,
    /// Fingerprint of its answers to ten odd hellos (JARM), by which lists of known servers go; only where the scope asks
    /// for it.
    pub jarm: Option<String>,
    /// The primes over which it exchanges keys up to TLS 1.2; empty when it does not.
    pub primes: Option<Vec<PrimeFacts>>,
    /// Whether it sends the empty change of cipher of RFC 8446 appendix D.4 in TLS 1.3, without which boxes in between
    /// that know older versions only may cut the connection; false where TLS 1.3 is not accepted.
    pub middlebox_compatibility: Option<bool>,
    /// What becomes of sessions once they are over.
    pub sessions: Option<SessionFacts>,
    /// The protocol chosen by ALPN (RFC 7301) where the web is served; empty when the server chooses none.
    pub application_protocol: Option<String>,
    /// Whether it asks visitors for a certificate of their own.
    pub client_certificate: Option<ClientCertificateFacts>,
    /// The answer of a revocation service that it staples to its certificate.
    pub staple: Option<StapleFacts>,
    /// What the issuer of the certificate publishes about it, where the scope allows asking.
    pub revocation: Option<RevocationFacts>,
    /// Timestamps of Certificate Transparency (RFC 6962) that come beside the certificate; those in it are among its
    /// own facts.
    pub timestamps: Option<TimestampFacts>,
    /// What the timestamps are worth, by the logs that the facility named.
    pub timestamp_signatures: Option<TimestampSignatureFacts>,
    /// Whether a key shown is one that anybody can make again, by the lists that the facility named.
    pub weak_keys: Option<WeakKeyFacts>,
    /// Which known flaws it has.
    pub flaws: Option<FlawFacts>,
    /// How a remote desktop (RDP) is protected beside TLS; nothing in other protocols.
    pub remote_desktop: Option<RemoteDesktopFacts>,
    /// The server's own certificate.
    pub certificate: Option<LeafFacts>,
    /// Other certificates that it shows as its own, for other suites or in other versions; those for other names or
    /// for none are not among them.
    pub also_served: Option<Vec<AlsoServedFacts>>,
    /// The certificates as sent, the server's own first.
    pub chain: Option<Vec<CertificateFacts>>,
    /// Whether each certificate sent is the issuer of the one before it (RFC 5246 section 7.4.2), by names.
    pub chain_order_ok: Option<bool>,
    /// Whether the certificates sent lead from the server's own to a root, which itself need not be sent.
    pub chain_complete: Option<bool>,
    /// Whether a client would believe the certificate at the time of the look.
    pub trust: Option<TrustFacts>,
    /// Every way from the server's own certificate to a known root, by the certificates sent.
    pub paths: Option<Vec<PathFacts>>,
}

/// How a remote desktop is protected (MS-RDPBCGR section 5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RemoteDesktopFacts {
    /// Whether it takes sessions without TLS, by an encryption of RDP’s own that proves no identity.
    pub standard_security: Option<bool>,
    /// Whether people show who they are before it opens a session (NLA, `CredSSP`).
    pub network_level_authentication: Option<NetworkLevelAuthentication>,
}

/// Whether people show who they are before a session opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NetworkLevelAuthentication {
    /// Never: the login screen opens to anybody.
    Absent,
    /// If they wish: others get the login screen.
    Offered,
    /// Always.
    Required,
}

/// One fact for each protocol version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct VersionFacts {
    /// SSL 2.0 (1995) is accepted.
    pub ssl20: Option<bool>,
    /// SSL 3.0 (RFC 6101) is accepted.
    pub ssl30: Option<bool>,
    /// TLS 1.0 (RFC 2246) is accepted.
    pub tls10: Option<bool>,
    /// TLS 1.1 (RFC 4346) is accepted.
    pub tls11: Option<bool>,
    /// TLS 1.2 (RFC 5246) is accepted.
    pub tls12: Option<bool>,
    /// TLS 1.3 (RFC 8446) is accepted.
    pub tls13: Option<bool>,
}

/// A protocol version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub enum Version {
    /// SSL 3.0.
    #[serde(rename = "SSL 3.0")]
    Ssl30,
    /// TLS 1.0.
    #[serde(rename = "TLS 1.0")]
    Tls10,
    /// TLS 1.1.
    #[serde(rename = "TLS 1.1")]
    Tls11,
    /// TLS 1.2.
    #[serde(rename = "TLS 1.2")]
    Tls12,
    /// TLS 1.3.
    #[serde(rename = "TLS 1.3")]
    Tls13,
}

/// How TLS begins on this port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StartTls {
    /// From the first byte.
    None,
    /// On request: the server offers it and starts it.
    Offered,
    /// Never: a server that does not offer it.
    NotOffered,
    /// The server offers it and then refuses it.
    Refused,
}

/// One question: these suites, at this version.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OfferFacts {
    /// The version asked for.
    pub version: Version,
    /// The list of suites offered.
    pub list: SuiteList,
    /// Whether the server took one of them.
    pub taken: Option<bool>,
    /// The IANA name of the suite it took; empty when it took none.
    pub suite: Option<String>,
    /// Whether the suite it took encrypts before it authenticates (RFC 7366); false when it took none.
    pub encrypt_then_mac: Option<bool>,
    /// Size of the key-exchange parameters that it sent, in bits; 0 when it took none or sends none.
    pub key_exchange_bits: Option<u32>,
}

/// The cipher suites of one version.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct VersionSuites {
    /// The version.
    pub version: Version,
    /// Their IANA names, in the order of the server’s choice; those that servers seldom take come after the others, in
    /// an order of their own. Known only when each was asked about.
    pub accepted: Option<Vec<String>>,
    /// Whose order counts.
    pub chosen_by: Option<ChosenBy>,
}

/// Whose order of suites counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChosenBy {
    /// The server takes its own favourite among those offered.
    Server,
    /// The server takes the first that the client offers.
    Client,
    /// Nobody’s: the server accepts one suite alone.
    Nobody,
}

/// The key-exchange groups of one version.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct VersionGroups {
    /// The version.
    pub version: Version,
    /// Their IANA names, in the order in which the server chose them, or named them all (RFC 8446 section 4.2.7) and
    /// refused any other; empty when it accepts no suite that uses one; known only when the list is whole.
    pub accepted: Option<Vec<String>>,
}

/// A prime of finite-field Diffie-Hellman.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PrimeFacts {
    /// Its size in bits.
    pub bits: u32,
    /// Where it is written (`RFC 7919 ffdhe2048`), when many servers share it; empty for one of its own.
    pub published_in: String,
    /// Whether half of it, less one half, is prime too (RFC 7919 section 1); unknown over 4096 bits.
    pub safe: Option<bool>,
}

/// What a visitor gets who sends no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NamelessFacts {
    /// Whether the server goes along.
    pub answers: bool,
    /// Whether it shows the same certificate as to those who send the name; false when it does not go along.
    pub same_certificate: Option<bool>,
    /// Whether it takes TLS 1.1 or TLS 1.0 from them; SSL 3.0 never has a name.
    pub old_versions: Option<bool>,
}

/// What becomes of sessions once they are over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SessionFacts {
    /// Whether the server goes on from a session by its name (RFC 5246 section 7.4.1.2), at its newest version up to
    /// TLS 1.2.
    pub resumes_by_id: Option<bool>,
    /// Whether it goes on from a session by a ticket (RFC 5077), at the same version.
    pub resumes_by_ticket: Option<bool>,
    /// Whether it goes on from a session of TLS 1.3 (RFC 8446 section 2.2).
    pub resumes_in_tls13: Option<bool>,
    /// The longest life of a ticket of any version, in seconds; 0 when it gives none, or does not say.
    pub ticket_lifetime_seconds: Option<u32>,
    /// Whether it takes data before the handshake is over (0-RTT, RFC 8446 section 2.3).
    pub early_data: Option<bool>,
}

/// Whether visitors are asked for a certificate of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClientCertificateFacts {
    /// Whether it asks.
    pub asked: bool,
    /// Whether it turns away those who have none; false when it does not ask.
    pub required: Option<bool>,
    /// The authorities whose certificates it takes, as it names them; empty when it names none.
    pub authorities: Vec<String>,
}

/// The answer of a revocation service that came with the certificate (OCSP, RFC 6960).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StapleFacts {
    /// Whether there is one.
    pub present: bool,
    /// What it says of the certificate: `good`, `revoked`, `unknown`; empty without one.
    pub status: Option<String>,
    /// Whether it speaks of this certificate in the name of its issuer, by its signature; true without one.
    pub authentic: Option<bool>,
    /// Whether it is of now: after its date, and before the date by which it is renewed; true without one.
    pub current: Option<bool>,
}

/// What the issuer of a certificate publishes about it, beside what the server staples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RevocationFacts {
    /// In its list of revoked certificates (CRL, RFC 5280 section 5).
    pub by_crl: PublishedFacts,
    /// In the answer of its revocation service (OCSP, RFC 6960).
    pub by_ocsp: PublishedFacts,
}

/// What an issuer publishes in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PublishedFacts {
    /// Whether the question was put: the certificate names a place by `http://`, and the facility listed its address.
    pub asked: bool,
    /// What is said of the certificate: `good`, `revoked`, `unknown`; empty when it names no place.
    pub status: Option<String>,
    /// Whether that comes from its issuer, by the signature; true when it names no place.
    pub authentic: Option<bool>,
    /// Whether that is of now: after its date, and before the date by which it is renewed; true when it names no place.
    pub current: Option<bool>,
}

/// Another certificate of the same service.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AlsoServedFacts {
    /// The versions in which it was seen.
    pub versions: Vec<Version>,
    /// What it says.
    pub certificate: LeafFacts,
    /// Whether a client would believe it at the time of the look.
    pub trust: Option<TrustFacts>,
}

/// How many timestamps of Certificate Transparency came beside the certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TimestampFacts {
    /// In the handshake.
    pub in_handshake: Option<usize>,
    /// In the stapled answer of a revocation service.
    pub in_staple: Option<usize>,
}

/// What the timestamps of Certificate Transparency are worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TimestampSignatureFacts {
    /// Whether the facility named a list of logs.
    pub checked: bool,
    /// Of those in the certificate.
    pub in_certificate: Option<SignatureCounts>,
    /// Of those in the handshake.
    pub in_handshake: Option<SignatureCounts>,
    /// Of those in the stapled answer of a revocation service.
    pub in_staple: Option<SignatureCounts>,
}

/// Keys that anybody can make again (Debian 2006 to 2008, CVE-2008-0166).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WeakKeyFacts {
    /// Whether the facility named a list of such keys.
    pub checked: bool,
    /// Certificates seen whose key is in the list, by their SHA-256.
    pub certificates: Option<Vec<String>>,
}

/// A short list of suites with one property in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuiteList {
    /// Broken: no encryption, no authentication, export grade, RC4 or DES.
    Broken,
    /// Blocks of 64 bits: 3DES and IDEA (Sweet32).
    SmallBlock,
    /// Strong ciphers without forward secrecy: RSA key transport, fixed Diffie-Hellman.
    StaticKey,
    /// Forward secrecy, in CBC mode.
    Cbc,
    /// Forward secrecy by Diffie-Hellman over a prime (DHE).
    PrimeField,
}

/// What the server chose among everything that we offered at its newest version.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NegotiatedFacts {
    /// The version.
    pub version: Version,
    /// The suite.
    pub suite: SuiteFacts,
    /// The key-exchange group by its IANA name, `custom` for a group spelt out by the server, empty for a key
    /// exchange without a group.
    pub group: Option<String>,
    /// Size of the key-exchange parameters in bits (of the classical half for a post-quantum hybrid); 0 for a key
    /// exchange without parameters.
    pub key_exchange_bits: Option<u32>,
}

/// How renegotiation is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Renegotiation {
    /// The server binds it to the first handshake at every accepted version (RFC 5746).
    Protected,
    /// At one accepted version at least, the server does not confirm that it binds it.
    Unprotected,
    /// It does not exist: only TLS 1.3 is accepted.
    Impossible,
}

impl Version {
    /// Every version asked for, oldest first.
    pub const ALL: [Self; 5] = [Self::Ssl30, Self::Tls10, Self::Tls11, Self::Tls12, Self::Tls13];

    /// Its code on the wire.
    pub fn code(self) -> u16 {
        match self {
            Self::Ssl30 => 0x0300,
            Self::Tls10 => 0x0301,
            Self::Tls11 => 0x0302,
            Self::Tls12 => 0x0303,
            Self::Tls13 => 0x0304,
        }
    }

    /// The version with this code, if we know it.
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.code() == code)
    }

    /// The name of its field in [`VersionFacts`].
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::Ssl30 => "ssl30",
            Self::Tls10 => "tls10",
            Self::Tls11 => "tls11",
            Self::Tls12 => "tls12",
            Self::Tls13 => "tls13",
        }
    }
}

impl PublishedFacts {
    /// A certificate that names nobody to ask.
    pub(crate) const NOBODY_NAMED: Self =
        Self { asked: false, status: Some(String::new()), authentic: Some(true), current: Some(true) };
}

impl NamelessFacts {
    /// A server that does not go along shows nothing.
    pub(crate) const REFUSED: Self = Self { answers: false, same_certificate: Some(false), old_versions: None };
}

impl VersionFacts {
    /// Notes what is known of one version.
    pub(crate) fn set(&mut self, version: Version, accepted: Option<bool>) {
        let place = match version {
            Version::Ssl30 => &mut self.ssl30,
            Version::Tls10 => &mut self.tls10,
            Version::Tls11 => &mut self.tls11,
            Version::Tls12 => &mut self.tls12,
            Version::Tls13 => &mut self.tls13,
        };
        *place = accepted;
    }
}

impl TlsEndpointFacts {
    /// Facts with nothing seen yet beyond whether TLS is spoken.
    pub(crate) fn blank(caller: &Caller<'_>, host: &Host, speaks_tls: bool, starttls: StartTls) -> Self {
        Self {
            speaks_tls,
            starttls: Some(starttls),
            starttls_protocol: caller.starttls,
            host: host.to_string(),
            server_name_sent: caller.server_name.is_some(),
            versions: None,
            versions_accepted: None,
            offers: None,
            suites: None,
            groups: None,
            nameless: None,
            negotiated: None,
            compression: None,
            renegotiation: None,
            extended_master_secret: None,
            client_renegotiation: None,
            fallback_refused: None,
            downgrade_warning: None,
            heartbeat: None,
            fresh_ephemeral_keys: None,
            signature_schemes: None,
            signs_with_sha1: None,
            bears_unknown_extensions: None,
            bears_usual_extensions: None,
            bears_long_hellos: None,
            bears_split_hellos: None,
            bears_newer_versions: None,
            max_fragment_length: None,
            next_protocol_negotiation: None,
            ja4s: None,
            jarm: None,
            primes: None,
            middlebox_compatibility: None,
            sessions: None,
            application_protocol: None,
            client_certificate: None,
            staple: None,
            revocation: None,
            timestamps: None,
            timestamp_signatures: None,
            weak_keys: None,
            flaws: None,
            remote_desktop: None,
            certificate: None,
            also_served: None,
            chain: None,
            chain_order_ok: None,
            chain_complete: None,
            trust: None,
            paths: None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ssl30 => "SSL 3.0",
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        })
    }
}

impl fmt::Display for SuiteList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Broken => "broken",
            Self::SmallBlock => "small_block",
            Self::StaticKey => "static_key",
            Self::Cbc => "cbc",
            Self::PrimeField => "prime_field",
        })
    }
}

impl Facts for TlsEndpointFacts {
    const KIND: &'static str = "tls.endpoint";
    const SUBJECT: SubjectKind = SubjectKind::Endpoint;

    fn title() -> Text {
        Text::new("Connexion chiffrée d’un service (TLS)", "Encrypted connection of a service (TLS)")
    }
}
