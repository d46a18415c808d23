use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::string_face::string_face;

/// A FINESS number: nine characters, the département first, a check digit last.
///
/// A wrong check digit is reported by [`Finess::check_digit`] and not refused: registers hold a few,
/// and refusing a real hospital over a typing rule would help nobody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Finess(String);

/// What the check digit of a FINESS number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckDigit {
    /// It matches.
    Right,
    /// It does not: a digit was probably mistyped.
    Wrong {
        /// The digit that would match.
        expected: u32,
    },
}

/// Why a text is not a FINESS number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FinessError {
    /// Not nine characters.
    #[error("a FINESS number has 9 characters, this one has {0}")]
    Length(usize),
    /// A character other than a digit, outside the Corsican `2A`/`2B`.
    #[error("character {0:?} is not allowed; only digits are, besides 2A and 2B for Corsica")]
    Character(char),
    /// It does not begin with a département.
    #[error("{0:?} is not a département")]
    Department(String),
}

impl Finess {
    /// Compares the ninth character with the Luhn key of the first eight, the Corsican letters
    /// counting as `A` = 1 and `B` = 2.
    pub fn check_digit(&self) -> CheckDigit {
        let digits: Vec<u32> = self.0.chars().map(|c| c.to_digit(10).unwrap_or(u32::from(c == 'B') + 1)).collect();
        let Some((key, body)) = digits.split_last() else { return CheckDigit::Right };
        let without_key = std::iter::once(0).chain(body.iter().rev().copied());
        let expected = (10 - luhn_sum(without_key) % 10) % 10;
        if expected == *key { CheckDigit::Right } else { CheckDigit::Wrong { expected } }
    }

    /// The number as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Finess {
    type Err = FinessError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
        let length = text.chars().count();
        if length != 9 {
            return Err(FinessError::Length(length));
        }
        let corsican = text.starts_with("2A") || text.starts_with("2B");
        let rest = if corsican { text.get(2..).unwrap_or_default() } else { &text };
        if let Some(bad) = rest.chars().find(|c| !c.is_ascii_digit()) {
            return Err(FinessError::Character(bad));
        }
        let department = text.get(..2).unwrap_or_default();
        // Overseas numbers begin with 97 or 98; the third digit is not the département's own everywhere.
        let overseas = matches!(department, "97" | "98");
        if !overseas && department.parse::<Department>().is_err() {
            return Err(FinessError::Department(department.to_owned()));
        }
        Ok(Self(text))
    }
}

/// Sum of the Luhn algorithm over digits given from the right, the check digit included.
fn luhn_sum(from_right: impl Iterator<Item = u32>) -> u32 {
    from_right
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum()
}

/// FINESS number of a legal entity (entité juridique).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct FinessEj(pub Finess);

/// FINESS number of a site (établissement, entité géographique).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct FinessEg(pub Finess);

/// SIRET number of an establishment: fourteen digits under Luhn's key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Siret(String);

/// Why a text is not a SIRET number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SiretError {
    /// Not fourteen characters.
    #[error("a SIRET number has 14 digits, this one has {0} characters")]
    Length(usize),
    /// A character that is not a digit.
    #[error("character {0:?} is not a digit")]
    Character(char),
    /// The key does not match.
    #[error("the check key does not match: a digit was probably mistyped")]
    Key,
}

impl Siret {
    /// SIREN of La Poste, whose offices are numbered outside Luhn's key.
    const LA_POSTE: &'static str = "356000000";

    /// The number as fourteen digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Siret {
    type Err = SiretError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if let Some(bad) = text.chars().find(|c| !c.is_ascii_digit()) {
            return Err(SiretError::Character(bad));
        }
        if text.len() != 14 {
            return Err(SiretError::Length(text.len()));
        }
        let digits = || text.chars().rev().filter_map(|c| c.to_digit(10));
        let luhn = luhn_sum(digits()).is_multiple_of(10);
        // La Poste's offices only ask that the digits add up to a multiple of five.
        let la_poste = text.starts_with(Self::LA_POSTE) && digits().sum::<u32>().is_multiple_of(5);
        if luhn || la_poste { Ok(Self(text)) } else { Err(SiretError::Key) }
    }
}

