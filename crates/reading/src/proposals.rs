//! Values that a plan could take in, from the tables of documents: impact analyses, directories, systems, suppliers.
//!
//! A proposal is what one row of one table says. Nothing is merged: two rows that say different things of the same
//! thing stand side by side, each with its doubt.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use vigie_documents::{Block, Cell, Content};
use vigie_model::Text;
use vigie_plan::parse_duration;

use crate::evidence::{Evidence, Source};
use crate::french::keys;
use crate::sections::sections;

/// Columns that must be known, the name included, to take a table for a list.
const COLUMNS: usize = 2;

/// Words that a head of a column may have around those that are known.
const WORDS_AROUND: usize = 3;

/// How sure a row is whose values all read, and one that has a doubt.
const CLEAR: f32 = 0.8;
const DOUBTFUL: f32 = 0.4;

/// The lists of a plan that are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Listing {
    /// Activities and what they can bear.
    Activities,
    /// People of the crisis organisation.
    People,
    /// Systems and what is promised of them.
    Systems,
    /// Suppliers and their commitments.
    Providers,
}

/// What one row says.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The list it could go to.
    pub list: Listing,
    /// Values by field of the plan (`mtpd`), as they are written.
    pub values: BTreeMap<&'static str, String>,
    /// The name in the row, and its place.
    pub evidence: Evidence,
    /// How sure this is, 0 to 1. It ranks; it is not a probability.
    pub confidence: f32,
    /// What somebody must look at before taking it in.
    pub doubts: Vec<Text>,
}

/// A column that is known: its field, and the words of its head.
struct Column {
    list: Listing,
    field: &'static str,
    heads: &'static [&'static str],
}

const fn column(list: Listing, field: &'static str, heads: &'static [&'static str]) -> Column {
    Column { list, field, heads }
}

/// The first column of each list is its name.
const KNOWN: &[Column] = &[
    column(Listing::Activities, "name", &["activité", "service", "processus", "unité"]),
    column(
        Listing::Activities,
        "mtpd",
        &[
            "DMIA",
            "DIMA",
            "TAMT",
            "durée maximale d’interruption",
            "durée d’interruption admissible",
            "interruption maximale",
        ],
    ),
    column(
        Listing::Activities,
        "mtdl",
        &["PDMA", "perte de données admissible", "perte de données maximale", "perte de données"],
    ),
    column(Listing::People, "function", &["fonction", "poste", "nom fonction", "interlocuteur"]),
    column(Listing::People, "mobile", &["téléphone", "mobile", "portable", "numéro", "tél", "coordonnées"]),
    column(Listing::People, "mail", &["courriel", "mail", "adresse électronique", "messagerie"]),
    column(Listing::Systems, "name", &["système", "application", "logiciel"]),
    column(Listing::Systems, "rto", &["RTO", "délai de reprise", "délai cible de reprise", "délai"]),
    column(Listing::Systems, "rpo", &["RPO", "point de reprise", "perte de données"]),
    column(Listing::Providers, "service", &["prestataire", "fournisseur", "éditeur", "sous-traitant"]),
    column(Listing::Providers, "responds_within", &["intervention", "GTI", "délai d’intervention"]),
    column(Listing::Providers, "restores_within", &["rétablissement", "GTR", "délai de rétablissement"]),
];

const LISTS: [Listing; 4] = [Listing::Activities, Listing::People, Listing::Systems, Listing::Providers];

impl Listing {
    /// The field that names an entity of the list.
    pub fn name_field(self) -> &'static str {
        match self {
            Self::Activities | Self::Systems => "name",
            Self::People => "function",
            Self::Providers => "service",
        }
    }

    /// The key of the list in plan files.
    pub fn section(self) -> &'static str {
        match self {
            Self::Activities => "activities",
            Self::People => "people",
            Self::Systems => "systems",
            Self::Providers => "providers",
        }
    }
}

