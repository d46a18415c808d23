//! Types an expression against the fact catalogue. A name, a path or a word that the catalogue does
//! not hold is reported here, when the rule loads, and never while judging.

use std::collections::{BTreeMap, BTreeSet};

use vigie_model::{Field, Text};
use vigie_source::Span;

use super::ExpressionProblem;
use super::calls;
use super::syntax::{self, Binary, Form, Select, Syntax, WalkKind};
use super::typed::{Arithmetic, Comparison, Leaf, Path, Root, Step, Tree, Walk};
use super::types::Type;
use crate::spelling;

/// How many walks (`all`, `exists`, …) may nest: a third level would cost the cube of a list.
const MAX_WALKS: usize = 2;

/// What checking found: a tree fit to run only if there are no problems.
pub(super) struct Checked {
    pub(super) tree: Tree,
    pub(super) reads: BTreeSet<String>,
    pub(super) problems: Vec<ExpressionProblem>,
}

/// Checks an expression that must say true or false.
pub(super) fn check(syntax: &Syntax, facts: &BTreeMap<String, Field>) -> Checked {
    let mut checker = Checker { facts, variables: Vec::new(), problems: Vec::new(), reads: BTreeSet::new() };
    let root = checker.check(syntax);
    checker.expect_bool(&root.of, syntax);
    let reads = without_prefixes(&checker.reads);
    Checked { tree: root.tree, reads, problems: checker.problems }
}

/// A part of the expression, its type, and the place in the catalogue that it stands for.
#[derive(Debug, Clone)]
pub(super) struct Typed<'c> {
    pub(super) tree: Tree,
    pub(super) of: Type<'c>,
    place: Option<String>,
}

pub(super) struct Checker<'c> {
    facts: &'c BTreeMap<String, Field>,
    variables: Vec<Variable<'c>>,
    problems: Vec<ExpressionProblem>,
    reads: BTreeSet<String>,
}

struct Variable<'c> {
    name: String,
    of: Type<'c>,
    place: Option<String>,
}

impl<'c> Typed<'c> {
    pub(super) fn new(tree: Tree, of: Type<'c>) -> Self {
        Self { tree, of, place: None }
    }

    /// Stands for a part that was reported, so that one mistake is told once.
    pub(super) fn reported() -> Self {
        Self::new(Tree::Bool(false), Type::Any)
    }
}

