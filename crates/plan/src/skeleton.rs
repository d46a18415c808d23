use vigie_model::Lang;

/// File names and texts in one language.
type Pages = [(&'static str, &'static str); 4];

const FRENCH: Pages = [
    ("plan.yaml", include_str!("../skeleton/fr/plan.yaml")),
    ("activites.yaml", include_str!("../skeleton/fr/activites.yaml")),
    ("systemes.yaml", include_str!("../skeleton/fr/systemes.yaml")),
    ("crise.yaml", include_str!("../skeleton/fr/crise.yaml")),
];

const ENGLISH: Pages = [
    ("plan.yaml", include_str!("../skeleton/en/plan.yaml")),
    ("activities.yaml", include_str!("../skeleton/en/activities.yaml")),
    ("systems.yaml", include_str!("../skeleton/en/systems.yaml")),
    ("crisis.yaml", include_str!("../skeleton/en/crisis.yaml")),
];

/// A plan to start from: file names and commented contents that load as they are. Everything in
/// it is `nsp` until somebody knows. `schema` is where editors find the schema of plan files, as
/// seen from the folder of the plan (`../schemas/plan.schema.json`).
pub fn skeleton(lang: Lang, schema: &str) -> Vec<(&'static str, String)> {
    let pages = match lang {
        Lang::Fr => FRENCH,
        Lang::En => ENGLISH,
    };
    pages.into_iter().map(|(name, text)| (name, format!("# yaml-language-server: $schema={schema}\n{text}"))).collect()
}

#[cfg(test)]
mod tests {
    use vigie_source::SourceFile;

    use super::*;
    use crate::Plan;

    #[test]
    fn a_skeleton_loads_as_it_is() {
        for lang in [Lang::Fr, Lang::En] {
            let files: Vec<SourceFile> =
                skeleton(lang, "../plan.json").into_iter().map(|(name, text)| SourceFile::new(name, text)).collect();
            assert!(files.iter().all(|file| file.text().starts_with("# yaml-language-server: $schema=../plan.json\n")));
            assert!(Plan::load(&files).is_ok());
        }
    }
}
