//! What changed between two plans, as people read it.
#![expect(clippy::panic, reason = "a test stops at the first surprise")]

mod random;

use proptest::prelude::*;
use vigie_plan::{Plan, PlanDiff, PlanFile, diff};
use vigie_source::SourceFile;

fn plan(text: &str) -> Plan {
    let text = format!("plan: {{id: pcra, title: Plan}}\n{text}");
    Plan::load(&[SourceFile::new("plan.yaml", text)]).unwrap_or_else(|problems| panic!("{problems}"))
}

fn french(diff: &PlanDiff) -> Vec<String> {
    diff.lines().map(|text| text.fr).collect()
}

#[test]
fn additions_removals_and_changes_are_told_in_words() {
    let old = plan(
        "systems: [{id: dpi, name: Dossier patient, rto: 4 h, kind: saas}, {id: sil, name: Biologie}]\n\
         activities: [{id: urg, name: Urgences, critical: true, impacts: [{after: 1 h, level: 2, kinds: [care]}, {after: 4 h, level: 4}]}]\n\
         people: [{id: garde, function: Garde, reach: [{channel: mobile, address: 06 39 98 00 01}]}]\n",
    );
    let new = plan(
        "systems: [{id: dpi, name: Dossier patient, rto: 6 h, runs_on: []}, {id: pacs, name: Images}]\n\
         activities: [{id: urg, name: Urgences, critical: false, impacts: [{after: 4 h, level: 4}, {after: 2 h, level: 3}]}]\n\
         people: [{id: garde, function: Garde, reach: [{channel: mobile, address: 06 39 98 00 02}]}]\n\
         incidents: []\n",
    );
    assert_eq!(
        french(&diff(&old, &new)),
        [
            "Activités, Urgences [urg] : Critique : oui → non",
            "Activités, Urgences [urg] : Conséquences d’un arrêt : (Après : 1 h, Gravité, de 1 à 4 : 2, Qui ou quoi est touché : patients) → (Après : 2 h, Gravité, de 1 à 4 : 3)",
            "Systèmes, Biologie [sil] : retiré",
            "Systèmes, Dossier patient [dpi] : Nature : application hébergée chez un prestataire → on ne sait pas",
            "Systèmes, Dossier patient [dpi] : Délai de reprise promis (RTO) : 4 h → 6 h",
            "Systèmes, Dossier patient [dpi] : Fonctionne avec : on ne sait pas → aucun",
            "Systèmes, Images [pacs] : ajouté",
            "Personnes, Garde [garde] : Moyens de joindre : (Moyen : téléphone mobile, Numéro ou adresse : …01) → (Moyen : téléphone mobile, Numéro ou adresse : …02)",
            "Incidents vécus : Incidents vécus : on ne sait pas → aucun",
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_difference_is_told_if_and_only_if_there_is_one(old in any::<u64>(), new in any::<u64>()) {
        let (old, new) = (random::drawn(old), random::drawn(new));
        prop_assert!(diff(&old, &old).is_empty());
        prop_assert_eq!(diff(&old, &new).is_empty(), PlanFile::from(&old) == PlanFile::from(&new));
    }
}
