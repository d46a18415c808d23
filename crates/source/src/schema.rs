//! A tree checked against a JSON schema, as schemars writes them (draft 2020-12).
//!
//! Understood: `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`,
//! `patternProperties`, `propertyNames`, `items`, `minItems`, `maxItems`, `uniqueItems`,
//! `minimum`, `maximum` and their exclusive forms, `minLength`, `maxLength`, `pattern`,
//! `format`, `allOf`, `anyOf`, `oneOf`, `$ref` into the same schema. The rest is left to
//! deserialisation.
//!
//! Stricter than JSON Schema in one point: a map whose schema lists `properties` takes no
//! other key, unless it says `additionalProperties`. A key that nobody reads is a mistake.

mod branches;
mod wording;

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde_json::{Map, Value as Json};

use crate::{Formats, Node, Problem, Problems, SourceFile, Span, Value};

/// How many pairs of node and schema are looked at; nested alternatives could otherwise
/// multiply without end. Past it, the file is refused: deserialisation would take as long.
const MAX_VISITS: usize = 300_000;

/// How many `$ref` and `allOf` are followed from one place.
const MAX_REFERENCES: usize = 32;

/// All that the tree has wrong.
pub(crate) fn check(file: &SourceFile, node: &Node, schema: &Json, formats: &Formats) -> Problems {
    let mut patterns = BTreeMap::new();
    collect_patterns(schema, &mut patterns);
    let mut checker = Checker { file, root: schema, formats, patterns, visits: 0 };
    let mut problems = Problems::new();
    let place = Place { span: node.span, key: None };
    checker.walk(node, place, schema, &BTreeSet::new(), &mut problems);
    if checker.visits > MAX_VISITS {
        return wording::too_tangled(file, place).into();
    }
    problems
}

struct Checker<'s> {
    file: &'s SourceFile,
    root: &'s Json,
    formats: &'s Formats,
    patterns: BTreeMap<&'s str, Regex>,
    visits: usize,
}

/// Where a problem of a node is drawn, and the key that the node is the value of.
#[derive(Clone, Copy)]
struct Place<'n> {
    span: Span,
    key: Option<&'n str>,
}

/// The keywords of a schema and of all that it includes by `$ref` and `allOf`.
type Parts<'s> = Vec<&'s Map<String, Json>>;

impl<'s> Checker<'s> {
    /// Checks a node. `known` are keys that an enclosing schema allows besides this one.
    fn walk(&mut self, node: &Node, place: Place<'_>, schema: &'s Json, known: &BTreeSet<&'s str>, out: &mut Problems) {
        self.visits += 1;
        if self.visits > MAX_VISITS {
            return;
        }
        let parts = self.parts(schema);
        if let Some(types) = parts.iter().find_map(|part| types_of(part).filter(|types| !accepts(types, &node.value))) {
            out.push(wording::wrong_type(self.file, node, place, &types));
            return;
        }
        for part in &parts {
            if let Some(choices) = choices_of(part) {
                self.choice(node, place, &choices, out);
            }
            self.content(node, place, part, out);
        }
        if matches!(node.value, Value::Map(_)) {
            self.map(node, place, &parts, known, out);
        }
        self.alternatives(node, place, &parts, known, out);
    }

    fn choice(&self, node: &Node, place: Place<'_>, choices: &[&Json], out: &mut Problems) {
        let plain = !matches!(node.value, Value::List(_) | Value::Map(_));
        let value = if plain { node.to_json() } else { Json::Null };
        if !plain || !choices.contains(&&value) {
            out.push(wording::not_a_choice(self.file, node, place, choices));
        }
    }

    fn content(&mut self, node: &Node, place: Place<'_>, part: &'s Map<String, Json>, out: &mut Problems) {
        #[expect(clippy::cast_precision_loss, reason = "bounds of schemas are small; the type of the field decides")]
        match &node.value {
            Value::Int(number) => self.number(*number as f64, place, part, out),
            Value::Float(number) => self.number(*number, place, part, out),
            Value::Text(text) => self.text(text, place, part, out),
            Value::List(items) => self.list(items, place, part, out),
            Value::Map(_) | Value::Null | Value::Bool(_) => {}
        }
    }

