//! Whether a client would believe a certificate: a path to a known root at the time of the look, and the name.

use std::time::Duration;

use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use schemars::JsonSchema;
use serde::Serialize;
use thiserror::Error;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, Error as PathError, KeyUsage, anchor_from_trusted_cert};

use crate::certificate::{Certificate, ReadableFacts, read_certificate};

/// Whether a client would believe the server's certificate, at the time of the look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrustFacts {
    /// The first of the problems, or `trusted`.
    pub verdict: TrustVerdict,
    /// Everything that stands against believing it; empty when it is trusted.
    pub problems: Vec<TrustVerdict>,
    /// The store that holds the root of the path found.
    pub source: TrustSource,
}

/// What a client says of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrustVerdict {
    /// Nothing stands against it.
    Trusted,
    /// A signature in the chain does not hold.
    BadSignature,
    /// It is signed by itself, and no store knows it.
    SelfSigned,
    /// Its issuer leads to no known root.
    UnknownIssuer,
    /// It is not meant for servers, or it is an authority's own.
    NotForServers,
    /// It breaks a limit set by an authority above it.
    LimitBroken,
    /// It is signed with an algorithm, or made in a form, that up-to-date clients refuse.
    RefusedForm,
    /// It is out of date.
    Expired,
    /// It is not in force yet.
    NotYetValid,
    /// It is in force, but a certificate between it and the root is not.
    ChainExpired,
    /// It does not hold the name asked for.
    NameMismatch,
}

/// A store of roots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrustSource {
    /// Mozilla's programme, as browsers have it.
    Mozilla,
    /// The roots that the facility gave.
    Facility,
    /// Those of the machine that scans, where the facility asks for them.
    System,
    /// None: no path was found.
    None,
}

/// Roots that were given and cannot serve.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TrustStoreError {
    /// A root is not a certificate that can be read.
    #[error("root certificate number {position} cannot be read: {reason}")]
    UnreadableRoot {
        /// Its place among those given, from 1.
        position: usize,
        /// Why.
        reason: PathError,
    },
}

/// The roots of Mozilla's programme, those of the facility, and those of this machine where they are asked for.
#[derive(Debug, Clone)]
pub struct TrustStore {
    given: Vec<GivenRoot>,
}

/// A root that is not Mozilla's. Those come without dates, which browsers do not look at; these are looked at by the
/// machines that hold them.
#[derive(Debug, Clone)]
struct GivenRoot {
    source: TrustSource,
    certificate: Certificate,
    anchor: TrustAnchor<'static>,
}

impl GivenRoot {
    fn of(root: &CertificateDer<'_>, source: TrustSource) -> Result<Self, PathError> {
        let certificate = read_certificate(root);
        let anchor = anchor_from_trusted_cert(&certificate.der)?.to_owned();
        Ok(Self { source, certificate, anchor })
    }

    /// One that we cannot read has no dates to look at.
    fn is_in_force(&self, now: Timestamp) -> bool {
        let content = self.certificate.facts.content.as_ref();
        content.is_none_or(|content| content.not_before <= now && now <= content.not_after)
    }
}

