//! What a domain's SPF record costs receivers and what it ends up saying, includes followed.

use std::collections::VecDeque;

use hickory_proto::rr::{Name, RecordType};
use vigie_model::Reason;
use vigie_probe::NetError;

use super::facts::{AllQualifier, SpfFacts};
use super::spf::{DomainSpec, MacroPart, Mechanism, Qualifier, SpfRecord, is_spf, parse_spf};
use crate::gaps::Gaps;
use crate::inquiry::{Inquiry, plain, quote, quote_all};

/// Look-ups that receivers accept (RFC 7208 section 4.6.4).
const ALLOWED_LOOKUPS: u32 = 10;
/// Look-ups counted before the walk stops: twice what is allowed shows how far over the record is.
const MAX_COUNTED: u32 = 2 * ALLOWED_LOOKUPS;

/// The SPF records of a domain, and what following them gave.
pub(super) struct Sender {
    pub(super) texts: Vec<String>,
    walk: Option<(SpfRecord, Walk)>,
}

/// What was met on the way through the includes.
#[derive(Debug, Default)]
struct Walk {
    lookups: u32,
    voids: u32,
    includes: Vec<String>,
    broken: Vec<String>,
    /// What `all` says once redirects are followed.
    all: Option<AllQualifier>,
    /// The first question that got no answer, or a name that depends on the message.
    hidden: Option<Reason>,
}

/// Reads the SPF records of a domain and follows them.
pub(super) async fn look(inquiry: &Inquiry, domain: &Name) -> Result<Sender, NetError> {
    let texts = records(inquiry, domain).await?;
    let walk = match texts.as_slice() {
        [only] => {
            let record = parse_spf(only);
            let walk = Walk::through(inquiry, record.clone(), plain(domain)).await;
            Some((record, walk))
        }
        _ => None,
    };
    Ok(Sender { texts, walk })
}

async fn records(inquiry: &Inquiry, domain: &Name) -> Result<Vec<String>, NetError> {
    let mut texts = inquiry.texts(domain).await?;
    texts.retain(|text| is_spf(text));
    Ok(texts)
}

/// A record on the way, and the domain whose it is.
struct Stop {
    record: SpfRecord,
    domain: String,
    /// Whether it has the last word on machines that nobody lists: the first record, and where it redirects.
    is_last_word: bool,
}

impl Walk {
    /// Follows includes and redirects from a record, in the order met. A loop among them ends with the count.
    async fn through(inquiry: &Inquiry, record: SpfRecord, domain: String) -> Self {
        let mut walk = Self::default();
        let mut ahead = VecDeque::from([Stop { record, domain, is_last_word: true }]);
        while let Some(stop) = ahead.pop_front() {
            for directive in stop.record.live_directives() {
                if walk.lookups > MAX_COUNTED {
                    break;
                }
                ahead.extend(walk.count(inquiry, &directive.mechanism, &stop.domain).await);
            }
            let to = stop.record.redirect();
            if stop.is_last_word && to.is_none() {
                walk.all = Some(stop.record.all().map_or(AllQualifier::None, said));
            }
            if let Some(to) = to {
                walk.lookups = walk.lookups.saturating_add(1);
                let entered = walk.enter(inquiry, to, &stop.domain).await;
                ahead.extend(entered.map(|next| Stop { is_last_word: stop.is_last_word, ..next }));
            }
        }
        if walk.hidden.is_none() {
            // A redirect that leads nowhere says nothing.
            walk.all.get_or_insert(AllQualifier::None);
        }
        walk
    }

    /// Counts what a mechanism costs; an include leads to another record.
    async fn count(&mut self, inquiry: &Inquiry, mechanism: &Mechanism, domain: &str) -> Option<Stop> {
        let own = || DomainSpec(vec![MacroPart::Literal(domain.to_owned())]);
        let counted = self.lookups.saturating_add(1);
        match mechanism {
            Mechanism::All | Mechanism::Ip4(..) | Mechanism::Ip6(..) => return None,
            Mechanism::Include(to) => {
                self.lookups = counted;
                return self.enter(inquiry, to, domain).await;
            }
            Mechanism::A(target, _) => {
                let target = target.clone().unwrap_or_else(own);
                self.void(inquiry, &target, domain, &[RecordType::A, RecordType::AAAA]).await;
            }
            Mechanism::Mx(target, _) => {
                self.void(inquiry, &target.clone().unwrap_or_else(own), domain, &[RecordType::MX]).await;
            }
            // What these look up depends on the sender: counted, not asked.
            Mechanism::Exists(_) | Mechanism::Ptr(_) => {}
        }
        self.lookups = counted;
        None
    }

