//! Drop-down lists, and what people are told when a cell does not take what they type.

use std::collections::BTreeMap;

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, Formula, Workbook, XlsxError, utility::row_col_to_cell_absolute,
};
use vigie_model::{Lang, Text};
use vigie_plan::{EntityKind, words};

use super::{SPARE_ROWS, content};
use crate::layout::{Column, FIRST_ROW, Rows, Shape, Sheet};
use crate::names::{Named, Names, is_name};

/// The words of every drop-down list, by the name that cells call it.
pub(super) struct Lists {
    words: BTreeMap<String, Vec<String>>,
    picks: BTreeMap<String, Vec<EntityKind>>,
}

/// The hidden sheet that holds them.
fn sheet_name(lang: Lang) -> &'static str {
    if lang == Lang::Fr { "Listes" } else { "Lists" }
}

impl Lists {
    pub(super) fn new(sheets: &[Sheet], lang: Lang) -> Self {
        let mut lists = Self { words: BTreeMap::new(), picks: BTreeMap::new() };
        for column in sheets.iter().flat_map(|sheet| &sheet.columns) {
            match &column.shape {
                Shape::Word { of, key, words } => {
                    let shown = words.iter().map(|word| words::value(of, key, word).get(lang).to_owned()).collect();
                    lists.words.insert(word_list(of, key), shown);
                }
                Shape::Reference(kinds) => {
                    lists.picks.insert(pick_list(kinds), kinds.clone());
                }
                _ => {}
            }
        }
        lists
    }

    /// Writes the hidden sheet. Names of entities follow what people write in the other sheets.
    pub(super) fn write(
        &self,
        workbook: &mut Workbook,
        sheets: &[Sheet],
        names: &Names,
        lang: Lang,
    ) -> Result<(), XlsxError> {
        let mut ranges = Vec::new();
        let out = workbook.add_worksheet();
        out.set_name(sheet_name(lang))?.set_hidden(true);
        let mut at = 0_u16;
        let range = |at: u16, last: u32| {
            format!("={}!{}:{}", sheet_name(lang), row_col_to_cell_absolute(0, at), row_col_to_cell_absolute(last, at))
        };
        for (name, shown) in &self.words {
            for (row, word) in (0..).zip(shown) {
                out.write_string(row, at, word)?;
            }
            let last = u32::try_from(shown.len()).unwrap_or(1).saturating_sub(1);
            ranges.push((name, range(at, last)));
            at += 1;
        }
        for (name, kinds) in &self.picks {
            let mut row = 0;
            for kind in kinds {
                let Some(sheet) = sheets.iter().find(|sheet| sheet.rows == Rows::Entities(*kind)) else { continue };
                let known: Vec<String> = names.of_kinds(&[*kind]).map(Named::shown).collect();
                let count = u32::try_from(known.len()).unwrap_or_default() + SPARE_ROWS / 4;
                for offset in 0..count {
                    let shown =
                        usize::try_from(offset).ok().and_then(|offset| known.get(offset)).map_or("", String::as_str);
                    out.write_formula(
                        row,
                        at,
                        Formula::new(pick_formula(sheet, FIRST_ROW + offset, lang)).set_result(shown),
                    )?;
                    row += 1;
                }
            }
            ranges.push((name, range(at, row.saturating_sub(1))));
            at += 1;
        }
        for (name, range) in ranges {
            workbook.define_name(name, &range)?;
        }
        Ok(())
    }

    /// What may be typed in a column, said before and after.
    pub(super) fn validation(sheet: &Sheet, column: &Column, lang: Lang) -> Result<Option<DataValidation>, XlsxError> {
        let Some(advice) = advice(sheet, column) else { return Ok(None) };
        let refused = Text::new(
            "Choisissez une réponse de la liste, ou laissez vide si on ne sait pas.",
            "Pick an answer of the list, or leave empty if not known.",
        );
        Ok(Some(
            rule(&column.shape, lang)?
                .set_input_message(advice.get(lang))?
                .set_error_title(Text::new("Réponse non prévue", "Unexpected answer").get(lang))?
                .set_error_message(refused.get(lang))?
                .set_error_style(DataValidationErrorStyle::Stop),
        ))
    }

    /// The list of the cell that says what an empty sheet means.
    pub(super) fn emptiness(lang: Lang) -> Result<DataValidation, XlsxError> {
        let words = [content::not_known(), content::none()];
        let message = Text::new(
            "Une feuille vide veut dire « on ne sait pas ». S’il n’y en a vraiment aucun, choisissez « (aucun) ».",
            "An empty sheet means “not known”. If there really is none, pick “(none)”.",
        );
        DataValidation::new()
            .allow_list_strings(&words.each_ref().map(|word| word.get(lang)))?
            .set_input_message(message.get(lang))
    }
}

/// The list that a cell takes; anything where a list would be in the way.
fn rule(shape: &Shape, lang: Lang) -> Result<DataValidation, XlsxError> {
    let rule = DataValidation::new();
    let strings =
        |words: [Text; 2]| DataValidation::new().allow_list_strings(&words.each_ref().map(|word| word.get(lang)));
    Ok(match shape {
        Shape::Word { of, key, .. } => rule.allow_list_formula(Formula::new(format!("={}", word_list(of, key)))),
        Shape::Reference(kinds) => rule.allow_list_formula(Formula::new(format!("={}", pick_list(kinds)))),
        Shape::Flag => strings([content::yes(), content::no()])?,
        Shape::Elsewhere => strings([content::elsewhere(), content::none()])?,
        _ => rule.allow_any_value(),
    })
}

