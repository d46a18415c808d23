//! The review file: what documents propose, for somebody to accept line by line, and the plan file that follows.

use std::collections::BTreeSet;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use thiserror::Error;
use vigie_model::{Lang, Text};
use vigie_plan::{Citation, Id, Plan, PlanFile, formats, write_plan_file};
use vigie_source::{Problems, SourceFile, write};

use crate::proposals::{Listing, Proposal};

/// What documents propose, waiting for somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Format of this file: `vigie.review/1`.
    #[schemars(extend("const" = "vigie.review/1"))]
    pub format: String,
    /// What is proposed, in the order of the documents.
    pub proposals: Vec<Reviewed>,
}

/// One proposal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reviewed {
    /// Whether to take it.
    pub accept: Answer,
    /// The list of the plan that it goes to.
    pub list: Listing,
    /// What it says, which may be corrected here.
    pub value: ProposedValue,
    /// What is doubtful, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
    /// How sure it is, in percent. It ranks; it is not a probability.
    pub confidence: u8,
    /// Where it was read.
    pub source: Citation,
}

/// What somebody says of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Take it.
    Oui,
    /// Leave it.
    Non,
    /// Not decided yet.
    AVoir,
}

/// The values of a proposal, by field of the plan.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProposedValue {
    /// Title of the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Version of the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Day the plan was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_on: Option<String>,
    /// Day the plan last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_on: Option<String>,
    /// Day the plan was last reviewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_on: Option<String>,
    /// Name of an activity or a system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Function of a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// What a supplier supplies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// DMIA.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtpd: Option<String>,
    /// PDMA.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtdl: Option<String>,
    /// RTO.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rto: Option<String>,
    /// RPO.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rpo: Option<String>,
    /// Mobile telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobile: Option<String>,
    /// Mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// GTI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responds_within: Option<String>,
    /// GTR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restores_within: Option<String>,
}

/// What accepting a review gives.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Accepted {
    /// Plan files to write, by name.
    pub files: Vec<(&'static str, String)>,
    /// How many proposals they hold.
    pub taken: usize,
    /// Accepted proposals that the plan already has under that name: they are left, and told.
    pub already_there: Vec<String>,
    /// Proposals that nobody decided on.
    pub undecided: usize,
}

/// Why a review cannot be written or taken in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReviewError {
    /// It is not a review, or some of it is wrong; all of it is told.
    #[error("{0}")]
    Problems(Problems),
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] vigie_source::WriteError),
    /// An accepted value does not fit the plan.
    #[error("{name}: {why}")]
    Value {
        /// What it is about.
        name: String,
        /// Why it does not fit.
        why: String,
    },
}

const GUIDE_FR: &str =
    "# Ce que les documents proposent. Pour chaque ligne : accept: oui (prendre), non (laisser), a_voir (pas encore décidé).
# Les valeurs se corrigent ici. Ensuite : vigie plan import CE-FICHIER --into plan
# Rien de ce qui est déjà dans le plan n’est remplacé.
";
const GUIDE_EN: &str =
    "# What the documents propose. For each line: accept: oui (take), non (leave), a_voir (not decided yet).
# Values may be corrected here. Then: vigie plan import THIS-FILE --into plan
# Nothing that is already in the plan is replaced.
";

impl Review {
    /// Puts proposals before somebody. None is accepted yet.
    pub fn of(proposals: &[Proposal], day: Date, lang: Lang) -> Self {
        let reviewed = |proposal: &Proposal| Reviewed {
            accept: Answer::AVoir,
            list: proposal.list,
            value: ProposedValue::of(proposal),
            doubt: (!proposal.doubts.is_empty())
                .then(|| proposal.doubts.iter().map(|doubt| doubt.get(lang)).collect::<Vec<_>>().join(" ; ")),
            confidence: percent(proposal.confidence),
            source: proposal.evidence.citation(Some(day)),
        };
        Self { format: "vigie.review/1".to_owned(), proposals: proposals.iter().map(reviewed).collect() }
    }

    /// The file for somebody to fill in.
    pub fn to_yaml(&self, lang: Lang) -> Result<String, ReviewError> {
        let guide = match lang {
            Lang::Fr => GUIDE_FR,
            Lang::En => GUIDE_EN,
        };
        Ok(format!("{guide}{}", write(self)?))
    }

