//! From answers to facts, each missing one with its reason.

mod answers;
mod certificates;
mod hellos;
mod lists;
mod revocation;
mod sessions;

use std::collections::BTreeMap;

use jiff::Timestamp;
use vigie_model::{Evidence, FactPath, Host, Outcome, Reason};

use crate::endpoint::enumerate::SuitesSeen;
use crate::endpoint::exchange::{Accepted, Answer, Caller};
use crate::endpoint::facts::{
    ChosenBy, NamelessFacts, NegotiatedFacts, Renegotiation, SuiteList, TlsEndpointFacts, Version, VersionFacts,
    VersionGroups, VersionSuites,
};
use crate::endpoint::groups::{group_bits, group_name};
use crate::endpoint::remote_desktop::RemoteDesktop;
use crate::endpoint::suites::{SuiteFacts, suite_name};
use crate::endpoint::summary::answers::{accepted, any, nothing_accepted, offer};
use crate::endpoint::survey::{Nameless, Survey};
use crate::trust::TrustStore;
use crate::wire::KeyExchange;

/// Facts that an ordinary visitor does not learn.
const ASKED_ONLY_WITH_LEAVE: [&str; 31] = [
    "versions",
    "versions_accepted",
    "offers",
    "suites",
    "groups",
    "nameless",
    "compression",
    "renegotiation",
    "extended_master_secret",
    "client_renegotiation",
    "fallback_refused",
    "downgrade_warning",
    "heartbeat",
    "fresh_ephemeral_keys",
    "signature_schemes",
    "signs_with_sha1",
    "bears_unknown_extensions",
    "bears_usual_extensions",
    "bears_long_hellos",
    "bears_split_hellos",
    "bears_newer_versions",
    "max_fragment_length",
    "next_protocol_negotiation",
    "ja4s",
    "jarm",
    "primes",
    "middlebox_compatibility",
    "sessions",
    "flaws",
    "also_served",
    "revocation",
];

/// Facts in the making.
pub(crate) struct Summary {
    facts: TlsEndpointFacts,
    gaps: BTreeMap<FactPath, Reason>,
    evidence: Vec<Evidence>,
}

impl Summary {
    /// Draws the facts from a survey. `at` is the instant at which trust is judged.
    pub(crate) fn of(survey: &Survey, caller: &Caller<'_>, host: &Host, store: &TrustStore, at: Timestamp) -> Self {
        let facts = TlsEndpointFacts::blank(caller, host, true, caller.starttls.begun());
        let mut summary = Self { facts, gaps: BTreeMap::new(), evidence: Vec::new() };
        if survey.was_full() {
            summary.note_versions(survey);
            summary.note_offers(survey);
            summary.note_suites(survey);
            summary.note_groups(survey);
            summary.note_nameless(survey);
            summary.note_protections(survey);
            summary.note_what_hellos_told(survey);
            summary.note_sessions(survey);
            summary.note_flaws(survey);
        } else {
            for path in ASKED_ONLY_WITH_LEAVE {
                summary.gap(path, Reason::OutOfScope);
            }
        }
        summary.note_negotiated(survey);
        summary.note_visitors(survey, caller);
        summary.note_certificates(survey, host, store, at);
        summary
    }

    /// The same, with what was learnt of a remote desktop.
    pub(crate) fn with_remote_desktop(mut self, desktop: Option<RemoteDesktop>) -> Self {
        self.facts.remote_desktop = desktop.map(|seen| seen.facts(&mut self.gaps));
        self
    }

    /// The outcome and its proofs.
    pub(crate) fn finish(self) -> (Outcome, Vec<Evidence>) {
        (Outcome::observed_with_gaps(&self.facts, self.gaps), self.evidence)
    }

    /// A fact that is known, or `None` once its reason is noted.
    fn known<T>(&mut self, path: &str, fact: Result<T, Reason>) -> Option<T> {
        match fact {
            Ok(fact) => Some(fact),
            Err(reason) => {
                self.gap(path, reason);
                None
            }
        }
    }

    fn gap(&mut self, path: impl Into<FactPath>, reason: Reason) {
        self.gaps.insert(path.into(), reason);
    }

    /// Notes why those fields of a record are missing that are.
    fn gaps_in<const N: usize>(&mut self, record: &FactPath, fields: [(&str, bool); N], reason: Reason) {
        for (field, _) in fields.into_iter().filter(|(_, is_missing)| *is_missing) {
            self.gap(record.field(field), reason);
        }
    }

    fn note_versions(&mut self, survey: &Survey) {
        let mut versions = VersionFacts::default();
        for (version, answer) in &survey.versions {
            let accepted = accepted(answer);
            versions.set(*version, accepted.ok());
            if let Err(reason) = accepted {
                self.gap(FactPath::from("versions").field(version.field()), reason);
                self.gap("versions_accepted", reason);
            }
            self.evidence.push(Evidence::text(version.to_string(), &answer.in_words()));
        }
        versions.ssl20 = self.known("versions.ssl20", survey.flaws.ssl20.unwrap_or(Err(Reason::OutOfScope)));
        self.facts.versions = Some(versions);
        let all_known = survey.versions.values().all(|answer| accepted(answer).is_ok());
        let list = survey.versions.iter().filter(|(_, answer)| accepted(answer) == Ok(true));
        self.facts.versions_accepted = all_known.then(|| list.map(|(version, _)| *version).collect());
    }

