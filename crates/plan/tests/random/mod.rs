//! Whole plans drawn at random from the schema of plan files: each id leads somewhere, each list may be stated,
//! empty or unsaid, each text may be hard to write. A field that is added to the model is drawn without an edit here.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use vigie_plan::{EntityKind, Plan, schema};
use vigie_source::{SourceFile, write};

/// The plan of a seed: it loads.
pub(crate) fn drawn(seed: u64) -> Plan {
    let text = write(&Draw::new(seed).file()).unwrap();
    Plan::load(&[SourceFile::new("plan.yaml", &text)]).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

const ADDRESSES: [&str; 3] = ["vpn.ch-exemple.example:443", "192.0.2.4:25", "[2001:db8::4]:443"];

const TEXTS: [&str; 26] = [
    "Dossier patient (DPI)",
    "1",
    "2.0",
    "012",
    "0639980001",
    "no",
    "1:30",
    "- a",
    "a: b",
    "# x",
    "=1+1",
    "+33 1",
    "-5",
    "@x",
    "oui",
    "VRAI",
    "true",
    "null",
    "l’accueil ; au 1er",
    "« à »",
    "a\nb",
    "4 h",
    "2026-03-31",
    "_x0041_ & <b> \"q\"",
    "\\\\serveur\\n",
    "😀 ↵ é",
];
const DURATIONS: [&str; 9] = ["4 h", "0 h", "30 min", "24/48 h", "J+1", "< 4h", "12 mois", "PT4H", "1 j 12 h 30"];
const DATES: [&str; 5] = ["2026-03-31", "2024-02-29", "1900-01-01", "1999-12-31", "0999-05-06"];
const NUMBERS: [f64; 7] = [0.0, 1.0, 12.5, 0.1, 99.999, 24000.0, 3.333_333_333_333_333_5];

struct Draw {
    state: u64,
    schema: Value,
    /// The ids of the plan, by kind.
    ids: BTreeMap<&'static str, Vec<String>>,
    /// Steps written so far in the rebuilding at hand.
    steps: Vec<String>,
    checks: BTreeSet<String>,
}

impl Draw {
    fn new(seed: u64) -> Self {
        let mut draw = Self {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            schema: schema(),
            ids: BTreeMap::new(),
            steps: Vec::new(),
            checks: BTreeSet::new(),
        };
        for kind in EntityKind::ALL {
            let count = draw.below(4);
            let slug = kind.name().replace('_', "-");
            draw.ids.insert(kind.name(), (1..=count).map(|number| format!("{slug}-{number}")).collect());
        }
        // What each data set and procedure cannot be without.
        for (kind, needs) in [("data_set", "system"), ("procedure", "activity")] {
            if draw.ids[needs].is_empty() {
                draw.ids.insert(kind, Vec::new());
            }
        }
        draw
    }

    /// An even draw below a bound.
    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % bound
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    fn file(&mut self) -> Value {
        let sections = self.schema["properties"].clone();
        let mut file = Map::new();
        for (key, section) in sections.as_object().unwrap() {
            let kind = EntityKind::ALL.into_iter().find(|kind| kind.section() == key);
            if let Some(kind) = kind {
                let ids = self.ids[kind.name()].clone();
                if ids.is_empty() && self.below(2) == 0 {
                    continue;
                }
                let entities = ids.iter().map(|id| self.entity(&section["items"], id)).collect();
                file.insert(key.clone(), entities);
            } else if key == "plan" {
                file.insert(key.clone(), self.entity(&section["anyOf"][0], "pcra"));
            } else if key == "proofs" {
                let proofs: Vec<Value> = (0..self.below(4)).filter_map(|_| self.proof(&section["items"])).collect();
                file.insert(key.clone(), Value::from(proofs));
            } else if let Some(value) = self.value(section, None) {
                file.insert(key.clone(), value);
            }
        }
        Value::from(file)
    }

    fn entity(&mut self, of: &Value, id: &str) -> Value {
        let mut entity = self.value(of, None).unwrap();
        entity["id"] = json!(id);
        entity
    }

    fn proof(&mut self, of: &Value) -> Option<Value> {
        let proof = self.value(of, None)?;
        self.checks.insert(proof["check"].as_str()?.to_owned()).then_some(proof)
    }

    /// A value that a schema allows; none when it needs an id and there is none to name.
    fn value(&mut self, of: &Value, refers_to: Option<&Value>) -> Option<Value> {
        let of = self.resolved(of);
        let refers_to = of.get("x-refers-to").or(refers_to).cloned();
        let branches = of.get("anyOf").or(of.get("oneOf")).and_then(Value::as_array).cloned();
        if let Some(words) = of.get("enum").and_then(Value::as_array) {
            let words: Vec<Value> = words.iter().filter(|word| !word.is_null() && **word != "nsp").cloned().collect();
            return Some(self.pick(&words));
        }
        if let Some(branches) = branches {
            let said: Vec<Value> =
                branches.into_iter().filter(|branch| branch["type"] != "null" && branch["const"] != "nsp").collect();
            let branch = self.pick(&said);
            return branch.get("const").cloned().or_else(|| self.value(&branch, refers_to.as_ref()));
        }
        let kinds = types(&of);
        if kinds.contains(&"object") {
            return self.object(&of);
        }
        if kinds.contains(&"array") {
            let least = usize::try_from(of["minItems"].as_u64().unwrap_or(0)).unwrap();
            self.steps.clear();
            let count = least + self.below(4);
            let items: Vec<Value> = (0..count).filter_map(|_| self.value(&of["items"], refers_to.as_ref())).collect();
            return (items.len() >= least).then(|| Value::from(items));
        }
        Some(match of["format"].as_str().unwrap_or_default() {
            format if format.starts_with("plan-id") => {
                let kinds: Vec<String> = serde_json::from_value(refers_to.unwrap_or(json!([]))).unwrap();
                let ids: Vec<String> = kinds.iter().flat_map(|kind| self.ids[kind.as_str()].clone()).collect();
                if ids.is_empty() {
                    return None;
                }
                json!(self.pick(&ids))
            }
            format if format.starts_with("plan-duration") => json!(self.pick(&DURATIONS)),
            format if format.starts_with("print-hash") => json!("3f2a-91bc-04de-77aa"),
            "plan-public-address" => json!(self.pick(&ADDRESSES)),
            format if format.starts_with("date") => json!(self.pick(&DATES)),
            _ if kinds.contains(&"boolean") && kinds.contains(&"number") => {
                let any = [json!(true), json!(false), json!(2.5), json!(3), json!(self.pick(&TEXTS))];
                self.pick(&any)
            }
            _ if kinds.contains(&"boolean") => json!(self.below(2) == 0),
            _ if kinds.contains(&"integer") => {
                let (least, most) =
                    (of["minimum"].as_u64().unwrap_or(0), of["maximum"].as_u64().unwrap_or(300).min(300));
                json!(least + u64::try_from(self.below(usize::try_from(most - least + 1).unwrap())).unwrap())
            }
            _ if kinds.contains(&"number") => {
                json!(self.pick(&NUMBERS).min(of["maximum"].as_f64().unwrap_or(f64::MAX)))
            }
            _ => json!(self.pick(&TEXTS)),
        })
    }

    fn object(&mut self, of: &Value) -> Option<Value> {
        let required: Vec<String> = serde_json::from_value(of.get("required").cloned().unwrap_or(json!([]))).unwrap();
        let mut object = Map::new();
        for (key, field) in of["properties"].as_object().into_iter().flatten() {
            if key == "id" {
                // That of an entity is set by its section; others are steps.
                let id = format!("etape-{}", self.steps.len() + 1);
                object.insert(key.clone(), json!(id));
                continue;
            }
            if !required.contains(key) && self.below(3) == 0 {
                continue;
            }
            if field["default"] == "nsp" && self.below(8) == 0 {
                object.insert(key.clone(), json!("nsp"));
                continue;
            }
            let of_steps = key == "needs" && object.contains_key("id") && field["items"]["format"] == "plan-id";
            let value = if of_steps { Some(self.some_steps()) } else { self.value(field, None) };
            match value {
                Some(value) => object.insert(key.clone(), value),
                None if required.contains(key) => return None,
                None => None,
            };
        }
        if let Some(values) = of.get("additionalProperties").filter(|values| values.is_object()) {
            for word in ["score", "share", "version"] {
                if self.below(3) == 0 {
                    object.insert(word.to_owned(), self.value(values, None)?);
                }
            }
        }
        // No more systems are asked for than are named.
        let named = object.get("any_of").and_then(Value::as_array).map(Vec::len);
        if let (Some(named), true) = (named, object.contains_key("at_least")) {
            object.insert("at_least".to_owned(), json!(1 + self.below(named)));
        }
        if object.get("id").is_some_and(|id| id.as_str().is_some_and(|id| id.starts_with("etape-"))) {
            self.steps.push(object["id"].as_str().unwrap().to_owned());
        }
        Some(Value::from(object))
    }

    fn some_steps(&mut self) -> Value {
        let steps = self.steps.clone();
        Value::from(steps.into_iter().filter(|_| self.below(2) == 0).collect::<Vec<_>>())
    }

    fn resolved(&self, of: &Value) -> Value {
        match of.get("$ref").and_then(Value::as_str) {
            Some(name) => {
                let mut there = self.schema.pointer(name.trim_start_matches('#')).unwrap().clone();
                if let Some(refers_to) = of.get("x-refers-to") {
                    there["x-refers-to"] = refers_to.clone();
                }
                there
            }
            None => of.clone(),
        }
    }
}

fn types(of: &Value) -> Vec<&str> {
    match &of["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
