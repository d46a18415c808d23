use schemars::JsonSchema;
use serde::Serialize;
use vigie_model::{Facts, Observation, SubjectKind, Text};

use super::{View, count, evidence, hours, least, rounded};
use crate::logic::all_of;
use crate::needs::{Follow, reach};
use crate::{Activity, Duration, Id, Link, Procedure, Sourced, Stated, System};

/// What the plan says of an activity, and what follows from it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ActivityFacts {
    /// Its name.
    pub name: String,
    /// Whether lives or major duties hang on it.
    pub critical: Option<bool>,
    /// Whether the plan names its owner.
    pub has_owner: bool,
    /// Days since its figures were validated.
    pub validated_age_d: Option<i64>,
    /// DMIA, the longest outage it can bear, in hours.
    pub mtpd_h: Option<f64>,
    /// PDMA, the most work it can lose, in hours.
    pub mtdl_h: Option<f64>,
    /// Systems it names as needed; alternatives count as one.
    pub needs_count: Option<u32>,
    /// The longest promised recovery (RTO) among the systems it needs, directly or not, in hours: at least this.
    pub worst_rto_at_least_h: Option<f64>,
    /// The same, once every system has stated its RTO.
    pub worst_rto_at_most_h: Option<f64>,
    /// The system with that RTO.
    pub worst_rto_system: String,
    /// The most data, in hours, that an application it names may lose (RPO): at least this.
    pub worst_rpo_at_least_h: Option<f64>,
    /// The same, once every system it names has stated what it is and its RPO.
    pub worst_rpo_at_most_h: Option<f64>,
    /// The system with that RPO.
    pub worst_rpo_system: String,
    /// Whether a system it needs waits for itself to be rebuilt: then no time can be given.
    pub waits_for_deadlock: Option<bool>,
    /// Time to rebuild all it needs after a total loss, re-entry included, in hours: at least this.
    pub chain_at_least_h: Option<f64>,
    /// The same, once every rebuilding time and every dependency is stated.
    pub chain_at_most_h: Option<f64>,
    /// The systems that decide that time, the first to be rebuilt first: `Réseau → Annuaire → Dossier patient`.
    pub chain_path: String,
    /// The same time with the people that each team has, in hours: no order of work does better.
    pub scheduled_at_least_h: Option<f64>,
    /// An order of work that does it was found, in hours; once every hour, dependency, team and number of people
    /// is stated.
    pub scheduled_at_most_h: Option<f64>,
    /// The systems that decide that time, people being busy counted: `Réseau → Annuaire → Dossier patient`.
    pub scheduled_path: String,
    /// Degraded procedures that keep it going.
    pub procedures_count: Option<u32>,
    /// How long people hold with the procedure that runs out first, in hours: at most this.
    pub holds_at_most_h: Option<f64>,
    /// The same, once every procedure has stated it.
    pub holds_at_least_h: Option<f64>,
    /// The procedure that runs out first.
    pub first_to_run_out: String,
}

impl Facts for ActivityFacts {
    const KIND: &'static str = "plan.activity";
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn title() -> Text {
        Text::new("Activité du plan de continuité", "Activity of the continuity plan")
    }
}

pub(super) fn observe<'p>(view: &View<'p>, sourced: &'p Sourced<Activity>) -> Observation {
    let activity = &sourced.value;
    let rto = worst_rto(view, activity.needs.items());
    let rpo = worst_rpo(view, activity.needs.items());
    let chain = Chain::of(view, activity);
    let staffed = view.staffed.back(activity);
    let procedures: Vec<&Procedure> =
        view.plan.procedures.values().filter(|procedure| procedure.activity == activity.id).collect();
    let holds: Vec<Option<f64>> =
        procedures.iter().map(|procedure| Some(procedure.holds_for.known()?.hours())).collect();
    let (holds_at_most_h, holds_at_least_h) = least(&holds, view.plan.procedures.is_stated());
    let first_to_run_out =
        procedures.iter().zip(&holds).find(|(_, hours)| hours.is_some() && **hours == holds_at_most_h);
    let facts = ActivityFacts {
        name: activity.name.clone(),
        critical: activity.critical.known().copied(),
        has_owner: !activity.owner.is_unknown(),
        validated_age_d: view.age_d(&activity.validated_on),
        mtpd_h: activity.mtpd.known().map(|mtpd| rounded(mtpd.hours())),
        mtdl_h: activity.mtdl.known().map(|mtdl| rounded(mtdl.hours())),
        needs_count: activity.needs.known().map(|needs| count(needs.len())),
        worst_rto_at_least_h: rto.at_least,
        worst_rto_at_most_h: rto.at_most,
        worst_rto_system: view.names.name(&rto.who),
        worst_rpo_at_least_h: rpo.at_least,
        worst_rpo_at_most_h: rpo.at_most,
        worst_rpo_system: view.names.name(&rpo.who),
        waits_for_deadlock: chain.deadlocked,
        chain_at_least_h: chain.at_least,
        chain_at_most_h: chain.at_most,
        chain_path: chain.path,
        scheduled_at_least_h: staffed.and_then(|back| back.at_least).map(hours),
        scheduled_at_most_h: staffed.and_then(|back| back.at_most).map(hours),
        scheduled_path: staffed.map(|back| view.names.path(&back.path)).unwrap_or_default(),
        procedures_count: view.plan.procedures.is_stated().then(|| count(procedures.len())),
        holds_at_most_h,
        holds_at_least_h,
        first_to_run_out: first_to_run_out
            .map(|(procedure, _)| view.names.name(procedure.id.as_str()))
            .unwrap_or_default(),
    };
    let keys = ["name", "critical", "mtpd", "mtdl", "wrt", "needs", "validated_on"];
    view.observation("activity", &activity.id, &facts, evidence(&sourced.place, &keys))
}

