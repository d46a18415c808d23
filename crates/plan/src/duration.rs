use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use vigie_model::Text;
use vigie_source::FormatProblem;

/// A length of time as people write it, with its value: `4 h`, `4h00`, `30 min`, `J+1`, `5 j`,
/// `24/48h`, `< 4h`, `12 mois`, ISO 8601 `PT4H`.
///
/// The words are kept, so that a report quotes what the plan says. Of a range, the longer end
/// counts: a plan must hold in the worse case. A month is a twelfth of 365 days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Duration {
    text: String,
    minutes: u32,
}

/// Why a text is not a length of time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DurationError {
    /// Nothing there.
    #[error("a duration cannot be empty")]
    Empty,
    /// A number without a unit.
    #[error("{0} has no unit")]
    NoUnit(String),
    /// A word that is not a unit.
    #[error("{0:?} is not a unit of time")]
    Unit(String),
    /// A unit without a number.
    #[error("there is no number before {0:?}")]
    NoNumber(String),
    /// A unit after one that is no longer: `2 h 4 h` is two durations.
    #[error("{0:?} comes after a unit that is not longer")]
    OutOfOrder(String),
    /// A character that durations do not use.
    #[error("character {0:?} is not used in a duration")]
    Character(char),
    /// Over [`Duration::MAX_MINUTES`], or too long a text.
    #[error("this duration is over a century")]
    TooLong,
    /// Words in an order that says nothing.
    #[error("this duration cannot be read")]
    Unreadable,
}

impl Duration {
    /// The longest duration that is read: a century, in minutes.
    pub const MAX_MINUTES: u32 = 100 * 365 * 24 * 60;

    /// The longest text that is read, in bytes.
    pub const MAX_BYTES: usize = 64;

    /// No time at all.
    pub(crate) fn none() -> Self {
        Self { text: "0 min".to_owned(), minutes: 0 }
    }

    /// The value in whole minutes.
    pub fn minutes(&self) -> u32 {
        self.minutes
    }

    /// The value in hours.
    pub fn hours(&self) -> f64 {
        f64::from(self.minutes) / 60.0
    }

    /// The value in days.
    pub fn days(&self) -> f64 {
        f64::from(self.minutes) / (24.0 * 60.0)
    }

    /// The words of the plan.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Reads a length of time; see [`Duration`]. Never panics, and what it reads is within
/// [`Duration::MAX_MINUTES`].
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(DurationError::Empty);
    }
    if trimmed.len() > Duration::MAX_BYTES {
        return Err(DurationError::TooLong);
    }
    let minutes = match iso_body(trimmed) {
        Some((days, time)) => iso_minutes(days, time)?,
        None => spoken_minutes(&tokens(trimmed)?)?,
    };
    let rounded = minutes.round();
    if !(0.0..=f64::from(Duration::MAX_MINUTES)).contains(&rounded) {
        return Err(DurationError::TooLong);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded just above")]
    let minutes = rounded as u32;
    Ok(Duration { text: trimmed.to_owned(), minutes })
}

/// The `duration` format of plan files, with a message for their authors.
pub(crate) fn check_duration(text: &str) -> Result<(), FormatProblem> {
    let Err(error) = parse_duration(text) else { return Ok(()) };
    let message = match &error {
        DurationError::Empty => Text::new("la durée est vide", "the duration is empty"),
        DurationError::NoUnit(number) => Text::new(
            format!("il manque l’unité après {number} : minutes, heures ou jours ?"),
            format!("the unit is missing after {number}: minutes, hours or days?"),
        ),
        DurationError::Unit(word) => {
            Text::new(format!("« {word} » n’est pas une unité de temps"), format!("“{word}” is not a unit of time"))
        }
        DurationError::NoNumber(word) => {
            Text::new(format!("il manque un nombre avant « {word} »"), format!("a number is missing before “{word}”"))
        }
        DurationError::OutOfOrder(unit) => Text::new(
            format!("il y a deux durées : « {unit} » vient après une unité qui n’est pas plus longue"),
            format!("there are two durations: “{unit}” comes after a unit that is not longer"),
        ),
        DurationError::Character(c) => Text::new(
            format!("le caractère « {c} » n’a pas sa place dans une durée"),
            format!("the character “{c}” has no place in a duration"),
        ),
        DurationError::TooLong => Text::new("cette durée dépasse un siècle", "this duration is over a century"),
        DurationError::Unreadable => Text::new("cette durée n’est pas lisible", "this duration cannot be read"),
    };
    let hint = Text::new(
        "écrivez par exemple 4 h, 1 h 30, 30 min, 5 j, J+1, 24/48 h, ou nsp si vous ne savez pas",
        "write for instance 4 h, 1 h 30, 30 min, 5 d, J+1, 24/48 h, or nsp if you do not know",
    );
    Err(FormatProblem::new(message).with_hint(hint))
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(f64, String),
    Word(String),
    Sign(char),
}

