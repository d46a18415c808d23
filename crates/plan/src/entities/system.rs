use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Citation, Entity, EntityKind, Id, PublicAddress};
use crate::{Duration, Stated};

/// What activities run on: an application, a server, a network, a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// Short name (`dpi`).
    pub id: Id,
    /// Name as people say it.
    pub name: String,
    /// What it is: decides what must be rebuilt first.
    #[serde(default)]
    pub kind: Stated<SystemKind>,
    /// Where it runs.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["site"]))]
    pub site: Stated<Id>,
    /// Team that rebuilds it.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["team"]))]
    pub team: Stated<Id>,
    /// Supplier.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["provider"]))]
    pub provider: Stated<Id>,
    /// RTO, délai cible de reprise: the time in which IT promises it back.
    #[serde(default)]
    pub rto: Stated<Duration>,
    /// RPO, point de reprise: the most data, in time, that IT may lose.
    #[serde(default)]
    pub rpo: Stated<Duration>,
    /// What it needs to work, every day. `[]` when it needs nothing.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["system"]))]
    pub runs_on: Stated<Vec<Link>>,
    /// What must be up before it can be rebuilt, with the reason. `[]` when it needs nothing.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["system"]))]
    pub restores_with: Stated<Vec<Link>>,
    /// Time to rebuild it once all that it needs is there.
    #[serde(default)]
    pub rebuild: Stated<Rebuild>,
    /// Where it answers from the Internet: a scan is compared with it. `[]` when it does not.
    #[serde(default)]
    pub exposed_at: Stated<Vec<PublicAddress>>,
    /// Who checks its users’ passwords (`ad-production`): tells whether the backups share it.
    #[serde(default)]
    pub auth_domain: Stated<String>,
    /// Function of who accepted that it is a single point of failure.
    #[serde(default)]
    pub single_point_accepted_by: Stated<String>,
    /// Until when its being a single point of failure is accepted.
    #[serde(default)]
    pub single_point_accepted_until: Stated<Date>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

/// What a system is. The first ones are the foundations of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SystemKind {
    /// Network, firewall, Internet access.
    Network,
    /// Servers, virtualisation, storage.
    Infrastructure,
    /// Directory and log-on (Active Directory).
    Identity,
    /// Name service (DNS).
    Dns,
    /// Time service (NTP).
    Time,
    /// Certificates and keys (PKI), password vault.
    Pki,
    /// Backup.
    Backup,
    /// Telephone, radio.
    Telecom,
    /// Workstations.
    Workstation,
    /// Business application.
    Application,
    /// Application that a supplier hosts.
    Saas,
    /// Medical device or its server.
    Biomedical,
    /// Documentation.
    Documentation,
}

/// What something needs: one system, or some among several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Link {
    /// This system.
    To(Id),
    /// This system, and why.
    Because(Why),
    /// Any one of these systems, or as many as it says.
    AnyOf(Either),
}

/// A system that is needed, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// The system.
    #[serde(rename = "ref")]
    #[schemars(extend("x-refers-to" = ["system"]))]
    pub to: Id,
    /// Why it is needed (`ouverture de session du serveur de sauvegarde`).
    #[serde(default)]
    pub why: Stated<String>,
}

/// Systems of which one is enough, or as many as it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Either {
    /// The systems.
    #[schemars(length(min = 1))]
    #[schemars(extend("x-refers-to" = ["system"]))]
    pub any_of: Vec<Id>,
    /// How many of them must work: 1 unless written otherwise (`2` of three servers).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 12))]
    pub at_least: Option<u8>,
    /// Why they are needed.
    #[serde(default)]
    pub why: Stated<String>,
}

/// Time to rebuild a system: three guesses for the whole, or steps that each have theirs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rebuild {
    /// If all goes well.
    #[serde(default)]
    pub min: Stated<Duration>,
    /// Most likely.
    #[serde(default)]
    pub likely: Stated<Duration>,
    /// If much goes wrong.
    #[serde(default)]
    pub max: Stated<Duration>,
    /// The work in steps, each by its own team. When they are written, their hours count and the
    /// three guesses above do not.
    #[serde(default)]
    pub steps: Stated<Vec<Step>>,
}

/// One step of a rebuilding: one person of one team works on it until it ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Short name, unique in its system (`installer`).
    pub id: Id,
    /// Name as people say it.
    #[serde(default)]
    pub name: Stated<String>,
    /// How long it takes.
    #[serde(default)]
    pub hours: Stated<Hours>,
    /// Team that does it, when it is not that of the system.
    #[serde(default)]
    #[schemars(extend("x-refers-to" = ["team"]))]
    pub team: Stated<Id>,
    /// Steps, written above this one, that must be done before. When it is not written: the step just
    /// above. `[]` when it can start with the system.
    #[serde(default)]
    pub needs: Stated<Vec<Id>>,
}

