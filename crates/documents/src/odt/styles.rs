use std::collections::BTreeMap;

use super::lists::ListShape;
use crate::text::names_contents_entry;
use crate::xml::Element;

/// What the styles of a document say, by their names.
#[derive(Debug, Default)]
pub(super) struct Styles {
    /// By family (`paragraph`, `text`), then by name.
    by_name: BTreeMap<(String, String), Style>,
    defaults: Letters,
    lists: BTreeMap<String, ListShape>,
    /// How headings count, when they do.
    outline: ListShape,
}

#[derive(Debug, Default)]
struct Style {
    parent: Option<String>,
    display_name: String,
    outline: Option<u8>,
    letters: Letters,
    list: Option<String>,
}

/// How letters look, where it is said.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Letters {
    pub(super) bold: Option<bool>,
    pub(super) points: Option<f32>,
    pub(super) hidden: Option<bool>,
    /// Size as a share of the size around, in hundredths.
    share: Option<f32>,
}

/// Longest chain of styles based on one another: a circle has no end.
const LONGEST_CHAIN: usize = 32;

impl Styles {
    /// Adds the styles of a part: common ones of `styles.xml`, or automatic ones of `content.xml`.
    pub(super) fn add(&mut self, root: &Element<'_>) {
        for group in root.elements().filter(|group| matches!(group.name(), "styles" | "automatic-styles")) {
            for element in group.elements() {
                match element.name() {
                    "style" => self.add_style(element),
                    "default-style" if element.attribute("family").as_deref() == Some("paragraph") => {
                        self.defaults = Letters::of(element);
                    }
                    "list-style" => {
                        if let Some(name) = element.attribute("name") {
                            self.lists.insert(name.into_owned(), ListShape::of(element));
                        }
                    }
                    "outline-style" => self.outline = ListShape::of(element),
                    _ => {}
                }
            }
        }
    }

    fn add_style(&mut self, element: &Element<'_>) {
        let (Some(family), Some(name)) = (element.attribute("family"), element.attribute("name")) else { return };
        let shown = element.attribute("display-name").unwrap_or_else(|| name.clone());
        let style = Style {
            parent: element.attribute("parent-style-name").map(Into::into),
            display_name: shown.replace("_20_", " ").to_lowercase(),
            outline: element.number("default-outline-level"),
            letters: Letters::of(element),
            list: element.attribute("list-style-name").filter(|name| !name.is_empty()).map(Into::into),
        };
        self.by_name.insert((family.into_owned(), name.into_owned()), style);
    }

    pub(super) fn letters(&self, paragraph: &str) -> Letters {
        self.chain("paragraph", paragraph)
            .fold(Letters::default(), |so_far, style| so_far.or(style.letters))
            .or(self.defaults)
    }

    pub(super) fn letters_of_span(&self, name: &str) -> Letters {
        self.chain("text", name).fold(Letters::default(), |so_far, style| so_far.or(style.letters))
    }

    /// Level of heading that a style gives to paragraphs that are no headings by themselves.
    pub(super) fn level(&self, paragraph: &str) -> Option<u8> {
        self.chain("paragraph", paragraph).find_map(|style| style.outline).filter(|level| (1..=10).contains(level))
    }

    pub(super) fn is_contents_entry(&self, paragraph: &str) -> bool {
        self.chain("paragraph", paragraph).any(|style| names_contents_entry(&style.display_name))
    }

    /// The list that a style puts its paragraphs in.
    pub(super) fn list_of(&self, paragraph: &str) -> Option<&str> {
        self.chain("paragraph", paragraph).find_map(|style| style.list.as_deref())
    }

    pub(super) fn list(&self, name: &str) -> Option<&ListShape> {
        self.lists.get(name)
    }

    pub(super) fn outline(&self) -> &ListShape {
        &self.outline
    }

    fn chain<'s>(&'s self, family: &'s str, name: &str) -> impl Iterator<Item = &'s Style> {
        let find = move |name: &str| self.by_name.get(&(family.to_owned(), name.to_owned()));
        std::iter::successors(find(name), move |style| find(style.parent.as_deref()?)).take(LONGEST_CHAIN)
    }
}

impl Letters {
    fn of(style: &Element<'_>) -> Self {
        let Some(properties) = style.child("text-properties") else { return Self::default() };
        let weight = properties.attribute("font-weight");
        let size = properties.attribute("font-size").unwrap_or_default();
        Self {
            bold: weight.map(|weight| weight == "bold" || weight.parse::<u16>().is_ok_and(|weight| weight >= 600)),
            points: size.strip_suffix("pt").and_then(|points| points.parse().ok()),
            hidden: properties.attribute("display").map(|display| display == "none"),
            share: size.strip_suffix('%').and_then(|share| share.parse().ok()),
        }
    }

    /// What is said here, or else there.
    pub(super) fn or(self, other: Self) -> Self {
        let (points, share) = match (self.points, self.share) {
            (Some(points), _) => (Some(points), None),
            (None, Some(share)) => (other.points.map(|points| points * share / 100.0), other.share.or(Some(share))),
            (None, None) => (other.points, other.share),
        };
        Self {
            bold: self.bold.or(other.bold),
            hidden: self.hidden.or(other.hidden),
            share: if points.is_some() { None } else { share },
            points,
        }
    }
}
