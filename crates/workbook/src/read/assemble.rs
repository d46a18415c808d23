//! From tables to the trees of a plan: names first, then rows, then lists inside their entities.

use std::collections::{BTreeMap, BTreeSet};

use vigie_model::{Lang, Text};
use vigie_plan::{EntityKind, Id, words};
use vigie_source::{Entry, Node, Span, Value};

use super::cells::{Cell, Grid};
use super::listing::{Complaint, Listing, Spot};
use super::sheet_of;
use super::tables::Table;
use super::value::{Said, said};
use crate::layout::{Column, FIRST_ROW, Items, PARENT, Parts, RANK, REMARK_ROW, Rows, Shape, Sheet};
use crate::names::{Names, is_name};
use crate::write::none;

/// A row of a sheet.
struct Line {
    /// The id of the entity, or of the one that it belongs to.
    owner: Option<String>,
    rank: f64,
    /// Its cells as a map.
    map: Node,
    /// Cells that speak of a list on another sheet: the path of the list, what is said, and where.
    lists: Vec<(String, Said, Spot)>,
}

/// The tree of each list of the plan, as the root of a plan file.
pub(super) fn roots(sheets: &[Sheet], tables: &BTreeMap<String, Table<'_>>, listing: &mut Listing) -> Vec<Node> {
    let mut reader = Reader { sheets, tables, listing, names: Names::default(), given: BTreeMap::new() };
    reader.learn_names();
    let lines: BTreeMap<&str, Vec<Line>> =
        sheets.iter().map(|sheet| (sheet.path.as_str(), reader.lines(sheet))).collect();
    reader.roots(lines)
}

struct Reader<'r, 'g> {
    sheets: &'r [Sheet],
    tables: &'r BTreeMap<String, Table<'g>>,
    listing: &'r mut Listing,
    names: Names,
    /// The ids given to rows that have none, by sheet and row.
    given: BTreeMap<(String, u32), String>,
}

impl Reader<'_, '_> {
    /// Notes the id and the name of each entity, and gives an id to rows that have none.
    fn learn_names(&mut self) {
        let mut nameless: Vec<(EntityKind, &Sheet, u32, Option<String>)> = Vec::new();
        let mut taken = BTreeSet::new();
        for sheet in self.sheets {
            let Rows::Entities(kind) = sheet.rows else { continue };
            let Some(table) = self.tables.get(&sheet.path) else { continue };
            for row in rows_of(table) {
                let text = |wanted: &dyn Fn(&str) -> bool| {
                    let found = sheet.columns.iter().zip(&table.columns).find(|(column, _)| wanted(&column.key));
                    found.and_then(|(_, at)| table.grid.cell(row, (*at)?)).map(|cell| cell.shown().trim().to_owned())
                };
                let name = text(&is_name);
                match text(&|key| key == "id") {
                    Some(id) => {
                        taken.insert(id.clone());
                        self.names.add(kind, &id, name.as_deref());
                    }
                    None => nameless.push((kind, sheet, row, name)),
                }
            }
        }
        for (kind, sheet, row, name) in nameless {
            let id = free_id(kind, name.as_deref(), &taken);
            taken.insert(id.clone());
            self.names.add(kind, &id, name.as_deref());
            self.given.insert((sheet.path.clone(), row), id);
        }
    }

    fn lines(&mut self, sheet: &Sheet) -> Vec<Line> {
        let Some(table) = self.tables.get(&sheet.path) else { return Vec::new() };
        rows_of(table).into_iter().map(|row| self.line(sheet, table, row)).collect()
    }

