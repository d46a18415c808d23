//! A plan that went through a workbook is the same plan.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

#[path = "../../plan/tests/random/mod.rs"]
mod random;

mod opened;

use std::path::{Path, PathBuf};

use opened::read;
use proptest::prelude::*;
use vigie_model::Lang;
use vigie_plan::{Plan, PlanFile, diff, skeleton};
use vigie_source::SourceFile;
use vigie_workbook::{WorkbookError, write};

fn sample(name: &str) -> Plan {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).join("plan");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read =
        |path: &PathBuf| SourceFile::from_bytes(path.display().to_string(), &std::fs::read(path).unwrap()).unwrap();
    load(&paths.iter().map(read).collect::<Vec<_>>())
}

fn load(files: &[SourceFile]) -> Plan {
    Plan::load(files).unwrap_or_else(|problems| panic!("{problems}"))
}

fn through_a_workbook(plan: &Plan, lang: Lang) -> Plan {
    let bytes = write(plan, lang).unwrap_or_else(|why| panic!("{why}"));
    let reading = read("plan.xlsx", &bytes).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(reading.warnings.is_empty(), "{}", reading.warnings);
    let stamp = reading.stamp.unwrap();
    assert!(stamp.is_of(plan) && stamp.schema == 1);
    reading.plan
}

#[test]
fn the_samples_go_through_a_workbook_without_loss_in_both_languages() {
    for name in ["ch-demonstration", "ch-exemplaire", "ch-debutant"] {
        let plan = sample(name);
        for lang in [Lang::Fr, Lang::En] {
            let back = through_a_workbook(&plan, lang);
            assert!(diff(&plan, &back).is_empty());
            assert_eq!(PlanFile::from(&back), PlanFile::from(&plan), "{name}");
        }
        assert_eq!(write(&plan, Lang::Fr).unwrap(), write(&plan, Lang::Fr).unwrap(), "same plan, same bytes");
    }
}

#[test]
fn a_plan_that_says_nothing_yet_is_a_workbook_to_fill_in() {
    for lang in [Lang::Fr, Lang::En] {
        let files: Vec<_> =
            skeleton(lang, "s.json").into_iter().map(|(name, text)| SourceFile::new(name, text)).collect();
        let plan = load(&files);
        assert_eq!(PlanFile::from(&through_a_workbook(&plan, lang)), PlanFile::from(&plan));
    }
    let bare = load(&[SourceFile::new("plan.yaml", "plan: {id: p, title: T}")]);
    assert_eq!(PlanFile::from(&through_a_workbook(&bare, Lang::Fr)), PlanFile::from(&bare));
}

#[test]
fn what_a_cell_cannot_hold_is_refused_and_named() {
    let plan = load(&[SourceFile::new("plan.yaml", "plan: {id: p, title: T}\nsystems: [{id: dpi, name: \" DPI \"}]")]);
    let Err(WorkbookError::Lossy(lines)) = write(&plan, Lang::Fr) else { panic!("blanks at the ends are lost") };
    assert_eq!(lines[0].fr, "Systèmes, DPI [dpi] : Nom :  DPI  → DPI");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_plan_goes_through_a_workbook_without_loss(seed in any::<u64>(), french in any::<bool>()) {
        let plan = random::drawn(seed);
        let lang = if french { Lang::Fr } else { Lang::En };
        let back = through_a_workbook(&plan, lang);
        prop_assert_eq!(PlanFile::from(&back), PlanFile::from(&plan));
    }
}