/// A length of work in three guesses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// If all goes well.
    #[serde(default)]
    pub min: Stated<Duration>,
    /// Most likely.
    #[serde(default)]
    pub likely: Stated<Duration>,
    /// If much goes wrong.
    #[serde(default)]
    pub max: Stated<Duration>,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Short name (`site-principal`).
    pub id: Id,
    /// Name as people say it.
    pub name: String,
    /// How long it runs on its own power.
    #[serde(default)]
    pub power_autonomy: Stated<Duration>,
    /// FINESS number of the legal entity it belongs to (EJ), for a group.
    #[serde(default)]
    pub finess_ej: Stated<String>,
    /// FINESS number of the facility (EG).
    #[serde(default)]
    pub finess_eg: Stated<String>,
    /// Its share of the combined activity (activité combinée), in percent. 0 for a place without activity of its own.
    #[serde(default)]
    #[schemars(range(min = 0, max = 100))]
    pub activity_share: Stated<f64>,
    /// Rooms that matter (`salle machines`, `salle de crise`).
    #[serde(default)]
    pub rooms: Stated<Vec<String>>,
    /// Until when losing it is accepted.
    #[serde(default)]
    pub single_point_accepted_until: Stated<Date>,
    /// Where this was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
}

impl Link {
    /// The longest list of which more than one, and not all, must work.
    pub const MOST_OF_SEVERAL: usize = 12;

    /// The systems that it names.
    pub fn targets(&self) -> &[Id] {
        match self {
            Self::To(id) => std::slice::from_ref(id),
            Self::Because(why) => std::slice::from_ref(&why.to),
            Self::AnyOf(either) => &either.any_of,
        }
    }

    /// How many of its systems must work.
    pub fn quorum(&self) -> usize {
        match self {
            Self::To(_) | Self::Because(_) => 1,
            Self::AnyOf(either) => either.at_least.map_or(1, usize::from),
        }
    }

    /// Whether each of its systems is needed: there is no choice.
    pub fn leaves_no_choice(&self) -> bool {
        self.quorum() >= self.targets().len()
    }

    /// Whether it cannot be met without the systems that are missing.
    pub(crate) fn fails_without(&self, is_missing: impl Fn(&Id) -> bool) -> bool {
        let left = self.targets().iter().filter(|id| !is_missing(id)).count();
        left < self.quorum()
    }

    /// The same need as lists of which one system each is enough. Of `n` systems `k` work exactly when one works in
    /// every list of `n - k + 1` of them.
    pub(crate) fn clauses(&self) -> Vec<Vec<&Id>> {
        let targets = self.targets();
        combinations(targets, (targets.len() + 1).saturating_sub(self.quorum()))
    }
}

/// Every choice of `size` items, in their order.
fn combinations(items: &[Id], size: usize) -> Vec<Vec<&Id>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (at, first) in items.iter().enumerate() {
        let rest = items.get(at + 1..).unwrap_or_default();
        for mut others in combinations(rest, size - 1) {
            others.insert(0, first);
            all.push(others);
        }
    }
    all
}

impl System {
    /// The longest time that the plan gives to rebuild it, in hours: the worst guess, failing that the likely one;
    /// of steps, one after the other.
    pub(crate) fn rebuild_at_worst_h(&self) -> Option<f64> {
        let worst = |max: &Stated<Duration>, likely: &Stated<Duration>| Some(max.known().or(likely.known())?.hours());
        let rebuild = self.rebuild.known()?;
        let mut steps = rebuild.steps.items().iter().peekable();
        if steps.peek().is_none() {
            return worst(&rebuild.max, &rebuild.likely);
        }
        steps.map(|step| step.hours.known().and_then(|hours| worst(&hours.max, &hours.likely))).sum()
    }
}

impl SystemKind {
    /// Whether applications stand on it: it comes back before them.
    pub fn is_foundation(self) -> bool {
        matches!(
            self,
            Self::Network | Self::Infrastructure | Self::Identity | Self::Dns | Self::Time | Self::Pki | Self::Backup
        )
    }

    /// Whether people work with it directly.
    pub fn is_application(self) -> bool {
        matches!(self, Self::Application | Self::Saas | Self::Biomedical)
    }
}

impl Entity for System {
    const KIND: EntityKind = EntityKind::System;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, name: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {
        let links = |list: &'e Stated<Vec<Link>>| list.items().iter().flat_map(Link::targets);
        self.site.known().into_iter().for_each(|id| name("site", id, &[EntityKind::Site]));
        self.team.known().into_iter().for_each(|id| name("team", id, &[EntityKind::Team]));
        let steps = self.rebuild.known().map(|rebuild| rebuild.steps.items()).unwrap_or_default();
        let teams = steps.iter().filter_map(|step| step.team.known());
        teams.for_each(|id| name("rebuild", id, &[EntityKind::Team]));
        self.provider.known().into_iter().for_each(|id| name("provider", id, &[EntityKind::Provider]));
        links(&self.runs_on).for_each(|id| name("runs_on", id, &[EntityKind::System]));
        links(&self.restores_with).for_each(|id| name("restores_with", id, &[EntityKind::System]));
    }
}

impl Entity for Site {
    const KIND: EntityKind = EntityKind::Site;

    fn id(&self) -> &Id {
        &self.id
    }

    fn references<'e>(&'e self, _: &mut dyn FnMut(&'static str, &'e Id, &'static [EntityKind])) {}
}
