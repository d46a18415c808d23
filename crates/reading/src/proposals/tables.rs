//! Rows of tables: impact analyses, directories, systems, suppliers.

use std::collections::{BTreeMap, BTreeSet};

use vigie_documents::{Block, Cell};
use vigie_model::Text;
use vigie_plan::parse_duration;

use super::{CLEAR, DOUBTFUL, Listing, Proposal, contacts};
use crate::evidence::{Evidence, Source};
use crate::french::keys;

/// Columns that must be known, the name included, to take a table for a list.
const COLUMNS: usize = 2;

/// Words that a head of a column may have around those that are known.
const WORDS_AROUND: usize = 3;

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

/// Words of the heads of a table of restore tests.
const TESTS: &str = "date test";

const LISTS: [Listing; 4] = [Listing::Activities, Listing::People, Listing::Systems, Listing::Providers];

/// The rows under the first row whose heads make a list.
pub(super) fn of_table(source: &Source<'_>, path: &[String], block: &Block, rows: &[Vec<Cell>]) -> Vec<Proposal> {
    let head = rows.iter().enumerate().find_map(|(at, row)| Some((at, layout(row)?)));
    let Some((at, (list, columns))) = head else { return Vec::new() };
    rows.iter().skip(at + 1).filter_map(|row| of_row(source, path, block, row, list, &columns)).collect()
}

/// The list that a row of heads announces, and the place of each of its fields.
fn layout(row: &[Cell]) -> Option<(Listing, BTreeMap<&'static str, usize>)> {
    let of_tests = keys(TESTS);
    let tells_of_tests = row.iter().any(|cell| keys(&cell.text).iter().any(|key| of_tests.contains(key)));
    let candidates = LISTS.into_iter().filter_map(|list| {
        // A time that a test measured is not what is promised.
        if list == Listing::Systems && tells_of_tests {
            return None;
        }
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
        "mobile" => contacts::doubt_of_number(text),
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

#[cfg(test)]
mod tests {
    use vigie_documents::{Content, Document, Format, Place};

    use super::*;
    use crate::proposals::proposals;

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
        let tests = [&["Système", "Date", "Durée"][..], &["DPI", "14/05/2026", "6 h 30"]];
        assert_eq!(list(&tests), None, "what a test measured is not what is promised");
    }
}
