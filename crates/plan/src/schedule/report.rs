//! From minutes and numbers to what is told.

use std::collections::BTreeSet;

use super::model::Model;
use super::outcome::{ActivityBack, Bar, Obstacle, ProcedureEnd, Schedule, Span, Standing, TeamLoad, Unplaced, Waited};
use super::proposal::{Hold, Proposal};
use super::sample::{Drawings, draw, percentile};
use super::{ScheduleOptions, gains::gains};
use crate::entities::{Activity, Id};
use crate::network::Purpose;
use crate::observe::hours;
use crate::rebuild::Deadlock;

/// Everything that is known of a rebuilding.
pub(super) fn report(model: &Model<'_>, proposal: &Proposal<'_>, options: &ScheduleOptions) -> Schedule {
    let drawings = draw(model, proposal, options.seed, samples(options));
    let chain = proposal.critical_chain();
    let bars = Bars::of(model, proposal, &chain);
    let mut activities: Vec<ActivityBack> =
        (0..model.needs.len()).filter_map(|number| activity(model, proposal, &drawings, number)).collect();
    let due = |back: &ActivityBack| back.mtpd_h.unwrap_or(f64::INFINITY);
    activities.sort_by(|a, b| due(a).total_cmp(&due(b)));
    Schedule {
        plan: model.plan.header.value.title.clone(),
        seed: options.seed,
        samples: samples(options),
        all_back: span(proposal.all_back(model), &drawings.all_back),
        as_planned: None,
        activities,
        critical_chain: chain.iter().filter_map(|task| bars.place(*task)).collect(),
        bars: bars.list.into_iter().map(|(_, bar)| bar).collect(),
        unplaced: unplaced(model),
        teams: teams(model, proposal),
        gains: gains(model, proposal, options.seed),
        single_guess: single_guess(model, proposal),
    }
}

/// When all is back.
pub(super) fn all_back(model: &Model<'_>, proposal: &Proposal<'_>, options: &ScheduleOptions) -> Span {
    span(proposal.all_back(model), &draw(model, proposal, options.seed, samples(options)).all_back)
}

fn samples(options: &ScheduleOptions) -> u32 {
    options.samples.min(ScheduleOptions::MAX_SAMPLES)
}

/// What was drawn counts only where the proposed order brings things back for sure.
fn span((at_least, at_most): (Option<u64>, Option<u64>), drawn: &[u64]) -> Span {
    let share = |percent| at_most.and_then(|_| percentile(drawn, percent)).map(hours);
    Span { at_least_h: at_least.map(hours), at_most_h: at_most.map(hours), p50_h: share(50), p90_h: share(90) }
}

fn activity(model: &Model<'_>, proposal: &Proposal<'_>, drawings: &Drawings, number: usize) -> Option<ActivityBack> {
    let (activity, needs) = model.needs.get(number)?;
    let drawn = drawings.activities.get(number).map(Vec::as_slice).unwrap_or_default();
    let back = span((proposal.at_least(model, number), proposal.at_most(model, number)), drawn);
    let mtpd = activity.mtpd.known().map(|mtpd| u64::from(mtpd.minutes()));
    let on_time_share = mtpd.filter(|_| !drawn.is_empty()).map(|mtpd| {
        let on_time = drawn.partition_point(|minutes| *minutes <= mtpd);
        #[expect(clippy::cast_precision_loss, reason = "at most 100,000 draws")]
        let share = on_time as f64 / drawn.len() as f64;
        share
    });
    let mtpd_h = mtpd.map(hours);
    let deadlocked = needs.is_some() && back.at_least_h.is_none();
    Some(ActivityBack {
        id: activity.id.to_string(),
        name: activity.name.clone(),
        critical: activity.critical.known().copied(),
        mtpd_h,
        standing: if deadlocked { Standing::Deadlock } else { standing(back, mtpd_h) },
        back,
        on_time_share,
        chain: proposal.path_to(model, number),
        procedures: procedures(model, activity, back, deadlocked),
    })
}

fn standing(back: Span, mtpd_h: Option<f64>) -> Standing {
    match (back.at_least_h, back.at_most_h, mtpd_h) {
        (Some(at_least), _, Some(mtpd)) if at_least > mtpd => Standing::Late,
        (_, Some(at_most), Some(mtpd)) if at_most <= mtpd => Standing::OnTime,
        (_, Some(_), Some(_)) => Standing::NoOrderFound,
        _ => Standing::Unknown,
    }
}

fn procedures(model: &Model<'_>, activity: &Activity, back: Span, never_back: bool) -> Vec<ProcedureEnd> {
    let procedures = model.plan.procedures.values().filter(|procedure| procedure.activity == activity.id);
    let end = |procedure: &crate::entities::Procedure| {
        let runs_out_h = procedure.holds_for.known().map(|holds| hours(u64::from(holds.minutes())));
        let holds = match (runs_out_h, back.at_least_h, back.at_most_h) {
            (Some(_), ..) if never_back => Some(false),
            (Some(ends), Some(at_least), _) if ends < at_least => Some(false),
            (Some(ends), _, Some(at_most)) if ends >= at_most => Some(true),
            _ => None,
        };
        ProcedureEnd { id: procedure.id.to_string(), title: procedure.title.clone(), runs_out_h, holds }
    };
    let mut ends: Vec<ProcedureEnd> = procedures.map(end).collect();
    ends.sort_by(|a, b| a.runs_out_h.unwrap_or(0.0).total_cmp(&b.runs_out_h.unwrap_or(0.0)));
    ends
}

