//! What a domain's SPF record costs receivers and what it ends up saying, includes followed.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hickory_proto::rr::{Name, RecordType};
use vigie_model::Reason;
use vigie_probe::NetError;

use super::facts::{AllQualifier, SpfFacts};
use super::spf::{DomainSpec, Mechanism, Qualifier, SpfRecord, is_spf, parse_spf};
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
            let mut walk = Walk::default();
            walk.all = walk.follow(inquiry, &record, &plain(domain)).await;
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

impl Walk {
    /// Counts what a record costs, and returns what it says of machines that it does not list; `None` when that
    /// could not be seen.
    fn follow<'a>(
        &'a mut self,
        inquiry: &'a Inquiry,
        record: &'a SpfRecord,
        domain: &'a str,
    ) -> BoxFuture<'a, Option<AllQualifier>> {
        async move {
            for directive in record.live_directives() {
                if self.lookups > MAX_COUNTED {
                    break;
                }
                self.count(inquiry, &directive.mechanism, domain).await;
            }
            match (record.all(), record.redirect()) {
                (Some(qualifier), _) => Some(said(qualifier)),
                (None, None) => Some(AllQualifier::None),
                (None, Some(to)) => {
                    self.lookups = self.lookups.saturating_add(1);
                    self.enter(inquiry, to, domain).await
                }
            }
        }
        .boxed()
    }

    async fn count(&mut self, inquiry: &Inquiry, mechanism: &Mechanism, domain: &str) {
        let own = || DomainSpec(vec![super::spf::MacroPart::Literal(domain.to_owned())]);
        match mechanism {
            Mechanism::All | Mechanism::Ip4(..) | Mechanism::Ip6(..) => return,
            Mechanism::Include(to) => {
                self.lookups = self.lookups.saturating_add(1);
                self.enter(inquiry, to, domain).await;
                return;
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
        self.lookups = self.lookups.saturating_add(1);
    }

    /// Follows an include or a redirect into the record of its domain.
    async fn enter(&mut self, inquiry: &Inquiry, to: &DomainSpec, domain: &str) -> Option<AllQualifier> {
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
        let texts = match texts {
            Ok(texts) => texts,
            Err(error) => {
                self.hide(error.reason());
                return None;
            }
        };
        if let [only] = texts.as_slice() {
            return self.follow(inquiry, &parse_spf(only), &name).await;
        }
        self.voids = self.voids.saturating_add(u32::from(texts.is_empty()));
        self.broken.push(quote(&name));
        Some(AllQualifier::None)
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
