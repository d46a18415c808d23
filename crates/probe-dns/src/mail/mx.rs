use futures_util::stream::{self, StreamExt};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use vigie_probe::NetError;

use super::facts::{MxFacts, MxHostFacts};
use crate::gaps::Gaps;
use crate::inquiry::{Inquiry, plain};

/// Exchangers whose addresses are looked up; more than 10 already break SPF's `mx` (RFC 7208 section 4.6.4).
const MAX_HOSTS: usize = 16;
/// Exchangers looked up at once.
const AT_ONCE: usize = 8;

/// The mail exchangers of a domain with what was learnt of their names.
pub(super) struct Exchangers {
    pub(super) records: Vec<Record>,
    hosts: Vec<Host>,
}

struct Host {
    preference: u16,
    name: Name,
    address: Result<Address, NetError>,
}

struct Address {
    resolves: bool,
    alias: bool,
}

/// Asks for the exchangers of a domain and whether their names have addresses.
pub(super) async fn look(inquiry: &Inquiry, domain: &Name) -> Result<Exchangers, NetError> {
    let records = inquiry.answer(domain, RecordType::MX).await?.records;
    let mut exchangers: Vec<(u16, Name)> = records.iter().filter_map(exchanger).collect();
    exchangers.sort();
    let looks: Vec<_> = exchangers.into_iter().enumerate().map(|(rank, found)| host(inquiry, found, rank)).collect();
    let hosts = stream::iter(looks).buffered(AT_ONCE).collect().await;
    Ok(Exchangers { records, hosts })
}

async fn host(inquiry: &Inquiry, (preference, name): (u16, Name), rank: usize) -> Host {
    let address = if rank < MAX_HOSTS { address(inquiry, &name).await } else { Err(NetError::Busy) };
    Host { preference, name, address }
}

async fn address(inquiry: &Inquiry, name: &Name) -> Result<Address, NetError> {
    if name.is_root() {
        return Ok(Address { resolves: false, alias: false });
    }
    let (v4, v6) = tokio::join!(inquiry.answer(name, RecordType::A), inquiry.answer(name, RecordType::AAAA));
    let alias = [&v4, &v6].into_iter().flatten().any(|answer| !answer.aliases.is_empty());
    if [&v4, &v6].into_iter().flatten().any(|answer| !answer.records.is_empty()) {
        return Ok(Address { resolves: true, alias });
    }
    // One family failing while the other is merely empty is not proof of absence.
    v4?;
    v6?;
    Ok(Address { resolves: false, alias })
}

fn exchanger(record: &Record) -> Option<(u16, Name)> {
    match &record.data {
        RData::MX(mx) => Some((mx.preference, mx.exchange.clone())),
        _ => None,
    }
}

impl Exchangers {
    /// Whether any exchanger takes mail: the null one does not (RFC 7505).
    pub(super) fn accept_mail(&self) -> bool {
        self.hosts.iter().any(|host| !host.name.is_root())
    }

    pub(super) fn facts(self, gaps: &mut Gaps) -> MxFacts {
        let null_mx = self.hosts.iter().any(|host| host.name.is_root());
        let real = self.hosts.into_iter().filter(|host| !host.name.is_root()).enumerate();
        let hosts = real.map(|(index, host)| {
            if let Err(error) = &host.address {
                gaps.note(format!("mx.hosts[{index}].resolves").as_str(), error.reason());
                gaps.note(format!("mx.hosts[{index}].alias").as_str(), error.reason());
            }
            let address = host.address.ok();
            MxHostFacts {
                name: plain(&host.name),
                preference: host.preference,
                resolves: address.as_ref().map(|address| address.resolves),
                alias: address.map(|address| address.alias),
            }
        });
        MxFacts { null_mx, hosts: hosts.collect() }
    }
}
