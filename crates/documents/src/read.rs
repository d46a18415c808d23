use std::panic::{AssertUnwindSafe, catch_unwind};

use sha2::{Digest, Sha256};

use crate::detect::{self, Opened, Stopped};
use crate::document::{Block, Notice};
use crate::fault::Fault;
use crate::sheets::{self, Workbook};
use crate::{Document, DocumentError, Format, Found, Limits, Measure, odt, pdf, word};

/// What a reader makes of a file.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) pages: Option<u32>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) notices: Vec<Notice>,
}

/// Reads a document. Its format is decided by its content; `name` is only there to be told in errors.
///
/// A panic of a foreign reader is an error here. Time and memory are not bounded, nor is the depth of
/// the stack: a program that reads files of strangers calls this in a process of its own.
pub fn read_document(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, DocumentError> {
    let (format, findings) = guarded(name, bytes, limits, |opened| match opened {
        Opened::Zip(Format::Odt, mut package) => odt::read(&mut package, limits).map(|found| (Format::Odt, found)),
        Opened::Zip(Format::Ods, mut package) => {
            Ok((Format::Ods, sheets::findings(sheets::open::read(&mut package, limits)?)))
        }
        Opened::Zip(Format::Xlsx, mut package) => {
            Ok((Format::Xlsx, sheets::findings(sheets::excel::read_xlsx(bytes, &mut package, limits)?)))
        }
        Opened::Zip(_, mut package) => word::docx::read(&mut package, limits).map(|found| (Format::Docx, found)),
        Opened::Ole(Format::Xls, ole) => {
            Ok((Format::Xls, sheets::findings(sheets::excel::read_xls(bytes, ole, limits)?)))
        }
        Opened::Ole(_, ole) => word::doc::read(bytes, ole, limits).map(|found| (Format::Doc, found)),
        Opened::Pdf => pdf::read(bytes, limits).map(|found| (Format::Pdf, found)),
    })?;
    let sha256 = hexadecimal(&Sha256::digest(bytes));
    Ok(Document { format, sha256, pages: findings.pages, blocks: findings.blocks, notices: findings.notices })
}

/// Reads a workbook with its types: numbers, dates, durations. Another kind of document is an error.
///
/// What is said of [`read_document`] holds here too. Errors bear no name of a file: see [`DocumentError::named`].
pub fn read_workbook(bytes: &[u8], limits: &Limits) -> Result<Workbook, DocumentError> {
    guarded("", bytes, limits, |opened| match opened {
        Opened::Zip(Format::Ods, mut package) => sheets::open::read(&mut package, limits),
        Opened::Zip(Format::Xlsx, mut package) => sheets::excel::read_xlsx(bytes, &mut package, limits),
        Opened::Ole(Format::Xls, ole) => sheets::excel::read_xls(bytes, ole, limits),
        _ => Err(Fault::Unsupported(Found::NotAWorkbook)),
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

fn guarded<'a, T>(
    name: &str,
    bytes: &'a [u8],
    limits: &Limits,
    read: impl FnOnce(Opened<'a>) -> Result<T, Fault>,
) -> Result<T, DocumentError> {
    if bytes.is_empty() {
        return Err(DocumentError::Empty { name: name.to_owned() });
    }
    if bytes.len() > limits.file_bytes {
        return Err(Fault::TooMuch(Measure::FileBytes, limits.file_bytes).into_error(name, Format::Pdf));
    }
    let opened = catch_unwind(AssertUnwindSafe(|| detect::open(bytes, limits)))
        .unwrap_or_else(|_| Err(Stopped { fault: Fault::Panicked, format: Format::Doc }))
        .map_err(|stopped| stopped.fault.into_error(name, stopped.format))?;
    let format = match &opened {
        Opened::Zip(format, _) | Opened::Ole(format, _) => *format,
        Opened::Pdf => Format::Pdf,
    };
    catch_unwind(AssertUnwindSafe(|| read(opened)))
        .unwrap_or(Err(Fault::Panicked))
        .map_err(|fault| fault.into_error(name, format))
}
