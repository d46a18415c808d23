//! A document cut at its headings, without what repeats on its pages nor its table of contents.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use vigie_documents::{Block, Content, Document, Place};

use crate::headings::{Look, number_depth, without_number};
use crate::normalise::{clean, fold};

/// A line that stands on so many pages is a running header or footer.
const REPEATED: usize = 3;
/// The longest such line, in characters.
const LONGEST_RUNNING: usize = 160;

static LEADER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(\.{3,}|…|_{3,}|\s{2,}|\t|(\s\.){3,})\s*\d{1,3}$").ok());
static ENDS_IN_PAGE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\p{L}.*\s\d{1,3}$").ok());
static PAGE_NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^[-–\s]*(page|p\.)?\s*\d{1,4}\s*((/|sur|de)\s*\d{1,4})?[-–\s]*$").ok());

/// One heading and what stands under it, up to the next heading.
#[derive(Debug, Clone)]
pub struct Section<'d> {
    /// The heading as it is written; nothing before the first one.
    pub heading: Option<&'d str>,
    /// Its level, from 1.
    pub level: u8,
    /// Headings above it and itself.
    pub path: Vec<String>,
    /// Where the heading stands.
    pub place: &'d Place,
    /// What stands under it.
    pub body: Vec<&'d Block>,
}

/// Cuts a document in sections.
pub fn sections(document: &Document) -> Vec<Section<'_>> {
    let kept = without_noise(document);
    let look = Look::of(&document.blocks);
    let mut sections: Vec<Section<'_>> = Vec::new();
    for (index, block) in kept.iter().copied().enumerate() {
        match heading(&kept, index, &look).or_else(|| sheet_heading(&sections, block)) {
            Some((text, level)) => {
                let path = path_to(&sections, text, level);
                let is_sheet = matches!(block.content, Content::Table { .. });
                let body = if is_sheet { vec![block] } else { Vec::new() };
                sections.push(Section { heading: Some(text), level, path, place: &block.place, body });
            }
            None => match sections.last_mut() {
                Some(section) => section.body.push(block),
                None => sections.push(Section {
                    heading: None,
                    level: 0,
                    path: Vec::new(),
                    place: &block.place,
                    body: vec![block],
                }),
            },
        }
    }
    sections
}

impl Section<'_> {
    /// The heading without its number.
    pub(crate) fn title(&self) -> Option<&str> {
        self.heading.map(without_number)
    }
}

fn heading<'d>(blocks: &[&'d Block], index: usize, look: &Look) -> Option<(&'d str, u8)> {
    let block = blocks.get(index)?;
    let Content::Text { text, cues } = &block.content else { return None };
    let numbered_alike = |other: Option<&&Block>| match other.map(|block| &block.content) {
        Some(Content::Text { text: other, cues: its }) if its.level.is_none() => {
            let depth = |text: &str, numbering: Option<&str>| numbering.map_or_else(|| number_depth(text), |_| Some(1));
            depth(other, its.numbering.as_deref()) == depth(text, cues.numbering.as_deref())
        }
        _ => false,
    };
    let before = index.checked_sub(1).and_then(|before| blocks.get(before));
    let in_a_run = numbered_alike(blocks.get(index + 1)) || numbered_alike(before);
    look.level(text, cues, in_a_run).map(|level| (text.as_str(), level))
}

/// The name of a sheet heads its first table.
fn sheet_heading<'d>(sections: &[Section<'d>], block: &'d Block) -> Option<(&'d str, u8)> {
    let sheet = block.place.sheet.as_deref()?;
    let same = sections.last().is_some_and(|section| section.place.sheet.as_deref() == Some(sheet));
    (!same).then_some((sheet, 1))
}

