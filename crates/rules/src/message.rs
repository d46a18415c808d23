//! The sentences of failed checks: facts put in their places, written as each language writes them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde_json::{Map, Value};
use vigie_model::{FactType, Lang, Text};
use vigie_source::Span;

use crate::expression::Element;
use crate::{facts, spelling};

/// How many values of a list a sentence names.
const MAX_NAMED: usize = 10;

/// How many characters of a text a sentence quotes.
const MAX_QUOTED_CHARS: usize = 120;

/// A sentence with places for facts: `{path}`, `{path:join}`, `{path:quoted}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Words(String),
    Fact { path: String, shown: Shown, of: FactType },
}

/// What a place shows of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// The values at fault.
    AtFault,
    /// All values.
    Whole,
    /// All values, each within quotes: they are names.
    Quoted,
}

/// Something wrong in a sentence, by its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TemplateProblem {
    pub(crate) span: Span,
    pub(crate) message: Text,
    pub(crate) hint: Option<Text>,
}

/// Reads a sentence, and checks its places against the catalogue.
pub(crate) fn parse_template(text: &str, facts: &FactType) -> Result<Template, Vec<TemplateProblem>> {
    let mut parts = Vec::new();
    let mut problems = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(open) = rest.find(['{', '}']) else {
            parts.push(Part::Words(rest.to_owned()));
            break;
        };
        parts.push(Part::Words(rest.get(..open).unwrap_or_default().to_owned()));
        let placed = rest.get(open..).unwrap_or_default();
        let close = placed.find('}');
        let span = Span::new(at + open, at + open + close.map_or(placed.len(), |close| close + 1));
        let inside = close.and_then(|close| placed.get(1..close));
        match inside.ok_or_else(|| unclosed(span)).and_then(|inside| place(inside, span, facts)) {
            Ok(part) => parts.push(part),
            Err(problem) => problems.push(problem),
        }
        at = span.end;
    }
    if problems.is_empty() { Ok(Template { parts }) } else { Err(problems) }
}

impl Template {
    /// The places of the sentence, to compare two languages.
    pub(crate) fn places(&self) -> Vec<&str> {
        let mut places: Vec<&str> = self
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Fact { path, .. } => Some(path.as_str()),
                Part::Words(_) => None,
            })
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// The sentence with its facts. A place below a list that was walked shows the elements at fault.
    pub(crate) fn fill(&self, lang: Lang, facts: &Map<String, Value>, elements: &[Element<'_>]) -> String {
        let mut sentence = String::new();
        for part in &self.parts {
            match part {
                Part::Words(words) => sentence.push_str(words),
                Part::Fact { path, shown, of } => {
                    let at_fault = if *shown == Shown::AtFault { values_at_fault(path, elements) } else { Vec::new() };
                    let values = if at_fault.is_empty() { facts::values_at(facts, path) } else { at_fault };
                    let seen = !facts::values_at(facts, path).is_empty() || is_seen(facts, path);
                    let quotes = *shown == Shown::Quoted;
                    sentence.push_str(&list(lang, &values, facts::element(of), quotes, seen));
                }
            }
        }
        sentence
    }
}

fn place(inside: &str, span: Span, facts: &FactType) -> Result<Part, TemplateProblem> {
    let (path, shown) = match inside.split_once(':') {
        None => (inside, Shown::AtFault),
        Some((path, "join")) => (path, Shown::Whole),
        Some((path, "quoted")) => (path, Shown::Quoted),
        Some((path, other)) => {
            return Err(TemplateProblem {
                span,
                message: Text::new(
                    format!("« :{other} » n’existe pas après « {path} »"),
                    format!("there is no “:{other}” after “{path}”"),
                ),
                hint: Some(Text::new(
                    "écrivez {fait}, {fait:join} pour toute la liste, ou {fait:quoted} pour une liste de noms",
                    "write {fact}, {fact:join} for the whole list, or {fact:quoted} for a list of names",
                )),
            });
        }
    };
    let path = path.strip_prefix("facts.").unwrap_or(path);
    let unknown = |hint| TemplateProblem {
        span,
        message: Text::new(
            format!("le fait « {path} » n’est pas au catalogue"),
            format!("the fact “{path}” is not in the catalogue"),
        ),
        hint,
    };
    if path.is_empty() || path.split('.').any(str::is_empty) {
        return Err(unknown(None));
    }
    let place = facts::locate(facts, path).map_err(|known| {
        let last = path.rsplit('.').next().unwrap_or(path);
        unknown(spelling::hint(last, known))
    })?;
    match facts::element(place.of) {
        FactType::Record(fields) => Err(TemplateProblem {
            span,
            message: Text::new(
                format!("« {path} » est un groupe de faits : choisissez celui à montrer"),
                format!("“{path}” is a group of facts: choose the one to show"),
            ),
            hint: spelling::hint("", fields.keys().map(String::as_str)),
        }),
        _ => Ok(Part::Fact { path: path.to_owned(), shown, of: place.of.clone() }),
    }
}

