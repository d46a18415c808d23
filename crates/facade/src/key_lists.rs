//! Lists of keys that a facility names: logs of Certificate Transparency, keys that anybody can make again.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use schemars::JsonSchema;
use serde::Deserialize;
use vigie_model::Text;
use vigie_probe_tls::{LogKey, LogList, read_weak_key};
use vigie_source::{Formats, Level, Located, Problem, Problems, SourceFile, Span, path};

/// What counts in the list of logs that browsers use, version 3. They say more, and will say other things.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(extend("additionalProperties" = {}))]
struct LogListFile {
    operators: Vec<Operator>,
}

/// Who runs logs. Retired ones count too: what they signed before still holds.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(extend("additionalProperties" = {}))]
struct Operator {
    #[serde(default)]
    logs: Vec<Log>,
    #[serde(default)]
    tiled_logs: Vec<Log>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(extend("additionalProperties" = {}))]
struct Log {
    /// SHA-256 of the key, in base64.
    log_id: String,
    /// The key, in base64.
    key: String,
}

/// Reads a list of logs.
pub(crate) fn log_list(source: &SourceFile) -> Result<LogList, Problems> {
    let file = vigie_source::read::<LogListFile>(source, &Formats::standard())?;
    let mut problems = Problems::new();
    let mut keys = BTreeMap::new();
    for (at, operator) in file.value.operators.iter().enumerate() {
        for (list, logs) in [("logs", &operator.logs), ("tiled_logs", &operator.tiled_logs)] {
            for (index, log) in logs.iter().enumerate() {
                match log.key() {
                    Ok(key) => {
                        keys.insert(key.id(), key);
                    }
                    Err(fault) => problems.push(fault.at(&file, at, list, index)),
                }
            }
        }
    }
    if keys.is_empty() && !problems.has_errors() {
        let message = Text::new("cette liste ne nomme aucun registre", "this list names no log");
        problems.push(file.problem_at(&path!["operators"], Level::Error, "logs-none", message));
    }
    problems.or_value(keys.into_values().collect())
}

/// What is wrong with a log.
enum LogFault {
    /// Its key cannot be read, or is of a kind that logs do not have.
    Key,
    /// Its name is not that of its key.
    Id,
}

impl Log {
    fn key(&self) -> Result<LogKey, LogFault> {
        let der = BASE64.decode(self.key.as_bytes()).map_err(|_| LogFault::Key)?;
        let key = LogKey::read(&der).ok_or(LogFault::Key)?;
        let named = BASE64.decode(self.log_id.as_bytes()).is_ok_and(|id| id == key.id());
        if named { Ok(key) } else { Err(LogFault::Id) }
    }
}

impl LogFault {
    fn at(self, file: &Located<LogListFile>, operator: usize, list: &str, index: usize) -> Problem {
        let (field, code, message, hint) = match self {
            Self::Key => (
                "key",
                "log-key",
                Text::new("cette clé de registre est illisible", "this key of a log cannot be read"),
                Text::new(
                    "une clé publique P-256 ou RSA (SubjectPublicKeyInfo, DER) en base64, comme dans la liste publiée",
                    "a public key on P-256 or of RSA (SubjectPublicKeyInfo, DER) in base64, as in the published list",
                ),
            ),
            Self::Id => (
                "log_id",
                "log-id",
                Text::new("ce nom n’est pas celui de la clé du registre", "this is not the name of the log’s key"),
                Text::new(
                    "l’empreinte SHA-256 de la clé, en base64 ; reprendre l’entrée de la liste publiée",
                    "the SHA-256 of the key, in base64; take the entry of the published list again",
                ),
            ),
        };
        let place = path!["operators", operator, list, index, field];
        file.problem_at(&place, Level::Error, code, message).with_hint(hint)
    }
}

