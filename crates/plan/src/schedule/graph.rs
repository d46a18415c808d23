//! Tasks and what they wait for, once each choice between systems is made.

use crate::network::{Network, Purpose, rings};
use crate::table::Table;
use crate::work::{Piece, Work};

/// Tasks, and instants at which systems open to use, each with those that come before it.
#[derive(Debug, Clone)]
pub(super) struct Graph<'n> {
    pub(super) nodes: Table<Node<'n>>,
    pub(super) before: Table<Vec<usize>>,
    pub(super) after: Table<Vec<usize>>,
    /// Every node, those that come before another first.
    pub(super) order: Vec<usize>,
    /// Of each system, the node at which it is usable; nothing when it is not in the graph.
    pub(super) usable: Table<Option<usize>>,
    /// Of each system, the nodes of its work.
    pub(super) work: Table<Vec<usize>>,
}

/// One node.
#[derive(Debug, Clone)]
pub(super) enum Node<'n> {
    /// Work on a system.
    Task { system: usize, piece: Piece<'n> },
    /// Systems, one or several that need each other, open to use.
    Open,
}

/// Which systems are in a graph, and on which of its alternatives each of their links rests.
pub(super) trait Choice {
    /// Whether the work on a system is in the graph.
    fn works_on(&self, system: usize) -> bool;

    /// Whether its opening to use is.
    fn opens(&self, system: usize) -> bool;

    /// The system that a link rests on; nothing when it holds nobody up.
    fn rests_on(&self, targets: &[usize]) -> Option<usize>;
}

impl<'n> Graph<'n> {
    pub(super) fn of(network: &'n Network<'n>, work: &Table<Work<'n>>, choice: &impl Choice) -> Self {
        let systems = network.len();
        let mut graph = Self {
            nodes: Table::default(),
            before: Table::default(),
            after: Table::default(),
            order: Vec::new(),
            usable: Table::filled(systems, None),
            work: Table::filled(systems, Vec::new()),
        };
        let needs = |system: usize, to: Purpose| -> Vec<usize> {
            let links = &network.needs(system, to).links;
            links.iter().filter_map(|targets| choice.rests_on(targets)).collect()
        };
        let open = (0..systems).map(|system| if choice.opens(system) { needs(system, Purpose::Work) } else { vec![] });
        let runs_on: Table<Vec<usize>> = open.collect();
        graph.add_openings(&runs_on, choice);
        for system in (0..systems).filter(|system| choice.works_on(*system)) {
            graph.add_work(system, &work[system], &needs(system, Purpose::Rebuild));
        }
        graph.order = graph.sorted();
        graph
    }

    /// The work of a node, and its system; nothing for an opening, and beyond the nodes.
    pub(super) fn task(&self, node: usize) -> Option<(usize, &Piece<'n>)> {
        match self.nodes.iter().nth(node)? {
            Node::Task { system, piece } => Some((*system, piece)),
            Node::Open => None,
        }
    }

    /// One node for each system, or for each ring of systems that need each other.
    fn add_openings(&mut self, runs_on: &Table<Vec<usize>>, choice: &impl Choice) {
        let ring_of = rings(runs_on);
        let mut node_of = Table::filled(ring_of.iter().max().map_or(0, |last| last + 1), None);
        for system in (0..runs_on.len()).filter(|system| choice.opens(*system)) {
            let node = *node_of[ring_of[system]].get_or_insert_with(|| self.add(Node::Open));
            self.usable[system] = Some(node);
        }
        for (system, needs) in runs_on.iter().enumerate() {
            for need in needs.iter().filter(|need| ring_of[**need] != ring_of[system]) {
                self.link(self.usable[*need], self.usable[system]);
            }
        }
    }

    fn add_work(&mut self, system: usize, work: &Work<'n>, needs: &[usize]) {
        let first = self.nodes.len();
        for piece in work.pieces.iter() {
            let node = self.add(Node::Task { system, piece: piece.clone() });
            self.work[system].push(node);
            if piece.after.is_empty() {
                for need in needs {
                    self.link(self.usable[*need], Some(node));
                }
            }
            for before in &piece.after {
                self.link(Some(first + before), Some(node));
            }
            self.link(Some(node), self.usable[system]);
        }
    }

    fn add(&mut self, node: Node<'n>) -> usize {
        self.before.push(Vec::new());
        self.after.push(Vec::new());
        self.nodes.push(node)
    }

    fn link(&mut self, from: Option<usize>, to: Option<usize>) {
        if let (Some(from), Some(to)) = (from, to)
            && !self.before[to].contains(&from)
        {
            self.before[to].push(from);
            self.after[from].push(to);
        }
    }

    fn sorted(&self) -> Vec<usize> {
        let mut waiting: Table<usize> = self.before.iter().map(Vec::len).collect();
        let mut order: Vec<usize> = (0..self.nodes.len()).filter(|node| waiting[*node] == 0).collect();
        let mut at = 0;
        while let Some(node) = order.get(at).copied() {
            at += 1;
            for next in &self.after[node] {
                waiting[*next] -= 1;
                if waiting[*next] == 0 {
                    order.push(*next);
                }
            }
        }
        order
    }
}
