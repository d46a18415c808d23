use std::fmt::Write as _;

use include_dir::{Dir, include_dir};
use vigie_model::Lang;

use crate::{CHECKS, Check, Profile};

/// File names and texts in one language.
type Pages = [(&'static str, &'static str); 4];

const FRENCH: Pages = [
    ("plan.yaml", include_str!("../skeleton/fr/plan.yaml")),
    ("activites.yaml", include_str!("../skeleton/fr/activites.yaml")),
    ("systemes.yaml", include_str!("../skeleton/fr/systemes.yaml")),
    ("crise.yaml", include_str!("../skeleton/fr/crise.yaml")),
];

static HOSPITAL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/chu-exemplaire/plan");
static GROUP: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/ght-demonstration/plan");
static RESIDENCE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/esms-demonstration/plan");

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

/// A plan to start from for one profile: the skeleton, the proofs that are asked of it, and the members of a group.
pub fn profile_skeleton(lang: Lang, profile: Profile, schema: &str) -> Vec<(&'static str, String)> {
    let mut pages = skeleton(lang, schema);
    for (_, text) in &mut pages {
        *text = text.replacen("profile: nsp ", &format!("profile: {} ", profile.name()), 1);
    }
    let heading = format!("# yaml-language-server: $schema={schema}\n");
    if profile == Profile::GHT {
        let (name, text) = match lang {
            Lang::Fr => ("membres.yaml", include_str!("../skeleton/fr/membres.yaml")),
            Lang::En => ("members.yaml", include_str!("../skeleton/en/members.yaml")),
        };
        pages.push((name, format!("{heading}{text}")));
    }
    let name = match lang {
        Lang::Fr => "preuves.yaml",
        Lang::En => "proofs.yaml",
    };
    pages.push((name, format!("{heading}{}", proofs(lang, profile))));
    pages
}

/// The fictional plan of a profile, without fault, as a starting point: in French, as its readers write theirs.
pub fn example(profile: Profile, schema: &str) -> Vec<(&'static str, String)> {
    let folder = match profile {
        Profile::ES => &HOSPITAL,
        Profile::GHT => &GROUP,
        Profile::ESMS => &RESIDENCE,
    };
    let files = folder.files().filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)));
    files.map(|(name, text)| (name, format!("# yaml-language-server: $schema={schema}\n{text}"))).collect()
}

/// One blank proof for each check that is asked of the profile.
fn proofs(lang: Lang, profile: Profile) -> String {
    let mut text = match lang {
        Lang::Fr => "# Les preuves du dossier de continuité (PCRA). state : present, absent, not_applicable (dites pourquoi à la ligne « note »).\n# Ce que le reste du plan montre déjà n’a pas besoin d’être répété ici.\nproofs:\n",
        Lang::En => "# The proofs of the continuity file (PCRA). state: present, absent, not_applicable (say why on the “note” line).\n# What the rest of the plan already shows need not be said again here.\nproofs:\n",
    }
    .to_owned();
    for check in CHECKS.iter().filter(|check| check.is_asked_of(profile)) {
        let Check { id, fr, en, .. } = check;
        let title = match lang {
            Lang::Fr => fr,
            Lang::En => en,
        };
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "  # {title}\n  - {{check: {id}, state: nsp, document: nsp, location: nsp, date: nsp, holder: nsp}}\n"
        );
    }
    text
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

    #[test]
    fn a_profile_is_asked_for_its_own_proofs_and_both_starts_load() {
        let load = |files: Vec<(&'static str, String)>| {
            let files: Vec<SourceFile> = files.into_iter().map(|(name, text)| SourceFile::new(name, text)).collect();
            Plan::load(&files).unwrap_or_else(|problems| panic!("{problems}"))
        };
        for (profile, proofs, sites) in
            [(Profile::ES, CHECKS.len(), 1), (Profile::GHT, CHECKS.len(), 4), (Profile::ESMS, 54, 1)]
        {
            for lang in [Lang::Fr, Lang::En] {
                let plan = load(profile_skeleton(lang, profile, "plan.json"));
                assert_eq!(plan.header.value.profile.known(), Some(&profile));
                assert_eq!((plan.proofs.len(), plan.sites.count()), (proofs, Some(sites)), "{profile:?}");
            }
            assert_eq!(load(example(profile, "plan.json")).header.value.profile.known(), Some(&profile));
        }
    }
}
