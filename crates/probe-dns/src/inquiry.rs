use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use hickory_proto::op::ResponseCode;
use hickory_proto::rr::{Name, RData, Record, RecordType};
use tokio::sync::OnceCell;
use vigie_model::{DomainName, Evidence};
use vigie_probe::{Deadline, Door, NetError, ProbeContext, Reply};

/// Aliases followed from one name: resolvers stop at about as many, and a longer chain is a mistake or a trap.
const MAX_ALIASES: usize = 8;
/// Records of one answer that are read: a healthy domain has a handful, and a hostile one pays for the rest.
const MAX_RECORDS: usize = 200;

/// The questions of one look: each is asked once, their number is bounded, and all go through the door.
/// Cheap to clone: clones share the answers and the budget.
#[derive(Debug, Clone)]
pub(crate) struct Inquiry {
    door: Door,
    deadline: Deadline,
    dnssec: bool,
    asked: Arc<Mutex<Asked>>,
}

#[derive(Debug)]
struct Asked {
    answers: HashMap<(Name, RecordType), Place>,
    left: u32,
}

/// The answer to one question, once it came.
type Place = Arc<OnceCell<Result<Arc<Reply>, NetError>>>;

/// What was said of one name and type, aliases followed. An answer is a proof: of records, or of their absence.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The records, in the order the server gave.
    pub(crate) records: Vec<Record>,
    /// The names that were passed through, the one asked excluded.
    pub(crate) aliases: Vec<Name>,
}

impl Inquiry {
    /// Opens the questions of a look: at most `budget` of them, with signatures when `dnssec`.
    pub(crate) fn new(context: &ProbeContext, dnssec: bool, budget: u32) -> Self {
        let asked = Asked { answers: HashMap::new(), left: budget };
        Self { door: context.door.clone(), deadline: context.deadline, dnssec, asked: Arc::new(Mutex::new(asked)) }
    }

    /// The server's own answer, when it is a definite one (`NOERROR` or `NXDOMAIN`).
    ///
    /// A spent budget is [`NetError::Busy`]: our limit, not the domain's fault.
    pub(crate) async fn reply(&self, name: &Name, record: RecordType) -> Result<Arc<Reply>, NetError> {
        if let Ok(excluded) = plain(name).parse::<DomainName>()
            && self.door.scope().excludes_name(&excluded)
        {
            return Err(NetError::ExcludedName(excluded));
        }
        let mut name = name.clone();
        name.set_fqdn(true);
        let answer = self.place(&name, record)?;
        let ask = async {
            let reply = self.door.ask_wire_name(name, record, self.dnssec, self.deadline).await?;
            reply.name_exists()?;
            Ok(Arc::new(reply))
        };
        // Whoever comes while the question is under way waits for the same answer.
        // Boxed: the validator nests these questions, and the stack is what it would run out of.
        answer.get_or_init(|| Box::pin(ask)).await.clone()
    }

    /// Where the answer to a question is kept; a new question takes one from the budget.
    fn place(&self, name: &Name, record: RecordType) -> Result<Place, NetError> {
        // A poisoned lock only means another task panicked while asking: the answers are still sound.
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (name.clone(), record);
        if let Some(known) = asked.answers.get(&key) {
            return Ok(Arc::clone(known));
        }
        asked.left = asked.left.checked_sub(1).ok_or(NetError::Busy)?;
        Ok(Arc::clone(asked.answers.entry(key).or_default()))
    }

