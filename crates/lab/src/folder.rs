use std::fs;
use std::path::Path;

use include_dir::{Dir, DirEntry, include_dir};
use jiff::Span;
use jiff::civil::{Date, date};
use vigie_source::{Formats, SourceFile};

use crate::{Lab, LabError, Stage};

static DEMONSTRATION_FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/ch-demonstration");
static EXEMPLARY_FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/ch-exemplaire");

/// The hospital with planted faults.
pub static DEMONSTRATION: SampleFolder = SampleFolder { files: &DEMONSTRATION_FILES };
/// Its clean twin.
pub static EXEMPLARY: SampleFolder = SampleFolder { files: &EXEMPLARY_FILES };

/// The day on which the samples' dates were written.
const WRITTEN_ON: Date = date(2026, 11, 22);
/// Name server that the samples' facility files name, replaced by the lab's.
const SAMPLE_RESOLVER: &str = "127.0.0.1:5300";
/// File names that the samples' facility files give to what the lab makes at start.
const AUTHORITY_FILE: &str = "autorite-demonstration.pem";
const TRUST_ANCHOR_FILE: &str = "racine-demonstration.ds";

/// A facility folder that travels inside the binary.
#[derive(Debug)]
pub struct SampleFolder {
    files: &'static Dir<'static>,
}

impl SampleFolder {
    /// The text of one of its files, by relative path.
    pub fn text(&self, path: &str) -> Result<&'static str, LabError> {
        let file = self.files.get_file(path).and_then(|file| file.contents_utf8());
        file.ok_or_else(|| LabError::MissingFile(path.to_owned()))
    }

    /// What its lab puts up.
    pub fn stage(&self) -> Result<Stage, LabError> {
        let file = SourceFile::new("lab.yaml", self.text("lab.yaml")?);
        vigie_source::read::<Stage>(&file, &Formats::standard()).map(|read| read.value).map_err(LabError::Stage)
    }

    /// Writes the folder for a running lab: its real ports, its authority and trust anchor, and
    /// every date moved as far as today is from the day the samples were written.
    pub fn write(&self, to: &Path, lab: &Lab, today: Date) -> Result<(), LabError> {
        let facility = at_real_ports(self.text("facility.yaml")?, lab);
        let facility = facility.replace(SAMPLE_RESOLVER, &lab.name_server().to_string());
        write(&to.join("facility.yaml"), &moved(&facility, today))?;
        write(&to.join(AUTHORITY_FILE), lab.authority_pem())?;
        write(&to.join(TRUST_ANCHOR_FILE), lab.trust_anchor())?;
        for (path, text) in self.plan_files() {
            write(&to.join(path), &moved(&at_real_ports(text, lab), today))?;
        }
        Ok(())
    }

    /// The files of its continuity plan: relative path and text.
    pub fn plan_files(&self) -> Vec<(&'static str, &'static str)> {
        let mut found = Vec::new();
        if let Some(plan) = self.files.get_dir("plan") {
            collect(plan, &mut found);
        }
        found.sort_unstable();
        found
    }
}

/// The services of a text, each at the port where the lab put it up.
fn at_real_ports(text: &str, lab: &Lab) -> String {
    lab.ports().iter().fold(text.to_owned(), |text, (at, port)| {
        let name = at.split(':').next().unwrap_or_default();
        text.replace(at.as_str(), &format!("{name}:{port}"))
    })
}

fn collect(dir: &'static Dir<'static>, found: &mut Vec<(&'static str, &'static str)>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(below) => collect(below, found),
            DirEntry::File(file) => {
                if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                    found.push((path, text));
                }
            }
        }
    }
}

/// Moves every ISO date of a text by the days between [`WRITTEN_ON`] and today, so that "last month"
/// stays last month.
fn moved(text: &str, today: Date) -> String {
    let shift = Span::new().days((today - WRITTEN_ON).get_days());
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, at) = rest.split_at(found);
        out.push_str(before);
        let run = at.find(|c: char| !(c.is_ascii_digit() || c == '-')).unwrap_or(at.len());
        let (word, after) = at.split_at(run);
        let written = (word.len() == 10).then(|| word.parse::<Date>().ok()).flatten();
        match written.and_then(|day| day.checked_add(shift).ok()) {
            Some(day) => out.push_str(&day.to_string()),
            None => out.push_str(word),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn write(path: &Path, text: &str) -> Result<(), LabError> {
    let failed = |source| LabError::Write { path: path.display().to_string(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_move_and_nothing_else_does() {
        let text = "le 2026-11-22, a: 2026-10-01\nport: 127.0.0.1:5300, tel: 03-80-00-00-00, 2026-13-01, v2026-11-22b";
        let later = moved(text, date(2027, 1, 22));
        assert_eq!(
            later,
            "le 2027-01-22, a: 2026-12-01\nport: 127.0.0.1:5300, tel: 03-80-00-00-00, 2026-13-01, v2027-01-22b"
        );
        assert_eq!(moved(text, WRITTEN_ON), text);
    }
}
