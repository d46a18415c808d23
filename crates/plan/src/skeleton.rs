use std::fmt::Write as _;

use include_dir::{Dir, include_dir};
use vigie_model::Lang;

use crate::{CHECKS, Check, Profile};

/// File names and texts in one language.
type Pages = Vec<(&'static str, &'static str)>;

static HOSPITAL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/chu-exemplaire/plan");
static GROUP: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/ght-demonstration/plan");
static RESIDENCE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/esms-demonstration/plan");

/// A plan to start from: file names and commented contents that load as they are. Everything in
/// it is `nsp` until somebody knows. `schema` is where editors find the schema of plan files, as
/// seen from the folder of the plan (`../schemas/plan.schema.json`).
pub fn skeleton(lang: Lang, schema: &str) -> Vec<(&'static str, String)> {
    written(pages(lang, Profile::ES), schema)
}

/// A plan to start from for one profile: the skeleton in its words, and the proofs that are asked of it.
pub fn profile_skeleton(lang: Lang, profile: Profile, schema: &str) -> Vec<(&'static str, String)> {
    let mut files = written(pages(lang, profile), schema);
    for (_, text) in &mut files {
        *text = text.replacen("profile: nsp ", &format!("profile: {} ", profile.name()), 1);
    }
    let name = match lang {
        Lang::Fr => "preuves.yaml",
        Lang::En => "proofs.yaml",
    };
    files.push((name, format!("{}{}", heading(schema), proofs(lang, profile))));
    files
}

/// The header, the sites or the members of a group, and what such a facility does, runs on and can count on.
fn pages(lang: Lang, profile: Profile) -> Pages {
    let (header, sites) = header(lang, profile);
    let mut pages = vec![header, sites];
    pages.extend(contents(lang, profile));
    pages
}

fn header(lang: Lang, profile: Profile) -> ((&'static str, &'static str), (&'static str, &'static str)) {
    let plan = match lang {
        Lang::Fr => include_str!("../skeleton/fr/plan.yaml"),
        Lang::En => include_str!("../skeleton/en/plan.yaml"),
    };
    let sites = match (lang, profile) {
        (Lang::Fr, Profile::GHT) => ("membres.yaml", include_str!("../skeleton/fr/membres.yaml")),
        (Lang::En, Profile::GHT) => ("members.yaml", include_str!("../skeleton/en/members.yaml")),
        (Lang::Fr, Profile::ES | Profile::ESMS) => ("sites.yaml", include_str!("../skeleton/fr/sites.yaml")),
        (Lang::En, Profile::ES | Profile::ESMS) => ("sites.yaml", include_str!("../skeleton/en/sites.yaml")),
    };
    (("plan.yaml", plan), sites)
}

fn contents(lang: Lang, profile: Profile) -> [(&'static str, &'static str); 3] {
    match (lang, profile) {
        (Lang::Fr, Profile::ES | Profile::GHT) => [
            ("activites.yaml", include_str!("../skeleton/fr/activites.yaml")),
            ("systemes.yaml", include_str!("../skeleton/fr/systemes.yaml")),
            ("crise.yaml", include_str!("../skeleton/fr/crise.yaml")),
        ],
        (Lang::Fr, Profile::ESMS) => [
            ("activites.yaml", include_str!("../skeleton/fr/esms/activites.yaml")),
            ("systemes.yaml", include_str!("../skeleton/fr/esms/systemes.yaml")),
            ("crise.yaml", include_str!("../skeleton/fr/esms/crise.yaml")),
        ],
        (Lang::En, Profile::ES | Profile::GHT) => [
            ("activities.yaml", include_str!("../skeleton/en/activities.yaml")),
            ("systems.yaml", include_str!("../skeleton/en/systems.yaml")),
            ("crisis.yaml", include_str!("../skeleton/en/crisis.yaml")),
        ],
        (Lang::En, Profile::ESMS) => [
            ("activities.yaml", include_str!("../skeleton/en/esms/activities.yaml")),
            ("systems.yaml", include_str!("../skeleton/en/esms/systems.yaml")),
            ("crisis.yaml", include_str!("../skeleton/en/esms/crisis.yaml")),
        ],
    }
}

fn written(pages: Pages, schema: &str) -> Vec<(&'static str, String)> {
    pages.into_iter().map(|(name, text)| (name, format!("{}{text}", heading(schema)))).collect()
}

/// What tells an editor where the schema is.
fn heading(schema: &str) -> String {
    format!("# yaml-language-server: $schema={schema}\n")
}

/// The fictional plan of a profile, without fault, as a starting point: in French, as its readers write theirs.
pub fn example(profile: Profile, schema: &str) -> Vec<(&'static str, String)> {
    let folder = match profile {
        Profile::ES => &HOSPITAL,
        Profile::GHT => &GROUP,
        Profile::ESMS => &RESIDENCE,
    };
    let files = folder.files().filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)));
    written(files.collect(), schema)
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
            [(Profile::ES, CHECKS.len(), 1), (Profile::GHT, CHECKS.len(), 3), (Profile::ESMS, 54, 1)]
        {
            for lang in [Lang::Fr, Lang::En] {
                let plan = load(profile_skeleton(lang, profile, "plan.json"));
                assert_eq!(plan.header.value.profile.known(), Some(&profile));
                assert_eq!((plan.proofs.len(), plan.sites.count()), (proofs, Some(sites)), "{profile:?}");
            }
            assert_eq!(load(example(profile, "plan.json")).header.value.profile.known(), Some(&profile));
        }
    }

    #[test]
    fn a_residence_is_not_asked_about_an_emergency_ward() {
        for lang in [Lang::Fr, Lang::En] {
            let text = |profile| -> String {
                profile_skeleton(lang, profile, "plan.json").into_iter().map(|(_, text)| text).collect()
            };
            for word in ["id: urgences", "Emergency department", "Active Directory"] {
                assert!(!text(Profile::ESMS).contains(word), "{word}");
            }
            assert!(text(Profile::ES).contains("Active Directory"));
        }
    }
}
