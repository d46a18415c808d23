use std::fmt;
use std::sync::Arc;

use vigie_model::Text;

use crate::{Problem, Problems};

/// The largest file that is read: 1 MiB, some fifty times the longest plan we know of.
pub const MAX_FILE_BYTES: usize = 1024 * 1024;

/// A named text. Cloning it is cheap: the bytes are shared.
#[derive(Clone, PartialEq, Eq)]
pub struct SourceFile {
    name: Arc<str>,
    text: Arc<str>,
}

/// A range of bytes in a [`SourceFile`], end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset just after the last byte.
    pub end: usize,
}

impl Span {
    /// A range from its two ends.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}

impl SourceFile {
    /// A file whose text is already at hand. A leading byte order mark is dropped.
    pub fn new(name: impl AsRef<str>, text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        Self { name: name.as_ref().into(), text: text.strip_prefix('\u{feff}').unwrap_or(text).into() }
    }

    /// A file as read from a disk: refused when it is over [`MAX_FILE_BYTES`] or not UTF-8.
    pub fn from_bytes(name: impl AsRef<str>, bytes: &[u8]) -> Result<Self, Problems> {
        let name = name.as_ref();
        if bytes.len() > MAX_FILE_BYTES {
            return Err(too_large(&Self::new(name, "")).into());
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(name, text)),
            Err(error) => {
                let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
                Err(not_utf8(&Self::new(name, String::from_utf8_lossy(bytes)), good).into())
            }
        }
    }

    /// The name, as the user gave it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset, both from 1; the column counts characters.
    /// An offset past the end, or inside a character, is moved back to the nearest boundary.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..self.boundary(offset)).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        (line, column)
    }

    /// The text of a span, empty when it does not fit the file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The nearest character boundary at or before an offset.
    pub(crate) fn boundary(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset)
    }
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceFile").field("name", &self.name).finish_non_exhaustive()
    }
}

pub(crate) fn too_large(file: &SourceFile) -> Problem {
    let mebibytes = MAX_FILE_BYTES / (1024 * 1024);
    Problem::error(
        "file-too-large",
        file,
        Text::new(format!("le fichier dépasse {mebibytes} Mio"), format!("the file is over {mebibytes} MiB")),
    )
    .with_hint(Text::new(
        "vérifiez que c’est le bon fichier ; sinon, répartissez son contenu dans plusieurs fichiers",
        "check that this is the right file; if so, split its content into several files",
    ))
}

fn not_utf8(file: &SourceFile, good: &[u8]) -> Problem {
    let boundary = good.len() - if good.starts_with("\u{feff}".as_bytes()) { '\u{feff}'.len_utf8() } else { 0 };
    let span = Span::new(boundary, boundary + char::REPLACEMENT_CHARACTER.len_utf8());
    let (line, _) = file.line_column(boundary);
    Problem::error(
        "not-utf8",
        file,
        Text::new(
            format!("le fichier n’est pas enregistré en UTF-8 : un octet illisible ligne {line}"),
            format!("the file is not saved as UTF-8: an unreadable byte on line {line}"),
        ),
    )
    .at(span)
    .with_hint(Text::new(
        "dans votre éditeur, « Enregistrer sous… » puis choisissez l’encodage « UTF-8 »",
        "in your editor, “Save as…” then choose the encoding “UTF-8”",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let file = SourceFile::new("f", "é: à\nb: ü");
        assert_eq!(file.line_column(0), (1, 1));
        assert_eq!(file.line_column(4), (1, 4));
        assert_eq!(file.line_column(5), (1, 4), "inside “à”: moved back");
        assert_eq!(file.line_column(7), (2, 1));
        assert_eq!(file.line_column(usize::MAX), (2, 5));
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        let file = SourceFile::from_bytes("f", b"\xef\xbb\xbfa: 1").expect("valid");
        assert_eq!(file.text(), "a: 1");
    }

    #[test]
    fn a_file_over_the_cap_is_refused() {
        let bytes = vec![b' '; MAX_FILE_BYTES + 1];
        let problems = SourceFile::from_bytes("f", &bytes).expect_err("too large");
        assert_eq!(problems.iter().next().expect("one").code, "file-too-large");
        assert!(SourceFile::from_bytes("f", &bytes[1..]).is_ok());
    }
}
