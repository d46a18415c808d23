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
