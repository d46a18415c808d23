use hickory_proto::dnssec::PublicKey;
use hickory_proto::dnssec::rdata::{DNSKEY, DNSSECRData, DS, RRSIG};
use hickory_proto::rr::{Name, RData, Record, RecordType, SerialNumber};
use jiff::Timestamp;
use vigie_model::Evidence;
use vigie_probe::NetError;

use super::{ChainCause, Obstacle, TrustAnchor};
use crate::inquiry::{Inquiry, record_evidence};

/// Keys and delegations compared with one another: an ordinary zone has 4 at most, and comparing many
/// is what a hostile zone would like us to do (CVE-2023-50387).
const MAX_COMPARED: usize = 16;

/// Signed zones between the anchor and the zone. Three or four are usual.
const MAX_LINKS: usize = 10;

/// The records of one type at one name, with the signatures over them.
#[derive(Debug)]
pub(super) struct Signed {
    pub(super) owner: Name,
    pub(super) record: RecordType,
    pub(super) records: Vec<Record>,
    pub(super) signatures: Vec<RRSIG>,
}

/// One zone of the chain: what its parent says of its keys, and its keys.
#[derive(Debug)]
pub(super) struct Link {
    zone: Name,
    /// `None` at the trust anchor, which needs no parent.
    ds: Option<Signed>,
    pub(super) keys: Signed,
}

/// The zones between the trust anchor and the zone that have a word in its signatures.
#[derive(Debug)]
pub(super) struct Chain {
    top: Link,
    /// Zones with a DS below the anchor, from the top down.
    links: Vec<Link>,
    zone: Name,
    /// The zone's own records that every answer rests on: DNSKEY, SOA, NS.
    own: Vec<Signed>,
    own_ds: Vec<Record>,
}

/// Asks for the records of the chain. Names without a DS are not links: they are inside a zone, or unsigned.
pub(super) async fn collect(inquiry: &Inquiry, anchor: &TrustAnchor, zone: &Name) -> Result<Chain, Obstacle> {
    let start = anchor.owner_above(zone).ok_or(Obstacle::NoAnchor)?;
    let below = zone.num_labels().saturating_sub(start.num_labels());
    let names: Vec<Name> =
        (1..=below).map(|extra| zone.trim_to(usize::from(start.num_labels().saturating_add(extra)))).collect();
    let top = Link { zone: start.clone(), ds: None, keys: signed(inquiry, &start, RecordType::DNSKEY).await? };
    let mut links = Vec::new();
    let mut own_ds = Vec::new();
    for name in names {
        let ds = signed(inquiry, &name, RecordType::DS).await?;
        if name == *zone {
            own_ds.clone_from(&ds.records);
        }
        if !ds.records.is_empty() {
            if links.len() >= MAX_LINKS {
                return Err(Obstacle::TooLong);
            }
            let keys = signed(inquiry, &name, RecordType::DNSKEY).await?;
            links.push(Link { zone: name, ds: Some(ds), keys });
        }
    }
    let mut own = Vec::new();
    for record in [RecordType::DNSKEY, RecordType::SOA, RecordType::NS] {
        own.push(signed(inquiry, zone, record).await?);
    }
    Ok(Chain { top, links, zone: zone.clone(), own, own_ds })
}

async fn signed(inquiry: &Inquiry, owner: &Name, record: RecordType) -> Result<Signed, NetError> {
    let records = inquiry.answer(owner, record).await?.records;
    let reply = inquiry.reply(owner, record).await?;
    let signatures = reply.records(RecordType::RRSIG).filter(|found| found.name == *owner);
    let signatures = signatures.filter_map(|found| match &found.data {
        RData::DNSSEC(DNSSECRData::RRSIG(signature)) if signature.input().type_covered == record => {
            Some(signature.clone())
        }
        _ => None,
    });
    Ok(Signed { owner: owner.clone(), record, records, signatures: signatures.take(MAX_COMPARED).collect() })
}

impl Chain {
    /// The zone of the trust anchor.
    pub(super) fn top(&self) -> &Link {
        &self.top
    }

    /// The zone at the end of the chain.
    pub(super) fn zone(&self) -> &Name {
        &self.zone
    }

    /// What the zone's own records rest on, from the top down.
    pub(super) fn sets_above(&self) -> impl Iterator<Item = &Signed> {
        let links = self.links.iter().flat_map(|link| link.ds.iter().chain([&link.keys]));
        std::iter::once(&self.top.keys).chain(links).filter(|set| !set.records.is_empty())
    }

    /// The zone's own DNSKEY, SOA and NS.
    pub(super) fn own_sets(&self) -> impl Iterator<Item = &Signed> {
        self.own.iter().filter(|set| !set.records.is_empty())
    }

    /// The zone's keys.
    pub(super) fn own_keys(&self) -> impl Iterator<Item = &DNSKEY> {
        self.own.iter().flat_map(Signed::keys)
    }

