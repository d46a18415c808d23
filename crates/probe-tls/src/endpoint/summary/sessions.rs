//! Facts about handshakes that went on, and what hellos told in passing.

use std::collections::BTreeSet;

use vigie_model::{Evidence, FactPath, Reason};
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use super::Summary;
use super::answers::{accepted, any};
use crate::certificate::distinguished_name;
use crate::endpoint::exchange::{Answer, Caller, Refusal};
use crate::endpoint::facts::{ClientCertificateFacts, SessionFacts, Version};
use crate::endpoint::hello::WEAK_SCHEMES;
use crate::endpoint::resumption::{Session12, Session13};
use crate::endpoint::survey::{Nameless, Survey};
use crate::flaws::FlawFacts;
use crate::wire::{Alert, CertificateRequest};

impl Summary {
    /// What the server told in passing, in answers to hellos that asked about versions and suites.
    pub(super) fn note_what_hellos_told(&mut self, survey: &Survey) {
        let old: Vec<&Answer> = survey.versions.range(..=Version::Tls12).map(|(_, answer)| answer).collect();
        let heartbeat = any(&old, |seen| seen.hello.heartbeat);
        self.facts.heartbeat = self.known("heartbeat", heartbeat);
        self.facts.fresh_ephemeral_keys = self.known("fresh_ephemeral_keys", fresh_keys(survey, &old));
        self.facts.signs_with_sha1 = self.known("signs_with_sha1", signs_weakly(survey));
        let warns = downgrade_warning(survey);
        self.facts.downgrade_warning = self.known("downgrade_warning", warns);
        if let Some((version, answer)) = &survey.fallback {
            self.evidence.push(Evidence::text(format!("{version} as a fallback"), &answer.in_words()));
        }
        let refused = fallback_refused(survey);
        self.facts.fallback_refused = self.known("fallback_refused", refused);
        self.facts.bears_unknown_extensions =
            self.known("bears_unknown_extensions", survey.bears_unknown_extensions.unwrap_or(Err(Reason::Refused)));
        self.facts.bears_long_hellos = self.known("bears_long_hellos", bears_long_hellos(survey));
    }

    /// What becomes of sessions.
    pub(super) fn note_sessions(&mut self, survey: &Survey) {
        let unaccepted = |version: Version| survey.versions.get(&version).and_then(Answer::reason);
        let at_tls12 = survey.sessions.at_tls12.as_ref();
        let at_tls13 = survey.sessions.at_tls13.as_ref();
        // Of a version that is not accepted, nothing is resumed; of one whose answer is unknown, nothing is known.
        let of12 = |fact: fn(&Session12) -> Result<bool, Reason>| match at_tls12 {
            None => unaccepted(Version::Tls12).map_or(Ok(false), Err),
            Some(Err(none)) => Err(none.reason),
            Some(Ok(seen)) => fact(seen),
        };
        let of13 = |fact: fn(&Session13) -> Result<bool, Reason>| match at_tls13 {
            None => unaccepted(Version::Tls13).map_or(Ok(false), Err),
            Some(Err(reason)) => Err(*reason),
            Some(Ok(seen)) => fact(seen),
        };
        let by_id = of12(|seen| seen.by_id);
        let by_ticket = of12(|seen| seen.by_ticket.as_ref().map(Option::is_some).map_err(|reason| *reason));
        let renegotiates = of12(|seen| seen.renegotiates);
        let (resumed, early_data) = (of13(|seen| seen.resumed), of13(|seen| seen.early_data));
        let lifetime = ticket_lifetime(survey);
        self.facts.client_renegotiation = self.known("client_renegotiation", renegotiates);
        self.facts.sessions = Some(SessionFacts {
            resumes_by_id: self.known("sessions.resumes_by_id", by_id),
            resumes_by_ticket: self.known("sessions.resumes_by_ticket", by_ticket),
            resumes_in_tls13: self.known("sessions.resumes_in_tls13", resumed),
            ticket_lifetime_seconds: self.known("sessions.ticket_lifetime_seconds", lifetime),
            early_data: self.known("sessions.early_data", early_data),
        });
    }

