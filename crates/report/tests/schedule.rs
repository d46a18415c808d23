//! A schedule as readers see it: terminal, drawing, page.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod markup;

use jiff::civil::Date;
use markup::{Element, parse};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;
use vigie_model::Lang;
use vigie_plan::{Change, Gain, Obstacle, Schedule, Span, Standing, Unplaced, Waited};
use vigie_report::schedule::{html, json, svg, terminal};
use vigie_report::terminal::Style;

const DAY: Date = jiff::civil::date(2026, 11, 22);

/// The exemplary hospital’s schedule, with some of its work.
fn sample() -> Schedule {
    let mut schedule: Schedule = serde_json::from_str(include_str!("fixtures/schedule.json")).unwrap();
    let kept = ["reseau", "virtualisation", "sauvegarde", "ad", "dpi", "pacs", "autoclaves"];
    schedule.bars.retain(|bar| kept.contains(&bar.system.as_str()));
    schedule.critical_chain =
        schedule.bars.iter().enumerate().filter(|(_, bar)| bar.critical).map(|(at, _)| at).collect();
    schedule.activities.truncate(3);
    schedule.gains.truncate(2);
    schedule
}

/// The same, late and with holes.
fn with_holes() -> Schedule {
    let mut schedule = sample();
    schedule.all_back = Span { at_least_h: Some(41.0), ..Span::default() };
    let unplaced = |system: &str, why| Unplaced {
        system: system.to_owned(),
        name: system.to_uppercase(),
        why,
        not_before_h: Some(4.5),
    };
    schedule.unplaced = vec![
        unplaced("a", Obstacle::Hours),
        unplaced("b", Obstacle::Behind("a".to_owned())),
        Unplaced { not_before_h: None, ..unplaced("c", Obstacle::Deadlock(vec!["c".into(), "d".into(), "c".into()])) },
        unplaced("e", Obstacle::People("equipe-reseau".to_owned())),
        unplaced("f", Obstacle::Team),
        unplaced("g", Obstacle::Needs),
    ];
    for (activity, standing) in
        schedule.activities.iter_mut().zip([Standing::Late, Standing::NoOrderFound, Standing::Unknown])
    {
        activity.standing = standing;
        activity.back = Span { at_least_h: Some(15.5), at_most_h: Some(19.0), ..Span::default() };
        activity.on_time_share = None;
    }
    schedule
}

#[test]
fn french_at_80_columns() {
    insta::assert_snapshot!(terminal(&sample(), DAY, Lang::Fr, Style::default()));
}

