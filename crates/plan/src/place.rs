use vigie_model::Evidence;
use vigie_source::{Node, SourceFile, Span, Value};

/// Where an entity of the plan is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    file: SourceFile,
    node: Node,
}

/// Something read from a plan file, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Sourced<T> {
    /// What was read.
    pub value: T,
    /// Where.
    pub place: Place,
}

impl Place {
    pub(crate) fn new(file: &SourceFile, node: &Node) -> Self {
        Self { file: file.clone(), node: node.clone() }
    }

    /// The file.
    pub fn file(&self) -> &SourceFile {
        &self.file
    }

    /// File and line, `plan/systems.yaml:42`.
    pub fn label(&self) -> String {
        self.label_of(self.node.span)
    }

    /// What sorts entities as they were written.
    pub(crate) fn order(&self) -> (&str, Span) {
        (self.file.name(), self.node.span)
    }

    /// The text of some keys, each with its file and line; keys that are not written are left out.
    pub(crate) fn quote(&self, keys: &[&str]) -> Vec<Evidence> {
        let entries = keys.iter().filter_map(|key| self.node.entry(key));
        entries
            .map(|entry| {
                let span = Span::new(entry.key_span.start, entry.value.span.end.max(entry.key_span.end));
                Evidence::text(self.label_of(span), self.file.slice(span))
            })
            .collect()
    }

    /// The place of a word somewhere under a key, else of the key, else of the whole.
    pub(crate) fn span_of(&self, key: &str, word: &str) -> Span {
        let Some(entry) = self.node.entry(key) else { return self.node.span };
        find(&entry.value, word).unwrap_or(entry.key_span)
    }

    fn label_of(&self, span: Span) -> String {
        let (line, _) = self.file.line_column(span.start);
        format!("{}:{line}", folder_and_name(self.file.name()))
    }
}

/// A file as reports name it: its folder and its name. They travel, and need not tell on whose disk it was read.
fn folder_and_name(path: &str) -> &str {
    let above_folder = path.rmatch_indices(['/', '\\']).nth(1);
    above_folder.and_then(|(cut, separator)| path.get(cut + separator.len()..)).unwrap_or(path)
}

/// The first text of a tree that is this word. Nesting is bounded by the reader of YAML.
fn find(node: &Node, word: &str) -> Option<Span> {
    match &node.value {
        Value::Text(text) if text == word => Some(node.span),
        Value::List(items) => items.iter().find_map(|item| find(item, word)),
        Value::Map(entries) => entries.iter().find_map(|entry| find(&entry.value, word)),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::folder_and_name;

    #[test]
    fn reports_do_not_tell_whose_disk_it_was() {
        assert_eq!(folder_and_name("/home/ssi/ch-demo/plan/systemes.yaml"), "plan/systemes.yaml");
        assert_eq!(folder_and_name("C:\\ssi\\plan\\systemes.yaml"), "plan\\systemes.yaml");
        assert_eq!(folder_and_name("plan/systemes.yaml"), "plan/systemes.yaml");
        assert_eq!(folder_and_name("plan.yaml"), "plan.yaml");
    }
}
