use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, Observation, SubjectKind, Text};

use super::{View, any_of, count, evidence};
use crate::logic::{all_of, surely};
use crate::loss::Loss;
use crate::{CopyOf, Exercise, Id, Person, Scenario, Sourced};

/// A scenario is played at least once in this time (ReCyF 15.4).
const PROGRAMME_MONTHS: i32 = 36;

/// What a scenario leaves standing.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ScenarioFacts {
    /// Its name.
    pub title: String,
    /// Systems that are down: at least this many.
    pub down_at_least: u32,
    /// Activities that stop.
    pub stopped_activities: Option<Vec<String>>,
    /// People of the crisis organisation who can no longer be called, those whom the scenario says are lost left out.
    pub unreachable_people: Option<Vec<String>>,
    /// Crisis roles of which nobody can be called.
    pub silent_roles: Option<Vec<String>>,
    /// Whether a copy of the plan can be read.
    pub plan_is_readable: Option<bool>,
    /// Whether a copy of the keys and sealed passwords can be read.
    pub keys_are_readable: Option<bool>,
    /// Whether install media can be read.
    pub media_are_readable: Option<bool>,
    /// Degraded procedures that rely on a system that is down.
    pub broken_procedures: Option<Vec<String>>,
    /// The systems on which they rely.
    pub procedures_need: Vec<String>,
    /// Crisis exercises that played it in the last 36 months.
    pub exercises_count: Option<u32>,
    /// Critical activities that it stops and that did not play it in that time.
    pub never_played_by: Option<Vec<String>>,
}

impl Facts for ScenarioFacts {
    const KIND: &'static str = "plan.scenario";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Scénario du plan de continuité", "Scenario of the continuity plan")
    }
}

pub(super) fn observe<'p>(view: &View<'p>, sourced: &'p Sourced<Scenario>) -> Observation {
    let scenario = &sourced.value;
    let loss = view.dependents.under(scenario);
    let aftermath = Aftermath { view, scenario, loss: &loss };
    let played = Played::of(view, scenario);
    let facts = ScenarioFacts {
        title: scenario.title.clone(),
        down_at_least: count(loss.count()),
        stopped_activities: loss.stopped(|_| Some(true)).map(|ids| view.names.all(ids)),
        unreachable_people: aftermath.unreachable_people(),
        silent_roles: aftermath.silent_roles(),
        plan_is_readable: aftermath.can_read(CopyOf::Plan),
        keys_are_readable: aftermath.can_read(CopyOf::Keys),
        media_are_readable: aftermath.can_read(CopyOf::InstallMedia),
        broken_procedures: aftermath.broken_procedures(),
        procedures_need: aftermath.procedures_need(),
        exercises_count: played.count(),
        never_played_by: played.missed_by(&loss).map(|ids| view.names.all(ids)),
    };
    let keys = ["title", "all_systems", "down", "down_kinds", "lost", "lost_channels"];
    view.observation("scenario", &scenario.id, &facts, evidence(&sourced.place, &keys))
}

/// What remains once a scenario has happened.
struct Aftermath<'v, 'p> {
    view: &'v View<'p>,
    scenario: &'p Scenario,
    loss: &'v Loss<'p>,
}

impl Aftermath<'_, '_> {
    fn name(&self, id: &Id) -> String {
        self.view.names.name(id.as_str())
    }

    fn reaches(&self, person: &Person) -> Option<bool> {
        self.loss.reaches(person, self.scenario)
    }

    /// People whom the scenario itself takes away are no surprise: their roles are judged, not their telephone.
    fn unreachable_people(&self) -> Option<Vec<String>> {
        let people = &self.view.plan.people;
        let each = people.values().filter(|person| !self.scenario.lost.items().contains(&person.id));
        let each = each.map(|person| (self.name(&person.id), self.reaches(person).map(|reached| !reached)));
        surely(each, people.is_stated())
    }

