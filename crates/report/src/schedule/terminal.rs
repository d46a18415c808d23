//! A schedule on a terminal: sentences, then bars of characters.

use jiff::civil::Date;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};
use vigie_model::Lang;
use vigie_plan::Schedule;

use super::view::{ActivityRow, Row, Tone, View};
use super::words::clock;
use crate::neutralise;
use crate::phrasing::{count, pick};
use crate::svg::ticks;
use crate::terminal::Style;

/// Columns of the names beside the bars.
const NAME: usize = 30;
/// Columns of the hour after the bars.
const HOUR: usize = 8;
/// Rows beyond which only the work that decides is drawn.
const ROWS: usize = 80;

/// Draws a schedule in one language. Every line ends in a newline and fits the width, from 60 columns up.
pub fn terminal(schedule: &Schedule, as_of: Date, lang: Lang, style: Style) -> String {
    let view = View::new(schedule, as_of, lang);
    let mut lines = Lines { style, width: style.width.clamp(60, 200), out: String::new() };
    lines.strong(view.title);
    lines.wrapped("", &format!("{}, {}", view.plan, view.day));
    lines.gap();
    for sentence in &view.summary {
        lines.wrapped("", &capital(sentence));
    }
    activities(&mut lines, &view);
    bars(&mut lines, &view);
    list(
        &mut lines,
        view.t("Ce qui décide de l’heure du retour", "What decides the hour of return"),
        &view.chain,
        true,
    );
    list(&mut lines, view.t("Ce qui ferait gagner du temps", "What would win time"), &view.gains, false);
    list(&mut lines, view.t("Ce qui n’a pas d’heure", "What has no hour"), &view.unplaced, false);
    list(&mut lines, view.t("Comment ces chiffres sont faits", "How these figures are made"), &view.notes, false);
    lines.out
}

fn activities(lines: &mut Lines, view: &View) {
    if view.activities.is_empty() {
        return;
    }
    lines.title(view.t("Quand les soins reviennent", "When care is back"));
    lines.wrapped(
        "",
        view.t(
            "DMIA\u{a0}: durée maximale d’interruption admissible, ce que l’activité supporte. Retour\u{a0}: ressaisie comprise, dans l’ordre proposé. P90\u{a0}: neuf fois sur dix. Entre parenthèses\u{a0}: part des tirages dans la DMIA\u{a0}; fragile, moins de la moitié.",
            "DMIA: the longest outage the activity can bear. Back: re-entry of data included, in the proposed order. P90: nine times in ten. In brackets: share of the draws within the DMIA; fragile, less than half.",
        ),
    );
    lines.gap();
    let name = view.activities.iter().map(|row| row.name.as_str().width()).max().unwrap_or(0).clamp(10, NAME);
    let heads = [view.t("DMIA", "DMIA"), view.t("Retour", "Back"), "P90"];
    lines.plain(&format!(
        "  {} {} {} {}",
        " ".repeat(name),
        right(heads[0], HOUR),
        right(heads[1], HOUR + 2),
        right(heads[2], HOUR)
    ));
    for row in &view.activities {
        activity(lines, row, name);
    }
}

fn activity(lines: &mut Lines, row: &ActivityRow, name: usize) {
    let mark = row.tone.mark();
    let cells = format!("{} {} {}", right(&row.dmia, HOUR), right(&row.back, HOUR + 2), right(&row.p90, HOUR));
    lines.inked(&format!("{mark} {} {cells}  {}", left(row.name.as_str(), name), row.verdict), row.tone);
    for procedure in &row.procedures {
        lines.wrapped("    ", procedure);
    }
}

fn bars(lines: &mut Lines, view: &View) {
    let all: usize = view.groups.iter().map(|group| group.rows.len()).sum();
    if all == 0 {
        return;
    }
    lines.title(view.t("Calendrier", "Calendar"));
    lines.wrapped(
        "",
        view.t(
            "█ et *\u{a0}: chaîne critique, tout retard y retarde le retour complet. ▒\u{a0}: le reste. ·\u{a0}: prêt, attend ce dont il a besoin pour fonctionner.",
            "█ and *: critical chain, any delay there delays the whole. ▒: the rest. ·: ready, waits for what it needs to work.",
        ),
    );
    lines.gap();
    let columns = lines.width - NAME - 3 - HOUR;
    let scale = Scale { columns, end_h: view.end_h };
    lines.plain(&format!("{}{}", " ".repeat(NAME + 3), scale.axis()));
    let only_critical = all > ROWS;
    let mut left_out = 0;
    for group in &view.groups {
        lines.strong(&group.heading);
        for row in &group.rows {
            if only_critical && !row.critical {
                left_out += 1;
                continue;
            }
            let mark = if row.critical { "*" } else { " " };
            lines.plain(&format!(
                "{mark} {} {} {}",
                left(row.label.as_str(), NAME),
                scale.bar(row),
                right(&clock(row.end_h), HOUR - 1)
            ));
        }
    }
    if left_out > 0 {
        let rest = count(left_out, view.lang, ["autre tâche", "autres tâches"], ["other task", "other tasks"]);
        lines.wrapped("", &format!("… {rest} ({})", pick(view.lang, "voir --format html", "see --format html")));
    }
}