impl<'c> Checker<'c> {
    /// Checks a part and notes the fact that it reads.
    pub(super) fn check(&mut self, syntax: &Syntax) -> Typed<'c> {
        let typed = self.part(syntax);
        if let Some(place) = &typed.place {
            self.reads.insert(place.clone());
        }
        typed
    }

    pub(super) fn report(&mut self, problem: ExpressionProblem) -> Typed<'c> {
        self.problems.push(problem);
        Typed::reported()
    }

    fn part(&mut self, syntax: &Syntax) -> Typed<'c> {
        match &syntax.form {
            Form::Bool(value) => Typed::new(Tree::Bool(*value), Type::Bool),
            Form::Int(value) => Typed::new(Tree::Int(*value), Type::Int),
            Form::Double(value) => Typed::new(Tree::Double(*value), Type::Double),
            Form::Text(value) => Typed::new(Tree::Text(value.clone()), Type::Text),
            Form::Name(name) => self.name(name, syntax.span),
            Form::Select(select) => {
                let of = self.part(&select.of);
                self.select(of, &select.field, select.field_span)
            }
            Form::Has(select) => self.has(select),
            Form::Index(of, index) => self.index(of, index),
            Form::Not(of) => {
                let typed = self.bool_part(of);
                Typed::new(Tree::Not(Box::new(typed)), Type::Bool)
            }
            Form::Negate(of) => self.negate(of),
            Form::Binary(operator, left, right) => self.binary(*operator, left, right, syntax.span),
            Form::If(branches) => self.branches(branches, syntax.span),
            Form::List(items) => self.list(items),
            Form::Call { name, name_span, target, arguments } => {
                calls::check(self, name, *name_span, target.as_deref(), arguments, syntax.span)
            }
            Form::Walk(walk) => self.walk(walk),
        }
    }

    fn bool_part(&mut self, syntax: &Syntax) -> Tree {
        let typed = self.check(syntax);
        self.expect_bool(&typed.of, syntax);
        typed.tree
    }

    fn expect_bool(&mut self, of: &Type<'c>, syntax: &Syntax) {
        if !matches!(of, Type::Bool | Type::Any) {
            let found = of.text();
            self.problems.push(
                ExpressionProblem::new(
                    "expression-not-bool",
                    syntax.span,
                    Text::new(
                        format!("on attend ici une condition, vraie ou fausse, et c’est {}", found.fr),
                        format!("a condition, true or false, is expected here, and this is {}", found.en),
                    ),
                )
                .with_hint("ajoutez une comparaison : ==, <, in…", "add a comparison: ==, <, in…"),
            );
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Typed<'c> {
        if let Some(slot) = self.variables.iter().position(|variable| variable.name == name)
            && let Some(variable) = self.variables.get(slot)
        {
            let path = Path { root: Root::Variable(slot), steps: Vec::new(), leaf: leaf(&variable.of) };
            return Typed { tree: Tree::Path(path), of: variable.of.clone(), place: variable.place.clone() };
        }
        match name {
            "facts" => {
                let path = Path { root: Root::Facts, steps: Vec::new(), leaf: Leaf::Composite };
                Typed { tree: Tree::Path(path), of: Type::Record(self.facts), place: Some(String::new()) }
            }
            "as_of" => Typed::new(Tree::AsOf, Type::Instant),
            _ => {
                let mut known: Vec<&str> = self.variables.iter().map(|variable| variable.name.as_str()).collect();
                known.extend(["facts", "as_of"]);
                let hint = if self.facts.contains_key(name) {
                    Some(Text::new(format!("écrivez « facts.{name} »"), format!("write “facts.{name}”")))
                } else {
                    spelling::hint(name, known)
                };
                let mut problem = ExpressionProblem::new(
                    "unknown-name",
                    span,
                    Text::new(format!("« {name} » n’est pas connu ici"), format!("“{name}” is not known here")),
                );
                problem.hint = hint;
                self.report(problem)
            }
        }
    }

    fn select(&mut self, of: Typed<'c>, field: &str, span: Span) -> Typed<'c> {
        let inner = match &of.of {
            Type::Record(fields) => match fields.get(field) {
                Some(found) => Type::of(&found.of),
                None => return self.report(unknown_fact(field, of.place.as_deref(), fields, span)),
            },
            Type::Table(values) => (**values).clone(),
            Type::Any => return Typed::reported(),
            other => {
                let found = other.text();
                let problem = ExpressionProblem::new(
                    "not-a-group",
                    span,
                    Text::new(
                        format!("« .{field} » ne peut pas suivre {}", found.fr),
                        format!("“.{field}” cannot follow {}", found.en),
                    ),
                );
                let walked = matches!(other, Type::List(_));
                return self.report(if walked { with_walk_hint(problem) } else { problem });
            }
        };
        let place = of.place.map(|place| if place.is_empty() { field.to_owned() } else { format!("{place}.{field}") });
        Typed { tree: extended(of.tree, Step::Field(field.to_owned()), &inner), of: inner, place }
    }

    fn has(&mut self, select: &Select) -> Typed<'c> {
        let of = self.part(&select.of);
        let typed = self.select(of, &select.field, select.field_span);
        self.reads.extend(typed.place.clone());
        match typed.tree {
            Tree::Path(path) => Typed::new(Tree::Has(path), Type::Bool),
            _ => Typed::reported(),
        }
    }

    fn index(&mut self, of: &Syntax, index: &Syntax) -> Typed<'c> {
        let base = self.part(of);
        let at = self.check(index);
        let (inner, step) = match (&base.of, &at.of) {
            (Type::List(inner), Type::Int | Type::Any) => ((**inner).clone(), Step::Index(at.tree)),
            (Type::Table(inner), key) if key.is_text() => ((**inner).clone(), Step::Key(at.tree)),
            (Type::Any, _) => return Typed::reported(),
            (base, _) => {
                let found = base.text();
                return self.report(ExpressionProblem::new(
                    "bad-index",
                    index.span,
                    Text::new(
                        format!(
                            "entre crochets : un numéro pour une liste, un texte pour un tableau ; ici, c’est {}",
                            found.fr
                        ),
                        format!("in square brackets: a number for a list, a text for a table; this is {}", found.en),
                    ),
                ));
            }
        };
        Typed { tree: extended(base.tree, step, &inner), of: inner, place: base.place }
    }

    fn negate(&mut self, of: &Syntax) -> Typed<'c> {
        let typed = self.check(of);
        match typed.of {
            Type::Int | Type::Double | Type::Duration | Type::Any => {
                Typed::new(Tree::Negate(Box::new(typed.tree)), typed.of)
            }
            other => self.report(mismatch("-", &[&other], of.span)),
        }
    }

    fn binary(&mut self, operator: Binary, left: &Syntax, right: &Syntax, span: Span) -> Typed<'c> {
        if matches!(operator, Binary::And | Binary::Or) {
            let sides = Box::new([self.bool_part(left), self.bool_part(right)]);
            let tree = if operator == Binary::And { Tree::And(sides) } else { Tree::Or(sides) };
            return Typed::new(tree, Type::Bool);
        }
        let (one, other) = (self.check(left), self.check(right));
        if operator == Binary::In {
            return self.contained(one, other, left, right, span);
        }
        if let Some(arithmetic) = arithmetic(operator) {
            return match result(arithmetic, &one.of, &other.of) {
                Some(of) => Typed::new(Tree::Arithmetic(arithmetic, Box::new([one.tree, other.tree])), of),
                None => self.report(mismatch(symbol(operator), &[&one.of, &other.of], span)),
            };
        }
        let comparison = comparison(operator);
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let fits = if equality { one.of.equals(&other.of) } else { one.of.has_order_with(&other.of) };
        if !fits {
            return self.report(mismatch(symbol(operator), &[&one.of, &other.of], span));
        }
        self.words(&one.of, right);
        self.words(&other.of, left);
        Typed::new(Tree::Compare(comparison, Box::new([one.tree, other.tree])), Type::Bool)
    }

    fn contained(&mut self, one: Typed<'c>, many: Typed<'c>, left: &Syntax, right: &Syntax, span: Span) -> Typed<'c> {
        let fits = match &many.of {
            Type::List(element) => one.of.equals(element),
            Type::Table(_) => one.of.is_text(),
            Type::Any => true,
            _ => false,
        };
        if !fits {
            return self.report(mismatch("in", &[&one.of, &many.of], span));
        }
        self.words(&one.of, right);
        if let Type::List(element) = &many.of {
            self.words(element, left);
        }
        Typed::new(Tree::In(Box::new([one.tree, many.tree])), Type::Bool)
    }

    /// Reports the texts that a fact of a closed list can never be.
    fn words(&mut self, of: &Type<'c>, literals: &Syntax) {
        match (of, &literals.form) {
            (Type::List(element), Form::List(_)) => self.words(element, literals),
            (Type::Choice(words), Form::Text(text)) if !words.contains(text) => {
                let mut problem = ExpressionProblem::new(
                    "unknown-word",
                    literals.span,
                    Text::new(
                        format!("ce fait ne vaut jamais « {text} » : le comparer ainsi ne dit rien"),
                        format!("this fact is never “{text}”: comparing it so says nothing"),
                    ),
                );
                problem.hint = spelling::hint(text, words.iter().map(String::as_str));
                self.problems.push(problem);
            }
            (Type::Choice(_), Form::List(items)) => items.iter().for_each(|item| self.words(of, item)),
            (Type::Choice(_), Form::If(branches)) => {
                branches.iter().skip(1).for_each(|branch| self.words(of, branch));
            }
            _ => {}
        }
    }

    fn branches(&mut self, branches: &[Syntax; 3], span: Span) -> Typed<'c> {
        let [condition, then, otherwise] = branches;
        let condition = self.bool_part(condition);
        let (one, other) = (self.check(then), self.check(otherwise));
        match one.of.joined(&other.of) {
            Some(of) => Typed::new(Tree::If(Box::new([condition, one.tree, other.tree])), of),
            None => self.report(mismatch("? :", &[&one.of, &other.of], span)),
        }
    }

    fn list(&mut self, items: &[Syntax]) -> Typed<'c> {
        let mut element = Type::Any;
        let mut trees = Vec::with_capacity(items.len());
        for item in items {
            let typed = self.check(item);
            match element.joined(&typed.of) {
                Some(joined) => element = joined,
                None => return self.report(mismatch("[ , ]", &[&element, &typed.of], item.span)),
            }
            trees.push(typed.tree);
        }
        Typed::new(Tree::List(trees), Type::list(element))
    }

    fn walk(&mut self, walk: &syntax::Walk) -> Typed<'c> {
        let range = self.check(&walk.range);
        let (element, place) = match &range.of {
            Type::List(element) => ((**element).clone(), range.place.clone()),
            Type::Table(_) => (Type::Text, None),
            Type::Any => (Type::Any, None),
            other => {
                let found = other.text();
                return self.report(ExpressionProblem::new(
                    "not-a-list",
                    walk.range.span,
                    Text::new(
                        format!("on ne parcourt qu’une liste ou un tableau, et c’est {}", found.fr),
                        format!("only a list or a table can be walked, and this is {}", found.en),
                    ),
                ));
            }
        };
        let taken = self.variables.iter().any(|variable| variable.name == walk.variable);
        if taken || matches!(walk.variable.as_str(), "facts" | "as_of") {
            let name = &walk.variable;
            return self.report(ExpressionProblem::new(
                "name-taken",
                walk.range.span,
                Text::new(
                    format!("le nom « {name} » sert déjà : choisissez-en un autre pour l’élément parcouru"),
                    format!("the name “{name}” is already used: choose another for the element"),
                ),
            ));
        }
        if self.variables.len() >= MAX_WALKS {
            return self.report(too_many_walks(walk.range.span));
        }
        let leaf = leaf(&element);
        self.variables.push(Variable { name: walk.variable.clone(), of: element.clone(), place: place.clone() });
        let keep = walk.keep.as_ref().map(|keep| self.bool_part(keep));
        let body = walk.body.as_ref().map(|body| match walk.kind {
            WalkKind::Map => self.check(body),
            _ => Typed::new(self.bool_part(body), Type::Bool),
        });
        self.variables.pop();
        let of = match walk.kind {
            WalkKind::Exists | WalkKind::All | WalkKind::ExistsOne => Type::Bool,
            WalkKind::Filter => Type::list(element),
            WalkKind::Map => Type::list(body.as_ref().map_or(Type::Any, |body| body.of.clone())),
        };
        let place_of_result = place.clone().filter(|_| walk.kind == WalkKind::Filter);
        let walk = Walk {
            kind: walk.kind,
            range: range.tree,
            element: leaf,
            keep,
            body: body.map(|body| body.tree),
            list: place,
        };
        Typed { tree: Tree::Walk(Box::new(walk)), of, place: place_of_result }
    }
}