fn path_to(sections: &[Section<'_>], heading: &str, level: u8) -> Vec<String> {
    let mut path = Vec::new();
    let mut lowest = level;
    // Walks up: a section above all those met so far is a parent.
    for section in sections.iter().rev() {
        if section.level > 0 && section.level < lowest {
            lowest = section.level;
            path.extend(section.heading.map(str::to_owned));
        }
        if lowest <= 1 {
            break;
        }
    }
    path.reverse();
    path.push(heading.to_owned());
    path
}

fn without_noise(document: &Document) -> Vec<&Block> {
    let running = running_lines(&document.blocks);
    let mut kept = Vec::new();
    let mut contents = false;
    let later = later_titles(&document.blocks);
    for (index, block) in document.blocks.iter().enumerate() {
        let Content::Text { text, cues } = &block.content else {
            contents = false;
            kept.push(block);
            continue;
        };
        let line = clean(text);
        if cues.running || is_page_number(&line) || running.contains(&mark(&line)) {
            continue;
        }
        if is_contents_title(&line) {
            contents = true;
            continue;
        }
        let leads = LEADER.as_ref().is_some_and(|leader| leader.is_match(text));
        let entry = cues.contents_entry || leads || (contents && is_entry(&line, index, &later));
        if !entry {
            contents = false;
            kept.push(block);
        }
    }
    kept
}

/// Lines that come again on several pages, whatever their numbers.
fn running_lines(blocks: &[Block]) -> BTreeSet<String> {
    let mut pages: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for block in blocks {
        if let (Content::Text { text, .. }, Some(page)) = (&block.content, block.place.page)
            && text.chars().count() <= LONGEST_RUNNING
        {
            pages.entry(mark(&clean(text))).or_default().insert(page);
        }
    }
    pages.into_iter().filter(|(_, pages)| pages.len() >= REPEATED).map(|(line, _)| line).collect()
}

fn mark(line: &str) -> String {
    fold(line).chars().filter(|c| !c.is_ascii_digit()).collect()
}

fn is_page_number(line: &str) -> bool {
    PAGE_NUMBER.as_ref().is_some_and(|number| number.is_match(line))
}

fn is_contents_title(line: &str) -> bool {
    let title = fold(without_number(line));
    matches!(title.trim_end_matches([' ', ':']), "sommaire" | "table des matieres" | "table of contents" | "contenu")
}

/// The last place of each line that could be a title.
fn later_titles(blocks: &[Block]) -> BTreeMap<String, usize> {
    let text = |block: &Block| match &block.content {
        Content::Text { text, .. } => Some(bare(text)),
        Content::Table { .. } => None,
    };
    blocks.iter().enumerate().filter_map(|(index, block)| Some((text(block)?, index))).collect()
}

fn is_entry(line: &str, index: usize, later: &BTreeMap<String, usize>) -> bool {
    let ends_in_page = ENDS_IN_PAGE.as_ref().is_some_and(|page| page.is_match(line));
    ends_in_page || later.get(&bare(line)).is_some_and(|last| *last > index)
}

/// A title without number nor page.
fn bare(line: &str) -> String {
    let line = clean(line);
    fold(without_number(&line)).trim_matches(|c: char| !c.is_alphabetic()).to_owned()
}

#[cfg(test)]
mod tests {
    use vigie_documents::{Cues, Format};

    use super::*;

    fn line(text: &str, page: u32, level: Option<u8>) -> Block {
        Block {
            place: Place { page: Some(page), ..Place::default() },
            content: Content::Text { text: text.into(), cues: Cues { level, ..Cues::default() } },
        }
    }

    fn document(blocks: Vec<Block>) -> Document {
        Document { format: Format::Pdf, sha256: "0".repeat(64), pages: None, blocks, notices: Vec::new() }
    }

    #[test]
    fn a_table_of_contents_and_running_lines_are_no_sections() {
        let document = document(vec![
            line("CH de Démonstration – page 1", 1, None),
            line("Sommaire", 1, Some(1)),
            line("1. Cellule de crise .......... 2", 1, None),
            line("2. Sauvegardes 3", 1, None),
            line("CH de Démonstration – page 2", 2, None),
            line("1. Cellule de crise", 2, Some(1)),
            line("Elle se réunit en salle A.", 2, None),
            line("CH de Démonstration – page 3", 3, None),
        ]);
        let found = sections(&document);
        assert_eq!(found.iter().filter_map(|section| section.heading).collect::<Vec<_>>(), ["1. Cellule de crise"]);
        assert_eq!(found[0].body.len(), 1);
    }

    #[test]
    fn a_section_knows_the_headings_above_it() {
        let document = document(vec![
            line("Sauvegardes", 1, Some(1)),
            line("Politique", 1, Some(2)),
            line("Tests", 1, Some(2)),
            line("Crise", 1, Some(1)),
        ]);
        let paths: Vec<_> = sections(&document).into_iter().map(|section| section.path.join(" > ")).collect();
        assert_eq!(paths, ["Sauvegardes", "Sauvegardes > Politique", "Sauvegardes > Tests", "Crise"]);
    }

    #[test]
    fn the_steps_of_a_list_are_no_headings() {
        let document = document(vec![
            line("Cellule de crise", 1, Some(1)),
            line("1. Prévenir la direction", 1, None),
            line("2. Ouvrir la main courante", 1, None),
            line("3. Réunir la cellule", 1, None),
        ]);
        assert_eq!(sections(&document).len(), 1);
    }
}
