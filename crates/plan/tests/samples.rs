//! The two sample hospitals, judged by the shipped rules of continuity.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;
use vigie_model::{Lang, Severity, Verdict, VerdictOutcome};
use vigie_plan::{Plan, catalogue, observe, skeleton};
use vigie_rules::{Frameworks, RuleSet};
use vigie_source::{Formats, Problems, SourceFile};

/// The day on which the samples are true.
const AS_OF: &str = "2026-11-22T08:00:00Z";

/// What the sample with faults must be found to have wrong, and nothing else.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
struct PlantedFaults {
    /// One line per finding.
    faults: Vec<PlantedFault>,
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
struct PlantedFault {
    /// The rule that must fail.
    rule: String,
    /// What it must fail on.
    subject: String,
    /// What was done to the plan, for readers.
    #[expect(dead_code, reason = "written for people")]
    fault: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &str) -> Vec<SourceFile> {
    let folder = root().join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> SourceFile {
    let name = path.file_name().unwrap().to_str().unwrap();
    SourceFile::from_bytes(name, &std::fs::read(path).unwrap()).unwrap()
}

fn french(problems: &Problems) -> String {
    problems.render(Lang::Fr, false, 140)
}

fn rules() -> RuleSet {
    let frameworks = Frameworks::read(&read(&root().join("rules/frameworks.yaml"))).unwrap();
    RuleSet::load(files("rules/continuity"), &catalogue().unwrap(), &frameworks)
        .unwrap_or_else(|problems| panic!("{}", french(&problems)))
}

fn plan(folder: &str) -> Plan {
    Plan::load(&files(folder)).unwrap_or_else(|problems| panic!("{}", french(&problems)))
}

fn verdicts(folder: &str) -> Vec<Verdict> {
    let as_of: Timestamp = AS_OF.parse().unwrap();
    rules().judge(&observe(&plan(folder), as_of), as_of)
}

fn findings(verdicts: &[Verdict]) -> BTreeSet<(String, String)> {
    verdicts
        .iter()
        .filter(|verdict| verdict.is_open())
        .map(|verdict| (verdict.rule.to_string(), verdict.subject.to_string()))
        .collect()
}

fn sentences(verdicts: &[Verdict]) -> String {
    let open = verdicts.iter().filter(|verdict| verdict.is_open());
    let lines = open.flat_map(|verdict| {
        let said = verdict.failed_checks().iter();
        said.map(move |check| format!("{} {}: {}", verdict.rule, verdict.subject, check.message.fr))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn findings_speak_plainly() {
    insta::assert_snapshot!(sentences(&verdicts("examples/ch-demonstration/plan")), @r#"
    continuity.rpo-exceeds-pdma plan:activity/biologie: « Biologie » accepte de perdre au plus 4 h de saisies (PDMA), mais sil peut en perdre 24 h (RPO). Plus petit changement : sauvegarder sil au moins toutes les 4 h.
    continuity.rto-exceeds-dmia plan:activity/biologie: « Biologie » ne supporte pas plus de 12 h d’arrêt (DMIA), mais l’informatique promet ad en 18 h (RTO). Plus petit changement : ramener ce délai à 12 h, ou faire réviser la DMIA par le service.
    continuity.critical-activity-without-procedure plan:activity/bloc: « Bloc opératoire » est une activité critique et le plan n’a aucune procédure pour travailler sans informatique. Plus petit changement : une fiche d’une page, imprimée dans le service.
    continuity.critical-activity-without-procedure plan:activity/imagerie: « Imagerie » est une activité critique et le plan ne dit pas qui en répond. Plus petit changement : indiquer un rôle à la ligne « owner ».
    continuity.procedure-runs-out-first plan:activity/imagerie: La procédure imagerie-papier permet à « Imagerie » de tenir 8 h, mais l’informatique ne revient pas avant 25 h (reseau → virtualisation → pacs). Plus petit changement : prévoir relèves et stocks pour 25 h, ou une seconde procédure qui prend la suite.
    continuity.rebuild-exceeds-dmia plan:activity/imagerie: Après une perte totale, reconstruire ce dont « Imagerie » a besoin prend au moins 25 h (reseau → virtualisation → pacs), pour une DMIA de 12 h. Plus petit changement : raccourcir un maillon de cette chaîne, par exemple avec une image prête à l’emploi.
    continuity.activity-without-system plan:activity/restauration: Le plan dit que « Restauration » n’a besoin d’aucun système. Plus petit changement : indiquer à la ligne « needs » au moins le téléphone ou le logiciel utilisé.
    continuity.schedule-exceeds-dmia plan:activity/sterilisation: Avec les effectifs du plan, ce dont « Stérilisation » a besoin n’est pas complet avant 13 h, quel que soit l’ordre des travaux, pour une DMIA de 12 h (reseau → autoclaves → tracabilite-sterilisation). Sans attendre personne, ce serait 8 h. Plus petit changement : une personne de plus dans l’équipe qui fait attendre, ou un renfort de prestataire écrit au contrat.
    continuity.rpo-exceeds-pdma plan:activity/urgences: « Urgences » accepte de perdre au plus 4 h de saisies (PDMA), mais sil peut en perdre 24 h (RPO). Plus petit changement : sauvegarder sil au moins toutes les 4 h.
    continuity.rto-exceeds-dmia plan:activity/urgences: « Urgences » ne supporte pas plus de 8 h d’arrêt (DMIA), mais l’informatique promet ad en 18 h (RTO). Plus petit changement : ramener ce délai à 8 h, ou faire réviser la DMIA par le service.
    continuity.backup-copies-too-close plan:backup_job/sauvegarde-images: Toutes les copies de pacs sont sur le site de production : un incendie ou une inondation emporte tout. Plus petit changement : garder une copie dans un autre bâtiment éloigné ou chez un tiers.
    continuity.backup-copies-too-close plan:backup_job/sauvegarde-images: Copies de pacs en plus de la production : 1, il en faut 2. Plus petit changement : une seconde copie, ailleurs et sur un autre support.
    continuity.backup-copies-too-close plan:backup_job/sauvegarde-images: Toutes les copies de pacs sont sur le même genre de support : une même panne peut les perdre. Plus petit changement : mettre l’une d’elles sur bande, disque amovible ou stockage extérieur.
    continuity.backup-shares-production-login plan:backup_job/sauvegarde-images: Toutes les copies de pacs s’administrent avec les comptes de la production (ad-production). Plus petit changement : des comptes locaux, propres à la sauvegarde, pour au moins une copie.
    continuity.backup-stopped plan:backup_job/sauvegarde-images: Dernière sauvegarde réussie le 20/10/2026, pour un passage prévu toutes les 12 h : au moins deux passages ont manqué. Plus petit changement : la relancer aujourd’hui et lire son compte rendu.
    continuity.no-offline-backup plan:backup_job/sauvegarde-images: Aucune copie de pacs n’est hors ligne ni protégée contre l’effacement (immuable). Plus petit changement : une copie régulière sur un support débranché.
    continuity.backup-shares-production-login plan:backup_job/sauvegarde-socle: Toutes les copies de reseau, temps, virtualisation, ad, telephonie, messagerie, intranet s’administrent avec les comptes de la production (ad-production). Plus petit changement : des comptes locaux, propres à la sauvegarde, pour au moins une copie.
    continuity.backup-too-rare plan:backup_job/sauvegarde-soins: Cette sauvegarde passe toutes les 24 h, durée de copie à ajouter, alors que dpi promet de perdre au plus 4 h de données (RPO). Plus petit changement : sauvegarder dpi plus souvent, copie comprise dans ce délai.
    continuity.person-unreachable-without-it plan:person/astreinte-dsi: « Astreinte informatique » n’est joignable que par des moyens qui tombent avec l’informatique (mail, ip_phone). Plus petit changement : noter un téléphone mobile qui ne passe pas par le réseau de l’hôpital.
    continuity.one-person-two-roles plan:person/responsable-dsi: « Responsable informatique » tient deux rôles qui agissent en même temps : conduite-technique, liaison-soins. Plus petit changement : confier l’un des deux à une autre personne.
    continuity.foundations-come-late plan:plan/pcra: L’ordre de redémarrage place l’application dpi avant ad, qui fait partie du socle (réseau, annuaire, noms, heure, certificats, sauvegarde). Plus petit changement : remonter ad avant dpi.
    continuity.implausible-rto plan:plan/pcra: Le plan promet un retour en 0 h pour telephonie. Si la durée n’est pas connue, écrivez nsp (ne sait pas) : un zéro fausse les calculs. Plus petit changement : remplacer 0 h par une durée mesurée.
    continuity.no-yearly-exercise plan:plan/pcra: Le dernier exercice de crise avec la direction et les services date de 885 jours (365 au plus). Plus petit changement : un exercice sur table de deux heures.
    continuity.paper-directory-stale plan:plan/pcra: L’annuaire de crise imprimé a 569 jours (365 au plus). Plus petit changement : le vérifier et le réimprimer.
    continuity.paper-directory-stale plan:plan/pcra: Depuis l’impression de l’annuaire de crise, des coordonnées ou des rôles ont changé : astreinte-dsi. Plus petit changement : le réimprimer.
    continuity.plan-review-overdue plan:plan/pcra: « Plan de continuité et de reprise d’activité » n’a pas été relu depuis 1025 jours (365 au plus). Plus petit changement : une relecture d’une demi-journée avec les responsables d’activité.
    continuity.plan-review-overdue plan:plan/pcra: « Plan de continuité et de reprise d’activité » a changé 270 jours après son approbation : ce qui s’applique n’a pas été approuvé. Plus petit changement : faire approuver la version actuelle.
    continuity.plan-unreadable-without-it plan:plan/pcra: Aucune copie de « Plan de continuité et de reprise d’activité » n’est lisible quand l’informatique est arrêtée. Plus petit changement : en imprimer une et la ranger dans la salle de crise.
    continuity.restore-order-inverted plan:plan/pcra: L’ordre de redémarrage écrit reconstruit dns avant ad, dont il a besoin (ad → dns). Plus petit changement : remonter ad avant dns.
    continuity.procedure-needs-lost-system plan:procedure/pharmacie-papier: La procédure « Circuit du médicament par messagerie » doit remplacer l’informatique mais s’appuie sur messagerie. Plus petit changement : une variante sur papier seul pour le cas où tout est arrêté.
    continuity.procedure-not-practised plan:procedure/urgences-papier: La procédure « Urgences sans informatique » n’a pas été pratiquée depuis 985 jours (365 au plus pour une activité critique). Plus petit changement : une heure d’essai dans le service.
    continuity.role-without-stand-in plan:role/communication: Le rôle de crise « Communication de crise » n’a pas de suppléant. Plus petit changement : désigner une seconde personne, joignable quand la première ne l’est pas.
    continuity.role-without-stand-in plan:role/directeur-de-crise: Pour le rôle « Directeur de crise », direction-generale est à la fois titulaire et son propre suppléant. Plus petit changement : désigner une autre personne comme suppléant.
    continuity.restore-deadlock plan:system/ad: « Annuaire (Active Directory) » ne peut pas être reconstruit : il faut qu’il marche déjà (ad → sauvegarde → ad). Plus petit changement : rompre un maillon de cette boucle, par exemple un compte local sur le serveur de sauvegarde ou une copie lisible sans lui.
    continuity.shared-system-too-slow plan:system/ad: « Annuaire (Active Directory) » sert plusieurs activités (admissions, biologie, bloc, paie, pharmacie, urgences) ; la plus exigeante, urgences, ne supporte que 8 h d’arrêt (DMIA), mais son délai promis est de 18 h (RTO). Plus petit changement : promettre 8 h ou moins.
    continuity.work-loop plan:system/ad: « Annuaire (Active Directory) » a besoin de lui-même pour fonctionner : ad → dns → ad. Plus petit changement : retirer un lien « runs_on » de cette boucle, ou donner une autre possibilité (« any_of »).
    continuity.critical-data-not-backed-up plan:system/dns: « Serveur de noms » sert une activité critique et aucune sauvegarde ne couvre dns. Plus petit changement : l’ajouter à la ligne « covers » d’une sauvegarde qui fonctionne.
    continuity.critical-data-not-backed-up plan:system/dpi: « Dossier patient informatisé (DPI) » sert une activité critique et aucune sauvegarde ne couvre dpi-documents. Plus petit changement : l’ajouter à la ligne « covers » d’une sauvegarde qui fonctionne.
    continuity.restore-slower-than-promised plan:system/dpi: Au dernier test, « Dossier patient informatisé (DPI) » est revenu en 14 h, alors que le plan promet 10 h (RTO). Plus petit changement : écrire 14 h dans le plan, puis chercher à raccourcir.
    continuity.shared-system-too-slow plan:system/dpi: « Dossier patient informatisé (DPI) » sert plusieurs activités (admissions, bloc, pharmacie, urgences) ; la plus exigeante, urgences, ne supporte que 8 h d’arrêt (DMIA), mais son délai promis est de 10 h (RTO). Plus petit changement : promettre 8 h ou moins.
    continuity.unused-system plan:system/intranet: Aucune activité du plan n’a besoin de « Ancien intranet ». Plus petit changement : le relier à une activité (« needs ») ou à un système (« runs_on »), ou le retirer du plan.
    continuity.rebuild-guesses-out-of-order plan:system/messagerie: Les durées de reconstruction de « Messagerie » se contredisent : il faut min ≤ likely ≤ max. Plus petit changement : corriger la ligne « rebuild ».
    continuity.restore-not-tested plan:system/sil: Le dernier test de restauration réussi de « Logiciel de biologie (SIL) » date de 890 jours (365 au plus). Plus petit changement : le refaire, avec un utilisateur qui valide.
    continuity.shared-system-too-slow plan:system/sil: « Logiciel de biologie (SIL) » sert plusieurs activités (biologie, urgences) ; la plus exigeante, urgences, ne supporte que 8 h d’arrêt (DMIA), mais son délai promis est de 10 h (RTO). Plus petit changement : promettre 8 h ou moins.
    continuity.restore-slower-than-promised plan:system/telephonie: Au dernier test, « Téléphonie » est revenu en 2 h, alors que le plan promet 0 h (RTO). Plus petit changement : écrire 2 h dans le plan, puis chercher à raccourcir.
    "#);
}

#[test]
fn every_rule_keeps_its_own_cases() {
    let rules = rules();
    assert!(rules.warnings().is_empty(), "{}", french(rules.warnings()));
    assert_eq!(rules.check_cases(), []);
    assert!(rules.len() >= 30);
}

#[test]
fn the_exemplary_hospital_has_nothing_to_mend_and_nothing_unknown() {
    let verdicts = verdicts("examples/ch-exemplaire/plan");
    let open: Vec<&Verdict> =
        verdicts.iter().filter(|verdict| verdict.is_open() && verdict.severity > Severity::Info).collect();
    assert!(open.is_empty(), "{}", sentences(&verdicts));
    let unknown: Vec<String> = verdicts
        .iter()
        .filter(|verdict| matches!(verdict.outcome, VerdictOutcome::Unknown { .. }))
        .map(|verdict| format!("{} {} {:?}", verdict.rule, verdict.subject, verdict.outcome))
        .collect();
    assert_eq!(unknown, [] as [String; 0]);
    assert!(verdicts.iter().any(|verdict| verdict.outcome == VerdictOutcome::Pass));
}

#[test]
fn a_fresh_skeleton_raises_no_alarm() {
    let as_of: Timestamp = AS_OF.parse().unwrap();
    for lang in [Lang::Fr, Lang::En] {
        let files: Vec<SourceFile> =
            skeleton(lang, "s.json").into_iter().map(|(name, text)| SourceFile::new(name, text)).collect();
        let verdicts = rules().judge(&observe(&Plan::load(&files).unwrap(), as_of), as_of);
        assert_eq!(findings(&verdicts), BTreeSet::new(), "{}", sentences(&verdicts));
    }
}

#[test]
fn the_demonstration_hospital_has_the_planted_faults_and_no_other() {
    let file = read(&root().join("examples/ch-demonstration/planted-faults.yaml"));
    let planted = vigie_source::read::<PlantedFaults>(&file, &Formats::standard())
        .unwrap_or_else(|problems| panic!("{}", french(&problems)))
        .value;
    let planted: BTreeSet<_> = planted.faults.into_iter().map(|fault| (fault.rule, fault.subject)).collect();
    let verdicts = verdicts("examples/ch-demonstration/plan");
    let found = findings(&verdicts);
    let missing: Vec<_> = planted.difference(&found).collect();
    let unplanned: Vec<_> = found.difference(&planted).collect();
    assert!(missing.is_empty() && unplanned.is_empty(), "missing {missing:#?}\nunplanned {unplanned:#?}");

    let rules: BTreeSet<String> = rules().list().map(|rule| rule.id.to_string()).collect();
    let covered: BTreeSet<String> = found.into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(covered, rules, "each rule has a fault planted for it");
}
