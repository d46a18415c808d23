use crate::Limits;
use crate::fault::Fault;
use crate::package::Package;
use crate::read::Findings;
pub(crate) fn read(_package: &mut Package<'_>, _limits: &Limits) -> Result<Findings, Fault> {
    Err(Fault::Panicked)
}
use crate::xml::{Element, Node};

/// The text of a paragraph and of all it holds: spaces, tabs and breaks as spaces, no note and no comment.
pub(crate) fn text_of(element: &Element<'_>) -> String {
    let mut text = String::new();
    push_text(element, &mut text);
    text
}

fn push_text(element: &Element<'_>, text: &mut String) {
    for node in element.nodes() {
        match node {
            Node::Text(words) => text.push_str(words),
            Node::Element(inner) => match inner.name() {
                "s" | "tab" | "line-break" => text.push(' '),
                "note" | "annotation" | "annotation-end" => {}
                _ => push_text(inner, text),
            },
        }
    }
}
