//! What the author of a bad file sees, in French.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use vigie_model::{Lang, Text};
use vigie_source::{
    FormatProblem, Formats, Level, MAX_PROBLEMS, Problem, Problems, SourceFile, Span, path, read, yaml,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for the schema only")]
struct Plan {
    #[schemars(extend("examples" = ["CH de Démonstration"]))]
    name: String,
    finess: Option<Finess>,
    kind: Kind,
    #[serde(default)]
    reviewed: Option<Date>,
    #[serde(default)]
    services: Vec<Service>,
    #[serde(default)]
    contacts: BTreeMap<String, String>,
    #[serde(default)]
    when: Option<Condition>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// A hospital.
    Hospital,
    /// A nursing home.
    Home,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for the schema only")]
struct Service {
    #[serde(deserialize_with = "accepted_name")]
    name: String,
    #[schemars(range(min = 1, max = 5))]
    priority: u8,
    #[serde(default)]
    restored_by: Option<Means>,
    #[serde(default)]
    tested: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "means", rename_all = "lowercase", deny_unknown_fields)]
#[expect(dead_code, reason = "read for the schema only")]
enum Means {
    Backup { media: String },
    Paper { forms: u32 },
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "read for the schema only")]
enum Condition {
    All(Vec<Condition>),
    Service(String),
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read for the schema only")]
struct Finess(String);

impl JsonSchema for Finess {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Finess".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "finess"})
    }
}

fn check_finess(text: &str) -> Result<(), FormatProblem> {
    if text.len() == 9 {
        return Ok(());
    }
    Err(FormatProblem::new(Text::new("un numéro FINESS a 9 caractères", "a FINESS number has 9 characters")))
}

fn accepted_name<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    if name == "refused" { Err(serde::de::Error::custom("this name is taken")) } else { Ok(name) }
}

#[expect(clippy::expect_used, reason = "a helper of tests: a good file is a failure")]
fn problems_of(text: &str) -> Problems {
    let formats = Formats::standard().with("finess", check_finess);
    read::<Plan>(&SourceFile::new("plan.yaml", text), &formats).expect_err("a bad file")
}

fn shown(text: &str) -> String {
    problems_of(text).render(Lang::Fr, false, 100)
}

