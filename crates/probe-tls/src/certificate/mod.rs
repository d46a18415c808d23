//! Certificates as served: what they say, whom they name, how they chain. No opinion, no network.

mod chain;
mod der;
mod facts;
mod key;
mod logs;
mod names;
mod ocsp;
mod ocsp_request;
mod period;
mod read;
mod revocation_list;
mod signature;
mod timestamps;
mod weak_keys;

pub(crate) use chain::chain_shape;
pub use facts::{CertificateFacts, KeyAlgorithm, LeafFacts, ReadableFacts};
pub use logs::{LogKey, LogList, SignatureCounts};
pub use names::names_match;
pub use ocsp::{OcspResponse, decode_ocsp_response};
pub(crate) use ocsp_request::ocsp_request;
pub(crate) use read::distinguished_name;
pub use read::{Certificate, read_certificate};
pub use revocation_list::{RevocationList, decode_revocation_list};
pub(crate) use timestamps::{LogEntry, timestamps_within};
pub use timestamps::{SignedTimestamp, decode_timestamp_list};
pub use weak_keys::{WeakKeys, read_weak_key};
