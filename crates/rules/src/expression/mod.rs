//! The language of checks: CEL syntax, typed against the fact catalogue, evaluated by us over
//! borrowed JSON with three truth values.

mod calls;
mod check;
mod evaluate;
mod syntax;
mod trace;
mod typed;
mod types;
mod value;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value};
use vigie_model::{FactType, Text};
use vigie_source::Span;

use crate::MAX_EXPRESSION_BYTES;
pub use calls::parse_duration;
pub(crate) use trace::{Element, Missing, Read, Trace};

/// Steps that one rule may take on one observation. A rule of this product takes a few dozen.
pub const MAX_STEPS: usize = 1_000_000;

/// An expression that was checked and is ready to run.
#[derive(Debug, Clone)]
pub struct Expression {
    tree: typed::Tree,
    reads: BTreeSet<String>,
}

/// One thing wrong in an expression. The span counts bytes of the expression's own text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionProblem {
    /// Stable identifier in kebab case.
    pub code: &'static str,
    /// The offending part.
    pub span: Span,
    /// What is wrong.
    pub message: Text,
    /// How to mend it.
    pub hint: Option<Text>,
}

/// Reads a condition over facts of a type, which must be a record. Reports all that its types, names
/// and paths have wrong; a fault of syntax hides the rest.
pub fn parse_expression(text: &str, facts: &FactType) -> Result<Expression, Vec<ExpressionProblem>> {
    if text.len() > MAX_EXPRESSION_BYTES {
        return Err(vec![too_long(text)]);
    }
    let syntax = syntax::parse(text)?;
    let none = std::collections::BTreeMap::new();
    let fields = if let FactType::Record(fields) = facts { fields } else { &none };
    let checked = check::check(&syntax, fields);
    if checked.problems.is_empty() {
        Ok(Expression { tree: checked.tree, reads: checked.reads })
    } else {
        Err(checked.problems)
    }
}

impl Expression {
    /// The facts that it may read, as catalogue paths without indices (`chain.certificates.not_after`).
    pub fn reads(&self) -> &BTreeSet<String> {
        &self.reads
    }

    /// Whether it holds; `None` is unknown. `steps` is what is left of the budget, and is spent.
    pub fn truth(&self, facts: &Map<String, Value>, as_of: Timestamp, steps: &mut usize) -> Option<bool> {
        evaluate::truth(&self.tree, facts, as_of, steps)
    }

    /// The facts that decide it.
    pub(crate) fn trace<'a>(&'a self, facts: &'a Map<String, Value>, as_of: Timestamp) -> Trace<'a> {
        evaluate::trace(&self.tree, facts, as_of, MAX_STEPS)
    }
}

impl ExpressionProblem {
    fn new(code: &'static str, span: Span, message: Text) -> Self {
        Self { code, span, message, hint: None }
    }

    fn with_hint(mut self, fr: impl Into<String>, en: impl Into<String>) -> Self {
        self.hint = Some(Text::new(fr, en));
        self
    }
}

fn too_long(text: &str) -> ExpressionProblem {
    ExpressionProblem::new(
        "expression-too-long",
        Span::new(0, text.len()),
        Text::new(
            format!("cette expression dépasse {MAX_EXPRESSION_BYTES} octets"),
            format!("this expression is over {MAX_EXPRESSION_BYTES} bytes"),
        ),
    )
    .with_hint(
        "répartissez-la en plusieurs vérifications, ou calculez ce fait dans la sonde",
        "split it into several checks, or compute the fact in the probe",
    )
}
