use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vigie_model::{Effort, FactPath, Reason, RuleCard, RuleId, Severity, Subject, Text, Theme};
use vigie_source::{Formats, Located, Problems, SourceFile};

/// The longest expression, in bytes. Past that, the fact is too raw: the probe should compute it.
pub const MAX_EXPRESSION_BYTES: usize = 1000;

/// The longest text shown to readers, in characters.
pub const MAX_TEXT_CHARS: usize = 2000;

/// The most checks in one rule.
pub const MAX_CHECKS: usize = 30;

/// The most cases in one rule.
pub const MAX_CASES: usize = 100;

/// A rule, as its YAML file says it: `rules/<folder>/<bad-state>.yaml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `theme.bad-state`: names the bad state, not the cure; never reused.
    pub id: RuleId,
    /// The version of vigie that brought it (`"0.1"`).
    pub since: String,
    /// How far it can be trusted.
    #[serde(default)]
    pub status: Status,
    /// The kind of observation it judges, from the fact catalogue (`tls.endpoint`).
    pub subject: String,
    /// The one item of the plan that it judges, by its id, when each item of that kind has a rule of its own
    /// (`svg-04`); every subject of the kind when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// How bad the state is; a check may say otherwise.
    pub severity: Severity,
    /// The grading theme it counts for.
    pub theme: Theme,
    /// When the rule concerns the subject at all; otherwise it is not applicable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// What must hold. Each check is one short expression with its own sentence.
    pub checks: Vec<Check>,
    /// The bad state, in a few words.
    pub title: Text,
    /// The risk for care, in plain words.
    pub why: Text,
    /// What to do.
    pub remedy: Text,
    /// What to do, by product (`nginx`, `Postfix`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub remedy_for: BTreeMap<String, Text>,
    /// How much work the remedy asks for.
    pub effort: Effort,
    /// What it answers to in the reference frameworks (`anssi-tls:R4`).
    #[serde(default)]
    pub keys: Vec<String>,
    /// Examples that run with the tests: at least one that passes, one that fails, one that is unknown.
    pub cases: Vec<Case>,
}

/// How far a rule can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// On trial: judged and shown, but every finding counts as information only.
    Preview,
    /// In force.
    #[default]
    Stable,
    /// No longer judged; kept so that its name is never reused and old runs can be explained.
    Deprecated,
}

/// One thing that must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Its name within the rule, in kebab case (`no-ssl`).
    pub id: String,
    /// The expression that is true when all is well; see `rules/README.md`.
    pub expr: String,
    /// How bad it is when it does not hold; the rule's severity when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// What to tell the reader when it does not hold. `{path}` is replaced by a fact: by that of the
    /// elements at fault when the check walked a list, `{path:join}` by all of the list.
    pub fail: Text,
}

/// An example of facts and of what the rule must say of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What the example shows.
    pub name: String,
    /// The instant of the judgement; [`Case::DEFAULT_AS_OF`] when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// The facts. One that is left out was not seen.
    #[serde(default)]
    pub facts: Map<String, Value>,
    /// Why facts are missing, by path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gaps: BTreeMap<FactPath, Reason>,
    /// What the rule must say.
    pub expect: Expect,
}

/// What a rule must say of a case: `pass`, `not_applicable`, `unknown`, `{fail: [check, …]}` or
/// `{unknown: [path, …]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Expect {
    /// An outcome with nothing more to say.
    Word(ExpectWord),
    /// These checks fail, and no other.
    Fail(ExpectFail),
    /// The outcome is unknown for want of these facts, and of no other.
    Unknown(ExpectUnknown),
}

/// An outcome in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExpectWord {
    /// Every check holds.
    Pass,
    /// The rule does not concern the subject.
    NotApplicable,
    /// It cannot be decided, whatever is missing.
    Unknown,
}

/// The checks that must fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectFail {
    /// Names of the checks, in any order.
    pub fail: BTreeSet<String>,
}

/// The facts that must be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectUnknown {
    /// Paths of the facts. A path stands for all that is below it.
    pub unknown: BTreeSet<FactPath>,
}

/// Reads one rule file: its YAML, then its shape. What it says is checked by [`crate::RuleSet::load`].
pub fn read_rule(file: &SourceFile) -> Result<Located<Rule>, Problems> {
    vigie_source::read(file, &Formats::standard())
}

/// The JSON schema of a rule file, for editors.
pub fn rule_schema() -> Value {
    Value::from(schemars::schema_for!(Rule))
}

impl Rule {
    /// What a run keeps of the rule, for its readers.
    pub fn card(&self) -> RuleCard {
        RuleCard {
            title: self.title.clone(),
            why: self.why.clone(),
            remedy: self.remedy.clone(),
            remedy_for: self.remedy_for.clone(),
            kind: self.subject.clone(),
            theme: self.theme,
            severity: self.weight(self.severity),
            effort: self.effort,
            keys: self.keys.clone(),
        }
    }

    /// Whether it judges a subject of its kind.
    pub(crate) fn is_about(&self, subject: &Subject) -> bool {
        self.item.as_ref().is_none_or(|item| matches!(subject, Subject::Plan(plan) if plan.id == *item))
    }

    /// What a severity counts for under the status of the rule: a preview only informs.
    pub(crate) fn weight(&self, severity: Severity) -> Severity {
        match self.status {
            Status::Preview => Severity::Info,
            Status::Stable | Status::Deprecated => severity,
        }
    }
}

impl Case {
    /// 2026-01-01T00:00:00Z: the instant of the cases that do not choose one.
    pub const DEFAULT_AS_OF: Timestamp = Timestamp::constant(1_767_225_600, 0);

    /// The instant of the judgement.
    pub fn instant(&self) -> Timestamp {
        self.as_of.unwrap_or(Self::DEFAULT_AS_OF)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expectations_read_as_they_are_written() {
        let read = |json: Value| serde_json::from_value::<Expect>(json);
        assert_eq!(read("pass".into()).unwrap(), Expect::Word(ExpectWord::Pass));
        assert_eq!(read("unknown".into()).unwrap(), Expect::Word(ExpectWord::Unknown));
        let fail = Expect::Fail(ExpectFail { fail: ["a".to_owned()].into() });
        assert_eq!(read(serde_json::json!({"fail": ["a"]})).unwrap(), fail);
        let unknown = Expect::Unknown(ExpectUnknown { unknown: ["a.b".into()].into() });
        assert_eq!(read(serde_json::json!({"unknown": ["a.b"]})).unwrap(), unknown);
        assert!(read("fail".into()).is_err());
    }

    #[test]
    fn a_rule_of_one_item_judges_no_other() {
        let text = include_str!("../../../rules/pcra/no-red-button.yaml");
        let rule = read_rule(&SourceFile::new("no-red-button.yaml", text)).unwrap().value;
        let about = |subject: &str| rule.is_about(&subject.parse().unwrap());
        assert!(about("plan:proof/svg-07"));
        assert!(!about("plan:proof/svg-08") && !about("facility"));
        assert!(Rule { item: None, ..rule.clone() }.is_about(&Subject::Facility));
    }

    #[test]
    fn the_default_instant_is_what_it_says() {
        assert_eq!(Case::DEFAULT_AS_OF.to_string(), "2026-01-01T00:00:00Z");
    }
}
