//! Chores of the repository: `cargo xtask CHORE`.
//!
//! A check collects every complaint before it fails, so that one run shows all there is to mend.

mod arrows;
mod docs;
mod fuzz;
mod scaffold;
mod tree;
mod words;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use crate::tree::Tree;

const USAGE: &str = "\
cargo xtask CHORE

Checks (all complaints at once, exit code 1 if there are any):
  check-arrows                  crates depend on each other only in the allowed direction
  check-fuzz                    every parser of foreign bytes is called by a fuzz property
  check-words                   no stub, no path of somebody's machine, no word that does not belong

Generated pages:
  docs [--binary PATH]          write the reference pages and the JSON schemas
  docs --check [--binary PATH]  fail if they are not up to date

Scaffolds:
  new-rule THEME NAME           a rule with its cases, ready to fill in
  new-probe FAMILY NAME         a probe that reads one line, ready to change (FAMILY: tls, dns, services)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(complaints) if complaints.is_empty() => ExitCode::SUCCESS,
        Ok(complaints) => {
            for complaint in complaints {
                eprintln!("{complaint}");
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Does one chore; what comes back is all there is to complain about.
fn run(words: &[&str]) -> anyhow::Result<Vec<String>> {
    let here = std::env::current_dir().context("looking for the repository")?;
    let root = here.ancestors().find(|folder| folder.join("xtask/Cargo.toml").is_file());
    let root = root.context("run this inside the repository")?;
    match words {
        ["check-arrows"] => arrows::check(root),
        ["check-fuzz"] => Ok(fuzz::check(&Tree::read(root)?)),
        ["check-words"] => Ok(words::check(&Tree::read(root)?)),
        ["docs"] => docs::write(root, None),
        ["docs", "--binary", binary] => docs::write(root, Some(Path::new(binary))),
        ["docs", "--check"] => docs::check(root, None),
        ["docs", "--check", "--binary", binary] => docs::check(root, Some(Path::new(binary))),
        ["new-rule", theme, name] => scaffold::rule(root, theme, name),
        ["new-probe", family, name] => scaffold::probe(root, family, name),
        _ => Ok(vec![USAGE.to_owned()]),
    }
}