    /// The record that an include or a redirect leads to, unless the walk has seen enough.
    async fn enter(&mut self, inquiry: &Inquiry, to: &DomainSpec, domain: &str) -> Option<Stop> {
        let Some(name) = to.fixed(domain) else {
            self.hide(Reason::Unsupported);
            return None;
        };
        if self.lookups > MAX_COUNTED {
            return None;
        }
        self.includes.push(quote(&name));
        let texts = match asked(&name) {
            Ok(asked) => records(inquiry, &asked).await,
            // A name that cannot exist has no record.
            Err(_) => Ok(Vec::new()),
        };
        let texts = texts.map_err(|error| self.hide(error.reason())).ok()?;
        if let [only] = texts.as_slice() {
            let record = parse_spf(only);
            self.broken.extend((!record.is_valid()).then(|| quote(&name)));
            return Some(Stop { record, domain: name, is_last_word: false });
        }
        self.voids = self.voids.saturating_add(u32::from(texts.is_empty()));
        self.broken.push(quote(&name));
        None
    }

    /// Counts a look-up that finds none of the given types.
    async fn void(&mut self, inquiry: &Inquiry, target: &DomainSpec, domain: &str, types: &[RecordType]) {
        let Some(name) = target.fixed(domain) else { return };
        let Ok(name) = asked(&name) else {
            self.voids = self.voids.saturating_add(1);
            return;
        };
        for record in types {
            match inquiry.answer(&name, *record).await {
                Ok(answer) if !answer.records.is_empty() => return,
                Ok(_) => {}
                Err(error) => return self.hide(error.reason()),
            }
        }
        self.voids = self.voids.saturating_add(1);
    }

    fn hide(&mut self, reason: Reason) {
        self.hidden.get_or_insert(reason);
    }
}

impl Sender {
    /// The facts. What could not be followed leaves gaps, except where enough was seen to be sure.
    pub(super) fn facts(self, gaps: &mut Gaps) -> SpfFacts {
        let records = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let Some((record, walk)) = self.walk else {
            return SpfFacts {
                records,
                text: String::new(),
                all: Some(AllQualifier::None),
                lookups: Some(0),
                void_lookups: Some(0),
                includes: Vec::new(),
                broken_includes: Some(Vec::new()),
                errors: Vec::new(),
            };
        };
        let lookups = (walk.hidden.is_none() || walk.lookups > ALLOWED_LOOKUPS).then_some(walk.lookups);
        let void_lookups = walk.hidden.is_none().then_some(walk.voids);
        let broken_includes = (walk.hidden.is_none() || !walk.broken.is_empty()).then_some(walk.broken);
        let reason = walk.hidden.unwrap_or(Reason::Unsupported);
        let missing = [
            ("spf.all", walk.all.is_none()),
            ("spf.lookups", lookups.is_none()),
            ("spf.void_lookups", void_lookups.is_none()),
            ("spf.broken_includes", broken_includes.is_none()),
        ];
        for (path, _) in missing.into_iter().filter(|(_, is_missing)| *is_missing) {
            gaps.note(path, reason);
        }
        SpfFacts {
            records,
            text: self.texts.first().map(|text| quote(text)).unwrap_or_default(),
            all: walk.all,
            lookups,
            void_lookups,
            includes: walk.includes,
            broken_includes,
            errors: quote_all(&record.problems),
        }
    }
}

fn asked(name: &str) -> Result<Name, NetError> {
    let mut name = Name::from_ascii(name).map_err(|_| NetError::NameNotFound)?;
    name.set_fqdn(true);
    Ok(name)
}

fn said(qualifier: Qualifier) -> AllQualifier {
    match qualifier {
        Qualifier::Pass => AllQualifier::Pass,
        Qualifier::Neutral => AllQualifier::Neutral,
        Qualifier::Softfail => AllQualifier::Softfail,
        Qualifier::Fail => AllQualifier::Fail,
    }
}
