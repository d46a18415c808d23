//! The language: three truth values, types, dates, lists.

use jiff::Timestamp;
use serde_json::{Value, json};
use vigie_rules::{MAX_STEPS, parse_expression};

use crate::fixture::{facts_type, object, truth};

const T: Option<bool> = Some(true);
const F: Option<bool> = Some(false);
const U: Option<bool> = None;

/// `facts.reachable` and `facts.chain.trusted`, each true, false or not seen.
fn two(one: Option<bool>, other: Option<bool>) -> Value {
    let mut facts = json!({"chain": {"certificates": []}});
    if let Some(one) = one {
        facts["reachable"] = one.into();
    }
    if let Some(other) = other {
        facts["chain"]["trusted"] = other.into();
    }
    facts
}

#[test]
fn and_or_not_have_three_values_in_either_order() {
    let and = [(T, T, T), (T, F, F), (T, U, U), (F, T, F), (F, F, F), (F, U, F), (U, T, U), (U, F, F), (U, U, U)];
    for (one, other, result) in and {
        assert_eq!(truth("facts.reachable && facts.chain.trusted", two(one, other)), result, "{one:?} && {other:?}");
    }
    let or = [(T, T, T), (T, F, T), (T, U, T), (F, T, T), (F, F, F), (F, U, U), (U, T, T), (U, F, U), (U, U, U)];
    for (one, other, result) in or {
        assert_eq!(truth("facts.reachable || facts.chain.trusted", two(one, other)), result, "{one:?} || {other:?}");
    }
    for (one, result) in [(T, F), (F, T), (U, U)] {
        assert_eq!(truth("!facts.reachable", two(one, U)), result);
        assert_eq!(truth("facts.reachable ? false : true", two(one, U)), result);
    }
}

#[test]
fn walks_have_three_values() {
    let certificates = |bits: &[Option<u32>]| {
        let list: Vec<Value> = bits
            .iter()
            .map(|bits| bits.map_or(json!({"names": []}), |bits| json!({"names": [], "bits": bits})))
            .collect();
        json!({"chain": {"certificates": list}})
    };
    let (big, small, unseen) = (Some(4096), Some(1024), None);
    for (list, exists, all, one) in [
        (vec![], F, T, F),
        (vec![big], T, T, T),
        (vec![small], F, F, F),
        (vec![big, small], T, F, T),
        (vec![big, big], T, T, F),
        (vec![unseen], U, U, U),
        (vec![unseen, big], T, U, U),
        (vec![unseen, small], U, F, U),
        (vec![big, unseen, big], T, U, F),
    ] {
        let facts = certificates(&list);
        assert_eq!(truth("facts.chain.certificates.exists(c, c.bits >= 2048)", facts.clone()), exists, "{list:?}");
        assert_eq!(truth("facts.chain.certificates.all(c, c.bits >= 2048)", facts.clone()), all, "{list:?}");
        assert_eq!(truth("facts.chain.certificates.exists_one(c, c.bits >= 2048)", facts), one, "{list:?}");
    }
}

#[test]
fn a_list_that_was_not_seen_is_not_empty() {
    for expression in [
        "facts.ports.all(p, p > 0)",
        "facts.ports.exists(p, p > 0)",
        "size(facts.ports) == 0",
        "22 in facts.ports",
        "facts.ports == []",
        "facts.ports.filter(p, p > 0) == []",
        "facts.chain.certificates.all(c, c.bits > 0)",
        "facts.ports[0] == 1",
        "facts.headers[\"x\"] == \"\"",
        "\"x\" in facts.headers",
        "facts.banner.startsWith(\"a\")",
        "facts.banner.matches(\"a\")",
        "facts.count + 1 > 0",
        "-facts.count > 0",
        "facts.tested_on < as_of",
    ] {
        assert_eq!(truth(expression, json!({})), U, "{expression}");
        assert_eq!(truth(&format!("({expression}) || true"), json!({})), T, "{expression}");
        assert_eq!(truth(&format!("({expression}) && false"), json!({})), F, "{expression}");
    }
}

#[test]
fn has_is_always_known() {
    assert_eq!(truth("has(facts.banner)", json!({"banner": ""})), T);
    assert_eq!(truth("has(facts.banner)", json!({})), F);
    assert_eq!(truth("has(facts.banner)", json!({"banner": null})), F);
    assert_eq!(truth("has(facts.chain.trusted)", json!({})), F);
    assert_eq!(truth("has(facts.headers.x)", json!({"headers": {"x": "1"}})), T);
    assert_eq!(truth("has(facts.headers.x) && facts.headers.x == \"1\"", json!({"headers": {}})), F);
}

