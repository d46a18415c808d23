//! Letters, steps and CaRE lines as sentences.

use vigie_model::{CareState, Counts, Effort, Family, Grade, Lang, Letter, Run, Theme};

use super::naming::Naming;
use super::{Level, Standing, StandingState, ThemeFindings};
use crate::neutralise::Shown;
use crate::phrasing::{day, grouped, percent, pick, shown, tenths};

/// A grade in words.
#[derive(Debug, Clone, PartialEq)]
pub struct GradeView {
    /// What is graded: `Exposition`, `Messagerie`.
    pub name: String,
    /// What it is about, in a few words; empty for a theme.
    pub about: &'static str,
    /// The proven letter; `None` is *non évaluable*.
    pub letter: Option<Letter>,
    /// The letter in one word: `fragile`, `non évaluable`.
    pub word: &'static str,
    /// What the letter means, or why there is none.
    pub sentence: Shown,
    /// What the letter could be if the unknown turned out fine.
    pub at_best: Option<Letter>,
    /// The same as a sentence.
    pub best: Option<String>,
    /// How much could be checked, in a sentence.
    pub coverage: String,
    /// The same as a share.
    pub coverage_percent: String,
    /// Verdicts by outcome.
    pub counts: Counts,
    /// The open findings that hold the letter where it is, in a sentence.
    pub ceiling: Option<String>,
    /// Whether the run was incomplete, so that the letter may still move.
    pub provisional: bool,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub struct StepView {
    /// The bad state.
    pub title: Shown,
    /// The risk for care.
    pub why: Shown,
    /// What to do.
    pub remedy: Shown,
    /// On what.
    pub subjects: Shown,
    /// How bad.
    pub level: Level,
    /// How much work: `quelques heures`.
    pub effort: String,
    /// Who is best placed, in plain words.
    pub who: &'static str,
    /// What it brings: `+ 3,7 points en Messagerie`.
    pub gain: String,
    /// The family's letter afterwards, when it changes.
    pub letter_after: Option<String>,
    /// Anchor of the finding below, when it is there.
    pub anchor: Option<String>,
}

/// One CaRE objective that could be judged, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct CareView {
    /// Its key.
    pub key: Shown,
    /// Its name.
    pub title: Shown,
    /// Where it stands.
    pub state: CareState,
    /// The same in a word or two.
    pub word: String,
    /// Why.
    pub because: Shown,
    /// Whether its threshold is still to be confirmed in the official text.
    pub threshold_open: bool,
    /// Last day its proofs hold.
    pub valid_until: Option<String>,
}

/// The CaRE objectives that could not be judged, for one reason.
#[derive(Debug, Clone, PartialEq)]
pub struct CareLeft {
    /// The reason, as a sentence about each of them.
    pub because: Shown,
    /// Key and name of each, in the programme's order.
    pub objectives: Vec<(Shown, Shown)>,
}

impl GradeView {
    /// The letter as one character, `?` when there is none.
    pub fn sign(&self) -> &'static str {
        self.letter.map_or("?", sign)
    }

    /// The letter's name in style sheets.
    pub fn class(&self) -> &'static str {
        match self.letter {
            Some(Letter::A) => "a",
            Some(Letter::B) => "b",
            Some(Letter::C) => "c",
            Some(Letter::D) => "d",
            Some(Letter::E) => "e",
            None => "none",
        }
    }

    /// The letter still possible, in two words: `B possible`.
    pub fn possible(&self) -> Option<String> {
        self.best.as_ref().and(self.at_best).map(|letter| format!("({}\u{a0}possible)", sign(letter)))
    }

    /// Every letter with whether it is the proven one and whether it is the best still possible.
    pub fn scale(&self) -> [(&'static str, bool, bool); 5] {
        [Letter::A, Letter::B, Letter::C, Letter::D, Letter::E]
            .map(|each| (sign(each), self.letter == Some(each), self.best.is_some() && self.at_best == Some(each)))
    }
}

