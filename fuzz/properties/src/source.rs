//! Files that people write: bytes, tree, shape.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_source::{Formats, Node, SourceFile, read, read_node, yaml};

use crate::claims::{is_inside, problems_hold};

/// A type with what files use: options, lists, maps, alternatives, records within records.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Tree {
    name: Option<String>,
    #[serde(default)]
    branches: Vec<Tree>,
    #[serde(default)]
    leaves: BTreeMap<String, Leaf>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Leaf {
    Number(i64),
    Word(String),
    List(Vec<Leaf>),
}

/// Bytes are a file, or a problem. The tree of a file stands inside it; without a tree there is a problem.
pub fn file(data: &[u8]) {
    let file = match SourceFile::from_bytes("file.yaml", data) {
        Ok(file) => file,
        Err(problems) => return problems_hold(&problems),
    };
    assert!(data.ends_with(file.text().as_bytes()));
    let (root, problems) = yaml::parse_tree(&file);
    assert!(root.iter().all(|root| stands_inside(&file, root)), "{root:?}");
    if root.is_none() || !problems.is_empty() {
        problems_hold(&problems);
    }
}

/// A file of the right shape writes back to one that reads as the same value; any other has problems.
pub fn shape(data: &[u8]) {
    let Ok(file) = SourceFile::from_bytes("file.yaml", data) else { return };
    let located = match read::<Tree>(&file, &Formats::standard()) {
        Ok(located) => located,
        Err(problems) => return problems_hold(&problems),
    };
    for (index, branch) in located.root.get("branches").map(Node::items).unwrap_or_default().iter().enumerate() {
        let read = read_node::<Tree>(&file, branch, &Formats::standard()).ok();
        assert_eq!(read.as_ref(), located.value.branches.get(index));
    }
}

fn stands_inside(file: &SourceFile, node: &Node) -> bool {
    is_inside(file, node.span)
        && node.items().iter().all(|item| stands_inside(file, item))
        && node.entries().iter().all(|entry| is_inside(file, entry.key_span) && stands_inside(file, &entry.value))
}
