//! Documents of the hospital, opened.

use std::path::{Path, PathBuf};

use anyhow::Context;
use vigie::AsideReader;
use vigie::documents::Document;
use vigie::model::Text;

use crate::console::UserError;

/// Each file by its name, read in a process of its own. What is wrong with any of them is told at once.
pub(super) fn open(paths: &[PathBuf]) -> anyhow::Result<Vec<(String, Document)>> {
    let mut files = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        files.push((name, bytes(path)?));
    }
    let reader = reader()?;
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

/// What reads files of strangers: this program, started again for each of them.
pub(super) fn reader() -> anyhow::Result<AsideReader> {
    AsideReader::of_this_program().context("this program")
}

/// The bytes of a file.
pub(super) fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).map_err(|why| {
        let path = path.display();
        UserError(Text::new(format!("impossible de lire {path} : {why}"), format!("cannot read {path}: {why}"))).into()
    })
}
