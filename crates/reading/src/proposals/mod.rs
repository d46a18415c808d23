//! Values that a plan could take in: from tables (impact analyses, directories, systems, suppliers) and from sentences
//! (people to call, version, approval and review of the plan).
//!
//! A proposal is what one row or one sentence says. Nothing is merged: two that say different things of the same thing
//! stand side by side, each with its doubt.

mod contacts;
mod header;
mod tables;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vigie_documents::Content;
use vigie_model::Text;

use crate::evidence::{Evidence, Source};
use crate::french::keys;
use crate::sections::sections;

/// How sure a value is that reads, and one that has a doubt.
const CLEAR: f32 = 0.8;
const DOUBTFUL: f32 = 0.4;

/// The parts of a plan that are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Listing {
    /// The plan itself: version, approval, review.
    Plan,
    /// Activities and what they can bear.
    Activities,
    /// People of the crisis organisation.
    People,
    /// Systems and what is promised of them.
    Systems,
    /// Suppliers and their commitments.
    Providers,
}

/// What one row or one sentence says.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The list it could go to.
    pub list: Listing,
    /// Values by field of the plan (`mtpd`), as they are written.
    pub values: BTreeMap<&'static str, String>,
    /// The words that say it, and their place.
    pub evidence: Evidence,
    /// How sure this is, 0 to 1. It ranks; it is not a probability.
    pub confidence: f32,
    /// What somebody must look at before taking it in.
    pub doubts: Vec<Text>,
}

impl Listing {
    /// The field that names an entity of the list.
    pub fn name_field(self) -> &'static str {
        match self {
            Self::Plan => "title",
            Self::Activities | Self::Systems => "name",
            Self::People => "function",
            Self::Providers => "service",
        }
    }

    /// Its key in plan files.
    pub fn section(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Activities => "activities",
            Self::People => "people",
            Self::Systems => "systems",
            Self::Providers => "providers",
        }
    }
}

/// What some documents could bring to a plan, in the order of the documents.
pub fn proposals(sources: &[Source<'_>]) -> Vec<Proposal> {
    let mut all: Vec<Proposal> = sources.iter().flat_map(of_document).collect();
    side_by_side(&mut all);
    all
}

fn of_document(source: &Source<'_>) -> Vec<Proposal> {
    let mut all = header::title(source).into_iter().collect::<Vec<_>>();
    for section in sections(source.document) {
        for block in &section.body {
            match &block.content {
                Content::Table { rows } => {
                    all.extend(header::of_table(source, &section.path, block, rows));
                    all.extend(tables::of_table(source, &section.path, block, rows));
                }
                Content::Text { text, .. } => {
                    all.extend(header::of_text(source, &section.path, block, text));
                    all.extend(contacts::of_text(source, &section.path, block, text));
                }
            }
        }
    }
    all
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
