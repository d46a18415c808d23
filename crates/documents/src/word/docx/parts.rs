use std::collections::BTreeSet;

use super::tolerated;
use crate::Limits;
use crate::fault::Fault;
use crate::package::Package;
use crate::xml;

/// The parts of a docx that hold text, or say how it looks.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) document: String,
    pub(super) styles: Option<String>,
    pub(super) numbering: Option<String>,
    /// Footnotes and endnotes.
    pub(super) notes: Vec<String>,
    /// Headers and footers.
    pub(super) running: BTreeSet<String>,
    pub(super) has_comments: bool,
    /// Whether something but a link that one clicks stands outside of the file.
    pub(super) has_external: bool,
}

const USUAL_DOCUMENT: &str = "word/document.xml";

impl Parts {
    /// Follows the relations from the package to the text, then from the text to the rest.
    pub(super) fn of(package: &mut Package<'_>, limits: &Limits) -> Result<Self, Fault> {
        let document = relations(package, limits, "_rels/.rels")?
            .into_iter()
            .find(|relation| relation.kind == "officeDocument")
            .map(|relation| resolved("", &relation.target))
            .filter(|name| package.has(name))
            .unwrap_or_else(|| USUAL_DOCUMENT.to_owned());
        let (folder, file) = document.rsplit_once('/').unwrap_or(("", &document));
        let rels = if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
        let mut parts = Self {
            document: document.clone(),
            styles: None,
            numbering: None,
            notes: Vec::new(),
            running: BTreeSet::new(),
            has_comments: false,
            has_external: false,
        };
        for relation in relations(package, limits, &rels)? {
            if relation.is_external {
                parts.has_external |= relation.kind != "hyperlink";
                continue;
            }
            let name = resolved(folder, &relation.target);
            match relation.kind.as_str() {
                "styles" => parts.styles = Some(name),
                "numbering" => parts.numbering = Some(name),
                "footnotes" | "endnotes" => parts.notes.push(name),
                "header" | "footer" => {
                    parts.running.insert(name);
                }
                "comments" => {
                    let comments = tolerated(package.text(&name))?.flatten().unwrap_or_default();
                    parts.has_comments |= comments.contains("<w:comment ");
                }
                _ => {}
            }
        }
        Ok(parts)
    }
}

struct Relation {
    /// Last word of its type.
    kind: String,
    target: String,
    is_external: bool,
}

fn relations(package: &mut Package<'_>, limits: &Limits, name: &str) -> Result<Vec<Relation>, Fault> {
    let Some(source) = tolerated(package.text(name))?.flatten() else { return Ok(Vec::new()) };
    let Some(tree) = tolerated(xml::tree(&source, limits))? else { return Ok(Vec::new()) };
    let relations = tree.root.elements().filter_map(|element| {
        let kind = element.attribute("Type")?;
        Some(Relation {
            kind: kind.rsplit('/').next()?.to_owned(),
            target: element.attribute("Target")?.into_owned(),
            is_external: element.attribute("TargetMode").as_deref() == Some("External"),
        })
    });
    Ok(relations.collect())
}

/// The name of a part from where it is named: `styles.xml` beside `word/document.xml`, `/word/styles.xml`.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "." | "" => {}
            step => steps.push(step),
        }
    }
    steps.join("/")
}