    /// Known flaws.
    pub(super) fn note_flaws(&mut self, survey: &Survey) {
        self.facts.flaws = Some(FlawFacts::of(survey, |name, verdict| self.known(&format!("flaws.{name}"), verdict)));
    }

    /// What visitors are asked, and offered.
    pub(super) fn note_visitors(&mut self, survey: &Survey, caller: &Caller<'_>) {
        let protocol = if caller.protocols().is_empty() { Err(Reason::OutOfScope) } else { survey.protocol() };
        self.facts.application_protocol = self.known("application_protocol", protocol);
        match survey.client_certificate() {
            Err(reason) => self.gap("client_certificate", reason),
            Ok((request, required)) => {
                if let Err(reason) = required {
                    self.gap(FactPath::from("client_certificate").field("required"), reason);
                }
                let authorities = request.map(authorities).unwrap_or_default();
                self.facts.client_certificate =
                    Some(ClientCertificateFacts { asked: request.is_some(), required: required.ok(), authorities });
            }
        }
    }
}

/// The authorities that a request names, as text; one that is no name is shown as such.
fn authorities(request: &CertificateRequest) -> Vec<String> {
    let name =
        |der: &Vec<u8>| X509Name::from_der(der).map_or_else(|_| "?".to_owned(), |(_, name)| distinguished_name(&name));
    request.authorities.iter().map(name).collect()
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

/// Whether a key exchange of TLS 1.2 was signed with SHA-1 or MD5, for a client that asks for nothing else or for all.
fn signs_weakly(survey: &Survey) -> Result<bool, Reason> {
    let Some(answer) = survey.versions.get(&Version::Tls12) else { return Err(Reason::OutOfScope) };
    let asked = survey.weakly_signed.as_ref();
    if let Some(reason) = answer.reason().or(asked.and_then(Answer::reason)) {
        return Err(reason);
    }
    let when_asked = match asked {
        Some(Answer::Accepted(seen)) => Some(&**seen),
        _ => None,
    };
    let picks = survey.suites.get(&Version::Tls12).map_or(&[][..], |seen| &seen.picks);
    let mut schemes = picks.iter().chain(when_asked).filter_map(|pick| pick.flight.key_exchange.as_ref()?.scheme);
    Ok(schemes.any(|scheme| WEAK_SCHEMES.contains(&scheme)))
}

/// Whether hellos of the length that post-quantum clients have are read, at every version that was asked so.
fn bears_long_hellos(survey: &Survey) -> Result<bool, Reason> {
    let mut asked = survey.suites.values().filter_map(|seen| seen.bears_long_hellos).peekable();
    match asked.peek() {
        None => Err(survey.versions.values().find_map(Answer::reason).unwrap_or(Reason::Unsupported)),
        Some(_) => asked.try_fold(true, |all, bears| Ok(all && bears?)),
    }
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

/// The longest life of a ticket.
fn ticket_lifetime(survey: &Survey) -> Result<u32, Reason> {
    let mut longest = 0;
    match &survey.sessions.at_tls12 {
        None => longest = longest.max(unless_unknown(survey, Version::Tls12)?),
        Some(Err(none)) => return Err(none.reason),
        Some(Ok(seen)) => longest = longest.max(seen.lifetime?.unwrap_or(0)),
    }
    match &survey.sessions.at_tls13 {
        None => Ok(longest.max(unless_unknown(survey, Version::Tls13)?)),
        Some(Err(reason)) => Err(*reason),
        Some(Ok(seen)) => Ok(longest.max(seen.lifetime.unwrap_or(0))),
    }
}

fn unless_unknown(survey: &Survey, version: Version) -> Result<u32, Reason> {
    survey.versions.get(&version).and_then(Answer::reason).map_or(Ok(0), Err)
}
