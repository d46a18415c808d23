//! The JSON is the run, whole, and harmless to print.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod hostile;

use proptest::prelude::*;
use vigie_model::Run;
use vigie_report::json::render;

fn sample() -> Run {
    Run::from_json(include_str!("fixtures/run.json")).unwrap()
}

#[test]
fn a_run_without_hidden_characters_is_written_as_the_model_does() {
    let mut run = sample();
    run.verdicts.clear();
    run.observations.clear();
    assert_eq!(render(&run).unwrap(), run.to_json().unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_written_reads_back(words in hostile::words()) {
        let run = hostile::with_words(sample(), &words);
        let text = render(&run).unwrap();
        prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "control character");
        prop_assert_eq!(Run::from_json(&text).unwrap(), run);
    }
}
