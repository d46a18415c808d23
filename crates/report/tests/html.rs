//! The page: well formed, self-contained, readable by all, and deaf to hostile text.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod hostile;
mod markup;

use std::collections::BTreeSet;

use markup::{Element, parse};
use proptest::prelude::*;
use vigie_model::{Completeness, Run, Text};
use vigie_report::html::{RenderOptions, render};

fn sample() -> Run {
    Run::from_json(include_str!("fixtures/run.json")).unwrap()
}

fn options() -> RenderOptions {
    RenderOptions { formula: Text::new("Première phrase.\n\nSeconde phrase.", "First sentence.\n\nSecond sentence.") }
}

fn page(run: &Run) -> String {
    render(run, &options()).unwrap()
}

fn elements(page: &str) -> Vec<Element> {
    parse(page).unwrap()
}

#[test]
fn tags_are_balanced_and_identifiers_lead_somewhere() {
    for run in every_standing() {
        let elements = elements(&page(&run));
        let ids: Vec<&str> = elements.iter().filter_map(|element| element.get("id")).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "an id is used twice");
        for element in &elements {
            for attribute in ["aria-labelledby", "aria-describedby"] {
                for id in element.get(attribute).unwrap_or_default().split_whitespace() {
                    assert!(unique.contains(id), "{attribute} {id}");
                }
            }
            if let Some(href) = element.get("href") {
                assert!(unique.contains(href.strip_prefix('#').expect("links stay in the page")), "{href}");
            }
        }
    }
}

#[test]
fn nothing_is_loaded_and_nothing_runs() {
    let page = page(&sample());
    for element in elements(&page) {
        assert!(
            !["script", "link", "img", "iframe", "object", "embed", "base", "form"].contains(&element.name.as_str()),
            "{element:?}"
        );
        for (name, value) in &element.attributes {
            assert!(!name.starts_with("on") && name != "src" && name != "style" && name != "srcset", "{element:?}");
            assert!(
                !value.contains("http:") && !value.contains("https:") && !value.contains("javascript:"),
                "{element:?}"
            );
        }
    }
    let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    assert!(!style.contains("url(") && !style.contains("@import") && !style.contains("http"));
}

#[test]
fn both_languages_are_marked_and_french_comes_first() {
    let elements = elements(&page(&sample()));
    assert_eq!(elements[0].get("lang"), Some("fr"));
    let parts: Vec<&str> =
        elements.iter().filter(|element| element.name == "section").filter_map(|element| element.get("lang")).collect();
    assert_eq!(parts, ["fr", "en"]);
    let links: Vec<_> =
        elements.iter().filter(|e| e.get("hreflang").is_some()).map(|e| (e.get("href"), e.get("lang"))).collect();
    assert_eq!(links, [(Some("#en"), Some("en")), (Some("#fr"), Some("fr"))]);
}

#[test]
fn headings_go_down_one_step_at_a_time() {
    for run in every_standing() {
        let mut last = 0;
        for element in elements(&page(&run)) {
            let Some(Ok(level)) = element.name.strip_prefix('h').map(str::parse::<u8>) else { continue };
            assert!(level <= last + 1, "h{level} after h{last}");
            last = level;
        }
    }
}

#[test]
fn tables_and_drawings_speak() {
    let elements = elements(&page(&sample()));
    let count = |name: &str| elements.iter().filter(|element| element.name == name).count();
    assert_eq!(count("table"), count("caption"));
    assert!(elements.iter().filter(|element| element.name == "th").all(|th| th.get("scope").is_some()));
    assert!(elements.iter().filter(|element| element.name == "svg").all(|svg| svg.get("aria-labelledby").is_some()));
    assert_eq!((count("svg"), count("desc"), count("main"), count("nav")), (16, 16, 1, 2));
    let closed = elements.iter().filter(|element| element.name == "details" && element.get("open").is_none());
    assert!(closed.into_iter().all(|details| details.get("class") == Some("proofs")), "shown once more below, open");
    assert_eq!(elements.iter().find(|element| element.name == "a").unwrap().get("class"), Some("skip"));
}

#[test]
fn a_void_run_shows_no_letter_and_no_finding() {
    let because = Text::new("tout a échoué d’un coup", "everything failed at once");
    let page = page(&Run { completeness: Completeness::Void { because }, ..sample() });
    assert!(page.contains("Analyse nulle") && page.contains("Void analysis"));
    for class in ["class=\"badge\"", "class=\"finding", "class=\"steps\"", "class=\"care\"", "class=\"passed\""] {
        assert!(!page.contains(class), "{class}");
    }
}

#[test]
fn an_incomplete_run_marks_every_letter_provisional() {
    let because = Text::new("arrêt demandé", "stopped by hand");
    let page = page(&Run { completeness: Completeness::Incomplete { because, not_looked_at: 3 }, ..sample() });
    assert_eq!(page.matches("class=\"badge\"").count(), 4);
    assert_eq!(page.matches(" provisional\">").count(), 4);
    assert_eq!(page.matches("class=\"strip\"").count(), 1);
}

#[test]
fn the_same_run_gives_the_same_page() {
    assert_eq!(page(&sample()), page(&sample()));
    assert!(page(&sample()).contains("<p>Première phrase.</p>"));
}

fn every_standing() -> [Run; 3] {
    let because = Text::new("raison", "reason");
    [
        sample(),
        Run { completeness: Completeness::Incomplete { because: because.clone(), not_looked_at: 1 }, ..sample() },
        Run { completeness: Completeness::Void { because }, ..sample() },
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn hostile_text_stays_text(words in hostile::words()) {
        let run = hostile::with_words(sample(), &words);
        let page = page(&run);
        prop_assert!(page.chars().all(|c| c == '\n' || !c.is_control()), "control character");
        prop_assert!(!page.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}']), "invisible character");
        // A parser finds only our own elements and attributes: data opened none.
        let known: BTreeSet<(String, Vec<String>)> = every_standing().iter().flat_map(|run| shapes(&self::page(run))).collect();
        for shape in shapes(&page) {
            prop_assert!(known.contains(&shape), "{shape:?}");
        }
    }
}

/// The elements of a page, each with the names of its attributes.
fn shapes(page: &str) -> BTreeSet<(String, Vec<String>)> {
    let names = |element: Element| (element.name, element.attributes.into_iter().map(|(name, _)| name).collect());
    elements(page).into_iter().map(names).collect()
}
