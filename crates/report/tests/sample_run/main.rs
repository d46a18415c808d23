//! A run of a fictional hospital with every kind of outcome, and with the hostile texts that a peer
//! could send. `tests/fixtures/run.json` is what it writes; set `VIGIE_WRITE_FIXTURES=1` to renew it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod grades;
mod rules;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use vigie_model::{
    Completeness, Evidence, Facility, FacilityKind, FactPath, FactRead, FailedCheck, FinessEj, Fingerprint,
    MissingFact, Observation, Outcome, RUN_FORMAT, Reason, RuleId, Run, Severity, Source, Subject, Text, Theme,
    Vantage, Verdict, VerdictOutcome, Volume, Waived,
};

use grades::grades;
use rules::rules;

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
        look(
            "facility",
            "plan.directory",
            Source::Declared,
            Outcome::unknown(Reason::NotStated, Text::same("annuaire de crise")),
        ),
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
        look(
            VPN,
            "tls.endpoint",
            Source::Measured,
            Outcome::unknown(Reason::Timeout, Text::new("192.0.2.12:443, après 5 s", "192.0.2.12:443, after 5 s")),
        ),
        look(DESKTOP, "services.port", Source::Measured, seen(json!({"open": true, "protocol": "rdp"}))),
        look(EMERGENCY, "plan.activity", Source::Documented, seen(json!({"rto_s": 14400, "degraded_procedure": true}))),
        look(
            LABORATORY,
            "plan.activity",
            Source::Documented,
            Outcome::unknown(Reason::ImageOnly, Text::same("annexe-labo.pdf, page 3")),
        ),
        look(RECORD, "plan.system", Source::Documented, seen(json!({"rto_s": 172_800})))
            .with(Evidence::text("plan/systemes.yaml:40", "name: Dossier patient"))
            .with(Evidence::text("plan/systemes.yaml:42", "rto: 48 h"))
            .with(Evidence::text("plan/systemes.yaml:43", "runs_on: [annuaire]"))
            .with(Evidence::text("plan/systemes.yaml:44", "owner: dsi")),
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
        owner: (subject == RECORD).then(|| "Équipe système".to_owned()),
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
