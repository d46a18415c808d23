//! Workbooks as bytes, read as the program reads them.

use vigie_documents::{Limits, read_workbook};
use vigie_source::Problems;
use vigie_workbook::Reading;

pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Reading, Problems> {
    let workbook = read_workbook(bytes, &Limits::default()).unwrap_or_else(|why| panic!("{why}"));
    vigie_workbook::read(name, &workbook)
}
