//! The text of an expression as a tree. The only module that knows the `cel` crate: it is used as
//! a parser, never as an evaluator (`docs/adr/0004-own-evaluator-over-cel-syntax.md`).

use cel::common::ast::{
    CallExpr, ComprehensionExpr, Expr, IdedExpr, ListExpr, LiteralValue, SelectExpr, SourceInfo, operators,
};
use cel::parser::{ParseErrors, Parser};
use vigie_model::Text;
use vigie_source::Span;

use super::ExpressionProblem;

/// How deep the tree of an expression may be, chains of operators and of fields included.
const MAX_DEPTH: usize = 64;

/// How deep brackets may nest, and how many `?` an expression may hold: the parser recurses so
/// heavily that 12 levels exhaust a thread's stack in a debug build.
const MAX_BRACKETS: usize = 8;

/// A part of an expression and where it stands in the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Syntax {
    pub(super) span: Span,
    pub(super) form: Form,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
    Name(String),
    Select(Select),
    /// `has(a.b)`
    Has(Select),
    Index(Box<Syntax>, Box<Syntax>),
    Not(Box<Syntax>),
    Negate(Box<Syntax>),
    Binary(Binary, Box<Syntax>, Box<Syntax>),
    If(Box<[Syntax; 3]>),
    List(Vec<Syntax>),
    Call {
        name: String,
        name_span: Span,
        target: Option<Box<Syntax>>,
        arguments: Vec<Syntax>,
    },
    Walk(Box<Walk>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Select {
    pub(super) of: Box<Syntax>,
    pub(super) field: String,
    pub(super) field_span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// A macro that walks a list: `range.all(variable, body)`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Walk {
    pub(super) kind: WalkKind,
    pub(super) range: Syntax,
    pub(super) variable: String,
    /// The condition of `filter`, and of `map` with three arguments.
    pub(super) keep: Option<Syntax>,
    /// What is asked of each element; nothing for `filter`.
    pub(super) body: Option<Syntax>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WalkKind {
    Exists,
    All,
    ExistsOne,
    Filter,
    Map,
}

/// Reads the text of an expression. The caller has checked its length.
pub(super) fn parse(text: &str) -> Result<Syntax, Vec<ExpressionProblem>> {
    scan(text).map_err(|problem| vec![*problem])?;
    let (tree, places) = Parser::new()
        .error_recovery_limit(3)
        .parse_with_source_info(text)
        .map_err(|errors| vec![first_error(text, &errors)])?;
    Reader { text, places: &places }.read(&tree, 0).map_err(|problem| vec![*problem])
}

struct Reader<'t> {
    text: &'t str,
    places: &'t SourceInfo,
}

/// Boxed: it is large, and rare.
type Refused = Box<ExpressionProblem>;
type Read = Result<Syntax, Refused>;

impl Reader<'_> {
    fn read(&self, tree: &IdedExpr, depth: usize) -> Read {
        let token = self.token(tree.id);
        if depth > MAX_DEPTH {
            return Err(too_deep(token).into());
        }
        let plain = |form| Ok(Syntax { span: token, form });
        match &tree.expr {
            Expr::Literal(LiteralValue::Boolean(value)) => plain(Form::Bool(*value.inner())),
            Expr::Literal(LiteralValue::Int(value)) => plain(Form::Int(*value.inner())),
            Expr::Literal(LiteralValue::Double(value)) => plain(Form::Double(*value.inner())),
            Expr::Literal(LiteralValue::String(value)) => plain(Form::Text(value.inner().to_owned())),
            Expr::Ident(name) => plain(Form::Name(name.clone())),
            Expr::Select(select) => self.select(select, token, depth),
            Expr::List(list) => self.list(list, token, depth),
            Expr::Call(call) => self.call(call, token, depth),
            Expr::Comprehension(walk) => self.walk(walk, token, depth),
            Expr::Literal(LiteralValue::UInt(_)) => Err(unsupported(token, "les entiers « u »", "“u” integers").into()),
            Expr::Literal(LiteralValue::Bytes(_)) => {
                Err(unsupported(token, "les suites d’octets", "byte strings").into())
            }
            Expr::Literal(LiteralValue::Null) => Err(no_null(token).into()),
            Expr::Map(_) | Expr::Struct(_) => Err(unsupported(token, "les accolades", "braces").into()),
            Expr::Unspecified => Err(unreadable(token, "").into()),
        }
    }

    fn select(&self, select: &SelectExpr, dot: Span, depth: usize) -> Read {
        let of = self.read(&select.operand, depth + 1)?;
        // The parser keeps the place of the dot, or that of the parenthesis of `has(`.
        let after = if select.test { of.span.end } else { dot.start };
        let found = self.text.get(after..).and_then(|rest| rest.find(select.field.as_str()));
        let start = found.map_or(after, |at| after + at);
        let field_span = Span::new(start, start + select.field.len());
        let span = Span::new(of.span.start, field_span.end.max(of.span.end));
        let select_form = Select { of: Box::new(of), field: select.field.clone(), field_span };
        Ok(Syntax { span, form: if select.test { Form::Has(select_form) } else { Form::Select(select_form) } })
    }

    fn list(&self, list: &ListExpr, bracket: Span, depth: usize) -> Read {
        let items = list.elements.iter().map(|item| self.read(item, depth + 1)).collect::<Result<Vec<_>, _>>()?;
        let end = items.last().map_or(bracket.end, |last| last.span.end);
        Ok(Syntax { span: self.closed(bracket.start, end, ']'), form: Form::List(items) })
    }

    fn call(&self, call: &CallExpr, token: Span, depth: usize) -> Read {
        let target = call.target.as_ref().map(|target| self.read(target, depth + 1)).transpose()?;
        let arguments = call.args.iter().map(|item| self.read(item, depth + 1)).collect::<Result<Vec<_>, _>>()?;
        let end = arguments.last().map_or(token.end, |last| last.span.end);
        let form = match (call.func_name.as_str(), <[Syntax; 1]>::try_from(arguments)) {
            (operators::LOGICAL_NOT, Ok([of])) => Form::Not(Box::new(of)),
            (operators::NEGATE, Ok([of])) => Form::Negate(Box::new(of)),
            (name, Ok(one)) => return Ok(self.function(name, target, one.into(), token, end)),
            (name, Err(arguments)) => match (binary(name), <[Syntax; 2]>::try_from(arguments)) {
                (Some(operator), Ok([left, right])) => Form::Binary(operator, Box::new(left), Box::new(right)),
                (None, Ok([of, index])) if name == operators::INDEX => {
                    let span = self.closed(of.span.start, end, ']');
                    return Ok(Syntax { span, form: Form::Index(Box::new(of), Box::new(index)) });
                }
                (_, Ok(two)) => return Ok(self.function(name, target, two.into(), token, end)),
                (_, Err(arguments)) => match <[Syntax; 3]>::try_from(arguments) {
                    Ok(three) if name == operators::CONDITIONAL => Form::If(Box::new(three)),
                    Ok(three) => return Ok(self.function(name, target, three.into(), token, end)),
                    Err(arguments) => return Ok(self.function(name, target, arguments, token, end)),
                },
            },
        };
        let start = match &form {
            Form::Binary(_, left, _) => left.span.start,
            Form::If(branches) => branches.first().map_or(token.start, |condition| condition.span.start),
            _ => token.start,
        };
        Ok(Syntax { span: Span::new(start, end.max(token.end)), form })
    }

    fn function(
        &self,
        name: &str,
        target: Option<Syntax>,
        arguments: Vec<Syntax>,
        parenthesis: Span,
        end: usize,
    ) -> Syntax {
        let name_span = self.name_before(parenthesis);
        let start = target.as_ref().map_or(name_span.start, |target| target.span.start);
        let form = Form::Call { name: name.to_owned(), name_span, target: target.map(Box::new), arguments };
        Syntax { span: self.closed(start, end, ')'), form }
    }

    /// Recognises what the parser made of a macro. The shapes are those of its expanders.
    fn walk(&self, walk: &ComprehensionExpr, parenthesis: Span, depth: usize) -> Read {
        let unknown = || unsupported(parenthesis, "cette boucle", "this loop");
        let Expr::Call(step) = &walk.loop_step.expr else { return Err(unknown().into()) };
        let (kind, keep, body) = match (step.func_name.as_str(), step.args.as_slice()) {
            (operators::LOGICAL_OR, [_, body]) => (WalkKind::Exists, None, Some(body)),
            (operators::LOGICAL_AND, [_, body]) => (WalkKind::All, None, Some(body)),
            (operators::ADD, [_, item]) => (WalkKind::Map, None, sole_item(item)),
            (operators::CONDITIONAL, [condition, then, _]) => match &walk.accu_init.expr {
                Expr::Literal(_) => (WalkKind::ExistsOne, None, Some(condition)),
                _ => match added_item(then) {
                    Some(IdedExpr { expr: Expr::Ident(name), .. }) if *name == walk.iter_var => {
                        (WalkKind::Filter, Some(condition), None)
                    }
                    item => (WalkKind::Map, Some(condition), item),
                },
            },
            _ => return Err(unknown().into()),
        };
        if walk.iter_var2.is_some() || (kind != WalkKind::Filter && body.is_none()) {
            return Err(unknown().into());
        }
        let range = self.read(&walk.iter_range, depth + 1)?;
        let keep = keep.map(|keep| self.read(keep, depth + 1)).transpose()?;
        let body = body.map(|body| self.read(body, depth + 1)).transpose()?;
        let last = body.as_ref().or(keep.as_ref()).map_or(parenthesis.end, |last| last.span.end);
        let span = self.closed(range.span.start, last, ')');
        let walk = Walk { kind, range, variable: walk.iter_var.clone(), keep, body };
        Ok(Syntax { span, form: Form::Walk(Box::new(walk)) })
    }

    /// The token behind a node.
    fn token(&self, id: u64) -> Span {
        let Some((start, last)) = self.places.offset_for(id) else { return Span::new(0, self.text.len()) };
        let start = self.text.floor_char_boundary(start as usize);
        let end = self.text.ceil_char_boundary((last as usize).saturating_add(1));
        Span::new(start, end.max(start))
    }

    /// The function name that ends at an opening parenthesis.
    fn name_before(&self, parenthesis: Span) -> Span {
        let before = self.text.get(..parenthesis.start).unwrap_or_default().trim_end();
        let name = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        Span::new(name.min(before.len()), before.len())
    }

    /// A span that takes in the bracket that closes it.
    fn closed(&self, start: usize, end: usize, bracket: char) -> Span {
        let found = self.text.get(end..).and_then(|rest| rest.find(bracket));
        Span::new(start, found.map_or(end, |at| end + at + 1))
    }
}

