//! The grades of the sample, written by hand so that every case shows.

use std::collections::BTreeMap;

use vigie_model::{
    Cap, CareLine, CareState, Counts, Effort, Family, Grade, Grades, Letter, NextStep, RuleId, Severity, Text, Theme,
};

use crate::{BACKUP, DESKTOP, PORTAL, RECORD, WWW, ZONE};

pub(crate) fn grades() -> Grades {
    let families = BTreeMap::from([
        (
            Family::Exposure,
            Grade {
                caps: vec![cap(Letter::D, Severity::Critical, 1), cap(Letter::C, Severity::High, 2)],
                ..grade(Some(Letter::D), Some(Letter::D), 58, 85, [4, 6, 2, 1, 1])
            },
        ),
        (
            Family::Continuity,
            Grade {
                caps: vec![cap(Letter::D, Severity::Critical, 1)],
                ..grade(Some(Letter::E), Some(Letter::D), 24, 52, [1, 2, 3, 0, 0])
            },
        ),
    ]);
    let nothing = |why: Text| Grade { not_evaluable: Some(why), ..grade(None, None, 0, 0, [0, 0, 1, 0, 0]) };
    let themes = BTreeMap::from([
        (Theme::Tls, grade(Some(Letter::C), Some(Letter::B), 61, 67, [1, 2, 2, 0, 1])),
        (Theme::Dns, grade(Some(Letter::B), Some(Letter::B), 82, 100, [1, 1, 0, 0, 0])),
        (Theme::Mail, grade(Some(Letter::C), Some(Letter::C), 64, 100, [2, 1, 0, 0, 0])),
        (Theme::Services, grade(Some(Letter::D), Some(Letter::D), 20, 100, [0, 2, 0, 1, 0])),
        (Theme::Activities, grade(Some(Letter::C), Some(Letter::A), 50, 50, [1, 0, 1, 0, 0])),
        (Theme::Recovery, grade(Some(Letter::E), Some(Letter::E), 0, 100, [0, 2, 0, 0, 0])),
        (
            Theme::Crisis,
            nothing(Text::new(
                "L’annuaire de crise n’est pas renseigné : rien à juger.",
                "The crisis directory is not stated: nothing to judge.",
            )),
        ),
        (
            Theme::Exercises,
            nothing(Text::new(
                "La date du dernier exercice n’est pas renseignée.",
                "The date of the last exercise is not stated.",
            )),
        ),
    ]);
    Grades { formula: "vigie-grade/1".to_owned(), families, themes, care: care(), next_steps: next_steps() }
}

fn care() -> Vec<CareLine> {
    let line = |key: &str, title: Text, state, because: Text, open: &[&str]| CareLine {
        key: key.to_owned(),
        title,
        state,
        because,
        confirmed: state != CareState::Trajectoire,
        open_rules: open.iter().map(|rule| RuleId((*rule).to_owned())).collect(),
        valid_until: (state == CareState::Atteint).then(|| "2027-01-19".parse().unwrap()),
    };
    vec![
        line(
            "care-d1:O1.A",
            Text::new("Exposition sur Internet maîtrisée", "Internet exposure under control"),
            CareState::Manquant,
            Text::new("Un bureau à distance répond à tout Internet.", "A remote desktop answers the whole Internet."),
            &["services.remote-desktop"],
        ),
        line(
            "care-d1:O2.B",
            Text::new("Messagerie et sites protégés", "Mail and sites protected"),
            CareState::Trajectoire,
            Text::new("Deux points restent à corriger sur six.", "Two points out of six remain to be fixed."),
            &["mail.dmarc-not-enforced"],
        ),
        line(
            "care-d1:O3.A",
            Text::new("Noms de domaine maîtrisés", "Domain names under control"),
            CareState::Atteint,
            Text::new("Chaque preuve est là et à jour.", "Every proof is there and in date."),
            &[],
        ),
        line(
            "care-d2:O2.A",
            Text::new("Procédures dégradées des activités critiques", "Degraded procedures of critical activities"),
            CareState::NonEvalue,
            Text::new(
                "La procédure du laboratoire est une image sans texte.",
                "The laboratory’s procedure is a picture without text.",
            ),
            &[],
        ),
        line(
            "care-d2:O3.C",
            Text::new("Sauvegardes restaurables", "Backups that can be restored"),
            CareState::Manquant,
            Text::new(
                "La sauvegarde du dossier patient n’a pas de copie hors ligne.",
                "The patient record’s backup has no offline copy.",
            ),
            &["recovery.no-offline-copy"],
        ),
        line(
            "care-d2:O4.A",
            Text::new("Exercice de crise", "Crisis exercise"),
            CareState::PreuvePerimee,
            Text::new(
                "Le dernier compte rendu date de plus de douze mois.",
                "The last report is more than twelve months old.",
            ),
            &[],
        ),
    ]
}

fn next_steps() -> Vec<NextStep> {
    let step = |rule: &str, on: &[&str], severity, effort, gain_tenths, family_letter_after| NextStep {
        rule: RuleId(rule.to_owned()),
        subjects: on.iter().map(|subject| subject.parse().unwrap()).collect(),
        severity,
        effort,
        gain_tenths,
        family_letter_after,
    };
    vec![
        step("services.remote-desktop", &[DESKTOP], Severity::Critical, Effort::Low, 412, Some(Letter::C)),
        step("recovery.no-offline-copy", &[BACKUP], Severity::Critical, Effort::Medium, 380, Some(Letter::D)),
        step("tls.legacy-protocol", &[PORTAL, WWW], Severity::High, Effort::Low, 187, None),
        step("mail.dmarc-not-enforced", &[ZONE], Severity::High, Effort::Medium, 155, None),
        step("recovery.slower-than-needed", &[RECORD], Severity::High, Effort::High, 140, None),
        step("dns.unsigned-zone", &[ZONE], Severity::Low, Effort::Medium, 9, None),
    ]
}

fn grade(letter: Option<Letter>, at_best: Option<Letter>, score: u8, coverage: u8, counts: [usize; 5]) -> Grade {
    let [pass, fail, unknown, not_applicable, waived] = counts;
    Grade {
        letter,
        at_best,
        score: letter.map(|_| score),
        coverage,
        counts: Counts { pass, fail, unknown, not_applicable, waived },
        caps: Vec::new(),
        not_evaluable: None,
    }
}

fn cap(at: Letter, severity: Severity, open: usize) -> Cap {
    Cap { at, severity, open }
}
