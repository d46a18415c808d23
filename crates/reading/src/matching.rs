//! Which section of a template each place of the documents speaks of.

use std::collections::BTreeSet;

use vigie_documents::{Block, Content, NoticeKind};
use vigie_model::Text;

use crate::evidence::{Evidence, Source};
use crate::french::{keys, weight};
use crate::reading::{FileRead, Finding, Outcome, READING_FORMAT, Reading};
use crate::sections::{Section, sections};
use crate::signals::{is_promise, shows, texts, words};
use crate::template::{Template, TemplateSection};

/// From this score on, a heading is that of the section.
const SAME: f32 = 0.72;
/// From this score on, a heading is near enough to be read by somebody.
const NEAR: f32 = 0.58;
/// A heading belongs to the section of the template it is nearest to, and to those this close.
const CLOSE: f32 = 0.06;
/// Hints that must be met under one heading to take it for the section, whatever the heading says.
const HINTS: usize = 2;
/// Places shown beside the best one.
const OTHERS: usize = 4;
/// What a title counts for when its first words are those of the heading above it.
const WITH_PARENT: f32 = 0.92;

/// Compares documents with a template. Several files make one reading: a section is found in any.
pub fn read_against(template: &Template, sources: &[Source<'_>]) -> Reading {
    let wanted: Vec<Wanted<'_>> = template.sections.iter().map(Wanted::new).collect();
    let places: Vec<Place<'_>> = sources.iter().flat_map(places).collect();
    let owners: Vec<Vec<f32>> = places.iter().map(|place| place.scores(&wanted)).collect();
    let blind = sources.iter().any(is_blind);
    let findings = wanted.iter().enumerate().map(|(index, section)| {
        let mut met: Vec<Met> = Vec::new();
        for (place, scores) in places.iter().zip(&owners) {
            met.extend(place.meets(section, index, scores));
        }
        section.conclude(met, blind)
    });
    Reading {
        format: READING_FORMAT.to_owned(),
        template: template.id.clone(),
        title: template.title.text(),
        files: sources.iter().map(file_read).collect(),
        findings: findings.collect(),
    }
}

/// A section of the template, its words ready to compare.
struct Wanted<'t> {
    section: &'t TemplateSection,
    labels: Vec<BTreeSet<String>>,
    hints: Vec<BTreeSet<String>>,
}

/// One heading of one document, and all that stands under it, its own headings too.
struct Place<'d> {
    source: Source<'d>,
    section: Section<'d>,
    title: BTreeSet<String>,
    /// The title with the words of the heading just above it.
    with_parent: BTreeSet<String>,
    /// Everything down to the next heading of its level.
    under: Vec<&'d Block>,
    /// The texts of its own body.
    own: Vec<Said<'d>>,
}

/// One text under a heading, ready to compare.
struct Said<'d> {
    block: &'d Block,
    address: Option<&'d str>,
    text: &'d str,
    keys: BTreeSet<String>,
    /// It only says that something will be written.
    promise: bool,
}

/// One place that speaks of a section.
struct Met {
    outcome: Outcome,
    confidence: f32,
    evidence: Evidence,
    doubt: Option<Text>,
}

impl<'t> Wanted<'t> {
    fn new(section: &'t TemplateSection) -> Self {
        let set = |text: &String| keys(text).into_iter().collect::<BTreeSet<_>>();
        Self {
            section,
            labels: section.labels.iter().chain([&section.title.fr]).map(set).collect(),
            // Two wordings of one hint are one: what counts is how many different things are said.
            hints: section.hints.iter().map(set).collect::<BTreeSet<_>>().into_iter().collect(),
        }
    }

    fn score(&self, title: &BTreeSet<String>) -> f32 {
        self.labels.iter().map(|label| alike(label, title)).fold(0.0, f32::max)
    }

    fn has_signals(&self, blocks: &[&Block]) -> bool {
        self.section.signals.is_empty() || self.section.signals.iter().any(|signal| shows(*signal, blocks))
    }

