use std::fmt;

use vigie_model::{Lang, Text};

use crate::{SourceFile, Span, render};

/// How many problems are kept for one reading; the others are only counted.
pub const MAX_PROBLEMS: usize = 500;

/// How much a [`Problem`] weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The file cannot be used.
    Error,
    /// The file can be used, but its author should look.
    Warning,
}

/// One thing wrong in a file: where, why, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How much it weighs.
    pub level: Level,
    /// Stable identifier in kebab case, such as `unknown-key`.
    pub code: &'static str,
    /// The file it is in.
    pub file: SourceFile,
    /// The offending text; none when the whole file is at fault.
    pub span: Option<Span>,
    /// What is wrong.
    pub message: Text,
    /// A few words written beside the caret.
    pub label: Option<Text>,
    /// Other places of the same file that explain the problem.
    pub remarks: Vec<Remark>,
    /// How to mend it.
    pub hint: Option<Text>,
}

/// Another place of the file that a [`Problem`] speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The place.
    pub span: Span,
    /// What it has to do with the problem.
    pub label: Text,
}

impl Problem {
    /// An error about a whole file; see [`Problem::at`] to point at a place in it.
    pub fn error(code: &'static str, file: &SourceFile, message: Text) -> Self {
        Self::new(Level::Error, code, file, message)
    }

    /// A warning about a whole file; see [`Problem::at`] to point at a place in it.
    pub fn warning(code: &'static str, file: &SourceFile, message: Text) -> Self {
        Self::new(Level::Warning, code, file, message)
    }

    /// A problem of the given level about a whole file.
    pub fn new(level: Level, code: &'static str, file: &SourceFile, message: Text) -> Self {
        Self { level, code, file: file.clone(), span: None, message, label: None, remarks: Vec::new(), hint: None }
    }

    /// Points at the offending text.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Writes a few words beside the caret.
    #[must_use]
    pub fn with_label(mut self, label: Text) -> Self {
        self.label = Some(label);
        self
    }

    /// Points at another place of the same file.
    #[must_use]
    pub fn with_remark(mut self, span: Span, label: Text) -> Self {
        self.remarks.push(Remark { span, label });
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn with_hint(mut self, hint: Text) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// All that is wrong in one or several files, sorted by file then position.
///
/// At most [`MAX_PROBLEMS`] are kept, so that a hostile file cannot fill the memory; the
/// others are counted, and the rendering says so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    kept: Vec<Problem>,
    errors: usize,
    warnings: usize,
}

impl Problems {
    /// No problem so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        match problem.level {
            Level::Error => self.errors += 1,
            Level::Warning => self.warnings += 1,
        }
        if self.kept.len() < MAX_PROBLEMS {
            let place = self.kept.partition_point(|kept| order(kept) <= order(&problem));
            self.kept.insert(place, problem);
        }
    }

    /// Adds all of another collection, those that it only counted included.
    pub fn append(&mut self, other: Self) {
        let (errors, warnings) = (self.errors + other.errors, self.warnings + other.warnings);
        self.extend(other.kept);
        (self.errors, self.warnings) = (errors, warnings);
    }

    /// True when nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many there are, those that are only counted included.
    pub fn len(&self) -> usize {
        self.errors + self.warnings
    }

    /// True when at least one is an error.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// How many warnings there are.
    pub fn warnings(&self) -> usize {
        self.warnings
    }

    /// Those that were kept, by file then position.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.kept.iter()
    }

    /// Draws each problem under its line, then counts them. `width` is in columns.
    ///
    /// Control characters and text direction marks of the files are shown as symbols, so that
    /// nothing of a file reaches the terminal as a command.
    pub fn render(&self, lang: Lang, colour: bool, width: usize) -> String {
        render::render(self, lang, colour, width)
    }

    /// `Ok(value)` when there is no error, the problems otherwise. Warnings are lost on `Ok`:
    /// take them out before if they matter.
    pub fn or_value<T>(self, value: T) -> Result<T, Self> {
        if self.has_errors() { Err(self) } else { Ok(value) }
    }
}

/// Reading order: by file, then from the top down; a whole-file problem first.
fn order(problem: &Problem) -> (&str, Option<usize>) {
    (problem.file.name(), problem.span.map(|span| span.start))
}

impl Extend<Problem> for Problems {
    fn extend<I: IntoIterator<Item = Problem>>(&mut self, problems: I) {
        for problem in problems {
            self.push(problem);
        }
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(problems: I) -> Self {
        let mut collected = Self::new();
        collected.extend(problems);
        collected
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self::from_iter([problem])
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.kept.into_iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Lang::En, false, render::DEFAULT_WIDTH))
    }
}

impl std::error::Error for Problems {}
