use regex::{Regex, RegexSet};

use crate::tree::{TextFile, Tree};

/// What no file may say, and why. A class of one letter keeps a pattern from matching itself.
const UNWANTED: &[(&str, &str)] = &[
    (r"(^|[^\w.])/wo[r]k/|/tmp/[w]\b|/fa[r]m\b|/root/\.[c]argo", "a path of somebody's machine"),
    (r"(?i)\b(cl[a]ude|anthr[o]pic|op[e]nai|cop[i]lot|chatg[p]t|l[l]ms?|language mod[e]ls?)\b", "out of place"),
    (r"\bA[I]\b|\bI[A]\b|(?i)artificial intellig[e]nce|intelligence artific[i]elle", "out of place"),
    (r"(?i)\b(artifact[o]ry|index\.crates\.[i]o|static\.crates\.[i]o|crates-m[i]rror)\b", "a registry's address"),
];

/// Words that announce missing work, and the files where they mean it.
const STUB: &str = r"\b(to[d]o!|unimplem[e]nted!|FIX[M]E|TO[D]O|X[X]X\b)";
const STUB_FILES: &[&str] = &["rs", "sh", "yaml", "html", "toml"];

/// Every line of every file that says what it should not.
pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let unwanted = RegexSet::new(UNWANTED.iter().map(|(pattern, _)| pattern));
    match (unwanted, Regex::new(STUB)) {
        (Ok(unwanted), Ok(stub)) => tree.files().flat_map(|file| complaints(file, &unwanted, &stub)).collect(),
        (Err(error), _) | (_, Err(error)) => vec![error.to_string()],
    }
}

fn complaints(file: &TextFile, unwanted: &RegexSet, stub: &Regex) -> Vec<String> {
    let may_hold_stubs = STUB_FILES.iter().any(|end| file.ends_in(end));
    let mut complaints = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let place = format!("{}:{}", file.path, index + 1);
        let found = unwanted.matches(line).into_iter().filter_map(|found| UNWANTED.get(found));
        complaints.extend(found.map(|(_, why)| format!("{place}: {why}: {}", line.trim())));
        if may_hold_stubs && stub.is_match(line) {
            complaints.push(format!("{place}: work left to do: {}", line.trim()));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unwanted_words_are_found_where_they_stand() {
        let text = ["fine", &["see /wo", "rk/main"].concat(), &["made by an A", "I"].concat()].join("\n");
        let complaints = check(&Tree::of(&[("docs/x.md", &text)]));
        assert_eq!(complaints.len(), 2);
        assert!(complaints[0].starts_with("docs/x.md:2: a path"), "{complaints:?}");
        assert!(complaints[1].starts_with("docs/x.md:3: out of place"), "{complaints:?}");
    }

    #[test]
    fn stubs_matter_in_code_and_not_in_prose() {
        let text = ["to", "do!()"].concat();
        assert_eq!(check(&Tree::of(&[("a.rs", &text), ("a.md", &text)])).len(), 1);
    }

    #[test]
    fn innocent_words_pass() {
        let text = "j’ai framework/network/ a paid plan; said; User-Agent; IA5String; mktemp XXXXXX; teamwork/x";
        assert_eq!(check(&Tree::of(&[("a.rs", text)])), Vec::<String>::new());
    }

    #[test]
    fn this_file_does_not_complain_about_itself() {
        assert_eq!(check(&Tree::of(&[("words.rs", include_str!("words.rs"))])), Vec::<String>::new());
    }
}
