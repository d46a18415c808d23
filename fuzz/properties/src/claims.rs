use std::fmt::{Debug, Display};
use std::str::FromStr;

use vigie_model::Lang;
use vigie_source::{Problems, SourceFile, Span};

/// What is read prints back to something that reads the same.
pub(crate) fn reads_back<T>(text: &str)
where
    T: FromStr + Display + PartialEq + Debug,
    T::Err: Debug,
{
    if let Ok(value) = text.parse::<T>() {
        let printed = value.to_string();
        assert_eq!(printed.parse::<T>().ok(), Some(value), "{text:?} was printed as {printed:?}");
    }
}

/// A refusal gives a reason; reasons point inside the file, and draw nothing that a terminal obeys.
pub(crate) fn problems_hold(problems: &Problems) {
    assert!(!problems.is_empty());
    for problem in problems {
        let spans = problem.span.into_iter().chain(problem.remarks.iter().map(|remark| remark.span));
        spans.for_each(|span| assert!(is_inside(&problem.file, span), "{problem:?}"));
        for lang in [Lang::Fr, Lang::En] {
            assert!(!problem.message.get(lang).is_empty(), "{problem:?}");
        }
    }
    for lang in [Lang::Fr, Lang::En] {
        let drawn = problems.render(lang, false, 80);
        assert!(!drawn.chars().any(|c| c.is_control() && c != '\n'), "{drawn:?}");
    }
}

/// Whether a span is a piece of a file.
pub(crate) fn is_inside(file: &SourceFile, span: Span) -> bool {
    span.start <= span.end && file.text().get(span.start..span.end).is_some()
}