    /// Reads a review; all that is wrong with it comes back at once.
    pub fn read(file: &SourceFile) -> Result<Self, ReviewError> {
        vigie_source::read::<Self>(file, &formats()).map(|located| located.value).map_err(ReviewError::Problems)
    }

    /// The plan files of what was accepted, beside a plan that is there or not.
    pub fn accept(&self, plan: Option<&Plan>, lang: Lang) -> Result<Accepted, ReviewError> {
        let mut names = Names::of(plan);
        let mut lists: Map<String, Value> = Map::new();
        let mut accepted = Accepted::default();
        let mut header = HeaderSaid { plan_is_there: plan.is_some(), fields: Map::new() };
        for proposal in &self.proposals {
            match proposal.accept {
                Answer::Oui => {}
                Answer::Non => continue,
                Answer::AVoir => {
                    accepted.undecided += 1;
                    continue;
                }
            }
            if proposal.list == Listing::Plan {
                header.take(&proposal.value, &mut accepted);
                continue;
            }
            let name = proposal.value.named(proposal.list).unwrap_or_default().to_owned();
            if !names.is_new(proposal.list, &name) {
                accepted.already_there.push(name);
                continue;
            }
            let entity = proposal.entity(&names.id(&name));
            if let Value::Array(items) = lists.entry(proposal.list.section()).or_insert_with(|| json!([])) {
                items.push(entity);
            }
            accepted.taken += 1;
        }
        if let Some(header) = header.written(lang) {
            lists.insert(Listing::Plan.section().to_owned(), header);
        }
        let content: PlanFile = serde_json::from_value(Value::Object(lists))
            .map_err(|why| ReviewError::Value { name: "vigie.review/1".to_owned(), why: why.to_string() })?;
        accepted.files = write_plan_file(&content, lang, None)?;
        Ok(accepted)
    }
}

/// What was accepted of the plan itself. A plan that is there keeps its own header.
struct HeaderSaid {
    plan_is_there: bool,
    fields: Map<String, Value>,
}

impl HeaderSaid {
    fn take(&mut self, value: &ProposedValue, accepted: &mut Accepted) {
        for (field, said) in value.of_the_plan() {
            if self.plan_is_there || self.fields.contains_key(field) {
                accepted.already_there.push(format!("{field} : {said}"));
            } else {
                self.fields.insert(field.to_owned(), json!(said));
                accepted.taken += 1;
            }
        }
    }

    /// The header with an id and a title: a plan has both.
    fn written(mut self, lang: Lang) -> Option<Value> {
        if self.fields.is_empty() {
            return None;
        }
        let title = Text::new("Plan de continuité et de reprise d’activité", "Continuity and recovery plan");
        self.fields.entry("title").or_insert_with(|| json!(title.get(lang)));
        self.fields.insert("id".to_owned(), json!("pcra"));
        Some(Value::Object(self.fields))
    }
}

/// The names and ids that are taken.
struct Names {
    names: BTreeSet<(Listing, String)>,
    ids: BTreeSet<String>,
}

impl Names {
    fn of(plan: Option<&Plan>) -> Self {
        let mut taken = Self { names: BTreeSet::new(), ids: BTreeSet::new() };
        let Some(plan) = plan else { return taken };
        let content = serde_json::to_value(PlanFile::from(plan)).unwrap_or_default();
        for items in content.as_object().into_iter().flat_map(|lists| lists.values()).filter_map(Value::as_array) {
            taken.ids.extend(items.iter().filter_map(|item| Some(item.get("id")?.as_str()?.to_owned())));
        }
        let lists = [Listing::Activities, Listing::People, Listing::Systems, Listing::Providers];
        for list in lists {
            let items = content.get(list.section()).and_then(Value::as_array).into_iter().flatten();
            let named = items.filter_map(|item| item.get(list.name_field())?.as_str());
            taken.names.extend(named.map(|name| (list, folded(name))));
        }
        taken
    }

    fn is_new(&mut self, list: Listing, name: &str) -> bool {
        self.names.insert((list, folded(name)))
    }

