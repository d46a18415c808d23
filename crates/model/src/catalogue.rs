use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::{SubjectKind, Text};

/// Place of a fact inside an observation: `negotiated.suite`, `chain[0].not_after`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct FactPath(String);

/// A struct of facts that a probe or a plan reader produces.
///
/// Conventions, checked by [`Catalogue::with`]: an `Option` field that is `None` means *not seen*
/// (its reason goes to the observation's gaps); "there is none" is an empty list, `false`, or a
/// variant that says so. Units are in the names (`_s`, `_bytes`, `_bits`), instants are RFC 3339.
pub trait Facts: Serialize + JsonSchema {
    /// Kind of observation, unique: `tls.endpoint`.
    const KIND: &'static str;
    /// What it is about.
    const SUBJECT: SubjectKind;

    /// What these facts are, for the generated reference.
    fn title() -> Text;
}

/// The type of a fact, as rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactType {
    /// `true` or `false`.
    Bool,
    /// A whole number (signed, 64 bits).
    Int,
    /// A number with decimals.
    Float,
    /// Free text.
    Text,
    /// One of a closed list of words.
    Choice(BTreeSet<String>),
    /// An instant, RFC 3339.
    Instant,
    /// A calendar day, ISO 8601.
    Day,
    /// A list.
    List(Box<FactType>),
    /// Named values, all of one type.
    Table(Box<FactType>),
    /// A record with known fields.
    Record(BTreeMap<String, Field>),
}

/// One field of a record of facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its type.
    pub of: FactType,
    /// What it is, from the Rust documentation.
    pub doc: String,
    /// Whether a look may fail to establish it.
    pub may_be_unknown: bool,
}

/// One kind of observation in the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct FactKind {
    /// Its name (`tls.endpoint`).
    pub id: String,
    /// What it is about.
    pub subject: SubjectKind,
    /// What it is, for readers.
    pub title: Text,
    /// Its fields, always a [`FactType::Record`].
    pub facts: FactType,
    /// Its JSON schema, for editors and stored runs.
    pub schema: Value,
}

/// Every kind of fact that this build can produce: what rules are checked against when they load.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Catalogue {
    kinds: BTreeMap<String, FactKind>,
}

/// A schema the catalogue cannot read, or a path it does not hold: an error of whoever wrote the facts or the rule.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// Two producers claim the same kind.
    #[error("kind {0:?} is registered twice")]
    DuplicateKind(String),
    /// A schema uses a construct that facts must not use.
    #[error("facts of {kind:?}: {path:?} has a schema that rules cannot read")]
    Unreadable {
        /// The kind.
        kind: String,
        /// Where in it.
        path: String,
    },
}

impl FactPath {
    /// The whole observation.
    pub const ROOT: Self = Self(String::new());

    /// A path from its text.
    pub fn new(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of a field below this one.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        if self.0.is_empty() { Self(name.to_owned()) } else { Self(format!("{}.{name}", self.0)) }
    }

    /// The path of a list element below this one.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.0))
    }

    /// Whether `other` is this place or lies below it.
    pub fn covers(&self, other: &Self) -> bool {
        self.0.is_empty()
            || other.0.strip_prefix(&self.0).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }
}

impl From<&str> for FactPath {
    fn from(path: &str) -> Self {
        Self(path.to_owned())
    }
}

impl Borrow<str> for FactPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Catalogue {
    /// A catalogue with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a kind of facts.
    pub fn with<F: Facts>(mut self) -> Result<Self, CatalogueError> {
        let generator: SchemaGenerator = SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true).into();
        let schema = Value::from(generator.into_root_schema_for::<F>());
        let facts = fact_type(&schema, &FactPath::ROOT)
            .map_err(|path| CatalogueError::Unreadable { kind: F::KIND.to_owned(), path: path.as_str().to_owned() })?;
        let kind = FactKind { id: F::KIND.to_owned(), subject: F::SUBJECT, title: F::title(), facts, schema };
        match self.kinds.insert(F::KIND.to_owned(), kind) {
            None => Ok(self),
            Some(twice) => Err(CatalogueError::DuplicateKind(twice.id)),
        }
    }

    /// Joins two catalogues: each producer brings its own.
    pub fn merge(mut self, other: Self) -> Result<Self, CatalogueError> {
        for (id, kind) in other.kinds {
            if let Some(twice) = self.kinds.insert(id, kind) {
                return Err(CatalogueError::DuplicateKind(twice.id));
            }
        }
        Ok(self)
    }

    /// A kind by name.
    pub fn kind(&self, id: &str) -> Option<&FactKind> {
        self.kinds.get(id)
    }

    /// Every kind, by name.
    pub fn kinds(&self) -> impl Iterator<Item = &FactKind> {
        self.kinds.values()
    }
}

impl FactType {
    /// The type in the words of the rule documentation.
    pub fn describe(&self) -> String {
        match self {
            Self::Bool => "bool".to_owned(),
            Self::Int => "int".to_owned(),
            Self::Float => "double".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Choice(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
                words.join(" | ")
            }
            Self::Instant => "instant".to_owned(),
            Self::Day => "day".to_owned(),
            Self::List(of) => format!("list of {}", of.describe()),
            Self::Table(of) => format!("table of {}", of.describe()),
            Self::Record(_) => "record".to_owned(),
        }
    }
}

