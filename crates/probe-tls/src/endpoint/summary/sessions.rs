//! Facts about handshakes that went on.

use std::ops::RangeBounds;

use vigie_model::{FactPath, Reason};
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use super::Summary;
use crate::certificate::distinguished_name;
use crate::endpoint::exchange::Caller;
use crate::endpoint::facts::{ClientCertificateFacts, SessionFacts, Version};
use crate::endpoint::resumption::{Session12, Session13};
use crate::endpoint::survey::Survey;
use crate::flaws::FlawFacts;
use crate::wire::CertificateRequest;

impl Summary {
    /// What becomes of sessions.
    pub(super) fn note_sessions(&mut self, survey: &Survey) {
        let of12 = |fact: fn(&Session12) -> Result<bool, Reason>| at_tls12(survey, false, fact);
        let of13 = |fact: fn(&Session13) -> Result<bool, Reason>| at_tls13(survey, false, fact);
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

/// The longest life of a ticket.
fn ticket_lifetime(survey: &Survey) -> Result<u32, Reason> {
    let older = at_tls12(survey, None, |seen| seen.lifetime)?;
    let newest = at_tls13(survey, None, |seen| Ok(seen.lifetime))?;
    Ok(older.max(newest).unwrap_or(0))
}

/// What is known of sessions of TLS 1.2 or older; `none` where no such version is accepted.
fn at_tls12<T>(survey: &Survey, none: T, fact: impl Fn(&Session12) -> Result<T, Reason>) -> Result<T, Reason> {
    match &survey.sessions.at_tls12 {
        None => unless_unknown(survey, ..=Version::Tls12, none),
        Some(Err(unfinished)) => Err(unfinished.reason),
        Some(Ok(seen)) => fact(seen),
    }
}

/// The same of TLS 1.3.
fn at_tls13<T>(survey: &Survey, none: T, fact: impl Fn(&Session13) -> Result<T, Reason>) -> Result<T, Reason> {
    match &survey.sessions.at_tls13 {
        None => unless_unknown(survey, Version::Tls13.., none),
        Some(Err(reason)) => Err(*reason),
        Some(Ok(seen)) => fact(seen),
    }
}

/// Of versions that are not accepted there is nothing; of one whose answer is unknown, nothing is known.
fn unless_unknown<T>(survey: &Survey, versions: impl RangeBounds<Version>, none: T) -> Result<T, Reason> {
    survey.versions.range(versions).find_map(|(_, answer)| answer.reason()).map_or(Ok(none), Err)
}
