//! What is said of each mistake.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use vigie_model::Text;

use super::{Bounds, Place};
use crate::words::quote;
use crate::{Entry, Node, Problem, SourceFile, Span, Value};

/// How many allowed keys or values a hint lists.
const MAX_LISTED: usize = 20;

/// A longer word is not compared with the allowed ones.
const MAX_COMPARED_BYTES: usize = 64;

pub(super) fn wrong_type(file: &SourceFile, node: &Node, place: Place<'_>, types: &[&str]) -> Problem {
    let expected: Vec<[&str; 2]> =
        types.iter().filter(|name| **name != "null").map(|name| name_of_type(name)).collect();
    let expected = if expected.is_empty() { vec![["rien", "nothing"]] } else { expected };
    let fr = expected.iter().map(|name| name[0]).collect::<Vec<_>>().join(" ou ");
    let en = expected.iter().map(|name| name[1]).collect::<Vec<_>>().join(" or ");
    let message = match name_of_value(&node.value) {
        Some([found_fr, found_en]) => {
            Text::new(format!("on attend {fr}, ceci est {found_fr}"), format!("{en} is expected, this is {found_en}"))
        }
        None => {
            Text::new(format!("il manque une valeur : on attend {fr}"), format!("a value is missing: {en} is expected"))
        }
    };
    let problem = Problem::error("wrong-type", file, message).at(place.span);
    match type_hint(file, node, types) {
        Some(hint) => problem.with_hint(hint),
        None => problem,
    }
}

