use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, Observation, SubjectKind, Text};

use super::{View, any_of, count, evidence, least, rounded};
use crate::logic::all_of;
use crate::{BackupCopy, BackupJob, Id, Medium, Sourced, Stated, System, SystemKind};

/// What the plan says of a backup, and what follows from it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BackupFacts {
    /// Systems and bodies of data that it covers.
    pub covers: Vec<String>,
    /// Whether a critical activity needs a system that it covers.
    pub serves_critical: Option<bool>,
    /// Time between two backups, in hours.
    pub every_h: Option<f64>,
    /// The most data that can be lost, in hours: time between two backups, and at least this.
    pub loss_at_least_h: Option<f64>,
    /// The same, the time the backup itself takes included, once it is stated.
    pub loss_at_most_h: Option<f64>,
    /// The shortest RPO among the systems it covers, in hours: at most this.
    pub strictest_rpo_at_most_h: Option<f64>,
    /// The same, once each of them has stated it.
    pub strictest_rpo_at_least_h: Option<f64>,
    /// The system with that RPO.
    pub strictest_system: String,
    /// Hours since the end of the day of the last success, 0 when that day is not over.
    pub since_last_ok_at_least_h: Option<f64>,
    /// The day of the last success.
    pub last_ok: Option<Date>,
    /// Time to read all of it back, at the speed that was measured, in hours.
    pub full_restore_h: Option<f64>,
    /// Time that the plan gives to rebuild all the systems it covers, one after the other, at worst, in hours.
    pub rebuild_claimed_h: Option<f64>,
    /// Copies, production left out.
    pub copies_count: Option<u32>,
    /// Whether some copy is unplugged, or cannot be changed even by an administrator.
    pub has_offline_or_immutable: Option<bool>,
    /// Whether each system it covers has a copy on another site than its own.
    pub has_off_site: Option<bool>,
    /// Whether copies are on at least two kinds of medium.
    pub has_two_media: Option<bool>,
    /// Whether some copy is administered with other accounts than production.
    pub has_separate_login: Option<bool>,
    /// Who checks the passwords both of a copy and of production: the systems it covers, and all others but
    /// backup servers. As far as the plan says.
    pub shared_logins: Vec<String>,
}

impl Facts for BackupFacts {
    const KIND: &'static str = "plan.backup";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Sauvegarde du plan de continuité", "Backup of the continuity plan")
    }
}

pub(super) fn observe(view: &View<'_>, sourced: &Sourced<BackupJob>) -> Observation {
    let job = &sourced.value;
    let systems = covered(view, job);
    let rpo: Vec<Option<f64>> = systems.iter().map(|system| Some(rounded(system.rpo.known()?.hours()))).collect();
    let (rpo_at_most, rpo_at_least) = least(&rpo, true);
    let strictest = systems.iter().zip(&rpo).find(|(_, hours)| hours.is_some() && **hours == rpo_at_most);
    let every = job.every.known().map(|every| rounded(every.hours()));
    let window = job.window.known().map(|window| rounded(window.hours()));
    let critical: Vec<Option<bool>> = systems.iter().map(|system| view.service.serves_critical(&system.id)).collect();
    let logins = production_logins(view, &systems);
    let facts = BackupFacts {
        covers: view.names.all(job.covers.iter().map(Id::as_str)),
        serves_critical: any_of(critical.into_iter()),
        every_h: every,
        loss_at_least_h: every,
        loss_at_most_h: every.zip(window).map(|(every, window)| rounded(every + window)),
        strictest_rpo_at_most_h: rpo_at_most,
        strictest_rpo_at_least_h: rpo_at_least,
        strictest_system: strictest.map(|(system, _)| view.names.name(system.id.as_str())).unwrap_or_default(),
        since_last_ok_at_least_h: job.last_ok.known().and_then(|day| hours_since(view, *day)),
        last_ok: job.last_ok.known().copied(),
        full_restore_h: full_restore_h(job),
        rebuild_claimed_h: rebuild_claimed_h(&systems),
        copies_count: job.copies.known().map(|copies| count(copies.len())),
        has_offline_or_immutable: is_out_of_reach(job),
        has_off_site: has_off_site(job, &systems),
        has_two_media: has_two_media(job),
        has_separate_login: has_separate_login(job, &systems, &logins),
        shared_logins: shared_logins(job, &logins),
    };
    let keys = ["covers", "every", "window", "last_ok", "volume_gb", "restore_gb_per_h", "copies"];
    view.observation("backup_job", &job.id, &facts, evidence(&sourced.place, &keys))
}

/// Whether something holds of every backup of a system that serves a critical activity; nothing without such a backup.
pub(super) fn of_critical(view: &View<'_>, holds: impl Fn(&View<'_>, &BackupJob) -> Option<bool>) -> Option<bool> {
    let jobs = &view.plan.backup_jobs;
    let serves = |job: &BackupJob| any_of(covered(view, job).iter().map(|one| view.service.serves_critical(&one.id)));
    let some = jobs.values().any(|job| serves(job) == Some(true));
    let each = jobs.values().map(|job| match serves(job) {
        Some(true) => holds(view, job),
        Some(false) => Some(true),
        None => None,
    });
    all_of(each).filter(|all| some && (!*all || jobs.is_stated()))
}

