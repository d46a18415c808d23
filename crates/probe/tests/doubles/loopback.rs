//! A door on loopback, and how long to wait behind it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use vigie_probe::{Deadline, Door, DoorSettings, Intrusiveness};

use super::doubles::{door, scope};

pub(crate) const LOOK: Intrusiveness = Intrusiveness::Polite;
/// These tests ask no name: the discard port, where nobody answers.
pub(crate) const NO_NAME_SERVER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9);

/// Long enough for any machine that works at all.
pub(crate) fn ample() -> Deadline {
    Deadline::after(Duration::from_secs(30))
}

/// Short, for peers that never answer.
pub(crate) fn short() -> Deadline {
    Deadline::after(Duration::from_millis(500))
}

pub(crate) fn loopback_door(settings: DoorSettings) -> Door {
    door(scope(&["127.0.0.1/32"]), NO_NAME_SERVER, settings)
}
