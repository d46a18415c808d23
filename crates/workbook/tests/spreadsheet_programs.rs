//! A workbook that `LibreOffice` opened and saved, and that a person changed, reads back with these changes and no other.
//! Needs `soffice` and Python with openpyxl: `./test.sh` installs them.
#![expect(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test stops at the first surprise")]

mod opened;

use std::path::{Path, PathBuf};
use std::process::Command;

use opened::read;
use vigie_model::Lang;
use vigie_plan::{Plan, PlanFile, diff};
use vigie_source::SourceFile;
use vigie_workbook::write;

fn sample(name: &str) -> Plan {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).join("plan");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read =
        |path: &PathBuf| SourceFile::from_bytes(path.display().to_string(), &std::fs::read(path).unwrap()).unwrap();
    Plan::load(&paths.iter().map(read).collect::<Vec<_>>()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn read_plan(path: &Path) -> Plan {
    let problems = |problems| -> Plan { panic!("{problems}") };
    read("plan.xlsx", &std::fs::read(path).unwrap()).map_or_else(problems, |reading| reading.plan)
}

/// Opens a file with `LibreOffice` and saves it in another format, in a folder of its own.
fn converted(file: &Path, to: &str, folder: &Path) -> PathBuf {
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let output = Command::new("soffice")
        .args(["--headless", "--norestore", &profile, "--convert-to", to, "--outdir"])
        .arg(folder)
        .arg(file)
        .output()
        .expect("soffice is installed by ./test.sh (Debian: libreoffice-calc-nogui)");
    let made = folder.join(file.file_stem().unwrap()).with_extension(to);
    assert!(made.exists(), "{}", String::from_utf8_lossy(&output.stderr));
    made
}

fn python(script: &str, args: &[&Path]) -> String {
    let output = Command::new("/usr/bin/python3").arg("-c").arg(script).args(args).output().unwrap();
    assert!(output.status.success(), "python3 with openpyxl: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_libreoffice_saves_is_the_same_plan_in_both_formats() {
    let folder = tempfile::tempdir().unwrap();
    let plan = sample("ch-exemplaire");
    let first = folder.path().join("plan.xlsx");
    std::fs::write(&first, write(&plan, Lang::Fr).unwrap()).unwrap();
    let ods = converted(&first, "ods", folder.path());
    assert_eq!(PlanFile::from(&read_plan(&ods)), PlanFile::from(&plan));
    let again = folder.path().join("again");
    std::fs::create_dir(&again).unwrap();
    let back = converted(&ods, "xlsx", &again);
    assert_eq!(PlanFile::from(&read_plan(&back)), PlanFile::from(&plan));
    let direct = converted(&first, "xlsx", &again);
    assert_eq!(PlanFile::from(&read_plan(&direct)), PlanFile::from(&plan));
}

/// What a person does: a word changed, a row added without an id, a row deleted, a date and a number typed as text, a
/// sheet sorted, a column moved.
const EDIT: &str = r"
import sys, datetime, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
def column(sheet, key):
    return next(c.column for c in sheet[3] if c.value and c.value.endswith('#' + key))
def row(sheet, key, value):
    at = column(sheet, key)
    return next(r for r in range(5, sheet.max_row + 1) if sheet.cell(r, at).value == value)
systems = book['Systèmes']
dpi = row(systems, 'id', 'dpi')
systems.cell(dpi, column(systems, 'rto')).value = datetime.time(6, 0)
systems.cell(dpi, column(systems, 'name')).value = 'Dossier patient'
new = systems.max_row + 1
systems.cell(new, column(systems, 'name')).value = 'Gestion des lits'
systems.cell(new, column(systems, 'kind')).value = 'Application métier '
systems.cell(new, column(systems, 'single_point_accepted_until')).value = '30/06/2027'
plan = book['Plan']
plan.cell(5, column(plan, 'reviewed_on')).value = datetime.date(2026, 10, 2)
jobs = book['Sauvegardes']
jobs.cell(5, column(jobs, 'volume_gb')).value = '1 900,5'
needs = book['Besoins des activités']
last = needs.max_row + 1
needs.cell(last, column(needs, '@of')).value = 'Urgences [urgences]'
needs.cell(last, column(needs, 'ref')).value = 'Gestion des lits'
lists = book['Fonctionne avec']
rows = [[c.value for c in r] for r in lists.iter_rows(min_row=5)]
rows.sort(key=lambda r: str(r), reverse=True)
for at, values in enumerate(rows, 5):
    for to, value in enumerate(values, 1):
        lists.cell(at, to).value = value
teams = book['Équipes']
for r in range(1, teams.max_row + 1):
    a, b = teams.cell(r, 3).value, teams.cell(r, 4).value
    if r >= 3:
        teams.cell(r, 3).value, teams.cell(r, 4).value = b, a
book.save(sys.argv[2])
";

#[test]
fn what_a_person_changes_is_all_that_changes() {
    let folder = tempfile::tempdir().unwrap();
    let plan = sample("ch-exemplaire");
    let first = folder.path().join("plan.xlsx");
    std::fs::write(&first, write(&plan, Lang::Fr).unwrap()).unwrap();
    let opened = folder.path().join("opened");
    std::fs::create_dir(&opened).unwrap();
    let opened = converted(&first, "xlsx", &opened);
    let edited = folder.path().join("edited.xlsx");
    python(EDIT, &[&opened, &edited]);
    let saved = folder.path().join("saved");
    std::fs::create_dir(&saved).unwrap();
    let saved = converted(&edited, "xlsx", &saved);
    for path in [edited, saved] {
        let changes: Vec<String> = diff(&plan, &read_plan(&path)).lines().map(|text| text.fr).collect();
        insta::assert_snapshot!("changes_by_hand", changes.join("\n"));
    }
}

const LISTS: &str = r#"
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
names = book.defined_names
for sheet in book.worksheets:
    for rule in sheet.data_validations.dataValidation:
        if rule.type == 'list':
            source = rule.formula1.lstrip('=')
            if not source.startswith('"'):
                tab, cells = names[source].attr_text.lstrip('=').split('!')
                area = book[tab.strip("'")][cells.replace('$', '')]
                area = area if isinstance(area, tuple) else ((area,),)
                assert any(cell.value for line in area for cell in line), source
            print(sheet.title, rule.sqref, source)
"#;

#[test]
fn drop_down_lists_are_there_and_lead_to_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.xlsx");
    std::fs::write(&path, write(&sample("ch-exemplaire"), Lang::Fr).unwrap()).unwrap();
    let listed = python(LISTS, &[&path]);
    for wanted in [
        "choix_system",
        "choix_role",
        "choix_system_ou_activity",
        "mots_System_kind",
        "mots_Proof_check",
        "\"oui,non\"",
        "\"(dans sa feuille),(aucun)\"",
    ] {
        assert!(listed.lines().any(|line| line.ends_with(wanted)), "{wanted} in\n{listed}");
    }
    assert!(listed.lines().count() > 60, "{listed}");
    let sheets: Vec<&str> = listed.lines().filter(|line| line.starts_with("Systèmes ")).collect();
    assert!(sheets.len() >= 7, "{sheets:?}");
}
