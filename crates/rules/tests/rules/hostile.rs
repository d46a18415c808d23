//! Nothing that a file or a document holds makes the engine panic.

use proptest::prelude::*;
use serde_json::{Value, json};
use vigie_model::Lang;
use vigie_rules::{MAX_STEPS, RuleSet, parse_duration, parse_expression, read_rule};

use crate::fixture::{GOOD, WWW, at, catalogue, facts_type, file, frameworks, load, object, seen, with_expr};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        Just(json!("2026-01-01T00:00:00Z")),
        Just(json!("-009999-01-01")),
    ];
    let name = prop::sample::select(vec![
        "reachable",
        "protocols",
        "best",
        "banner",
        "ports",
        "count",
        "ratio",
        "tested_on",
        "headers",
        "chain",
        "trusted",
        "certificates",
        "name",
        "not_after",
        "names",
        "bits",
        "x",
    ]);
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..6).prop_map(|map| json!(map)),
        ]
    })
}

/// Pieces of expressions, well formed or not.
fn any_expression() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "facts",
        ".",
        "chain",
        "certificates",
        "ports",
        "count",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "?",
        ":",
        ",",
        "\"",
        "'",
        "\"\"\"",
        "r\"",
        "\\",
        "`",
        "//",
        "\n",
        "&&",
        "||",
        "!",
        "-",
        "==",
        "<",
        " in ",
        " ",
        "1",
        "0x",
        "1u",
        "9223372036854775808",
        "1.5",
        "1e999",
        "b\"a\"",
        "null",
        "true",
        "has(",
        ".all(x,",
        ".exists(",
        ".map(x,",
        ".filter(x, ",
        "size(",
        "timestamp(",
        "duration(\"1h\")",
        ".matches(\"(\")",
        "as_of",
        "é",
        "\u{0}",
        "@",
        "x",
    ]);
    prop_oneof![
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat()),
        "\\PC{0,40}",
        "[facts.()\\[\\]?:!<>=&|+*/%\"' 0-9a-z-]{0,60}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn no_expression_panics(text in any_expression()) {
        if let Err(problems) = parse_expression(&text, &facts_type()) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(problem.span.start <= problem.span.end && problem.span.end <= text.len());
                prop_assert!(text.is_char_boundary(problem.span.start) && text.is_char_boundary(problem.span.end));
            }
        }
    }

    #[test]
    fn no_duration_panics(text in "-?[0-9]{0,22}(ms|[dhmsxé]){0,3}[0-9a-z]{0,4}") {
        let _ = parse_duration(&text);
    }

    #[test]
    fn no_document_panics(facts in any_json()) {
        if !facts.is_object() {
            return Ok(());
        }
        for text in [
            "facts.chain.certificates.all(c, c.bits > 1 && c.names.exists(n, n.startsWith(\"a\")))",
            "facts.chain.certificates.filter(c, c.not_after > as_of).map(c, c.name).exists(n, n == facts.banner)",
            "facts.count * facts.count + 1 > facts.ports[facts.count] && facts.tested_on + duration(\"9d\") < as_of",
            "facts.headers[facts.banner] == \"x\" || facts.best in facts.protocols || size(facts.headers) > 1",
        ] {
            let expression = parse_expression(text, &facts_type()).unwrap();
            let _ = expression.truth(&object(facts.clone()), at("2026-01-01T00:00:00Z"), &mut MAX_STEPS.clone());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_rule_file_panics(cut in 0..GOOD.len(), length in 0..40_usize, patch in "\\PC{0,12}") {
        let start = GOOD.floor_char_boundary(cut);
        let end = GOOD.floor_char_boundary(start + length);
        let text = format!("{}{patch}{}", &GOOD[..start], &GOOD[end..]);
        let _ = read_rule(&file(&text));
        if let Err(problems) = RuleSet::load([file(&text)], &catalogue(), &frameworks()) {
            prop_assert!(problems.has_errors());
            let _ = problems.render(Lang::Fr, false, 100);
        }
    }

    #[test]
    fn no_document_makes_judging_panic(facts in any_json()) {
        if !facts.is_object() {
            return Ok(());
        }
        let rule = with_expr("facts.chain.certificates.all(c, c.bits > 1) && facts.ports.exists(p, p == facts.count)")
            .replacen("{protocols}", "{protocols:join} {chain.certificates.not_after} {headers} {tested_on}", 2);
        let _ = load(&rule).judge(&[seen(WWW, facts)], at("2026-01-01T00:00:00Z"));
    }
}
