//! A run on a terminal: the grade, what to fix first, then the details.

mod changes;
mod findings;
mod letters;
pub(crate) mod page;

use unicode_width::UnicodeWidthStr;
use vigie_model::{CareState, Lang, Letter, Run, Severity};

use crate::neutralise::Shown;
use crate::phrasing::{colon, count, enumerated, pick, threshold_note, valid_until};
use crate::view::{CareView, GradeView, Level, StepView, UnknownGroup, View};
use page::{Ink, Page};

pub use changes::changes;

/// How a terminal can show text. The caller knows: not a terminal, or `NO_COLOR`, means no colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns; taken as 40 when less and as 200 when more.
    pub width: usize,
    /// Whether colour sequences may be written.
    pub colour: bool,
    /// Whether more than ASCII may be written.
    pub unicode: bool,
}

impl Default for Style {
    /// 80 columns, Unicode, no colour.
    fn default() -> Self {
        Self { width: 80, colour: false, unicode: true }
    }
}

/// Draws a run in one language. Every line ends in a newline and fits the width.
pub fn render(run: &Run, lang: Lang, style: Style) -> String {
    let view = View::new(run, lang);
    let mut page = Page::new(style);
    header(&mut page, &view);
    banner(&mut page, &view);
    if !view.is_void() {
        for family in &view.families {
            grade(&mut page, family, lang);
        }
        steps(&mut page, &view);
        care(&mut page, &view);
        themes(&mut page, &view);
        findings::write(&mut page, &view);
    }
    unknowns(&mut page, &view);
    accepted(&mut page, &view);
    looked(&mut page, &view);
    how_to_go_on(&mut page, &view);
    in_short(&mut page, &view);
    page.finish()
}

fn header(page: &mut Page, view: &View) {
    page.line(0, view.facility.as_str(), Ink::Strong);
    let identity: Vec<&str> = view.identity.iter().map(Shown::as_str).collect();
    page.line(0, &identity.join(" · "), Ink::Faint);
    page.line(
        0,
        &format!("{} {}, {}", pick(view.lang, "Analyse du", "Analysis of"), view.date, view.vantage),
        Ink::Plain,
    );
    page.gap();
}

/// What must be read before any letter, when the run cannot be believed as a whole.
fn banner(page: &mut Page, view: &View) {
    if view.is_complete() {
        return;
    }
    page.rule('━', Ink::Alarm);
    page.line(2, &view.standing.title.to_uppercase(), Ink::Alarm);
    page.line(2, view.standing.because.as_str(), Ink::Plain);
    page.line(2, &view.standing.advice, Ink::Plain);
    page.rule('━', Ink::Alarm);
    page.gap();
}

fn grade(page: &mut Page, grade: &GradeView, lang: Lang) {
    let provisional = if grade.provisional { pick(lang, " (provisoire)", " (provisional)") } else { "" };
    let mut beside = vec![
        (format!("{}{} {}{provisional}", grade.name.to_uppercase(), colon(lang), grade.word), Ink::Strong),
        (grade.sentence.to_string(), Ink::Plain),
    ];
    beside.extend(grade.best.iter().map(|best| (best.clone(), Ink::Plain)));
    beside.push((grade.coverage.clone(), Ink::Plain));
    beside.extend(grade.ceiling.iter().map(|ceiling| (ceiling.clone(), Ink::Plain)));
    page.beside(letters::glyph(grade.letter), letter_ink(grade.letter), &beside);
    page.gap();
}

fn steps(page: &mut Page, view: &View) {
    let lang = view.lang;
    page.title(pick(lang, "Que corriger d’abord", "What to fix first"));
    page.line(0, &view.open_sentence(), Ink::Plain);
    if view.steps.is_empty() {
        return;
    }
    page.gap();
    for (number, step) in (1..).zip(&view.steps) {
        one_step(page, number, step, lang);
        page.gap();
    }
}

fn one_step(page: &mut Page, number: usize, step: &StepView, lang: Lang) {
    page.hanging(0, &format!("{number}. "), Ink::Strong, step.title.as_str(), Ink::Strong);
    page.line(
        3,
        &format!("{} {}{} {}", step.level.shape(), step.level.word(), colon(lang), step.subjects),
        level_ink(step.level),
    );
    page.one_line(3, "→ ", step.remedy.as_str());
    page.line(
        3,
        &format!("{}{} {} ({})", pick(lang, "Effort", "Effort"), colon(lang), step.effort, step.who),
        Ink::Faint,
    );
    let after =
        step.letter_after.as_ref().map(|after| format!("{} {after}", pick(lang, "\u{a0};", ";"))).unwrap_or_default();
    page.line(3, &format!("{}{} {}{after}", pick(lang, "Gain", "Gain"), colon(lang), step.gain), Ink::Faint);
}

