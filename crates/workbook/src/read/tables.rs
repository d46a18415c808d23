//! Which sheet of a workbook is which, and where its columns are, by the hidden keys above them.

use std::collections::BTreeMap;

use vigie_model::{Lang, Text};

use super::cells::{Cell, Grid};
use super::listing::{Complaint, Listing};
use crate::layout::{FIRST_ROW, HEADING_ROW, KEY_ROW, Sheet};

/// A sheet of the plan as it was found in a workbook.
pub(super) struct Table<'g> {
    pub(super) grid: &'g Grid,
    /// Where each column of the plan is, by its place in the plan.
    pub(super) columns: Vec<Option<u32>>,
}

/// The sheets of a workbook, by path. Those that are missing are complained of.
pub(super) fn find<'g>(grids: &'g [Grid], sheets: &[Sheet], listing: &mut Listing) -> BTreeMap<String, Table<'g>> {
    let mut tables = BTreeMap::new();
    let mut missing = Vec::new();
    for sheet in sheets {
        let mut holders = grids.iter().filter(|grid| key_row(grid, sheet).is_some());
        let Some(grid) = holders.next() else {
            missing.push(sheet);
            continue;
        };
        if let Some(again) = holders.next() {
            listing.complain(twice(&grid.name, &again.name));
        }
        if key_row(grid, sheet) != Some(KEY_ROW) {
            listing.complain(top_moved(&grid.name));
            continue;
        }
        let columns = columns(grid, sheet, listing);
        ignored(grid, &columns, listing);
        tables.insert(sheet.path.clone(), Table { grid, columns });
    }
    if tables.is_empty() && missing.len() == sheets.len() {
        listing.complain(not_ours());
    } else {
        for sheet in missing {
            listing.complain(no_sheet(sheet));
        }
    }
    tables
}

/// The row that has the keys of a sheet.
fn key_row(grid: &Grid, sheet: &Sheet) -> Option<u32> {
    const SEARCHED: usize = 50;
    let is_key = |cell: &Cell| matches!(cell, Cell::Text(text) if text.split_once('#').is_some_and(|(path, _)| path == sheet.path));
    grid.rows.iter().take(SEARCHED).find(|(_, row)| row.values().any(is_key)).map(|(at, _)| *at)
}

fn columns(grid: &Grid, sheet: &Sheet, listing: &mut Listing) -> Vec<Option<u32>> {
    let keys = grid.rows.get(&KEY_ROW);
    let place = |wanted: &str| {
        let mut found =
            keys.into_iter().flatten().filter(|(_, cell)| matches!(cell, Cell::Text(text) if text == wanted));
        (found.next().map(|(at, _)| *at), found.next().is_some())
    };
    let mut columns = Vec::new();
    for column in &sheet.columns {
        let (at, again) = place(&sheet.full_key(column));
        if at.is_none() {
            listing.complain(no_column(&grid.name, &column.heading));
        }
        if again {
            listing.complain(column_twice(&grid.name, &column.heading));
        }
        columns.push(at);
    }
    columns
}

/// Says which columns are somebody’s own: they are not part of the plan and will not be kept.
fn ignored(grid: &Grid, columns: &[Option<u32>], listing: &mut Listing) {
    let below = grid.rows.range(FIRST_ROW..).flat_map(|(_, row)| row.keys());
    let mut foreign: Vec<u32> = below.filter(|at| !columns.contains(&Some(**at))).copied().collect();
    foreign.sort_unstable();
    foreign.dedup();
    for at in foreign.into_iter().take(20) {
        let shown = grid.cell(HEADING_ROW, at).map(Cell::shown).unwrap_or_default();
        let spot = listing.add(&grid.name, HEADING_ROW, at, &shown);
        listing.complain(
            Complaint::warning(
                "column-ignored",
                Text::new(
                    "cette colonne ne fait pas partie du plan : elle n’est pas reprise",
                    "this column is not part of the plan: it is not kept",
                ),
                Text::new(
                    "mettez ce qui compte dans une colonne prévue",
                    "put what matters in one of the plan’s columns",
                ),
            )
            .at(spot.name),
        );
    }
}

fn not_ours() -> Complaint {
    Complaint::error(
        "workbook-not-ours",
        Text::new("ce classeur n’a pas été fait par vigie", "this workbook was not made by vigie"),
        Text::new(
            "partez de : vigie plan export --format xlsx -o plan.xlsx, puis recopiez-y vos informations ; ou relisez ce qu’il dit : vigie plan import, avec --review",
            "start from: vigie plan export --format xlsx -o plan.xlsx, then copy your information into it; or review what it says: vigie plan import, with --review",
        ),
    )
}

fn no_sheet(sheet: &Sheet) -> Complaint {
    let (fr, en) = (sheet.tab(Lang::Fr), sheet.tab(Lang::En));
    Complaint::error(
        "sheet-missing",
        Text::new(format!("il manque la feuille « {fr} »"), format!("the sheet “{en}” is missing")),
        Text::new(
            "reprenez-la dans un classeur exporté de nouveau ; pour dire qu’il n’y en a aucun, gardez la feuille et choisissez « (aucun) » en haut",
            "take it from a workbook that is exported again; to say that there is none, keep the sheet and pick “(none)” at its top",
        ),
    )
}

fn top_moved(tab: &str) -> Complaint {
    Complaint::error(
        "top-rows-moved",
        Text::new(
            format!("les quatre premières lignes de la feuille « {tab} » ont bougé"),
            format!("the first four rows of the sheet “{tab}” have moved"),
        ),
        Text::new(
            "annulez l’ajout, la suppression ou le tri qui les a déplacées : elles disent ce que contient chaque colonne",
            "undo the insertion, deletion or sort that moved them: they say what each column holds",
        ),
    )
}

fn twice(first: &str, again: &str) -> Complaint {
    Complaint::error(
        "sheet-twice",
        Text::new(
            format!("« {first} » et « {again} » sont deux copies d’une même feuille"),
            format!("“{first}” and “{again}” are two copies of one sheet"),
        ),
        Text::new("n’en gardez qu’une", "keep only one of them"),
    )
}

fn no_column(tab: &str, heading: &Text) -> Complaint {
    Complaint::error(
        "column-missing",
        Text::new(
            format!("dans la feuille « {tab} », il manque la colonne « {} »", heading.fr),
            format!("in the sheet “{tab}”, the column “{}” is missing", heading.en),
        ),
        Text::new(
            "annulez sa suppression : une colonne dont on ne sait rien reste vide, elle ne s’enlève pas",
            "undo its deletion: a column of which nothing is known stays empty, it is not removed",
        ),
    )
}

fn column_twice(tab: &str, heading: &Text) -> Complaint {
    Complaint::error(
        "column-twice",
        Text::new(
            format!("dans la feuille « {tab} », la colonne « {} » est là deux fois", heading.fr),
            format!("in the sheet “{tab}”, the column “{}” is there twice", heading.en),
        ),
        Text::new("n’en gardez qu’une", "keep only one of them"),
    )
}
