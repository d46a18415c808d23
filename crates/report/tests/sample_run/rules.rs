//! The rules that the sample was judged by, in shortened texts.

use std::collections::BTreeMap;

use vigie_model::{Effort, RuleCard, RuleId, Severity, Text, Theme};

use crate::theme;

pub(crate) fn rules() -> BTreeMap<RuleId, RuleCard> {
    let mut rules = BTreeMap::new();
    for (id, severity, effort, keys, fr, en) in cards() {
        let card = RuleCard {
            title: Text::new(fr[0], en[0]),
            why: Text::new(fr[1], en[1]),
            remedy: Text::new(fr[2], en[2]),
            remedy_for: by_product(id),
            kind: kind(id),
            theme: theme(id),
            severity,
            effort,
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        };
        rules.insert(RuleId(id.to_owned()), card);
    }
    rules
}

type Card = (&'static str, Severity, Effort, &'static [&'static str], [&'static str; 3], [&'static str; 3]);

#[expect(clippy::too_many_lines, reason = "one table of texts reads better whole")]
fn cards() -> Vec<Card> {
    vec![
        (
            "services.remote-desktop",
            Severity::Critical,
            Effort::Low,
            &["anssi-hygiene:24", "care-d1:O1.A"],
            [
                "Bureau à distance ouvert à tout Internet",
                "C’est la porte d’entrée la plus fréquente des rançongiciels : une intrusion peut arrêter les soins pendant des semaines.",
                "Fermer ce port sur le pare-feu et donner l’accès par un VPN avec double authentification.",
            ],
            [
                "Remote desktop open to the whole Internet",
                "It is the most common way in for ransomware: one intrusion can stop care for weeks.",
                "Close this port on the firewall and give access through a VPN with two-factor authentication.",
            ],
        ),
        (
            "recovery.no-offline-copy",
            Severity::Critical,
            Effort::Medium,
            &["anssi-sauvegarde:R11", "care-d2:O3.C"],
            [
                "Sauvegarde sans copie hors ligne",
                "Un rançongiciel détruit d’abord les sauvegardes qu’il peut atteindre : sans copie hors ligne, plus rien ne permet de rétablir le dossier patient.",
                "Ajouter une copie déconnectée du réseau (bande, disque amovible ou stockage immuable) et tester sa lecture.",
            ],
            [
                "Backup without an offline copy",
                "Ransomware destroys first the backups it can reach: without an offline copy nothing is left to restore the patient record from.",
                "Add a copy that is off the network (tape, removable disk or immutable storage) and test reading it.",
            ],
        ),
        (
            "recovery.slower-than-needed",
            Severity::High,
            Effort::High,
            &["care-d2:O3.B", "nis2:21.2.c"],
            [
                "Reprise plus lente que le besoin des soins",
                "Les équipes devront tenir en mode dégradé plus longtemps que prévu, avec un risque d’erreur qui croît d’heure en heure.",
                "Revoir l’ordre de reprise ou les moyens, puis le vérifier par un exercice de restauration.",
            ],
            [
                "Recovery slower than care needs",
                "Teams will have to hold in degraded mode longer than planned, with a risk of error that grows by the hour.",
                "Review the order of recovery or its means, then check it with a restore exercise.",
            ],
        ),
        (
            "mail.dmarc-not-enforced",
            Severity::High,
            Effort::Medium,
            &["anssi-hygiene:24", "care-d1:O2.B"],
            [
                "Messages falsifiés acceptés au nom de l’établissement",
                "N’importe qui peut écrire aux patients ou aux fournisseurs avec l’adresse de l’établissement.",
                "Lire les rapports DMARC pendant quatre semaines, corriger les expéditeurs légitimes, puis passer à « quarantine » et à « reject ».",
            ],
            [
                "Forged messages accepted in the facility’s name",
                "Anyone can write to patients or suppliers with the facility’s address.",
                "Read DMARC reports for four weeks, mend legitimate senders, then move to “quarantine” and to “reject”.",
            ],
        ),
        (
            "tls.legacy-protocol",
            Severity::High,
            Effort::Low,
            &["anssi-tls:R4", "rfc9325:3.1.1", "care-d1:O2.B"],
            [
                "Chiffrement d’un autre âge encore accepté",
                "Un attaquant placé sur le réseau peut lire ou modifier ce que le patient échange avec le site.",
                "Désactiver SSL, TLS 1.0 et TLS 1.1 ; garder TLS 1.2 et TLS 1.3.",
            ],
            [
                "Outdated encryption still accepted",
                "An attacker on the network can read or change what a patient exchanges with the site.",
                "Disable SSL, TLS 1.0 and TLS 1.1; keep TLS 1.2 and TLS 1.3.",
            ],
        ),
        (
            "tls.certificate-expiring",
            Severity::High,
            Effort::Low,
            &["anssi-tls:R31"],
            [
                "Certificat bientôt expiré",
                "Le jour venu, le service devient inaccessible ou affiche une alerte.",
                "Renouveler le certificat et automatiser le renouvellement.",
            ],
            [
                "Certificate about to expire",
                "On that day the service fails or shows a warning.",
                "Renew the certificate and automate it.",
            ],
        ),
        (
            "dns.unsigned-zone",
            Severity::Low,
            Effort::Medium,
            &["anssi-dns-domaine:R6"],
            [
                "Zone DNS non signée",
                "Une réponse DNS falsifiée peut détourner les visiteurs sans que rien ne le montre.",
                "Activer DNSSEC chez l’hébergeur de la zone.",
            ],
            [
                "DNS zone not signed",
                "A forged DNS answer can divert visitors with nothing to show for it.",
                "Turn on DNSSEC at the zone’s host.",
            ],
        ),
        (
            "dns.single-network",
            Severity::Medium,
            Effort::Medium,
            &["anssi-dns-domaine:R12"],
            [
                "Serveurs DNS tous sur le même réseau",
                "Une seule panne rend l’établissement introuvable.",
                "Ajouter un serveur secondaire ailleurs.",
            ],
            [
                "DNS servers all on one network",
                "A single failure makes the facility unreachable.",
                "Add a secondary server elsewhere.",
            ],
        ),
        (
            "mail.spf-missing",
            Severity::High,
            Effort::Low,
            &["care-d1:O2.B"],
            [
                "Expéditeurs autorisés non déclarés (SPF)",
                "Les messages falsifiés ne peuvent pas être reconnus.",
                "Publier un enregistrement SPF.",
            ],
            ["Allowed senders not declared (SPF)", "Forged messages cannot be recognised.", "Publish an SPF record."],
        ),
        (
            "mail.no-starttls",
            Severity::Medium,
            Effort::Low,
            &["anssi-tls:R1"],
            ["Messagerie sans chiffrement", "Les messages circulent en clair.", "Activer STARTTLS."],
            ["Mail without encryption", "Messages travel in the clear.", "Turn on STARTTLS."],
        ),
        (
            "services.talkative-banner",
            Severity::Info,
            Effort::Low,
            &[],
            [
                "Bannière bavarde",
                "Elle aide un attaquant à choisir son outil.",
                "Réduire la bannière au nom du serveur.",
            ],
            ["Talkative banner", "It helps an attacker choose a tool.", "Cut the banner down to the server’s name."],
        ),
        (
            "activities.no-degraded-procedure",
            Severity::High,
            Effort::Medium,
            &["care-d2:O2.A"],
            [
                "Activité sans procédure dégradée",
                "L’équipe ne saurait pas travailler sans informatique.",
                "Écrire et imprimer la procédure, puis la faire essayer.",
            ],
            [
                "Activity without a degraded procedure",
                "The team could not work without IT.",
                "Write and print the procedure, then have it tried.",
            ],
        ),
        (
            "crisis.no-directory",
            Severity::Medium,
            Effort::Low,
            &["anssi-crise:10.8"],
            [
                "Annuaire de crise absent",
                "Sans annuaire hors ligne, on ne sait pas qui appeler.",
                "Tenir un annuaire imprimé, revu chaque trimestre.",
            ],
            [
                "No crisis directory",
                "Without an offline directory nobody knows whom to call.",
                "Keep a printed directory, reviewed every quarter.",
            ],
        ),
        (
            "exercises.none-this-year",
            Severity::Medium,
            Effort::Medium,
            &["care-d2:O4.A"],
            [
                "Aucun exercice depuis un an",
                "Un plan jamais essayé surprend le jour venu.",
                "Prévoir un exercice sur table de deux heures.",
            ],
            [
                "No exercise for a year",
                "A plan never tried holds surprises on the day.",
                "Plan a two-hour table-top exercise.",
            ],
        ),
    ]
}

fn by_product(id: &str) -> BTreeMap<String, Text> {
    match id {
        "tls.legacy-protocol" => BTreeMap::from([
            ("nginx".to_owned(), Text::same("ssl_protocols TLSv1.2 TLSv1.3;")),
            ("Apache".to_owned(), Text::same("SSLProtocol -all +TLSv1.2 +TLSv1.3")),
            (
                "IIS".to_owned(),
                Text::new(
                    "Désactiver TLS 1.0 et TLS 1.1 sous SCHANNEL\\Protocols dans le registre, puis redémarrer.",
                    "Disable TLS 1.0 and TLS 1.1 under SCHANNEL\\Protocols in the registry, then restart.",
                ),
            ),
        ]),
        _ => BTreeMap::new(),
    }
}

fn kind(id: &str) -> String {
    let kind = match id {
        "services.remote-desktop" => "services.port",
        "services.talkative-banner" | "mail.no-starttls" => "services.banner",
        "recovery.no-offline-copy" => "plan.backup_job",
        "recovery.slower-than-needed" => "plan.system",
        "activities.no-degraded-procedure" => "plan.activity",
        "crisis.no-directory" | "exercises.none-this-year" => "plan.directory",
        _ => match theme(id) {
            Theme::Dns => "dns.zone",
            Theme::Mail => "mail.policy",
            _ => "tls.endpoint",
        },
    };
    kind.to_owned()
}
