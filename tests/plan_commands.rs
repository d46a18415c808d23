//! Commands on a plan, on the real binary, as facilitators type them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot be set up has failed, and it plays the other side of the network"
)]

mod stage;

use stage::Vigie;

const DEMONSTRATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/ch-demonstration/plan");

#[test]
fn events_to_try_are_listed_with_how_to_try_them() {
    let ended = Vigie::with(["plan", "what-if", DEMONSTRATION]).run().with_code(0);
    ended.says(&["rancongiciel", "perte-totale", "coupure-internet", "site:site-principal", "vigie plan what-if "]);
}

#[test]
fn an_event_is_told_on_a_terminal_as_data_and_as_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let told = Vigie::with(["plan", "what-if", "rancongiciel", DEMONSTRATION]).run().with_code(0).without_escapes();
    told.says(&["8 activités sur 9 s’arrêtent"]);
    let data = Vigie::with(["plan", "what-if", "rancongiciel", DEMONSTRATION, "--format", "json"]).run().with_code(0);
    let data: serde_json::Value = serde_json::from_str(&data.out).unwrap();
    assert_eq!(data["activities"].as_array().unwrap().len(), 9);
    let page = folder.path().join("et-si.html");
    let to = page.to_str().unwrap();
    Vigie::with(["plan", "what-if", "rancongiciel", DEMONSTRATION, "-f", "html", "-o", to]).run().with_code(0);
    assert!(std::fs::read_to_string(page).unwrap().starts_with("<!DOCTYPE html>"));
}

#[test]
fn losses_can_be_chosen_and_a_wrong_name_is_guessed() {
    let chosen = ["plan", "what-if", "--down", "messagerie", "--without", "mobile,radio", "--lasting", "2 j"];
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/ch-demonstration");
    Vigie::with(chosen)
        .inside(std::path::Path::new(folder))
        .run()
        .with_code(0)
        .says(&["Pertes choisies", "T + 48 h (J+2)"]);
    let wrong = Vigie::with(["plan", "what-if", "rancongicel", DEMONSTRATION, "--down", "dpii"]).run().with_code(2);
    assert!(wrong.err.contains("« rancongiciel »") && wrong.err.contains("« dpi »"), "both at once:\n{}", wrong.err);
}

#[test]
fn deadlines_can_be_put_in_a_diary() {
    let ended = Vigie::with(["plan", "deadlines", DEMONSTRATION, "--format", "ics", "--as-of", "2026-11-22"])
        .run()
        .with_code(0);
    assert!(ended.out.starts_with("BEGIN:VCALENDAR\r\n") && ended.out.contains("BEGIN:VEVENT"), "{}", ended.out);
}

#[test]
fn the_binder_is_printed_and_its_hash_goes_into_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("classeur.html");
    let to = page.to_str().unwrap();
    let ended = Vigie::with(["plan", "export", DEMONSTRATION, "--kit", "-o", to]).run().with_code(0);
    let hash = ended.err.split("print_hash: ").nth(1).unwrap().trim().to_owned();
    let printed = std::fs::read_to_string(&page).unwrap();
    assert!(printed.contains(&hash) && printed.contains("Annuaire de crise"), "{hash}");
    let wrong =
        Vigie::with(["plan", "export", DEMONSTRATION, "--kit", "--sheets", "annuaire", "-o", to]).run().with_code(2);
    assert!(wrong.err.contains("directory, cards"), "{}", wrong.err);
}

/// A Word plan of the labelled set.
const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/reading/tests/plans/plan-00.docx");

#[test]
fn a_document_is_read_section_by_section_and_a_broken_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let told = Vigie::with(["plan", "read", DOCUMENT]).run().with_code(0).without_escapes();
    told.says(&["33 sections attendues", "Trouvé", "plan-00.docx, paragraphe", "jamais que le plan est bon"]);
    let page = folder.path().join("lecture.html");
    Vigie::with(["plan", "read", DOCUMENT, "-f", "html", "-o", page.to_str().unwrap()]).run().with_code(0);
    assert!(std::fs::read_to_string(page).unwrap().contains("<q>"));
    let broken = folder.path().join("casse.docx");
    std::fs::write(&broken, &std::fs::read(DOCUMENT).unwrap()[..900]).unwrap();
    let refused = Vigie::with(["plan", "read", broken.to_str().unwrap()]).run().with_code(2);
    refused.explains(&["casse.docx"]);
}

#[test]
fn what_documents_propose_enters_the_plan_once_accepted_and_replaces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let files: Vec<String> = ["00.docx", "10.xlsx"]
        .map(|name| format!("{}/crates/reading/tests/plans/plan-{name}", env!("CARGO_MANIFEST_DIR")))
        .to_vec();
    let (review, plan) = (at("relecture.yaml"), at("plan"));
    Vigie::with(["plan", "import", &files[0], &files[1], "--review", &review]).run().with_code(0);
    let proposed = std::fs::read_to_string(&review).unwrap();
    assert!(proposed.contains("accept: a_voir") && proposed.contains("quote:"), "{proposed}");
    Vigie::with(["plan", "init", &plan]).run().with_code(0);
    let undecided = Vigie::with(["plan", "import", &review, "--into", &plan]).run().with_code(0);
    undecided.says(&["Repris dans le plan : 0"]);
    std::fs::write(&review, proposed.replace("accept: a_voir", "accept: oui")).unwrap();
    let taken = Vigie::with(["plan", "import", &review, "--into", &plan]).run().with_code(0);
    assert!(!taken.out.contains("Repris dans le plan : 0"), "{}", taken.out);
    Vigie::with(["plan", "check", &plan]).run().with_code(0);
    let again = Vigie::with(["plan", "import", &review, "--into", &plan]).run();
    assert!(again.out.contains("Repris dans le plan : 0") || again.code == Some(2), "nothing is taken twice");
    Vigie::with(["plan", "import", &files[0], "--into", &plan]).run().with_code(2).explains(&["--review"]);
}