/// What the tables of some documents could bring to a plan, in the order of the documents.
pub fn proposals(sources: &[Source<'_>]) -> Vec<Proposal> {
    let mut all: Vec<Proposal> = sources.iter().flat_map(of_document).collect();
    side_by_side(&mut all);
    all
}

fn of_document(source: &Source<'_>) -> Vec<Proposal> {
    let mut all = Vec::new();
    for section in sections(source.document) {
        for block in &section.body {
            if let Content::Table { rows } = &block.content {
                all.extend(of_table(source, &section.path, block, rows));
            }
        }
    }
    all
}

/// The rows under the first row whose heads make a list.
fn of_table(source: &Source<'_>, path: &[String], block: &Block, rows: &[Vec<Cell>]) -> Vec<Proposal> {
    let head = rows.iter().enumerate().find_map(|(at, row)| Some((at, layout(row)?)));
    let Some((at, (list, columns))) = head else { return Vec::new() };
    rows.iter().skip(at + 1).filter_map(|row| of_row(source, path, block, row, list, &columns)).collect()
}

/// The list that a row of heads announces, and the place of each of its fields.
fn layout(row: &[Cell]) -> Option<(Listing, BTreeMap<&'static str, usize>)> {
    let candidates = LISTS.into_iter().filter_map(|list| {
        let mut columns: BTreeMap<&'static str, usize> = BTreeMap::new();
        for (at, cell) in row.iter().enumerate() {
            let ours = KNOWN.iter().filter(|known| known.list == list);
            let best = ours
                .filter_map(|known| Some((likeness(&cell.text, known.heads)?, known.field)))
                .max_by_key(|(likeness, _)| *likeness);
            if let Some((_, field)) = best {
                columns.entry(field).or_insert(at);
            }
        }
        (columns.contains_key(list.name_field()) && columns.len() >= COLUMNS).then_some((list, columns))
    });
    candidates.max_by_key(|(_, columns)| columns.len())
}

/// How many words a head of a column shares with the longest of these that it holds whole, be it with words around.
fn likeness(head: &str, heads: &[&str]) -> Option<usize> {
    let words: BTreeSet<String> = keys(head).into_iter().collect();
    let lengths = heads.iter().filter_map(|known| {
        let known: BTreeSet<String> = keys(known).into_iter().collect();
        let whole = !known.is_empty() && known.is_subset(&words) && words.len() <= known.len() + WORDS_AROUND;
        whole.then_some(known.len())
    });
    lengths.max()
}

fn of_row(
    source: &Source<'_>,
    path: &[String],
    block: &Block,
    row: &[Cell],
    list: Listing,
    columns: &BTreeMap<&'static str, usize>,
) -> Option<Proposal> {
    let said = |field: &str| {
        let cell = row.get(*columns.get(field)?)?;
        let text = cell.text.trim();
        (!text.is_empty()).then_some((cell, text))
    };
    let (cell, name) = said(list.name_field())?;
    let mut values = BTreeMap::from([(list.name_field(), name.to_owned())]);
    let mut doubts = Vec::new();
    for field in columns.keys().filter(|field| **field != list.name_field()) {
        let Some((_, text)) = said(field) else { continue };
        if let Some(doubt) = doubt(field, text) {
            doubts.push(doubt);
        } else {
            values.insert(field, text.to_owned());
        }
    }
    if values.len() < COLUMNS && doubts.is_empty() {
        return None;
    }
    // The name is quoted as it stands; the rest of the row stands in the values.
    let evidence = Evidence::new(source, &block.place, path, cell.address.as_deref(), name)?;
    let confidence = if doubts.is_empty() { CLEAR } else { DOUBTFUL };
    Some(Proposal { list, values, evidence, confidence, doubts })
}

/// What is doubtful in a value of a field, so that it is not taken as it is.
fn doubt(field: &str, text: &str) -> Option<Text> {
    match field {
        "mobile" => (text.chars().filter(char::is_ascii_digit).count() < 4)
            .then(|| Text::new(format!("« {text} » n’est pas un numéro"), format!("“{text}” is not a number"))),
        "mail" => (!text.contains('@'))
            .then(|| Text::new(format!("« {text} » n’est pas une adresse"), format!("“{text}” is not an address"))),
        _ if text.to_lowercase().contains("ouvr") => Some(Text::new(
            format!("« {text} » : jours ouvrés ou heures de suite ? à convertir à la main"),
            format!("“{text}”: working days or hours in a row? to be converted by hand"),
        )),
        _ => parse_duration(text).err().map(|_| {
            Text::new(
                format!("« {text} » ne se lit pas comme une durée"),
                format!("“{text}” cannot be read as a length of time"),
            )
        }),
    }
}

/// Tells rows that name the same thing and say something else of it.
fn side_by_side(all: &mut [Proposal]) {
    let copies = all.to_vec();
    for (at, proposal) in all.iter_mut().enumerate() {
        let others = copies.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other);
        let Some(other) = others.into_iter().find(|other| contradicts(proposal, other)) else { continue };
        proposal.confidence = proposal.confidence.min(DOUBTFUL);
        let file = &other.evidence.file;
        proposal.doubts.push(Text::new(
            format!("une autre ligne ({file}) dit autre chose de la même chose"),
            format!("another row ({file}) says something else of the same thing"),
        ));
    }
}

