use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use vigie_model::{Catalogue, RuleCard, RuleId, hexadecimal};
use vigie_source::{Problems, SourceFile};

use crate::load::{self, LoadedRule, Override};
use crate::{Frameworks, Rule};

/// Rules that were checked against the fact catalogue and are ready to judge.
#[derive(Debug, Clone)]
pub struct RuleSet {
    rules: BTreeMap<RuleId, LoadedRule>,
    overrides: Vec<Override>,
    warnings: Problems,
    hash: String,
    pub(crate) catalogue: Catalogue,
    pub(crate) frameworks: Frameworks,
}

impl RuleSet {
    /// Loads one folder of rules. All that is wrong in all files is reported at once.
    pub fn load(
        files: impl IntoIterator<Item = SourceFile>,
        catalogue: &Catalogue,
        frameworks: &Frameworks,
    ) -> Result<Self, Problems> {
        Self::load_layers([files.into_iter().collect()], catalogue, frameworks)
    }

    /// Loads several folders, the shipped one first. A rule of a later folder replaces the one of the
    /// same name before it, which [`RuleSet::overrides`] tells.
    pub fn load_layers(
        layers: impl IntoIterator<Item = Vec<SourceFile>>,
        catalogue: &Catalogue,
        frameworks: &Frameworks,
    ) -> Result<Self, Problems> {
        let loaded = load::load(layers, catalogue, frameworks);
        if loaded.problems.has_errors() {
            return Err(loaded.problems);
        }
        Ok(Self {
            hash: hash(&loaded.rules),
            rules: loaded.rules,
            overrides: loaded.overrides,
            warnings: loaded.problems,
            catalogue: catalogue.clone(),
            frameworks: frameworks.clone(),
        })
    }

    /// The rules, by name.
    pub fn list(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values().map(|loaded| &loaded.rule)
    }

    /// A rule by name.
    pub fn rule(&self, id: &RuleId) -> Option<&Rule> {
        self.rules.get(id).map(|loaded| &loaded.rule)
    }

    /// The file that a rule was read from.
    pub fn file(&self, id: &RuleId) -> Option<&str> {
        self.rules.get(id).map(|loaded| loaded.file.as_str())
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no rule at all.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rules that a later folder replaces, by name.
    pub fn overrides(&self) -> &[Override] {
        &self.overrides
    }

    /// What deserves a look and does not stop the rules from being used.
    pub fn warnings(&self) -> &Problems {
        &self.warnings
    }

    /// Hash of all that the rules say, 64 hexadecimal digits. Comments and layout do not count.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// What a run keeps of its rules, so that it reads on its own.
    pub fn cards(&self) -> BTreeMap<RuleId, RuleCard> {
        self.rules.iter().map(|(id, loaded)| (id.clone(), loaded.rule.card())).collect()
    }

    pub(crate) fn loaded(&self) -> impl Iterator<Item = &LoadedRule> {
        self.rules.values()
    }

    pub(crate) fn loaded_rule(&self, id: &RuleId) -> Option<&LoadedRule> {
        self.rules.get(id)
    }
}

fn hash(rules: &BTreeMap<RuleId, LoadedRule>) -> String {
    let mut hasher = Sha256::new();
    for loaded in rules.values() {
        // A rule is made of texts, numbers and maps keyed by text: it always serialises.
        let content = serde_json::to_string(&loaded.rule).unwrap_or_default();
        hasher.update(format!("{}\n{content}\n", content.len()));
    }
    hexadecimal(&hasher.finalize())
}
