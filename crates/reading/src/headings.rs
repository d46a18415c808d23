//! Which lines are headings, from what the eye goes by.

use std::sync::LazyLock;

use regex::Regex;
use vigie_documents::{Block, Content, Cues};

use crate::normalise::{clean, fold};

/// Longest heading, in characters: beyond, it is a paragraph.
const LONGEST: usize = 130;
/// A heading without style whose letters are this much larger than the others.
const LARGER: f32 = 1.12;
/// Levels are not told apart beyond.
const DEEPEST: u8 = 6;

static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\s*((?:\d{1,2}|[A-Z]|[IVX]{1,5})(?:\.\d{1,2})*)\s*[.)\-–—:]{0,2}\s+\p{L}").ok());
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(annexe|chapitre|partie|titre|article|section|fiche)( n[°o])? ?([0-9]{1,2}|[a-z]|[ivx]{1,4})\b").ok()
});

/// What the body of a document looks like.
pub(crate) struct Look {
    body_size: Option<f32>,
}

impl Look {
    /// The size that most letters have.
    pub(crate) fn of(blocks: &[Block]) -> Self {
        let mut sizes: Vec<(u32, usize)> = Vec::new();
        for block in blocks {
            let Content::Text { text, cues } = &block.content else { continue };
            let Some(size) = cues.size_pt.filter(|size| size.is_finite()) else { continue };
            // Tenths of a point: sizes are compared, not added.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a font size, clamped")]
            let tenths = (size.clamp(0.0, 500.0) * 10.0) as u32;
            match sizes.iter_mut().find(|(known, _)| *known == tenths) {
                Some((_, letters)) => *letters += text.len(),
                None => sizes.push((tenths, text.len())),
            }
        }
        sizes.sort_unstable();
        #[expect(clippy::cast_precision_loss, reason = "at most 5000")]
        let body_size = sizes.iter().max_by_key(|(_, letters)| *letters).map(|(tenths, _)| *tenths as f32 / 10.0);
        Self { body_size }
    }

    /// The level of a heading, from 1; nothing for a paragraph. `in_a_run` says that the lines around are numbered
    /// alike: these are the items of a list.
    pub(crate) fn level(&self, text: &str, cues: &Cues, in_a_run: bool) -> Option<u8> {
        if let Some(level) = cues.level {
            return (text.chars().count() <= 2 * LONGEST).then_some(level.clamp(1, DEEPEST));
        }
        let text = clean(text);
        if !could_head(&text) {
            return None;
        }
        let bold = cues.bold == Some(true);
        let capitals = is_capitals(&text);
        let larger = self.is_larger(cues.size_pt);
        let number = cues.numbering.as_deref().map_or_else(|| number_depth(&text), numbering_depth);
        if let Some(depth) = number {
            let stands_out = bold || capitals || larger;
            return (stands_out || !in_a_run).then_some(depth.min(DEEPEST));
        }
        if NAMED.as_ref().is_some_and(|named| named.is_match(&fold(&text))) {
            return Some(1);
        }
        if cues.numbering.is_some() {
            return None; // A bullet.
        }
        match (larger, capitals, bold) {
            (true, _, _) => Some(if self.is_much_larger(cues.size_pt) { 1 } else { 2 }),
            (_, true, _) => Some(1),
            (_, _, true) => Some(3),
            _ => None,
        }
    }

    fn is_larger(&self, size: Option<f32>) -> bool {
        self.body_size.zip(size).is_some_and(|(body, size)| size >= body * LARGER)
    }

    fn is_much_larger(&self, size: Option<f32>) -> bool {
        self.body_size.zip(size).is_some_and(|(body, size)| size >= body * 1.4)
    }
}

/// The depth of a number in front of a text: `2.1 Rôles` has 2.
pub(crate) fn number_depth(text: &str) -> Option<u8> {
    let number = NUMBER.as_ref()?.captures(text)?.get(1)?.as_str();
    // `À` alone, or `A cette fin`: a letter needs its own punctuation.
    let letter = number.chars().next().is_some_and(char::is_alphabetic);
    let after = text.trim_start().get(number.len()..).unwrap_or_default().trim_start();
    if letter && !after.starts_with(['.', ')', '-', '–', '—', ':']) {
        return None;
    }
    u8::try_from(number.split('.').filter(|part| !part.is_empty()).count()).ok()
}

/// A heading without its number.
pub(crate) fn without_number(text: &str) -> &str {
    let Some(found) = NUMBER.as_ref().and_then(|number| number.captures(text)).and_then(|found| found.get(1)) else {
        return text;
    };
    if number_depth(text).is_none() {
        return text;
    }
    text.get(found.end()..).unwrap_or(text).trim_start_matches(|c: char| !c.is_alphanumeric())
}

fn numbering_depth(numbering: &str) -> Option<u8> {
    let parts = numbering.trim().trim_end_matches(['.', ')', ' ', '-']).split('.');
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let numbered = parts.iter().all(|part| part.chars().all(|c| c.is_ascii_digit() || "IVXABCDEFGH".contains(c)));
    (numbered && !parts.is_empty()).then(|| u8::try_from(parts.len()).unwrap_or(DEEPEST))
}

fn could_head(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let ends_a_sentence = text.ends_with(['.', ';', ',', '!']);
    let length = text.chars().count();
    letters >= 3 && length <= LONGEST && !ends_a_sentence
}

fn is_capitals(text: &str) -> bool {
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    letters().count() >= 6 && letters().all(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(text: &str, cues: &Cues) -> Option<u8> {
        Look { body_size: Some(11.0) }.level(text, cues, false)
    }

    #[test]
    fn headings_are_told_by_number_letters_or_look() {
        let plain = Cues::default();
        assert_eq!(level("2.1 Cellule de crise", &plain), Some(2));
        assert_eq!(level("IV. Sauvegardes", &plain), Some(1));
        assert_eq!(level("PLAN DE REPRISE D'ACTIVITE", &plain), Some(1));
        assert_eq!(level("Annexe 3 : contacts", &plain), Some(1));
        assert_eq!(level("Cellule de crise", &Cues { bold: Some(true), ..plain.clone() }), Some(3));
        assert_eq!(level("Cellule de crise", &Cues { size_pt: Some(14.0), ..plain.clone() }), Some(2));
        assert_eq!(level("La cellule se réunit dans l’heure.", &Cues { bold: Some(true), ..plain.clone() }), None);
        assert_eq!(level("A cette fin les cadres préviennent", &plain), None);
        assert_eq!(level("prévenir la garde", &Cues { numbering: Some("–".into()), ..plain }), None);
    }

    #[test]
    fn a_heading_loses_its_number() {
        assert_eq!(without_number("2.1. Cellule de crise"), "Cellule de crise");
        assert_eq!(without_number("Reprise"), "Reprise");
    }
}
