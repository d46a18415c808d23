//! From a plan to a problem: who is there, what can be counted on, and on what each link rests.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::graph::{Choice, Graph, Node};
use super::problem::{Goal, Placed, Problem};
use crate::entities::{Activity, Id, Team};
use crate::network::{Network, Purpose};
use crate::rebuild::{Rebuilding, Timeline, Unstated};
use crate::table::Table;
use crate::work::{Piece, Work};
use crate::{Duration, Plan, Stated};

/// A plan, ready to be scheduled.
pub(super) struct Model<'n> {
    pub(super) plan: &'n Plan,
    pub(super) network: &'n Network<'n>,
    pub(super) rebuilding: &'n Rebuilding<'n>,
    pub(super) work: Table<Work<'n>>,
    pub(super) teams: Teams<'n>,
    /// What comes back with all that is stated, hours and people.
    pub(super) certain: Timeline<'n>,
    /// Of each activity, its needs by number; nothing when they are not stated.
    pub(super) needs: Vec<(&'n Activity, Option<Table<Vec<usize>>>)>,
}

/// Those who rebuild.
pub(super) struct Teams<'n> {
    numbers: BTreeMap<&'n Id, usize>,
    pub(super) list: Table<Staff<'n>>,
}

/// How many of a team are there.
pub(super) struct Staff<'n> {
    pub(super) team: &'n Team,
    /// The most who can work at once.
    pub(super) at_best: Option<u32>,
    /// Those who are surely there. One at least.
    pub(super) surely: Option<u32>,
    /// Whether this number is one to try, and not that of the plan.
    pub(super) tried: bool,
}

/// A problem, and where its tasks come from.
#[derive(Clone)]
pub(super) struct Drawn<'n> {
    pub(super) graph: Graph<'n>,
    pub(super) problem: Problem,
    /// Systems on which the links with a choice rest.
    rests: Vec<Option<usize>>,
}

impl<'n> Model<'n> {
    /// `people` are numbers to try instead of those of the plan, by team.
    pub(super) fn of(
        plan: &'n Plan,
        network: &'n Network<'n>,
        rebuilding: &'n Rebuilding<'n>,
        people: &BTreeMap<Id, u32>,
    ) -> Self {
        let work: Table<Work<'n>> = network.systems.iter().map(|system| Work::on(system)).collect();
        let teams = Teams::of(plan, people);
        let staffed = |piece: &Piece<'_>| piece.guess.at_most() == Some(0) || teams.can_do(piece);
        let certain = Timeline::play(network, Unstated::Never, |system| {
            work[system].at_most().filter(|_| work[system].pieces.iter().all(staffed))
        });
        let needs = |activity: &'n Activity| Some(network.resolve(activity.needs.known()?));
        let needs = plan.activities.values().map(|activity| (activity, needs(activity))).collect();
        Self { plan, network, rebuilding, work, teams, certain, needs }
    }

