//! A strict reader of the XML-like HTML that the page is written in: every element closed, every
//! attribute quoted, no stray `<` in text.

/// An element as its opening tag states it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Element {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The elements of a page in order; the error says where it breaks.
pub(crate) fn parse(page: &str) -> Result<Vec<Element>, String> {
    let mut rest = page.strip_prefix("<!DOCTYPE html>").ok_or("no doctype")?;
    let mut open: Vec<String> = Vec::new();
    let mut elements = Vec::new();
    while !rest.is_empty() {
        let text = rest.find('<').map_or(rest, |end| &rest[..end]);
        if open.last().is_none_or(|name| name != "style") && text.contains('>') {
            return Err(format!("stray > in {text:?}"));
        }
        rest = &rest[text.len()..];
        if rest.is_empty() {
            break;
        }
        let end = rest.find('>').ok_or_else(|| format!("unclosed tag {rest:?}"))?;
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop().as_deref() != Some(name) {
                return Err(format!("</{name}> closes nothing"));
            }
            continue;
        }
        let element = element(tag.strip_suffix('/').unwrap_or(tag))?;
        if !tag.ends_with('/') {
            open.push(element.name.clone());
        }
        elements.push(element);
    }
    if open.is_empty() { Ok(elements) } else { Err(format!("left open: {open:?}")) }
}

fn element(tag: &str) -> Result<Element, String> {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(format!("not an element: <{tag}>"));
    }
    let mut attributes = Vec::new();
    while !rest.trim_start().is_empty() {
        let (key, after) =
            rest.trim_start().split_once("=\"").ok_or_else(|| format!("unquoted attribute in <{tag}>"))?;
        let (value, after) = after.split_once('"').ok_or_else(|| format!("unclosed attribute in <{tag}>"))?;
        if !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(format!("attribute {key:?} in <{tag}>"));
        }
        attributes.push((key.to_owned(), value.to_owned()));
        rest = after;
    }
    Ok(Element { name: name.to_owned(), attributes })
}