    fn note_offers(&mut self, survey: &Survey) {
        let mut offers = Vec::new();
        for (version, list) in Version::ALL.into_iter().flat_map(|version| SuiteList::ALL.map(|list| (version, list))) {
            let of_version = survey.versions.get(&version);
            let answer = match (survey.offers.get(&(version, list)), of_version) {
                (Some(answer), _) => answer,
                // Whether the version itself is accepted is unknown, and so is all that depends on it.
                (None, Some(answer)) if list.concerns(version) && accepted(answer).is_err() => answer,
                _ => continue,
            };
            let path = FactPath::from("offers").index(offers.len());
            let (offer, missing) = offer(version, list, answer);
            if let Some(reason) = missing {
                self.gap(path, reason);
            }
            if let Answer::Accepted(taken) = answer {
                self.evidence.push(Evidence::text(format!("{version} {list}"), &suite_name(taken.hello.suite)));
            }
            offers.push(offer);
        }
        self.facts.offers = Some(offers);
    }

    fn note_suites(&mut self, survey: &Survey) {
        let mut all = Vec::new();
        for (version, answer) in &survey.versions {
            let path = FactPath::from("suites").index(all.len());
            let unknown = VersionSuites { version: *version, accepted: None, chosen_by: None };
            match (survey.suites.get(version), answer.reason()) {
                (Some(seen), _) => all.push(self.suites_of(*version, seen, &path)),
                // Whether the version itself is accepted is unknown, and so is all that depends on it.
                (None, Some(reason)) => {
                    self.gap(path, reason);
                    all.push(unknown);
                }
                (None, None) => {}
            }
        }
        self.facts.suites = Some(all);
    }

    fn suites_of(&mut self, version: Version, seen: &SuitesSeen, path: &FactPath) -> VersionSuites {
        let names: Vec<String> = seen.picks.iter().map(|pick| suite_name(pick.hello.suite)).collect();
        self.evidence.push(Evidence::text(format!("{version} suites"), &names.join(" ")));
        if let Some(reason) = seen.reason() {
            self.gap(path.field("accepted"), reason);
        }
        let is_alone = seen.reason().is_none() && seen.picks.len() == 1;
        let chosen_by = if is_alone { Some(ChosenBy::Nobody) } else { seen.chosen_by };
        if chosen_by.is_none() {
            // One suite has no order, and some servers have one that depends on more than the list.
            self.gap(path.field("chosen_by"), seen.reason().unwrap_or(Reason::Unsupported));
        }
        VersionSuites { version, accepted: seen.reason().is_none().then_some(names), chosen_by }
    }

    fn note_groups(&mut self, survey: &Survey) {
        let mut all = Vec::new();
        for (version, reason) in survey.unknown_instead_of_groups() {
            self.gap(FactPath::from("groups").index(all.len()), reason);
            all.push(VersionGroups { version, accepted: None });
        }
        for (version, seen) in &survey.groups {
            let names: Vec<String> = seen.codes.iter().map(|code| group_name(KeyExchange::Group(*code))).collect();
            let how = if seen.named { ", named by the server" } else { "" };
            self.evidence.push(Evidence::text(format!("{version} groups{how}"), &names.join(" ")));
            if let Some(reason) = seen.missing {
                self.gap(FactPath::from("groups").index(all.len()).field("accepted"), reason);
            }
            all.push(VersionGroups { version: *version, accepted: seen.missing.is_none().then_some(names) });
        }
        self.facts.groups = Some(all);
    }

    fn note_nameless(&mut self, survey: &Survey) {
        let Some(nameless) = &survey.nameless else {
            // The facility gave an address, or nothing was accepted: there is no name to leave out.
            return self.gap("nameless", Reason::NotStated);
        };
        self.evidence.push(Evidence::text("without a name", &nameless.in_words()));
        match nameless.face(survey) {
            Err(reason) => self.gap("nameless", reason),
            Ok(facts) => {
                if facts.same_certificate.is_none() {
                    self.gap("nameless.same_certificate", Reason::Unsupported);
                }
                let old_versions = survey.old_without_name.unwrap_or(Err(Reason::Bug));
                let old_versions = self.known("nameless.old_versions", old_versions);
                self.facts.nameless = Some(NamelessFacts { old_versions, ..facts });
            }
        }
    }