impl TrustStore {
    /// Mozilla's roots, and these, the facility's own.
    pub fn new(extra_roots: &[CertificateDer<'_>]) -> Result<Self, TrustStoreError> {
        let given = extra_roots.iter().enumerate().map(|(index, root)| {
            let position = index.saturating_add(1);
            GivenRoot::of(root, TrustSource::Facility)
                .map_err(|reason| TrustStoreError::UnreadableRoot { position, reason })
        });
        Ok(Self { given: given.collect::<Result<_, _>>()? })
    }

    /// The same, with the roots of this machine: those that cannot be read are not ours to mend, and are left out.
    #[must_use]
    pub fn with_system_roots(mut self, roots: &[CertificateDer<'_>]) -> Self {
        self.given.extend(roots.iter().filter_map(|root| GivenRoot::of(root, TrustSource::System).ok()));
        self
    }

    /// The issuer of the first certificate of a chain, among the others and the roots that were given.
    pub(crate) fn issuer_of<'c>(&'c self, chain: &'c [Certificate]) -> Option<&'c Certificate> {
        let (leaf, above) = chain.split_first()?;
        let given = self.given.iter().map(|root| &root.certificate);
        let named: Vec<&Certificate> = above.iter().chain(given).filter(|other| leaf.names_as_issuer(other)).collect();
        // An authority that renewed its key has two certificates with one name.
        named.iter().find(|issuer| leaf.is_signed_by(issuer) == Some(true)).or(named.first()).copied()
    }

    /// What stands against a chain at an instant, the server's own certificate first in it. `matches_name` is what
    /// is known of the name. `None` when vigie cannot read that certificate: others may.
    pub fn judge(&self, chain: &[Certificate], matches_name: Option<bool>, at: Timestamp) -> Option<TrustFacts> {
        let content = chain.first()?.facts.content.as_ref()?;
        // Certificates count in seconds.
        let at = Timestamp::from_second(at.as_second()).unwrap_or(at);
        let (path_problem, source) = self.judge_path(chain, content, at);
        let mut problems: Vec<TrustVerdict> = path_problem.into_iter().collect();
        problems.extend((at > content.not_after).then_some(TrustVerdict::Expired));
        problems.extend((at < content.not_before).then_some(TrustVerdict::NotYetValid));
        problems.extend((matches_name == Some(false)).then_some(TrustVerdict::NameMismatch));
        problems.sort_unstable();
        problems.dedup();
        let verdict = problems.first().copied().unwrap_or(TrustVerdict::Trusted);
        Some(TrustFacts { verdict, problems, source })
    }

    /// Whether a root of either store has this name (the DER of an X.501 Name).
    pub(crate) fn knows(&self, name: &[u8]) -> bool {
        // Whatever their dates.
        self.roots_named(name, Timestamp::UNIX_EPOCH).next().is_some()
    }

    /// The roots of all stores that have this name, and whether each is in force.
    pub(crate) fn roots_named(
        &self,
        name: &[u8],
        now: Timestamp,
    ) -> impl Iterator<Item = (TrustSource, &TrustAnchor<'static>, bool)> {
        let mozilla = webpki_roots::TLS_SERVER_ROOTS.iter().map(|root| (TrustSource::Mozilla, root, true));
        let given = self.given.iter().map(move |root| (root.source, &root.anchor, root.is_in_force(now)));
        let bare = inner_of_sequence(name);
        mozilla.chain(given).filter(move |(_, root, _)| Some(root.subject.as_ref()) == bare)
    }

    /// What stands against the path itself. Dates of the first certificate are set aside: they are judged alone, so
    /// that an old date does not hide a stranger's signature.
    fn judge_path(
        &self,
        chain: &[Certificate],
        content: &ReadableFacts,
        at: Timestamp,
    ) -> (Option<TrustVerdict>, TrustSource) {
        let Some((leaf, above)) = chain.split_first() else { return (None, TrustSource::None) };
        let now = at;
        let at = at.min(content.not_after).max(content.not_before);
        let mut found = self.find_path(leaf, above, at, now);
        let mut dated = None;
        if let Err(PathError::CertExpired { .. } | PathError::CertNotValidYet { .. }) = found {
            dated = Some(TrustVerdict::ChainExpired);
            // The same path when everything in it was in force, to see what else stands against it.
            let in_force = |limit: fn(Timestamp, Timestamp) -> Timestamp,
                            pick: fn(&Certificate) -> Option<Timestamp>| {
                chain.iter().filter_map(pick).reduce(limit).unwrap_or(at)
            };
            let last_start = in_force(Timestamp::max, |c| c.facts.content.as_ref().map(|content| content.not_before));
            let first_end = in_force(Timestamp::min, |c| c.facts.content.as_ref().map(|content| content.not_after));
            found = self.find_path(leaf, above, at.min(first_end).max(last_start), now);
        }
        match found {
            Ok(source) => (dated, source),
            Err(PathError::CertExpired { .. } | PathError::CertNotValidYet { .. }) => (dated, TrustSource::None),
            Err(_) if content.self_signed => (Some(TrustVerdict::SelfSigned), TrustSource::None),
            Err(error) => (Some(verdict_of(&error)), TrustSource::None),
        }
    }

    /// A path in force at an instant, to a root in force now.
    fn find_path(
        &self,
        leaf: &Certificate,
        above: &[Certificate],
        at: Timestamp,
        now: Timestamp,
    ) -> Result<TrustSource, PathError> {
        // An appliance's own certificate, given as a root, vouches for itself.
        if let Some(root) = self.given.iter().find(|root| root.certificate.der == leaf.der) {
            return Ok(root.source);
        }
        let end_entity = EndEntityCert::try_from(&leaf.der)?;
        let above: Vec<CertificateDer<'_>> = above.iter().map(|certificate| certificate.der.clone()).collect();
        let anchors = |is_wanted: &dyn Fn(&GivenRoot) -> bool| -> Vec<TrustAnchor<'static>> {
            self.given.iter().filter(|root| is_wanted(root)).map(|root| root.anchor.clone()).collect()
        };
        let current = |source| anchors(&|root| root.source == source && root.is_in_force(now));
        let at = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(at.as_second()).unwrap_or(0)));
        let try_with = |roots: &[TrustAnchor<'_>]| {
            let usage = KeyUsage::server_auth();
            end_entity.verify_for_usage(ALL_VERIFICATION_ALGS, roots, &above, at, usage, None, None).map(|_| ())
        };
        let tried = [
            (TrustSource::Mozilla, try_with(webpki_roots::TLS_SERVER_ROOTS)),
            (TrustSource::Facility, try_with(&current(TrustSource::Facility))),
            (TrustSource::System, try_with(&current(TrustSource::System))),
        ];
        if let Some((source, _)) = tried.iter().find(|(_, found)| found.is_ok()) {
            return Ok(*source);
        }
        if try_with(&anchors(&|root| !root.is_in_force(now))).is_ok() {
            return Err(PathError::CertExpired { time: at, not_after: at });
        }
        // The store that came further has more to say than "unknown".
        let mut errors = tried.into_iter().filter_map(|(_, found)| found.err());
        Err(errors.find(|error| *error != PathError::UnknownIssuer).unwrap_or(PathError::UnknownIssuer))
    }
}

