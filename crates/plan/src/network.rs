//! The systems of a plan by number, with who needs whom: the two graphs, ready to be walked often.

use std::collections::BTreeMap;

use crate::entities::{Id, Link, System};
use crate::table::Table;
use crate::{Plan, Stated};

/// Systems by number, in the order of their ids.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Network<'p> {
    numbers: BTreeMap<&'p Id, usize>,
    pub(crate) systems: Table<&'p System>,
    /// What each needs to work.
    pub(crate) runs_on: Table<Needs>,
    /// What each needs to be rebuilt.
    pub(crate) restores_with: Table<Needs>,
    /// The links that name a system.
    pub(crate) named_by: Table<Vec<Named>>,
    /// Systems that may need each other to work, by the number of their ring; most are alone in theirs.
    pub(crate) ring_of: Table<usize>,
    /// The systems of each ring.
    pub(crate) rings: Table<Vec<usize>>,
}

/// One list of needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Lists of systems of which one is enough: one for a link, or several that say it together.
    pub(crate) links: Table<Vec<usize>>,
    /// Whether the plan has this list.
    pub(crate) stated: bool,
}

/// A link seen from the system that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    /// Who needs it.
    pub(crate) by: usize,
    /// For what.
    pub(crate) to: Purpose,
    /// Which link of that list.
    pub(crate) link: usize,
}

/// What a need is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// To work, every day.
    Work,
    /// To be rebuilt.
    Rebuild,
}

impl<'p> Network<'p> {
    pub(crate) fn of(plan: &'p Plan) -> Self {
        let systems: Table<&System> = plan.systems.values().collect();
        let numbers = systems.iter().enumerate().map(|(number, system)| (&system.id, number)).collect();
        let needs = |links: &Stated<Vec<Link>>| needs(&numbers, links);
        let runs_on: Table<Needs> = systems.iter().map(|system| needs(&system.runs_on)).collect();
        let restores_with: Table<Needs> = systems.iter().map(|system| needs(&system.restores_with)).collect();
        let mut named_by = Table::filled(systems.len(), Vec::new());
        for (to, lists) in [(Purpose::Work, &runs_on), (Purpose::Rebuild, &restores_with)] {
            for (by, needs) in lists.iter().enumerate() {
                for (link, targets) in needs.links.iter().enumerate() {
                    for target in targets {
                        named_by[*target].push(Named { by, to, link });
                    }
                }
            }
        }
        let ring_of = rings(&runs_on.iter().map(|needs| needs.links.iter().flatten().copied().collect()).collect());
        let mut rings = Table::filled(ring_of.iter().max().map_or(0, |last| last + 1), Vec::new());
        for (number, ring) in ring_of.iter().enumerate() {
            rings[*ring].push(number);
        }
        Self { numbers, systems, runs_on, restores_with, named_by, ring_of, rings }
    }

    /// How many systems there are.
    pub(crate) fn len(&self) -> usize {
        self.systems.len()
    }

    /// The number of a system.
    pub(crate) fn number(&self, id: &Id) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// The id of a system.
    pub(crate) fn id(&self, number: usize) -> &'p Id {
        &self.systems[number].id
    }

    /// What a system needs for one purpose.
    pub(crate) fn needs(&self, number: usize, to: Purpose) -> &Needs {
        match to {
            Purpose::Work => &self.runs_on[number],
            Purpose::Rebuild => &self.restores_with[number],
        }
    }

    /// The links of a list, as lists of the numbers of systems of which one is enough.
    pub(crate) fn resolve(&self, links: &[Link]) -> Table<Vec<usize>> {
        resolve(&self.numbers, links)
    }
}

fn needs(numbers: &BTreeMap<&Id, usize>, links: &Stated<Vec<Link>>) -> Needs {
    Needs { links: resolve(numbers, links.items()), stated: !links.is_unknown() }
}

fn resolve(numbers: &BTreeMap<&Id, usize>, links: &[Link]) -> Table<Vec<usize>> {
    let clauses = links.iter().flat_map(Link::clauses);
    clauses.map(|clause| clause.into_iter().filter_map(|id| numbers.get(id).copied()).collect()).collect()
}

/// Gives two nodes the same number when each leads to the other, along `next`. A node that is reached
/// from another, and does not lead back, has a lower number.
///
/// Tarjan’s algorithm, without recursion: a plan may be as deep as it is long.
pub(crate) fn rings(next: &Table<Vec<usize>>) -> Table<usize> {
    const UNSEEN: usize = usize::MAX;
    let nodes = next.len();
    let mut ring = Table::filled(nodes, UNSEEN);
    let mut seen_at = Table::filled(nodes, UNSEEN);
    let mut lowest = Table::filled(nodes, 0);
    let (mut clock, mut count) = (0, 0);
    let mut open: Vec<usize> = Vec::new();
    for root in 0..nodes {
        let mut walk: Vec<(usize, usize)> = if seen_at[root] == UNSEEN { vec![(root, 0)] } else { Vec::new() };
        while let Some((node, step)) = walk.pop() {
            if step == 0 {
                (seen_at[node], lowest[node]) = (clock, clock);
                clock += 1;
                open.push(node);
            } else if let Some(child) = next[node].get(step - 1) {
                lowest[node] = lowest[node].min(lowest[*child]);
            }
            let rest = next[node].iter().enumerate().skip(step);
            let mut below = None;
            for (at, child) in rest {
                if seen_at[*child] == UNSEEN {
                    below = Some((at, *child));
                    break;
                }
                if ring[*child] == UNSEEN {
                    lowest[node] = lowest[node].min(seen_at[*child]);
                }
            }
            if let Some((at, child)) = below {
                walk.push((node, at + 1));
                walk.push((child, 0));
                continue;
            }
            if lowest[node] == seen_at[node] {
                while let Some(member) = open.pop() {
                    ring[member] = count;
                    if member == node {
                        break;
                    }
                }
                count += 1;
            }
        }
    }
    ring
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reaches(next: &Table<Vec<usize>>, from: usize, to: usize) -> bool {
        let (mut seen, mut queue) = (Table::filled(next.len(), false), vec![from]);
        while let Some(node) = queue.pop() {
            if node == to {
                return true;
            }
            if !std::mem::replace(&mut seen[node], true) {
                queue.extend(&next[node]);
            }
        }
        false
    }

    proptest! {
        #[test]
        fn a_ring_is_who_reaches_each_other(links in prop::collection::vec((0usize..9, 0usize..9), 0..20)) {
            let mut next = Table::filled(9, Vec::new());
            for (from, to) in &links {
                next[*from].push(*to);
            }
            let ring = rings(&next);
            for a in 0..9 {
                for b in 0..9 {
                    let (there, back) = (reaches(&next, a, b), reaches(&next, b, a));
                    prop_assert_eq!(ring[a] == ring[b], there && back, "{} {}", a, b);
                    prop_assert!(!there || ring[b] <= ring[a]);
                }
            }
        }
    }
}
