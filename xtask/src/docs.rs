use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

/// Every generated file: where it is, and the commands of the binary that write it.
const PAGES: &[Page] = &[
    Page::printed("docs/rules.fr.md", &["rules", "docs", "--lang", "fr"]),
    Page::printed("docs/rules.en.md", &["rules", "docs", "--lang", "en"]),
    Page::printed("docs/facts.md", &["rules", "facts", "--lang", "en"]),
    Page::printed("schemas/facility.json", &["schema", "facility"]),
    Page::printed("schemas/plan.json", &["schema", "plan"]),
    Page::printed("schemas/rule.json", &["schema", "rule"]),
    Page::printed("schemas/run.json", &["schema", "run"]),
    Page { path: "docs/cli.fr.md", source: Source::Help { lang: "fr", title: "Ligne de commande" } },
    Page { path: "docs/cli.en.md", source: Source::Help { lang: "en", title: "Command line" } },
];

struct Page {
    path: &'static str,
    source: Source,
}

enum Source {
    /// What a command prints.
    Printed(&'static [&'static str]),
    /// The help of every command.
    Help { lang: &'static str, title: &'static str },
}

impl Page {
    const fn printed(path: &'static str, command: &'static [&'static str]) -> Self {
        Self { path, source: Source::Printed(command) }
    }
}

/// Writes every page.
pub(crate) fn write(root: &Path, binary: Option<&Path>) -> anyhow::Result<Vec<String>> {
    let vigie = Vigie { root, binary };
    for page in PAGES {
        let path = root.join(page.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        fs::write(&path, vigie.page(page)?).with_context(|| format!("writing {}", page.path))?;
    }
    Ok(Vec::new())
}

/// Complains of every page that is not what the binary says.
pub(crate) fn check(root: &Path, binary: Option<&Path>) -> anyhow::Result<Vec<String>> {
    let vigie = Vigie { root, binary };
    let mut complaints = Vec::new();
    for page in PAGES {
        let wanted = vigie.page(page)?;
        match fs::read_to_string(root.join(page.path)) {
            Ok(found) => complaints.extend(difference(page.path, &found, &wanted)),
            Err(error) => complaints.push(format!("{}: {error}", page.path)),
        }
    }
    if !complaints.is_empty() {
        complaints.push("`cargo xtask docs` writes these files again".to_owned());
    }
    Ok(complaints)
}

/// Where two texts part, if they do.
fn difference(path: &str, found: &str, wanted: &str) -> Option<String> {
    if found == wanted {
        return None;
    }
    let same = found.lines().zip(wanted.lines()).take_while(|(found, wanted)| found == wanted).count();
    let line = |text: &str| text.lines().nth(same).map_or_else(|| "(the end)".to_owned(), str::to_owned);
    Some(format!("{path}:{}: is out of date\n  on disk: {}\n  now:     {}", same + 1, line(found), line(wanted)))
}

/// The binary that writes the pages: a built one, or what cargo builds.
struct Vigie<'p> {
    root: &'p Path,
    binary: Option<&'p Path>,
}

impl Vigie<'_> {
    fn page(&self, page: &Page) -> anyhow::Result<String> {
        match page.source {
            Source::Printed(command) => self.print(command),
            Source::Help { lang, title } => {
                let mut text = format!("# {title}\n");
                let mut commands = vec![Vec::new()];
                while let Some(command) = commands.pop() {
                    let words: Vec<&str> = command.iter().map(String::as_str).collect();
                    let help = self.print(&[words.as_slice(), &["--lang", lang, "--help"]].concat())?;
                    let name = [["vigie"].as_slice(), &words].concat().join(" ");
                    write!(text, "\n## {name}\n\n```text\n{}\n```\n", trimmed(&help))?;
                    commands.extend(
                        subcommands(&help).into_iter().rev().map(|below| [command.clone(), vec![below]].concat()),
                    );
                }
                Ok(text)
            }
        }
    }

    fn command(&self) -> Command {
        if let Some(binary) = self.binary {
            return Command::new(self.root.join(binary));
        }
        let mut cargo = Command::new(std::env::var_os("CARGO").as_deref().unwrap_or(OsStr::new("cargo")));
        cargo.args(["run", "--quiet", "--package", "vigie", "--"]);
        cargo
    }

    fn print(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = self.command();
        command.args(arguments).current_dir(self.root).env_remove("VIGIE_LANG").env("COLUMNS", "100");
        let output = command.output().with_context(|| format!("running vigie {}", arguments.join(" ")))?;
        if !output.status.success() {
            bail!("vigie {} failed:\n{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        String::from_utf8(output.stdout).with_context(|| format!("vigie {}: not UTF-8", arguments.join(" ")))
    }
}

/// The commands that a help lists, under `Commands:` or `Commandes :`.
fn subcommands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| !line.starts_with("Command")).skip(1);
    let listed = listed.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    listed.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// The text without blanks at the end of its lines, nor empty lines at its end.
fn trimmed(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn equal_texts_do_not_differ() {
        assert_eq!(difference("a", "x\ny\n", "x\ny\n"), None);
    }

    #[test]
    fn the_first_line_that_differs_is_shown() {
        let shown = difference("docs/a.md", "x\ny\n", "x\nz\n").unwrap();
        assert_eq!(shown, "docs/a.md:2: is out of date\n  on disk: y\n  now:     z");
        assert!(difference("a", "x\n", "x\ny\n").unwrap().contains("on disk: (the end)"));
    }

    #[test]
    fn commands_are_found_in_the_help_that_lists_them() {
        let help = "Usage : x <COMMANDE>\n\nCommandes :\n  plan   Vérifier\n         un plan\n  rules  Lire\n\nOptions :\n  -h  Aide\n";
        assert_eq!(subcommands(help), ["plan", "rules"]);
        assert_eq!(subcommands("Usage: x\n\nOptions:\n  -h  Help\n"), Vec::<String>::new());
    }

    #[test]
    fn no_page_is_written_twice() {
        let paths: BTreeSet<_> = PAGES.iter().map(|page| page.path).collect();
        assert_eq!(paths.len(), PAGES.len());
    }
}
