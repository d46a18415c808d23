//! What the entities of a plan are called, so that people pick names and programs read ids.

use std::collections::BTreeMap;

use vigie_plan::EntityKind;
use vigie_source::Tree;

/// The fields that hold the name of an entity, the first one that is there.
const NAME_KEYS: [&str; 4] = ["name", "title", "function", "service"];

/// The entities of a plan: id, kind and name, in the order of the sheets.
#[derive(Debug, Default)]
pub(crate) struct Names {
    rows: Vec<Named>,
    by_id: BTreeMap<String, usize>,
}

#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) kind: EntityKind,
    pub(crate) id: String,
    pub(crate) name: Option<String>,
}

impl Names {
    /// The entities of a plan file.
    pub(crate) fn of(plan: &Tree) -> Self {
        let mut names = Self::default();
        for kind in EntityKind::ALL {
            for entity in plan.get(kind.section()).map(Tree::items).unwrap_or_default() {
                let name = NAME_KEYS.iter().find_map(|key| entity.get(key)?.as_text());
                if let Some(id) = entity.get("id").and_then(Tree::as_text) {
                    names.add(kind, id, name);
                }
            }
        }
        names
    }

    pub(crate) fn add(&mut self, kind: EntityKind, id: &str, name: Option<&str>) {
        self.by_id.insert(id.to_owned(), self.rows.len());
        self.rows.push(Named { kind, id: id.to_owned(), name: name.map(str::to_owned) });
    }

    /// The entities of some kinds.
    pub(crate) fn of_kinds<'n>(&'n self, kinds: &'n [EntityKind]) -> impl Iterator<Item = &'n Named> {
        kinds.iter().flat_map(|kind| self.rows.iter().filter(move |row| row.kind == *kind))
    }

    /// An id as people pick it: `Dossier patient [dpi]`.
    pub(crate) fn shown(&self, id: &str) -> String {
        self.by_id.get(id).and_then(|at| self.rows.get(*at)).map_or_else(|| id.to_owned(), Named::shown)
    }

    pub(crate) fn knows(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    /// The id that somebody picked or typed: between brackets at the end, or the id itself, or the name of one entity
    /// of these kinds only.
    pub(crate) fn picked(&self, text: &str, kinds: &[EntityKind]) -> Option<String> {
        let text = text.trim();
        if let Some((_, id)) = text.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) {
            return Some(id.trim().to_owned());
        }
        if self.knows(text) {
            return Some(text.to_owned());
        }
        let same = |named: &&Named| {
            named.name.as_deref().is_some_and(|name| name.trim().to_lowercase() == text.to_lowercase())
        };
        let mut found = self.of_kinds(kinds).filter(same);
        match (found.next(), found.next()) {
            (Some(only), None) => Some(only.id.clone()),
            _ => None,
        }
    }
}

impl Named {
    pub(crate) fn shown(&self) -> String {
        match &self.name {
            Some(name) if !name.trim().is_empty() => format!("{} [{}]", name.trim(), self.id),
            _ => self.id.clone(),
        }
    }
}

/// The column of a sheet that holds the names of its entities.
pub(crate) fn is_name(key: &str) -> bool {
    NAME_KEYS.contains(&key)
}
