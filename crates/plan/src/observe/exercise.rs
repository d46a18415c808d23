//! Exercises, what they measured, and the teams that played.

use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, Observation, SubjectKind, Text};

use super::scenario::is_recent;
use super::{View, any_of, days_between, evidence, rounded};
use crate::logic::all_of;
use crate::{Duration, Exercise, Measure, MeasuredEvent, Participants, Sourced, Stated, Team};

/// What an exercise was, and what it showed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExerciseFacts {
    /// What it was about.
    pub title: String,
    /// Days since it was played; negative when it is to come.
    pub age_d: Option<i64>,
    /// Whether its kind can be a crisis exercise: a test of IT alone cannot.
    pub is_crisis_exercise: Option<bool>,
    /// Whether it is a restore, whose place is among restore tests.
    pub is_restore: Option<bool>,
    /// Whether the direction or the business departments took part.
    pub goes_beyond_it: Option<bool>,
    /// Whether it brings the direction and the business departments together, as the yearly exercise must.
    pub counts_as_yearly: Option<bool>,
    /// Times that were noted.
    pub measured: Option<Vec<MeasuredFacts>>,
    /// Days from the exercise to its written lessons (RETEX).
    pub report_after_d: Option<i64>,
}

/// A time that was noted, against what the plan promises.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MeasuredFacts {
    /// The system or activity.
    pub what: String,
    /// What happened: `back`, `degraded_started`.
    pub event: String,
    /// How long after the start, in hours.
    pub at_h: f64,
    /// What the plan says today, in hours.
    pub promised_h: Option<f64>,
}

impl Facts for ExerciseFacts {
    const KIND: &'static str = "plan.exercise";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Exercice de crise", "Crisis exercise")
    }
}

/// Whether a team took part in exercises.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TeamFacts {
    /// Its name.
    pub name: String,
    /// Whether it took part in an exercise of the last 36 months, technical ones included.
    pub took_part: Option<bool>,
}

impl Facts for TeamFacts {
    const KIND: &'static str = "plan.team";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Équipe de reconstruction", "Rebuilding team")
    }
}

pub(super) fn observe(view: &View<'_>, sourced: &Sourced<Exercise>) -> Observation {
    let exercise = &sourced.value;
    let kind = exercise.kind.known();
    let report = exercise.date.known().zip(exercise.report_on.known());
    let facts = ExerciseFacts {
        title: exercise.title.clone(),
        age_d: view.age_d(&exercise.date),
        is_crisis_exercise: kind.map(|kind| kind.counts_as_crisis_exercise()),
        is_restore: kind.map(|kind| kind.is_restore()),
        goes_beyond_it: exercise
            .participants
            .known()
            .map(|who| who.contains(&Participants::Direction) || who.contains(&Participants::Business)),
        counts_as_yearly: counts(exercise),
        measured: exercise.measured.known().map(|measured| measured.iter().map(|one| promise(view, one)).collect()),
        report_after_d: report.map(|(played, written)| days_between(*played, *written)),
    };
    let keys = ["title", "kind", "date", "participants", "measured", "report_on"];
    view.observation("exercise", &exercise.id, &facts, evidence(&sourced.place, &keys))
}

/// Whether an exercise brings the direction and the business together: an IT test does not.
pub(super) fn counts(exercise: &Exercise) -> Option<bool> {
    let played_by = |who: Participants| Some(exercise.participants.known()?.contains(&who));
    let crisis = exercise.kind.known().map(|kind| kind.counts_as_crisis_exercise());
    all_of([played_by(Participants::Direction), played_by(Participants::Business), crisis].into_iter())
}

fn promise(view: &View<'_>, measure: &Measure) -> MeasuredFacts {
    let hours = |time: &Stated<Duration>| time.known().map(|time| rounded(time.hours()));
    let activity = view.plan.activities.get(&measure.of);
    let (event, promised_h) = match measure.event {
        MeasuredEvent::DegradedStarted => {
            ("degraded_started", activity.and_then(|activity| hours(&activity.degraded_after)))
        }
        MeasuredEvent::Back => {
            let system = view.plan.systems.get(&measure.of);
            let rto = system.and_then(|system| hours(&system.rto));
            ("back", rto.or_else(|| activity.and_then(|activity| hours(&activity.mtpd))))
        }
    };
    MeasuredFacts {
        what: view.names.name(measure.of.as_str()),
        event: event.to_owned(),
        at_h: rounded(measure.at.hours()),
        promised_h,
    }
}

pub(super) fn observe_team(view: &View<'_>, sourced: &Sourced<Team>) -> Observation {
    let team = &sourced.value;
    let exercises = &view.plan.exercises;
    let each = exercises.values().map(|exercise| {
        let played = exercise.teams.known().map(|teams| teams.contains(&team.id));
        all_of([played, is_recent(view, exercise)].into_iter())
    });
    let facts = TeamFacts {
        name: team.name.clone(),
        took_part: any_of(each).filter(|played| *played || exercises.is_stated()),
    };
    view.observation("team", &team.id, &facts, evidence(&sourced.place, &["name", "skills", "people"]))
}
