//! What holds for any file, hostile ones included.

use std::collections::BTreeMap;

use proptest::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use vigie_model::Lang;
use vigie_source::{Formats, Node, Problems, SourceFile, Span, read, read_node, write, yaml};

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Tree {
    a: Option<String>,
    #[serde(default)]
    b: Vec<Tree>,
    #[serde(default)]
    c: BTreeMap<String, Leaf>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Leaf {
    Number(i64),
    Word(String),
    List(Vec<Leaf>),
}

/// Text made of what YAML gives a meaning to.
fn yaml_like() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a", "b", "c", ":", ": ", "- ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ", ", "\"", "'", "#", "&x ", "*x",
        "!!str ", "---\n", "...\n", "|\n", ">-\n", "? ", "<<", "%", "\t", "\r\n", "\r", "é", "\u{1b}", "\u{feff}",
        "\u{2028}", "\\", "1", "~", "\u{85}", "😀",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn inside(file: &SourceFile, span: Span) -> bool {
    span.start <= span.end && file.text().get(span.start..span.end).is_some()
}

fn spans_hold(file: &SourceFile, node: &Node) -> bool {
    inside(file, node.span)
        && node.items().iter().all(|item| spans_hold(file, item))
        && node.entries().iter().all(|entry| inside(file, entry.key_span) && spans_hold(file, &entry.value))
}

fn problems_hold(file: &SourceFile, problems: &Problems) -> Result<(), TestCaseError> {
    for problem in problems {
        let spans = problem.span.into_iter().chain(problem.remarks.iter().map(|remark| remark.span));
        prop_assert!(spans.into_iter().all(|span| inside(file, span)), "{:?}", problem);
    }
    for lang in [Lang::Fr, Lang::En] {
        let drawn = problems.render(lang, false, 80);
        prop_assert!(!drawn.chars().any(|c| c.is_control() && c != '\n'), "{:?}", drawn);
    }
    Ok(())
}

fn file_holds(text: &str) -> Result<(), TestCaseError> {
    let file = SourceFile::new("f.yaml", text);
    let (root, problems) = yaml::parse_tree(&file);
    prop_assert!(root.is_some() || !problems.is_empty());
    prop_assert!(root.iter().all(|root| spans_hold(&file, root)), "{:?}", root);
    problems_hold(&file, &problems)?;
    if let Err(problems) = read::<Tree>(&file, &Formats::standard()) {
        prop_assert!(!problems.is_empty());
        problems_hold(&file, &problems)?;
    }
    Ok(())
}

/// Trees that a YAML file can hold: no number that is read as a text.
fn tree() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-1.0e9..1.0e9f64).prop_map(Json::from),
        "[^\\p{C}]{0,12}".prop_map(Json::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::btree_map("[a-zà-ü ]{1,6}", inner, 0..5).prop_map(|map| json!(map)),
        ]
    })
}

/// Block style, each text quoted.
fn emit(value: &Json, indent: usize) -> String {
    let margin = " ".repeat(indent);
    match value {
        Json::Array(items) if !items.is_empty() => {
            items.iter().map(|item| ["\n", &margin, "-", &emit(item, indent + 2)].concat()).collect()
        }
        Json::Object(entries) if !entries.is_empty() => {
            let line = |(key, value): (&String, &Json)| format!("\n{margin}{}:{}", json!(key), emit(value, indent + 2));
            entries.iter().map(line).collect::<Vec<_>>().concat()
        }
        plain => format!(" {plain}"),
    }
}

