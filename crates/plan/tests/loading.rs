//! What a plan file can have wrong, as its author reads it.

use vigie_model::Lang;
use vigie_plan::Plan;
use vigie_source::SourceFile;

const HEADER: &str = "plan: {id: pcra, title: T}";

/// All that is wrong with some files, in French.
fn files(files: &[(&str, &str)]) -> String {
    let files: Vec<SourceFile> = files.iter().map(|(name, text)| SourceFile::new(name, text)).collect();
    match Plan::load(&files) {
        Ok(_) => "rien".to_owned(),
        Err(problems) => problems.render(Lang::Fr, false, 110),
    }
}

/// All that is wrong with some lists, the header left out.
fn list(text: &str) -> String {
    files(&[("plan.yaml", HEADER), ("liste.yaml", text)])
}

#[test]
fn a_mistyped_reference_is_guessed() {
    insta::assert_snapshot!(list("activities: [{id: urgences, name: U, needs: [dpi, reseu]}]\nsystems:\n  - {id: reseau, name: R}\n  - {id: dpi, name: D}"), @r#"
    erreur[unknown-id]: « reseu » n’est nulle part dans le plan ; on attend ici un système
     --> liste.yaml:1:51
      |
    1 | activities: [{id: urgences, name: U, needs: [dpi, reseu]}]
      |                                                   ^^^^^
      |
      = aide : vouliez-vous dire « reseau » ?

    1 erreur
    "#);
}

#[test]
fn a_reference_to_nothing_says_where_to_add_it() {
    insta::assert_snapshot!(list("systems: [{id: dpi, name: D, team: equipe-systeme}]"), @r#"
    erreur[unknown-id]: « equipe-systeme » n’est nulle part dans le plan ; on attend ici une équipe
     --> liste.yaml:1:36
      |
    1 | systems: [{id: dpi, name: D, team: equipe-systeme}]
      |                                    ^^^^^^^^^^^^^^
      |
      = aide : ajoutez-le dans la liste teams, ou corrigez l’identifiant

    1 erreur
    "#);
}

#[test]
fn a_reference_of_the_wrong_kind_says_what_it_is() {
    insta::assert_snapshot!(list("systems: [{id: dpi, name: D, runs_on: [urgences]}]\nactivities: [{id: urgences, name: U}]"), @r#"
    erreur[wrong-kind]: « urgences » est une activité (liste.yaml:2) ; on attend ici un système
     --> liste.yaml:1:40
      |
    1 | systems: [{id: dpi, name: D, runs_on: [urgences]}]
      |                                        ^^^^^^^^

    1 erreur
    "#);
}

#[test]
fn an_id_is_taken_once_in_a_file() {
    insta::assert_snapshot!(list("systems:\n  - {id: dpi, name: D}\n  - {id: dpi, name: E}"), @r#"
    erreur[id-twice]: l’identifiant « dpi » est déjà pris (liste.yaml:2)
     --> liste.yaml:3:10
      |
    2 |   - {id: dpi, name: D}
      |          --- première fois ici
    3 |   - {id: dpi, name: E}
      |          ^^^
      |
      = aide : un identifiant est unique dans tout le plan : changez l’un des deux, partout où il est cité

    1 erreur
    "#);
}

#[test]
fn an_id_is_taken_once_in_the_plan() {
    insta::assert_snapshot!(files(&[("plan.yaml", HEADER), ("a.yaml", "systems: [{id: dpi, name: D}]"), ("b.yaml", "procedures: [{id: dpi, title: P, activity: u}]\nactivities: [{id: u, name: U}]")]), @r#"
    erreur[id-twice]: l’identifiant « dpi » est déjà pris (a.yaml:1)
     --> b.yaml:1:19
      |
    1 | procedures: [{id: dpi, title: P, activity: u}]
      |                   ^^^
      |
      = aide : un identifiant est unique dans tout le plan : changez l’un des deux, partout où il est cité

    1 erreur
    "#);
}

#[test]
fn an_id_is_a_slug() {
    insta::assert_snapshot!(list("systems: [{id: Salle d’opération, name: S}]"), @r#"
    erreur[bad-format]: un identifiant s’écrit en minuscules sans accent, avec des chiffres et des traits d’union
     --> liste.yaml:1:16
      |
    1 | systems: [{id: Salle d’opération, name: S}]
      |                ^^^^^^^^^^^^^^^^^
      |
      = aide : écrivez par exemple salle-d-operation, partout où il est cité

    1 erreur
    "#);
}

#[test]
fn a_duration_needs_its_unit() {
    insta::assert_snapshot!(list("systems:\n  - id: dpi\n    name: D\n    rto: \"4\"\n    rpo: 4 lunes"), @r#"
    erreur[bad-format]: il manque l’unité après 4 : minutes, heures ou jours ?
     --> liste.yaml:4:10
      |
    4 |     rto: "4"
      |          ^^^
      |
      = aide : écrivez par exemple 4 h, 1 h 30, 30 min, 5 j, J+1, 24/48 h, ou nsp si vous ne savez pas

    erreur[bad-format]: « lunes » n’est pas une unité de temps
     --> liste.yaml:5:10
      |
    5 |     rpo: 4 lunes
      |          ^^^^^^^
      |
      = aide : écrivez par exemple 4 h, 1 h 30, 30 min, 5 j, J+1, 24/48 h, ou nsp si vous ne savez pas

    2 erreurs
    "#);
}

#[test]
fn a_bare_number_is_not_a_duration() {
    insta::assert_snapshot!(list("systems: [{id: dpi, name: D, rto: 4}]"), @r#"
    erreur[wrong-type]: on attend un texte, ceci est un nombre entier
     --> liste.yaml:1:35
      |
    1 | systems: [{id: dpi, name: D, rto: 4}]
      |                                   ^
      |
      = aide : mettez des guillemets : "4"

    1 erreur
    "#);
}

#[test]
fn a_date_is_year_month_day() {
    insta::assert_snapshot!(list("backup_jobs: [{id: b, covers: [], last_ok: 15/10/2026}]"), @r#"
    erreur[bad-format]: on attend une date, sous la forme année-mois-jour
     --> liste.yaml:1:44
      |
    1 | backup_jobs: [{id: b, covers: [], last_ok: 15/10/2026}]
      |                                            ^^^^^^^^^^
      |
      = aide : écrivez par exemple 2026-10-15

    1 erreur
    "#);
}

#[test]
fn an_impossible_date_is_refused() {
    insta::assert_snapshot!(list("backup_jobs: [{id: b, covers: [], last_ok: 2026-02-30}]"), @r#"
    erreur[bad-format]: cette date n’existe pas dans le calendrier
     --> liste.yaml:1:44
      |
    1 | backup_jobs: [{id: b, covers: [], last_ok: 2026-02-30}]
      |                                            ^^^^^^^^^^
      |
      = aide : dans l’ordre : année, mois (01 à 12), jour du mois

    1 erreur
    "#);
}

#[test]
fn yes_is_not_true() {
    insta::assert_snapshot!(list("activities: [{id: urgences, name: U, critical: oui}]"), @r#"
    erreur[bad-format]: le seul mot accepté ici est nsp (ne sait pas)
     --> liste.yaml:1:48
      |
    1 | activities: [{id: urgences, name: U, critical: oui}]
      |                                                ^^^
      |
      = aide : écrivez la valeur sans guillemets (true ou false pour oui ou non, une liste entre crochets), ou nsp

    1 erreur
    "#);
}

#[test]
fn a_word_outside_the_list_is_guessed() {
    insta::assert_snapshot!(list("systems: [{id: dpi, name: D, kind: aplication}]"), @r#"
    erreur[not-a-choice]: « aplication » n’est pas une des valeurs prévues
     --> liste.yaml:1:36
      |
    1 | systems: [{id: dpi, name: D, kind: aplication}]
      |                                    ^^^^^^^^^^
      |
      = aide : vouliez-vous écrire « application » ?

    1 erreur
    "#);
}

#[test]
fn an_unknown_key_is_guessed() {
    insta::assert_snapshot!(list("systems: [{id: dpi, name: D, run_on: []}]"), @r#"
    erreur[unknown-key]: clé inconnue « run_on »
     --> liste.yaml:1:30
      |
    1 | systems: [{id: dpi, name: D, run_on: []}]
      |                              ^^^^^^
      |
      = aide : vouliez-vous écrire « runs_on » ?

    1 erreur
    "#);
}

#[test]
fn an_unknown_list_is_guessed() {
    insta::assert_snapshot!(list("system: [{id: dpi, name: D}]"), @r#"
    erreur[unknown-key]: clé inconnue « system »
     --> liste.yaml:1:1
      |
    1 | system: [{id: dpi, name: D}]
      | ^^^^^^
      |
      = aide : vouliez-vous écrire « systems » ?

    1 erreur
    "#);
}

#[test]
fn a_missing_name_is_asked_for() {
    insta::assert_snapshot!(list("systems: [{id: dpi}]"), @r#"
    erreur[missing-key]: il manque la clé « name »
     --> liste.yaml:1:11
      |
    1 | systems: [{id: dpi}]
      |           ^^^^^^^^^ dans ce bloc
      |
      = aide : ajoutez une ligne :
               name: …

    1 erreur
    "#);
}

#[test]
fn a_list_is_not_a_word() {
    insta::assert_snapshot!(list("systems: [{id: dpi, name: D, runs_on: reseau}]"), @r#"
    erreur[bad-format]: le seul mot accepté ici est nsp (ne sait pas)
     --> liste.yaml:1:39
      |
    1 | systems: [{id: dpi, name: D, runs_on: reseau}]
      |                                       ^^^^^^
      |
      = aide : écrivez la valeur sans guillemets (true ou false pour oui ou non, une liste entre crochets), ou nsp

    1 erreur
    "#);
}

#[test]
fn a_link_is_an_id_or_a_choice() {
    insta::assert_snapshot!(list("systems: [{id: dpi, name: D, runs_on: [{any_of: [dpi], at_least: 2}]}]"), @r#"
    erreur[quorum-out-of-reach]: il faudrait 2 systèmes parmi 1
     --> liste.yaml:1:30
      |
    1 | systems: [{id: dpi, name: D, runs_on: [{any_of: [dpi], at_least: 2}]}]
      |                              ^^^^^^^
      |
      = aide : « at_least » ne dépasse pas le nombre de systèmes de « any_of », qui en a 12 au plus

    1 erreur
    "#);
    insta::assert_snapshot!(list("systems: [{id: dpi, name: D, runs_on: [{ref: dpi, any_of: [dpi]}]}]"), @r#"
    erreur[unknown-key]: clé inconnue « any_of »
     --> liste.yaml:1:51
      |
    1 | systems: [{id: dpi, name: D, runs_on: [{ref: dpi, any_of: [dpi]}]}]
      |                                                   ^^^^^^
      |
      = aide : clés possibles : ref, why

    1 erreur
    "#);
}

#[test]
fn a_plan_has_one_header() {
    insta::assert_snapshot!(files(&[("a.yaml", HEADER), ("b.yaml", "plan: {id: autre, title: A}")]), @r#"
    erreur[written-twice]: « plan » est déjà écrit dans a.yaml
     --> b.yaml:1:7
      |
    1 | plan: {id: autre, title: A}
      |       ^^^^^^^^^^^^^^^^^^^^^
      |
      = aide : gardez un seul des deux

    1 erreur
    "#);
}

#[test]
fn a_plan_has_one_restore_order() {
    insta::assert_snapshot!(files(&[("a.yaml", "plan: {id: pcra, title: T}\nrestore_order: []"), ("b.yaml", "restore_order: []")]), @r#"
    erreur[written-twice]: « restore_order » est déjà écrit dans a.yaml
     --> b.yaml:1:1
      |
    1 | restore_order: []
      | ^^^^^^^^^^^^^
      |
      = aide : gardez un seul des deux

    1 erreur
    "#);
}

#[test]
fn a_plan_has_a_header() {
    insta::assert_snapshot!(files(&[("a.yaml", "systems: []")]), @r#"
    erreur[no-plan-header]: aucun fichier ne présente le plan (clé « plan »)
    --> a.yaml
     = aide : ajoutez à l’un des fichiers : plan: {id: pcra, title: Plan de continuité et de reprise d’activité}

    1 erreur
    "#);
}

#[test]
fn no_file_is_no_plan() {
    insta::assert_snapshot!(files(&[]), @r#"
    erreur[no-plan-header]: il n’y a aucun fichier de plan à lire
    --> plan
     = aide : ajoutez à l’un des fichiers : plan: {id: pcra, title: Plan de continuité et de reprise d’activité}

    1 erreur
    "#);
}

#[test]
fn an_unreadable_file_does_not_accuse_the_others() {
    insta::assert_snapshot!(files(&[("plan.yaml", HEADER), ("a.yaml", "systems: [{id: dpi, name: D, team: t}]"), ("b.yaml", "teams: [{id: t")]), @r#"
    erreur[yaml-syntax]: il manque une virgule ou l’accolade fermante « } »
     --> b.yaml:1:14
      |
    1 | teams: [{id: t
      |              ^
      |
      = aide : fermez l’accolade ouverte plus haut

    1 erreur
    "#);
}

#[test]
fn every_problem_of_every_file_comes_at_once() {
    insta::assert_snapshot!(files(&[("a.yaml", "plan: {id: PCRA, title: T}"), ("b.yaml", "systems: [{id: dpi, name: D, rto: vite}]"), ("c.yaml", "activities: [{id: u, name: U, needs: [dip]}]")]), @r#"
    erreur[bad-format]: un identifiant s’écrit en minuscules sans accent, avec des chiffres et des traits d’union
     --> a.yaml:1:12
      |
    1 | plan: {id: PCRA, title: T}
      |            ^^^^
      |
      = aide : écrivez par exemple pcra, partout où il est cité

    erreur[bad-format]: il manque un nombre avant « vite »
     --> b.yaml:1:35
      |
    1 | systems: [{id: dpi, name: D, rto: vite}]
      |                                   ^^^^
      |
      = aide : écrivez par exemple 4 h, 1 h 30, 30 min, 5 j, J+1, 24/48 h, ou nsp si vous ne savez pas

    erreur[unknown-id]: « dip » n’est nulle part dans le plan ; on attend ici un système
     --> c.yaml:1:39
      |
    1 | activities: [{id: u, name: U, needs: [dip]}]
      |                                       ^^^
      |
      = aide : vouliez-vous dire « dpi » ?

    3 erreurs
    "#);
}