    /// An id that the name suggests, with a number when it is taken.
    fn id(&mut self, name: &str) -> String {
        let wanted = Id::suggested(name).map_or_else(|| "sans-nom".to_owned(), |id| id.to_string());
        let numbered = (2..)
            .map(|number| format!("{}-{number}", wanted.chars().take(58).collect::<String>().trim_end_matches('-')));
        let free = std::iter::once(wanted.clone()).chain(numbered).find(|id| !self.ids.contains(id)).unwrap_or(wanted);
        self.ids.insert(free.clone());
        free
    }
}

fn folded(name: &str) -> String {
    crate::normalise::fold(&crate::normalise::clean(name))
}

fn percent(share: f32) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    let percent = (share.clamp(0.0, 1.0) * 100.0).round() as u8;
    percent
}

impl ProposedValue {
    fn of(proposal: &Proposal) -> Self {
        let said = |field: &str| proposal.values.get(field).cloned();
        Self {
            title: said("title"),
            version: said("version"),
            approved_on: said("approved_on"),
            changed_on: said("changed_on"),
            reviewed_on: said("reviewed_on"),
            name: said("name"),
            function: said("function"),
            service: said("service"),
            mtpd: said("mtpd"),
            mtdl: said("mtdl"),
            rto: said("rto"),
            rpo: said("rpo"),
            mobile: said("mobile"),
            mail: said("mail"),
            responds_within: said("responds_within"),
            restores_within: said("restores_within"),
        }
    }

    /// What it says of the plan itself, by field.
    fn of_the_plan(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let fields = [
            ("title", &self.title),
            ("version", &self.version),
            ("approved_on", &self.approved_on),
            ("changed_on", &self.changed_on),
            ("reviewed_on", &self.reviewed_on),
        ];
        fields.into_iter().filter_map(|(field, said)| Some((field, said.as_deref()?)))
    }

    fn named(&self, list: Listing) -> Option<&str> {
        match list {
            Listing::Plan => self.title.as_deref(),
            Listing::Activities | Listing::Systems => self.name.as_deref(),
            Listing::People => self.function.as_deref(),
            Listing::Providers => self.service.as_deref(),
        }
    }
}

impl Reviewed {
    /// The entity as plan files hold it.
    fn entity(&self, id: &str) -> Value {
        let value = &self.value;
        let mut entity = Map::from_iter([("id".to_owned(), json!(id)), ("source".to_owned(), json!(self.source))]);
        let mut put = |key: &str, said: &Option<String>| {
            if let Some(said) = said {
                entity.insert(key.to_owned(), json!(said));
            }
        };
        match self.list {
            // The header is no entity of a list: see `HeaderSaid`.
            Listing::Plan => {}
            Listing::Activities => {
                put("name", &value.name);
                put("mtpd", &value.mtpd);
                put("mtdl", &value.mtdl);
            }
            Listing::Systems => {
                put("name", &value.name);
                put("rto", &value.rto);
                put("rpo", &value.rpo);
            }
            Listing::Providers => {
                put("service", &value.service);
                put("responds_within", &value.responds_within);
                put("restores_within", &value.restores_within);
            }
            Listing::People => {
                put("function", &value.function);
                let ways = [("mobile", &value.mobile), ("mail", &value.mail)];
                let ways = ways.into_iter().filter_map(|(channel, address)| Some((channel, address.as_ref()?)));
                let reach: Vec<Value> =
                    ways.map(|(channel, address)| json!({ "channel": channel, "address": address })).collect();
                entity.insert("reach".to_owned(), if reach.is_empty() { json!("nsp") } else { json!(reach) });
            }
        }
        Value::Object(entity)
    }
}

impl ReviewError {
    /// What is wrong and how to mend it, in words.
    pub fn text(&self) -> Text {
        match self {
            Self::Problems(problems) => Text::same(problems.to_string()),
            Self::Write(why) => Text::same(why.to_string()),
            Self::Value { why, .. } => Text::new(
                format!(
                    "une valeur acceptée ne convient pas au plan : {why} ; corrigez-la dans le fichier de relecture"
                ),
                format!("an accepted value does not fit the plan: {why}; correct it in the review file"),
            ),
        }
    }
}
