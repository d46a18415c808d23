//! From the bytes of a workbook back to a plan.

mod assemble;
mod cells;
mod listing;
mod tables;
mod value;

use vigie_documents::{Workbook, address};
use vigie_model::Text;
use vigie_plan::Plan;
use vigie_source::{Level, Problem, Problems, SourceFile};

use self::listing::{Complaint, Listing};
use crate::layout::{self, Sheet};
use crate::write::STAMP_SHEET;

/// A plan read from a workbook.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The plan.
    pub plan: Plan,
    /// What was left aside, such as columns of somebody’s own.
    pub warnings: Problems,
    /// What the workbook says of itself; none when its hidden sheet is gone.
    pub stamp: Option<Stamp>,
}

/// What a workbook says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The version of its layout.
    pub schema: u32,
    /// The hash of the plan that was exported; see [`Stamp::is_of`].
    pub plan: String,
}

impl Stamp {
    /// Whether the workbook was made from this very plan.
    pub fn is_of(&self, plan: &Plan) -> bool {
        crate::write::plan_hash(&plan.into()).is_ok_and(|hash| hash == self.plan)
    }
}

/// Reads a workbook that [`write()`](crate::write()) made and that people changed with a spreadsheet program. Every
/// problem comes back at once, each with its sheet and cell: the “lines” they point at are those of a list of the
/// cells that were read. A workbook that was not read to its end is refused: its end would go missing from the plan.
pub fn read(name: &str, workbook: &Workbook) -> Result<Reading, Problems> {
    if let Some(why) = cells::cut_short(workbook) {
        return Err(cut_short(name, why.clone()).into());
    }
    let grids = cells::grids(workbook);
    let sheets = layout::sheets();
    let stamp = stamp(&grids);
    let mut listing = Listing::default();
    if let Some(newer) = stamp.as_ref().filter(|stamp| stamp.schema > layout::VERSION) {
        listing.complain(Complaint::newer(newer.schema));
    }
    let tables = tables::find(&grids, &sheets, &mut listing);
    let roots = assemble::roots(&sheets, &tables, &mut listing);
    let (file, complaints) = listing.finish(name);
    let mut warnings = Problems::new();
    let mut problems = Problems::new();
    for complaint in complaints {
        let problem = complaint.problem(&file);
        if problem.level == Level::Warning { warnings.push(problem) } else { problems.push(problem) }
    }
    match Plan::load_trees(&file, roots) {
        Ok(plan) if problems.is_empty() => Ok(Reading { plan, warnings, stamp }),
        Ok(_) => Err(problems),
        Err(found) => {
            // A cell that was refused or left empty is told once, with its name on the sheet.
            let told = !problems.is_empty();
            problems.extend(
                found.into_iter().filter(|problem| !(told && matches!(problem.code, "missing-key" | "no-plan-header"))),
            );
            Err(problems)
        }
    }
}

fn cut_short(name: &str, why: Text) -> Problem {
    Problem::error("workbook-cut-short", &SourceFile::new(name, ""), why)
        .with_hint(Text::new("vérifiez que c’est le bon fichier", "check that this is the right file"))
}

fn stamp(grids: &[cells::Grid]) -> Option<Stamp> {
    let grid = grids.iter().find(|grid| grid.name == STAMP_SHEET)?;
    let said = |row| grid.cell(row, 1).map(cells::Cell::shown);
    Some(Stamp { schema: said(0)?.parse().ok()?, plan: said(1)? })
}

/// The name of a cell as spreadsheets give it: `Systèmes!B7`.
fn cell_name(tab: &str, row: u32, column: u32) -> String {
    format!("{tab}!{}", address(row, column))
}

/// The sheet that a path names.
fn sheet_of<'s>(sheets: &'s [Sheet], path: &str) -> Option<&'s Sheet> {
    sheets.iter().find(|sheet| sheet.path == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_spreadsheets_do() {
        let names = [(0, 0), (4, 25), (9, 26), (0, 701), (0, 702)].map(|(row, column)| cell_name("S", row, column));
        assert_eq!(names, ["S!A1", "S!Z5", "S!AA10", "S!ZZ1", "S!AAA1"]);
    }
}
