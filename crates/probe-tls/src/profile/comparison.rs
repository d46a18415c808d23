//! What to change at a server to comply with a guideline.

use serde_json::{Map, Value};
use vigie_model::Text;

use super::Profile;

/// How a server compares with a guideline.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// What to change, the most urgent first; empty when the server complies in all that was seen.
    pub changes: Vec<Text>,
    /// What was not seen, and may have to be changed too.
    pub unknown: Vec<Text>,
}

/// Versions by the names of their facts, oldest first.
const VERSIONS: [(&str, &str); 6] = [
    ("ssl20", "SSL 2.0"),
    ("ssl30", "SSL 3.0"),
    ("tls10", "TLS 1.0"),
    ("tls11", "TLS 1.1"),
    ("tls12", "TLS 1.2"),
    ("tls13", "TLS 1.3"),
];

impl Profile {
    /// Compares with the facts of a `tls.endpoint` observation.
    pub fn compare(&self, facts: &Map<String, Value>) -> Comparison {
        let facts = Facts(facts);
        let mut found = Comparison::default();
        self.compare_versions(&facts, &mut found);
        self.compare_suites(&facts, &mut found);
        self.compare_groups(&facts, &mut found);
        self.compare_certificate(&facts, &mut found);
        for (path, change, subject) in switches() {
            match facts.flag(path) {
                Some(true) => found.changes.push(change),
                Some(false) => {}
                None => found.unknown.push(subject),
            }
        }
        found
    }

    fn accepts(&self, version: &str) -> bool {
        version == "TLS 1.3" || self.tls12 && version == "TLS 1.2"
    }

    fn compare_versions(&self, facts: &Facts<'_>, found: &mut Comparison) {
        let known = |wanted: Option<bool>| -> Vec<&str> {
            let all = VERSIONS.iter().filter(|(field, _)| facts.flag(&format!("versions.{field}")) == wanted);
            all.map(|(_, name)| *name).collect()
        };
        let refused: Vec<&str> = known(Some(true)).into_iter().filter(|name| !self.accepts(name)).collect();
        if !refused.is_empty() {
            let list = refused.join(", ");
            found.changes.push(Text::new(format!("Refuser {list}."), format!("Refuse {list}.")));
        }
        if known(Some(false)).contains(&"TLS 1.3") {
            found.changes.push(Text::new("Accepter TLS 1.3.", "Accept TLS 1.3."));
        }
        let unknown = known(None).join(", ");
        if !unknown.is_empty() {
            found.unknown.push(Text::same(unknown));
        }
    }

    fn compare_suites(&self, facts: &Facts<'_>, found: &mut Comparison) {
        for of_version in facts.list("suites") {
            let Some(version) = of_version["version"].as_str().filter(|version| self.accepts(version)) else {
                continue;
            };
            let Some(accepted) = names(&of_version["accepted"]) else {
                let text = Text::new(format!("suites en {version}"), format!("suites in {version}"));
                found.unknown.push(text);
                continue;
            };
            let unwanted: Vec<&str> = accepted.iter().copied().filter(|name| !self.allows(version, name)).collect();
            if unwanted.len() == accepted.len() && !accepted.is_empty() {
                let best = self.best(version).join(", ");
                found
                    .changes
                    .push(Text::new(format!("Ajouter en {version} : {best}."), format!("Add in {version}: {best}.")));
            }
            if !unwanted.is_empty() {
                let list = unwanted.join(", ");
                found.changes.push(Text::new(
                    format!("Retirer en {version} : {list}."),
                    format!("Remove in {version}: {list}."),
                ));
            }
            if self.order_of_server && accepted.len() > 1 && of_version["chosen_by"] == "client" {
                found.changes.push(Text::new(
                    format!("Imposer l’ordre des suites du serveur en {version}."),
                    format!("Have the server’s order of suites count in {version}."),
                ));
            }
        }
    }

    fn allows(&self, version: &str, suite: &str) -> bool {
        if version == "TLS 1.3" {
            return self.suites13.contains(&suite);
        }
        self.suites12.iter().any(|known| known.iana == suite) || self.tolerated12.contains(&suite)
    }

