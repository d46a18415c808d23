//! Open findings, accepted risks, and what was looked for and not found.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use vigie_model::{
    Evidence, FailedCheck, Lang, Observation, RuleId, Run, Severity, Subject, Theme, Verdict, VerdictOutcome,
};

use super::looked::quote;
use super::naming::Naming;
use super::{Level, Quote};
use crate::neutralise::Shown;
use crate::phrasing::{count, day, fact, pick, shown};

/// The open findings of a theme.
#[derive(Debug, Clone, PartialEq)]
pub struct ThemeFindings {
    /// The theme's name.
    pub theme: String,
    /// Its findings, worst first, then by rule.
    pub rules: Vec<RuleFinding>,
}

/// A rule that fails somewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleFinding {
    /// Its anchor in a page, unique in a report.
    pub anchor: String,
    /// The rule's name.
    pub rule: Shown,
    /// The bad state.
    pub title: Shown,
    /// The risk for care.
    pub why: Shown,
    /// What to do.
    pub remedy: Shown,
    /// What to do, by product.
    pub remedy_for: Vec<(Shown, Shown)>,
    /// The worst severity found.
    pub level: Level,
    /// How much work it asks for; empty when the run does not hold the rule.
    pub effort: String,
    /// Framework keys.
    pub keys: Vec<Shown>,
    /// Where it fails, worst first.
    pub items: Vec<FindingItem>,
}

/// A rule failing on one subject.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingItem {
    /// The subject, in short.
    pub subject: Shown,
    /// The subject's full and unique name.
    pub full_subject: Shown,
    /// How bad it is here.
    pub level: Level,
    /// What is wrong.
    pub messages: Vec<Message>,
    /// Who answers for it; empty where no document could say.
    pub owner: Shown,
    /// The proofs kept of the observation it judged, those that speak of the facts read first.
    pub proofs: Vec<Quote>,
    /// What a waiver must name.
    pub fingerprint: Shown,
}

/// One thing wrong, and the facts that say so.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Name of the check within its rule: the same name, the same sentence on another subject.
    pub check: Shown,
    /// The sentence.
    pub text: Shown,
    /// The facts that decided.
    pub facts: Vec<FactView>,
}

/// A fact and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct FactView {
    /// Where in the observation.
    pub path: Shown,
    /// What it said.
    pub value: Shown,
}

/// An accepted risk.
#[derive(Debug, Clone, PartialEq)]
pub struct WaivedView {
    /// The bad state.
    pub title: Shown,
    /// The rule's name.
    pub rule: Shown,
    /// The subject, in short.
    pub subject: Shown,
    /// How bad it would be.
    pub level: Level,
    /// Why it is accepted.
    pub reason: Shown,
    /// Who accepts it.
    pub author: Shown,
    /// Last day it holds.
    pub until: String,
    /// What is wrong underneath.
    pub messages: Vec<Message>,
}

/// What was looked for in a theme and not found.
#[derive(Debug, Clone, PartialEq)]
pub struct PassedTheme {
    /// The theme's name.
    pub theme: String,
    /// Its rules, by name.
    pub rules: Vec<PassedRule>,
}

/// A rule that holds somewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct PassedRule {
    /// The bad state that was not found.
    pub title: Shown,
    /// The rule's name.
    pub rule: Shown,
    /// On how many subjects it holds.
    pub held: usize,
    /// The same in words: `écartée pour 3 éléments sur 4`.
    pub share: String,
}

/// The verdicts of each theme and rule, in report order.
type ByTheme<'a> = BTreeMap<Theme, BTreeMap<&'a RuleId, Vec<&'a Verdict>>>;

pub(super) fn open(run: &Run, naming: &Naming<'_>, lang: Lang) -> Vec<ThemeFindings> {
    let mut next_anchor = 1..;
    by_theme(run.verdicts.iter().filter(|verdict| verdict.is_open()))
        .into_iter()
        .map(|(theme, rules)| {
            let mut rules: Vec<RuleFinding> =
                rules.into_iter().map(|(rule, verdicts)| finding(run, rule, verdicts, naming, lang)).collect();
            rules.sort_by_key(|finding| Reverse(finding.level.severity));
            for (finding, number) in rules.iter_mut().zip(&mut next_anchor) {
                finding.anchor = format!("c{number}");
            }
            ThemeFindings { theme: theme.text().get(lang).to_owned(), rules }
        })
        .collect()
}

pub(super) fn waived(run: &Run, naming: &Naming<'_>, lang: Lang) -> Vec<WaivedView> {
    let waived = run.verdicts.iter().filter_map(|verdict| match &verdict.outcome {
        VerdictOutcome::Waived { waiver, checks } => Some((verdict, waiver, checks)),
        VerdictOutcome::Pass
        | VerdictOutcome::Fail { .. }
        | VerdictOutcome::Unknown { .. }
        | VerdictOutcome::NotApplicable => None,
    });
    waived
        .map(|(verdict, waiver, checks)| WaivedView {
            title: title(run, &verdict.rule, lang),
            rule: Shown::new(&verdict.rule.0),
            subject: naming.subject(&verdict.subject),
            level: Level { severity: verdict.severity, lang },
            reason: Shown::new(&waiver.reason),
            author: Shown::new(&waiver.author),
            until: day(waiver.until, lang),
            messages: messages(checks, lang),
        })
        .collect()
}

