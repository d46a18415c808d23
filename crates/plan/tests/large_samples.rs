//! The sample plans offered as starting points: a university hospital and its twin with 40 faults, a group, a residence.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod judging;

use std::collections::{BTreeMap, BTreeSet};

use judging::{PlantedFaults, findings, plan, root, rules, verdicts, verdicts_at};
use vigie_model::{Severity, Verdict, VerdictOutcome};
use vigie_plan::{ScheduleOptions, schedule};

const CLEAN: [&str; 3] = ["chu-exemplaire", "esms-demonstration", "ght-demonstration"];

fn folder(sample: &str) -> String {
    format!("examples/{sample}/plan")
}

/// What is open above info, and what is unknown, one line each.
fn remarks(verdicts: &[Verdict]) -> Vec<String> {
    let told = |verdict: &&Verdict| match verdict.outcome {
        VerdictOutcome::Unknown { .. } => true,
        _ => verdict.is_open() && verdict.severity > Severity::Info,
    };
    verdicts.iter().filter(told).map(|verdict| format!("{} {}", verdict.rule, verdict.subject)).collect()
}

#[test]
fn the_hospital_is_as_large_as_a_real_one() {
    for sample in ["chu-exemplaire", "chu-demonstration"] {
        let plan = plan(&folder(sample));
        assert!(plan.systems.count() >= Some(60), "{sample}");
        assert!(plan.activities.count() >= Some(25), "{sample}");
        assert!(plan.people.count() >= Some(40), "{sample}");
        assert!(plan.providers.count() >= Some(5), "{sample}");
        assert!(plan.procedures.count() >= Some(20), "{sample}");
        assert!(plan.scenarios.count() >= Some(6), "{sample}");
    }
    assert_eq!(plan(&folder("ght-demonstration")).sites.count(), Some(3));
}

#[test]
fn samples_without_faults_have_nothing_to_mend_and_nothing_unknown() {
    for sample in CLEAN {
        let verdicts = verdicts(&folder(sample));
        assert_eq!(remarks(&verdicts), [] as [String; 0], "{sample}");
        assert!(verdicts.iter().any(|verdict| verdict.outcome == VerdictOutcome::Pass), "{sample}");
    }
}

#[test]
fn forty_faults_are_found_and_no_other_and_every_rule_of_continuity_finds_one() {
    let planted = PlantedFaults::of("examples/chu-demonstration");
    let causes: BTreeSet<&str> = planted.faults.iter().map(|fault| fault.fault.as_str()).collect();
    assert_eq!(causes.len(), 40);
    let found: Vec<Verdict> = verdicts(&folder("chu-demonstration"));
    let above_info: Vec<Verdict> = found.into_iter().filter(|verdict| verdict.severity > Severity::Info).collect();
    let (planted, found) = (planted.findings(), findings(&above_info));
    let missing: Vec<_> = planted.difference(&found).collect();
    let unplanned: Vec<_> = found.difference(&planted).collect();
    assert!(missing.is_empty() && unplanned.is_empty(), "missing {missing:#?}\nunplanned {unplanned:#?}");
    let continuity = |rule: &String| rule.starts_with("continuity.");
    let shown: BTreeSet<String> = found.into_iter().map(|(rule, _)| rule).filter(continuity).collect();
    let all: BTreeSet<String> = rules().list().map(|rule| rule.id.to_string()).filter(continuity).collect();
    assert_eq!(shown, all);
}

/// Lines of the first text that the second does not have as often.
fn lines_only_in(one: &str, other: &str) -> usize {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    other.lines().for_each(|line| *left.entry(line).or_default() += 1);
    let mut only = 0;
    for line in one.lines() {
        match left.get_mut(line).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => only += 1,
        }
    }
    only
}

#[test]
fn the_twins_differ_by_their_faults_alone() {
    let text = |sample: &str, file: &str| std::fs::read_to_string(root().join(folder(sample)).join(file)).unwrap();
    let mut changed = 0;
    for entry in std::fs::read_dir(root().join(folder("chu-exemplaire"))).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        changed += lines_only_in(&text("chu-demonstration", &name), &text("chu-exemplaire", &name));
    }
    assert!(changed <= 70, "{changed} lines differ, for 40 faults");
}

#[test]
fn samples_are_clean_on_their_day_and_the_backups_age_first() {
    for sample in CLEAN {
        assert_eq!(remarks(&verdicts_at(&folder(sample), "2026-11-22T23:00:00Z")), [] as [String; 0], "{sample}");
    }
    let later = remarks(&verdicts_at(&folder("chu-exemplaire"), "2026-11-23T12:00:00Z"));
    assert!(!later.is_empty());
    assert!(later.iter().all(|line| line.starts_with("continuity.backup-stopped ")), "{later:#?}");
    // Then the audit of the directory dedicated to backup, which holds for 60 days from 12 October.
    let audit = "pcra.proof-expired plan:proof/svg-05".to_owned();
    let on = |day: &str| remarks(&verdicts_at(&folder("chu-exemplaire"), day));
    assert!(!on("2026-12-11T08:00:00Z").contains(&audit));
    assert!(on("2026-12-12T08:00:00Z").contains(&audit));
}

#[test]
fn the_large_hospital_is_scheduled_to_its_last_system() {
    let plan = plan(&folder("chu-exemplaire"));
    let schedule = schedule(&plan, &ScheduleOptions { samples: 50, ..ScheduleOptions::default() });
    assert_eq!(schedule.unplaced, []);
    assert!(schedule.all_back.at_least_h.is_some() && schedule.all_back.at_most_h.is_some());
    assert!(schedule.bars.len() >= 74);
}
