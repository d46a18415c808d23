//! The functions of the language.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use regex::RegexBuilder;
use vigie_model::Text;
use vigie_source::Span;

use super::ExpressionProblem;
use super::check::{Checker, Typed, mismatch};
use super::syntax::{Form, Syntax};
use super::typed::{TextTest, Tree};
use super::types::Type;
use crate::spelling;

/// Cap on the compiled size of a pattern, in bytes.
const MAX_PATTERN_BYTES: usize = 256 * 1024;

/// Every function, with how it is written.
pub(super) const FUNCTIONS: [(&str, &str); 14] = [
    ("all", "liste.all(x, condition)"),
    ("contains", "texte.contains(\"…\")"),
    ("day", "day(\"2026-03-31\")"),
    ("duration", "duration(\"720h\")"),
    ("endsWith", "texte.endsWith(\"…\")"),
    ("exists", "liste.exists(x, condition)"),
    ("exists_one", "liste.exists_one(x, condition)"),
    ("filter", "liste.filter(x, condition)"),
    ("has", "has(facts.…)"),
    ("map", "liste.map(x, valeur)"),
    ("matches", "texte.matches(\"…\")"),
    ("size", "size(liste)"),
    ("startsWith", "texte.startsWith(\"…\")"),
    ("timestamp", "timestamp(\"2026-03-31T00:00:00Z\")"),
];

/// Types the call of a function.
pub(super) fn check<'c>(
    checker: &mut Checker<'c>,
    name: &str,
    name_span: Span,
    target: Option<&Syntax>,
    arguments: &[Syntax],
    span: Span,
) -> Typed<'c> {
    match (name, target, arguments) {
        ("size", None, [of]) | ("size", Some(of), []) => {
            let typed = checker.check(of);
            match typed.of {
                Type::List(_) | Type::Table(_) | Type::Text | Type::Choice(_) | Type::Any => {
                    Typed::new(Tree::Size(Box::new(typed.tree)), Type::Int)
                }
                other => checker.report(mismatch("size", &[&other], of.span)),
            }
        }
        ("startsWith", Some(of), [part]) => text_test(checker, TextTest::StartsWith, name, of, part),
        ("endsWith", Some(of), [part]) => text_test(checker, TextTest::EndsWith, name, of, part),
        ("contains", Some(of), [part]) => text_test(checker, TextTest::Contains, name, of, part),
        ("matches", Some(of), [pattern]) => matches(checker, of, pattern),
        ("timestamp", None, [text]) => literal(checker, text, |text| {
            text.parse::<Timestamp>().ok().map(|instant| Typed::new(Tree::Instant(instant), Type::Instant))
        }),
        ("day", None, [text]) => literal(checker, text, |text| {
            // jiff would take an instant too, and drop its time.
            let day = (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten();
            day.map(|day| Typed::new(Tree::Day(day), Type::Day))
        }),
        ("duration", None, [text]) => literal(checker, text, |text| {
            parse_duration(text).map(|duration| Typed::new(Tree::Duration(duration), Type::Duration))
        }),
        _ => {
            let problem = unknown_call(name, name_span, span);
            checker.report(problem)
        }
    }
}

/// Reads a duration as CEL writes it, `"1h30m"`, with days (`d`, of 24 hours) besides.
/// `None` when it is not one, or when it does not fit.
pub fn parse_duration(text: &str) -> Option<SignedDuration> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let mut total = SignedDuration::ZERO;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest.get(..digits)?.parse().ok()?;
        let unit_and_rest = rest.get(digits..)?;
        let unit = unit_and_rest.find(|c: char| c.is_ascii_digit()).unwrap_or(unit_and_rest.len());
        let part = match unit_and_rest.get(..unit)? {
            "d" => SignedDuration::from_secs(number.checked_mul(86_400)?),
            "h" => SignedDuration::from_secs(number.checked_mul(3_600)?),
            "m" => SignedDuration::from_secs(number.checked_mul(60)?),
            "s" => SignedDuration::from_secs(number),
            "ms" => SignedDuration::from_millis(number),
            _ => return None,
        };
        total = total.checked_add(part)?;
        rest = unit_and_rest.get(unit..)?;
    }
    total.checked_mul(sign)
}

