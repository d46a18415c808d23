//! Runs a typed expression over the facts of one observation, with three truth values: a fact that
//! was not seen makes a condition unknown, unless the rest decides it (`false && unknown` is false,
//! `true || unknown` is true, in either order).

use jiff::Timestamp;
use serde_json::{Map, Value as Json};
use vigie_model::FactPath;

use super::syntax::WalkKind;
use super::trace::{Aside, Mark, Missing, Trace};
use super::typed::{Leaf, Path, Root, Step, TextTest, Tree, Walk};
use super::value::{Item, Origin, Value};

/// Bytes of text looked at for the price of one step.
const BYTES_PER_STEP: usize = 64;

/// Whether an expression holds. `steps` is what is left of the budget; at zero all is unknown.
pub(super) fn truth<'a>(
    tree: &'a Tree,
    facts: &'a Map<String, Json>,
    as_of: Timestamp,
    steps: &mut usize,
) -> Option<bool> {
    let mut evaluator = Evaluator { facts, as_of, steps: *steps, slots: Vec::new(), trace: None };
    let truth = evaluator.truth(tree);
    *steps = evaluator.steps;
    truth
}

/// What decides an expression. Slower than [`truth`]: nothing is cut short, so that every element
/// at fault is named.
pub(super) fn trace<'a>(tree: &'a Tree, facts: &'a Map<String, Json>, as_of: Timestamp, steps: usize) -> Trace<'a> {
    let mut evaluator = Evaluator { facts, as_of, steps, slots: Vec::new(), trace: Some(Trace::default()) };
    evaluator.truth(tree);
    let mut trace = evaluator.trace.unwrap_or_default();
    trace.exhausted = evaluator.steps == 0;
    trace
}

struct Evaluator<'a> {
    facts: &'a Map<String, Json>,
    as_of: Timestamp,
    steps: usize,
    /// The elements under the walks that are going on, outermost first.
    slots: Vec<Item<'a>>,
    trace: Option<Trace<'a>>,
}

/// Where a path leads.
enum Place<'a> {
    Root,
    Item(Item<'a>),
}

impl<'a> Evaluator<'a> {
    /// The truth of a condition. Missing facts are kept only if they leave it unknown.
    fn truth(&mut self, tree: &'a Tree) -> Option<bool> {
        let mark = self.mark();
        let truth = if self.spend(1) { self.condition(tree) } else { None };
        if let (Some(_), Some(trace), Some(mark)) = (truth, &mut self.trace, mark) {
            trace.forget_missing(mark);
        }
        truth
    }

    fn condition(&mut self, tree: &'a Tree) -> Option<bool> {
        match tree {
            Tree::Bool(value) => Some(*value),
            Tree::Not(of) => self.truth(of).map(|truth| !truth),
            Tree::And(sides) => self.either(sides, false),
            Tree::Or(sides) => self.either(sides, true),
            Tree::Has(path) => Some(self.has(path)),
            Tree::Compare(comparison, sides) => {
                let [one, other] = sides.as_ref();
                let (one, other) = (self.noted(one), self.noted(other));
                self.charge(&one);
                one.value.compare(*comparison, &other.value)
            }
            Tree::In(sides) => {
                let [needle, haystack] = sides.as_ref();
                let (needle, haystack) = (self.noted(needle), self.noted(haystack));
                self.contains(&needle, &haystack)
            }
            Tree::TextTest(how, sides) => {
                let [text, part] = sides.as_ref();
                let (text, part) = (self.eval(text), self.eval(part));
                self.charge(&text);
                match (text.value, part.value) {
                    (Value::Text(text), Value::Text(part)) => Some(match how {
                        TextTest::StartsWith => text.starts_with(part),
                        TextTest::EndsWith => text.ends_with(part),
                        TextTest::Contains => text.contains(part),
                    }),
                    _ => None,
                }
            }
            Tree::Matches(of, pattern) => {
                let text = self.eval(of);
                self.charge(&text);
                match text.value {
                    Value::Text(text) => Some(pattern.is_match(text)),
                    _ => None,
                }
            }
            Tree::Walk(walk) => match walk.kind {
                WalkKind::Exists => self.search(walk, true),
                WalkKind::All => self.search(walk, false),
                WalkKind::ExistsOne => self.exists_one(walk),
                WalkKind::Filter | WalkKind::Map => None,
            },
            _ => match self.value(tree).value {
                Value::Bool(truth) => Some(truth),
                _ => None,
            },
        }
    }