#[test]
fn empty_file() {
    insta::assert_snapshot!(shown(""), @r#"
    erreur[empty-file]: le fichier est vide, ou ne contient que des commentaires
    --> plan.yaml
     = aide : « vigie init » écrit des exemples commentés à remplir

    1 erreur
    "#);
}

#[test]
fn only_comments() {
    insta::assert_snapshot!(shown("# à remplir\n\n# plus tard\n"), @r#"
    erreur[empty-file]: le fichier est vide, ou ne contient que des commentaires
    --> plan.yaml
     = aide : « vigie init » écrit des exemples commentés à remplir

    1 erreur
    "#);
}

#[test]
fn tab_as_indentation() {
    insta::assert_snapshot!(shown("name: A\nservices:\n\t- name: Urgences\n"), @r#"
    erreur[yaml-syntax]: une tabulation sert de retrait
     --> plan.yaml:3:2
      |
    3 |     - name: Urgences
      |     ^
      |
      = aide : YAML n’accepte que des espaces en début de ligne : remplacez la tabulation par deux espaces

    1 erreur
    "#);
}

#[test]
fn unclosed_quote() {
    insta::assert_snapshot!(shown("name: \"CH de Démonstration\nkind: hospital\n"), @r#"
    erreur[yaml-syntax]: ces guillemets ne sont pas fermés, ou leur texte continue sans retrait
     --> plan.yaml:1:7
      |
    1 | name: "CH de Démonstration
      |       ^
      |
      = aide : fermez les guillemets à la fin du texte

    1 erreur
    "#);
}

#[test]
fn colon_in_text() {
    insta::assert_snapshot!(shown("name: CH de Démonstration: site nord\nkind: hospital\n"), @r#"
    erreur[yaml-syntax]: ces deux-points ne sont pas à leur place
     --> plan.yaml:1:26
      |
    1 | name: CH de Démonstration: site nord
      |                          ^
      |
      = aide : si « : » fait partie du texte, mettez le texte entre guillemets ; sinon, vérifiez le retrait de la ligne

    1 erreur
    "#);
}

#[test]
fn unclosed_bracket() {
    insta::assert_snapshot!(shown("name: A\nkind: hospital\nservices: [a, b\n"), @r#"
    erreur[yaml-syntax]: il manque une virgule ou le crochet fermant « ] »
     --> plan.yaml:3:15
      |
    3 | services: [a, b
      |               ^
      |
      = aide : fermez le crochet ouvert plus haut

    1 erreur
    "#);
}

#[test]
fn wrong_indentation() {
    insta::assert_snapshot!(shown("name: A\n  kind: hospital\n"), @r#"
    erreur[yaml-syntax]: ces deux-points ne sont pas à leur place
     --> plan.yaml:2:7
      |
    2 |   kind: hospital
      |       ^
      |
      = aide : si « : » fait partie du texte, mettez le texte entre guillemets ; sinon, vérifiez le retrait de la ligne

    1 erreur
    "#);
}

#[test]
fn line_that_is_no_key() {
    insta::assert_snapshot!(shown("name: A\nkind hospital\nfiness: x\n"), @r#"
    erreur[yaml-syntax]: cette ligne n’est ni une clé suivie de deux-points, ni la suite du texte
     --> plan.yaml:2:1
      |
    2 | kind hospital
      | ^^^^^^^^^^^^^
      |
      = aide : écrivez « clé: valeur », avec le même retrait que les lignes voisines

    1 erreur
    "#);
}

#[test]
fn bad_backslash() {
    insta::assert_snapshot!(shown("name: \"C:\\plan\"\nkind: hospital\n"), @r#"
    erreur[yaml-syntax]: cette suite avec une barre oblique inverse n’existe pas
     --> plan.yaml:1:7
      |
    1 | name: "C:\plan"
      |       ^
      |
      = aide : entre guillemets doubles, écrivez \\ pour une barre oblique inverse, ou employez des apostrophes

    1 erreur
    "#);
}

#[test]
fn key_written_twice() {
    insta::assert_snapshot!(shown("name: A\nkind: hospital\n# …\nname: B\n"), @r#"
    erreur[duplicate-key]: la clé « name » est écrite deux fois
     --> plan.yaml:4:1
      |
    1 | name: A
      | ---- première fois ici
    ...
    4 | name: B
      | ^^^^
      |
      = aide : gardez une seule des deux

    1 erreur
    "#);
}

#[test]
fn key_written_twice_far_apart() {
    let text = format!("name: A\nkind: home\n{}name: B\n", "# …\n".repeat(4000));
    insta::assert_snapshot!(shown(&text), @r#"
    erreur[duplicate-key]: la clé « name » est écrite deux fois
        --> plan.yaml:4003:1
         |
    4003 | name: B
         | ^^^^
         |
        ::: plan.yaml:1:1
         |
       1 | name: A
         | ---- première fois ici
         |
         = aide : gardez une seule des deux

    1 erreur
    "#);
}

#[test]
fn billion_laughs() {
    insta::assert_snapshot!(shown("a: &a [x, x]\nb: &b [*a, *a]\nname: [*b, *b]\n"), @r#"
    erreur[yaml-anchor]: les renvois de YAML (« &nom » et « *nom ») ne sont pas acceptés : ils cachent ce que le fichier dit vraiment
     --> plan.yaml:1:4
      |
    1 | a: &a [x, x]
      |    ^^
      |
      = aide : recopiez le contenu à cet endroit ; si c’est un texte qui commence par « & » ou « * », mettez-le entre guillemets

    erreur[yaml-anchor]: les renvois de YAML (« &nom » et « *nom ») ne sont pas acceptés : ils cachent ce que le fichier dit vraiment
     --> plan.yaml:2:4
      |
    2 | b: &b [*a, *a]
      |    ^^
      |
      = aide : recopiez le contenu à cet endroit ; si c’est un texte qui commence par « & » ou « * », mettez-le entre guillemets

    erreur[yaml-anchor]: les renvois de YAML (« &nom » et « *nom ») ne sont pas acceptés : ils cachent ce que le fichier dit vraiment
     --> plan.yaml:2:8
      |
    2 | b: &b [*a, *a]
      |        ^^
      |
      = aide : recopiez le contenu à cet endroit ; si c’est un texte qui commence par « & » ou « * », mettez-le entre guillemets

    erreur[yaml-anchor]: les renvois de YAML (« &nom » et « *nom ») ne sont pas acceptés : ils cachent ce que le fichier dit vraiment
     --> plan.yaml:2:12
      |
    2 | b: &b [*a, *a]
      |            ^^
      |
      = aide : recopiez le contenu à cet endroit ; si c’est un texte qui commence par « & » ou « * », mettez-le entre guillemets

    erreur[yaml-anchor]: les renvois de YAML (« &nom » et « *nom ») ne sont pas acceptés : ils cachent ce que le fichier dit vraiment
     --> plan.yaml:3:8
      |
    3 | name: [*b, *b]
      |        ^^
      |
      = aide : recopiez le contenu à cet endroit ; si c’est un texte qui commence par « & » ou « * », mettez-le entre guillemets

    erreur[yaml-anchor]: les renvois de YAML (« &nom » et « *nom ») ne sont pas acceptés : ils cachent ce que le fichier dit vraiment
     --> plan.yaml:3:12
      |
    3 | name: [*b, *b]
      |            ^^
      |
      = aide : recopiez le contenu à cet endroit ; si c’est un texte qui commence par « & » ou « * », mettez-le entre guillemets

    6 erreurs
    "#);
}

#[test]
fn merge_key() {
    insta::assert_snapshot!(shown("name: A\n<<: {kind: hospital}\n"), @r#"
    erreur[yaml-merge-key]: la clé de fusion « << » n’est pas acceptée : elle cache ce que le fichier dit vraiment
     --> plan.yaml:2:1
      |
    2 | <<: {kind: hospital}
      | ^^
      |
      = aide : recopiez ici les lignes à reprendre

    1 erreur
    "#);
}

#[test]
fn type_tag() {
    insta::assert_snapshot!(shown("name: !!binary aGVsbG8=\nkind: hospital\n"), @r#"
    erreur[yaml-tag]: les étiquettes de type de YAML (« !nom ») ne sont pas acceptées : elles changent le sens de ce qui suit
     --> plan.yaml:1:7
      |
    1 | name: !!binary aGVsbG8=
      |       ^^^^^^^^
      |
      = aide : retirez l’étiquette ; si c’est un texte qui commence par « ! », mettez-le entre guillemets

    1 erreur
    "#);
}

#[test]
fn several_documents() {
    insta::assert_snapshot!(shown("name: A\nkind: hospital\n---\nname: B\n"), @r#"
    erreur[several-documents]: un second document commence ici : un fichier n’en contient qu’un
     --> plan.yaml:3:1
      |
    3 | ---
      | ^^^
      |
      = aide : retirez la ligne « --- », ou mettez la suite dans un autre fichier

    1 erreur
    "#);
}

#[test]
fn key_that_is_a_number() {
    insta::assert_snapshot!(shown("name: A\nkind: hospital\ncontacts:\n  21: a@hopital.example\n"), @r#"
    erreur[key-not-text]: une clé doit être un texte
     --> plan.yaml:4:3
      |
    4 |   21: a@hopital.example
      |   ^^
      |
      = aide : mettez-la entre guillemets : "21"

    1 erreur
    "#);
}

#[test]
fn key_that_is_a_list() {
    insta::assert_snapshot!(shown("name: A\nkind: hospital\n{a: b}: c\n"), @r#"
    erreur[key-not-text]: une clé doit être un texte, pas une liste ni un bloc
     --> plan.yaml:3:1
      |
    3 | {a: b}: c
      | ^^^^^^
      |
      = aide : si « { » ou « [ » fait partie d’un texte, mettez ce texte entre guillemets

    1 erreur
    "#);
}

#[test]
fn deep_nesting() {
    insta::assert_snapshot!(shown("name: A\nkind: hospital\nservices: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n"), @r#"
    erreur[too-deep]: trop de niveaux imbriqués (plus de 64) : la lecture s’arrête ici
     --> plan.yaml:3:74
      |
    3 | services: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
      |                                                                          ^
      |
      = aide : vérifiez les crochets et les retraits

    1 erreur
    "#);
}

#[test]
fn unknown_key() {
    insta::assert_snapshot!(shown("nom: A\nname: A\nkind: hospital\nreviewd: 2026-03-31\n"), @r#"
    erreur[unknown-key]: clé inconnue « nom »
     --> plan.yaml:1:1
      |
    1 | nom: A
      | ^^^
      |
      = aide : clés possibles : contacts, finess, kind, name, reviewed, services, when

    erreur[unknown-key]: clé inconnue « reviewd »
     --> plan.yaml:4:1
      |
    4 | reviewd: 2026-03-31
      | ^^^^^^^
      |
      = aide : vouliez-vous écrire « reviewed » ?

    2 erreurs
    "#);
}

#[test]
fn missing_keys() {
    insta::assert_snapshot!(shown("services:\n  - name: Urgences\n"), @r#"
    erreur[missing-key]: il manque les clés « name », « kind »
     --> plan.yaml:1:1
      |
    1 | services:
      | ^^^^^^^^^ dans ce bloc
      |
      = aide : ajoutez ces lignes :
               name: CH de Démonstration
               kind: …

    erreur[missing-key]: il manque la clé « priority »
     --> plan.yaml:2:5
      |
    2 |   - name: Urgences
      |     ^^^^^^^^^^^^^^ dans ce bloc
      |
      = aide : ajoutez une ligne :
               priority: …

    2 erreurs
    "#);
}

#[test]
fn wrong_types() {
    insta::assert_snapshot!(shown("name: 12\nkind: hospital\nservices: Urgences\ncontacts: [a, b]\n"), @r#"
    erreur[wrong-type]: on attend un texte, ceci est un nombre entier
     --> plan.yaml:1:7
      |
    1 | name: 12
      |       ^^
      |
      = aide : mettez des guillemets : "12"

    erreur[wrong-type]: on attend une liste, ceci est un texte
     --> plan.yaml:3:11
      |
    3 | services: Urgences
      |           ^^^^^^^^
      |
      = aide : écrivez chaque élément après un tiret : « - Urgences », ou entre crochets : « [Urgences] »

    erreur[wrong-type]: on attend un bloc de clés, ceci est une liste
     --> plan.yaml:4:1
      |
    4 | contacts: [a, b]
      | ^^^^^^^^
      |
      = aide : écrivez en dessous, en retrait, des lignes « clé: valeur »

    3 erreurs
    "#);
}

#[test]
fn missing_value() {
    insta::assert_snapshot!(shown("name:\nkind: hospital\n"), @r#"
    erreur[wrong-type]: il manque une valeur : on attend un texte
     --> plan.yaml:1:1
      |
    1 | name:
      | ^^^^

    1 erreur
    "#);
}

#[test]
fn number_for_text() {
    insta::assert_snapshot!(shown("name: A\nfiness: 210780581\nkind: hospital\n"), @r#"
    erreur[wrong-type]: on attend un texte, ceci est un nombre entier
     --> plan.yaml:2:9
      |
    2 | finess: 210780581
      |         ^^^^^^^^^
      |
      = aide : mettez des guillemets : "210780581"

    1 erreur
    "#);
}

#[test]
fn bad_choice() {
    insta::assert_snapshot!(shown("name: A\nkind: hopital\n"), @r#"
    erreur[not-a-choice]: « hopital » n’est pas une des valeurs prévues
     --> plan.yaml:2:7
      |
    2 | kind: hopital
      |       ^^^^^^^
      |
      = aide : vouliez-vous écrire « hospital » ?

    1 erreur
    "#);
}

#[test]
fn bad_choice_far() {
    insta::assert_snapshot!(shown("name: A\nkind: [clinique]\n"), @r#"
    erreur[not-a-choice]: on attend une des valeurs prévues
     --> plan.yaml:2:1
      |
    2 | kind: [clinique]
      | ^^^^
      |
      = aide : valeurs possibles : hospital, home

    1 erreur
    "#);
}

#[test]
fn impossible_date() {
    insta::assert_snapshot!(shown("name: A\nkind: home\nreviewed: 2026-02-30\n"), @r#"
    erreur[bad-format]: cette date n’existe pas dans le calendrier
     --> plan.yaml:3:11
      |
    3 | reviewed: 2026-02-30
      |           ^^^^^^^^^^
      |
      = aide : dans l’ordre : année, mois (01 à 12), jour du mois

    1 erreur
    "#);
}

#[test]
fn french_date() {
    insta::assert_snapshot!(shown("name: A\nkind: home\nreviewed: 31/03/2026\n"), @r#"
    erreur[bad-format]: on attend une date, sous la forme année-mois-jour
     --> plan.yaml:3:11
      |
    3 | reviewed: 31/03/2026
      |           ^^^^^^^^^^
      |
      = aide : écrivez par exemple 2026-03-31

    1 erreur
    "#);
}

#[test]
fn domain_format() {
    insta::assert_snapshot!(shown("name: A\nkind: home\nfiness: \"21078\"\n"), @r#"
    erreur[bad-format]: un numéro FINESS a 9 caractères
     --> plan.yaml:3:9
      |
    3 | finess: "21078"
      |         ^^^^^^^

    1 erreur
    "#);
}

#[test]
fn out_of_range() {
    insta::assert_snapshot!(shown("name: A\nkind: home\nservices:\n  - {name: Urgences, priority: 9, tested: oui}\n"), @r#"
    erreur[out-of-range]: ce nombre est hors limites : on attend au moins 1 et au plus 5
     --> plan.yaml:4:32
      |
    4 |   - {name: Urgences, priority: 9, tested: oui}
      |                                ^

    erreur[wrong-type]: on attend true ou false, ceci est un texte
     --> plan.yaml:4:43
      |
    4 |   - {name: Urgences, priority: 9, tested: oui}
      |                                           ^^^
      |
      = aide : écrivez true (oui) ou false (non)

    2 erreurs
    "#);
}

#[test]
fn tagged_alternative() {
    insta::assert_snapshot!(shown("name: A\nkind: home\nservices:\n  - {name: Urgences, priority: 1, restored_by: {means: papier, forms: 3}}\n  - {name: Bloc, priority: 1, restored_by: {means: paper, media: bande}}\n  - {name: Labo, priority: 1, restored_by: {media: bande}}\n"), @r#"
    erreur[not-a-choice]: « papier » n’est pas une des valeurs prévues
     --> plan.yaml:4:56
      |
    4 |   - {name: Urgences, priority: 1, restored_by: {means: papier, forms: 3}}
      |                                                        ^^^^^^
      |
      = aide : vouliez-vous écrire « paper » ?

    erreur[missing-key]: il manque la clé « forms » sous « restored_by »
     --> plan.yaml:5:31
      |
    5 |   - {name: Bloc, priority: 1, restored_by: {means: paper, media: bande}}
      |                               ^^^^^^^^^^^
      |
      = aide : ajoutez une ligne :
               forms: …

    erreur[unknown-key]: clé inconnue « media »
     --> plan.yaml:5:59
      |
    5 |   - {name: Bloc, priority: 1, restored_by: {means: paper, media: bande}}
      |                                                           ^^^^^
      |
      = aide : clés possibles : forms, means

    erreur[missing-key]: il manque la clé « means » sous « restored_by »
     --> plan.yaml:6:31
      |
    6 |   - {name: Labo, priority: 1, restored_by: {media: bande}}
      |                               ^^^^^^^^^^^
      |
      = aide : ajoutez une ligne :
               means: backup

    4 erreurs
    "#);
}

#[test]
fn keyed_alternative() {
    insta::assert_snapshot!(shown("name: A\nkind: home\nwhen:\n  all:\n    - service: Urgences\n    - servise: Bloc\n    - service: [Bloc]\n"), @r#"
    erreur[not-one-key]: on attend ici une clé, et une seule, parmi celles prévues
     --> plan.yaml:6:7
      |
    6 |     - servise: Bloc
      |       ^^^^^^^
      |
      = aide : vouliez-vous écrire « service » ?

    erreur[wrong-type]: on attend un texte, ceci est une liste
     --> plan.yaml:7:7
      |
    7 |     - service: [Bloc]
      |       ^^^^^^^

    2 erreurs
    "#);
}

#[test]
fn many_at_once() {
    insta::assert_snapshot!(shown("nam: A\nkind: clinic\nreviewed: hier\nservices:\n  - name: Urgences\n    priority: high\n  - priority: 0\n    colour: red\nname: A\nname: B\n"), @r#"
    erreur[unknown-key]: clé inconnue « nam »
     --> plan.yaml:1:1
      |
    1 | nam: A
      | ^^^
      |
      = aide : clés possibles : contacts, finess, kind, name, reviewed, services, when

    erreur[not-a-choice]: « clinic » n’est pas une des valeurs prévues
     --> plan.yaml:2:7
      |
    2 | kind: clinic
      |       ^^^^^^
      |
      = aide : valeurs possibles : hospital, home

    erreur[bad-format]: on attend une date, sous la forme année-mois-jour
     --> plan.yaml:3:11
      |
    3 | reviewed: hier
      |           ^^^^
      |
      = aide : écrivez par exemple 2026-03-31

    erreur[wrong-type]: on attend un nombre entier, ceci est un texte
     --> plan.yaml:6:15
      |
    6 |     priority: high
      |               ^^^^
      |
      = aide : écrivez des chiffres seuls, sans unité ni espace

    erreur[missing-key]: il manque la clé « name »
     --> plan.yaml:7:5
      |
    7 |   - priority: 0
      |     ^^^^^^^^^^^ dans ce bloc
      |
      = aide : ajoutez une ligne :
               name: …

    erreur[out-of-range]: ce nombre est hors limites : on attend au moins 1 et au plus 5
     --> plan.yaml:7:15
      |
    7 |   - priority: 0
      |               ^

    erreur[unknown-key]: clé inconnue « colour »
     --> plan.yaml:8:5
      |
    8 |     colour: red
      |     ^^^^^^
      |
      = aide : clés possibles : name, priority, restored_by, tested

    erreur[duplicate-key]: la clé « name » est écrite deux fois
      --> plan.yaml:10:1
       |
     9 | name: A
       | ---- première fois ici
    10 | name: B
       | ^^^^
       |
       = aide : gardez une seule des deux

    8 erreurs
    "#);
}

#[test]
fn too_large_number() {
    insta::assert_snapshot!(shown("name: A\nkind: home\nservices:\n  - {name: Labo, priority: 1, restored_by: {means: paper, forms: 5000000000}}\n"), @r#"
    erreur[out-of-range]: ce nombre est hors limites : on attend au moins 0 et au plus 4294967295
     --> plan.yaml:4:66
      |
    4 |   - {name: Labo, priority: 1, restored_by: {means: paper, forms: 5000000000}}
      |                                                                  ^^^^^^^^^^

    1 erreur
    "#);
}

#[test]
fn what_only_the_type_refuses() {
    insta::assert_snapshot!(shown("name: A\nkind: home\nservices:\n  - {name: A, priority: 1}\n  - {name: refused, priority: 1}\n"), @r#"
    erreur[value-refused]: cette valeur n’est pas acceptée : this name is taken
     --> plan.yaml:5:12
      |
    5 |   - {name: refused, priority: 1}
      |            ^^^^^^^

    1 erreur
    "#);
}

#[test]
fn escape_sequence_in_text() {
    insta::assert_snapshot!(shown("name: A\nkind: \"\\e[31mrouge\"\n\"\u{9b}2J\u{202e}\": x\n"), @r#"
    erreur[not-a-choice]: « "\e[31mrouge" » n’est pas une des valeurs prévues
     --> plan.yaml:2:7
      |
    2 | kind: "\e[31mrouge"
      |       ^^^^^^^^^^^^^
      |
      = aide : valeurs possibles : hospital, home

    erreur[unknown-key]: clé inconnue « �2J� »
     --> plan.yaml:3:1
      |
    3 | "�2J�": x
      | ^^^^^^
      |
      = aide : clés possibles : contacts, finess, kind, name, reviewed, services, when

    erreur[deceptive-character]: un caractère de commande invisible (U+009B) se trouve ici
     --> plan.yaml:3:2
      |
    3 | "�2J�": x
      |  ^
      |
      = aide : effacez-le et retapez le texte

    erreur[deceptive-character]: un caractère de commande invisible (U+202E) se trouve ici
     --> plan.yaml:3:5
      |
    3 | "�2J�": x
      |     ^
      |
      = aide : effacez-le et retapez le texte

    4 erreurs
    "#);
}

#[test]
fn escape_byte_in_file() {
    insta::assert_snapshot!(shown("name: A\nkind: \u{1b}[31mrouge\n"), @r#"
    erreur[deceptive-character]: un caractère de commande invisible (U+001B) se trouve ici
     --> plan.yaml:2:7
      |
    2 | kind: ␛[31mrouge
      |       ^
      |
      = aide : effacez-le et retapez le texte

    erreur[not-a-choice]: « ␛[31mrouge » n’est pas une des valeurs prévues
     --> plan.yaml:2:7
      |
    2 | kind: ␛[31mrouge
      |       ^^^^^^^^^^
      |
      = aide : valeurs possibles : hospital, home

    2 erreurs
    "#);
}

#[test]
fn windows_line_ends() {
    insta::assert_snapshot!(shown("name: A\r\nkind: hopital\r\nreviewed:\r\n  31/03/2026\r\nservices:\r\n- name: a\r\n"), @r#"
    erreur[not-a-choice]: « hopital » n’est pas une des valeurs prévues
     --> plan.yaml:2:7
      |
    2 | kind: hopital
      |       ^^^^^^^
      |
      = aide : vouliez-vous écrire « hospital » ?

    erreur[bad-format]: on attend une date, sous la forme année-mois-jour
     --> plan.yaml:4:3
      |
    4 |   31/03/2026
      |   ^^^^^^^^^^
      |
      = aide : écrivez par exemple 2026-03-31

    erreur[missing-key]: il manque la clé « priority »
     --> plan.yaml:6:3
      |
    6 | - name: a
      |   ^^^^^^^ dans ce bloc
      |
      = aide : ajoutez une ligne :
               priority: …

    3 erreurs
    "#);
}

#[test]
fn long_line() {
    insta::assert_snapshot!(shown(&format!("name: A\nkind: home\nreviewed: {}\n", "x".repeat(20_000))), @r#"
    erreur[bad-format]: on attend une date, sous la forme année-mois-jour
    --> plan.yaml:3:11
     = aide : écrivez par exemple 2026-03-31

    1 erreur
    "#);
}

#[test]
fn bytes_that_are_not_utf8() {
    let problems = SourceFile::from_bytes("plan.yaml", b"name: A\nkind: h\xf4pital\n").expect_err("Latin-1");
    insta::assert_snapshot!(problems.render(Lang::Fr, false, 100), @r#"
    erreur[not-utf8]: le fichier n’est pas enregistré en UTF-8 : un octet illisible ligne 2
     --> plan.yaml:2:8
      |
    2 | kind: h�pital
      |        ^
      |
      = aide : dans votre éditeur, « Enregistrer sous… » puis choisissez l’encodage « UTF-8 »

    1 erreur
    "#);
}

#[test]
fn english_plain_text_is_the_display_form() {
    insta::assert_snapshot!(problems_of("name: A\nkind: hopital\n").to_string(), @r#"
    error[not-a-choice]: “hopital” is not one of the allowed values
     --> plan.yaml:2:7
      |
    2 | kind: hopital
      |       ^^^^^^^
      |
      = help: did you mean “hospital”?

    1 error
    "#);
}

#[test]
fn warnings_and_remarks() {
    let file = SourceFile::new("plan.yaml", "a: 1\nb: 2\n");
    let mut problems = Problems::from(
        Problem::warning("far-date", &file, Text::new("relisez cette date", "check this date"))
            .at(Span::new(8, 9))
            .with_label(Text::new("ici", "here"))
            .with_remark(Span::new(0, 1), Text::new("à cause de ceci", "because of this")),
    );
    problems.push(Problem::error("no-scope", &file, Text::new("le périmètre manque", "the scope is missing")));
    insta::assert_snapshot!(problems.render(Lang::Fr, false, 100), @r#"
    erreur[no-scope]: le périmètre manque
    --> plan.yaml

    attention[far-date]: relisez cette date
     --> plan.yaml:2:4
      |
    1 | a: 1
      | - à cause de ceci
    2 | b: 2
      |    ^ ici

    1 erreur et 1 avertissement
    "#);
    assert_eq!(problems.iter().next().expect("two").level, Level::Error, "a whole-file problem comes first");
}

#[test]
fn later_checks_point_at_the_right_line() {
    let file = SourceFile::new("plan.yaml", "name: A\nkind: home\nservices:\n  - name: Labo\n    priority: 2\n");
    let plan = read::<Plan>(&file, &Formats::default()).expect("a good file");
    let code = "late-service";
    let message = || Text::new("trop tard", "too late");
    let line_of = |path: &[vigie_source::Step]| {
        let problem = plan.problem_at(path, Level::Error, code, message());
        file.line_column(problem.span.expect("a place").start)
    };
    assert_eq!(line_of(&path!["services", 0, "priority"]), (5, 15));
    assert_eq!(line_of(&path!["services", 0]), (4, 5));
    assert_eq!(line_of(&path!["services", 7, "name"]), (3, 1), "the last step that exists");
    assert_eq!(line_of(&[]), (1, 1));
}

#[test]
fn nothing_hostile_reaches_the_terminal() {
    for colour in [false, true] {
        let file = SourceFile::new("pl\u{1b}]0;an\n.yaml", "name: A\n\"\u{9b}2J\u{202e}\": \"\u{8f}\"\n");
        let problems = read::<Plan>(&file, &Formats::default()).expect_err("a bad file");
        let drawn = problems.render(Lang::Fr, colour, 80);
        assert!(!drawn.contains(['\u{9b}', '\u{202e}', '\u{8f}', '\u{7}']));
        assert!(!drawn.contains("\u{1b}]"));
        assert_eq!(drawn.contains('\u{1b}'), colour, "only our own colours");
    }
}

#[test]
fn a_flood_of_problems_is_counted_but_not_kept() {
    let text = (0..2000).map(|number| format!("key{number}: 1")).collect::<Vec<_>>().join("\n");
    let problems = problems_of(&text);
    assert_eq!(problems.iter().count(), MAX_PROBLEMS);
    assert_eq!(problems.len(), 2001);
    assert!(problems.render(Lang::Fr, false, 100).ends_with("2001 erreurs (50 premiers problèmes affichés)\n"));
}

#[test]
fn the_number_of_values_is_bounded() {
    let text = "- 1\n".repeat(yaml::MAX_NODES + 1);
    let problems = yaml::parse(&SourceFile::new("f", text)).expect_err("too many");
    assert_eq!(problems.iter().next().expect("one").code, "too-many-values");
}