fn unclosed(span: Span) -> TemplateProblem {
    TemplateProblem {
        span,
        message: Text::new("cette accolade n’a pas sa pareille", "this brace has no match"),
        hint: Some(Text::new("un fait s’écrit {chemin.du.fait}", "a fact is written {path.of.fact}")),
    }
}

/// The values of the innermost elements at fault that a path passes through.
fn values_at_fault<'f>(path: &str, elements: &[Element<'f>]) -> Vec<&'f Value> {
    let below = |list: &str| match path.strip_prefix(list) {
        Some("") => Some(String::new()),
        Some(rest) => rest.strip_prefix('.').map(str::to_owned),
        None => None,
    };
    let deepest =
        elements.iter().filter(|element| below(element.list).is_some()).map(|element| element.list.len()).max();
    elements
        .iter()
        .filter(|element| Some(element.list.len()) == deepest)
        .filter_map(|element| below(element.list).map(|rest| facts::values_below(element.value, &rest)))
        .flatten()
        .collect()
}

/// Whether something stands at the head of a path: an empty list was seen, an absent fact was not.
fn is_seen(facts: &Map<String, Value>, path: &str) -> bool {
    let mut names = path.split('.');
    let mut value = names.next().and_then(|name| facts.get(name));
    for name in names {
        match value {
            Some(Value::Object(_)) => value = value.and_then(|value| value.get(name)),
            _ => break,
        }
    }
    matches!(value, Some(Value::Array(_) | Value::Object(_)))
}

fn list(lang: Lang, values: &[&Value], of: &FactType, quotes: bool, seen: bool) -> String {
    let mut written: Vec<String> = Vec::new();
    for value in values {
        let word = write_value(lang, value, of);
        let word = if quotes { quoted(lang, &word) } else { word };
        if !written.contains(&word) {
            written.push(word);
        }
    }
    match (written.is_empty(), seen, lang) {
        (true, true, Lang::Fr) => return "aucun".to_owned(),
        (true, true, Lang::En) => return "none".to_owned(),
        (true, false, Lang::Fr) => return "inconnu".to_owned(),
        (true, false, Lang::En) => return "unknown".to_owned(),
        (false, ..) => {}
    }
    if written.len() > MAX_NAMED {
        written.truncate(MAX_NAMED);
        written.push("…".to_owned());
    }
    written.join(", ")
}

fn quoted(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Fr => format!("« {name} »"),
        Lang::En => format!("“{name}”"),
    }
}

/// A value as the readers of a language write it.
fn write_value(lang: Lang, value: &Value, of: &FactType) -> String {
    match (value, of, lang) {
        (Value::Bool(true), _, Lang::Fr) => "oui".to_owned(),
        (Value::Bool(false), _, Lang::Fr) => "non".to_owned(),
        (Value::Bool(true), _, Lang::En) => "yes".to_owned(),
        (Value::Bool(false), _, Lang::En) => "no".to_owned(),
        (Value::Number(number), _, Lang::Fr) => plain(&number.to_string()).replace('.', ","),
        (Value::Number(number), ..) => plain(&number.to_string()).to_owned(),
        (Value::String(text), FactType::Instant | FactType::Day, _) => write_day(lang, text),
        (Value::String(text), ..) => shortened(text),
        (Value::Object(table), FactType::Table(inner), _) => {
            let pairs = table.iter().take(MAX_NAMED);
            let pairs: Vec<String> =
                pairs.map(|(key, value)| format!("{} = {}", shortened(key), write_value(lang, value, inner))).collect();
            pairs.join(", ")
        }
        _ => shortened(&value.to_string()),
    }
}

/// A whole number of hours is stored as `24.0` and read as “24”.
fn plain(number: &str) -> &str {
    number.strip_suffix(".0").unwrap_or(number)
}

