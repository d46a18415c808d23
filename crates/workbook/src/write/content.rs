//! What one cell says of one value.

use vigie_model::{Lang, Text};
use vigie_plan::{NSP, words};
use vigie_source::Tree;

use super::serial;
use crate::layout::Shape;
use crate::names::Names;

/// What is written in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Blank,
    Text(String),
    Number(f64),
    Flag(bool),
    /// The number of a day.
    Date(f64),
}

impl Content {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Blank | Self::Number(_) | Self::Flag(_) | Self::Date(_) => None,
        }
    }
}

/// Stands for a line break inside one item of a cell that has an item on each line, followed by a space; followed by
/// a full stop it is itself.
pub(crate) const BREAK: char = '↵';

pub(crate) fn yes() -> Text {
    Text::new("oui", "yes")
}

pub(crate) fn no() -> Text {
    Text::new("non", "no")
}

/// The word for a list that is known to be empty.
pub(crate) fn none() -> Text {
    Text::new("(aucun)", "(none)")
}

/// The word for a list of which nothing is known.
pub(crate) fn not_known() -> Text {
    Text::new("(on ne sait pas)", "(not known)")
}

/// The word for a list that stands on another sheet.
pub(crate) fn elsewhere() -> Text {
    Text::new("(dans sa feuille)", "(on its sheet)")
}

/// The value at a path of keys (`rebuild.likely`).
pub(super) fn at<'t>(tree: &'t Tree, path: &str) -> Option<&'t Tree> {
    path.split('.').try_fold(tree, |node, key| node.get(key))
}

pub(super) fn content(shape: &Shape, value: Option<&Tree>, names: &Names, lang: Lang) -> Content {
    let Some(value) = value.filter(|value| !matches!(value, Tree::Unsaid | Tree::Null)) else { return Content::Blank };
    match (shape, value) {
        (Shape::Several(item), Tree::List(items)) => several(item, items, names, lang),
        (Shape::Elsewhere, Tree::List(items)) => {
            Content::Text((if items.is_empty() { none() } else { elsewhere() }).get(lang).to_owned())
        }
        (Shape::Elsewhere, Tree::Map(entries)) if entries.is_empty() => Content::Blank,
        (Shape::Elsewhere, _) => Content::Text(elsewhere().get(lang).to_owned()),
        (Shape::Date, Tree::Text(text)) => match text.parse().ok().and_then(serial) {
            Some(serial) => Content::Date(serial),
            None => Content::Text(text.clone()),
        },
        (Shape::Mixed, Tree::Bool(flag)) => Content::Flag(*flag),
        (_, Tree::Int(number)) =>
        {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a cell holds nothing finer; the workbook is read back to be sure"
            )]
            Content::Number(*number as f64)
        }
        (_, Tree::Float(number)) => Content::Number(*number),
        (_, value) => Content::Text(text(shape, value, names, lang)),
    }
}

fn text(shape: &Shape, value: &Tree, names: &Names, lang: Lang) -> String {
    match (shape, value) {
        (Shape::Word { of, key, .. }, Tree::Text(word)) => words::value(of, key, word).get(lang).to_owned(),
        (Shape::Reference(_), Tree::Text(id)) => names.shown(id),
        (_, Tree::Text(text)) => text.clone(),
        (_, Tree::Bool(flag)) => (if *flag { yes() } else { no() }).get(lang).to_owned(),
        _ => String::new(),
    }
}

/// One item a line.
fn several(item: &Shape, items: &[Tree], names: &Names, lang: Lang) -> Content {
    if items.is_empty() {
        return Content::Text(none().get(lang).to_owned());
    }
    let line = |value: &Tree| {
        let text = text(item, value, names, lang);
        text.replace(BREAK, &format!("{BREAK}.")).replace('\n', &format!("{BREAK} "))
    };
    Content::Text(items.iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// A link in the columns `ref`, `any_of`, `at_least` and `why`, whichever way it was written.
pub(super) fn link_columns(link: &Tree) -> Tree {
    let entry = |key: &str, value: Tree| (key.to_owned(), value);
    if let Tree::Text(_) = link {
        return Tree::Map(vec![entry("ref", link.clone())]);
    }
    let why = link.get("why").filter(|why| !why.is_unsaid()).cloned();
    let mut columns = Vec::new();
    match link.get("any_of").map(Tree::items) {
        Some([first, others @ ..]) if !others.is_empty() => {
            columns.extend([entry("ref", first.clone()), entry("any_of", Tree::List(others.to_vec()))]);
            columns.extend(link.get("at_least").map(|count| entry("at_least", count.clone())));
            columns.extend(why.map(|why| entry("why", why)));
        }
        Some(only) => {
            columns.push(entry("any_of", Tree::List(only.to_vec())));
            columns.extend(link.get("at_least").map(|count| entry("at_least", count.clone())));
            columns.extend(why.map(|why| entry("why", why)));
        }
        None => {
            columns.extend(link.get("ref").map(|to| entry("ref", to.clone())));
            // Written as a reason that is not known, which is not the same as a bare id.
            columns.push(entry("why", why.unwrap_or(Tree::Text(NSP.to_owned()))));
        }
    }
    Tree::Map(columns)
}