fn type_hint(file: &SourceFile, node: &Node, types: &[&str]) -> Option<Text> {
    let written = quote(file.slice(node.span));
    match (&node.value, types) {
        (Value::Int(_) | Value::Float(_) | Value::Bool(_), _) if types.contains(&"string") => Some(Text::new(
            format!("mettez des guillemets : \"{written}\""),
            format!("put it between quotes: \"{written}\""),
        )),
        (Value::Text(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_), _) if types.contains(&"array") => {
            Some(Text::new(
                format!("écrivez chaque élément après un tiret : « - {written} », ou entre crochets : « [{written}] »"),
                format!("write each item after a dash: “- {written}”, or between brackets: “[{written}]”"),
            ))
        }
        (Value::Text(_), _) if types.contains(&"boolean") => {
            Some(Text::new("écrivez true (oui) ou false (non)", "write true (yes) or false (no)"))
        }
        (Value::Text(text), _)
            if (types.contains(&"integer") || types.contains(&"number"))
                && !matches!(crate::scalar::resolve(text), Value::Text(_)) =>
        {
            Some(Text::new("retirez les guillemets", "remove the quotes"))
        }
        (Value::Float(_) | Value::Text(_), _) if types.contains(&"integer") => Some(Text::new(
            "écrivez des chiffres seuls, sans unité ni espace",
            "write digits only, with no unit or space",
        )),
        (Value::Text(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::List(_), _)
            if types.contains(&"object") =>
        {
            Some(Text::new(
                "écrivez en dessous, en retrait, des lignes « clé: valeur »",
                "write below, indented, lines such as “key: value”",
            ))
        }
        _ => None,
    }
}

pub(super) fn not_a_choice(file: &SourceFile, node: &Node, place: Place<'_>, choices: &[&Json]) -> Problem {
    let names: Vec<String> = choices.iter().filter(|choice| !choice.is_null()).map(|choice| plain(choice)).collect();
    let message = if matches!(node.value, Value::List(_) | Value::Map(_)) {
        Text::new("on attend une des valeurs prévues", "one of the allowed values is expected")
    } else {
        let written = quote(file.slice(node.span).lines().next().unwrap_or_default());
        Text::new(
            format!("« {written} » n’est pas une des valeurs prévues"),
            format!("“{written}” is not one of the allowed values"),
        )
    };
    let near = node.as_text().and_then(|text| closest(text, names.iter().map(String::as_str)));
    Problem::error("not-a-choice", file, message).at(place.span).with_hint(suggestion(
        near,
        &names,
        ["valeurs possibles", "allowed values"],
    ))
}

/// `free` are the allowed keys that the map does not have yet.
pub(super) fn unknown_key(
    file: &SourceFile,
    entry: &Entry,
    allowed: &BTreeSet<&str>,
    free: &BTreeSet<&str>,
) -> Problem {
    let near = closest(&entry.key, free.iter().copied());
    let names: Vec<String> = allowed.iter().map(ToString::to_string).collect();
    let key = quote(&entry.key);
    Problem::error("unknown-key", file, Text::new(format!("clé inconnue « {key} »"), format!("unknown key “{key}”")))
        .at(entry.key_span)
        .with_hint(suggestion(near, &names, ["clés possibles", "allowed keys"]))
}

pub(super) fn not_one_key(
    file: &SourceFile,
    node: &Node,
    place: Place<'_>,
    entry: Option<&Entry>,
    keys: &[&str],
) -> Problem {
    let near = entry.filter(|_| node.entries().len() == 1).and_then(|entry| closest(&entry.key, keys.iter().copied()));
    let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
    Problem::error(
        "not-one-key",
        file,
        Text::new(
            "on attend ici une clé, et une seule, parmi celles prévues",
            "one, and only one, of the allowed keys is expected here",
        ),
    )
    .at(entry.map_or(place.span, |entry| entry.key_span))
    .with_hint(suggestion(near, &names, ["clés possibles", "allowed keys"]))
}

pub(super) fn missing_keys(file: &SourceFile, place: Place<'_>, missing: &[(&str, Option<&Json>)]) -> Problem {
    let names_fr: Vec<String> = missing.iter().map(|(key, _)| format!("« {key} »")).collect();
    let names_en: Vec<String> = missing.iter().map(|(key, _)| format!("“{key}”")).collect();
    let several = missing.len() > 1;
    let (where_fr, where_en) = match place.key {
        Some(key) => (format!(" sous « {} »", quote(key)), format!(" under “{}”", quote(key))),
        None => Default::default(),
    };
    let keys_fr = if several { "les clés" } else { "la clé" };
    let message = Text::new(
        format!("il manque {keys_fr} {}{where_fr}", names_fr.join(", ")),
        format!("missing key{} {}{where_en}", if several { "s" } else { "" }, names_en.join(", ")),
    );
    let lines = missing.iter().map(|(key, example)| format!("{key}: {}", example.map_or("…".to_owned(), written)));
    let lines = lines.collect::<Vec<_>>().join("\n");
    let hint = if several {
        Text::new(format!("ajoutez ces lignes :\n{lines}"), format!("add these lines:\n{lines}"))
    } else {
        Text::new(format!("ajoutez une ligne :\n{lines}"), format!("add a line:\n{lines}"))
    };
    let problem = Problem::error("missing-key", file, message).at(place.span).with_hint(hint);
    if place.key.is_some() { problem } else { problem.with_label(Text::new("dans ce bloc", "in this block")) }
}

pub(super) fn out_of_range(file: &SourceFile, place: Place<'_>, bounds: Bounds) -> Problem {
    let limit = |bound: Option<f64>, fr: &str, en: &str| bound.map(|b| [format!("{fr} {b}"), format!("{en} {b}")]);
    let limits: Vec<[String; 2]> = [
        limit(bounds.min, "au moins", "at least"),
        limit(bounds.above, "plus de", "more than"),
        limit(bounds.max, "au plus", "at most"),
        limit(bounds.below, "moins de", "less than"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let fr: Vec<&str> = limits.iter().map(|[fr, _]| fr.as_str()).collect();
    let en: Vec<&str> = limits.iter().map(|[_, en]| en.as_str()).collect();
    Problem::error(
        "out-of-range",
        file,
        Text::new(
            format!("ce nombre est hors limites : on attend {}", fr.join(" et ")),
            format!("this number is out of bounds: {} is expected", en.join(" and ")),
        ),
    )
    .at(place.span)
}

pub(super) fn too_short(file: &SourceFile, place: Place<'_>, length: u64) -> Problem {
    let message = if length == 0 {
        Text::new("ce texte est vide", "this text is empty")
    } else {
        Text::new("ce texte est trop court", "this text is too short")
    };
    Problem::error("too-short", file, message).at(place.span)
}

pub(super) fn too_long(file: &SourceFile, place: Place<'_>, length: u64, max: u64) -> Problem {
    Problem::error(
        "too-long",
        file,
        Text::new(
            format!("ce texte a {length} caractères, {max} au plus sont admis"),
            format!("this text has {length} characters, at most {max} are allowed"),
        ),
    )
    .at(place.span)
}

pub(super) fn bad_pattern(file: &SourceFile, place: Place<'_>, pattern: &str, part: &Map<String, Json>) -> Problem {
    let example = part.get("examples").and_then(|examples| examples.get(0)).map(written);
    let hint = match example {
        Some(example) => Text::new(format!("écrivez par exemple {example}"), format!("write for instance {example}")),
        None => Text::new(format!("forme attendue : {pattern}"), format!("expected form: {pattern}")),
    };
    Problem::error(
        "bad-format",
        file,
        Text::new("ce texte n’a pas la forme attendue", "this text does not have the expected form"),
    )
    .at(place.span)
    .with_hint(hint)
}

pub(super) fn too_few_items(file: &SourceFile, place: Place<'_>, length: u64, min: u64) -> Problem {
    let message = if length == 0 {
        Text::new(
            format!("cette liste est vide : on attend {min} élément au moins"),
            format!("this list is empty: at least {min} expected"),
        )
    } else {
        Text::new(
            format!("cette liste n’a pas assez d’éléments : {length} au lieu de {min} au moins"),
            format!("this list has too few items: {length} instead of at least {min}"),
        )
    };
    Problem::error("too-few-items", file, message).at(place.span)
}

pub(super) fn too_many_items(file: &SourceFile, place: Place<'_>, length: u64, max: u64) -> Problem {
    Problem::error(
        "too-many-items",
        file,
        Text::new(
            format!("cette liste a trop d’éléments : {length} au lieu de {max} au plus"),
            format!("this list has too many items: {length} instead of at most {max}"),
        ),
    )
    .at(place.span)
}

pub(super) fn repeated_item(file: &SourceFile, span: Span, first: Span) -> Problem {
    Problem::error(
        "repeated-item",
        file,
        Text::new("cet élément est déjà dans la liste", "this item is already in the list"),
    )
    .at(span)
    .with_remark(first, Text::new("déjà ici", "already here"))
    .with_hint(Text::new("gardez un seul des deux", "keep only one of them"))
}

pub(super) fn too_tangled(file: &SourceFile, place: Place<'_>) -> Problem {
    Problem::error(
        "too-tangled",
        file,
        Text::new("ce contenu est trop emmêlé pour être vérifié", "this content is too tangled to be checked"),
    )
    .at(place.span)
    .with_hint(Text::new(
        "simplifiez les conditions imbriquées, ou répartissez le contenu dans plusieurs fichiers",
        "simplify the nested conditions, or split the content into several files",
    ))
}

/// “Did you mean”, else the list of what is allowed.
fn suggestion(near: Option<&str>, names: &[String], [fr, en]: [&str; 2]) -> Text {
    if let Some(near) = near {
        return Text::new(format!("vouliez-vous écrire « {near} » ?"), format!("did you mean “{near}”?"));
    }
    let more = if names.len() > MAX_LISTED { ", …" } else { "" };
    let listed = names.iter().take(MAX_LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
    Text::new(format!("{fr} : {listed}{more}"), format!("{en}: {listed}{more}"))
}

/// The allowed word that a mistyped one most likely stands for.
fn closest<'a>(word: &str, allowed: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > MAX_COMPARED_BYTES {
        return None;
    }
    let word = word.to_lowercase();
    let tolerance = (word.chars().count() / 3).max(1);
    allowed
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= tolerance)
        .min()
        .map(|(_, candidate)| candidate)
}

/// A value as it is named in a list of choices.
fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A value as it is written in a YAML file.
fn written(value: &Json) -> String {
    match value.as_str() {
        Some(text)
            if text.contains([':', '#', '"', '\'']) || crate::scalar::resolve(text) != Value::Text(text.to_owned()) =>
        {
            value.to_string()
        }
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}

fn name_of_type(name: &str) -> [&'static str; 2] {
    match name {
        "boolean" => ["true ou false", "true or false"],
        "integer" => ["un nombre entier", "a whole number"],
        "number" => ["un nombre", "a number"],
        "array" => ["une liste", "a list"],
        "object" => ["un bloc de clés", "a block of keys"],
        _ => ["un texte", "a text"],
    }
}

/// None for a value that is not there.
fn name_of_value(value: &Value) -> Option<[&'static str; 2]> {
    match value {
        Value::Null => None,
        Value::Bool(_) => Some(["true ou false", "true or false"]),
        Value::Int(_) => Some(["un nombre entier", "a whole number"]),
        Value::Float(_) => Some(["un nombre à virgule", "a decimal number"]),
        Value::Text(_) => Some(["un texte", "a text"]),
        Value::List(_) => Some(["une liste", "a list"]),
        Value::Map(_) => Some(["un bloc de clés", "a block of keys"]),
    }
}
