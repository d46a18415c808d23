//! The labelled plans: what is said to be found is really there, and nothing is found without a quote.
//!
//! `plans/make.py` makes them. A third is held out: nothing is tuned on it, and its figures are printed beside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot read its files has failed; its figures are read"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use vigie_documents::{Document, Limits, read_document};
use vigie_reading::{Outcome, Reading, Source, Template, read_against, shipped_templates};

/// The least share of what is found that must really be there.
const LEAST_PRECISION: f64 = 0.9;

#[derive(Deserialize)]
struct Label {
    style: String,
    held_out: bool,
    found: Vec<String>,
    partial: Vec<String>,
}

/// How often each answer came for each truth.
#[derive(Default)]
struct Figures {
    rows: BTreeMap<&'static str, [usize; 4]>,
    errors: Vec<String>,
}

impl Figures {
    fn add(&mut self, truth: &'static str, outcome: Outcome) {
        let column = Outcome::ALL.iter().position(|known| *known == outcome).unwrap();
        self.rows.entry(truth).or_default()[column] += 1;
    }

    fn found(&self, truth: &str) -> f64 {
        f64::from(u32::try_from(self.rows.get(truth).map_or(0, |row| row[0])).unwrap())
    }

    fn precision(&self) -> f64 {
        self.found("found") / ["found", "partial", "absent"].map(|truth| self.found(truth)).iter().sum::<f64>()
    }

    fn recall(&self) -> f64 {
        let all: usize = self.rows.get("found").map_or(0, |row| row.iter().sum());
        self.found("found") / f64::from(u32::try_from(all).unwrap())
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans")
}

fn labels() -> BTreeMap<String, Label> {
    serde_json::from_str(&fs::read_to_string(folder().join("labels.json")).unwrap()).unwrap()
}

fn template() -> Template {
    let file = shipped_templates().into_iter().find(|file| file.name().ends_with("/es.yaml")).unwrap();
    Template::load(&file).unwrap_or_else(|problems| panic!("{problems}"))
}

fn document(name: &str) -> Document {
    let bytes = fs::read(folder().join(name)).unwrap();
    read_document(name, &bytes, &Limits::default()).unwrap_or_else(|why| panic!("{name}: {}", why.text().fr))
}

fn reading(name: &str) -> Reading {
    read_against(&template(), &[Source { name, document: &document(name) }])
}

#[test]
fn nine_in_ten_of_what_is_found_is_there_in_both_parts() {
    let mut parts = [Figures::default(), Figures::default()];
    for (name, label) in labels() {
        let figures = &mut parts[usize::from(label.held_out)];
        for finding in reading(&name).findings {
            let truth = if label.found.contains(&finding.section) {
                "found"
            } else if label.partial.contains(&finding.section) {
                "partial"
            } else {
                "absent"
            };
            if (finding.outcome == Outcome::Found) != (truth == "found") {
                let quote = finding.evidence.map(|evidence| evidence.quote).unwrap_or_default();
                let line = format!(
                    "{name} ({}) {}: {truth}, read {:?} {quote:?}",
                    label.style, finding.section, finding.outcome
                );
                figures.errors.push(line);
            }
            figures.add(truth, finding.outcome);
        }
    }
    for (part, figures) in ["tuned", "held out"].into_iter().zip(&parts) {
        println!("{part}: precision {:.3}, recall {:.3}", figures.precision(), figures.recall());
        println!("  truth: found, partial, to reread, not found");
        for (truth, row) in &figures.rows {
            println!("  {truth}: {row:?}");
        }
    }
    if std::env::var_os("VIGIE_SHOW_ERRORS").is_some() {
        // The errors of the part that is held out are not for tuning eyes.
        println!("{}", parts[0].errors.join("\n"));
    }
    for (part, figures) in ["tuned", "held out"].into_iter().zip(&parts) {
        assert!(figures.precision() >= LEAST_PRECISION, "{part}: {:.3}", figures.precision());
    }
}

#[test]
fn nothing_is_found_without_its_words_and_they_are_in_the_file() {
    for name in labels().into_keys() {
        let words = serde_json::to_string(&document(&name)).unwrap();
        for finding in reading(&name).findings {
            assert!((0.0..=1.0).contains(&finding.confidence));
            let said = matches!(finding.outcome, Outcome::Found | Outcome::Partial);
            assert!(!said || finding.evidence.is_some(), "{name} {}", finding.section);
            for evidence in finding.evidence.iter().chain(&finding.others) {
                let quote = serde_json::to_string(&evidence.quote).unwrap();
                let quote = quote.trim_matches('"');
                assert!(!quote.is_empty() && words.contains(quote), "{name} {}: {quote}", finding.section);
            }
        }
    }
}

#[test]
fn a_document_about_something_else_has_nothing_found() {
    for (name, label) in labels().into_iter().filter(|(_, label)| label.found.is_empty()) {
        assert_eq!(reading(&name).count(Outcome::Found), 0, "{name} ({})", label.style);
    }
}

#[test]
fn a_scanned_page_is_read_again_and_never_absent() {
    let scan = Path::new(env!("CARGO_MANIFEST_DIR")).join("../documents/tests/fixtures/scan.pdf");
    let document = read_document("scan.pdf", &fs::read(scan).unwrap(), &Limits::default()).unwrap();
    let reading = read_against(&template(), &[Source { name: "scan.pdf", document: &document }]);
    assert_eq!(reading.count(Outcome::NotFound), 0);
}