fn care(page: &mut Page, view: &View) {
    if view.care.is_empty() && view.care_left.is_empty() {
        return;
    }
    let lang = view.lang;
    page.title(pick(lang, "Objectifs du programme CaRE", "Objectives of the CaRE programme"));
    page.line(
        0,
        pick(
            lang,
            "CaRE\u{a0}: Cybersécurité, accélération et Résilience des Établissements",
            "CaRE: the French programme for cybersecurity and resilience in health facilities",
        ),
        Ink::Faint,
    );
    page.gap();
    let not_assessed = format!("? {}", CareState::NonEvalue.text().get(lang));
    let widest = view.care.iter().map(|line| care_state(line).width()).chain([not_assessed.width()]).max();
    let column = widest.unwrap_or_default() + 2;
    for line in &view.care {
        care_line(page, line, column, lang);
    }
    care_left(page, view, &not_assessed, column);
    if view.care.iter().any(|line| line.threshold_open) {
        page.gap();
        page.hanging(0, "* ", Ink::Faint, threshold_note(lang), Ink::Faint);
    }
    page.gap();
}

fn care_state(line: &CareView) -> String {
    format!("{} {}", line.shape(), line.word)
}

fn care_line(page: &mut Page, line: &CareView, column: usize, lang: Lang) {
    let (ink, explained) = match line.state {
        CareState::Atteint => (Ink::Good, false),
        CareState::Trajectoire => (Ink::Plain, false),
        CareState::PreuvePerimee => (Ink::Warn, true),
        CareState::NonEvalue => (Ink::Warn, false),
        CareState::Manquant => (Ink::Bad, true),
    };
    let mark = if line.threshold_open { "\u{a0}*" } else { "" };
    let title = format!("{} ({}){mark}", line.title, line.key);
    let until = line.valid_until.as_ref().map(|until| valid_until(until, lang)).unwrap_or_default();
    let because = if explained { line.because.as_str() } else { "" };
    page.columns(&care_state(line), ink, column, &[(&title, Ink::Plain), (because, Ink::Faint), (&until, Ink::Faint)]);
}

/// The objectives that nothing lets anyone judge, by their keys: neither good nor bad.
fn care_left(page: &mut Page, view: &View, label: &str, column: usize) {
    let mut keys: Vec<Shown> =
        view.care_left.iter().flat_map(|group| &group.objectives).map(|(key, _)| key.clone()).collect();
    if keys.is_empty() {
        return;
    }
    keys.sort();
    let lang = view.lang;
    let objectives = count(keys.len(), lang, ["objectif", "objectifs"], ["objective", "objectives"]);
    let sentence = format!("{objectives}{} {}", colon(lang), enumerated(&keys, lang));
    page.columns(label, Ink::Warn, column, &[(&sentence, Ink::Plain)]);
}

fn themes(page: &mut Page, view: &View) {
    let lang = view.lang;
    page.title(pick(lang, "Par thème", "By theme"));
    let heads = match lang {
        Lang::Fr => ["lettre", "conformes", "à corriger", "inconnus", "vérifié"],
        Lang::En => ["letter", "passed", "to fix", "unknown", "checked"],
    };
    let rows: Vec<(&str, [String; 5])> = view
        .themes
        .iter()
        .map(|theme| {
            let counts = theme.counts;
            let cells = [
                theme.sign().to_owned(),
                counts.pass.to_string(),
                counts.fail.to_string(),
                counts.unknown.to_string(),
                theme.coverage_percent.clone(),
            ];
            (theme.name.as_str(), cells)
        })
        .collect();
    page.table(heads, &rows);
    let unsure = view.themes.iter().filter_map(|theme| {
        let why = theme.best.clone().or_else(|| theme.letter.is_none().then(|| theme.sentence.to_string()))?;
        Some(format!("{}{} {why}", theme.name, colon(lang)))
    });
    let unsure: Vec<String> = unsure.collect();
    if !unsure.is_empty() {
        page.gap();
    }
    for sentence in unsure {
        page.hanging(0, "? ", Ink::Warn, &sentence, Ink::Faint);
    }
    page.gap();
}

fn unknowns(page: &mut Page, view: &View) {
    if view.unknowns.is_empty() {
        return;
    }
    let lang = view.lang;
    page.title(pick(lang, "Ce qui n’a pas pu être vu", "What could not be seen"));
    page.line(
        0,
        pick(
            lang,
            "Ces faiblesses n’ont été ni trouvées ni écartées\u{a0}: elles restent à vérifier.",
            "These weaknesses were neither found nor ruled out: they remain to be checked.",
        ),
        Ink::Plain,
    );
    page.gap();
    for group in &view.unknowns {
        unknown_group(page, group, lang);
        page.gap();
    }
}

fn unknown_group(page: &mut Page, group: &UnknownGroup, lang: Lang) {
    let mut reason = group.reason.clone();
    if group.points > 0 {
        let points = count(group.points, lang, ["point", "points"], ["point", "points"]);
        reason = format!("{reason} ({points})");
    }
    page.hanging(0, "? ", Ink::Warn, &reason, Ink::Strong);
    for unknown in &group.places {
        let mut sentence = unknown.subjects.to_string();
        if !unknown.rules.is_empty() {
            sentence = format!("{sentence}{} {}", colon(lang), enumerated(&unknown.rules, lang));
        }
        page.hanging(2, "- ", Ink::Plain, &sentence, Ink::Plain);
        page.line(4, &enumerated(&unknown.details, lang), Ink::Faint);
    }
    page.hanging(2, "→ ", Ink::Good, group.advice, Ink::Plain);
}

