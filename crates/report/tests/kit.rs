//! The binder as it is printed.
#![expect(clippy::panic, reason = "a test stops at the first surprise")]

mod markup;

use jiff::civil::date;
use vigie_model::Lang;
use vigie_plan::Plan;
use vigie_plan::kit::{SheetKind, kit};
use vigie_report::kit::{PrintOptions, html};
use vigie_source::SourceFile;

fn page(lists: &str, only: &[SheetKind], exercise: bool, lang: Lang) -> String {
    let text = format!("plan: {{id: pcra, title: \"Plan <b>d’essai</b>\", version: '2.1'}}\n{lists}");
    let plan = Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"));
    let options = PrintOptions { printed_on: date(2026, 11, 22), only: only.to_vec(), exercise };
    html(&kit(&plan), &options, lang).unwrap_or_else(|why| panic!("{why}"))
}

const LISTS: &str = "roles: [{id: r, name: \"<script>alert(1)</script>\"}]
people: [{id: p, function: Direction, roles: [{role: r, rank: holder}], reach: [{channel: mobile, address: 06 39 98 00 01}]}]";

#[test]
fn every_sheet_bears_its_date_version_and_hash_and_nothing_comes_from_outside() {
    for lang in [Lang::Fr, Lang::En] {
        let page = page(LISTS, &[], false, lang);
        let elements = markup::parse(&page).unwrap_or_else(|broken| panic!("{broken}"));
        let of = |class: &str| elements.iter().filter(|element| element.get("class") == Some(class)).count();
        assert_eq!(of("sheet"), 9, "the cover and eight sheets");
        assert_eq!([of("foot"), of("hash")], [9, 9]);
        assert!(!elements.iter().any(|element| ["script", "img", "link"].contains(&element.name.as_str())));
        assert_eq!(page.matches("2.1").count(), 10, "at the foot of each sheet and on the cover");
    }
}

#[test]
fn personal_numbers_are_marked_and_an_exercise_says_so_on_each_sheet() {
    let directory = page(LISTS, &[SheetKind::Directory], true, Lang::Fr);
    assert!(directory.contains("Diffusion restreinte") && directory.contains("06 39 98 00 01"));
    assert_eq!(directory.matches("EXERCICE").count(), 2, "across the page and at its foot");
    let log = page(LISTS, &[SheetKind::Log], false, Lang::Fr);
    assert!(!log.contains("Diffusion restreinte") && !log.contains("06 39 98"));
}

#[test]
fn what_the_plan_does_not_say_is_a_blank_to_fill_in() {
    let page = page("activities: [{id: urgences, name: Urgences}]", &[], false, Lang::Fr);
    for words in ["Le plan n’a pas encore cette liste", "Aucune procédure au plan", "à compléter"] {
        assert!(page.contains(words), "{words}");
    }
}