    fn number(&self, number: f64, place: Place<'_>, part: &Map<String, Json>, out: &mut Problems) {
        let bounds = Bounds::of(part);
        if !bounds.hold(number) {
            out.push(wording::out_of_range(self.file, place, bounds));
        }
    }

    fn text(&self, text: &str, place: Place<'_>, part: &Map<String, Json>, out: &mut Problems) {
        let length = text.chars().count() as u64;
        let bound = |name: &str| part.get(name).and_then(Json::as_u64);
        if bound("minLength").is_some_and(|min| length < min) {
            out.push(wording::too_short(self.file, place, length));
        }
        if let Some(max) = bound("maxLength").filter(|max| length > *max) {
            out.push(wording::too_long(self.file, place, length, max));
        }
        if let Some(check) = part.get("format").and_then(Json::as_str).and_then(|name| self.formats.get(name))
            && let Err(problem) = check(text)
        {
            let mut report = Problem::error("bad-format", self.file, problem.message).at(place.span);
            report.hint = problem.hint;
            out.push(report);
        } else if let Some(pattern) = part.get("pattern").and_then(Json::as_str)
            && self.patterns.get(pattern).is_some_and(|regex| !regex.is_match(text))
        {
            out.push(wording::bad_pattern(self.file, place, pattern, part));
        }
    }

    fn list(&mut self, items: &[Node], place: Place<'_>, part: &'s Map<String, Json>, out: &mut Problems) {
        let length = items.len() as u64;
        let bound = |name: &str| part.get(name).and_then(Json::as_u64);
        if let Some(min) = bound("minItems").filter(|min| length < *min) {
            out.push(wording::too_few_items(self.file, place, length, min));
        }
        if let Some(max) = bound("maxItems").filter(|max| length > *max) {
            out.push(wording::too_many_items(self.file, place, length, max));
        }
        if part.get("uniqueItems") == Some(&Json::Bool(true)) {
            self.unique(items, out);
        }
        if let Some(schema) = part.get("items").filter(|_| !part.contains_key("prefixItems")) {
            for item in items {
                let place = Place { span: item.span, key: None };
                self.walk(item, place, schema, &BTreeSet::new(), out);
            }
        }
    }

    fn unique(&self, items: &[Node], out: &mut Problems) {
        let mut seen = BTreeMap::new();
        for item in items {
            if let Some(first) = seen.insert(item.to_json().to_string(), item.span) {
                out.push(wording::repeated_item(self.file, item.span, first));
            }
        }
    }

    fn map(&mut self, node: &Node, place: Place<'_>, parts: &Parts<'s>, known: &BTreeSet<&'s str>, out: &mut Problems) {
        let missing: Vec<_> = parts
            .iter()
            .flat_map(|part| required_of(part))
            .filter(|key| node.entry(key).is_none())
            .map(|key| (key, self.example(parts, key)))
            .collect();
        if !missing.is_empty() {
            out.push(wording::missing_keys(self.file, place, &missing));
        }
        for entry in node.entries() {
            let value = &entry.value;
            let place = Place { span: value.pointed(entry.key_span), key: Some(&entry.key) };
            for part in parts {
                if let Some(schema) = part.get("propertyNames") {
                    let name = Node { span: entry.key_span, value: Value::Text(entry.key.clone()) };
                    let name_place = Place { span: entry.key_span, key: None };
                    self.walk(&name, name_place, schema, &BTreeSet::new(), out);
                }
                for schema in self.schemas_of_key(part, parts, &entry.key, known) {
                    self.walk(value, place, schema, &BTreeSet::new(), out);
                }
            }
        }
        let alternatives = parts.iter().any(|part| branches_of(part).is_some());
        if !alternatives && is_closed(parts, known) {
            let mut allowed = known.clone();
            allowed.extend(parts.iter().flat_map(|part| properties_of(part)));
            let free: BTreeSet<&str> = allowed.iter().copied().filter(|key| node.entry(key).is_none()).collect();
            for entry in node.entries() {
                let by_pattern = parts.iter().any(|part| self.patterns_for(part, &entry.key).next().is_some());
                if !allowed.contains(entry.key.as_str()) && !by_pattern {
                    out.push(wording::unknown_key(self.file, entry, &allowed, &free));
                }
            }
        }
    }

