//! A schedule as a drawing: one row a task, by team, then activities against their DMIA.
//!
//! What decides is told by shape first (a full bar and a diamond), then by colour. Each drawing has a
//! title and a description, and its rows are also in the table of the page.

use std::fmt::Write as _;

use jiff::civil::Date;
use vigie_model::Lang;
use vigie_plan::Schedule;

use super::view::{ActivityRow, Group, Row, View};
use super::words::clock;
use crate::svg::{escaped, short, ticks};

/// Width of the drawing, of its names and of its hours, in its own units.
const WIDTH: u32 = 960;
const NAMES: u32 = 300;
const HOURS: u32 = 150;
/// Height of a row, and of the scale.
const ROW: u32 = 22;
const SCALE: u32 = 26;
/// Letters of a name that fit beside the bars.
const LETTERS: usize = 42;

/// Draws a schedule as one image that stands alone, light or dark as its reader prefers.
pub fn svg(schedule: &Schedule, as_of: Date, lang: Lang) -> String {
    let view = View::new(schedule, as_of, lang);
    let mut rows = work(&view.groups);
    if !view.activities.is_empty() {
        rows.push(Line::Heading(view.t("Activités, contre leur DMIA", "Activities, against their DMIA").to_owned()));
        rows.extend(view.activities.iter().map(Line::Activity));
    }
    let title = format!("{}\u{a0}: {}", view.title, view.plan);
    let drawing = Drawing { id: "vigie", title: &title, lines: &rows, view: &view };
    drawing.draw(true)
}

/// The drawings of a page: the work of each team, then the activities.
pub(super) fn parts(view: &View, id: &str) -> Vec<String> {
    /// Rows that fit on one printed page.
    const PAGE: usize = 36;
    let work = work(&view.groups);
    let mut parts: Vec<String> = Vec::new();
    for (number, lines) in work.chunks(PAGE).enumerate() {
        let id = format!("{id}-work-{number}");
        let title = view.t("Calendrier de la reconstruction, par équipe", "Calendar of the rebuilding, by team");
        parts.push(Drawing { id: &id, title, lines, view }.draw(false));
    }
    let activities: Vec<Line<'_>> = view.activities.iter().map(Line::Activity).collect();
    for (number, lines) in activities.chunks(PAGE).enumerate() {
        let id = format!("{id}-care-{number}");
        let title = view.t("Retour de chaque activité, contre sa DMIA", "Return of each activity, against its DMIA");
        parts.push(Drawing { id: &id, title, lines, view }.draw(false));
    }
    parts
}

/// One line of a drawing.
enum Line<'v> {
    Heading(String),
    Task(&'v Row),
    Activity(&'v ActivityRow),
}

fn work(groups: &[Group]) -> Vec<Line<'_>> {
    let lines = |group: &'_ Group| std::iter::once(Line::Heading(group.heading.clone()));
    groups.iter().flat_map(|group| lines(group).chain(group.rows.iter().map(Line::Task))).collect()
}

struct Drawing<'d> {
    id: &'d str,
    title: &'d str,
    lines: &'d [Line<'d>],
    view: &'d View,
}

