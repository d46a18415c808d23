//! A run of a fictional hospital with every kind of outcome, and with the hostile texts that a peer
//! could send. `tests/fixtures/run.json` is what it writes; set `VIGIE_WRITE_FIXTURES=1` to renew it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::collections::BTreeMap;

use serde_json::{Value, json};
use vigie_model::{
    Cap, CareLine, CareState, Completeness, Counts, Effort, Evidence, Facility, FacilityKind, FactPath, FactRead,
    FailedCheck, Family, FinessEj, Fingerprint, Grade, Grades, Letter, MissingFact, NextStep, Observation, Outcome,
    RUN_FORMAT, Reason, RuleCard, RuleId, Run, Severity, Source, Subject, Text, Theme, Vantage, Verdict,
    VerdictOutcome, Volume, Waived,
};

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/run.json");

#[test]
fn the_fixture_is_what_the_sample_writes() {
    let written = sample().to_json().unwrap();
    if std::env::var_os("VIGIE_WRITE_FIXTURES").is_some() {
        std::fs::write(FIXTURE, &written).unwrap();
    }
    assert_eq!(std::fs::read_to_string(FIXTURE).unwrap(), written);
    assert_eq!(Run::from_json(&written).unwrap(), sample());
}

fn sample() -> Run {
    Run {
        format: RUN_FORMAT.to_owned(),
        tool_version: "0.1.0".to_owned(),
        ruleset_hash: "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8".to_owned(),
        scope_hash: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".to_owned(),
        vantage: Vantage::Outside,
        started: "2026-11-20T06:12:04Z".parse().unwrap(),
        ended: "2026-11-20T06:14:51Z".parse().unwrap(),
        completeness: Completeness::Complete,
        volume: Volume { connections: 1284, dns_queries: 212 },
        facility: Facility {
            name: "CH de Démonstration".to_owned(),
            finess_ej: Some(FinessEj("210000018".parse().unwrap())),
            finess_eg: None,
            kind: FacilityKind::Es,
            ght: Some("GHT de l’Exemple".to_owned()),
            department: Some("21".parse().unwrap()),
        },
        observations: observations(),
        verdicts: verdicts(),
        rules: rules(),
        grades: grades(),
    }
}

const WWW: &str = "endpoint:tcp/www.ch-demo.example:443@192.0.2.10";
const PORTAL: &str = "endpoint:tcp/portail.ch-demo.example:443@192.0.2.11";
const VPN: &str = "endpoint:tcp/vpn.ch-demo.example:443@192.0.2.12";
const MAIL: &str = "endpoint:tcp/mail.ch-demo.example:25@192.0.2.25";
const DESKTOP: &str = "endpoint:tcp/192.0.2.40:3389@192.0.2.40";
const ZONE: &str = "domain:ch-demo.example";
const EMERGENCY: &str = "plan:activity/urgences";
const LABORATORY: &str = "plan:activity/laboratoire";
const RECORD: &str = "plan:system/dossier-patient";
const BACKUP: &str = "plan:backup_job/dossier-patient-nuit";

fn observations() -> Vec<Observation> {
    vec![
        look("facility", "plan.directory", Source::Declared, Outcome::unknown(Reason::NotStated, "annuaire de crise")),
        look(ZONE, "dns.zone", Source::Measured, seen(json!({"signed": false, "servers": 2}))),
        look(ZONE, "mail.policy", Source::Measured, seen(json!({"dmarc": {"policy": "none"}})))
            .with(Evidence::text("_dmarc.ch-demo.example TXT", "v=DMARC1; p=none; rua=mailto:dmarc@ch-demo.example")),
        look(MAIL, "services.banner", Source::Measured, seen(json!({"starttls": true}))).with(Evidence::text(
            "bannière",
            "220 mail.ch-demo.example \x1b]0;owned\x07\x1b[31mESMTP\x1b[0m <script>alert(1)</script>\r\n",
        )),
        look(WWW, "tls.endpoint", Source::Measured, seen(json!({"protocols": ["TLS 1.0", "TLS 1.2", "TLS 1.3"]})))
            .with(Evidence::bytes("ServerHello", &[0x16, 0x03, 0x01, 0x00, 0x7a, 0xff])),
        look(PORTAL, "tls.endpoint", Source::Measured, seen(json!({"protocols": ["TLS 1.1", "TLS 1.2"]}))),
        look(VPN, "tls.endpoint", Source::Measured, Outcome::unknown(Reason::Timeout, "192.0.2.12:443, après 5 s")),
        look(DESKTOP, "services.port", Source::Measured, seen(json!({"open": true, "protocol": "rdp"}))),
        look(EMERGENCY, "plan.activity", Source::Documented, seen(json!({"rto_s": 14400, "degraded_procedure": true}))),
        look(
            LABORATORY,
            "plan.activity",
            Source::Documented,
            Outcome::unknown(Reason::ImageOnly, "annexe-labo.pdf, page 3"),
        ),
        look(RECORD, "plan.system", Source::Documented, seen(json!({"rto_s": 172_800}))),
        look(BACKUP, "plan.backup_job", Source::Documented, seen(json!({"offline_copy": false}))),
    ]
}

