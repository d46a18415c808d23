//! What people read of a rule set.

use insta::assert_snapshot;
use vigie_model::{Lang, RuleId};
use vigie_rules::{facts_docs, rule_schema};

use crate::fixture::{GOOD, catalogue, load};

#[test]
fn a_rule_is_explained_in_french() {
    let id = RuleId("tls.legacy-protocol".to_owned());
    assert_snapshot!(load(GOOD).explain(&id, Lang::Fr).unwrap(), @r#"
    tls.legacy-protocol
    Protocoles anciens
    en vigueur, depuis la version 0.1 (rules/tls/legacy-protocol.yaml)
    Niveau : élevé
    Thème : Connexions chiffrées (TLS)
    Effort : quelques heures
    Observation jugée : test.endpoint (point d’accès d’essai)

    Pourquoi
      Une session peut être lue.

    Que faire
      Désactivez-les.
      nginx :
        ssl_protocols TLSv1.2 TLSv1.3

    S’applique si
      facts.reachable

    Vérifications
      no-ssl (critique)
        !facts.protocols.exists(p, p in ["SSLv3"])
        Message en cas d’échec : accepte {protocols}
      no-old-tls (élevé)
        !facts.protocols.exists(p, p == "TLS 1.0")
        Message en cas d’échec : accepte {protocols}

    Faits lus
      protocols (list of "SSLv3" | "TLS 1.0" | "TLS 1.2")
        Versions that it accepts.
      reachable (bool)
        Whether it answered.

    Référentiels
      anssi-tls:R4 : Recommandations de sécurité relatives à TLS, Refuser SSL et TLS avant la version 1.2

    Exemples
      only TLS 1.2 → conforme
      SSLv3 too → en échec : no-ssl
      protocols not seen → inconnu, faute de : protocols
      closed → sans objet
    "#);
}

#[test]
fn a_rule_is_explained_in_english() {
    let id = RuleId("tls.legacy-protocol".to_owned());
    assert_snapshot!(load(GOOD).explain(&id, Lang::En).unwrap(), @r#"
    tls.legacy-protocol
    Old protocols
    stable, since version 0.1 (rules/tls/legacy-protocol.yaml)
    Severity: high
    Theme: Encrypted connections (TLS)
    Effort: a few hours
    Observation judged: test.endpoint (test endpoint)

    Why
      A session can be read.

    What to do
      Turn them off.
      nginx:
        ssl_protocols TLSv1.2 TLSv1.3

    Applies if
      facts.reachable

    Checks
      no-ssl (critical)
        !facts.protocols.exists(p, p in ["SSLv3"])
        Message on failure: accepts {protocols}
      no-old-tls (high)
        !facts.protocols.exists(p, p == "TLS 1.0")
        Message on failure: accepts {protocols}

    Facts read
      protocols (list of "SSLv3" | "TLS 1.0" | "TLS 1.2")
        Versions that it accepts.
      reachable (bool)
        Whether it answered.

    Frameworks
      anssi-tls:R4: Security recommendations for TLS, Refuse SSL and TLS before version 1.2

    Examples
      only TLS 1.2 → pass
      SSLv3 too → failed: no-ssl
      protocols not seen → unknown, for want of: protocols
      closed → not applicable
    "#);
    assert_eq!(load(GOOD).explain(&RuleId("no.such-rule".to_owned()), Lang::En), None);
}

#[test]
fn the_reference_of_rules_is_generated() {
    assert_snapshot!(load(GOOD).docs(Lang::Fr), @r#"
    # Règles de vigie

    Page produite par `vigie rules docs` : ne pas modifier.

    ## Connexions chiffrées (TLS)

    | Règle | Constat | Niveau | Effort |
    |---|---|---|---|
    | [`tls.legacy-protocol`](#tlslegacy-protocol) | Protocoles anciens | élevé | quelques heures |

    ## `tls.legacy-protocol`

    **Protocoles anciens**

    Niveau : élevé · Effort : quelques heures · Observation jugée : `test.endpoint` · en vigueur, depuis la version 0.1

    **Pourquoi.** Une session peut être lue.

    **Que faire.** Désactivez-les.

    - nginx : ssl_protocols TLSv1.2 TLSv1.3

    **S’applique si.**

    ```cel
    facts.reachable
    ```

    **Vérifications**

    - `no-ssl` (critique) : accepte {protocols}

      ```cel
      !facts.protocols.exists(p, p in ["SSLv3"])
      ```

    - `no-old-tls` (élevé) : accepte {protocols}

      ```cel
      !facts.protocols.exists(p, p == "TLS 1.0")
      ```

    **Faits lus** : `protocols`, `reachable`

    **Référentiels**

    - `anssi-tls:R4` : Recommandations de sécurité relatives à TLS, Refuser SSL et TLS avant la version 1.2
    "#);
}

#[test]
fn the_reference_of_facts_is_generated() {
    assert_snapshot!(facts_docs(&catalogue(), Lang::Fr), @r#"
    # Catalogue des faits

    Page produite par `vigie rules facts` : ne pas modifier. Un fait « peut-être inconnu » que l’on n’a pas vu rend inconnue la vérification qui le lit.

    ## `test.endpoint`

    point d’accès d’essai

    | Fait | Type | Peut-être inconnu | Sens |
    |---|---|---|---|
    | `banner` | text | oui | What it said first. |
    | `best` | "SSLv3" \| "TLS 1.0" \| "TLS 1.2" | oui | The version that it prefers. |
    | `chain` | record | oui | What was served. |
    | `chain.certificates` | list of record |  | What was served, leaf first. |
    | `chain.certificates.bits` | int | oui | Size of the key, in bits. |
    | `chain.certificates.name` | text | oui | Common name. |
    | `chain.certificates.names` | list of text |  | Names it is for. |
    | `chain.certificates.not_after` | instant | oui | Last instant of validity. |
    | `chain.trusted` | bool | oui | Whether it leads to a known authority. |
    | `count` | int | oui | Connections that were opened. |
    | `headers` | table of text | oui | Headers of the answer. |
    | `ports` | list of int | oui | Ports that answer. |
    | `protocols` | list of "SSLv3" \| "TLS 1.0" \| "TLS 1.2" | oui | Versions that it accepts. |
    | `ratio` | double | oui | Share of answers, from 0 to 1. |
    | `reachable` | bool | oui | Whether it answered. |
    | `tested_on` | day | oui | Day of the last test. |
    "#);
}

#[test]
fn editors_get_a_schema() {
    let schema = rule_schema();
    let properties = schema["properties"].as_object().unwrap();
    for key in ["id", "subject", "when", "checks", "remedy_for", "cases"] {
        assert!(properties[key]["description"].is_string() || properties[key]["$ref"].is_string(), "{key}");
    }
}

#[test]
fn a_run_keeps_a_card_of_each_rule() {
    let cards = load(GOOD).cards();
    let card = &cards[&RuleId("tls.legacy-protocol".to_owned())];
    assert_eq!(
        (card.title.fr.as_str(), card.keys.as_slice()),
        ("Protocoles anciens", ["anssi-tls:R4".to_owned()].as_slice())
    );
}
