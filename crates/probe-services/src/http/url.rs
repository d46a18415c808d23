//! Addresses of pages, and what a `Location` makes of them.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::Host;

/// The two ways of the web.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// In clear.
    Http,
    /// Inside TLS.
    Https,
}

/// Where a page is: scheme, host, port, and what to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// In clear or inside TLS.
    pub scheme: Scheme,
    /// The host.
    pub host: Host,
    /// The port, written out only when it is not the usual one.
    pub port: u16,
    /// Path and query, from its first `/`.
    pub path: String,
}

/// The longest `Location` that is followed, in bytes.
pub const MAX_LOCATION_BYTES: usize = 2048;

impl Scheme {
    /// The port of an address that names none.
    pub fn usual_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl Url {
    /// The front page of a host.
    pub fn front_page(scheme: Scheme, host: Host, port: u16) -> Self {
        Self { scheme, host, port, path: "/".to_owned() }
    }

    /// Whether both lie behind the same scheme, host and port (RFC 6454).
    pub fn same_origin(&self, other: &Self) -> bool {
        self.scheme == other.scheme && self.host == other.host && self.port == other.port
    }

    /// The host as `Host:` wants it, its port left out when usual (RFC 9110 section 7.2).
    pub fn authority(&self) -> String {
        let host = match self.host {
            Host::Address(std::net::IpAddr::V6(address)) => format!("[{address}]"),
            Host::Name(_) | Host::Address(_) => self.host.to_string(),
        };
        if self.port == self.scheme.usual_port() { host } else { format!("{host}:{}", self.port) }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        write!(f, "{scheme}://{}{}", self.authority(), self.path)
    }
}

/// Resolves a `Location` against the page that sent it (RFC 3986 section 5.2), `None` when it leads
/// nowhere that HTTP goes. Its fragment is dropped; user names in it are refused.
pub fn parse_location(base: &Url, location: &str) -> Option<Url> {
    let location = location.trim().split('#').next().unwrap_or_default();
    if location.len() > MAX_LOCATION_BYTES || !location.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let (scheme, rest) = match scheme_of(location) {
        Some(("http", rest)) => (Scheme::Http, rest),
        Some(("https", rest)) => (Scheme::Https, rest),
        Some(_) => return None,
        None => (base.scheme, location),
    };
    let Some(rest) = rest.strip_prefix("//") else {
        // `https:/path` without a host is no address at all.
        return (rest.len() == location.len()).then(|| Url { path: join(&base.path, rest), ..base.clone() });
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end)?;
    let (host, port) = host_and_port(authority)?;
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    Some(Url { scheme, host, port: port.unwrap_or_else(|| scheme.usual_port()), path })
}

/// The scheme of an absolute reference, in lower case, and what follows its colon.
fn scheme_of(reference: &str) -> Option<(&'static str, &str)> {
    let (scheme, rest) = reference.split_once(':')?;
    if scheme.contains(['/', '?']) {
        return None;
    }
    let known = ["http", "https"].into_iter().find(|known| known.eq_ignore_ascii_case(scheme));
    Some((known.unwrap_or("other"), rest))
}

fn host_and_port(authority: &str) -> Option<(Host, Option<u16>)> {
    if authority.contains('@') {
        return None;
    }
    if let Some(bracketed) = authority.strip_prefix('[') {
        let (address, rest) = bracketed.split_once(']')?;
        let port = match rest.strip_prefix(':') {
            Some(port) => Some(port.parse().ok().filter(|port| *port != 0)?),
            None if rest.is_empty() => None,
            None => return None,
        };
        return Some((Host::Address(address.parse::<std::net::Ipv6Addr>().ok()?.into()), port));
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, "")) => (host, None),
        Some((host, port)) => (host, Some(port.parse().ok().filter(|port| *port != 0)?)),
        None => (authority, None),
    };
    Some((host.parse().ok()?, port))
}

/// A relative reference beside the page it came from.
fn join(base: &str, reference: &str) -> String {
    let path = base.split('?').next().unwrap_or("/");
    match reference.as_bytes().first() {
        None => base.to_owned(),
        Some(b'/') => reference.to_owned(),
        Some(b'?') => format!("{path}{reference}"),
        Some(_) => {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{folder}/{reference}")
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn base() -> Url {
        let host = "www.ch-demo.example".parse().unwrap();
        Url { path: "/a/b?c".to_owned(), ..Url::front_page(Scheme::Http, host, 8080) }
    }

    #[test]
    fn locations_resolve_as_browsers_do() {
        for (location, expected) in [
            ("https://www.ch-demo.example/", "https://www.ch-demo.example/"),
            ("HTTPS://Portail.CH-Demo.example:8443?x", "https://portail.ch-demo.example:8443/?x"),
            ("//autre.example/x#y", "http://autre.example/x"),
            ("/login", "http://www.ch-demo.example:8080/login"),
            ("login?next=http://x", "http://www.ch-demo.example:8080/a/login?next=http://x"),
            ("?q", "http://www.ch-demo.example:8080/a/b?q"),
            ("", "http://www.ch-demo.example:8080/a/b?c"),
            ("http://[2001:db8::1]:81/", "http://[2001:db8::1]:81/"),
            ("http://192.0.2.1", "http://192.0.2.1/"),
        ] {
            let url = parse_location(&base(), location).map(|url| url.to_string());
            assert_eq!(url.as_deref(), Some(expected), "{location}");
        }
    }

    #[test]
    fn what_is_not_web_leads_nowhere() {
        for location in [
            "javascript:alert(1)",
            "ftp://x.example/",
            "https:/path",
            "http://user@x.example/",
            "http://x.example:0/",
            "http://x.example:99999/",
            "http:///x",
            "/a\r\nSet-Cookie: x",
            "http://[::1/",
            "//\u{e9}.example/",
        ] {
            assert_eq!(parse_location(&base(), location), None, "{location}");
        }
    }

    proptest! {
        #[test]
        fn what_resolves_prints_and_resolves_to_itself(location in "(https?:)?/{0,2}[a-z0-9.:?@\\[\\]/#-]{0,40}") {
            if let Some(url) = parse_location(&base(), &location) {
                prop_assert!(url.path.starts_with('/'));
                prop_assert_eq!(parse_location(&base(), &url.to_string()), Some(url));
            }
        }

        #[test]
        fn no_text_panics(location in "\\PC{0,200}") {
            let _ = parse_location(&base(), &location);
        }
    }
}
