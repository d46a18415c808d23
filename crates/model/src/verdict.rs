use std::fmt;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{FactPath, Reason, Subject, Text};

/// Name of a rule: `theme.bad-state`, never reused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RuleId(pub String);

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How much harm a finding can do, from none to lives at stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Hygiene.
    Low,
    /// Weakens a protection.
    Medium,
    /// Opens a way in, or delays care.
    High,
    /// To be dealt with at once.
    Critical,
}

/// How much work a remedy asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// Hours, one person.
    Low,
    /// Days, or a supplier.
    Medium,
    /// A project.
    High,
}

/// The grading themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Encrypted connections and certificates.
    Tls,
    /// Names, delegation, signatures.
    Dns,
    /// Mail authentication and transport.
    Mail,
    /// What answers from outside.
    Services,
    /// Activities: impact analysis, degraded procedures.
    Activities,
    /// Systems, backups and their rebuilding.
    Recovery,
    /// People, roles, directory, alerts.
    Crisis,
    /// Exercises and tests.
    Exercises,
}

/// The two halves of vigie: neither hides the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// What an attacker sees.
    Exposure,
    /// Whether care comes back in time.
    Continuity,
}

impl Theme {
    /// Every theme, in report order.
    pub const ALL: [Self; 8] = [
        Self::Tls,
        Self::Dns,
        Self::Mail,
        Self::Services,
        Self::Activities,
        Self::Recovery,
        Self::Crisis,
        Self::Exercises,
    ];

    /// The half it belongs to.
    pub fn family(self) -> Family {
        match self {
            Self::Tls | Self::Dns | Self::Mail | Self::Services => Family::Exposure,
            Self::Activities | Self::Recovery | Self::Crisis | Self::Exercises => Family::Continuity,
        }
    }

    /// The name a reader sees.
    pub fn text(self) -> Text {
        let (fr, en) = match self {
            Self::Tls => ("Connexions chiffrées (TLS)", "Encrypted connections (TLS)"),
            Self::Dns => ("Noms de domaine (DNS)", "Domain names (DNS)"),
            Self::Mail => ("Messagerie", "Mail"),
            Self::Services => ("Services exposés", "Exposed services"),
            Self::Activities => ("Activités et modes dégradés", "Activities and degraded modes"),
            Self::Recovery => ("Sauvegarde et reprise", "Backup and recovery"),
            Self::Crisis => ("Gestion de crise", "Crisis management"),
            Self::Exercises => ("Exercices et tests", "Exercises and tests"),
        };
        Text::new(fr, en)
    }
}

impl Family {
    /// Both halves, in report order.
    pub const ALL: [Self; 2] = [Self::Exposure, Self::Continuity];

    /// The name a reader sees.
    pub fn text(self) -> Text {
        match self {
            Self::Exposure => Text::new("Exposition", "Exposure"),
            Self::Continuity => Text::new("Continuité", "Continuity"),
        }
    }
}

impl Severity {
    /// Every severity, mildest first.
    pub const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word a reader sees.
    pub fn text(self) -> Text {
        let (fr, en) = match self {
            Self::Info => ("information", "info"),
            Self::Low => ("faible", "low"),
            Self::Medium => ("moyen", "medium"),
            Self::High => ("élevé", "high"),
            Self::Critical => ("critique", "critical"),
        };
        Text::new(fr, en)
    }
}

impl Effort {
    /// The word a reader sees.
    pub fn text(self) -> Text {
        let (fr, en) = match self {
            Self::Low => ("quelques heures", "a few hours"),
            Self::Medium => ("quelques jours", "a few days"),
            Self::High => ("un projet", "a project"),
        };
        Text::new(fr, en)
    }
}

/// A fact that a check read, with the value it had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactRead {
    /// Where in the facts (`protocols`, `chain.certificates[0].not_after`).
    pub path: FactPath,
    /// What it said.
    pub value: Value,
}

/// A fact that a check needed and that was not seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MissingFact {
    /// Where in the facts; empty when the whole observation is missing.
    pub path: FactPath,
    /// Why.
    pub reason: Reason,
}

/// One check of a rule that failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FailedCheck {
    /// The check's name within its rule.
    pub check: String,
    /// How bad this is.
    pub severity: Severity,
    /// What is wrong, with the facts filled in.
    pub message: Text,
    /// The facts that decided, the failing element first when the check walked a list.
    pub read: Vec<FactRead>,
}

/// Hash of a rule's identity and of the facts its verdict rests on, as 16 hexadecimal digits.
/// A waiver names it, so that it falls when the facts change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Fingerprint(pub String);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An accepted risk: who, why, until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waived {
    /// Why the risk is accepted.
    pub reason: String,
    /// Who accepts it.
    pub author: String,
    /// Last day it holds.
    pub until: Date,
}

/// A facility's decision to live with a finding. It names the fingerprint of the facts it was taken
/// on, so that it falls when they change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The rule whose finding is accepted.
    pub rule: RuleId,
    /// On what, as reports write it (`endpoint:tcp/www.ch-demo.example:443@192.0.2.1`).
    pub subject: Subject,
    /// Fingerprint of the finding, as reports write it.
    pub fingerprint: Fingerprint,
    /// Why the risk is accepted.
    #[schemars(length(min = 1))]
    pub reason: String,
    /// Who accepts it.
    #[schemars(length(min = 1))]
    pub author: String,
    /// Last day it holds.
    pub until: Date,
}

/// What a rule says of a subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum VerdictOutcome {
    /// Every check held.
    Pass,
    /// At least one check failed, whatever else is unknown.
    Fail {
        /// The failed checks, worst first.
        checks: Vec<FailedCheck>,
    },
    /// No check failed and at least one could not be decided.
    Unknown {
        /// The facts that are missing.
        missing: Vec<MissingFact>,
    },
    /// The rule does not concern this subject.
    NotApplicable,
    /// It fails, and the facility accepted the risk.
    Waived {
        /// Who accepted, why, until when.
        waiver: Waived,
        /// What fails underneath.
        checks: Vec<FailedCheck>,
    },
}

/// The judgement of one rule on one subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// The rule.
    pub rule: RuleId,
    /// What it judged.
    pub subject: Subject,
    /// Theme it counts for.
    pub theme: Theme,
    /// The worst severity among the failed checks; the rule's own when none failed.
    pub severity: Severity,
    /// What it says.
    pub outcome: VerdictOutcome,
    /// Identity of the facts it rests on.
    pub fingerprint: Fingerprint,
}

impl Verdict {
    /// Whether it is an open finding: failed and not waived.
    pub fn is_open(&self) -> bool {
        matches!(self.outcome, VerdictOutcome::Fail { .. })
    }

    /// The failed checks, waived or not.
    pub fn failed_checks(&self) -> &[FailedCheck] {
        match &self.outcome {
            VerdictOutcome::Fail { checks } | VerdictOutcome::Waived { checks, .. } => checks,
            VerdictOutcome::Pass | VerdictOutcome::Unknown { .. } | VerdictOutcome::NotApplicable => &[],
        }
    }
}
