//! An expression whose every name, type and path was checked: what the evaluator runs.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use regex::Regex;

use super::syntax::WalkKind;

#[derive(Debug, Clone)]
pub(super) enum Tree {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
    Instant(Timestamp),
    Day(Date),
    Duration(SignedDuration),
    AsOf,
    Path(Path),
    Has(Path),
    Not(Box<Tree>),
    And(Box<[Tree; 2]>),
    Or(Box<[Tree; 2]>),
    If(Box<[Tree; 3]>),
    Compare(Comparison, Box<[Tree; 2]>),
    /// `[needle, haystack]`
    In(Box<[Tree; 2]>),
    Arithmetic(Arithmetic, Box<[Tree; 2]>),
    Negate(Box<Tree>),
    List(Vec<Tree>),
    Walk(Box<Walk>),
    Size(Box<Tree>),
    /// `[text, part]`
    TextTest(TextTest, Box<[Tree; 2]>),
    Matches(Box<Tree>, Regex),
}

/// A way down the facts.
#[derive(Debug, Clone)]
pub(super) struct Path {
    pub(super) root: Root,
    pub(super) steps: Vec<Step>,
    pub(super) leaf: Leaf,
}

#[derive(Debug, Clone)]
pub(super) enum Root {
    Facts,
    /// The element of a walk, by the depth of nesting of the walk.
    Variable(usize),
    Of(Box<Tree>),
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Field(String),
    Index(Tree),
    Key(Tree),
}

/// What JSON must be read as at the end of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaf {
    Bool,
    Int,
    Double,
    Text,
    Instant,
    Day,
    /// A list, a table or a record: left in place.
    Composite,
}

#[derive(Debug, Clone)]
pub(super) struct Walk {
    pub(super) kind: WalkKind,
    pub(super) range: Tree,
    pub(super) element: Leaf,
    pub(super) keep: Option<Tree>,
    pub(super) body: Option<Tree>,
    /// The list in the catalogue, without indices, when the range is one.
    pub(super) list: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextTest {
    StartsWith,
    EndsWith,
    Contains,
}
