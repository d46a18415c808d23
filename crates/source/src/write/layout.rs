//! Where lines break.

use super::{Tree, word};

/// The longest line that a list or a map between brackets may make.
const WIDTH: usize = 118;

/// The most entries of a map that stands on one line.
const SHORT_MAP: usize = 6;

/// The most maps in a list that stands on one line.
const MAPS_ON_ONE_LINE: usize = 2;

/// A whole file. The lists and maps of a file that is a map are never on one line, and have a blank line between them.
pub(super) fn document(tree: &Tree) -> String {
    let mut out = String::new();
    match tree {
        Tree::Map(entries) if entries.iter().any(|(_, value)| !value.is_unsaid()) => {
            let mut spacious = false;
            for (key, value) in entries.iter().filter(|(_, value)| !value.is_unsaid()) {
                let large = is_long(value);
                if !out.is_empty() && (large || spacious) {
                    out.push('\n');
                }
                spacious = large;
                out.push_str(&word::text(key, false));
                out.push(':');
                if large {
                    block(value, 2, &mut out);
                } else {
                    after_colon(value, 0, &mut out);
                }
            }
        }
        other if is_long(other) => {
            block(other, 0, &mut out);
            out = out.trim_start_matches('\n').to_owned();
        }
        other => {
            out.push_str(&on_one_line(other, false));
            out.push('\n');
        }
    }
    out
}

fn is_long(tree: &Tree) -> bool {
    match tree {
        Tree::List(items) => !items.is_empty(),
        Tree::Map(entries) => entries.iter().any(|(_, value)| !value.is_unsaid()),
        _ => false,
    }
}

/// What follows `key:` or `-`, up to the end of its last line.
fn after_colon(value: &Tree, indent: usize, out: &mut String) {
    if !is_long(value) {
        out.push(' ');
        out.push_str(&on_one_line(value, false));
        out.push('\n');
        return;
    }
    let column = out.len() - out.rfind('\n').map_or(0, |at| at + 1);
    if let Some(line) = if_short(value, WIDTH.saturating_sub(column)) {
        out.push(' ');
        out.push_str(&line);
        out.push('\n');
        return;
    }
    block(value, indent + 2, out);
}

/// The items of a list or the entries of a map, each on lines of its own.
fn block(value: &Tree, indent: usize, out: &mut String) {
    out.push('\n');
    let margin = " ".repeat(indent);
    match value {
        Tree::List(items) => {
            for item in items {
                out.push_str(&margin);
                out.push('-');
                list_item(item, indent, out);
            }
        }
        other => entries(other, &margin, indent, out),
    }
}

fn list_item(item: &Tree, indent: usize, out: &mut String) {
    let fits = if_short(item, WIDTH.saturating_sub(indent + 2));
    let is_map = matches!(item, Tree::Map(_)) && is_long(item);
    if !is_map || fits.is_some() {
        after_colon(item, indent, out);
        return;
    }
    // The first key stands beside the dash, the others under it.
    let mut lines = String::new();
    entries(item, &" ".repeat(indent + 2), indent + 2, &mut lines);
    out.push(' ');
    out.push_str(lines.trim_start_matches(' '));
}

fn entries(map: &Tree, margin: &str, indent: usize, out: &mut String) {
    for (key, value) in map.entries().iter().filter(|(_, value)| !value.is_unsaid()) {
        out.push_str(margin);
        out.push_str(&word::text(key, false));
        out.push(':');
        after_colon(value, indent, out);
    }
}

/// The value on one line, when a person would write it so.
fn if_short(value: &Tree, width: usize) -> Option<String> {
    let said = value.entries().iter().filter(|(_, value)| !value.is_unsaid()).count();
    let maps = value.items().iter().filter(|item| matches!(item, Tree::Map(_))).count();
    if said > SHORT_MAP || maps > MAPS_ON_ONE_LINE || !children(value).all(|child| if_short(child, width).is_some()) {
        return None;
    }
    let line = on_one_line(value, false);
    (line.chars().count() <= width).then_some(line)
}

fn children(value: &Tree) -> impl Iterator<Item = &Tree> {
    value.items().iter().chain(value.entries().iter().map(|(_, value)| value))
}

fn on_one_line(value: &Tree, in_brackets: bool) -> String {
    match value {
        Tree::Unsaid | Tree::Null => "null".to_owned(),
        Tree::Bool(flag) => flag.to_string(),
        Tree::Int(number) => number.to_string(),
        Tree::Float(number) => word::float(*number),
        Tree::Text(text) => word::text(text, in_brackets),
        Tree::List(items) => {
            let items: Vec<String> = items.iter().map(|item| on_one_line(item, true)).collect();
            format!("[{}]", items.join(", "))
        }
        Tree::Map(entries) => {
            let said = entries.iter().filter(|(_, value)| !value.is_unsaid());
            let entries: Vec<String> =
                said.map(|(key, value)| format!("{}: {}", word::text(key, true), on_one_line(value, true))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}
