//! The 64 checks of the continuity file: what the plan shows by itself, and what `proofs` states.

mod derive;

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, Observation, SubjectKind, Text};

use super::{View, days_between, evidence};
use crate::pcra::{CHECKS, Check};
use crate::{Id, Profile, Proof, ProofState, ProofValue, Sourced};
use derive::Derived;

/// Where the hospital stands on one check of its continuity file (PCRA).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ProofFacts {
    /// The check: `SVG-04`.
    pub check: String,
    /// What it asks for, in French.
    pub title: String,
    /// Whether it is asked of this facility: not of every profile, and not when the plan says, with a reason,
    /// that there is no use for it.
    pub applies: Option<bool>,
    /// Whether the rest of the plan answers, so that `proofs` need not.
    pub is_derived: bool,
    /// Whether what it asks for is there.
    pub present: Option<bool>,
    /// The document that shows it.
    pub document: Option<String>,
    /// Where it is kept.
    pub location: Option<String>,
    /// Role that answers for it.
    pub holder: Option<String>,
    /// The day it bears; a day to come proves nothing yet.
    pub date: Option<Date>,
    /// Days since that day.
    pub date_age_d: Option<i64>,
    /// Whether its proof holds for a time only.
    pub has_window: bool,
    /// Whether that time is not over.
    pub is_current: Option<bool>,
    /// The last day that it holds.
    pub expires_on: Option<Date>,
    /// What else the check asks for, as words.
    pub values: BTreeMap<String, String>,
    /// The numbers among them.
    pub numbers: BTreeMap<String, f64>,
    /// The proofs of the CaRE programme that it is, each `objective/proof`.
    pub care: Vec<String>,
}

impl Facts for ProofFacts {
    const KIND: &'static str = "plan.proof";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Preuve du dossier de continuité (PCRA)", "Proof of the continuity file (PCRA)")
    }
}

/// One observation for each check, whatever the plan says of it.
pub(super) fn observe(view: &View<'_>) -> Vec<Observation> {
    let of_check = |check: &Check| {
        let sourced = view.plan.proofs.values().find(|proof| proof.value.check.as_str() == check.id);
        observe_check(view, check, sourced)
    };
    CHECKS.iter().map(of_check).collect()
}

fn observe_check(view: &View<'_>, check: &Check, sourced: Option<&Sourced<Proof>>) -> Observation {
    let derived = derive::of(view, check.id);
    let facts = facts(view, check, sourced.map(|sourced| &sourced.value), &derived);
    let keys = ["check", "state", "document", "location", "date", "holder", "note", "values"];
    let mut proofs = sourced.map(|sourced| evidence(&sourced.place, &keys)).unwrap_or_default();
    proofs.extend(derived.evidence);
    view.proof_observation(&check.slug(), &facts, proofs)
}

fn facts(view: &View<'_>, check: &Check, proof: Option<&Proof>, derived: &Derived) -> ProofFacts {
    let stated = proof.and_then(|proof| proof.state.known());
    let present = derived.present.or_else(|| stated.map(|state| *state == ProofState::Present));
    let stated_date = || proof.and_then(|proof| proof.date.known().copied());
    let date = derived.date.or_else(stated_date).filter(|date| *date <= view.today());
    let values = proof.map(|proof| &proof.values).into_iter().flatten();
    let number = |value: &ProofValue| match value {
        ProofValue::Number(number) => Some(*number),
        ProofValue::Flag(_) | ProofValue::Words(_) => None,
    };
    let mut numbers: BTreeMap<String, f64> =
        values.clone().filter_map(|(name, value)| Some((name.clone(), number(value)?))).collect();
    numbers.extend(derived.numbers.iter().map(|(name, number)| ((*name).to_owned(), *number)));
    ProofFacts {
        check: check.id.to_owned(),
        title: check.fr.to_owned(),
        applies: applies(view, check, proof, derived),
        is_derived: derived.present.is_some(),
        present,
        document: proof.and_then(|proof| filled(proof.document.known())),
        location: proof.and_then(|proof| filled(proof.location.known())),
        holder: proof.and_then(|proof| proof.holder.known().map(Id::to_string)),
        date,
        date_age_d: date.map(|date| days_between(date, view.today())),
        has_window: !check.windows.is_empty(),
        is_current: match date {
            Some(date) => Some(check.holds(date, view.today())),
            None => check.windows.is_empty().then_some(true),
        },
        expires_on: date.and_then(|date| check.last_day(date)),
        values: values.map(|(name, value)| (name.clone(), value.to_string())).collect(),
        numbers,
        care: check.care.iter().map(|(objective, proof)| format!("{objective}/{proof}")).collect(),
    }
}

/// A check that does not apply needs a reason: without one, nothing is known.
fn applies(view: &View<'_>, check: &Check, proof: Option<&Proof>, derived: &Derived) -> Option<bool> {
    let profile = view.plan.header.value.profile.known();
    if derived.applies == Some(false) || (profile == Some(&Profile::ESMS) && !check.esms) {
        return Some(false);
    }
    match proof {
        Some(proof) if proof.state.known() == Some(&ProofState::NotApplicable) => {
            filled(proof.note.known()).map(|_| false)
        }
        Some(_) | None => Some(true),
    }
}

/// Words that say something.
fn filled(words: Option<&String>) -> Option<String> {
    words.filter(|words| !words.trim().is_empty()).cloned()
}
