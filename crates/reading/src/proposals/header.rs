//! What a document says of itself: title, version, days of approval and of review.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};
use vigie_documents::{Block, Cell, Content};

use super::{CLEAR, Listing, Proposal};
use crate::evidence::{Evidence, Source};
use crate::french::keys;
use crate::normalise::{clean, fold};

/// The longest title, in characters.
const LONGEST_TITLE: usize = 120;
/// Blocks at the top of a document among which its title stands.
const TOP: usize = 12;

const DAY: &str = r"(?:(?P<d>\d{1,2})(?:er)? ?[/. \-] ?(?P<m>\d{1,2}|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre) ?[/. \-] ?(?P<y>20\d{2}))\b";
const MONTHS: [&str; 12] = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];

static APPROVED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let plan = r"\b(?:plan|document|pca|pra|pcra|version)\b[^.;]{0,60}\b(?:approuvee?|validee?|adoptee?)\b[^.;]{0,60}?";
    let label = r"\bdate d'(?:approbation|adoption)\b[^.;]{0,20}?";
    Regex::new(&format!("(?:{plan}|{label}){DAY}")).ok()
});
static REVIEWED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(r"\b(?:derniere (?:revision|relecture|revue|mise a jour)|(?:plan|document)\b[^.;]{{0,30}}\b(?:relu|revu|revise|mis a jour))\b[^.;]{{0,40}}?{DAY}")).ok()
});
static VERSION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\bversion ?(?:n° ?|: ?|v)?(\d{1,2}(?:\.\d{1,2}){0,2})\b").ok());

/// The title of a document: the first words at its top that name a plan of continuity or recovery.
pub(super) fn title(source: &Source<'_>) -> Option<Proposal> {
    source.document.blocks.iter().take(TOP).find_map(|block| {
        let Content::Text { text, .. } = &block.content else { return None };
        let text = text.trim();
        let words = keys(text);
        let says = |word: &str| keys(word).iter().all(|key| words.contains(key));
        let names_a_plan = says("plan") && (says("continuité") || says("reprise"));
        let is_title = text.chars().count() <= LONGEST_TITLE && !text.ends_with(['.', ';', ',']);
        (names_a_plan && is_title).then(|| proposal(source, block, &[], None, ("title", text.to_owned()), text))?
    })
}

/// What a sentence says of the plan.
pub(super) fn of_text(source: &Source<'_>, path: &[String], block: &Block, text: &str) -> Vec<Proposal> {
    let plain = fold(&clean(text));
    let day = |pattern: Option<&Regex>| pattern?.captures(&plain).and_then(|found| day(&found));
    let version = VERSION.as_ref().and_then(|pattern| pattern.captures(&plain)?.get(1));
    let values = [
        ("version", version.map(|number| number.as_str().to_owned())),
        ("approved_on", day(APPROVED.as_ref()).map(|day| day.to_string())),
        ("reviewed_on", day(REVIEWED.as_ref()).map(|day| day.to_string())),
    ];
    let said = values.into_iter().filter_map(|(field, value)| Some((field, value?)));
    said.filter_map(|value| proposal(source, block, path, None, value, text)).collect()
}

/// The last version in a table of versions, and its day.
pub(super) fn of_table(source: &Source<'_>, path: &[String], block: &Block, rows: &[Vec<Cell>]) -> Vec<Proposal> {
    let Some((head, rows)) = rows.split_first() else { return Vec::new() };
    let column = |name: &str| head.iter().position(|cell| keys(&cell.text) == keys(name));
    let (Some(version), Some(date)) = (column("version"), column("date")) else { return Vec::new() };
    let text =
        |row: &[Cell], at: usize| row.get(at).map(|cell| cell.text.trim().to_owned()).filter(|it| !it.is_empty());
    let Some(last) = rows.iter().rev().find(|row| text(row, version).is_some()) else { return Vec::new() };
    let mut said: Vec<(&'static str, String, usize)> = Vec::new();
    said.extend(text(last, version).map(|number| ("version", number, version)));
    let written = text(last, date).and_then(|day| lone_day(&day));
    said.extend(written.map(|day| ("changed_on", day.to_string(), date)));
    let each = said.into_iter().filter_map(|(field, value, at)| {
        let cell = last.get(at)?;
        proposal(source, block, path, cell.address.as_deref(), (field, value), &cell.text)
    });
    each.collect()
}

fn proposal(
    source: &Source<'_>,
    block: &Block,
    path: &[String],
    address: Option<&str>,
    (field, value): (&'static str, String),
    quote: &str,
) -> Option<Proposal> {
    let evidence = Evidence::new(source, &block.place, path, address, quote)?;
    let values = BTreeMap::from([(field, value)]);
    Some(Proposal { list: Listing::Plan, values, evidence, confidence: CLEAR, doubts: Vec::new() })
}

/// The day in a text that holds little else.
fn lone_day(text: &str) -> Option<Date> {
    static LONE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("^{DAY}$")).ok());
    text.parse().ok().or_else(|| LONE.as_ref()?.captures(&fold(&clean(text))).and_then(|found| day(&found)))
}

fn day(found: &Captures<'_>) -> Option<Date> {
    let part = |name: &str| found.name(name).map(|part| part.as_str());
    let month = part("m")?;
    let month = match MONTHS.iter().position(|name| *name == month) {
        Some(at) => i8::try_from(at + 1).ok()?,
        None => month.parse().ok()?,
    };
    Date::new(part("y")?.parse().ok()?, month, part("d")?.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use vigie_documents::{Cues, Document, Format, Place};

    use super::*;

    fn said(text: &str) -> Vec<(&'static str, String)> {
        let content = Content::Text { text: text.to_owned(), cues: Cues::default() };
        let block = Block { place: Place { paragraph: Some(1), ..Place::default() }, content };
        let document = Document {
            format: Format::Docx,
            sha256: "0".repeat(64),
            pages: None,
            blocks: vec![block.clone()],
            notices: Vec::new(),
        };
        let source = Source { name: "plan.docx", document: &document };
        let all = of_text(&source, &[], &block, text).into_iter().chain(title(&source));
        all.flat_map(|one| one.values).collect()
    }

    #[test]
    fn the_plan_says_its_version_and_its_days() {
        let one = |field: &'static str, value: &str| vec![(field, value.to_owned())];
        assert_eq!(said("Le plan a été approuvé par la direction le 12/03/2026."), one("approved_on", "2026-03-12"));
        assert_eq!(said("Date d’approbation : 1er mars 2026"), one("approved_on", "2026-03-01"));
        assert_eq!(said("La dernière révision date du 12 août 2026."), one("reviewed_on", "2026-08-12"));
        assert_eq!(said("Version 3.2 – page"), one("version", "3.2"));
        assert_eq!(said("PLAN DE REPRISE D'ACTIVITE"), one("title", "PLAN DE REPRISE D'ACTIVITE"));
    }

    #[test]
    fn other_days_are_not_taken_for_those_of_the_plan() {
        for text in [
            "Le dossier patient a été restauré le 14/05/2026 en 6 h 30, validé par le médecin référent.",
            "Les durées ont été validées par les services le 02/06/2026.",
            "Le plan sera approuvé le mois prochain.",
            "Le plan est approuvé le 45/13/2026",
            "La version en cours est rangée au coffre.",
        ] {
            assert_eq!(said(text), [], "{text}");
        }
    }
}
