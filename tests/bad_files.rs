//! What the author of a bad file reads: every problem at once, each with file, line, reason and mend.
//!
//! One file of `tests/bad-files` is one mistake that people make. The snapshots are what they see.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed, and it plays the other side of the network"
)]

mod stage;

use std::fs;
use std::path::Path;

use rstest::rstest;
use stage::{Ended, Vigie};

/// The folder of bad files, from which the binary is run so that it names short, stable paths.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bad-files"))
}

/// The bad files of a folder, by name.
fn bad_files(folder: &str) -> Vec<String> {
    let names =
        fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// Gives a bad file to the command that reads such files.
fn refused(folder: &str, file: &str, lang: &str) -> Ended {
    let path = format!("{folder}/{file}");
    let command: &[&str] = match folder {
        "facility" => &["scan", &path],
        "rules" => &["rules", "check", "--rules", &path],
        _ => &["plan", "check", &path],
    };
    let ended =
        Vigie::with(command.iter().chain(&["--lang", lang])).inside(root()).run().with_code(2).without_escapes();
    assert_eq!(ended.out, "", "{path}: a refused file has no result");
    assert!(ended.err.contains(&path), "{path} is not named:\n{}", ended.err);
    ended
}

/// Files whose message does not say yet how to mend them. One that is mended must leave this list.
const WITHOUT_MEND: [&str; 3] =
    ["rules/case-with-a-fact-of-the-wrong-type.yaml", "rules/no-check.yaml", "rules/number-compared-with-text.yaml"];

/// How a language words what each problem must have.
struct Words {
    error: &'static str,
    help: &'static str,
    /// A message that names what was expected is its own mend.
    expected: &'static str,
}

const FRENCH: Words = Words { error: "erreur", help: "= aide", expected: "on attend" };
const ENGLISH: Words = Words { error: "error", help: "= help", expected: "expected" };

/// Every problem says where it is and how it may be mended, in the reader's language.
#[track_caller]
fn complete(path: &str, said: &str, words: &Words) {
    let starts = [format!("{}[", words.error), "attention[".to_owned(), "warning[".to_owned()];
    let begins = |line: &str| starts.iter().any(|start| line.starts_with(start));
    let lines: Vec<&str> = said.lines().collect();
    let problems: Vec<&[&str]> = lines.chunk_by(|_, next| !begins(next)).filter(|lines| begins(lines[0])).collect();
    assert!(problems.iter().any(|lines| lines[0].starts_with(&starts[0])), "{path}: no error:\n{said}");
    let mut mended = true;
    for problem in problems {
        let text = problem.join("\n");
        assert!(text.contains(&format!("--> {path}")), "{path}: a problem without a place:\n{text}");
        mended &= text.contains(words.help) || problem[0].contains(words.expected);
        let known = mended || WITHOUT_MEND.contains(&path);
        assert!(known, "{path}: a problem without a mend:\n{text}");
    }
    assert_eq!(mended, !WITHOUT_MEND.contains(&path), "{path} is mended: take it off the list");
}

#[rstest]
#[case("facility", 36)]
#[case("rules", 20)]
#[case("plan", 18)]
fn each_mistake_is_explained_in_french(#[case] folder: &str, #[case] at_least: usize) {
    let files = bad_files(folder);
    assert!(files.len() >= at_least, "{} bad files in {folder}", files.len());
    let mut page = String::new();
    for file in files {
        let ended = refused(folder, &file, "fr");
        page.extend(["===== ", folder, "/", &file, "\n", ended.err.trim_end(), "\n"]);
        complete(&format!("{folder}/{file}"), &ended.err, &FRENCH);
    }
    insta::assert_snapshot!(folder, page);
}

#[rstest]
#[case("facility", "several-faults-at-once.yaml")]
#[case("facility", "tab-in-indentation.yaml")]
#[case("facility", "host-without-port-or-range.yaml")]
#[case("rules", "unknown-fact.yaml")]
#[case("rules", "one-equals-sign.yaml")]
#[case("rules", "unknown-framework.yaml")]
#[case("plan", "several-faults-at-once.yaml")]
#[case("plan", "unknown-system.yaml")]
#[case("plan", "duration-without-unit.yaml")]
fn and_in_english(#[case] folder: &str, #[case] file: &str) {
    let ended = refused(folder, file, "en");
    complete(&format!("{folder}/{file}"), &ended.err, &ENGLISH);
    insta::assert_snapshot!(format!("en-{folder}-{}", file.trim_end_matches(".yaml")), ended.err);
}

#[test]
fn a_missing_file_is_named() {
    for command in
        [["scan", "absent"].as_slice(), &["plan", "check", "absent"], &["rules", "check", "--rules", "absent"]]
    {
        let ended = Vigie::with(command).inside(root()).run().with_code(2);
        assert!(ended.err.contains("absent") && ended.err.contains("n’existe pas"), "{command:?}: {}", ended.err);
    }
}

#[test]
fn a_huge_file_is_refused_without_being_read_whole() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("facility.yaml"), "# \n".repeat(30_000_000)).unwrap();
    let ended = Vigie::with(["scan", "facility.yaml"]).inside(dir.path()).run().with_code(2);
    assert!(ended.peak_kib < 100 * 1024, "{} KiB", ended.peak_kib);
    assert!(ended.err.contains("facility.yaml"), "{}", ended.err);
}
