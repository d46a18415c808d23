use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use vigie_model::{DomainName, Endpoint, Host, Transport};
use vigie_probe::{DomainTarget, EndpointTarget, Intrusiveness, Permission, Scope, Target};

use crate::{FacilityFile, ScopeHost};

/// The targets of the first wave: the facility's domains, those it excluded left out.
pub(crate) fn domains(file: &FacilityFile, scope: &Scope) -> Vec<Target> {
    let names = file.scope.domains.iter().filter(|name| !scope.excludes_name(name));
    names
        .map(|name| {
            let dkim_selectors = file.declared.dkim_selectors.get(name).cloned().unwrap_or_default();
            Target::Domain(DomainTarget { name: name.clone(), dkim_selectors })
        })
        .collect()
}

/// The names of hosts to resolve before the second wave.
pub(crate) fn names_to_resolve(file: &FacilityFile, scope: &Scope) -> BTreeSet<DomainName> {
    let names = file.scope.hosts.iter().filter_map(|host| match &host.host {
        Host::Name(name) => Some(name),
        Host::Address(_) => None,
    });
    names.filter(|name| !scope.excludes_name(name)).cloned().collect()
}

/// The ports tried where the facility asked for a survey.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surveyed<'a> {
    pub(crate) tcp: &'a [u16],
    pub(crate) udp: &'a [u16],
}

impl Surveyed<'_> {
    fn ports(self) -> impl Iterator<Item = (Transport, u16)> {
        let tcp = self.tcp.iter().map(|port| (Transport::Tcp, *port));
        tcp.chain(self.udp.iter().map(|port| (Transport::Udp, *port)))
    }
}

/// The targets of the second wave, by address: one queue a host, so that none is crowded.
///
/// A declared endpoint wins over the same port found by surveying: it knows its name and protocol.
pub(crate) fn endpoints(
    file: &FacilityFile,
    scope: &Scope,
    resolved: &BTreeMap<DomainName, Vec<IpAddr>>,
    survey: Surveyed<'_>,
) -> BTreeMap<IpAddr, Vec<EndpointTarget>> {
    let mut queues: BTreeMap<IpAddr, Vec<EndpointTarget>> = BTreeMap::new();
    let (with_port, without_port): (Vec<_>, Vec<_>) = file.scope.hosts.iter().partition(|host| host.port.is_some());
    let mut push = |endpoint: Endpoint, declared: Option<String>, surveyed: bool| {
        let Permission::UpTo(allowed) = scope.permission(endpoint.address) else { return };
        let queue = queues.entry(endpoint.address).or_default();
        let same_port = |known: &Endpoint| (known.transport, known.port) == (endpoint.transport, endpoint.port);
        let known = queue.iter().any(|known| known.endpoint == endpoint || (surveyed && same_port(&known.endpoint)));
        if !known {
            queue.push(EndpointTarget { endpoint, declared, allowed, surveyed });
        }
    };
    for entry in with_port {
        for address in addresses_of(entry, resolved) {
            let (transport, port) = (entry.transport(), entry.port.unwrap_or_default());
            let endpoint = Endpoint { transport, host: entry.host.clone(), port, address };
            push(endpoint, entry.protocol.clone(), false);
        }
    }
    let surveyed_hosts = without_port
        .into_iter()
        .flat_map(|entry| addresses_of(entry, resolved).into_iter().map(|address| (entry.host.clone(), address)));
    let surveyed_ranges = file
        .scope
        .ranges
        .iter()
        .filter(|_| file.scope.survey)
        .flat_map(|range| range.0.hosts().map(|address| (Host::Address(address), address)));
    for (host, address) in surveyed_hosts.chain(surveyed_ranges) {
        // Ports that nobody declared are only tried on addresses that the facility authorised.
        if scope.allows(address, Intrusiveness::Active) {
            for (transport, port) in survey.ports() {
                push(Endpoint { transport, host: host.clone(), port, address }, None, true);
            }
        }
    }
    queues
}

fn addresses_of(entry: &ScopeHost, resolved: &BTreeMap<DomainName, Vec<IpAddr>>) -> Vec<IpAddr> {
    match &entry.host {
        Host::Address(address) => vec![*address],
        Host::Name(name) => resolved.get(name).cloned().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use vigie_source::SourceFile;

    use super::*;

    fn tcp_only(ports: &[u16]) -> Surveyed<'_> {
        Surveyed { tcp: ports, udp: &[] }
    }

    fn file(scope: &str) -> FacilityFile {
        let text = format!("facility: {{name: CH de Démonstration, kind: ES}}\nscope:\n{scope}");
        FacilityFile::read(&SourceFile::new("facility.yaml", &text)).unwrap().0
    }

    #[test]
    fn declared_endpoints_keep_their_name_and_surveyed_ports_fill_the_rest() {
        let file = file(
            "  ranges: [192.0.2.0/30]\n  survey: true\n  hosts: ['www.ch-demo.example:443/https', '9.9.9.9:25/smtp']\n",
        );
        let www: DomainName = "www.ch-demo.example".parse().unwrap();
        let resolved = BTreeMap::from([(www, vec![IpAddr::from([192, 0, 2, 1])])]);
        let queues = endpoints(&file, &file.scope(), &resolved, tcp_only(&[22, 443]));
        let ports = |last: u8| -> Vec<(String, u16)> {
            let queue = &queues[&IpAddr::from([192, 0, 2, last])];
            queue.iter().map(|t| (t.endpoint.host.to_string(), t.endpoint.port)).collect()
        };
        assert_eq!(ports(1), [("www.ch-demo.example".into(), 443), ("192.0.2.1".into(), 22)]);
        assert_eq!(ports(2).len(), 2);
        assert!(queues.contains_key(&IpAddr::from([9, 9, 9, 9])), "an address listed literally is authorised");
    }

    #[test]
    fn ports_of_tcp_and_of_udp_are_not_the_same() {
        let file = file(
            "  ranges: [192.0.2.0/30]\n  hosts: ['192.0.2.1:443/https', '192.0.2.2:443/dtls', 192.0.2.1, 192.0.2.2]\n",
        );
        let queues = endpoints(&file, &file.scope(), &BTreeMap::new(), Surveyed { tcp: &[443], udp: &[443] });
        let targets = |last: u8| -> Vec<(Transport, Option<&str>)> {
            let queue = &queues[&IpAddr::from([192, 0, 2, last])];
            queue.iter().map(|target| (target.endpoint.transport, target.declared.as_deref())).collect()
        };
        assert_eq!(targets(1), [(Transport::Tcp, Some("https")), (Transport::Udp, None)]);
        assert_eq!(targets(2), [(Transport::Udp, Some("dtls")), (Transport::Tcp, None)]);
    }

    #[test]
    fn names_that_lead_outside_or_inside_are_not_surveyed() {
        let file = file("  ranges: [192.0.2.0/30]\n  hosts: [www.ch-demo.example]\n");
        let www: DomainName = "www.ch-demo.example".parse().unwrap();
        let resolved = BTreeMap::from([(www, vec!["9.9.9.9".parse().unwrap(), "10.0.0.1".parse().unwrap()])]);
        assert!(endpoints(&file, &file.scope(), &resolved, tcp_only(&[22])).is_empty());
    }
}
