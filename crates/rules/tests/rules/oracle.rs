//! The `cel` crate's own evaluator as a second opinion: over complete facts, whatever it decides we
//! decide alike.

use std::collections::HashMap;
use std::sync::Arc;

use cel::objects::Key;
use cel::{Context, Program};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::{Value, json};
use vigie_rules::{MAX_STEPS, parse_expression};

use crate::fixture::{at, facts_type, object};

/// JSON as CEL wants it: signed integers only.
fn to_cel(json: &Value) -> cel::Value {
    match json {
        Value::Null => cel::Value::Null,
        Value::Bool(value) => cel::Value::Bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => cel::Value::Int(integer),
            None => cel::Value::Float(number.as_f64().unwrap()),
        },
        Value::String(text) => cel::Value::String(Arc::new(text.clone())),
        Value::Array(items) => cel::Value::List(Arc::new(items.iter().map(to_cel).collect())),
        Value::Object(fields) => {
            let map: HashMap<Key, cel::Value> =
                fields.iter().map(|(key, value)| (Key::from(key.clone()), to_cel(value))).collect();
            cel::Value::Map(cel::objects::Map { map: Arc::new(map) })
        }
    }
}

/// What the oracle says; none when it cannot compute.
fn oracle(expression: &str, facts: &Value) -> Option<bool> {
    let program = Program::compile(expression).unwrap();
    let mut context = Context::default();
    context.add_variable_from_value("facts", to_cel(facts));
    match program.execute(&context) {
        Ok(cel::Value::Bool(truth)) => Some(truth),
        Ok(other) => panic!("{expression} is {other:?}"),
        Err(_) => None,
    }
}

fn ours(expression: &str, facts: &Value) -> Option<bool> {
    let parsed =
        parse_expression(expression, &facts_type()).unwrap_or_else(|problems| panic!("{expression}: {problems:#?}"));
    parsed.truth(&object(facts.clone()), at("2026-01-01T00:00:00Z"), &mut MAX_STEPS.clone())
}

fn any_facts() -> impl Strategy<Value = Value> {
    let words = || prop::sample::select(vec!["", "a", "SSH-2.0", "é", "nginx"]);
    let certificate = (0..5_i64, words(), prop::collection::vec(words(), 0..3))
        .prop_map(|(bits, name, names)| json!({"bits": bits, "name": name, "names": names}));
    (
        any::<bool>(),
        prop::collection::vec(prop_oneof![0..4_i64, Just(i64::MAX)], 0..4),
        prop_oneof![-3..4_i64, Just(i64::MIN)],
        prop::sample::select(vec![0.0, 0.5, 2.0]),
        words(),
        prop::collection::vec(certificate, 0..3),
        any::<bool>(),
    )
        .prop_map(|(reachable, ports, count, ratio, banner, certificates, trusted)| {
            json!({
                "reachable": reachable, "ports": ports, "count": count, "ratio": ratio, "banner": banner,
                "headers": {"server": banner, "x": "1"},
                "chain": {"trusted": trusted, "certificates": certificates}
            })
        })
}

fn number(variables: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    let mut leaves = vec!["0", "1", "-2", "7", "facts.count", "size(facts.ports)", "size(facts.banner)"];
    leaves.extend(variables);
    prop::sample::select(leaves).prop_map(str::to_owned).prop_recursive(2, 6, 2, |inner| {
        let operator = prop::sample::select(vec!["+", "-", "*", "/", "%"]);
        prop_oneof![
            (inner.clone(), operator, inner.clone())
                .prop_map(|(one, operator, other)| format!("({one} {operator} {other})")),
            inner.prop_map(|of| format!("-({of})")),
        ]
    })
}

fn text(variables: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    let mut leaves =
        vec!["\"\"", "\"a\"", "\"SSH-2.0\"", "facts.banner", "facts.headers[\"x\"]", "facts.headers.server"];
    leaves.extend(variables);
    prop::sample::select(leaves).prop_map(str::to_owned)
}

/// A condition that walks nothing.
fn condition(numbers: &'static [&'static str], texts: &'static [&'static str]) -> BoxedStrategy<String> {
    let order = || prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let equality = prop::sample::select(vec!["==", "!="]);
    let test = prop::sample::select(vec!["startsWith", "endsWith", "contains"]);
    let leaf = prop_oneof![
        prop::sample::select(vec!["true", "false", "facts.reachable", "facts.chain.trusted", "has(facts.banner)"])
            .prop_map(str::to_owned),
        (number(numbers), order(), number(numbers)).prop_map(|(one, order, other)| format!("{one} {order} {other}")),
        (order(), number(numbers)).prop_map(|(order, other)| format!("facts.ratio {order} {other}")),
        (text(texts), equality, text(texts)).prop_map(|(one, equality, other)| format!("{one} {equality} {other}")),
        (text(texts), test, text(texts)).prop_map(|(one, test, other)| format!("{one}.{test}({other})")),
        (number(numbers), number(numbers)).prop_map(|(one, other)| format!("{one} in [1, {other}]")),
        number(numbers).prop_map(|one| format!("{one} in facts.ports")),
        text(texts).prop_map(|key| format!("{key} in facts.headers")),
        number(numbers).prop_map(|other| format!("facts.ports == [1, {other}]")),
        number(numbers).prop_map(|at| format!("facts.ports[{at}] > 1")),
    ];
    logic(leaf.boxed())
}

fn logic(leaf: BoxedStrategy<String>) -> BoxedStrategy<String> {
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one} && {other})")),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one} || {other})")),
            inner.clone().prop_map(|of| format!("!({of})")),
            (inner.clone(), inner.clone(), inner).prop_map(|(when, one, other)| format!("({when} ? {one} : {other})")),
        ]
    })
    .boxed()
}

fn any_condition() -> impl Strategy<Value = String> {
    let walk = || prop::sample::select(vec!["exists", "all", "exists_one"]);
    let over_ports = (walk(), condition(&["p"], &[])).prop_map(|(walk, body)| format!("facts.ports.{walk}(p, {body})"));
    let filtered = (walk(), condition(&["p"], &[]), condition(&["q"], &[]))
        .prop_map(|(walk, keep, body)| format!("facts.ports.filter(p, {keep}).{walk}(q, {body})"));
    let mapped =
        (number(&["p"]), number(&[])).prop_map(|(item, other)| format!("{other} in facts.ports.map(p, {item})"));
    let nested = (walk(), walk(), condition(&["c.bits"], &["c.name", "n"]))
        .prop_map(|(outer, inner, body)| format!("facts.chain.certificates.{outer}(c, c.names.{inner}(n, {body}))"));
    let sized = condition(&["p"], &[]).prop_map(|keep| format!("size(facts.ports.filter(p, {keep})) > 1"));
    let leaf = prop_oneof![condition(&[], &[]), over_ports, filtered, mapped, nested, sized];
    logic(leaf.boxed())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_oracle_decides_we_decide_alike(expression in any_condition(), facts in any_facts()) {
        prop_assume!(expression.len() <= 1000);
        prop_assume!(parse_expression(&expression, &facts_type()).is_ok());
        if let Some(truth) = oracle(&expression, &facts) {
            prop_assert_eq!(ours(&expression, &facts), Some(truth), "{} over {}", expression, facts);
        }
    }
}

#[test]
fn the_generator_makes_expressions_that_load() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let loads = (0..200).filter(|_| {
        let expression = any_condition().new_tree(&mut runner).unwrap().current();
        parse_expression(&expression, &facts_type()).is_ok()
    });
    assert!(loads.count() > 150);
}
