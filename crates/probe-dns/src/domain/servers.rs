use std::collections::BTreeSet;
use std::net::IpAddr;

use futures_util::stream::{self, StreamExt};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use vigie_probe::NetError;

use super::facts::NameServerFacts;
use crate::gaps::Gaps;
use crate::inquiry::{Inquiry, plain};

/// Name servers whose addresses are looked up. The root has 13; nobody needs more.
const MAX_SERVERS: usize = 16;
/// Address questions under way at once: the name server is somebody's small appliance too.
const AT_ONCE: usize = 8;

/// The name servers of a zone with what was learnt of their addresses.
pub(super) struct Servers {
    pub(super) records: Vec<Record>,
    servers: Vec<Server>,
}

struct Server {
    name: Name,
    ipv4: Result<Vec<IpAddr>, NetError>,
    ipv6: Result<Vec<IpAddr>, NetError>,
}

/// Asks for the name servers of a zone and for their addresses.
pub(super) async fn look(inquiry: &Inquiry, zone: &Name) -> Result<Servers, NetError> {
    let records = inquiry.answer(zone, RecordType::NS).await?.records;
    let mut names: Vec<Name> = records.iter().filter_map(name_server).collect();
    names.sort();
    names.dedup();
    let looks: Vec<_> = names.into_iter().enumerate().map(|(rank, name)| server(inquiry, name, rank)).collect();
    let servers = stream::iter(looks).buffered(AT_ONCE).collect().await;
    Ok(Servers { records, servers })
}

async fn server(inquiry: &Inquiry, name: Name, rank: usize) -> Server {
    if rank >= MAX_SERVERS {
        return Server { name, ipv4: Err(NetError::Busy), ipv6: Err(NetError::Busy) };
    }
    let (ipv4, ipv6) =
        tokio::join!(addresses(inquiry, &name, RecordType::A), addresses(inquiry, &name, RecordType::AAAA));
    Server { name, ipv4, ipv6 }
}

/// The addresses of one family at a name; an empty list is the proof that there are none.
pub(crate) async fn addresses(inquiry: &Inquiry, name: &Name, family: RecordType) -> Result<Vec<IpAddr>, NetError> {
    let answer = inquiry.answer(name, family).await?;
    let address = |record: &Record| match &record.data {
        RData::A(a) => Some(IpAddr::V4(a.0)),
        RData::AAAA(aaaa) => Some(IpAddr::V6(aaaa.0)),
        _ => None,
    };
    Ok(answer.records.iter().filter_map(address).collect())
}

fn name_server(record: &Record) -> Option<Name> {
    match &record.data {
        RData::NS(name) => Some(name.0.clone()),
        _ => None,
    }
}

impl Servers {
    /// Distinct /24 networks, the size below which routes are not announced; unknown when a look-up failed.
    pub(super) fn ipv4_networks(&self) -> Result<u32, NetError> {
        distinct_networks(self.servers.iter().map(|server| &server.ipv4))
    }

    /// Distinct /48 networks, the usual size of one site; unknown when a look-up failed.
    pub(super) fn ipv6_networks(&self) -> Result<u32, NetError> {
        distinct_networks(self.servers.iter().map(|server| &server.ipv6))
    }

    /// The facts, in the order of the names.
    pub(super) fn facts(self, gaps: &mut Gaps) -> Vec<NameServerFacts> {
        let count = |gaps: &mut Gaps, path: String, addresses: Result<Vec<IpAddr>, NetError>| {
            gaps.keep(path.as_str(), addresses).map(|addresses| u32::try_from(addresses.len()).unwrap_or(u32::MAX))
        };
        let facts = self.servers.into_iter().enumerate().map(|(index, server)| NameServerFacts {
            name: plain(&server.name),
            ipv4: count(gaps, format!("name_servers[{index}].ipv4"), server.ipv4),
            ipv6: count(gaps, format!("name_servers[{index}].ipv6"), server.ipv6),
        });
        facts.collect()
    }
}

fn distinct_networks<'a>(servers: impl Iterator<Item = &'a Result<Vec<IpAddr>, NetError>>) -> Result<u32, NetError> {
    let mut networks = BTreeSet::new();
    for addresses in servers {
        networks.extend(addresses.as_ref().map_err(Clone::clone)?.iter().filter_map(|address| network(*address)));
    }
    Ok(u32::try_from(networks.len()).unwrap_or(u32::MAX))
}

fn network(address: IpAddr) -> Option<IpNet> {
    let net = match address {
        IpAddr::V4(v4) => IpNet::V4(Ipv4Net::new(v4, 24).ok()?),
        IpAddr::V6(v6) => IpNet::V6(Ipv6Net::new(v6, 48).ok()?),
    };
    Some(net.trunc())
}
