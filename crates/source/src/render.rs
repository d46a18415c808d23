use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level as Title, Origin, Renderer, Snippet};
use vigie_model::{Lang, Text};

use crate::words::{neutralise, one_line};
use crate::{Level, Problem, Problems, SourceFile, Span};

/// Columns of the plain rendering of `Display`.
pub(crate) const DEFAULT_WIDTH: usize = 100;

/// How many problems are drawn; a reader mends the first ones and reads the file again.
const MAX_DRAWN: usize = 50;

/// The largest extract that is drawn; past that, only the line and the column are given.
const MAX_EXTRACT_BYTES: usize = 16 * 1024;

/// See [`Problems::render`].
pub(crate) fn render(problems: &Problems, lang: Lang, colour: bool, width: usize) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    let mut drawn = String::new();
    for problem in problems.iter().take(MAX_DRAWN) {
        drawn.push_str(&renderer.render(&[draw(problem, lang)]));
        drawn.push_str("\n\n");
    }
    drawn.push_str(&count_line(problems, lang));
    drawn.push('\n');
    drawn
}

fn draw(problem: &Problem, lang: Lang) -> Group<'static> {
    let title = match (problem.level, lang) {
        (Level::Error, Lang::Fr) => Title::ERROR.with_name("erreur"),
        (Level::Error, Lang::En) => Title::ERROR.with_name("error"),
        (Level::Warning, Lang::Fr) => Title::WARNING.with_name("attention"),
        (Level::Warning, Lang::En) => Title::WARNING.with_name("warning"),
    };
    let places = match problem.span {
        Some(span) => draw_places(problem, span, lang),
        None => vec![Origin::path(one_line(problem.file.name())).into()],
    };
    let group = title.primary_title(neutralise(problem.message.get(lang))).id(problem.code).elements(places);
    match (&problem.hint, lang) {
        (None, _) => group,
        (Some(hint), Lang::Fr) => group.element(Title::HELP.with_name("aide\u{a0}").message(neutralise(&hint.fr))),
        (Some(hint), Lang::En) => group.element(Title::HELP.with_name("help").message(neutralise(&hint.en))),
    }
}

/// The lines of the problem and of its remarks, in one extract when they are close.
fn draw_places(problem: &Problem, span: Span, lang: Lang) -> Vec<Element<'static>> {
    let primary = (AnnotationKind::Primary, span, problem.label.as_ref());
    let remarks = problem.remarks.iter().map(|remark| (AnnotationKind::Context, remark.span, Some(&remark.label)));
    let marks: Vec<Mark<'_>> = std::iter::once(primary).chain(remarks).collect();
    if let Some(together) = draw_extract(&problem.file, &marks, lang) {
        return vec![together];
    }
    marks.iter().map(|mark| draw_alone(&problem.file, mark, lang)).collect()
}

/// A place to underline, and what to write beside it.
type Mark<'p> = (AnnotationKind, Span, Option<&'p Text>);

/// The line of one place, or its position alone when the line is too long.
fn draw_alone(file: &SourceFile, mark: &Mark<'_>, lang: Lang) -> Element<'static> {
    draw_extract(file, std::slice::from_ref(mark), lang).unwrap_or_else(|| {
        let (line, column) = file.line_column(mark.1.start);
        Origin::path(one_line(file.name())).line(line).char_column(column).into()
    })
}

fn draw_extract(file: &SourceFile, marks: &[Mark<'_>], lang: Lang) -> Option<Element<'static>> {
    let extract = Extract::around(file, marks.iter().map(|(_, span, _)| *span))?;
    let annotations = marks.iter().map(|(kind, span, label)| -> Annotation<'static> {
        let annotation = kind.span(extract.range(file, *span));
        match label {
            Some(label) => annotation.label(neutralise(label.get(lang))),
            None => annotation,
        }
    });
    let snippet = Snippet::source(neutralise(extract.text(file)))
        .path(one_line(file.name()))
        .line_start(extract.first_line)
        .annotations(annotations.collect::<Vec<_>>());
    Some(snippet.into())
}

/// Some whole lines of a file.
struct Extract {
    lines: Range<usize>,
    first_line: usize,
}

impl Extract {
    /// The lines from the first span to the last one, unless they are too long to be drawn.
    fn around(file: &SourceFile, spans: impl Iterator<Item = Span>) -> Option<Self> {
        let starts: Vec<usize> = spans.map(|span| file.boundary(span.start)).collect();
        let (first, last) = (*starts.iter().min()?, *starts.iter().max()?);
        let text = file.text();
        let start = text.get(..first)?.rfind('\n').map_or(0, |newline| newline + 1);
        let end = text.get(last..)?.find('\n').map_or(text.len(), |length| last + length);
        let end = if text.get(start..end)?.ends_with('\r') { end - 1 } else { end };
        let (first_line, _) = file.line_column(start);
        (end - start <= MAX_EXTRACT_BYTES).then_some(Self { lines: start..end, first_line })
    }

    fn text<'f>(&self, file: &'f SourceFile) -> &'f str {
        file.text().get(self.lines.clone()).unwrap_or_default()
    }

    /// Where a span falls in the neutralised text: its first line only, without the blanks at its end.
    fn range(&self, file: &SourceFile, span: Span) -> Range<usize> {
        let start = file.boundary(span.start).clamp(self.lines.start, self.lines.end);
        let end = file.boundary(span.end).clamp(start, self.lines.end);
        let marked = file.slice(Span::new(start, end)).lines().next().unwrap_or_default().trim_end();
        let before = file.slice(Span::new(self.lines.start, start));
        let in_line_end = file.text().get(start..).is_some_and(|rest| rest.starts_with('\n'));
        let before = if in_line_end { before.trim_end_matches('\r') } else { before };
        let drawn_start = neutralise(before).len();
        drawn_start..drawn_start + neutralise(marked).len()
    }
}

fn count_line(problems: &Problems, lang: Lang) -> String {
    let (errors, warnings) = (problems.errors(), problems.warnings());
    let (error, warning, and, none, first) = match lang {
        Lang::Fr => ("erreur", "avertissement", "et", "aucun problème", "premiers problèmes affichés"),
        Lang::En => ("error", "warning", "and", "no problem", "first problems shown"),
    };
    let counted = match (errors, warnings) {
        (0, 0) => none.to_owned(),
        (_, 0) => plural(errors, error),
        (0, _) => plural(warnings, warning),
        _ => format!("{} {and} {}", plural(errors, error), plural(warnings, warning)),
    };
    if problems.len() > MAX_DRAWN { format!("{counted} ({MAX_DRAWN} {first})") } else { counted }
}

fn plural(count: usize, word: &str) -> String {
    let ending = if count > 1 { "s" } else { "" };
    format!("{count} {word}{ending}")
}