fn text_test<'c>(checker: &mut Checker<'c>, how: TextTest, name: &str, of: &Syntax, part: &Syntax) -> Typed<'c> {
    let (text, wanted) = (checker.check(of), checker.check(part));
    if !text.of.is_text() || !wanted.of.is_text() {
        let span = Span::new(of.span.start, part.span.end);
        return checker.report(mismatch(name, &[&text.of, &wanted.of], span));
    }
    Typed::new(Tree::TextTest(how, Box::new([text.tree, wanted.tree])), Type::Bool)
}

fn matches<'c>(checker: &mut Checker<'c>, of: &Syntax, pattern: &Syntax) -> Typed<'c> {
    let text = checker.check(of);
    if !text.of.is_text() {
        return checker.report(mismatch("matches", &[&text.of], of.span));
    }
    let Form::Text(source) = &pattern.form else { return checker.report(not_literal(pattern.span)) };
    match RegexBuilder::new(source).size_limit(MAX_PATTERN_BYTES).build() {
        Ok(regex) => Typed::new(Tree::Matches(Box::new(text.tree), regex), Type::Bool),
        Err(_) => checker.report(
            ExpressionProblem::new(
                "bad-pattern",
                pattern.span,
                Text::new("ce motif (expression rationnelle) n’est pas correct", "this pattern (regular expression) is not correct"),
            )
            .with_hint(
                "dans un texte, doublez les barres obliques inverses, ou écrivez-le r\"…\" ; ni renvoi \\1 ni regard (?=…)",
                "in a text, double the backslashes, or write it r\"…\"; no back-reference \\1, no look-around (?=…)",
            ),
        ),
    }
}

fn literal<'c>(checker: &mut Checker<'c>, argument: &Syntax, read: impl Fn(&str) -> Option<Typed<'c>>) -> Typed<'c> {
    let Form::Text(text) = &argument.form else { return checker.report(not_literal(argument.span)) };
    match read(text) {
        Some(typed) => typed,
        None => checker.report(
            ExpressionProblem::new(
                "bad-literal",
                argument.span,
                Text::new(format!("« {text} » ne peut pas être lu"), format!("“{text}” cannot be read")),
            )
            .with_hint(
                "instant : 2026-03-31T00:00:00Z ; jour : 2026-03-31 ; durée : 720h, 90m, 30d",
                "instant: 2026-03-31T00:00:00Z; day: 2026-03-31; duration: 720h, 90m, 30d",
            ),
        ),
    }
}

fn not_literal(span: Span) -> ExpressionProblem {
    ExpressionProblem::new(
        "not-literal",
        span,
        Text::new(
            "un texte entre guillemets est attendu ici : il est lu au chargement de la règle",
            "a quoted text is expected here: it is read when the rule loads",
        ),
    )
}

fn unknown_call(name: &str, name_span: Span, span: Span) -> ExpressionProblem {
    if let Some((_, usage)) = FUNCTIONS.iter().find(|(known, _)| *known == name) {
        return ExpressionProblem::new(
            "bad-call",
            span,
            Text::new(format!("« {name} » ne s’emploie pas ainsi"), format!("“{name}” is not used this way")),
        )
        .with_hint(format!("écrivez {usage}"), format!("write {usage}"));
    }
    let mut problem = ExpressionProblem::new(
        "unknown-function",
        name_span,
        Text::new(format!("la fonction « {name} » n’existe pas"), format!("there is no function “{name}”")),
    );
    problem.hint = match name {
        "len" | "length" | "count" => Some(Text::new("pour compter : size(…)", "to count: size(…)")),
        "any" | "some" => Some(Text::same("liste.exists(x, …)")),
        "now" | "today" => {
            Some(Text::new("l’instant du jugement est « as_of »", "the instant of the judgement is “as_of”"))
        }
        _ => spelling::hint(name, FUNCTIONS.iter().map(|(known, _)| *known)),
    };
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        assert_eq!(parse_duration("720h"), Some(SignedDuration::from_hours(720)));
        assert_eq!(parse_duration("1h30m5s"), Some(SignedDuration::from_secs(5405)));
        assert_eq!(parse_duration("-30d"), Some(SignedDuration::from_hours(-720)));
        assert_eq!(parse_duration("250ms"), Some(SignedDuration::from_millis(250)));
        for bad in ["", "-", "h", "1", "1y", "1h1", "9223372036854775807d", "1 h", "1.5h"] {
            assert_eq!(parse_duration(bad), None, "{bad}");
        }
    }
}
