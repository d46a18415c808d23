//! Facts about certificates and what comes with them.

use jiff::Timestamp;
use vigie_model::{FactPath, Host, Reason};

use super::Summary;
use super::answers::nothing_accepted;
use crate::certificate::{
    Certificate, LeafFacts, OcspResponse, chain_shape, decode_ocsp_response, decode_timestamp_list, names_match,
    read_certificate,
};
use crate::endpoint::facts::{AlsoServedFacts, StapleFacts, TimestampFacts};
use crate::endpoint::survey::{Stapled, Survey};
use crate::paths::paths;
use crate::trust::{TrustFacts, TrustStore};

impl Summary {
    pub(super) fn note_certificates(&mut self, survey: &Survey, host: &Host, store: &TrustStore, at: Timestamp) {
        let Some(certificates) = survey.certificates() else {
            let reason = match &survey.handshake {
                Some(Err(answer)) => answer.reason().unwrap_or(Reason::Bug),
                _ => nothing_accepted(survey),
            };
            if survey.was_full() {
                self.gap("also_served", reason);
                self.gap("revocation", reason);
            }
            for path in
                ["certificate", "chain", "chain_order_ok", "chain_complete", "trust", "paths", "staple", "timestamps"]
            {
                self.gap(path, reason);
            }
            return;
        };
        let chain: Vec<Certificate> = certificates.iter().map(|der| read_certificate(der)).collect();
        let Some(leaf) = chain.first() else { return };
        let (own, trust) = self.judged(&chain, leaf, &FactPath::ROOT, host, store, at);
        let issuer = store.issuer_of(&chain);
        self.note_staple(survey, leaf, issuer, at);
        if survey.was_full() {
            self.note_revocation(&survey.published, leaf, issuer, at);
            self.note_other_certificates(survey, leaf, host, store, at);
        }
        for (index, certificate) in chain.iter().enumerate() {
            self.note_unreadable(&FactPath::from("chain").index(index), certificate);
        }
        let shape = chain_shape(&chain, trust.as_ref(), store);
        if shape.order_ok.is_none() {
            self.gap("chain_order_ok", Reason::Unsupported);
        }
        if shape.complete.is_none() {
            // Only the facility can say whether its own authority signs without an intermediate.
            let reason = if leaf.facts.readable { Reason::NotStated } else { Reason::Unsupported };
            self.gap("chain_complete", reason);
        }
        self.facts.certificate = Some(own);
        self.facts.chain_order_ok = shape.order_ok;
        self.facts.chain_complete = shape.complete;
        self.facts.trust = trust;
        self.facts.paths = self.known("paths", paths(&chain, store, at).ok_or(Reason::Unsupported));
        self.facts.chain = Some(chain.into_iter().map(|certificate| certificate.facts).collect());
    }

    /// A server's certificate and what stands against it, with what is missing of both; `place` holds them.
    fn judged(
        &mut self,
        chain: &[Certificate],
        leaf: &Certificate,
        place: &FactPath,
        host: &Host,
        store: &TrustStore,
        at: Timestamp,
    ) -> (LeafFacts, Option<TrustFacts>) {
        let path = place.field("certificate");
        self.note_unreadable(&path, leaf);
        let matches_name = matches_name(leaf, host);
        if leaf.facts.readable && matches_name.is_none() {
            self.gap(path.field("matches_name"), Reason::NotStated);
        }
        let trust = store.judge(chain, matches_name, at);
        if trust.is_none() {
            self.gap(place.field("trust"), Reason::Unsupported);
        }
        (LeafFacts { matches_name, certificate: leaf.facts.clone() }, trust)
    }

    fn note_unreadable(&mut self, path: &FactPath, certificate: &Certificate) {
        match &certificate.facts.content {
            None => self.gap(path.clone(), Reason::Unsupported),
            Some(content) => {
                let fields = [
                    ("key_bits", content.key_bits.is_none()),
                    ("rsa_exponent", content.rsa_exponent.is_none()),
                    ("signature_hash", content.signature_hash.is_none()),
                ];
                self.gaps_in(path, fields, Reason::Unsupported);
            }
        }
    }

