//! What a report calls each subject: a part of the plan by the name people gave it, anything else in the fewest words.

use std::collections::BTreeMap;

use serde_json::Value;
use vigie_model::{Lang, Outcome, Run, Subject};

use crate::neutralise::Shown;
use crate::phrasing::{count, listed};

/// The facts that name a part of the plan: a name, a title, a function, a service.
const NAMING_FACTS: [&str; 4] = ["name", "title", "function", "service"];

/// How many subjects a sentence names.
const MAX_NAMED: usize = 3;

/// The names of the subjects of one run, in one language.
pub(super) struct Naming<'r> {
    names: BTreeMap<&'r Subject, &'r str>,
    lang: Lang,
}

impl<'r> Naming<'r> {
    pub(super) fn of(run: &'r Run, lang: Lang) -> Self {
        let named = run.observations.iter().filter_map(|look| match (&look.subject, &look.outcome) {
            (Subject::Plan(_), Outcome::Observed { facts, .. }) => {
                let name = NAMING_FACTS.iter().find_map(|fact| facts.get(*fact).and_then(Value::as_str))?;
                Some((&look.subject, name))
            }
            _ => None,
        });
        Self { names: named.collect(), lang }
    }

    /// A subject: `www.ch-demo.example:443`, `Dossier patient`.
    pub(super) fn subject(&self, subject: &Subject) -> Shown {
        match (subject, self.names.get(subject)) {
            // Proofs have French titles alone: in English they go by the number of their check.
            (Subject::Plan(item), _) if item.entity == "proof" && self.lang == Lang::En => {
                Shown::new(&item.id.to_uppercase())
            }
            (_, Some(name)) => Shown::new(name),
            (_, None) => Shown::new(subject.short().get(self.lang)),
        }
    }

    /// The first few subjects by name, and how many others.
    pub(super) fn subjects(&self, all: &[Subject]) -> Shown {
        let mut words: Vec<String> = all.iter().map(|each| self.subject(each).to_string()).collect();
        words.dedup(); // one name may have several addresses
        let rest = words.len().saturating_sub(MAX_NAMED);
        if rest > 0 {
            words.truncate(MAX_NAMED);
            words.push(count(rest, self.lang, ["autre", "autres"], ["other", "others"]));
        }
        Shown::new(&listed(&words, self.lang))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_of_subjects_are_summed() {
        let all: Vec<Subject> =
            ["a", "b", "c", "d", "e"].iter().map(|name| format!("domain:{name}.example").parse().unwrap()).collect();
        let naming = Naming { names: BTreeMap::new(), lang: Lang::Fr };
        assert_eq!(naming.subjects(&all).as_str(), "a.example, b.example, c.example et 2\u{a0}autres");
    }

    #[test]
    fn a_part_of_the_plan_goes_by_its_name() {
        let urgences: Subject = "plan:activity/urgences".parse().unwrap();
        let naming = Naming { names: BTreeMap::from([(&urgences, "Urgences")]), lang: Lang::Fr };
        assert_eq!(naming.subject(&urgences).as_str(), "Urgences");
        assert_eq!(naming.subject(&"plan:backup_job/nuit".parse().unwrap()).as_str(), "nuit");
        let naming = Naming { names: BTreeMap::new(), lang: Lang::En };
        assert_eq!(naming.subject(&"plan:proof/svg-02".parse().unwrap()).as_str(), "SVG-02");
    }
}
