use std::borrow::Cow;
use std::fmt;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::{Citation, Entity, EntityKind, Id};
use crate::{Duration, Stated};

/// Somebody of the crisis organisation, named by function: a plan travels, names should not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Short name of the function (`astreinte-dsi`).
    pub id: Id,
    /// Function as people say it.
    pub function: String,
    /// Unit or department.
    #[serde(default)]
    pub unit: Stated<String>,
    /// Crisis roles held.
    #[serde(default)]
    pub roles: Stated<Vec<RoleHeld>>,
    /// Ways to reach this person.
    #[serde(default)]
    pub reach: Stated<Vec<Reach>>,
    /// Whether this person can be called at any hour.
    #[serde(default)]
    pub on_call: Stated<bool>,
    /// Day the roles or numbers last changed.
    #[serde(default)]
    pub changed_on: Stated<Date>,
    /// Until when nobody standing in is accepted.
    #[serde(default)]
    pub single_point_accepted_until: Stated<Date>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// A role somebody holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleHeld {
    /// The role.
    #[schemars(extend("x-refers-to" = ["role"]))]
    pub role: Id,
    /// First in line (titulaire) or stand-in (suppléant).
    pub rank: Rank,
}

/// First in line or stand-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// Titulaire.
    Holder,
    /// Suppléant.
    Substitute,
}

/// A way to reach somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reach {
    /// Kind of channel.
    pub channel: Channel,
    /// Number or address. Kept out of reports.
    #[serde(default)]
    pub address: Stated<Address>,
    /// System that carries it, if one of the plan does.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["system"]))]
    pub carried_by: Option<Id>,
    /// Day it was last tried.
    #[serde(default)]
    pub checked_on: Stated<Date>,
}

/// Kinds of channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Mobile telephone.
    Mobile,
    /// Analogue or outside line that does not cross the hospital’s network.
    Landline,
    /// Telephone over the hospital’s network.
    IpPhone,
    /// Mail of the hospital.
    Mail,
    /// Messages on a personal or mobile device.
    Messaging,
    /// Radio.
    Radio,
    /// Satellite telephone.
    Satellite,
    /// Pager.
    Pager,
}

/// A telephone number or an address: never printed whole by debugging or evidence.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Address(String);

/// A part to play in a crisis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Short name (`directeur-de-crise`).
    pub id: Id,
    /// Name as people say it.
    pub name: String,
    /// Crisis cell it sits in.
    #[serde(default)]
    pub cell: Stated<Cell>,
    /// How many people must hold it at once.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub min_people: Stated<u32>,
    /// Roles that act at the same time: one person cannot hold both.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["role"]))]
    pub distinct_from: Stated<Vec<Id>>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// The cells of a crisis organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Decides (cellule de crise stratégique).
    Strategic,
    /// Acts (cellule opérationnelle).
    Operational,
    /// Helps: communication, logistics, legal.
    Support,
}

/// People who rebuild, by skill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// Short name (`equipe-systeme`).
    pub id: Id,
    /// Name as people say it.
    pub name: String,
    /// What it can do.
    #[serde(default)]
    pub skills: Stated<Vec<String>>,
    /// How many can work at once.
    #[serde(default)]
    pub people: Stated<u32>,
    /// How many of them are there at any hour, night and weekend included. When it is written, only
    /// they are counted on.
    #[serde(default)]
    pub min_present: Stated<u32>,
    /// How long one shift lasts.
    #[serde(default)]
    pub shift: Stated<Duration>,
    /// Supplier it belongs to, when it is not the hospital’s own.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["provider"]))]
    pub provider: Option<Id>,
}

impl Channel {
    /// Every channel, in the order of the model.
    pub const ALL: [Self; 8] = [
        Self::Mobile,
        Self::Landline,
        Self::IpPhone,
        Self::Mail,
        Self::Messaging,
        Self::Radio,
        Self::Satellite,
        Self::Pager,
    ];

    /// Its name in plan files: `ip_phone`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Landline => "landline",
            Self::IpPhone => "ip_phone",
            Self::Mail => "mail",
            Self::Messaging => "messaging",
            Self::Radio => "radio",
            Self::Satellite => "satellite",
            Self::Pager => "pager",
        }
    }

    /// Whether it works without the hospital’s information system, unless a system is said to carry it.
    pub fn stands_alone(self) -> bool {
        !matches!(self, Self::IpPhone | Self::Mail)
    }
}

impl Reach {
    /// Whether it works without the hospital’s information system.
    pub fn stands_alone(&self) -> bool {
        self.carried_by.is_none() && self.channel.stands_alone()
    }
}

impl Address {
    /// The number or address itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

impl JsonSchema for Address {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Address".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

impl Entity for Person {
    const KIND: EntityKind = EntityKind::Person;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        self.roles.items().iter().for_each(|held| name("roles", &held.role, &[EntityKind::Role]));
        let carriers = self.reach.items().iter().filter_map(|reach| reach.carried_by.as_ref());
        carriers.for_each(|id| name("reach", id, &[EntityKind::System]));
    }
}

impl Entity for Role {
    const KIND: EntityKind = EntityKind::Role;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        self.distinct_from.items().iter().for_each(|id| name("distinct_from", id, &[EntityKind::Role]));
    }
}

impl Entity for Team {
    const KIND: EntityKind = EntityKind::Team;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        self.provider.iter().for_each(|id| name("provider", id, &[EntityKind::Provider]));
    }
}
