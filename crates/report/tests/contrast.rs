//! Every pair of colours that the page puts together meets WCAG 2.2 level AA, in light and in dark.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::collections::BTreeMap;

const STYLE: &str = include_str!("../templates/style.css");

#[test]
fn text_reads_at_4_5_and_shapes_at_3() {
    let letters = ["letter-a", "letter-b", "letter-c", "letter-d", "letter-e", "letter-none"];
    let text = ["ink", "soft", "accent", "good", "warn", "bad"];
    for (mode, tokens) in modes() {
        let contrast = |a: &str, b: &str| contrast(&tokens[a], &tokens[b]);
        for ground in ["paper", "wash"] {
            for name in text.iter().chain(&letters) {
                let found = contrast(name, ground);
                assert!(found >= 4.5, "{mode}: {name} on {ground} is {found:.2}");
            }
        }
        for letter in letters {
            let found = contrast("on-letter", letter);
            assert!(found >= 4.5, "{mode}: on-letter on {letter} is {found:.2}");
        }
    }
}

#[test]
fn the_rules_name_no_colour_but_the_tokens() {
    let rules = STYLE.split("/* Page */").nth(1).unwrap();
    assert!(!rules.contains('#'), "a colour outside the tokens");
}

fn modes() -> [(&'static str, BTreeMap<String, String>); 2] {
    let (light, dark) = STYLE.split_once("prefers-color-scheme: dark").unwrap();
    let dark = dark.split("/* Page */").next().unwrap();
    [("light", tokens(light)), ("dark", tokens(dark))]
}

fn tokens(css: &str) -> BTreeMap<String, String> {
    css.lines()
        .filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"))
        .map(|(name, value)| (name.to_owned(), value.trim_end_matches(';').to_owned()))
        .collect()
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance, WCAG 2.2.
fn luminance(hex: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}