    /// How many hints are met in one text each, promises left out.
    fn hints_in(&self, own: &[Said<'_>]) -> usize {
        let met = |hint: &BTreeSet<String>| own.iter().any(|said| !said.promise && hint.is_subset(&said.keys));
        self.hints.iter().filter(|hint| !hint.is_empty() && met(hint)).count()
    }

    fn conclude(&self, mut met: Vec<Met>, blind: bool) -> Finding {
        let rank = |outcome: Outcome| Outcome::ALL.iter().position(|other| *other == outcome);
        met.sort_by(|one, other| {
            rank(one.outcome).cmp(&rank(other.outcome)).then(other.confidence.total_cmp(&one.confidence))
        });
        let mut met = met.into_iter();
        let best = met.next();
        let (outcome, confidence, evidence, doubt) = match best {
            Some(best) => (best.outcome, best.confidence, Some(best.evidence), best.doubt),
            None if blind => (Outcome::ToReread, 0.0, None, Some(unread())),
            None => (Outcome::NotFound, 0.0, None, None),
        };
        let lost = outcome == Outcome::NotFound && blind;
        Finding {
            section: self.section.id.clone(),
            title: self.section.title.text(),
            check: self.section.check.clone(),
            outcome: if lost { Outcome::ToReread } else { outcome },
            confidence,
            evidence,
            others: met.map(|met| met.evidence).take(OTHERS).collect(),
            doubt: if lost { Some(unread()) } else { doubt },
        }
    }
}

impl Place<'_> {
    fn scores(&self, wanted: &[Wanted<'_>]) -> Vec<f32> {
        let one = |wanted: &Wanted<'_>| {
            wanted.score(&self.title).max(WITH_PARENT * wanted.score(&self.with_parent).min(self.parent_cap(wanted)))
        };
        wanted.iter().map(one).collect()
    }

    /// A title that has no word of the section does not become it through the heading above.
    fn parent_cap(&self, wanted: &Wanted<'_>) -> f32 {
        let shares = |label: &BTreeSet<String>| label.iter().any(|key| self.title.contains(key));
        if wanted.labels.iter().any(shares) { 1.0 } else { 0.0 }
    }

    fn meets(&self, wanted: &Wanted<'_>, index: usize, scores: &[f32]) -> Option<Met> {
        let best = scores.iter().copied().fold(0.0, f32::max);
        let score = scores.get(index).copied().unwrap_or_default();
        if score >= SAME && score >= best - CLOSE {
            return self.by_heading(wanted, score);
        }
        self.by_words(wanted).or_else(|| self.by_nearness(score, best))
    }

    fn by_heading(&self, wanted: &Wanted<'_>, score: f32) -> Option<Met> {
        let words = words(&self.under);
        let promised = self.under.iter().flat_map(|block| texts(block)).any(is_promise);
        let enough = words >= usize::try_from(wanted.section.words).unwrap_or(usize::MAX);
        let signals = wanted.has_signals(&self.under);
        let (outcome, confidence, doubt) = match (enough, signals) {
            (true, true) => (Outcome::Found, score, None),
            (true, false) => (Outcome::Partial, score * 0.8, Some(lacks_signals())),
            (false, _) if promised => (Outcome::Partial, score * 0.7, Some(promise())),
            (false, _) => (Outcome::Partial, score * 0.7, Some(title_only())),
        };
        let heading = self.section.heading?;
        Some(Met {
            outcome,
            confidence: confidence.clamp(0.0, 1.0),
            evidence: self.evidence(self.section.place, None, heading)?,
            doubt,
        })
    }

    /// The words of the section under another heading.
    fn by_words(&self, wanted: &Wanted<'_>) -> Option<Met> {
        let hints = wanted.hints_in(&self.own);
        let speaks = |said: &&Said<'_>| {
            !said.promise && wanted.hints.iter().any(|hint| !hint.is_empty() && hint.is_subset(&said.keys))
        };
        let Some(first) = self.own.iter().find(speaks) else { return self.by_promise(wanted) };
        let blocks: Vec<&Block> = self.section.body.clone();
        let evidence = self.evidence(&first.block.place, first.address, first.text)?;
        let enough = words(&blocks) >= usize::try_from(wanted.section.words).unwrap_or(usize::MAX);
        let sure = hints >= HINTS && enough && wanted.has_signals(&blocks);
        Some(if sure {
            Met { outcome: Outcome::Found, confidence: 0.65, evidence, doubt: Some(other_heading()) }
        } else if hints >= HINTS {
            Met { outcome: Outcome::Partial, confidence: 0.5, evidence, doubt: Some(in_passing()) }
        } else {
            Met { outcome: Outcome::ToReread, confidence: 0.35, evidence, doubt: Some(in_passing()) }
        })
    }

    /// A sentence that only says that it will be written.
    fn by_promise(&self, wanted: &Wanted<'_>) -> Option<Met> {
        let said = self.own.iter().find(|said| {
            said.promise && wanted.labels.iter().any(|label| label.len() >= 2 && label.is_subset(&said.keys))
        })?;
        let evidence = self.evidence(&said.block.place, said.address, said.text)?;
        Some(Met { outcome: Outcome::NotFound, confidence: 0.3, evidence, doubt: Some(promise()) })
    }

    fn by_nearness(&self, score: f32, best: f32) -> Option<Met> {
        let near = score >= NEAR && best < SAME && score >= best - CLOSE;
        let heading = self.section.heading.filter(|_| near)?;
        let evidence = self.evidence(self.section.place, None, heading)?;
        Some(Met { outcome: Outcome::ToReread, confidence: score * 0.6, evidence, doubt: Some(near_title()) })
    }

    fn evidence(&self, place: &vigie_documents::Place, address: Option<&str>, words: &str) -> Option<Evidence> {
        Evidence::new(&self.source, place, &self.section.path, address, words)
    }
}

