//! A rule in full, for those who ask why.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

use serde::Serialize;
use vigie_model::{Effort, FactType, Lang, RuleId, Severity, Text, Theme};

use crate::expression::Expression;
use crate::load::LoadedRule;
use crate::{RuleSet, Status, cases, facts};

/// All that there is to say of a rule, in one language. `Display` writes it as plain text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The language.
    pub lang: Lang,
    /// The rule.
    pub id: RuleId,
    /// The bad state, in a few words.
    pub title: String,
    /// The version that brought it.
    pub since: String,
    /// How far it can be trusted.
    pub status: Status,
    /// How bad the state is.
    pub severity: Severity,
    /// The theme it counts for.
    pub theme: Theme,
    /// The work that the remedy asks for.
    pub effort: Effort,
    /// The file it is in.
    pub file: String,
    /// The kind of observation that it judges.
    pub kind: String,
    /// What this kind is.
    pub kind_title: String,
    /// The risk for care.
    pub why: String,
    /// What to do.
    pub remedy: String,
    /// What to do, by product.
    pub remedy_for: BTreeMap<String, String>,
    /// When it applies; none when always.
    pub when: Option<String>,
    /// What must hold.
    pub checks: Vec<ExplainedCheck>,
    /// The facts that its expressions may read.
    pub facts: Vec<ExplainedFact>,
    /// What it answers to in the reference frameworks.
    pub keys: Vec<ExplainedKey>,
    /// Its examples: name and expected outcome.
    pub cases: Vec<(String, String)>,
}

/// One thing that must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedCheck {
    /// Its name.
    pub id: String,
    /// How bad it is when it does not hold.
    pub severity: Severity,
    /// The expression.
    pub expr: String,
    /// What readers are told when it does not hold.
    pub fail: String,
    /// The facts that it may read.
    pub reads: BTreeSet<String>,
}

/// A fact that a rule may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedFact {
    /// Its path, without indices.
    pub path: String,
    /// Its type.
    pub of: String,
    /// What it is.
    pub doc: String,
}

/// A key of a reference framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedKey {
    /// The key.
    pub key: String,
    /// The framework.
    pub framework: String,
    /// What the item is about, when we have a title for it.
    pub title: Option<String>,
}

impl RuleSet {
    /// All that there is to say of a rule, or none when there is no such rule.
    pub fn explain(&self, id: &RuleId, lang: Lang) -> Option<Explanation> {
        self.loaded_rule(id).map(|loaded| self.explain_loaded(loaded, lang))
    }

    pub(crate) fn explain_loaded(&self, loaded: &LoadedRule, lang: Lang) -> Explanation {
        let rule = &loaded.rule;
        let kind = self.catalogue.kind(&rule.subject);
        let expressions = loaded.when.iter().chain(loaded.checks.iter().map(|check| &check.expression));
        let read: BTreeSet<&String> = expressions.flat_map(Expression::reads).collect();
        let checks = rule.checks.iter().zip(&loaded.checks).map(|(check, loaded)| ExplainedCheck {
            id: check.id.clone(),
            severity: check.severity.unwrap_or(rule.severity),
            expr: check.expr.trim().to_owned(),
            fail: check.fail.get(lang).to_owned(),
            reads: loaded.expression.reads().clone(),
        });
        Explanation {
            lang,
            id: rule.id.clone(),
            title: rule.title.get(lang).to_owned(),
            since: rule.since.clone(),
            status: rule.status,
            severity: rule.severity,
            theme: rule.theme,
            effort: rule.effort,
            file: loaded.file.clone(),
            kind: rule.subject.clone(),
            kind_title: kind.map(|kind| kind.title.get(lang).to_owned()).unwrap_or_default(),
            why: rule.why.get(lang).to_owned(),
            remedy: rule.remedy.get(lang).to_owned(),
            remedy_for: rule.remedy_for.iter().map(|(name, text)| (name.clone(), text.get(lang).to_owned())).collect(),
            when: rule.when.as_ref().map(|when| when.trim().to_owned()),
            checks: checks.collect(),
            facts: read.into_iter().filter_map(|path| explain_fact(path, &kind?.facts)).collect(),
            keys: rule.keys.iter().map(|key| self.explain_key(key, lang)).collect(),
            cases: rule
                .cases
                .iter()
                .map(|case| (case.name.clone(), cases::expected_text(&case.expect).get(lang).to_owned()))
                .collect(),
        }
    }

    fn explain_key(&self, key: &str, lang: Lang) -> ExplainedKey {
        let info = self.frameworks.describe(key);
        ExplainedKey {
            key: key.to_owned(),
            framework: info.as_ref().map(|info| info.framework.title.get(lang).to_owned()).unwrap_or_default(),
            title: info.and_then(|info| info.title).map(|title| title.get(lang).to_owned()),
        }
    }
}

