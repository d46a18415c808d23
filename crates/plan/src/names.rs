//! What people call the parts of a plan, where a sentence would otherwise show an id.

use std::collections::BTreeMap;

use crate::{Entity, EntityKind, Plan, Section};

/// The name, title, function or service of each entity that has one, by id.
#[derive(Default)]
pub(crate) struct Names<'p> {
    by_id: BTreeMap<&'p str, (EntityKind, &'p str)>,
    /// How many entities of a kind bear a name: one that several bear does not tell which is meant.
    bearers: BTreeMap<(EntityKind, &'p str), usize>,
}

impl<'p> Names<'p> {
    pub(crate) fn of(plan: &'p Plan) -> Self {
        let mut names = Self::default();
        names.add(&plan.sites, |site| Some(&site.name));
        names.add(&plan.activities, |activity| Some(&activity.name));
        names.add(&plan.systems, |system| Some(&system.name));
        names.add(&plan.data_sets, |data| Some(&data.name));
        names.add(&plan.teams, |team| Some(&team.name));
        names.add(&plan.people, |person| Some(&person.function));
        names.add(&plan.roles, |role| Some(&role.name));
        names.add(&plan.providers, |provider| Some(&provider.service));
        names.add(&plan.procedures, |procedure| Some(&procedure.title));
        names.add(&plan.exercises, |exercise| Some(&exercise.title));
        names.add(&plan.copies, |copy| copy.place.known());
        names.add(&plan.scenarios, |scenario| Some(&scenario.title));
        names.add(&plan.checklists, |list| Some(&list.title));
        names.add(&plan.actions, |action| Some(&action.title));
        names.add(&plan.incidents, |incident| Some(&incident.title));
        names
    }

    fn add<T: Entity>(&mut self, section: &'p Section<T>, name: impl Fn(&'p T) -> Option<&'p String>) {
        for (entity, name) in section.values().filter_map(|entity| Some((entity, name(entity)?))) {
            self.by_id.insert(entity.id().as_str(), (T::KIND, name));
            *self.bearers.entry((T::KIND, name)).or_default() += 1;
        }
    }

    /// The name of an entity, with its id when another of its kind bears the same name; the id of one without a
    /// name.
    pub(crate) fn name(&self, id: &str) -> String {
        match self.by_id.get(id) {
            Some(named) if self.bearers.get(named) == Some(&1) => named.1.to_owned(),
            Some((_, name)) => format!("{name} ({id})"),
            None => id.to_owned(),
        }
    }

    pub(crate) fn all<I: AsRef<str>>(&self, ids: impl IntoIterator<Item = I>) -> Vec<String> {
        ids.into_iter().map(|id| self.name(id.as_ref())).collect()
    }

    /// A path as readers see it: `Réseau → Annuaire → Dossier patient`.
    pub(crate) fn path(&self, ids: &[String]) -> String {
        self.all(ids).join(" → ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::plan;

    #[test]
    fn a_name_that_two_bear_keeps_its_id() {
        let plan = plan(
            "systems: [{id: dpi, name: Dossier patient}, {id: nord, name: Serveur}, {id: sud, name: Serveur}]
backup_jobs: [{id: copie, covers: [dpi]}]",
        );
        let names = Names::of(&plan);
        assert_eq!(names.name("dpi"), "Dossier patient");
        assert_eq!(names.name("sud"), "Serveur (sud)");
        assert_eq!(names.name("copie"), "copie", "a backup has no name but its id");
        assert_eq!(names.path(&["nord".to_owned(), "dpi".to_owned()]), "Serveur (nord) → Dossier patient");
    }
}
