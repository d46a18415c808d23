use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_model::Text;

/// Who allowed the scan. Without a valid one, vigie sends nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authorization {
    /// Name of the person who authorises, who answers for the facility.
    #[schemars(length(min = 1), example = "Direction générale")]
    pub by: String,
    /// That person's role in the facility.
    #[schemars(length(min = 1), example = "directrice générale")]
    pub role: String,
    /// Day it was signed.
    #[schemars(example = "2026-11-01")]
    pub date: Date,
    /// Last day it holds.
    #[schemars(example = "2027-10-31")]
    pub until: Date,
    /// Where the signed document can be found.
    #[schemars(length(min = 1), example = "GED/SSI/2026-041")]
    pub reference: String,
}

/// Why an authorisation does not open the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorizationProblem {
    /// A field is blank (the field's name).
    Blank(&'static str),
    /// It begins after it ends.
    EndsBeforeItBegins,
    /// It is not in force yet.
    NotYet(Date),
    /// It has run out.
    Expired(Date),
    /// It runs for longer than [`Authorization::MAX_DAYS`]: nobody remembers what they signed.
    TooLong {
        /// Days it would run.
        days: i32,
    },
}

/// Proof that an authorisation was checked and holds. A [`Door`](crate::Door) cannot be built without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    until: Date,
}

impl Authorization {
    /// The longest an authorisation may run: two years.
    pub const MAX_DAYS: i32 = 731;

    /// Checks the authorisation on a day, reporting every problem at once.
    pub fn grant(&self, on: Date) -> Result<Grant, Vec<AuthorizationProblem>> {
        let mut problems = Vec::new();
        for (name, value) in [("by", &self.by), ("role", &self.role), ("reference", &self.reference)] {
            if value.trim().is_empty() {
                problems.push(AuthorizationProblem::Blank(name));
            }
        }
        let days = (self.until - self.date).get_days();
        if days < 0 {
            problems.push(AuthorizationProblem::EndsBeforeItBegins);
        } else if days > Self::MAX_DAYS {
            problems.push(AuthorizationProblem::TooLong { days });
        }
        if on < self.date {
            problems.push(AuthorizationProblem::NotYet(self.date));
        }
        if on > self.until {
            problems.push(AuthorizationProblem::Expired(self.until));
        }
        if problems.is_empty() { Ok(Grant { until: self.until }) } else { Err(problems) }
    }
}

impl AuthorizationProblem {
    /// What is wrong and how to mend it, in plain words.
    pub fn text(self) -> Text {
        match self {
            Self::Blank(field) => Text::new(
                format!("le champ « {field} » de l’autorisation est vide"),
                format!("the authorisation’s field {field:?} is blank"),
            ),
            Self::EndsBeforeItBegins => {
                Text::new("l’autorisation prend fin avant d’avoir commencé", "the authorisation ends before it begins")
            }
            Self::NotYet(date) => Text::new(
                format!("l’autorisation ne commence que le {}", french(date)),
                format!("the authorisation only begins on {date}"),
            ),
            Self::Expired(until) => Text::new(
                format!("l’autorisation a pris fin le {}", french(until)),
                format!("the authorisation ended on {until}"),
            ),
            Self::TooLong { days } => Text::new(
                format!("l’autorisation court sur {days} jours ; deux ans au plus, puis la renouveler"),
                format!("the authorisation runs for {days} days; two years at most, then renew it"),
            ),
        }
    }
}

fn french(date: Date) -> String {
    date.strftime("%d/%m/%Y").to_string()
}

impl Grant {
    /// The last day it holds.
    pub fn until(&self) -> Date {
        self.until
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn sample() -> Authorization {
        Authorization {
            by: "Direction générale".into(),
            role: "direction".into(),
            date: date(2026, 1, 1),
            until: date(2026, 12, 31),
            reference: "SSI-1".into(),
        }
    }

    #[test]
    fn holds_from_its_first_to_its_last_day() {
        assert!(sample().grant(date(2026, 1, 1)).is_ok());
        assert!(sample().grant(date(2026, 12, 31)).is_ok());
        let expired = AuthorizationProblem::Expired(date(2026, 12, 31));
        assert_eq!(sample().grant(date(2027, 1, 1)), Err(vec![expired]));
        assert_eq!(sample().grant(date(2025, 12, 31)), Err(vec![AuthorizationProblem::NotYet(date(2026, 1, 1))]));
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let bad = Authorization { by: " ".into(), role: String::new(), until: date(2025, 1, 1), ..sample() };
        let problems = bad.grant(date(2026, 6, 1)).unwrap_err();
        assert_eq!(problems.len(), 4, "{problems:?}");
        let long = Authorization { until: date(2030, 1, 1), ..sample() };
        assert_eq!(long.grant(date(2026, 6, 1)), Err(vec![AuthorizationProblem::TooLong { days: 1461 }]));
    }
}