    /// The schemas that one part has for a key: its own, else those of the patterns that it
    /// follows, else that of the keys that no part names.
    fn schemas_of_key(
        &self,
        part: &'s Map<String, Json>,
        parts: &Parts<'s>,
        key: &str,
        known: &BTreeSet<&'s str>,
    ) -> Vec<&'s Json> {
        if let Some(schema) = property(part, key) {
            return vec![schema];
        }
        let by_pattern: Vec<_> = self.patterns_for(part, key).collect();
        let named = known.contains(key) || parts.iter().any(|part| property(part, key).is_some());
        if by_pattern.is_empty() && !named {
            return part.get("additionalProperties").filter(|schema| schema.is_object()).into_iter().collect();
        }
        by_pattern
    }

    fn patterns_for(&self, part: &'s Map<String, Json>, key: &str) -> impl Iterator<Item = &'s Json> {
        part.get("patternProperties")
            .and_then(Json::as_object)
            .into_iter()
            .flatten()
            .filter(move |(pattern, _)| self.patterns.get(pattern.as_str()).is_some_and(|regex| regex.is_match(key)))
            .map(|(_, schema)| schema)
    }

    /// An example that the schema of a key gives.
    fn example(&self, parts: &Parts<'s>, key: &str) -> Option<&'s Json> {
        parts
            .iter()
            .filter_map(|part| property(part, key))
            .flat_map(|schema| self.parts(schema))
            .find_map(|part| part.get("examples")?.as_array()?.first())
    }

    fn parts(&self, schema: &'s Json) -> Parts<'s> {
        let mut parts = Vec::new();
        let mut waiting = vec![schema];
        let mut references = 0;
        while let Some(schema) = waiting.pop() {
            let Some(part) = schema.as_object() else { continue };
            parts.push(part);
            references += 1;
            if references > MAX_REFERENCES {
                break;
            }
            let target = part.get("$ref").and_then(Json::as_str).and_then(|target| target.strip_prefix('#'));
            waiting.extend(target.and_then(|pointer| self.root.pointer(pointer)));
            waiting.extend(part.get("allOf").and_then(Json::as_array).into_iter().flatten());
        }
        parts
    }
}

/// The limits of a number.
#[derive(Clone, Copy)]
struct Bounds {
    min: Option<f64>,
    above: Option<f64>,
    max: Option<f64>,
    below: Option<f64>,
}

impl Bounds {
    /// Those of a part; the Rust type that schemars writes as a format gives the others.
    fn of(part: &Map<String, Json>) -> Self {
        let bound = |name: &str| part.get(name).and_then(Json::as_f64);
        let (above, below) = (bound("exclusiveMinimum"), bound("exclusiveMaximum"));
        let by_type = part.get("format").and_then(Json::as_str).and_then(|name| match name {
            "int8" => Some((f64::from(i8::MIN), f64::from(i8::MAX))),
            "uint8" => Some((f64::from(u8::MIN), f64::from(u8::MAX))),
            "int16" => Some((f64::from(i16::MIN), f64::from(i16::MAX))),
            "uint16" => Some((f64::from(u16::MIN), f64::from(u16::MAX))),
            "int32" => Some((f64::from(i32::MIN), f64::from(i32::MAX))),
            "uint32" => Some((f64::from(u32::MIN), f64::from(u32::MAX))),
            _ => None,
        });
        let min = bound("minimum").or(by_type.map(|(min, _)| min).filter(|_| above.is_none()));
        let max = bound("maximum").or(by_type.map(|(_, max)| max).filter(|_| below.is_none()));
        Self { min, above, max, below }
    }

    fn hold(self, number: f64) -> bool {
        self.min.is_none_or(|min| number >= min)
            && self.above.is_none_or(|above| number > above)
            && self.max.is_none_or(|max| number <= max)
            && self.below.is_none_or(|below| number < below)
    }
}

/// All regular expressions of a schema, compiled once. One that does not compile checks nothing.
fn collect_patterns<'s>(schema: &'s Json, patterns: &mut BTreeMap<&'s str, Regex>) {
    let mut add = |pattern: &'s str| {
        if let Ok(regex) = Regex::new(pattern) {
            patterns.insert(pattern, regex);
        }
    };
    if let Some(pattern) = schema.get("pattern").and_then(Json::as_str) {
        add(pattern);
    }
    for pattern in schema.get("patternProperties").and_then(Json::as_object).into_iter().flat_map(Map::keys) {
        add(pattern);
    }
    match schema {
        Json::Object(members) => members.values().for_each(|member| collect_patterns(member, patterns)),
        Json::Array(items) => items.iter().for_each(|item| collect_patterns(item, patterns)),
        _ => {}
    }
}

