use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Effort, Family, RuleId, Severity, Subject, Text, Theme};

/// A vigie letter, best first. It is vigie's own and never ANSSI's or ANS's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Letter {
    /// Best.
    A,
    /// Good.
    B,
    /// Fair.
    C,
    /// Weak.
    D,
    /// Worst.
    E,
}

/// How many verdicts of each outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Held.
    pub pass: usize,
    /// Open findings.
    pub fail: usize,
    /// Could not be decided.
    pub unknown: usize,
    /// Without object.
    pub not_applicable: usize,
    /// Accepted risks.
    pub waived: usize,
}

/// A ceiling that an open finding puts on the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// The best letter still possible.
    pub at: Letter,
    /// The severity that caps.
    pub severity: Severity,
    /// How many verdicts of that severity are open.
    pub open: usize,
}

/// The grade of a theme or of a family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// The letter that the facts prove; `None` is *non évaluable*.
    pub letter: Option<Letter>,
    /// The letter if everything unknown turned out fine.
    pub at_best: Option<Letter>,
    /// Weighted share of proven verdicts, 0 to 100; `None` as for the letter.
    pub score: Option<u8>,
    /// Weighted share of the applicable verdicts that were decided, 0 to 100.
    pub coverage: u8,
    /// Verdicts by outcome.
    pub counts: Counts,
    /// The ceilings in force, lowest first.
    pub caps: Vec<Cap>,
    /// Why there is no letter, when there is none.
    pub not_evaluable: Option<Text>,
}

/// Where a CaRE objective stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CareState {
    /// Every proof is there and in date, and the threshold is confirmed.
    Atteint,
    /// What vigie can see is fine, and proofs or confirmation are still wanted.
    Trajectoire,
    /// A proof exists and is too old.
    PreuvePerimee,
    /// Something asked for is missing or wrong.
    Manquant,
    /// Nothing to judge it on.
    NonEvalue,
}

impl CareState {
    /// The word a reader sees.
    pub fn text(self) -> Text {
        let (fr, en) = match self {
            Self::Atteint => ("atteint", "met"),
            Self::Trajectoire => ("trajectoire", "on track"),
            Self::PreuvePerimee => ("preuve périmée", "proof out of date"),
            Self::Manquant => ("manquant", "missing"),
            Self::NonEvalue => ("non évalué", "not assessed"),
        };
        Text::new(fr, en)
    }
}

/// One objective of the CaRE programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CareLine {
    /// Its key (`care-d2:O3.C`).
    pub key: String,
    /// Its name.
    pub title: Text,
    /// Where it stands.
    pub state: CareState,
    /// Why it stands there, in a sentence.
    pub because: Text,
    /// Whether its threshold was confirmed in the official text.
    pub confirmed: bool,
    /// The rules that bear on it, and failed.
    pub open_rules: Vec<RuleId>,
    /// The first day a proof behind it runs out.
    pub valid_until: Option<Date>,
}

/// One thing to do, and what it brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NextStep {
    /// The rule to clear.
    pub rule: RuleId,
    /// On which subjects it is open.
    pub subjects: Vec<Subject>,
    /// How bad it is.
    pub severity: Severity,
    /// How much work it asks for.
    pub effort: Effort,
    /// Points of its theme's score that clearing it everywhere brings, times ten (`37` is 3.7).
    pub gain_tenths: u32,
    /// The family's letter once this alone is cleared, when that changes it.
    pub family_letter_after: Option<Letter>,
}

/// Everything graded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grades {
    /// Name and version of the published formula (`vigie-grade/1`).
    pub formula: String,
    /// By half.
    pub families: BTreeMap<Family, Grade>,
    /// By theme.
    pub themes: BTreeMap<Theme, Grade>,
    /// By CaRE objective, in the programme's order.
    pub care: Vec<CareLine>,
    /// What to fix first, best gain for least effort first.
    pub next_steps: Vec<NextStep>,
}