    /// Roles that somebody holds, and of which nobody can be called.
    fn silent_roles(&self) -> Option<Vec<String>> {
        let (people, roles) = (&self.view.plan.people, &self.view.plan.roles);
        let all_listed = people.is_stated() && people.values().all(|person| !person.roles.is_unknown());
        let each = roles.values().map(|role| {
            let held = |person: &&Person| person.roles.items().iter().any(|held| held.role == role.id);
            let holders: Vec<&Person> = people.values().filter(held).collect();
            let silent = if holders.is_empty() {
                all_listed.then_some(false)
            } else {
                let reached = any_of(holders.into_iter().map(|person| self.reaches(person)));
                reached.map(|reached| !reached).filter(|silent| !*silent || all_listed)
            };
            (self.name(&role.id), silent)
        });
        surely(each, roles.is_stated())
    }

    fn can_read(&self, of: CopyOf) -> Option<bool> {
        let copies = &self.view.plan.copies;
        let each = copies.values().filter(|copy| copy.of == of).map(|copy| self.loss.can_read(copy, self.scenario));
        any_of(each).filter(|readable| *readable || copies.is_stated())
    }

    fn broken_procedures(&self) -> Option<Vec<String>> {
        let procedures = &self.view.plan.procedures;
        let each = procedures.values().map(|procedure| {
            let used = procedure.uses_systems.known();
            let broken = used.and_then(|used| any_of(used.iter().map(|id| self.loss.is_down(id))));
            (self.name(&procedure.id), broken)
        });
        surely(each, procedures.is_stated())
    }

    fn procedures_need(&self) -> Vec<String> {
        let used = self.view.plan.procedures.values().flat_map(|procedure| procedure.uses_systems.items());
        let mut down: Vec<String> =
            used.filter(|id| self.loss.is_down(id) == Some(true)).map(|id| self.name(id)).collect();
        down.sort();
        down.dedup();
        down
    }
}

/// The recent crisis exercises, and whether each played a scenario.
struct Played<'p> {
    view_is_stated: bool,
    each: Vec<(&'p Exercise, Option<bool>)>,
    activities: Vec<&'p crate::Activity>,
    activities_stated: bool,
}

impl<'p> Played<'p> {
    fn of(view: &View<'p>, scenario: &Scenario) -> Self {
        let exercises = &view.plan.exercises;
        let each = exercises.values().map(|exercise| {
            let same = exercise.scenario.known().map(|played| *played == scenario.id);
            let real = exercise.kind.known().map(|kind| kind.counts_as_crisis_exercise());
            (exercise, all_of([same, is_recent(view, exercise), real].into_iter()))
        });
        Self {
            view_is_stated: exercises.is_stated(),
            each: each.filter(|(_, played)| *played != Some(false)).collect(),
            activities: view.plan.activities.values().collect(),
            activities_stated: view.plan.activities.is_stated(),
        }
    }

    fn count(&self) -> Option<u32> {
        let sure = self.each.iter().filter(|(_, played)| *played == Some(true)).count();
        let settled = self.view_is_stated && sure == self.each.len();
        (settled || sure > 0).then(|| count(sure))
    }

    fn missed_by(&self, loss: &Loss<'_>) -> Option<Vec<String>> {
        let each = self.activities.iter().map(|activity| {
            let played = any_of(self.each.iter().map(|(exercise, played)| {
                let took_part = exercise.activities.known().map(|ids| ids.contains(&activity.id));
                all_of([*played, took_part].into_iter())
            }));
            let missed = played.map(|played| !played).filter(|missed| !*missed || self.view_is_stated);
            let concerned = [activity.critical.known().copied(), loss.stops(activity), missed];
            (activity.id.to_string(), all_of(concerned.into_iter()))
        });
        surely(each, self.activities_stated)
    }
}

fn within_programme(date: Date, today: Date) -> bool {
    let span = jiff::Span::new().try_months(PROGRAMME_MONTHS);
    span.and_then(|span| date.checked_add(span)).is_ok_and(|end| today <= end)
}

/// Whether an exercise was played within the three years of a programme.
pub(super) fn is_recent(view: &View<'_>, exercise: &Exercise) -> Option<bool> {
    let today = view.today();
    exercise.date.known().map(|date| *date <= today && within_programme(*date, today))
}
