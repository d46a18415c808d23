//! Broken and hostile files, read as the program reads them: in a process of its own, with little time and memory.
#![cfg(test)]

#[path = "broken_documents/corpus.rs"]
mod corpus;

use std::process::Command;
use std::time::Duration;

use vigie::documents::{Content, DocumentError, Limits, Measure, NoticeKind};
use vigie::model::Lang;
use vigie::{ASIDE_COMMAND, AsideReader};

/// What the issue allows for one file, in milliseconds and kibibytes.
const LONGEST: u64 = 5_000;
const LARGEST: u64 = 300 * 1024;

fn reader() -> AsideReader {
    AsideReader::of_program(env!("CARGO_BIN_EXE_vigie").into())
}

#[test]
fn every_broken_file_ends_in_a_clear_error_or_in_a_document() {
    let files = corpus::all();
    assert!(files.len() >= 100, "{} files", files.len());
    let answers = reader().all(&files);
    let mut failed = Vec::new();
    for ((name, _), answer) in files.iter().zip(&answers) {
        let Err(error) = answer else { continue };
        assert_eq!(error.name(), name);
        for lang in [Lang::Fr, Lang::En] {
            let text = error.text();
            let said = text.get(lang);
            assert!(said.starts_with(name.as_str()) && said.len() > name.len() + 40, "{said}");
            assert!(!said.contains("panicked") && !said.contains(".rs:"), "{said}");
        }
        if matches!(error, DocumentError::ReaderFailed { .. } | DocumentError::NotStarted { .. }) {
            failed.push(error.to_string());
        }
    }
    let read = answers.iter().filter(|answer| answer.is_ok()).count();
    println!("{} files: {read} read, {} refused", files.len(), files.len() - read);
    println!("made the reader fail: {failed:#?}");
}

#[test]
fn no_broken_file_takes_more_than_its_share_of_time_and_memory() {
    let folder = tempfile::tempdir().unwrap();
    let files = corpus::all();
    for (name, bytes) in &files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/broken_documents/measure.py");
    let command = [env!("CARGO_BIN_EXE_vigie"), ASIDE_COMMAND, "document", "5"];
    let output = Command::new("python3").arg(script).arg(folder.path()).args(command).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut measured: Vec<(&str, u64, u64)> = Vec::new();
    for line in printed.lines() {
        let [name, time, memory, _] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        measured.push((name, time.parse().unwrap(), memory.parse().unwrap()));
    }
    assert_eq!(measured.len(), files.len());
    measured.sort_by_key(|(_, time, _)| std::cmp::Reverse(*time));
    println!("slowest: {:?}", &measured[..5]);
    assert!(measured.iter().all(|(_, time, _)| *time < LONGEST), "{:?}", measured[0]);
    measured.sort_by_key(|(_, _, memory)| std::cmp::Reverse(*memory));
    println!("largest: {:?}", &measured[..5]);
    assert!(measured.iter().all(|(_, _, memory)| *memory < LARGEST), "{:?}", measured[0]);
}

/// The error that a file of the corpus ends in.
fn error_of(name: &str) -> DocumentError {
    let (name, bytes) = corpus::all().into_iter().find(|(known, _)| known == name).unwrap();
    reader().read(&name, &bytes).unwrap_err()
}

#[test]
fn traps_are_called_by_their_name() {
    assert!(matches!(error_of("bomb.docx"), DocumentError::TooLarge { what: Measure::Growth, .. }));
    assert!(matches!(error_of("many parts.xlsx"), DocumentError::TooLarge { what: Measure::UnpackedBytes, .. }));
    assert!(matches!(error_of("crowd.docx"), DocumentError::TooLarge { what: Measure::Entries, .. }));
    assert!(matches!(error_of("deep.docx"), DocumentError::TooLarge { what: Measure::XmlDepth, .. }));
    for name in ["laughs.docx", "laughs.odt", "laughs.xlsx", "outside.docx"] {
        assert!(matches!(error_of(name), DocumentError::Entities { .. }), "{name}");
    }
    for name in ["protected.docx", "protected.doc", "protected.odt", "protected.pdf"] {
        assert!(matches!(error_of(name), DocumentError::Protected { .. }), "{name}");
    }
    assert!(matches!(error_of("far apart.xls"), DocumentError::TooLarge { what: Measure::Cells, .. }));
}

#[test]
fn a_whole_file_is_read_in_its_own_process_as_in_this_one() {
    for name in ["plan.docx", "plan.odt", "plan.doc", "plan.pdf", "bia.xlsx", "bia.xls", "bia.ods"] {
        let bytes = corpus::fixture(name);
        let here = vigie::documents::read_document(name, &bytes, &Limits::default()).unwrap();
        assert_eq!(reader().read(name, &bytes).unwrap(), here, "{name}");
    }
    let bytes = corpus::fixture("bia.xlsx");
    let workbook = reader().workbook("bia.xlsx", &bytes).unwrap();
    assert_eq!(workbook.sheets[0].name, "BIA");
}

#[test]
fn what_stands_outside_of_a_file_is_left_alone_and_told() {
    let (name, bytes) = corpus::all().into_iter().find(|(name, _)| name == "climbs.docx").unwrap();
    let document = reader().read(&name, &bytes).unwrap();
    assert!(document.notices.iter().any(|notice| notice.kind == NoticeKind::LeftAlone));
    assert!(matches!(&document.blocks[0].content, Content::Text { text, .. } if text == "Plan de reprise"));
}

#[test]
fn a_reader_that_cannot_be_started_is_no_fault_of_the_file() {
    let reader = AsideReader::of_program("/no/such/vigie".into());
    let error = reader.read("plan.docx", &corpus::fixture("plan.docx")).unwrap_err();
    assert!(matches!(error, DocumentError::NotStarted { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn a_reader_that_does_not_answer_is_ended() {
    let reader = AsideReader::of_program("/usr/bin/yes".into()).with_deadline(Duration::from_millis(300));
    let error = reader.read("plan.docx", &corpus::fixture("plan.docx")).unwrap_err();
    assert!(matches!(error, DocumentError::TooSlow { .. }), "{error}");
}

#[test]
fn a_file_beyond_the_limit_is_refused_before_a_process_is_started() {
    let bytes = vec![0; Limits::default().file_bytes + 1];
    let error = reader().read("large.pdf", &bytes).unwrap_err();
    assert!(matches!(error, DocumentError::TooLarge { what: Measure::FileBytes, .. }), "{error}");
}
