//! Verdicts and cards for tests.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::date;
use vigie_model::{
    Effort, FactPath, FailedCheck, Fingerprint, Grades, MissingFact, Reason, RuleCard, RuleId, Severity, Subject, Text,
    Theme, Verdict, VerdictOutcome, Waived,
};

use super::{GradeInput, grade};
use crate::care::CareProgramme;

/// A rule set in small: cards, and the worst severities above them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    pub(crate) cards: BTreeMap<RuleId, RuleCard>,
    pub(crate) worst: BTreeMap<RuleId, Severity>,
}

impl Rules {
    pub(crate) fn with(mut self, id: &str, theme: Theme, severity: Severity, effort: Effort) -> Self {
        self.cards.insert(RuleId(id.into()), card(theme, severity, effort, &[]));
        self
    }

    pub(crate) fn grade(&self, verdicts: &[Verdict]) -> Grades {
        grade(&self.input(verdicts))
    }

    /// What to grade: these verdicts, no dated proof.
    pub(crate) fn input<'a>(&'a self, verdicts: &'a [Verdict]) -> GradeInput<'a> {
        static CARE: LazyLock<CareProgramme> =
            LazyLock::new(|| CareProgramme::shipped().unwrap_or_else(|problems| panic!("{problems}")));
        let (cards, worst) = (&self.cards, &self.worst);
        GradeInput { verdicts, cards, worst, care: &CARE, proofs: &[], as_of: date(2026, 11, 22) }
    }

    /// A verdict of one of these rules on the n-th host, `failing` being the severity when it fails.
    pub(crate) fn verdict(&self, id: &str, host: usize, says: Says, failing: Severity) -> Verdict {
        let rule = RuleId(id.into());
        let card = &self.cards[&rule];
        let open = matches!(says, Says::Fail | Says::Waived);
        Verdict {
            subject: subject(host),
            theme: card.theme,
            severity: if open { failing } else { card.severity },
            outcome: outcome(says, failing),
            fingerprint: Fingerprint(format!("{host:016x}")),
            rule,
        }
    }

    /// The same, failing at the rule's own severity.
    pub(crate) fn plain(&self, id: &str, host: usize, says: Says) -> Verdict {
        self.verdict(id, host, says, self.cards[&RuleId(id.into())].severity)
    }
}

/// The outcomes, without their contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    Pass,
    Fail,
    Unknown,
    NotApplicable,
    Waived,
}

pub(crate) fn card(theme: Theme, severity: Severity, effort: Effort, keys: &[&str]) -> RuleCard {
    RuleCard {
        title: Text::same("title"),
        why: Text::same("why"),
        remedy: Text::same("remedy"),
        remedy_for: BTreeMap::new(),
        kind: "test.sample".into(),
        theme,
        severity,
        effort,
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
    }
}

pub(crate) fn outcome(says: Says, failing: Severity) -> VerdictOutcome {
    let checks = vec![FailedCheck {
        check: "check".into(),
        severity: failing,
        message: Text::same("message"),
        read: Vec::new(),
    }];
    let waiver = Waived { reason: "reason".into(), author: "author".into(), until: date(2027, 1, 1) };
    match says {
        Says::Pass => VerdictOutcome::Pass,
        Says::Fail => VerdictOutcome::Fail { checks },
        Says::Unknown => {
            VerdictOutcome::Unknown { missing: vec![MissingFact { path: FactPath::ROOT, reason: Reason::Timeout }] }
        }
        Says::NotApplicable => VerdictOutcome::NotApplicable,
        Says::Waived => VerdictOutcome::Waived { waiver, checks },
    }
}

fn subject(host: usize) -> Subject {
    format!("domain:host{host}.ch-demo.example").parse().expect("a subject")
}
