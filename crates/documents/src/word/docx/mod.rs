//! docx: paragraphs with the cues that Word computes from styles and lists.

mod body;
mod numbering;
mod parts;
mod styles;

use crate::Limits;
use crate::fault::Fault;
use crate::notices;
use crate::package::Package;
use crate::read::Findings;
use crate::writer::Writer;
use crate::xml;

use body::Body;
use numbering::Numbering;
use parts::Parts;
use styles::Styles;

pub(crate) fn read(package: &mut Package<'_>, limits: &Limits) -> Result<Findings, Fault> {
    let parts = Parts::of(package, limits)?;
    let Some(main) = package.text(&parts.document)? else {
        return Err(Fault::Damaged("no text in it".to_owned()));
    };
    let mut writer = Writer::new(limits);
    let mut damaged = false;
    let styles = match optional(package, parts.styles.as_deref())? {
        Some(source) => {
            let tree = xml::tree(&source, limits);
            damaged |= tree.as_ref().map_or(true, |tree| tree.damaged);
            tolerated(tree)?.map(|tree| Styles::of(&tree.root)).unwrap_or_default()
        }
        None => Styles::default(),
    };
    let numbering = match optional(package, parts.numbering.as_deref())? {
        Some(source) => {
            let tree = xml::tree(&source, limits);
            damaged |= tree.as_ref().map_or(true, |tree| tree.damaged);
            tolerated(tree)?.map(|tree| Numbering::of(&tree.root)).unwrap_or_default()
        }
        None => Numbering::default(),
    };
    let mut body = Body::new(&styles, numbering, &mut writer);
    let tree = xml::tree(&main, limits)?;
    damaged |= tree.damaged;
    match tree.root.child("body") {
        Some(element) => body.read(element),
        None => return Err(Fault::Damaged("no text in it".to_owned())),
    }
    for name in &parts.notes {
        damaged |= beside(package, limits, name, |root| body.read_notes(root))?;
    }
    body.start_running();
    for name in &parts.running {
        damaged |= beside(package, limits, name, |root| body.read(root))?;
    }
    let remarks = body.finish();
    if damaged || package.is_damaged() {
        writer.notice(notices::damaged());
    }
    for notice in notices::left_alone_in(package.names()) {
        writer.notice(notice);
    }
    if parts.has_external {
        writer.notice(notices::external());
    }
    if remarks.revisions {
        writer.notice(notices::revisions());
    }
    if parts.has_comments {
        writer.notice(notices::comments());
    }
    if remarks.large_pictures > 0 {
        writer.notice(notices::large_pictures(remarks.large_pictures));
    }
    Ok(writer.finish())
}

fn optional(package: &mut Package<'_>, name: Option<&str>) -> Result<Option<String>, Fault> {
    match name {
        Some(name) => package.text(name),
        None => Ok(None),
    }
}

/// A part without which the text can be read: when it is damaged, the text is read without it.
fn tolerated<T>(part: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match part {
        Ok(part) => Ok(Some(part)),
        Err(Fault::Damaged(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Reads a part that stands beside the text; tells whether it is damaged.
fn beside(
    package: &mut Package<'_>,
    limits: &Limits,
    name: &str,
    read: impl FnOnce(&xml::Element<'_>),
) -> Result<bool, Fault> {
    let Some(source) = tolerated(package.text(name))?.flatten() else { return Ok(true) };
    let Some(tree) = tolerated(xml::tree(&source, limits))? else { return Ok(true) };
    read(&tree.root);
    Ok(tree.damaged)
}
