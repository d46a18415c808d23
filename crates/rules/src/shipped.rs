use include_dir::{Dir, include_dir};
use vigie_source::SourceFile;

/// The folder of rules, as it was when vigie was built.
static RULES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../rules");

/// The rules that travel with vigie: every `*.yaml` of the subfolders of `rules/`, by path. The files
/// at the top (frameworks, CaRE) are not rules.
pub fn shipped_rules() -> Vec<SourceFile> {
    let mut files = Vec::new();
    RULES.dirs().for_each(|dir| collect(dir, &mut files));
    files.sort_by(|one, other| one.name().cmp(other.name()));
    files
}

fn collect(dir: &Dir<'_>, files: &mut Vec<SourceFile>) {
    for file in dir.files() {
        let is_rule = file.path().extension().is_some_and(|extension| extension == "yaml");
        if let Some(text) = file.contents_utf8().filter(|_| is_rule) {
            files.push(SourceFile::new(format!("rules/{}", file.path().display()), text));
        }
    }
    dir.dirs().for_each(|dir| collect(dir, files));
}