impl CareView {
    /// Its shape, so that colour is never alone.
    pub fn shape(&self) -> &'static str {
        match self.state {
            CareState::Atteint => "●",
            CareState::Trajectoire => "◐",
            CareState::PreuvePerimee => "◌",
            CareState::Manquant => "▲",
            CareState::NonEvalue => "?",
        }
    }

    /// Its name in style sheets.
    pub fn class(&self) -> &'static str {
        match self.state {
            CareState::Atteint => "good",
            CareState::Trajectoire => "course",
            CareState::PreuvePerimee => "stale",
            CareState::Manquant => "bad",
            CareState::NonEvalue => "open",
        }
    }
}

pub(super) fn families(run: &Run, standing: &Standing, lang: Lang) -> Vec<GradeView> {
    Family::ALL
        .into_iter()
        .map(|family| {
            let mut view = grade(run.grades.families.get(&family), standing, lang);
            family.text().get(lang).clone_into(&mut view.name);
            view.about = match family {
                Family::Exposure => pick(lang, "ce qu’un attaquant voit", "what an attacker sees"),
                Family::Continuity => {
                    pick(lang, "les soins reviendraient-ils à temps\u{a0}?", "would care come back in time?")
                }
            };
            if let Some(letter) = view.letter {
                view.sentence = Shown::new(verdict_sentence(family, letter, lang));
            }
            view
        })
        .collect()
}

pub(super) fn themes(run: &Run, standing: &Standing, lang: Lang) -> Vec<GradeView> {
    if standing.state == StandingState::Void {
        return Vec::new();
    }
    Theme::ALL
        .into_iter()
        .map(|theme| {
            let mut view = grade(run.grades.themes.get(&theme), standing, lang);
            theme.text().get(lang).clone_into(&mut view.name);
            view
        })
        .collect()
}

pub(super) fn steps<'a>(
    run: &'a Run,
    findings: &'a [ThemeFindings],
    naming: &'a Naming<'a>,
    lang: Lang,
) -> impl Iterator<Item = StepView> + use<'a> {
    run.grades.next_steps.iter().map(move |step| {
        let card = run.rules.get(&step.rule);
        let rule = Shown::new(&step.rule.0);
        let found = findings.iter().flat_map(|theme| &theme.rules).find(|finding| finding.rule == rule);
        let theme = card.map(|card| card.theme);
        let points = tenths(step.gain_tenths, lang);
        let singular = match lang {
            Lang::Fr => step.gain_tenths < 20,
            Lang::En => step.gain_tenths == 10,
        };
        let unit = if singular { "point" } else { "points" };
        let place = theme.map(|theme| match lang {
            Lang::Fr => format!(" pour «\u{a0}{}\u{a0}»", theme.text().get(lang)),
            Lang::En => format!(" for “{}”", theme.text().get(lang)),
        });
        let letter_after = theme.zip(step.family_letter_after).map(|(theme, letter)| {
            let family = theme.family().text();
            format!("{} {} {}", family.get(lang), pick(lang, "passerait à", "would move to"), sign(letter))
        });
        StepView {
            title: card.map_or_else(|| rule.clone(), |card| shown(&card.title, lang)),
            why: card.map(|card| shown(&card.why, lang)).unwrap_or_default(),
            remedy: card.map(|card| shown(&card.remedy, lang)).unwrap_or_default(),
            subjects: naming.subjects(&step.subjects),
            level: Level { severity: step.severity, lang },
            effort: step.effort.text().get(lang).to_owned(),
            who: who(theme, step.effort, lang),
            gain: format!("+{points}\u{a0}{unit}{}", place.unwrap_or_default()),
            letter_after,
            anchor: found.map(|finding| finding.anchor.clone()),
        }
    })
}