/// Whether what IT promises fits what an activity can bear: delays (RTO, DMIA) and losses (RPO, PDMA).
pub(super) fn promises_fit(view: &View<'_>, activity: &Activity) -> Option<bool> {
    let within = |worst: &Worst, bears: Option<f64>| {
        let bears = bears?;
        if worst.at_least? > bears { Some(false) } else { worst.at_most.map(|worst| worst <= bears) }
    };
    let rto = worst_rto(view, activity.needs.items());
    let rpo = worst_rpo(view, activity.needs.items());
    let in_time = within(&rto, activity.mtpd.known().map(|mtpd| rounded(mtpd.hours())));
    let within_loss = within(&rpo, activity.mtdl.known().map(|mtdl| rounded(mtdl.hours())));
    all_of([in_time, within_loss].into_iter())
}

/// The largest of some numbers, and whose it is.
#[derive(Default)]
struct Worst {
    at_least: Option<f64>,
    at_most: Option<f64>,
    who: String,
}

impl Worst {
    /// Of each item, a number or nothing; `complete` when no item is missing from the list.
    fn of<'i>(items: impl Iterator<Item = (&'i Id, Option<f64>)>, mut complete: bool) -> Self {
        let mut worst: Option<(f64, &Id)> = None;
        for (id, hours) in items {
            complete &= hours.is_some();
            if let Some(hours) = hours.filter(|hours| worst.is_none_or(|(most, _)| *hours > most)) {
                worst = Some((hours, id));
            }
        }
        let at_least = worst.map(|(hours, _)| rounded(hours));
        let who = worst.map(|(_, id)| id.to_string()).unwrap_or_default();
        Self { at_least, at_most: at_least.filter(|_| complete), who }
    }
}

/// Over every system needed, through other systems too. Of alternatives, only one must hold.
fn worst_rto<'p>(view: &View<'p>, needs: &'p [Link]) -> Worst {
    let rto = |system: &System| Some(system.rto.known()?.hours());
    let (needed, complete) = reach(view.plan, needs, Follow::Required);
    let systems = || needed.iter().filter_map(|id| view.plan.systems.get(id));
    let choices = needs.iter().chain(systems().flat_map(|system| system.runs_on.items()));
    let choices = choices.filter(|link| !link.leaves_no_choice()).filter_map(|link| best(view, link, rto));
    Worst::of(systems().map(|system| (&system.id, rto(system))).chain(choices), complete)
}

/// Over the systems it names: data are lost where they are kept, and a network keeps none.
fn worst_rpo<'p>(view: &View<'p>, needs: &'p [Link]) -> Worst {
    let keeps_data = |system: &System| system.kind.known().is_none_or(|kind| kind.is_application());
    let rpo = |system: &System| {
        let kind_is_known = !system.kind.is_unknown();
        if keeps_data(system) { system.rpo.known().filter(|_| kind_is_known).map(Duration::hours) } else { Some(0.0) }
    };
    Worst::of(needs.iter().filter_map(|link| best(view, link, rpo)), true)
}

/// The best of some alternatives, or the last of as many as are needed: nothing is known of it until all are.
fn best<'p>(view: &View<'p>, link: &'p Link, hours: impl Fn(&System) -> Option<f64>) -> Option<(&'p Id, Option<f64>)> {
    let systems = link.targets().iter().filter_map(|id| view.plan.systems.get(id));
    let mut each: Vec<(&Id, Option<f64>)> = systems.map(|system| (&system.id, hours(system))).collect();
    let all_known = each.iter().all(|(_, hours)| hours.is_some());
    each.sort_by(|(_, a), (_, b)| a.unwrap_or(0.0).total_cmp(&b.unwrap_or(0.0)));
    let last_needed = each.into_iter().nth(link.quorum().saturating_sub(1));
    last_needed.map(|(id, hours)| (id, hours.filter(|_| all_known)))
}

/// The rebuilding of all that an activity needs.
#[derive(Default)]
struct Chain {
    deadlocked: Option<bool>,
    at_least: Option<f64>,
    at_most: Option<f64>,
    path: String,
}

impl Chain {
    fn of(view: &View<'_>, activity: &Activity) -> Self {
        let Stated::Known(needs) = &activity.needs else { return Self::default() };
        let Some((minutes, last)) = view.rebuilding.shortest.all_usable(needs) else {
            return Self { deadlocked: Some(true), ..Self::default() };
        };
        let wrt = activity.wrt.known().map(|wrt| u64::from(wrt.minutes()));
        let longest = view.rebuilding.longest.all_usable(needs);
        Self {
            deadlocked: view.rebuilding.sure.all_usable(needs).map(|_| false),
            at_least: Some(hours(minutes + wrt.unwrap_or(0))),
            at_most: longest.zip(wrt).map(|((minutes, _), wrt)| hours(minutes + wrt)),
            path: last.map(|last| view.names.path(&view.rebuilding.shortest.path_to(last))).unwrap_or_default(),
        }
    }
}
