//! From files to a [`Plan`]: shape, then ids, then references, all problems at once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use vigie_model::Text;
use vigie_source::{Formats, Node, Problem, Problems, SourceFile, read_node, yaml};

use crate::duration::check_duration;
use crate::entities::{
    Activity, CheckId, Entity, EntityKind, Header, Id, Link, PlanFile, Proof, Step, System, check_id,
    check_public_address,
};
use crate::kit::check_print_hash_or_nsp;
use crate::plan::{RestoreOrder, Section};
use crate::stated::{check_date_or_nsp, check_duration_or_nsp, check_id_or_nsp, check_nsp};
use crate::{Place, Plan, Sourced, Stated};

/// The checks of the formats that the schema of plan files names.
pub fn formats() -> Formats {
    Formats::standard()
        .with("plan-id", check_id)
        .with("plan-public-address", check_public_address)
        .with("plan-id-or-nsp", check_id_or_nsp)
        .with("plan-duration", check_duration)
        .with("plan-duration-or-nsp", check_duration_or_nsp)
        .with("date-or-nsp", check_date_or_nsp)
        .with("print-hash-or-nsp", check_print_hash_or_nsp)
        .with("nsp", check_nsp)
}

impl Plan {
    /// Reads a plan from all its files. Every problem of every file comes back at once; ids are
    /// unique in the whole plan, and each reference is to an entity of a kind that fits.
    pub fn load(files: &[SourceFile]) -> Result<Self, Problems> {
        let mut loader = Loader::new();
        for file in files {
            loader.read(file);
        }
        loader.finish(files)
    }

    /// Reads a plan from trees that another reader made (of a workbook), each as the root of a plan file, with the
    /// text that their places point at.
    pub fn load_trees(file: &SourceFile, roots: Vec<Node>) -> Result<Self, Problems> {
        let mut loader = Loader::new();
        for root in roots {
            loader.take(file, root);
        }
        loader.finish(std::slice::from_ref(file))
    }
}

struct Loader {
    parts: Vec<Part>,
    /// Every id that could be seen, in files that are otherwise wrong too.
    known: BTreeMap<String, (EntityKind, Place)>,
    /// Some file could not be read at all: an id that seems unknown may be in it.
    blind: bool,
    problems: Problems,
}

/// A file of the right shape.
struct Part {
    content: PlanFile,
    file: SourceFile,
    root: Node,
}

impl Loader {
    fn new() -> Self {
        Self { parts: Vec::new(), known: BTreeMap::new(), blind: false, problems: Problems::new() }
    }

    fn finish(mut self, files: &[SourceFile]) -> Result<Plan, Problems> {
        let header = self.header();
        let restore_order = self.restore_order();
        let sites = self.section(|part| part.sites.take());
        let activities = self.section(|part| part.activities.take());
        let systems = self.section(|part| part.systems.take());
        self.steps(&systems);
        self.quorums(&activities, &systems);
        let data_sets = self.section(|part| part.data_sets.take());
        let backup_jobs = self.section(|part| part.backup_jobs.take());
        let restore_tests = self.section(|part| part.restore_tests.take());
        let teams = self.section(|part| part.teams.take());
        let people = self.section(|part| part.people.take());
        let roles = self.section(|part| part.roles.take());
        let providers = self.section(|part| part.providers.take());
        let procedures = self.section(|part| part.procedures.take());
        let exercises = self.section(|part| part.exercises.take());
        let copies = self.section(|part| part.copies.take());
        let scenarios = self.section(|part| part.scenarios.take());
        let checklists = self.section(|part| part.checklists.take());
        let actions = self.section(|part| part.actions.take());
        let notifications = self.section(|part| part.notifications.take());
        let incidents = self.section(|part| part.incidents.take());
        let proofs = self.proofs();
        let Some(header) = header else {
            if self.problems.is_empty() {
                self.problems.push(no_header(files));
            }
            return Err(self.problems);
        };
        self.problems.or_value(Plan {
            header,
            sites,
            activities,
            systems,
            data_sets,
            backup_jobs,
            restore_tests,
            teams,
            people,
            roles,
            providers,
            procedures,
            exercises,
            copies,
            scenarios,
            checklists,
            actions,
            notifications,
            incidents,
            proofs,
            restore_order,
        })
    }

