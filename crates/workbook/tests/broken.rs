//! Workbooks that people or programs broke: every problem at once, each with its cell, and never a plan made of them.
//! Needs Python with openpyxl: `./test.sh` installs it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod opened;

use std::path::Path;
use std::process::Command;

use opened::read;
use vigie_documents::{Limits, read_workbook};
use vigie_model::Lang;
use vigie_plan::Plan;
use vigie_source::{Problems, SourceFile};
use vigie_workbook::write;

const PLAN: &str = "
plan: {id: pcra, title: Plan, scope: [site-principal]}
sites: [{id: site-principal, name: Site principal, activity_share: 100}]
roles: [{id: rpcra, name: Responsable du plan, min_people: 1}]
activities:
  - {id: urgences, name: Urgences, kind: care, critical: true, owner: rpcra, mtpd: 4 h, needs: [dpi], validated_on: 2026-05-12, impacts: [{after: 1 h, level: 2}]}
systems:
  - {id: dpi, name: Dossier patient, kind: application, site: site-principal, rto: 4 h, runs_on: []}
  - {id: pacs, name: Images, kind: application}
people: [{id: garde, function: Garde, reach: [{channel: mobile, address: 06 39 98 00 01}]}]
restore_order: [dpi, pacs]
";

fn workbook() -> Vec<u8> {
    let plan = Plan::load(&[SourceFile::new("plan.yaml", PLAN)]).unwrap_or_else(|problems| panic!("{problems}"));
    write(&plan, Lang::Fr).unwrap()
}

/// The workbook after a Python script that finds it as `book` changed it.
fn changed(script: &str) -> Vec<u8> {
    let before = "import sys, openpyxl, zipfile\nbook = openpyxl.load_workbook(sys.argv[1])\n\
        def at(tab, key, row):\n    sheet = book[tab]\n    return sheet.cell(row, next(c.column for c in sheet[3] if c.value and c.value.endswith('#' + key)))\n";
    by_python(&format!("{before}{script}\nbook.save(sys.argv[2])\n"))
}

fn by_python(script: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("plan.xlsx"), folder.path().join("changed.xlsx"));
    std::fs::write(&from, workbook()).unwrap();
    let output = Command::new("/usr/bin/python3").arg("-c").arg(script).args([&from, &to]).output().unwrap();
    assert!(output.status.success(), "python3 with openpyxl: {}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(Path::new(&to)).unwrap()
}

fn problems(bytes: &[u8]) -> Problems {
    match read("pca.xlsx", bytes) {
        Ok(_) => panic!("this workbook must be refused"),
        Err(problems) => problems,
    }
}

fn french(bytes: &[u8]) -> String {
    problems(bytes).render(Lang::Fr, false, 140)
}

#[test]
fn a_wrong_value_in_each_kind_of_column_is_told_with_its_cell() {
    insta::assert_snapshot!(french(&changed(
        "at('Activités', 'kind', 5).value = 'soin intensif'\n\
         at('Activités', 'critical', 5).value = 'peut-être'\n\
         at('Activités', 'owner', 5).value = 'Le directeur'\n\
         at('Activités', 'mtpd', 5).value = 4\n\
         at('Activités', 'mtdl', 5).value = '4 lunes'\n\
         at('Activités', 'validated_on', 5).value = 'au printemps'\n\
         at('Activités', 'needs', 5).value = '(aucun)'\n\
         at('Conséquences', 'level', 5).value = '2,5'\n\
         at('Sites', 'activity_share', 5).value = 'la moitié'\n\
         at('Sites', 'finess_eg', 5).value = 10000001\n\
         at('Rôles de crise', 'min_people', 5).value = 0\n\
         at('Systèmes', 'rto', 5).value = '=1/0'\n\
         at('Systèmes', 'restores_with', 5).value = '(dans sa feuille)'\n\
         at('Moyens de joindre', 'channel', 5).value = None"
    )));
}

#[test]
fn a_formula_that_nobody_computed_is_no_blank() {
    insta::assert_snapshot!(french(&changed("at('Systèmes', 'rto', 5).value = '=2+2'")));
}

