//! What people call the parts of a plan, in both languages: its lists, their fields, the words that fields take.
//! Spreadsheets, comparisons and printed plans speak with these. Tests hold them against the schema.

mod fields;
mod values;

use vigie_model::Text;

use crate::pcra::CHECKS;

/// A field of a struct of the plan (`Activity`, `mtpd`), in the order in which people fill them in. A field inside
/// another that stands once is named by its path (`rebuild.likely`).
pub fn fields_of(of: &str) -> impl Iterator<Item = (&'static str, Text)> + use<> {
    let own = fields::FIELDS.iter().find(|(name, _)| *name == of).map_or(&[][..], |(_, fields)| *fields);
    own.iter().map(|(key, fr, en)| (*key, Text::new(*fr, *en)))
}

/// The name of one field; its key when it has none.
pub fn field(of: &str, path: &str) -> Text {
    let known = fields_of(of).find(|(key, _)| *key == path);
    known.map_or_else(|| Text::same(path), |(_, text)| text)
}

/// The title of a list: that of a section (`activities`), or of one that each entity has (`activities.impacts`).
pub fn title(path: &str) -> Text {
    let known = fields::TITLES.iter().find(|(known, ..)| *known == path);
    known.map_or_else(|| Text::same(path), |(_, fr, en)| Text::new(*fr, *en))
}

/// What a list is made of (`systems.rebuild.steps`: `Step`); none for a list of ids.
pub fn struct_of(path: &str) -> Option<&'static str> {
    fields::STRUCTS.iter().find(|(known, _)| *known == path).map(|(_, of)| *of)
}

/// Where a list comes among all, as people read them; the last place when it has no title.
pub fn place_of(path: &str) -> usize {
    fields::TITLES.iter().position(|(known, ..)| *known == path).unwrap_or(fields::TITLES.len())
}

/// A word that a field takes (`Activity`, `kind`, `care`): the word itself when nobody named it.
pub fn value(of: &str, key: &str, word: &str) -> Text {
    if let Some(check) = CHECKS.iter().find(|check| key == "check" && check.id == word) {
        return Text::new(format!("{word} {}", check.fr), format!("{word} {}", check.en));
    }
    let own = values::OWN_WORDS.iter().find(|(field, known, ..)| *known == word && is_field(field, of, key));
    let own = own.map(|(_, _, fr, en)| (fr, en));
    let shared = || values::WORDS.iter().find(|(known, ..)| *known == word).map(|(_, fr, en)| (fr, en));
    own.or_else(shared).map_or_else(|| Text::same(word), |(fr, en)| Text::new(*fr, *en))
}

