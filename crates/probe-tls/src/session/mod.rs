//! Handshakes carried to their end: what TLS 1.3 hides, and what only a client sees that stays.
//!
//! Cryptography is that of `aws-lc-rs`. Nothing is verified here: certificates are judged elsewhere, in full, and no
//! request is ever sent inside.

mod agreement;
mod derivation;
mod protection;
mod schedule;
pub(crate) mod talk;
pub(crate) mod tls12;
pub(crate) mod tls13;

use aws_lc_rs::rand;
use tokio::time::Instant;
use vigie_probe::NetError;

use crate::endpoint::exchange::Answer;
use crate::session::talk::End;
use crate::wire::{Alert, CertificateRequest, WireError};

/// What a handshake showed.
#[expect(clippy::struct_excessive_bools, reason = "what was seen, one by one")]
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Handshake {
    /// Certificates as sent, the server's own first.
    pub(crate) certificates: Vec<Vec<u8>>,
    /// Code of the version, when the handshake went through.
    pub(crate) version: Option<u16>,
    /// Code of the suite.
    pub(crate) suite: Option<u16>,
    /// Code of the group.
    pub(crate) group: Option<u16>,
    /// The alert that ended it.
    pub(crate) alert: Option<Alert>,
    /// Whether our own client saw it: only then are the fields below filled.
    pub(crate) shows_all: bool,
    /// The protocol that the server chose by ALPN.
    pub(crate) protocol: Option<Vec<u8>>,
    /// The answer of a revocation service that came with the server's own certificate.
    pub(crate) staple: Option<Vec<u8>>,
    /// The timestamps of Certificate Transparency that came with it.
    pub(crate) timestamps: Option<Vec<u8>>,
    /// What client certificate was asked for.
    pub(crate) certificate_request: Option<CertificateRequest>,
    /// Whether it asked for a stapled answer and timestamps.
    pub(crate) asked_for_staple: bool,
    /// Whether the server made the empty gesture towards boxes in between (RFC 8446 appendix D.4).
    pub(crate) changes_cipher: bool,
    /// Whether we stayed to take tickets.
    pub(crate) took_tickets: bool,
    /// Whether the server sent data of its own accord.
    pub(crate) spoke: bool,
    /// Tickets for later sessions.
    pub(crate) tickets: Vec<Ticket>,
}

/// A ticket of TLS 1.3, and what it takes to use it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ticket {
    lifetime: u32,
    max_early_data: u32,
    age_add: u32,
    identity: Vec<u8>,
    suite: u16,
    group: u16,
    key: Vec<u8>,
    received: Instant,
}

impl Ticket {
    /// How long it is good for, in seconds.
    pub(crate) fn lifetime(&self) -> u32 {
        self.lifetime
    }

    /// The group of its session.
    pub(crate) fn group(&self) -> u16 {
        self.group
    }

    /// How many bytes the server takes before the handshake is over; 0 when it takes none.
    pub(crate) fn max_early_data(&self) -> u32 {
        self.max_early_data
    }
}

/// Random bytes, as many as a hello takes.
pub(crate) fn random_bytes() -> Result<[u8; 64], End> {
    let mut random = [0; 64];
    rand::fill(&mut random)?;
    Ok(random)
}

impl End {
    /// What to say of an endpoint whose handshake ended so.
    pub(crate) fn into_answer(self, alert: Option<Alert>, first: Vec<u8>) -> Answer {
        match self {
            Self::Wire(WireError::NotTls) => Answer::NotTls(first),
            Self::Wire(WireError::Malformed(what)) => Answer::Unanswered(NetError::Malformed(what), alert),
            Self::Unable => Answer::Unanswered(NetError::Unsupported("a group or cipher beyond our client"), alert),
            Self::Net(error) => Answer::Unanswered(error, alert),
            // Whatever it is about: a refusal, but of nothing that we asked.
            Self::Alert(alert) => Answer::Unanswered(NetError::Refused, Some(alert)),
        }
    }
}
