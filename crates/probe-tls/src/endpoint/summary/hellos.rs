//! What hellos told in passing, while they asked about versions and suites.

use std::collections::BTreeSet;

use vigie_model::{Evidence, FactPath, Reason};

use super::Summary;
use super::answers::{accepted, any, nothing_accepted};
use crate::endpoint::enumerate::{AtLength, SuitesSeen};
use crate::endpoint::exchange::{Answer, Refusal};
use crate::endpoint::facts::{PrimeFacts, Version};
use crate::endpoint::hello::{Shape, WEAK_SCHEMES};
use crate::endpoint::schemes::scheme_name;
use crate::endpoint::survey::{Nameless, Survey, Tolerance};
use crate::wire::Alert;

impl Summary {
    /// What the server told in passing, in answers to hellos that asked about versions and suites.
    pub(super) fn note_what_hellos_told(&mut self, survey: &Survey) {
        let old: Vec<&Answer> = survey.versions.range(..=Version::Tls12).map(|(_, answer)| answer).collect();
        let heartbeat = any(&old, |seen| seen.hello.heartbeat);
        self.facts.heartbeat = self.known("heartbeat", heartbeat);
        self.facts.fresh_ephemeral_keys = self.known("fresh_ephemeral_keys", fresh_keys(survey, &old));
        self.note_schemes(survey);
        let warns = downgrade_warning(survey);
        self.facts.downgrade_warning = self.known("downgrade_warning", warns);
        if let Some((version, answer)) = &survey.fallback {
            self.evidence.push(Evidence::text(format!("{version} as a fallback"), &answer.in_words()));
        }
        let refused = fallback_refused(survey);
        self.facts.fallback_refused = self.known("fallback_refused", refused);
        let tolerance = survey.tolerance.ok_or(Reason::Refused);
        let unknown = tolerance.and_then(|borne| borne.unknown);
        self.facts.bears_unknown_extensions = self.known("bears_unknown_extensions", unknown);
        let usual = bears_usual_extensions(survey, tolerance);
        self.facts.bears_usual_extensions = self.known("bears_usual_extensions", usual);
        self.facts.bears_long_hellos = self.known("bears_long_hellos", bears_long_hellos(survey));
        self.facts.bears_split_hellos = self.known("bears_split_hellos", bears_split_hellos(survey));
        self.facts.middlebox_compatibility = self.known("middlebox_compatibility", is_kind_to_middleboxes(survey));
        self.facts.bears_newer_versions = self.known("bears_newer_versions", bears_newer_versions(survey));
        self.facts.max_fragment_length = self.known("max_fragment_length", max_fragment_length(survey));
        let by_draft = any(&old, |seen| seen.hello.next_protocol);
        self.facts.next_protocol_negotiation = self.known("next_protocol_negotiation", by_draft);
        let fingerprint = survey.newest().map(|(_, seen)| seen.hello.ja4s());
        self.facts.ja4s = self.known("ja4s", fingerprint.ok_or_else(|| nothing_accepted(survey)));
        let jarm = survey.jarm.clone().unwrap_or(Err(Reason::NotStated));
        self.facts.jarm = self.known("jarm", jarm);
        self.note_primes(survey, &old);
    }

    /// How key exchanges of TLS 1.2 are signed.
    fn note_schemes(&mut self, survey: &Survey) {
        let schemes = schemes(survey);
        let weak = |codes: &[u16]| codes.iter().any(|scheme| WEAK_SCHEMES.contains(scheme));
        // One that was seen is there, whatever may be missing.
        let weak_seen = survey.schemes.as_ref().is_some_and(|seen| weak(&seen.codes));
        let signs_weakly = if weak_seen { Ok(true) } else { schemes.map(weak) };
        self.facts.signs_with_sha1 = self.known("signs_with_sha1", signs_weakly);
        let names: Result<Vec<String>, Reason> = schemes.map(|codes| codes.iter().copied().map(scheme_name).collect());
        if let Ok(names) = &names
            && !names.is_empty()
        {
            self.evidence.push(Evidence::text("TLS 1.2 signatures", &names.join(" ")));
        }
        self.facts.signature_schemes = self.known("signature_schemes", names);
    }

