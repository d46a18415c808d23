use std::collections::BTreeSet;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_model::{RuleId, Text};
use vigie_source::{Formats, Level, Located, Problems, SourceFile, path};

use crate::Confirmation;
use crate::frameworks::unknown_format;

mod lines;

/// The format of the file of `CaRE` objectives that this build reads.
pub const CARE_FORMAT: &str = "vigie.care/1";

/// The objectives of the `CaRE` programme as vigie follows them: what is asked for, on which proofs,
/// and how sure we are of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CareProgramme {
    /// Always [`CARE_FORMAT`] in what this build reads.
    pub format: String,
    /// The share of activity that the facilities covered must reach in a group.
    pub combined_activity: CombinedActivity,
    /// Rules whose failing means that a proof is too old, not that it is missing.
    #[serde(default)]
    pub freshness_rules: BTreeSet<RuleId>,
    /// The objectives, in the programme's order.
    pub objectives: Vec<Objective>,
}

/// The share of the combined activity (activité combinée) of a hospital group that must be covered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CombinedActivity {
    /// Least share, in percent.
    #[schemars(range(min = 0, max = 100))]
    pub percent: u8,
    /// Whether it was read in the text.
    pub statut: Confirmation,
    /// Where it comes from.
    pub source: String,
    /// The rule in a sentence.
    pub text: Text,
}

/// One objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Its key (`care-d2:O3.C`), which rules cite.
    pub key: String,
    /// Its name, in our words.
    pub title: Text,
    /// Whether what it asks for was read in the text, figures included.
    pub statut: Confirmation,
    /// Where it comes from.
    pub source: String,
    /// Whether vigie can only repeat what the facility says of it.
    #[serde(default)]
    pub declared_only: bool,
    /// Whether the facilities covered must reach [`CareProgramme::combined_activity`].
    #[serde(default)]
    pub combined_activity: bool,
    /// What is to be filed.
    pub proofs: Vec<Proof>,
    /// The rules whose passing together proves it; none while that is not established.
    #[serde(default)]
    pub complete_by: Vec<RuleId>,
}

/// A proof that an objective asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Its name within the objective, a slug.
    pub id: String,
    /// What it is, in our words.
    pub text: Text,
    /// How long it holds; for ever when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<Validity>,
}

/// How long a proof holds from its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// So many days.
    Days(u16),
    /// So many months.
    Months(u16),
    /// So many years.
    Years(u16),
    /// For ever, if dated that day or later.
    Since(Date),
}

/// A proof that exists, and its date.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatedProof {
    /// The key of the objective.
    pub objective: String,
    /// The [`Proof::id`].
    pub proof: String,
    /// The date it bears.
    pub on: Date,
}

impl CareProgramme {
    /// The one that travels with vigie.
    pub fn shipped() -> Result<Self, Problems> {
        Self::read(&SourceFile::new("rules/care.yaml", include_str!("../../../rules/care.yaml")))
    }

    /// Reads a file of objectives, and reports all that is wrong with it at once.
    pub fn read(file: &SourceFile) -> Result<Self, Problems> {
        let located = vigie_source::read::<Self>(file, &Formats::standard())?;
        let mut problems = Problems::new();
        if located.value.format != CARE_FORMAT {
            problems.push(unknown_format(&located, &located.value.format, CARE_FORMAT));
        }
        let mut keys = BTreeSet::new();
        for (index, objective) in located.value.objectives.iter().enumerate() {
            check_objective(&located, index, objective, &mut problems);
            if !keys.insert(&objective.key) {
                let message = Text::new(
                    format!("l’objectif « {} » est décrit deux fois", objective.key),
                    format!("objective “{}” is described twice", objective.key),
                );
                let place = path!["objectives", index, "key"];
                problems.push(located.problem_at(&place, Level::Error, "objective-twice", message));
            }
        }
        problems.or_value(located.value)
    }

    /// Whether all that an objective asks for was read in the text.
    pub fn is_confirmed(&self, objective: &Objective) -> bool {
        objective.statut == Confirmation::Confirmed
            && (!objective.combined_activity || self.combined_activity.statut == Confirmation::Confirmed)
    }
}

fn check_objective(located: &Located<CareProgramme>, index: usize, objective: &Objective, problems: &mut Problems) {
    let mut ids = BTreeSet::new();
    for (at, proof) in objective.proofs.iter().enumerate() {
        if !ids.insert(&proof.id) {
            let message = Text::new(
                format!("la preuve « {} » est décrite deux fois", proof.id),
                format!("proof “{}” is described twice", proof.id),
            );
            let place = path!["objectives", index, "proofs", at, "id"];
            problems.push(located.problem_at(&place, Level::Error, "proof-twice", message));
        }
    }
    if objective.declared_only && !objective.complete_by.is_empty() {
        let message = Text::new(
            "un objectif seulement déclaré ne peut pas être prouvé par des règles",
            "an objective that is only declared cannot be proven by rules",
        );
        let place = path!["objectives", index, "complete_by"];
        problems.push(located.problem_at(&place, Level::Error, "declared-and-proven", message));
    }
}

