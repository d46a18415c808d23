use std::time::Duration;

use jiff::Timestamp;
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use vigie_model::{Completeness, Facility, FacilityKind, Observation, RUN_FORMAT, Run, Vantage};
use vigie_plan::{Plan, Profile};
use vigie_probe::{AuthorizationProblem, Door, DoorSettings, Grant};
use vigie_probe_services::curated_ports;
use vigie_probe_tls::SURVEYED_PORTS;
use vigie_probe_tls::TrustStoreError;
use vigie_rules::WaiverNote;
use vigie_scan::{Event, FacilityFile, ScanOutcome, ScanSettings, scan};

use crate::judge::day_of;
use crate::{FacilityFolder, Judge, bridge, estate, observers, resolver};

/// What surrounds an assessment: when it takes place, the day it judges on, and how it is stopped.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The instant of the scan. The authorisation must hold then, whatever day the rules judge on.
    pub now: Timestamp,
    /// The instant that rules compare dates with.
    pub as_of: Timestamp,
    /// Stops the scan; what was seen is kept.
    pub cancel: CancellationToken,
}

/// Why an assessment did not begin. Nothing was sent.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AssessError {
    /// The facility file has no authorisation, though it has something to scan.
    #[error("no authorisation: nothing was sent")]
    NoAuthorization,
    /// The authorisation does not hold on the day of the scan.
    #[error("the authorisation does not hold: nothing was sent")]
    NotAuthorized(Vec<AuthorizationProblem>),
    /// No name server is known.
    #[error("no name server: give one in scope.resolver")]
    NoResolver,
    /// One of the facility's own authorities cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustStoreError),
}

impl Default for Surroundings {
    /// Today, with nothing to stop it.
    #[expect(clippy::disallowed_methods, reason = "the default is today; callers may say otherwise")]
    fn default() -> Self {
        let now = Timestamp::now();
        Self { now, as_of: now, cancel: CancellationToken::new() }
    }
}

/// Assesses a facility: scans what is authorised, observes the plan, judges, grades.
pub async fn assess(
    folder: &FacilityFolder,
    judge: &Judge,
    surroundings: &Surroundings,
    listen: &mut (dyn FnMut(Event) + Send),
) -> Result<(Run, Vec<WaiverNote>), AssessError> {
    let file = &folder.file;
    let mut outcome = if file.has_something_to_scan() {
        let grant = grant(file, surroundings.now)?;
        let door = open_door(file, &grant, surroundings)?;
        let registry = observers::registry(folder.tls_probe()?, folder.trust_anchor.clone());
        scan(&registry, file, &door, &scan_settings(file), listen).await
    } else {
        nothing_scanned(surroundings.as_of)
    };
    let compared = estate::compare(&outcome.observations, surroundings.as_of);
    outcome.observations.extend(compared);
    if let Some(plan) = &folder.plan {
        let compared = bridge::compare(plan, &outcome.observations, surroundings.as_of);
        outcome.observations.extend(compared);
        outcome.observations.extend(vigie_plan::observe(plan, surroundings.as_of));
    }
    Ok(sum_up(file, judge, surroundings.as_of, outcome))
}

/// Checks a plan alone, with no facility file around it and no packet sent.
pub fn check_plan(plan: &Plan, judge: &Judge, as_of: Timestamp) -> Run {
    let facility = Facility {
        name: plan.header.value.title.clone(),
        finess_ej: None,
        finess_eg: None,
        kind: kind_of(plan),
        ght: None,
        department: None,
    };
    let file = FacilityFile::of_plan_only(facility);
    let mut outcome = nothing_scanned(as_of);
    outcome.observations = vigie_plan::observe(plan, as_of);
    sum_up(&file, judge, as_of, outcome).0
}

/// What the facility is, as the plan says; a hospital when it does not say.
fn kind_of(plan: &Plan) -> FacilityKind {
    match plan.header.value.profile.known() {
        Some(Profile::ESMS) => FacilityKind::Esms,
        Some(Profile::GHT) => FacilityKind::Ght,
        Some(Profile::ES) | None => FacilityKind::Es,
    }
}

fn sum_up(file: &FacilityFile, judge: &Judge, as_of: Timestamp, outcome: ScanOutcome) -> (Run, Vec<WaiverNote>) {
    let observations = in_order(outcome.observations);
    let judged = judge.judge_run(&outcome.completeness, &observations, &file.waivers, as_of);
    let scanned = file.has_something_to_scan();
    let run = Run {
        format: RUN_FORMAT.to_owned(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        ruleset_hash: judge.rules().hash().to_owned(),
        scope_hash: file.scope_hash(),
        vantage: if scanned { file.scope.vantage.into() } else { Vantage::Documents },
        started: outcome.started,
        ended: outcome.ended,
        completeness: outcome.completeness,
        volume: outcome.volume,
        facility: file.facility.clone(),
        observations,
        verdicts: judged.verdicts,
        rules: judge.rules().cards(),
        grades: judged.grades,
    };
    (run, judged.waiver_notes)
}

fn in_order(mut observations: Vec<Observation>) -> Vec<Observation> {
    observations.sort_by(|a, b| (&a.subject, &a.kind, a.observed_at).cmp(&(&b.subject, &b.kind, b.observed_at)));
    observations
}

fn grant(file: &FacilityFile, now: Timestamp) -> Result<Grant, AssessError> {
    let authorization = file.authorization.as_ref().ok_or(AssessError::NoAuthorization)?;
    authorization.grant(day_of(now)).map_err(AssessError::NotAuthorized)
}

fn open_door(file: &FacilityFile, grant: &Grant, surroundings: &Surroundings) -> Result<Door, AssessError> {
    let declared = file.scope.resolver.map(|resolver| resolver.0);
    let name_server = declared.or_else(resolver::of_this_machine).ok_or(AssessError::NoResolver)?;
    let cancel = surroundings.cancel.clone();
    Ok(Door::open(grant, file.scope(), name_server, door_settings(file), cancel))
}

fn door_settings(file: &FacilityFile) -> DoorSettings {
    let pace = &file.scope.pace;
    let defaults = DoorSettings::default();
    DoorSettings {
        connections: pace.connections.unwrap_or(defaults.connections),
        connections_per_host: pace.connections_per_host.unwrap_or(defaults.connections_per_host),
        per_second: pace.per_second.unwrap_or(defaults.per_second),
        per_second_per_host: pace.per_second_per_host.unwrap_or(defaults.per_second_per_host),
        ..defaults
    }
}

fn scan_settings(file: &FacilityFile) -> ScanSettings {
    let defaults = ScanSettings::default();
    let per_host = file.scope.pace.connections_per_host.unwrap_or(DoorSettings::default().connections_per_host);
    ScanSettings {
        survey_ports: curated_ports().iter().map(|curated| curated.port).collect(),
        survey_udp_ports: SURVEYED_PORTS.to_vec(),
        per_target: file.scope.pace.seconds_per_target.map_or(defaults.per_target, Duration::from_secs),
        // A target opens about two connections at a time: more targets than that would only wait for permits.
        targets_per_host: (per_host / 2).max(1),
        ..defaults
    }
}

fn nothing_scanned(as_of: Timestamp) -> ScanOutcome {
    ScanOutcome {
        observations: Vec::new(),
        completeness: Completeness::Complete,
        started: as_of,
        ended: as_of,
        volume: vigie_model::Volume::default(),
    }
}
