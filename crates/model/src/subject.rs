use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Text;
use crate::string_face::string_face;

/// What an observation or a verdict is about. Its text form is stable and unique:
/// `facility`, `domain:ch-demo.example`, `endpoint:tcp/www.ch-demo.example:443@192.0.2.1`,
/// `plan:activity/urgences`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// The facility as a whole.
    Facility,
    /// A domain name and its records.
    Domain(DomainName),
    /// One port of one address, under the name it was reached by.
    Endpoint(Endpoint),
    /// One entity of the continuity plan.
    Plan(PlanItem),
}

/// The family of subjects that a kind of facts is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// The facility as a whole.
    Facility,
    /// A domain name.
    Domain,
    /// A port of an address.
    Endpoint,
    /// An entity of the continuity plan.
    Plan,
}

/// A domain name in lower-case ASCII (A-labels), without its final dot (RFC 1035 section 2.3.4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainName(String);

/// Why a text is not a domain name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing there.
    #[error("a domain name cannot be empty")]
    Empty,
    /// Over 253 characters.
    #[error("a domain name has at most 253 characters, this one has {0}")]
    TooLong(usize),
    /// A label that is empty or over 63 characters.
    #[error("label {0:?} must have 1 to 63 characters")]
    Label(String),
    /// A last label of digits alone: such a text is an address, or nothing (RFC 1123 section 2.1).
    #[error("a domain name does not end in the number {0:?}")]
    Number(String),
    /// A character DNS host names do not use.
    #[error("character {0:?} is not allowed in a domain name")]
    Character(char),
}

/// A name or an address, as the facility wrote it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Host {
    /// A name.
    Name(DomainName),
    /// An address given literally.
    Address(IpAddr),
}

/// Transport protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// One port of one address, under the name it was reached by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// Transport protocol.
    pub transport: Transport,
    /// Name or address asked for.
    pub host: Host,
    /// Port, 1 to 65535.
    pub port: u16,
    /// Address that was reached.
    pub address: IpAddr,
}

/// One entity of the continuity plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanItem {
    /// Kind of entity (`activity`, `system`, `backup_job`).
    pub entity: String,
    /// Its id in the plan, a slug.
    pub id: String,
}

/// Why a text is not a subject.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a subject (facility, domain:…, endpoint:…, plan:entity/id)")]
pub struct SubjectError(pub String);

impl Subject {
    /// The family it belongs to.
    pub fn kind(&self) -> SubjectKind {
        match self {
            Self::Facility => SubjectKind::Facility,
            Self::Domain(_) => SubjectKind::Domain,
            Self::Endpoint(_) => SubjectKind::Endpoint,
            Self::Plan(_) => SubjectKind::Plan,
        }
    }

    /// The subject as a reader wants it: `www.ch-demo.example:443`, `vpn.ch-demo.example:443/udp`, `ch-demo.example`,
    /// `urgences`.
    pub fn short(&self) -> Text {
        match self {
            Self::Facility => Text::new("l’établissement", "the facility"),
            Self::Domain(name) => Text::same(name.as_str()),
            Self::Endpoint(endpoint) if endpoint.transport == Transport::Udp => {
                Text::same(format!("{}/udp", endpoint.host_and_port()))
            }
            Self::Endpoint(endpoint) => Text::same(endpoint.host_and_port()),
            Self::Plan(item) => Text::same(&item.id),
        }
    }
}

impl DomainName {
    /// The name as text, without a final dot.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name above, `None` for a top-level name.
    pub fn parent(&self) -> Option<Self> {
        self.0.split_once('.').map(|(_, rest)| Self(rest.to_owned()))
    }

    /// Whether this is `other` or a name below it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0 == other.0 || self.0.strip_suffix(&other.0).is_some_and(|head| head.ends_with('.'))
    }
}

impl Endpoint {
    /// The socket address that was reached.
    pub fn socket(&self) -> SocketAddr {
        SocketAddr::new(self.address, self.port)
    }

    /// Name (or address) and port, an IPv6 address in brackets.
    pub fn host_and_port(&self) -> String {
        match &self.host {
            Host::Address(IpAddr::V6(address)) => format!("[{address}]:{}", self.port),
            host => format!("{host}:{}", self.port),
        }
    }
}

impl FromStr for DomainName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        if let Some(bad) = name.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))) {
            return Err(NameError::Character(bad));
        }
        if name.len() > 253 {
            return Err(NameError::TooLong(name.len()));
        }
        if let Some(label) = name.split('.').find(|label| label.is_empty() || label.len() > 63) {
            return Err(NameError::Label(label.to_owned()));
        }
        if let Some(number) = name.rsplit('.').next().filter(|last| last.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(NameError::Number(number.to_owned()));
        }
        Ok(Self(name))
    }
}