#[test]
fn holes_in_english_and_in_ascii() {
    let style = Style { unicode: false, ..Style::default() };
    let page = terminal(&with_holes(), DAY, Lang::En, style);
    assert!(page.is_ascii(), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn colour_adds_nothing_that_marks_do_not_say() {
    let plain = terminal(&with_holes(), DAY, Lang::Fr, Style::default());
    let coloured = terminal(&with_holes(), DAY, Lang::Fr, Style { colour: true, ..Style::default() });
    let mut stripped = String::new();
    for (at, part) in coloured.split('\u{1b}').enumerate() {
        stripped.push_str(if at == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    assert_eq!(stripped, plain);
    assert!(plain.lines().any(|line| line.starts_with("* ") && line.contains('█')));
    assert!(
        plain
            .lines()
            .filter(|line| line.contains('▒') && !line.contains("le reste"))
            .all(|line| line.starts_with("  "))
    );
}

fn elements(page: &str) -> Vec<Element> {
    parse(page).unwrap_or_else(|why| panic!("{why}"))
}

#[test]
fn the_page_is_well_formed_and_its_drawings_are_named() {
    for schedule in [sample(), with_holes()] {
        for lang in [Lang::Fr, Lang::En] {
            let page = html(&schedule, DAY, lang).unwrap();
            let elements = elements(&page);
            let ids: Vec<&str> = elements.iter().filter_map(|element| element.get("id")).collect();
            let drawings: Vec<&Element> = elements.iter().filter(|element| element.name == "svg").collect();
            assert_eq!(drawings.len(), 2, "work and activities");
            for drawing in drawings {
                assert_eq!(drawing.get("role"), Some("img"));
                let names: Vec<&str> = drawing.get("aria-labelledby").unwrap().split(' ').collect();
                assert!(names.len() == 2 && names.iter().all(|name| ids.contains(name)), "{names:?}");
            }
            let unique: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
            assert_eq!(unique.len(), ids.len(), "{ids:?}");
            assert!(!elements.iter().any(|element| element.name == "script"));
            let rows = elements.iter().filter(|element| element.get("scope") == Some("row")).count();
            assert_eq!(rows, schedule.bars.len() + schedule.activities.len(), "each bar is also in a table");
        }
    }
}

#[test]
fn a_drawing_stands_alone() {
    let drawing = svg(&sample(), DAY, Lang::Fr);
    let elements = elements(&format!("<!DOCTYPE html>{drawing}"));
    let svg = elements.first().unwrap();
    assert_eq!((svg.get("xmlns"), svg.get("width")), (Some("http://www.w3.org/2000/svg"), Some("960")));
    let bars = |class| elements.iter().filter(|it| it.name == "rect" && it.get("class") == Some(class)).count();
    let critical = sample().bars.iter().filter(|bar| bar.critical).count();
    assert_eq!((bars("critical"), bars("task")), (critical, sample().bars.len() - critical));
    assert_eq!(drawing.matches("◆ ").count(), critical, "told by a mark too");
}

#[test]
fn data_come_back_as_they_were() {
    assert_eq!(serde_json::from_str::<Schedule>(&json(&sample()).unwrap()).unwrap(), sample());
}

#[test]
fn every_wait_and_change_is_worded() {
    let mut schedule = sample();
    schedule.gains = vec![
        Gain { change: Change::Person("equipe-systeme".into()), all_back_h: 1.5, activities: vec![] },
        Gain { change: Change::Faster("ad".into()), all_back_h: 0.5, activities: vec![] },
    ];
    schedule.bars.first_mut().unwrap().waited_for = Waited::People("dpi".into());
    let page = terminal(&schedule, DAY, Lang::Fr, Style { width: 200, ..Style::default() });
    assert!(page.contains("- Une personne de plus, Équipe système : tout revient 1 h 30 plus tôt."), "{page}");
    assert!(page.contains("- Annuaire (Active Directory) en moitié moins de temps (image prête à l’emploi, par exemple) : tout revient 30 min plus tôt."));
    assert!(
        html(&schedule, DAY, Lang::En)
            .unwrap()
            .contains("once somebody is done with Dossier patient informatisé (DPI)")
    );
}

proptest! {
    #[test]
    fn foreign_names_break_nothing(name in "\\PC{0,60}|[<>&\"'\u{1b}\u{202e}\n]{0,20}", width in 0usize..250) {
        let mut schedule = with_holes();
        schedule.plan.clone_from(&name);
        schedule.bars.iter_mut().for_each(|bar| bar.name.clone_from(&name));
        schedule.activities.iter_mut().for_each(|activity| activity.name.clone_from(&name));
        schedule.teams.iter_mut().for_each(|team| team.name.clone_from(&name));
        for lang in [Lang::Fr, Lang::En] {
            prop_assert!(parse(&html(&schedule, DAY, lang).unwrap()).is_ok());
            let drawing = format!("<!DOCTYPE html>{}", svg(&schedule, DAY, lang));
            prop_assert!(parse(&drawing).is_ok());
            let page = terminal(&schedule, DAY, lang, Style { width, ..Style::default() });
            let escapes = page.contains(['\u{1b}', '\u{202e}']);
            prop_assert!(!escapes);
            let widest = page.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
            prop_assert!(widest <= width.clamp(60, 200), "{} > {}", widest, width);
        }
    }
}
