//! The ways from a server's certificate to roots. Authorities that change their roots sign each other's keys
//! (cross-signing), and which way a client takes depends on the roots that it has.

use std::time::Duration;

use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use schemars::JsonSchema;
use serde::Serialize;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, Error as PathError, KeyUsage};

use crate::certificate::Certificate;
use crate::trust::{TrustSource, TrustStore};

/// One way to a root that a store knows, by the certificates sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PathFacts {
    /// The authorities on the way, the issuer of the server's own certificate first; none when the root is that issuer.
    pub through: Vec<String>,
    /// The root.
    pub root: String,
    /// The store that holds it.
    pub source: TrustSource,
    /// Whether all of it is in force at the time of the look, the dates of the server's own certificate set aside.
    pub in_force: bool,
}

/// Ways that are told: authorities have two or three.
const MOST_PATHS: usize = 8;
/// Authorities on one way, as many as clients bear.
const LONGEST_PATH: usize = 6;
/// Certificates looked at on all ways together: names can be made to lead in circles.
const MOST_STEPS: usize = 64;

/// Every way from the first certificate of a chain to a root. `None` when that certificate cannot be read.
pub(crate) fn paths(chain: &[Certificate], store: &TrustStore, at: Timestamp) -> Option<Vec<PathFacts>> {
    let (leaf, above) = chain.split_first()?;
    let content = leaf.facts.content.as_ref()?;
    let within = at.min(content.not_after).max(content.not_before);
    let mut search = Search { above, store, at: unix_time(within), now: at, found: Vec::new(), steps: 0 };
    search.follow(&mut vec![leaf]);
    Some(search.found)
}

struct Search<'s> {
    above: &'s [Certificate],
    store: &'s TrustStore,
    at: UnixTime,
    now: Timestamp,
    found: Vec<PathFacts>,
    steps: usize,
}

impl<'s> Search<'s> {
    /// Goes on from the last certificate of a way, to roots and to others.
    fn follow(&mut self, way: &mut Vec<&'s Certificate>) {
        self.steps = self.steps.saturating_add(1);
        let Some(last) = way.last().copied() else { return };
        let Some(names) = &last.names else { return };
        for (source, root, in_force) in self.store.roots_named(&names.issuer, self.now) {
            if let Some(in_force) = self.holds(way, root).map(|holds| holds && in_force)
                && self.found.len() < MOST_PATHS
            {
                self.found.push(path(way, source, in_force));
            }
        }
        for next in self.above {
            let leads_on = last.names_as_issuer(next) && !next.names_as_issuer(next);
            let is_new = way.len() <= LONGEST_PATH && !way.contains(&next);
            if leads_on && is_new && self.steps < MOST_STEPS {
                way.push(next);
                self.follow(way);
                way.pop();
            }
        }
    }

    /// Whether a way to a root is in force; `None` when it does not hold at all.
    fn holds(&self, way: &[&Certificate], root: &TrustAnchor<'_>) -> Option<bool> {
        let (leaf, through) = way.split_first()?;
        let through: Vec<CertificateDer<'_>> = through.iter().map(|authority| authority.der.clone()).collect();
        let roots = std::slice::from_ref(root);
        let end = EndEntityCert::try_from(&leaf.der).ok()?;
        let usage = KeyUsage::server_auth();
        match end.verify_for_usage(ALL_VERIFICATION_ALGS, roots, &through, self.at, usage, None, None) {
            Ok(_) => Some(true),
            Err(PathError::CertExpired { .. } | PathError::CertNotValidYet { .. }) => Some(false),
            Err(_) => None,
        }
    }
}

fn path(way: &[&Certificate], source: TrustSource, in_force: bool) -> PathFacts {
    let content = |certificate: &Certificate| certificate.facts.content.clone();
    let root = way.last().and_then(|last| content(last)).map_or_else(String::new, |content| content.issuer);
    let through = way.iter().skip(1).filter_map(|authority| content(authority)).map(|content| content.subject);
    PathFacts { through: through.collect(), root, source, in_force }
}

fn unix_time(at: Timestamp) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(at.as_second()).unwrap_or(0)))
}