#[expect(clippy::too_many_lines, reason = "one table of verdicts reads better whole")]
fn verdicts() -> Vec<Verdict> {
    let open = |checks| VerdictOutcome::Fail { checks };
    let missing =
        |path: &str, reason| VerdictOutcome::Unknown { missing: vec![MissingFact { path: path.into(), reason }] };
    vec![
        verdict("crisis.no-directory", "facility", Severity::Medium, missing("", Reason::NotStated)),
        verdict("exercises.none-this-year", "facility", Severity::Medium, missing("last_exercise", Reason::NotStated)),
        verdict(
            "dns.unsigned-zone",
            ZONE,
            Severity::Low,
            open(vec![check(
                "signed",
                Severity::Low,
                Text::new(
                    "La zone ch-demo.example n’est pas signée (DNSSEC).",
                    "Zone ch-demo.example is not signed (DNSSEC).",
                ),
                "signed",
                json!(false),
            )]),
        ),
        verdict("dns.single-network", ZONE, Severity::Medium, VerdictOutcome::Pass),
        verdict(
            "mail.dmarc-not-enforced",
            ZONE,
            Severity::High,
            open(vec![check(
                "policy",
                Severity::High,
                Text::new(
                    "La politique DMARC de ch-demo.example est « none » : les messages falsifiés sont remis.",
                    "The DMARC policy of ch-demo.example is “none”: forged messages are delivered.",
                ),
                "dmarc.policy",
                json!("none"),
            )]),
        ),
        verdict("mail.spf-missing", ZONE, Severity::High, VerdictOutcome::Pass),
        verdict("mail.no-starttls", MAIL, Severity::Medium, VerdictOutcome::Pass),
        verdict(
            "services.talkative-banner",
            MAIL,
            Severity::Info,
            open(vec![check(
                "banner",
                Severity::Info,
                Text::new(
                    "La bannière dit plus que nécessaire : \x1b[31mESMTP <script>alert(1)</script>\x07.",
                    "The banner says more than it needs to: \x1b[31mESMTP <script>alert(1)</script>\x07.",
                ),
                "banner",
                json!("220 \x1b]0;owned\x07 \u{202e}exe.fdp =cmd()|' /C calc'!A0"),
            )]),
        ),
        verdict(
            "tls.legacy-protocol",
            PORTAL,
            Severity::Medium,
            open(vec![check(
                "no-tls11",
                Severity::Medium,
                Text::new("portail.ch-demo.example accepte TLS 1.1.", "portail.ch-demo.example accepts TLS 1.1."),
                "protocols",
                json!(["TLS 1.1", "TLS 1.2"]),
            )]),
        ),
        verdict(
            "tls.certificate-expiring",
            PORTAL,
            Severity::High,
            VerdictOutcome::Waived {
                waiver: Waived {
                    reason: "Portail remplacé avant l’échéance, =SUM(A1) dans le suivi".to_owned(),
                    author: "Responsable de la sécurité, CH de Démonstration".to_owned(),
                    until: "2026-12-15".parse().unwrap(),
                },
                checks: vec![check(
                    "soon",
                    Severity::High,
                    Text::new("Le certificat expire dans 9 jours.", "The certificate expires in 9 days."),
                    "chain.certificates[0].not_after",
                    json!("2026-11-29T12:00:00Z"),
                )],
            },
        ),
        verdict("tls.legacy-protocol", VPN, Severity::High, missing("", Reason::Timeout)),
        verdict("tls.certificate-expiring", VPN, Severity::High, missing("", Reason::Timeout)),
        verdict(
            "tls.legacy-protocol",
            WWW,
            Severity::High,
            open(vec![check(
                "no-tls10",
                Severity::High,
                Text::new(
                    "www.ch-demo.example accepte TLS 1.0, que les navigateurs refusent depuis 2020.",
                    "www.ch-demo.example accepts TLS 1.0, which browsers have refused since 2020.",
                ),
                "protocols",
                json!(["TLS 1.0", "TLS 1.2", "TLS 1.3"]),
            )]),
        ),
        verdict("tls.certificate-expiring", WWW, Severity::High, VerdictOutcome::Pass),
        verdict(
            "services.remote-desktop",
            DESKTOP,
            Severity::Critical,
            open(vec![check(
                "rdp",
                Severity::Critical,
                Text::new(
                    "Un bureau à distance (RDP) répond à tout Internet sur 192.0.2.40:3389.",
                    "A remote desktop (RDP) answers the whole Internet on 192.0.2.40:3389.",
                ),
                "protocol",
                json!("rdp"),
            )]),
        ),
        verdict("services.database", DESKTOP, Severity::Critical, VerdictOutcome::NotApplicable),
        verdict("activities.no-degraded-procedure", EMERGENCY, Severity::High, VerdictOutcome::Pass),
        verdict(
            "activities.no-degraded-procedure",
            LABORATORY,
            Severity::High,
            missing("degraded_procedure", Reason::ImageOnly),
        ),
        verdict(
            "recovery.slower-than-needed",
            RECORD,
            Severity::High,
            open(vec![check(
                "rto",
                Severity::High,
                Text::new(
                    "Le dossier patient revient en 48 h ; les urgences en ont besoin sous 4 h.",
                    "The patient record comes back in 48 h; the emergency department needs it within 4 h.",
                ),
                "rto_s",
                json!(172_800),
            )]),
        ),
        verdict(
            "recovery.no-offline-copy",
            BACKUP,
            Severity::Critical,
            open(vec![check(
                "offline",
                Severity::Critical,
                Text::new(
                    "La sauvegarde « dossier-patient-nuit » n’a pas de copie hors ligne.",
                    "Backup “dossier-patient-nuit” has no offline copy.",
                ),
                "offline_copy",
                json!(false),
            )]),
        ),
    ]
}