#[test]
fn numbers_texts_and_lists() {
    let facts = json!({
        "count": 7, "ratio": 0.5, "banner": "SSH-2.0-OpenSSH_9.6", "ports": [22, 443, 8443], "best": "TLS 1.2",
        "protocols": ["TLS 1.2", "TLS 1.0"], "headers": {"server": "nginx", "x-é": "1"}
    });
    for expression in [
        "facts.count + 1 == 8 && facts.count - 8 == -1 && facts.count * 2 == 14 && facts.count / 2 == 3",
        "facts.count % 2 == 1 && -facts.count == -7 && facts.count > 6.5 && facts.ratio * 2 == 1",
        "facts.ratio <= 0.5 && facts.ratio < 1 && facts.ratio != 1 && facts.ratio + 0.5 == 1.0",
        "facts.banner.startsWith(\"SSH-\") && facts.banner.endsWith(\"9.6\") && facts.banner.contains(\"Open\")",
        "facts.banner.matches(r\"OpenSSH_\\d+\\.\\d\") && !facts.banner.matches(\"^Open\")",
        "size(facts.banner) == 19 && facts.banner.size() == 19 && size(\"é\") == 1",
        "22 in facts.ports && !(23 in facts.ports) && facts.ports[0] == 22 && facts.ports[size(facts.ports) - 1] == 8443",
        "facts.ports == [22, 443, 8443] && facts.ports != [22] && facts.ports.filter(p, p > 100) == [443, 8443]",
        "facts.ports.map(p, p * 2) == [44, 886, 16886] && facts.ports.map(p, p > 100, p + 1)[0] == 444",
        "facts.best == \"TLS 1.2\" && facts.best in [\"TLS 1.2\"] && facts.best in facts.protocols",
        "facts.protocols.exists(p, p == facts.best) && size(facts.protocols.filter(p, p != facts.best)) == 1",
        "facts.headers[\"server\"] == \"nginx\" && facts.headers.server == \"nginx\" && \"server\" in facts.headers",
        "facts.headers.exists(name, name.startsWith(\"x-\")) && size(facts.headers) == 2",
        "(facts.count > 5 ? \"a\" : \"b\") == \"a\" && [1, 2].exists(x, x == 2) && [] == facts.ports.filter(p, p < 0)",
        "facts.ports.all(p, facts.ports.exists(q, q == p))",
    ] {
        assert_eq!(truth(expression, facts.clone()), T, "{expression}");
    }
}

#[test]
fn instants_days_and_durations() {
    let facts = json!({
        "tested_on": "2025-12-31",
        "chain": {"certificates": [{"names": [], "not_after": "2026-01-31T12:00:00+02:00"}]}
    });
    for expression in [
        "facts.chain.certificates[0].not_after - as_of < duration(\"31d\")",
        "facts.chain.certificates[0].not_after - as_of > duration(\"720h\")",
        "facts.chain.certificates[0].not_after == timestamp(\"2026-01-31T10:00:00Z\")",
        "facts.tested_on < as_of && facts.tested_on == day(\"2025-12-31\") && facts.tested_on != as_of",
        "as_of == day(\"2026-01-01\") && as_of - facts.tested_on == duration(\"24h\")",
        "facts.tested_on - as_of == -duration(\"1d\") && facts.tested_on - day(\"2025-12-01\") == duration(\"30d\")",
        "facts.tested_on + duration(\"36h\") == timestamp(\"2026-01-01T12:00:00Z\")",
        "as_of - duration(\"1h\") < as_of && duration(\"1h\") + as_of > as_of && duration(\"1h\") - duration(\"60m\") == duration(\"0s\")",
    ] {
        assert_eq!(truth(expression, facts.clone()), T, "{expression}");
    }
}

#[test]
fn what_cannot_be_computed_is_unknown() {
    let facts = json!({"count": i64::MAX, "ratio": 1.0, "ports": [0]});
    for expression in [
        "facts.count + 1 > 0",
        "facts.count * 2 > 0",
        "1 / facts.ports[0] > 0",
        "1 % facts.ports[0] > 0",
        "facts.ratio / 0.0 > 0.0",
        "facts.ports[7] > 0",
        "facts.ports[-1] > 0",
        "-(-facts.count - 1) > 0",
        "as_of + duration(\"3000000d\") > as_of",
    ] {
        assert_eq!(truth(expression, facts.clone()), U, "{expression}");
    }
}

#[test]
fn facts_that_are_not_what_the_catalogue_says_are_unknown() {
    for facts in [json!({"count": "7"}), json!({"count": 1.5}), json!({"count": u64::MAX}), json!({"count": [7]})] {
        assert_eq!(truth("facts.count == 7", facts), U);
    }
    assert_eq!(truth("facts.ports.all(p, p > 0)", json!({"ports": 3})), U);
    assert_eq!(truth("facts.ports.all(p, p > 0)", json!({"ports": ["x"]})), U);
    assert_eq!(truth("facts.chain.trusted", json!({"chain": []})), U);
    assert_eq!(truth("facts.tested_on < as_of", json!({"tested_on": "yesterday"})), U);
}

#[test]
fn the_budget_of_steps_ends_in_unknown() {
    let expression = "facts.ports.all(p, facts.ports.all(q, p + q >= 0))";
    let parsed = parse_expression(expression, &facts_type()).unwrap();
    let run = |length: usize| {
        let facts = object(json!({"ports": vec![1; length]}));
        let mut steps = MAX_STEPS;
        let truth = parsed.truth(&facts, Timestamp::UNIX_EPOCH, &mut steps);
        (truth, steps == 0)
    };
    assert_eq!(run(300), (T, false));
    assert_eq!(run(3000), (U, true));
}

#[test]
fn what_an_expression_reads_is_known_before_it_runs() {
    let reads = |text| parse_expression(text, &facts_type()).unwrap().reads().iter().cloned().collect::<Vec<_>>();
    assert_eq!(
        reads("facts.chain.certificates.all(c, c.not_after > as_of && c.names == [])"),
        ["chain.certificates.names", "chain.certificates.not_after"]
    );
    assert_eq!(reads("has(facts.chain.trusted) && size(facts.ports) > 0"), ["chain.trusted", "ports"]);
    assert_eq!(reads("facts.ports.filter(p, p > 1).exists(p, p > 2)"), ["ports"]);
}