fn accepted(page: &mut Page, view: &View) {
    if view.waived.is_empty() {
        return;
    }
    let lang = view.lang;
    page.title(pick(lang, "Risques acceptés", "Accepted risks"));
    for waived in &view.waived {
        page.hanging(0, "- ", Ink::Plain, &format!("{}{} {}", waived.subject, colon(lang), waived.title), Ink::Strong);
        for message in &waived.messages {
            page.line(2, message.text.as_str(), Ink::Plain);
        }
        let until = pick(lang, "Accepté jusqu’au", "Accepted until");
        let by = pick(lang, "par", "by");
        page.line(
            2,
            &format!("{until} {} {by} {}{} {}", waived.until, waived.author, colon(lang), waived.reason),
            Ink::Faint,
        );
    }
    page.gap();
}

fn looked(page: &mut Page, view: &View) {
    let lang = view.lang;
    page.title(pick(lang, "Ce qui a été regardé", "What was looked at"));
    let held: usize = view.passed.iter().flat_map(|theme| &theme.rules).map(|rule| rule.held).sum();
    let looked = &view.looked;
    let held = count(held, lang, ["point", "points"], ["point", "points"]);
    for (label, words) in [
        (pick(lang, "Éléments", "Items"), looked.subjects.as_str()),
        (pick(lang, "Relevés", "Readings"), looked.observations.as_str()),
        (pick(lang, "Période", "Period"), looked.period.as_str()),
        (pick(lang, "Trafic", "Traffic"), looked.volume.as_str()),
        (pick(lang, "État", "Status"), view.standing.title),
    ] {
        page.columns(&format!("{label}{}", colon(lang)), Ink::Faint, 12, &[(words, Ink::Plain)]);
    }
    if !view.is_void() {
        page.columns(
            &format!("{}{}", pick(lang, "Conforme", "Passed"), colon(lang)),
            Ink::Faint,
            12,
            &[(&held, Ink::Plain)],
        );
    }
    page.gap();
}

fn how_to_go_on(page: &mut Page, view: &View) {
    let lang = view.lang;
    page.title(pick(lang, "Pour continuer", "How to go on"));
    let mut ways = Vec::new();
    if !view.is_complete() {
        ways.push(
            pick(lang, "Recommencer l’analyse\u{a0}: vigie scan", "Start the analysis again: vigie scan").to_owned(),
        );
    }
    let findings = || view.findings.iter().flat_map(|theme| &theme.rules);
    let first_step = view.steps.first().and_then(|step| step.anchor.as_ref());
    let to_explain = findings().find(|finding| Some(&finding.anchor) == first_step).or_else(|| findings().next());
    if let Some(finding) = to_explain {
        let explain =
            pick(lang, "Comprendre une règle\u{a0}: vigie rules explain", "Understand a rule: vigie rules explain");
        ways.push(format!("{explain} {}", finding.rule));
    }
    let print = pick(lang, "Rapport complet à imprimer\u{a0}: vigie report", "Full report, to print: vigie report");
    ways.push(format!("{print} --format html"));
    for way in ways {
        page.hanging(0, "- ", Ink::Plain, &way, Ink::Plain);
    }
    page.title(pick(lang, "Ce que ce rapport ne dit pas", "What this report does not say"));
    for limit in &view.limits {
        page.hanging(0, "- ", Ink::Plain, limit, Ink::Faint);
    }
}

/// The last lines on the screen of a long report: both letters, how much is open, where to begin.
fn in_short(page: &mut Page, view: &View) {
    let lang = view.lang;
    page.title(pick(lang, "En résumé", "In short"));
    if let Some(warning) = view.standing.warning {
        page.line(0, warning, Ink::Alarm);
    }
    if view.is_void() {
        return;
    }
    let letters: Vec<String> = view
        .families
        .iter()
        .map(|family| {
            let letter = family.letter.map(|_| format!("{}, ", family.sign())).unwrap_or_default();
            format!("{}{} {letter}{}", family.name, colon(lang), family.word)
        })
        .collect();
    page.line(0, &letters.join(" · "), Ink::Strong);
    page.line(0, &view.open_sentence(), Ink::Plain);
    if let Some(first) = view.steps.first() {
        page.line(
            0,
            &format!("{}{} {} ({})", pick(lang, "D’abord", "First"), colon(lang), first.title, first.subjects),
            Ink::Plain,
        );
    }
}

fn letter_ink(letter: Option<Letter>) -> Ink {
    match letter {
        Some(Letter::A | Letter::B) => Ink::Good,
        Some(Letter::C) | None => Ink::Warn,
        Some(Letter::D | Letter::E) => Ink::Bad,
    }
}

fn level_ink(level: Level) -> Ink {
    match level.severity {
        Severity::Critical | Severity::High => Ink::Bad,
        Severity::Medium => Ink::Warn,
        Severity::Low | Severity::Info => Ink::Plain,
    }
}
