use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use vigie_model::{DomainName, Host, Text, Transport};
use vigie_source::FormatProblem;

/// A host that the facility lists: a name or an address, maybe a port, maybe the protocol spoken
/// there. `www.ch-demo.example:443`, `mail.ch-demo.example:587/smtp`, `vpn.ch-demo.example:443/dtls` (over UDP),
/// `192.0.2.10`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeHost {
    /// Name or address.
    pub host: Host,
    /// Port; without one, the curated list of ports is tried.
    pub port: Option<u16>,
    /// Protocol the facility says is spoken there (`https`, `smtp`, `ssh`).
    pub protocol: Option<String>,
}

/// A range of addresses, or one address: `192.0.2.0/28`, `2001:db8::10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeRange(pub IpNet);

/// Something not to be touched: a name with all below it, an address or a range.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Exclusion {
    /// A name and all below it.
    Name(DomainName),
    /// A range of addresses.
    Range(IpNet),
}

/// A name server: an address, port 53 unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Resolver(pub SocketAddr);

/// Protocols that a `host:port/protocol` entry may name.
pub const DECLARED_PROTOCOLS: &[&str] = &[
    "http",
    "https",
    "tls",
    "smtp",
    "submission",
    "smtps",
    "imap",
    "imaps",
    "pop3",
    "pop3s",
    "ldap",
    "ldaps",
    "ftp",
    "postgres",
    "mysql",
    "mssql",
    "lmtp",
    "sieve",
    "xmpp",
    "xmpp-server",
    "nntp",
    "irc",
    "ssh",
    "telnet",
    "rdp",
    "vnc",
    "dicom",
    "hl7",
    "tcp",
    "dtls",
];

/// Of those, the ones that are spoken over UDP.
const DECLARED_OVER_UDP: &[&str] = &["dtls"];

impl ScopeHost {
    /// What carries the declared protocol; TCP where none is declared.
    pub fn transport(&self) -> Transport {
        let over_udp = |protocol: &str| DECLARED_OVER_UDP.contains(&protocol);
        if self.protocol.as_deref().is_some_and(over_udp) { Transport::Udp } else { Transport::Tcp }
    }
}

impl FromStr for ScopeHost {
    type Err = FormatProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (place, protocol) = match text.split_once('/') {
            Some((place, protocol)) => (place, Some(known_protocol(protocol)?)),
            None => (text, None),
        };
        let (host, port) = split_port(place)?;
        let host: Host = host.parse().map_err(|error| not_a_host(host, &error))?;
        if protocol.is_some() && port.is_none() {
            return Err(FormatProblem::new(Text::new(
                "un protocole est indiqué sans port",
                "a protocol is given without a port",
            ))
            .with_hint(Text::new(
                "écrire par exemple mail.ch-demo.example:25/smtp",
                "write mail.ch-demo.example:25/smtp, say",
            )));
        }
        Ok(Self { host, port, protocol })
    }
}

/// Splits `host:port`, an IPv6 address being bracketed when a port follows.
fn split_port(place: &str) -> Result<(&str, Option<u16>), FormatProblem> {
    if place.parse::<IpAddr>().is_ok() || place.ends_with(']') {
        return Ok((place, None));
    }
    let Some((host, port)) = place.rsplit_once(':') else { return Ok((place, None)) };
    match port.parse::<u16>() {
        Ok(port) if port != 0 => Ok((host, Some(port))),
        _ => Err(FormatProblem::new(Text::new(
            format!("« {port} » n’est pas un port"),
            format!("{port:?} is not a port"),
        ))
        .with_hint(Text::new("un port est un nombre de 1 à 65535", "a port is a number from 1 to 65535"))),
    }
}

fn known_protocol(name: &str) -> Result<String, FormatProblem> {
    if DECLARED_PROTOCOLS.contains(&name) {
        return Ok(name.to_owned());
    }
    let list = DECLARED_PROTOCOLS.join(", ");
    Err(FormatProblem::new(Text::new(
        format!("« {name} » n’est pas un protocole connu"),
        format!("{name:?} is not a known protocol"),
    ))
    .with_hint(Text::new(format!("choisir parmi : {list}"), format!("choose one of: {list}"))))
}

fn not_a_host(host: &str, error: &vigie_model::NameError) -> FormatProblem {
    let hint = if host.contains("//") || host.starts_with("http") {
        Text::new("écrire le nom seul, sans https:// ni chemin", "write the name alone, without https:// or a path")
    } else if !host.is_ascii() {
        Text::new(
            "écrire un nom accentué sous sa forme ASCII (xn--…)",
            "write an accented name in its ASCII form (xn--…)",
        )
    } else {
        Text::new("exemple : www.ch-demo.example:443", "example: www.ch-demo.example:443")
    };
    FormatProblem::new(name_problem(host, error)).with_hint(hint)
}

/// Says in both languages why a text is not a domain name.
pub(crate) fn name_problem(text: &str, error: &vigie_model::NameError) -> Text {
    use vigie_model::NameError;
    let fr = match error {
        NameError::Empty => "un nom de domaine ne peut pas être vide".to_owned(),
        NameError::TooLong(length) => format!("un nom de domaine a au plus 253 caractères, celui-ci en a {length}"),
        NameError::Label(label) => format!("la partie « {label} » doit avoir de 1 à 63 caractères"),
        NameError::Number(label) => format!("un nom de domaine ne finit pas par un nombre (« {label} »)"),
        NameError::Character(bad) => format!("le caractère « {bad} » n’est pas permis dans un nom de domaine"),
        _ => format!("« {text} » n’est pas un nom de domaine"),
    };
    Text::new(fr, error.to_string())
}

