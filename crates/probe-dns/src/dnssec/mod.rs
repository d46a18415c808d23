//! Whether the signatures of a zone hold, from a trust anchor down to the zone.
//!
//! Two opinions are put together. hickory's validator decides (RFC 4035 section 5); [`chain`] walks the
//! same records and names the link that broke, which the validator does not tell. The validator
//! asks its questions through the same [`Inquiry`] as everything else: nothing leaves but through
//! the door, and nothing is asked twice.
//!
//! What is *our* trouble is never laid on the domain: a question that failed, root keys that are not
//! those of the trust anchor, a name server that leaves signatures out, all make the state unknown.

mod anchors;
mod chain;
mod validator;

use hickory_proto::dnssec::rdata::RRSIG;
use hickory_proto::dnssec::{Algorithm, DigestType, Proof, PublicKey};
use hickory_proto::rr::Name;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_model::{Evidence, Reason};
use vigie_probe::NetError;

pub use anchors::{AnchorProblem, TrustAnchor, read_trust_anchor};
use chain::{Chain, Signed};

use crate::domain::facts::{DnssecFacts, SignatureFacts};
use crate::gaps::Gaps;
use crate::inquiry::{Inquiry, plain};

/// Where the signatures of a zone stand (RFC 4035 section 4.3, where "insecure" is our `unsigned`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChainState {
    /// The parent proves that the zone is not signed, or not linked to it.
    Unsigned,
    /// Every link from the trust anchor to the zone was verified.
    Secure,
    /// The parent says the zone is signed, and the signatures do not hold: validating resolvers answer nothing.
    Bogus,
    /// The zone is signed in a way that vigie cannot verify.
    Indeterminate,
}

/// Why the chain of signatures is in its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChainCause {
    /// Nothing to explain: the chain holds.
    None,
    /// The zone has no key: it was never signed.
    NotSigned,
    /// The zone has keys that its parent does not vouch for: signed for nobody.
    NoDs,
    /// A signature has ended.
    SignatureExpired,
    /// A signature begins in the future.
    SignatureNotYetValid,
    /// Records that should be signed are not.
    MissingSignature,
    /// The parent names keys, and the zone publishes none.
    MissingKey,
    /// The parent names keys that the zone does not have.
    NoMatchingDs,
    /// The parent names no key, and does not prove that it names none.
    MissingDenial,
    /// The signatures are there, within their dates, and do not verify.
    SignatureInvalid,
    /// Only algorithms or digests that vigie does not know (Ed448, GOST).
    UnsupportedAlgorithm,
}

/// What keeps us from an opinion, without being the domain's fault.
#[derive(Debug)]
enum Obstacle {
    /// A question got no answer.
    Net(NetError),
    /// No trust anchor lies at or above the zone.
    NoAnchor,
    /// The keys served for the anchor's zone are not the trusted ones: another root, or a name server that lies.
    OtherRoot,
    /// The name server leaves the signatures out: it does not speak DNSSEC.
    Stripped,
    /// More signed zones stand above one another than vigie follows.
    TooLong,
}

/// What is established about the chain.
struct Verdict {
    state: ChainState,
    cause: ChainCause,
    broken_at: String,
}

/// The chain of signatures of a zone, as facts with their proofs; what could not be seen goes to the gaps
/// under `dnssec`.
pub(crate) async fn examine(
    inquiry: &Inquiry,
    anchor: &TrustAnchor,
    zone: &Name,
    now: Timestamp,
    gaps: &mut Gaps,
) -> Option<(DnssecFacts, Vec<Evidence>)> {
    let chain = match chain::collect(inquiry, anchor, zone).await {
        Ok(chain) => chain,
        Err(obstacle) => {
            gaps.note("dnssec", obstacle.reason());
            return None;
        }
    };
    let verdict = verdict(inquiry, anchor, &chain, now).await;
    if let Err(obstacle) = &verdict {
        for fact in ["dnssec.state", "dnssec.cause", "dnssec.broken_at"] {
            gaps.note(fact, obstacle.reason());
        }
    }
    let verdict = verdict.ok();
    let facts = DnssecFacts {
        state: verdict.as_ref().map(|verdict| verdict.state),
        cause: verdict.as_ref().map(|verdict| verdict.cause),
        broken_at: verdict.map(|verdict| verdict.broken_at),
        algorithms: distinct(chain.own_keys().map(|key| algorithm_name(key.public_key().algorithm()))),
        digests: distinct(chain.own_ds().map(|ds| digest_name(ds.digest_type()))),
        signatures: chain.own_sets().filter_map(|set| signature(set, now)).collect(),
    };
    Some((facts, chain.evidence()))
}

