//! odt: paragraphs with the cues that LibreOffice computes from styles and lists.

mod body;
mod lists;
mod styles;

use crate::Limits;
use crate::fault::Fault;
use crate::notices;
use crate::package::Package;
use crate::read::Findings;
use crate::writer::Writer;
use crate::xml::{self, Element, Node, Tree};

use body::Body;
use styles::Styles;

pub(crate) fn read(package: &mut Package<'_>, limits: &Limits) -> Result<Findings, Fault> {
    let Some(content) = package.text("content.xml")? else {
        return Err(Fault::Damaged("no text in it".to_owned()));
    };
    let content = xml::tree(&content, limits)?;
    let Some(text) = content.root.child("body").and_then(|body| body.child("text")) else {
        return Err(Fault::Damaged("no text in it".to_owned()));
    };
    let common = match package.text("styles.xml") {
        Ok(source) => source,
        Err(Fault::Damaged(_)) => None,
        Err(fault) => return Err(fault),
    };
    let common = match common.as_deref().map(|source| xml::tree(source, limits)) {
        None | Some(Err(Fault::Damaged(_))) => None,
        Some(tree) => Some(tree?),
    };
    let mut styles = Styles::default();
    if let Some(tree) = &common {
        styles.add(&tree.root);
    }
    styles.add(&content.root);
    let mut writer = Writer::new(limits);
    let mut body = Body::new(&styles, &mut writer);
    body.read(text);
    if let Some(tree) = &common {
        body.read_running(&tree.root);
    }
    let remarks = body.finish();
    if content.damaged || common.as_ref().is_none_or(|tree: &Tree<'_>| tree.damaged) || package.is_damaged() {
        writer.notice(notices::damaged());
    }
    for notice in notices::left_alone_in(package.names()) {
        writer.notice(notice);
    }
    if remarks.external {
        writer.notice(notices::external());
    }
    if remarks.revisions {
        writer.notice(notices::revisions());
    }
    if remarks.comments {
        writer.notice(notices::comments());
    }
    if remarks.large_pictures > 0 {
        writer.notice(notices::large_pictures(remarks.large_pictures));
    }
    Ok(writer.finish())
}

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