/// What to write in a column, shown beside the cell that is being filled in.
fn advice(sheet: &Sheet, column: &Column) -> Option<Text> {
    Some(match &column.shape {
        Shape::Word { .. } => Text::new(
            "Choisissez dans la liste. Laissez vide si on ne sait pas.",
            "Pick from the list. Leave empty if not known.",
        ),
        Shape::Flag => Text::new("oui ou non. Laissez vide si on ne sait pas.", "yes or no. Leave empty if not known."),
        Shape::Elsewhere => {
            let there = words::title(&format!("{}.{}", sheet.path, column.key));
            let (fr, en) = (there.fr, there.en);
            Text::new(
                format!(
                    "Les lignes sont dans la feuille « {fr} ». S’il n’y en a aucune, choisissez « (aucun) ». Vide : on ne sait pas."
                ),
                format!("The rows are on the sheet “{en}”. If there is none, pick “(none)”. Empty: not known."),
            )
        }
        Shape::Reference(kinds) => {
            let Text { fr, en } = in_words(kinds);
            Text::new(
                format!(
                    "Choisissez dans la liste : nom, puis identifiant entre crochets. S’il manque, ajoutez d’abord sa ligne : {fr}."
                ),
                format!("Pick from the list: name, then id in brackets. If it is missing, add its row first: {en}."),
            )
        }
        Shape::Several(item) => several(item),
        Shape::Duration => Text::new(
            "Un nombre et son unité : 30 min, 4 h, 5 j, J+1. Laissez vide si on ne sait pas.",
            "A number and its unit: 30 min, 4 h, 5 d, J+1. Leave empty if not known.",
        ),
        Shape::Date => Text::new(
            "Une date : 31/03/2026. Laissez vide si on ne sait pas.",
            "A date: 2026-03-31. Leave empty if not known.",
        ),
        Shape::Slug if column.key == "id" => Text::new(
            "Nom court, en minuscules sans accent (dpi, site-principal). Laissez vide sur une ligne nouvelle : il sera proposé. Ne le changez plus ensuite.",
            "Short name, lower-case letters without accents (dpi, main-site). Leave empty on a new row: one will be suggested. Do not change it later.",
        ),
        Shape::Text | Shape::Whole | Shape::Number | Shape::Slug | Shape::Mixed => return None,
    })
}

fn several(item: &Shape) -> Text {
    match item {
        Shape::Reference(kinds) => {
            let where_to = in_words(kinds);
            Text::new(
                format!(
                    "Un identifiant par ligne (Alt+Entrée), ou séparés par « ; ». Ils sont dans : {}. « (aucun) » s’il n’y en a pas.",
                    where_to.fr
                ),
                format!(
                    "One id on each line (Alt+Enter), or with “;” between. They are in: {}. “(none)” if there is none.",
                    where_to.en
                ),
            )
        }
        Shape::Word { of, key, words } => {
            let all = words.iter().map(|word| words::value(of, key, word));
            let (fr, en): (Vec<String>, Vec<String>) = all.map(|text| (text.fr, text.en)).unzip();
            let cut = |text: String| text.chars().take(250).collect::<String>();
            Text::new(
                cut(format!("Une réponse par ligne (Alt+Entrée) : {}.", fr.join(" ; "))),
                cut(format!("One answer on each line (Alt+Enter): {}.", en.join("; "))),
            )
        }
        _ => Text::new(
            "Un élément par ligne (Alt+Entrée). « (aucun) » s’il n’y en a pas. Vide : on ne sait pas.",
            "One item on each line (Alt+Enter). “(none)” if there is none. Empty: not known.",
        ),
    }
}

/// `Sites, Équipes`: the sheets of some kinds.
fn in_words(kinds: &[EntityKind]) -> Text {
    let (fr, en): (Vec<String>, Vec<String>) =
        kinds.iter().map(|kind| words::title(kind.section())).map(|text| (text.fr, text.en)).unzip();
    Text::new(fr.join(", "), en.join(", "))
}

fn word_list(of: &str, key: &str) -> String {
    format!("mots_{of}_{key}")
}

fn pick_list(kinds: &[EntityKind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    format!("choix_{}", names.join("_ou_"))
}

/// `Nom [id]` of the entity on a row; nothing when the row is empty.
fn pick_formula(sheet: &Sheet, row: u32, lang: Lang) -> String {
    let place = |found: fn(&str) -> bool| {
        let at = sheet.columns.iter().position(|column| found(&column.key))?;
        Some(format!("'{}'!{}", sheet.tab(lang), row_col_to_cell_absolute(row, u16::try_from(at).ok()?)))
    };
    let id = place(|key| key == "id").unwrap_or_default();
    match place(is_name) {
        Some(name) => format!("=IF({id}=\"\",{name}&\"\",IF({name}=\"\",{id},TRIM({name})&\" [\"&{id}&\"]\"))"),
        None => format!("={id}&\"\""),
    }
}
