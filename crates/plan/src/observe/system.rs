use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, Observation, SubjectKind, Text};

use super::{View, count, evidence, least, rounded};
use crate::needs::work_loop;
use crate::rebuild::Deadlock;
use crate::work::Guess;
use crate::{Id, RestoreTest, Sourced, Stated, System, TestResult};

/// What the plan says of a system, and what follows from it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SystemFacts {
    /// Its name.
    pub name: String,
    /// RTO, the time in which IT promises it back, in hours.
    pub rto_h: Option<f64>,
    /// RPO, the most data that IT may lose, in hours.
    pub rpo_h: Option<f64>,
    /// Whether the guesses of its rebuilding that are stated are in order (`min` ≤ `likely` ≤ `max`).
    pub rebuild_in_order: Option<bool>,
    /// Whether a critical activity needs it, directly or not.
    pub serves_critical: Option<bool>,
    /// Activities that need it, directly or not: at least these.
    pub serves: Vec<String>,
    /// Whether some activity needs it, to work or to come back.
    pub is_used: Option<bool>,
    /// Whether several activities need it.
    pub is_shared: Option<bool>,
    /// The shortest DMIA among those activities, in hours: at most this.
    pub strictest_mtpd_at_most_h: Option<f64>,
    /// The same, once every such activity is known and has stated it.
    pub strictest_mtpd_at_least_h: Option<f64>,
    /// The activity with that DMIA.
    pub strictest_activity: String,
    /// Whether it needs itself to work, by way of other systems. Alternatives are not counted, and a loop
    /// is told once: by the first of its systems, in alphabetical order of ids.
    pub heads_work_loop: Option<bool>,
    /// That loop: `ad → dns → ad`.
    pub work_loop: String,
    /// Whether it must be up before it can be rebuilt, by way of other systems; told once, in the same way.
    pub heads_restore_deadlock: Option<bool>,
    /// That loop: `ad → sauvegarde → ad`.
    pub restore_deadlock: String,
    /// Whether it is held up by such a loop that another system tells.
    pub behind_deadlock: bool,
    /// Backup jobs that cover it or its data.
    pub backup_jobs_count: Option<u32>,
    /// Its data, or itself when it has no data set, that no backup job covers.
    pub not_backed_up: Option<Vec<String>>,
    /// Restore tests of it or of its data that did not fail.
    pub restore_tests_count: Option<u32>,
    /// Days since the last of them.
    pub last_restore_test_age_d: Option<i64>,
    /// Time from the order to restore until the users’ yes, in that test, in hours.
    pub last_restore_test_h: Option<f64>,
}

impl Facts for SystemFacts {
    const KIND: &'static str = "plan.system";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Système du plan de continuité", "System of the continuity plan")
    }
}

pub(super) fn observe(view: &View<'_>, sourced: &Sourced<System>) -> Observation {
    let system = &sourced.value;
    let users = Users::of(view, system);
    let work_loop =
        work_loop(view.plan, &system.id).map(|path| if is_head(&path, &system.id) { path } else { Vec::new() });
    let deadlock = match view.rebuilding.deadlock(&system.id) {
        Deadlock::Path(path) if !is_head(&path, &system.id) => Deadlock::Behind,
        deadlock => deadlock,
    };
    let tests = Tests::of(view, system);
    let facts = SystemFacts {
        name: system.name.clone(),
        rto_h: system.rto.known().map(|rto| rounded(rto.hours())),
        rpo_h: system.rpo.known().map(|rpo| rounded(rpo.hours())),
        rebuild_in_order: in_order(system),
        serves_critical: view.service.serves_critical(&system.id),
        serves: users.names,
        is_used: view.service.is_used(&system.id),
        is_shared: users.is_shared,
        strictest_mtpd_at_most_h: users.mtpd_at_most,
        strictest_mtpd_at_least_h: users.mtpd_at_least,
        strictest_activity: users.strictest,
        heads_work_loop: work_loop.as_ref().map(|path| !path.is_empty()),
        work_loop: view.names.path(&work_loop.unwrap_or_default()),
        heads_restore_deadlock: match &deadlock {
            Deadlock::Path(_) => Some(true),
            Deadlock::Behind | Deadlock::Free => Some(false),
            Deadlock::Unknown => None,
        },
        behind_deadlock: deadlock == Deadlock::Behind,
        restore_deadlock: match deadlock {
            Deadlock::Path(path) => view.names.path(&path),
            Deadlock::Behind | Deadlock::Free | Deadlock::Unknown => String::new(),
        },
        backup_jobs_count: backup_jobs(view, system),
        not_backed_up: not_backed_up(view, system),
        restore_tests_count: tests.count,
        last_restore_test_age_d: tests.age_d,
        last_restore_test_h: tests.hours,
    };
    let keys = ["name", "rto", "rpo", "runs_on", "restores_with", "rebuild"];
    view.observation("system", &system.id, &facts, evidence(&sourced.place, &keys))
}