/// Refuses what would exhaust the stack of the parser, before it sees it. The scan follows quotes as
/// the parser's lexer does; where the two could disagree (comments, back quotes, a word glued to a
/// quote, a quote that is not closed) the text is refused, so that no bracket can hide.
fn scan(text: &str) -> Result<(), Refused> {
    let (mut brackets, mut questions) = (0_usize, 0_usize);
    let mut at = 0;
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let here = Span::new(at, at + character.len_utf8());
        at = here.end;
        match character {
            '"' | '\'' => at = quoted(text, here)?,
            '`' => return Err(unreadable(here, "`").into()),
            '/' if text.get(at..).is_some_and(|rest| rest.starts_with('/')) => {
                return Err(unsupported(
                    here,
                    "les commentaires « // » dans une expression",
                    "“//” comments inside an expression",
                )
                .into());
            }
            '(' | '[' | '{' => brackets += 1,
            ')' | ']' | '}' => brackets = brackets.saturating_sub(1),
            '?' => questions += 1,
            _ => {}
        }
        if brackets > MAX_BRACKETS || questions > MAX_BRACKETS {
            return Err(too_deep(here).into());
        }
    }
    Ok(())
}

/// The offset just after a quoted text.
fn quoted(text: &str, quote: Span) -> Result<usize, Refused> {
    let mark = text.get(quote.start..quote.end).unwrap_or_default();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = text.get(..quote.start).unwrap_or_default();
    let prefix = before.trim_end_matches(is_word).len();
    let raw = match before.get(prefix..).unwrap_or_default() {
        "" => false,
        "r" | "R" => true,
        _ => return Err(unreadable(quote, mark).into()),
    };
    let triple = mark.repeat(3);
    let rest = text.get(quote.start..).unwrap_or_default();
    let closing = if rest.starts_with(&triple) { triple.as_str() } else { mark };
    let mut at = quote.start + closing.len();
    while let Some(rest) = text.get(at..) {
        if rest.starts_with(closing) {
            return Ok(at + closing.len());
        }
        match rest.chars().next() {
            Some('\\') if !raw => at += 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            Some('\n' | '\r') if closing.len() == 1 => break,
            Some(other) => at += other.len_utf8(),
            None => break,
        }
    }
    Err(unclosed(quote).into())
}