/// Tasks and what is told of them, by start.
struct Bars {
    list: Vec<(usize, Bar)>,
}

impl Bars {
    fn of(model: &Model<'_>, proposal: &Proposal<'_>, chain: &[usize]) -> Self {
        let critical: BTreeSet<usize> = chain.iter().copied().collect();
        let graph = &proposal.drawn.graph;
        let mut list: Vec<(usize, Bar)> = (0..graph.nodes.len())
            .filter_map(|task| {
                let (system, piece) = graph.task(task)?;
                let named = model.network.systems[system];
                let id = |task: usize| proposal.system_of(task).map(|system| model.network.id(system).to_string());
                let usable = graph.usable[system];
                let step = piece.step.map(|step| step.name.known().cloned().unwrap_or_else(|| step.id.to_string()));
                Some((
                    task,
                    Bar {
                        system: named.id.to_string(),
                        name: named.name.clone(),
                        step,
                        team: piece.team.map(Id::to_string),
                        start_h: hours(proposal.placed.start[task]),
                        end_h: hours(proposal.placed.end[task]),
                        usable_h: usable.map(|node| hours(proposal.placed.end[node])),
                        critical: critical.contains(&task),
                        waited_for: match proposal.hold(task) {
                            Hold::Nothing => Waited::Nothing,
                            Hold::System(other) => id(other).map_or(Waited::Nothing, Waited::System),
                            Hold::People(other) => id(other).map_or(Waited::Nothing, Waited::People),
                        },
                    },
                ))
            })
            .collect();
        list.sort_by(|(a, one), (b, other)| {
            one.start_h.total_cmp(&other.start_h).then(one.end_h.total_cmp(&other.end_h)).then(a.cmp(b))
        });
        Self { list }
    }

    fn place(&self, task: usize) -> Option<usize> {
        self.list.iter().position(|(known, _)| *known == task)
    }
}

/// Systems that are not usable for sure, and why.
fn unplaced(model: &Model<'_>) -> Vec<Unplaced> {
    let systems = (0..model.network.len()).filter(|system| model.certain.usable[*system].is_none());
    let unplaced = systems.map(|system| Unplaced {
        system: model.network.id(system).to_string(),
        name: model.network.systems[system].name.clone(),
        why: obstacle(model, system),
        not_before_h: model.rebuilding.shortest.usable[system].map(hours),
    });
    unplaced.collect()
}

fn obstacle(model: &Model<'_>, system: usize) -> Obstacle {
    if model.rebuilding.shortest.usable[system].is_none() {
        return match model.rebuilding.deadlock(model.network.id(system)) {
            Deadlock::Path(path) => Obstacle::Deadlock(path),
            Deadlock::Behind | Deadlock::Free | Deadlock::Unknown => Obstacle::Deadlock(Vec::new()),
        };
    }
    for piece in model.work[system].pieces.iter() {
        if piece.guess.at_most().is_none() {
            return Obstacle::Hours;
        }
        let Some(team) = piece.team.filter(|_| piece.guess.at_most() != Some(0)) else {
            if piece.guess.at_most() == Some(0) {
                continue;
            }
            return Obstacle::Team;
        };
        if !model.teams.can_do(piece) {
            return Obstacle::People(team.to_string());
        }
    }
    let lists = [Purpose::Rebuild, Purpose::Work].map(|to| model.network.needs(system, to));
    if lists.iter().any(|needs| !needs.stated) {
        return Obstacle::Needs;
    }
    let usable = |target: &usize| model.certain.usable[*target].is_some();
    let blocked = lists.iter().flat_map(|needs| needs.links.iter()).find(|targets| !targets.iter().any(usable));
    let first = blocked.and_then(|targets| targets.first()).map(|target| model.network.id(*target).to_string());
    first.map_or(Obstacle::Needs, Obstacle::Behind)
}

fn teams(model: &Model<'_>, proposal: &Proposal<'_>) -> Vec<TeamLoad> {
    let problem = &proposal.drawn.problem;
    let work = |team: usize| {
        let tasks = (0..problem.len()).filter(|task| problem.team[*task] == Some(team));
        hours(tasks.map(|task| u64::from(problem.minutes[task])).sum())
    };
    let loads = model.teams.list.iter().enumerate().map(|(number, staff)| TeamLoad {
        id: staff.team.id.to_string(),
        name: staff.team.name.clone(),
        people: staff.surely,
        tried: staff.tried,
        work_h: work(number),
    });
    loads.collect()
}

fn single_guess(model: &Model<'_>, proposal: &Proposal<'_>) -> Vec<String> {
    let systems = (0..model.network.len()).filter(|system| !proposal.drawn.graph.work[*system].is_empty());
    let guessed =
        systems.filter(|system| model.work[*system].pieces.iter().any(|piece| piece.guess.spread().is_none()));
    guessed.map(|system| model.network.id(system).to_string()).collect()
}
