//! The examples that a rule carries: checked when it loads, run by the tests.

use std::collections::BTreeSet;

use vigie_model::{FactPath, FactType, RuleId, Source, Subject, Text, VerdictOutcome};
use vigie_source::{
    Level, Located, Node, Problem, Problems, SourceFile, Span, Step, Value, check_date, check_date_time, path,
};

use crate::judge::{self, Look};
use crate::load::LoadedRule;
use crate::rule::{Case, Expect, ExpectWord, Rule};
use crate::{RuleSet, facts, spelling};

/// A case whose rule does not say what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFailure {
    /// The rule.
    pub rule: RuleId,
    /// The file it is in.
    pub file: String,
    /// The case.
    pub case: String,
    /// What the case expects.
    pub expected: Text,
    /// What the rule says.
    pub got: Text,
}

impl RuleSet {
    /// Runs every case of every rule; a deprecated rule keeps its word too.
    pub fn check_cases(&self) -> Vec<CaseFailure> {
        self.loaded().flat_map(|loaded| loaded.rule.cases.iter().filter_map(|case| run(loaded, case))).collect()
    }
}

fn run(loaded: &LoadedRule, case: &Case) -> Option<CaseFailure> {
    let look = Look { facts: &case.facts, gaps: &case.gaps, source: Source::Measured };
    let (outcome, _) = judge::outcome(loaded, &Subject::Facility, &look, case.instant());
    if agrees(&case.expect, &outcome) {
        return None;
    }
    Some(CaseFailure {
        rule: loaded.rule.id.clone(),
        file: loaded.file.clone(),
        case: case.name.clone(),
        expected: expected_text(&case.expect),
        got: outcome_text(&outcome),
    })
}

fn agrees(expect: &Expect, outcome: &VerdictOutcome) -> bool {
    match (expect, outcome) {
        (Expect::Word(ExpectWord::Pass), VerdictOutcome::Pass)
        | (Expect::Word(ExpectWord::NotApplicable), VerdictOutcome::NotApplicable)
        | (Expect::Word(ExpectWord::Unknown), VerdictOutcome::Unknown { .. }) => true,
        (Expect::Fail(expected), VerdictOutcome::Fail { checks }) => {
            let failed: BTreeSet<String> = checks.iter().map(|check| check.check.clone()).collect();
            failed == expected.fail
        }
        (Expect::Unknown(expected), VerdictOutcome::Unknown { missing }) => {
            let covers = |wanted: &FactPath, path: &FactPath| {
                wanted.covers(path) || wanted.covers(&FactPath::new(facts::without_indices(path)))
            };
            expected.unknown.iter().all(|wanted| missing.iter().any(|missing| covers(wanted, &missing.path)))
                && missing.iter().all(|missing| expected.unknown.iter().any(|wanted| covers(wanted, &missing.path)))
        }
        _ => false,
    }
}

/// What a case expects, in plain words.
pub(crate) fn expected_text(expect: &Expect) -> Text {
    match expect {
        Expect::Word(ExpectWord::Pass) => Text::new("conforme", "pass"),
        Expect::Word(ExpectWord::NotApplicable) => Text::new("sans objet", "not applicable"),
        Expect::Word(ExpectWord::Unknown) => Text::new("inconnu", "unknown"),
        Expect::Fail(expected) => failed_text(expected.fail.iter().map(String::as_str)),
        Expect::Unknown(expected) => unknown_text(expected.unknown.iter()),
    }
}

fn outcome_text(outcome: &VerdictOutcome) -> Text {
    match outcome {
        VerdictOutcome::Pass => Text::new("conforme", "pass"),
        VerdictOutcome::NotApplicable => Text::new("sans objet", "not applicable"),
        VerdictOutcome::Fail { checks } | VerdictOutcome::Waived { checks, .. } => {
            failed_text(checks.iter().map(|check| check.check.as_str()))
        }
        VerdictOutcome::Unknown { missing } => unknown_text(missing.iter().map(|missing| &missing.path)),
    }
}

fn failed_text<'t>(checks: impl Iterator<Item = &'t str>) -> Text {
    let list = checks.collect::<Vec<_>>().join(", ");
    Text::new(format!("en échec : {list}"), format!("failed: {list}"))
}

fn unknown_text<'t>(paths: impl Iterator<Item = &'t FactPath>) -> Text {
    let paths: Vec<&str> = paths.map(|path| if *path == FactPath::ROOT { "*" } else { path.as_str() }).collect();
    let list = paths.join(", ");
    Text::new(format!("inconnu, faute de : {list}"), format!("unknown, for want of: {list}"))
}

/// The outcomes that no case of a rule shows and that every rule must show.
pub(crate) fn wanted(rule: &Rule) -> Vec<&'static str> {
    let shown = |wanted: fn(&Expect) -> bool| rule.cases.iter().any(|case| wanted(&case.expect));
    let mut missing = Vec::new();
    if !shown(|expect| matches!(expect, Expect::Word(ExpectWord::Pass))) {
        missing.push("pass");
    }
    if !shown(|expect| matches!(expect, Expect::Fail(_))) {
        missing.push("fail");
    }
    if !shown(|expect| matches!(expect, Expect::Unknown(_) | Expect::Word(ExpectWord::Unknown))) {
        missing.push("unknown");
    }
    missing
}

