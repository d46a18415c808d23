//! What a French author sees of each mistake.

use insta::assert_snapshot;
use vigie_model::{Lang, RuleId};
use vigie_rules::RuleSet;
use vigie_source::SourceFile;

use crate::fixture::{GOOD, catalogue, file, frameworks, load, refused, with, with_expr};

#[test]
fn the_good_rule_loads() {
    let rules = load(GOOD);
    assert_eq!(rules.len(), 1);
    assert!(rules.warnings().is_empty() && rules.overrides().is_empty());
    assert_eq!(rules.check_cases(), []);
    assert_eq!(rules.hash().len(), 64);
}

#[test]
fn syntax() {
    assert_snapshot!(refused(&with_expr("facts.count = 1")), @"
    erreur[expression-syntax]: « = » n’est pas attendu ici
     --> rules/tls/legacy-protocol.yaml:9:24
      |
    9 |     expr: 'facts.count = 1'
      |                        ^
      |
      = aide : pour comparer, écrivez « == »

    1 erreur
    ");
    assert_snapshot!(refused(&with_expr("facts.reachable and facts.chain.trusted")), @"
    erreur[expression-syntax]: « and » n’est pas attendu ici
     --> rules/tls/legacy-protocol.yaml:9:28
      |
    9 |     expr: 'facts.reachable and facts.chain.trusted'
      |                            ^^^
      |
      = aide : « et » s’écrit « && »

    1 erreur
    ");
    assert_snapshot!(refused(&with_expr("facts.count > ")), @"
    erreur[expression-syntax]: l’expression s’arrête trop tôt
     --> rules/tls/legacy-protocol.yaml:9:25
      |
    9 |     expr: 'facts.count > '
      |                         ^
      |
      = aide : vérifiez les parenthèses et les guillemets

    1 erreur
    ");
    assert_snapshot!(refused(&with_expr("facts.banner == \"SSH")), @r#"
    erreur[expression-syntax]: le guillemet ouvert ici n’est pas fermé
     --> rules/tls/legacy-protocol.yaml:9:28
      |
    9 |     expr: 'facts.banner == "SSH'
      |                            ^
      |
      = aide : fermez le texte par le même guillemet

    1 erreur
    "#);
    assert_snapshot!(refused(&with_expr("facts.banner == null")), @"
    erreur[expression-unsupported]: les règles n’acceptent pas « null » : un fait absent est inconnu
     --> rules/tls/legacy-protocol.yaml:9:28
      |
    9 |     expr: 'facts.banner == null'
      |                            ^^^^
      |
      = aide : pour savoir si un fait a été vu : has(facts.…)

    1 erreur
    ");
    assert_snapshot!(refused(&with_expr("{\"a\": 1}.a == 1")), @r#"
    erreur[expression-unsupported]: les règles n’acceptent pas les accolades
     --> rules/tls/legacy-protocol.yaml:9:12
      |
    9 |     expr: '{"a": 1}.a == 1'
      |            ^

    1 erreur
    "#);
    assert_snapshot!(refused(&with_expr("has(facts)")), @"
    erreur[bad-call]: « has » ne s’emploie pas ainsi
     --> rules/tls/legacy-protocol.yaml:9:12
      |
    9 |     expr: 'has(facts)'
      |            ^^^
      |
      = aide : écrivez has(facts.…), avec le chemin d’un fait

    1 erreur
    ");
    assert_snapshot!(refused(&with_expr("((((((((((facts.reachable))))))))))")), @"
    erreur[expression-too-deep]: cette expression est trop imbriquée
     --> rules/tls/legacy-protocol.yaml:9:20
      |
    9 |     expr: '((((((((((facts.reachable))))))))))'
      |                    ^
      |
      = aide : répartissez-la en plusieurs vérifications, ou calculez ce fait dans la sonde

    1 erreur
    ");
}

#[test]
fn names_and_paths() {
    assert_snapshot!(refused(&with_expr("facts.chain.trustd")), @"
    erreur[unknown-fact]: le fait « chain.trustd » n’est pas au catalogue
     --> rules/tls/legacy-protocol.yaml:9:24
      |
    9 |     expr: 'facts.chain.trustd'
      |                        ^^^^^^
      |
      = aide : vouliez-vous dire « trusted » ?

    1 erreur
    ");
    assert_snapshot!(refused(&with_expr("facts.protocol.exists(p, p == \"SSLv3\")")), @r#"
    erreur[unknown-fact]: le fait « protocol » n’est pas au catalogue
     --> rules/tls/legacy-protocol.yaml:9:18
      |
    9 |     expr: 'facts.protocol.exists(p, p == "SSLv3")'
      |                  ^^^^^^^^
      |
      = aide : vouliez-vous dire « protocols » ?

    1 erreur
    "#);
    assert_snapshot!(refused(&with_expr("fact.reachable")), @"
    erreur[unknown-name]: « fact » n’est pas connu ici
     --> rules/tls/legacy-protocol.yaml:9:12
      |
    9 |     expr: 'fact.reachable'
      |            ^^^^
      |
      = aide : vouliez-vous dire « facts » ?

    1 erreur
    ");
    assert_snapshot!(refused(&with_expr("reachable")), @"
    erreur[unknown-name]: « reachable » n’est pas connu ici
     --> rules/tls/legacy-protocol.yaml:9:12
      |
    9 |     expr: 'reachable'
      |            ^^^^^^^^^
      |
      = aide : écrivez « facts.reachable »

    1 erreur
    ");
    assert_snapshot!(refused(&with_expr("facts.chain.certificates.bits > 1")), @"
    erreur[not-a-group]: « .bits » ne peut pas suivre une liste
     --> rules/tls/legacy-protocol.yaml:9:37
      |
    9 |     expr: 'facts.chain.certificates.bits > 1'
      |                                     ^^^^
      |
      = aide : pour les éléments d’une liste : facts.liste.all(x, …) ou facts.liste.exists(x, …)

    1 erreur
    ");
    assert_snapshot!(refused(&with_expr("facts.banner.startWith(\"a\")")), @r#"
    erreur[unknown-function]: la fonction « startWith » n’existe pas
     --> rules/tls/legacy-protocol.yaml:9:25
      |
    9 |     expr: 'facts.banner.startWith("a")'
      |                         ^^^^^^^^^
      |
      = aide : vouliez-vous dire « startsWith » ?

    1 erreur
    "#);
    assert_snapshot!(refused(&with_expr("len(facts.ports) > 0")), @"
    erreur[unknown-function]: la fonction « len » n’existe pas
     --> rules/tls/legacy-protocol.yaml:9:12
      |
    9 |     expr: 'len(facts.ports) > 0'
      |            ^^^
      |
      = aide : pour compter : size(…)

    1 erreur
    ");
    assert_snapshot!(refused(&with_expr("facts.ports.all(p > 0)")), @"
    erreur[bad-call]: « all » ne s’emploie pas ainsi
     --> rules/tls/legacy-protocol.yaml:9:12
      |
    9 |     expr: 'facts.ports.all(p > 0)'
      |            ^^^^^^^^^^^^^^^^^^^^^^
      |
      = aide : écrivez liste.all(x, condition)

    1 erreur
    ");
    assert_snapshot!(refused(&with_expr("facts.ports.all(facts, true)")), @"
    erreur[name-taken]: le nom « facts » sert déjà : choisissez-en un autre pour l’élément parcouru
     --> rules/tls/legacy-protocol.yaml:9:12
      |
    9 |     expr: 'facts.ports.all(facts, true)'
      |            ^^^^^^^^^^^

    1 erreur
    ");
}

#[test]
fn types() {
    assert_snapshot!(refused(&with_expr("facts.count")), @"
    erreur[expression-not-bool]: on attend ici une condition, vraie ou fausse, et c’est un nombre entier
     --> rules/tls/legacy-protocol.yaml:9:12
      |
    9 |     expr: 'facts.count'
      |            ^^^^^^^^^^^
      |
      = aide : ajoutez une comparaison : ==, <, in…

    1 erreur
    ");
    assert_snapshot!(refused(&with_expr("facts.count == \"1\"")), @r#"
    erreur[type-mismatch]: « == » ne s’applique pas à un nombre entier et un texte
     --> rules/tls/legacy-protocol.yaml:9:12
      |
    9 |     expr: 'facts.count == "1"'
      |            ^^^^^^^^^^^^^^^^^^

    1 erreur
    "#);
    assert_snapshot!(refused(&with_expr("facts.banner < \"2.10\"")), @r#"
    erreur[type-mismatch]: « < » ne s’applique pas à un texte et un texte
     --> rules/tls/legacy-protocol.yaml:9:12
      |
    9 |     expr: 'facts.banner < "2.10"'
      |            ^^^^^^^^^^^^^^^^^^^^^
      |
      = aide : les textes n’ont pas d’ordre ici (« 2.10 » viendrait avant « 2.9 ») : comparez avec == ou in

    1 erreur
    "#);
    assert_snapshot!(refused(&with_expr("facts.tested_on < \"2026-01-01\"")), @r#"
    erreur[type-mismatch]: « < » ne s’applique pas à un jour et un texte
     --> rules/tls/legacy-protocol.yaml:9:12
      |
    9 |     expr: 'facts.tested_on < "2026-01-01"'
      |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = aide : écrivez l’instant timestamp("2026-03-31T00:00:00Z") ou le jour day("2026-03-31")

    1 erreur
    "#);
    assert_snapshot!(refused(&with_expr("facts.ports > 22")), @"
    erreur[type-mismatch]: « > » ne s’applique pas à une liste et un nombre entier
     --> rules/tls/legacy-protocol.yaml:9:12
      |
    9 |     expr: 'facts.ports > 22'
      |            ^^^^^^^^^^^^^^^^
      |
      = aide : pour les éléments d’une liste : facts.liste.all(x, …) ou facts.liste.exists(x, …)

    1 erreur
    ");
    assert_snapshot!(refused(&with_expr("facts.reachable && facts.count")), @"
    erreur[expression-not-bool]: on attend ici une condition, vraie ou fausse, et c’est un nombre entier
     --> rules/tls/legacy-protocol.yaml:9:31
      |
    9 |     expr: 'facts.reachable && facts.count'
      |                               ^^^^^^^^^^^
      |
      = aide : ajoutez une comparaison : ==, <, in…

    1 erreur
    ");
}

#[test]
fn words_patterns_and_loops() {
    assert_snapshot!(refused(&with_expr("facts.best == \"TLS 1.1\"")), @r#"
    erreur[unknown-word]: ce fait ne vaut jamais « TLS 1.1 » : le comparer ainsi ne dit rien
     --> rules/tls/legacy-protocol.yaml:9:26
      |
    9 |     expr: 'facts.best == "TLS 1.1"'
      |                          ^^^^^^^^^
      |
      = aide : vouliez-vous dire « TLS 1.0 » ?

    1 erreur
    "#);
    assert_snapshot!(refused(&with_expr("facts.protocols.exists(p, p in [\"SSLv3\", \"TLS1.0\"])")), @r#"
    erreur[unknown-word]: ce fait ne vaut jamais « TLS1.0 » : le comparer ainsi ne dit rien
     --> rules/tls/legacy-protocol.yaml:9:53
      |
    9 |     expr: 'facts.protocols.exists(p, p in ["SSLv3", "TLS1.0"])'
      |                                                     ^^^^^^^^
      |
      = aide : vouliez-vous dire « TLS 1.0 » ?

    1 erreur
    "#);
    assert_snapshot!(refused(&with_expr("facts.banner.matches(\"(\")")), @r#"
    erreur[bad-pattern]: ce motif (expression rationnelle) n’est pas correct
     --> rules/tls/legacy-protocol.yaml:9:33
      |
    9 |     expr: 'facts.banner.matches("(")'
      |                                 ^^^
      |
      = aide : dans un texte, doublez les barres obliques inverses, ou écrivez-le r"…" ; ni renvoi \1 ni regard (?=…)

    1 erreur
    "#);
    assert_snapshot!(refused(&with_expr("as_of > timestamp(\"2026-13-01\")")), @r#"
    erreur[bad-literal]: « 2026-13-01 » ne peut pas être lu
     --> rules/tls/legacy-protocol.yaml:9:30
      |
    9 |     expr: 'as_of > timestamp("2026-13-01")'
      |                              ^^^^^^^^^^^^
      |
      = aide : instant : 2026-03-31T00:00:00Z ; jour : 2026-03-31 ; durée : 720h, 90m, 30d

    1 erreur
    "#);
    assert_snapshot!(
        refused(&with_expr("facts.ports.all(a, facts.ports.all(b, facts.ports.all(c, a + b + c > 0)))")), @"
    erreur[too-many-walks]: plus de 2 parcours de liste imbriqués
     --> rules/tls/legacy-protocol.yaml:9:50
      |
    9 |     expr: 'facts.ports.all(a, facts.ports.all(b, facts.ports.all(c, a + b + c > 0)))'
      |                                                  ^^^^^^^^^^^
      |
      = aide : calculez ce fait dans la sonde, ou répartissez la condition en plusieurs vérifications

    1 erreur
    "
    );
}

#[test]
fn all_mistakes_of_an_expression_at_once() {
    assert_snapshot!(refused(&with_expr("facts.bannr == 1 || facts.best == \"SSLv2\" && facts.count + true > 0")), @r#"
    erreur[unknown-fact]: le fait « bannr » n’est pas au catalogue
     --> rules/tls/legacy-protocol.yaml:9:18
      |
    9 |     expr: 'facts.bannr == 1 || facts.best == "SSLv2" && facts.count + true > 0'
      |                  ^^^^^
      |
      = aide : vouliez-vous dire « banner » ?

    erreur[unknown-word]: ce fait ne vaut jamais « SSLv2 » : le comparer ainsi ne dit rien
     --> rules/tls/legacy-protocol.yaml:9:46
      |
    9 |     expr: 'facts.bannr == 1 || facts.best == "SSLv2" && facts.count + true > 0'
      |                                              ^^^^^^^
      |
      = aide : vouliez-vous dire « SSLv3 » ?

    erreur[type-mismatch]: « + » ne s’applique pas à un nombre entier et un vrai ou faux
     --> rules/tls/legacy-protocol.yaml:9:57
      |
    9 |     expr: 'facts.bannr == 1 || facts.best == "SSLv2" && facts.count + true > 0'
      |                                                         ^^^^^^^^^^^^^^^^^^

    3 erreurs
    "#);
}

#[test]
fn expressions_in_other_forms_of_yaml() {
    let block = with(
        r#"'!facts.protocols.exists(p, p in ["SSLv3"])'"#,
        "|\n      !facts.protocols.exists(p,\n        p in [\"SSLv4\"])",
    );
    assert_snapshot!(refused(&block), @r#"
    erreur[unknown-word]: ce fait ne vaut jamais « SSLv4 » : le comparer ainsi ne dit rien
      --> rules/tls/legacy-protocol.yaml:11:15
       |
    11 |         p in ["SSLv4"])
       |               ^^^^^^^
       |
       = aide : vouliez-vous dire « SSLv3 » ?

    1 erreur
    "#);
    let escaped = with(r#"'!facts.protocols.exists(p, p in ["SSLv3"])'"#, r#""facts.best == \"SSLv4\"""#);
    assert_snapshot!(refused(&escaped), @r#"
    erreur[unknown-word]: ce fait ne vaut jamais « SSLv4 » : le comparer ainsi ne dit rien
     --> rules/tls/legacy-protocol.yaml:9:11
      |
    9 |     expr: "facts.best == \"SSLv4\""
      |           ^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = aide : vouliez-vous dire « SSLv3 » ?

    1 erreur
    "#);
}

#[test]
fn identity() {
    assert_snapshot!(refused(&with("id: tls.legacy-protocol", "id: Legacy_protocol")), @"
    erreur[bad-id]: « Legacy_protocol » n’est pas un nom de règle
     --> rules/tls/legacy-protocol.yaml:1:5
      |
    1 | id: Legacy_protocol
      |     ^^^^^^^^^^^^^^^
      |
      = aide : thème, point, mauvais état, en minuscules : tls.legacy-protocol

    attention[file-name]: le fichier d’une règle porte son nom : on attend « Legacy_protocol.yaml »
     --> rules/tls/legacy-protocol.yaml:1:5
      |
    1 | id: Legacy_protocol
      |     ^^^^^^^^^^^^^^^

    1 erreur et 1 avertissement
    ");
    assert_snapshot!(refused(&with("since: \"0.1\"", "since: soon")), @r#"
    erreur[bad-version]: « soon » n’est pas une version
     --> rules/tls/legacy-protocol.yaml:2:8
      |
    2 | since: soon
      |        ^^^^
      |
      = aide : écrivez par exemple "0.1"

    1 erreur
    "#);
    assert_snapshot!(refused(&with("subject: test.endpoint", "subject: test.endpoints")), @"
    erreur[unknown-subject]: aucune observation « test.endpoints » au catalogue des faits
     --> rules/tls/legacy-protocol.yaml:3:10
      |
    3 | subject: test.endpoints
      |          ^^^^^^^^^^^^^^
      |
      = aide : vouliez-vous dire « test.endpoint » ?

    1 erreur
    ");
    assert_snapshot!(refused(&with("id: no-old-tls", "id: no-ssl")), @"
    erreur[check-twice]: deux vérifications s’appellent « no-ssl »
      --> rules/tls/legacy-protocol.yaml:12:9
       |
    12 |   - id: no-ssl
       |         ^^^^^^
       |
       = aide : donnez à chacune son nom

    1 erreur
    ");
    assert_snapshot!(refused(&with("id: no-old-tls", "id: No old TLS")), @"
    erreur[bad-id]: « No old TLS » n’est pas un nom de vérification
      --> rules/tls/legacy-protocol.yaml:12:9
       |
    12 |   - id: No old TLS
       |         ^^^^^^^^^^
       |
       = aide : minuscules, chiffres et tirets : no-ssl

    1 erreur
    ");
    assert_snapshot!(refused(&with("keys: [anssi-tls:R4]", "keys: [anssi-tls:R400, ansi-tls:R4, anssi-tls:R4, anssi-tls:R4]")), @"
    erreur[unknown-framework-key]: la clé « anssi-tls:R400 » n’est dans aucun référentiel connu
      --> rules/tls/legacy-protocol.yaml:21:8
       |
    21 | keys: [anssi-tls:R400, ansi-tls:R4, anssi-tls:R4, anssi-tls:R4]
       |        ^^^^^^^^^^^^^^
       |
       = aide : voyez rules/frameworks.yaml

    erreur[unknown-framework-key]: la clé « ansi-tls:R4 » n’est dans aucun référentiel connu
      --> rules/tls/legacy-protocol.yaml:21:24
       |
    21 | keys: [anssi-tls:R400, ansi-tls:R4, anssi-tls:R4, anssi-tls:R4]
       |                        ^^^^^^^^^^^
       |
       = aide : vouliez-vous dire « anssi-tls:R4 » ?

    erreur[key-twice]: la clé « anssi-tls:R4 » est citée deux fois
      --> rules/tls/legacy-protocol.yaml:21:51
       |
    21 | keys: [anssi-tls:R400, ansi-tls:R4, anssi-tls:R4, anssi-tls:R4]
       |                                                   ^^^^^^^^^^^^

    3 erreurs
    ");
}

#[test]
fn texts() {
    assert_snapshot!(refused(&with("fr: \"accepte {protocols}\"", "fr: \"accepte {protocoles}\"")), @r#"
    erreur[bad-place]: le fait « protocoles » n’est pas au catalogue
      --> rules/tls/legacy-protocol.yaml:11:25
       |
    11 |     fail: {fr: "accepte {protocoles}", en: "accepts {protocols}"}
       |                         ^^^^^^^^^^^^
       |
       = aide : vouliez-vous dire « protocols » ?

    1 erreur
    "#);
    assert_snapshot!(refused(&with("fr: \"accepte {protocols}\"", "fr: accepte trop\"")), @r#"
    erreur[places-differ]: les deux langues ne montrent pas les mêmes faits
      --> rules/tls/legacy-protocol.yaml:11:35
       |
    11 |     fail: {fr: accepte trop", en: "accepts {protocols}"}
       |                                   ^^^^^^^^^^^^^^^^^^^^^
       |
       = aide : fr : ∅ ; en : protocols

    1 erreur
    "#);
    assert_snapshot!(refused(&with("fr: \"accepte {protocols}\"", "fr: \"accepte {protocols\"")), @r#"
    erreur[bad-place]: cette accolade n’a pas sa pareille
      --> rules/tls/legacy-protocol.yaml:11:25
       |
    11 |     fail: {fr: "accepte {protocols", en: "accepts {protocols}"}
       |                         ^^^^^^^^^^
       |
       = aide : un fait s’écrit {chemin.du.fait}

    1 erreur
    "#);
    assert_snapshot!(refused(&with("fr: \"accepte {protocols}\"", "fr: \"accepte {chain.certificates}\"")), @r#"
    erreur[bad-place]: « chain.certificates » est un groupe de faits : choisissez celui à montrer
      --> rules/tls/legacy-protocol.yaml:11:25
       |
    11 |     fail: {fr: "accepte {chain.certificates}", en: "accepts {protocols}"}
       |                         ^^^^^^^^^^^^^^^^^^^^
       |
       = aide : on connaît ici : bits, name, names, not_after

    1 erreur
    "#);
    assert_snapshot!(refused(&with("{fr: Désactivez-les., en: Turn them off.}", "{fr: \"\", en: Turn them off.}")), @r#"
    erreur[bad-text]: ce texte est vide
      --> rules/tls/legacy-protocol.yaml:17:14
       |
    17 | remedy: {fr: "", en: Turn them off.}
       |              ^^

    1 erreur
    "#);
}

#[test]
fn cases() {
    assert_snapshot!(refused(&with("protocols: [TLS 1.2]}", "protocols: [TLS 1.1], chan: {}, count: \"7\"}")), @r#"
    erreur[bad-fact]: « protocols[0] » ne vaut jamais « TLS 1.1 »
      --> rules/tls/legacy-protocol.yaml:24:42
       |
    24 |     facts: {reachable: true, protocols: [TLS 1.1], chan: {}, count: "7"}
       |                                          ^^^^^^^
       |
       = aide : vouliez-vous dire « TLS 1.0 » ?

    erreur[unknown-fact]: le fait « chan » n’est pas au catalogue
      --> rules/tls/legacy-protocol.yaml:24:52
       |
    24 |     facts: {reachable: true, protocols: [TLS 1.1], chan: {}, count: "7"}
       |                                                    ^^^^
       |
       = aide : vouliez-vous dire « chain » ?

    erreur[bad-fact]: « count » n’a pas le type du catalogue (int)
      --> rules/tls/legacy-protocol.yaml:24:69
       |
    24 |     facts: {reachable: true, protocols: [TLS 1.1], chan: {}, count: "7"}
       |                                                                     ^^^

    3 erreurs
    "#);
    assert_snapshot!(refused(&with("{fail: [no-ssl]}", "{fail: [no-sll]}")), @"
    erreur[unknown-check]: la règle n’a pas de vérification « no-sll »
      --> rules/tls/legacy-protocol.yaml:28:21
       |
    28 |     expect: {fail: [no-sll]}
       |                     ^^^^^^
       |
       = aide : vouliez-vous dire « no-ssl » ?

    1 erreur
    ");
    assert_snapshot!(refused(&with("{unknown: [protocols]}", "{unknown: [protocol]}")), @"
    erreur[unknown-fact]: le fait « protocol » n’est pas au catalogue
      --> rules/tls/legacy-protocol.yaml:32:24
       |
    32 |     expect: {unknown: [protocol]}
       |                        ^^^^^^^^
       |
       = aide : vouliez-vous dire « protocols » ?

    1 erreur
    ");
    assert_snapshot!(refused(&with("gaps: {protocols: timeout}", "gaps: {protcols: timeout}")), @"
    erreur[unknown-fact]: le fait « protcols » n’est pas au catalogue
      --> rules/tls/legacy-protocol.yaml:31:12
       |
    31 |     gaps: {protcols: timeout}
       |            ^^^^^^^^
       |
       = aide : vouliez-vous dire « protocols » ?

    1 erreur
    ");
    assert_snapshot!(refused(&with("expect: {unknown: [protocols]}", "expect: pass")), @"
    erreur[missing-cases]: il manque des exemples de cette issue : unknown
      --> rules/tls/legacy-protocol.yaml:22:1
       |
    22 | cases:
       | ^^^^^
       |
       = aide : chaque règle montre au moins un cas « pass », un « fail » et un « unknown »

    1 erreur
    ");
    assert_snapshot!(refused(&with("name: SSLv3 too", "name: only TLS 1.2")), @"
    erreur[case-twice]: deux cas s’appellent « only TLS 1.2 »
      --> rules/tls/legacy-protocol.yaml:26:11
       |
    26 |   - name: only TLS 1.2
       |           ^^^^^^^^^^^^

    1 erreur
    ");
    assert_snapshot!(refused(&with("expect: not_applicable", "expect: {fails: [no-ssl]}")), @"
    erreur[not-one-key]: on attend ici une clé, et une seule, parmi celles prévues
      --> rules/tls/legacy-protocol.yaml:35:14
       |
    35 |     expect: {fails: [no-ssl]}
       |              ^^^^^
       |
       = aide : vouliez-vous écrire « fail » ?

    1 erreur
    ");
}

#[test]
fn shape() {
    assert_snapshot!(refused(&with("severity: high", "severity: severe\ncolour: red")), @"
    erreur[not-a-choice]: « severe » n’est pas une des valeurs prévues
     --> rules/tls/legacy-protocol.yaml:4:11
      |
    4 | severity: severe
      |           ^^^^^^
      |
      = aide : valeurs possibles : info, low, medium, high, critical

    erreur[unknown-key]: clé inconnue « colour »
     --> rules/tls/legacy-protocol.yaml:5:1
      |
    5 | colour: red
      | ^^^^^^
      |
      = aide : clés possibles : cases, checks, effort, id, item, keys, remedy, remedy_for, severity, since, status, subject, theme, title, when, why

    2 erreurs
    ");
    assert_snapshot!(refused(&with("effort: low\n", "")), @"
    erreur[missing-key]: il manque la clé « effort »
     --> rules/tls/legacy-protocol.yaml:1:1
      |
    1 | id: tls.legacy-protocol
      | ^^^^^^^^^^^^^^^^^^^^^^^ dans ce bloc
      |
      = aide : ajoutez une ligne :
               effort: …

    1 erreur
    ");
}

#[test]
fn problems_of_all_files_come_together() {
    let files = [
        SourceFile::new("rules/tls/one.yaml", with_expr("facts.bannr == \"\"")),
        SourceFile::new("rules/tls/two.yaml", "id: [\n"),
        SourceFile::new("rules/tls/legacy-protocol.yaml", GOOD),
        SourceFile::new("rules/dns/legacy-protocol.yaml", GOOD),
    ];
    let problems = RuleSet::load(files, &catalogue(), &frameworks()).unwrap_err();
    let told: Vec<_> = problems.iter().map(|problem| (problem.file.name(), problem.code)).collect();
    assert_eq!(
        told,
        [
            ("rules/dns/legacy-protocol.yaml", "rule-twice"),
            ("rules/tls/one.yaml", "file-name"),
            ("rules/tls/one.yaml", "unknown-fact"),
            ("rules/tls/two.yaml", "yaml-syntax"),
        ]
    );
}

#[test]
fn the_name_of_the_file_is_only_a_warning() {
    let other = SourceFile::new("rules/tls/other.yaml", GOOD);
    let rules = RuleSet::load([other], &catalogue(), &frameworks()).unwrap();
    assert_snapshot!(rules.warnings().render(Lang::En, false, 100), @"
    warning[file-name]: the file of a rule bears its name: “legacy-protocol.yaml” is expected
     --> rules/tls/other.yaml:1:5
      |
    1 | id: tls.legacy-protocol
      |     ^^^^^^^^^^^^^^^^^^^

    1 warning
    ");
}

#[test]
fn a_later_folder_replaces_a_rule() {
    let mine = SourceFile::new("mine/legacy-protocol.yaml", with("severity: high", "severity: low"));
    let layers = [vec![file(GOOD)], vec![mine]];
    let rules = RuleSet::load_layers(layers, &catalogue(), &frameworks()).unwrap();
    let id = RuleId("tls.legacy-protocol".to_owned());
    assert_eq!(rules.file(&id), Some("mine/legacy-protocol.yaml"));
    let [replaced] = rules.overrides() else { panic!("one rule is replaced") };
    assert_eq!(
        (replaced.replaced.as_str(), replaced.by.as_str()),
        ("rules/tls/legacy-protocol.yaml", "mine/legacy-protocol.yaml")
    );
    assert_ne!(rules.hash(), load(GOOD).hash());
}

#[test]
fn the_hash_is_that_of_the_content() {
    let commented = format!("# A comment.\n{}", with("severity: high", "severity:   high"));
    assert_eq!(load(&commented).hash(), load(GOOD).hash());
    assert_ne!(load(&with("effort: low", "effort: high")).hash(), load(GOOD).hash());
}
