use jiff::civil::Date;
use serde::Serialize;

use super::names::{owned, system};
use crate::entities::{Address, Cell, Channel, Person, Rank, Reach, Role};
use crate::{Id, Plan};

/// The crisis directory.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Directory {
    /// Roles by cell, roles without a stated cell last. Nothing when the plan does not have the list.
    pub cells: Option<Vec<CellOnPaper>>,
    /// People who hold no role, or of whom the plan does not say. Nothing when it does not have the list.
    pub others: Option<Vec<Contact>>,
}

/// A crisis cell and its roles.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CellOnPaper {
    /// Which; nothing when the plan does not say.
    pub cell: Option<Cell>,
    /// Its roles.
    pub roles: Vec<RoleOnPaper>,
}

/// A role and who holds it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoleOnPaper {
    /// Its name.
    pub name: String,
    /// How many people must hold it at once.
    pub min_people: Option<u32>,
    /// First in line (titulaires).
    pub holders: Vec<Contact>,
    /// Stand-ins (suppléants), those first in line left out.
    pub substitutes: Vec<Contact>,
}

/// Somebody, by function.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contact {
    /// Function as people say it.
    pub function: String,
    /// Unit or department.
    pub unit: Option<String>,
    /// Whether this person can be called at any hour.
    pub on_call: Option<bool>,
    /// Ways to reach this person, those that work without the information system first.
    pub ways: Option<Vec<Way>>,
}

/// A way to reach somebody.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Way {
    /// Kind of channel.
    pub channel: Channel,
    /// Number or address.
    pub address: Option<Address>,
    /// Whether it works without the hospital’s information system.
    pub stands_alone: bool,
    /// Name of the system that carries it, if one of the plan does.
    pub carried_by: Option<String>,
    /// Day it was last tried. Printed, and left out of the hash: trying a number does not make a binder old.
    #[serde(skip)]
    pub checked_on: Option<Date>,
}

impl Directory {
    pub(super) fn of(plan: &Plan) -> Self {
        let cells = [Some(Cell::Strategic), Some(Cell::Operational), Some(Cell::Support), None];
        let cells = cells.into_iter().map(|cell| CellOnPaper { cell, roles: roles_of(plan, cell) });
        let without_role = plan.people.values().filter(|person| person.roles.items().is_empty());
        Self {
            cells: plan.roles.is_stated().then(|| cells.filter(|cell| !cell.roles.is_empty()).collect()),
            others: plan.people.is_stated().then(|| without_role.map(|person| Contact::of(plan, person)).collect()),
        }
    }
}

fn roles_of(plan: &Plan, cell: Option<Cell>) -> Vec<RoleOnPaper> {
    let roles = plan.roles.values().filter(|role| role.cell.known().copied() == cell);
    roles.map(|role| RoleOnPaper::of(plan, role)).collect()
}

impl RoleOnPaper {
    fn of(plan: &Plan, role: &Role) -> Self {
        let contacts =
            |people: Vec<&Person>| people.into_iter().map(|person| Contact::of(plan, person)).collect::<Vec<_>>();
        Self {
            name: role.name.clone(),
            min_people: owned(&role.min_people),
            holders: contacts(holding(plan, &role.id, Rank::Holder)),
            substitutes: contacts(holding(plan, &role.id, Rank::Substitute)),
        }
    }
}

/// Who holds a role at this rank. Somebody first in line is not their own stand-in.
pub(super) fn holding<'p>(plan: &'p Plan, role: &Id, rank: Rank) -> Vec<&'p Person> {
    let holds = |person: &Person, rank| person.roles.items().iter().any(|held| held.role == *role && held.rank == rank);
    let of_rank = plan.people.values().filter(|person| holds(person, rank));
    of_rank.filter(|person| rank == Rank::Holder || !holds(person, Rank::Holder)).collect()
}

impl Contact {
    pub(super) fn of(plan: &Plan, person: &Person) -> Self {
        let ways = person.reach.known().map(|reach| {
            let mut ways: Vec<Way> = reach.iter().map(|way| Way::of(plan, way)).collect();
            ways.sort_by_key(|way| !way.stands_alone);
            ways
        });
        Self { function: person.function.clone(), unit: owned(&person.unit), on_call: owned(&person.on_call), ways }
    }

    /// The same, with the ways that work without the information system alone.
    pub(super) fn without_it(mut self) -> Self {
        self.ways.iter_mut().for_each(|ways| ways.retain(|way| way.stands_alone));
        self
    }
}

impl Way {
    fn of(plan: &Plan, way: &Reach) -> Self {
        Self {
            channel: way.channel,
            address: owned(&way.address),
            stands_alone: way.stands_alone(),
            carried_by: way.carried_by.as_ref().map(|id| system(plan, id)),
            checked_on: owned(&way.checked_on),
        }
    }
}
