//! The paper kit: what its sheets hold, and when their hashes change.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod random;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value;
use vigie_model::Outcome;
use vigie_plan::kit::{Body, Kit, OrderBasis, SheetKind, kit};
use vigie_plan::{Plan, observe};
use vigie_source::SourceFile;

const CRISIS: &str = "roles: [{id: directeur, name: Directeur de crise, cell: strategic}]
people:
  - {id: direction, function: Direction, roles: [{role: directeur, rank: holder}], reach: [{channel: mail, carried_by: messagerie}, {channel: mobile, address: 06 39 98 00 01, checked_on: 2026-10-01}]}
systems:
  - {id: messagerie, name: Messagerie, runs_on: [reseau], restores_with: [reseau]}
  - {id: reseau, name: Réseau, runs_on: [], restores_with: []}
checklists: [{id: alerte, title: Alerte, for_role: directeur, items: [{text: Appeler l’agence, due: 2 h}, {text: Ouvrir la cellule, due: 15 min}]}]";

fn plan(lists: &str) -> Plan {
    let text = format!("plan: {{id: pcra, title: Plan d’essai}}\n{lists}");
    Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"))
}

fn hash(kit: &Kit, kind: SheetKind) -> String {
    kit.sheets.iter().find(|sheet| sheet.kind == kind).unwrap().hash.short()
}

#[test]
fn a_number_that_changes_changes_the_directory_and_nothing_else_does() {
    let before = kit(&plan(CRISIS));
    let changed = kit(&plan(&CRISIS.replace("00 01", "00 02")));
    assert_ne!(hash(&before, SheetKind::Directory), hash(&changed, SheetKind::Directory));
    assert_ne!(before.hash, changed.hash, "and the binder with it");
    assert_eq!(hash(&before, SheetKind::RestoreOrder), hash(&changed, SheetKind::RestoreOrder));
    let tried = kit(&plan(&CRISIS.replace("2026-10-01", "2026-11-01")));
    assert_eq!(
        hash(&before, SheetKind::Directory),
        hash(&tried, SheetKind::Directory),
        "a number that was tried again"
    );
    let other = kit(&plan(&format!("{CRISIS}\nproviders: [{{id: editeur, service: DPI}}]")));
    assert_eq!(hash(&before, SheetKind::Directory), hash(&other, SheetKind::Directory), "a new supplier");
}

#[test]
fn what_works_without_it_comes_first_and_steps_come_by_hour() {
    let kit = kit(&plan(CRISIS));
    let Body::Directory(directory) = &kit.sheets[0].body else { panic!("the directory comes first") };
    let ways = directory.cells.as_ref().unwrap()[0].roles[0].holders[0].ways.as_ref().unwrap();
    assert_eq!(ways.iter().map(|way| way.stands_alone).collect::<Vec<_>>(), [true, false]);
    let Body::Card(card) = &kit.sheets[1].body else { panic!("then the cards") };
    let steps: Vec<&str> = card.lists[0].steps.iter().flatten().map(|step| step.text.as_str()).collect();
    assert_eq!(steps, ["Ouvrir la cellule", "Appeler l’agence"]);
}

#[test]
fn an_order_that_breaks_the_graph_is_printed_with_a_warning() {
    let order = |lists: &str| {
        let kit = kit(&plan(lists));
        let found = kit.sheets.into_iter().find_map(|sheet| match sheet.body {
            Body::RestoreOrder(order) => Some(order),
            _ => None,
        });
        found.unwrap()
    };
    let wrong = order(&format!("{CRISIS}\nrestore_order: [messagerie, reseau]"));
    assert_eq!((wrong.basis, wrong.early[0].early.as_str()), (OrderBasis::Written, "Messagerie"));
    let short = order(&format!("{CRISIS}\nrestore_order: [reseau]"));
    assert_eq!(short.left_out, ["Messagerie"]);
    assert_eq!(order(CRISIS).basis, OrderBasis::WorkedOut);
}

#[test]
fn a_plan_that_says_nothing_still_gives_sheets_to_fill_by_hand() {
    let kit = kit(&plan(""));
    let kinds: Vec<SheetKind> = kit.sheets.iter().map(|sheet| sheet.kind).collect();
    assert_eq!(kinds, SheetKind::ALL);
}

#[test]
fn a_printed_directory_is_compared_by_its_hash_and_failing_that_by_dates() {
    let facts = |copy: &str| {
        let plan = plan(&format!(
            "{CRISIS}\ncopies: [{{id: classeur, of: directory, medium: paper, refreshed_on: 2026-10-01{copy}}}]"
        ));
        let seen = observe(&plan, Timestamp::UNIX_EPOCH);
        let document = seen.into_iter().find(|look| look.kind == "plan.document").unwrap();
        let Outcome::Observed { facts, .. } = document.outcome else { panic!("no facts") };
        facts
    };
    let today = hash(&kit(&plan(CRISIS)), SheetKind::Directory);
    let right = facts(&format!(", print_hash: {}", today.to_uppercase()));
    assert_eq!(
        (&right["directory_bears_hash"], &right["outdated_directories"]),
        (&Value::Bool(true), &Value::Array(vec![]))
    );
    let old = facts(", print_hash: 0000-0000-0000-0000");
    assert_eq!(old["outdated_directories"], serde_json::json!(["classeur"]));
    assert_eq!(old["directory_hash"], today);
    let unmarked = facts("");
    assert_eq!(unmarked["directory_bears_hash"], false, "then the dates tell");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_plan_prints_and_its_hashes_follow_its_content_alone(seed in any::<u64>()) {
        let plan = random::drawn(seed);
        let once = kit(&plan);
        prop_assert_eq!(&once, &kit(&plan));
        let files = vigie_plan::write_plan(&plan, vigie_model::Lang::Fr, None).unwrap();
        let mut files: Vec<SourceFile> = files.into_iter().map(|(name, text)| SourceFile::new(name, text)).collect();
        files.reverse();
        let again = Plan::load(&files).unwrap_or_else(|problems| panic!("{problems}"));
        prop_assert_eq!(once.hash, kit(&again).hash, "the order of files does not count");
    }
}
