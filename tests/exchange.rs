//! A plan that leaves as a workbook and comes back: what people see, and that nothing is lost on the way.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot be set up has failed"
)]

mod stage;

use std::fs;
use std::path::{Path, PathBuf};

use stage::Vigie;
use tempfile::TempDir;

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ch-exemplaire/plan")
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_workbook_goes_and_comes_back_without_a_change() {
    let folder = TempDir::new().unwrap();
    let (book, into) = (folder.path().join("plan.xlsx"), folder.path().join("plan"));
    let plan = sample();
    Vigie::with(["plan", "export", text(&plan), "-o", text(&book)]).run().with_code(0);
    Vigie::with(["plan", "import", text(&book), "--into", text(&into)]).run().with_code(0);
    assert_eq!(
        names(&into),
        ["00-plan.yaml", "activites.yaml", "crise.yaml", "preuves.yaml", "sauvegardes.yaml", "systemes.yaml"]
    );
    let said = Vigie::with(["plan", "diff", text(&plan), text(&into)]).run().with_code(0);
    said.says(&["Les deux plans disent la même chose."]);
    let judged = |plan: &Path| {
        Vigie::with(["plan", "check", text(plan), "--as-of", "2026-11-22", "--format", "terminal"])
            .run()
            .with_code(0)
            .out
    };
    let grade = |out: String| out.lines().filter(|line| line.contains("/100")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(grade(judged(&into)), grade(judged(&plan)), "judged alike");
}

#[test]
fn an_import_shows_first_and_keeps_what_was_there() {
    let folder = TempDir::new().unwrap();
    let into = folder.path().join("plan");
    fs::create_dir(&into).unwrap();
    let old = "# écrit à la main\nplan: {id: pcra, title: Ancien titre}\nsystems: [{id: dpi, name: Dossier patient, rto: 4 h}]\n";
    fs::write(into.join("plan.yaml"), old).unwrap();
    fs::write(into.join("notes.txt"), "à garder").unwrap();
    let new = folder.path().join("new.yaml");
    fs::write(&new, "plan: {id: pcra, title: Nouveau titre}\nsystems: [{id: dpi, name: Dossier patient, rto: 6 h}]\n")
        .unwrap();
    let book = folder.path().join("plan.xlsx");
    Vigie::with(["plan", "export", text(&new), "-o", text(&book)]).run().with_code(0);

    let shown = Vigie::with(["plan", "import", text(&book), "--into", text(&into)]).run().with_code(0);
    shown.says(&[
        "Délai de reprise promis (RTO) : 4 h → 6 h",
        "Titre : Ancien titre → Nouveau titre",
        "2 modifications",
    ]);
    assert!(shown.err.contains("Rien n’est écrit") && shown.err.contains("le plan a changé depuis"), "{}", shown.err);
    assert_eq!(fs::read_to_string(into.join("plan.yaml")).unwrap(), old, "nothing was touched");

    for _ in 0..2 {
        Vigie::with(["plan", "import", text(&book), "--into", text(&into), "--replace"]).run().with_code(0);
    }
    assert_eq!(names(&into), ["00-plan.yaml", "notes.txt", "systemes.yaml"]);
    let kept: Vec<String> = names(folder.path()).into_iter().filter(|name| name.starts_with("plan-avant-")).collect();
    assert_eq!(kept.len(), 1, "the second time nothing changed: {kept:?}");
    assert_eq!(fs::read_to_string(folder.path().join(&kept[0]).join("plan.yaml")).unwrap(), old);
}

#[test]
fn other_forms_and_other_files_are_told_apart() {
    let folder = TempDir::new().unwrap();
    let (yaml, json) = (folder.path().join("copie"), folder.path().join("plan.json"));
    let plan = sample();
    Vigie::with(["plan", "export", text(&plan), "--format", "yaml", "-o", text(&yaml)]).run().with_code(0);
    let again = Vigie::with(["plan", "export", text(&plan), "--format", "yaml", "-o", text(&yaml)]).run().with_code(2);
    assert!(again.err.contains("contient déjà"), "{}", again.err);
    Vigie::with(["plan", "export", text(&yaml), "--format", "json", "-o", text(&json)]).run().with_code(0);
    let value: serde_json::Value = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(value["plan"]["id"], "pcra");
    let differences = Vigie::with(["plan", "diff", text(&plan), text(&yaml), "--format", "json"]).run().with_code(0);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&differences.out).unwrap()["entries"], serde_json::json!([]));
    let word = folder.path().join("plan.pdf");
    fs::write(&word, "x").unwrap();
    let refused = Vigie::with(["plan", "import", text(&word), "--into", text(&yaml)]).run().with_code(2);
    assert!(refused.err.contains("--review"), "a document is reviewed first: {}", refused.err);
}
