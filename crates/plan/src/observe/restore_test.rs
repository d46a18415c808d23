use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, Observation, SubjectKind, Text};

use super::{View, evidence, rounded};
use crate::{Id, RestoreTest, Sourced, System, TestResult};

/// What a restore test measured, against what the plan says.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RestoreTestFacts {
    /// Systems and bodies of data that were restored.
    pub covers: Vec<String>,
    /// Whether it came back, in part at least.
    pub came_back: Option<bool>,
    /// Whether a later test covers some of the same systems.
    pub is_outdated: bool,
    /// Time from the order to restore until the users’ yes, in hours.
    pub usable_after_h: Option<f64>,
    /// Time that the plan gives to rebuild all those systems, one after the other, at worst, in hours.
    pub rebuild_claimed_h: Option<f64>,
}

impl Facts for RestoreTestFacts {
    const KIND: &'static str = "plan.restore_test";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Test de restauration", "Restore test")
    }
}

pub(super) fn observe(view: &View<'_>, sourced: &Sourced<RestoreTest>) -> Observation {
    let test = &sourced.value;
    let systems = covered(view, test);
    let claimed = systems.iter().map(|system| system.rebuild_at_worst_h()).sum::<Option<f64>>();
    let facts = RestoreTestFacts {
        covers: view.names.all(test.covers.iter().map(Id::as_str)),
        came_back: test.result.known().map(|result| *result != TestResult::Failure),
        is_outdated: view.plan.restore_tests.values().any(|other| outdates(view, other, test, &systems)),
        usable_after_h: test.usable_after.known().map(|time| rounded(time.hours())),
        rebuild_claimed_h: claimed.map(rounded),
    };
    let keys = ["covers", "date", "result", "usable_after"];
    view.observation("restore_test", &test.id, &facts, evidence(&sourced.place, &keys))
}

fn covered<'p>(view: &View<'p>, test: &'p RestoreTest) -> Vec<&'p System> {
    let mut ids: Vec<&Id> = test.covers.iter().map(|id| view.plan.covered_system(id)).collect();
    ids.sort();
    ids.dedup();
    ids.into_iter().filter_map(|id| view.plan.systems.get(id)).collect()
}

fn outdates(view: &View<'_>, other: &RestoreTest, test: &RestoreTest, systems: &[&System]) -> bool {
    let later = other.date.known().zip(test.date.known()).is_some_and(|(other, this)| other > this);
    later && covered(view, other).iter().any(|system| systems.iter().any(|own| own.id == system.id))
}
