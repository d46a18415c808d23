//! What is printed, in one language, whatever prints it.

use crate::neutralise::Shown;

/// A kit in one language.
pub(super) struct View {
    pub(super) title: String,
    pub(super) plan: Shown,
    /// Version, day of printing: what stands at the foot of each page beside the hash.
    pub(super) foot: Shown,
    pub(super) exercise: &'static str,
    pub(super) sheets: Vec<SheetView>,
}

/// One sheet.
pub(super) struct SheetView {
    /// Its place in the page, unique.
    pub(super) anchor: String,
    pub(super) title: Shown,
    /// Who may have it, when not everybody may.
    pub(super) restricted: &'static str,
    /// The hash of its content; empty for the cover, which holds those of the others.
    pub(super) hash: String,
    pub(super) blocks: Vec<Block>,
}

/// A piece of a sheet.
pub(super) enum Block {
    Heading(Shown),
    /// A sentence.
    Note(Shown),
    /// A sentence that must not be missed.
    Warning(Shown),
    Table(Table),
    /// Empty ruled lines to write on.
    Lines(usize),
}

/// Rows under their heads.
pub(super) struct Table {
    pub(super) caption: String,
    pub(super) heads: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Entry>>,
}

/// What stands in a cell.
pub(super) enum Entry {
    /// One or several lines.
    Said(Vec<Shown>),
    /// What the plan does not say: to be written by hand.
    Blank,
    /// A box to tick.
    Tick,
    /// An hour to write.
    Hour,
    /// A place to write in, in a form.
    Free,
}

impl Entry {
    pub(super) fn said(text: &str) -> Self {
        Self::Said(vec![Shown::new(text)])
    }

    /// What the plan says, or a blank.
    pub(super) fn or_blank(text: Option<impl AsRef<str>>) -> Self {
        text.map_or(Self::Blank, |text| Self::said(text.as_ref()))
    }

    /// Several lines, or a blank when there is none.
    pub(super) fn lines(lines: impl IntoIterator<Item = String>) -> Self {
        let lines: Vec<Shown> = lines.into_iter().map(|line| Shown::new(&line)).collect();
        if lines.is_empty() { Self::Blank } else { Self::Said(lines) }
    }
}