    fn line(&mut self, sheet: &Sheet, table: &Table<'_>, row: u32) -> Line {
        let start = self.listing.here();
        let mut line = Line {
            owner: None,
            rank: f64::INFINITY,
            map: Node { span: Span::default(), value: Value::Null },
            lists: Vec::new(),
        };
        let mut entries = Vec::new();
        for (column, at) in sheet.columns.iter().zip(&table.columns) {
            let Some(at) = *at else { continue };
            let cell = table.grid.cell(row, at);
            let given = self.given.get(&(sheet.path.clone(), row)).filter(|_| column.key == "id" && cell.is_none());
            let given = given.map(|id| Cell::Text(id.clone()));
            let Some(cell) = cell.or(given.as_ref()) else {
                if column.required {
                    let spot = self.listing.add(&table.grid.name, row, at, "");
                    self.listing.complain(empty(column).at(spot.name));
                }
                continue;
            };
            let spot = self.listing.add(&table.grid.name, row, at, &cell.shown());
            match said(&column.shape, cell, &self.names, spot.content) {
                Ok(said) => place(sheet, column, said, spot, &mut line, &mut entries),
                Err((code, message, hint)) => {
                    self.listing.complain(Complaint::error(code, message, hint).at(spot.content));
                    // The group that it is in is there all the same.
                    group(&column.key, spot, &mut entries);
                }
            }
            if column.required && matches!(cell, Cell::Text(text) if text.trim().eq_ignore_ascii_case(vigie_plan::NSP))
            {
                self.listing.complain(empty(column).at(spot.content));
            }
        }
        let span = Span::new(start, self.listing.here());
        line.map = Node { span, value: Value::Map(entries) };
        line
    }

    fn roots(mut self, mut lines: BTreeMap<&str, Vec<Line>>) -> Vec<Node> {
        let mut parts: BTreeMap<&str, BTreeMap<String, Vec<Line>>> = BTreeMap::new();
        for sheet in self.sheets {
            if let Rows::Parts(of) = &sheet.rows {
                let found = lines.remove(sheet.path.as_str()).unwrap_or_default();
                parts.insert(&sheet.path, self.by_owner(of, found, &lines));
            }
        }
        let mut roots = Vec::new();
        for sheet in self.sheets.iter().filter(|sheet| !matches!(sheet.rows, Rows::Parts(_))) {
            let Some(table) = self.tables.get(&sheet.path) else { continue };
            let mut found = lines.remove(sheet.path.as_str()).unwrap_or_default();
            let emptiness = self.emptiness(sheet, table.grid, found.len());
            for line in &mut found {
                self.fill(sheet, line, &mut parts);
            }
            let value = match sheet.rows {
                Rows::Header => self.header(table.grid, found),
                Rows::Order => ordered(found, emptiness),
                Rows::Proofs | Rows::Entities(_) | Rows::Parts(_) => listed(found, emptiness),
            };
            roots.extend(value.map(|value| root(&sheet.path, value)));
        }
        roots
    }

    /// The rows of each entity, in their order; rows of nobody are complained of.
    fn by_owner(
        &mut self,
        parts: &Parts,
        lines: Vec<Line>,
        others: &BTreeMap<&str, Vec<Line>>,
    ) -> BTreeMap<String, Vec<Line>> {
        let owners: BTreeSet<&str> =
            others.get(parts.section.as_str()).into_iter().flatten().filter_map(|line| line.owner.as_deref()).collect();
        let mut by_owner: BTreeMap<String, Vec<Line>> = BTreeMap::new();
        for line in lines {
            match line.owner.clone().filter(|owner| owners.contains(owner.as_str())) {
                Some(owner) => by_owner.entry(owner).or_default().push(line),
                None => {
                    if let Some(owner) = &line.owner {
                        self.listing.complain(orphan(owner, &parts.section).at(first_line(line.map.span)));
                    }
                }
            }
        }
        for lines in by_owner.values_mut() {
            lines.sort_by(|one, other| one.rank.total_cmp(&other.rank));
        }
        by_owner
    }