fn tokens(text: &str) -> Result<Vec<Token>, DurationError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = |keep: fn(char) -> bool| rest.find(|c: char| !keep(c)).unwrap_or(rest.len());
        let taken = if first.is_ascii_digit() {
            let (digits, _) = rest.split_at(length(|c| c.is_ascii_digit() || matches!(c, ',' | '.')));
            let number = digits.replace(',', ".").parse().map_err(|_| DurationError::Unreadable)?;
            tokens.push(Token::Number(number, digits.to_owned()));
            digits.len()
        } else if first.is_alphabetic() {
            let (word, _) = rest.split_at(length(char::is_alphabetic));
            tokens.push(Token::Word(word.to_lowercase()));
            word.len()
        } else if first.is_whitespace() {
            first.len_utf8()
        } else if matches!(first, '+' | '/' | '-' | '–' | '<' | '≤' | '=' | '~' | '≈') {
            tokens.push(Token::Sign(first));
            first.len_utf8()
        } else {
            return Err(DurationError::Character(first));
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    Ok(tokens)
}

/// Durations as they are spoken: `J+1`, `24/48 h`, `de 2 à 4 h`, `1 j 12 h`, `4h00`.
fn spoken_minutes(tokens: &[Token]) -> Result<f64, DurationError> {
    let about = |token: &Token| matches!(token, Token::Sign('<' | '≤' | '=' | '~' | '≈'));
    let start = tokens.iter().position(|token| !about(token)).ok_or(DurationError::Unreadable)?;
    let tokens = tokens.get(start..).unwrap_or_default();
    if let [Token::Word(unit), Token::Sign('+'), Token::Number(number, _)] = tokens {
        return Ok(number * minutes_of(unit)?);
    }
    let between = |token: &Token| match token {
        Token::Sign(sign) => matches!(sign, '/' | '-' | '–'),
        Token::Word(word) => matches!(word.as_str(), "à" | "to"),
        Token::Number(..) => false,
    };
    let mut ends = tokens.splitn(2, between);
    let (first, second) = (ends.next().unwrap_or_default(), ends.next());
    let Some(second) = second else { return sum(first, None) };
    let unit = second.iter().rev().find_map(|token| match token {
        Token::Word(word) => Some(word.as_str()),
        Token::Number(..) | Token::Sign(_) => None,
    });
    Ok(sum(first, unit)?.max(sum(second, None)?))
}

/// Adds up `1 j 12 h 30`: a bare number takes `default`, or counts minutes after hours.
fn sum(tokens: &[Token], default: Option<&str>) -> Result<f64, DurationError> {
    let mut total = None;
    let mut rest = tokens.iter().peekable();
    let mut last: Option<f64> = None;
    let after_hours = |last: Option<f64>| last.is_some_and(|minutes| (minutes - 60.0).abs() < f64::EPSILON);
    while let Some(token) = rest.next() {
        let (number, written) = match token {
            Token::Number(number, written) => (number, written),
            Token::Word(word) => return Err(DurationError::NoNumber(word.clone())),
            Token::Sign(sign) => return Err(DurationError::Character(*sign)),
        };
        let unit = match rest.next_if(|next| matches!(next, Token::Word(_))) {
            Some(Token::Word(word)) => word.as_str(),
            _ if after_hours(last) => "min",
            _ => default.ok_or_else(|| DurationError::NoUnit(written.clone()))?,
        };
        let minutes = minutes_of(unit)?;
        if last.is_some_and(|last| minutes >= last) {
            return Err(DurationError::OutOfOrder(unit.to_owned()));
        }
        last = Some(minutes);
        total = Some(total.unwrap_or(0.0) + number * minutes);
    }
    total.ok_or(DurationError::Unreadable)
}

fn minutes_of(unit: &str) -> Result<f64, DurationError> {
    const DAY: f64 = 24.0 * 60.0;
    match unit {
        "min" | "mn" | "m" | "mins" | "minute" | "minutes" => Ok(1.0),
        "h" | "hr" | "hrs" | "heure" | "heures" | "hour" | "hours" => Ok(60.0),
        "j" | "jr" | "jrs" | "jour" | "jours" | "d" | "day" | "days" => Ok(DAY),
        "sem" | "semaine" | "semaines" | "w" | "week" | "weeks" => Ok(7.0 * DAY),
        "mois" | "month" | "months" => Ok(365.0 * DAY / 12.0),
        "an" | "ans" | "année" | "années" | "y" | "year" | "years" => Ok(365.0 * DAY),
        other => Err(DurationError::Unit(other.to_owned())),
    }
}