/// The names of `type`, when there is one.
fn types_of(part: &Map<String, Json>) -> Option<Vec<&str>> {
    match part.get("type")? {
        Json::String(name) => Some(vec![name]),
        Json::Array(names) => Some(names.iter().filter_map(Json::as_str).collect()),
        _ => None,
    }
}

fn accepts(types: &[&str], value: &Value) -> bool {
    let own: &[&str] = match value {
        Value::Null => &["null"],
        Value::Bool(_) => &["boolean"],
        Value::Int(_) => &["integer", "number"],
        Value::Float(_) => &["number"],
        Value::Text(_) => &["string"],
        Value::List(_) => &["array"],
        Value::Map(_) => &["object"],
    };
    types.iter().any(|name| own.contains(name))
}

/// The closed list of values of a part: `enum`, `const`, or alternatives that are only that.
fn choices_of(part: &Map<String, Json>) -> Option<Vec<&Json>> {
    if let Some(Json::Array(choices)) = part.get("enum") {
        return Some(choices.iter().collect());
    }
    if let Some(choice) = part.get("const") {
        return Some(vec![choice]);
    }
    let branches = raw_branches_of(part)?;
    let choices: Option<Vec<Vec<&Json>>> = branches.iter().map(|branch| choices_of(branch.as_object()?)).collect();
    choices.map(|choices| choices.concat())
}

/// The alternatives of a part, unless they are only a closed list of values.
fn branches_of(part: &Map<String, Json>) -> Option<&Vec<Json>> {
    raw_branches_of(part).filter(|_| choices_of(part).is_none())
}

fn raw_branches_of(part: &Map<String, Json>) -> Option<&Vec<Json>> {
    part.get("oneOf").or_else(|| part.get("anyOf"))?.as_array()
}

fn properties_of(part: &Map<String, Json>) -> impl Iterator<Item = &str> {
    part.get("properties").and_then(Json::as_object).into_iter().flat_map(|map| map.keys().map(String::as_str))
}

fn property<'s>(part: &'s Map<String, Json>, key: &str) -> Option<&'s Json> {
    part.get("properties")?.get(key)
}

fn required_of(part: &Map<String, Json>) -> impl Iterator<Item = &str> {
    part.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
}

/// True when a key that nothing names is a mistake.
fn is_closed(parts: &Parts<'_>, known: &BTreeSet<&str>) -> bool {
    let says =
        |answer: fn(&Json) -> bool| parts.iter().any(|part| part.get("additionalProperties").is_some_and(answer));
    if says(|schema| schema == &Json::Bool(true) || schema.is_object()) {
        return false;
    }
    !known.is_empty()
        || says(|schema| schema == &Json::Bool(false))
        || parts.iter().any(|part| part.contains_key("properties"))
}
