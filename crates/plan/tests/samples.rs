//! The two sample hospitals, judged by the shipped rules of continuity.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod judging;

use std::collections::BTreeSet;

use jiff::Timestamp;
use judging::{AS_OF, Findings, PlantedFaults, findings, french, rules, verdicts};
use vigie_model::{Lang, Severity, Verdict, VerdictOutcome};
use vigie_plan::{CHECKS, Plan, observe, skeleton};
use vigie_source::SourceFile;

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
    continuity.action-overdue plan:action/action-2024-01: L’action « Donner un mobile à l’astreinte informatique » devait être faite le 31/12/2024 et ne l’est pas (691 jours de retard). Plus petit changement : la faire, ou décider d’une nouvelle date avec son responsable.
    continuity.action-overdue plan:action/action-2024-02: L’action « Ranger un classeur papier au bloc » est close sans avoir été essayée de nouveau. Plus petit changement : l’inscrire au prochain exercice ou test.
    continuity.rpo-exceeds-pdma plan:activity/biologie: « Biologie » accepte de perdre au plus 4 h de saisies (PDMA), mais « Logiciel de biologie (SIL) » peut en perdre 24 h (RPO). Plus petit changement : sauvegarder « Logiciel de biologie (SIL) » au moins toutes les 4 h.
    continuity.rto-exceeds-dmia plan:activity/biologie: « Biologie » ne supporte pas plus de 12 h d’arrêt (DMIA), mais l’informatique promet « Annuaire (Active Directory) » en 18 h (RTO). Plus petit changement : ramener ce délai à 12 h, ou faire réviser la DMIA par le service.
    continuity.critical-activity-without-procedure plan:activity/bloc: « Bloc opératoire » est une activité critique et le plan n’a aucune procédure pour travailler sans informatique. Plus petit changement : une fiche d’une page, imprimée dans le service.
    continuity.critical-activity-without-procedure plan:activity/imagerie: « Imagerie » est une activité critique et le plan ne dit pas qui en répond. Plus petit changement : indiquer un rôle à la ligne « owner ».
    continuity.procedure-runs-out-first plan:activity/imagerie: La procédure « Imagerie sur support amovible » permet à « Imagerie » de tenir 8 h, mais l’informatique ne revient pas avant 25 h (Réseau et pare-feu → Serveurs et virtualisation → Images médicales (PACS)). Plus petit changement : prévoir relèves et stocks pour 25 h, ou une seconde procédure qui prend la suite.
    continuity.rebuild-exceeds-dmia plan:activity/imagerie: Après une perte totale, reconstruire ce dont « Imagerie » a besoin prend au moins 25 h (Réseau et pare-feu → Serveurs et virtualisation → Images médicales (PACS)), pour une DMIA de 12 h. Plus petit changement : raccourcir un maillon de cette chaîne, par exemple avec une image prête à l’emploi.
    continuity.impact-analysis-stale plan:activity/paie: Les durées admissibles de « Paie » ont été validées il y a 1300 jours (730 au plus). Plus petit changement : une heure avec le service pour les confirmer.
    continuity.activity-without-system plan:activity/restauration: Le plan dit que « Restauration » n’a besoin d’aucun système. Plus petit changement : indiquer à la ligne « needs » au moins le téléphone ou le logiciel utilisé.
    continuity.schedule-exceeds-dmia plan:activity/sterilisation: Avec les effectifs du plan, ce dont « Stérilisation » a besoin n’est pas complet avant 13 h, quel que soit l’ordre des travaux, pour une DMIA de 12 h (Réseau et pare-feu → Pilotage des autoclaves → Traçabilité de la stérilisation). Sans attendre personne, ce serait 8 h. Plus petit changement : une personne de plus dans l’équipe qui fait attendre, ou un renfort de prestataire écrit au contrat.
    continuity.rpo-exceeds-pdma plan:activity/urgences: « Urgences » accepte de perdre au plus 4 h de saisies (PDMA), mais « Logiciel de biologie (SIL) » peut en perdre 24 h (RPO). Plus petit changement : sauvegarder « Logiciel de biologie (SIL) » au moins toutes les 4 h.
    continuity.rto-exceeds-dmia plan:activity/urgences: « Urgences » ne supporte pas plus de 8 h d’arrêt (DMIA), mais l’informatique promet « Annuaire (Active Directory) » en 18 h (RTO). Plus petit changement : ramener ce délai à 8 h, ou faire réviser la DMIA par le service.
    continuity.backup-of-nothing plan:backup_job/sauvegarde-ancienne: Cette sauvegarde ne couvre rien dans le plan. Plus petit changement : indiquer à la ligne « covers » ce qu’elle sauvegarde, ou la retirer.
    continuity.backup-copies-too-close plan:backup_job/sauvegarde-images: Toutes les copies de « Images médicales (PACS) » sont sur le site de production : un incendie ou une inondation emporte tout. Plus petit changement : garder une copie dans un autre bâtiment éloigné ou chez un tiers.
    continuity.backup-copies-too-close plan:backup_job/sauvegarde-images: Copies de « Images médicales (PACS) » en plus de la production : 1, il en faut 2. Plus petit changement : une seconde copie, ailleurs et sur un autre support.
    continuity.backup-copies-too-close plan:backup_job/sauvegarde-images: Toutes les copies de « Images médicales (PACS) » sont sur le même genre de support : une même panne peut les perdre. Plus petit changement : mettre l’une d’elles sur bande, disque amovible ou stockage extérieur.
    continuity.backup-shares-production-login plan:backup_job/sauvegarde-images: Toutes les copies de « Images médicales (PACS) » s’administrent avec les comptes de la production (ad-production). Plus petit changement : des comptes locaux, propres à la sauvegarde, pour au moins une copie.
    continuity.backup-stopped plan:backup_job/sauvegarde-images: Dernière sauvegarde réussie le 20/10/2026, pour un passage prévu toutes les 12 h : au moins deux passages ont manqué. Plus petit changement : la relancer aujourd’hui et lire son compte rendu.
    continuity.no-offline-backup plan:backup_job/sauvegarde-images: Aucune copie de « Images médicales (PACS) » n’est hors ligne ni protégée contre l’effacement (immuable). Plus petit changement : une copie régulière sur un support débranché.
    continuity.restore-transfer-too-long plan:backup_job/sauvegarde-images: Relire toute la sauvegarde de « Images médicales (PACS) » prend 60 h à la vitesse mesurée, alors que le plan donne au plus 40 h pour reconstruire ces systèmes. Plus petit changement : écrire 60 h dans leurs durées de reconstruction (« rebuild »), puis chercher une lecture plus rapide.
    continuity.backup-shares-production-login plan:backup_job/sauvegarde-socle: Toutes les copies de « Réseau et pare-feu », « Serveur de temps », « Serveurs et virtualisation », « Annuaire (Active Directory) », « Téléphonie », « Messagerie », « Ancien intranet » s’administrent avec les comptes de la production (ad-production). Plus petit changement : des comptes locaux, propres à la sauvegarde, pour au moins une copie.
    continuity.backup-too-rare plan:backup_job/sauvegarde-soins: Cette sauvegarde passe toutes les 24 h, durée de copie à ajouter, alors que « Dossier patient informatisé (DPI) » promet de perdre au plus 4 h de données (RPO). Plus petit changement : sauvegarder « Dossier patient informatisé (DPI) » plus souvent, copie comprise dans ce délai.
    continuity.not-a-crisis-exercise plan:exercise/bascule-2026: « Bascule des serveurs vers l’annexe » est un test technique : que la direction ou les services y aient pris part n’en fait pas l’exercice de crise de l’année. Plus petit changement : jouer avec eux un scénario de crise, fût-ce deux heures autour d’une table.
    continuity.not-a-crisis-exercise plan:exercise/bascule-2026: « Bascule des serveurs vers l’annexe » est un test technique : il ne compte pas comme exercice de crise de l’année, qui réunit la direction et les services. Plus petit changement : le garder parmi les tests, et prévoir un exercice sur table de deux heures.
    continuity.measured-slower-than-plan plan:exercise/exercice-2024: L’exercice « Rançongiciel un samedi matin » a mesuré 14 h pour « Dossier patient informatisé (DPI) », et le plan annonce toujours 10 h. Plus petit changement : écrire 14 h dans le plan, ou une action datée pour faire mieux.
    continuity.notification-not-ready plan:notification/notification-cnil: La déclaration « CNIL » n’a pas de responsable dans le plan. Plus petit changement : indiquer un rôle à la ligne « owner ».
    continuity.notification-not-ready plan:notification/notification-cnil: La déclaration « CNIL » ne peut plus être faite quand l’informatique est arrêtée. Plus petit changement : noter un téléphone ou un mobile à la ligne « fallback ».
    continuity.notification-not-ready plan:notification/notification-cnil: Le plan prévoit la déclaration « CNIL » en 120 h, alors que la loi laisse 72 h. Plus petit changement : écrire 72 h ou moins.
    continuity.person-unreachable-without-it plan:person/astreinte-dsi: « Astreinte informatique » n’est joignable que par des moyens qui tombent avec l’informatique, comme la messagerie ou un téléphone branché sur le réseau. Plus petit changement : noter un téléphone mobile qui ne passe pas par le réseau de l’hôpital.
    continuity.single-point-of-failure plan:person/charge-communication: Sans « Chargé de communication » seul, le plan perd : « Communication de crise ». Plus petit changement : une autre possibilité (« any_of », un second exemplaire, une seconde personne), ou l’accepter jusqu’à une date (« single_point_accepted_until »).
    continuity.contact-without-role plan:person/direction-garde: « Direction de garde » est dans le plan sans aucun rôle de crise. Plus petit changement : lui confier un rôle ou une suppléance, ou l’ôter du plan.
    continuity.single-point-of-failure plan:person/direction-generale: Sans « Direction générale » seul, le plan perd : « Directeur de crise ». Plus petit changement : une autre possibilité (« any_of », un second exemplaire, une seconde personne), ou l’accepter jusqu’à une date (« single_point_accepted_until »).
    continuity.one-person-two-roles plan:person/responsable-dsi: « Responsable informatique » tient deux rôles qui agissent en même temps : « Conduite technique », « Liaison avec les soins ». Plus petit changement : confier l’un des deux à une autre personne.
    continuity.crisis-cell-too-small plan:plan/pcra: Pour tenir trois jours en relèves de douze heures, la cellule de crise demande 6 personnes, et 4 peuvent être jointes sans l’informatique. Plus petit changement : désigner les suppléants qui manquent et noter leur mobile.
    continuity.foundations-come-late plan:plan/pcra: L’ordre de redémarrage place l’application « Dossier patient informatisé (DPI) » avant « Annuaire (Active Directory) », qui fait partie du socle (réseau, annuaire, noms, heure, certificats, sauvegarde). Plus petit changement : remonter « Annuaire (Active Directory) » avant « Dossier patient informatisé (DPI) ».
    continuity.implausible-rto plan:plan/pcra: Le plan promet un retour en 0 h pour « Téléphonie ». Si la durée n’est pas connue, écrivez nsp (ne sait pas) : un zéro fausse les calculs. Plus petit changement : remplacer 0 h par une durée mesurée.
    continuity.no-yearly-exercise plan:plan/pcra: Le dernier exercice de crise avec la direction et les services date de 885 jours (365 au plus). Plus petit changement : un exercice sur table de deux heures.
    continuity.paper-directory-stale plan:plan/pcra: L’annuaire de crise imprimé a 569 jours (365 au plus). Plus petit changement : le vérifier et le réimprimer.
    continuity.paper-directory-stale plan:plan/pcra: Depuis l’impression de l’annuaire de crise, des coordonnées ou des rôles ont changé : « Astreinte informatique ». Plus petit changement : le réimprimer.
    continuity.plan-review-overdue plan:plan/pcra: « Plan de continuité et de reprise d’activité » n’a pas été relu depuis 1025 jours (365 au plus). Plus petit changement : une relecture d’une demi-journée avec les responsables d’activité.
    continuity.plan-review-overdue plan:plan/pcra: « Plan de continuité et de reprise d’activité » a changé 270 jours après son approbation : ce qui s’applique n’a pas été approuvé. Plus petit changement : faire approuver la version actuelle.
    continuity.plan-unreadable-without-it plan:plan/pcra: Aucune copie de « Plan de continuité et de reprise d’activité » n’est lisible quand l’informatique est arrêtée. Plus petit changement : en imprimer une et la ranger dans la salle de crise.
    continuity.restore-order-inverted plan:plan/pcra: L’ordre de redémarrage écrit reconstruit « Serveur de noms » avant « Annuaire (Active Directory) », dont il a besoin. Plus petit changement : remonter « Annuaire (Active Directory) » avant « Serveur de noms ».
    continuity.scope-too-narrow plan:plan/pcra: Les sites dont une activité critique a une procédure dégradée font 60 % de l’activité combinée (66 % demandés). Plus petit changement : écrire une procédure pour le plus gros site qui manque.
    continuity.scope-too-narrow plan:plan/pcra: Les sites où un plan a été essayé sur le terrain font 0 % de l’activité combinée (66 % demandés). Plus petit changement : un essai d’une heure dans un service du plus gros site qui manque.
    continuity.kit-unchecked plan:procedure/biologie-papier: Le matériel de la procédure « Résultats urgents par porteur » n’a pas été vérifié depuis 922 jours (365 au plus). Plus petit changement : ouvrir l’armoire et compter.
    continuity.procedure-needs-lost-system plan:procedure/pharmacie-papier: La procédure « Circuit du médicament par messagerie » doit remplacer l’informatique mais s’appuie sur « Messagerie ». Plus petit changement : une variante sur papier seul pour le cas où tout est arrêté.
    continuity.procedure-not-practised plan:procedure/urgences-papier: La procédure « Urgences sans informatique » n’a pas été pratiquée depuis 985 jours (365 au plus pour une activité critique). Plus petit changement : une heure d’essai dans le service.
    pcra.promises-do-not-fit plan:proof/bia-08: L’informatique promet moins que ce que des activités critiques supportent. Plus petit changement : voir les constats sur les délais promis (RTO) et l’arrêt supportable (DMIA) puis sur les pertes promises (RPO) et supportables (PDMA).
    pcra.proof-expired plan:proof/cri-03: La preuve « annuaire de crise imprimé » (CRI-03) porte la date du 02/05/2025 et ne vaut plus. Plus petit changement : refaire ce qu’elle montre et écrire la nouvelle date.
    pcra.no-cutoff-sheet plan:proof/cri-06: Personne n’a autorité écrite pour couper les réseaux. Plus petit changement : une fiche : qui décide, quoi débrancher, où.
    pcra.no-reflex-cards plan:proof/cri-08: Les rôles de crise n’ont pas de fiche réflexe. Plus petit changement : une fiche d’une page pour le directeur de crise.
    pcra.proof-expired plan:proof/exe-01: La preuve « exercice de crise de l’année » (EXE-01) porte la date du 20/06/2024 et ne vaut plus. Plus petit changement : refaire ce qu’elle montre et écrire la nouvelle date.
    pcra.no-field-test plan:proof/exe-02: Aucun plan n’a été essayé dans un service. Plus petit changement : une matinée sans informatique dans un service volontaire.
    pcra.proof-expired plan:proof/gov-01: La preuve « politique de sécurité approuvée et revue » (GOV-01) porte la date du 01/09/2022 et ne vaut plus. Plus petit changement : refaire ce qu’elle montre et écrire la nouvelle date.
    pcra.proof-expired plan:proof/gov-08: La preuve « revue du plan » (GOV-08) porte la date du 01/02/2024 et ne vaut plus. Plus petit changement : refaire ce qu’elle montre et écrire la nouvelle date.
    pcra.plan-only-online plan:proof/gov-09: Aucune copie du plan n’est lisible hors ligne. Plus petit changement : en imprimer une et la ranger dans la salle de crise.
    pcra.no-complaint-plan plan:proof/not-03: Le dépôt de plainte sous 72 heures n’est pas prévu. Plus petit changement : le numéro de la police et celui du contrat d’assurance sur une fiche.
    pcra.critical-activity-without-plan plan:proof/pca-01: Une activité critique n’a pas de procédure de continuité. Plus petit changement : une fiche d’une page pour l’activité qui manque.
    pcra.no-offline-record-extract plan:proof/pca-07: Aucune extraction du dossier patient n’est disponible hors ligne. Plus petit changement : un export chiffré deux fois par jour sur un poste isolé par étage.
    pcra.critical-system-not-saved plan:proof/svg-02: Un système critique n’est pas dans une sauvegarde. Plus petit changement : voir les constats par système et compléter « covers ».
    pcra.backup-login-not-apart plan:proof/svg-03: Une sauvegarde critique s’administre avec les comptes de la production. Plus petit changement : des comptes locaux pour au moins une copie.
    pcra.backup-console-one-factor plan:proof/svg-04: La console de sauvegarde s’ouvre avec un seul mot de passe. Plus petit changement : activer le second facteur, ou écrire pourquoi le produit ne le permet pas.
    pcra.backup-directory-weak plan:proof/svg-05: L’annuaire dédié à la sauvegarde est sous le niveau 3 de l’audit de l’ANSSI. Plus petit changement : corriger les points de niveau 1 et 2 du rapport.
    pcra.proof-expired plan:proof/svg-05: La preuve « audit de l’annuaire dédié à la sauvegarde » (SVG-05) porte la date du 04/05/2026 et ne vaut plus. Plus petit changement : refaire ce qu’elle montre et écrire la nouvelle date.
    pcra.no-red-button plan:proof/svg-07: Aucune procédure ne permet d’isoler la sauvegarde. Plus petit changement : une page : quel câble, quel port, qui, et un essai.
    pcra.not-3-2-1 plan:proof/svg-08: Une sauvegarde critique ne suit pas la règle 3-2-1. Plus petit changement : voir les constats par sauvegarde, et dater ce qui reste à faire.
    continuity.contract-below-promise plan:provider/hebergeur-paie: Le prestataire de « Paie hébergée » garantit un retour en 120 h (GTR, garantie de temps de rétablissement), mais le plan promet « Paie hébergée » en 24 h (RTO). Plus petit changement : allonger cette promesse à 120 h, ou obtenir une garantie plus courte.
    continuity.contract-below-promise plan:provider/hebergeur-paie: Le prestataire de « Paie hébergée » ne peut pas être appelé à toute heure en cas de crise. Plus petit changement : obtenir un numéro d’astreinte et l’écrire dans l’annuaire de crise.
    continuity.contract-below-promise plan:provider/hebergeur-paie: Le contrat de « Paie hébergée » n’a pas à la fois une clause de continuité et une aide à la restauration. Plus petit changement : les demander par avenant.
    continuity.rebuild-faster-than-tested plan:restore_test/test-dpi: Au dernier test, le retour de « Base du DPI » a pris 14 h, alors que le plan donne au pire 12 h pour tout reconstruire. Plus petit changement : porter les durées les plus longues (« max ») à 14 h.
    continuity.role-without-stand-in plan:role/communication: Le rôle de crise « Communication de crise » n’a pas de suppléant. Plus petit changement : désigner une seconde personne, joignable quand la première ne l’est pas.
    continuity.role-without-stand-in plan:role/directeur-de-crise: Pour le rôle « Directeur de crise », « Direction générale » est à la fois titulaire et son propre suppléant. Plus petit changement : désigner une autre personne comme suppléant.
    continuity.scenario-leaves-plan-unreadable plan:scenario/panne-telephonie: Dans le scénario « Panne générale du téléphone », ni clé ni mot de passe scellé ne reste lisible : rien ne peut être restauré. Plus petit changement : une enveloppe scellée au coffre (« copies », of: keys).
    continuity.scenario-leaves-plan-unreadable plan:scenario/panne-telephonie: Dans le scénario « Panne générale du téléphone », aucun support d’installation ne reste lisible. Plus petit changement : une clé USB au coffre avec les logiciels de base (« copies », of: install_media).
    continuity.scenario-not-exercised plan:scenario/panne-telephonie: Le scénario « Panne générale du téléphone » n’a été joué dans aucun exercice de crise depuis trois ans. Plus petit changement : le choisir pour le prochain exercice sur table.
    continuity.scenario-breaks-procedure plan:scenario/rancongiciel: Dans le scénario « Rançongiciel, tout le système d’information est arrêté », ces procédures dégradées s’appuient sur un système perdu (« Messagerie ») : « Circuit du médicament par messagerie ». Plus petit changement : une variante sur papier seul.
    continuity.scenario-leaves-nobody-reachable plan:scenario/rancongiciel: Dans le scénario « Rançongiciel, tout le système d’information est arrêté », ces personnes ne peuvent plus être appelées : « Astreinte informatique ». Plus petit changement : leur ajouter un moyen qui ne dépend pas de ce qui est perdu.
    continuity.scenario-leaves-plan-unreadable plan:scenario/rancongiciel: Dans le scénario « Rançongiciel, tout le système d’information est arrêté », aucune copie du plan ne reste lisible. Plus petit changement : en imprimer une et la ranger dans la salle de crise.
    continuity.scenario-leaves-plan-unreadable plan:scenario/rancongiciel: Dans le scénario « Rançongiciel, tout le système d’information est arrêté », ni clé ni mot de passe scellé ne reste lisible : rien ne peut être restauré. Plus petit changement : une enveloppe scellée au coffre (« copies », of: keys).
    continuity.scenario-leaves-plan-unreadable plan:scenario/rancongiciel: Dans le scénario « Rançongiciel, tout le système d’information est arrêté », aucun support d’installation ne reste lisible. Plus petit changement : une clé USB au coffre avec les logiciels de base (« copies », of: install_media).
    continuity.scenario-not-exercised plan:scenario/rancongiciel: Le scénario « Rançongiciel, tout le système d’information est arrêté » arrête ces activités critiques, qui ne l’ont pas joué depuis trois ans : « Biologie », « Imagerie », « Pharmacie ». Plus petit changement : inviter leur cadre au prochain exercice.
    continuity.single-point-of-failure plan:site/site-principal: Sans « Site principal » seul, le plan perd : « Biologie », « Bloc opératoire », « Imagerie », « Pharmacie », « Urgences ». Plus petit changement : une autre possibilité (« any_of », un second exemplaire, une seconde personne), ou l’accepter jusqu’à une date (« single_point_accepted_until »).
    continuity.restore-deadlock plan:system/ad: « Annuaire (Active Directory) » ne peut pas être reconstruit : il faut qu’il marche déjà (Annuaire (Active Directory) → Serveur de sauvegarde → Annuaire (Active Directory)). Plus petit changement : rompre un maillon de cette boucle, par exemple un compte local sur le serveur de sauvegarde ou une copie lisible sans lui.
    continuity.shared-system-too-slow plan:system/ad: « Annuaire (Active Directory) » sert plusieurs activités (« Admissions », « Biologie », « Bloc opératoire », « Paie », « Pharmacie », « Urgences ») ; la plus exigeante, « Urgences », ne supporte que 8 h d’arrêt (DMIA), mais son délai promis est de 18 h (RTO). Plus petit changement : promettre 8 h ou moins.
    continuity.single-point-of-failure plan:system/ad: Sans « Annuaire (Active Directory) » seul, le plan perd : « Biologie », « Bloc opératoire », « Pharmacie », « Urgences ». Plus petit changement : une autre possibilité (« any_of », un second exemplaire, une seconde personne), ou l’accepter jusqu’à une date (« single_point_accepted_until »).
    continuity.work-loop plan:system/ad: « Annuaire (Active Directory) » a besoin de lui-même pour fonctionner : Annuaire (Active Directory) → Serveur de noms → Annuaire (Active Directory). Plus petit changement : retirer un lien « runs_on » de cette boucle, ou donner une autre possibilité (« any_of »).
    continuity.critical-data-not-backed-up plan:system/dns: « Serveur de noms » sert une activité critique et aucune sauvegarde ne couvre « Serveur de noms ». Plus petit changement : l’ajouter à la ligne « covers » d’une sauvegarde qui fonctionne.
    continuity.critical-data-not-backed-up plan:system/dpi: « Dossier patient informatisé (DPI) » sert une activité critique et aucune sauvegarde ne couvre « Documents du DPI ». Plus petit changement : l’ajouter à la ligne « covers » d’une sauvegarde qui fonctionne.
    continuity.restore-slower-than-promised plan:system/dpi: Au dernier test, « Dossier patient informatisé (DPI) » est revenu en 14 h, alors que le plan promet 10 h (RTO). Plus petit changement : écrire 14 h dans le plan, puis chercher à raccourcir.
    continuity.shared-system-too-slow plan:system/dpi: « Dossier patient informatisé (DPI) » sert plusieurs activités (« Admissions », « Bloc opératoire », « Pharmacie », « Urgences ») ; la plus exigeante, « Urgences », ne supporte que 8 h d’arrêt (DMIA), mais son délai promis est de 10 h (RTO). Plus petit changement : promettre 8 h ou moins.
    continuity.unused-system plan:system/intranet: Aucune activité du plan n’a besoin de « Ancien intranet ». Plus petit changement : le relier à une activité (« needs ») ou à un système (« runs_on »), ou le retirer du plan.
    continuity.rebuild-guesses-out-of-order plan:system/messagerie: Les durées de reconstruction de « Messagerie » se contredisent : il faut min ≤ likely ≤ max. Plus petit changement : corriger la ligne « rebuild ».
    continuity.restore-not-tested plan:system/sil: Le dernier test de restauration réussi de « Logiciel de biologie (SIL) » date de 890 jours (365 au plus). Plus petit changement : le refaire, avec un utilisateur qui valide.
    continuity.shared-system-too-slow plan:system/sil: « Logiciel de biologie (SIL) » sert plusieurs activités (« Biologie », « Urgences ») ; la plus exigeante, « Urgences », ne supporte que 8 h d’arrêt (DMIA), mais son délai promis est de 10 h (RTO). Plus petit changement : promettre 8 h ou moins.
    continuity.restore-slower-than-promised plan:system/telephonie: Au dernier test, « Téléphonie » est revenu en 2 h, alors que le plan promet 0 h (RTO). Plus petit changement : écrire 2 h dans le plan, puis chercher à raccourcir.
    continuity.team-never-exercised plan:team/equipe-applications: L’équipe « Équipe applications » n’a participé à aucun exercice depuis trois ans. Plus petit changement : l’inscrire au prochain exercice ou test de restauration.
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
fn each_check_of_the_continuity_file_has_one_rule() {
    let rules = rules();
    let mut judged: Vec<String> = rules.list().filter_map(|rule| rule.item.clone()).collect();
    judged.sort();
    let mut checks: Vec<String> = CHECKS.iter().map(vigie_plan::Check::slug).collect();
    checks.sort();
    assert_eq!(judged, checks);
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

/// The faults that a sample says it has, and those that are found.
fn planted_and_found(sample: &str) -> (Findings, Findings) {
    let planted = PlantedFaults::of(&format!("examples/{sample}")).findings();
    (planted, findings(&verdicts(&format!("examples/{sample}/plan"))))
}

#[test]
fn samples_with_faults_have_the_planted_ones_and_no_other_and_every_rule_has_one() {
    let mut covered = BTreeSet::new();
    for sample in ["ch-demonstration", "ch-debutant"] {
        let (planted, found) = planted_and_found(sample);
        let missing: Vec<_> = planted.difference(&found).collect();
        let unplanned: Vec<_> = found.difference(&planted).collect();
        assert!(missing.is_empty() && unplanned.is_empty(), "{sample}: missing {missing:#?}\nunplanned {unplanned:#?}");
        covered.extend(found.into_iter().map(|(rule, _)| rule));
    }
    let rules: BTreeSet<String> = rules().list().map(|rule| rule.id.to_string()).collect();
    assert_eq!(covered, rules, "each rule has a fault planted for it");
}
