//! What a TLS server says: versions, cipher suites, certificates.
//!
//! [`TlsProbe`] looks at one endpoint with well-formed hellos, each on its own connection, carries one handshake of each
//! kind to its end, and tests for known flaws, each by the least that proves it. It sends that server no request, tries no
//! password, exploits nothing; of the authority behind the certificate it asks whether that was revoked, where the
//! facility listed its address. What it sees becomes [`TlsEndpointFacts`]; rules judge them. [`DtlsProbe`] asks servers
//! over UDP which versions of DTLS they accept.

mod certificate;
mod channel;
mod dtls;
mod endpoint;
mod flaws;
mod paths;
mod profile;
mod session;
mod starttls;
mod trust;
mod wire;

pub use certificate::{
    Certificate, CertificateFacts, KeyAlgorithm, LeafFacts, LogKey, LogList, OcspResponse, ReadableFacts,
    RevocationList, SignatureCounts, SignedTimestamp, WeakKeys, decode_ocsp_response, decode_revocation_list,
    decode_timestamp_list, names_match, read_certificate, read_weak_key,
};
pub use dtls::{
    DtlsAssembly, DtlsContent, DtlsEndpointFacts, DtlsFragment, DtlsProbe, DtlsVersion, DtlsVersionFacts,
    SURVEYED_PORTS, decode_dtls_datagram, decode_hello_verify_request,
};
pub use endpoint::TlsProbe;
pub use endpoint::facts::{
    AlsoServedFacts, ClientCertificateFacts, NegotiatedFacts, OfferFacts, PrimeFacts, PublishedFacts, Renegotiation,
    RevocationFacts, SessionFacts, StapleFacts, StartTls, SuiteList, TimestampFacts, TimestampSignatureFacts,
    TlsEndpointFacts, Version, VersionFacts, WeakKeyFacts,
};
pub use endpoint::hello::{Hello, Shape};
pub use endpoint::suites::SuiteFacts;
pub use flaws::{FlawFacts, decode_ssl2_server_hello};
pub use paths::PathFacts;
pub use profile::{Comparison, Profile, ServerKind};
pub use starttls::{ExtendedResponse, ReplyLine, decode_extended_response, decode_reply_line};
pub use trust::{TrustFacts, TrustSource, TrustStore, TrustStoreError, TrustVerdict};
pub use wire::{
    Alert, CertificateEntry, CertificateRequest, EncryptedExtensions, Flight, FlightReader, KeyExchange,
    NewSessionTicket, ServerHello, ServerKeyExchange, SessionTicket, WireError, decode_alert,
    decode_certificate_entries, decode_certificate_request, decode_certificates, decode_encrypted_extensions,
    decode_flight, decode_key_exchange, decode_server_hello, decode_session_ticket, decode_session_ticket12,
};
