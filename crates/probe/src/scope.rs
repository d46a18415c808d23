use std::net::IpAddr;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_model::DomainName;

/// How much a probe disturbs what it looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Intrusiveness {
    /// What any visitor does: DNS questions, one ordinary handshake with the declared name.
    Passive,
    /// Several connections, each one well-formed.
    Polite,
    /// Connections to ports nobody declared.
    Active,
}

/// What the facility allows to be looked at, as addresses and names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// Addresses that belong to the facility and that it authorised.
    pub addresses: Vec<IpNet>,
    /// Addresses never to be touched, whatever else says yes.
    pub excluded_addresses: Vec<IpNet>,
    /// Names (and all below them) never to be touched.
    pub excluded_names: Vec<DomainName>,
}

/// What may be done to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Any look up to the given intrusiveness.
    UpTo(Intrusiveness),
    /// Nothing at all.
    Excluded,
}

impl Scope {
    /// What may be done to an address. It is asked again at each connection, after resolution: a
    /// name that moves to another address between two looks (DNS rebinding) gains nothing.
    ///
    /// An address that nobody listed only gets what any visitor does, and only if it is a public
    /// one: a public name that resolves to a private or loopback address is somebody else's machine.
    pub fn permission(&self, address: IpAddr) -> Permission {
        let address = address.to_canonical();
        let within = |nets: &[IpNet]| nets.iter().any(|net| net.contains(&address));
        if within(&self.excluded_addresses) {
            Permission::Excluded
        } else if within(&self.addresses) {
            Permission::UpTo(Intrusiveness::Active)
        } else if is_public(address) {
            Permission::UpTo(Intrusiveness::Passive)
        } else {
            Permission::Excluded
        }
    }

    /// Whether a look of this intrusiveness is allowed at this address.
    pub fn allows(&self, address: IpAddr, look: Intrusiveness) -> bool {
        match self.permission(address) {
            Permission::UpTo(most) => look <= most,
            Permission::Excluded => false,
        }
    }

    /// Whether the facility asked to leave this name alone.
    pub fn excludes_name(&self, name: &DomainName) -> bool {
        self.excluded_names.iter().any(|excluded| name.is_within(excluded))
    }
}

/// Whether an address can belong to a stranger's public server (RFC 6890 registries, the parts that matter here).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_multicast()
                || v4.is_broadcast()
                || v4.is_documentation()
                || a == 0
                || a >= 240
                // Carrier-grade NAT, RFC 6598, and benchmarking, RFC 2544.
                || (a == 100 && (64..128).contains(&b))
                || (a == 198 && (18..20).contains(&b)))
        }
        IpAddr::V6(v6) => {
            let [first, second, ..] = v6.segments();
            // Global unicast 2000::/3 without documentation 2001:db8::/32.
            first & 0xe000 == 0x2000 && !(first == 0x2001 && second == 0x0db8)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scope() -> Scope {
        Scope {
            addresses: vec!["192.0.2.0/24".parse().unwrap(), "2001:db8::/32".parse().unwrap()],
            excluded_addresses: vec!["192.0.2.66/32".parse().unwrap()],
            excluded_names: vec!["pacs.ch-demo.example".parse().unwrap()],
        }
    }

    #[test]
    fn listed_addresses_open_strangers_do_not() {
        let scope = scope();
        let allows = |address: &str, look| scope.allows(address.parse().unwrap(), look);
        assert!(allows("192.0.2.1", Intrusiveness::Active));
        assert!(allows("2001:db8::5", Intrusiveness::Active));
        assert!(!allows("192.0.2.66", Intrusiveness::Passive), "excluded wins");
        assert!(allows("9.9.9.9", Intrusiveness::Passive) && !allows("9.9.9.9", Intrusiveness::Polite));
    }

    #[test]
    fn rebinding_to_inner_addresses_gets_nothing() {
        for address in
            ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "fe80::1", "::ffff:127.0.0.1", "0.0.0.0"]
        {
            assert_eq!(scope().permission(address.parse().unwrap()), Permission::Excluded, "{address}");
        }
    }

    #[test]
    fn excluded_names_cover_what_is_below() {
        assert!(scope().excludes_name(&"x.pacs.ch-demo.example".parse().unwrap()));
        assert!(!scope().excludes_name(&"www.ch-demo.example".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn a_mapped_address_is_judged_as_its_ipv4_self(octets: [u8; 4]) {
            let v4 = std::net::Ipv4Addr::from(octets);
            prop_assert_eq!(scope().permission(v4.into()), scope().permission(v4.to_ipv6_mapped().into()));
        }
    }
}
