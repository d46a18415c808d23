use std::collections::BTreeMap;

use crate::counting::{Figures, bullet};
use crate::xml::Element;

/// How a list or the headings of a document count.
#[derive(Debug, Default)]
pub(super) struct ListShape {
    /// By level, from 1.
    levels: BTreeMap<u8, Level>,
}

#[derive(Debug)]
struct Level {
    /// Absent for a bullet.
    figures: Option<Figures>,
    /// The bullet, when there is one.
    bullet: String,
    prefix: String,
    suffix: String,
    start: u32,
    /// How many levels it shows, itself included.
    shown: u8,
}

/// How far a list has counted, by level from 1.
#[derive(Debug, Default, Clone)]
pub(super) struct Counters(BTreeMap<u8, u32>);

impl ListShape {
    pub(super) fn of(element: &Element<'_>) -> Self {
        let level = |child: &Element<'_>| Some((child.number("level")?, Level::of(child)));
        Self { levels: element.elements().filter_map(level).collect() }
    }

    /// Counts one more at a level and writes its number, or its bullet; nothing when there is none.
    pub(super) fn next(&self, counters: &mut Counters, level: u8, restart: Option<u32>) -> Option<String> {
        let described = self.levels.get(&level)?;
        let count = match (restart, counters.0.get(&level)) {
            (Some(start), _) => start,
            (None, Some(count)) => count.saturating_add(1),
            (None, None) => described.start,
        };
        counters.0.insert(level, count);
        counters.0.retain(|at, _| *at <= level);
        let Some(figures) = described.figures else { return Some(bullet(&described.bullet)) };
        if figures == Figures::Hidden {
            return None;
        }
        let first = level.saturating_sub(described.shown.max(1) - 1).max(1);
        let numbers: Vec<String> = (first..=level)
            .filter_map(|at| {
                let shape = self.levels.get(&at)?;
                let count = counters.0.get(&at).copied().unwrap_or(shape.start);
                Some(shape.figures?.write(count)).filter(|number| !number.is_empty())
            })
            .collect();
        Some(format!("{}{}{}", described.prefix, numbers.join("."), described.suffix).trim().to_owned())
    }
}

impl Level {
    fn of(element: &Element<'_>) -> Self {
        let word = |name: &str| element.attribute(name).unwrap_or_default().into_owned();
        let is_number = matches!(element.name(), "list-level-style-number" | "outline-level-style");
        let figures = match word("num-format").as_str() {
            "1" => Figures::Decimal,
            "I" => Figures::UpperRoman,
            "i" => Figures::LowerRoman,
            "A" => Figures::UpperLetter,
            "a" => Figures::LowerLetter,
            _ => Figures::Hidden,
        };
        Self {
            figures: is_number.then_some(figures),
            bullet: word("bullet-char"),
            prefix: word("num-prefix"),
            suffix: word("num-suffix"),
            start: element.number("start-value").unwrap_or(1),
            shown: element.number("display-levels").unwrap_or(1),
        }
    }
}
