//! YAML as plain people write it, turned into a tree of [`Node`]s.
//!
//! Anchors, aliases, merge keys and tags are refused: they hide what a reader sees, and a few
//! lines of them can grow into gigabytes.

mod syntax;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use saphyr_parser::{Event, Parser, ScalarStyle};
use vigie_model::Text;

use crate::file::too_large;
use crate::words::{is_deceptive, quote};
use crate::{Entry, MAX_FILE_BYTES, Node, Problem, Problems, SourceFile, Span, Value, scalar};

/// How many lists and maps can be nested.
pub const MAX_DEPTH: usize = 64;

/// How many values a file can hold.
pub const MAX_NODES: usize = 100_000;

/// How much of the name of an anchor or a tag is underlined.
const MAX_MARK_CHARS: usize = 40;

/// Reads a file as a tree of values, or says all that its YAML has wrong.
pub fn parse(file: &SourceFile) -> Result<Node, Problems> {
    match parse_tree(file) {
        (Some(root), problems) if problems.is_empty() => Ok(root),
        (_, problems) => Err(problems),
    }
}

/// Reads a file as a tree of values. The tree is there as soon as it is what the author
/// wrote, even when there are problems (a key written twice), so that more can be checked.
/// Without a tree there is at least one problem.
pub fn parse_tree(file: &SourceFile) -> (Option<Node>, Problems) {
    if file.text().len() > MAX_FILE_BYTES {
        return (None, too_large(file).into());
    }
    let mut builder = Builder::new(file);
    let deceptive = file.text().char_indices().filter(|(_, c)| is_deceptive(*c));
    builder.problems.extend(deceptive.map(|(offset, c)| deceptive_character(file, offset, c)));
    for event in Parser::new_from_str(file.text()) {
        let step = match event {
            Ok((event, span)) => {
                let span = builder.bytes(&span);
                builder.take(event, span)
            }
            Err(error) => {
                let offset = builder.offset(error.marker().index());
                builder.stop(syntax::problem(file, offset, error.info()))
            }
        };
        if step.is_break() {
            break;
        }
    }
    builder.finish()
}

struct Builder<'f> {
    file: &'f SourceFile,
    /// Byte offset of each character: the parser counts characters.
    offsets: Vec<usize>,
    problems: Problems,
    open: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
    /// End of the last event, from which an anchor or a tag is looked for.
    last_end: usize,
    /// False once the tree is no longer what the author wrote.
    faithful: bool,
}

/// A list or a map whose end is not reached yet.
struct Open {
    start: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, seen: BTreeMap<String, Span>, key: Option<(String, Span)> },
}

impl<'f> Builder<'f> {
    fn new(file: &'f SourceFile) -> Self {
        Self {
            file,
            offsets: file.text().char_indices().map(|(offset, _)| offset).collect(),
            problems: Problems::new(),
            open: Vec::new(),
            root: None,
            nodes: 0,
            last_end: 0,
            faithful: true,
        }
    }

    fn offset(&self, index: usize) -> usize {
        self.offsets.get(index).copied().unwrap_or(self.file.text().len())
    }

    fn bytes(&self, span: &saphyr_parser::Span) -> Span {
        let start = self.offset(span.start.index());
        Span::new(start, self.offset(span.end.index()).max(start))
    }

