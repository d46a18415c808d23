use vigie_model::Lang;
use vigie_plan::{EntityChange, PlanDiff};

use super::Style;
use super::page::{Ink, Page};
use crate::neutralise::visible;
use crate::phrasing::{count, pick};

/// What changed between two plans, list by list. Every line ends in a newline.
pub fn changes(diff: &PlanDiff, lang: Lang, style: Style) -> String {
    let mut page = Page::new(style);
    if diff.is_empty() {
        page.line(0, pick(lang, "Les deux plans disent la même chose.", "The two plans say the same."), Ink::Strong);
        return page.finish();
    }
    let mut section = "";
    for entry in &diff.entries {
        if section != entry.section {
            section = &entry.section;
            page.title(&visible(entry.title.get(lang)));
        }
        let called = match (&entry.name, &entry.id) {
            (Some(name), Some(id)) => format!("{name} [{id}]"),
            (None, Some(id)) => id.clone(),
            (_, None) => pick(lang, "La liste elle-même", "The list itself").to_owned(),
        };
        let (marker, word) = match &entry.change {
            EntityChange::Added => ("+ ", pick(lang, " : ajouté", ": added")),
            EntityChange::Removed => ("- ", pick(lang, " : retiré", ": removed")),
            EntityChange::Changed(_) => ("~ ", pick(lang, " : modifié", ": changed")),
        };
        page.hanging(0, marker, Ink::Strong, &format!("{}{word}", visible(&called)), Ink::Plain);
        if let EntityChange::Changed(fields) = &entry.change {
            for field in fields {
                page.hanging(4, "", Ink::Plain, &visible(field.words().get(lang)), Ink::Plain);
            }
        }
    }
    page.gap();
    page.line(0, &tally(diff, lang), Ink::Strong);
    page.finish()
}

fn tally(diff: &PlanDiff, lang: Lang) -> String {
    let of = |wanted: fn(&EntityChange) -> bool| diff.entries.iter().filter(|entry| wanted(&entry.change)).count();
    let added = of(|change| matches!(change, EntityChange::Added));
    let removed = of(|change| matches!(change, EntityChange::Removed));
    let changed = of(|change| matches!(change, EntityChange::Changed(_)));
    let parts = [
        count(added, lang, ["ajout", "ajouts"], ["addition", "additions"]),
        count(removed, lang, ["retrait", "retraits"], ["removal", "removals"]),
        count(changed, lang, ["modification", "modifications"], ["change", "changes"]),
    ];
    format!("{}.", parts.join(", "))
}