/// Reads the part of JSON Schema that derived facts use; anything else is an error with its place.
fn fact_type(schema: &Value, at: &FactPath) -> Result<FactType, FactPath> {
    let unreadable = || at.clone();
    let object = schema.as_object().ok_or_else(unreadable)?;
    if let Some(words) = words(object) {
        return Ok(FactType::Choice(words));
    }
    if let Some(of) = object.get("anyOf").and_then(Value::as_array) {
        // `Option<T>` of an inlined type: the other branch is null.
        let mut branches = of.iter().filter(|branch| branch.get("type").and_then(Value::as_str) != Some("null"));
        return match (branches.next(), branches.next()) {
            (Some(only), None) => fact_type(only, at),
            _ => Err(unreadable()),
        };
    }
    match (type_name(object).ok_or_else(unreadable)?, object.get("format").and_then(Value::as_str)) {
        ("boolean", _) => Ok(FactType::Bool),
        ("integer", _) => Ok(FactType::Int),
        ("number", _) => Ok(FactType::Float),
        ("string", Some("date-time")) => Ok(FactType::Instant),
        ("string", Some("date")) => Ok(FactType::Day),
        ("string", _) => Ok(FactType::Text),
        ("array", _) => {
            let items = object.get("items").ok_or_else(unreadable)?;
            Ok(FactType::List(Box::new(fact_type(items, &at.field("[]"))?)))
        }
        ("object", _) => record_or_table(object, at),
        _ => Err(unreadable()),
    }
}

fn record_or_table(object: &Map<String, Value>, at: &FactPath) -> Result<FactType, FactPath> {
    if let Some(properties) = object.get("properties").and_then(Value::as_object) {
        let required: BTreeSet<&str> =
            object.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let fields = properties.iter().map(|(name, schema)| {
            let doc = schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
            let may_be_unknown = !required.contains(name.as_str());
            Ok((name.clone(), Field { of: fact_type(schema, &at.field(name))?, doc, may_be_unknown }))
        });
        return Ok(FactType::Record(fields.collect::<Result<_, FactPath>>()?));
    }
    let values = object.get("additionalProperties").ok_or_else(|| at.clone())?;
    Ok(FactType::Table(Box::new(fact_type(values, &at.field("{}"))?)))
}

/// The words of a plain enum: `enum`, `const`, or `oneOf` whose branches are all words.
fn words(object: &Map<String, Value>) -> Option<BTreeSet<String>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(word) = object.get("const") {
        return Some(BTreeSet::from([text(word)?]));
    }
    if let Some(list) = object.get("enum").and_then(Value::as_array) {
        return list.iter().filter(|value| !value.is_null()).map(text).collect();
    }
    let mut all = BTreeSet::new();
    for branch in object.get("oneOf")?.as_array()? {
        all.extend(words(branch.as_object()?)?);
    }
    Some(all)
}

/// The one type of a schema, `null` beside it ignored.
fn type_name(object: &Map<String, Value>) -> Option<&str> {
    match object.get("type")? {
        Value::String(name) => Some(name),
        Value::Array(names) => {
            let mut names = names.iter().filter_map(Value::as_str).filter(|name| *name != "null");
            names.next().filter(|_| names.next().is_none())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    /// Protocol versions.
    #[derive(Serialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema is read")]
    enum Version {
        /// Old.
        #[serde(rename = "TLS 1.0")]
        Tls10,
        /// Newer.
        #[serde(rename = "TLS 1.2")]
        Tls12,
    }

    #[derive(Serialize, JsonSchema)]
    struct Certificate {
        /// Last instant of validity.
        not_after: Timestamp,
    }

    #[derive(Serialize, JsonSchema)]
    struct Sample {
        /// What it accepted.
        versions: Vec<Version>,
        best: Option<Version>,
        certificate: Option<Certificate>,
        names: BTreeMap<String, u16>,
    }

    impl Facts for Sample {
        const KIND: &'static str = "test.sample";
        const SUBJECT: SubjectKind = SubjectKind::Endpoint;

        fn title() -> Text {
            Text::same("sample")
        }
    }

    #[test]
    fn derived_schemas_become_fact_types() {
        let catalogue = Catalogue::new().with::<Sample>().unwrap();
        let FactType::Record(fields) = &catalogue.kind("test.sample").unwrap().facts else { panic!("a record") };
        let choice = FactType::Choice(["TLS 1.0", "TLS 1.2"].map(str::to_owned).into());
        assert_eq!(fields["versions"].of, FactType::List(Box::new(choice.clone())));
        assert_eq!(fields["versions"].doc, "What it accepted.");
        assert_eq!((&fields["best"].of, fields["best"].may_be_unknown), (&choice, true));
        assert!(!fields["versions"].may_be_unknown);
        let FactType::Record(certificate) = &fields["certificate"].of else { panic!("a record") };
        assert_eq!(certificate["not_after"].of, FactType::Instant);
        assert_eq!(fields["names"].of, FactType::Table(Box::new(FactType::Int)));
    }

    #[test]
    fn a_kind_registers_once() {
        let once = Catalogue::new().with::<Sample>().unwrap();
        assert_eq!(once.with::<Sample>().unwrap_err(), CatalogueError::DuplicateKind("test.sample".into()));
    }

    #[test]
    fn paths_cover_what_lies_below() {
        let chain = FactPath::from("chain");
        assert!(chain.covers(&"chain[0].names".into()) && chain.covers(&chain) && FactPath::ROOT.covers(&chain));
        assert!(!chain.covers(&"chained".into()));
        assert_eq!(chain.index(1).field("x").as_str(), "chain[1].x");
    }
}
