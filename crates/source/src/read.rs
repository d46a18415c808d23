use schemars::{JsonSchema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use vigie_model::Text;

use crate::words::quote;
use crate::{Formats, Level, Node, Problem, Problems, SourceFile, Step, schema, yaml};

/// A value read from a file, with the tree it came from: later checks can still point at the
/// right line.
#[derive(Debug, Clone)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// The tree of the file.
    pub root: Node,
    /// The file.
    pub file: SourceFile,
}

impl<T> Located<T> {
    /// A problem at the end of a path, or at the last step of it that the file has.
    pub fn problem_at(&self, path: &[Step], level: Level, code: &'static str, message: Text) -> Problem {
        Problem::new(level, code, &self.file, message).at(self.root.locate(path))
    }
}

/// Reads a file as a `T`: its YAML, then its shape against the schema of `T`, then the value.
/// All that is wrong with the shape is reported at once.
pub fn read<T: DeserializeOwned + JsonSchema>(file: &SourceFile, formats: &Formats) -> Result<Located<T>, Problems> {
    let (root, mut problems) = yaml::parse_tree(file);
    let Some(root) = root else { return Err(problems) };
    match read_node(file, &root, formats) {
        Ok(value) if problems.is_empty() => Ok(Located { value, root, file: file.clone() }),
        Ok(_) => Err(problems),
        Err(more) => {
            problems.append(more);
            Err(problems)
        }
    }
}

/// Reads one node of a file as a `T`, as [`read`] does for the whole file.
pub fn read_node<T: DeserializeOwned + JsonSchema>(
    file: &SourceFile,
    node: &Node,
    formats: &Formats,
) -> Result<T, Problems> {
    let schema = SchemaGenerator::default().into_root_schema_for::<T>();
    let problems = schema::check(file, node, schema.as_value(), formats);
    if !problems.is_empty() {
        return Err(problems);
    }
    serde_path_to_error::deserialize(node.to_json()).map_err(|error| {
        let path = steps_of(error.path());
        let reason = quote(&error.inner().to_string());
        Problem::error(
            "value-refused",
            file,
            Text::new(
                format!("cette valeur n’est pas acceptée : {reason}"),
                format!("this value is refused: {reason}"),
            ),
        )
        .at(node.locate(&path))
        .into()
    })
}

fn steps_of(path: &serde_path_to_error::Path) -> Vec<Step> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Map { key } => Some(Step::Key(key.clone())),
            Segment::Seq { index } => Some(Step::Index(*index)),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}