pub(super) fn passed(run: &Run, lang: Lang) -> Vec<PassedTheme> {
    let applies = |verdict: &&Verdict| verdict.outcome != VerdictOutcome::NotApplicable;
    let held = |verdict: &&&Verdict| verdict.outcome == VerdictOutcome::Pass;
    by_theme(run.verdicts.iter().filter(applies))
        .into_iter()
        .map(|(theme, rules)| {
            let rules = rules.into_iter().map(|(rule, verdicts)| {
                let held = verdicts.iter().filter(held).count();
                PassedRule {
                    title: title(run, rule, lang),
                    rule: Shown::new(&rule.0),
                    held,
                    share: share(held, verdicts.len(), lang),
                }
            });
            PassedTheme {
                theme: theme.text().get(lang).to_owned(),
                rules: rules.filter(|rule| rule.held > 0).collect(),
            }
        })
        .filter(|theme| !theme.rules.is_empty())
        .collect()
}

/// The bad state a rule names; its id when the run does not hold its card.
pub(super) fn title(run: &Run, rule: &RuleId, lang: Lang) -> Shown {
    run.rules.get(rule).map_or_else(|| Shown::new(&rule.0), |card| shown(&card.title, lang))
}

fn share(held: usize, of: usize, lang: Lang) -> String {
    let items = count(held, lang, ["élément", "éléments"], ["item", "items"]);
    match lang {
        Lang::Fr => format!("écartée pour {items} sur {of}"),
        Lang::En => format!("ruled out on {items} of {of}"),
    }
}

fn by_theme<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> ByTheme<'a> {
    let mut themes = ByTheme::new();
    for verdict in verdicts {
        themes.entry(verdict.theme).or_default().entry(&verdict.rule).or_default().push(verdict);
    }
    themes
}

fn finding(run: &Run, rule: &RuleId, mut verdicts: Vec<&Verdict>, naming: &Naming<'_>, lang: Lang) -> RuleFinding {
    verdicts.sort_by_key(|verdict| Reverse(verdict.severity));
    let card = run.rules.get(rule);
    let worst = verdicts.first().map_or(Severity::Info, |verdict| verdict.severity);
    RuleFinding {
        anchor: String::new(),
        rule: Shown::new(&rule.0),
        title: title(run, rule, lang),
        why: card.map(|card| shown(&card.why, lang)).unwrap_or_default(),
        remedy: card.map(|card| shown(&card.remedy, lang)).unwrap_or_default(),
        remedy_for: card
            .map(|card| card.remedy_for.iter().map(|(name, text)| (Shown::new(name), shown(text, lang))).collect())
            .unwrap_or_default(),
        level: Level { severity: worst, lang },
        effort: card.map(|card| card.effort.text().get(lang).to_owned()).unwrap_or_default(),
        keys: card.map(|card| card.keys.iter().map(|key| Shown::new(key)).collect()).unwrap_or_default(),
        items: verdicts.into_iter().map(|verdict| item(run, verdict, naming, lang)).collect(),
    }
}

fn item(run: &Run, verdict: &Verdict, naming: &Naming<'_>, lang: Lang) -> FindingItem {
    FindingItem {
        subject: naming.subject(&verdict.subject),
        full_subject: Shown::new(&verdict.subject.to_string()),
        level: Level { severity: verdict.severity, lang },
        messages: messages(verdict.failed_checks(), lang),
        owner: owner(run, verdict, lang),
        proofs: proofs(run, verdict).into_iter().map(|proof| quote(proof, lang)).collect(),
        fingerprint: Shown::new(&verdict.fingerprint.0),
    }
}

/// What a verdict judged: same subject, the kind its rule judges.
fn judged<'a>(run: &'a Run, verdict: &Verdict) -> Vec<&'a Observation> {
    let Some(card) = run.rules.get(&verdict.rule) else { return Vec::new() };
    run.observations.iter().filter(|look| look.subject == verdict.subject && look.kind == card.kind).collect()
}

/// Who answers for a part of the plan. That the plan names nobody is worth reading too.
fn owner(run: &Run, verdict: &Verdict, lang: Lang) -> Shown {
    let owner = judged(run, verdict).into_iter().find_map(|look| look.owner.as_deref());
    match (owner, &verdict.subject) {
        (Some(owner), _) => Shown::new(owner),
        (None, Subject::Plan(_)) => Shown::new(pick(lang, "non écrit dans le plan", "not written in the plan")),
        (None, _) => Shown::default(),
    }
}

/// The proofs of what a verdict judged.
fn proofs<'a>(run: &'a Run, verdict: &Verdict) -> Vec<&'a Evidence> {
    let mut proofs: Vec<&Evidence> = judged(run, verdict).into_iter().flat_map(|look| &look.evidence).collect();
    let read: BTreeSet<&str> = verdict
        .failed_checks()
        .iter()
        .flat_map(|check| &check.read)
        .flat_map(|read| words(read.path.as_str()))
        .collect();
    let speaks_of_them =
        |proof: &Evidence| words(&proof.label).chain(words(&proof.content)).any(|word| read.contains(word));
    proofs.sort_by_key(|proof| !speaks_of_them(proof));
    proofs
}

/// The words of a path or a proof that are long enough to tell something: `mtpd` in `mtpd_h`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2)
}

fn messages(checks: &[FailedCheck], lang: Lang) -> Vec<Message> {
    checks
        .iter()
        .map(|check| Message {
            check: Shown::new(&check.check),
            text: shown(&check.message, lang),
            facts: check
                .read
                .iter()
                .map(|read| FactView { path: Shown::new(read.path.as_str()), value: fact(&read.value, lang) })
                .collect(),
        })
        .collect()
}
