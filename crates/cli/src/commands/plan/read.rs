use std::path::{Path, PathBuf};

use anyhow::Context;
use vigie::AsideReader;
use vigie::documents::Document;
use vigie::model::Text;
use vigie::reading::{Source, Template, read_against, shipped_templates};
use vigie::report::reading as views;
use vigie::source::SourceFile;

use crate::args::{FormatArg, PlanReadArgs};
use crate::console::{Console, UserError};
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(args: &PlanReadArgs, console: Console) -> anyhow::Result<Exit> {
    let template = template(&args.template)?;
    let documents = documents(&args.files)?;
    let sources: Vec<Source<'_>> = documents.iter().map(|(name, document)| Source { name, document }).collect();
    let reading = read_against(&template, &sources);
    let (as_of, lang) = (output::day(args.document.as_of), console.lang);
    let text = match args.format {
        FormatArg::Terminal => views::terminal(&reading, as_of, lang, output::style(&args.document, console)),
        FormatArg::Json => views::json(&reading)?,
        FormatArg::Html => views::html(&reading, as_of, lang)?,
    };
    output::hand_over(&text, &args.document, console)
}

/// A template of ours by its name, else that of a file.
fn template(asked: &str) -> anyhow::Result<Template> {
    let shipped = shipped_templates().into_iter().find(|file| file.name().ends_with(&format!("/{asked}.yaml")));
    let own = || anyhow::Ok(SourceFile::from_bytes(asked, &read(Path::new(asked))?)?);
    Ok(Template::load(&shipped.map_or_else(own, Ok)?)?)
}

/// Each file by its name, read in a process of its own. What is wrong with any of them is told at once.
fn documents(paths: &[PathBuf]) -> anyhow::Result<Vec<(String, Document)>> {
    let mut files = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        files.push((name, read(path)?));
    }
    let reader = AsideReader::of_this_program().context("this program")?;
    let (mut documents, mut refused) = (Vec::new(), Vec::new());
    for ((name, _), read) in files.iter().zip(reader.all(&files)) {
        match read {
            Ok(document) => documents.push((name.clone(), document)),
            Err(why) => refused.push(why.named(name).text()),
        }
    }
    if refused.is_empty() {
        return Ok(documents);
    }
    let all = |pick: fn(&Text) -> &str| refused.iter().map(pick).collect::<Vec<_>>().join("\n");
    Err(UserError(Text::new(all(|text| &text.fr), all(|text| &text.en))).into())
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).map_err(|why| {
        let path = path.display();
        UserError(Text::new(format!("impossible de lire {path} : {why}"), format!("cannot read {path}: {why}"))).into()
    })
}