/// A path one step longer. What is not a path becomes the root of one.
fn extended(tree: Tree, step: Step, inner: &Type<'_>) -> Tree {
    let mut path = match tree {
        Tree::Path(path) => path,
        other => Path { root: Root::Of(Box::new(other)), steps: Vec::new(), leaf: Leaf::Composite },
    };
    path.steps.push(step);
    path.leaf = leaf(inner);
    Tree::Path(path)
}

fn leaf(of: &Type<'_>) -> Leaf {
    match of {
        Type::Bool => Leaf::Bool,
        Type::Int => Leaf::Int,
        Type::Double => Leaf::Double,
        Type::Text | Type::Choice(_) => Leaf::Text,
        Type::Instant => Leaf::Instant,
        Type::Day => Leaf::Day,
        Type::Duration | Type::List(_) | Type::Table(_) | Type::Record(_) | Type::Any => Leaf::Composite,
    }
}

fn comparison(operator: Binary) -> Comparison {
    match operator {
        Binary::NotEqual => Comparison::NotEqual,
        Binary::Less => Comparison::Less,
        Binary::LessOrEqual => Comparison::LessOrEqual,
        Binary::Greater => Comparison::Greater,
        Binary::GreaterOrEqual => Comparison::GreaterOrEqual,
        _ => Comparison::Equal,
    }
}