    /// Facts about the handshake of every accepted version up to TLS 1.2.
    fn note_protections(&mut self, survey: &Survey) {
        let old = |oldest: Version| {
            let answers = survey.versions.range(oldest..=Version::Tls12).map(|(_, answer)| answer);
            answers.filter(|answer| accepted(answer) != Ok(false)).collect::<Vec<_>>()
        };
        let from_ssl = old(Version::Ssl30);
        match any(&from_ssl, |seen| seen.hello.compression != 0) {
            Ok(compresses) => self.facts.compression = Some(compresses),
            Err(reason) => self.gap("compression", reason),
        }
        match any(&from_ssl, |seen| !seen.hello.renegotiation_info) {
            Ok(true) => self.facts.renegotiation = Some(Renegotiation::Unprotected),
            Ok(false) if from_ssl.is_empty() => self.facts.renegotiation = Some(Renegotiation::Impossible),
            Ok(false) => self.facts.renegotiation = Some(Renegotiation::Protected),
            Err(reason) => self.gap("renegotiation", reason),
        }
        match any(&old(Version::Tls10), |seen| !seen.hello.extended_master_secret) {
            Ok(lacks) => self.facts.extended_master_secret = Some(!lacks),
            Err(reason) => self.gap("extended_master_secret", reason),
        }
    }

    fn note_negotiated(&mut self, survey: &Survey) {
        let newest = survey.newest().map(|(version, _)| version);
        let mut newer = survey.versions.iter().filter(|(version, _)| newest.is_none_or(|newest| **version > newest));
        if let Some(reason) = newer.find_map(|(_, answer)| answer.reason()) {
            // A newer version that did not answer may be what up-to-date clients get.
            return self.gap("negotiated", reason);
        }
        let handshake = survey.handshake.as_ref().and_then(|handshake| handshake.as_ref().ok());
        if let Some(alert) = handshake.and_then(|handshake| handshake.alert) {
            self.evidence.push(Evidence::text("handshake", &alert.to_string()));
        }
        self.facts.negotiated = match (survey.newest(), handshake) {
            (Some((version, seen)), _) => {
                let suite = SuiteFacts::of(seen.hello.suite);
                let group = seen.group();
                let (group, key_exchange_bits) = match group {
                    // A key exchange without forward secrecy has no parameters; that of a suite we cannot take
                    // apart is unknown.
                    None if suite.forward_secrecy == Some(false) => (Some(String::new()), Some(0)),
                    None => (None, None),
                    Some(group) => (Some(group_name(group)), group_bits(group)),
                };
                Some(NegotiatedFacts { version, suite, group, key_exchange_bits })
            }
            (None, Some(handshake)) => {
                handshake.version.and_then(Version::from_code).zip(handshake.suite).map(|(version, suite)| {
                    let group = handshake.group.map(KeyExchange::Group);
                    let key_exchange_bits = group.and_then(group_bits);
                    NegotiatedFacts {
                        version,
                        suite: SuiteFacts::of(suite),
                        group: group.map(group_name),
                        key_exchange_bits,
                    }
                })
            }
            (None, None) => None,
        };
        match &self.facts.negotiated {
            None => self.gap("negotiated", nothing_accepted(survey)),
            Some(negotiated) if negotiated.key_exchange_bits.is_none() => {
                self.gap("negotiated.key_exchange_bits", Reason::Unsupported);
            }
            Some(_) => {}
        }
    }
}

impl Nameless {
    /// What it shows beside what those get who send the name.
    fn face(&self, survey: &Survey) -> Result<NamelessFacts, Reason> {
        let (shown, named) = match self {
            Self::Hello(version, Answer::Accepted(seen)) => (leaf(seen), survey.accepted(*version).and_then(leaf)),
            Self::Handshake(Ok(seen)) if !seen.certificates.is_empty() => {
                (seen.certificates.first(), survey.certificates().and_then(<[Vec<u8>]>::first))
            }
            Self::Hello(_, Answer::Refused(_)) | Self::Handshake(Ok(_)) => return Ok(NamelessFacts::REFUSED),
            // An alert about the name is an answer: the server does not go along.
            Self::Hello(_, Answer::Unanswered(_, Some(alert))) if alert.fatal => return Ok(NamelessFacts::REFUSED),
            Self::Hello(_, answer) | Self::Handshake(Err(answer)) => {
                return Err(answer.reason().unwrap_or(Reason::Bug));
            }
        };
        let same_certificate = shown.zip(named).map(|(shown, named)| shown == named);
        Ok(NamelessFacts { answers: true, same_certificate, old_versions: None })
    }

    fn in_words(&self) -> String {
        match self {
            Self::Hello(version, answer) => format!("{version}: {}", answer.in_words()),
            Self::Handshake(Err(answer)) => answer.in_words(),
            Self::Handshake(Ok(seen)) => match seen.alert {
                Some(alert) => alert.to_string(),
                None => format!("{} certificates", seen.certificates.len()),
            },
        }
    }
}

fn leaf(seen: &Accepted) -> Option<&Vec<u8>> {
    seen.flight.certificates.as_ref()?.first()
}
