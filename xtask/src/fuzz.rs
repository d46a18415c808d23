use std::collections::BTreeSet;

use regex::Regex;

use crate::tree::Tree;

/// Entry points for foreign bytes whose names do not say so: crate, call.
const ENTRY_POINTS: &[(&str, &str)] = &[
    ("model", "Run::from_json"),
    ("source", "SourceFile::from_bytes"),
    ("source", "read"),
    ("plan", "Plan::load"),
    ("rules", "RuleSet::load"),
    ("rules", "Frameworks::read"),
    ("rules", "CareProgramme::read"),
    ("scan", "FacilityFile::read"),
];

/// Functions whose names say that they read, and that meet no foreign bytes: crate, name, reason.
const NOT_FOREIGN: &[(&str, &str, &str)] =
    &[("facade", "read_sources", "opens files; their bytes go through SourceFile::from_bytes")];

/// Where a crate's properties are.
const PROPERTIES: &str = "fuzz/properties/src";

/// Complains of every parser that no property calls, and of every row above that says nothing any more.
pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for parser in parsers(tree) {
        let exempt = NOT_FOREIGN.iter().any(|(folder, name, _)| *folder == parser.folder && *name == parser.name);
        let called = is_called(tree, &parser.folder, &parser.name);
        if !called && !exempt {
            complaints.push(format!(
                "{}:{}: no property in {} calls {}",
                parser.path,
                parser.line,
                properties_of(&parser.folder),
                parser.name
            ));
        }
        if called && exempt {
            complaints.push(format!("{} of crates/{} is fuzzed: its row can go", parser.name, parser.folder));
        }
    }
    for (folder, call) in ENTRY_POINTS {
        if !is_defined(tree, folder, call) {
            complaints.push(format!("crates/{folder} has no {call} any more: its row in ENTRY_POINTS can go"));
        } else if !is_called(tree, folder, call) {
            complaints.push(format!("crates/{folder}: no property in {} calls {call}", properties_of(folder)));
        }
    }
    for (folder, name, _) in NOT_FOREIGN {
        if !parsers(tree).iter().any(|parser| parser.folder == *folder && parser.name == *name) {
            complaints.push(format!("crates/{folder} has no {name} any more: its row in NOT_FOREIGN can go"));
        }
    }
    complaints
}

/// A function, or a type with `FromStr`, that takes foreign bytes.
#[derive(Debug, PartialEq, Eq)]
struct Parser {
    folder: String,
    path: String,
    line: usize,
    name: String,
}

/// Every `pub fn parse_*`, `decode_*` and `read_*`, and every `FromStr`, of every crate.
fn parsers(tree: &Tree) -> Vec<Parser> {
    let declared = [
        r"^\s*pub (?:const )?fn ((?:parse|decode|read)_\w+)",
        r"^\s*impl(?:<.*>)? (?:std::str::|str::)?FromStr for (\w+)",
    ];
    let declared: Vec<Regex> = declared.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect();
    let mut parsers = Vec::new();
    for file in tree.under("crates") {
        let Some((folder, inside)) = file.path.trim_start_matches("crates/").split_once('/') else { continue };
        if !(inside.starts_with("src/") && file.ends_in("rs")) {
            continue;
        }
        for (index, line) in file.text.lines().enumerate() {
            let name = declared.iter().find_map(|pattern| pattern.captures(line)?.get(1));
            parsers.extend(name.map(|name| Parser {
                folder: folder.to_owned(),
                path: file.path.clone(),
                line: index + 1,
                name: name.as_str().to_owned(),
            }));
        }
    }
    parsers
}

/// The module that holds the properties of a crate: that of `probe-tls` is `probe_tls`.
fn properties_of(folder: &str) -> String {
    format!("{PROPERTIES}/{}.rs", folder.replace('-', "_"))
}

/// Whether the properties of a crate call a function (`name(`) or parse a type (`::<Name>`).
fn is_called(tree: &Tree, folder: &str, call: &str) -> bool {
    let escaped = regex::escape(call);
    let Ok(called) = Regex::new(&format!(r"(?:^|[^\w:]|\b[a-z_]+::){escaped}(?:::<[^>]*>)?\(|::<{escaped}>")) else {
        return false;
    };
    let path = properties_of(folder);
    let code = tree.files().filter(|file| file.path == path).flat_map(|file| file.text.lines());
    code.filter(|line| !line.trim_start().starts_with("//")).any(|line| called.is_match(line))
}

/// Whether a crate still has what a row names: `read`, or `Type::read`.
fn is_defined(tree: &Tree, folder: &str, call: &str) -> bool {
    let words: BTreeSet<&str> = call.split("::").collect();
    let name = call.rsplit("::").next().unwrap_or(call);
    let Ok(defined) = Regex::new(&format!(r"\bpub fn {name}\b")) else { return false };
    tree.under(&format!("crates/{folder}/src"))
        .any(|file| defined.is_match(&file.text) && words.iter().all(|word| file.text.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The complaints that speak of `crates/probe-x`: the tree of a test lacks what the rows name.
    fn complaints(files: &[(&str, &str)]) -> Vec<String> {
        let about = |line: &String| line.contains("probe-x") || line.contains("probe_x");
        check(&Tree::of(files)).into_iter().filter(about).collect()
    }

    #[test]
    fn a_parser_without_a_property_is_named() {
        let files = [
            ("crates/probe-x/src/wire.rs", "\npub fn decode_reply(bytes: &[u8]) {}\nfn decode_inner() {}"),
            ("crates/probe-x/src/name.rs", "impl FromStr for Name {"),
        ];
        assert_eq!(
            complaints(&files),
            [
                "crates/probe-x/src/wire.rs:2: no property in fuzz/properties/src/probe_x.rs calls decode_reply",
                "crates/probe-x/src/name.rs:1: no property in fuzz/properties/src/probe_x.rs calls Name",
            ]
        );
    }

    #[test]
    fn a_parser_is_covered_by_a_call_in_the_module_of_its_crate() {
        let parser = ("crates/probe-x/src/wire.rs", "pub fn decode_reply(bytes: &[u8]) {}\nimpl FromStr for Name {}");
        let call = "let reply = decode_reply(data);\nround_trip::<Name>(text);";
        assert_eq!(complaints(&[parser, ("fuzz/properties/src/probe_x.rs", call)]), Vec::<String>::new());
        assert_eq!(complaints(&[parser, ("fuzz/properties/src/probe_y.rs", call)]).len(), 2);
        let commented = "// decode_reply(data) and ::<Name>";
        assert_eq!(complaints(&[parser, ("fuzz/properties/src/probe_x.rs", commented)]).len(), 2);
    }

    #[test]
    fn a_longer_name_is_another_function() {
        let parser = ("crates/probe-x/src/wire.rs", "pub fn decode_reply(bytes: &[u8]) {}");
        let call = "decode_reply_line(data); my_decode_reply(data); Other::decode_reply(data);";
        assert_eq!(complaints(&[parser, ("fuzz/properties/src/probe_x.rs", call)]).len(), 1);
        let call = "wire::decode_reply(data);";
        assert_eq!(complaints(&[parser, ("fuzz/properties/src/probe_x.rs", call)]), Vec::<String>::new());
    }

    #[test]
    fn rows_that_say_nothing_any_more_are_named() {
        let complaints = check(&Tree::default());
        assert_eq!(complaints.len(), ENTRY_POINTS.len() + NOT_FOREIGN.len());
        assert!(complaints.iter().all(|line| line.contains("can go")), "{complaints:?}");
    }
}
