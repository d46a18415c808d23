//! What an event does, as people read it: on a terminal, on a page.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod markup;

use std::path::Path;

use jiff::civil::{Date, date};
use vigie_model::Lang;
use vigie_plan::{Event, Losses, Plan, ScheduleOptions, WhatIf, what_if};
use vigie_report::terminal::Style;
use vigie_report::what_if::{html, json, terminal};
use vigie_source::SourceFile;

const TODAY: Date = date(2026, 11, 22);

fn sample(name: &str) -> Plan {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).join("plan");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let files: Vec<SourceFile> = paths
        .iter()
        .map(|path| {
            SourceFile::new(path.file_name().unwrap().to_str().unwrap(), std::fs::read_to_string(path).unwrap())
        })
        .collect();
    Plan::load(&files).unwrap_or_else(|problems| panic!("{problems}"))
}

fn after(plan: &Plan, event: &str) -> WhatIf {
    let event = Event::of(plan, Some(event), &Losses::default()).unwrap();
    what_if(plan, &event, &ScheduleOptions { samples: 0, ..ScheduleOptions::default() })
}

#[test]
fn a_ransomware_is_told_in_french() {
    let after = after(&sample("ch-demonstration"), "rancongiciel");
    insta::assert_snapshot!(terminal(&after, TODAY, Lang::Fr, Style::default()));
}

#[test]
fn a_lost_site_is_told_in_english() {
    let after = after(&sample("ch-exemplaire"), "site:site-principal");
    insta::assert_snapshot!(terminal(&after, TODAY, Lang::En, Style::default()));
}

#[test]
fn every_line_fits_a_narrow_terminal() {
    let after = after(&sample("ch-demonstration"), "perte-totale");
    let style = Style { width: 60, colour: false, unicode: false };
    let text = terminal(&after, TODAY, Lang::Fr, style);
    assert!(text.is_ascii(), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
}

#[test]
fn the_page_stands_alone_and_its_drawing_is_also_a_table() {
    let plan = sample("ch-demonstration");
    for lang in [Lang::Fr, Lang::En] {
        let page = html(&after(&plan, "rancongiciel"), TODAY, lang).unwrap();
        let elements = markup::parse(&page).unwrap_or_else(|broken| panic!("{broken}"));
        let named = |name: &str| elements.iter().filter(|element| element.name == name).count();
        assert_eq!([named("script"), named("img"), named("link")], [0; 3], "nothing from outside");
        assert!(named("svg") > 0 && named("caption") > 0);
        let drawings = elements.iter().filter(|element| element.name == "svg");
        assert!(drawings.into_iter().all(|svg| svg.get("role") == Some("img") && svg.get("aria-labelledby").is_some()));
    }
}

#[test]
fn what_a_plan_says_cannot_become_markup() {
    let text = "plan: {id: p, title: \"<b>P</b>\"}
activities: [{id: a, name: \"<script>alert(1)</script>\", needs: [s]}]
systems: [{id: s, name: \"\\e[31m<i>S</i>\", kind: application, runs_on: []}]";
    let plan = Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"));
    let after = after(&plan, "perte-totale");
    let page = html(&after, TODAY, Lang::Fr).unwrap();
    assert!(!page.contains("<script>") && !page.contains("<i>S") && !page.contains("<b>P"), "{page}");
    let shown = terminal(&after, TODAY, Lang::Fr, Style::default());
    assert!(!shown.contains('\u{1b}') && !json(&after).unwrap().contains('\u{1b}'));
}
