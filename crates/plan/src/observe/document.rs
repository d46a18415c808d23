use std::collections::BTreeSet;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, Observation, SubjectKind, Text};

use super::exercise::counts;
use super::{View, any_of, count, days_between, evidence};
use crate::kit::directory_hash;
use crate::needs::{Inversion, first_inversion, late_foundation};
use crate::{CopyMedium, CopyOf, Exercise, Id, PlanCopy, PrintHash, Stated};

/// How few systems can share one RTO by chance.
const FEW_SYSTEMS: usize = 4;

/// What the plan says of itself, and what holds for the whole of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DocumentFacts {
    /// Its title.
    pub title: String,
    /// Days since its last review.
    pub reviewed_age_d: Option<i64>,
    /// Days by which its last change came after its approval; 0 or less when what applies was approved.
    pub changed_after_approval_d: Option<i64>,
    /// Copies of the plan that can be read without the hospital’s information system.
    pub readable_copies: Option<Vec<String>>,
    /// Whether the crisis directory is printed.
    pub has_paper_directory: Option<bool>,
    /// Days since the newest printed directory was printed.
    pub paper_directory_age_d: Option<i64>,
    /// People whose roles or numbers changed after that day.
    pub changed_since_printed: Option<Vec<String>>,
    /// Whether a printed directory bears the hash of its content, so that dates need not tell.
    pub directory_bears_hash: bool,
    /// Printed directories that bear another hash than the directory of today.
    pub outdated_directories: Vec<String>,
    /// The hash that the first of them bears.
    pub outdated_hash: String,
    /// The hash of the directory of today.
    pub directory_hash: String,
    /// Systems in the written order of rebuilding.
    pub restore_order_count: Option<u32>,
    /// Whether that order rebuilds a system before one that it needs.
    pub order_is_inverted: Option<bool>,
    /// The first system rebuilt too early.
    pub order_early: String,
    /// The system that it needs and that comes later.
    pub order_late: String,
    /// Whether that order rebuilds an application before a foundation (network, directory, backup…).
    pub foundation_is_late: Option<bool>,
    /// The first such application.
    pub early_application: String,
    /// The first such foundation.
    pub late_foundation: String,
    /// Crisis exercises that were played with the direction and the business departments.
    pub full_exercises_count: Option<u32>,
    /// Days since the last of them.
    pub last_full_exercise_age_d: Option<i64>,
    /// Whether every system states the very same RTO, though there are many.
    pub all_rto_equal: Option<bool>,
    /// Systems with a stated RTO of zero, as soon as some system states one.
    pub zero_rto: Option<Vec<String>>,
}

impl Facts for DocumentFacts {
    const KIND: &'static str = "plan.document";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Plan de continuité et de reprise", "Continuity and recovery plan")
    }
}

pub(super) fn observe(view: &View<'_>) -> Observation {
    let plan = view.plan;
    let header = &plan.header.value;
    let order = plan.restore_order.known().map(|order| order.systems.as_slice());
    let inversion = order.and_then(|order| first_inversion(plan, order));
    let foundation = order.and_then(|order| late_foundation(plan, order));
    let directory = Directory::of(view);
    let exercises = Exercises::of(view);
    let found = |inversion: &Inversion| !inversion.early.is_empty();
    let (order_is_inverted, inversion) = (inversion.as_ref().map(found), inversion.unwrap_or_default());
    let (foundation_is_late, foundation) = (foundation.as_ref().map(found), foundation.unwrap_or_default());
    let facts = DocumentFacts {
        title: header.title.clone(),
        reviewed_age_d: view.age_d(&header.reviewed_on),
        changed_after_approval_d: days_from(&header.approved_on, &header.changed_on),
        readable_copies: readable_copies(view),
        has_paper_directory: directory.printed,
        paper_directory_age_d: directory.age_d,
        changed_since_printed: directory.changed_since,
        directory_bears_hash: directory.prints.bears_hash,
        outdated_directories: directory.prints.outdated,
        outdated_hash: directory.prints.outdated_hash,
        directory_hash: directory.prints.today,
        restore_order_count: order.map(|order| count(order.len())),
        order_is_inverted,
        order_early: view.names.name(&inversion.early),
        order_late: view.names.name(&inversion.late),
        foundation_is_late,
        early_application: view.names.name(&foundation.early),
        late_foundation: view.names.name(&foundation.late),
        full_exercises_count: exercises.count,
        last_full_exercise_age_d: exercises.age_d,
        all_rto_equal: all_rto_equal(view),
        zero_rto: zero_rto(view),
    };
    let keys = ["title", "approved_on", "changed_on", "reviewed_on"];
    let mut proofs = evidence(&plan.header.place, &keys);
    proofs.extend(plan.restore_order.known().into_iter().flat_map(|order| order.place.quote(&["restore_order"])));
    view.observation("plan", &header.id, &facts, proofs)
}

fn days_from(from: &Stated<Date>, to: &Stated<Date>) -> Option<i64> {
    Some(days_between(*from.known()?, *to.known()?))
}

