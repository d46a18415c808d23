//! What a reader sees on a terminal, whole, and what must hold for any run and any width.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod hostile;

use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;
use vigie_model::{Completeness, Lang, Run, Text};
use vigie_report::terminal::{Style, render};

const EIGHTY: Style = Style { width: 80, colour: false, unicode: true };

fn sample() -> Run {
    Run::from_json(include_str!("fixtures/run.json")).unwrap()
}

#[test]
fn french_at_80_columns() {
    insta::assert_snapshot!(render(&sample(), Lang::Fr, EIGHTY));
}

#[test]
fn english_at_80_columns() {
    insta::assert_snapshot!(render(&sample(), Lang::En, EIGHTY));
}

#[test]
fn plain_ascii_at_40_columns() {
    insta::assert_snapshot!(render(&sample(), Lang::Fr, Style { width: 40, colour: false, unicode: false }));
}

#[test]
fn a_void_run_gives_no_letter_and_no_finding() {
    let because =
        Text::new("48 connexions sur 50 ont échoué en deux secondes", "48 of 50 connections failed in two seconds");
    let run = Run { completeness: Completeness::Void { because }, ..sample() };
    insta::assert_snapshot!(render(&run, Lang::Fr, EIGHTY));
}

#[test]
fn an_incomplete_run_says_so_before_its_letters() {
    let because = Text::new("arrêt demandé au clavier", "stopped at the keyboard");
    let run = Run { completeness: Completeness::Incomplete { because, not_looked_at: 37 }, ..sample() };
    let text = render(&run, Lang::Fr, EIGHTY);
    let head: Vec<&str> = text.lines().take(14).collect();
    insta::assert_snapshot!(head.join("\n"));
}

#[test]
fn colour_adds_only_our_own_sequences() {
    let coloured = render(&sample(), Lang::Fr, Style { colour: true, ..EIGHTY });
    assert!(coloured.contains("\x1b[1m"));
    assert_eq!(without_our_sequences(&coloured), render(&sample(), Lang::Fr, EIGHTY));
}

fn without_our_sequences(text: &str) -> String {
    ["\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[1;31m", "\x1b[1;7;31m"]
        .iter()
        .fold(text.to_owned(), |text, sequence| text.replace(sequence, ""))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn hostile_text_never_reaches_the_terminal(words in hostile::words(), width in 20usize..240, colour: bool, unicode: bool) {
        let run = hostile::with_words(sample(), &words);
        for lang in [Lang::Fr, Lang::En] {
            let text = render(&run, lang, Style { width, colour, unicode });
            let bare = without_our_sequences(&text);
            prop_assert!(bare.chars().all(|c| c == '\n' || !c.is_control()), "control character");
            prop_assert!(!bare.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}']), "invisible character");
            prop_assert!(unicode || bare.is_ascii(), "beyond ASCII");
            for line in bare.lines() {
                prop_assert!(line.width() <= width.clamp(40, 200), "too wide: {line:?}");
            }
        }
    }
}
