//! What an answer says, and why it may say nothing.

use vigie_model::Reason;

use crate::endpoint::exchange::{Accepted, Answer, Refusal};
use crate::endpoint::facts::{OfferFacts, SuiteList, Version};
use crate::endpoint::groups::group_bits;
use crate::endpoint::suites::suite_name;
use crate::endpoint::survey::Survey;

impl Answer {
    /// Why nothing can be said, if so.
    pub(crate) fn reason(&self) -> Option<Reason> {
        match self {
            Self::Unreached(error) | Self::Unanswered(error, _) => Some(error.reason()),
            Self::NotTls(_) | Self::NoStartTls(_) => Some(Reason::PeerMisbehaved),
            Self::Accepted(_) | Self::Refused(_) => None,
        }
    }

    /// The answer in the words of the protocol, for an engineer.
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Accepted(seen) => format!("ServerHello {}", suite_name(seen.hello.suite)),
            Self::Refused(Refusal::Alert(alert)) | Self::Unanswered(_, Some(alert)) => alert.to_string(),
            Self::Refused(Refusal::Closed) => "closed without a word on each of four hellos".to_owned(),
            Self::Refused(Refusal::OtherVersion(code)) => match Version::from_code(*code) {
                Some(version) => format!("ServerHello {version}"),
                None => format!("ServerHello 0x{code:04x}"),
            },
            Self::Unanswered(error, None) | Self::Unreached(error) => error.to_string(),
            Self::NotTls(_) => "not TLS".to_owned(),
            Self::NoStartTls(_) => "no STARTTLS".to_owned(),
        }
    }
}

/// Whether an answer accepts, or why that is unknown.
pub(super) fn accepted(answer: &Answer) -> Result<bool, Reason> {
    match answer.reason() {
        None => Ok(matches!(answer, Answer::Accepted(_))),
        Some(reason) => Err(reason),
    }
}

/// Whether one of the accepted answers has a property: yes as soon as one has it, no when all were seen and none has
/// it, otherwise the reason why one was not seen.
pub(super) fn any(answers: &[&Answer], has: impl Fn(&Accepted) -> bool) -> Result<bool, Reason> {
    let mut missing = None;
    for answer in answers {
        match answer {
            Answer::Accepted(seen) if has(seen) => return Ok(true),
            other => missing = missing.or(other.reason()),
        }
    }
    missing.map_or(Ok(false), Err)
}

/// Why there is nothing to show of a server that speaks TLS: it refused all that we offered, or did not answer.
pub(super) fn nothing_accepted(survey: &Survey) -> Reason {
    if survey.newest().is_some() {
        // It accepted, and sent no certificate: an anonymous suite.
        return Reason::Unsupported;
    }
    survey.versions.values().find_map(Answer::reason).unwrap_or(Reason::Refused)
}

pub(super) fn offer(version: Version, list: SuiteList, answer: &Answer) -> (OfferFacts, Option<Reason>) {
    let blank = OfferFacts { version, list, taken: None, suite: None, encrypt_then_mac: None, key_exchange_bits: None };
    match (answer, accepted(answer)) {
        (_, Err(reason)) => (blank, Some(reason)),
        (Answer::Accepted(seen), Ok(_)) => {
            let bits = seen.flight.key_exchange.as_ref().map_or(Some(0), |exchange| group_bits(exchange.group));
            let offer = OfferFacts {
                taken: Some(true),
                suite: Some(suite_name(seen.hello.suite)),
                encrypt_then_mac: Some(seen.hello.encrypt_then_mac),
                key_exchange_bits: bits,
                ..blank
            };
            (offer, bits.is_none().then_some(Reason::Unsupported))
        }
        (_, Ok(_)) => {
            let none = OfferFacts {
                taken: Some(false),
                suite: Some(String::new()),
                encrypt_then_mac: Some(false),
                key_exchange_bits: Some(0),
                ..blank
            };
            (none, None)
        }
    }
}
