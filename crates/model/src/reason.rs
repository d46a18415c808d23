use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Text;

/// Why something could not be seen. The list is closed: every failure in vigie maps to one of
/// these by an exhaustive match, so no failure can pass for a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No answer before the deadline.
    Timeout,
    /// The peer refused the connection.
    Refused,
    /// No route, or the network said so.
    Unreachable,
    /// The name does not exist, or has no address.
    NameNotFound,
    /// Outside what the facility authorised.
    OutOfScope,
    /// The peer asked us to slow down.
    RateLimited,
    /// Our own permits were exhausted before the deadline.
    Busy,
    /// The peer answered with bytes that its protocol does not allow.
    PeerMisbehaved,
    /// Something vigie cannot read or speak.
    Unsupported,
    /// The user stopped the run.
    Cancelled,
    /// A scanned picture without text.
    ImageOnly,
    /// The facility did not state it (`nsp`, or left blank).
    NotStated,
    /// A fault in vigie itself.
    Bug,
}

impl Reason {
    /// Every reason, in declaration order.
    pub const ALL: [Self; 13] = [
        Self::Timeout,
        Self::Refused,
        Self::Unreachable,
        Self::NameNotFound,
        Self::OutOfScope,
        Self::RateLimited,
        Self::Busy,
        Self::PeerMisbehaved,
        Self::Unsupported,
        Self::Cancelled,
        Self::ImageOnly,
        Self::NotStated,
        Self::Bug,
    ];

    /// The reason in plain words.
    pub fn text(self) -> Text {
        let (fr, en) = match self {
            Self::Timeout => ("pas de réponse dans le délai", "no answer in time"),
            Self::Refused => ("connexion refusée", "connection refused"),
            Self::Unreachable => ("réseau ou machine injoignable", "network or host unreachable"),
            Self::NameNotFound => ("nom introuvable dans le DNS", "name not found in DNS"),
            Self::OutOfScope => ("hors du périmètre autorisé", "outside the authorised scope"),
            Self::RateLimited => ("la machine a demandé de ralentir", "the peer asked us to slow down"),
            Self::Busy => ("limite de connexions de vigie atteinte", "vigie's own connection limit was reached"),
            Self::PeerMisbehaved => ("réponse non conforme au protocole", "answer that breaks its protocol"),
            Self::Unsupported => ("non pris en charge par vigie", "not supported by vigie"),
            Self::Cancelled => ("analyse interrompue", "run interrupted"),
            Self::ImageOnly => ("document image, sans texte lisible", "picture without readable text"),
            Self::NotStated => ("non renseigné par l’établissement", "not stated by the facility"),
            Self::Bug => ("défaut de vigie, à signaler", "a fault in vigie, please report it"),
        };
        Text::new(fr, en)
    }
}
