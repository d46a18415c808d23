//! What the rest of the plan already shows of a check, so that it is not asked twice. Nothing here guesses: when
//! the plan does not settle a question, it is left to what `proofs` states.

use jiff::civil::Date;
use vigie_model::Evidence;

use super::super::{View, any_of, days_between};
use crate::logic::all_of;
use crate::observe::{activity, backup, coverage, exercise};
use crate::{
    Activity, ActivityKind, Authority, Cell, CopyMedium, CopyOf, ExerciseKind, Procedure, Rank, RestoreTest, Role,
    Scenario, Stated, System, TestResult,
};

/// The answer of the rest of the plan.
#[derive(Debug, Default)]
pub(super) struct Derived {
    pub(super) applies: Option<bool>,
    pub(super) present: Option<bool>,
    pub(super) date: Option<Date>,
    pub(super) numbers: Vec<(&'static str, f64)>,
    pub(super) evidence: Vec<Evidence>,
}

/// What the plan shows of a check.
pub(super) fn of(view: &View<'_>, check: &str) -> Derived {
    match check {
        "GOV-03" => Derived::found(!view.plan.header.value.owner.is_unknown()),
        "GOV-08" => reviewed(view),
        "GOV-09" => copy(view, CopyOf::Plan, CopyMedium::stands_alone),
        "BIA-01" => analysed(view, ActivityKind::Care),
        "BIA-02" => analysed(view, ActivityKind::Administrative),
        "BIA-03" => analysed(view, ActivityKind::Technical),
        "BIA-04" => Derived {
            applies: coverage::has_several_members(view),
            present: coverage::covers_enough(view),
            ..Derived::default()
        },
        "BIA-05" => {
            Derived::found(all_activities(view, |activity| activity.critical.known().map(|_| true)) == Some(true))
        }
        "BIA-06" => measured(view),
        "BIA-07" => Derived::found(view.service.is_settled()),
        "BIA-08" => Derived::settled(critical(view, |activity| activity::promises_fit(view, activity))),
        "PCA-01" => planned(view),
        "PCA-02" => scenario(view, takes_systems),
        "PCA-03" => scenario(view, |scenario| scenario.lost.known().map(|lost| !lost.is_empty())),
        "PCA-04" => Derived::found(critical(view, |activity| decided(view, activity)) == Some(true)),
        "PCA-06" => kits(view),
        "CRI-01" => Derived::found(has_cell(view, Cell::Strategic) && has_cell(view, Cell::Operational)),
        "CRI-03" => copy(view, CopyOf::Directory, |medium| medium == CopyMedium::Paper),
        "CRI-08" => checklists(view),
        "NOT-01" => notified(view, Authority::ArsCertSante),
        "NOT-02" => notified(view, Authority::Cnil),
        "NOT-03" => notified(view, Authority::Complaint),
        "NOT-04" => Derived::found(notified(view, Authority::Anssi).present == Some(true)),
        "SVG-02" => Derived::settled(critical_systems(view, |system| backup::is_backed_up(view, system))),
        "SVG-03" => Derived::settled(backup::of_critical(view, backup::is_apart)),
        "SVG-08" => Derived::settled(backup::of_critical(view, backup::follows_3_2_1)),
        "SVG-10" => restored(view),
        "REP-01" => Derived::settled(view.plan.restore_order.known().map(|order| !order.systems.is_empty())),
        "EXE-01" => latest(view, None, exercise::counts),
        "EXE-02" => field_test(view),
        _ => Derived::default(),
    }
}

impl Derived {
    /// The plan shows it, or leaves it to a statement.
    fn found(found: bool) -> Self {
        Self { present: found.then_some(true), ..Self::default() }
    }