fn arithmetic(operator: Binary) -> Option<Arithmetic> {
    Some(match operator {
        Binary::Add => Arithmetic::Add,
        Binary::Subtract => Arithmetic::Subtract,
        Binary::Multiply => Arithmetic::Multiply,
        Binary::Divide => Arithmetic::Divide,
        Binary::Remainder => Arithmetic::Remainder,
        _ => return None,
    })
}

/// The type of a calculation, if it has a meaning.
fn result<'c>(arithmetic: Arithmetic, one: &Type<'c>, other: &Type<'c>) -> Option<Type<'c>> {
    use Arithmetic::{Add, Remainder, Subtract};
    match (arithmetic, one, other) {
        (_, Type::Any, Type::Any) => Some(Type::Any),
        (_, Type::Int, Type::Int) => Some(Type::Int),
        (Remainder, one, other) if *one == Type::Double || *other == Type::Double => None,
        (_, one, other) if one.is_number() && other.is_number() => Some(Type::Double),
        (Add | Subtract, Type::Instant | Type::Day, Type::Duration)
        | (Add, Type::Duration, Type::Instant | Type::Day) => Some(Type::Instant),
        (Add | Subtract, Type::Duration, Type::Duration) => Some(Type::Duration),
        (Subtract, one, other) if one.is_moment() && other.is_moment() => Some(Type::Duration),
        _ => None,
    }
}