/// A French département: `01` to `95`, `2A`, `2B`, or an overseas code (`971` to `988`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Department(String);

/// Why a text is not a département.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a French département (01 to 95, 2A, 2B, 971 to 978, 986 to 988)")]
pub struct DepartmentError(pub String);

impl Department {
    /// The code as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Department {
    type Err = DepartmentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = text.trim().to_uppercase();
        let known = match (code.len(), code.parse::<u32>()) {
            (2, Ok(number)) => (1..=95).contains(&number) && number != 20,
            (3, Ok(number)) => (971..=978).contains(&number) || (986..=988).contains(&number),
            _ => matches!(code.as_str(), "2A" | "2B"),
        };
        if known { Ok(Self(code)) } else { Err(DepartmentError(text.to_owned())) }
    }
}

impl fmt::Display for Finess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Siret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Department {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_face!(Finess, FinessError, "finess", "FINESS number, nine characters", "210000014");
string_face!(Siret, SiretError, "siret", "SIRET number, fourteen digits", "35600000000048");
string_face!(Department, DepartmentError, "department", "French département code", "21");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn finess(text: &str) -> Result<CheckDigit, FinessError> {
        text.parse::<Finess>().map(|number| number.check_digit())
    }

    #[test]
    fn finess_accepts_every_territory_and_only_warns_on_the_key() {
        assert_eq!(finess("750712184"), Ok(CheckDigit::Right));
        assert_eq!(finess("750712185"), Ok(CheckDigit::Wrong { expected: 4 }));
        assert!(finess("2A0000014").is_ok());
        assert!(finess("2b0000020").is_ok());
        assert!(finess("970100228").is_ok());
        assert!(finess("75 071 218 4").is_ok());
    }

    #[test]
    fn finess_refuses_what_is_not_one() {
        assert_eq!(finess("75071218"), Err(FinessError::Length(8)));
        assert_eq!(finess("7507121X4"), Err(FinessError::Character('X')));
        assert_eq!(finess("2C0000014"), Err(FinessError::Character('C')));
        assert_eq!(finess("990000014"), Err(FinessError::Department("99".into())));
    }

    #[test]
    fn siret_follows_luhn_and_la_poste() {
        // Head office of La Poste passes Luhn; one of its offices passes only the sum of digits.
        assert!("35600000000048".parse::<Siret>().is_ok());
        assert!("35600000049837".parse::<Siret>().is_ok());
        assert_eq!("73282932000075".parse::<Siret>(), Err(SiretError::Key));
        assert!("732 829 320 00074".parse::<Siret>().is_ok());
        assert_eq!("7328293200007".parse::<Siret>(), Err(SiretError::Length(13)));
    }

    #[test]
    fn departments() {
        for good in ["01", "95", "2A", "2b", "971", "974", "976", "988"] {
            assert!(good.parse::<Department>().is_ok(), "{good}");
        }
        for bad in ["00", "20", "96", "2C", "979", "1", "", "０1"] {
            assert!(bad.parse::<Department>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_always_noticed(body in "[0-9]{8}", place in 0usize..8, shift in 1u32..10) {
            let key = match Finess(format!("{body}0")).check_digit() {
                CheckDigit::Right => 0,
                CheckDigit::Wrong { expected } => expected,
            };
            let right = Finess(format!("{body}{key}"));
            prop_assert_eq!(right.check_digit(), CheckDigit::Right);
            let wrong: String = right.0.chars().enumerate().map(|(i, c)| {
                let digit = c.to_digit(10).unwrap();
                if i == place { char::from_digit((digit + shift) % 10, 10).unwrap() } else { c }
            }).collect();
            prop_assert_ne!(Finess(wrong).check_digit(), CheckDigit::Right);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}") {
            let _ = text.parse::<Finess>();
            let _ = text.parse::<Siret>();
            let _ = text.parse::<Department>();
        }
    }
}