/// A date, or the UTC day of an instant.
fn write_day(lang: Lang, text: &str) -> String {
    let instant = text.parse::<Timestamp>().map(|instant| Offset::UTC.to_datetime(instant).date());
    let Ok(day) = instant.or_else(|_| text.parse::<Date>()) else { return shortened(text) };
    match lang {
        Lang::Fr => format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year()),
        Lang::En => day.to_string(),
    }
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(MAX_QUOTED_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;
    use vigie_model::Field;

    use super::*;

    fn field(of: FactType) -> Field {
        Field { of, doc: String::new(), may_be_unknown: true }
    }

    fn facts() -> FactType {
        let certificate = FactType::Record(BTreeMap::from([
            ("name".to_owned(), field(FactType::Text)),
            ("not_after".to_owned(), field(FactType::Instant)),
        ]));
        FactType::Record(BTreeMap::from([
            ("protocols".to_owned(), field(FactType::List(Box::new(FactType::Text)))),
            ("certificates".to_owned(), field(FactType::List(Box::new(certificate)))),
            ("trusted".to_owned(), field(FactType::Bool)),
            ("ratio".to_owned(), field(FactType::Float)),
            ("hours".to_owned(), field(FactType::Float)),
        ]))
    }

    fn filled(text: &str, document: &Value, elements: &[Element<'_>]) -> [String; 2] {
        let template = parse_template(text, &facts()).unwrap();
        [Lang::Fr, Lang::En].map(|lang| template.fill(lang, document.as_object().unwrap(), elements))
    }

    #[test]
    fn facts_are_written_as_each_language_writes_them() {
        let document = json!({
            "protocols": ["SSLv3", "TLS 1.0", "SSLv3"], "trusted": false, "ratio": 0.5, "hours": 24.0,
            "certificates": [{"name": "a", "not_after": "2026-03-12T08:00:00Z"}]
        });
        let text = "{protocols} / {trusted} / {ratio} / {hours} / {certificates.not_after}";
        assert_eq!(
            filled(text, &document, &[]),
            ["SSLv3, TLS 1.0 / non / 0,5 / 24 / 12/03/2026", "SSLv3, TLS 1.0 / no / 0.5 / 24 / 2026-03-12"]
        );
    }

    #[test]
    fn none_and_not_seen_differ() {
        assert_eq!(filled("{protocols} {trusted}", &json!({"protocols": []}), &[])[0], "aucun inconnu");
    }

    #[test]
    fn the_elements_at_fault_are_shown() {
        let document = json!({"certificates": [{"name": "a"}, {"name": "b"}], "protocols": ["x", "y"]});
        let elements = [
            Element { list: "certificates", value: &document["certificates"][1] },
            Element { list: "protocols", value: &document["protocols"][0] },
        ];
        let text = "{certificates.name} {certificates.name:join} {protocols}";
        assert_eq!(filled(text, &document, &elements)[0], "b a, b x");
    }

    #[test]
    fn names_stand_within_the_quotes_of_each_language() {
        let document = json!({"protocols": ["Énergie, fluides", "Paie"]});
        assert_eq!(
            filled("{protocols:quoted}", &document, &[]),
            ["« Énergie, fluides », « Paie »", "“Énergie, fluides”, “Paie”"]
        );
        assert_eq!(filled("{protocols:quoted}", &json!({"protocols": []}), &[])[0], "aucun");
    }

    #[test]
    fn long_values_are_cut() {
        let document = json!({"protocols": (0..20).map(|n| n.to_string()).collect::<Vec<_>>()});
        assert_eq!(filled("{protocols}", &document, &[])[0], "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …");
        let document = json!({"protocols": ["é".repeat(200)]});
        assert_eq!(filled("{protocols}", &document, &[])[0], format!("{}…", "é".repeat(120)));
    }

    #[test]
    fn wrong_places_are_told() {
        let told = |text| parse_template(text, &facts()).unwrap_err()[0].message.fr.clone();
        assert_eq!(told("{protocol}"), "le fait « protocol » n’est pas au catalogue");
        assert_eq!(told("{certificates}"), "« certificates » est un groupe de faits : choisissez celui à montrer");
        assert_eq!(told("{protocols:first}"), "« :first » n’existe pas après « protocols »");
        for text in ["{", "}", "a } b", "{protocols"] {
            assert_eq!(told(text), "cette accolade n’a pas sa pareille", "{text}");
        }
    }
}
