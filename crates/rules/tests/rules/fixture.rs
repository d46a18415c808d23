//! A small catalogue, a good rule, and ways to break it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use vigie_model::{
    Catalogue, FactPath, FactType, Facts, Lang, Observation, Outcome, Reason, Source, SubjectKind, Text, Vantage,
    Verdict,
};
use vigie_rules::{Frameworks, MAX_STEPS, RuleSet, parse_expression};
use vigie_source::SourceFile;

/// Versions of the protocol.
#[derive(Serialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema is read")]
pub(crate) enum Protocol {
    /// SSL 3.0.
    #[serde(rename = "SSLv3")]
    Ssl3,
    /// TLS 1.0.
    #[serde(rename = "TLS 1.0")]
    Tls10,
    /// TLS 1.2.
    #[serde(rename = "TLS 1.2")]
    Tls12,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Certificate {
    /// Common name.
    name: Option<String>,
    /// Last instant of validity.
    not_after: Option<Timestamp>,
    /// Names it is for.
    names: Vec<String>,
    /// Size of the key, in bits.
    bits: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Chain {
    /// Whether it leads to a known authority.
    trusted: Option<bool>,
    /// What was served, leaf first.
    certificates: Vec<Certificate>,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Endpoint {
    /// Whether it answered.
    reachable: Option<bool>,
    /// Versions that it accepts.
    protocols: Option<Vec<Protocol>>,
    /// The version that it prefers.
    best: Option<Protocol>,
    /// What it said first.
    banner: Option<String>,
    /// Ports that answer.
    ports: Option<Vec<i64>>,
    /// Connections that were opened.
    count: Option<i64>,
    /// Share of answers, from 0 to 1.
    ratio: Option<f64>,
    /// Day of the last test.
    tested_on: Option<Date>,
    /// Headers of the answer.
    headers: Option<BTreeMap<String, String>>,
    /// What was served.
    chain: Option<Chain>,
}

impl Facts for Endpoint {
    const KIND: &'static str = "test.endpoint";
    const SUBJECT: SubjectKind = SubjectKind::Endpoint;

    fn title() -> Text {
        Text::new("point d’accès d’essai", "test endpoint")
    }
}

pub(crate) const GOOD: &str = include_str!("good.yaml");

pub(crate) fn catalogue() -> Catalogue {
    static ONCE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new().with::<Endpoint>().unwrap());
    ONCE.clone()
}

pub(crate) fn facts_type() -> FactType {
    catalogue().kind("test.endpoint").unwrap().facts.clone()
}

pub(crate) fn frameworks() -> Frameworks {
    static ONCE: LazyLock<Frameworks> = LazyLock::new(|| Frameworks::shipped().unwrap());
    ONCE.clone()
}

pub(crate) fn file(text: &str) -> SourceFile {
    SourceFile::new("rules/tls/legacy-protocol.yaml", text)
}

pub(crate) fn load(text: &str) -> RuleSet {
    match RuleSet::load([file(text)], &catalogue(), &frameworks()) {
        Ok(rules) => rules,
        Err(problems) => panic!("{}", problems.render(Lang::En, false, 100)),
    }
}

/// What a French reader sees of a rule file that does not load.
pub(crate) fn refused(text: &str) -> String {
    match RuleSet::load([file(text)], &catalogue(), &frameworks()) {
        Ok(_) => panic!("this should not load:\n{text}"),
        Err(problems) => problems.render(Lang::Fr, false, 100),
    }
}

/// The good rule with a part replaced.
pub(crate) fn with(part: &str, other: &str) -> String {
    assert!(GOOD.contains(part), "not in the good rule: {part}");
    GOOD.replacen(part, other, 1)
}

/// The good rule with another expression for its first check.
pub(crate) fn with_expr(expr: &str) -> String {
    with(r#"!facts.protocols.exists(p, p in ["SSLv3"])"#, expr)
}

pub(crate) fn object(json: Value) -> Map<String, Value> {
    match json {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

pub(crate) fn at(instant: &str) -> Timestamp {
    instant.parse().unwrap()
}

/// The truth of an expression over facts, at the start of 2026.
pub(crate) fn truth(expression: &str, facts: Value) -> Option<bool> {
    let expression = parse_expression(expression, &facts_type()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    expression.truth(&object(facts), at("2026-01-01T00:00:00Z"), &mut MAX_STEPS.clone())
}

pub(crate) fn seen(subject: &str, facts: Value) -> Observation {
    seen_with_gaps(subject, facts, &[])
}

pub(crate) fn seen_with_gaps(subject: &str, facts: Value, gaps: &[(&str, Reason)]) -> Observation {
    let gaps = gaps.iter().map(|(path, reason)| (FactPath::from(*path), *reason)).collect();
    observation(subject, Outcome::Observed { facts: object(facts), gaps })
}

pub(crate) fn observation(subject: &str, outcome: Outcome) -> Observation {
    Observation {
        subject: subject.parse().unwrap(),
        kind: "test.endpoint".to_owned(),
        source: Source::Measured,
        vantage: Vantage::Outside,
        observed_at: at("2026-01-01T00:00:00Z"),
        took_ms: 1,
        outcome,
        owner: None,
        evidence: Vec::new(),
    }
}

/// The verdict of a rule on one observation, at the start of 2026.
pub(crate) fn judged(rule: &str, observation: Observation) -> Verdict {
    let mut verdicts = load(rule).judge(&[observation], at("2026-01-01T00:00:00Z"));
    assert_eq!(verdicts.len(), 1);
    verdicts.remove(0)
}

pub(crate) const WWW: &str = "endpoint:tcp/www.ch-demo.example:443@192.0.2.1";
