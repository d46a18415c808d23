//! People to call, in sentences: `Directeur de garde : 06 39 98 11 01`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use vigie_documents::Block;
use vigie_model::Text;

use super::{CLEAR, DOUBTFUL, Listing, Proposal};
use crate::evidence::{Evidence, Source};
use crate::normalise::fold;
use crate::signals;

/// The longest name of a function, in words.
const LONGEST_FUNCTION: usize = 8;

/// What stands between a function and its number.
static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:[\s:=(,–—\-]+|\b(?:au|le|est|joignable|à joindre|joint|appeler|tél|tel|téléphone|mobile|portable|numéro|n°|gsm)\b\.?)+$").ok()
});
/// Where one person ends and the next begins.
const BETWEEN: [&str; 5] = [". ", ";", "•", "\n", " puis "];

/// Each number of a text that follows the name of a function.
pub(super) fn of_text(source: &Source<'_>, path: &[String], block: &Block, text: &str) -> Vec<Proposal> {
    let Some(number) = signals::PHONE.as_ref() else { return Vec::new() };
    let mut from = 0;
    let mut all = Vec::new();
    for found in number.find_iter(text) {
        let before = text.get(from..found.start()).unwrap_or_default();
        from = found.end();
        let Some(function) = function(before) else { continue };
        let said = text.get(found.start()..found.end()).unwrap_or_default();
        let words = format!("{function} {said}");
        let quote = quoted(text, function, found.end()).unwrap_or(&words);
        let Some(evidence) = Evidence::new(source, &block.place, path, None, quote) else { continue };
        all.push(proposal(function, said, evidence));
    }
    all
}

fn proposal(function: &str, number: &str, evidence: Evidence) -> Proposal {
    let mut values = BTreeMap::from([("function", function.to_owned())]);
    let doubts: Vec<Text> = doubt_of_number(number).into_iter().collect();
    if doubts.is_empty() {
        values.insert("mobile", number.to_owned());
    }
    let confidence = if doubts.is_empty() { CLEAR } else { DOUBTFUL };
    Proposal { list: Listing::People, values, evidence, confidence, doubts }
}

/// The function at the end of what stands before a number.
fn function(before: &str) -> Option<&str> {
    let before = LINK.as_ref()?.find(before).and_then(|link| before.get(..link.start())).unwrap_or(before);
    let start = BETWEEN.iter().filter_map(|mark| before.rfind(mark).map(|at| at + mark.len())).max().unwrap_or(0);
    let last = before.get(start..)?;
    let function = last.trim_matches(|c: char| !c.is_alphanumeric() && c != ')');
    let words = function.split_whitespace().count();
    ((1..=LONGEST_FUNCTION).contains(&words) && signals::names_a_role(&fold(function))).then_some(function)
}

/// The words from a function to the end of its number.
fn quoted<'t>(text: &'t str, function: &str, end: usize) -> Option<&'t str> {
    let start = text.get(..end)?.rfind(function)?;
    text.get(start..end)
}

/// What is doubtful in a number: of a line that is not a mobile, nothing tells whether it falls with the network.
pub(super) fn doubt_of_number(text: &str) -> Option<Text> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("33").map_or_else(|| digits.clone(), |rest| format!("0{rest}"));
    if digits.len() < 4 {
        return Some(Text::new(format!("« {text} » n’est pas un numéro"), format!("“{text}” is not a number")));
    }
    let is_mobile = national.len() == 10 && (national.starts_with("06") || national.starts_with("07"));
    (!is_mobile).then(|| {
        Text::new(
            format!(
                "« {text} » : ligne directe ou téléphone qui passe par le réseau de l’hôpital ? à écrire à la main (landline ou ip_phone)"
            ),
            format!(
                "“{text}”: a direct line, or a telephone that crosses the hospital’s network? to be written by hand (landline or ip_phone)"
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_before_a_number_is_found() {
        for (before, function_found) in [
            ("Direction générale : ", Some("Direction générale")),
            ("En cas de doute, rien. Astreinte technique (tél. ", Some("Astreinte technique")),
            ("• Cadre des urgences – mobile : ", Some("Cadre des urgences")),
            ("Le directeur de garde est joignable au ", Some("Le directeur de garde")),
            ("Numéro de la salle : ", None),
            ("", None),
        ] {
            assert_eq!(function(before), function_found, "{before}");
        }
    }

    #[test]
    fn only_a_mobile_is_taken_as_it_is() {
        for (number, is_taken) in [
            ("06 39 98 11 01", true),
            ("+33 7 39 98 11 01", true),
            ("01 99 00 12 03", false),
            ("poste 4212", false),
            ("12", false),
        ] {
            assert_eq!(doubt_of_number(number).is_none(), is_taken, "{number}");
        }
    }
}