async fn verdict(inquiry: &Inquiry, anchor: &TrustAnchor, chain: &Chain, now: Timestamp) -> Result<Verdict, Obstacle> {
    let trusted = anchor.trusted_keys(&chain.top().keys).ok_or(Obstacle::OtherRoot)?;
    if chain.top().keys.signatures.is_empty() {
        return Err(Obstacle::Stripped);
    }
    let proof = validator::validate(inquiry, trusted, chain).await?;
    let fault = chain.fault(now);
    let (state, cause) = match (proof, &fault) {
        (Proof::Secure, _) => return Ok(Verdict::whole()),
        (Proof::Insecure | Proof::Indeterminate, Some((ChainCause::UnsupportedAlgorithm, _))) => {
            (ChainState::Indeterminate, ChainCause::UnsupportedAlgorithm)
        }
        (Proof::Insecure, _) if chain.own_keys().next().is_some() => (ChainState::Unsigned, ChainCause::NoDs),
        (Proof::Insecure, _) => (ChainState::Unsigned, ChainCause::NotSigned),
        (Proof::Indeterminate, _) => (ChainState::Indeterminate, ChainCause::SignatureInvalid),
        (Proof::Bogus, Some((cause, _))) => (ChainState::Bogus, *cause),
        (Proof::Bogus, None) if chain.is_vouched_for() => (ChainState::Bogus, ChainCause::SignatureInvalid),
        (Proof::Bogus, None) => (ChainState::Bogus, ChainCause::MissingDenial),
    };
    let broken_at = fault.map_or_else(|| plain(chain.zone()), |(_, zone)| plain(&zone));
    Ok(Verdict { state, cause, broken_at })
}

impl Verdict {
    fn whole() -> Self {
        Self { state: ChainState::Secure, cause: ChainCause::None, broken_at: String::new() }
    }
}

impl Obstacle {
    fn reason(&self) -> Reason {
        match self {
            Self::Net(error) => error.reason(),
            Self::NoAnchor => Reason::NotStated,
            Self::OtherRoot | Self::Stripped => Reason::PeerMisbehaved,
            Self::TooLong => Reason::Unsupported,
        }
    }
}

impl From<NetError> for Obstacle {
    fn from(error: NetError) -> Self {
        Self::Net(error)
    }
}

/// When the signatures of a set end: the last one counts, since one that holds is enough.
fn signature(set: &Signed, now: Timestamp) -> Option<SignatureFacts> {
    const DAY_S: i64 = 86_400;
    let ends = |signature: &&RRSIG| chain::seconds_until(signature.input().sig_expiration, now);
    let last = set.signatures.iter().max_by_key(ends)?;
    let left_s = ends(&last);
    Some(SignatureFacts {
        covers: set.record.to_string(),
        ends: Timestamp::from_second(now.as_second().saturating_add(left_s)).ok()?,
        days_left: left_s.div_euclid(DAY_S),
        left_s,
        lifetime_s: left_s.saturating_sub(chain::seconds_until(last.input().sig_inception, now)),
    })
}

fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let names: std::collections::BTreeSet<String> = names.collect();
    names.into_iter().collect()
}

/// The name in the registry of DNSSEC algorithms; the number where hickory has no name for it.
fn algorithm_name(algorithm: Algorithm) -> String {
    match u8::from(algorithm) {
        12 => "ECC-GOST".to_owned(),
        16 => "ED448".to_owned(),
        number => match algorithm {
            Algorithm::Unknown(_) => format!("algorithm {number}"),
            known => known.as_str().to_owned(),
        },
    }
}

fn digest_name(digest: DigestType) -> String {
    match digest {
        DigestType::SHA1 => "SHA-1".to_owned(),
        DigestType::SHA256 => "SHA-256".to_owned(),
        DigestType::SHA384 => "SHA-384".to_owned(),
        other => format!("digest {}", u8::from(other)),
    }
}
