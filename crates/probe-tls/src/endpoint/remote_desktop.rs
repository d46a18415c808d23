//! How a remote desktop is protected beside TLS (MS-RDPBCGR section 5.4). Sent: three connection requests, for TLS and
//! Network Level Authentication together, for TLS alone, and for the encryption of RDP's own; nobody logs in.

use std::collections::BTreeMap;

use vigie_model::{FactPath, Reason};
use vigie_probe::NetError;

use super::exchange::Caller;
use super::facts::{NetworkLevelAuthentication, RemoteDesktopFacts};
use crate::starttls::StartTlsProtocol;
use crate::starttls::rdp::{Choice, NLA, TLS, negotiate};

/// What was learnt of a remote desktop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RemoteDesktop {
    standard_security: Result<bool, Reason>,
    network_level_authentication: Result<NetworkLevelAuthentication, Reason>,
}

/// Asks, where remote desktops are and the scope allows it; nothing where there are none.
pub(crate) async fn ask(caller: &Caller<'_>, is_allowed: bool) -> Option<RemoteDesktop> {
    if caller.starttls != StartTlsProtocol::Rdp {
        return None;
    }
    if !is_allowed {
        let unasked = Reason::OutOfScope;
        return Some(RemoteDesktop { standard_security: Err(unasked), network_level_authentication: Err(unasked) });
    }
    let caller = &caller.to_learn("remote desktop");
    let (together, tls, standard) = tokio::join!(choice(caller, TLS | NLA), choice(caller, TLS), choice(caller, 0));
    let network_level_authentication = match (together, tls) {
        (Ok(Choice::Nla), Ok(Choice::InsistsOnNla)) => Ok(NetworkLevelAuthentication::Required),
        (Ok(Choice::Nla), Ok(Choice::Tls)) => Ok(NetworkLevelAuthentication::Offered),
        (Ok(Choice::Tls | Choice::Standard | Choice::TakesNoTls), _) => Ok(NetworkLevelAuthentication::Absent),
        (Err(reason), _) | (_, Err(reason)) => Err(reason),
        _ => Err(Reason::PeerMisbehaved),
    };
    let standard_security = match standard {
        Ok(Choice::Standard) => Ok(true),
        Ok(Choice::InsistsOnTls | Choice::InsistsOnNla) => Ok(false),
        Ok(_) => Err(Reason::PeerMisbehaved),
        Err(reason) => Err(reason),
    };
    Some(RemoteDesktop { standard_security, network_level_authentication })
}

/// What a server chooses of these ways, asked once more when the network fails the first question.
async fn choice(caller: &Caller<'_>, ways: u8) -> Result<Choice, Reason> {
    match choice_once(caller, ways).await {
        Err(NetError::Timeout | NetError::Closed) => choice_once(caller, ways).await,
        other => other,
    }
    .map_err(|error| error.reason())
}

async fn choice_once(caller: &Caller<'_>, ways: u8) -> Result<Choice, NetError> {
    let (mut connection, _held) = caller.reach().await?;
    let chosen = caller.within_answer_time(negotiate(&mut connection, ways)).await;
    connection.abort();
    caller.ledger.note(caller.purpose, if chosen.is_ok() { "answered" } else { "not answered" });
    chosen
}

impl RemoteDesktop {
    /// As facts, with the reasons for those that are missing.
    pub(crate) fn facts(self, gaps: &mut BTreeMap<FactPath, Reason>) -> RemoteDesktopFacts {
        let here = FactPath::from("remote_desktop");
        gaps.extend(self.standard_security.err().map(|reason| (here.field("standard_security"), reason)));
        let missing = self.network_level_authentication.err();
        gaps.extend(missing.map(|reason| (here.field("network_level_authentication"), reason)));
        RemoteDesktopFacts {
            standard_security: self.standard_security.ok(),
            network_level_authentication: self.network_level_authentication.ok(),
        }
    }
}