/// Checks what the cases of a rule speak of: facts, gaps, checks.
pub(crate) fn check(located: &Located<Rule>, facts: &FactType, problems: &mut Problems) {
    let rule = &located.value;
    for (index, case) in rule.cases.iter().enumerate() {
        if rule.cases.iter().take(index).any(|earlier| earlier.name == case.name) {
            let message = Text::new(
                format!("deux cas s’appellent « {} »", case.name),
                format!("two cases are called “{}”", case.name),
            );
            problems.push(located.problem_at(&path!["cases", index, "name"], Level::Error, "case-twice", message));
        }
        if let Some(node) = located.root.at(&path!["cases", index, "facts"]) {
            check_facts(&located.file, node, facts, &FactPath::ROOT, problems);
        }
        for gap in case.gaps.keys() {
            let gaps = located.root.at(&path!["cases", index, "gaps"]);
            let span = gaps.and_then(|gaps| gaps.entry(gap.as_str())).map(|entry| entry.key_span);
            check_path(located, gap, facts, span, problems);
        }
        match &case.expect {
            Expect::Unknown(expected) => {
                for wanted in &expected.unknown {
                    let span = item(located, &path!["cases", index, "expect", "unknown"], wanted.as_str());
                    check_path(located, wanted, facts, span, problems);
                }
            }
            Expect::Fail(expected) => {
                let ids: Vec<&str> = rule.checks.iter().map(|check| check.id.as_str()).collect();
                for failed in expected.fail.iter().filter(|failed| !ids.contains(&failed.as_str())) {
                    let message = Text::new(
                        format!("la règle n’a pas de vérification « {failed} »"),
                        format!("the rule has no check “{failed}”"),
                    );
                    let span = item(located, &path!["cases", index, "expect", "fail"], failed);
                    let problem = Problem::error("unknown-check", &located.file, message);
                    let problem = problem.at(span.unwrap_or(located.root.span));
                    problems.push(with_hint(problem, spelling::hint(failed, ids.iter().copied())));
                }
            }
            Expect::Word(_) => {}
        }
    }
}

/// Where an item of a list of texts stands.
fn item(located: &Located<Rule>, list: &[Step], text: &str) -> Option<Span> {
    let items = located.root.at(list)?.items();
    items.iter().find(|item| item.as_text() == Some(text)).map(|item| item.span)
}

fn check_path(
    located: &Located<Rule>,
    wanted: &FactPath,
    facts: &FactType,
    span: Option<Span>,
    problems: &mut Problems,
) {
    if let Err(known) = facts::locate(facts, &facts::without_indices(wanted)) {
        let problem = Problem::error("unknown-fact", &located.file, not_in_catalogue(wanted.as_str()));
        let last = wanted.as_str().rsplit('.').next().unwrap_or_default();
        problems.push(with_hint(problem.at(span.unwrap_or(located.root.span)), spelling::hint(last, known)));
    }
}

/// Checks a document against the catalogue. A fact that is left out is not a problem: it was not seen.
fn check_facts(file: &SourceFile, node: &Node, of: &FactType, at: &FactPath, problems: &mut Problems) {
    let mut report = |message: Text, hint: Option<Text>| {
        problems.push(with_hint(Problem::error("bad-fact", file, message).at(node.span), hint));
    };
    match (of, &node.value) {
        (FactType::Bool, Value::Bool(_))
        | (FactType::Int, Value::Int(_))
        | (FactType::Float, Value::Int(_) | Value::Float(_))
        | (FactType::Text, Value::Text(_)) => {}
        (FactType::Choice(words), Value::Text(text)) if words.contains(text) => {}
        (FactType::Choice(words), Value::Text(text)) => {
            let message = Text::new(format!("« {at} » ne vaut jamais « {text} »"), format!("“{at}” is never “{text}”"));
            report(message, spelling::hint(text, words.iter().map(String::as_str)));
        }
        (FactType::Instant, Value::Text(text)) => {
            if let Err(problem) = check_date_time(text) {
                report(problem.message, problem.hint);
            }
        }
        (FactType::Day, Value::Text(text)) => {
            if let Err(problem) = check_date(text) {
                report(problem.message, problem.hint);
            }
        }
        (FactType::List(of), Value::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                check_facts(file, item, of, &at.index(index), problems);
            }
        }
        (FactType::Table(of), Value::Map(entries)) => {
            for entry in entries {
                check_facts(file, &entry.value, of, &at.field(&entry.key), problems);
            }
        }
        (FactType::Record(fields), Value::Map(entries)) => {
            for entry in entries {
                if let Some(field) = fields.get(&entry.key) {
                    check_facts(file, &entry.value, &field.of, &at.field(&entry.key), problems);
                } else {
                    let path = at.field(&entry.key);
                    let problem = Problem::error("unknown-fact", file, not_in_catalogue(path.as_str()));
                    let hint = spelling::hint(&entry.key, fields.keys().map(String::as_str));
                    problems.push(with_hint(problem.at(entry.key_span), hint));
                }
            }
        }
        (_, Value::Null) => {
            let message = Text::new(format!("« {at} » est vide"), format!("“{at}” is empty"));
            let hint = Text::new("pour dire « pas vu », retirez la ligne", "to say “not seen”, remove the line");
            report(message, Some(hint));
        }
        (of, _) => {
            let expected = of.describe();
            let message = Text::new(
                format!("« {at} » n’a pas le type du catalogue ({expected})"),
                format!("“{at}” does not have the type of the catalogue ({expected})"),
            );
            let quoted = matches!(of, FactType::Text | FactType::Choice(_) | FactType::Instant | FactType::Day)
                && matches!(node.value, Value::Int(_) | Value::Float(_) | Value::Bool(_));
            let hint = Text::new("mettez-le entre guillemets", "put it between quotes");
            report(message, quoted.then_some(hint));
        }
    }
}

fn not_in_catalogue(path: &str) -> Text {
    Text::new(
        format!("le fait « {path} » n’est pas au catalogue"),
        format!("the fact “{path}” is not in the catalogue"),
    )
}

fn with_hint(problem: Problem, hint: Option<Text>) -> Problem {
    match hint {
        Some(hint) => problem.with_hint(hint),
        None => problem,
    }
}
