//! Which sheets and columns a plan has: from the schema of plan files and from the names that people give its fields.

use serde_json::Value;
use vigie_model::{Lang, Text};
use vigie_plan::{EntityKind, words};

/// The version of this layout, kept in each workbook.
pub(crate) const VERSION: u32 = 1;

/// Title, remark, hidden keys, headings, then the content.
pub(crate) const TITLE_ROW: u32 = 0;
pub(crate) const REMARK_ROW: u32 = 1;
pub(crate) const KEY_ROW: u32 = 2;
pub(crate) const HEADING_ROW: u32 = 3;
pub(crate) const FIRST_ROW: u32 = 4;

/// The key of the column that says which entity a row belongs to.
pub(crate) const PARENT: &str = "@of";
/// The key of the column that says in which order rows come.
pub(crate) const RANK: &str = "@rank";

/// One sheet.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    /// `activities`, `activities.needs`, `systems.rebuild.steps`.
    pub(crate) path: String,
    /// What its rows are.
    pub(crate) rows: Rows,
    /// Its columns, in the order in which they are written.
    pub(crate) columns: Vec<Column>,
}

/// What the rows of a sheet are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rows {
    /// One row: the plan itself.
    Header,
    /// The entities of a list.
    Entities(EntityKind),
    /// The proofs of the continuity file, by check.
    Proofs,
    /// Ids in order.
    Order,
    /// What entities of another sheet have several of.
    Parts(Parts),
}

/// The rows that belong to entities of another sheet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parts {
    /// The sheet of these entities.
    pub(crate) section: String,
    /// The path of the list in each (`rebuild.steps`).
    pub(crate) list: String,
    /// What the items are.
    pub(crate) items: Items,
}

/// How the items of a list are written in a plan file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Items {
    /// Maps.
    Maps,
    /// Ids, or maps with `ref` or `any_of`.
    Links,
    /// The entries of one map: name and value.
    Entries,
}

/// One column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// Its path in a row (`rebuild.likely`).
    pub(crate) key: String,
    /// Its heading.
    pub(crate) heading: Text,
    /// What its cells hold.
    pub(crate) shape: Shape,
    /// Whether a row needs it.
    pub(crate) required: bool,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    Text,
    Whole,
    Number,
    Flag,
    /// One word of a closed list, that of a field of a struct.
    Word {
        of: String,
        key: String,
        words: Vec<String>,
    },
    Date,
    Duration,
    /// A short name.
    Slug,
    /// The short name of an entity of one of these kinds.
    Reference(Vec<EntityKind>),
    /// A number, a yes or no, or words.
    Mixed,
    /// Several of these, in one cell.
    Several(Box<Shape>),
    /// A list that has its own sheet: the cell only says whether there is one.
    Elsewhere,
}

impl Sheet {
    /// Its name on the tab.
    pub(crate) fn tab(&self, lang: Lang) -> String {
        words::title(&self.path).get(lang).chars().take(31).collect()
    }

    /// The key that a hidden cell above each column has.
    pub(crate) fn full_key(&self, column: &Column) -> String {
        format!("{}#{}", self.path, column.key)
    }
}

/// Every sheet of a plan, each list after the entities that have it.
pub(crate) fn sheets() -> Vec<Sheet> {
    let root = vigie_plan::schema();
    let schema = Schema { root: &root };
    let mut sections: Vec<&String> =
        root.get("properties").and_then(Value::as_object).into_iter().flat_map(|all| all.keys()).collect();
    sections.sort_by_key(|key| words::place_of(key));
    sections.into_iter().flat_map(|key| schema.section(key)).collect()
}

struct Schema<'s> {
    root: &'s Value,
}