    /// The plan settles it, one way or the other.
    fn settled(present: Option<bool>) -> Self {
        Self { present, ..Self::default() }
    }
}

fn reviewed(view: &View<'_>) -> Derived {
    let date = view.plan.header.value.reviewed_on.known().copied();
    Derived { date, ..Derived::found(date.is_some()) }
}

/// A copy that can be read without the information system, and the day of the newest.
fn copy(view: &View<'_>, of: CopyOf, fits: impl Fn(CopyMedium) -> bool) -> Derived {
    let copies = &view.plan.copies;
    let each = || copies.values().filter(|copy| copy.of == of);
    let alone = |medium: &CopyMedium| fits(*medium);
    let reads =
        |copy: &crate::PlanCopy| if copy.carried_by.is_some() { Some(false) } else { copy.medium.known().map(alone) };
    let present = any_of(each().map(reads)).filter(|found| *found || copies.is_stated());
    let dates = each().filter(|copy| reads(copy) == Some(true)).filter_map(|copy| copy.refreshed_on.known().copied());
    Derived { date: dates.max(), ..Derived::settled(present) }
}

/// Whether something holds of every activity of the plan.
fn all_activities(view: &View<'_>, holds: impl Fn(&Activity) -> Option<bool>) -> Option<bool> {
    let activities = &view.plan.activities;
    let some = activities.values().next().is_some();
    all_of(activities.values().map(holds)).filter(|all| some && (!*all || activities.is_stated()))
}

/// Whether something holds of every critical activity; nothing when the plan has none.
fn critical(view: &View<'_>, holds: impl Fn(&Activity) -> Option<bool>) -> Option<bool> {
    let has_some = view.plan.activities.values().any(|activity| activity.critical.known() == Some(&true));
    let each = |activity: &Activity| match activity.critical.known() {
        Some(false) => Some(true),
        Some(true) => holds(activity),
        None => None,
    };
    all_activities(view, each).filter(|_| has_some)
}

fn is_critical(activity: &Activity) -> bool {
    activity.critical.known() == Some(&true)
}

/// An impact analysis on one perimeter. There is none only when the plan says what each activity is, for a
/// profile that it states: else its list may just have been begun.
fn analysed(view: &View<'_>, kind: ActivityKind) -> Derived {
    let activities = &view.plan.activities;
    let of_kind = || activities.values().filter(|activity| activity.kind.known() == Some(&kind));
    let complete = |activity: &&Activity| !activity.mtpd.is_unknown() && !activity.mtdl.is_unknown();
    if of_kind().any(|activity| complete(&activity)) {
        let dates = of_kind().filter(complete).map(|activity| activity.validated_on.known().copied());
        return Derived {
            date: dates.collect::<Option<Vec<Date>>>().and_then(|dates| dates.into_iter().min()),
            ..Derived::found(true)
        };
    }
    let all_known = activities.is_stated() && activities.values().all(|activity| !activity.kind.is_unknown());
    let none = all_known && of_kind().next().is_none() && !view.plan.header.value.profile.is_unknown();
    Derived::settled(none.then_some(false))
}

fn measured(view: &View<'_>) -> Derived {
    let known = |activity: &Activity| {
        let complete =
            !activity.mtpd.is_unknown() && !activity.mtdl.is_unknown() && !activity.validated_by.is_unknown();
        complete.then_some(true)
    };
    let dates = view.plan.activities.values().filter(|activity| is_critical(activity));
    let dates = dates.map(|activity| activity.validated_on.known().copied()).collect::<Option<Vec<Date>>>();
    let date = dates.and_then(|dates| dates.into_iter().min());
    Derived { date, ..Derived::found(critical(view, known) == Some(true)) }
}

fn procedures_of<'v>(view: &'v View<'_>, activity: &'v Activity) -> impl Iterator<Item = &'v Procedure> {
    view.plan.procedures.values().filter(|procedure| procedure.activity == activity.id)
}

fn planned(view: &View<'_>) -> Derived {
    let stated = view.plan.procedures.is_stated();
    let has_one = |activity: &Activity| {
        if procedures_of(view, activity).next().is_some() { Some(true) } else { stated.then_some(false) }
    };
    let needed = view.plan.activities.values().filter(|activity| is_critical(activity));
    let dates = needed.flat_map(|activity| procedures_of(view, activity)).map(|one| one.reviewed_on.known().copied());
    let date = dates.collect::<Option<Vec<Date>>>().and_then(|dates| dates.into_iter().min());
    Derived { date, ..Derived::settled(critical(view, has_one)) }
}

fn scenario(view: &View<'_>, holds: impl Fn(&Scenario) -> Option<bool>) -> Derived {
    let scenarios = &view.plan.scenarios;
    Derived::settled(any_of(scenarios.values().map(holds)).filter(|found| *found || scenarios.is_stated()))
}

fn takes_systems(scenario: &Scenario) -> Option<bool> {
    let named = scenario.down.known().map(|down| !down.is_empty());
    let kinds = scenario.down_kinds.known().map(|kinds| !kinds.is_empty());
    any_of([Some(scenario.all_systems), named, kinds.or(Some(false))].into_iter())
}

/// Whether the plan says when degraded mode starts, and who decides.
fn decided(view: &View<'_>, activity: &Activity) -> Option<bool> {
    let has_trigger = procedures_of(view, activity).any(|procedure| !procedure.trigger.is_unknown());
    (has_trigger && !activity.degraded_after.is_unknown()).then_some(true)
}

/// Kits of every critical activity, each thing with the day it was last seen.
fn kits(view: &View<'_>) -> Derived {
    let ready = |activity: &Activity| {
        let kit =
            procedures_of(view, activity).find_map(|procedure| procedure.kit.known().filter(|kit| !kit.is_empty()));
        kit.filter(|kit| kit.iter().all(|item| !item.checked_on.is_unknown())).map(|_| true)
    };
    let items = view.plan.activities.values().filter(|activity| is_critical(activity));
    let items = items.flat_map(|activity| procedures_of(view, activity)).flat_map(|procedure| procedure.kit.items());
    let date = items.filter_map(|item| item.checked_on.known().copied()).min();
    let present = critical(view, ready) == Some(true);
    Derived { date: date.filter(|_| present), ..Derived::found(present) }
}

