use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_model::Text;
use vigie_source::{Formats, Level, Located, Problems, SourceFile, Step};

/// Fewest words that make a body, where the template does not say.
pub const ENOUGH_WORDS: u32 = 12;

/// The sections that a plan is expected to have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Format of this file: `vigie.template/1`.
    #[schemars(extend("const" = "vigie.template/1"))]
    pub format: String,
    /// Short name (`es`).
    pub id: String,
    /// What it is a template of.
    pub title: Wording,
    /// Day it was last changed.
    pub revised_on: Date,
    /// Its sections, in the order of the plan.
    #[schemars(length(min = 1))]
    pub sections: Vec<TemplateSection>,
}

/// One section that is looked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateSection {
    /// Short name, unique in the template.
    pub id: String,
    /// What people call it.
    pub title: Wording,
    /// Check of the continuity file (PCRA) that it helps to prove.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// Headings under which it is found.
    #[schemars(length(min = 1))]
    pub labels: Vec<String>,
    /// Words that, together in one paragraph or table, speak of it whatever the heading.
    #[serde(default)]
    pub hints: Vec<String>,
    /// What it must hold: one of these is enough.
    #[serde(default)]
    pub signals: Vec<Signal>,
    /// Fewest words it must hold.
    #[serde(default = "enough_words")]
    pub words: u32,
}

/// A title in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
}

/// What shows that a section says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// A length of time (`4 h`, `J+1`).
    Duration,
    /// A day.
    Date,
    /// A number to call.
    Phone,
    /// A mail address.
    Mail,
    /// A function (`directeur de garde`).
    Role,
    /// A word of approval.
    Signature,
    /// A table that is filled in.
    Table,
    /// Three steps or points at least.
    Steps,
}

impl Wording {
    /// The same as texts are carried.
    pub fn text(&self) -> Text {
        Text::new(self.fr.clone(), self.en.clone())
    }
}

impl Template {
    /// Reads a template; all that is wrong with it comes back at once.
    pub fn load(file: &SourceFile) -> Result<Self, Problems> {
        let located = vigie_source::read::<Self>(file, &Formats::standard())?;
        check(&located)?;
        Ok(located.value)
    }
}

/// The templates that travel with vigie: a hospital, a social care home, a group of hospitals.
pub fn shipped_templates() -> Vec<SourceFile> {
    vec![
        SourceFile::new("templates/es.yaml", include_str!("../templates/es.yaml")),
        SourceFile::new("templates/esms.yaml", include_str!("../templates/esms.yaml")),
        SourceFile::new("templates/ght.yaml", include_str!("../templates/ght.yaml")),
    ]
}

fn enough_words() -> u32 {
    ENOUGH_WORDS
}

/// What a schema cannot say: ids come once, and checks exist.
fn check(located: &Located<Template>) -> Result<(), Problems> {
    let mut problems = Problems::new();
    for (index, section) in located.value.sections.iter().enumerate() {
        let at = |key: &str| [Step::Key("sections".into()), Step::Index(index), Step::Key(key.into())];
        if located.value.sections.iter().take(index).any(|other| other.id == section.id) {
            let message = Text::new(
                format!("la section « {} » est écrite deux fois", section.id),
                format!("section “{}” is written twice", section.id),
            );
            problems.push(located.problem_at(&at("id"), Level::Error, "template-section-twice", message));
        }
        let unknown = |check: &&String| !vigie_plan::CHECKS.iter().any(|known| known.id == check.as_str());
        if let Some(check) = section.check.as_ref().filter(unknown) {
            let message = Text::new(
                format!("« {check} » n’est pas une vérification du dossier de continuité"),
                format!("“{check}” is not a check of the continuity file"),
            );
            problems.push(located.problem_at(&at("check"), Level::Error, "template-check-unknown", message));
        }
    }
    problems.or_value(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_template_loads() {
        for file in shipped_templates() {
            let template = Template::load(&file).unwrap();
            assert!(template.sections.len() >= 12, "{} is short", template.id);
        }
    }

    #[test]
    fn a_template_with_faults_says_them_all() {
        let text = "format: vigie.template/1\nid: x\ntitle: {fr: x, en: x}\nrevised_on: 2026-11-25\nsections:\n  - {id: a, title: {fr: a, en: a}, labels: [a], check: ZZZ-9}\n  - {id: a, title: {fr: a, en: a}, labels: [a]}\n";
        let problems = Template::load(&SourceFile::new("x.yaml", text)).unwrap_err();
        assert_eq!(problems.iter().count(), 2);
    }
}
