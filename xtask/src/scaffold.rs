use std::fs;
use std::path::Path;

use anyhow::{Context, bail, ensure};

/// The themes: the name, the folder of its rules, a kind of observation it judges.
const THEMES: &[(&str, &str, &str)] = &[
    ("tls", "tls", "tls.endpoint"),
    ("dns", "dns", "dns.domain"),
    ("mail", "mail", "mail.domain"),
    ("services", "services", "service.endpoint"),
    ("activities", "continuity", "plan.activity"),
    ("recovery", "continuity", "plan.system"),
    ("crisis", "continuity", "plan.role"),
    ("exercises", "continuity", "plan.document"),
];

const RULE: &str = include_str!("../templates/rule.yaml");
const PROBE: &[(&str, &str)] = &[
    ("mod.rs", include_str!("../templates/probe_mod.rs")),
    ("facts.rs", include_str!("../templates/probe_facts.rs")),
    ("wire.rs", include_str!("../templates/probe_wire.rs")),
];

/// Writes a rule to fill in.
pub(crate) fn rule(root: &Path, theme: &str, name: &str) -> anyhow::Result<Vec<String>> {
    ensure_kebab_case(name)?;
    let Some((_, folder, subject)) = THEMES.iter().find(|(known, ..)| *known == theme) else {
        let known: Vec<_> = THEMES.iter().map(|(theme, ..)| *theme).collect();
        bail!("{theme} is not a theme: {}", known.join(", "));
    };
    let version = env!("CARGO_PKG_VERSION");
    let since = version.rsplit_once('.').map_or(version, |(since, _)| since);
    let words =
        [("@folder@", *folder), ("@name@", name), ("@since@", since), ("@subject@", *subject), ("@theme@", theme)];
    let path = format!("rules/{folder}/{name}.yaml");
    write_new(root, &path, &filled(RULE, &words))?;
    eprintln!("{path} is there to fill in; `cargo run -- rules test` plays its cases");
    Ok(Vec::new())
}

/// Writes a probe to change, and says what remains to be done by hand.
pub(crate) fn probe(root: &Path, family: &str, name: &str) -> anyhow::Result<Vec<String>> {
    ensure!(!name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase()), "{name}: only letters a to z");
    let source = format!("crates/probe-{family}/src");
    ensure!(root.join(&source).is_dir(), "{source} is not there: is {family} a family of probes?");
    let capital: String = name.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(name.chars().skip(1)).collect();
    let words = [("@name@", name), ("@Name@", capital.as_str())];
    for (file, template) in PROBE {
        write_new(root, &format!("{source}/{name}/{file}"), &filled(template, &words))?;
    }
    eprintln!(
        "{source}/{name}/ is there to change. What remains:\n\
         1. {source}/lib.rs: `pub mod {name};` and `pub use {name}::{{{capital}Facts, {capital}Probe}};`\n\
         2. crates/facade/src/observers.rs: `.with({capital}Probe::new())`\n\
         3. crates/scan/src/facility/entry.rs: `\"{name}\"` among the protocols that a facility may declare\n\
         4. {}: a property that calls decode_greeting",
        format_args!("fuzz/properties/src/probe_{family}.rs"),
    );
    Ok(Vec::new())
}

fn ensure_kebab_case(name: &str) -> anyhow::Result<()> {
    let words = || name.split('-');
    let fine =
        words().all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    ensure!(fine, "{name}: a rule is named in kebab case after the bad state (legacy-protocol)");
    Ok(())
}

fn filled(template: &str, words: &[(&str, &str)]) -> String {
    words.iter().fold(template.to_owned(), |text, (word, value)| text.replace(word, value))
}

fn write_new(root: &Path, path: &str, text: &str) -> anyhow::Result<()> {
    let file = root.join(path);
    ensure!(!file.exists(), "{path} is already there");
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    fs::write(&file, text).with_context(|| format!("writing {path}"))
}

#[cfg(test)]
mod tests {
    use vigie_rules::read_rule;
    use vigie_source::SourceFile;

    use super::*;

    #[test]
    fn a_new_rule_has_the_shape_of_a_rule_whatever_its_theme() {
        for (theme, folder, subject) in THEMES {
            let root = tempfile::tempdir().unwrap();
            rule(root.path(), theme, "bad-state").unwrap();
            let path = root.path().join(format!("rules/{folder}/bad-state.yaml"));
            let file = SourceFile::new("bad-state.yaml", fs::read_to_string(path).unwrap());
            let rule = read_rule(&file).unwrap().value;
            assert_eq!(rule.id.to_string(), format!("{folder}.bad-state"));
            assert_eq!(rule.subject, *subject);
            assert_eq!(rule.cases.len(), 3);
        }
    }

    #[test]
    fn nothing_is_overwritten() {
        let root = tempfile::tempdir().unwrap();
        rule(root.path(), "tls", "bad-state").unwrap();
        assert!(rule(root.path(), "tls", "bad-state").unwrap_err().to_string().contains("already there"));
    }

    #[test]
    fn names_and_themes_are_checked() {
        let root = tempfile::tempdir().unwrap();
        assert!(rule(root.path(), "tls", "Bad_State").is_err());
        assert!(rule(root.path(), "tls", "../x").is_err());
        assert!(rule(root.path(), "weather", "rain").is_err());
        assert!(probe(root.path(), "services", "ftp").is_err());
    }

    #[test]
    fn a_new_probe_leaves_no_word_to_replace() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("crates/probe-services/src")).unwrap();
        probe(root.path(), "services", "ftp").unwrap();
        for (file, _) in PROBE {
            let text = fs::read_to_string(root.path().join("crates/probe-services/src/ftp").join(file)).unwrap();
            assert!(!text.contains('@'), "{text}");
        }
    }
}