/// The date and time halves of an ISO 8601 duration, `P1DT4H`.
fn iso_body(text: &str) -> Option<(&str, &str)> {
    let body = text.strip_prefix(['P', 'p'])?;
    Some(body.split_once(['T', 't']).unwrap_or((body, "")))
}

fn iso_minutes(days: &str, time: &str) -> Result<f64, DurationError> {
    const DAYS: [(char, &str); 4] = [('Y', "an"), ('M', "mois"), ('W', "sem"), ('D', "j")];
    const TIME: [(char, &str); 2] = [('H', "h"), ('M', "min")];
    if days.is_empty() && time.is_empty() {
        return Err(DurationError::Unreadable);
    }
    Ok(iso_half(days, &DAYS)? + iso_half(time, &TIME)?)
}

fn iso_half(text: &str, units: &[(char, &str)]) -> Result<f64, DurationError> {
    let mut total = 0.0;
    for part in text.split_inclusive(char::is_alphabetic) {
        let letter = part.chars().next_back().filter(|c| c.is_alphabetic()).ok_or(DurationError::Unreadable)?;
        let digits = part.strip_suffix(letter).unwrap_or_default();
        let known = digits.starts_with(|c: char| c.is_ascii_digit());
        let number: f64 = digits.replace(',', ".").parse().ok().filter(|_| known).ok_or(DurationError::Unreadable)?;
        let found = units.iter().find(|(sign, _)| sign.eq_ignore_ascii_case(&letter));
        let (_, unit) = found.ok_or_else(|| DurationError::Unit(letter.to_string()))?;
        total += number * minutes_of(unit)?;
    }
    Ok(total)
}

impl FromStr for Duration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_duration(text)
    }
}

impl TryFrom<String> for Duration {
    type Error = DurationError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        parse_duration(&text)
    }
}

impl From<Duration> for String {
    fn from(duration: Duration) -> Self {
        duration.text
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl JsonSchema for Duration {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "plan-duration", "examples": ["4 h", "30 min", "24/48 h", "J+1"] })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, minutes) in [
            ("4 h", 240),
            ("4h", 240),
            ("4h00", 240),
            ("4H30", 270),
            ("1 h 30", 90),
            ("1 h 30 min", 90),
            ("1,5 h", 90),
            ("30 min", 30),
            ("30mn", 30),
            ("0 h", 0),
            ("5 j", 7200),
            ("5 jours", 7200),
            ("J+1", 1440),
            ("j + 3", 4320),
            ("H+4", 240),
            ("24/48h", 2880),
            ("24 / 48 h", 2880),
            ("24-48 h", 2880),
            ("2 à 4 h", 240),
            ("30 min à 2 h", 120),
            ("4 h / 2 h", 240),
            ("< 4h", 240),
            ("≤ 4\u{a0}h", 240),
            ("1 j 12 h", 2160),
            ("2 semaines", 20160),
            ("12 mois", 525_600),
            ("1 an", 525_600),
            ("PT4H", 240),
            ("pt90m", 90),
            ("P1DT12H", 2160),
            ("P2W", 20160),
            ("3 days", 4320),
        ] {
            assert_eq!(parse_duration(text).map(|d| d.minutes()), Ok(minutes), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_duration_says_why() {
        use DurationError::{Character, Empty, NoNumber, NoUnit, OutOfOrder, TooLong, Unit, Unreadable};
        for (text, error) in [
            ("", Empty),
            ("  ", Empty),
            ("4", NoUnit("4".into())),
            ("24/48", NoUnit("24".into())),
            ("4 lunes", Unit("lunes".into())),
            ("environ 4 h", NoNumber("environ".into())),
            ("h", NoNumber("h".into())),
            ("4 h ?", Character('?')),
            ("2 h 4 h", OutOfOrder("h".into())),
            ("15 min 1 h", OutOfOrder("h".into())),
            ("-4 h", Unreadable),
            ("1000 ans", TooLong),
            ("P", Unreadable),
            ("PT", Unreadable),
            ("PT4", Unreadable),
            ("PTH", Unreadable),
            ("PT-4H", Unreadable),
            ("P4H", Unit("H".into())),
            ("1.2.3 h", Unreadable),
        ] {
            assert_eq!(parse_duration(text).unwrap_err(), error, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_prints_back(text in "\\PC{0,80}") {
            if let Ok(duration) = parse_duration(&text) {
                prop_assert!(duration.minutes() <= Duration::MAX_MINUTES);
                prop_assert_eq!(parse_duration(&duration.to_string()).unwrap(), duration);
            }
        }

        #[test]
        fn near_durations_print_back(text in "[<P]?T?[0-9]{1,12}[,.]?[0-9]{0,2} ?(h|j|min|/|-|H|M|D){0,3}[0-9]{0,4}h?") {
            if let Ok(duration) = parse_duration(&text) {
                prop_assert_eq!(parse_duration(duration.text()).unwrap(), duration);
            }
        }
    }
}
