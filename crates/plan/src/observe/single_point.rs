use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Evidence, Facts, Observation, SubjectKind, Text};

use super::{View, evidence};
use crate::entities::EntityKind;
use crate::logic::surely;
use crate::loss::Loss;
use crate::{Id, Person, Stated};

/// What is lost with one system, site, supplier or person, all else still there.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SinglePointFacts {
    /// Its name.
    pub name: String,
    /// What it is: `system`, `site`, `provider`, `person`.
    pub entity: String,
    /// Critical activities that stop with it; for a person, the crisis roles that nobody is left to hold.
    pub critical_lost: Option<Vec<String>>,
    /// Every activity that stops with it.
    pub activities_lost: Option<Vec<String>>,
    /// Until when that is accepted.
    pub accepted_until: Option<Date>,
    /// Whether that is accepted today.
    pub is_accepted: bool,
}

impl Facts for SinglePointFacts {
    const KIND: &'static str = "plan.single_point";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Ce qui s’arrête avec un seul élément", "What stops with a single part")
    }
}

/// Removes each system, site, supplier and person of the crisis organisation in turn.
pub(super) fn observe(view: &View<'_>) -> Vec<Observation> {
    let plan = view.plan;
    let mut all = Vec::new();
    for sourced in plan.systems.iter() {
        let system = &sourced.value;
        let loss = view.dependents.without_system(&system.id);
        let point = Point { kind: EntityKind::System, id: &system.id, name: &system.name };
        let keys = ["name", "runs_on", "single_point_accepted_by", "single_point_accepted_until"];
        all.push(point.observe(view, &loss, &system.single_point_accepted_until, evidence(&sourced.place, &keys)));
    }
    for sourced in plan.sites.iter() {
        let site = &sourced.value;
        let loss = view.dependents.without_site(&site.id);
        let point = Point { kind: EntityKind::Site, id: &site.id, name: &site.name };
        let keys = ["name", "single_point_accepted_until"];
        all.push(point.observe(view, &loss, &site.single_point_accepted_until, evidence(&sourced.place, &keys)));
    }
    for sourced in plan.providers.iter() {
        let provider = &sourced.value;
        let loss = view.dependents.without_provider(&provider.id);
        let point = Point { kind: EntityKind::Provider, id: &provider.id, name: &provider.service };
        let keys = ["service", "single_point_accepted_until"];
        all.push(point.observe(view, &loss, &provider.single_point_accepted_until, evidence(&sourced.place, &keys)));
    }
    for sourced in plan.people.iter() {
        let person = &sourced.value;
        let point = Point { kind: EntityKind::Person, id: &person.id, name: &person.function };
        let roles = roles_lost(view, person);
        let proofs = evidence(&sourced.place, &["function", "roles", "single_point_accepted_until"]);
        all.push(point.facts(view, roles, Some(Vec::new()), &person.single_point_accepted_until, proofs));
    }
    all
}

/// One part that is removed.
struct Point<'p> {
    kind: EntityKind,
    id: &'p Id,
    name: &'p str,
}

impl Point<'_> {
    fn observe(&self, view: &View<'_>, loss: &Loss<'_>, until: &Stated<Date>, proofs: Vec<Evidence>) -> Observation {
        let critical = loss.stopped(|activity| activity.critical.known().copied());
        self.facts(view, critical, loss.stopped(|_| Some(true)), until, proofs)
    }

    fn facts(
        &self,
        view: &View<'_>,
        critical_lost: Option<Vec<String>>,
        activities_lost: Option<Vec<String>>,
        until: &Stated<Date>,
        proofs: Vec<Evidence>,
    ) -> Observation {
        let facts = SinglePointFacts {
            name: self.name.to_owned(),
            entity: self.kind.name().to_owned(),
            critical_lost: critical_lost.map(|ids| view.names.all(ids)),
            activities_lost: activities_lost.map(|ids| view.names.all(ids)),
            accepted_until: until.known().copied(),
            is_accepted: until.known().is_some_and(|until| view.today() <= *until),
        };
        view.observation(self.kind.name(), self.id, &facts, proofs)
    }
}

/// The roles of a person that nobody else holds or stands in for.
fn roles_lost(view: &View<'_>, person: &Person) -> Option<Vec<String>> {
    let people = &view.plan.people;
    let all_listed = people.is_stated() && people.values().all(|other| !other.roles.is_unknown());
    let mut held: Vec<&Id> = person.roles.known()?.iter().map(|held| &held.role).collect();
    held.sort();
    held.dedup();
    let each = held.into_iter().map(|role| {
        let others = people.values().filter(|other| other.id != person.id);
        let has_other = others.into_iter().any(|other| other.roles.items().iter().any(|held| held.role == *role));
        let alone = if has_other { Some(false) } else { all_listed.then_some(true) };
        (role.to_string(), alone)
    });
    surely(each, true)
}
