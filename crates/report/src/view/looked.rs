//! What was looked at, when, how, and with what.

use std::collections::{BTreeMap, BTreeSet};

use vigie_model::{Evidence, Lang, Observation, Outcome, Run, Source, Subject, SubjectKind};

use super::naming::Naming;
use crate::neutralise::Shown;
use crate::phrasing::{colon, count, instant, listed, period, pick};

/// What was looked at, and with what.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    /// `3 noms de domaine, 5 services réseau et 2 éléments du plan`.
    pub subjects: String,
    /// `24 observations : 18 mesurées, 6 lues dans les documents`.
    pub observations: String,
    /// When it began and ended.
    pub period: String,
    /// Traffic: connections and DNS questions.
    pub volume: String,
    /// Version of vigie, then the hashes that let anyone repeat the judgement, as label and value.
    pub origin: Vec<(&'static str, Shown)>,
    /// Each look, in subject order.
    pub items: Vec<LookedItem>,
}

/// One look.
#[derive(Debug, Clone, PartialEq)]
pub struct LookedItem {
    /// The subject, in short.
    pub subject: Shown,
    /// The kind of facts looked for.
    pub kind: Shown,
    /// How we know.
    pub source: &'static str,
    /// When the look began.
    pub at: String,
    /// What came of it.
    pub outcome: String,
    /// Proofs kept.
    pub quotes: Vec<Quote>,
}

/// A proof as it came, made safe to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// What it is.
    pub label: Shown,
    /// Its words, or its bytes in hexadecimal.
    pub content: Shown,
    /// Whether it is hexadecimal or cut; empty when neither.
    pub note: &'static str,
}

impl Looked {
    pub(super) fn new(run: &Run, naming: &Naming<'_>, lang: Lang) -> Self {
        Self {
            subjects: subject_counts(run, lang),
            observations: observation_counts(run, lang),
            period: period(run.started, run.ended, lang),
            volume: volume(run, lang),
            origin: vec![
                (pick(lang, "Version de vigie", "Version of vigie"), Shown::new(&run.tool_version)),
                (pick(lang, "Formule de notation", "Grading formula"), Shown::new(&run.grades.formula)),
                (pick(lang, "Empreinte des règles", "Hash of the rules"), Shown::new(&run.ruleset_hash)),
                (pick(lang, "Empreinte du périmètre", "Hash of the scope"), Shown::new(&run.scope_hash)),
            ],
            items: run.observations.iter().map(|look| item(look, naming, lang)).collect(),
        }
    }
}

fn subject_counts(run: &Run, lang: Lang) -> String {
    let all: BTreeSet<&Subject> = run.observations.iter().map(|look| &look.subject).collect();
    let mut kinds: BTreeMap<SubjectKind, usize> = BTreeMap::new();
    for about in all {
        *kinds.entry(about.kind()).or_default() += 1;
    }
    let words: Vec<String> = kinds
        .into_iter()
        .map(|(kind, n)| match kind {
            SubjectKind::Facility => pick(lang, "l’établissement lui-même", "the facility itself").to_owned(),
            SubjectKind::Domain => {
                count(n, lang, ["nom de domaine", "noms de domaine"], ["domain name", "domain names"])
            }
            SubjectKind::Endpoint => {
                count(n, lang, ["service réseau", "services réseau"], ["network service", "network services"])
            }
            SubjectKind::Plan => {
                count(n, lang, ["élément du plan", "éléments du plan"], ["item of the plan", "items of the plan"])
            }
        })
        .collect();
    if words.is_empty() { pick(lang, "rien", "nothing").to_owned() } else { listed(&words, lang) }
}

fn observation_counts(run: &Run, lang: Lang) -> String {
    let mut sources: BTreeMap<Source, usize> = BTreeMap::new();
    for look in &run.observations {
        *sources.entry(look.source).or_default() += 1;
    }
    let by_source: Vec<String> =
        sources.into_iter().map(|(source, n)| format!("{n}\u{a0}{}", source_words(source, lang))).collect();
    let total = run.observations.len();
    let total = count(total, lang, ["observation", "observations"], ["observation", "observations"]);
    if by_source.is_empty() { total } else { format!("{total} ({})", by_source.join(", ")) }
}

fn volume(run: &Run, lang: Lang) -> String {
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let connections = count(
        number(run.volume.connections),
        lang,
        ["connexion ouverte", "connexions ouvertes"],
        ["connection opened", "connections opened"],
    );
    let questions = count(
        number(run.volume.dns_queries),
        lang,
        ["question DNS", "questions DNS"],
        ["DNS question", "DNS questions"],
    );
    listed(&[connections, questions], lang)
}

fn item(look: &Observation, naming: &Naming<'_>, lang: Lang) -> LookedItem {
    LookedItem {
        subject: naming.subject(&look.subject),
        kind: Shown::new(&look.kind),
        source: source_words(look.source, lang),
        at: instant(look.observed_at, lang),
        outcome: match &look.outcome {
            Outcome::Observed { gaps, .. } if gaps.is_empty() => pick(lang, "vu", "seen").to_owned(),
            Outcome::Observed { .. } => pick(lang, "vu en partie", "seen in part").to_owned(),
            Outcome::Absent => pick(lang, "absent", "absent").to_owned(),
            Outcome::NotApplicable => pick(lang, "sans objet", "not applicable").to_owned(),
            Outcome::Unknown { reason, .. } => {
                format!("{}{} {}", pick(lang, "inconnu", "unknown"), colon(lang), reason.text().get(lang))
            }
        },
        quotes: look.evidence.iter().map(|proof| quote(proof, lang)).collect(),
    }
}

/// A proof, safe to show.
pub(super) fn quote(proof: &Evidence, lang: Lang) -> Quote {
    Quote {
        label: Shown::new(&proof.label),
        content: Shown::new(&proof.content),
        note: match (proof.hex, proof.truncated) {
            (false, false) => "",
            (true, false) => pick(lang, "en hexadécimal", "in hexadecimal"),
            (false, true) => pick(lang, "coupé", "cut"),
            (true, true) => pick(lang, "en hexadécimal, coupé", "in hexadecimal, cut"),
        },
    }
}

fn source_words(source: Source, lang: Lang) -> &'static str {
    match source {
        Source::Measured => pick(lang, "par mesure", "measured"),
        Source::Imported => pick(lang, "par import d’un autre outil", "imported from another tool"),
        Source::Documented => pick(lang, "d’après les documents de l’établissement", "from the facility’s documents"),
        Source::Declared => pick(lang, "sur déclaration de l’établissement", "stated by the facility"),
    }
}