    /// The records of a type at a name, or the proof that there are none. Aliases are followed, also where the
    /// server leaves that to us.
    pub(crate) async fn answer(&self, name: &Name, record: RecordType) -> Result<Answer, NetError> {
        let mut asked = name.clone();
        let mut aliases: Vec<Name> = Vec::new();
        loop {
            let reply = self.reply(&asked, record).await?;
            let mut last = asked.clone();
            while let Some(target) = alias(&reply, &last) {
                if aliases.len() >= MAX_ALIASES {
                    return Err(NetError::Malformed("aliases without end"));
                }
                aliases.push(target.clone());
                last = target;
            }
            let records: Vec<Record> =
                reply.records(record).filter(|found| found.name == last).take(MAX_RECORDS).cloned().collect();
            if !records.is_empty() || reply.code() == ResponseCode::NXDomain {
                return Ok(Answer { records, aliases });
            }
            if last == asked || proves_absence(&reply) {
                if is_referral(&reply) {
                    return Err(NetError::NameServer("a referral instead of an answer"));
                }
                return Ok(Answer { records, aliases });
            }
            asked = last;
        }
    }

    /// The text records at a name, each one's strings joined (RFC 7208 section 3.3), bytes that are not UTF-8
    /// replaced by U+FFFD.
    pub(crate) async fn texts(&self, name: &Name) -> Result<Vec<String>, NetError> {
        let answer = self.answer(name, RecordType::TXT).await?;
        let text = |record: &Record| match &record.data {
            RData::TXT(txt) => Some(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned()),
            _ => None,
        };
        Ok(answer.records.iter().filter_map(text).collect())
    }
}

/// The wire form of a name of the scope.
pub(crate) fn wire_name(name: &DomainName) -> Result<Name, NetError> {
    let mut name = Name::from_ascii(name.as_str()).map_err(|_| NetError::NameNotFound)?;
    name.set_fqdn(true);
    Ok(name)
}

/// The name below a label, as in `_dmarc.ch-demo.example`. A label or a name too long cannot exist.
pub(crate) fn below(label: &str, name: &Name) -> Result<Name, NetError> {
    let label = Name::from_ascii(label).map_err(|_| NetError::NameNotFound)?;
    label.append_name(name).map_err(|_| NetError::NameNotFound)
}

/// A name as readers write it: without its final dot, escaped where it is not plain ASCII.
pub(crate) fn plain(name: &Name) -> String {
    let text = name.to_lowercase().to_ascii();
    if name.is_root() { text } else { text.trim_end_matches('.').to_owned() }
}

/// Records kept as proof, as a zone file would write them.
pub(crate) fn record_evidence<'a>(label: &str, records: impl IntoIterator<Item = &'a Record>) -> Vec<Evidence> {
    /// Records of one type that are kept: enough to see the fault, not enough to fill a report.
    const KEPT: usize = 20;
    records.into_iter().take(KEPT).map(|record| Evidence::text(label, &record.to_string())).collect()
}

/// Foreign text as facts hold it: cut where no honest record goes on.
pub(crate) fn quote(text: &str) -> String {
    /// Longest text kept, in characters. A policy that receivers can fetch over UDP is shorter.
    const KEPT: usize = 500;
    let mut chars = text.chars();
    let mut kept: String = chars.by_ref().take(KEPT).collect();
    if chars.next().is_some() {
        kept.push('…');
    }
    kept
}

/// What is wrong with a record, as facts hold it.
pub(crate) fn quote_all(problems: &[impl ToString]) -> Vec<String> {
    /// Problems kept: the first ones tell the story.
    const KEPT: usize = 10;
    problems.iter().take(KEPT).map(|problem| quote(&problem.to_string())).collect()
}

fn alias(reply: &Reply, name: &Name) -> Option<Name> {
    reply.message.answers.iter().find_map(|record| match &record.data {
        RData::CNAME(target) if record.name == *name => Some(target.0.clone()),
        _ => None,
    })
}

/// The start of authority beside an empty answer is what says "there is none" (RFC 2308 section 2.2).
fn proves_absence(reply: &Reply) -> bool {
    reply.message.authorities.iter().any(|record| record.record_type() == RecordType::SOA)
}

/// Name servers without a start of authority say "ask them": a server that neither holds the zone nor recurses.
fn is_referral(reply: &Reply) -> bool {
    !proves_absence(reply)
        && !reply.message.metadata.authoritative
        && reply.message.authorities.iter().any(|record| record.record_type() == RecordType::NS)
}
