//! Where an authority publishes, by the addresses in its certificates.

use std::net::SocketAddr;

use hyper::Uri;
use vigie_model::Host;
use vigie_probe::{Intrusiveness, NetError};

use crate::endpoint::exchange::Caller;

/// The longest address that is followed, in bytes.
const MAX_BYTES: usize = 2048;

/// An `http://` address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The host and port, as `Host:` wants them.
    pub(super) authority: String,
    /// Path and query.
    pub(super) path: String,
    host: String,
    port: u16,
}

impl Place {
    /// Reads an address. `None` for one that is not of HTTP in the clear, or leads to a port where a request may do
    /// harm.
    pub(super) fn of(url: &str) -> Option<Self> {
        let uri: Uri = Some(url).filter(|url| url.len() <= MAX_BYTES)?.parse().ok()?;
        let authority = uri.authority()?;
        let port = authority.port_u16().unwrap_or(80);
        let plain = uri.scheme_str() == Some("http") && !authority.as_str().contains('@');
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        (plain && bears_requests(port)).then(|| Self {
            authority: authority.to_string(),
            path: if path.starts_with('/') { path.to_owned() } else { format!("/{path}") },
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port,
        })
    }

    /// The first address of the host that the scope lets us ask.
    pub(super) async fn address(&self, caller: &Caller<'_>) -> Result<SocketAddr, NetError> {
        let host: Host = self.host.parse().map_err(|_| NetError::Malformed("a host in a certificate"))?;
        let ask = Box::pin(async {
            match caller.door.address(&host, Intrusiveness::Polite, caller.deadline).await {
                // Nothing that another question would change.
                none @ Err(NetError::OutOfScope(_) | NetError::ExcludedName(_) | NetError::NameNotFound) => Ok(none),
                known => known.map(Ok),
            }
        });
        let address = caller.kept.addresses.get(&host, ask).await??;
        Ok(SocketAddr::new(address, self.port))
    }
}

/// Whether a request may be sent to a port, whatever listens there: printers print what they receive, and nobody knows
/// what medical devices and controllers make of it.
fn bears_requests(port: u16) -> bool {
    /// Controllers (1911, 2404, 4911, 20000, 44818), medical images and results (2575, 2576, 4242, 11112).
    const DEVICES: [u16; 9] = [1911, 2404, 2575, 2576, 4242, 4911, 11112, 20000, 44818];
    port == 80 || (port >= 1024 && !DEVICES.contains(&port) && !(9100..=9107).contains(&port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_http_is_followed() {
        let read = |url: &str| Place::of(url).map(|place| (place.host, place.port, place.path));
        let is = |host: &str, port, path: &str| Some((host.to_owned(), port, path.to_owned()));
        assert_eq!(read("http://pki.ch-demo.example/a.crl"), is("pki.ch-demo.example", 80, "/a.crl"));
        assert_eq!(read("http://[2001:db8::1]:8080?x"), is("2001:db8::1", 8080, "/?x"));
        for url in [
            "ldap://pki.ch-demo.example/cn=ac",
            "https://pki.ch-demo.example/a.crl",
            "http://user@pki.ch-demo.example/",
            "http://imprimante.ch-demo.example:9100/",
            "http://pacs.ch-demo.example:104/",
            "http://a\r\nb/",
            "",
            &format!("http://pki.ch-demo.example/{}", "a".repeat(3000)),
        ] {
            assert_eq!(read(url), None, "{url:?}");
        }
    }
}
