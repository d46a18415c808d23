//! From a plan back to files that people read.

use vigie_model::Lang;
use vigie_source::{Tree, WriteError};

use crate::entities::{Entity, PlanFile};
use crate::{Place, Plan, Section, Sourced, Stated};

/// One file of a plan that is written: its names, what its first line says, and the keys it has.
struct Page {
    names: [&'static str; 2],
    heading: [&'static str; 2],
    keys: &'static [&'static str],
}

/// The files of a plan. A test makes sure that each key has its place.
const PAGES: [Page; 6] = [
    Page {
        names: ["00-plan.yaml", "00-plan.yaml"],
        heading: ["Le plan, les lieux et les copies du plan.", "The plan, its places and its copies."],
        keys: &["plan", "sites", "copies"],
    },
    Page {
        names: ["activites.yaml", "activities.yaml"],
        heading: [
            "Bilan d’impact : ce que chaque activité supporte, ce dont elle a besoin, comment elle travaille sans.",
            "Impact analysis: what each activity can bear, what it needs, how it works without.",
        ],
        keys: &["activities", "procedures"],
    },
    Page {
        names: ["systemes.yaml", "systems.yaml"],
        heading: [
            "runs_on dit ce qu’il faut pour fonctionner, restores_with ce qu’il faut pour reconstruire.",
            "runs_on says what it takes to work, restores_with what it takes to rebuild.",
        ],
        keys: &["systems", "data_sets", "restore_order", "teams", "providers"],
    },
    Page {
        names: ["sauvegardes.yaml", "backups.yaml"],
        heading: ["Sauvegardes et tests de restauration.", "Backups and restore tests."],
        keys: &["backup_jobs", "restore_tests"],
    },
    Page {
        names: ["crise.yaml", "crisis.yaml"],
        heading: [
            "Organisation de crise. Les personnes sont désignées par leur fonction.",
            "Crisis organisation. People are named by their function.",
        ],
        keys: &["roles", "people", "scenarios", "checklists", "notifications", "exercises", "incidents", "actions"],
    },
    Page {
        names: ["preuves.yaml", "proofs.yaml"],
        heading: ["Preuves du dossier de continuité (PCRA).", "Proofs of the continuity file (PCRA)."],
        keys: &["proofs"],
    },
];

/// A plan as YAML files, by name: [`Plan::load`] reads the same plan back. What is not stated is left out; an empty
/// list stays. `schema` is where editors find the schema of plan files, as seen from the folder of the plan.
pub fn write_plan(plan: &Plan, lang: Lang, schema: Option<&str>) -> Result<Vec<(&'static str, String)>, WriteError> {
    write_plan_file(&PlanFile::from(plan), lang, schema)
}

/// The content of plan files as YAML files, by name; see [`write_plan`]. Files with nothing to say are left out.
pub fn write_plan_file(
    content: &PlanFile,
    lang: Lang,
    schema: Option<&str>,
) -> Result<Vec<(&'static str, String)>, WriteError> {
    let Tree::Map(entries) = Tree::of(content)? else { return Ok(Vec::new()) };
    let mut files = Vec::new();
    for page in &PAGES {
        let of_key = |key: &&str| entries.iter().find(|(known, _)| known == key).cloned();
        let kept: Vec<_> = page.keys.iter().filter_map(of_key).filter(|(_, value)| !value.is_unsaid()).collect();
        if kept.is_empty() {
            continue;
        }
        let pick = |[fr, en]: [&'static str; 2]| if lang == Lang::Fr { fr } else { en };
        let schema = schema.map(|schema| format!("# yaml-language-server: $schema={schema}\n")).unwrap_or_default();
        let text = format!("{schema}# {}\n{}", pick(page.heading), Tree::Map(kept).to_yaml()?);
        files.push((pick(page.names), text));
    }
    Ok(files)
}

impl From<&Plan> for PlanFile {
    /// The whole plan in one file, each list in the order in which it was written.
    fn from(plan: &Plan) -> Self {
        Self {
            plan: Some(plan.header.value.clone()),
            sites: listed(&plan.sites),
            activities: listed(&plan.activities),
            systems: listed(&plan.systems),
            data_sets: listed(&plan.data_sets),
            backup_jobs: listed(&plan.backup_jobs),
            restore_tests: listed(&plan.restore_tests),
            teams: listed(&plan.teams),
            people: listed(&plan.people),
            roles: listed(&plan.roles),
            providers: listed(&plan.providers),
            procedures: listed(&plan.procedures),
            exercises: listed(&plan.exercises),
            copies: listed(&plan.copies),
            scenarios: listed(&plan.scenarios),
            checklists: listed(&plan.checklists),
            actions: listed(&plan.actions),
            notifications: listed(&plan.notifications),
            incidents: listed(&plan.incidents),
            proofs: if plan.proofs.is_empty() { None } else { Some(in_order(plan.proofs.values())) },
            restore_order: match &plan.restore_order {
                Stated::Known(order) => Stated::Known(order.systems.clone()),
                Stated::Unknown => Stated::Unknown,
            },
        }
    }
}

fn listed<T: Entity>(section: &Section<T>) -> Option<Vec<T>> {
    section.is_stated().then(|| in_order(section.iter()))
}

fn in_order<'p, T: Clone + 'p>(items: impl Iterator<Item = &'p Sourced<T>>) -> Vec<T> {
    let mut items: Vec<&Sourced<T>> = items.collect();
    items.sort_by(|one, other| Place::order(&one.place).cmp(&Place::order(&other.place)));
    items.into_iter().map(|item| item.value.clone()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_key_of_a_plan_has_its_file() {
        let schema = crate::schema();
        let keys: BTreeSet<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let placed: Vec<&str> = PAGES.iter().flat_map(|page| page.keys).copied().collect();
        assert_eq!(placed.len(), keys.len());
        assert_eq!(placed.into_iter().collect::<BTreeSet<_>>(), keys);
    }
}
