//! XML parts as trees, with no entity but the five of XML, and bounds on depth and size.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;

use crate::fault::Fault;
use crate::{Limits, Measure};

/// An element, borrowed from the text of its part.
#[derive(Debug)]
pub(crate) struct Element<'a> {
    /// What stands between `<` and `>`: name and attributes.
    tag: &'a str,
    children: Vec<Node<'a>>,
}

#[derive(Debug)]
pub(crate) enum Node<'a> {
    Element(Element<'a>),
    Text(Cow<'a, str>),
}

/// A tree, and whether it ended too early.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    pub(crate) root: Element<'a>,
    pub(crate) damaged: bool,
}

/// Reads a part. What is damaged ends the tree there; a part without a root is a fault.
pub(crate) fn tree<'a>(source: &'a str, limits: &Limits) -> Result<Tree<'a>, Fault> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let mut reader = Reader::from_str(source);
    let mut open = vec![Element { tag: "", children: Vec::new() }];
    let mut nodes = 0;
    let mut damaged = false;
    loop {
        let from = position(&reader);
        let event = match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => event,
            Err(_) => {
                damaged = true;
                break;
            }
        };
        nodes += 1;
        if nodes > limits.xml_nodes {
            return Err(Fault::TooMuch(Measure::XmlNodes, limits.xml_nodes));
        }
        let piece = source.get(from..position(&reader)).unwrap_or_default();
        match event {
            Event::Start(_) => {
                if open.len() > limits.xml_depth {
                    return Err(Fault::TooMuch(Measure::XmlDepth, limits.xml_depth));
                }
                open.push(Element { tag: inside(piece), children: Vec::new() });
            }
            Event::Empty(_) => push(&mut open, Node::Element(Element { tag: inside(piece), children: Vec::new() })),
            Event::End(_) => close(&mut open),
            Event::Text(_) => push_text(&mut open, Cow::Borrowed(piece)),
            Event::CData(_) => {
                let text = piece.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>"));
                push_text(&mut open, Cow::Borrowed(text.unwrap_or_default()));
            }
            Event::GeneralRef(_) => match unescape(piece) {
                Ok(text) => push_text(&mut open, Cow::Owned(text.into_owned())),
                Err(_) => damaged = true,
            },
            Event::DocType(_) => return Err(Fault::Entities),
            Event::Eof | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    damaged |= open.len() > 1;
    while open.len() > 1 {
        close(&mut open);
    }
    let root = open.pop().and_then(|top| {
        top.children.into_iter().find_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    });
    match root {
        Some(root) => Ok(Tree { root, damaged }),
        None => Err(Fault::Damaged("no XML in it".to_owned())),
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn inside(piece: &str) -> &str {
    let piece = piece.strip_prefix('<').unwrap_or(piece);
    let piece = piece.strip_suffix('>').unwrap_or(piece);
    piece.strip_suffix('/').unwrap_or(piece)
}

fn push<'a>(open: &mut [Element<'a>], node: Node<'a>) {
    if let Some(top) = open.last_mut() {
        top.children.push(node);
    }
}

/// Adds text to the text before it, since a reference (`&amp;`) comes as an event of its own.
fn push_text<'a>(open: &mut [Element<'a>], text: Cow<'a, str>) {
    let Some(top) = open.last_mut() else { return };
    match top.children.last_mut() {
        Some(Node::Text(before)) => before.to_mut().push_str(&text),
        _ => top.children.push(Node::Text(text)),
    }
}

fn close(open: &mut Vec<Element<'_>>) {
    if open.len() > 1
        && let Some(element) = open.pop()
    {
        push(open, Node::Element(element));
    }
}

impl<'a> Element<'a> {
    /// Its name without prefix.
    pub(crate) fn name(&self) -> &'a str {
        let name = self.tag.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
        local(name)
    }

    /// An attribute by its name without prefix: the first that bears it.
    pub(crate) fn attribute(&self, wanted: &str) -> Option<Cow<'a, str>> {
        attributes(self.tag).find(|(name, _)| local(name) == wanted).map(|(_, value)| plain(value))
    }

    /// An attribute that holds a number.
    pub(crate) fn number<T: std::str::FromStr>(&self, wanted: &str) -> Option<T> {
        self.attribute(wanted)?.trim().parse().ok()
    }

    pub(crate) fn nodes(&self) -> &[Node<'a>] {
        &self.children
    }

    pub(crate) fn elements(&self) -> impl Iterator<Item = &Element<'a>> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Element<'a>> {
        self.elements().find(|element| element.name() == name)
    }

    /// Whether an element of that name stands anywhere below.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.elements().any(|element| element.name() == name || element.holds(name))
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The attributes of a tag: names, and values as written.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag.find(|c: char| c.is_ascii_whitespace()).and_then(|at| tag.get(at..)).unwrap_or_default();
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, next) = after.get(1..)?.split_once(quote)?;
        rest = next;
        Some((name.trim(), value))
    })
}

fn plain(value: &str) -> Cow<'_, str> {
    if value.contains('&') { unescape(value).unwrap_or(Cow::Borrowed(value)) } else { Cow::Borrowed(value) }
}
