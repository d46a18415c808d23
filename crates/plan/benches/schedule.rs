//! How long a plan takes to observe and to schedule, as it grows: 300 systems with 1,000 links and
//! 1,000 draws are to take under a second.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a benchmark stops at the first surprise")]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use vigie_plan::{Plan, ScheduleOptions, observe, schedule};
use vigie_source::SourceFile;

/// A hospital with so many systems, in layers that rest on those below: ten links for three systems,
/// one choice in ten, five teams of three, one activity for twelve systems.
fn hospital(systems: usize) -> Plan {
    let mut dice = 0x2545_f491_4f6c_dd1d_u64;
    let mut roll = |sides: usize| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        usize::try_from(dice % u64::try_from(sides).unwrap()).unwrap()
    };
    let mut text = "plan: {id: p, title: T}\nteams:\n".to_owned();
    for team in 0..5 {
        writeln!(text, "  - {{id: e{team}, name: E, people: 3}}").unwrap();
    }
    let layer = systems.div_ceil(12);
    text.push_str("systems:\n");
    for number in 0..systems {
        let below = number / layer * layer;
        let mut needs = |most: usize| {
            let mut links: Vec<String> = Vec::new();
            for _ in 0..if below == 0 { 0 } else { most } {
                let (one, other) = (roll(below), roll(below));
                links.push(if roll(10) == 0 { format!("{{any_of: [s{one}, s{other}]}}") } else { format!("s{one}") });
            }
            links.join(", ")
        };
        let (runs_on, restores_with) = (needs(1 + number % 2), needs(2));
        let (team, hours) = (roll(5), 1 + roll(8));
        writeln!(
            text,
            "  - {{id: s{number}, name: S, team: e{team}, runs_on: [{runs_on}], restores_with: [{restores_with}], rebuild: {{min: {hours} h, likely: {} h, max: {} h}}}}",
            hours + 1,
            hours * 3
        )
        .unwrap();
    }
    text.push_str("activities:\n");
    for activity in 0..systems / 12 {
        let (one, other, due) = (roll(systems), roll(systems), 12 + roll(systems));
        writeln!(text, "  - {{id: a{activity}, name: A, mtpd: {due} h, wrt: 1 h, needs: [s{one}, s{other}]}}").unwrap();
    }
    Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"))
}

fn growth(criterion: &mut Criterion) {
    let as_of = "2026-11-22T08:00:00Z".parse().unwrap();
    let mut group = criterion.benchmark_group("plan");
    group.sample_size(10);
    for systems in [100, 300, 1_000, 3_000] {
        let plan = hospital(systems);
        group.bench_with_input(BenchmarkId::new("observe", systems), &plan, |bencher, plan| {
            bencher.iter(|| observe(black_box(plan), as_of));
        });
        group.bench_with_input(BenchmarkId::new("schedule, 1,000 draws", systems), &plan, |bencher, plan| {
            bencher.iter(|| schedule(black_box(plan), &ScheduleOptions::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, growth);
criterion_main!(benches);
