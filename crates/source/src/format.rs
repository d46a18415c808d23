use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use vigie_model::Text;

/// Checks that a text has a format of a schema.
pub type FormatCheck = fn(&str) -> Result<(), FormatProblem>;

/// Why a text does not have the format asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatProblem {
    /// What is wrong.
    pub message: Text,
    /// How to mend it.
    pub hint: Option<Text>,
}

impl FormatProblem {
    /// A problem with no hint.
    pub fn new(message: Text) -> Self {
        Self { message, hint: None }
    }

    /// Says how to mend it.
    #[must_use]
    pub fn with_hint(mut self, hint: Text) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// The checks behind the `format` names of schemas. A name that is not here is not checked.
#[derive(Debug, Clone)]
pub struct Formats {
    checks: BTreeMap<&'static str, FormatCheck>,
}

impl Formats {
    /// The built-in checks: `date` ([`check_date`]) and `date-time` ([`check_date_time`]).
    pub fn standard() -> Self {
        Self { checks: BTreeMap::new() }.with("date", check_date).with("date-time", check_date_time)
    }

    /// Adds a check, or replaces the one of the same name.
    #[must_use]
    pub fn with(mut self, name: &'static str, check: FormatCheck) -> Self {
        self.checks.insert(name, check);
        self
    }

    /// The check of a format.
    pub fn get(&self, name: &str) -> Option<FormatCheck> {
        self.checks.get(name).copied()
    }
}

impl Default for Formats {
    fn default() -> Self {
        Self::standard()
    }
}

/// A date of the calendar, `2026-03-31` (RFC 3339 `full-date`).
pub fn check_date(text: &str) -> Result<(), FormatProblem> {
    let shape = shape_of(text);
    if shape == "9999-99-99" {
        return match text.parse::<Date>() {
            Ok(_) => Ok(()),
            Err(_) => Err(FormatProblem::new(Text::new(
                "cette date n’existe pas dans le calendrier",
                "this date is not in the calendar",
            ))
            .with_hint(Text::new(
                "dans l’ordre : année, mois (01 à 12), jour du mois",
                "in this order: year, month (01 to 12), day of the month",
            ))),
        };
    }
    let problem = FormatProblem::new(Text::new(
        "on attend une date, sous la forme année-mois-jour",
        "a date is expected, written year-month-day",
    ));
    let example = if shape == "99/99/9999" { french_date(text) } else { None };
    let example = example.unwrap_or_else(|| "2026-03-31".to_owned());
    Err(problem.with_hint(Text::new(format!("écrivez par exemple {example}"), format!("write for instance {example}"))))
}

/// An instant, `2026-03-31T14:05:00+02:00` (RFC 3339 `date-time`).
pub fn check_date_time(text: &str) -> Result<(), FormatProblem> {
    if text.parse::<Timestamp>().is_ok() {
        return Ok(());
    }
    Err(FormatProblem::new(Text::new(
        "on attend une date et une heure avec le décalage horaire",
        "a date and a time with its offset are expected",
    ))
    .with_hint(Text::new(
        "écrivez par exemple 2026-03-31T14:05:00+02:00 (heure de Paris en été, +01:00 en hiver)",
        "write for instance 2026-03-31T14:05:00+02:00 (Paris time in summer, +01:00 in winter)",
    )))
}

/// The text with each digit as a `9`, to recognise how a date was written. Cut after 20
/// characters: no date is longer.
fn shape_of(text: &str) -> String {
    text.chars().take(20).map(|c| if c.is_ascii_digit() { '9' } else { c }).collect()
}

/// `31/03/2026` as `2026-03-31`, when it is a date.
fn french_date(text: &str) -> Option<String> {
    let mut parts = text.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let iso = format!("{year}-{month}-{day}");
    iso.parse::<Date>().is_ok().then_some(iso)
}