    fn read(&mut self, file: &SourceFile) {
        let (root, problems) = yaml::parse_tree(file);
        self.problems.append(problems);
        let Some(root) = root else {
            self.blind = true;
            return;
        };
        self.take(file, root);
    }

    fn take(&mut self, file: &SourceFile, root: Node) {
        self.index(file, &root);
        match read_node(file, &root, &formats()) {
            Ok(content) => self.parts.push(Part { content, file: file.clone(), root }),
            Err(problems) => self.problems.append(problems),
        }
    }

    /// Notes the ids of a file, and those that come twice.
    fn index(&mut self, file: &SourceFile, root: &Node) {
        for kind in EntityKind::ALL {
            for node in root.get(kind.section()).map(Node::items).unwrap_or_default() {
                let Some(id) = node.get("id").and_then(Node::as_text) else { continue };
                let place = Place::new(file, node);
                if let Some((_, first)) = self.known.get(id) {
                    self.problems.push(id_twice(id, &place, first));
                } else {
                    self.known.insert(id.to_owned(), (kind, place));
                }
            }
        }
    }

    fn header(&mut self) -> Option<Sourced<Header>> {
        let found = self.parts.iter_mut().filter_map(|part| {
            let node = part.root.get("plan")?;
            Some(Sourced { value: part.content.plan.take()?, place: Place::new(&part.file, node) })
        });
        let mut found: Vec<_> = found.collect();
        for again in found.iter().skip(1) {
            self.problems.push(written_twice("plan", &again.place, found.first().map(|first| &first.place)));
        }
        found.truncate(1);
        let header = found.pop()?;
        if let Stated::Known(owner) = &header.value.owner {
            self.reference(&header.place, "owner", owner, &[EntityKind::Role]);
        }
        for site in header.value.scope.items() {
            self.reference(&header.place, "scope", site, &[EntityKind::Site]);
        }
        for scenario in header.value.scenarios.items() {
            self.reference(&header.place, "scenarios", scenario, &[EntityKind::Scenario]);
        }
        Some(header)
    }

    fn restore_order(&mut self) -> Stated<RestoreOrder> {
        let found = self.parts.iter_mut().filter_map(|part| {
            let Stated::Known(systems) = std::mem::take(&mut part.content.restore_order) else { return None };
            Some(RestoreOrder { systems, place: Place::new(&part.file, &part.root) })
        });
        let mut found: Vec<_> = found.collect();
        for again in found.iter().skip(1) {
            self.problems.push(written_twice("restore_order", &again.place, found.first().map(|first| &first.place)));
        }
        found.truncate(1);
        let Some(order) = found.pop() else { return Stated::Unknown };
        for id in &order.systems {
            self.reference(&order.place, "restore_order", id, &[EntityKind::System]);
        }
        Stated::Known(order)
    }

    fn proofs(&mut self) -> BTreeMap<CheckId, Sourced<Proof>> {
        let mut stated = Vec::new();
        for part in &mut self.parts {
            let nodes = part.root.get("proofs").map(Node::items).unwrap_or_default();
            let places = nodes.iter().map(|node| Place::new(&part.file, node));
            stated.extend(part.content.proofs.take().unwrap_or_default().into_iter().zip(places));
        }
        let mut proofs: BTreeMap<CheckId, Sourced<Proof>> = BTreeMap::new();
        for (value, place) in stated {
            if let Some(holder) = value.holder.known() {
                self.reference(&place, "holder", holder, &[EntityKind::Role]);
            }
            match proofs.entry(value.check.clone()) {
                Entry::Vacant(free) => {
                    free.insert(Sourced { value, place });
                }
                Entry::Occupied(first) => {
                    self.problems.push(written_twice(value.check.as_str(), &place, Some(&first.get().place)));
                }
            }
        }
        proofs
    }

    fn section<T: Entity>(&mut self, take: fn(&mut PlanFile) -> Option<Vec<T>>) -> Section<T> {
        let mut section = Section::default();
        let mut entities = Vec::new();
        for part in &mut self.parts {
            let Some(list) = take(&mut part.content) else { continue };
            section.stated = true;
            let nodes = part.root.get(T::KIND.section()).map(Node::items).unwrap_or_default();
            let places = nodes.iter().map(|node| Place::new(&part.file, node));
            entities.extend(list.into_iter().zip(places).map(|(value, place)| Sourced { value, place }));
        }
        for entity in entities {
            entity.value.references(&mut |key, id, kinds| self.reference(&entity.place, key, id, kinds));
            section.items.insert(entity.value.id().clone(), entity);
        }
        section
    }

