use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Citation, Entity, EntityKind, Id, Link};
use crate::{Duration, Stated};

/// What the hospital does, and what it can bear (bilan d’impact sur l’activité, BIA).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Short name (`urgences`).
    pub id: Id,
    /// Name as people say it.
    pub name: String,
    /// Care, technical platform or administration.
    #[serde(default)]
    pub kind: Stated<ActivityKind>,
    /// Whether lives or major duties hang on it.
    #[serde(default)]
    pub critical: Stated<bool>,
    /// Role that owns the activity.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["role"]))]
    pub owner: Stated<Id>,
    /// Role that stands in for the owner.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["role"]))]
    pub deputy: Stated<Id>,
    /// DMIA, durée maximale d’interruption admissible: the longest outage the activity can bear.
    #[serde(default)]
    pub mtpd: Stated<Duration>,
    /// PDMA, perte de données maximale admissible: the most work, in time, that may be lost.
    #[serde(default)]
    pub mtdl: Stated<Duration>,
    /// Délai avant mode dégradé: when the degraded procedure starts.
    #[serde(default)]
    pub degraded_after: Stated<Duration>,
    /// Remise en service métier: checks and re-entry once IT is back; counts against the DMIA.
    #[serde(default)]
    pub wrt: Stated<Duration>,
    /// Niveau minimal d’activité: the least that must go on (`10 lits`).
    #[serde(default)]
    pub mbco: Stated<String>,
    /// What an outage does, over time.
    #[serde(default)]
    pub impacts: Stated<Vec<Impact>>,
    /// When it bears an outage worse than usual (`fin de mois`, `hiver`).
    #[serde(default)]
    pub seasonality: Stated<String>,
    /// Sites where it takes place.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["site"]))]
    pub sites: Stated<Vec<Id>>,
    /// Systems it needs: an id, or several of which one is enough.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["system"]))]
    pub needs: Stated<Vec<Link>>,
    /// Function of who validated these figures for the business.
    #[serde(default)]
    pub validated_by: Stated<String>,
    /// Day they were validated.
    #[serde(default)]
    pub validated_on: Stated<Date>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// The families of activity, as the CaRE programme counts its perimeters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// A care unit.
    Care,
    /// A technical platform: pharmacy, imaging, biology, operating theatre.
    Technical,
    /// An administrative process.
    Administrative,
}

/// What an outage does once it has lasted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Impact {
    /// After how long.
    pub after: Duration,
    /// How bad, 1 (bearable) to 4 (lives at stake).
    #[schemars(range(min = 1, max = 4))]
    pub level: u8,
    /// What happens.
    #[serde(default)]
    pub what: Stated<String>,
    /// Who or what suffers.
    #[serde(default)]
    pub kinds: Stated<Vec<ImpactKind>>,
}

/// Who or what suffers from an outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImpactKind {
    /// Patients.
    Care,
    /// Staff.
    Staff,
    /// Duties set by law.
    Legal,
    /// Money.
    Financial,
    /// Trust.
    Image,
}

impl Entity for Activity {
    const KIND: EntityKind = EntityKind::Activity;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        self.owner.known().into_iter().for_each(|id| name("owner", id, &[EntityKind::Role]));
        self.deputy.known().into_iter().for_each(|id| name("deputy", id, &[EntityKind::Role]));
        self.sites.items().iter().for_each(|id| name("sites", id, &[EntityKind::Site]));
        self.needs.items().iter().flat_map(Link::targets).for_each(|id| name("needs", id, &[EntityKind::System]));
    }
}
