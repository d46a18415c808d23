use std::collections::BTreeMap;

use crate::text::names_contents_entry;
use crate::xml::Element;

/// What styles say of paragraphs and letters, by the styles' names in the file.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_name: BTreeMap<String, Style>,
    default_paragraph: Option<String>,
    defaults: Letters,
}

#[derive(Debug, Default)]
struct Style {
    /// As people see it, in lower case: `heading 1`, `toc 2`.
    name: String,
    based_on: Option<String>,
    /// From 0; 9 is body text.
    outline: Option<u8>,
    letters: Letters,
    list: Option<ListPlace>,
}

/// How letters look, where it is said.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Letters {
    pub(super) bold: Option<bool>,
    /// In half-points.
    pub(super) half_points: Option<u16>,
    pub(super) hidden: Option<bool>,
}

/// Which list a paragraph is in, and how deep from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListPlace {
    pub(super) list: String,
    pub(super) level: Option<u8>,
}

/// Longest chain of styles based on one another: Word allows about ten; a circle has no end.
const LONGEST_CHAIN: usize = 32;

impl Styles {
    pub(super) fn of(root: &Element<'_>) -> Self {
        let mut styles = Self::default();
        let defaults = root.child("docDefaults").and_then(|all| all.child("rPrDefault"));
        styles.defaults = defaults.and_then(|letters| letters.child("rPr")).map(Letters::of).unwrap_or_default();
        for element in root.elements().filter(|element| element.name() == "style") {
            let Some(id) = element.attribute("styleId") else { continue };
            let is_default = element.attribute("default").is_some_and(|value| is_on(&value));
            if is_default && element.attribute("type").as_deref() == Some("paragraph") {
                styles.default_paragraph = Some(id.to_string());
            }
            styles.by_name.insert(id.into_owned(), Style::of(element));
        }
        styles
    }

    /// Level of heading from 1, by the outline level that a style has or inherits, or by its name.
    pub(super) fn level(&self, style: Option<&str>) -> Option<u8> {
        let outline = self.chain(style).find_map(|style| style.outline);
        match outline {
            Some(level) => level_of_outline(level),
            None => self.chain(style).find_map(|style| level_of_name(&style.name)),
        }
    }

    pub(super) fn list(&self, style: Option<&str>) -> Option<ListPlace> {
        self.chain(style).find_map(|style| style.list.clone())
    }

    /// Whether a style is one of those that tables of contents give to their entries.
    pub(super) fn is_contents_entry(&self, style: Option<&str>) -> bool {
        self.chain(style).any(|style| names_contents_entry(&style.name))
    }

    /// Letters of a paragraph's style, then of the document.
    pub(super) fn letters(&self, style: Option<&str>) -> Letters {
        self.chain(style).fold(Letters::default(), |so_far, style| so_far.or(style.letters)).or(self.defaults)
    }

    /// Letters of a style given to letters alone.
    pub(super) fn letters_of_run(&self, style: Option<&str>) -> Letters {
        match style {
            Some(style) => self.chain(Some(style)).fold(Letters::default(), |so_far, style| so_far.or(style.letters)),
            None => Letters::default(),
        }
    }

    /// A style, the one that it is based on, and so on.
    fn chain<'s>(&'s self, style: Option<&str>) -> impl Iterator<Item = &'s Style> {
        let first = style.or(self.default_paragraph.as_deref()).and_then(|id| self.by_name.get(id));
        std::iter::successors(first, |style| self.by_name.get(style.based_on.as_deref()?)).take(LONGEST_CHAIN)
    }
}

impl Style {
    fn of(element: &Element<'_>) -> Self {
        let value = |name: &str| element.child(name).and_then(|child| child.attribute("val"));
        let paragraph = element.child("pPr");
        Self {
            name: value("name").unwrap_or_default().to_lowercase(),
            based_on: value("basedOn").map(Into::into),
            outline: paragraph.and_then(outline_of),
            letters: element.child("rPr").map(Letters::of).unwrap_or_default(),
            list: paragraph.and_then(ListPlace::of),
        }
    }
}

impl Letters {
    pub(super) fn of(properties: &Element<'_>) -> Self {
        let toggle = |name: &str| {
            properties.child(name).map(|element| element.attribute("val").is_none_or(|value| is_on(&value)))
        };
        Self {
            bold: toggle("b"),
            half_points: properties.child("sz").and_then(|size| size.number("val")),
            hidden: toggle("vanish"),
        }
    }

    /// What is said here, or else there.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            bold: self.bold.or(other.bold),
            half_points: self.half_points.or(other.half_points),
            hidden: self.hidden.or(other.hidden),
        }
    }
}

impl ListPlace {
    /// From the properties of a paragraph or of a style.
    pub(super) fn of(paragraph: &Element<'_>) -> Option<Self> {
        let place = paragraph.child("numPr")?;
        let list = place.child("numId")?.attribute("val")?.into_owned();
        Some(Self { list, level: place.child("ilvl").and_then(|level| level.number("val")) })
    }
}

pub(super) fn outline_of(paragraph: &Element<'_>) -> Option<u8> {
    paragraph.child("outlineLvl")?.number("val")
}

/// Level from 1 of an outline level from 0; 9 stands for body text.
pub(super) fn level_of_outline(outline: u8) -> Option<u8> {
    (outline < 9).then_some(outline.saturating_add(1))
}

fn level_of_name(name: &str) -> Option<u8> {
    let number = ["heading ", "titre "].iter().find_map(|start| name.strip_prefix(start))?;
    number.parse().ok().filter(|level| (1..=9).contains(level))
}

fn is_on(value: &str) -> bool {
    !matches!(value, "0" | "false" | "off")
}
