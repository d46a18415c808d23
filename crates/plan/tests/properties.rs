//! What holds for every plan, whatever its graph looks like.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use proptest::prelude::*;
use serde_json::Value;
use vigie_model::{Observation, Outcome};
use vigie_plan::{Plan, observe};
use vigie_source::SourceFile;

const SYSTEMS: usize = 7;

/// A list of needs: not stated, or some systems and some choices between two.
fn needs() -> impl Strategy<Value = String> {
    let one = (0..SYSTEMS).prop_map(|index| format!("s{index}"));
    let either = (0..SYSTEMS, 0..SYSTEMS).prop_map(|(one, other)| format!("{{any_of: [s{one}, s{other}]}}"));
    let some = (1_u8..=3, [0..SYSTEMS, 0..SYSTEMS, 0..SYSTEMS])
        .prop_map(|(count, [a, b, c])| format!("{{any_of: [s{a}, s{b}, s{c}], at_least: {count}}}"));
    let link = prop_oneof![4 => one, 1 => either, 1 => some];
    let list = prop::collection::vec(link, 0..3).prop_map(|links| format!("[{}]", links.join(", ")));
    prop_oneof![6 => list, 1 => Just("nsp".to_owned())]
}

/// A system without its rebuilding time, and that time in hours.
fn system() -> impl Strategy<Value = (String, String, u8)> {
    (needs(), needs(), 0_u8..20)
}

fn written(systems: &[(String, String, u8)], unsaid: Option<usize>) -> Vec<Observation> {
    let lines = systems.iter().enumerate().map(|(index, (runs_on, restores_with, hours))| {
        let hours = if unsaid == Some(index) { "nsp".to_owned() } else { format!("{hours} h") };
        format!(
            "  - {{id: s{index}, name: S, rto: {hours}, runs_on: {runs_on}, restores_with: {restores_with}, rebuild: {{likely: {hours}}}}}\n"
        )
    });
    let order: Vec<String> = (0..SYSTEMS).map(|index| format!("s{index}")).collect();
    let text = format!(
        "plan: {{id: p, title: T}}\nsystems:\n{}activities: [{{id: a, name: A, mtpd: 9 h, wrt: 1 h, needs: [s0, s1]}}]\nrestore_order: [{}]\n",
        lines.collect::<String>(),
        order.join(", ")
    );
    let plan = Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"));
    observe(&plan, "2026-11-22T08:00:00Z".parse().unwrap())
}

fn number(observations: &[Observation], name: &str) -> Option<f64> {
    let activity = observations.iter().find(|observation| observation.kind == "plan.activity").unwrap();
    let Outcome::Observed { facts, .. } = &activity.outcome else { panic!("facts") };
    facts.get(name).and_then(Value::as_f64)
}

proptest! {
    #[test]
    fn no_graph_breaks_the_analysis_and_bounds_stay_in_order(systems in prop::collection::vec(system(), SYSTEMS)) {
        let once = written(&systems, None);
        prop_assert_eq!(&once, &written(&systems, None), "same plan, same facts");
        for what in ["chain", "worst_rto"] {
            let at_least = number(&once, &format!("{what}_at_least_h"));
            let at_most = number(&once, &format!("{what}_at_most_h"));
            if let (Some(at_least), Some(at_most)) = (at_least, at_most) {
                prop_assert!(at_least <= at_most, "{what}: {at_least} {at_most}");
            }
        }
    }

    /// Saying less never makes a plan look better: the upper bound goes up or away, the lower one never up.
    #[test]
    fn saying_less_never_looks_better(systems in prop::collection::vec(system(), SYSTEMS), unsaid in 0..SYSTEMS) {
        let (said, less) = (written(&systems, None), written(&systems, Some(unsaid)));
        for what in ["chain", "worst_rto"] {
            let (at_least, at_most) = (format!("{what}_at_least_h"), format!("{what}_at_most_h"));
            if let (Some(before), Some(after)) = (number(&said, &at_most), number(&less, &at_most)) {
                prop_assert!(after >= before, "{what}: {before} {after}");
            }
            prop_assert!(number(&said, &at_most).is_some() || number(&less, &at_most).is_none());
            if let (Some(before), Some(after)) = (number(&said, &at_least), number(&less, &at_least)) {
                prop_assert!(after <= before, "{what}: {before} {after}");
            }
        }
    }

    #[test]
    fn no_text_breaks_loading(text in "(plan|systems|id|name|runs_on|nsp|[a-z0-9 :,{}\\[\\]\n-]){0,40}") {
        let file = SourceFile::new("plan.yaml", format!("plan: {{id: p, title: T}}\n{text}"));
        if let Ok(plan) = Plan::load(&[file]) {
            observe(&plan, "2026-11-22T08:00:00Z".parse().unwrap());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Two of three is the same as one of each pair: what an activity waits for, and what it loses.
    #[test]
    fn two_of_three_is_one_of_each_pair(hours in [1_u8..20, 1_u8..20, 1_u8..20], down in [any::<bool>(); 3]) {
        let [a, b, c] = hours;
        let lost: Vec<&str> = ["a", "b", "c"].into_iter().zip(down).filter_map(|(id, down)| down.then_some(id)).collect();
        let facts = |needs: &str| {
            let text = format!(
                "plan: {{id: p, title: T}}
systems:
  - {{id: a, name: A, rto: {a} h, runs_on: [], restores_with: [], rebuild: {{likely: {a} h}}}}
  - {{id: b, name: B, rto: {b} h, runs_on: [], restores_with: [], rebuild: {{likely: {b} h}}}}
  - {{id: c, name: C, rto: {c} h, runs_on: [], restores_with: [], rebuild: {{likely: {c} h}}}}
activities: [{{id: x, name: X, mtpd: 9 h, wrt: 0 h, needs: {needs}}}]
scenarios: [{{id: s, title: S, down: [{}], lost: [], down_kinds: []}}]",
                lost.join(", ")
            );
            let plan = Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"));
            let all = observe(&plan, "2026-11-22T08:00:00Z".parse().unwrap());
            let stopped = all.iter().find(|look| look.kind == "plan.scenario").map(|look| match &look.outcome {
                Outcome::Observed { facts, .. } => facts["stopped_activities"].clone(),
                _ => panic!("facts"),
            });
            (number(&all, "chain_at_least_h"), number(&all, "worst_rto_at_most_h"), stopped)
        };
        let counted = facts("[{any_of: [a, b, c], at_least: 2}]");
        prop_assert_eq!(&counted, &facts("[{any_of: [a, b]}, {any_of: [a, c]}, {any_of: [b, c]}]"));
        let mut sorted = hours;
        sorted.sort_unstable();
        prop_assert_eq!(counted.0, Some(f64::from(sorted[1])), "the second to be back");
        prop_assert_eq!(facts("[{any_of: [a, b, c], at_least: 3}]"), facts("[a, b, c]"));
    }
}
