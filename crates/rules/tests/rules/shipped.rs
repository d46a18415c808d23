//! The rules that travel with vigie.

use std::collections::BTreeSet;

use vigie_model::Lang;
use vigie_rules::{read_rule, shipped_rules};

#[test]
fn every_shipped_rule_has_the_shape_of_a_rule() {
    let mut ids = BTreeSet::new();
    for file in shipped_rules() {
        let located = match read_rule(&file) {
            Ok(located) => located,
            Err(problems) => panic!("{}", problems.render(Lang::En, false, 100)),
        };
        assert!(ids.insert(located.value.id.clone()), "{} comes twice", located.value.id);
    }
}

#[test]
fn files_at_the_top_are_not_rules() {
    assert!(shipped_rules().iter().all(|file| file.name().matches('/').count() >= 2));
}

/// Words in capitals that need no explanation.
const COMMON: [&str; 1] = ["USB"];

/// A rule's French, in the order in which a report shows it.
fn french(rule: &vigie_rules::Rule) -> String {
    let said = rule.checks.iter().map(|check| check.fail.fr.as_str());
    let texts: Vec<&str> =
        [rule.title.fr.as_str(), &rule.why.fr].into_iter().chain(said).chain([rule.remedy.fr.as_str()]).collect();
    texts.join(" ")
}

/// The acronyms of a text that no bracket explains: neither `DMIA (durée …)` nor `durée … (DMIA)`.
fn unexplained(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let mut acronyms: Vec<&str> =
        words.filter(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase())).collect();
    acronyms.sort_unstable();
    acronyms.dedup();
    let explained = |word: &str| {
        let follows = text.match_indices(word).any(|(at, _)| {
            let rest = text.get(at + word.len()..).unwrap_or_default();
            // The bracket may come after one more word: `CERT Santé (équipe …)`.
            rest.split(' ').take(3).any(|next| next.starts_with('('))
        });
        let in_bracket = text.split('(').skip(1).any(|inside| {
            inside.split(')').next().unwrap_or_default().split(|c: char| !c.is_alphanumeric()).any(|one| one == word)
        });
        follows || in_bracket
    };
    acronyms.retain(|word| !COMMON.contains(word) && !explained(word));
    acronyms
}

#[test]
fn rules_on_the_plan_explain_their_acronyms() {
    let themes = ["continuity/", "pcra/", "bridge/"];
    let mut left = Vec::new();
    for file in shipped_rules().iter().filter(|file| themes.iter().any(|theme| file.name().contains(theme))) {
        let Ok(rule) = read_rule(file) else { continue };
        let french = french(&rule.value);
        left.extend(unexplained(&french).into_iter().map(|word| format!("{}: {word}", rule.value.id)));
    }
    assert!(left.is_empty(), "people who are not in IT read these: {left:#?}");
}
