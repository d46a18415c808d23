//! What is shown of a reading, in one language, whatever the medium.

use jiff::civil::Date;
use vigie_model::Lang;
use vigie_reading::{Evidence, FileRead, Finding, Outcome, Reading};

use crate::neutralise::Shown;
use crate::phrasing::{count, day, pick, shown};
use crate::schedule::Tone;

/// A reading in one language.
pub(super) struct View {
    pub(super) lang: Lang,
    pub(super) title: String,
    /// What it was compared with.
    pub(super) plan: Shown,
    pub(super) day: String,
    pub(super) summary: Vec<String>,
    pub(super) files: Vec<FileRow>,
    /// Sections by outcome, what calls for work first.
    pub(super) groups: Vec<Group>,
    pub(super) notes: Vec<&'static str>,
}

/// A file that was read.
pub(super) struct FileRow {
    pub(super) name: Shown,
    pub(super) about: String,
    /// What could not be read in it.
    pub(super) notices: Vec<Shown>,
}

/// The sections that came out alike.
pub(super) struct Group {
    pub(super) heading: String,
    pub(super) tone: Tone,
    pub(super) rows: Vec<Row>,
}

/// A section of the template.
pub(super) struct Row {
    pub(super) title: Shown,
    /// The check of the continuity file that it helps to prove; may be empty.
    pub(super) check: Shown,
    pub(super) doubt: Shown,
    pub(super) places: Vec<Quoted>,
    /// `sûr à 80 %`; empty without a place.
    pub(super) confidence: String,
}

/// Words of a document and their place.
pub(super) struct Quoted {
    pub(super) place: Shown,
    pub(super) quote: Shown,
}

impl View {
    pub(super) fn new(reading: &Reading, as_of: Date, lang: Lang) -> Self {
        Self {
            lang,
            title: pick(lang, "Ce que disent les documents", "What the documents say").to_owned(),
            plan: shown(&reading.title, lang),
            day: day(as_of, lang),
            summary: summary(reading, lang),
            files: reading.files.iter().map(|file| file_row(file, lang)).collect(),
            groups: groups(reading, lang),
            notes: notes(lang),
        }
    }

    pub(super) fn t<'t>(&self, fr: &'t str, en: &'t str) -> &'t str {
        pick(self.lang, fr, en)
    }
}

fn summary(reading: &Reading, lang: Lang) -> Vec<String> {
    let each = |outcome: Outcome| format!("{} {}", reading.count(outcome), outcome.text().get(lang));
    let counts: Vec<String> = Outcome::ALL.into_iter().map(each).collect();
    let sections = count(
        reading.findings.len(),
        lang,
        ["section attendue", "sections attendues"],
        ["section expected", "sections expected"],
    );
    vec![format!("{sections}{} {}.", pick(lang, "\u{a0}:", ":"), counts.join(", "))]
}

fn file_row(file: &FileRead, lang: Lang) -> FileRow {
    let pages =
        file.pages.map(|pages| count(usize::try_from(pages).unwrap_or(0), lang, ["page", "pages"], ["page", "pages"]));
    let headings = count(file.headings, lang, ["titre", "titres"], ["heading", "headings"]);
    let about: Vec<String> = [Some(file.format.to_string()), pages, Some(headings)].into_iter().flatten().collect();
    FileRow {
        name: Shown::new(&file.name),
        about: about.join(", "),
        notices: file.notices.iter().map(|notice| shown(&notice.text, lang)).collect(),
    }
}

fn groups(reading: &Reading, lang: Lang) -> Vec<Group> {
    let order = [Outcome::NotFound, Outcome::ToReread, Outcome::Partial, Outcome::Found];
    let group = |outcome: Outcome| {
        let rows: Vec<Row> =
            reading.findings.iter().filter(|one| one.outcome == outcome).map(|one| row(one, lang)).collect();
        let (fr, en, tone) = match outcome {
            Outcome::NotFound => ("Non trouvé", "Not found", Tone::Bad),
            Outcome::ToReread => ("À relire par quelqu’un", "To be read by somebody", Tone::Open),
            Outcome::Partial => ("Partiel", "In part", Tone::Fragile),
            Outcome::Found => ("Trouvé", "Found", Tone::Good),
        };
        Group { heading: format!("{} ({})", pick(lang, fr, en), rows.len()), tone, rows }
    };
    order.into_iter().map(group).filter(|group| !group.rows.is_empty()).collect()
}

fn row(finding: &Finding, lang: Lang) -> Row {
    let places = finding.evidence.iter().chain(finding.others.iter().take(1)).map(|one| quoted(one, lang));
    let sure = (finding.confidence.clamp(0.0, 1.0) * 100.0).round();
    Row {
        title: shown(&finding.title, lang),
        check: Shown::new(finding.check.as_deref().unwrap_or_default()),
        doubt: finding.doubt.as_ref().map(|doubt| shown(doubt, lang)).unwrap_or_default(),
        confidence: finding
            .evidence
            .as_ref()
            .map(|_| format!("{} {sure:.0}{}", pick(lang, "indice", "score"), pick(lang, "\u{a0}%", "%")))
            .unwrap_or_default(),
        places: places.collect(),
    }
}

fn quoted(evidence: &Evidence, lang: Lang) -> Quoted {
    let page = evidence.page.map(|page| format!("{} {page}", pick(lang, "page", "page")));
    let heading = evidence.headings.last().map(|heading| match lang {
        Lang::Fr => format!("«\u{a0}{heading}\u{a0}»"),
        Lang::En => format!("“{heading}”"),
    });
    let paragraph = evidence.paragraph.map(|number| format!("{} {number}", pick(lang, "paragraphe", "paragraph")));
    let at = evidence.cell.clone().or(page).or(paragraph);
    let parts: Vec<String> = [Some(evidence.file.clone()), at, heading].into_iter().flatten().collect();
    Quoted { place: Shown::new(&parts.join(", ")), quote: Shown::new(&evidence.quote) }
}

fn notes(lang: Lang) -> Vec<&'static str> {
    vec![
        pick(
            lang,
            "« Trouvé » dit que des mots sont là, jamais que le plan est bon : seule une personne peut en juger.",
            "“Found” says that words are there, never that the plan is right: only a person can tell.",
        ),
        pick(
            lang,
            "« À relire » : une partie du fichier n’a pas pu être lue (page scannée, par exemple), ou les mots sont seulement proches.",
            "“To be read”: part of the file could not be read (a scanned page, for instance), or the words are only near.",
        ),
        pick(
            lang,
            "L’indice classe les réponses ; ce n’est pas une probabilité.",
            "The score ranks answers; it is not a probability.",
        ),
    ]
}
