//! What changed from one plan to another, entity by entity, in words.

use std::collections::BTreeMap;

use serde::Serialize;
use vigie_model::Text;
use vigie_source::Tree;

use crate::entities::PlanFile;
use crate::{Plan, words};

/// What changed between two plans, in the order of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PlanDiff {
    /// One entry for each list or entity that is not the same.
    pub entries: Vec<DiffEntry>,
}

/// A list or an entity that is not the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiffEntry {
    /// The key of its list in plan files (`systems`).
    pub section: String,
    /// The title of that list.
    pub title: Text,
    /// Its id; none when the list itself changed.
    pub id: Option<String>,
    /// Its name, when it has one.
    pub name: Option<String>,
    /// How it changed.
    pub change: EntityChange,
}

/// How an entity changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityChange {
    /// Only the new plan has it.
    Added,
    /// Only the old plan has it.
    Removed,
    /// Both have it, and these fields differ.
    Changed(Vec<FieldChange>),
}

/// A field that is not the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Its path (`rebuild.likely`).
    pub path: String,
    /// Its name.
    pub label: Text,
    /// What the old plan says. Of a list of several things, only those that are gone.
    pub old: Text,
    /// What the new plan says. Of a list of several things, only those that came.
    pub new: Text,
}

/// What changed from an old plan to a new one. Telephone numbers and addresses are not shown whole.
pub fn diff(old: &Plan, new: &Plan) -> PlanDiff {
    let tree = |plan| Tree::of(&PlanFile::from(plan)).unwrap_or(Tree::Null);
    let (old, new) = (tree(old), tree(new));
    let mut entries = Vec::new();
    for (key, after) in new.entries() {
        let before = old.get(key).unwrap_or(&Tree::Unsaid);
        compare_section(key, before, after, &mut entries);
    }
    entries.sort_by_key(|entry| words::place_of(&entry.section));
    PlanDiff { entries }
}

impl PlanDiff {
    /// Whether the two plans say the same.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// One sentence for each change.
    pub fn lines(&self) -> impl Iterator<Item = Text> + '_ {
        self.entries.iter().flat_map(DiffEntry::lines)
    }
}

impl DiffEntry {
    /// `Systèmes, Dossier patient [dpi]`.
    pub fn subject(&self) -> Text {
        self.title.map(|_, title| match (&self.name, &self.id) {
            (Some(name), Some(id)) => format!("{title}, {name} [{id}]"),
            (None, Some(id)) => format!("{title}, {id}"),
            (_, None) => title.to_owned(),
        })
    }

    fn lines(&self) -> Vec<Text> {
        let subject = self.subject();
        let says = |fr: &str, en: &str| Text::new(format!("{} : {fr}", subject.fr), format!("{}: {en}", subject.en));
        match &self.change {
            EntityChange::Added => vec![says("ajouté", "added")],
            EntityChange::Removed => vec![says("retiré", "removed")],
            EntityChange::Changed(fields) => {
                fields.iter().map(FieldChange::words).map(|text| says(&text.fr, &text.en)).collect()
            }
        }
    }
}

impl FieldChange {
    /// `Délai de reprise promis : 4 h → 6 h`.
    pub fn words(&self) -> Text {
        Text::new(
            format!("{} : {} → {}", self.label.fr, self.old.fr, self.new.fr),
            format!("{}: {} → {}", self.label.en, self.old.en, self.new.en),
        )
    }
}

fn compare_section(section: &str, before: &Tree, after: &Tree, entries: &mut Vec<DiffEntry>) {
    if before == after {
        return;
    }
    let entry = |id: Option<&str>, of: &Tree, change| DiffEntry {
        section: section.to_owned(),
        title: words::title(section),
        id: id.map(str::to_owned),
        name: ["name", "title", "function", "service"].iter().find_map(|key| of.get(key)?.as_text()).map(str::to_owned),
        change,
    };
    let Some(of) = words::struct_of(section) else {
        let change = FieldChange {
            path: section.to_owned(),
            label: words::title(section),
            old: said("", "", before),
            new: said("", "", after),
        };
        entries.push(entry(None, &Tree::Null, EntityChange::Changed(vec![change])));
        return;
    };
    if section == "plan" {
        let id = after.get("id").and_then(Tree::as_text);
        entries.push(entry(id, after, EntityChange::Changed(fields(section, of, before, after))));
        return;
    }
    if before.items().is_empty() && after.items().is_empty() {
        let change = FieldChange {
            path: section.to_owned(),
            label: words::title(section),
            old: said("", "", before),
            new: said("", "", after),
        };
        entries.push(entry(None, &Tree::Null, EntityChange::Changed(vec![change])));
        return;
    }
    let (old, new) = (by_id(before), by_id(after));
    for (id, was) in old.iter().filter(|(id, _)| !new.contains_key(*id)) {
        entries.push(entry(Some(id), was, EntityChange::Removed));
    }
    for (id, is) in &new {
        match old.get(id) {
            None => entries.push(entry(Some(id), is, EntityChange::Added)),
            Some(was) if was != is => {
                entries.push(entry(Some(id), is, EntityChange::Changed(fields(section, of, was, is))));
            }
            Some(_) => {}
        }
    }
}