fn binary(name: &str) -> Option<Binary> {
    Some(match name {
        operators::LOGICAL_AND => Binary::And,
        operators::LOGICAL_OR => Binary::Or,
        operators::EQUALS => Binary::Equal,
        operators::NOT_EQUALS => Binary::NotEqual,
        operators::LESS => Binary::Less,
        operators::LESS_EQUALS => Binary::LessOrEqual,
        operators::GREATER => Binary::Greater,
        operators::GREATER_EQUALS => Binary::GreaterOrEqual,
        operators::IN => Binary::In,
        operators::ADD => Binary::Add,
        operators::SUBSTRACT => Binary::Subtract,
        operators::MULTIPLY => Binary::Multiply,
        operators::DIVIDE => Binary::Divide,
        operators::MODULO => Binary::Remainder,
        _ => return None,
    })
}

/// The item of a list that the parser built to append it: `[item]`.
fn sole_item(list: &IdedExpr) -> Option<&IdedExpr> {
    match &list.expr {
        Expr::List(ListExpr { elements, .. }) => elements.first(),
        _ => None,
    }
}

/// The item of `result + [item]`.
fn added_item(step: &IdedExpr) -> Option<&IdedExpr> {
    match &step.expr {
        Expr::Call(CallExpr { args, .. }) => args.get(1).and_then(sole_item),
        _ => None,
    }
}

