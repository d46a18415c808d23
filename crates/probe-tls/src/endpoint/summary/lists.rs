//! Facts about certificates beside what the facility named: logs of Certificate Transparency, keys that anybody can make.

use vigie_model::{FactPath, Reason};

use super::Summary;
use crate::certificate::{
    Certificate, LogEntry, LogList, SignatureCounts, WeakKeys, decode_ocsp_response, decode_timestamp_list,
    read_certificate, timestamps_within,
};
use crate::endpoint::Lists;
use crate::endpoint::facts::{TimestampSignatureFacts, WeakKeyFacts};
use crate::endpoint::survey::Survey;
use crate::trust::TrustStore;

impl Summary {
    /// Compares the certificates seen with the facility's lists.
    pub(crate) fn with_lists(mut self, survey: &Survey, lists: &Lists, store: &TrustStore) -> Self {
        // Read once more only where there is something to compare with.
        let is_needed = lists.logs.is_some() || lists.weak_keys.is_some();
        let certificates = survey.certificates().filter(|_| is_needed).unwrap_or_default();
        let chain: Vec<Certificate> = certificates.iter().map(|der| read_certificate(der)).collect();
        self.note_weak_keys(survey, &chain, lists.weak_keys.as_ref());
        self.note_timestamp_signatures(survey, &chain, lists.logs.as_ref(), store);
        self
    }

    fn note_weak_keys(&mut self, survey: &Survey, chain: &[Certificate], keys: Option<&WeakKeys>) {
        let certificates = match keys {
            None => Err(Reason::NotStated),
            Some(_) if chain.is_empty() => Err(self.why_no_certificate()),
            Some(keys) => listed(&with_others(survey, chain), keys).ok_or(Reason::Unsupported),
        };
        let certificates = self.known("weak_keys.certificates", certificates);
        self.facts.weak_keys = Some(WeakKeyFacts { checked: keys.is_some(), certificates });
    }

    fn note_timestamp_signatures(
        &mut self,
        survey: &Survey,
        chain: &[Certificate],
        logs: Option<&LogList>,
        store: &TrustStore,
    ) {
        let path = |way| FactPath::from("timestamp_signatures").field(way).to_string();
        let judged = match (logs, chain.first()) {
            (None, _) => [Err(Reason::NotStated); 3],
            (_, None) => [Err(self.why_no_certificate()); 3],
            (Some(logs), Some(leaf)) => {
                let [in_handshake, in_staple] = beside(survey, leaf, logs);
                [within(chain, leaf, logs, store), in_handshake, in_staple]
            }
        };
        let [in_certificate, in_handshake, in_staple] = judged;
        self.facts.timestamp_signatures = Some(TimestampSignatureFacts {
            checked: logs.is_some(),
            in_certificate: self.known(&path("in_certificate"), in_certificate),
            in_handshake: self.known(&path("in_handshake"), in_handshake),
            in_staple: self.known(&path("in_staple"), in_staple),
        });
    }

    fn why_no_certificate(&self) -> Reason {
        self.gaps.get(&FactPath::from("certificate")).copied().unwrap_or(Reason::Bug)
    }
}

/// A chain, and the certificates that other suites and versions show in the place of its first.
fn with_others(survey: &Survey, chain: &[Certificate]) -> Vec<Certificate> {
    let mut all = chain.to_vec();
    for der in survey.chains().filter_map(|(_, other)| other.first()) {
        if all.iter().all(|known| known.der.as_ref() != der.as_slice()) {
            all.push(read_certificate(der));
        }
    }
    all
}

/// The certificates whose key is in a list; `None` when one cannot be read and no other is in it.
fn listed(chain: &[Certificate], keys: &WeakKeys) -> Option<Vec<String>> {
    let found = chain.iter().filter(|certificate| keys.list(certificate) == Some(true));
    let found: Vec<String> = found.map(|certificate| certificate.facts.sha256.clone()).collect();
    let all_read = chain.iter().all(|certificate| keys.list(certificate).is_some());
    (all_read || !found.is_empty()).then_some(found)
}

/// What the timestamps in a certificate are worth.
fn within(
    chain: &[Certificate],
    leaf: &Certificate,
    logs: &LogList,
    store: &TrustStore,
) -> Result<SignatureCounts, Reason> {
    if !leaf.facts.readable {
        return Err(Reason::Unsupported);
    }
    let Some(list) = timestamps_within(leaf) else { return Ok(SignatureCounts::default()) };
    // The root of a private authority need not be sent, and what was signed names its key.
    let issuer = store.issuer_of(chain).ok_or(Reason::NotStated)?;
    let entry = LogEntry::before_signing(leaf, issuer).ok_or(Reason::Unsupported)?;
    counted(Some(&list), &entry, logs)
}

/// What the timestamps in the handshake and in the stapled answer are worth.
fn beside(survey: &Survey, leaf: &Certificate, logs: &LogList) -> [Result<SignatureCounts, Reason>; 2] {
    let stapled = match survey.stapled() {
        Ok(stapled) => stapled,
        Err(reason) => return [Err(reason); 2],
    };
    let entry = LogEntry::of(leaf);
    let in_staple = match stapled.staple.map(decode_ocsp_response) {
        Some(None) => Err(Reason::Unsupported),
        Some(Some(answer)) => counted(answer.timestamps.as_deref(), &entry, logs),
        None => Ok(SignatureCounts::default()),
    };
    [counted(stapled.timestamps, &entry, logs), in_staple]
}

fn counted(list: Option<&[u8]>, entry: &LogEntry, logs: &LogList) -> Result<SignatureCounts, Reason> {
    let timestamps = list.map_or(Some(Vec::new()), decode_timestamp_list).ok_or(Reason::Unsupported)?;
    Ok(logs.judge(&timestamps, entry))
}
