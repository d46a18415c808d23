//! What could not be seen, and what would let it be seen.

use std::collections::{BTreeMap, BTreeSet};

use vigie_model::{Lang, Outcome, Reason, Run, Source, Subject, VerdictOutcome};

use super::findings::title;
use super::naming::Naming;
use crate::neutralise::Shown;
use crate::phrasing::{colon, listed, pick};

/// Everything unknown for one reason.
#[derive(Debug, Clone, PartialEq)]
pub struct UnknownGroup {
    /// The reason in plain words.
    pub reason: String,
    /// What would lift it.
    pub advice: &'static str,
    /// Verdicts it leaves open.
    pub points: usize,
    /// Where, in subject order; those of which the same is unknown stand together.
    pub places: Vec<UnknownPlace>,
}

/// What is unknown, and of what.
#[derive(Debug, Clone, PartialEq)]
pub struct UnknownPlace {
    /// The subjects, in short, as a list in words.
    pub subjects: Shown,
    /// The bad states that could be neither found nor ruled out.
    pub rules: Vec<Shown>,
    /// More for an engineer.
    pub details: Vec<Shown>,
}

#[derive(Default, PartialEq)]
struct Open {
    rules: BTreeSet<Shown>,
    details: BTreeSet<Shown>,
}

pub(super) fn by_reason(run: &Run, naming: &Naming<'_>, lang: Lang) -> Vec<UnknownGroup> {
    let mut groups: BTreeMap<Reason, BTreeMap<&Subject, Open>> = BTreeMap::new();
    for verdict in &run.verdicts {
        let VerdictOutcome::Unknown { missing } = &verdict.outcome else { continue };
        for fact in missing {
            let open = groups.entry(fact.reason).or_default().entry(&verdict.subject).or_default();
            open.rules.insert(title(run, &verdict.rule, lang));
            if !fact.path.as_str().is_empty() {
                open.details.insert(Shown::new(fact.path.as_str()));
            }
        }
    }
    for look in &run.observations {
        match &look.outcome {
            Outcome::Unknown { reason, detail } => {
                let open = groups.entry(*reason).or_default().entry(&look.subject).or_default();
                let words = detail.get(lang);
                let words =
                    if words.is_empty() { look.kind.clone() } else { format!("{}{} {words}", look.kind, colon(lang)) };
                open.details.insert(Shown::new(&words));
            }
            // What a plan leaves out matters where a rule asks for it, and the verdicts above say so.
            Outcome::Observed { .. } if look.source == Source::Documented => {}
            Outcome::Observed { gaps, .. } => {
                for (path, reason) in gaps {
                    let open = groups.entry(*reason).or_default().entry(&look.subject).or_default();
                    open.details.insert(Shown::new(path.as_str()));
                }
            }
            Outcome::Absent | Outcome::NotApplicable => {}
        }
    }
    groups.into_iter().map(|(reason, subjects)| group(reason, subjects, naming, lang)).collect()
}

fn group(reason: Reason, subjects: BTreeMap<&Subject, Open>, naming: &Naming<'_>, lang: Lang) -> UnknownGroup {
    let points = subjects.values().map(|open| open.rules.len()).sum();
    let mut places: Vec<(Vec<String>, Open)> = Vec::new();
    for (about, open) in subjects {
        let name = naming.subject(about).to_string();
        match places.iter_mut().find(|(_, same)| *same == open) {
            Some((names, _)) => names.push(name),
            None => places.push((vec![name], open)),
        }
    }
    UnknownGroup {
        reason: reason.text().get(lang).to_owned(),
        advice: advice(reason, lang),
        points,
        places: places
            .into_iter()
            .map(|(mut names, open)| {
                names.dedup(); // one name may have several addresses
                UnknownPlace {
                    subjects: Shown::new(&listed(&names, lang)),
                    rules: open.rules.into_iter().collect(),
                    details: open.details.into_iter().collect(),
                }
            })
            .collect(),
    }
}

fn advice(reason: Reason, lang: Lang) -> &'static str {
    let (fr, en) = match reason {
        Reason::Timeout => (
            "Vérifier que le service est en marche, puis relancer l’analyse à un autre moment.",
            "Check that the service is up, then run the analysis again at another time.",
        ),
        Reason::Refused => (
            "Vérifier si un pare-feu écarte le poste d’analyse, ou si le service est arrêté.",
            "Check whether a firewall turns the scanning machine away, or the service is stopped.",
        ),
        Reason::Unreachable => (
            "Vérifier l’adresse et la route depuis le poste d’analyse.",
            "Check the address and the route from the scanning machine.",
        ),
        Reason::NameNotFound => (
            "Corriger le nom dans la fiche de l’établissement, ou le retirer s’il n’existe plus.",
            "Correct the name in the facility file, or remove it if it is gone.",
        ),
        Reason::OutOfScope => (
            "Étendre l’autorisation si ce service doit être regardé.",
            "Extend the authorisation if this service is to be looked at.",
        ),
        Reason::RateLimited => {
            ("Relancer plus lentement, ou à une heure creuse.", "Run again more slowly, or at a quiet hour.")
        }
        Reason::Busy => {
            ("Relancer avec plus de temps ou moins de cibles.", "Run again with more time or fewer targets.")
        }
        Reason::PeerMisbehaved => (
            "Demander à l’équipe informatique d’examiner ce service\u{a0}: sa réponse n’est pas normale.",
            "Ask the IT team to look at this service: its answer is not normal.",
        ),
        Reason::Unsupported => ("Vérifier ce point à la main.", "Check this point by hand."),
        Reason::Cancelled => ("Relancer l’analyse jusqu’au bout.", "Run the analysis again to its end."),
        Reason::ImageOnly => (
            "Fournir le document d’origine (Word, Excel) ou un PDF avec du texte.",
            "Provide the original document (Word, Excel) or a PDF with text.",
        ),
        Reason::NotStated => {
            ("Compléter la fiche de l’établissement ou le plan.", "Complete the facility file or the plan.")
        }
        Reason::Bug => (
            "Signaler ce défaut avec le fichier JSON de l’analyse.",
            "Report this fault with the JSON file of the run.",
        ),
    };
    pick(lang, fr, en)
}
