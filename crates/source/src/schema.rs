use serde_json::Value as Json;

use crate::{Formats, Node, Problems, SourceFile};

pub(crate) fn check(_file: &SourceFile, _node: &Node, _schema: &Json, _formats: &Formats) -> Problems {
    Problems::new()
}
