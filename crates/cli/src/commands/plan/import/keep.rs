//! The files of a plan that is about to be replaced: copied first, so that nothing is lost.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use vigie::model::Text;

use crate::console::UserError;

/// How many times a plan can be replaced on one day.
const MOST_A_DAY: u32 = 1_000;

/// The YAML files of a plan; none when the folder is not there yet.
pub(super) fn plan_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    if !folder.is_dir() {
        return Err(refused(folder, &io::Error::from(io::ErrorKind::NotADirectory)).into());
    }
    Ok(vigie::read_sources(folder)?.iter().map(|file| PathBuf::from(file.name())).collect())
}

/// Copies files into a folder beside theirs that has the day in its name and that was not there.
pub(super) fn copy(folder: &Path, files: &[PathBuf], day: Date) -> anyhow::Result<PathBuf> {
    // `.` and `plan/..` have a name once they are whole.
    let whole = folder.canonicalize().map_err(|why| refused(folder, &why))?;
    let name = whole.file_name().map_or_else(|| "plan".into(), |name| name.to_string_lossy().into_owned());
    let beside = |number: u32| {
        let again = if number == 1 { String::new() } else { format!("-{number}") };
        whole.with_file_name(format!("{name}-avant-{day}{again}"))
    };
    let free = (1..=MOST_A_DAY).map(beside).find(|kept| !kept.exists());
    let kept = free.ok_or_else(|| refused(&beside(MOST_A_DAY), &io::ErrorKind::AlreadyExists.into()))?;
    for file in files {
        let target = kept.join(file.strip_prefix(folder).unwrap_or(file));
        let above = target.parent().map_or(Ok(()), fs::create_dir_all);
        above.and_then(|()| fs::copy(file, &target)).map_err(|why| refused(&target, &why))?;
    }
    Ok(kept)
}

/// Removes files that were copied.
pub(super) fn remove(files: &[PathBuf]) -> anyhow::Result<()> {
    files.iter().try_for_each(|file| Ok(fs::remove_file(file).map_err(|why| refused(file, &why))?))
}

fn refused(path: &Path, why: &io::Error) -> UserError {
    let path = path.display();
    UserError(Text::new(format!("impossible d’écrire {path} : {why}"), format!("cannot write {path}: {why}")))
}
