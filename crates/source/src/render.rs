use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level as Title, Origin, Renderer, Snippet};
use vigie_model::Lang;

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
    let place = match problem.span {
        Some(span) => draw_place(problem, span, lang),
        None => Origin::path(one_line(problem.file.name())).into(),
    };
    let group = title.primary_title(neutralise(problem.message.get(lang))).id(problem.code).element(place);
    match (&problem.hint, lang) {
        (None, _) => group,
        (Some(hint), Lang::Fr) => group.element(Title::HELP.with_name("aide").message(neutralise(&hint.fr))),
        (Some(hint), Lang::En) => group.element(Title::HELP.with_name("help").message(neutralise(&hint.en))),
    }
}

/// The lines of the problem and of its remarks, or their position alone when they are too long.
fn draw_place(problem: &Problem, span: Span, lang: Lang) -> Element<'static> {
    let file = &problem.file;
    let name = one_line(file.name());
    let spans = || std::iter::once(span).chain(problem.remarks.iter().map(|remark| remark.span));
    let together = Extract::around(file, spans());
    let (extract, remarks) = match together {
        Some(extract) => (Some(extract), problem.remarks.as_slice()),
        None => (Extract::around(file, std::iter::once(span)), [].as_slice()),
    };
    let Some(extract) = extract else {
        let (line, column) = file.line_column(span.start);
        return Origin::path(name).line(line).char_column(column).into();
    };
    let mut primary = AnnotationKind::Primary.span(extract.range(file, span));
    if let Some(label) = &problem.label {
        primary = primary.label(neutralise(label.get(lang)));
    }
    let context = remarks.iter().map(|remark| -> Annotation<'static> {
        AnnotationKind::Context.span(extract.range(file, remark.span)).label(neutralise(remark.label.get(lang)))
    });
    let snippet = Snippet::source(neutralise(extract.text(file))).path(name).line_start(extract.first_line);
    snippet.annotation(primary).annotations(context.collect::<Vec<_>>()).into()
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
        let before = before.strip_suffix('\r').unwrap_or(before);
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