fn rules() -> BTreeMap<RuleId, RuleCard> {
    let mut rules = BTreeMap::new();
    for (id, severity, effort, keys, fr, en) in cards() {
        let card = RuleCard {
            title: Text::new(fr[0], en[0]),
            why: Text::new(fr[1], en[1]),
            remedy: Text::new(fr[2], en[2]),
            remedy_for: by_product(id),
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

fn grades() -> Grades {
    let families = BTreeMap::from([
        (
            Family::Exposure,
            Grade {
                caps: vec![cap(Letter::D, Severity::Critical, 1), cap(Letter::C, Severity::High, 2)],
                ..grade(Some(Letter::D), Some(Letter::D), 58, 85, [4, 6, 2, 1, 1])
            },
        ),
        (
            Family::Continuity,
            Grade {
                caps: vec![cap(Letter::D, Severity::Critical, 1)],
                ..grade(Some(Letter::E), Some(Letter::D), 24, 52, [1, 2, 3, 0, 0])
            },
        ),
    ]);
    let nothing = |why: Text| Grade { not_evaluable: Some(why), ..grade(None, None, 0, 0, [0, 0, 1, 0, 0]) };
    let themes = BTreeMap::from([
        (Theme::Tls, grade(Some(Letter::C), Some(Letter::B), 61, 67, [1, 2, 2, 0, 1])),
        (Theme::Dns, grade(Some(Letter::B), Some(Letter::B), 82, 100, [1, 1, 0, 0, 0])),
        (Theme::Mail, grade(Some(Letter::C), Some(Letter::C), 64, 100, [2, 1, 0, 0, 0])),
        (Theme::Services, grade(Some(Letter::D), Some(Letter::D), 20, 100, [0, 2, 0, 1, 0])),
        (Theme::Activities, grade(Some(Letter::C), Some(Letter::A), 50, 50, [1, 0, 1, 0, 0])),
        (Theme::Recovery, grade(Some(Letter::E), Some(Letter::E), 0, 100, [0, 2, 0, 0, 0])),
        (
            Theme::Crisis,
            nothing(Text::new(
                "L’annuaire de crise n’est pas renseigné : rien à juger.",
                "The crisis directory is not stated: nothing to judge.",
            )),
        ),
        (
            Theme::Exercises,
            nothing(Text::new(
                "La date du dernier exercice n’est pas renseignée.",
                "The date of the last exercise is not stated.",
            )),
        ),
    ]);
    Grades { formula: "vigie-grade/1".to_owned(), families, themes, care: care(), next_steps: next_steps() }
}

fn care() -> Vec<CareLine> {
    let line = |key: &str, title: Text, state, because: Text, open: &[&str]| CareLine {
        key: key.to_owned(),
        title,
        state,
        because,
        confirmed: state != CareState::Trajectoire,
        open_rules: open.iter().map(|rule| RuleId((*rule).to_owned())).collect(),
        valid_until: (state == CareState::Atteint).then(|| "2027-01-19".parse().unwrap()),
    };
    vec![
        line(
            "care-d1:O1.A",
            Text::new("Exposition sur Internet maîtrisée", "Internet exposure under control"),
            CareState::Manquant,
            Text::new("Un bureau à distance répond à tout Internet.", "A remote desktop answers the whole Internet."),
            &["services.remote-desktop"],
        ),
        line(
            "care-d1:O2.B",
            Text::new("Messagerie et sites protégés", "Mail and sites protected"),
            CareState::Trajectoire,
            Text::new("Deux points restent à corriger sur six.", "Two points out of six remain to be fixed."),
            &["mail.dmarc-not-enforced"],
        ),
        line(
            "care-d1:O3.A",
            Text::new("Noms de domaine maîtrisés", "Domain names under control"),
            CareState::Atteint,
            Text::new("Chaque preuve est là et à jour.", "Every proof is there and in date."),
            &[],
        ),
        line(
            "care-d2:O2.A",
            Text::new("Procédures dégradées des activités critiques", "Degraded procedures of critical activities"),
            CareState::NonEvalue,
            Text::new(
                "La procédure du laboratoire est une image sans texte.",
                "The laboratory’s procedure is a picture without text.",
            ),
            &[],
        ),
        line(
            "care-d2:O3.C",
            Text::new("Sauvegardes restaurables", "Backups that can be restored"),
            CareState::Manquant,
            Text::new(
                "La sauvegarde du dossier patient n’a pas de copie hors ligne.",
                "The patient record’s backup has no offline copy.",
            ),
            &["recovery.no-offline-copy"],
        ),
        line(
            "care-d2:O4.A",
            Text::new("Exercice de crise", "Crisis exercise"),
            CareState::PreuvePerimee,
            Text::new(
                "Le dernier compte rendu date de plus de douze mois.",
                "The last report is more than twelve months old.",
            ),
            &[],
        ),
    ]
}

fn next_steps() -> Vec<NextStep> {
    let step = |rule: &str, on: &[&str], severity, effort, gain_tenths, family_letter_after| NextStep {
        rule: RuleId(rule.to_owned()),
        subjects: on.iter().map(|subject| subject.parse().unwrap()).collect(),
        severity,
        effort,
        gain_tenths,
        family_letter_after,
    };
    vec![
        step("services.remote-desktop", &[DESKTOP], Severity::Critical, Effort::Low, 412, Some(Letter::C)),
        step("recovery.no-offline-copy", &[BACKUP], Severity::Critical, Effort::Medium, 380, Some(Letter::D)),
        step("tls.legacy-protocol", &[PORTAL, WWW], Severity::High, Effort::Low, 187, None),
        step("mail.dmarc-not-enforced", &[ZONE], Severity::High, Effort::Medium, 155, None),
        step("recovery.slower-than-needed", &[RECORD], Severity::High, Effort::High, 140, None),
        step("dns.unsigned-zone", &[ZONE], Severity::Low, Effort::Medium, 9, None),
    ]
}

fn grade(letter: Option<Letter>, at_best: Option<Letter>, score: u8, coverage: u8, counts: [usize; 5]) -> Grade {
    let [pass, fail, unknown, not_applicable, waived] = counts;
    Grade {
        letter,
        at_best,
        score: letter.map(|_| score),
        coverage,
        counts: Counts { pass, fail, unknown, not_applicable, waived },
        caps: Vec::new(),
        not_evaluable: None,
    }
}

fn cap(at: Letter, severity: Severity, open: usize) -> Cap {
    Cap { at, severity, open }
}

fn verdict(rule: &str, subject: &str, severity: Severity, outcome: VerdictOutcome) -> Verdict {
    let print = rule
        .bytes()
        .chain(subject.bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Verdict {
        rule: RuleId(rule.to_owned()),
        subject: subject.parse().unwrap(),
        theme: theme(rule),
        severity,
        outcome,
        fingerprint: Fingerprint(format!("{print:016x}")),
    }
}

fn check(name: &str, severity: Severity, message: Text, path: &str, value: Value) -> FailedCheck {
    let read = vec![FactRead { path: FactPath::from(path), value }];
    FailedCheck { check: name.to_owned(), severity, message, read }
}

fn theme(rule: &str) -> Theme {
    let name = rule.split('.').next().unwrap_or_default();
    serde_json::from_value(json!(name)).unwrap()
}

fn look(subject: &str, kind: &str, source: Source, outcome: Outcome) -> Observation {
    Observation {
        subject: subject.parse::<Subject>().unwrap(),
        kind: kind.to_owned(),
        source,
        vantage: if source == Source::Measured { Vantage::Outside } else { Vantage::Documents },
        observed_at: "2026-11-20T06:13:00Z".parse().unwrap(),
        took_ms: 84,
        outcome,
        evidence: Vec::new(),
    }
}

fn seen(facts: Value) -> Outcome {
    Outcome::Observed { facts: serde_json::from_value(facts).unwrap(), gaps: BTreeMap::new() }
}

/// Adds a proof to a look.
trait With {
    fn with(self, proof: Evidence) -> Self;
}

impl With for Observation {
    fn with(mut self, proof: Evidence) -> Self {
        self.evidence.push(proof);
        self
    }
}