fn list(lines: &mut Lines, title: &str, items: &[String], numbered: bool) {
    if items.is_empty() {
        return;
    }
    lines.title(title);
    for (number, item) in (1..).zip(items) {
        let marker = if numbered { format!("{number}. ") } else { "- ".to_owned() };
        lines.hanging(&marker, &capital(item));
    }
}

/// Hours on columns.
struct Scale {
    columns: usize,
    end_h: f64,
}

impl Scale {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of some 200 columns"
    )]
    fn column(&self, hours: f64) -> usize {
        ((hours / self.end_h).clamp(0.0, 1.0) * self.columns as f64).round() as usize
    }

    fn axis(&self) -> String {
        let mut axis = String::new();
        for hour in ticks(self.end_h, self.columns / 7) {
            let (at, label) = (self.column(hour), clock(hour));
            if at + label.width() <= self.columns + HOUR && (at == 0 || at > axis.width()) {
                axis.push_str(&" ".repeat(at - axis.width()));
                axis.push_str(&label);
            }
        }
        axis
    }

    fn bar(&self, row: &Row) -> String {
        let (start, end) = (self.column(row.start_h), self.column(row.end_h));
        // A short task still shows.
        let (start, end) =
            if end > start { (start, end) } else { (start.min(self.columns - 1), start.min(self.columns - 1) + 1) };
        let usable = row.usable_h.map_or(end, |hours| self.column(hours)).max(end);
        let ink = if row.critical { "█" } else { "▒" };
        format!(
            "{}{}{}{}",
            " ".repeat(start),
            ink.repeat(end - start),
            "·".repeat(usable - end),
            " ".repeat(self.columns - usable)
        )
    }
}

/// A page of lines.
struct Lines {
    style: Style,
    width: usize,
    out: String,
}

impl Lines {
    fn plain(&mut self, line: &str) {
        self.push(line, None);
    }

    fn strong(&mut self, line: &str) {
        self.push(line, Some("\x1b[1m"));
    }

    /// A line whose colour repeats what its mark and words say.
    fn inked(&mut self, line: &str, tone: Tone) {
        let ink = match tone {
            Tone::Good => "\x1b[32m",
            Tone::Bad => "\x1b[1;31m",
            Tone::Fragile | Tone::Open => "\x1b[33m",
        };
        self.push(line, Some(ink));
    }

    fn title(&mut self, title: &str) {
        self.gap();
        self.strong(title);
        self.plain(&"─".repeat(title.width().min(self.width)));
    }

    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn wrapped(&mut self, indent: &str, text: &str) {
        for line in wrap(text, self.width.saturating_sub(indent.width())) {
            self.plain(&format!("{indent}{line}"));
        }
    }

    fn hanging(&mut self, marker: &str, text: &str) {
        let blank = " ".repeat(marker.width());
        for (at, line) in wrap(text, self.width.saturating_sub(marker.width())).into_iter().enumerate() {
            self.plain(&format!("{}{line}", if at == 0 { marker } else { &blank }));
        }
    }

    fn push(&mut self, line: &str, ink: Option<&str>) {
        let cut = left(line, self.width);
        let text = cut.trim_end().replace('\u{a0}', " ");
        let text = if self.style.unicode { text } else { ascii(&text) };
        let parts = match ink.filter(|_| self.style.colour && !text.is_empty()) {
            Some(ink) => [ink, &text, "\x1b[0m\n"],
            None => ["", &text, "\n"],
        };
        self.out.extend(parts);
    }
}

/// The marks of a chart in ASCII, the rest as elsewhere.
fn ascii(text: &str) -> String {
    let plain = text.chars().map(|c| match c {
        '█' => '#',
        '▒' => '=',
        '─' => '-',
        '·' | '…' => '.',
        '✓' => '+',
        '✗' => '!',
        c => c,
    });
    neutralise::ascii(&plain.collect::<String>())
}

/// A text in so many columns, cut with an ellipsis or filled with spaces.
fn left(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return format!("{text}{}", " ".repeat(columns - text.width()));
    }
    let mut cut = String::new();
    for c in text.chars() {
        if cut.width() + c.width().unwrap_or(0) + 1 > columns {
            break;
        }
        cut.push(c);
    }
    let used = cut.width() + 1;
    format!("{cut}…{}", " ".repeat(columns.saturating_sub(used)))
}

fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(text.width())))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Breaks a text at its spaces; a no-break space holds.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
