//! Roles, people and degraded procedures.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, Observation, SubjectKind, Text};

use super::{View, any_of, count, evidence, rounded};
use crate::{Id, Person, Procedure, Rank, Role, RoleHeld, Sourced};

/// Who holds a crisis role.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RoleFacts {
    /// Its name.
    pub name: String,
    /// People who hold it first in line.
    pub holders: Option<Vec<String>>,
    /// People who stand in, those who also hold it first in line left out.
    pub substitutes: Option<Vec<String>>,
    /// People written both first in line and as their own stand-in.
    pub own_substitutes: Option<Vec<String>>,
}

impl Facts for RoleFacts {
    const KIND: &'static str = "plan.role";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Rôle de crise", "Crisis role")
    }
}

/// How a person of the crisis organisation can be reached.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PersonFacts {
    /// Function of the person.
    pub function: String,
    /// Crisis roles held.
    pub roles: Option<Vec<String>>,
    /// The first two roles held first in line that act at the same time; none when all can be held together.
    pub clashing_roles: Option<Vec<String>>,
    /// Roles held first in line (titulaire).
    pub first_in_line_count: Option<u32>,
    /// Channels by which the person can be reached.
    pub channels: Option<Vec<String>>,
    /// Whether one of them works without the hospital’s information system.
    pub reachable_without_it: Option<bool>,
}

impl Facts for PersonFacts {
    const KIND: &'static str = "plan.person";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Personne de l’organisation de crise", "Person of the crisis organisation")
    }
}

/// What a degraded procedure relies on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ProcedureFacts {
    /// Its title.
    pub title: String,
    /// The activity it keeps going.
    pub activity: String,
    /// Whether that activity is critical.
    pub activity_is_critical: Option<bool>,
    /// How long people can hold with it, in hours.
    pub holds_for_h: Option<f64>,
    /// Systems it still relies on.
    pub uses_systems: Option<Vec<String>>,
    /// Whether a printed copy is kept where it is used.
    pub has_paper_copy: Option<bool>,
    /// Days since its users last practised it.
    pub trained_age_d: Option<i64>,
    /// Days since it was last reviewed.
    pub reviewed_age_d: Option<i64>,
    /// Things that must be at hand.
    pub kit_count: Option<u32>,
    /// Days since somebody last checked that the one checked longest ago is there.
    pub kit_checked_age_d: Option<i64>,
}

impl Facts for ProcedureFacts {
    const KIND: &'static str = "plan.procedure";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Procédure dégradée", "Degraded procedure")
    }
}

pub(super) fn observe_role(view: &View<'_>, sourced: &Sourced<Role>) -> Observation {
    let role = &sourced.value;
    let people = &view.plan.people;
    let complete = people.is_stated() && people.values().all(|person| !person.roles.is_unknown());
    let of_rank = |rank: Rank| -> BTreeSet<&Id> {
        people.values().filter(|person| holds(person, &role.id, rank)).map(|person| &person.id).collect()
    };
    let (holders, substitutes) = (of_rank(Rank::Holder), of_rank(Rank::Substitute));
    let own = view.names.all(holders.intersection(&substitutes).map(|id| id.as_str()));
    let facts = RoleFacts {
        name: role.name.clone(),
        own_substitutes: complete.then_some(own.clone()).or((!own.is_empty()).then_some(own)),
        substitutes: listed(view, substitutes.difference(&holders), complete),
        holders: listed(view, holders.iter(), complete),
    };
    view.observation("role", &role.id, &facts, evidence(&sourced.place, &["name", "distinct_from"]))
}

fn holds(person: &Person, role: &Id, rank: Rank) -> bool {
    person.roles.items().iter().any(|held| held.role == *role && held.rank == rank)
}

/// The list, unless it is empty and might not be.
fn listed<'i>(view: &View<'_>, ids: impl Iterator<Item = &'i &'i Id>, complete: bool) -> Option<Vec<String>> {
    let names = view.names.all(ids.map(|id| id.as_str()));
    (complete || !names.is_empty()).then_some(names)
}

pub(super) fn observe_person(view: &View<'_>, sourced: &Sourced<Person>) -> Observation {
    let person = &sourced.value;
    let reach = person.reach.known();
    let facts = PersonFacts {
        function: person.function.clone(),
        roles: person.roles.known().map(|held| view.names.all(held.iter().map(|held| held.role.as_str()))),
        clashing_roles: clashing_roles(view, person),
        first_in_line_count: person.roles.known().map(|held| count(first_in_line(held).count())),
        channels: reach.map(|reach| reach.iter().map(|way| way.channel.name().to_owned()).collect()),
        reachable_without_it: reach.and_then(|reach| any_of(reach.iter().map(|way| Some(way.stands_alone())))),
    };
    // The addresses stay in the plan: only the roles are quoted.
    view.observation("person", &person.id, &facts, evidence(&sourced.place, &["function", "roles"]))
}

/// Two roles clash as soon as one of them says so; that they do not takes both.
fn clashing_roles(view: &View<'_>, person: &Person) -> Option<Vec<String>> {
    let held = first_in_line(person.roles.known()?);
    let roles: Vec<&Role> = held.filter_map(|held| view.plan.roles.get(&held.role)).collect();
    let mut settled = true;
    for (index, one) in roles.iter().enumerate() {
        for other in roles.iter().skip(index + 1) {
            let says = |role: &Role, of: &Role| Some(role.distinct_from.known()?.contains(&of.id));
            match any_of([says(one, other), says(other, one)].into_iter()) {
                Some(true) => return Some(view.names.all([one.id.as_str(), other.id.as_str()])),
                Some(false) => {}
                None => settled = false,
            }
        }
    }
    settled.then(Vec::new)
}

fn first_in_line(held: &[RoleHeld]) -> impl Iterator<Item = &RoleHeld> {
    held.iter().filter(|held| held.rank == Rank::Holder)
}

pub(super) fn observe_procedure(view: &View<'_>, sourced: &Sourced<Procedure>) -> Observation {
    let procedure = &sourced.value;
    let activity = view.plan.activities.get(&procedure.activity);
    let facts = ProcedureFacts {
        title: procedure.title.clone(),
        activity: view.names.name(procedure.activity.as_str()),
        activity_is_critical: activity.and_then(|activity| activity.critical.known().copied()),
        holds_for_h: procedure.holds_for.known().map(|time| rounded(time.hours())),
        uses_systems: procedure.uses_systems.known().map(|ids| view.names.all(ids.iter().map(Id::as_str))),
        has_paper_copy: procedure.paper_copy.known().copied(),
        trained_age_d: view.age_d(&procedure.trained_on),
        reviewed_age_d: view.age_d(&procedure.reviewed_on),
        kit_count: procedure.kit.known().map(|kit| count(kit.len())),
        kit_checked_age_d: kit_checked_age_d(view, procedure),
    };
    let keys = ["title", "activity", "holds_for", "uses_systems", "kit", "paper_copy", "trained_on"];
    view.observation("procedure", &procedure.id, &facts, evidence(&sourced.place, &keys))
}

fn kit_checked_age_d(view: &View<'_>, procedure: &Procedure) -> Option<i64> {
    let ages = procedure.kit.known()?.iter().map(|item| view.age_d(&item.checked_on));
    ages.collect::<Option<Vec<i64>>>()?.into_iter().max()
}