fn explain_fact(path: &str, facts: &FactType) -> Option<ExplainedFact> {
    let place = facts::locate(facts, path).ok()?;
    Some(ExplainedFact { path: path.to_owned(), of: place.of.describe(), doc: place.doc.trim().to_owned() })
}

impl Status {
    /// The word a reader sees.
    pub fn text(self) -> Text {
        let (fr, en) = match self {
            Self::Preview => ("à l’essai", "preview"),
            Self::Stable => ("en vigueur", "stable"),
            Self::Deprecated => ("retirée", "deprecated"),
        };
        Text::new(fr, en)
    }
}

/// The words around the content, in one language.
pub(crate) struct Labels {
    pub(crate) why: &'static str,
    pub(crate) remedy: &'static str,
    pub(crate) judges: &'static str,
    pub(crate) when: &'static str,
    pub(crate) checks: &'static str,
    pub(crate) told: &'static str,
    pub(crate) facts: &'static str,
    pub(crate) keys: &'static str,
    pub(crate) cases: &'static str,
    pub(crate) colon: &'static str,
    pub(crate) severity: &'static str,
    pub(crate) theme: &'static str,
    pub(crate) effort: &'static str,
    pub(crate) since: &'static str,
}

impl Labels {
    pub(crate) fn of(lang: Lang) -> Self {
        match lang {
            Lang::Fr => Self {
                why: "Pourquoi",
                remedy: "Que faire",
                judges: "Observation jugée",
                when: "S’applique si",
                checks: "Vérifications",
                told: "Message en cas d’échec",
                facts: "Faits lus",
                keys: "Référentiels",
                cases: "Exemples",
                colon: "\u{a0}:",
                severity: "Niveau",
                theme: "Thème",
                effort: "Effort",
                since: "depuis la version",
            },
            Lang::En => Self {
                why: "Why",
                remedy: "What to do",
                judges: "Observation judged",
                when: "Applies if",
                checks: "Checks",
                told: "Message on failure",
                facts: "Facts read",
                keys: "Frameworks",
                cases: "Examples",
                colon: ":",
                severity: "Severity",
                theme: "Theme",
                effort: "Effort",
                since: "since version",
            },
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lang = self.lang;
        let labels = Labels::of(lang);
        let colon = labels.colon;
        let mut text = String::new();
        writeln!(text, "{}\n{}", self.id, self.title)?;
        writeln!(text, "{}, {} {} ({})", self.status.text().get(lang), labels.since, self.since, self.file)?;
        writeln!(text, "{}{colon} {}", labels.severity, self.severity.text().get(lang))?;
        writeln!(text, "{}{colon} {}", labels.theme, self.theme.text().get(lang))?;
        writeln!(text, "{}{colon} {}", labels.effort, self.effort.text().get(lang))?;
        writeln!(text, "{}{colon} {} ({})", labels.judges, self.kind, self.kind_title)?;
        writeln!(text, "\n{}", labels.why)?;
        indent(&mut text, 2, &self.why)?;
        writeln!(text, "\n{}", labels.remedy)?;
        indent(&mut text, 2, &self.remedy)?;
        for (product, remedy) in &self.remedy_for {
            writeln!(text, "  {product}{colon}")?;
            indent(&mut text, 4, remedy)?;
        }
        if let Some(when) = &self.when {
            writeln!(text, "\n{}", labels.when)?;
            indent(&mut text, 2, when)?;
        }
        writeln!(text, "\n{}", labels.checks)?;
        for check in &self.checks {
            writeln!(text, "  {} ({})", check.id, check.severity.text().get(lang))?;
            indent(&mut text, 4, &check.expr)?;
            indent(&mut text, 4, &format!("{}{colon} {}", labels.told, check.fail))?;
        }
        writeln!(text, "\n{}", labels.facts)?;
        for fact in &self.facts {
            writeln!(text, "  {} ({})", fact.path, fact.of)?;
            indent(&mut text, 4, &fact.doc)?;
        }
        if !self.keys.is_empty() {
            writeln!(text, "\n{}", labels.keys)?;
        }
        for key in &self.keys {
            let title = key.title.as_ref().map(|title| format!(", {title}")).unwrap_or_default();
            writeln!(text, "  {}{colon} {}{title}", key.key, key.framework)?;
        }
        writeln!(text, "\n{}", labels.cases)?;
        for (name, expected) in &self.cases {
            writeln!(text, "  {name} → {expected}")?;
        }
        f.write_str(&text)
    }
}

fn indent(into: &mut String, by: usize, text: &str) -> fmt::Result {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .try_for_each(|line| writeln!(into, "{:by$}{}", "", line.trim_end()))
}