fn symbol(operator: Binary) -> &'static str {
    match operator {
        Binary::And => "&&",
        Binary::Or => "||",
        Binary::Equal => "==",
        Binary::NotEqual => "!=",
        Binary::Less => "<",
        Binary::LessOrEqual => "<=",
        Binary::Greater => ">",
        Binary::GreaterOrEqual => ">=",
        Binary::In => "in",
        Binary::Add => "+",
        Binary::Subtract => "-",
        Binary::Multiply => "*",
        Binary::Divide => "/",
        Binary::Remainder => "%",
    }
}

pub(super) fn mismatch(symbol: &str, found: &[&Type<'_>], span: Span) -> ExpressionProblem {
    let texts: Vec<Text> = found.iter().map(|of| of.text()).collect();
    let fr: Vec<&str> = texts.iter().map(|text| text.fr.as_str()).collect();
    let en: Vec<&str> = texts.iter().map(|text| text.en.as_str()).collect();
    let problem = ExpressionProblem::new(
        "type-mismatch",
        span,
        Text::new(
            format!("« {symbol} » ne s’applique pas à {}", fr.join(" et ")),
            format!("“{symbol}” does not apply to {}", en.join(" and ")),
        ),
    );
    let ordered = matches!(symbol, "<" | "<=" | ">" | ">=");
    match found {
        [one, other] if ordered && one.is_text() && other.is_text() => problem.with_hint(
            "les textes n’ont pas d’ordre ici (« 2.10 » viendrait avant « 2.9 ») : comparez avec == ou in",
            "texts have no order here (“2.10” would come before “2.9”): compare with == or in",
        ),
        [one, Type::Text] if one.is_moment() => problem.with_hint(
            "écrivez l’instant timestamp(\"2026-03-31T00:00:00Z\") ou le jour day(\"2026-03-31\")",
            "write the instant timestamp(\"2026-03-31T00:00:00Z\") or the day day(\"2026-03-31\")",
        ),
        [Type::Duration, _] | [_, Type::Duration] => {
            problem.with_hint("une durée s’écrit duration(\"720h\")", "a duration is written duration(\"720h\")")
        }
        [Type::List(_), _] if symbol != "in" => with_walk_hint(problem),
        _ => problem,
    }
}

fn with_walk_hint(problem: ExpressionProblem) -> ExpressionProblem {
    problem.with_hint(
        "pour les éléments d’une liste : facts.liste.all(x, …) ou facts.liste.exists(x, …)",
        "for the elements of a list: facts.list.all(x, …) or facts.list.exists(x, …)",
    )
}

fn too_many_walks(span: Span) -> ExpressionProblem {
    ExpressionProblem::new(
        "too-many-walks",
        span,
        Text::new(
            format!("plus de {MAX_WALKS} parcours de liste imbriqués"),
            format!("over {MAX_WALKS} nested walks of lists"),
        ),
    )
    .with_hint(
        "calculez ce fait dans la sonde, ou répartissez la condition en plusieurs vérifications",
        "compute this fact in the probe, or split the condition into several checks",
    )
}

fn unknown_fact(field: &str, place: Option<&str>, fields: &BTreeMap<String, Field>, span: Span) -> ExpressionProblem {
    let path = match place {
        None | Some("") => field.to_owned(),
        Some(place) => format!("{place}.{field}"),
    };
    let mut problem = ExpressionProblem::new(
        "unknown-fact",
        span,
        Text::new(
            format!("le fait « {path} » n’est pas au catalogue"),
            format!("the fact “{path}” is not in the catalogue"),
        ),
    );
    problem.hint = spelling::hint(field, fields.keys().map(String::as_str));
    problem
}

/// Keeps the ends of the paths: reading `a.b` says it all of reading `a`.
fn without_prefixes(reads: &BTreeSet<String>) -> BTreeSet<String> {
    let below = |path: &str, other: &str| {
        other.strip_prefix(path).is_some_and(|rest| path.is_empty() && !rest.is_empty() || rest.starts_with('.'))
    };
    reads.iter().filter(|path| !reads.iter().any(|other| below(path, other))).cloned().collect()
}
