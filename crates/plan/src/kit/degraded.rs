use jiff::civil::Date;
use serde::Serialize;

use super::names::{owned, role, system};
use crate::entities::{Activity, KitItem, Procedure};
use crate::{Duration, Plan};

/// An activity and how it goes on without the information system.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActivityOnPaper {
    /// Its name.
    pub name: String,
    /// Whether lives or major duties hang on it.
    pub critical: Option<bool>,
    /// When its degraded procedure starts.
    pub degraded_after: Option<Duration>,
    /// The longest outage it can bear (DMIA).
    pub mtpd: Option<Duration>,
    /// The least that must go on.
    pub mbco: Option<String>,
    /// Its procedures. Nothing when the plan does not have the list.
    pub procedures: Option<Vec<ProcedureOnPaper>>,
}

/// A degraded procedure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProcedureOnPaper {
    /// Its title.
    pub title: String,
    /// What starts it, and who decides.
    pub trigger: Option<String>,
    /// How long people can hold with it.
    pub holds_for: Option<Duration>,
    /// People it takes beyond the usual number.
    pub staff_needed: Option<u32>,
    /// Systems it still relies on.
    pub uses_systems: Option<Vec<String>>,
    /// What must be at hand.
    pub supplies: Option<Vec<Supply>>,
    /// Whether a printed copy is kept where it is used.
    pub paper_copy: Option<bool>,
    /// Role that keeps it up to date.
    pub owner: Option<String>,
    /// How data are entered again afterwards.
    pub reentry: Option<String>,
}

/// One thing that must be at hand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Supply {
    /// What it is.
    pub item: String,
    /// Where it is.
    pub place: Option<String>,
    /// How many.
    pub quantity: Option<u32>,
    /// Day somebody last saw it there. Printed, and left out of the hash: counting does not make a binder old.
    #[serde(skip)]
    pub checked_on: Option<Date>,
}

/// Activities, critical ones first, then the soonest in degraded mode.
pub(super) fn activities(plan: &Plan) -> Option<Vec<ActivityOnPaper>> {
    let mut activities: Vec<&Activity> = plan.activities.values().collect();
    activities.sort_by_key(|activity| {
        let after = activity.degraded_after.known().map_or(u32::MAX, Duration::minutes);
        (activity.critical.known() != Some(&true), after)
    });
    let on_paper = activities.into_iter().map(|activity| ActivityOnPaper::of(plan, activity));
    plan.activities.is_stated().then(|| on_paper.collect())
}

impl ActivityOnPaper {
    fn of(plan: &Plan, activity: &Activity) -> Self {
        let procedures = plan.procedures.values().filter(|procedure| procedure.activity == activity.id);
        let procedures: Vec<ProcedureOnPaper> =
            procedures.map(|procedure| ProcedureOnPaper::of(plan, procedure)).collect();
        Self {
            name: activity.name.clone(),
            critical: owned(&activity.critical),
            degraded_after: owned(&activity.degraded_after),
            mtpd: owned(&activity.mtpd),
            mbco: owned(&activity.mbco),
            procedures: plan.procedures.is_stated().then_some(procedures),
        }
    }
}

impl ProcedureOnPaper {
    fn of(plan: &Plan, procedure: &Procedure) -> Self {
        let systems = procedure.uses_systems.known();
        Self {
            title: procedure.title.clone(),
            trigger: owned(&procedure.trigger),
            holds_for: owned(&procedure.holds_for),
            staff_needed: owned(&procedure.staff_needed),
            uses_systems: systems.map(|ids| ids.iter().map(|id| system(plan, id)).collect()),
            supplies: procedure.kit.known().map(|kit| kit.iter().map(Supply::of).collect()),
            paper_copy: owned(&procedure.paper_copy),
            owner: procedure.owner.known().map(|id| role(plan, id)),
            reentry: owned(&procedure.reentry),
        }
    }
}

impl Supply {
    fn of(item: &KitItem) -> Self {
        Self {
            item: item.item.clone(),
            place: owned(&item.place),
            quantity: owned(&item.quantity),
            checked_on: owned(&item.checked_on),
        }
    }
}