/// Reads a list of weak keys: one a line, and comments.
pub(crate) fn weak_keys(name: &str, bytes: &[u8], most: usize) -> Result<Vec<[u8; 10]>, Problems> {
    let text = String::from_utf8_lossy(bytes);
    let file = SourceFile::new(name, &text);
    let mut problems = Problems::new();
    if bytes.len() > most {
        let message = Text::new(
            format!("ce fichier dépasse {most} octets : ce n’est pas une liste de clés"),
            format!("this file is over {most} bytes: it is no list of keys"),
        );
        return Err(Problem::error("weak-keys-too-long", &file, message).into());
    }
    let mut keys = Vec::new();
    let mut start = 0usize;
    for line in text.split_inclusive('\n') {
        let said = line.trim();
        if !said.is_empty() && !said.starts_with('#') {
            match read_weak_key(said) {
                Some(key) => keys.push(key),
                None => problems.push(bad_line(&file, Span::new(start, start.saturating_add(line.trim_end().len())))),
            }
        }
        start = start.saturating_add(line.len());
    }
    problems.or_value(keys)
}

fn bad_line(file: &SourceFile, span: Span) -> Problem {
    let message = Text::new("cette ligne n’est pas l’empreinte d’une clé", "this line is no fingerprint of a key");
    Problem::error("weak-key-line", file, message).at(span).with_hint(Text::new(
        "20 chiffres hexadécimaux par ligne (paquets openssl-blacklist de Debian), ou « # » devant une remarque",
        "20 hexadecimal digits a line (Debian’s openssl-blacklist packages), or \"#\" before a remark",
    ))
}

#[cfg(test)]
mod tests {
    use vigie_model::Lang;

    use super::*;

    /// A P-256 key and its SHA-256.
    const KEY: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEJ8f1F9oT5PhfNQWWof3Ex0tymEYw2ZD+XlaNOtudhc7bSXXM8NNtbcHIy2UpLPp46T71jeHvdqoTFgBkt+fzHw==";
    const ID: &str = "gMw91fS0xovYpOOYUIAm299nPSHMwitJWRhds6y/U9E=";

    fn list(logs: &str) -> Result<LogList, String> {
        let text = format!(
            r#"{{"version": "85.1", "operators": [{{"name": "Exemple", "email": [], "logs": [{logs}], "tiled_logs": []}}]}}"#
        );
        log_list(&SourceFile::new("log_list.json", text)).map_err(|problems| problems.render(Lang::En, false, 120))
    }

    fn log(id: &str, key: &str) -> String {
        format!(
            r#"{{"description": "Registre", "log_id": "{id}", "key": "{key}", "mmd": 86400, "state": {{"usable": {{"timestamp": "2026-01-01T00:00:00Z"}}}}}}"#
        )
    }

    #[test]
    fn a_list_of_logs_is_read_and_all_that_is_wrong_told() {
        assert_eq!(list(&log(ID, KEY)).err(), None);
        let wrong = list(&[log(ID, "AAAA"), log("AAAA", KEY), log(ID, KEY)].join(",")).unwrap_err();
        assert!(wrong.contains("this key of a log cannot be read"), "{wrong}");
        assert!(wrong.contains("this is not the name of the log’s key"), "{wrong}");
        assert!(list("").unwrap_err().contains("names no log"));
    }

    #[test]
    fn a_list_of_weak_keys_is_read_and_all_that_is_wrong_told() {
        let good = "# Debian\n00112233445566778899\n\nAABBCCDDEEFF00112233\n";
        assert_eq!(weak_keys("liste", good.as_bytes(), 1000).unwrap().len(), 2);
        let problems = weak_keys("liste", b"00\n# ok\n00112233445566778899\nxyz\n", 1000).unwrap_err();
        let told = problems.render(Lang::En, false, 120);
        assert!(problems.len() == 2 && told.contains("liste:1") && told.contains("liste:4"), "{told}");
        assert!(weak_keys("liste", &[b'#'; 20], 10).is_err());
    }
}