/// The objectives that could be judged, in the programme's order.
pub(super) fn care(run: &Run, lang: Lang) -> Vec<CareView> {
    let judged = run.grades.care.iter().filter(|line| line.state != CareState::NonEvalue);
    judged
        .map(|line| CareView {
            key: Shown::new(&line.key),
            title: shown(&line.title, lang),
            state: line.state,
            word: line.state.text().get(lang).to_owned(),
            because: shown(&line.because, lang),
            threshold_open: !line.confirmed,
            valid_until: line.valid_until.map(|until| day(until, lang)),
        })
        .collect()
}

/// The objectives that could not be judged, by reason, the first reason met first.
pub(super) fn care_left(run: &Run, lang: Lang) -> Vec<CareLeft> {
    let mut left: Vec<CareLeft> = Vec::new();
    for line in run.grades.care.iter().filter(|line| line.state == CareState::NonEvalue) {
        let because = shown(&line.because, lang);
        let objective = (Shown::new(&line.key), shown(&line.title, lang));
        match left.iter_mut().find(|group| group.because == because) {
            Some(group) => group.objectives.push(objective),
            None => left.push(CareLeft { because, objectives: vec![objective] }),
        }
    }
    left
}

fn grade(grade: Option<&Grade>, standing: &Standing, lang: Lang) -> GradeView {
    let void = standing.state == StandingState::Void;
    let Some(grade) = grade.filter(|_| !void) else {
        return without_grade(void, lang);
    };
    let unknown = grade.counts.unknown;
    let best = grade.letter.zip(grade.at_best).filter(|(proven, best)| best < proven).map(|(_, best)| {
        let best = sign(best);
        match (lang, unknown) {
            (Lang::Fr, 0 | 1) => format!("Pourrait être {best} si le point inconnu se révèle bon."),
            (Lang::En, 0 | 1) => format!("Could be {best} if the unknown point turns out fine."),
            (Lang::Fr, n) => format!("Pourrait être {best} si les {} points inconnus se révèlent bons.", grouped(n)),
            (Lang::En, n) => format!("Could be {best} if the {} unknown points turn out fine.", grouped(n)),
        }
    });
    let share = percent(grade.coverage, lang);
    let sentence = match (grade.letter, &grade.not_evaluable) {
        (None, Some(why)) => shown(why, lang),
        (None, None) => Shown::new(pick(lang, "Trop peu a pu être vérifié.", "Too little could be checked.")),
        (Some(_), _) => Shown::default(),
    };
    let ceiling = grade.caps.iter().find(|cap| Some(cap.at) == grade.letter).map(|cap| {
        let level = Level { severity: cap.severity, lang }.word();
        let at = sign(cap.at);
        match (lang, cap.open) {
            (Lang::Fr, 0 | 1) => format!("Reste à {at} tant qu’un point de niveau {level} est à corriger."),
            (Lang::En, 0 | 1) => format!("Stays at {at} while one {level} point is open."),
            (Lang::Fr, n) => {
                format!("Reste à {at} tant que {} points de niveau {level} sont à corriger.", grouped(n))
            }
            (Lang::En, n) => format!("Stays at {at} while {} {level} points are open.", grouped(n)),
        }
    });
    GradeView {
        name: String::new(),
        about: "",
        letter: grade.letter,
        word: word(grade.letter, lang),
        sentence,
        at_best: grade.at_best,
        best,
        coverage: match lang {
            Lang::Fr => format!("{share} de ce qui compte a pu être vérifié."),
            Lang::En => format!("{share} of what counts could be checked."),
        },
        coverage_percent: share,
        counts: grade.counts,
        ceiling,
        provisional: standing.state == StandingState::Incomplete,
    }
}

fn without_grade(void: bool, lang: Lang) -> GradeView {
    let sentence = if void {
        pick(lang, "Analyse nulle\u{a0}: rien n’est jugé.", "Void analysis: nothing is judged.")
    } else {
        pick(lang, "Rien n’a été regardé ici.", "Nothing was looked at here.")
    };
    GradeView {
        name: String::new(),
        about: "",
        letter: None,
        word: word(None, lang),
        sentence: Shown::new(sentence),
        at_best: None,
        best: None,
        coverage: pick(lang, "Rien n’a pu être vérifié.", "Nothing could be checked.").to_owned(),
        coverage_percent: percent(0, lang),
        counts: Counts::default(),
        ceiling: None,
        provisional: false,
    }
}

