use std::collections::BTreeSet;

use serde::Serialize;

use super::names::{owned, provider, site, system, team};
use crate::entities::{BackupCopy, CopyMedium, CopyOf, Link, Medium, PlanCopy, System};
use crate::needs::{inversions, late_foundation, links_are_stated};
use crate::work::Work;
use crate::{Duration, Id, Plan, ScheduleOptions, Stated, schedule};

/// What to rebuild, in which order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RestoreSheet {
    /// Where the order comes from.
    pub basis: OrderBasis,
    /// Systems, the first to be rebuilt first.
    pub systems: Vec<SystemOnPaper>,
    /// Systems of the plan that the order leaves out.
    pub left_out: Vec<String>,
    /// Systems that come before one that they need, in that order.
    pub early: Vec<Early>,
    /// An application that comes before a foundation (network, directory, backup…), when one does.
    pub late_foundation: Option<Early>,
    /// Whether every system of the order says what it needs: if not, the order cannot be vouched for.
    pub is_verifiable: bool,
    /// Where keys and sealed passwords are. Nothing when the plan does not list its copies.
    pub keys: Option<Vec<Kept>>,
    /// Where install media are. Nothing when the plan does not list its copies.
    pub install_media: Option<Vec<Kept>>,
}

/// Where an order of rebuilding comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderBasis {
    /// The plan states it.
    Written,
    /// The plan does not: it is worked out from what each system needs, as the schedule proposes.
    WorkedOut,
}

/// A system that comes too early.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Early {
    /// Its name.
    pub early: String,
    /// What it needs, or stands on, and comes later.
    pub late: String,
}

/// A system to rebuild.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SystemOnPaper {
    /// Its name.
    pub name: String,
    /// What must be up before: each item is one system, or several of which one is enough. Nothing when the
    /// plan does not say it all.
    pub after: Option<Vec<Vec<String>>>,
    /// Teams that rebuild it; none when the plan does not say.
    pub teams: Vec<String>,
    /// Supplier.
    pub provider: Option<String>,
    /// Time to rebuild it once all that it needs is there, in minutes, likely guess.
    pub minutes: Option<u64>,
    /// Time in which it is promised back (RTO).
    pub rto: Option<Duration>,
    /// Where its backups are. Nothing when the plan does not say.
    pub backups: Option<Vec<BackupAt>>,
}

/// A copy of a backup.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BackupAt {
    /// What it is written on.
    pub medium: Option<Medium>,
    /// Where.
    pub site: Option<String>,
    /// Whether it is encrypted.
    pub encrypted: Option<bool>,
    /// Where its keys are kept.
    pub keys_at: Option<String>,
}

/// Keys or install media.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kept {
    /// What they are kept on.
    pub medium: Option<CopyMedium>,
    /// Where.
    pub place: Option<String>,
    /// Who looks after them.
    pub custodian: Option<String>,
}

impl RestoreSheet {
    pub(super) fn of(plan: &Plan) -> Self {
        let (basis, order) = match &plan.restore_order {
            Stated::Known(order) => (OrderBasis::Written, order.systems.clone()),
            Stated::Unknown => (OrderBasis::WorkedOut, worked_out(plan)),
        };
        let placed: BTreeSet<&Id> = order.iter().collect();
        let early = |(early, late): (&Id, &Id)| Early { early: system(plan, early), late: system(plan, late) };
        let foundation = late_foundation(plan, &order).filter(|found| !found.early.is_empty());
        let named = |id: &str| plan.systems.values().find(|it| it.id.as_str() == id).map(|it| it.name.clone());
        let keys = |of| plan.copies.is_stated().then(|| kept(plan, of));
        Self {
            basis,
            systems: order.iter().filter_map(|id| plan.systems.get(id)).map(|it| SystemOnPaper::of(plan, it)).collect(),
            left_out: plan.systems.values().filter(|it| !placed.contains(&it.id)).map(|it| it.name.clone()).collect(),
            early: inversions(plan, &order).into_iter().map(early).collect(),
            late_foundation: foundation
                .and_then(|found| Some(Early { early: named(&found.early)?, late: named(&found.late)? })),
            is_verifiable: order.iter().filter_map(|id| plan.systems.get(id)).all(links_are_stated),
            keys: keys(CopyOf::Keys),
            install_media: keys(CopyOf::InstallMedia),
        }
    }
}

/// The order of the proposed schedule. Systems that it cannot place are left out, and said to be.
fn worked_out(plan: &Plan) -> Vec<Id> {
    let proposed = schedule(plan, &ScheduleOptions { samples: 0, ..ScheduleOptions::default() });
    let mut seen = BTreeSet::new();
    let bars = proposed.bars.iter().filter(|bar| seen.insert(bar.system.as_str()));
    bars.filter_map(|bar| bar.system.parse().ok()).collect()
}

fn kept(plan: &Plan, of: CopyOf) -> Vec<Kept> {
    let copies = plan.copies.values().filter(|copy| copy.of == of);
    let kept = |copy: &PlanCopy| Kept {
        medium: owned(&copy.medium),
        place: owned(&copy.place),
        custodian: owned(&copy.custodian),
    };
    copies.map(kept).collect()
}

impl SystemOnPaper {
    fn of(plan: &Plan, it: &System) -> Self {
        let work = Work::on(it);
        let teams: BTreeSet<&Id> = work.pieces.iter().filter_map(|piece| piece.team).collect();
        Self {
            name: it.name.clone(),
            after: links_are_stated(it).then(|| after(plan, it)),
            teams: teams.into_iter().map(|id| team(plan, id)).collect(),
            provider: it.provider.known().map(|id| provider(plan, id)),
            minutes: work.at_most(),
            rto: owned(&it.rto),
            backups: backups(plan, &it.id),
        }
    }
}

fn after(plan: &Plan, it: &System) -> Vec<Vec<String>> {
    let links: BTreeSet<&[Id]> = Plan::links_of(it).map(Link::targets).collect();
    links.into_iter().map(|ids| ids.iter().map(|id| system(plan, id)).collect()).collect()
}

/// The copies of the backups that cover a system or its data.
fn backups(plan: &Plan, id: &Id) -> Option<Vec<BackupAt>> {
    let covers = |covered: &Id| plan.covered_system(covered) == id;
    let jobs = plan.backup_jobs.values().filter(|job| job.covers.iter().any(covers));
    let copies: Option<Vec<&[BackupCopy]>> = jobs.map(|job| job.copies.known().map(Vec::as_slice)).collect();
    let mut found: Vec<BackupAt> = Vec::new();
    for copy in copies?.into_iter().flatten().map(|copy| BackupAt::of(plan, copy)) {
        // Two jobs often write to the same place: said once.
        if !found.contains(&copy) {
            found.push(copy);
        }
    }
    plan.backup_jobs.is_stated().then_some(found)
}

impl BackupAt {
    fn of(plan: &Plan, copy: &BackupCopy) -> Self {
        Self {
            medium: owned(&copy.medium),
            site: copy.site.known().map(|id| site(plan, id)),
            encrypted: owned(&copy.encrypted),
            keys_at: owned(&copy.keys_at),
        }
    }
}
