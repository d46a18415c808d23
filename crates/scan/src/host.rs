use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Catalogue, CatalogueError, Facts, SubjectKind, Text};
use vigie_probe::{Intrusiveness, Permission, Scope};

/// Where the name of a host leads, and how far the scope lets us follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HostFacts {
    /// Addresses the name resolves to.
    pub addresses: Vec<String>,
    /// Those that the facility authorised.
    pub authorised: Vec<String>,
    /// Those that nobody authorised: only looked at as a visitor would.
    pub visitor_only: Vec<String>,
    /// Those left alone: excluded, or private addresses under a public name.
    pub left_alone: Vec<String>,
}

impl Facts for HostFacts {
    const KIND: &'static str = "scope.host";
    const SUBJECT: SubjectKind = SubjectKind::Domain;

    fn title() -> Text {
        Text::new("Adresses d’une machine du périmètre", "Addresses of a host in scope")
    }
}

impl HostFacts {
    /// Sorts resolved addresses by what the scope allows.
    pub(crate) fn sort(addresses: &[IpAddr], scope: &Scope) -> Self {
        let those = |wanted: &dyn Fn(Permission) -> bool| {
            addresses.iter().filter(|a| wanted(scope.permission(**a))).map(ToString::to_string).collect()
        };
        Self {
            addresses: those(&|_| true),
            authorised: those(&|permission| permission == Permission::UpTo(Intrusiveness::Active)),
            visitor_only: those(
                &|permission| matches!(permission, Permission::UpTo(most) if most < Intrusiveness::Active),
            ),
            left_alone: those(&|permission| permission == Permission::Excluded),
        }
    }
}

/// The kinds of facts that the scan itself produces.
pub fn catalogue() -> Result<Catalogue, CatalogueError> {
    Catalogue::new().with::<HostFacts>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_sorted_once() {
        let scope = Scope { addresses: vec!["192.0.2.0/28".parse().unwrap()], ..Scope::default() };
        let addresses = ["192.0.2.1", "9.9.9.9", "10.0.0.1"].map(|text| text.parse().unwrap());
        let facts = HostFacts::sort(&addresses, &scope);
        assert_eq!(facts.authorised, ["192.0.2.1"]);
        assert_eq!(facts.visitor_only, ["9.9.9.9"]);
        assert_eq!(facts.left_alone, ["10.0.0.1"]);
        assert_eq!(facts.addresses.len(), 3);
    }
}
