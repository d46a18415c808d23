use vigie_model::{Effort, Letter, Severity, Text};

use crate::wording::joined;

/// Name and version of the formula; the number changes with any constant below.
pub const FORMULA: &str = "vigie-grade/1";

/// Least share of the weight, in percent, that must be decided for a letter to be given.
pub const MIN_COVERAGE: u8 = 60;

/// The least score of each letter, best first; below the last one comes [`LOWEST`].
const LETTERS: [(Letter, u64); 4] = [(Letter::A, 90), (Letter::B, 75), (Letter::C, 60), (Letter::D, 40)];

/// The letter of a score that reaches none of [`LETTERS`].
const LOWEST: Letter = Letter::E;

/// The ceilings, lowest first.
const CEILINGS: [Ceiling; 4] = [
    Ceiling { severity: Severity::Critical, from: 3, at: Letter::E },
    Ceiling { severity: Severity::Critical, from: 1, at: Letter::D },
    Ceiling { severity: Severity::High, from: 1, at: Letter::C },
    Ceiling { severity: Severity::Medium, from: 1, at: Letter::B },
];

/// From how many findings of a severity which letter is the best still possible.
struct Ceiling {
    severity: Severity,
    from: usize,
    at: Letter,
}

/// What a rule of this severity weighs in the score.
pub(super) fn weight(severity: Severity) -> u64 {
    match severity {
        Severity::Info => 0,
        Severity::Low => 1,
        Severity::Medium => 3,
        Severity::High => 8,
        Severity::Critical => 20,
    }
}

/// What an effort counts for when gains are compared.
pub(super) fn cost(effort: Effort) -> u64 {
    match effort {
        Effort::Low => 1,
        Effort::Medium => 3,
        Effort::High => 10,
    }
}

/// Which group of steps a severity falls in: a lower group always comes first.
pub(super) fn urgency(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 0,
        Severity::High | Severity::Medium => 1,
        Severity::Low | Severity::Info => 2,
    }
}

/// The letter of a score from 0 to 100, before ceilings.
pub(super) fn letter(score: u64) -> Letter {
    LETTERS.iter().find(|(_, least)| score >= *least).map_or(LOWEST, |(letter, _)| *letter)
}

/// The best letter that so many findings of a severity leave possible, if they cap at all.
pub(super) fn ceiling(severity: Severity, findings: usize) -> Option<Letter> {
    CEILINGS.iter().find(|cap| cap.severity == severity && findings >= cap.from).map(|cap| cap.at)
}

/// The formula in plain words, made from the numbers that compute it.
pub fn formula_text() -> Text {
    joined(&[weights_text(), letters_text(), ceilings_text(), doubt_text(), order_text()], "\n\n")
}

fn weights_text() -> Text {
    let weights: Vec<Text> = Severity::ALL
        .into_iter()
        .map(|severity| severity.text().map(|_, name| format!("{name} {}", weight(severity))))
        .collect();
    let weights = joined(&weights, ", ");
    Text::new(
        format!(
            "Formule {FORMULA}, propre à vigie\u{a0}: ce n’est une note ni de l’Agence nationale de la sécurité des systèmes d’information (ANSSI), ni de l’Agence du numérique en santé (ANS).\n\nChaque vérification pèse selon la gravité de sa règle\u{a0}: {}. Le score est la part, sur 100, du poids des vérifications réussies dans celui de toutes les vérifications réussies, en échec ou indécises. Les vérifications sans objet et les risques acceptés ne comptent pas\u{a0}; leur nombre est affiché.",
            weights.fr
        ),
        format!(
            "Formula {FORMULA}, vigie’s own: it is a grade neither of France’s cybersecurity agency (ANSSI) nor of its digital health agency (ANS).\n\nEach check weighs by the severity of its rule: {}. The score is the share, out of 100, of the weight of passed checks in that of all passed, failed or undecided checks. Checks without object and accepted risks do not count; their number is shown.",
            weights.en
        ),
    )
}

fn letters_text() -> Text {
    let letters: Vec<Text> = LETTERS
        .into_iter()
        .map(|(letter, least)| Text::new(format!("{letter:?} à partir de {least}"), format!("{letter:?} from {least}")))
        .collect();
    let letters = joined(&letters, ", ");
    Text::new(
        format!("Lettres\u{a0}: {}, {LOWEST:?} au-dessous.", letters.fr),
        format!("Letters: {}, {LOWEST:?} below.", letters.en),
    )
}