impl TrustFacts {
    /// Whether a path to a known root was found, whatever its dates and name.
    pub(crate) fn reaches_root(&self) -> bool {
        self.source != TrustSource::None
    }
}

fn verdict_of(error: &PathError) -> TrustVerdict {
    match error {
        PathError::UnknownIssuer | PathError::MaximumPathDepthExceeded => TrustVerdict::UnknownIssuer,
        PathError::InvalidSignatureForPublicKey | PathError::SignatureAlgorithmMismatch => TrustVerdict::BadSignature,
        PathError::CaUsedAsEndEntity | PathError::EmptyEkuExtension | PathError::RequiredEkuNotFoundContext(_) => {
            TrustVerdict::NotForServers
        }
        PathError::NameConstraintViolation
        | PathError::PathLenConstraintViolated
        | PathError::EndEntityUsedAsCa
        | PathError::CertDistrusted => TrustVerdict::LimitBroken,
        _ => TrustVerdict::RefusedForm,
    }
}

/// The content of a DER SEQUENCE: trust anchors keep names without their outer tag and length.
fn inner_of_sequence(der: &[u8]) -> Option<&[u8]> {
    const SEQUENCE: u8 = 0x30;
    let (tag, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    let skip = if *length < 0x80 { 0 } else { usize::from(length & 0x7f) };
    (*tag == SEQUENCE).then(|| rest.get(skip..))?
}

#[cfg(test)]
mod tests {
    use rcgen::{
        BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, date_time_ymd,
    };

    use super::*;
    use crate::certificate::read_certificate;

    struct Authority {
        issuer: Issuer<'static, KeyPair>,
        root: CertificateDer<'static>,
    }

    impl Authority {
        fn new(until: i32) -> Self {
            let mut params = CertificateParams::default();
            params.distinguished_name.push(DnType::CommonName, "AC de démonstration");
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(until, 1, 1);
            let key = KeyPair::generate().unwrap();
            let root = params.self_signed(&key).unwrap().der().clone();
            Self { issuer: Issuer::new(params, key), root }
        }

        fn issue(&self, change: impl FnOnce(&mut CertificateParams)) -> Vec<Certificate> {
            let mut params = CertificateParams::new(vec!["www.ch-demo.example".to_owned()]).unwrap();
            params.not_before = date_time_ymd(2026, 1, 1);
            params.not_after = date_time_ymd(2026, 12, 31);
            change(&mut params);
            let leaf = params.signed_by(&KeyPair::generate().unwrap(), &self.issuer).unwrap();
            vec![read_certificate(leaf.der())]
        }

        fn store(&self) -> TrustStore {
            TrustStore::new(std::slice::from_ref(&self.root)).unwrap()
        }
    }

    fn at(day: &str) -> Timestamp {
        format!("{day}T12:00:00Z").parse().unwrap()
    }

    #[test]
    fn a_path_to_the_facilitys_root_is_trusted() {
        let authority = Authority::new(2030);
        let facts = authority.store().judge(&authority.issue(|_| {}), Some(true), at("2026-06-01")).unwrap();
        assert_eq!(
            facts,
            TrustFacts { verdict: TrustVerdict::Trusted, problems: vec![], source: TrustSource::Facility }
        );
    }

    #[test]
    fn a_root_that_is_out_of_date_vouches_for_nobody() {
        let authority = Authority::new(2026);
        let facts = authority.store().judge(&authority.issue(|_| {}), Some(true), at("2026-06-01")).unwrap();
        assert_eq!(facts.verdict, TrustVerdict::ChainExpired);
    }

    #[test]
    fn every_problem_is_told() {
        let authority = Authority::new(2030);
        let stranger = TrustStore::new(&[]).unwrap();
        let chain = authority.issue(|_| {});
        let facts = stranger.judge(&chain, Some(false), at("2027-06-01")).unwrap();
        let all = [TrustVerdict::UnknownIssuer, TrustVerdict::Expired, TrustVerdict::NameMismatch];
        assert_eq!((facts.problems.as_slice(), facts.source), (all.as_slice(), TrustSource::None));
        let facts = authority.store().judge(&chain, None, at("2025-06-01")).unwrap();
        assert_eq!((facts.verdict, facts.source), (TrustVerdict::NotYetValid, TrustSource::Facility));
    }

    #[test]
    fn what_clients_refuse_has_its_word() {
        let authority = Authority::new(2030);
        let judge =
            |chain: &[Certificate]| authority.store().judge(chain, Some(true), at("2026-06-01")).unwrap().verdict;
        let client_only = authority.issue(|p| p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]);
        assert_eq!(judge(&client_only), TrustVerdict::NotForServers);
        let mut forged = authority.issue(|_| {})[0].der.to_vec();
        *forged.last_mut().unwrap() ^= 1;
        assert_eq!(judge(&[read_certificate(&forged)]), TrustVerdict::BadSignature);
        assert_eq!(authority.store().judge(&[read_certificate(b"?")], None, at("2026-06-01")), None);
        let own = CertificateParams::new(vec!["www.ch-demo.example".to_owned()]).unwrap();
        let own = own.self_signed(&KeyPair::generate().unwrap()).unwrap();
        assert_eq!(judge(&[read_certificate(own.der())]), TrustVerdict::SelfSigned);
        let given = TrustStore::new(std::slice::from_ref(own.der())).unwrap();
        let facts = given.judge(&[read_certificate(own.der())], Some(true), at("2026-06-01")).unwrap();
        assert_eq!((facts.verdict, facts.source), (TrustVerdict::Trusted, TrustSource::Facility));
    }

    #[test]
    fn an_expired_intermediate_is_told_apart_from_an_expired_certificate() {
        let root = Authority::new(2030);
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Intermédiaire");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2026, 3, 1);
        let key = KeyPair::generate().unwrap();
        let middle = params.signed_by(&key, &root.issuer).unwrap();
        let under = Authority { issuer: Issuer::new(params, key), root: root.root.clone() };
        let mut chain = under.issue(|_| {});
        chain.push(read_certificate(middle.der()));
        let facts = root.store().judge(&chain, Some(true), at("2026-06-01")).unwrap();
        assert_eq!((facts.problems, facts.source), (vec![TrustVerdict::ChainExpired], TrustSource::Facility));
    }

    #[test]
    fn an_unreadable_root_is_an_error_of_its_own() {
        let error = TrustStore::new(&[CertificateDer::from(vec![0x30, 0])]).unwrap_err();
        assert_eq!(error.to_string(), "root certificate number 1 cannot be read: BadDer");
    }
}
