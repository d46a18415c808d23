//! How long rules take: 100 rules on one document of 2.3 KB, and one rule set on 10,000 observations.
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first surprise")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use vigie_model::{Catalogue, Facts, Observation, Outcome, Source, SubjectKind, Text, Vantage};
use vigie_rules::{Frameworks, RuleSet};
use vigie_source::SourceFile;

#[derive(Serialize, JsonSchema)]
struct Endpoint {
    port: u16,
    versions: Vec<String>,
    days_left: i64,
    key_bits: i64,
    names: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Host {
    endpoints: Vec<Endpoint>,
    open_ports: Vec<u16>,
    dmarc: String,
    spf: String,
    plan_tested: Timestamp,
    notes: Vec<String>,
}

impl Facts for Host {
    const KIND: &'static str = "bench.host";
    const SUBJECT: SubjectKind = SubjectKind::Endpoint;

    fn title() -> Text {
        Text::same("host")
    }
}

/// The shapes of real checks: nested walks, thresholds, membership, dates, patterns.
const CHECKS: [&str; 5] = [
    "!facts.endpoints.exists(e, e.versions.exists(v, v in ['SSLv3', 'TLSv1.0', 'TLSv1.1']))",
    "facts.endpoints.all(e, e.days_left > 30 && e.key_bits >= 2048)",
    "facts.dmarc in ['quarantine', 'reject'] && facts.spf.startsWith('v=spf1')",
    "!facts.open_ports.exists(p, p in [21, 23, 445, 1433, 3306, 3389])",
    "as_of - facts.plan_tested < duration('8760h') && facts.notes.all(n, !n.matches('(?i)todo'))",
];

fn rule(number: usize) -> SourceFile {
    let check = |(at, expr)| format!("  - {{id: c{at}, expr: \"{expr}\", fail: {{fr: non, en: no}}}}\n");
    let checks = CHECKS.iter().enumerate().map(check).collect::<Vec<_>>().concat();
    let text = format!(
        "id: bench.rule-{number}\nsince: \"0.1\"\nsubject: bench.host\nseverity: high\ntheme: tls\nchecks:\n{checks}\
         title: {{fr: a, en: a}}\nwhy: {{fr: a, en: a}}\nremedy: {{fr: a, en: a}}\neffort: low\ncases:\n  \
         - {{name: a, expect: pass}}\n  - {{name: b, expect: {{fail: [c0]}}}}\n  - {{name: c, expect: unknown}}\n"
    );
    SourceFile::new(format!("rules/bench/rule-{number}.yaml"), text)
}

fn rules(count: usize) -> RuleSet {
    let catalogue = Catalogue::new().with::<Host>().unwrap();
    RuleSet::load((0..count).map(rule), &catalogue, &Frameworks::shipped().unwrap()).unwrap()
}

fn document() -> Value {
    let endpoint = |port: u16| {
        json!({
            "port": port, "versions": ["TLSv1.2", "TLSv1.3"], "days_left": 61, "key_bits": 4096,
            "names": (0..8).map(|at| format!("service-{at}.ch-demo.example")).collect::<Vec<_>>()
        })
    };
    json!({
        "endpoints": [endpoint(443), endpoint(8443), endpoint(993)], "open_ports": [25, 80, 443, 993, 8443],
        "dmarc": "reject", "spf": "v=spf1 mx -all", "plan_tested": "2025-06-01T00:00:00Z",
        "notes": (0..18).map(|at| format!("note {at} about the continuity plan of this activity, read in the plan")).collect::<Vec<_>>()
    })
}

fn observation(number: usize) -> Observation {
    let Value::Object(facts) = document() else { unreachable!("the document is an object") };
    let subject = format!("endpoint:tcp/h{number}.ch-demo.example:443@192.0.2.1");
    Observation {
        subject: subject.parse().unwrap(),
        kind: "bench.host".to_owned(),
        source: Source::Measured,
        vantage: Vantage::Outside,
        observed_at: Timestamp::UNIX_EPOCH,
        took_ms: 0,
        outcome: Outcome::Observed { facts, gaps: std::collections::BTreeMap::new() },
        owner: None,
        evidence: Vec::new(),
    }
}

fn bench(criterion: &mut Criterion) {
    let as_of: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let (hundred, one_document) = (rules(100), [observation(0)]);
    assert!(document().to_string().len() > 2300);
    criterion.bench_function("100 rules of 5 checks on one document", |bencher| {
        bencher.iter(|| black_box(hundred.judge(black_box(&one_document), as_of)));
    });
    let (one_rule, many): (_, Vec<_>) = (rules(1), (0..10_000).map(observation).collect());
    criterion.bench_function("1 rule of 5 checks on 10,000 observations", |bencher| {
        bencher.iter(|| black_box(one_rule.judge(black_box(&many), as_of)));
    });
    criterion.bench_function("load 100 rules of 5 checks", |bencher| bencher.iter(|| black_box(rules(100))));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = bench
}
criterion_main!(benches);
