//! A plan that is written as files and read again is the same plan.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod random;

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use vigie_model::Lang;
use vigie_plan::{Plan, PlanFile, skeleton, write_plan};
use vigie_source::SourceFile;

fn sample(name: &str) -> Vec<SourceFile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).join("plan");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read =
        |path: &PathBuf| SourceFile::from_bytes(path.display().to_string(), &std::fs::read(path).unwrap()).unwrap();
    paths.iter().map(read).collect()
}

fn load(files: &[SourceFile]) -> Plan {
    Plan::load(files).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The plan, written as files and read again, and the files.
fn again(plan: &Plan, lang: Lang) -> (Plan, Vec<SourceFile>) {
    let written = write_plan(plan, lang, Some("../schemas/plan.json")).unwrap();
    let files: Vec<SourceFile> = written.iter().map(|(name, text)| SourceFile::new(name, text)).collect();
    (load(&files), files)
}

#[test]
fn the_samples_are_written_and_read_again_without_loss() {
    for name in ["ch-demonstration", "ch-exemplaire", "ch-debutant"] {
        let plan = load(&sample(name));
        let (read, files) = again(&plan, Lang::Fr);
        assert_eq!(PlanFile::from(&read), PlanFile::from(&plan), "{name}");
        assert_eq!(again(&read, Lang::Fr).1, files, "{name}: writing again gives the same bytes");
        assert!(
            files
                .iter()
                .all(|file| file.text().starts_with("# yaml-language-server: $schema=../schemas/plan.json\n# "))
        );
        assert!(files.iter().all(|file| !file.text().contains("nsp")), "what is not known is left out");
    }
}

#[test]
fn a_skeleton_keeps_its_empty_lists() {
    for lang in [Lang::Fr, Lang::En] {
        let files: Vec<_> =
            skeleton(lang, "s.json").into_iter().map(|(name, text)| SourceFile::new(name, text)).collect();
        let plan = load(&files);
        assert_eq!(PlanFile::from(&again(&plan, lang).0), PlanFile::from(&plan));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_plan_is_written_and_read_again_without_loss(seed in any::<u64>()) {
        let plan = random::drawn(seed);
        let (read, _) = again(&plan, Lang::En);
        prop_assert_eq!(PlanFile::from(&read), PlanFile::from(&plan));
    }
}
