//! Expressions, rule files, frameworks and the CaRE programme.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use vigie_model::{Catalogue, FactType, Facts, SubjectKind, Text};
use vigie_rules::{
    CareProgramme, Frameworks, MAX_EXPRESSION_BYTES, MAX_STEPS, RuleSet, parse_duration, parse_expression, read_rule,
};
use vigie_source::SourceFile;

use crate::claims::problems_hold;

/// Facts of every type that rules know.
#[derive(Serialize, JsonSchema)]
struct Sample {
    /// Yes or no.
    open: bool,
    /// A whole number.
    count: Option<i64>,
    /// A decimal number.
    hours: Option<f64>,
    /// A text.
    name: String,
    /// An instant.
    seen: Option<Timestamp>,
    /// Texts.
    words: Vec<String>,
    /// Records.
    links: Vec<Link>,
    /// Numbers by name.
    sizes: BTreeMap<String, i64>,
}

#[derive(Serialize, JsonSchema)]
struct Link {
    /// Where to.
    to: String,
    /// How far.
    metres: i64,
}

impl Facts for Sample {
    const KIND: &'static str = "sample.endpoint";
    const SUBJECT: SubjectKind = SubjectKind::Endpoint;

    fn title() -> Text {
        Text::new("Échantillon", "Sample")
    }
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new().with::<Sample>().unwrap_or_default());
static FRAMEWORKS: LazyLock<Option<Frameworks>> = LazyLock::new(|| Frameworks::shipped().ok());

/// A condition that is read has the same truth each time; over no fact at all it may be unknown, and it
/// spends at most its budget. Problems point inside the text.
pub fn expression(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let nothing = FactType::Record(BTreeMap::new());
    let facts = CATALOGUE.kind(Sample::KIND).map_or(&nothing, |kind| &kind.facts);
    let expression = match parse_expression(&text, facts) {
        Ok(expression) => expression,
        Err(problems) => {
            assert!(!problems.is_empty());
            let inside = |start, end| text.get(start..end).is_some();
            return problems.iter().for_each(|problem| {
                assert!(inside(problem.span.start, problem.span.end), "{problem:?} in {text:?}");
            });
        }
    };
    assert!(text.len() <= MAX_EXPRESSION_BYTES);
    for facts in [Map::new(), seen_facts()] {
        let (mut first, mut second) = (MAX_STEPS, MAX_STEPS);
        let as_of = Timestamp::UNIX_EPOCH;
        assert_eq!(expression.truth(&facts, as_of, &mut first), expression.truth(&facts, as_of, &mut second));
        assert!(first == second && first <= MAX_STEPS);
    }
}

fn seen_facts() -> Map<String, Value> {
    let facts = json!({
        "open": true, "count": 3, "hours": 2.5, "name": "www", "seen": "2026-01-01T00:00:00Z",
        "words": ["a", "b"], "links": [{"to": "a", "metres": 1}, {"to": "b", "metres": -2}], "sizes": {"a": 1},
    });
    facts.as_object().cloned().unwrap_or_default()
}

/// A duration has its opposite, and not when it begins with two signs.
pub fn duration(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let opposite = parse_duration(&format!("-{text}"));
    match parse_duration(&text) {
        Some(length) if !text.starts_with('-') => assert_eq!(opposite, length.checked_neg()),
        _ => assert_eq!(opposite, None),
    }
    assert_eq!(parse_duration(""), None::<SignedDuration>);
}

/// A rule file that is read says the same once written in JSON, which is YAML too. A set of rules that
/// loads has the same hash again, and plays its cases. Anything else has problems.
pub fn rule(data: &[u8]) {
    let Ok(file) = SourceFile::from_bytes("rules/sample/bad-state.yaml", data) else { return };
    match read_rule(&file) {
        Ok(rule) => {
            let written = serde_json::to_string(&rule.value).unwrap_or_default();
            let again = read_rule(&SourceFile::new(file.name(), written)).map(|rule| rule.value);
            assert_eq!(again.ok(), Some(rule.value));
        }
        Err(problems) => problems_hold(&problems),
    }
    let Some(frameworks) = FRAMEWORKS.as_ref() else { return };
    let load = || RuleSet::load([file.clone()], &CATALOGUE, frameworks);
    match load() {
        Ok(rules) => {
            assert_eq!(load().map(|rules| rules.hash().to_owned()).ok().as_deref(), Some(rules.hash()));
            assert_eq!(rules.len(), 1);
            let failures = rules.check_cases();
            assert!(failures.len() <= rules.list().map(|rule| rule.cases.len()).sum());
        }
        Err(problems) => problems_hold(&problems),
    }
}

/// A file of frameworks or of CaRE objectives is read the same twice, or has problems.
pub fn programmes(data: &[u8]) {
    let Ok(file) = SourceFile::from_bytes("rules/programme.yaml", data) else { return };
    match Frameworks::read(&file) {
        Ok(frameworks) => {
            let again = Frameworks::read(&file).map(|again| format!("{again:?}")).ok();
            assert_eq!(again, Some(format!("{frameworks:?}")));
        }
        Err(problems) => problems_hold(&problems),
    }
    match CareProgramme::read(&file) {
        Ok(programme) => assert_eq!(CareProgramme::read(&file).ok(), Some(programme)),
        Err(problems) => problems_hold(&problems),
    }
}
