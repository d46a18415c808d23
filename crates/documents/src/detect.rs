//! What a file is, from its content and never from its ending.

use std::io::{Cursor, Read};

use memchr::memmem;

use crate::fault::Fault;
use crate::package::Package;
use crate::{Format, Found, Limits};

/// A file whose format is known, opened as far as that took.
pub(crate) enum Opened<'a> {
    Zip(Format, Box<Package<'a>>),
    Ole(Format, Ole<'a>),
    Pdf,
}

/// An OLE file: the file system in a file of Word and Excel 97 to 2003.
pub(crate) type Ole<'a> = cfb::CompoundFile<Cursor<&'a [u8]>>;

/// What stops detection, with what the file seems to be.
pub(crate) struct Stopped {
    pub(crate) fault: Fault,
    pub(crate) format: Format,
}

impl Stopped {
    fn new(fault: Fault, format: Format) -> Self {
        Self { fault, format }
    }

    fn unsupported(found: Found) -> Self {
        // The format is of no use to this message.
        Self::new(Fault::Unsupported(found), Format::Pdf)
    }
}

const OLE_MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const ZIP_MAGIC: &[u8] = b"PK\x03\x04";
const EMPTY_ZIP_MAGIC: &[u8] = b"PK\x05\x06";
/// Programs that make PDF may write a few lines before it; readers look for it in the first kibibyte.
const PDF_WITHIN: usize = 1024;

/// Opens a file as what it is.
pub(crate) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Stopped> {
    if bytes.starts_with(ZIP_MAGIC) || bytes.starts_with(EMPTY_ZIP_MAGIC) {
        return open_zip(bytes, limits);
    }
    if bytes.starts_with(OLE_MAGIC) {
        return open_ole(bytes);
    }
    let start = bytes.get(..PDF_WITHIN.min(bytes.len())).unwrap_or_default();
    if contains(start, b"%PDF-") {
        return Ok(Opened::Pdf);
    }
    Err(Stopped::unsupported(something_else(bytes, start)))
}

fn open_zip<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Stopped> {
    let guess = guess_of_zip(bytes);
    let stop = |fault| match guess {
        Some(format) => Stopped::new(fault, format),
        None => Stopped::unsupported(Found::Archive),
    };
    let mut package = Package::open(bytes, limits).map_err(stop)?;
    let stop = |fault| Stopped::new(fault, guess.unwrap_or(Format::Docx));
    if package.has("[Content_Types].xml") {
        let types = package.text("[Content_Types].xml").map_err(stop)?.unwrap_or_default();
        return match office_format(&types) {
            Ok(format) => Ok(Opened::Zip(format, Box::new(package))),
            Err(found) => match guess {
                // The list of types is lost but the parts are there.
                Some(format) if package.is_damaged() => Ok(Opened::Zip(format, Box::new(package))),
                _ => Err(Stopped::unsupported(found)),
            },
        };
    }
    if package.has("content.xml") {
        let kind = package.text("mimetype").map_err(stop)?.unwrap_or_default();
        let format = open_document_format(&kind).map_err(Stopped::unsupported)?;
        let manifest = package.text("META-INF/manifest.xml").map_err(stop)?.unwrap_or_default();
        if manifest.contains("encryption-data") {
            return Err(Stopped::new(Fault::Protected, format));
        }
        return Ok(Opened::Zip(format, Box::new(package)));
    }
    if package.has("mimetype") && package.has("encrypted-package") {
        return Err(Stopped::new(Fault::Protected, Format::Odt));
    }
    Err(Stopped::unsupported(Found::Archive))
}

fn office_format(types: &str) -> Result<Format, Found> {
    if types.contains("wordprocessingml.") || types.contains("ms-word.document") || types.contains("ms-word.template") {
        Ok(Format::Docx)
    } else if types.contains("sheet.binary") {
        Err(Found::Xlsb)
    } else if types.contains("spreadsheetml.sheet.main")
        || types.contains("spreadsheetml.template.main")
        || types.contains("ms-excel.sheet.macroEnabled.main")
        || types.contains("ms-excel.template.macroEnabled.main")
    {
        Ok(Format::Xlsx)
    } else if types.contains("presentationml.") || types.contains("ms-powerpoint.") {
        Err(Found::Presentation)
    } else {
        Err(Found::Archive)
    }
}

fn open_document_format(kind: &str) -> Result<Format, Found> {
    let Some(kind) = kind.trim().strip_prefix("application/vnd.oasis.opendocument.") else {
        return Err(Found::Archive);
    };
    if kind.starts_with("text") {
        Ok(Format::Odt)
    } else if kind.starts_with("spreadsheet") {
        Ok(Format::Ods)
    } else if kind.starts_with("presentation") {
        Err(Found::Presentation)
    } else {
        Err(Found::OtherOpenDocument)
    }
}

/// What a zip file seems to be, from names that stand in it uncompressed: for one that is cut off.
fn guess_of_zip(bytes: &[u8]) -> Option<Format> {
    const MARKS: [(&[u8], Format); 4] = [
        (b"opendocument.text", Format::Odt),
        (b"opendocument.spreadsheet", Format::Ods),
        (b"word/", Format::Docx),
        (b"xl/", Format::Xlsx),
    ];
    if let Some((_, format)) = MARKS.iter().find(|(mark, _)| contains(bytes, mark)) {
        return Some(*format);
    }
    contains(bytes, b"[Content_Types].xml").then_some(Format::Docx)
}

fn open_ole(bytes: &[u8]) -> Result<Opened<'_>, Stopped> {
    // Names of streams are in UTF-16.
    let is_named = |name: &str| contains(bytes, &name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let guess = if is_named("Workbook") { Format::Xls } else { Format::Doc };
    let mut ole =
        cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|error| Stopped::new(Fault::damaged(&error), guess))?;
    if ole.is_stream("/EncryptedPackage") {
        return Err(Stopped::new(Fault::Protected, Format::Docx));
    }
    if ole.is_stream("/WordDocument") {
        return if is_encrypted_word(&mut ole) {
            Err(Stopped::new(Fault::Protected, Format::Doc))
        } else {
            Ok(Opened::Ole(Format::Doc, ole))
        };
    }
    if ole.is_stream("/Workbook") || ole.is_stream("/Book") {
        return Ok(Opened::Ole(Format::Xls, ole));
    }
    let found = if ole.is_stream("/PowerPoint Document") { Found::Presentation } else { Found::OtherOle };
    Err(Stopped::unsupported(found))
}

