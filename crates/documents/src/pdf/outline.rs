use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, ObjectId, decode_text_string};

use crate::document::{Block, Content};

/// The bookmarks of a document, in order: level from 1, and the letters of the title.
#[derive(Debug, Default)]
pub(super) struct Outline(Vec<(u8, String)>);

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
            if !met.insert(id) || self.0.len() >= MOST_ENTRIES {
                return;
            }
            let Ok(entry) = document.get_dictionary(id) else { return };
            if let Some(title) =
                entry.get_deref(b"Title", document).ok().and_then(|title| decode_text_string(title).ok())
            {
                self.0.push((level, letters(&title)));
            }
            if level < DEEPEST_ENTRY {
                self.add(document, entry, level + 1, met);
            }
            next = entry.get(b"Next").and_then(lopdf::Object::as_reference).ok();
        }
    }

    /// Gives the lines that are titles of bookmarks their level, from the end on: a table of contents at the
    /// beginning says the same words.
    pub(super) fn mark(self, blocks: &mut [Block]) {
        let mut left = self.0.as_slice();
        for block in blocks.iter_mut().rev() {
            let Content::Text { text, cues } = &mut block.content else { continue };
            let words = letters(text);
            if words.is_empty() || cues.contents_entry || cues.running {
                continue;
            }
            let mut nearest = left.iter().enumerate().rev().take(AHEAD);
            if let Some((at, (level, _))) = nearest.find(|(_, (_, title))| *title == words) {
                cues.level = Some(*level);
                left = left.get(..at).unwrap_or_default();
            }
        }
    }
}

/// Letters and figures alone, without the number in front: a bookmark may leave it out.
fn letters(title: &str) -> String {
    let title =
        title.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ')' | '-'));
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