fn sign(letter: Letter) -> &'static str {
    match letter {
        Letter::A => "A",
        Letter::B => "B",
        Letter::C => "C",
        Letter::D => "D",
        Letter::E => "E",
    }
}

fn word(letter: Option<Letter>, lang: Lang) -> &'static str {
    match letter {
        Some(Letter::A) => pick(lang, "solide", "strong"),
        Some(Letter::B) => pick(lang, "bon", "good"),
        Some(Letter::C) => pick(lang, "moyen", "fair"),
        Some(Letter::D) => pick(lang, "fragile", "weak"),
        Some(Letter::E) => pick(lang, "insuffisant", "poor"),
        None => pick(lang, "non évaluable", "cannot be graded"),
    }
}

fn verdict_sentence(family: Family, letter: Letter, lang: Lang) -> &'static str {
    match (family, letter) {
        (Family::Exposure, Letter::A) => pick(
            lang,
            "Aucune faiblesse importante parmi ce qui a pu être vérifié.",
            "No serious weakness among what could be checked.",
        ),
        (Family::Exposure, Letter::B) => pick(
            lang,
            "Les protections tiennent, avec quelques points à corriger.",
            "Protections hold, with a few points to fix.",
        ),
        (Family::Exposure, Letter::C) => pick(
            lang,
            "Des faiblesses réelles sont visibles\u{a0}: à planifier.",
            "Real weaknesses are visible: to be planned for.",
        ),
        (Family::Exposure, Letter::D) => pick(
            lang,
            "Des faiblesses graves sont visibles\u{a0}: à corriger en priorité.",
            "Serious weaknesses are visible: to be fixed first.",
        ),
        (Family::Exposure, Letter::E) => pick(
            lang,
            "Des protections essentielles manquent\u{a0}: à traiter sans attendre.",
            "Essential protections are missing: to be dealt with now.",
        ),
        (Family::Continuity, Letter::A) => pick(
            lang,
            "Les plans vérifiés sont complets et cohérents.",
            "The plans that were checked are complete and consistent.",
        ),
        (Family::Continuity, Letter::B) => pick(
            lang,
            "Les plans tiennent, avec quelques points à compléter.",
            "The plans hold, with a few points to complete.",
        ),
        (Family::Continuity, Letter::C) => pick(
            lang,
            "Les plans ont des manques qui peuvent retarder le retour des soins.",
            "The plans have gaps that may delay the return of care.",
        ),
        (Family::Continuity, Letter::D) => pick(
            lang,
            "Des manques graves\u{a0}: les délais annoncés pour le retour des soins ne sont pas assurés.",
            "Serious gaps: the times announced for the return of care are not secured.",
        ),
        (Family::Continuity, Letter::E) => pick(
            lang,
            "L’essentiel manque\u{a0}: rien n’assure le retour des soins dans les délais.",
            "The essentials are missing: nothing secures the return of care in time.",
        ),
    }
}

/// The people best placed to act, in words that need no organisation chart.
fn who(theme: Option<Theme>, effort: Effort, lang: Lang) -> &'static str {
    match (theme, effort) {
        (Some(Theme::Activities), _) => {
            pick(lang, "cadres de santé, avec l’équipe informatique", "ward managers, with the IT team")
        }
        (Some(Theme::Crisis | Theme::Exercises), _) => {
            pick(lang, "direction, avec l’équipe informatique", "management, with the IT team")
        }
        (_, Effort::High) => pick(
            lang,
            "équipe informatique, avec un arbitrage de la direction",
            "the IT team, with a decision by management",
        ),
        (_, Effort::Medium) => {
            pick(lang, "équipe informatique, prestataire au besoin", "the IT team, a supplier if needed")
        }
        (_, Effort::Low) => pick(lang, "équipe informatique", "the IT team"),
    }
}
