//! What answers on a port: a banner, an SSH server, a web server.
//!
//! Three probes state facts and judge nothing: [`PortProbe`] says whether a port is open and what
//! speaks there, [`SshProbe`] lists what an SSH server offers, [`HttpProbe`] reads one page and its
//! headers. None tries a password, and none sends a byte to a printer, a medical device or an
//! industrial controller: [`port::Manner`] holds that rule for all three.

pub mod http;
pub mod port;
pub mod product;
pub mod ssh;

pub use http::{HttpFacts, HttpProbe};
pub use port::{CuratedPort, PortFacts, PortProbe, curated_ports};
pub use product::Product;
pub use ssh::{SshFacts, SshProbe};
