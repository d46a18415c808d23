//! Fills every free text of a run with what a hostile peer or file could send.

use proptest::prelude::*;
use serde_json::Value;
use vigie_model::Run;

/// Words made of what breaks terminals, pages and spreadsheets, and of anything else.
pub(crate) fn words() -> impl Strategy<Value = Vec<String>> {
    let nasty = prop::sample::select(vec![
        "\x1b[31m",
        "\u{9b}2J",
        "\x07",
        "<script>alert(1)</script>",
        "</section>",
        "\"><img src=x>",
        "&lt;",
        "{{ 7*7 }}",
        "=cmd()",
        "\u{202e}fdp",
        "\u{2066}",
        "\u{200b}",
        "\u{feff}",
        "\r\n",
        "\0",
        "日本語",
        "]]>",
        "<!--",
        "é",
    ]);
    let piece = prop_oneof![nasty.prop_map(str::to_owned), any::<String>(), "[a-z ]{0,60}"];
    prop::collection::vec(prop::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat()), 1..6)
}

/// Puts the words, in turn, in every text of the run whose form is free.
pub(crate) fn with_words(run: Run, words: &[String]) -> Run {
    let mut value = serde_json::to_value(run).unwrap();
    let mut next = words.iter().cycle();
    fill(&mut value, "", &mut next);
    serde_json::from_value(value).unwrap()
}

fn fill<'a>(value: &mut Value, key: &str, next: &mut impl Iterator<Item = &'a String>) {
    const FREE: [&str; 21] = [
        "name",
        "ght",
        "fr",
        "en",
        "label",
        "content",
        "reason",
        "author",
        "value",
        "path",
        "key",
        "kind",
        "check",
        "fingerprint",
        "tool_version",
        "ruleset_hash",
        "scope_hash",
        "formula",
        "keys",
        "protocols",
        "banner",
    ];
    match value {
        Value::String(text) => {
            let closed = key == "reason" && text.chars().all(|c| c.is_ascii_lowercase() || c == '_') || text == "ES";
            if FREE.contains(&key) && !closed {
                next.next().unwrap().clone_into(text);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, key, next)),
        Value::Object(map) => map.iter_mut().for_each(|(key, value)| fill(value, key, next)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
