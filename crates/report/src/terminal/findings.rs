//! Findings in full: what is wrong, on what, the facts read and their proofs, the remedy.

use vigie_model::Lang;

use super::{level_ink, page::Ink, page::Page};
use crate::neutralise::Shown;
use crate::phrasing::{colon, count, cut, pick};
use crate::view::{FindingItem, Level, Message, Quote, RuleFinding, ThemeFindings, View};

/// Subjects shown of those that fail the same checks: beyond, a terminal scrolls and a page is the place.
const SUBJECTS_SHOWN: usize = 5;
/// Proofs shown of one observation.
const PROOFS_SHOWN: usize = 3;
/// Longest proof shown, in characters: two lines.
const PROOF_CHARS: usize = 160;

/// What makes two items alike: their level and the checks they fail.
type Shape = (Level, Vec<Shown>);

/// Writes every open finding, by theme.
pub(super) fn write(page: &mut Page, view: &View) {
    for ThemeFindings { theme, rules } in &view.findings {
        page.title(theme);
        for rule in rules {
            finding(page, rule, view.lang);
        }
    }
}

fn finding(page: &mut Page, finding: &RuleFinding, lang: Lang) {
    let marker = format!("{} {}  ", finding.level.shape(), finding.level.word());
    page.hanging(0, &marker, level_ink(finding.level), finding.title.as_str(), Ink::Strong);
    page.line(2, finding.why.as_str(), Ink::Plain);
    for alike in alike(&finding.items) {
        for item in alike.iter().take(SUBJECTS_SHOWN) {
            one_item(page, item, finding.level, lang);
        }
        let rest = alike.len().saturating_sub(SUBJECTS_SHOWN);
        if rest > 0 {
            let others = count(rest, lang, ["autre", "autres"], ["other", "others"]);
            let sentence = match lang {
                Lang::Fr => format!("et {others} avec le même constat\u{a0}: tout est dans le rapport HTML."),
                Lang::En => format!("and {others} with the same finding: all are in the HTML report."),
            };
            page.hanging(2, "… ", Ink::Plain, &sentence, Ink::Plain);
        }
    }
    page.hanging(2, "→ ", Ink::Good, finding.remedy.as_str(), Ink::Plain);
    page.line(2, &format!("{} {}", pick(lang, "règle", "rule"), finding.rule), Ink::Faint);
    page.gap();
}

/// The items that fail the same checks at the same level, together, worst first.
fn alike(items: &[FindingItem]) -> Vec<Vec<&FindingItem>> {
    let shape = |item: &FindingItem| {
        let checks: Vec<Shown> = item.messages.iter().map(|message| message.check.clone()).collect();
        (item.level, checks)
    };
    let mut groups: Vec<(Shape, Vec<&FindingItem>)> = Vec::new();
    for item in items {
        let shape = shape(item);
        match groups.iter_mut().find(|(same, _)| *same == shape) {
            Some((_, group)) => group.push(item),
            None => groups.push((shape, vec![item])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn one_item(page: &mut Page, item: &FindingItem, worst: Level, lang: Lang) {
    for message in &item.messages {
        let marker = format!("{} ", item.level.shape());
        page.hanging(2, &marker, level_ink(item.level), message.text.as_str(), Ink::Plain);
        page.line(4, &facts_read(message, lang), Ink::Faint);
    }
    page.line(4, &owner(&item.owner, lang), Ink::Plain);
    page.line(4, &proofs(&item.proofs, lang), Ink::Faint);
    let level = if item.level == worst { String::new() } else { format!("{}, ", item.level.word()) };
    page.line(4, &format!("{level}{} [{}]", item.full_subject, item.fingerprint), Ink::Faint);
}

/// `responsable : Équipe système`; empty when no document could say.
fn owner(owner: &Shown, lang: Lang) -> String {
    let owner = owner.as_str();
    if owner.is_empty() {
        String::new()
    } else {
        format!("{}{} {owner}", pick(lang, "responsable", "owner"), colon(lang))
    }
}

/// `faits lus : chain_at_least_h = 25 ; mtpd_h = 12`; empty when none.
fn facts_read(message: &Message, lang: Lang) -> String {
    let facts: Vec<String> = message.facts.iter().map(|fact| format!("{} = {}", fact.path, fact.value)).collect();
    let label = match facts.as_slice() {
        [] => return String::new(),
        [_] => pick(lang, "fait lu", "fact read"),
        [_, _, ..] => pick(lang, "faits lus", "facts read"),
    };
    format!("{label}{} {}", colon(lang), facts.join(pick(lang, "\u{a0}; ", "; ")))
}

/// `preuves : plan/systemes.yaml:42 « rto: 18 h » ; … ; 2 autres`; empty when none was kept.
fn proofs(proofs: &[Quote], lang: Lang) -> String {
    let mut words: Vec<String> = proofs.iter().take(PROOFS_SHOWN).map(|proof| quoted(proof, lang)).collect();
    let label = match words.as_slice() {
        [] => return String::new(),
        [_] => pick(lang, "preuve", "proof"),
        [_, _, ..] => pick(lang, "preuves", "proofs"),
    };
    let rest = proofs.len().saturating_sub(PROOFS_SHOWN);
    if rest > 0 {
        words.push(count(rest, lang, ["autre", "autres"], ["other", "others"]));
    }
    format!("{label}{} {}", colon(lang), words.join(pick(lang, "\u{a0}; ", "; ")))
}

fn quoted(proof: &Quote, lang: Lang) -> String {
    let [open, close] = match lang {
        Lang::Fr => ["«\u{a0}", "\u{a0}»"],
        Lang::En => ["“", "”"],
    };
    let note = if proof.note.is_empty() { String::new() } else { format!(" ({})", proof.note) };
    format!("{} {open}{}{close}{note}", proof.label, cut(proof.content.as_str().trim(), PROOF_CHARS))
}
