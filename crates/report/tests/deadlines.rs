//! What ends next, as people and diaries read it.

use jiff::civil::{Date, date};
use vigie_model::{Lang, Text};
use vigie_plan::Expiry;
use vigie_report::deadlines::{calendar, json, terminal};
use vigie_report::terminal::Style;

const TODAY: Date = date(2026, 11, 22);

fn expiry(on: Date, in_days: i64, subject: &str, what: &str) -> Expiry {
    Expiry { on, in_days, subject: subject.to_owned(), what: Text::same(what) }
}

fn some() -> Vec<Expiry> {
    vec![
        expiry(date(2026, 11, 1), -21, "system/ad", "risque accepté : Annuaire"),
        expiry(date(2026, 12, 11), 19, "proof/svg-05", "audit de l’annuaire dédié à la sauvegarde"),
        expiry(date(2027, 6, 30), 220, "action/a", "action : doter l’astreinte, le bloc ; \u{1b}[31mle reste"),
        expiry(date(2029, 1, 1), 771, "provider/host", "contrat : Paie"),
    ]
}

#[test]
fn what_is_past_comes_first_and_nothing_foreign_reaches_the_terminal() {
    insta::assert_snapshot!(terminal("Plan d’essai", &some(), TODAY, Lang::Fr, Style::default()));
}

#[test]
fn a_plan_without_dates_is_not_a_plan_in_order() {
    insta::assert_snapshot!(terminal("Plan d’essai", &[], TODAY, Lang::Fr, Style::default()));
}

#[test]
fn a_diary_reads_each_deadline_as_a_day() {
    let text = calendar("pcra", &some(), TODAY, Lang::Fr);
    assert!(text.lines().all(|line| line.len() <= 75), "RFC 5545 section 3.1");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let unfolded = text.replace("\r\n ", "");
    assert_eq!(unfolded.matches("BEGIN:VEVENT").count(), 4);
    for line in [
        "UID:pcra-proof-svg-05@vigie.invalid",
        "DTSTART;VALUE=DATE:20261211",
        "SUMMARY:Échéance : action\u{a0}: doter l’astreinte\\, le bloc\u{a0}\\; \\\\x1b[31mle reste",
    ] {
        assert!(unfolded.lines().any(|found| found == line), "{line}\n{unfolded}");
    }
}

#[test]
fn data_bear_their_format() {
    let data: serde_json::Value = serde_json::from_str(&json(&some()).unwrap()).unwrap();
    assert_eq!(data["format"], "vigie.deadlines/1");
    assert_eq!(data["deadlines"][1]["on"], "2026-12-11");
}