    /// Puts the lists of an entity in it.
    fn fill(&mut self, sheet: &Sheet, line: &mut Line, parts: &mut BTreeMap<&str, BTreeMap<String, Vec<Line>>>) {
        let said_of: Vec<(String, Said, Spot)> = std::mem::take(&mut line.lists);
        for column in sheet.columns.iter().filter(|column| column.shape == Shape::Elsewhere) {
            let path = format!("{}.{}", sheet.path, column.key);
            let Some(below) = sheet_of(self.sheets, &path) else { continue };
            let Rows::Parts(of) = &below.rows else { continue };
            let owner = line.owner.clone().unwrap_or_default();
            let rows = parts.get_mut(path.as_str()).and_then(|owners| owners.remove(&owner)).unwrap_or_default();
            let said = said_of.iter().find(|(list, ..)| *list == column.key);
            let spot = said
                .map_or(Spot { name: first_line(line.map.span), content: first_line(line.map.span) }, |(.., spot)| {
                    *spot
                });
            let value = match (said.map(|(_, said, _)| said), rows.is_empty()) {
                (Some(Said::NoneOfThem), false) => {
                    self.listing.complain(contradiction(&path).at(spot.content));
                    continue;
                }
                (Some(Said::Elsewhere), true) => {
                    self.listing.complain(no_rows(&path).at(spot.content));
                    continue;
                }
                (Some(Said::NoneOfThem), true) if of.items != Items::Entries => Value::List(Vec::new()),
                (_, true) => continue,
                (_, false) => items(of.items, rows),
            };
            let span = spot.content;
            insert(&mut line.map, &column.key, spot.name, Node { span, value });
        }
    }

    /// What the top of a sheet says of its being empty.
    fn emptiness(&mut self, sheet: &Sheet, grid: &Grid, rows: usize) -> bool {
        if !matches!(sheet.rows, Rows::Entities(_) | Rows::Order) {
            return false;
        }
        let Some(cell) = grid.cell(REMARK_ROW, 1) else { return false };
        let says_none = [none().fr, none().en].iter().any(|word| cell.shown().trim() == word);
        if says_none && rows > 0 {
            let spot = self.listing.add(&grid.name, REMARK_ROW, 1, &cell.shown());
            self.listing.complain(
                Complaint::error(
                    "sheet-not-empty",
                    Text::new(
                        "cette feuille est dite vide, mais elle a des lignes",
                        "this sheet is said to be empty, but it has rows",
                    ),
                    Text::new(
                        "choisissez « (on ne sait pas) » ici, ou supprimez les lignes",
                        "pick “(not known)” here, or delete the rows",
                    ),
                )
                .at(spot.content),
            );
        }
        says_none
    }

    fn header(&mut self, grid: &Grid, mut lines: Vec<Line>) -> Option<Node> {
        if lines.len() > 1 {
            let second = lines.get(1).map(|line| first_line(line.map.span)).unwrap_or_default();
            self.listing.complain(
                Complaint::error(
                    "plan-twice",
                    Text::new(
                        "il ne peut y avoir qu’une ligne ici : le plan lui-même",
                        "there can be only one row here: the plan itself",
                    ),
                    Text::new("supprimez les autres lignes", "delete the other rows"),
                )
                .at(second),
            );
        }
        if lines.is_empty() {
            let spot = self.listing.add(&grid.name, FIRST_ROW, 0, "");
            self.listing.complain(
                Complaint::error(
                    "plan-missing",
                    Text::new(
                        "le plan lui-même n’est pas présenté : cette feuille est vide",
                        "the plan itself is not presented: this sheet is empty",
                    ),
                    Text::new("écrivez au moins son identifiant et son titre", "write at least its id and its title"),
                )
                .at(spot.name),
            );
            return None;
        }
        Some(lines.swap_remove(0).map)
    }
}

/// The rows of a table that have something in a column of the plan. A rank alone is nothing.
fn rows_of(table: &Table<'_>) -> Vec<u32> {
    let known: BTreeSet<u32> = table.columns.iter().flatten().copied().collect();
    let ranks: BTreeSet<u32> = table
        .grid
        .rows
        .get(&crate::layout::KEY_ROW)
        .into_iter()
        .flatten()
        .filter(|(_, cell)| matches!(cell, Cell::Text(text) if text.ends_with(RANK)))
        .map(|(at, _)| *at)
        .collect();
    let counts = |at: &u32| known.contains(at) && !ranks.contains(at);
    table.grid.rows.range(FIRST_ROW..).filter(|(_, row)| row.keys().any(counts)).map(|(at, _)| *at).collect()
}

