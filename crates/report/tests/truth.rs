//! Nothing that was judged is lost on its way to a reader, and nothing is made up.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use vigie_model::{Counts, Family, Lang, Run, Text, VerdictOutcome};
use vigie_report::html::{self, RenderOptions};
use vigie_report::terminal::{self, Style};
use vigie_report::view::View;

fn sample() -> Run {
    Run::from_json(include_str!("fixtures/run.json")).unwrap()
}

fn page(run: &Run) -> String {
    html::render(run, &RenderOptions { formula: Text::same("") }).unwrap()
}

#[test]
fn every_open_finding_is_shown_everywhere() {
    let run = sample();
    let (text, page) = (terminal::render(&run, Lang::Fr, Style::default()), page(&run));
    for verdict in run.verdicts.iter().filter(|verdict| verdict.is_open()) {
        let print = &verdict.fingerprint.0;
        assert!(text.contains(print.as_str()), "{} on the terminal", verdict.rule);
        assert_eq!(page.matches(print.as_str()).count(), 2, "{} in both languages", verdict.rule);
    }
}

#[test]
fn every_verdict_is_counted_once() {
    let run = sample();
    let view = View::new(&run, Lang::Fr);
    let count = |wanted: fn(&VerdictOutcome) -> bool| run.verdicts.iter().filter(|v| wanted(&v.outcome)).count();
    assert_eq!(view.open_total(), count(|outcome| matches!(outcome, VerdictOutcome::Fail { .. })));
    assert_eq!(view.waived.len(), count(|outcome| matches!(outcome, VerdictOutcome::Waived { .. })));
    assert_eq!(view.unknown_total, count(|outcome| matches!(outcome, VerdictOutcome::Unknown { .. })));
    let held: usize = view.passed.iter().flat_map(|theme| &theme.rules).map(|rule| rule.held).sum();
    assert_eq!(held, count(|outcome| *outcome == VerdictOutcome::Pass));
    assert_eq!(view.unknowns.iter().map(|group| group.points).sum::<usize>(), view.unknown_total);
}

#[test]
fn a_look_that_failed_is_shown_even_when_no_rule_needed_it() {
    let mut run = sample();
    run.verdicts.clear();
    let text = terminal::render(&run, Lang::Fr, Style::default());
    assert!(text.contains("vpn.ch-demo.example:443") && text.contains("après 5 s"), "{text}");
    assert!(text.contains("Aucun point à corriger parmi ce qui a pu être vérifié."));
}

#[test]
fn a_family_that_cannot_be_graded_has_no_letter_and_says_why() {
    let mut run = sample();
    let grade = run.grades.families.get_mut(&Family::Continuity).unwrap();
    grade.letter = None;
    grade.score = None;
    grade.coverage = 12;
    grade.not_evaluable = Some(Text::new("Le plan n’a pas été fourni.", "The plan was not given."));
    let view = View::new(&run, Lang::Fr);
    let grade = &view.families[1];
    assert_eq!((grade.sign(), grade.word, grade.best.as_deref()), ("?", "non évaluable", None));
    assert_eq!(grade.sentence.as_str(), "Le plan n’a pas été fourni.");
    assert_eq!(grade.coverage, "12\u{a0}% de ce qui compte a pu être vérifié.");
}

#[test]
fn what_was_never_graded_is_not_fine() {
    let mut run = sample();
    run.grades.families.clear();
    run.grades.themes.clear();
    let view = View::new(&run, Lang::Fr);
    assert_eq!((view.families.len(), view.themes.len()), (2, 8));
    for grade in view.families.iter().chain(&view.themes) {
        assert_eq!((grade.letter, grade.counts, grade.word), (None, Counts::default(), "non évaluable"));
    }
}

#[test]
fn a_rule_whose_text_is_missing_is_shown_by_its_name() {
    let mut run = sample();
    run.rules.clear();
    let text = terminal::render(&run, Lang::Fr, Style::default());
    assert!(text.contains("1. services.remote-desktop"), "{text}");
    assert!(page(&run).contains("services.remote-desktop"));
}

#[test]
fn a_finding_shows_the_proofs_of_what_it_judged_and_no_other() {
    let run = sample();
    let view = View::new(&run, Lang::Fr);
    let labels = |rule: &str| -> Vec<String> {
        let findings = view.findings.iter().flat_map(|theme| &theme.rules);
        let items = findings.filter(|finding| finding.rule.as_str() == rule).flat_map(|finding| &finding.items);
        items.flat_map(|item| &item.proofs).map(|proof| proof.label.to_string()).collect()
    };
    assert_eq!(labels("mail.dmarc-not-enforced"), ["_dmarc.ch-demo.example TXT"]);
    assert_eq!(labels("tls.legacy-protocol"), ["ServerHello"]);
    assert!(labels("dns.unsigned-zone").is_empty(), "same subject, another kind of observation");
    // The line that states the fact read stands before those that only name the system.
    let recovery = labels("recovery.slower-than-needed");
    assert_eq!(
        recovery,
        ["plan/systemes.yaml:42", "plan/systemes.yaml:40", "plan/systemes.yaml:43", "plan/systemes.yaml:44"]
    );
    let page = page(&run);
    assert!(recovery.iter().all(|label| page.matches(label.as_str()).count() >= 4), "finding and look, both languages");
}

#[test]
fn many_subjects_failing_alike_are_counted_on_a_terminal_and_listed_on_the_page() {
    let mut run = sample();
    let first = run.verdicts.iter().find(|verdict| verdict.rule.0 == "dns.unsigned-zone").unwrap().clone();
    for number in 1..8 {
        let mut same = first.clone();
        same.subject = format!("domain:zone{number}.ch-demo.example").parse().unwrap();
        same.fingerprint.0 = format!("{number:016x}");
        run.verdicts.push(same);
    }
    let shown = |text: &str| (1..8).filter(|number| text.contains(&format!("{number:016x}"))).count();
    let text = terminal::render(&run, Lang::Fr, Style::default());
    assert_eq!(shown(&text), 4, "five with the first");
    assert!(text.contains("… et 3\u{a0}autres avec le même constat"), "{text}");
    assert_eq!(shown(&page(&run)), 7);
    assert!(text.contains("15\u{a0}points à corriger"), "each one counts");
}

#[test]
fn no_care_objective_is_lost_when_the_list_is_folded() {
    let run = sample();
    let text = terminal::render(&run, Lang::En, Style::default());
    let page = page(&run);
    for line in &run.grades.care {
        assert!(text.contains(&line.key), "{}", line.key);
        assert_eq!(page.matches(&line.key).count() % 2, 0, "{} in both languages", line.key);
        assert!(page.contains(&line.key) && page.contains(&line.title.fr) && page.contains(&line.because.en));
    }
}