impl Schema<'_> {
    fn section(&self, key: &str) -> Vec<Sheet> {
        let Some(node) = self.root.pointer(&format!("/properties/{key}")) else { return Vec::new() };
        let of_items = self.resolved(node.get("items").unwrap_or(node));
        let kind = EntityKind::ALL.into_iter().find(|kind| kind.section() == key);
        let rows = match (kind, key) {
            (Some(kind), _) => Rows::Entities(kind),
            (None, "plan") => Rows::Header,
            (None, "proofs") => Rows::Proofs,
            (None, _) => Rows::Order,
        };
        if rows == Rows::Order {
            let reference = Column {
                key: "ref".to_owned(),
                heading: words::field("Link", "ref"),
                shape: self.shape("", "ref", node.get("items").unwrap_or(node), kinds_of(node)),
                required: true,
            };
            return vec![Sheet { path: key.to_owned(), rows, columns: vec![rank(), reference] }];
        }
        let of = Self::name(node.get("items").unwrap_or(node));
        let mut lists = Vec::new();
        let columns = self.columns(&of, of_items, &mut lists);
        let mut sheets = vec![Sheet { path: key.to_owned(), rows: rows.clone(), columns }];
        sheets.extend(lists.into_iter().map(|list| self.parts(key, &rows, list)));
        sheets
    }

    /// The sheet of a list that each entity of a section has.
    fn parts(&self, section: &str, above: &Rows, (list, node): (String, &Value)) -> Sheet {
        let mut below = Vec::new();
        let parent = Column {
            key: PARENT.to_owned(),
            heading: words::title(section),
            shape: match above {
                Rows::Entities(kind) => Shape::Reference(vec![*kind]),
                _ => self.check(),
            },
            required: true,
        };
        let (items, own) = if let Some(values) = node.get("additionalProperties").filter(|values| values.is_object()) {
            let column = |key: &str, shape| Column {
                key: key.to_owned(),
                heading: words::field("ProofValue", key),
                shape,
                required: true,
            };
            (Items::Entries, vec![column("name", Shape::Text), column("value", self.shape("", "value", values, None))])
        } else {
            let of = Self::name(node.get("items").unwrap_or(node));
            let item = self.resolved(node.get("items").unwrap_or(node));
            match item.get("anyOf").and_then(Value::as_array) {
                Some(branches) => (Items::Links, self.links(&of, branches)),
                None => (Items::Maps, self.columns(&of, item, &mut below)),
            }
        };
        let mut columns = vec![parent];
        if items != Items::Entries {
            columns.push(rank());
        }
        columns.extend(own);
        let parts = Parts { section: section.to_owned(), list: list.clone(), items };
        Sheet { path: format!("{section}.{list}"), rows: Rows::Parts(parts), columns }
    }

    /// The fields of every form of a link; none of them is needed by all.
    fn links(&self, of: &str, branches: &[Value]) -> Vec<Column> {
        let mut columns = Vec::new();
        for branch in branches {
            let mut none = Vec::new();
            columns.extend(self.columns("Link", self.resolved(branch), &mut none));
        }
        let mut named = Vec::new();
        for (key, _) in words::fields_of(of) {
            named.extend(columns.iter().find(|column| column.key == key).cloned());
        }
        named.into_iter().map(|column| Column { required: false, ..column }).collect()
    }

    fn check(&self) -> Shape {
        let node = self.root.pointer("/$defs/Proof/properties/check").unwrap_or(&Value::Null);
        self.shape("Proof", "check", node, None)
    }

    /// The columns of a struct; its lists that need a sheet of their own are noted in `lists`.
    fn columns<'n>(&'n self, of: &str, node: &'n Value, lists: &mut Vec<(String, &'n Value)>) -> Vec<Column> {
        let mut found = Vec::new();
        self.flat("", of, node, true, &mut found, lists);
        let named: Vec<&str> = words::fields_of(of).map(|(key, _)| key).collect();
        let place = |key: &str| named.iter().position(|known| *known == key).unwrap_or(named.len());
        found.sort_by_key(|column| place(&column.key));
        lists.sort_by_key(|(key, _)| place(key));
        found
    }

    fn flat<'n>(
        &'n self,
        prefix: &str,
        of: &str,
        node: &'n Value,
        needed: bool,
        found: &mut Vec<Column>,
        lists: &mut Vec<(String, &'n Value)>,
    ) {
        let required = |key: &str| {
            needed
                && node
                    .get("required")
                    .and_then(Value::as_array)
                    .is_some_and(|keys| keys.iter().any(|known| known == key))
        };
        for (key, property) in node.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let path = format!("{prefix}{key}");
            let there = self.resolved(property);
            if there.get("properties").is_some() {
                self.flat(&format!("{path}."), of, there, false, found, lists);
                continue;
            }
            let shape = self.shape(of, key, property, None);
            if shape == Shape::Elsewhere {
                lists.push((path.clone(), there));
            }
            found.push(Column { heading: words::field(of, &path), key: path, shape, required: required(key) });
        }
    }

    fn shape(&self, of: &str, key: &str, property: &Value, kinds: Option<Vec<EntityKind>>) -> Shape {
        let node = self.resolved(property);
        let kinds = kinds_of(property).or_else(|| kinds_of(node)).or(kinds);
        if let Some(words) = closed_list(node) {
            return Shape::Word { of: of.to_owned(), key: key.to_owned(), words };
        }
        let types = types(node);
        let is = |name: &str| types.contains(&name);
        let format = node.get("format").and_then(Value::as_str).unwrap_or_default();
        if is("array") {
            let item = node.get("items").map_or(&Value::Null, |items| self.resolved(items));
            let plain = item.get("properties").is_none() && item.get("anyOf").is_none();
            if !plain {
                return Shape::Elsewhere;
            }
            return Shape::Several(Box::new(self.shape(of, key, item, kinds)));
        }
        if is("object") {
            return Shape::Elsewhere;
        }
        match format {
            _ if is("boolean") && is("number") => Shape::Mixed,
            _ if is("boolean") => Shape::Flag,
            _ if is("integer") => Shape::Whole,
            _ if is("number") => Shape::Number,
            format if format.starts_with("plan-id") => kinds.map_or(Shape::Slug, Shape::Reference),
            format if format.starts_with("plan-duration") => Shape::Duration,
            format if format.starts_with("date") => Shape::Date,
            _ => Shape::Text,
        }
    }

    /// The schema behind a reference, or beside `null`.
    fn resolved<'n>(&'n self, node: &'n Value) -> &'n Value {
        if let Some(name) = node.get("$ref").and_then(Value::as_str) {
            return self.root.pointer(name.trim_start_matches('#')).map_or(node, |there| self.resolved(there));
        }
        let branches = node.get("anyOf").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        match branches {
            [one, null] | [null, one] if types(null) == ["null"] => self.resolved(one),
            _ => node,
        }
    }

    /// The name of a struct, from the reference to it.
    fn name(node: &Value) -> String {
        let branches = node.get("anyOf").and_then(Value::as_array).into_iter().flatten();
        let target = branches.chain([node]).find_map(|branch| branch.get("$ref").and_then(Value::as_str));
        target.and_then(|name| name.rsplit('/').next()).unwrap_or_default().to_owned()
    }
}