    /// Every prime over which keys were exchanged.
    fn note_primes(&mut self, survey: &Survey, old: &[&Answer]) {
        let unknown = old.iter().find_map(|answer| answer.reason());
        let cut = || survey.suites.values().find_map(SuitesSeen::reason);
        if let Some(reason) = unknown.or_else(cut) {
            return self.gap("primes", reason);
        }
        let exchanges = survey.picks().filter_map(|pick| pick.flight.key_exchange.as_ref());
        let primes: BTreeSet<&[u8]> =
            exchanges.map(|exchange| exchange.prime.as_slice()).filter(|prime| !prime.is_empty()).collect();
        let facts: Vec<PrimeFacts> = primes.into_iter().map(PrimeFacts::of).collect();
        for (index, _) in facts.iter().enumerate().filter(|(_, prime)| prime.safe.is_none()) {
            self.gap(FactPath::from("primes").index(index).field("safe"), Reason::Unsupported);
        }
        self.facts.primes = Some(facts);
    }
}

/// Whether no two handshakes shared an ephemeral key. Servers that keep one for a while show it at once: each look
/// sees several.
fn fresh_keys(survey: &Survey, old: &[&Answer]) -> Result<bool, Reason> {
    let mut seen = BTreeSet::new();
    let nameless = survey.nameless.as_ref().and_then(Nameless::accepted);
    let handshakes = survey.suites.values().flat_map(|suites| &suites.picks).chain(nameless);
    let exchanges = handshakes.filter_map(|pick| pick.flight.key_exchange.as_ref());
    for exchange in exchanges.filter(|exchange| !exchange.public_key.is_empty()) {
        if !seen.insert((&exchange.prime, &exchange.public_key)) {
            return Ok(false);
        }
    }
    match old.iter().find_map(|answer| answer.reason()) {
        Some(reason) => Err(reason),
        // One alone cannot be compared.
        None if seen.len() == 1 => Err(Reason::Unsupported),
        None => Ok(true),
    }
}

/// The schemes of TLS 1.2, if all are known; none where it is not accepted.
fn schemes(survey: &Survey) -> Result<&[u16], Reason> {
    let Some(answer) = survey.versions.get(&Version::Tls12) else { return Err(Reason::OutOfScope) };
    let missing = survey.schemes.as_ref().and_then(|seen| seen.missing);
    match answer.reason().or(missing) {
        Some(reason) => Err(reason),
        None => Ok(survey.schemes.as_ref().map_or(&[], |seen| &seen.codes)),
    }
}

/// Whether hellos of the length that post-quantum clients have are read, at every version that was asked so.
fn bears_long_hellos(survey: &Survey) -> Result<bool, Reason> {
    let mut known = None;
    for seen in survey.suites.values() {
        match seen.at_length {
            AtLength::Borne { .. } => known = Some(known.unwrap_or(true)),
            AtLength::NotBorne => match seen.reason() {
                None => known = Some(false),
                Some(reason) => return Err(reason),
            },
            AtLength::Unknown(reason) => return Err(reason),
            AtLength::NotAsked => {}
        }
    }
    known.ok_or_else(|| why_not_told(survey))
}

/// Whether hellos in two records are read, at every version that was asked so.
fn bears_split_hellos(survey: &Survey) -> Result<bool, Reason> {
    let asked = survey.suites.values().filter_map(|seen| match seen.at_length {
        AtLength::Borne { in_pieces, .. } => Some(in_pieces),
        _ => None,
    });
    asked.reduce(|one, other| one && other).ok_or_else(|| why_not_told(survey))
}

