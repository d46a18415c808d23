//! From a plan to observations: facts that rules judge, each with its file and line.
//!
//! Bounds come in pairs: `…_at_least_h` counts what is not stated as nothing, `…_at_most_h` is
//! there only when everything needed is stated. A rule that compares both never passes on a
//! blank, and never fails on one.

mod activity;
mod backup;
mod coverage;
mod crisis;
mod document;
mod exercise;
mod follow_up;
mod owner;
mod proof;
mod provider;
mod restore_test;
mod scenario;
mod single_point;
mod system;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use vigie_model::{
    Catalogue, CatalogueError, Evidence, FactPath, Facts, Observation, Outcome, PlanItem, Reason, Source, Subject,
    Vantage,
};

pub use activity::ActivityFacts;
pub use backup::BackupFacts;
pub use coverage::{CoverageFacts, CrisisCellFacts};
pub use crisis::{PersonFacts, ProcedureFacts, RoleFacts};
pub use document::DocumentFacts;
pub use exercise::{ExerciseFacts, MeasuredFacts, TeamFacts};
pub use follow_up::{ActionFacts, NotificationFacts};
pub use owner::owner;
pub use proof::ProofFacts;
pub use provider::ProviderFacts;
pub use restore_test::RestoreTestFacts;
pub use scenario::ScenarioFacts;
pub use single_point::SinglePointFacts;
pub use system::SystemFacts;

use crate::logic::any_of;
use crate::loss::Dependents;
use crate::names::Names;
use crate::needs::Service;
use crate::network::Network;
use crate::rebuild::Rebuilding;
use crate::schedule::Staffed;
use crate::{Id, Place, Plan, Stated};

/// Everything the plan says and implies, as observations for rules, in the order of the plan.
/// Ages are counted in whole days (UTC) up to `as_of`.
pub fn observe(plan: &Plan, as_of: Timestamp) -> Vec<Observation> {
    with_view(plan, as_of, observe_all)
}

/// Where the plan stands on each check of the continuity file.
pub(crate) fn observe_proofs(plan: &Plan, as_of: Timestamp) -> Vec<Observation> {
    with_view(plan, as_of, proof::observe)
}

/// The next review of the plan: as written, or one term after the last.
fn next_review(plan: &Plan) -> Option<Date> {
    let header = &plan.header.value;
    if let Stated::Known(day) = header.next_review {
        return Some(day);
    }
    let every = i64::from(header.review_every.known()?.minutes());
    header.reviewed_on.known()?.checked_add(SignedDuration::from_mins(every)).ok()
}

fn with_view<T>(plan: &Plan, as_of: Timestamp, look: impl FnOnce(&View<'_>) -> T) -> T {
    let network = Network::of(plan);
    let rebuilding = Rebuilding::of(&network);
    let staffed = Staffed::of(plan, &network, &rebuilding);
    look(&View {
        plan,
        service: Service::of(plan),
        rebuilding: &rebuilding,
        staffed: &staffed,
        dependents: Dependents::of(plan),
        names: Names::of(plan),
        as_of,
    })
}

fn observe_all(view: &View<'_>) -> Vec<Observation> {
    let plan = view.plan;
    let mut observations = vec![document::observe(view), coverage::observe(view), coverage::observe_cell(view)];
    observations.extend(plan.activities.iter().map(|activity| activity::observe(view, activity)));
    observations.extend(plan.systems.iter().map(|system| system::observe(view, system)));
    observations.extend(plan.backup_jobs.iter().map(|job| backup::observe(view, job)));
    observations.extend(plan.roles.iter().map(|role| crisis::observe_role(view, role)));
    observations.extend(plan.people.iter().map(|person| crisis::observe_person(view, person)));
    observations.extend(plan.procedures.iter().map(|procedure| crisis::observe_procedure(view, procedure)));
    observations.extend(plan.scenarios.iter().map(|scenario| scenario::observe(view, scenario)));
    observations.extend(plan.exercises.iter().map(|exercise| exercise::observe(view, exercise)));
    observations.extend(plan.teams.iter().map(|team| exercise::observe_team(view, team)));
    observations.extend(plan.restore_tests.iter().map(|test| restore_test::observe(view, test)));
    observations.extend(plan.providers.iter().map(|provider| provider::observe(view, provider)));
    observations.extend(plan.actions.iter().map(|action| follow_up::observe_action(view, action)));
    observations.extend(plan.notifications.iter().map(|notice| follow_up::observe_notification(view, notice)));
    observations.extend(single_point::observe(view));
    observations.extend(proof::observe(view));
    observations
}

/// Every kind of fact that a plan gives.
pub fn catalogue() -> Result<Catalogue, CatalogueError> {
    Catalogue::new()
        .with::<DocumentFacts>()?
        .with::<ActivityFacts>()?
        .with::<SystemFacts>()?
        .with::<BackupFacts>()?
        .with::<RoleFacts>()?
        .with::<PersonFacts>()?
        .with::<ProcedureFacts>()?
        .with::<CoverageFacts>()?
        .with::<CrisisCellFacts>()?
        .with::<ScenarioFacts>()?
        .with::<ExerciseFacts>()?
        .with::<TeamFacts>()?
        .with::<RestoreTestFacts>()?
        .with::<ProviderFacts>()?
        .with::<ProofFacts>()?
        .with::<ActionFacts>()?
        .with::<NotificationFacts>()?
        .with::<SinglePointFacts>()
}

/// The plan and what was worked out once for all facts.
struct View<'p> {
    plan: &'p Plan,
    service: Service<'p>,
    rebuilding: &'p Rebuilding<'p>,
    staffed: &'p Staffed<'p>,
    dependents: Dependents<'p>,
    names: Names<'p>,
    as_of: Timestamp,
}

