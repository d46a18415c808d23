use serde_json::Value as Json;

use crate::Span;

/// A value of a YAML file and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The text it was written as. That of a list or a map goes from its first item to its last.
    pub span: Span,
    /// What it says.
    pub value: Value,
}

/// What a [`Node`] says, by the YAML 1.2 core schema (section 10.3.2), and nothing more:
/// `no`, `1_000`, `1:30` and dates are text. Numbers that JSON could not give back as they
/// were written are text too: those with a leading zero (`012`, department `01`), those that
/// 64 bits cannot hold, and `.inf` and `.nan`.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal number, always finite.
    Float(f64),
    /// A text; all that is quoted is one.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the file; no key comes twice.
    Map(Vec<Entry>),
}

/// A key of a map and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// Its value.
    pub value: Node,
}

/// One step down a tree: a key of a map or an index of a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The value of this key.
    Key(String),
    /// The item at this index, from 0.
    Index(usize),
}

/// A path down a tree: `path!["scope", "domains", 3]`.
#[macro_export]
macro_rules! path {
    ($($step:expr),* $(,)?) => { [$($crate::Step::from($step)),*] };
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<String> for Step {
    fn from(key: String) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

impl Node {
    /// The entries of a map; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a text; none for anything else.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entry of a map under this key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value of a map under this key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The node at the end of a path.
    pub fn at(&self, path: &[Step]) -> Option<&Node> {
        path.iter().try_fold(self, |node, step| match step {
            Step::Key(key) => node.get(key),
            Step::Index(index) => node.items().get(*index),
        })
    }

    /// The best place to point at for a path: the value when it is a plain one, the key that
    /// introduces it when it is a list or a map, and the last step that exists when the path
    /// goes further than the file.
    pub fn locate(&self, path: &[Step]) -> Span {
        let mut node = self;
        let mut span = self.span;
        for step in path {
            let (next, next_span) = match step {
                Step::Key(key) => match node.entry(key) {
                    Some(entry) => (&entry.value, entry.value.pointed(entry.key_span)),
                    None => break,
                },
                Step::Index(index) => match node.items().get(*index) {
                    Some(item) => (item, item.span),
                    None => break,
                },
            };
            (node, span) = (next, next_span);
        }
        span
    }

    /// The same tree as JSON, without the places.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(flag) => Json::from(*flag),
            Value::Int(number) => Json::from(*number),
            Value::Float(number) => Json::from(*number),
            Value::Text(text) => Json::from(text.as_str()),
            Value::List(items) => items.iter().map(Node::to_json).collect(),
            Value::Map(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.to_json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }

    /// Where to point at the value of a key: itself when a caret can stand under it, its key
    /// when it is a list, a map or nothing at all.
    pub(crate) fn pointed(&self, key_span: Span) -> Span {
        let plain = !matches!(self.value, Value::List(_) | Value::Map(_)) && self.span.start < self.span.end;
        if plain { self.span } else { key_span }
    }
}