fn roles_of<'v>(view: &'v View<'_>, cell: Cell) -> impl Iterator<Item = &'v Role> {
    view.plan.roles.values().filter(move |role| role.cell.known() == Some(&cell))
}

/// Whether a crisis cell has roles, and each somebody who holds it and somebody who stands in.
fn has_cell(view: &View<'_>, cell: Cell) -> bool {
    let held = |role: &Role, rank: Rank| {
        let people = view.plan.people.values();
        people.into_iter().any(|one| one.roles.items().iter().any(|held| held.role == role.id && held.rank == rank))
    };
    let mut roles = roles_of(view, cell).peekable();
    roles.peek().is_some() && roles.all(|role| held(role, Rank::Holder) && held(role, Rank::Substitute))
}

fn checklists(view: &View<'_>) -> Derived {
    let checklists = &view.plan.checklists;
    if checklists.count() == Some(0) {
        return Derived::settled(Some(false));
    }
    let has_one = |role: &Role| checklists.values().any(|list| list.for_role.known() == Some(&role.id));
    let mut roles = roles_of(view, Cell::Strategic).chain(roles_of(view, Cell::Operational)).peekable();
    Derived::found(roles.peek().is_some() && roles.all(has_one))
}

/// A notification that somebody files; none when the plan lists its notifications without it.
fn notified(view: &View<'_>, to: Authority) -> Derived {
    let notifications = &view.plan.notifications;
    let mut of = notifications.values().filter(|notification| notification.to == to).peekable();
    if of.peek().is_none() {
        return Derived::settled(notifications.is_stated().then_some(false));
    }
    Derived::found(of.any(|notification| !notification.owner.is_unknown() && !notification.delay.is_unknown()))
}

/// Whether something holds of every system that serves a critical activity.
fn critical_systems(view: &View<'_>, holds: impl Fn(&System) -> Option<bool>) -> Option<bool> {
    let systems = &view.plan.systems;
    let needed = systems.values().any(|system| view.service.serves_critical(&system.id) == Some(true));
    let each = systems.values().map(|system| match view.service.serves_critical(&system.id) {
        Some(true) => holds(system),
        Some(false) => Some(true),
        None => None,
    });
    all_of(each).filter(|all| needed && (!*all || systems.is_stated()))
}

/// A restore that came back, that a business user checked, of a system that serves a critical activity.
fn restored(view: &View<'_>) -> Derived {
    let tests = &view.plan.restore_tests;
    let counts = |test: &RestoreTest| {
        let came_back = test.result.known().map(|result| *result != TestResult::Failure);
        let serves = test.covers.iter().map(|id| view.service.serves_critical(view.plan.covered_system(id)));
        let played = test.date.known().map(|date| *date <= view.today());
        all_of([came_back, test.validated_by_business.known().copied(), any_of(serves), played].into_iter())
    };
    let present = any_of(tests.values().map(counts)).filter(|found| *found || tests.is_stated());
    let dates = tests.values().filter(|test| counts(test) == Some(true)).filter_map(|test| test.date.known().copied());
    Derived { date: dates.max(), ..Derived::settled(present) }
}

/// The last exercise that was played and of which something holds.
fn latest(view: &View<'_>, kind: Option<ExerciseKind>, holds: impl Fn(&crate::Exercise) -> Option<bool>) -> Derived {
    let exercises = &view.plan.exercises;
    let fits = |exercise: &crate::Exercise| {
        let played = exercise.date.known().map(|date| *date <= view.today());
        let of_kind = kind.map_or(Some(true), |kind| exercise.kind.known().map(|of| *of == kind));
        all_of([played, of_kind, holds(exercise)].into_iter())
    };
    let present = any_of(exercises.values().map(fits)).filter(|found| *found || exercises.is_stated());
    let found = exercises.iter().filter(|exercise| fits(&exercise.value) == Some(true));
    let last = found.max_by_key(|exercise| exercise.value.date.known().copied());
    let report = last.and_then(|last| {
        let (Stated::Known(played), Stated::Known(written)) = (&last.value.date, &last.value.report_on) else {
            return None;
        };
        Some(("report_after_d", exact(days_between(*played, *written))))
    });
    Derived {
        date: last.and_then(|last| last.value.date.known().copied()),
        numbers: report.into_iter().collect(),
        evidence: last
            .map(|last| last.place.quote(&["title", "date", "participants", "report_on"]))
            .unwrap_or_default(),
        ..Derived::settled(present)
    }
}

/// A plan tried in the units.
fn field_test(view: &View<'_>) -> Derived {
    latest(view, Some(ExerciseKind::Field), |_| Some(true))
}

/// Days between two dates of jiff are well within what a float holds exactly.
fn exact(days: i64) -> f64 {
    i32::try_from(days).map_or(f64::INFINITY, f64::from)
}
