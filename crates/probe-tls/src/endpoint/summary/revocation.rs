//! Facts about what the issuer publishes of the server's own certificate.

use jiff::Timestamp;
use vigie_model::{Evidence, FactPath, Reason};

use super::Summary;
use crate::certificate::{Certificate, OcspResponse, RevocationList, decode_ocsp_response, decode_revocation_list};
use crate::endpoint::facts::{PublishedFacts, RevocationFacts};
use crate::endpoint::revocation::{Published, Told};

impl Summary {
    /// What was published of a certificate; its issuer is known or not.
    pub(super) fn note_revocation(
        &mut self,
        published: &Published,
        leaf: &Certificate,
        issuer: Option<&Certificate>,
        at: Timestamp,
    ) {
        let by_list = self.published("by_crl", &published.list, |summary, bytes| {
            decode_revocation_list(bytes).map(|list| summary.by_list(&list, leaf, issuer, at))
        });
        let by_service = self.published("by_ocsp", &published.answer, |summary, bytes| {
            decode_ocsp_response(bytes).map(|answer| summary.by_answer(&answer, leaf, issuer, at))
        });
        self.facts.revocation = Some(RevocationFacts { by_crl: by_list, by_ocsp: by_service });
    }

    /// What was told in one way; `read` makes facts of the bytes, if they are what they should be.
    fn published(
        &mut self,
        way: &str,
        told: &Told,
        read: impl FnOnce(&mut Self, &[u8]) -> Option<PublishedFacts>,
    ) -> PublishedFacts {
        let unknown = |asked| PublishedFacts { asked, status: None, authentic: None, current: None };
        let (facts, reason) = match told {
            Told::Nobody => (PublishedFacts::NOBODY_NAMED, Reason::Bug),
            Told::NotAsked(reason) => (unknown(false), *reason),
            Told::Silent(reason) => (unknown(true), *reason),
            Told::Said(bytes) => match read(self, bytes) {
                None => (unknown(true), Reason::PeerMisbehaved),
                Some(facts) => (facts, Reason::Unsupported),
            },
        };
        let fields = [
            ("status", facts.status.is_none()),
            ("authentic", facts.authentic.is_none()),
            ("current", facts.current.is_none()),
        ];
        self.gaps_in(&FactPath::from("revocation").field(way), fields, reason);
        facts
    }

    fn by_list(
        &mut self,
        list: &RevocationList<'_>,
        leaf: &Certificate,
        issuer: Option<&Certificate>,
        at: Timestamp,
    ) -> PublishedFacts {
        let status = list.status_of(leaf);
        self.prove("CRL", &format!("{} revoked", list.revoked.len()), list.this_update, list.next_update);
        PublishedFacts {
            asked: true,
            status: status.map(str::to_owned),
            authentic: issuer.and_then(|issuer| list.comes_from(issuer)),
            current: Some(list.is_current(at)),
        }
    }

    fn by_answer(
        &mut self,
        answer: &OcspResponse,
        leaf: &Certificate,
        issuer: Option<&Certificate>,
        at: Timestamp,
    ) -> PublishedFacts {
        self.prove("OCSP, asked", answer.status, answer.this_update, answer.next_update);
        PublishedFacts {
            asked: true,
            status: Some(answer.status.to_owned()),
            authentic: issuer.and_then(|issuer| answer.vouches_for(leaf, issuer)),
            current: Some(answer.is_current(at)),
        }
    }

    /// Notes what was said, since when it holds and until when.
    pub(super) fn prove(&mut self, what: &str, said: &str, from: Timestamp, until: Option<Timestamp>) {
        let until = until.map_or_else(String::new, |until| format!(", next {until}"));
        self.evidence.push(Evidence::text(what, &format!("{said}, {from}{until}")));
    }
}
