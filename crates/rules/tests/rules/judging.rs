//! From observations to verdicts: outcomes, evidence, fingerprints, precedence.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};
use vigie_model::{
    FactPath, FailedCheck, MissingFact, Observation, Outcome, Reason, Severity, Source, Verdict, VerdictOutcome,
};
use vigie_rules::MAX_STEPS;

use crate::fixture::{GOOD, WWW, at, judged, load, observation, seen, seen_with_gaps, with, with_expr};

fn failed(verdict: &Verdict) -> &[FailedCheck] {
    match &verdict.outcome {
        VerdictOutcome::Fail { checks } => checks,
        other => panic!("{other:?}"),
    }
}

fn missing(verdict: &Verdict) -> Vec<(&str, Reason)> {
    match &verdict.outcome {
        VerdictOutcome::Unknown { missing } => {
            missing.iter().map(|MissingFact { path, reason }| (path.as_str(), *reason)).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// The facts read by the first failed check, as `path=value`.
fn read(verdict: &Verdict) -> Vec<String> {
    failed(verdict)[0].read.iter().map(|read| format!("{}={}", read.path, read.value)).collect()
}

#[test]
fn every_check_that_holds_passes() {
    let verdict = judged(GOOD, seen(WWW, json!({"reachable": true, "protocols": ["TLS 1.2"]})));
    assert_eq!(verdict.outcome, VerdictOutcome::Pass);
    assert_eq!((verdict.severity, verdict.fingerprint.0.len()), (Severity::High, 16));
}

#[test]
fn a_check_that_does_not_hold_fails_with_its_evidence() {
    let facts = json!({"reachable": true, "protocols": ["TLS 1.2", "TLS 1.0", "SSLv3"]});
    let verdict = judged(GOOD, seen(WWW, facts));
    assert_eq!(verdict.severity, Severity::Critical);
    let told: Vec<_> = failed(&verdict)
        .iter()
        .map(|check| (check.check.as_str(), check.severity, check.message.fr.as_str(), check.message.en.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("no-ssl", Severity::Critical, "accepte SSLv3", "accepts SSLv3"),
            ("no-old-tls", Severity::High, "accepte TLS 1.0", "accepts TLS 1.0"),
        ]
    );
    assert_eq!(read(&verdict), ["protocols[2]=\"SSLv3\""]);
}

#[test]
fn a_fact_that_was_not_seen_is_unknown_never_pass_never_fail() {
    let gaps = [("protocols", Reason::Timeout)];
    let verdict = judged(GOOD, seen_with_gaps(WWW, json!({"reachable": true}), &gaps));
    assert_eq!(missing(&verdict), [("protocols", Reason::Timeout)]);
    assert_eq!(verdict.severity, Severity::High);
    let verdict = judged(GOOD, seen_with_gaps(WWW, json!({}), &[("reachable", Reason::OutOfScope)]));
    assert_eq!(missing(&verdict), [("reachable", Reason::OutOfScope)]);
}

#[test]
fn a_failure_stands_whatever_else_is_unknown() {
    let rule = with(r#"'!facts.protocols.exists(p, p == "TLS 1.0")'"#, "facts.chain.trusted");
    let verdict = judged(&rule, seen(WWW, json!({"reachable": true, "protocols": ["SSLv3"]})));
    assert_eq!(failed(&verdict).len(), 1);
}

#[test]
fn what_does_not_concern_the_subject_is_not_applicable() {
    let verdict = judged(GOOD, seen(WWW, json!({"reachable": false})));
    assert_eq!(verdict.outcome, VerdictOutcome::NotApplicable);
    for outcome in [Outcome::Absent, Outcome::NotApplicable] {
        assert_eq!(judged(GOOD, observation(WWW, outcome)).outcome, VerdictOutcome::NotApplicable);
    }
}

#[test]
fn a_look_that_could_not_be_made_is_unknown_as_a_whole() {
    let verdict = judged(GOOD, observation(WWW, Outcome::unknown(Reason::Refused, vigie_model::Text::same("connect"))));
    assert_eq!(missing(&verdict), [(FactPath::ROOT.as_str(), Reason::Refused)]);
}

#[test]
fn the_nearest_gap_gives_the_reason() {
    let rule = with_expr("facts.chain.trusted && facts.chain.certificates.all(c, c.bits > 1)");
    let facts = json!({"reachable": true, "protocols": [], "chain": {"certificates": [{"names": []}]}});
    let gaps = [
        ("chain", Reason::Timeout),
        ("chain.trusted", Reason::Unsupported),
        ("chain.certificates.bits", Reason::PeerMisbehaved),
    ];
    let verdict = judged(&rule, seen_with_gaps(WWW, facts.clone(), &gaps));
    assert_eq!(
        missing(&verdict),
        [("chain.certificates[0].bits", Reason::PeerMisbehaved), ("chain.trusted", Reason::Unsupported)]
    );
    let reasons = |source| {
        let verdict = judged(&rule, Observation { source, ..seen(WWW, facts.clone()) });
        missing(&verdict).into_iter().map(|(_, reason)| reason).collect::<Vec<_>>()
    };
    assert_eq!(reasons(Source::Measured), [Reason::Bug; 2]);
    assert_eq!(reasons(Source::Imported), [Reason::Unsupported; 2]);
    assert_eq!(reasons(Source::Documented), [Reason::NotStated; 2]);
    assert_eq!(reasons(Source::Declared), [Reason::NotStated; 2]);
}

#[test]
fn missing_facts_are_those_that_leave_the_check_undecided() {
    let rule = with_expr("(facts.reachable || has(facts.banner) || facts.count > 1) && facts.chain.trusted");
    let verdict = judged(&rule, seen(WWW, json!({"reachable": true, "protocols": []})));
    assert_eq!(missing(&verdict), [("chain.trusted", Reason::Bug)]);
}

#[test]
fn evidence_starts_with_the_innermost_element_at_fault() {
    let rule = with_expr(
        "facts.count > 1 || facts.chain.certificates.all(c, c.bits > 1 && c.names.exists(n, n.endsWith(\".example\")))",
    );
    let rule = rule.replacen("{protocols}", "{chain.certificates.name} {chain.certificates.names}", 2);
    let facts = json!({
        "reachable": true, "protocols": [], "count": 0,
        "chain": {"certificates": [
            {"name": "fine", "bits": 2, "names": ["a.example"]},
            {"name": "odd", "bits": 2, "names": ["a.test", "b.test"]},
            {"name": "weak", "bits": 1, "names": ["c.example"]},
        ]}
    });
    let verdict = judged(&rule, seen(WWW, facts));
    assert_eq!(
        read(&verdict),
        [
            "chain.certificates[1].names[0]=\"a.test\"",
            "chain.certificates[1].names[1]=\"b.test\"",
            "chain.certificates[2].bits=1",
            "count=0",
        ]
    );
    assert_eq!(failed(&verdict)[0].message.fr, "accepte odd, weak a.test, b.test, c.example");
}

#[test]
fn evidence_of_exists_is_the_element_that_exists() {
    let rule = with_expr("!facts.chain.certificates.exists(c, c.names.exists(n, n == \"*\"))");
    let facts = json!({
        "reachable": true, "protocols": [],
        "chain": {"certificates": [{"names": ["a"]}, {"names": ["b", "*"]}]}
    });
    assert_eq!(read(&judged(&rule, seen(WWW, facts))), ["chain.certificates[1].names[1]=\"*\""]);
}

#[test]
fn evidence_of_other_shapes() {
    let facts = json!({
        "reachable": true, "protocols": ["TLS 1.2"], "ports": [22, 23, 443], "headers": {"server": "x"},
        "chain": {"certificates": []}
    });
    for (expression, expected) in [
        ("size(facts.ports.filter(p, p < 100)) == 0", vec!["ports[0]=22", "ports[1]=23", "ports[2]=443"]),
        ("!(23 in facts.ports)", vec!["ports=[22,23,443]"]),
        ("size(facts.chain.certificates) > 0", vec!["chain.certificates=[]"]),
        ("facts.chain.certificates.exists(c, c.bits > 1)", vec!["chain.certificates=[]"]),
        ("has(facts.banner)", vec!["banner=null"]),
        ("facts.headers[\"server\"] == \"y\"", vec!["headers.server=\"x\""]),
        ("facts.headers.exists(h, h == \"hsts\")", vec!["headers={\"server\":\"x\"}"]),
        ("!facts.ports.map(p, p).exists(p, p == 23)", vec!["ports[1]=23"]),
        ("facts.reachable ? facts.ports[0] > 22 : facts.ports[1] > 0", vec!["reachable=true", "ports[0]=22"]),
        ("!facts.ports.exists_one(p, p > 400)", vec!["ports[2]=443", "ports[0]=22", "ports[1]=23"]),
        ("false", vec![]),
    ] {
        assert_eq!(read(&judged(&with_expr(expression), seen(WWW, facts.clone()))), expected, "{expression}");
    }
}

#[test]
fn evidence_is_capped() {
    let rule = with_expr("facts.ports.all(p, p < 0) && facts.banner == \"\"");
    let facts = json!({
        "reachable": true, "protocols": [], "ports": (0..5000).collect::<Vec<_>>(), "banner": "x".repeat(9000)
    });
    let verdict = judged(&rule, seen(WWW, facts));
    assert_eq!(failed(&verdict)[0].read.len(), 20);
    assert!(serde_json::to_string(&verdict).unwrap().len() < 5000);
}

#[test]
fn the_fingerprint_follows_the_facts_at_fault_and_nothing_else() {
    let print = |rule: &str, facts: Value| judged(rule, seen(WWW, facts)).fingerprint;
    let facts = |protocols: &[&str], count: i64| json!({"reachable": true, "protocols": protocols, "count": count});
    let one = print(GOOD, facts(&["TLS 1.2", "SSLv3"], 1));
    assert_eq!(one, print(GOOD, facts(&["SSLv3", "TLS 1.2"], 2)), "order and facts that were not read do not count");
    assert_ne!(one, print(GOOD, facts(&["TLS 1.0", "SSLv3"], 1)), "a second fault counts");
    assert_ne!(one, judged(GOOD, seen("endpoint:tcp/a.example:443@192.0.2.1", facts(&["SSLv3"], 1))).fingerprint);
    let rule = with_expr("facts.chain.certificates.all(c, c.not_after - as_of > duration(\"30d\"))");
    let expiring = json!({
        "reachable": true, "protocols": [],
        "chain": {"certificates": [{"names": [], "not_after": "2026-01-02T00:00:00Z"}]}
    });
    let rules = load(&rule);
    let at_instant = |instant| rules.judge(&[seen(WWW, expiring.clone())], at(instant))[0].fingerprint.clone();
    assert_eq!(at_instant("2026-01-01T00:00:00Z"), at_instant("2026-01-01T12:00:00Z"));
}

#[test]
fn every_element_at_fault_counts_in_the_fingerprint_beyond_what_is_shown() {
    let rule = with_expr("facts.ports.all(p, p < 0)");
    let print = |length: i64| {
        let facts = json!({"reachable": true, "protocols": [], "ports": (0..length).collect::<Vec<_>>()});
        judged(&rule, seen(WWW, facts)).fingerprint
    };
    assert_ne!(print(30), print(31));
}

#[test]
fn a_rule_out_of_steps_is_unknown_as_unsupported() {
    let rule = with_expr("facts.ports.all(p, facts.ports.all(q, p + q >= 0))");
    let facts = json!({"reachable": true, "protocols": [], "ports": vec![1; MAX_STEPS / 100]});
    let verdict = judged(&rule, seen(WWW, facts));
    assert_eq!(missing(&verdict), [("", Reason::Unsupported)]);
}

#[test]
fn a_calculation_that_fails_is_unknown_as_our_fault() {
    let facts = json!({"reachable": true, "protocols": [], "count": i64::MAX});
    let verdict = judged(&with_expr("facts.count + 1 > 0"), seen(WWW, facts));
    assert_eq!(missing(&verdict), [("", Reason::Bug)]);
    let facts = json!({"reachable": true, "protocols": [], "count": "many"});
    let verdict = judged(&with_expr("facts.count + 1 > 0"), seen(WWW, facts));
    assert_eq!(missing(&verdict), [("count", Reason::Bug)]);
}

#[test]
fn a_preview_only_informs_and_a_deprecated_rule_is_not_judged() {
    let observation = seen(WWW, json!({"reachable": true, "protocols": ["SSLv3"]}));
    let verdict = judged(&with("severity: high", "status: preview\nseverity: high"), observation.clone());
    assert_eq!((verdict.severity, failed(&verdict)[0].severity), (Severity::Info, Severity::Info));
    let deprecated = load(&with("severity: high", "status: deprecated\nseverity: high"));
    assert_eq!(deprecated.judge(&[observation], at("2026-01-01T00:00:00Z")), []);
    assert_eq!(deprecated.check_cases(), []);
}

#[test]
fn one_observation_counts_the_best_sourced_then_the_newest() {
    let look = |source, observed_at, protocol| Observation {
        source,
        observed_at: at(observed_at),
        ..seen(WWW, json!({"reachable": true, "protocols": [protocol]}))
    };
    let (day1, day2) = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
    let passes = |observations: &[Observation]| {
        let verdicts = load(GOOD).judge(observations, at(day2));
        assert_eq!(verdicts.len(), 1);
        verdicts[0].outcome == VerdictOutcome::Pass
    };
    let (good, bad) = ("TLS 1.2", "SSLv3");
    assert!(!passes(&[look(Source::Declared, day2, good), look(Source::Measured, day1, bad)]));
    assert!(!passes(&[look(Source::Measured, day1, bad), look(Source::Imported, day2, good)]));
    assert!(passes(&[look(Source::Documented, day1, good), look(Source::Declared, day2, bad)]));
    assert!(passes(&[look(Source::Measured, day2, good), look(Source::Measured, day1, bad)]));
    assert!(!passes(&[look(Source::Measured, day1, good), look(Source::Measured, day2, bad)]));
}

#[test]
fn a_verdict_reads_on_its_own() {
    let verdict = judged(GOOD, seen(WWW, json!({"reachable": true, "protocols": ["SSLv3"]})));
    assert_snapshot!(serde_json::to_string_pretty(&verdict).unwrap(), @r#"
    {
      "rule": "tls.legacy-protocol",
      "subject": "endpoint:tcp/www.ch-demo.example:443@192.0.2.1",
      "theme": "tls",
      "severity": "critical",
      "outcome": {
        "is": "fail",
        "checks": [
          {
            "check": "no-ssl",
            "severity": "critical",
            "message": {
              "fr": "accepte SSLv3",
              "en": "accepts SSLv3"
            },
            "read": [
              {
                "path": "protocols[0]",
                "value": "SSLv3"
              }
            ]
          }
        ]
      },
      "fingerprint": "537214d00c4752c5"
    }
    "#);
}

#[test]
fn a_case_that_is_not_kept_is_told_in_both_languages() {
    let rules = load(&with("protocols: [TLS 1.2, SSLv3]", "protocols: [TLS 1.2, TLS 1.0]"));
    let told: Vec<_> = rules
        .check_cases()
        .into_iter()
        .map(|failure| {
            format!(
                "{} : {} ; {} / {} ; {}",
                failure.case, failure.expected.fr, failure.got.fr, failure.expected.en, failure.got.en
            )
        })
        .collect();
    assert_eq!(told, ["SSLv3 too : en échec : no-ssl ; en échec : no-old-tls / failed: no-ssl ; failed: no-old-tls"]);
    let rules = load(&with("{unknown: [protocols]}", "{unknown: [protocols, count]}"));
    assert_eq!(rules.check_cases().len(), 1);
    let rules = load(&with("{unknown: [protocols]}", "unknown"));
    assert_eq!(rules.check_cases().len(), 0);
}

fn any_observation() -> impl Strategy<Value = Observation> {
    let protocols =
        prop::option::of(prop::collection::vec(prop::sample::select(vec!["SSLv3", "TLS 1.0", "TLS 1.2"]), 0..4));
    let source = prop::sample::select(vec![Source::Measured, Source::Imported, Source::Documented, Source::Declared]);
    (0..4_u8, prop::option::of(any::<bool>()), protocols, source, 0..3_i64).prop_map(
        |(host, reachable, protocols, source, day)| {
            let mut facts = BTreeMap::new();
            reachable.map(|reachable| facts.insert("reachable", json!(reachable)));
            protocols.map(|protocols| facts.insert("protocols", json!(protocols)));
            let subject = format!("endpoint:tcp/h{host}.example:443@192.0.2.{host}");
            let observed_at = at(&format!("2026-01-0{}T00:00:00Z", day + 1));
            Observation { source, observed_at, ..seen(&subject, json!(facts)) }
        },
    )
}

proptest! {
    #[test]
    fn the_order_of_observations_changes_nothing(
        (observations, shuffled) in prop::collection::vec(any_observation(), 0..12)
            .prop_flat_map(|observations| (Just(observations.clone()), Just(observations).prop_shuffle()))
    ) {
        let rules = load(GOOD);
        let bytes = |observations: &[Observation]| {
            serde_json::to_string(&rules.judge(observations, at("2026-01-01T00:00:00Z"))).unwrap()
        };
        prop_assert_eq!(bytes(&observations), bytes(&shuffled));
        prop_assert_eq!(bytes(&observations), bytes(&observations));
    }

    #[test]
    fn seeing_more_never_turns_a_pass_or_a_fail_over(
        reachable in any::<bool>(),
        protocols in prop::collection::vec(prop::sample::select(vec!["SSLv3", "TLS 1.2"]), 0..3),
        hidden in prop::sample::select(vec!["reachable", "protocols"]),
    ) {
        let rules = load(GOOD);
        let judge = |facts: Value| rules.judge(&[seen(WWW, facts)], at("2026-01-01T00:00:00Z")).remove(0).outcome;
        let whole = json!({"reachable": reachable, "protocols": protocols});
        let mut partial = whole.clone();
        partial.as_object_mut().unwrap().remove(hidden);
        let (before, after) = (judge(partial), judge(whole));
        let decided = matches!(before, VerdictOutcome::Pass | VerdictOutcome::Fail { .. });
        prop_assert!(!decided || before == after);
    }
}