/// The first error says it all: those that follow are its echoes.
fn first_error(text: &str, errors: &ParseErrors) -> ExpressionProblem {
    let Some(error) = errors.errors.first() else { return unreadable(Span::new(0, text.len()), "") };
    let (Ok(line), Ok(column)) = (usize::try_from(error.pos.0), usize::try_from(error.pos.1)) else {
        return unreadable(Span::new(0, text.len()), "");
    };
    if line == 0 {
        return too_deep(Span::new(0, text.len()));
    }
    if error.msg.contains("has() macro") {
        return bad_has(text);
    }
    let line_start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let rest = text.get(line_start..).unwrap_or_default();
    let start = line_start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    let rest = text.get(start..).unwrap_or_default();
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let length = word.max(first);
    unreadable(Span::new(start, start + length), rest.get(..length).unwrap_or_default())
}

fn unreadable(span: Span, found: &str) -> ExpressionProblem {
    let problem = |fr: String, en: String| ExpressionProblem::new("expression-syntax", span, Text::new(fr, en));
    let unexpected = problem(format!("« {found} » n’est pas attendu ici"), format!("“{found}” is not expected here"));
    match found {
        "" => problem("l’expression s’arrête trop tôt".into(), "the expression stops too early".into())
            .with_hint("vérifiez les parenthèses et les guillemets", "check the parentheses and the quotes"),
        "=" => unexpected.with_hint("pour comparer, écrivez « == »", "to compare, write “==”"),
        "and" | "et" | "AND" | "&" => unexpected.with_hint("« et » s’écrit « && »", "“and” is written “&&”"),
        "or" | "ou" | "OR" | "|" => unexpected.with_hint("« ou » s’écrit « || »", "“or” is written “||”"),
        "not" | "non" | "NOT" => unexpected.with_hint("« non » s’écrit « ! »", "“not” is written “!”"),
        "“" | "”" | "«" | "’" | "‘" => {
            unexpected.with_hint("utilisez les guillemets droits \" ou '", "use straight quotes \" or '")
        }
        _ => unexpected,
    }
}

/// The parser does not say where: the first `has` is as good a place as any.
fn bad_has(text: &str) -> ExpressionProblem {
    let start = text.find("has").unwrap_or_default();
    ExpressionProblem::new(
        "bad-call",
        Span::new(start, text.len().min(start + "has".len())),
        Text::new("« has » ne s’emploie pas ainsi", "“has” is not used this way"),
    )
    .with_hint("écrivez has(facts.…), avec le chemin d’un fait", "write has(facts.…), with the path of a fact")
}

fn unclosed(quote: Span) -> ExpressionProblem {
    ExpressionProblem::new(
        "expression-syntax",
        quote,
        Text::new("le guillemet ouvert ici n’est pas fermé", "the quote opened here is not closed"),
    )
    .with_hint("fermez le texte par le même guillemet", "close the text with the same quote")
}