fn ceilings_text() -> Text {
    let ceilings: Vec<Text> = CEILINGS
        .iter()
        .rev()
        .map(|Ceiling { severity, from, at }| {
            let name = severity.text();
            let plural = if *from > 1 { "s" } else { "" };
            let or_more = if *from > 1 { (" ou plus", " or more") } else { ("", "") };
            Text::new(
                format!("{from} constat{plural} de niveau {}{}\u{a0}: {at:?} au mieux", name.fr, or_more.0),
                format!("{from} {} finding{plural}{}: {at:?} at best", name.en, or_more.1),
            )
        })
        .collect();
    let (fr, en) = (joined(&ceilings, "\u{a0}; ").fr, joined(&ceilings, "; ").en);
    Text::new(format!("Plafonds\u{a0}: {fr}."), format!("Ceilings: {en}."))
}

fn doubt_text() -> Text {
    Text::new(
        format!(
            "La lettre affichée est celle que les faits prouvent\u{a0}: ce qui est indécis n’est pas acquis, et plafonne comme le pire échec possible de sa règle. La lettre «\u{a0}au mieux\u{a0}» suppose que tout ce qui est indécis est bon. Il n’y a pas de lettre quand moins de {MIN_COVERAGE}\u{a0}% du poids a pu être décidé, ni pour une moitié dont un thème n’a pas été regardé."
        ),
        format!(
            "The letter shown is the one that the facts prove: what is undecided is not earned, and caps as the worst failure of its rule would. The letter “at best” supposes that all that is undecided is fine. There is no letter when less than {MIN_COVERAGE}% of the weight could be decided, nor for a half of which a theme was not looked at."
        ),
    )
}

fn order_text() -> Text {
    let efforts: Vec<Text> = [Effort::Low, Effort::Medium, Effort::High]
        .into_iter()
        .map(|effort| effort.text().map(|_, name| format!("{name} {}", cost(effort))))
        .collect();
    let efforts = joined(&efforts, ", ");
    let groups: Vec<Text> = (0..=urgency(Severity::Info)).map(group_text).collect();
    let (fr, en) = (joined(&groups, ", puis ").fr, joined(&groups, ", then ").en);
    Text::new(
        format!(
            "À corriger d’abord\u{a0}: {fr}. Dans chaque groupe, les points gagnés sont divisés par l’effort ({})\u{a0}; à égalité, le plus grave d’abord, puis l’ordre alphabétique des règles.",
            efforts.fr
        ),
        format!(
            "What to fix first: {en}. Within each group, points gained are divided by effort ({}); ties go to the more severe, then by rule name.",
            efforts.en
        ),
    )
}

/// The severities of one group of steps, worst first (`élevé et moyen`).
fn group_text(group: u8) -> Text {
    let names: Vec<Text> =
        Severity::ALL.into_iter().rev().filter(|severity| urgency(*severity) == group).map(Severity::text).collect();
    Text::new(joined(&names, " et ").fr, joined(&names, " and ").en)
}

#[cfg(test)]
mod tests {
    use Letter::{A, B, C, D, E};

    use super::*;

    #[test]
    fn letters_change_on_their_thresholds() {
        let letters: Vec<Letter> = [100, 90, 89, 75, 74, 60, 59, 40, 39, 0].into_iter().map(letter).collect();
        assert_eq!(letters, [A, A, B, B, C, C, D, D, E, E]);
    }

    #[test]
    fn ceilings_follow_severity_and_number() {
        assert_eq!(ceiling(Severity::Critical, 3), Some(Letter::E));
        assert_eq!(ceiling(Severity::Critical, 2), Some(Letter::D));
        assert_eq!(ceiling(Severity::High, 9), Some(Letter::C));
        assert_eq!(ceiling(Severity::Medium, 1), Some(Letter::B));
        assert_eq!(ceiling(Severity::Medium, 0), None);
        assert_eq!(ceiling(Severity::Low, 99), None);
    }

    #[test]
    fn the_published_text_reads_well() {
        insta::assert_snapshot!("formula_fr", formula_text().fr);
        insta::assert_snapshot!("formula_en", formula_text().en);
    }
}
