//! The probe of a domain's mail: exchangers, SPF, DMARC, declared DKIM selectors.
//!
//! Sends only questions to the user's name server (UDP port 53, TCP when an answer was cut), at most
//! [`QUESTIONS`] for one domain, for public records: what any mail server asks before it delivers.

pub(crate) mod dkim;
pub(crate) mod dmarc;
pub(crate) mod facts;
mod mx;
mod sender;
pub(crate) mod spf;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt};
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::{Name, RecordType};
use vigie_model::{Catalogue, CatalogueError, Evidence, Facts, Observation, Outcome, Text};
use vigie_probe::{DomainTarget, Intrusiveness, NetError, Probe, ProbeContext, ProbeMeta, Target};

use facts::{DkimFacts, DmarcFacts, MailFacts};

use crate::gaps::Gaps;
use crate::inquiry::{Inquiry, record_evidence, wire_name};

/// Questions asked about one domain at the most: MX with their addresses, SPF at its limits, DMARC's walk, selectors.
const QUESTIONS: u32 = 120;
/// Declared selectors looked up at once.
const AT_ONCE: usize = 4;

/// Looks at a domain's mail: where it goes, and how it is protected against forgery.
#[derive(Debug, Clone)]
pub struct MailProbe {
    meta: ProbeMeta,
}

impl MailProbe {
    /// The probe.
    pub fn new() -> Self {
        let title = Text::new("Protection de la messagerie", "Mail protection");
        Self { meta: ProbeMeta { id: "mail", title, intrusiveness: Intrusiveness::Passive, connections: 0 } }
    }

    async fn outcome(target: &DomainTarget, context: &ProbeContext) -> (Outcome, Vec<Evidence>) {
        let inquiry = Inquiry::new(context, false, QUESTIONS);
        let domain = match wire_name(&target.name) {
            Ok(domain) => domain,
            Err(error) => return (unasked(&error), Vec::new()),
        };
        match exists(&inquiry, &domain).await {
            Ok(true) => Box::pin(describe(&inquiry, &domain, &target.dkim_selectors)).await,
            // A name that does not exist neither takes nor sends mail: the question has no sense.
            Ok(false) => (Outcome::NotApplicable, Vec::new()),
            Err(error) => (unasked(&error), Vec::new()),
        }
    }
}

impl Default for MailProbe {
    fn default() -> Self {
        Self::new()
    }
}

impl Probe for MailProbe {
    fn meta(&self) -> &ProbeMeta {
        &self.meta
    }

    fn catalogue(&self) -> Result<Catalogue, CatalogueError> {
        Catalogue::new().with::<MailFacts>()
    }

    fn concerns(&self, target: &Target) -> bool {
        matches!(target, Target::Domain(_))
    }

    fn look<'a>(&'a self, target: &'a Target, context: &'a ProbeContext) -> BoxFuture<'a, Vec<Observation>> {
        async move {
            let Target::Domain(domain) = target else { return Vec::new() };
            let watch = context.start();
            let (outcome, evidence) = Self::outcome(domain, context).await;
            vec![watch.observation(MailFacts::KIND, target.subject(), outcome, evidence)]
        }
        .boxed()
    }
}

/// Whether the name exists: the question for its exchangers, which is needed anyway, tells.
async fn exists(inquiry: &Inquiry, domain: &Name) -> Result<bool, NetError> {
    let reply = inquiry.reply(domain, RecordType::MX).await?;
    Ok(reply.code() != ResponseCode::NXDomain || !reply.message.answers.is_empty())
}

/// Nothing could be asked, or the first question failed.
fn unasked(error: &NetError) -> Outcome {
    Outcome::unknown(error.reason(), error.text().map(|_, words| format!("MX : {words}")))
}

async fn describe(inquiry: &Inquiry, domain: &Name, selectors: &[String]) -> (Outcome, Vec<Evidence>) {
    let (mx, sender, dmarc) =
        tokio::join!(mx::look(inquiry, domain), sender::look(inquiry, domain), dmarc::look(inquiry, domain));
    let mut gaps = Gaps::default();
    let accepts_mail = mx.as_ref().map(mx::Exchangers::accept_mail).map_err(Clone::clone);
    let accepts_mail = gaps.keep("accepts_mail", accepts_mail);
    let mx = gaps.keep("mx", mx);
    let sender = gaps.keep("spf", sender);
    let dmarc = gaps.keep("dmarc", dmarc);
    let mut evidence: Vec<Evidence> = mx.iter().flat_map(|mx| record_evidence("MX", &mx.records)).collect();
    evidence.extend(sender.iter().flat_map(|sender| &sender.texts).map(|text| Evidence::text("SPF", text)));
    evidence.extend(dmarc.iter().filter_map(dmarc_evidence));
    let facts = MailFacts {
        accepts_mail,
        mx: mx.map(|mx| mx.facts(&mut gaps)),
        spf: sender.map(|sender| sender.facts(&mut gaps)),
        dmarc,
        dkim: dkim_facts(inquiry, domain, selectors, &mut gaps).await,
    };
    (Outcome::observed_with_gaps(&facts, gaps.into_map()), evidence)
}

fn dmarc_evidence(dmarc: &DmarcFacts) -> Option<Evidence> {
    (!dmarc.text.is_empty()).then(|| Evidence::text(format!("DMARC {}", dmarc.found_at).trim(), &dmarc.text))
}

async fn dkim_facts(inquiry: &Inquiry, domain: &Name, selectors: &[String], gaps: &mut Gaps) -> Vec<DkimFacts> {
    let looks: Vec<_> = selectors.iter().map(|selector| dkim::look(inquiry, selector, domain)).collect();
    let found: Vec<_> = stream::iter(looks).buffered(AT_ONCE).collect().await;
    let mut facts = Vec::new();
    for ((index, selector), found) in selectors.iter().enumerate().zip(found) {
        facts.push(found.unwrap_or_else(|error| {
            for field in ["present", "key_type", "key_bits", "revoked", "testing"] {
                gaps.note(format!("dkim[{index}].{field}").as_str(), error.reason());
            }
            DkimFacts {
                selector: selector.clone(),
                present: None,
                key_type: None,
                key_bits: None,
                revoked: None,
                testing: None,
            }
        }));
    }
    facts
}
