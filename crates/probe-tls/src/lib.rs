//! What a TLS server says: versions, cipher suites, certificates.
//!
//! [`TlsProbe`] looks at one endpoint with well-formed hellos, each on its own connection, and reads only what the
//! server sends in the clear; one ordinary handshake shows the certificates that TLS 1.3 hides. It sends no
//! request, tries no password, exploits nothing. What it sees becomes [`TlsEndpointFacts`]; rules judge them.

mod certificate;
mod endpoint;
mod starttls;
mod trust;

pub use certificate::{Certificate, CertificateFacts, KeyAlgorithm, LeafFacts, ReadableFacts, read_certificate};
pub use endpoint::TlsProbe;
pub use endpoint::facts::{
    NegotiatedFacts, OfferFacts, Renegotiation, StartTls, SuiteList, TlsEndpointFacts, Version, VersionFacts,
};
pub use endpoint::hello::{Hello, Shape};
pub use endpoint::suites::SuiteFacts;
pub use endpoint::wire::{
    Alert, Flight, FlightReader, KeyExchange, ServerHello, WireError, decode_alert, decode_certificates, decode_flight,
    decode_key_exchange, decode_server_hello,
};
pub use starttls::{ExtendedResponse, ReplyLine, decode_extended_response, decode_reply_line};
pub use trust::{TrustFacts, TrustSource, TrustStore, TrustStoreError, TrustVerdict};