/// Bit `fEncrypted` of the file information block ([MS-DOC] 2.5.2).
fn is_encrypted_word(ole: &mut Ole<'_>) -> bool {
    let mut block = [0; 12];
    let read = ole.open_stream("/WordDocument").and_then(|mut stream| stream.read_exact(&mut block));
    let [.., flags] = block;
    read.is_ok() && flags & 0x01 != 0
}

fn something_else(bytes: &[u8], start: &[u8]) -> Found {
    const MAGICS: [(&[u8], Found); 16] = [
        (b"{\\rtf", Found::Rtf),
        (b"\x89PNG", Found::Picture),
        (b"\xff\xd8\xff", Found::Picture),
        (b"GIF8", Found::Picture),
        (b"BM", Found::Picture),
        (b"II*\0", Found::Picture),
        (b"MM\0*", Found::Picture),
        (b"7z\xbc\xaf\x27\x1c", Found::Archive),
        (b"Rar!", Found::Archive),
        (b"\x1f\x8b", Found::Archive),
        (b"BZh", Found::Archive),
        (b"\xfd7zXZ", Found::Archive),
        (b"PK", Found::Archive),
        (b"MZ", Found::Program),
        (b"\x7fELF", Found::Program),
        (b"\xcf\xfa\xed\xfe", Found::Program),
    ];
    let is_text = !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok();
    // Two letters are also how a text may begin.
    if let Some((_, found)) = MAGICS.iter().find(|(magic, _)| start.starts_with(magic) && (magic.len() > 2 || !is_text))
    {
        return *found;
    }
    if start.starts_with(b"RIFF") && contains(start, b"WEBP") {
        return Found::Picture;
    }
    let words = String::from_utf8_lossy(start).to_ascii_lowercase();
    let words = words.trim_start_matches('\u{feff}').trim_start();
    if words.starts_with("<!doctype html") || words.contains("<html") {
        Found::Html
    } else if words.starts_with("<?xml") {
        Found::Xml
    } else if is_text && !words.is_empty() {
        Found::PlainText
    } else {
        Found::Unknown
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    memmem::find(bytes, wanted).is_some()
}
