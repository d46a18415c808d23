use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, ObjectId, decode_text_string};

/// The bookmarks of a document, in order.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Level from 1, and the letters of the title.
    entries: Vec<(u8, String)>,
    /// The first one that was not found in the text yet.
    next: usize,
}

/// Bookmarks read at most.
const MOST_ENTRIES: usize = 5_000;
const DEEPEST_ENTRY: u8 = 9;
/// How far ahead a title is looked for: some are not in the text.
const AHEAD: usize = 20;

pub(super) fn read(document: &Document) -> Outline {
    let mut outline = Outline::default();
    let root =
        document.catalog().ok().and_then(|catalog| catalog.get_deref(b"Outlines", document).ok()?.as_dict().ok());
    let mut met = BTreeSet::new();
    if let Some(root) = root {
        outline.add(document, root, 1, &mut met);
    }
    outline
}

impl Outline {
    fn add(&mut self, document: &Document, parent: &Dictionary, level: u8, met: &mut BTreeSet<ObjectId>) {
        let mut next = parent.get(b"First").and_then(lopdf::Object::as_reference).ok();
        while let Some(id) = next {
            // A bookmark met twice stands in a circle.
            if !met.insert(id) || self.entries.len() >= MOST_ENTRIES {
                return;
            }
            let Ok(entry) = document.get_dictionary(id) else { return };
            if let Some(title) =
                entry.get_deref(b"Title", document).ok().and_then(|title| decode_text_string(title).ok())
            {
                self.entries.push((level, letters(&title)));
            }
            if level < DEEPEST_ENTRY {
                self.add(document, entry, level + 1, met);
            }
            next = entry.get(b"Next").and_then(lopdf::Object::as_reference).ok();
        }
    }

    /// Level of a line that is the title of one of the next bookmarks.
    pub(super) fn level_of(&mut self, line: &str) -> Option<u8> {
        let line = letters(line);
        if line.is_empty() {
            return None;
        }
        let ahead = self.entries.iter().enumerate().skip(self.next).take(AHEAD);
        let (at, level) = ahead.filter(|(_, (_, title))| *title == line).map(|(at, (level, _))| (at, *level)).next()?;
        self.next = at + 1;
        Some(level)
    }
}

/// Letters and figures alone, without the number in front: a bookmark may leave it out.
fn letters(title: &str) -> String {
    let title =
        title.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ')' | '-'));
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
