//! An event on a terminal: the summary, the crisis hour by hour, then who, what and how.

use jiff::civil::Date;
use vigie_model::Lang;
use vigie_plan::WhatIf;

use super::view::{ActivityRow, Line, View};
use crate::neutralise::Shown;
use crate::schedule::Tone;
use crate::terminal::Style;
use crate::terminal::page::{Ink, Page};

/// Columns of an hour, spaces included: `T + 8760 h (J+365)`.
const HOUR: usize = 20;

/// Tells in one language what an event does. Every line ends in a newline and fits the width.
pub fn terminal(after: &WhatIf, as_of: Date, lang: Lang, style: Style) -> String {
    let view = View::new(after, as_of, lang);
    let mut page = Page::new(style);
    page.line(0, view.title.as_str(), Ink::Strong);
    page.line(0, &format!("{}, {}", view.plan, view.day), Ink::Faint);
    page.gap();
    for sentence in &view.summary {
        page.line(0, sentence.as_str(), Ink::Plain);
    }
    for assumed in &view.assumed {
        let said = format!("{} {assumed}", view.t("On suppose :", "Assumed:"));
        page.line(0, &said, Ink::Faint);
    }
    hours(&mut page, &view);
    activities(&mut page, &view);
    for list in &view.lists {
        page.title(list.title);
        page.line(0, list.note, Ink::Faint);
        lines(&mut page, &list.lines);
    }
    page.title(view.t("Comment lire", "How to read this"));
    for note in &view.notes {
        page.line(0, note, Ink::Faint);
    }
    page.finish()
}

fn hours(page: &mut Page, view: &View) {
    if view.moments.is_empty() {
        return;
    }
    page.title(view.t("Heure par heure", "Hour by hour"));
    for hour in &view.moments {
        let mut at = hour.at.as_str();
        for line in &hour.lines {
            let marker = format!("{at:<HOUR$}{} ", line.tone.mark());
            page.hanging(0, &marker, ink(line.tone), line.text.as_str(), Ink::Plain);
            at = "";
        }
    }
}

fn activities(page: &mut Page, view: &View) {
    if view.activities.is_empty() {
        return;
    }
    page.title(view.t("Activités", "Activities"));
    for row in &view.activities {
        page.hanging(0, &format!("{} ", row.mark()), ink(row.tone), &headline(row, view), Ink::Strong);
        page.line(2, &figures(row, view), Ink::Plain);
        for detail in &row.details {
            page.line(2, Shown::as_str(detail), Ink::Faint);
        }
    }
}

fn headline(row: &ActivityRow, view: &View) -> String {
    let critical = if row.critical { view.t(" (critique)", " (critical)") } else { "" };
    format!("{}{critical}{} {}", row.name, view.t(" :", ":"), row.verdict)
}

/// `mode dégradé à 1 h, tenu jusqu’à 24 h, DMIA 4 h, retour 30 h`.
fn figures(row: &ActivityRow, view: &View) -> String {
    let figures = [
        (view.t("mode dégradé à", "degraded at"), &row.degraded_after),
        (view.t("tenu jusqu’à", "held until"), &row.holds_until),
        ("DMIA", &row.dmia),
        (view.t("retour", "back"), &row.back),
    ];
    figures.map(|(name, hours)| format!("{name} {hours}")).join(", ")
}

fn lines(page: &mut Page, lines: &[Line]) {
    for line in lines {
        page.hanging(0, &format!("{} ", line.tone.mark()), ink(line.tone), line.text.as_str(), Ink::Plain);
    }
}

fn ink(tone: Tone) -> Ink {
    match tone {
        Tone::Good => Ink::Good,
        Tone::Fragile | Tone::Open => Ink::Warn,
        Tone::Bad => Ink::Bad,
    }
}
