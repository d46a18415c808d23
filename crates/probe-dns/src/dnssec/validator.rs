use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream::{self, Stream, StreamExt};
use hickory_net::dnssec::DnssecDnsHandle;
use hickory_net::runtime::TokioRuntimeProvider;
use hickory_net::xfer::DnsHandle;
use hickory_net::{DnsError, NetError as HickoryError};
use hickory_proto::dnssec::{Proof, TrustAnchors};
use hickory_proto::op::{DnsRequest, DnsRequestOptions, DnsResponse, Query};
use vigie_probe::NetError;

use super::chain::{Chain, Signed};
use crate::inquiry::Inquiry;

/// The worst that hickory's validator proves of the zone's own records, under the given keys.
///
/// When a question failed on the way, only `Secure` stands: anything less may be the failure's doing.
pub(super) async fn validate(inquiry: &Inquiry, trusted: TrustAnchors, chain: &Chain) -> Result<Proof, NetError> {
    let transport = InquiryHandle { inquiry: inquiry.clone(), failure: Arc::default() };
    let failure = Arc::clone(&transport.failure);
    let validator = DnssecDnsHandle::with_trust_anchor(transport, Arc::new(trusted));
    let lookup = |set: &Signed| {
        let query = Query::query(set.owner.clone(), set.record);
        validator.lookup(query, DnsRequestOptions::default()).into_future()
    };
    // From the top down, so that each zone finds its parent already validated: left to itself, the validator
    // climbs by calling itself, and a long chain takes more stack than a thread has.
    for set in chain.sets_above() {
        // Only what it leaves in the validator's memory counts here.
        let _ = lookup(set).await;
    }
    let mut worst = Proof::Secure;
    for set in chain.own_sets() {
        let proof = match lookup(set).await.0 {
            Some(Ok(response)) => proof_of(&response, set),
            Some(Err(HickoryError::Dns(DnsError::Nsec { proof, .. }))) => proof,
            Some(Err(_)) | None => Proof::Bogus,
        };
        worst = worse(worst, proof);
    }
    match failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(error) if worst != Proof::Secure => Err(error),
        _ => Ok(worst),
    }
}

fn proof_of(response: &DnsResponse, set: &Signed) -> Proof {
    let proofs =
        response.answers.iter().filter(|record| record.name == set.owner && record.record_type() == set.record);
    proofs.map(|record| record.proof).reduce(worse).unwrap_or(Proof::Bogus)
}

fn worse(one: Proof, other: Proof) -> Proof {
    let rank = |proof| match proof {
        Proof::Bogus => 0,
        Proof::Indeterminate => 1,
        Proof::Insecure => 2,
        Proof::Secure => 3,
    };
    if rank(other) < rank(one) { other } else { one }
}

/// The validator's way to the name server: our inquiry, so that it opens no socket of its own.
#[derive(Clone)]
struct InquiryHandle {
    inquiry: Inquiry,
    /// The first question that got no answer.
    failure: Arc<Mutex<Option<NetError>>>,
}

impl DnsHandle for InquiryHandle {
    type Response = Pin<Box<dyn Stream<Item = Result<DnsResponse, HickoryError>> + Send>>;
    /// Only its clock is used.
    type Runtime = TokioRuntimeProvider;

    fn send(&self, request: DnsRequest) -> Self::Response {
        let this = self.clone();
        Box::pin(stream::once(async move { this.ask(&request).await.map_err(|error| this.note(error)) }))
    }
}

impl InquiryHandle {
    async fn ask(&self, request: &DnsRequest) -> Result<DnsResponse, NetError> {
        let query = request.queries.first().ok_or_else(|| NetError::Bug("a request without a question".to_owned()))?;
        let reply = self.inquiry.reply(query.name(), query.query_type()).await?;
        DnsResponse::from_message(reply.message.clone())
            .map_err(|_| NetError::Malformed("DNS message that cannot be written again"))
    }

    fn note(&self, error: NetError) -> HickoryError {
        let said = error.to_string();
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        HickoryError::Msg(said)
    }
}