    fn best(&self, version: &str) -> Vec<&'static str> {
        if version == "TLS 1.3" {
            return self.suites13.to_vec();
        }
        self.suites12.iter().map(|suite| suite.iana).collect()
    }

    fn compare_groups(&self, facts: &Facts<'_>, found: &mut Comparison) {
        for of_version in facts.list("groups") {
            let Some(version) = of_version["version"].as_str().filter(|version| self.accepts(version)) else {
                continue;
            };
            let Some(accepted) = names(&of_version["accepted"]) else {
                found.unknown.push(Text::new(format!("groupes en {version}"), format!("groups in {version}")));
                continue;
            };
            let allowed = |name: &str| {
                self.groups.iter().any(|group| group.iana == name) || self.tolerated_groups.contains(&name)
            };
            let unwanted: Vec<&str> = accepted.iter().copied().filter(|name| !allowed(name)).collect();
            if !unwanted.is_empty() {
                let list = unwanted.join(", ");
                found.changes.push(Text::new(
                    format!("Retirer les groupes, en {version} : {list}."),
                    format!("Remove groups, in {version}: {list}."),
                ));
            }
            let first = self.groups.first().filter(|first| version == "TLS 1.3" && first.openssl.is_none());
            if let Some(hybrid) = first.filter(|hybrid| !accepted.contains(&hybrid.iana)) {
                let name = hybrid.iana;
                found.changes.push(Text::new(
                    format!("Ajouter le groupe {name} (à partir d’OpenSSL 3.5)."),
                    format!("Add the group {name} (from OpenSSL 3.5)."),
                ));
            }
        }
    }

    fn compare_certificate(&self, facts: &Facts<'_>, found: &mut Comparison) {
        let Some(algorithm) = facts.at("certificate.key_algorithm").and_then(Value::as_str) else {
            found.unknown.push(Text::new("certificat", "certificate"));
            return;
        };
        let bits = facts.at("certificate.key_bits").and_then(Value::as_u64);
        let change = match (self.rsa_bits, bits) {
            (None, _) if algorithm == "RSA" => Some(Text::new(
                "Remplacer le certificat : clé ECDSA sur P-256 ou P-384 au lieu de RSA.",
                "Replace the certificate: an ECDSA key on P-256 or P-384 instead of RSA.",
            )),
            (Some(least), Some(bits)) if algorithm == "RSA" && bits < u64::from(least) => Some(Text::new(
                format!("Remplacer le certificat : clé RSA de {least} bits au moins (elle en a {bits})."),
                format!("Replace the certificate: an RSA key of {least} bits at least (it has {bits})."),
            )),
            _ => None,
        };
        found.changes.extend(change);
        if algorithm == "RSA" && self.rsa_bits.is_some() && bits.is_none() {
            found.unknown.push(Text::new("longueur de la clé du certificat", "length of the certificate’s key"));
        }
        let days = facts.at("certificate.days_total").and_then(Value::as_i64);
        if let (Some(longest), Some(days)) = (self.longest_days, days)
            && days > longest
        {
            found.changes.push(Text::new(
                format!("Raccourcir la validité du certificat : {longest} jours au plus (il vaut {days} jours)."),
                format!("Shorten the certificate’s validity: {longest} days at most (it is valid for {days})."),
            ));
        }
    }
}

/// What every guideline wants off: the fact, what to do, what it is about.
fn switches() -> [(&'static str, Text, Text); 3] {
    [
        (
            "compression",
            Text::new("Couper la compression TLS.", "Turn TLS compression off."),
            Text::same("compression"),
        ),
        (
            "client_renegotiation",
            Text::new("Refuser la renégociation demandée par le client.", "Refuse renegotiation that clients ask for."),
            Text::new("renégociation", "renegotiation"),
        ),
        (
            "sessions.early_data",
            Text::new("Couper les données anticipées (0-RTT).", "Turn early data (0-RTT) off."),
            Text::new("données anticipées (0-RTT)", "early data (0-RTT)"),
        ),
    ]
}

/// The facts of an observation, by path.
struct Facts<'a>(&'a Map<String, Value>);

impl<'a> Facts<'a> {
    fn at(&self, path: &str) -> Option<&'a Value> {
        let mut parts = path.split('.');
        let first = self.0.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    }

    fn flag(&self, path: &str) -> Option<bool> {
        self.at(path).and_then(Value::as_bool)
    }

    fn list(&self, path: &str) -> &'a [Value] {
        self.at(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}

fn names(list: &Value) -> Option<Vec<&str>> {
    list.as_array().map(|names| names.iter().filter_map(Value::as_str).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts() -> Map<String, Value> {
        let facts = json!({
            "versions": {"ssl20": false, "ssl30": false, "tls10": true, "tls11": false, "tls12": true, "tls13": false},
            "suites": [
                {"version": "TLS 1.0", "accepted": ["TLS_RSA_WITH_AES_128_CBC_SHA"], "chosen_by": "client"},
                {"version": "TLS 1.2", "accepted": ["TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"], "chosen_by": "client"},
            ],
            "groups": [{"version": "TLS 1.2", "accepted": ["secp224r1", "secp256r1"]}],
            "certificate": {"key_algorithm": "RSA", "key_bits": 2048, "days_total": 900},
            "compression": false, "client_renegotiation": true, "sessions": {"early_data": false},
        });
        facts.as_object().unwrap().clone()
    }

    fn english(texts: &[Text]) -> Vec<&str> {
        texts.iter().map(|text| text.en.as_str()).collect()
    }

    #[test]
    fn everything_to_change_is_said_once() {
        let [anssi, ..] = Profile::ALL;
        let found = anssi.compare(&facts());
        assert_eq!(
            english(&found.changes),
            [
                "Refuse TLS 1.0.",
                "Accept TLS 1.3.",
                "Remove in TLS 1.2: TLS_RSA_WITH_AES_128_CBC_SHA.",
                "Have the server’s order of suites count in TLS 1.2.",
                "Remove groups, in TLS 1.2: secp224r1.",
                "Shorten the certificate’s validity: 825 days at most (it is valid for 900).",
                "Refuse renegotiation that clients ask for.",
            ]
        );
        assert_eq!(found.unknown, []);
    }

    #[test]
    fn what_was_not_seen_is_never_in_order() {
        let [anssi, ..] = Profile::ALL;
        let found = anssi.compare(&Map::new());
        assert_eq!(found.changes, []);
        assert_eq!(found.unknown.len(), 5, "{:?}", found.unknown);
        let mut cut = facts();
        cut["suites"][1]["accepted"] = Value::Null;
        assert_eq!(english(&anssi.compare(&cut).unknown), ["suites in TLS 1.2"]);
    }
}