    /// What the parent says of the zone's keys.
    pub(super) fn own_ds(&self) -> impl Iterator<Item = &DS> {
        self.own_ds.iter().filter_map(as_ds)
    }

    /// What the parent names, and what the zone's own records are signed with.
    pub(super) fn evidence(&self) -> Vec<Evidence> {
        let signatures = self.own.iter().flat_map(|set| {
            set.signatures
                .iter()
                .map(|signature| Evidence::text(format!("RRSIG {}", set.record), &signature.to_string()))
        });
        record_evidence("DS", &self.own_ds).into_iter().chain(signatures).collect()
    }

    /// Whether somebody names the zone's keys: its parent, or the trust anchor itself.
    pub(super) fn is_vouched_for(&self) -> bool {
        !self.own_ds.is_empty() || self.zone == self.top.zone
    }

    /// The first link that cannot hold, from the top down, and its zone; `None` when all look sound.
    pub(super) fn fault(&self, now: Timestamp) -> Option<(ChainCause, Name)> {
        let mut links = std::iter::once(&self.top).chain(&self.links);
        links.find_map(|link| link.fault(now).map(|cause| (cause, link.zone.clone()))).or_else(|| {
            // Nothing is expected to be signed where nobody names a key.
            let mut own = self.own_sets().filter(|_| self.is_vouched_for());
            own.find_map(|set| set.fault(now)).map(|cause| (cause, self.zone.clone()))
        })
    }
}

impl Link {
    fn fault(&self, now: Timestamp) -> Option<ChainCause> {
        let Some(ds) = &self.ds else { return self.keys.fault(now) };
        if let Some(cause) = ds.fault(now) {
            return Some(cause);
        }
        let delegations: Vec<&DS> = ds.records.iter().filter_map(as_ds).take(MAX_COMPARED).collect();
        if !delegations.iter().any(|ds| ds.algorithm().is_supported() && ds.digest_type().is_supported()) {
            return Some(ChainCause::UnsupportedAlgorithm);
        }
        if self.keys.records.is_empty() {
            return Some(ChainCause::MissingKey);
        }
        let matched: Vec<u16> = self
            .keys
            .keys()
            .take(MAX_COMPARED)
            .filter(|key| delegations.iter().any(|ds| names_key(ds, &self.zone, key)))
            .filter_map(|key| key.calculate_key_tag().ok())
            .collect();
        if matched.is_empty() {
            return Some(ChainCause::NoMatchingDs);
        }
        self.keys.fault_among(now, |signature| matched.contains(&signature.input().key_tag))
    }
}

impl Signed {
    pub(super) fn keys(&self) -> impl Iterator<Item = &DNSKEY> {
        self.records.iter().filter_map(|record| match &record.data {
            RData::DNSSEC(DNSSECRData::DNSKEY(key)) => Some(key),
            _ => None,
        })
    }

    fn fault(&self, now: Timestamp) -> Option<ChainCause> {
        self.fault_among(now, |_| true)
    }

    /// What is wrong with the dates of the signatures that count; nothing if one of them is in force.
    fn fault_among(&self, now: Timestamp, counts: impl Fn(&RRSIG) -> bool) -> Option<ChainCause> {
        let mut fault = Some(ChainCause::MissingSignature);
        for signature in self.signatures.iter().filter(|signature| counts(signature)) {
            fault = Some(if seconds_until(signature.input().sig_expiration, now) < 0 {
                ChainCause::SignatureExpired
            } else if seconds_until(signature.input().sig_inception, now) > 0 {
                ChainCause::SignatureNotYetValid
            } else {
                return None;
            });
        }
        fault
    }
}

/// Seconds from now to an instant of a signature, negative once past. Such instants wrap every 136 years
/// (RFC 4034 section 3.1.5): the nearest one is meant.
pub(super) fn seconds_until(instant: SerialNumber, now: Timestamp) -> i64 {
    // The remainder of a division by 2^32 always fits.
    let now = u32::try_from(now.as_second().rem_euclid(1 << 32)).unwrap_or_default();
    i64::from(instant.get().wrapping_sub(now).cast_signed())
}

/// Whether a parent's record names this key of the zone.
pub(super) fn names_key(ds: &DS, zone: &Name, key: &DNSKEY) -> bool {
    ds.algorithm() == key.public_key().algorithm()
        && key.calculate_key_tag().is_ok_and(|tag| tag == ds.key_tag())
        && ds.covers(zone, key).unwrap_or(false)
}

fn as_ds(record: &Record) -> Option<&DS> {
    match &record.data {
        RData::DNSSEC(DNSSECRData::DS(ds)) => Some(ds),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn instants_near_now_are_found_whatever_the_century(now in 0_i64..100_000_000_000, left in -1_000_000_000_i64..1_000_000_000) {
            let instant = u32::try_from((now + left).rem_euclid(1 << 32)).unwrap();
            let found = seconds_until(SerialNumber::new(instant), Timestamp::from_second(now).unwrap());
            prop_assert_eq!(found, left);
        }
    }
}