fn contradicts(one: &Proposal, other: &Proposal) -> bool {
    let name = |proposal: &Proposal| proposal.values.get(proposal.list.name_field()).map(|name| keys(name));
    let name_field = one.list.name_field();
    let differs = |(field, value): (&&'static str, &String)| {
        **field != *name_field && other.values.get(*field).is_some_and(|said| said != value)
    };
    one.list == other.list && name(one) == name(other) && one.values.iter().any(differs)
}

#[cfg(test)]
mod tests {
    use vigie_documents::{Document, Format, Place};

    use super::*;

    fn table(rows: &[&[&str]]) -> Document {
        let cell = |text: &&str| Cell { text: (*text).to_owned(), address: None };
        let rows = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        let block = Block { place: Place { paragraph: Some(3), ..Place::default() }, content: Content::Table { rows } };
        Document { format: Format::Docx, sha256: "0".repeat(64), pages: None, blocks: vec![block], notices: Vec::new() }
    }

    fn read(rows: &[&[&str]]) -> Vec<Proposal> {
        proposals(&[Source { name: "plan.docx", document: &table(rows) }])
    }

    #[test]
    fn an_impact_analysis_gives_activities() {
        let found = read(&[&["Activité", "DMIA (h)", "PDMA"], &["Urgences", "2 h", "15 min"], &["Paie", "5 j", ""]]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].list, Listing::Activities);
        assert_eq!(
            found[0].values,
            BTreeMap::from([("name", "Urgences".into()), ("mtpd", "2 h".into()), ("mtdl", "15 min".into())])
        );
        assert_eq!(found[1].values.get("mtdl"), None, "an empty cell says nothing");
        assert_eq!(found[0].evidence.quote, "Urgences");
    }

    #[test]
    fn what_cannot_be_read_is_told_and_not_taken() {
        let found = read(&[
            &["Service", "Durée maximale d’interruption"],
            &["Imagerie", "1 jour ouvré"],
            &["Bloc", "immédiat"],
        ]);
        assert!(found.iter().all(|one| one.doubts.len() == 1 && !one.values.contains_key("mtpd")));
    }

    #[test]
    fn rows_that_contradict_each_other_stand_side_by_side() {
        let found = read(&[&["Activité", "DMIA"], &["Urgences", "2 h"], &["URGENCES", "4 h"], &["Bloc", "4 h"]]);
        assert_eq!(found.iter().map(|one| one.doubts.len()).collect::<Vec<_>>(), [1, 1, 0]);
    }

    #[test]
    fn directories_suppliers_and_systems_are_told_apart() {
        let list = |rows: &[&[&str]]| read(rows).first().map(|one| one.list);
        assert_eq!(list(&[&["Fonction", "Téléphone"], &["Garde", "06 39 98 11 01"]]), Some(Listing::People));
        assert_eq!(list(&[&["Prestataire", "Intervention"], &["Éditeur", "2 h"]]), Some(Listing::Providers));
        assert_eq!(list(&[&["Application", "RTO"], &["DPI", "4 h"]]), Some(Listing::Systems));
        assert_eq!(list(&[&["Couleur", "Taille"], &["bleu", "4"]]), None);
    }
}