impl Drawing<'_> {
    fn draw(&self, alone: bool) -> String {
        let rows = u32::try_from(self.lines.len()).unwrap_or(u32::MAX / ROW / 2);
        let height = SCALE + rows * ROW + 6;
        let id = self.id;
        let size = if alone { format!("width=\"{WIDTH}\" height=\"{height}\" ") } else { String::new() };
        let mut out = format!(
            "<svg class=\"gantt\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" {size}role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">"
        );
        push(&mut out, &format!("<title id=\"{id}-title\">{}</title>", escaped(self.title)));
        push(&mut out, &format!("<desc id=\"{id}-desc\">{}</desc>", escaped(&self.description())));
        if alone {
            push(&mut out, &format!("<style>{STYLE}</style>"));
            push(&mut out, &format!("<rect class=\"paper\" x=\"0\" y=\"0\" width=\"{WIDTH}\" height=\"{height}\"/>"));
        }
        for hour in ticks(self.view.end_h, 10) {
            let x = self.x(hour);
            push(
                &mut out,
                &format!(
                    "<line class=\"grid\" x1=\"{x}\" y1=\"{SCALE}\" x2=\"{x}\" y2=\"{height}\"/><text class=\"hour\" x=\"{x}\" y=\"{}\">{}</text>",
                    SCALE - 8,
                    clock(hour)
                ),
            );
        }
        for (line, number) in self.lines.iter().zip(0..) {
            let top = SCALE + number * ROW;
            let drawn = match line {
                Line::Heading(heading) => {
                    format!("<text class=\"group\" x=\"4\" y=\"{}\">{}</text>", top + 16, escaped(heading))
                }
                Line::Task(row) => self.task(row, top),
                Line::Activity(row) => self.activity(row, top),
            };
            push(&mut out, &drawn);
        }
        out.push_str("</svg>");
        out
    }

    fn description(&self) -> String {
        self.view.t(
            "Barre pleine et losange : chaîne critique, tout retard y retarde le retour complet. Barre creuse : le reste. Pointillé : prêt, attend ce dont il a besoin pour fonctionner. Les mêmes heures sont dans le tableau.",
            "Full bar and diamond: critical chain, any delay there delays the whole. Hollow bar: the rest. Dotted line: ready, waits for what it needs to work. The same hours are in the table.",
        )
        .to_owned()
    }

    fn task(&self, row: &Row, top: u32) -> String {
        let (start, end) = (self.x(row.start_h), self.x(row.end_h));
        let width = (end - start).max(2.0);
        let (class, mark, y, height) =
            if row.critical { ("critical", "◆ ", top + 4, 14) } else { ("task", "", top + 6, 10) };
        let told = format!("{}, {} – {}, {}", row.label, clock(row.start_h), clock(row.end_h), row.waited);
        let mut drawn = format!(
            "<text class=\"name {class}\" x=\"12\" y=\"{}\">{mark}{}</text><rect class=\"{class}\" x=\"{start}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"><title>{}</title></rect>",
            top + 16,
            escaped(&short(row.label.as_str(), LETTERS)),
            escaped(&told)
        );
        let mut after = start + width;
        if let Some(usable) = row.usable_h.map(|hours| self.x(hours)).filter(|usable| *usable > after + 1.0) {
            let y = top + 11;
            let _ = write!(drawn, "<line class=\"wait\" x1=\"{after}\" y1=\"{y}\" x2=\"{usable}\" y2=\"{y}\"/>");
            after = usable;
        }
        let _ =
            write!(drawn, "<text class=\"end\" x=\"{}\" y=\"{}\">{}</text>", after + 5.0, top + 16, clock(row.end_h));
        drawn
    }

    fn activity(&self, row: &ActivityRow, top: u32) -> String {
        let mark = row.tone.mark();
        let class = row.tone.class();
        let told = format!("{}, {}, {}", row.name, row.back, row.verdict);
        let mut drawn = format!(
            "<text class=\"name {class}\" x=\"12\" y=\"{}\">{mark} {}<title>{}</title></text>",
            top + 16,
            escaped(&short(row.name.as_str(), LETTERS)),
            escaped(&told)
        );
        let loss = self.x(0.0);
        if let Some(back) = row.back_h.map(|hours| self.x(hours)) {
            let width = (back - loss).max(2.0);
            let _ = write!(
                drawn,
                "<rect class=\"back {class}\" x=\"{loss}\" y=\"{}\" width=\"{width}\" height=\"6\"/>",
                top + 8
            );
        }
        if let Some(hours) = row.mtpd_h.filter(|hours| *hours <= self.view.end_h) {
            let (x, y) = (self.x(hours), top + 3);
            let _ = write!(drawn, "<line class=\"dmia\" x1=\"{x}\" y1=\"{y}\" x2=\"{x}\" y2=\"{}\"/>", y + 16);
        }
        let told = format!("{}\u{a0}/ DMIA {}", row.back, row.dmia);
        let _ = write!(drawn, "<text class=\"limit\" x=\"{}\" y=\"{}\">{}</text>", WIDTH - 4, top + 16, escaped(&told));
        drawn
    }

    /// Hours as a place from the left, to a tenth of a unit.
    fn x(&self, hours: f64) -> f64 {
        let room = f64::from(WIDTH - NAMES - HOURS);
        let at = f64::from(NAMES) + (hours / self.view.end_h).clamp(0.0, 1.0) * room;
        (at * 10.0).round() / 10.0
    }
}

fn push(out: &mut String, part: &str) {
    out.push_str(part);
    out.push('\n');
}

/// Colours of a drawing that stands alone; in a page, those of the page.
const STYLE: &str = "
.gantt { --paper: #ffffff; --ink: #1a2129; --soft: #4b5763; --line: #c3ccd6; --accent: #0a559e; --good: #12663b; --warn: #7d5200; --bad: #a81c2b; font: 13px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .gantt { --paper: #12171d; --ink: #e9eef4; --soft: #aab6c3; --line: #3b4753; --accent: #86bfff; --good: #6ad29d; --warn: #f0c35c; --bad: #ff9aa2; } }
.gantt .paper { fill: var(--paper); }
.gantt text { fill: var(--ink); }
.gantt .hour { text-anchor: middle; fill: var(--soft); font-size: 12px; }
.gantt .grid { stroke: var(--line); stroke-width: 1; }
.gantt .group { font-weight: 700; }
.gantt text.critical { font-weight: 600; }
.gantt rect.critical { fill: var(--accent); stroke: var(--accent); stroke-width: 1; }
.gantt rect.task { fill: var(--paper); stroke: var(--accent); stroke-width: 1.5; }
.gantt .wait { stroke: var(--soft); stroke-width: 2; stroke-dasharray: 2 4; }
.gantt .end, .gantt .limit { fill: var(--soft); font-size: 12px; }
.gantt .limit { text-anchor: end; }
.gantt .dmia { stroke: var(--ink); stroke-width: 3; }
.gantt text.good { fill: var(--good); }
.gantt text.bad { fill: var(--bad); }
.gantt text.open { fill: var(--warn); }
.gantt rect.good { fill: var(--good); }
.gantt rect.bad { fill: var(--bad); }
.gantt rect.open { fill: var(--warn); }
";

/// The rules of a drawing, for the style sheet of a page that has the colours.
pub(super) fn page_style() -> String {
    STYLE.lines().filter(|line| !line.contains("--paper: ")).collect::<Vec<_>>().join("\n")
}