    /// Checks that the steps of each rebuilding have their own ids, and need steps written above them.
    fn steps(&mut self, systems: &Section<System>) {
        for sourced in systems.iter() {
            let (system, place) = (&sourced.value, &sourced.place);
            let steps = system.rebuild.known().map(|rebuild| rebuild.steps.items()).unwrap_or_default();
            for (at, step) in steps.iter().enumerate() {
                let above = || steps.iter().take(at).map(|step| &step.id);
                if above().any(|id| id == &step.id) {
                    self.problems.push(step_twice(place, &system.id, &step.id));
                }
                for id in step.needs.items().iter().filter(|id| above().all(|above| above != *id)) {
                    self.problems.push(not_above(place, step, id));
                }
            }
        }
    }

    /// Checks that each link asks for as many systems as it names at most, and names few enough to be worked out.
    fn quorums(&mut self, activities: &Section<Activity>, systems: &Section<System>) {
        let needs = activities.iter().map(|activity| (&activity.place, "needs", activity.value.needs.items()));
        let runs_on = systems.iter().map(|system| (&system.place, "runs_on", system.value.runs_on.items()));
        let restores =
            systems.iter().map(|system| (&system.place, "restores_with", system.value.restores_with.items()));
        for (place, key, links) in needs.chain(runs_on).chain(restores) {
            for link in links {
                let (named, asked) = (link.targets().len(), link.quorum());
                let is_choice = asked > 1 && asked < named;
                if asked == 0 || asked > named || (is_choice && named > Link::MOST_OF_SEVERAL) {
                    self.problems.push(quorum_out_of_reach(place, key, named, asked));
                }
            }
        }
    }

    /// Checks that an id leads to an entity of one of these kinds.
    fn reference(&mut self, place: &Place, key: &str, id: &Id, kinds: &[EntityKind]) {
        match self.known.get(id.as_str()) {
            Some((kind, _)) if kinds.contains(kind) => {}
            Some((kind, found)) => self.problems.push(wrong_kind(place, key, id, *kind, found, kinds)),
            None if self.blind => {}
            None => {
                let fits = self.known.iter().filter(|(_, (kind, _))| kinds.contains(kind));
                let close = nearest(id.as_str(), fits.map(|(known, _)| known.as_str()));
                self.problems.push(unknown_id(place, key, id, kinds, close));
            }
        }
    }
}

/// The known id that differs the least, by a third of its letters at most.
pub(crate) fn nearest<'k>(id: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let tolerance = (id.len() / 3).max(1);
    let scored = known.map(|known| (strsim::damerau_levenshtein(known, id), known));
    scored.filter(|(distance, _)| *distance <= tolerance).min().map(|(_, known)| known)
}

fn no_header(files: &[SourceFile]) -> Problem {
    let file = files.first().cloned().unwrap_or_else(|| SourceFile::new("plan", ""));
    let message = if files.is_empty() {
        Text::new("il n’y a aucun fichier de plan à lire", "there is no plan file to read")
    } else {
        Text::new("aucun fichier ne présente le plan (clé « plan »)", "no file presents the plan (key “plan”)")
    };
    Problem::error("no-plan-header", &file, message).with_hint(Text::new(
        "ajoutez à l’un des fichiers : plan: {id: pcra, title: Plan de continuité et de reprise d’activité}",
        "add to one of the files: plan: {id: pcra, title: Continuity and recovery plan}",
    ))
}

fn id_twice(id: &str, place: &Place, first: &Place) -> Problem {
    let first_label = first.label();
    let problem = Problem::error(
        "id-twice",
        place.file(),
        Text::new(
            format!("l’identifiant « {id} » est déjà pris ({first_label})"),
            format!("the id “{id}” is already taken ({first_label})"),
        ),
    )
    .at(place.span_of("id", id))
    .with_hint(Text::new(
        "un identifiant est unique dans tout le plan : changez l’un des deux, partout où il est cité",
        "an id is unique in the whole plan: change one of them, wherever it is named",
    ));
    if first.file() == place.file() {
        problem.with_remark(first.span_of("id", id), Text::new("première fois ici", "first written here"))
    } else {
        problem
    }
}

