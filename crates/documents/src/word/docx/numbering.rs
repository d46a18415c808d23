use std::collections::BTreeMap;

use super::styles::ListPlace;
use crate::counting::{Figures, bullet};
use crate::xml::Element;

/// The lists of a document, and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// Shapes of lists, which several lists share with their counters.
    shapes: BTreeMap<String, Shape>,
    lists: BTreeMap<String, List>,
    counters: BTreeMap<String, [Option<u32>; LEVELS]>,
}

const LEVELS: usize = 9;

#[derive(Debug, Default)]
struct Shape {
    levels: BTreeMap<u8, Level>,
}

#[derive(Debug, Clone)]
struct Level {
    start: u32,
    /// Absent for a bullet.
    figures: Option<Figures>,
    /// `%1.%2.`, or the bullet.
    pattern: String,
    /// Whether the figures of the levels above are decimal whatever their own way.
    legal: bool,
}

#[derive(Debug)]
struct List {
    shape: String,
    /// Levels that this list starts at another number, once.
    starts: BTreeMap<u8, u32>,
}

impl Numbering {
    pub(super) fn of(root: &Element<'_>) -> Self {
        let mut numbering = Self::default();
        for element in root.elements() {
            match element.name() {
                "abstractNum" => {
                    if let Some(id) = element.attribute("abstractNumId") {
                        numbering.shapes.insert(id.into_owned(), Shape::of(element));
                    }
                }
                "num" => {
                    if let Some((id, list)) = List::of(element) {
                        numbering.lists.insert(id, list);
                    }
                }
                _ => {}
            }
        }
        numbering
    }

    /// The number of the next paragraph at that place, as Word writes it; nothing when it writes none.
    pub(super) fn next(&mut self, place: &ListPlace) -> Option<String> {
        let list = self.lists.get_mut(&place.list)?;
        let shape = self.shapes.get(&list.shape)?;
        let level = place.level.unwrap_or(0);
        let described = shape.levels.get(&level)?;
        let counters = self.counters.entry(list.shape.clone()).or_default();
        if let Some(start) = list.starts.remove(&level) {
            *counters.get_mut(usize::from(level))? = start.checked_sub(1);
            if start == 0 {
                *counters.get_mut(usize::from(level))? = None;
            }
        }
        for (at, counter) in counters.iter_mut().enumerate() {
            let here = usize::from(level);
            if at == here {
                *counter = Some(counter.map_or(described.start, |count| count.saturating_add(1)));
            } else if at > here {
                *counter = None;
            }
        }
        let Some(_) = described.figures else { return Some(bullet(&described.pattern)) };
        let written = described.written(shape, counters);
        (!written.is_empty()).then_some(written)
    }
}

impl Shape {
    fn of(element: &Element<'_>) -> Self {
        let levels = element.elements().filter(|child| child.name() == "lvl");
        Self { levels: levels.filter_map(|level| Some((level.number("ilvl")?, Level::of(level)))).collect() }
    }
}

impl Level {
    fn of(element: &Element<'_>) -> Self {
        let value = |name: &str| element.child(name).and_then(|child| child.attribute("val"));
        let figures = match value("numFmt").as_deref() {
            Some("bullet") => None,
            Some("decimal" | "ordinal") | None => Some(Figures::Decimal),
            Some("decimalZero") => Some(Figures::PaddedDecimal),
            Some("upperRoman") => Some(Figures::UpperRoman),
            Some("lowerRoman") => Some(Figures::LowerRoman),
            Some("upperLetter") => Some(Figures::UpperLetter),
            Some("lowerLetter") => Some(Figures::LowerLetter),
            Some(_) => Some(Figures::Hidden),
        };
        Self {
            start: element.child("start").and_then(|start| start.number("val")).unwrap_or(0),
            figures,
            pattern: value("lvlText").unwrap_or_default().into_owned(),
            legal: element.child("isLgl").is_some(),
        }
    }

    /// Puts the numbers of this level and of those above in its pattern.
    fn written(&self, shape: &Shape, counters: &[Option<u32>; LEVELS]) -> String {
        let mut written = String::new();
        let mut rest = self.pattern.chars();
        while let Some(c) = rest.next() {
            let digit = if c == '%' { rest.as_str().chars().next().and_then(|c| c.to_digit(10)) } else { None };
            let Some(level) = digit.and_then(|digit| u8::try_from(digit).ok()?.checked_sub(1)) else {
                written.push(c);
                continue;
            };
            rest.next();
            let described = shape.levels.get(&level);
            let count = counters.get(usize::from(level)).copied().flatten();
            let count = count.unwrap_or_else(|| described.map_or(1, |level| level.start));
            let figures = if self.legal { None } else { described.and_then(|level| level.figures) };
            written.push_str(&figures.unwrap_or(Figures::Decimal).write(count));
        }
        written.trim().to_owned()
    }
}

impl List {
    fn of(element: &Element<'_>) -> Option<(String, Self)> {
        let id = element.attribute("numId")?.into_owned();
        let shape = element.child("abstractNumId")?.attribute("val")?.into_owned();
        let overrides = element.elements().filter(|child| child.name() == "lvlOverride");
        let starts = overrides
            .filter_map(|level| Some((level.number("ilvl")?, level.child("startOverride")?.number("val")?)))
            .collect();
        Some((id, Self { shape, starts }))
    }
}