fn readable_copies(view: &View<'_>) -> Option<Vec<String>> {
    let copies: Vec<&PlanCopy> = view.plan.copies.values().filter(|copy| copy.of == CopyOf::Plan).collect();
    let readable: Vec<String> = copies
        .iter()
        .filter(|copy| stands_alone(copy) == Some(true))
        .map(|copy| view.names.name(copy.id.as_str()))
        .collect();
    let settled = view.plan.copies.is_stated() && copies.iter().all(|copy| stands_alone(copy).is_some());
    (settled || !readable.is_empty()).then_some(readable)
}

fn stands_alone(copy: &PlanCopy) -> Option<bool> {
    if copy.carried_by.is_some() { Some(false) } else { copy.medium.known().map(|medium| medium.stands_alone()) }
}

/// The crisis directory on paper.
struct Directory {
    printed: Option<bool>,
    age_d: Option<i64>,
    changed_since: Option<Vec<String>>,
    prints: Prints,
}

/// The printed directories that bear a hash, beside the directory of today.
struct Prints {
    bears_hash: bool,
    outdated: Vec<String>,
    outdated_hash: String,
    today: String,
}

impl Prints {
    fn of<'p>(view: &View<'_>, paper: impl Iterator<Item = &'p PlanCopy>) -> Self {
        let today = directory_hash(view.plan);
        let marked: Vec<(&Id, &PrintHash)> =
            paper.filter_map(|copy| Some((&copy.id, copy.print_hash.known()?))).collect();
        let outdated: Vec<&(&Id, &PrintHash)> = marked.iter().filter(|(_, hash)| !hash.is_of(&today)).collect();
        Self {
            bears_hash: !marked.is_empty(),
            outdated_hash: outdated.first().map(|(_, hash)| hash.short()).unwrap_or_default(),
            outdated: view.names.all(outdated.iter().map(|(id, _)| id.as_str())),
            today: today.short(),
        }
    }
}

impl Directory {
    fn of(view: &View<'_>) -> Self {
        let copies = || view.plan.copies.values().filter(|copy| copy.of == CopyOf::Directory);
        let on_paper = |copy: &PlanCopy| copy.medium.known().map(|medium| *medium == CopyMedium::Paper);
        let printed = any_of(copies().map(on_paper)).filter(|yes| *yes || view.plan.copies.is_stated());
        let paper = || copies().filter(|copy| on_paper(copy) == Some(true));
        let newest = paper().filter_map(|copy| copy.refreshed_on.known().copied()).max();
        Self {
            printed,
            age_d: newest.and_then(|day| view.age_d(&Stated::Known(day))),
            changed_since: newest.and_then(|day| changed_since(view, day)),
            prints: Prints::of(view, paper()),
        }
    }
}

fn changed_since(view: &View<'_>, day: Date) -> Option<Vec<String>> {
    let people = &view.plan.people;
    let after = people.values().filter(|person| person.changed_on.known().is_some_and(|changed| *changed > day));
    let changed = view.names.all(after.map(|person| person.id.as_str()));
    let settled = people.is_stated() && people.values().all(|person| !person.changed_on.is_unknown());
    (settled || !changed.is_empty()).then_some(changed)
}

/// The exercises that were played and that count as the yearly one.
struct Exercises {
    count: Option<u32>,
    age_d: Option<i64>,
}

impl Exercises {
    fn of(view: &View<'_>) -> Self {
        let exercises = &view.plan.exercises;
        let played = exercises.values().filter(|exercise| view.age_d(&exercise.date).is_none_or(|age| age >= 0));
        let each: Vec<(&Exercise, Option<bool>)> =
            played.map(|exercise| (exercise, counts(exercise))).filter(|(_, counts)| *counts != Some(false)).collect();
        let full: Vec<Option<i64>> = each
            .iter()
            .filter(|(_, counts)| *counts == Some(true))
            .map(|(exercise, _)| view.age_d(&exercise.date))
            .collect();
        let dated: Vec<i64> = full.iter().copied().flatten().collect();
        let doubtful = dated.is_empty() && !each.is_empty();
        Self { count: (exercises.is_stated() && !doubtful).then(|| count(dated.len())), age_d: dated.into_iter().min() }
    }
}

fn all_rto_equal(view: &View<'_>) -> Option<bool> {
    let systems = &view.plan.systems;
    let stated: Vec<u32> = systems.values().filter_map(|system| Some(system.rto.known()?.minutes())).collect();
    let different: BTreeSet<u32> = stated.iter().copied().collect();
    match different.len() {
        2.. => Some(false),
        _ if stated.len() < systems.values().count() || !systems.is_stated() => None,
        _ => Some(stated.len() >= FEW_SYSTEMS),
    }
}

fn zero_rto(view: &View<'_>) -> Option<Vec<String>> {
    let stated = view.plan.systems.values().filter_map(|system| Some((&system.id, system.rto.known()?.minutes())));
    let stated: Vec<(&Id, u32)> = stated.collect();
    let zero = stated.iter().filter(|(_, minutes)| *minutes == 0);
    (!stated.is_empty()).then(|| view.names.all(zero.map(|(id, _)| id.as_str())))
}
