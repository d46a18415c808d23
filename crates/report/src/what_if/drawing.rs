//! The hours of each stopped activity, side by side: held by a procedure, held by nothing, back.
//!
//! Told by shape first: a hatched bar, an empty box, a full bar. The same hours are in the page's table.

use std::fmt::Write as _;

use super::view::{ActivityRow, View};
use crate::schedule::clock;
use crate::svg::{escaped, short, ticks};

/// Width of the drawing, of its names, in its own units.
const WIDTH: u32 = 960;
const NAMES: u32 = 280;
const MARGIN: u32 = 40;
/// Height of a row, and of the scale.
const ROW: u32 = 26;
const SCALE: u32 = 26;
/// Letters of a name that fit beside the bars.
const LETTERS: usize = 38;
/// Rows that fit on one printed page.
const PAGE: usize = 30;

/// One drawing a page of activities.
pub(super) fn drawings(view: &View) -> Vec<String> {
    view.activities.chunks(PAGE).enumerate().map(|(number, rows)| draw(view, rows, number)).collect()
}

fn draw(view: &View, rows: &[ActivityRow], number: usize) -> String {
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX / ROW / 2);
    let height = SCALE + count * ROW + 4;
    let title = view.t("Chaque activité, heure par heure", "Each activity, hour by hour");
    let told = view.t(
        "Hachures : la procédure dégradée tient. Case vide : ni système, ni procédure. Barre pleine : de nouveau en marche. Trait épais : DMIA. Les mêmes heures sont dans le tableau.",
        "Hatched: the degraded procedure holds. Empty box: neither system nor procedure. Full bar: working again. Thick line: DMIA. The same hours are in the table.",
    );
    let mut out = format!(
        "<svg class=\"hours\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"hours-{number}-title hours-{number}-desc\"><title id=\"hours-{number}-title\">{title}</title><desc id=\"hours-{number}-desc\">{told}</desc><defs><pattern id=\"held-{number}\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect class=\"hatch-paper\" width=\"7\" height=\"7\"/><rect class=\"hatch\" width=\"3\" height=\"7\"/></pattern></defs>"
    );
    for hour in ticks(view.end_h, 8) {
        let x = place(view, hour);
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"{x}\" y1=\"{SCALE}\" x2=\"{x}\" y2=\"{height}\"/><text class=\"hour\" x=\"{x}\" y=\"{}\">{}</text>",
            SCALE - 8,
            clock(hour)
        );
    }
    for (row, line) in rows.iter().zip(0..) {
        out.push_str(&activity(view, row, SCALE + line * ROW, number));
    }
    out.push_str("</svg>");
    out
}

fn activity(view: &View, row: &ActivityRow, top: u32, number: usize) -> String {
    let bar = |class: &str, fill: &str, from: f64, to: f64| {
        let (x, end) = (place(view, from), place(view, to));
        let width = (end - x).max(0.0);
        format!("<rect class=\"{class}\"{fill} x=\"{x}\" y=\"{}\" width=\"{width:.1}\" height=\"14\"/>", top + 6)
    };
    let back = row.back_h.unwrap_or(view.end_h);
    let held = row.holds_until_h.unwrap_or(0.0).min(back);
    let mut drawn = format!(
        "<text class=\"name\" x=\"4\" y=\"{}\">{} {}</text>",
        top + 18,
        row.mark(),
        escaped(&short(row.name.as_str(), LETTERS))
    );
    if held > 0.0 {
        drawn.push_str(&bar("held", &format!(" fill=\"url(#held-{number})\""), 0.0, held));
    }
    if back > held {
        drawn.push_str(&bar("hole", "", held, back));
    }
    if row.back_h.is_some() {
        drawn.push_str(&bar("works", "", back, view.end_h));
    } else {
        let x = place(view, view.end_h) + 4.0;
        let _ = write!(drawn, "<text class=\"name\" x=\"{x}\" y=\"{}\">?</text>", top + 18);
    }
    if let Some(limit) = row.mtpd_h.filter(|limit| *limit <= view.end_h) {
        let (x, y) = (place(view, limit), top + 2);
        let _ = write!(drawn, "<line class=\"dmia\" x1=\"{x}\" y1=\"{y}\" x2=\"{x}\" y2=\"{}\"/>", y + 22);
    }
    drawn
}

/// Hours as a place from the left, to a tenth of a unit.
fn place(view: &View, hours: f64) -> f64 {
    let room = f64::from(WIDTH - NAMES - MARGIN);
    let at = f64::from(NAMES) + (hours / view.end_h).clamp(0.0, 1.0) * room;
    (at * 10.0).round() / 10.0
}
