//! Which alternative of a `oneOf` or `anyOf` the author meant.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::{
    Checker, Parts, Place, accepts, branches_of, choices_of, properties_of, property, required_of, types_of, wording,
};
use crate::{Node, Problems, Value};

impl<'s> Checker<'s> {
    /// Checks the alternatives of a schema against the one that the author most likely meant.
    pub(super) fn alternatives(
        &mut self,
        node: &Node,
        place: Place<'_>,
        parts: &Parts<'s>,
        known: &BTreeSet<&'s str>,
        out: &mut Problems,
    ) {
        let groups: Vec<_> = parts.iter().filter_map(|part| branches_of(part)).collect();
        for (position, group) in groups.iter().enumerate() {
            let mut known = known.clone();
            known.extend(parts.iter().flat_map(|part| properties_of(part)));
            for (_, other) in groups.iter().enumerate().filter(|(other, _)| *other != position) {
                known.extend(other.iter().flat_map(|branch| self.parts(branch)).flat_map(properties_of));
            }
            self.one_of(node, place, group, &known, out);
        }
    }

    fn one_of(
        &mut self,
        node: &Node,
        place: Place<'_>,
        branches: &'s [Json],
        known: &BTreeSet<&'s str>,
        out: &mut Problems,
    ) {
        let fitting: Vec<&'s Json> = branches.iter().filter(|branch| self.may_be(branch, node)).collect();
        if fitting.is_empty() {
            let types: BTreeSet<&str> = branches.iter().filter_map(|branch| self.types(branch)).flatten().collect();
            out.push(wording::wrong_type(self.file, node, place, &types.into_iter().collect::<Vec<_>>()));
            return;
        }
        if let [only] = fitting.as_slice() {
            return self.walk(node, place, only, known, out);
        }
        let choices: Option<Vec<_>> = fitting.iter().map(|branch| choices_of(branch.as_object()?)).collect();
        if let Some(choices) = choices {
            return self.choice(node, place, &choices.concat(), out);
        }
        if matches!(node.value, Value::Map(_))
            && (self.tagged(node, place, &fitting, known, out) || self.keyed(node, place, &fitting, known, out))
        {
            return;
        }
        self.closest(node, place, &fitting, known, out);
    }

    /// Alternatives told apart by the value of one key (`kind: host`). False when they are not.
    fn tagged(
        &mut self,
        node: &Node,
        place: Place<'_>,
        branches: &[&'s Json],
        known: &BTreeSet<&'s str>,
        out: &mut Problems,
    ) -> bool {
        let Some(first) = branches.first() else { return false };
        let keys: Vec<&'s str> = self.parts(first).into_iter().flat_map(properties_of).collect();
        let tag = keys.into_iter().find(|key| branches.iter().all(|branch| self.tag_of(branch, key).is_some()));
        let Some(tag) = tag else { return false };
        let values: Vec<&'s Json> = branches.iter().filter_map(|branch| self.tag_of(branch, tag)).collect();
        let Some(entry) = node.entry(tag) else {
            out.push(wording::missing_keys(self.file, place, &[(tag, values.first().copied())]));
            return true;
        };
        let written = entry.value.to_json();
        if let Some((branch, _)) = branches.iter().zip(&values).find(|(_, value)| ***value == written) {
            self.walk(node, place, branch, known, out);
        } else {
            let place = Place { span: entry.value.pointed(entry.key_span), key: Some(tag) };
            out.push(wording::not_a_choice(self.file, &entry.value, place, &values));
        }
        true
    }

    /// Alternatives that are each one key of their own (`{all: …}`, `{any: …}`). False when they are not.
    fn keyed(
        &mut self,
        node: &Node,
        place: Place<'_>,
        branches: &[&'s Json],
        known: &BTreeSet<&'s str>,
        out: &mut Problems,
    ) -> bool {
        let keys: Option<Vec<&'s str>> = branches.iter().map(|branch| self.own_key(branch)).collect();
        let Some(keys) = keys else { return false };
        let mut written = node.entries().iter().filter(|entry| !known.contains(entry.key.as_str()));
        let (entry, more) = (written.next(), written.next());
        match branches.iter().zip(&keys).find(|(_, key)| entry.is_some_and(|entry| entry.key == **key)) {
            Some((branch, _)) if more.is_none() => self.walk(node, place, branch, known, out),
            _ => out.push(wording::not_one_key(self.file, node, place, entry, &keys)),
        }
        true
    }

    /// Without a sign of the author's intent: the first alternative that fits, else the one
    /// with the closest keys, else the one with the fewest problems.
    fn closest(
        &mut self,
        node: &Node,
        place: Place<'_>,
        branches: &[&'s Json],
        known: &BTreeSet<&'s str>,
        out: &mut Problems,
    ) {
        let mut best: Option<((usize, usize), Problems)> = None;
        for branch in branches {
            let mut problems = Problems::new();
            self.walk(node, place, branch, known, &mut problems);
            if problems.is_empty() {
                return;
            }
            let distance = (self.misfit(node, branch), problems.len());
            if best.as_ref().is_none_or(|(closest, _)| distance < *closest) {
                best = Some((distance, problems));
            }
        }
        if let Some((_, problems)) = best {
            out.append(problems);
        }
    }

    /// How many keys the node lacks or has in excess.
    fn misfit(&self, node: &Node, branch: &'s Json) -> usize {
        let parts = self.parts(branch);
        let lacking = parts.iter().flat_map(|part| required_of(part)).filter(|key| node.entry(key).is_none()).count();
        let named = |key: &str| parts.iter().any(|part| property(part, key).is_some());
        lacking + node.entries().iter().filter(|entry| !named(&entry.key)).count()
    }

    /// The only value that a branch takes for a key.
    fn tag_of(&self, branch: &'s Json, key: &str) -> Option<&'s Json> {
        let schema = self.parts(branch).into_iter().find_map(|part| property(part, key))?;
        match choices_of(schema.as_object()?)?.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The only key of a branch, when it must be there.
    fn own_key(&self, branch: &'s Json) -> Option<&'s str> {
        let parts = self.parts(branch);
        let keys: BTreeSet<&str> = parts.iter().flat_map(|part| properties_of(part)).collect();
        let mut required = parts.iter().flat_map(|part| required_of(part));
        let only = required.next().filter(|_| required.next().is_none())?;
        (keys.len() == 1 && keys.contains(only)).then_some(only)
    }

    fn may_be(&self, branch: &'s Json, node: &Node) -> bool {
        self.types(branch).is_none_or(|types| accepts(&types, &node.value))
    }

    /// The types that a branch takes; none when it does not say.
    fn types(&self, branch: &'s Json) -> Option<Vec<&'s str>> {
        self.parts(branch).into_iter().find_map(types_of_part)
    }
}

fn types_of_part(part: &Map<String, Json>) -> Option<Vec<&str>> {
    if let Some(types) = types_of(part) {
        return Some(types);
    }
    if let Some(choices) = choices_of(part) {
        return Some(choices.into_iter().map(type_name).collect());
    }
    let branches = branches_of(part)?.iter().map(Json::as_object);
    let types: Option<Vec<Vec<&str>>> =
        branches.map(|branch| types_of_part(branch.filter(|branch| !branch.contains_key("$ref"))?)).collect();
    types.map(|types| types.concat())
}

fn type_name(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(number) if number.is_f64() => "number",
        Json::Number(_) => "integer",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}