/// Whether some copy of a backup is administered with other accounts than production.
pub(super) fn is_apart(view: &View<'_>, job: &BackupJob) -> Option<bool> {
    let systems = covered(view, job);
    has_separate_login(job, &systems, &production_logins(view, &systems))
}

/// Whether a backup has two copies besides production, on two media, one elsewhere, one that cannot be erased.
pub(super) fn follows_3_2_1(view: &View<'_>, job: &BackupJob) -> Option<bool> {
    let systems = covered(view, job);
    let two = job.copies.known().map(|copies| copies.len() >= 2);
    all_of([two, has_two_media(job), has_off_site(job, &systems), is_out_of_reach(job)].into_iter())
}

fn is_out_of_reach(job: &BackupJob) -> Option<bool> {
    some_copy(job, |copy| any_of([copy.offline.known().copied(), copy.immutable.known().copied()].into_iter()))
}

/// Whether each of a system’s data is in some backup.
pub(super) fn is_backed_up(view: &View<'_>, system: &System) -> Option<bool> {
    super::system::not_backed_up(view, system).map(|missing| missing.is_empty())
}

fn covered<'p>(view: &View<'p>, job: &'p BackupJob) -> Vec<&'p System> {
    let ids: BTreeSet<&Id> = job.covers.iter().map(|id| view.plan.covered_system(id)).collect();
    ids.into_iter().filter_map(|id| view.plan.systems.get(id)).collect()
}

fn full_restore_h(job: &BackupJob) -> Option<f64> {
    let speed = job.restore_gb_per_h.known().filter(|speed| **speed > 0.0)?;
    Some(rounded(job.volume_gb.known()? / speed))
}

fn rebuild_claimed_h(systems: &[&System]) -> Option<f64> {
    systems.iter().map(|system| system.rebuild_at_worst_h()).sum::<Option<f64>>().map(rounded)
}

/// Hours from the last instant of a day to now: the backup may have ended that late.
fn hours_since(view: &View<'_>, day: Date) -> Option<f64> {
    let over = day.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let minutes = view.as_of.duration_since(over).as_mins().max(0);
    Some(rounded(f64::from(i32::try_from(minutes).unwrap_or(i32::MAX)) / 60.0))
}

/// Whether a copy has some quality, when the copies are stated.
fn some_copy(job: &BackupJob, holds: impl Fn(&BackupCopy) -> Option<bool>) -> Option<bool> {
    any_of(job.copies.known()?.iter().map(holds))
}

/// Whether each of the systems has a copy elsewhere.
fn has_off_site(job: &BackupJob, systems: &[&System]) -> Option<bool> {
    let each = systems.iter().map(|system| some_copy(job, |copy| is_elsewhere(copy, system)));
    any_of(each.map(|elsewhere| elsewhere.map(|elsewhere| !elsewhere))).map(|missing| !missing)
}

/// A supplier’s storage is elsewhere by nature.
fn is_elsewhere(copy: &BackupCopy, system: &System) -> Option<bool> {
    match &copy.site {
        Stated::Known(site) => Some(system.site.known()? != site),
        Stated::Unknown => (copy.medium.known() == Some(&Medium::Cloud)).then_some(true),
    }
}

fn has_two_media(job: &BackupJob) -> Option<bool> {
    let copies = job.copies.known()?;
    let known: BTreeSet<Medium> = copies.iter().filter_map(|copy| copy.medium.known().copied()).collect();
    let all_known = copies.iter().all(|copy| !copy.medium.is_unknown());
    if known.len() >= 2 { Some(true) } else { all_known.then_some(false) }
}

/// An attacker who takes one directory takes every copy that trusts it, whichever system it holds.
fn has_separate_login(job: &BackupJob, systems: &[&System], production: &BTreeSet<&str>) -> Option<bool> {
    let all_stated = systems.iter().all(|system| !system.auth_domain.is_unknown());
    some_copy(job, |copy| {
        let own = copy.auth_domain.known()?.as_str();
        if production.contains(own) { Some(false) } else { all_stated.then_some(true) }
    })
}

fn shared_logins(job: &BackupJob, production: &BTreeSet<&str>) -> Vec<String> {
    let own: BTreeSet<&str> =
        job.copies.items().iter().filter_map(|copy| copy.auth_domain.known().map(String::as_str)).collect();
    own.intersection(production).map(|login| (*login).to_owned()).collect()
}

fn production_logins<'p>(view: &View<'p>, covered: &[&'p System]) -> BTreeSet<&'p str> {
    let others = view.plan.systems.values().filter(|system| system.kind.known() != Some(&SystemKind::Backup));
    let systems = others.chain(covered.iter().copied());
    systems.filter_map(|system| system.auth_domain.known().map(String::as_str)).collect()
}
