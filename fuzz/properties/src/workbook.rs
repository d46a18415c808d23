//! Workbooks that come back from people.

use vigie_documents::{Limits, read_workbook};
use vigie_model::Lang;
use vigie_plan::PlanFile;

use crate::claims::problems_hold;

/// A workbook that is read as a plan is written and read again as the same plan; anything else has problems.
pub fn read(data: &[u8]) {
    let opened = |bytes: &[u8]| read_workbook(bytes, &Limits::default());
    let Ok(workbook) = opened(data) else { return };
    match vigie_workbook::read("plan.xlsx", &workbook) {
        Ok(reading) => {
            if let Ok(bytes) = vigie_workbook::write(&reading.plan, Lang::Fr) {
                let again = opened(&bytes).map(|workbook| vigie_workbook::read("plan.xlsx", &workbook));
                let again = again.map(|read| read.map(|reading| PlanFile::from(&reading.plan)));
                assert_eq!(again, Ok(Ok(PlanFile::from(&reading.plan))));
            }
        }
        Err(problems) => problems_hold(&problems),
    }
}