fn rank() -> Column {
    Column { key: RANK.to_owned(), heading: Text::new("Rang", "Rank"), shape: Shape::Whole, required: false }
}

fn kinds_of(node: &Value) -> Option<Vec<EntityKind>> {
    let names = node.get("x-refers-to")?.as_array()?;
    let kind = |name: &Value| EntityKind::ALL.into_iter().find(|kind| name == kind.name());
    Some(names.iter().filter_map(kind).collect())
}

fn closed_list(node: &Value) -> Option<Vec<String>> {
    let branches = node.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let consts = branches.filter_map(|branch| branch.get("const").and_then(Value::as_str));
    let plain = node.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let words: Vec<String> = consts.chain(plain).filter(|word| *word != vigie_plan::NSP).map(str::to_owned).collect();
    (!words.is_empty()).then_some(words)
}

fn types(node: &Value) -> Vec<&str> {
    match node.get("type") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_part_of_the_plan_has_a_column_with_a_name() {
        let sheets = sheets();
        for sheet in &sheets {
            assert_ne!(words::title(&sheet.path), Text::same(&sheet.path), "{} has no title", sheet.path);
            for column in sheet.columns.iter().filter(|column| !column.key.starts_with('@')) {
                assert_ne!(column.heading, Text::same(&column.key), "{}", sheet.full_key(column));
                let below = matches!(sheet.rows, Rows::Parts(_)) && column.shape == Shape::Elsewhere;
                assert!(!below, "{} is a list inside a list: rows of rows have no sheet", sheet.full_key(column));
            }
        }
        for lang in [Lang::Fr, Lang::En] {
            let tabs: BTreeSet<String> = sheets.iter().map(|sheet| sheet.tab(lang).to_lowercase()).collect();
            assert_eq!(tabs.len(), sheets.len(), "two sheets have the same name");
        }
    }
}
