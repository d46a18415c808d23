use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// The server's own certificate: what it says, and whether it names the server.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LeafFacts {
    /// Whether it holds the name that was asked for (RFC 9525 section 6; the common name does not count). Unknown
    /// when only an address was asked for and the certificate does not hold it: people come by another name.
    pub matches_name: Option<bool>,
    /// What it says.
    #[serde(flatten)]
    pub certificate: CertificateFacts,
}

/// One certificate.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CertificateFacts {
    /// SHA-256 of the whole certificate, in lower-case hexadecimal.
    pub sha256: String,
    /// Whether vigie could read it; when not, only its fingerprint is known.
    pub readable: bool,
    /// What it says, when it could be read.
    #[serde(flatten)]
    pub content: Option<ReadableFacts>,
}

/// What a readable certificate says (RFC 5280).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "an extension is there or it is not")]
pub struct ReadableFacts {
    /// Version: 1 or 3.
    pub version: u32,
    /// Serial number, in lower-case hexadecimal, two digits a byte.
    pub serial: String,
    /// Distinguished name of the holder.
    pub subject: String,
    /// Its common names; usually one.
    pub common_names: Vec<String>,
    /// Host names in the subject alternative names.
    pub dns_names: Vec<String>,
    /// Addresses in the subject alternative names.
    pub ip_addresses: Vec<String>,
    /// Distinguished name of the issuer.
    pub issuer: String,
    /// First instant of validity.
    pub not_before: Timestamp,
    /// Last instant of validity; dates past what vigie counts stand at the end of year 9999.
    pub not_after: Timestamp,
    /// Days from the first to the last instant of validity, a day begun counting whole.
    pub days_total: i64,
    /// Algorithm of the key.
    pub key_algorithm: KeyAlgorithm,
    /// Size of the key in bits; unknown for algorithms that vigie does not know.
    pub key_bits: Option<u32>,
    /// SHA-256 of the key (its `SubjectPublicKeyInfo`, as in TLSA records of selector 1), in lower-case hexadecimal.
    pub key_sha256: String,
    /// Whether it is one of the RSA keys that a faulty library made, whose private half can be computed (ROCA,
    /// CVE-2017-15361); false for other keys.
    pub key_is_factorable: bool,
    /// Named curve of the key (`secp256r1`), its identifier when vigie has no name for it, empty when the key is not
    /// on a named curve.
    pub curve: String,
    /// Public exponent of an RSA key; 0 for other keys.
    pub rsa_exponent: Option<u64>,
    /// Which key it is about, as its issuer names it (section 4.2.1.2), in lower-case hexadecimal; empty when the
    /// certificate does not say.
    pub subject_key_id: String,
    /// Which key signed it, as that key's own certificate names it (section 4.2.1.1); empty when the certificate does
    /// not say.
    pub authority_key_id: String,
    /// The policies under which it was issued, by their identifiers (section 4.2.1.4).
    pub policies: Vec<String>,
    /// What the key may be used for (`digitalSignature`; section 4.2.1.3); empty when the certificate does not say.
    pub key_usage: Vec<String>,
    /// Whether readers must heed that (the extension is critical); false when the certificate does not say.
    pub key_usage_critical: bool,
    /// What the certificate may be used for (`serverAuth`, or an identifier; section 4.2.1.12); empty when it does not
    /// say.
    pub extended_key_usage: Vec<String>,
    /// Where its issuer publishes what it revoked (section 4.2.1.13).
    pub crl_urls: Vec<String>,
    /// Where its issuer answers whether it is revoked (OCSP, section 4.2.2.1).
    pub ocsp_urls: Vec<String>,
    /// Whether clients must see a fresh answer stapled to the handshake (RFC 7633).
    pub must_staple: bool,
    /// How the issuer signed it (`RSA-SHA256`), or the identifier of an algorithm that vigie does not know.
    pub signature_algorithm: String,
    /// Hash of that signature (`SHA-256`); `none` when the algorithm has its own (Ed25519).
    pub signature_hash: Option<String>,
    /// Whether it says that it may issue certificates (basicConstraints).
    pub is_ca: bool,
    /// Whether the issuer named is the holder itself.
    pub self_signed: bool,
    /// Whether it carries Certificate Transparency proofs (RFC 6962 section 3.3), as those of public authorities do.
    pub has_scts: bool,
}

/// Algorithm of a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub enum KeyAlgorithm {
    /// RSA, PSS keys included.
    #[serde(rename = "RSA")]
    Rsa,
    /// Elliptic curve.
    #[serde(rename = "EC")]
    Ec,
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// DSA.
    #[serde(rename = "DSA")]
    Dsa,
    /// Another one.
    #[serde(rename = "other")]
    Other,
}