/// Texts that YAML, or somebody's reader of YAML, takes for something else.
fn nasty_text() -> impl Strategy<Value = String> {
    let whole = prop::sample::select(vec![
        "",
        " ",
        "no",
        "Yes",
        "nsp",
        "null",
        "~",
        "true",
        "1:30",
        "012",
        "0x1F",
        "1e3",
        ".5",
        "-",
        "- a",
        "a: b",
        "a:b",
        "a :b",
        "# x",
        "a #b",
        "a\nb",
        "\n",
        "a\n",
        "\ta",
        "<<",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a",
        "|",
        ">",
        "? a",
        "{a",
        "[a",
        "a]",
        "a, b",
        "\"",
        "'",
        "« à »",
        "a\u{a0}: b",
        "\u{85}",
        "\u{2028}",
        "\u{feff}a",
        "\u{1b}[0m",
        "\u{202e}",
        "---",
        "--- a",
        "...",
        "=1+1",
        "2026-03-31",
        "\\n",
        "😀",
        "\r\n",
        "\u{0}",
        "/",
        "+1",
        "(a)",
        "~a",
        "<a",
    ]);
    prop_oneof![whole.prop_map(str::to_owned), yaml_like(), any::<String>()]
}

/// Trees with texts and keys that are hard to write. No whole number is written as a decimal one.
fn nasty_tree() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>()
            .prop_filter("has decimals", |number| number.is_finite() && number.fract() != 0.0)
            .prop_map(Json::from),
        nasty_text().prop_map(Json::from),
        nasty_text().prop_map(Json::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let key = nasty_text().prop_filter("refused by the reader", |key| key != "<<");
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::btree_map(key, inner, 0..8).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused_in_good_order(text in any::<String>()) {
        file_holds(&text)?;
    }

    #[test]
    fn any_yaml_like_text_is_read_or_refused_in_good_order(text in yaml_like()) {
        file_holds(&text)?;
    }

    #[test]
    fn any_bytes_are_a_file_or_a_problem(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        match SourceFile::from_bytes("f.yaml", &bytes) {
            Ok(file) => prop_assert!(std::str::from_utf8(&bytes).expect("UTF-8").ends_with(file.text())),
            Err(problems) => problems_hold(&problems.iter().next().expect("one").file.clone(), &problems)?,
        }
    }

    #[test]
    fn a_tree_written_as_yaml_is_read_back(tree in tree()) {
        let text = emit(&tree, 0);
        let file = SourceFile::new("f.yaml", &text);
        let root = yaml::parse(&file).expect("correct YAML");
        prop_assert_eq!(root.to_json(), tree, "{}", text);
        prop_assert!(spans_hold(&file, &root));
    }

    #[test]
    fn what_is_written_is_read_back(tree in nasty_tree()) {
        let text = write(&tree).expect("a tree that can be written");
        let file = SourceFile::new("f.yaml", &text);
        let root = yaml::parse(&file).map_err(|problems| TestCaseError::fail(format!("{problems}\n{text}")))?;
        prop_assert_eq!(root.to_json(), tree, "{}", text);
    }

    #[test]
    fn a_value_written_as_yaml_is_read_back(words in prop::collection::vec("[^\\p{C}]{0,8}", 0..4), number in any::<i64>()) {
        let leaves: Vec<Leaf> = words.iter().cloned().map(Leaf::Word).chain([Leaf::Number(number)]).collect();
        let value = Tree {
            a: words.first().cloned(),
            b: vec![Tree { a: None, b: vec![], c: BTreeMap::new() }],
            c: BTreeMap::from([("k".to_owned(), Leaf::List(leaves))]),
        };
        let file = SourceFile::new("f.yaml", emit(&json!(value), 0));
        let located = read::<Tree>(&file, &Formats::standard()).expect("a good file");
        prop_assert_eq!(&located.value, &value);
        let first = located.root.at(&vigie_source::path!["b", 0]).expect("an item");
        prop_assert_eq!(&read_node::<Tree>(&file, first, &Formats::standard()).expect("a good node"), &value.b[0]);
    }
}

/// Alternatives that share a key, within each other: a reader that tries each one everywhere never ends.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read for the schema only")]
enum Tangle {
    One { k: Vec<Tangle>, x: u8 },
    Two { k: Vec<Tangle>, y: u8 },
}

#[test]
fn nested_alternatives_do_not_multiply_without_end() {
    let text = format!("{}1{}", "{k: [".repeat(30), "]}".repeat(30));
    let problems = read::<Tangle>(&SourceFile::new("f.yaml", text), &Formats::standard()).expect_err("tangled");
    assert_eq!(problems.iter().next().expect("one").code, "too-tangled");
}
