//! What ends next, and which proofs of the CaRE programme bear a date.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Map, Value};
use vigie_model::{Facts, Observation, Outcome, Text};

use crate::observe::{ProofFacts, observe_proofs};
use crate::{ActionStatus, CHECKS, Plan};

/// Something that holds until a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Expiry {
    /// The last day that it holds.
    pub on: Date,
    /// Days until then; negative when it is past.
    pub in_days: i64,
    /// What: `proof/svg-05`, `provider/editeur-dpi`.
    pub subject: String,
    /// What, in words.
    pub what: Text,
}

/// A dated proof of the CaRE programme, named as in `care.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CareProof {
    /// The key of the objective.
    pub objective: String,
    /// The name of the proof.
    pub proof: String,
    /// The date it bears.
    pub on: Date,
}

/// Everything in a plan that holds for a time, the first to end first: proofs with a window, contracts, the
/// next review that is written, risks accepted for a time, actions still to be done.
pub fn expiries(plan: &Plan, as_of: Timestamp) -> Vec<Expiry> {
    let today = as_of.to_zoned(TimeZone::UTC).date();
    let mut all = Vec::new();
    let mut add = |on: Date, subject: String, what: Text| all.push(expiry(today, on, subject, what));
    for observation in observe_proofs(plan, as_of) {
        let Some(facts) = seen(&observation) else { continue };
        let check = CHECKS.iter().find(|check| facts.get("check").and_then(Value::as_str) == Some(check.id));
        if let (Some(check), Some(on), true) = (check, date(facts, "expires_on"), holds(facts, "present")) {
            add(on, format!("proof/{}", check.slug()), Text::new(check.fr, check.en));
        }
    }
    for provider in plan.providers.values() {
        if let Some(on) = provider.ends_on.known() {
            let what = format!("contrat : {}", provider.service);
            add(*on, format!("provider/{}", provider.id), Text::new(what, format!("contract: {}", provider.service)));
        }
    }
    let systems = plan.systems.values().map(|one| ("system", &one.id, &one.name, &one.single_point_accepted_until));
    let sites = plan.sites.values().map(|one| ("site", &one.id, &one.name, &one.single_point_accepted_until));
    for (entity, id, name, until) in systems.chain(sites) {
        if let Some(on) = until.known() {
            let what = Text::new(format!("risque accepté : {name}"), format!("accepted risk: {name}"));
            add(*on, format!("{entity}/{id}"), what);
        }
    }
    for action in plan.actions.values().filter(|action| action.status.known() == Some(&ActionStatus::Open)) {
        if let Some(on) = action.due.known() {
            let what = Text::new(format!("action : {}", action.title), format!("action: {}", action.title));
            add(*on, format!("action/{}", action.id), what);
        }
    }
    if let Some(on) = plan.header.value.next_review.known() {
        let what = Text::new("revue du plan", "review of the plan");
        // The proof of the review may already end that day.
        if !all.iter().any(|known| known.on == *on && known.what == what) {
            all.push(expiry(today, *on, format!("plan/{}", plan.header.value.id), what));
        }
    }
    all.sort();
    all
}

fn expiry(today: Date, on: Date, subject: String, what: Text) -> Expiry {
    let in_days = today.until(on).map_or(0, |span| i64::from(span.get_days()));
    Expiry { on, in_days, subject, what }
}

/// The dated proofs of the CaRE programme that the observations of a plan hold. A proof that several checks make
/// up together counts only when each of them that applies is there and dated, with the oldest of their dates.
pub fn care_proofs(observations: &[Observation]) -> Vec<CareProof> {
    let mut dates: BTreeMap<(String, String), Option<Date>> = BTreeMap::new();
    for facts in observations.iter().filter(|one| one.kind == ProofFacts::KIND).filter_map(seen) {
        if facts.get("applies") == Some(&Value::Bool(false)) {
            continue;
        }
        let on = date(facts, "date").filter(|_| holds(facts, "present"));
        let names = facts.get("care").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        for (objective, proof) in names.filter_map(|name| name.rsplit_once('/')) {
            let held = dates.entry((objective.to_owned(), proof.to_owned())).or_insert(on);
            *held = held.zip(on).map(|(held, on)| held.min(on));
        }
    }
    let complete =
        dates.into_iter().filter_map(|((objective, proof), on)| Some(CareProof { objective, proof, on: on? }));
    complete.collect()
}

fn seen(observation: &Observation) -> Option<&Map<String, Value>> {
    match &observation.outcome {
        Outcome::Observed { facts, .. } => Some(facts),
        Outcome::Absent | Outcome::NotApplicable | Outcome::Unknown { .. } => None,
    }
}

fn date(facts: &Map<String, Value>, name: &str) -> Option<Date> {
    facts.get(name)?.as_str()?.parse().ok()
}

fn holds(facts: &Map<String, Value>, name: &str) -> bool {
    facts.get(name) == Some(&Value::Bool(true))
}