    /// Certificates that other suites or versions show in the place of the server's own.
    fn note_other_certificates(
        &mut self,
        survey: &Survey,
        own: &Certificate,
        host: &Host,
        store: &TrustStore,
        at: Timestamp,
    ) {
        if let Some(reason) = survey.unknown_chains() {
            return self.gap("also_served", reason);
        }
        let mut others: Vec<AlsoServedFacts> = Vec::new();
        for (version, chain) in survey.chains() {
            // Most show the same one: it need not be read again.
            let Some(der) = chain.first().filter(|der| der.as_slice() != own.der.as_ref()) else { continue };
            let leaf = read_certificate(der);
            match others.iter_mut().find(|other| other.certificate.certificate == leaf.facts) {
                Some(known) if known.versions.contains(&version) => {}
                Some(known) => known.versions.push(version),
                None => {
                    let chain: Vec<Certificate> = chain.iter().map(|der| read_certificate(der)).collect();
                    let place = FactPath::from("also_served").index(others.len());
                    let (certificate, trust) = self.judged(&chain, &leaf, &place, host, store, at);
                    others.push(AlsoServedFacts { versions: vec![version], certificate, trust });
                }
            }
        }
        self.facts.also_served = Some(others);
    }

    /// What is stapled to the server's own certificate: an answer about its revocation, timestamps.
    fn note_staple(&mut self, survey: &Survey, leaf: &Certificate, issuer: Option<&Certificate>, at: Timestamp) {
        let Stapled { staple, timestamps } = match survey.stapled() {
            Ok(stapled) => stapled,
            Err(reason) => return ["staple", "timestamps"].into_iter().for_each(|path| self.gap(path, reason)),
        };
        let response = staple.and_then(decode_ocsp_response);
        let count = |list: &[u8]| decode_timestamp_list(list).map(|timestamps| timestamps.len());
        let in_staple = match (staple, &response) {
            (None, _) => Some(0),
            (Some(_), None) => None,
            (Some(_), Some(response)) => response.timestamps.as_deref().map_or(Some(0), count),
        };
        let in_handshake = timestamps.map_or(Some(0), count);
        let fields = [("in_staple", in_staple.is_none()), ("in_handshake", in_handshake.is_none())];
        self.gaps_in(&"timestamps".into(), fields, Reason::Unsupported);
        self.facts.timestamps = Some(TimestampFacts { in_handshake, in_staple });
        let facts = match (staple, response) {
            (None, _) => {
                StapleFacts { present: false, status: Some(String::new()), authentic: Some(true), current: Some(true) }
            }
            (Some(_), None) => StapleFacts { present: true, status: None, authentic: None, current: None },
            (Some(_), Some(response)) => self.staple_facts(&response, leaf, issuer, at),
        };
        let fields = [
            ("status", facts.status.is_none()),
            ("authentic", facts.authentic.is_none()),
            ("current", facts.current.is_none()),
        ];
        self.gaps_in(&"staple".into(), fields, Reason::Unsupported);
        self.facts.staple = Some(facts);
    }

    fn staple_facts(
        &mut self,
        response: &OcspResponse,
        leaf: &Certificate,
        issuer: Option<&Certificate>,
        at: Timestamp,
    ) -> StapleFacts {
        self.prove("OCSP", response.status, response.this_update, response.next_update);
        StapleFacts {
            present: true,
            status: Some(response.status.to_owned()),
            authentic: issuer.and_then(|issuer| response.vouches_for(leaf, issuer)),
            current: Some(response.is_current(at)),
        }
    }
}

/// Whether a certificate names the host; unknown for an address that it does not name, since nobody said which name
/// is served there.
fn matches_name(leaf: &Certificate, host: &Host) -> Option<bool> {
    let content = leaf.facts.content.as_ref()?;
    match host {
        Host::Name(_) => Some(names_match(host, content)),
        Host::Address(_) => names_match(host, content).then_some(true),
    }
}
