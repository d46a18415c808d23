//! A run as one self-contained page: no script, no outside resource, French then English.
//!
//! Page one is for a director, the rest for engineers. The page is written so that it also reads as
//! XML, prints on A4, and follows the reader's choice of light or dark.

use askama::Template;
use vigie_model::{CareState, Counts, Lang, Run, Text};

use crate::ReportError;
use crate::neutralise::Shown;
use crate::phrasing::{count, enumerated, pick, threshold_note, valid_until};
use crate::view::{GradeView, Quote, StandingState, View};

/// What the page says besides the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderOptions {
    /// The published formula of the letters; an empty line parts paragraphs.
    pub formula: Text,
}

/// Draws a run as a page.
pub fn render(run: &Run, options: &RenderOptions) -> Result<String, ReportError> {
    let [french, english] = [Lang::Fr, Lang::En].map(|lang| View::new(run, lang));
    let document = Document {
        version: Shown::new(&run.tool_version),
        facility: Shown::new(&run.facility.name),
        css: STYLE_SHEET,
        warning: french.standing.warning.zip(english.standing.warning),
        french: part(&french, options)?,
        english: part(&english, options)?,
    };
    Ok(document.render()?)
}

/// The style sheet of the page.
const STYLE_SHEET: &str = include_str!("../templates/style.css");

/// Columns of a bar, in the units of its drawing.
const BAR_WIDTH: usize = 120;

#[derive(Template)]
#[template(path = "report.html")]
struct Document {
    version: Shown,
    facility: Shown,
    css: &'static str,
    warning: Option<(&'static str, &'static str)>,
    french: String,
    english: String,
}

/// One language of the page.
#[derive(Template)]
#[template(path = "part.html")]
struct Part<'a> {
    v: &'a View,
    state: &'static str,
    bars: Vec<(&'a GradeView, Bar)>,
    formula: Vec<Shown>,
}

/// A theme's counts as a drawing.
struct Bar {
    id: String,
    words: String,
    segments: Vec<Segment>,
}

/// A rectangle of a bar: its height says what it counts, so that colour is never alone.
struct Segment {
    class: &'static str,
    x: usize,
    y: usize,
    width: usize,
    height: usize,
}

impl Part<'_> {
    /// The sentence of this part's language.
    fn t<'a>(&self, fr: &'a str, en: &'a str) -> &'a str {
        pick(self.v.lang, fr, en)
    }

    /// Items one after the other.
    fn listed(&self, items: &[Shown]) -> String {
        enumerated(items, self.v.lang)
    }

    /// `4 preuves`.
    fn proofs_counted(&self, proofs: &[Quote]) -> String {
        count(proofs.len(), self.v.lang, ["preuve", "preuves"], ["proof", "proofs"])
    }

    /// Until when the proofs of a CaRE objective hold.
    fn until_day(&self, day: &str) -> String {
        valid_until(day, self.v.lang)
    }

    /// The state of a CaRE objective that could not be judged.
    fn not_assessed(&self) -> String {
        CareState::NonEvalue.text().get(self.v.lang).to_owned()
    }

    /// What the star means, when a CaRE objective carries one.
    fn star_note(&self) -> Option<&'static str> {
        self.v.care.iter().any(|line| line.threshold_open).then(|| threshold_note(self.v.lang))
    }

    /// An identifier, unique across both languages.
    fn id(&self, name: &str) -> String {
        id(self.v.lang, name)
    }
}

impl Bar {
    fn new(counts: Counts, number: usize, lang: Lang) -> Self {
        let shares = [
            ("seg-fail", counts.fail, 1, 14),
            ("seg-pass", counts.pass, 4, 8),
            ("seg-unknown", counts.unknown, 4, 8),
            ("seg-waived", counts.waived, 7, 2),
        ];
        let total: usize = shares.iter().map(|(_, n, ..)| n).sum();
        let place = |before: usize| (before * BAR_WIDTH).checked_div(total).unwrap_or(0);
        let mut before = 0;
        let mut segments = Vec::new();
        for (class, n, y, height) in shares {
            let (x, end) = (place(before), place(before + n));
            before += n;
            if n > 0 {
                // A gap of two units parts neighbours without any colour.
                segments.push(Segment { class, x: x + 1, y, width: end.saturating_sub(x + 2).max(1), height });
            }
        }
        Self { id: id(lang, &format!("bar-{number}")), words: in_words(counts, lang), segments }
    }
}

fn part(view: &View, options: &RenderOptions) -> Result<String, ReportError> {
    let lang = view.lang;
    let page = Part {
        state: match view.standing.state {
            StandingState::Complete => "complete",
            StandingState::Incomplete => "incomplete",
            StandingState::Void => "void",
        },
        bars: (1..).zip(&view.themes).map(|(number, theme)| (theme, Bar::new(theme.counts, number, lang))).collect(),
        formula: paragraphs(options.formula.get(lang)),
        v: view,
    };
    Ok(page.render()?)
}

fn paragraphs(text: &str) -> Vec<Shown> {
    text.split("\n\n").map(|paragraph| Shown::new(paragraph.trim())).filter(|paragraph| !paragraph.is_empty()).collect()
}

fn id(lang: Lang, name: &str) -> String {
    format!("{}-{name}", pick(lang, "fr", "en"))
}

fn in_words(counts: Counts, lang: Lang) -> String {
    [
        count(counts.fail, lang, ["à corriger", "à corriger"], ["to fix", "to fix"]),
        count(counts.pass, lang, ["conforme", "conformes"], ["passed", "passed"]),
        count(counts.unknown, lang, ["inconnu", "inconnus"], ["unknown", "unknown"]),
        count(counts.waived, lang, ["accepté", "acceptés"], ["accepted", "accepted"]),
    ]
    .join(", ")
}