fn written_twice(key: &str, place: &Place, first: Option<&Place>) -> Problem {
    let first = first.map(|first| first.file().name()).unwrap_or_default();
    Problem::error(
        "written-twice",
        place.file(),
        Text::new(format!("« {key} » est déjà écrit dans {first}"), format!("“{key}” is already written in {first}")),
    )
    .at(place.span_of(key, ""))
    .with_hint(Text::new("gardez un seul des deux", "keep only one of them"))
}

fn wrong_kind(place: &Place, key: &str, id: &Id, kind: EntityKind, found: &Place, kinds: &[EntityKind]) -> Problem {
    let (is, found) = (kind.text(), found.label());
    let expected = expected(kinds);
    Problem::error(
        "wrong-kind",
        place.file(),
        Text::new(
            format!("« {id} » est {} ({found}) ; on attend ici {}", is.fr, expected.fr),
            format!("“{id}” is {} ({found}); here {} is expected", is.en, expected.en),
        ),
    )
    .at(place.span_of(key, id.as_str()))
}

fn unknown_id(place: &Place, key: &str, id: &Id, kinds: &[EntityKind], close: Option<&str>) -> Problem {
    let expected = expected(kinds);
    let sections: Vec<&str> = kinds.iter().map(|kind| kind.section()).collect();
    let sections = sections.join(", ");
    let hint = match close {
        Some(close) => Text::new(format!("vouliez-vous dire « {close} » ?"), format!("did you mean “{close}”?")),
        None => Text::new(
            format!("ajoutez-le dans la liste {sections}, ou corrigez l’identifiant"),
            format!("add it to the list {sections}, or correct the id"),
        ),
    };
    Problem::error(
        "unknown-id",
        place.file(),
        Text::new(
            format!("« {id} » n’est nulle part dans le plan ; on attend ici {}", expected.fr),
            format!("“{id}” is nowhere in the plan; here {} is expected", expected.en),
        ),
    )
    .at(place.span_of(key, id.as_str()))
    .with_hint(hint)
}

fn step_twice(place: &Place, system: &Id, step: &Id) -> Problem {
    Problem::error(
        "step-twice",
        place.file(),
        Text::new(
            format!("l’étape « {step} » est écrite deux fois dans la reconstruction de « {system} »"),
            format!("step “{step}” is written twice in the rebuilding of “{system}”"),
        ),
    )
    .at(place.span_of("rebuild", step.as_str()))
    .with_hint(Text::new("donnez à chaque étape son propre identifiant", "give each step an id of its own"))
}

fn quorum_out_of_reach(place: &Place, key: &str, named: usize, asked: usize) -> Problem {
    let most = Link::MOST_OF_SEVERAL;
    Problem::error(
        "quorum-out-of-reach",
        place.file(),
        Text::new(
            format!("il faudrait {asked} systèmes parmi {named}"),
            format!("{asked} systems of {named} would be needed"),
        ),
    )
    .at(place.span_of(key, "at_least"))
    .with_hint(Text::new(
        format!("« at_least » ne dépasse pas le nombre de systèmes de « any_of », qui en a {most} au plus"),
        format!("“at_least” does not exceed the number of systems in “any_of”, which has {most} at most"),
    ))
}

fn not_above(place: &Place, step: &Step, needed: &Id) -> Problem {
    let step = &step.id;
    Problem::error(
        "step-not-above",
        place.file(),
        Text::new(
            format!("l’étape « {step} » attend « {needed} », qui n’est pas une étape écrite au-dessus d’elle"),
            format!("step “{step}” waits for “{needed}”, which is not a step written above it"),
        ),
    )
    .at(place.span_of("rebuild", step.as_str()))
    .with_hint(Text::new(
        "une étape n’attend que des étapes du même système, écrites avant elle ; ce que le système attend d’un autre se dit dans restores_with",
        "a step only waits for steps of the same system, written before it; what the system needs of another is said in restores_with",
    ))
}

fn expected(kinds: &[EntityKind]) -> Text {
    let words: Vec<Text> = kinds.iter().map(|kind| kind.text()).collect();
    let join = |pick: fn(&Text) -> &str, or: &str| words.iter().map(pick).collect::<Vec<_>>().join(or);
    Text::new(join(|text| &text.fr, " ou "), join(|text| &text.en, " or "))
}
