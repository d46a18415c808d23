use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use vigie_model::{Host, Text};
use vigie_source::FormatProblem;

/// Where a system answers from the Internet: a name or an address, and a TCP port
/// (`vpn.ch-exemple.example:443`, `192.0.2.4:25`, `[2001:db8::4]:443`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicAddress {
    /// Name or address.
    pub host: Host,
    /// Port, 1 to 65535.
    pub port: u16,
}

/// Why a text is not a [`PublicAddress`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a name or an address and a port")]
pub struct PublicAddressError(pub String);

/// The `plan-public-address` format of plan files, with a message for their authors.
pub(crate) fn check_public_address(text: &str) -> Result<(), FormatProblem> {
    if text.parse::<PublicAddress>().is_ok() {
        return Ok(());
    }
    Err(FormatProblem::new(Text::new(
        "on attend ici un nom ou une adresse, puis un port",
        "a name or an address, then a port, is expected here",
    ))
    .with_hint(Text::new(
        "écrivez par exemple vpn.ch-exemple.example:443",
        "write for instance vpn.ch-exemple.example:443",
    )))
}

impl FromStr for PublicAddress {
    type Err = PublicAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || PublicAddressError(text.to_owned());
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        // An IPv6 address without its brackets would lend its last group to the port.
        if host.contains(':') && !host.starts_with('[') {
            return Err(wrong());
        }
        let port = port.parse().ok().filter(|port| *port > 0).ok_or_else(wrong)?;
        Ok(Self { host: host.parse().map_err(|_| wrong())?, port })
    }
}

impl fmt::Display for PublicAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Address(address) if address.is_ipv6() => write!(f, "[{address}]:{}", self.port),
            host => write!(f, "{host}:{}", self.port),
        }
    }
}

impl TryFrom<String> for PublicAddress {
    type Error = PublicAddressError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PublicAddress> for String {
    fn from(address: PublicAddress) -> Self {
        address.to_string()
    }
}

impl JsonSchema for PublicAddress {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "PublicAddress".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "plan-public-address", "examples": ["vpn.ch-exemple.example:443"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_and_a_port_read_back_as_written() {
        for good in ["vpn.ch-exemple.example:443", "192.0.2.4:25", "[2001:db8::4]:443"] {
            assert_eq!(good.parse::<PublicAddress>().unwrap().to_string(), good);
        }
        for bad in ["", "vpn.ch-exemple.example", "192.0.2.4:0", "192.0.2.4:65536", "2001:db8::4:443", ":443", "a b:1"]
        {
            assert!(bad.parse::<PublicAddress>().is_err(), "{bad}");
        }
    }
}
