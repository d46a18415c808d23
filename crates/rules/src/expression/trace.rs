//! What decided an expression: the evidence of a failed check, the gaps of an unknown one.

use serde_json::Value as Json;
use vigie_model::FactPath;

use super::value::{Item, Origin, Value};

/// The facts behind a truth value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace<'a> {
    /// Facts that decided, in the order they were read.
    pub(crate) reads: Vec<Read<'a>>,
    /// Elements of lists that decided.
    pub(crate) elements: Vec<Element<'a>>,
    /// Facts that were wanted and not seen.
    pub(crate) missing: Vec<Missing>,
    /// Whether the budget of steps ran out.
    pub(crate) exhausted: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Read<'a> {
    pub(crate) path: FactPath,
    pub(crate) value: &'a Json,
    /// How many deciding elements it lies in: the innermost is what a reader wants first.
    pub(crate) depth: usize,
}

/// An element that decided a walk.
#[derive(Debug, Clone)]
pub(crate) struct Element<'a> {
    /// Its list in the catalogue, without indices.
    pub(crate) list: &'a str,
    pub(crate) value: &'a Json,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) path: FactPath,
    /// Not absent but unusable: a fact that is not what the catalogue says, a sum that overflows.
    pub(crate) is_fault: bool,
}

/// How far a trace had come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    reads: usize,
    elements: usize,
    missing: usize,
}

/// Reads and elements set aside until it is known whether they decided.
#[derive(Debug, Default)]
pub(super) struct Aside<'a> {
    reads: Vec<Read<'a>>,
    elements: Vec<Element<'a>>,
}

impl<'a> Trace<'a> {
    pub(super) fn mark(&self) -> Mark {
        Mark { reads: self.reads.len(), elements: self.elements.len(), missing: self.missing.len() }
    }

    pub(super) fn read(&mut self, origin: &Origin<'a>) {
        self.reads.push(Read { path: origin.path.clone(), value: origin.json, depth: 0 });
    }

    /// Notes the facts that a value is made of.
    pub(super) fn note(&mut self, item: &Item<'a>) {
        match (&item.origin, &item.value) {
            (Some(origin), _) => self.read(origin),
            (None, Value::List(items)) => {
                let scalars = items.iter().filter(|item| !matches!(item.value, Value::Json(_)));
                scalars.filter_map(|item| item.origin.as_ref()).for_each(|origin| self.read(origin));
            }
            (None, _) => {}
        }
    }

    /// A decided truth needs no missing fact.
    pub(super) fn forget_missing(&mut self, since: Mark) {
        self.missing.truncate(since.missing);
    }

    /// The first fact that was wanted since a mark and not seen.
    pub(super) fn first_missing(&self, since: Mark) -> Option<FactPath> {
        self.missing.get(since.missing).map(|missing| missing.path.clone())
    }

    /// Takes out what was read since a mark.
    pub(super) fn take(&mut self, since: Mark) -> Aside<'a> {
        Aside {
            reads: self.reads.split_off(since.reads.min(self.reads.len())),
            elements: self.elements.split_off(since.elements.min(self.elements.len())),
        }
    }

    pub(super) fn put_back(&mut self, aside: Aside<'a>) {
        self.reads.extend(aside.reads);
        self.elements.extend(aside.elements);
    }

    /// What was read since a mark belongs to a deciding element.
    pub(super) fn decide(&mut self, since: Mark, list: Option<&'a str>, element: &Item<'a>) {
        self.reads.iter_mut().skip(since.reads).for_each(|read| read.depth += 1);
        if let (Some(list), Some(origin)) = (list, &element.origin) {
            self.elements.push(Element { list, value: origin.json });
        }
    }
}

impl Aside<'_> {
    pub(super) fn append(&mut self, other: Self) {
        self.reads.extend(other.reads);
        self.elements.extend(other.elements);
    }
}