/// Whether a system comes first, in alphabetical order, among those of its loop.
fn is_head(path: &[String], id: &Id) -> bool {
    path.iter().min().is_some_and(|first| first == id.as_str())
}

/// Whether the guesses of a rebuilding, steps included, are in order; nothing when none is stated.
fn in_order(system: &System) -> Option<bool> {
    let rebuild = system.rebuild.known()?;
    let steps = rebuild.steps.items().iter().filter_map(|step| Some(Guess::of(step.hours.known()?)));
    let answers: Vec<bool> = steps.chain([Guess::of(rebuild)]).filter_map(Guess::in_order).collect();
    (!answers.is_empty()).then(|| answers.iter().all(|in_order| *in_order))
}

/// The activities behind a system.
struct Users {
    names: Vec<String>,
    is_shared: Option<bool>,
    mtpd_at_most: Option<f64>,
    mtpd_at_least: Option<f64>,
    strictest: String,
}

impl Users {
    fn of(view: &View<'_>, system: &System) -> Self {
        let activities = view.service.activities(&system.id);
        let complete = view.service.is_complete(&system.id);
        let mtpd: Vec<Option<f64>> =
            activities.iter().map(|activity| Some(rounded(activity.mtpd.known()?.hours()))).collect();
        let (mtpd_at_most, mtpd_at_least) = least(&mtpd, complete);
        let strictest = activities.iter().zip(&mtpd).find(|(_, hours)| hours.is_some() && **hours == mtpd_at_most);
        Self {
            names: view.names.all(activities.iter().map(|activity| activity.id.as_str())),
            is_shared: if activities.len() > 1 { Some(true) } else { complete.then_some(false) },
            mtpd_at_most,
            mtpd_at_least,
            strictest: strictest.map(|(activity, _)| view.names.name(activity.id.as_str())).unwrap_or_default(),
        }
    }
}

fn backup_jobs(view: &View<'_>, system: &System) -> Option<u32> {
    let jobs = view.plan.backup_jobs.values();
    let covering = jobs.filter(|job| job.covers.iter().any(|id| view.plan.covered_system(id) == &system.id));
    view.plan.backup_jobs.is_stated().then(|| count(covering.count()))
}

pub(super) fn not_backed_up(view: &View<'_>, system: &System) -> Option<Vec<String>> {
    let covered = |id: &Id| view.plan.backup_jobs.values().any(|job| job.covers.contains(id));
    if !view.plan.backup_jobs.is_stated() {
        return None;
    }
    if covered(&system.id) {
        return Some(Vec::new());
    }
    let own: Vec<&Id> =
        view.plan.data_sets.values().filter(|data| data.system == system.id).map(|data| &data.id).collect();
    let parts = if own.is_empty() { vec![&system.id] } else { own };
    Some(parts.into_iter().filter(|id| !covered(id)).map(|id| view.names.name(id.as_str())).collect())
}

/// The restore tests of a system that did not fail.
#[derive(Default)]
struct Tests {
    count: Option<u32>,
    age_d: Option<i64>,
    hours: Option<f64>,
}

impl Tests {
    fn of(view: &View<'_>, system: &System) -> Self {
        let covers = |test: &&RestoreTest| test.covers.iter().any(|id| view.plan.covered_system(id) == &system.id);
        let tests: Vec<&RestoreTest> = view.plan.restore_tests.values().filter(covers).collect();
        let ended_well =
            |test: &&&RestoreTest| matches!(test.result.known(), Some(result) if *result != TestResult::Failure);
        let good: Vec<&RestoreTest> = tests.iter().filter(ended_well).copied().collect();
        let doubtful = tests.iter().any(|test| test.result.is_unknown());
        let sure = view.plan.restore_tests.is_stated() && !(good.is_empty() && doubtful);
        let done = good.iter().filter_map(|test| Some((view.age_d(&test.date)?, *test))).filter(|(age, _)| *age >= 0);
        let last = done.min_by_key(|(age, _)| *age);
        Self {
            count: sure.then(|| count(good.len())),
            age_d: last.map(|(age, _)| age),
            hours: last.and_then(|(_, test)| match &test.usable_after {
                Stated::Known(time) => Some(rounded(time.hours())),
                Stated::Unknown => None,
            }),
        }
    }
}