impl Validity {
    /// Whether a proof of this date still holds on a day.
    pub fn holds(self, on: Date, as_of: Date) -> bool {
        match self {
            Self::Since(first) => on >= first,
            Self::Days(_) | Self::Months(_) | Self::Years(_) => self.last_day(on).is_none_or(|last| as_of <= last),
        }
    }

    /// The last day that a proof of this date holds; none when it has no end.
    pub fn last_day(self, on: Date) -> Option<Date> {
        let span = jiff::Span::new();
        let span = match self {
            Self::Days(days) => span.days(days),
            Self::Months(months) => span.months(months),
            Self::Years(years) => span.try_years(years).ok()?,
            Self::Since(_) => return None,
        };
        on.checked_add(span).ok()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Frameworks;

    #[test]
    fn the_shipped_programme_reads_and_its_keys_exist() {
        let programme = CareProgramme::shipped().unwrap_or_else(|problems| panic!("{problems}"));
        let frameworks = Frameworks::shipped().unwrap_or_else(|problems| panic!("{problems}"));
        for objective in &programme.objectives {
            let info = frameworks.describe(&objective.key).unwrap_or_else(|| panic!("{} is unknown", objective.key));
            assert!(info.title.is_some(), "{}", objective.key);
            assert!(!objective.proofs.is_empty(), "{}", objective.key);
        }
        let titled = |prefix: &str| {
            let framework = frameworks.iter().find(|framework| framework.prefix == prefix).expect("known");
            framework.items.keys().map(|id| format!("{prefix}:{id}")).collect::<BTreeSet<_>>()
        };
        let expected: BTreeSet<_> = ["care-d1", "care-d2", "hospiconnect"].into_iter().flat_map(titled).collect();
        assert_eq!(
            programme.objectives.iter().map(|objective| objective.key.clone()).collect::<BTreeSet<_>>(),
            expected
        );
    }

    #[test]
    fn nothing_of_domain_1_is_confirmed() {
        let programme = CareProgramme::shipped().unwrap_or_else(|problems| panic!("{problems}"));
        let mut domain_1 = programme.objectives.iter().filter(|objective| objective.key.starts_with("care-d1:"));
        assert!(domain_1.all(|objective| !programme.is_confirmed(objective)));
        assert_eq!(
            (programme.combined_activity.percent, programme.combined_activity.statut),
            (66, Confirmation::ToConfirm)
        );
    }

    #[test]
    fn proofs_hold_to_their_last_day() {
        let cases = [
            (Validity::Days(60), date(2026, 9, 1), Some(date(2026, 10, 31))),
            (Validity::Months(12), date(2024, 2, 29), Some(date(2025, 2, 28))),
            (Validity::Years(3), date(2023, 11, 22), Some(date(2026, 11, 22))),
            (Validity::Since(date(2025, 7, 16)), date(2025, 7, 16), None),
        ];
        for (validity, on, last) in cases {
            assert_eq!(validity.last_day(on), last);
            if let Some(last) = last {
                assert!(validity.holds(on, last));
                assert!(!validity.holds(on, last.tomorrow().expect("in range")));
            }
        }
        assert!(Validity::Since(date(2025, 7, 16)).holds(date(2025, 7, 16), date(2030, 1, 1)));
        assert!(!Validity::Since(date(2025, 7, 16)).holds(date(2025, 7, 15), date(2025, 7, 15)));
        assert!(Validity::Years(u16::MAX).holds(date(2026, 1, 1), Date::MAX));
    }

    #[test]
    fn contradictions_of_a_file_are_told_at_once() {
        let file = SourceFile::new(
            "care.yaml",
            "format: vigie.care/0\n\
             combined_activity: {percent: 66, statut: confirme, source: s, text: {fr: a, en: a}}\n\
             objectives:\n\
             \x20 - {key: a, title: {fr: a, en: a}, statut: confirme, source: s, declared_only: true, complete_by: [x.y],\n\
             \x20    proofs: [{id: p, text: {fr: a, en: a}}, {id: p, text: {fr: a, en: a}}]}\n\
             \x20 - {key: a, title: {fr: a, en: a}, statut: confirme, source: s, proofs: []}\n",
        );
        let problems = CareProgramme::read(&file).expect_err("wrong");
        let mut codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["declared-and-proven", "objective-twice", "proof-twice", "unknown-format"]);
    }
}