impl FromStr for Host {
    type Err = NameError;

    /// Reads an address, bracketed or not, else a name.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        match bare.parse() {
            Ok(address) => Ok(Self::Address(address)),
            Err(_) => text.parse().map(Self::Name),
        }
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Facility => f.write_str("facility"),
            Self::Domain(name) => write!(f, "domain:{name}"),
            Self::Endpoint(endpoint) => {
                write!(f, "endpoint:{}/{}@{}", endpoint.transport, endpoint.host_and_port(), endpoint.address)
            }
            Self::Plan(PlanItem { entity, id }) => write!(f, "plan:{entity}/{id}"),
        }
    }
}

impl FromStr for Subject {
    type Err = SubjectError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let subject = match text.split_once(':') {
            None if text == "facility" => Some(Self::Facility),
            Some(("domain", name)) => name.parse().ok().map(Self::Domain),
            Some(("endpoint", rest)) => parse_endpoint(rest).map(Self::Endpoint),
            Some(("plan", rest)) => parse_plan_item(rest).map(Self::Plan),
            _ => None,
        };
        subject.ok_or_else(|| SubjectError(text.to_owned()))
    }
}

fn parse_endpoint(text: &str) -> Option<Endpoint> {
    let (transport, rest) = text.split_once('/')?;
    let transport = match transport {
        "tcp" => Transport::Tcp,
        "udp" => Transport::Udp,
        _ => return None,
    };
    let (place, address) = rest.rsplit_once('@')?;
    let (host, port) = place.rsplit_once(':')?;
    let port = port.parse().ok().filter(|port| *port != 0)?;
    Some(Endpoint { transport, host: host.parse().ok()?, port, address: address.parse().ok()? })
}

fn parse_plan_item(text: &str) -> Option<PlanItem> {
    let (entity, id) = text.split_once('/')?;
    (!entity.is_empty() && !id.is_empty()).then(|| PlanItem { entity: entity.to_owned(), id: id.to_owned() })
}

string_face!(Subject, SubjectError, "subject", "What an observation is about", "domain:ch-demo.example");
string_face!(DomainName, NameError, "domain-name", "Domain name in ASCII", "ch-demo.example");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn subjects_keep_their_text_form() {
        for text in [
            "facility",
            "domain:ch-demo.example",
            "endpoint:tcp/www.ch-demo.example:443@192.0.2.1",
            "endpoint:tcp/[2001:db8::1]:22@2001:db8::1",
            "endpoint:udp/192.0.2.7:161@192.0.2.7",
            "plan:activity/urgences",
        ] {
            assert_eq!(text.parse::<Subject>().unwrap().to_string(), text);
        }
        for text in ["", "facility:x", "domain:", "endpoint:tcp/x:0@192.0.2.1", "endpoint:icmp/x:1@192.0.2.1", "plan:a"]
        {
            assert!(text.parse::<Subject>().is_err(), "{text}");
        }
    }

    #[test]
    fn readers_can_tell_the_ports_of_tcp_from_those_of_udp() {
        let short = |text: &str| text.parse::<Subject>().unwrap().short().en;
        assert_eq!(short("endpoint:tcp/vpn.ch-demo.example:443@192.0.2.1"), "vpn.ch-demo.example:443");
        assert_eq!(short("endpoint:udp/vpn.ch-demo.example:443@192.0.2.1"), "vpn.ch-demo.example:443/udp");
    }

    #[test]
    fn no_name_can_be_taken_for_an_address() {
        assert_eq!("192.0.2.1.".parse::<Host>(), Err(NameError::Number("1".to_owned())));
        assert!("2.0.192.in-addr.arpa".parse::<DomainName>().is_ok());
    }

    #[test]
    fn names_know_their_parents() {
        let name: DomainName = "WWW.CH-Demo.example.".parse().unwrap();
        assert_eq!(name.as_str(), "www.ch-demo.example");
        let zone = "ch-demo.example".parse().unwrap();
        assert!(name.is_within(&zone) && zone.is_within(&zone));
        assert!(!"xch-demo.example".parse::<DomainName>().unwrap().is_within(&zone));
        assert_eq!(name.parent(), Some(zone));
    }

    proptest! {
        #[test]
        fn whatever_parses_prints_back(text in "(facility|domain|endpoint|plan):?[a-z0-9./@:\\[\\]-]{0,40}") {
            if let Ok(subject) = text.parse::<Subject>() {
                let printed = subject.to_string();
                prop_assert_eq!(printed.parse::<Subject>().unwrap(), subject);
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,80}") {
            let _ = text.parse::<Subject>();
            let _ = text.parse::<DomainName>();
            let _ = text.parse::<Host>();
        }
    }
}