/// An id that nobody has: from the name, else from the kind.
fn free_id(kind: EntityKind, name: Option<&str>, taken: &BTreeSet<String>) -> String {
    let base = name.and_then(Id::suggested).map_or_else(|| kind.name().replace('_', "-"), |id| id.to_string());
    let base: String = base.chars().take(Id::MAX_BYTES - 5).collect();
    let base = base.trim_end_matches('-').to_owned();
    let mut candidates = std::iter::once(base.clone()).chain((2..).map(|number| format!("{base}-{number}")));
    candidates.find(|id| !taken.contains(id)).unwrap_or(base)
}

/// Puts what a cell says where it belongs in its row.
fn place(sheet: &Sheet, column: &Column, said: Said, spot: Spot, line: &mut Line, entries: &mut Vec<Entry>) {
    let value = match said {
        Said::This(value) => value,
        Said::NoneOfThem if column.shape != Shape::Elsewhere => Value::List(Vec::new()),
        // A link with a reason that is not known is not written as one without a reason.
        Said::Nothing if is_reason(sheet, column) => Value::Null,
        Said::Nothing if column.shape != Shape::Elsewhere => return group(&column.key, spot, entries),
        other => {
            line.lists.push((column.key.clone(), other, spot));
            return;
        }
    };
    match (column.key.as_str(), &value) {
        (PARENT, Value::Text(id)) => line.owner = Some(id.clone()),
        #[expect(clippy::cast_precision_loss, reason = "ranks are small")]
        (RANK, Value::Int(rank)) => line.rank = *rank as f64,
        (key, _) => {
            if let ("id" | "check", Value::Text(id), false) = (key, &value, matches!(sheet.rows, Rows::Parts(_))) {
                line.owner = Some(id.clone());
            }
            put(entries, key, spot.name, Node { span: spot.content, value });
        }
    }
}

fn is_reason(sheet: &Sheet, column: &Column) -> bool {
    column.key == "why" && matches!(&sheet.rows, Rows::Parts(parts) if parts.items == Items::Links)
}

/// Makes the map that a column is inside of, such as `rebuild` of `rebuild.likely`.
fn group(key: &str, spot: Spot, entries: &mut Vec<Entry>) {
    if let Some((above, _)) = key.rsplit_once('.') {
        let there = entries.iter().any(|entry| entry.key == above);
        if !there {
            put(entries, above, spot.name, Node { span: spot.content, value: Value::Map(Vec::new()) });
        }
    }
}

fn insert(map: &mut Node, path: &str, key_span: Span, value: Node) {
    if let Value::Map(entries) = &mut map.value {
        put(entries, path, key_span, value);
    }
}

/// Puts a value at a path of keys.
fn put(entries: &mut Vec<Entry>, path: &str, key_span: Span, value: Node) {
    let Some((first, rest)) = path.split_once('.') else {
        entries.push(Entry { key: path.to_owned(), key_span, value });
        return;
    };
    if let Some(Entry { value: Node { value: Value::Map(inside), .. }, .. }) =
        entries.iter_mut().find(|entry| entry.key == first)
    {
        put(inside, rest, key_span, value);
        return;
    }
    let mut inside = Vec::new();
    let span = value.span;
    put(&mut inside, rest, key_span, value);
    entries.push(Entry { key: first.to_owned(), key_span, value: Node { span, value: Value::Map(inside) } });
}

/// The rows of one entity as the list that it has.
fn items(kind: Items, rows: Vec<Line>) -> Value {
    match kind {
        Items::Maps => Value::List(rows.into_iter().map(|line| line.map).collect()),
        Items::Links => Value::List(rows.into_iter().map(|line| link(&line.map)).collect()),
        Items::Entries => Value::Map(rows.into_iter().filter_map(|line| entry(&line.map)).collect()),
    }
}