fn by_id(list: &Tree) -> BTreeMap<&str, &Tree> {
    list.items().iter().filter_map(|item| Some((item.get("id").or(item.get("check"))?.as_text()?, item))).collect()
}

/// The fields that differ, in the order in which people fill them in.
fn fields(section: &str, of: &str, before: &Tree, after: &Tree) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    for (path, label) in words::fields_of(of) {
        let at =
            |tree: &Tree| path.split('.').try_fold(tree, |node, key| node.get(key)).cloned().unwrap_or(Tree::Unsaid);
        let (was, is) = (at(before), at(after));
        if was == is {
            continue;
        }
        let item = words::struct_of(&format!("{section}.{path}"));
        let (old, new) = match (item, &was, &is) {
            (Some(item), Tree::List(was), Tree::List(is)) if !was.is_empty() && !is.is_empty() => parted(item, was, is),
            _ => (said(item.unwrap_or(of), path, &was), said(item.unwrap_or(of), path, &is)),
        };
        changes.push(FieldChange { path: path.to_owned(), label, old, new });
    }
    changes
}

/// Of two lists of several things: what is gone, and what came.
fn parted(of: &str, was: &[Tree], is: &[Tree]) -> (Text, Text) {
    let only = |these: &[Tree], others: &[Tree]| {
        let mut left = others.to_vec();
        let mut only = Vec::new();
        for item in these {
            match left.iter().position(|other| other == item) {
                Some(at) => drop(left.remove(at)),
                None => only.push(item.clone()),
            }
        }
        only
    };
    let (gone, came) = (only(was, is), only(is, was));
    if gone.is_empty() && came.is_empty() {
        return (Text::new("un ordre", "one order"), Text::new("un autre ordre", "another order"));
    }
    let words = |items: Vec<Tree>| {
        if items.is_empty() {
            Text::new("(rien de retiré)", "(nothing removed)")
        } else {
            said(of, "", &Tree::List(items))
        }
    };
    let new = if came.is_empty() {
        Text::new("(rien d’ajouté)", "(nothing added)")
    } else {
        said(of, "", &Tree::List(came))
    };
    (words(gone), new)
}

/// A value in words.
fn said(of: &str, path: &str, value: &Tree) -> Text {
    let key = path.rsplit('.').next().unwrap_or(path);
    match value {
        Tree::Unsaid | Tree::Null => Text::new("on ne sait pas", "not known"),
        Tree::Bool(true) => Text::new("oui", "yes"),
        Tree::Bool(false) => Text::new("non", "no"),
        Tree::Int(number) => Text::same(number.to_string()),
        Tree::Float(number) => Text::new(number.to_string().replace('.', ","), number.to_string()),
        Tree::Text(text) if key == "address" => masked(text),
        Tree::Text(text) => words::value(of, key, text),
        Tree::List(items) if items.is_empty() => Text::new("aucun", "none"),
        Tree::List(items) => joined(items.iter().map(|item| said(of, path, item)), " ; ", "; "),
        Tree::Map(entries) => {
            let known: Vec<&(String, Tree)> = entries.iter().filter(|(_, value)| !value.is_unsaid()).collect();
            let entry = |(key, value): &(String, Tree)| {
                let (label, value) = (words::field(of, key), said(of, key, value));
                Text::new(format!("{} : {}", label.fr, value.fr), format!("{}: {}", label.en, value.en))
            };
            let inside = joined(known.into_iter().map(entry), ", ", ", ");
            inside.map(|_, text| format!("({text})"))
        }
    }
}

/// A number or an address of which only the end is shown.
fn masked(text: &str) -> Text {
    let end: Vec<char> = text.chars().rev().take(2).collect();
    Text::same(format!("…{}", end.into_iter().rev().collect::<String>()))
}

fn joined(texts: impl Iterator<Item = Text>, fr: &str, en: &str) -> Text {
    let (french, english): (Vec<String>, Vec<String>) = texts.map(|text| (text.fr, text.en)).unzip();
    Text::new(french.join(fr), english.join(en))
}
