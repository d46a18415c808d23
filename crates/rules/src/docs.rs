//! The reference pages, generated: rules and facts.

use std::fmt::Write;

use vigie_model::{Catalogue, FactType, Lang, Theme};

use crate::explain::{Explanation, Labels};
use crate::{RuleSet, facts};

impl RuleSet {
    /// The reference of all rules in Markdown: a table by theme, then each rule in full.
    pub fn docs(&self, lang: Lang) -> String {
        let labels = Labels::of(lang);
        let explained: Vec<Explanation> = self.loaded().map(|loaded| self.explain_loaded(loaded, lang)).collect();
        let mut page = String::new();
        line(
            &mut page,
            match lang {
                Lang::Fr => "# Règles de vigie\n\nPage produite par `vigie rules docs` : ne pas modifier.",
                Lang::En => "# Rules of vigie\n\nPage made by `vigie rules docs`: do not edit.",
            },
        );
        for theme in Theme::ALL {
            let of_theme: Vec<&Explanation> = explained.iter().filter(|rule| rule.theme == theme).collect();
            if of_theme.is_empty() {
                continue;
            }
            line(&mut page, &format!("\n## {}\n", theme.text().get(lang)));
            line(
                &mut page,
                match lang {
                    Lang::Fr => "| Règle | Constat | Niveau | Effort |\n|---|---|---|---|",
                    Lang::En => "| Rule | Finding | Severity | Effort |\n|---|---|---|---|",
                },
            );
            for rule in of_theme {
                let (id, title) = (&rule.id, cell(&rule.title));
                let (severity, effort) = (rule.severity.text(), rule.effort.text());
                let anchor = anchor(&rule.id.0);
                let row = format!("| [`{id}`](#{anchor}) | {title} | {} | {} |", severity.get(lang), effort.get(lang));
                line(&mut page, &row);
            }
        }
        for rule in &explained {
            details(&mut page, rule, &labels);
        }
        page
    }
}

/// The reference of all facts in Markdown: one table per kind of observation.
pub fn facts_docs(catalogue: &Catalogue, lang: Lang) -> String {
    let mut page = String::new();
    line(
        &mut page,
        match lang {
            Lang::Fr => {
                "# Catalogue des faits\n\nPage produite par `vigie rules facts` : ne pas modifier. Un fait « peut-être \
             inconnu » que l’on n’a pas vu rend inconnue la vérification qui le lit."
            }
            Lang::En => {
                "# Fact catalogue\n\nPage made by `vigie rules facts`: do not edit. A fact that “may be unknown” and \
             was not seen makes the check that reads it unknown."
            }
        },
    );
    for kind in catalogue.kinds() {
        line(&mut page, &format!("\n## `{}`\n\n{}\n", kind.id, kind.title.get(lang)));
        line(
            &mut page,
            match lang {
                Lang::Fr => "| Fait | Type | Peut-être inconnu | Sens |\n|---|---|---|---|",
                Lang::En => "| Fact | Type | May be unknown | Meaning |\n|---|---|---|---|",
            },
        );
        rows(&mut page, &kind.facts, "", lang);
    }
    page
}

fn rows(page: &mut String, of: &FactType, above: &str, lang: Lang) {
    let fields = match facts::element(of) {
        FactType::Record(fields) => fields,
        FactType::Table(inner) => return rows(page, inner, &format!("{above}[…]"), lang),
        _ => return,
    };
    for (name, field) in fields {
        let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        let unknown = match (field.may_be_unknown, lang) {
            (true, Lang::Fr) => "oui",
            (true, Lang::En) => "yes",
            (false, _) => "",
        };
        let (of, doc) = (cell(&field.of.describe()), cell(&field.doc));
        line(page, &format!("| `{path}` | {of} | {unknown} | {doc} |"));
        rows(page, &field.of, &path, lang);
    }
}

fn details(page: &mut String, rule: &Explanation, labels: &Labels) {
    let lang = rule.lang;
    let colon = labels.colon;
    let mut paragraph = |text: &str| line(page, &format!("\n{text}"));
    paragraph(&format!("## `{}`", rule.id));
    paragraph(&format!("**{}**", escaped(&rule.title)));
    paragraph(&format!(
        "{}{colon} {} · {}{colon} {} · {}{colon} {} · {}, {} {}",
        labels.severity,
        rule.severity.text().get(lang),
        labels.effort,
        rule.effort.text().get(lang),
        labels.judges,
        format_args!("`{}`", rule.kind),
        rule.status.text().get(lang),
        labels.since,
        rule.since,
    ));
    paragraph(&format!("**{}.** {}", labels.why, escaped(&rule.why)));
    paragraph(&format!("**{}.** {}", labels.remedy, escaped(&rule.remedy)));
    for (product, remedy) in &rule.remedy_for {
        paragraph(&format!("- {}{colon} {}", escaped(product), escaped(remedy)));
    }
    if let Some(when) = &rule.when {
        paragraph(&format!("**{}.**\n\n```cel\n{when}\n```", labels.when));
    }
    paragraph(&format!("**{}**", labels.checks));
    for check in &rule.checks {
        paragraph(&format!(
            "- `{}` ({}){colon} {}\n\n  ```cel\n  {}\n  ```",
            check.id,
            check.severity.text().get(lang),
            escaped(&check.fail),
            check.expr.replace('\n', "\n  "),
        ));
    }
    let facts: Vec<String> = rule.facts.iter().map(|fact| format!("`{}`", fact.path)).collect();
    paragraph(&format!("**{}**{colon} {}", labels.facts, facts.join(", ")));
    if !rule.keys.is_empty() {
        paragraph(&format!("**{}**", labels.keys));
    }
    for key in &rule.keys {
        let title = key.title.as_ref().map(|title| format!(", {}", escaped(title))).unwrap_or_default();
        paragraph(&format!("- `{}`{colon} {}{title}", key.key, escaped(&key.framework)));
    }
}

fn line(page: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(page, "{text}");
}

/// The anchor that renderers give to the title of a rule.
fn anchor(id: &str) -> String {
    id.chars().filter(|character| character.is_alphanumeric() || *character == '-').collect()
}

/// A text fit for one cell of a table.
fn cell(text: &str) -> String {
    escaped(text).replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text in which Markdown sees no markup of HTML.
fn escaped(text: &str) -> String {
    text.trim().replace('<', "&lt;")
}
