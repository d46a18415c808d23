//! What the tests of the door share: a door onto loopback, and its settings.

use std::net::SocketAddr;

use jiff::civil::date;
use tokio_util::sync::CancellationToken;
use vigie_probe::{Authorization, Door, DoorSettings, Scope};

/// A scope that allows the addresses of the list, and nothing else on loopback.
pub(crate) fn scope(addresses: &[&str]) -> Scope {
    Scope { addresses: addresses.iter().map(|net| net.parse().unwrap()).collect(), ..Scope::default() }
}

/// A door with a valid authorisation.
pub(crate) fn door(scope: Scope, name_server: SocketAddr, settings: DoorSettings) -> Door {
    let authorization = Authorization {
        by: "Direction générale".to_owned(),
        role: "direction".to_owned(),
        date: date(2026, 1, 1),
        until: date(2026, 12, 31),
        reference: "SSI-1".to_owned(),
    };
    let grant = authorization.grant(date(2026, 6, 1)).unwrap();
    Door::open(&grant, scope, name_server, settings, CancellationToken::new())
}