    fn eval(&mut self, tree: &'a Tree) -> Item<'a> {
        match tree {
            Tree::Not(_)
            | Tree::And(_)
            | Tree::Or(_)
            | Tree::Has(_)
            | Tree::Compare(..)
            | Tree::In(_)
            | Tree::TextTest(..)
            | Tree::Matches(..) => Item::truth(self.truth(tree)),
            Tree::Walk(walk) if !matches!(walk.kind, WalkKind::Filter | WalkKind::Map) => Item::truth(self.truth(tree)),
            _ if self.spend(1) => self.value(tree),
            _ => Item::UNKNOWN,
        }
    }

    fn value(&mut self, tree: &'a Tree) -> Item<'a> {
        match tree {
            Tree::Bool(value) => Item::new(Value::Bool(*value)),
            Tree::Int(value) => Item::new(Value::Int(*value)),
            Tree::Double(value) => Item::new(Value::Double(*value)),
            Tree::Text(value) => Item::new(Value::Text(value)),
            Tree::Instant(value) => Item::new(Value::Instant(*value)),
            Tree::Day(value) => Item::new(Value::Day(*value)),
            Tree::Duration(value) => Item::new(Value::Duration(*value)),
            Tree::AsOf => Item::new(Value::Instant(self.as_of)),
            Tree::Path(path) => self.path(path),
            Tree::If(branches) => {
                let [condition, then, otherwise] = branches.as_ref();
                match self.truth(condition) {
                    Some(true) => self.eval(then),
                    Some(false) => self.eval(otherwise),
                    None => Item::UNKNOWN,
                }
            }
            Tree::Arithmetic(arithmetic, sides) => {
                let [one, other] = sides.as_ref();
                let (one, other) = (self.eval(one), self.eval(other));
                self.known_or_fault([&one, &other], one.value.calculate(*arithmetic, &other.value))
            }
            Tree::Negate(of) => {
                let item = self.eval(of);
                self.known_or_fault([&item, &item], item.value.negated())
            }
            Tree::List(items) => Item::new(Value::List(items.iter().map(|item| self.eval(item)).collect())),
            Tree::Walk(walk) => self.gather(walk),
            Tree::Size(of) => {
                let item = self.noted(of);
                self.size(&item)
            }
            _ => Item::UNKNOWN,
        }
    }

    /// A value that is looked at whole: the list itself is then the evidence.
    fn noted(&mut self, tree: &'a Tree) -> Item<'a> {
        let item = self.eval(tree);
        if let (Some(trace), Value::Json(_) | Value::List(_)) = (&mut self.trace, &item.value) {
            trace.note(&item);
        }
        item
    }

    /// `&&` and `||`: a side equal to `decisive` decides alone. With a trace, both sides are looked
    /// at, and those that did not decide are left out of it.
    fn either(&mut self, sides: &'a [Tree; 2], decisive: bool) -> Option<bool> {
        let [left, right] = sides;
        let before = self.mark();
        let one = self.truth(left);
        if self.trace.is_none() && one == Some(decisive) {
            return one;
        }
        let one_read = self.take(before);
        let between = self.mark();
        let other = self.truth(right);
        let other_read = self.take(between);
        let decided = one == Some(decisive) || other == Some(decisive);
        for (truth, read) in [(one, one_read), (other, other_read)] {
            if !decided || truth == Some(decisive) {
                self.put_back(read);
            }
        }
        if decided { Some(decisive) } else { one.and(other) }
    }

    /// `exists` (an element that holds decides) and `all` (an element that does not decides).
    fn search(&mut self, walk: &'a Walk, decisive: bool) -> Option<bool> {
        let range = self.eval(&walk.range);
        let elements = self.elements(&range, walk.element)?;
        if elements.is_empty() {
            self.note(&range);
        }
        let mut others = Aside::default();
        let (mut decided, mut unknown) = (false, false);
        for element in elements {
            let mark = self.mark();
            let truth = walk.body.as_ref().and_then(|body| self.truth_for(body, &element));
            if truth == Some(decisive) {
                decided = true;
                if self.trace.is_none() {
                    break;
                }
                self.decide(mark, walk, &element);
            } else {
                unknown |= truth.is_none();
                others.append(self.take(mark));
            }
            if self.steps == 0 {
                unknown = true;
                break;
            }
        }
        if decided {
            return Some(decisive);
        }
        self.put_back(others);
        (!unknown).then_some(!decisive)
    }

    fn exists_one(&mut self, walk: &'a Walk) -> Option<bool> {
        let range = self.eval(&walk.range);
        let elements = self.elements(&range, walk.element)?;
        if elements.is_empty() {
            self.note(&range);
        }
        let (mut found, mut unknown) = (0_usize, false);
        for element in elements {
            let mark = self.mark();
            match walk.body.as_ref().and_then(|body| self.truth_for(body, &element)) {
                Some(true) => {
                    found += 1;
                    self.decide(mark, walk, &element);
                }
                Some(false) => {}
                None => unknown = true,
            }
        }
        match (found, unknown) {
            (2.., _) => Some(false),
            (_, true) => None,
            (found, false) => Some(found == 1),
        }
    }

    /// `filter` and `map`. An element whose condition is unknown makes the whole list unknown.
    fn gather(&mut self, walk: &'a Walk) -> Item<'a> {
        let range = self.eval(&walk.range);
        let Some(elements) = self.elements(&range, walk.element) else { return Item::UNKNOWN };
        if elements.is_empty() {
            self.note(&range);
        }
        let mut gathered = Vec::new();
        let mut unknown = false;
        for element in elements {
            let mark = self.mark();
            match walk.keep.as_ref().map_or(Some(true), |keep| self.truth_for(keep, &element)) {
                Some(true) => {}
                Some(false) => continue,
                None => {
                    unknown = true;
                    continue;
                }
            }
            let Some(body) = &walk.body else {
                self.decide(mark, walk, &element);
                gathered.push(element);
                continue;
            };
            let before = self.mark();
            self.slots.push(element);
            let item = self.eval(body);
            self.slots.pop();
            if item.origin.is_some() {
                // Whoever uses the item will read it: not all of them may matter.
                self.take(before);
            }
            gathered.push(item);
            if self.steps == 0 {
                unknown = true;
                break;
            }
        }
        if unknown { Item::UNKNOWN } else { Item::new(Value::List(gathered)) }
    }

    fn truth_for(&mut self, condition: &'a Tree, element: &Item<'a>) -> Option<bool> {
        self.slots.push(element.clone());
        let truth = self.truth(condition);
        self.slots.pop();
        truth
    }

    /// The elements of a list, or the names of a table; `None` when it is unknown.
    fn elements(&mut self, range: &Item<'a>, leaf: Leaf) -> Option<Vec<Item<'a>>> {
        match &range.value {
            Value::Json(Json::Array(array)) => {
                if !self.spend(array.len()) {
                    return None;
                }
                let path = range.origin.as_ref().map(|origin| &origin.path);
                let elements = array.iter().enumerate();
                Some(
                    elements
                        .map(|(index, json)| self.element(json, leaf, path.map(|path| path.index(index))))
                        .collect(),
                )
            }
            Value::Json(Json::Object(table)) => {
                self.note(range);
                self.spend(table.len()).then(|| table.keys().map(|key| Item::new(Value::Text(key))).collect())
            }
            Value::List(items) => self.spend(items.len()).then(|| items.clone()),
            Value::Unknown => None,
            _ => {
                self.fault(range.origin.as_ref().map(|origin| origin.path.clone()).unwrap_or_default());
                None
            }
        }
    }

    fn element(&self, json: &'a Json, leaf: Leaf, path: Option<FactPath>) -> Item<'a> {
        let value = Value::of(json, leaf).unwrap_or(Value::Unknown);
        let origin = self.trace.as_ref().and(path).map(|path| Origin { path, json });
        Item { value, origin }
    }

    fn contains(&mut self, needle: &Item<'a>, haystack: &Item<'a>) -> Option<bool> {
        let any = |mut found: &mut dyn Iterator<Item = Option<bool>>| {
            let mut unknown = false;
            for equal in &mut found {
                match equal {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => unknown = true,
                }
            }
            (!unknown).then_some(false)
        };
        match &haystack.value {
            Value::Json(Json::Array(array)) if self.spend(array.len()) => {
                any(&mut array.iter().map(|json| needle.equals_json(json)))
            }
            Value::List(items) if self.spend(items.len()) => {
                any(&mut items.iter().map(|item| needle.value.equals(&item.value)))
            }
            Value::Json(Json::Object(table)) => match needle.value {
                Value::Text(key) => Some(table.contains_key(key)),
                _ => None,
            },
            _ => None,
        }
    }

    fn size(&mut self, item: &Item<'a>) -> Item<'a> {
        self.charge(item);
        let size = match &item.value {
            Value::Json(Json::Array(array)) => array.len(),
            Value::Json(Json::Object(table)) => table.len(),
            Value::List(items) => items.len(),
            Value::Text(text) => text.chars().count(),
            _ => return Item::UNKNOWN,
        };
        Item::new(i64::try_from(size).map_or(Value::Unknown, Value::Int))
    }

    /// Whether a fact was seen: always known.
    fn has(&mut self, path: &'a Path) -> bool {
        let mark = self.mark();
        let item = self.path(path);
        if let (Some(trace), Some(mark)) = (&mut self.trace, mark) {
            let first_missing = trace.first_missing(mark);
            trace.take(mark);
            trace.forget_missing(mark);
            match (&item.origin, first_missing) {
                (Some(origin), _) => trace.read(origin),
                (None, Some(path)) => trace.read(&Origin { path, json: &Json::Null }),
                (None, None) => {}
            }
        }
        !matches!(item.value, Value::Unknown)
    }

    /// The fact at the end of a path.
    fn path(&mut self, path: &'a Path) -> Item<'a> {
        let mut place = match &path.root {
            Root::Facts => Place::Root,
            Root::Variable(slot) => Place::Item(self.slots.get(*slot).cloned().unwrap_or(Item::UNKNOWN)),
            Root::Of(tree) => Place::Item(self.eval(tree)),
        };
        for (at, step) in path.steps.iter().enumerate() {
            let rest = path.steps.get(at + 1..).unwrap_or_default();
            let leaf = if rest.is_empty() { path.leaf } else { Leaf::Composite };
            match self.step(&place, step, leaf, rest) {
                Some(item) => place = Place::Item(item),
                None => return Item::UNKNOWN,
            }
        }
        let Place::Item(item) = place else { return Item::UNKNOWN };
        if let Some(trace) = &mut self.trace
            && let Some(origin) = &item.origin
        {
            match item.value {
                Value::Unknown => {
                    trace.missing.push(Missing { path: origin.path.clone(), is_fault: !origin.json.is_null() });
                }
                Value::Json(_) => {}
                _ => trace.read(origin),
            }
        }
        item
    }

    /// One step down; `None` when there is nothing there, which is noted.
    fn step(&mut self, place: &Place<'a>, step: &'a Step, leaf: Leaf, rest: &'a [Step]) -> Option<Item<'a>> {
        let key = match step {
            Step::Field(name) => Some(name.as_str()),
            Step::Key(key) => match self.eval(key).value {
                Value::Text(key) => Some(key),
                _ => return None,
            },
            Step::Index(_) => None,
        };
        let index = match step {
            Step::Index(index) => match self.eval(index).value {
                Value::Int(index) => Some(index),
                _ => return None,
            },
            _ => None,
        };
        let (base, found) = match (place, key, index) {
            (Place::Root, Some(key), _) => (Some(FactPath::ROOT), self.facts.get(key)),
            (Place::Item(Item { value: Value::List(items), .. }), _, Some(index)) => {
                let item = usize::try_from(index).ok().and_then(|index| items.get(index)).cloned();
                if item.is_none() {
                    self.missing(FactPath::ROOT);
                }
                return item;
            }
            (Place::Item(Item { value: Value::Json(json), origin }), key, index) => {
                let found = match (key, index.map(usize::try_from)) {
                    (Some(key), _) => json.get(key),
                    (None, Some(Ok(index))) => json.get(index),
                    _ => None,
                };
                (origin.as_ref().map(|origin| origin.path.clone()), found)
            }
            (Place::Item(item), ..) => {
                // Unknown, and why was noted when the path reached it, or else it is a list element.
                if let (Value::Unknown, Some(origin)) = (&item.value, &item.origin) {
                    self.missing(below(&origin.path, rest_from(step, rest)));
                }
                return None;
            }
            (Place::Root, None, _) => return None,
        };
        let path = self.trace.as_ref().and(base).map(|base| match (key, index.map(usize::try_from)) {
            (Some(key), _) => base.field(key),
            (None, Some(Ok(index))) => base.index(index),
            _ => base,
        });
        match found {
            Some(json) if !json.is_null() => {
                let value = Value::of(json, leaf);
                if value.is_none() {
                    self.fault(path.clone().unwrap_or_default());
                }
                value.map(|value| Item { value, origin: path.map(|path| Origin { path, json }) })
            }
            _ => {
                self.missing(below(&path.unwrap_or_default(), rest.iter()));
                None
            }
        }
    }

    fn known_or_fault(&mut self, operands: [&Item<'a>; 2], result: Option<Value<'a>>) -> Item<'a> {
        if result.is_none() && !operands.iter().any(|item| matches!(item.value, Value::Unknown)) {
            self.fault(FactPath::ROOT);
        }
        result.map_or(Item::UNKNOWN, Item::new)
    }

    /// Pays for work; false once the budget is spent.
    fn spend(&mut self, steps: usize) -> bool {
        self.steps = self.steps.saturating_sub(steps);
        self.steps > 0
    }

    /// Pays for looking through a text or a list.
    fn charge(&mut self, item: &Item<'a>) {
        match &item.value {
            Value::Text(text) => self.spend(text.len() / BYTES_PER_STEP),
            Value::Json(Json::Array(array)) => self.spend(array.len()),
            Value::List(items) => self.spend(items.len()),
            _ => true,
        };
    }

    fn mark(&self) -> Option<Mark> {
        self.trace.as_ref().map(Trace::mark)
    }

    fn take(&mut self, since: Option<Mark>) -> Aside<'a> {
        match (&mut self.trace, since) {
            (Some(trace), Some(since)) => trace.take(since),
            _ => Aside::default(),
        }
    }

    fn put_back(&mut self, aside: Aside<'a>) {
        if let Some(trace) = &mut self.trace {
            trace.put_back(aside);
        }
    }

    fn decide(&mut self, since: Option<Mark>, walk: &'a Walk, element: &Item<'a>) {
        if let (Some(trace), Some(since)) = (&mut self.trace, since) {
            trace.decide(since, walk.list.as_deref(), element);
        }
    }

    fn note(&mut self, item: &Item<'a>) {
        if let Some(trace) = &mut self.trace {
            trace.note(item);
        }
    }

    fn missing(&mut self, path: FactPath) {
        if let Some(trace) = &mut self.trace {
            trace.missing.push(Missing { path, is_fault: false });
        }
    }

    fn fault(&mut self, path: FactPath) {
        if let Some(trace) = &mut self.trace {
            trace.missing.push(Missing { path, is_fault: true });
        }
    }
}

fn rest_from<'s>(step: &'s Step, rest: &'s [Step]) -> impl Iterator<Item = &'s Step> {
    std::iter::once(step).chain(rest)
}

/// The path that was wanted below a place where there is nothing.
fn below<'s>(path: &FactPath, rest: impl Iterator<Item = &'s Step>) -> FactPath {
    let names = rest.map_while(|step| match step {
        Step::Field(name) => Some(name),
        Step::Index(_) | Step::Key(_) => None,
    });
    names.fold(path.clone(), |path, name| path.field(name))
}