impl FromStr for ScopeRange {
    type Err = FormatProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self(address.into()));
        }
        let net: IpNet = text.parse().map_err(|_| {
            FormatProblem::new(Text::new(
                format!("« {text} » n’est pas une plage d’adresses"),
                format!("{text:?} is not a range of addresses"),
            ))
            .with_hint(Text::new(
                "exemples : 192.0.2.0/28, 192.0.2.7, 2001:db8::/64",
                "examples: 192.0.2.0/28, 192.0.2.7, 2001:db8::/64",
            ))
        })?;
        if net.trunc() != net {
            let whole = net.trunc();
            return Err(FormatProblem::new(Text::new(
                format!("{text} ne commence pas à la première adresse de sa plage"),
                format!("{text} does not begin at the first address of its range"),
            ))
            .with_hint(Text::new(
                format!("écrire {whole} pour la plage, ou {} pour cette seule adresse", net.addr()),
                format!("write {whole} for the range, or {} for that one address", net.addr()),
            )));
        }
        Ok(Self(net))
    }
}

impl FromStr for Exclusion {
    type Err = FormatProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(ScopeRange(net)) = text.parse() {
            return Ok(Self::Range(net));
        }
        text.parse().map(Self::Name).map_err(|error| {
            FormatProblem::new(name_problem(text, &error)).with_hint(Text::new(
                "exclure un nom, une adresse ou une plage",
                "exclude a name, an address or a range",
            ))
        })
    }
}

impl FromStr for Resolver {
    type Err = FormatProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let with_port = text.parse::<SocketAddr>();
        let alone = || text.parse::<IpAddr>().map(|address| SocketAddr::new(address, 53));
        with_port.or_else(|_| alone()).map(Self).map_err(|_| {
            FormatProblem::new(Text::new(
                format!("« {text} » n’est pas l’adresse d’un serveur de noms"),
                format!("{text:?} is not the address of a name server"),
            ))
            .with_hint(Text::new(
                "exemples : 192.0.2.53, [2001:db8::53]:5353",
                "examples: 192.0.2.53, [2001:db8::53]:5353",
            ))
        })
    }
}

impl fmt::Display for ScopeHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.host, self.port) {
            (Host::Address(IpAddr::V6(address)), Some(port)) => write!(f, "[{address}]:{port}")?,
            (host, Some(port)) => write!(f, "{host}:{port}")?,
            (host, None) => write!(f, "{host}")?,
        }
        self.protocol.as_ref().map_or(Ok(()), |protocol| write!(f, "/{protocol}"))
    }
}

impl fmt::Display for ScopeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Exclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Range(net) => net.fmt(f),
        }
    }
}

impl fmt::Display for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! written_as_text {
    ($type:ident, $format:literal, $what:literal, $example:literal) => {
        impl TryFrom<String> for $type {
            type Error = String;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse().map_err(|problem: FormatProblem| problem.message.fr)
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.to_string()
            }
        }

        impl JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "format": $format, "description": $what, "examples": [$example]})
            }
        }
    };
}

written_as_text!(
    ScopeHost,
    "scope-host",
    "Host to look at: name or address, :port, /protocol",
    "www.ch-demo.example:443"
);
written_as_text!(ScopeRange, "ip-range", "Range of addresses, or one address", "192.0.2.0/28");
written_as_text!(Exclusion, "exclusion", "Name, address or range never to be touched", "pacs.ch-demo.example");
written_as_text!(Resolver, "resolver", "Address of a name server, port 53 by default", "192.0.2.53");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hosts_keep_their_text_form() {
        for text in [
            "www.ch-demo.example:443",
            "mail.ch-demo.example:587/smtp",
            "192.0.2.10",
            "192.0.2.10:22/ssh",
            "vpn.ch-demo.example:443/dtls",
            "2001:db8::1",
            "[2001:db8::1]:443",
            "portail.ch-demo.example",
        ] {
            assert_eq!(text.parse::<ScopeHost>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_not_a_host_says_why() {
        let why = |text: &str| text.parse::<ScopeHost>().unwrap_err();
        assert_eq!(why("www.ch-demo.example:0").message.fr, "« 0 » n’est pas un port");
        assert!(why("https://www.ch-demo.example").message.fr.contains("port") || why("http:").hint.is_some());
        assert!(why("hôpital.example").hint.unwrap().fr.contains("xn--"));
        assert!(why("www.ch-demo.example:443/gopher").hint.unwrap().fr.contains("https"));
        assert!(why("www.ch-demo.example/https").message.fr.contains("sans port"));
    }

    #[test]
    fn ranges_begin_at_their_first_address() {
        assert_eq!("192.0.2.7".parse::<ScopeRange>().unwrap().to_string(), "192.0.2.7/32");
        let problem = "192.0.2.7/28".parse::<ScopeRange>().unwrap_err();
        assert!(problem.hint.unwrap().fr.contains("192.0.2.0/28"));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_parses_prints_back(text in "[a-z0-9.:/\\[\\]-]{0,30}|\\PC{0,30}") {
            let _ = text.parse::<ScopeRange>();
            let _ = text.parse::<Exclusion>();
            let _ = text.parse::<Resolver>();
            if let Ok(host) = text.parse::<ScopeHost>() {
                prop_assert_eq!(host.to_string().parse::<ScopeHost>().unwrap(), host);
            }
        }
    }
}