    /// Reports a problem after which nothing more can be read.
    fn stop(&mut self, problem: Problem) -> ControlFlow<()> {
        self.problems.push(problem);
        self.faithful = false;
        ControlFlow::Break(())
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> ControlFlow<()> {
        match event {
            Event::Scalar(word, style, anchor, tag) => {
                self.refuse_decorations(anchor > 0, tag.is_some(), span);
                self.scalar(&word, style, span)?;
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_decorations(anchor > 0, tag.is_some(), span);
                self.enter(span, Content::List(Vec::new()))?;
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_decorations(anchor > 0, tag.is_some(), span);
                self.enter(span, Content::Map { entries: Vec::new(), seen: BTreeMap::new(), key: None })?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.leave(span),
            Event::Alias(_) => {
                self.problems.push(hidden_copy(self.file, span));
                self.faithful = false;
                self.place(Node { span, value: Value::Null });
            }
            Event::DocumentStart(_) if self.root.is_some() => return self.stop(second_document(self.file, span)),
            Event::DocumentStart(_) | Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        self.last_end = span.end;
        ControlFlow::Continue(())
    }

    /// Anchors and tags come before the value, between the last event and this one.
    fn refuse_decorations(&mut self, anchor: bool, tag: bool, span: Span) {
        let find = |sigil: char| {
            let gap = self.file.slice(Span::new(self.last_end.min(span.start), span.start));
            let inside = self.file.slice(span).starts_with(sigil);
            let start = if inside { span.start } else { span.start - gap.rfind(sigil).map_or(0, |at| gap.len() - at) };
            let rest = self.file.text().get(start..).unwrap_or_default().char_indices().take(MAX_MARK_CHARS);
            let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}');
            let name = rest.take_while(|(_, c)| !ends(*c)).last();
            Span::new(start, name.map_or(start, |(at, c)| start + at + c.len_utf8()))
        };
        let anchor = anchor.then(|| hidden_copy(self.file, find('&')));
        let tag = tag.then(|| type_tag(self.file, find('!')));
        self.faithful &= anchor.is_none() && tag.is_none();
        self.problems.extend(anchor.into_iter().chain(tag));
    }

    fn scalar(&mut self, word: &str, style: ScalarStyle, span: Span) -> ControlFlow<()> {
        self.count(span)?;
        let written = self.file.slice(span);
        let span = Span::new(span.start, span.start + written.trim_end().len());
        let value = if style == ScalarStyle::Plain { scalar::resolve(word) } else { Value::Text(word.to_owned()) };
        self.place(Node { span, value });
        ControlFlow::Continue(())
    }

    fn enter(&mut self, span: Span, content: Content) -> ControlFlow<()> {
        self.count(span)?;
        if self.open.len() >= MAX_DEPTH {
            return self.stop(too_deep(self.file, span));
        }
        self.open.push(Open { start: span.start, content });
        ControlFlow::Continue(())
    }

    fn leave(&mut self, span: Span) {
        let Some(Open { start, content }) = self.open.pop() else { return };
        let in_brackets = self.file.slice(span).starts_with([']', '}']);
        let last_end = match &content {
            Content::List(items) => items.last().map(|item| item.span.end),
            Content::Map { entries, .. } => entries.last().map(|entry| entry.value.span.end.max(entry.key_span.end)),
        };
        let end = if in_brackets { span.end } else { last_end.unwrap_or(start) };
        let value = match content {
            Content::List(items) => Value::List(items),
            Content::Map { entries, .. } => Value::Map(entries),
        };
        self.place(Node { span: Span::new(start, end.max(start)), value });
    }

    fn count(&mut self, span: Span) -> ControlFlow<()> {
        self.nodes += 1;
        if self.nodes > MAX_NODES { self.stop(too_many(self.file, span)) } else { ControlFlow::Continue(()) }
    }

    /// Puts a finished value where it belongs: root, item, key or value of a key.
    fn place(&mut self, node: Node) {
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut parent.content {
            Content::List(items) => items.push(node),
            Content::Map { key: pending @ None, .. } => {
                let span = node.span;
                let key = match node.value {
                    Value::Text(text) if text != "<<" => text,
                    other => {
                        self.problems.push(odd_key(self.file, span, &other));
                        self.faithful = false;
                        String::new()
                    }
                };
                *pending = Some((key, span));
            }
            Content::Map { entries, seen, key: pending } => {
                let Some((key, key_span)) = pending.take() else { return };
                if let Some(first) = seen.get(&key) {
                    if self.faithful || !key.is_empty() {
                        self.problems.push(duplicate_key(self.file, &key, key_span, *first));
                    }
                    return;
                }
                seen.insert(key.clone(), key_span);
                entries.push(Entry { key, key_span, value: node });
            }
        }
    }

    fn finish(mut self) -> (Option<Node>, Problems) {
        if !self.faithful {
            return (None, self.problems);
        }
        if self.root.is_none() {
            self.problems.push(empty_file(self.file));
        }
        (self.root, self.problems)
    }
}

fn deceptive_character(file: &SourceFile, offset: usize, c: char) -> Problem {
    let code = u32::from(c);
    Problem::error(
        "deceptive-character",
        file,
        Text::new(
            format!("un caractère de commande invisible (U+{code:04X}) se trouve ici"),
            format!("an invisible control character (U+{code:04X}) is here"),
        ),
    )
    .at(Span::new(offset, offset + c.len_utf8()))
    .with_hint(Text::new("effacez-le et retapez le texte", "delete it and type the text again"))
}

fn hidden_copy(file: &SourceFile, span: Span) -> Problem {
    Problem::error(
        "yaml-anchor",
        file,
        Text::new(
            "les renvois de YAML (« &nom » et « *nom ») ne sont pas acceptés : ils cachent ce que le fichier dit vraiment",
            "YAML references (“&name” and “*name”) are not accepted: they hide what the file really says",
        ),
    )
    .at(span)
    .with_hint(Text::new(
        "recopiez le contenu à cet endroit ; si c’est un texte qui commence par « & » ou « * », mettez-le entre guillemets",
        "copy the content here; if it is a text that starts with “&” or “*”, put it between quotes",
    ))
}

fn type_tag(file: &SourceFile, span: Span) -> Problem {
    Problem::error(
        "yaml-tag",
        file,
        Text::new(
            "les étiquettes de type de YAML (« !nom ») ne sont pas acceptées : elles changent le sens de ce qui suit",
            "YAML type tags (“!name”) are not accepted: they change the meaning of what follows",
        ),
    )
    .at(span)
    .with_hint(Text::new(
        "retirez l’étiquette ; si c’est un texte qui commence par « ! », mettez-le entre guillemets",
        "remove the tag; if it is a text that starts with “!”, put it between quotes",
    ))
}

fn second_document(file: &SourceFile, span: Span) -> Problem {
    Problem::error(
        "several-documents",
        file,
        Text::new(
            "un second document commence ici : un fichier n’en contient qu’un",
            "a second document starts here: a file holds only one",
        ),
    )
    .at(span)
    .with_hint(Text::new(
        "retirez la ligne « --- », ou mettez la suite dans un autre fichier",
        "remove the line “---”, or move what follows to another file",
    ))
}

fn odd_key(file: &SourceFile, span: Span, key: &Value) -> Problem {
    let written = quote(file.slice(span));
    match key {
        Value::Text(_) => Problem::error(
            "yaml-merge-key",
            file,
            Text::new(
                "la clé de fusion « << » n’est pas acceptée : elle cache ce que le fichier dit vraiment",
                "the merge key “<<” is not accepted: it hides what the file really says",
            ),
        )
        .with_hint(Text::new("recopiez ici les lignes à reprendre", "copy the lines to be merged here")),
        Value::List(_) | Value::Map(_) => Problem::error(
            "key-not-text",
            file,
            Text::new(
                "une clé doit être un texte, pas une liste ni un bloc",
                "a key must be a text, not a list or a map",
            ),
        )
        .with_hint(Text::new(
            "si « { » ou « [ » fait partie d’un texte, mettez ce texte entre guillemets",
            "if “{” or “[” is part of a text, put that text between quotes",
        )),
        Value::Null => Problem::error(
            "key-not-text",
            file,
            Text::new("il manque une clé avant les deux-points", "a key is missing before the colon"),
        ),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
            Problem::error("key-not-text", file, Text::new("une clé doit être un texte", "a key must be a text"))
                .with_hint(Text::new(
                    format!("mettez-la entre guillemets : \"{written}\""),
                    format!("put it between quotes: \"{written}\""),
                ))
        }
    }
    .at(span)
}

fn duplicate_key(file: &SourceFile, key: &str, span: Span, first: Span) -> Problem {
    let key = quote(key);
    Problem::error(
        "duplicate-key",
        file,
        Text::new(format!("la clé « {key} » est écrite deux fois"), format!("the key “{key}” is written twice")),
    )
    .at(span)
    .with_remark(first, Text::new("première fois ici", "first written here"))
    .with_hint(Text::new("gardez une seule des deux", "keep only one of them"))
}

fn empty_file(file: &SourceFile) -> Problem {
    Problem::error(
        "empty-file",
        file,
        Text::new(
            "le fichier est vide, ou ne contient que des commentaires",
            "the file is empty, or has only comments",
        ),
    )
    .with_hint(Text::new(
        "« vigie init » écrit des exemples commentés à remplir",
        "`vigie init` writes commented examples to fill in",
    ))
}

pub(super) fn too_deep(file: &SourceFile, span: Span) -> Problem {
    Problem::error(
        "too-deep",
        file,
        Text::new(
            format!("trop de niveaux imbriqués (plus de {MAX_DEPTH}) : la lecture s’arrête ici"),
            format!("too many nested levels (over {MAX_DEPTH}): reading stops here"),
        ),
    )
    .at(span)
    .with_hint(Text::new("vérifiez les crochets et les retraits", "check the brackets and the indentation"))
}

fn too_many(file: &SourceFile, span: Span) -> Problem {
    Problem::error(
        "too-many-values",
        file,
        Text::new(
            format!("plus de {MAX_NODES} valeurs : la lecture s’arrête ici"),
            format!("over {MAX_NODES} values: reading stops here"),
        ),
    )
    .at(span)
    .with_hint(Text::new("répartissez le contenu dans plusieurs fichiers", "split the content into several files"))
}
