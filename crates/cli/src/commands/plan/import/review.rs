//! Documents, proposed then accepted: nothing enters the plan that nobody accepted.

use std::path::{Path, PathBuf};

use vigie::model::{Lang, Text};
use vigie::plan::Plan;
use vigie::reading::{Accepted, Review, ReviewError, Source, proposals};
use vigie::source::SourceFile;

use crate::commands::plan::documents;
use crate::console::{Console, UserError};
use crate::exit::Exit;
use crate::output;

/// Writes what documents propose, for somebody to accept line by line. A review that is there is not touched.
pub(super) fn propose(files: &[PathBuf], to: &Path, console: Console) -> anyhow::Result<Exit> {
    if to.exists() {
        return Err(taken(to).into());
    }
    let documents = documents::open(files)?;
    let sources: Vec<Source<'_>> = documents.iter().map(|(name, document)| Source { name, document }).collect();
    let found = proposals(&sources);
    let review = Review::of(&found, output::day(None), console.lang);
    output::write(to, review.to_yaml(console.lang).map_err(refused)?)?;
    let (many, to) = (found.len(), to.display());
    console.remark(&match console.lang {
        Lang::Fr => format!("Écrit : {to} ({many} propositions). Acceptez ou laissez chaque ligne, puis : vigie plan import {to} --into plan"),
        Lang::En => format!("Written: {to} ({many} proposals). Accept or leave each line, then: vigie plan import {to} --into plan"),
    });
    Ok(Exit::Done)
}

/// Writes what was accepted into files of its own in the folder of the plan. Files that are there are not touched.
pub(super) fn accept(file: &Path, into: &Path, console: Console) -> anyhow::Result<Exit> {
    let source = SourceFile::from_bytes(file.display().to_string(), &documents::bytes(file)?)?;
    let review = Review::read(&source).map_err(refused)?;
    let mut files = if into.exists() { vigie::read_sources(into)? } else { Vec::new() };
    let plan = if files.is_empty() { None } else { Some(Plan::load(&files)?) };
    let taken_in = review.accept(plan.as_ref(), console.lang).map_err(refused)?;
    let day = output::day(None);
    let named: Vec<(PathBuf, &String)> =
        taken_in.files.iter().map(|(name, text)| (into.join(format!("repris-{day}-{name}")), text)).collect();
    if let Some((path, _)) = named.iter().find(|(path, _)| path.exists()) {
        return Err(taken(path).into());
    }
    if plan.is_some() {
        // The whole is read before anything is written: what would not load is refused with its reasons.
        files.extend(named.iter().map(|(path, text)| SourceFile::new(path.display().to_string(), text.as_str())));
        Plan::load(&files)?;
    }
    named.iter().try_for_each(|(path, text)| output::write(path, text.as_bytes()))?;
    console.result(&told(&taken_in, &named, console.lang))?;
    Ok(Exit::Done)
}

fn told(accepted: &Accepted, named: &[(PathBuf, &String)], lang: Lang) -> String {
    let mut lines = vec![match lang {
        Lang::Fr => {
            format!("Repris dans le plan : {}. Pas encore décidés (a_voir) : {}.", accepted.taken, accepted.undecided)
        }
        Lang::En => {
            format!("Taken into the plan: {}. Not decided yet (a_voir): {}.", accepted.taken, accepted.undecided)
        }
    }];
    if !accepted.already_there.is_empty() {
        let already = accepted.already_there.join(", ");
        lines.push(match lang {
            Lang::Fr => format!("Déjà dans le plan, laissés tels quels : {already}."),
            Lang::En => format!("Already in the plan, left as they are: {already}."),
        });
    }
    lines.extend(named.iter().map(|(path, _)| match lang {
        Lang::Fr => format!("Écrit : {}", path.display()),
        Lang::En => format!("Written: {}", path.display()),
    }));
    format!("{}\n", lines.join("\n"))
}

fn taken(path: &Path) -> UserError {
    let path = path.display();
    UserError(Text::new(
        format!("{path} existe déjà ; choisissez un autre nom, ou déplacez-le"),
        format!("{path} is there already; choose another name, or move it"),
    ))
}

fn refused(why: ReviewError) -> anyhow::Error {
    match why {
        ReviewError::Problems(problems) => problems.into(),
        other => UserError(other.text()).into(),
    }
}