#[test]
fn ids_that_clash_or_lead_nowhere_are_told() {
    insta::assert_snapshot!(french(&changed(
        "at('Systèmes', 'id', 6).value = 'dpi'\n\
         at('Besoins des activités', 'ref', 5).value = 'Dossier [dpj]'\n\
         at('Besoins des activités', '@of', 5).value = 'Réanimation [reanimation]'\n\
         at('Activités', 'owner', 5).value = 'Site principal [site-principal]'\n\
         at('Ordre de redémarrage', 'ref', 6).value = 'pacs2'\n\
         at('Sites', 'id', 5).value = 'Site Principal'\n\
         at('Plan', 'title', 5).value = None"
    )));
}

#[test]
fn missing_sheets_columns_and_moved_rows_are_told() {
    insta::assert_snapshot!(french(&changed(
        "del book['Incidents vécus']\n\
         book['Équipes'].delete_cols(3)\n\
         book['Sites'].insert_rows(1)\n\
         book.copy_worksheet(book['Actions'])\n\
         book['Systèmes']['B2'].value = '(aucun)'\n\
         book['Plan'].delete_rows(5)"
    )));
}

#[test]
fn a_sheet_may_be_renamed_and_a_column_of_ones_own_is_only_warned_of() {
    let bytes = changed(
        "book['Systèmes'].title = 'SI'\nbook['SI']['AZ4'].value = 'Remarques'\nbook['SI']['AZ5'].value = 'à voir'",
    );
    let reading = read("pca.xlsx", &bytes).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(reading.plan.systems.count(), Some(2));
    insta::assert_snapshot!(reading.warnings.render(Lang::Fr, false, 140));
}

#[test]
fn a_workbook_of_somebody_else_and_what_is_no_workbook_are_refused() {
    let foreign = by_python(
        "import sys, openpyxl\nbook = openpyxl.Workbook()\nbook.active['A1'] = 'BIA'\nbook.save(sys.argv[2])\n",
    );
    insta::assert_snapshot!(french(&foreign));
    let refused = |bytes: &[u8]| read_workbook(bytes, &Limits::default()).unwrap_err().text().fr;
    assert!(refused(b"plan: {}").contains("texte") && refused(&[]).contains("vide"));
}

/// Rewrites one part of the workbook.
const REPACKED: &str = r"
import sys, zipfile
source = zipfile.ZipFile(sys.argv[1])
with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED) as out:
    for name in source.namelist():
        data = source.read(name)
        if name == 'xl/worksheets/sheet3.xml':
            data = CHANGE(data)
        out.writestr(name, data)
";

#[test]
fn a_million_empty_rows_are_nothing() {
    let rows = "lambda data: data.replace(b'</sheetData>', b''.join(b'<row r=\"%d\"/>' % at for at in range(1000, 1001000)) + b'</sheetData>')";
    let bytes = by_python(&REPACKED.replace("CHANGE", &format!("({rows})")));
    assert!(read("pca.xlsx", &bytes).is_ok());
}

#[test]
fn a_workbook_that_unpacks_without_end_or_has_too_many_cells_is_refused() {
    let bomb = by_python(&REPACKED.replace("CHANGE", "(lambda data: data + b' ' * (400 * 1024 * 1024))"));
    assert!(read_workbook(&bomb, &Limits::default()).is_err());
    let cells = "lambda data: data.replace(b'</sheetData>', b''.join(b'<row r=\"%d\">%s</row>' % (at, b'<c><v>1</v></c>' * 100) for at in range(1000, 5000)) + b'</sheetData>')";
    let full = by_python(&REPACKED.replace("CHANGE", &format!("({cells})")));
    let far = "lambda data: data.replace(b'</sheetData>', b'<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>')";
    let far = by_python(&REPACKED.replace("CHANGE", &format!("({far})")));
    insta::assert_snapshot!(french(&full));
    assert!(
        read("pca.xlsx", &far).is_ok_and(|reading| reading.warnings.len() == 1),
        "one far cell is one ignored column"
    );
}