impl View<'_> {
    /// Whole days from a stated date to now; negative when it is to come.
    fn age_d(&self, date: &Stated<Date>) -> Option<i64> {
        Some(days_between(*date.known()?, self.today()))
    }

    /// The day of the judgement (UTC).
    fn today(&self) -> Date {
        self.as_of.to_zoned(TimeZone::UTC).date()
    }

    /// The observation about one entity; facts that are missing are missing because the plan
    /// does not state them.
    fn observation<F: Facts>(&self, entity: &str, id: &Id, facts: &F, evidence: Vec<Evidence>) -> Observation {
        self.observation_of(PlanItem { entity: entity.to_owned(), id: id.to_string() }, facts, evidence)
    }

    /// The observation about one check of the continuity file.
    fn proof_observation<F: Facts>(&self, slug: &str, facts: &F, evidence: Vec<Evidence>) -> Observation {
        self.observation_of(PlanItem { entity: "proof".to_owned(), id: slug.to_owned() }, facts, evidence)
    }

    fn observation_of<F: Facts>(&self, item: PlanItem, facts: &F, evidence: Vec<Evidence>) -> Observation {
        let owner = owner(self.plan, &item);
        Observation {
            subject: Subject::Plan(item),
            kind: F::KIND.to_owned(),
            source: Source::Documented,
            vantage: Vantage::Documents,
            observed_at: self.as_of,
            took_ms: 0,
            outcome: Outcome::observed_with_gaps(facts, not_stated(facts)),
            owner,
            evidence,
        }
    }
}

/// A gap for each top-level fact that is missing.
fn not_stated<F: Facts>(facts: &F) -> BTreeMap<FactPath, Reason> {
    let Ok(Value::Object(fields)) = serde_json::to_value(facts) else { return BTreeMap::new() };
    let missing = fields.into_iter().filter(|(_, value)| value.is_null());
    missing.map(|(name, _)| (FactPath::new(name), Reason::NotStated)).collect()
}

fn days_between(from: Date, to: Date) -> i64 {
    // Both dates are within jiff's years, so the span always fits.
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// The file and line of an entity, the keys that facts were read from, and the document it was read in.
fn evidence(place: &Place, keys: &[&str]) -> Vec<Evidence> {
    let mut quotes = place.quote(keys);
    if quotes.is_empty() {
        quotes = place.quote(&["id"]);
    }
    quotes.extend(place.quote(&["source"]));
    quotes
}

/// Hours rounded to the minute, so that a third of an hour reads 0.33.
pub(crate) fn rounded(hours: f64) -> f64 {
    (hours * 100.0).round() / 100.0
}

/// Minutes as hours.
pub(crate) fn hours(minutes: u64) -> f64 {
    // A plan’s times stay far below the 2^53 minutes that a float holds exactly.
    #[expect(clippy::cast_precision_loss, reason = "a sum of durations, each of a century at most")]
    rounded(minutes as f64 / 60.0)
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Of some numbers, some of which are not stated: a bound from those that are, and the same bound
/// once all of them are.
fn least(values: &[Option<f64>], all_known: bool) -> (Option<f64>, Option<f64>) {
    let known = values.iter().copied().flatten().min_by(f64::total_cmp);
    (known, known.filter(|_| all_known && values.iter().all(Option::is_some)))
}