/// A link from its columns: a bare id, an id and why, or several of which one is enough.
fn link(map: &Node) -> Node {
    let span = map.span;
    let [to, others, count, why] = ["ref", "any_of", "at_least", "why"].map(|key| map.entry(key).cloned());
    if let Some(mut others) = others {
        if let Value::List(items) = &mut others.value.value {
            items.splice(0..0, to.map(|to| to.value));
        }
        return Node { span, value: Value::Map(std::iter::once(others).chain(count).chain(why).collect()) };
    }
    match (to, count, why) {
        (Some(to), None, None) => to.value,
        (to, count, why) => Node { span, value: Value::Map(to.into_iter().chain(count).chain(why).collect()) },
    }
}

fn entry(map: &Node) -> Option<Entry> {
    let name = map.get("name")?.as_text()?.to_owned();
    let value = map.entry("value")?;
    Some(Entry { key: name, key_span: value.key_span, value: value.value.clone() })
}

fn ordered(mut lines: Vec<Line>, empty: bool) -> Option<Node> {
    lines.sort_by(|one, other| one.rank.total_cmp(&other.rank));
    let ids: Vec<Node> = lines.into_iter().filter_map(|line| line.map.get("ref").cloned()).collect();
    in_list(ids, empty)
}

fn listed(lines: Vec<Line>, empty: bool) -> Option<Node> {
    in_list(lines.into_iter().map(|line| line.map).collect(), empty)
}

fn in_list(items: Vec<Node>, empty: bool) -> Option<Node> {
    if items.is_empty() && !empty {
        return None;
    }
    let start = items.first().map_or(0, |item| item.span.start);
    let end = items.last().map_or(start, |item| item.span.end);
    Some(Node { span: Span::new(start, end.max(start)), value: Value::List(items) })
}

fn root(key: &str, value: Node) -> Node {
    let span = value.span;
    let key_span = first_line(span);
    Node { span, value: Value::Map(vec![Entry { key: key.to_owned(), key_span, value }]) }
}

/// The beginning of a span, to point at.
fn first_line(span: Span) -> Span {
    Span::new(span.start, span.start)
}

fn empty(column: &Column) -> Complaint {
    let heading = &column.heading;
    Complaint::error(
        "cell-empty",
        Text::new(
            format!("la case « {} » est vide : elle est obligatoire", heading.fr),
            format!("the cell “{}” is empty: it is needed", heading.en),
        ),
        Text::new("remplissez-la, ou videz toute la ligne", "fill it in, or empty the whole row"),
    )
}

fn orphan(owner: &str, section: &str) -> Complaint {
    let title = words::title(section);
    Complaint::error(
        "row-of-nothing",
        Text::new(
            format!("cette ligne appartient à « {owner} », qui n’est pas dans la feuille « {} »", title.get(Lang::Fr)),
            format!("this row belongs to “{owner}”, which is not on the sheet “{}”", title.get(Lang::En)),
        ),
        Text::new(
            "supprimez-la, ou choisissez dans la liste à quoi elle appartient",
            "delete it, or pick from the list what it belongs to",
        ),
    )
}

fn contradiction(path: &str) -> Complaint {
    let title = words::title(path);
    Complaint::error(
        "list-not-empty",
        Text::new(
            format!("cette case dit « (aucun) », mais la feuille « {} » a des lignes pour elle", title.fr),
            format!("this cell says “(none)”, but the sheet “{}” has rows for it", title.en),
        ),
        Text::new("videz la case, ou supprimez ces lignes", "empty the cell, or delete these rows"),
    )
}

fn no_rows(path: &str) -> Complaint {
    let title = words::title(path);
    Complaint::error(
        "list-empty",
        Text::new(
            format!("cette case renvoie à la feuille « {} », qui n’a aucune ligne pour elle", title.fr),
            format!("this cell points to the sheet “{}”, which has no row for it", title.en),
        ),
        Text::new(
            "choisissez « (aucun) » s’il n’y en a pas, ou videz la case si on ne sait pas",
            "pick “(none)” if there is none, or empty the cell if not known",
        ),
    )
}