/// The headings of a document; the rows of its tables that look like a title and its text are places too.
fn places<'d>(source: &Source<'d>) -> Vec<Place<'d>> {
    let sections = sections(source.document);
    let mut places = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let deeper = sections.iter().skip(index + 1).take_while(|next| next.level > section.level && section.level > 0);
        let under = section.body.iter().copied().chain(deeper.flat_map(|next| next.body.iter().copied())).collect();
        let set = |text: Option<&str>| text.map(keys).unwrap_or_default().into_iter().collect::<BTreeSet<_>>();
        let title = set(section.title());
        let above = section.path.len().checked_sub(2).and_then(|above| section.path.get(above));
        let with_parent = title.iter().cloned().chain(set(above.map(String::as_str))).collect();
        let own = section.body.iter().flat_map(|block| said(block)).collect();
        places.push(Place { source: *source, section: section.clone(), title, with_parent, under, own });
    }
    places
}

fn said(block: &Block) -> Vec<Said<'_>> {
    let set = |text: &str| keys(text).into_iter().collect::<BTreeSet<_>>();
    match &block.content {
        Content::Text { text, .. } => {
            vec![Said { block, address: None, text, keys: set(text), promise: is_promise(text) }]
        }
        Content::Table { rows } => rows
            .iter()
            .filter_map(|row| {
                let first = row.iter().find(|cell| !cell.text.trim().is_empty())?;
                let keys = row.iter().flat_map(|cell| set(&cell.text)).collect();
                let promise = is_promise(&first.text);
                Some(Said { block, address: first.address.as_deref(), text: &first.text, keys, promise })
            })
            .collect(),
    }
}

/// How much of a label a title has, and how little else: 1 when both have the same words.
fn alike(label: &BTreeSet<String>, title: &BTreeSet<String>) -> f32 {
    let alone = label.len() == 1;
    let sum = |keys: &mut dyn Iterator<Item = &String>| keys.map(|key| weight(key)).sum::<f32>();
    let common = sum(&mut label.intersection(title));
    let (label, title) = (sum(&mut label.iter()), sum(&mut title.iter()));
    if label <= 0.0 || title <= 0.0 || common <= 0.0 {
        return 0.0;
    }
    // One word shared is little: the rest of the title may be about something else.
    let base = if alone { 0.45 } else { 0.62 };
    (common / label) * (base + (1.0 - base) * (common / title))
}

/// Whether something in the file could not be read: what is not found may be there.
fn is_blind(source: &Source<'_>) -> bool {
    let hides = |kind: NoticeKind| {
        matches!(kind, NoticeKind::ImageOnly | NoticeKind::Damaged | NoticeKind::Cut | NoticeKind::Unread)
    };
    source.document.blocks.is_empty() || source.document.notices.iter().any(|notice| hides(notice.kind))
}

fn file_read(source: &Source<'_>) -> FileRead {
    let document = source.document;
    FileRead {
        name: source.name.to_owned(),
        sha256: document.sha256.clone(),
        format: document.format,
        pages: document.pages,
        headings: sections(document).iter().filter(|section| section.heading.is_some()).count(),
        notices: document.notices.clone(),
    }
}

fn unread() -> Text {
    Text::new(
        "une partie des fichiers n’a pas pu être lue : la section s’y trouve peut-être",
        "part of the files could not be read: the section may be there",
    )
}

fn title_only() -> Text {
    Text::new("le titre est là, presque rien ne le suit", "the title is there, next to nothing follows it")
}

fn lacks_signals() -> Text {
    Text::new(
        "le texte est là, sans ce qu’une telle section contient d’ordinaire (délai, date, fonction, numéro, tableau)",
        "the text is there, without what such a section usually holds (time, date, function, number, table)",
    )
}

fn promise() -> Text {
    Text::new("le document annonce que ce sera écrit plus tard", "the document says that this will be written later")
}

fn other_heading() -> Text {
    Text::new("trouvé d’après le texte, sous un autre titre", "found by its text, under another heading")
}

fn in_passing() -> Text {
    Text::new("le document en parle, peut-être en passant", "the document speaks of it, perhaps in passing")
}

fn near_title() -> Text {
    Text::new("le titre ressemble, sans être le même", "the title is near, not the same")
}