/// Whether the wish for a stapled answer, and what else browsers send, is borne: in TLS 1.3 the handshake shows it.
fn bears_usual_extensions(survey: &Survey, up_to_tls12: Result<Tolerance, Reason>) -> Result<bool, Reason> {
    match &survey.handshake {
        Some(Ok(handshake)) if handshake.shows_all => Ok(handshake.asked_for_staple),
        // The library's client asks for it too.
        Some(Ok(handshake)) if handshake.version.is_some() => Ok(true),
        Some(Ok(_)) => Err(Reason::Unsupported),
        Some(Err(answer)) => Err(answer.reason().unwrap_or(Reason::Unsupported)),
        None => up_to_tls12.and_then(|borne| borne.usual),
    }
}

/// Why an answer does not tell something that only a version without an answer, or none of our questions, would.
fn why_not_told(survey: &Survey) -> Reason {
    survey.versions.values().find_map(Answer::reason).unwrap_or(Reason::Unsupported)
}

/// What came of a long hello at the newest accepted version up to TLS 1.2.
fn newest_at_length(survey: &Survey) -> Option<(Version, AtLength)> {
    survey.suites.range(..=Version::Tls12).next_back().map(|(version, seen)| (*version, seen.at_length))
}

/// Whether an older version than TLS 1.3 comes with the warning.
fn downgrade_warning(survey: &Survey) -> Result<bool, Reason> {
    let Some(newest) = survey.versions.get(&Version::Tls13) else { return Err(Reason::OutOfScope) };
    if !accepted(newest)? {
        return Ok(true);
    }
    let old: Vec<&Answer> = survey.versions.range(Version::Tls10..=Version::Tls12).map(|(_, answer)| answer).collect();
    any(&old, |seen| !seen.hello.warns_of_downgrade()).map(|silent| !silent)
}

fn fallback_refused(survey: &Survey) -> Result<bool, Reason> {
    match &survey.fallback {
        Some((_, Answer::Refused(Refusal::Alert(alert)) | Answer::Unanswered(_, Some(alert)))) => {
            // Any refusal of what was accepted a moment ago protects as well.
            Ok(alert.fatal || alert.code == Alert::INAPPROPRIATE_FALLBACK)
        }
        Some((_, Answer::Refused(_))) => Ok(true),
        Some((_, Answer::Accepted(_))) => Ok(false),
        Some((_, answer)) => Err(answer.reason().unwrap_or(Reason::Bug)),
        None => survey.versions.values().find_map(Answer::reason).map_or(Ok(true), Err),
    }
}

/// Whether a client is borne that says it knows a version which does not exist yet (RFC 8446 section 4.1.2, RFC 5246
/// appendix E.1): with `supported_versions` at TLS 1.3, with the version of the hello before.
fn bears_newer_versions(survey: &Survey) -> Result<bool, Reason> {
    match (newest_at_length(survey), survey.accepted(Version::Tls13)) {
        (Some((_, AtLength::Borne { newer_version, .. })), _) => Ok(newer_version),
        (None, Some(seen)) if seen.shape == Shape::Rich => Ok(true),
        _ => Err(why_not_told(survey)),
    }
}

/// Whether a handshake of TLS 1.3 looks like one of TLS 1.2 to boxes in between.
fn is_kind_to_middleboxes(survey: &Survey) -> Result<bool, Reason> {
    match &survey.handshake {
        Some(Ok(handshake)) if handshake.shows_all => Ok(handshake.changes_cipher),
        Some(Ok(_)) => Err(Reason::Unsupported),
        Some(Err(answer)) => Err(answer.reason().unwrap_or(Reason::Unsupported)),
        None => survey.versions.get(&Version::Tls13).and_then(Answer::reason).map_or(Ok(false), Err),
    }
}

/// Whether the wish for short records is heeded, up to TLS 1.2; false where only TLS 1.3 is accepted, which tells it
/// under the seal, and for SSL 3.0, which has no extensions.
fn max_fragment_length(survey: &Survey) -> Result<bool, Reason> {
    match newest_at_length(survey) {
        Some((_, AtLength::Borne { short_records, .. })) => Ok(short_records),
        Some((Version::Ssl30, _)) => Ok(false),
        None if survey.accepted(Version::Tls13).is_some() => Ok(false),
        _ => Err(why_not_told(survey)),
    }
}