fn too_deep(span: Span) -> ExpressionProblem {
    ExpressionProblem::new(
        "expression-too-deep",
        span,
        Text::new("cette expression est trop imbriquée", "this expression is nested too deep"),
    )
    .with_hint(
        "répartissez-la en plusieurs vérifications, ou calculez ce fait dans la sonde",
        "split it into several checks, or compute the fact in the probe",
    )
}

fn unsupported(span: Span, fr: &str, en: &str) -> ExpressionProblem {
    ExpressionProblem::new(
        "expression-unsupported",
        span,
        Text::new(format!("les règles n’acceptent pas {fr}"), format!("rules do not take {en}")),
    )
}

fn no_null(span: Span) -> ExpressionProblem {
    unsupported(span, "« null » : un fait absent est inconnu", "“null”: a fact that is absent is unknown")
        .with_hint("pour savoir si un fait a été vu : has(facts.…)", "to know whether a fact was seen: has(facts.…)")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<String> {
        fn collect(syntax: &Syntax, text: &str, into: &mut Vec<String>) {
            into.push(text[syntax.span.start..syntax.span.end].to_owned());
            match &syntax.form {
                Form::Binary(_, left, right) => {
                    collect(left, text, into);
                    collect(right, text, into);
                }
                Form::Select(select) | Form::Has(select) => {
                    into.push(format!(".{}", &text[select.field_span.start..select.field_span.end]));
                    collect(&select.of, text, into);
                }
                Form::Walk(walk) => {
                    collect(&walk.range, text, into);
                    walk.keep.iter().chain(&walk.body).for_each(|part| collect(part, text, into));
                }
                Form::Call { name_span, target, arguments, .. } => {
                    into.push(format!("{}()", &text[name_span.start..name_span.end]));
                    target.iter().map(|target| &**target).chain(arguments).for_each(|part| collect(part, text, into));
                }
                _ => {}
            }
        }
        let mut found = Vec::new();
        collect(&parse(text).unwrap(), text, &mut found);
        found
    }

    #[test]
    fn every_part_knows_its_place() {
        assert_eq!(spans("\"é\" == facts.a"), ["\"é\" == facts.a", "\"é\"", "facts.a", ".a", "facts"]);
        assert_eq!(spans("has(facts . a)"), ["facts . a", ".a", "facts"]);
        assert_eq!(
            spans("facts.l.all(x, x > 1)"),
            ["facts.l.all(x, x > 1)", "facts.l", ".l", "facts", "x > 1", "x", "1"]
        );
        assert_eq!(spans("size (facts) > 1")[1..4], ["size (facts)", "size()", "facts"]);
        assert_eq!(spans("facts.n.startsWith(\"a\")")[..2], ["facts.n.startsWith(\"a\")", "startsWith()"]);
    }

    #[test]
    fn macros_are_recognised() {
        let kind = |text| match parse(text).unwrap().form {
            Form::Walk(walk) => (walk.kind, walk.keep.is_some(), walk.body.is_some()),
            other => panic!("{other:?}"),
        };
        assert_eq!(kind("l.exists(x, x)"), (WalkKind::Exists, false, true));
        assert_eq!(kind("l.all(x, x)"), (WalkKind::All, false, true));
        assert_eq!(kind("l.exists_one(x, x)"), (WalkKind::ExistsOne, false, true));
        assert_eq!(kind("l.filter(x, x)"), (WalkKind::Filter, true, false));
        assert_eq!(kind("l.map(x, x)"), (WalkKind::Map, false, true));
        assert_eq!(kind("l.map(x, x > 1, x + 1)"), (WalkKind::Map, true, true));
    }

    #[test]
    fn long_chains_are_refused_not_overflowed() {
        for unit in ["+1", ".a", "[0]", " && a", " ? a : a", ".map(x,x)"] {
            let text = format!("a{}", unit.repeat(crate::MAX_EXPRESSION_BYTES / unit.len()));
            let _ = parse(&text);
        }
        for (open, close) in
            [("f(\")\",", ")"), ("(", ")"), ("[", "]"), ("!", ""), ("-", ""), ("f(", ")"), ("a ? a : ", "")]
        {
            for times in [MAX_BRACKETS, crate::MAX_EXPRESSION_BYTES / (open.len() + close.len()) - 1] {
                let _ = parse(&format!("{}a{}", open.repeat(times), close.repeat(times)));
                let _ = parse(&open.repeat(times));
            }
        }
    }
}