fn is_field(field: &str, of: &str, key: &str) -> bool {
    field.split_once('.').is_some_and(|(known_of, known_key)| known_of == of && known_key == key)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    /// The fields of a struct, those that stand once inside another by their path.
    fn keys(root: &Value, of: &Value, prefix: &str) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for (key, field) in of["properties"].as_object().into_iter().flatten() {
            let branches = field["anyOf"].as_array().into_iter().flatten();
            let target = branches.chain([field]).find_map(|branch| branch["$ref"].as_str());
            let field = target.and_then(|target| root.pointer(target.trim_start_matches('#'))).unwrap_or(field);
            let path = format!("{prefix}{key}");
            if field["properties"].is_object() {
                keys.extend(self::keys(root, field, &format!("{path}.")));
            } else {
                keys.insert(path);
            }
        }
        keys
    }

    #[test]
    fn each_field_of_the_schema_has_its_name_and_no_other_has() {
        let schema = crate::schema();
        let defs = schema["$defs"].as_object().unwrap();
        let structs = defs.iter().filter(|(_, of)| of["properties"].is_object());
        for (name, of) in structs.filter(|(name, _)| !["Why", "Either", "Citation"].contains(&name.as_str())) {
            let named: Vec<String> = fields_of(name).map(|(key, _)| key.to_owned()).collect();
            assert_eq!(named.iter().cloned().collect::<BTreeSet<_>>(), keys(&schema, of, ""), "{name}");
            let french: BTreeSet<String> = fields_of(name).map(|(_, text)| text.fr).collect();
            assert_eq!(french.len(), named.len(), "two fields of {name} have the same name");
        }
        for key in schema["properties"].as_object().unwrap().keys() {
            assert_ne!(title(key), Text::same(key), "{key} has no title");
        }
    }

    #[test]
    fn each_list_of_the_schema_has_its_struct() {
        let schema = crate::schema();
        let name = |node: &Value| node["$ref"].as_str().and_then(|name| name.rsplit('/').next()).map(str::to_owned);
        for (key, section) in schema["properties"].as_object().unwrap() {
            let of = name(&section["items"]).or_else(|| name(&section["anyOf"][0]));
            assert_eq!(struct_of(key).map(str::to_owned), of, "{key}");
            let Some(of) = of else { continue };
            let fields = schema["$defs"][&of]["properties"].as_object().unwrap();
            let inner = fields.iter().flat_map(|(outer, field)| {
                let inside = field["properties"].as_object().into_iter().flatten();
                inside.map(move |(key, field)| (format!("{outer}.{key}"), field))
            });
            for (path, field) in fields.iter().map(|(key, field)| (key.clone(), field)).chain(inner) {
                let list = format!("{key}.{path}");
                let of = name(&field["items"])
                    .filter(|of| schema["$defs"][of]["enum"].is_null() && schema["$defs"][of]["oneOf"].is_null());
                let of = of.or_else(|| field["additionalProperties"].is_object().then(|| "ProofValue".to_owned()));
                assert_eq!(struct_of(&list).map(str::to_owned), of, "{list}");
                assert!(of.is_none() || title(&list) != Text::same(&list), "{list} has no title");
            }
        }
    }

    /// Every list of words of the schema, with the struct and the field that take them.
    fn closed_lists(root: &Value, of: &str, node: &Value, key: &str, found: &mut Vec<(String, String, Vec<String>)>) {
        let target = node["$ref"].as_str().and_then(|target| root.pointer(target.trim_start_matches('#')));
        let node = target.unwrap_or(node);
        let branches = || node["oneOf"].as_array().into_iter().flatten().filter_map(|branch| branch["const"].as_str());
        let plain = || node["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let words: Vec<String> = branches().chain(plain()).filter(|word| *word != "nsp").map(str::to_owned).collect();
        if !words.is_empty() {
            found.push((of.to_owned(), key.to_owned(), words));
        }
        if node["items"].is_object()
            && !node["items"]["$ref"].as_str().is_some_and(|name| {
                root.pointer(name.trim_start_matches('#')).is_some_and(|there| there["properties"].is_object())
            })
        {
            closed_lists(root, of, &node["items"], key, found);
        }
    }

    #[test]
    fn each_word_of_a_closed_list_has_its_name() {
        let schema = crate::schema();
        let mut found = Vec::new();
        for (name, of) in schema["$defs"].as_object().unwrap() {
            for (key, field) in of["properties"].as_object().into_iter().flatten() {
                closed_lists(&schema, name, field, key, &mut found);
            }
        }
        assert!(found.len() > 20);
        for (of, key, words) in found.iter().filter(|(_, key, _)| key != "check") {
            let named: BTreeSet<String> = words.iter().map(|word| value(of, key, word).fr).collect();
            assert_eq!(named.len(), words.len(), "{of}.{key}: two words have the same name");
            for word in words {
                let known = values::WORDS.iter().any(|(known, ..)| known == word);
                let own = values::OWN_WORDS.iter().any(|(field, known, ..)| known == word && is_field(field, of, key));
                assert!(known || own, "{of}.{key}: {word} has no name");
            }
        }
    }
}