    /// The problem of all that comes back for sure; links with a choice rest on what is back first, in
    /// a schedule if there is one, else with nobody waiting for hands.
    pub(super) fn draw(&self, known: Option<(&Drawn<'n>, &Placed)>) -> Drawn<'n> {
        let usable = |system: usize| match known {
            Some((drawn, placed)) => drawn.graph.usable[system].map(|node| placed.end[node]),
            None => self.certain.usable[system],
        };
        let rank = (0..self.network.len()).map(|system| Some((usable(system)?, self.certain.turn[system]?)));
        let first = First { certain: &self.certain, rank: rank.collect() };
        let graph = Graph::of(self.network, &self.work, &first);
        let problem = self.problem(&graph, &first);
        let links = (0..self.network.len()).flat_map(|system| {
            let lists = [Purpose::Work, Purpose::Rebuild].map(|to| self.network.needs(system, to));
            lists.into_iter().flat_map(|needs| needs.links.iter())
        });
        let rests = links.filter(|targets| targets.len() > 1).map(|targets| first.rests_on(targets)).collect();
        Drawn { graph, problem, rests }
    }

    fn problem(&self, graph: &Graph<'n>, first: &First<'_>) -> Problem {
        let mut problem = Problem {
            minutes: Table::default(),
            team: Table::default(),
            before: graph.before.clone(),
            after: graph.after.clone(),
            order: graph.order.clone(),
            people: self.teams.list.iter().map(|staff| staff.surely.unwrap_or(1)).collect(),
            goals: Vec::new(),
        };
        for node in graph.nodes.iter() {
            let (minutes, team) = match node {
                Node::Task { piece, .. } => {
                    (piece.guess.at_most().unwrap_or(0), piece.team.and_then(|team| self.teams.number(team)))
                }
                Node::Open => (0, None),
            };
            problem.minutes.push(minutes);
            problem.team.push(team);
        }
        for (number, (activity, needs)) in self.needs.iter().enumerate() {
            let Some(needs) = needs else { continue };
            let opens: Option<Vec<usize>> =
                needs.iter().map(|targets| first.rests_on(targets).and_then(|system| graph.usable[system])).collect();
            let Some(opens) = opens else { continue };
            let task = problem.minutes.push(0);
            problem.team.push(None);
            problem.after.push(Vec::new());
            for open in &opens {
                problem.after[*open].push(task);
            }
            problem.before.push(opens);
            problem.order.push(task);
            problem.goals.push(Goal { activity: number, task, due: due(activity) });
        }
        problem
    }
}

impl Drawn<'_> {
    /// Whether every choice is the same.
    pub(super) fn rests_as(&self, other: &Self) -> bool {
        self.rests == other.rests
    }

    /// Whether the same work is placed, and the same systems opened to use.
    pub(super) fn places_as(&self, other: &Self) -> bool {
        let open = |drawn: &Self| drawn.graph.usable.iter().map(Option::is_some).collect::<Vec<_>>();
        let work = |drawn: &Self| drawn.graph.work.iter().map(Vec::len).collect::<Vec<_>>();
        open(self) == open(other) && work(self) == work(other)
    }

    /// When all that a list needs is usable, the quickest of alternatives counting.
    pub(super) fn all_usable(&self, end: &Table<u64>, needs: &Table<Vec<usize>>) -> Option<u64> {
        needs.iter().try_fold(0, |latest, targets| Some(end[self.first_open(end, targets)?].max(latest)))
    }

    /// The node at which the last of some needs is met; nothing when one never is, or when there is none.
    pub(super) fn last_open(&self, end: &Table<u64>, needs: &Table<Vec<usize>>) -> Option<usize> {
        let opens: Option<Vec<usize>> = needs.iter().map(|targets| self.first_open(end, targets)).collect();
        opens?.into_iter().max_by_key(|node| (end[*node], Reverse(*node)))
    }

    /// The node at which the quickest of some alternatives is usable.
    fn first_open(&self, end: &Table<u64>, targets: &[usize]) -> Option<usize> {
        targets.iter().filter_map(|target| self.graph.usable[*target]).min_by_key(|node| end[*node])
    }
}

/// When the systems of an activity must be back, re-entry deduced.
fn due(activity: &Activity) -> Option<u64> {
    let minutes = |stated: &Stated<Duration>| stated.known().map(|duration| u64::from(duration.minutes()));
    Some(minutes(&activity.mtpd)?.saturating_sub(minutes(&activity.wrt).unwrap_or(0)))
}

impl<'n> Teams<'n> {
    fn of(plan: &'n Plan, people: &BTreeMap<Id, u32>) -> Self {
        let staff = |team: &'n Team| {
            let tried = people.get(&team.id).copied();
            let (all, present) = (team.people.known().copied(), team.min_present.known().copied());
            Staff {
                team,
                at_best: tried.or(all.max(present)).filter(|people| *people > 0),
                surely: tried.or(present).or(all).filter(|people| *people > 0),
                tried: tried.is_some(),
            }
        };
        let list: Table<Staff<'n>> = plan.teams.values().map(staff).collect();
        let numbers = list.iter().enumerate().map(|(number, staff)| (&staff.team.id, number)).collect();
        Self { numbers, list }
    }

    pub(super) fn number(&self, id: &Id) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// Whether somebody is surely there for a piece of work.
    pub(super) fn can_do(&self, piece: &Piece<'_>) -> bool {
        let team = piece.team.and_then(|team| self.number(team));
        team.is_some_and(|team| self.list[team].surely.is_some())
    }
}

/// What comes back for sure, and in which order.
struct First<'a> {
    certain: &'a Timeline<'a>,
    rank: Table<Option<(u64, usize)>>,
}

impl Choice for First<'_> {
    fn works_on(&self, system: usize) -> bool {
        self.certain.rebuilt[system].is_some()
    }

    fn opens(&self, system: usize) -> bool {
        self.certain.usable[system].is_some()
    }

    fn rests_on(&self, targets: &[usize]) -> Option<usize> {
        let ranked = targets.iter().filter_map(|system| Some((self.rank[*system]?, *system)));
        ranked.min().map(|(_, system)| system)
    }
}
