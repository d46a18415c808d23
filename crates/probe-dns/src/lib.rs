//! What the DNS says of a domain: who serves it, whether its signatures hold, how its mail is protected.
//!
//! Three probes, all passive: they ask the name server that the user chose about published records,
//! as any mail server does, and connect to nothing else.
//!
//! | probe | kind of facts | questions at most |
//! |---|---|---|
//! | [`DomainProbe`] | `dns.domain` | 160 |
//! | [`MailProbe`] | `mail.domain` | 120 |
//! | [`BindingProbe`] | `dns.binding` | 12 |
//!
//! The care they take is in one distinction: *proved absent* (`NXDOMAIN`, or an empty answer that
//! is not a referral) is a fact, an empty list; *not seen* (silence, `SERVFAIL`, an answer that
//! cannot be read, a budget used up) is a gap with its reason. A gap never reads as an absence.

mod binding;
mod dnssec;
mod domain;
mod gaps;
mod inquiry;
mod mail;

pub use binding::BindingProbe;
pub use binding::facts::BindingFacts;
pub use dnssec::{AnchorProblem, ChainCause, ChainState, TrustAnchor, read_trust_anchor};
pub use domain::facts::{
    CaaFacts, CaaRecordFacts, DnssecFacts, DomainFacts, NameServerFacts, SignatureFacts, SoaFacts,
};
pub use domain::{CaaIssuer, DomainProbe, parse_caa_issuer};
pub use mail::MailProbe;
pub use mail::dkim::{DkimKey, DkimProblem, KeyType, parse_dkim_key};
pub use mail::dmarc::{DmarcProblem, DmarcRecord, Policy, is_dmarc, parse_dmarc};
pub use mail::facts::{AllQualifier, DkimFacts, DmarcFacts, DmarcPlace, MailFacts, MxFacts, MxHostFacts, SpfFacts};
pub use mail::spf::{
    Cidr, Directive, DomainSpec, Macro, MacroPart, Mechanism, Modifier, Qualifier, SpfProblem, SpfRecord, SpfTerm,
    is_spf, parse_spf,
};
