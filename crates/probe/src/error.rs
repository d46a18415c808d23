use std::io;
use std::net::IpAddr;

use thiserror::Error;
use vigie_model::{DomainName, Reason, Text};

/// What can go wrong between us and a peer. Probes turn it into data with [`NetError::reason`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NetError {
    /// The deadline passed.
    #[error("no answer before the deadline")]
    Timeout,
    /// The peer refused the connection.
    #[error("connection refused")]
    Refused,
    /// No route to the peer.
    #[error("unreachable: {0}")]
    Unreachable(io::ErrorKind),
    /// The peer closed or reset the connection while an answer was due.
    #[error("the peer closed the connection")]
    Closed,
    /// The peer sent more than the connection's cap.
    #[error("the peer sent more than {cap} bytes")]
    TooMuch {
        /// The cap, in bytes.
        cap: usize,
    },
    /// The peer's bytes break its protocol.
    #[error("malformed answer: {0}")]
    Malformed(&'static str),
    /// The peer asks for something that vigie does not speak.
    #[error("vigie does not speak what the peer asks for: {0}")]
    Unsupported(&'static str),
    /// The peer asked us to slow down.
    #[error("the peer asked us to slow down")]
    RateLimited,
    /// The name does not exist or has no address.
    #[error("name not found")]
    NameNotFound,
    /// The name server could not answer.
    #[error("the name server answered {0}")]
    NameServer(&'static str),
    /// The address is not one that the facility authorised for this kind of look.
    #[error("{0} is outside the authorised scope")]
    OutOfScope(IpAddr),
    /// The facility asked to leave this name alone.
    #[error("{0} is excluded from the scope")]
    ExcludedName(DomainName),
    /// This machine ran out of sockets or ports.
    #[error("out of local sockets")]
    Busy,
    /// The user stopped the run.
    #[error("cancelled")]
    Cancelled,
    /// A failure that only a fault in vigie explains.
    #[error("unexpected failure: {0}")]
    Bug(String),
}

impl NetError {
    /// The reason that reports show. The match is exhaustive on purpose: a new failure must choose.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Timeout => Reason::Timeout,
            Self::Refused => Reason::Refused,
            Self::Unreachable(_) => Reason::Unreachable,
            Self::Closed | Self::TooMuch { .. } | Self::Malformed(_) | Self::NameServer(_) => Reason::PeerMisbehaved,
            Self::Unsupported(_) => Reason::Unsupported,
            Self::RateLimited => Reason::RateLimited,
            Self::NameNotFound => Reason::NameNotFound,
            Self::OutOfScope(_) | Self::ExcludedName(_) => Reason::OutOfScope,
            Self::Busy => Reason::Busy,
            Self::Cancelled => Reason::Cancelled,
            Self::Bug(_) => Reason::Bug,
        }
    }
}

impl NetError {
    /// What happened, for the engineer who reads the report.
    pub fn text(&self) -> Text {
        let fr = match self {
            Self::Timeout => "pas de réponse avant l’échéance".to_owned(),
            Self::Refused => "connexion refusée".to_owned(),
            Self::Unreachable(kind) => format!("injoignable ({kind})"),
            Self::Closed => "la machine a fermé la connexion".to_owned(),
            Self::TooMuch { cap } => format!("la machine a envoyé plus de {cap} octets"),
            Self::Malformed(what) => format!("réponse illisible ({what})"),
            Self::Unsupported(what) => format!("vigie ne parle pas ce que la machine demande ({what})"),
            Self::RateLimited => "la machine a demandé de ralentir".to_owned(),
            Self::NameNotFound => "nom introuvable".to_owned(),
            Self::NameServer(code) => format!("le serveur de noms a répondu {code}"),
            Self::OutOfScope(address) => format!("{address} est hors du périmètre autorisé"),
            Self::ExcludedName(name) => format!("{name} est exclu du périmètre"),
            Self::Busy => "cette machine n’a plus de connexion disponible".to_owned(),
            Self::Cancelled => "analyse interrompue".to_owned(),
            Self::Bug(what) => format!("défaillance inattendue : {what}"),
        };
        Text::new(fr, self.to_string())
    }
}

impl From<io::Error> for NetError {
    /// Reads an operating-system error; one that [`Connection`](crate::Connection) wrapped comes back as itself.
    fn from(error: io::Error) -> Self {
        if let Some(ours) = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            return ours.clone();
        }
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::TimedOut => Self::Timeout,
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::NotConnected
            | io::ErrorKind::UnexpectedEof => Self::Closed,
            kind @ (io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable
            // A local firewall that rejects an outgoing packet answers EPERM or EACCES.
            | io::ErrorKind::PermissionDenied) => Self::Unreachable(kind),
            io::ErrorKind::AddrInUse | io::ErrorKind::OutOfMemory | io::ErrorKind::QuotaExceeded => Self::Busy,
            _ if is_out_of_descriptors(&error) => Self::Busy,
            kind => Self::Bug(format!("{kind}: {error}")),
        }
    }
}

impl From<NetError> for io::Error {
    fn from(error: NetError) -> Self {
        io::Error::other(error)
    }
}

/// `EMFILE` and `ENFILE` have no `ErrorKind` of their own.
fn is_out_of_descriptors(error: &io::Error) -> bool {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    cfg!(unix) && matches!(error.raw_os_error(), Some(ENFILE | EMFILE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_errors_survive_the_trip_through_io() {
        for ours in [NetError::Timeout, NetError::TooMuch { cap: 7 }, NetError::Cancelled] {
            assert_eq!(NetError::from(io::Error::from(ours.clone())), ours);
        }
    }

    #[test]
    fn system_errors_find_their_reason() {
        for (kind, reason) in [
            (io::ErrorKind::ConnectionRefused, Reason::Refused),
            (io::ErrorKind::TimedOut, Reason::Timeout),
            (io::ErrorKind::ConnectionReset, Reason::PeerMisbehaved),
            (io::ErrorKind::HostUnreachable, Reason::Unreachable),
            (io::ErrorKind::PermissionDenied, Reason::Unreachable),
            (io::ErrorKind::InvalidInput, Reason::Bug),
        ] {
            assert_eq!(NetError::from(io::Error::from(kind)).reason(), reason, "{kind}");
        }
        assert_eq!(NetError::from(io::Error::from_raw_os_error(24)).reason(), Reason::Busy);
    }
}
