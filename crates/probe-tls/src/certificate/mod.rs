//! Certificates as served: what they say, whom they name, how they chain. No opinion, no network.

mod chain;
mod facts;
mod names;
mod read;

pub(crate) use chain::chain_shape;
pub use facts::{CertificateFacts, KeyAlgorithm, LeafFacts, ReadableFacts};
pub(crate) use names::names_match;
pub use read::{Certificate, read_certificate};
