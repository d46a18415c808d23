use std::fmt;

use jiff::civil::{Date, DateTime};

use super::CellValue;

const SECONDS_A_DAY: f64 = 86_400.0;
/// Longest duration that is told as one, in days: what is longer is a wrong format of cell.
const LONGEST_DAYS: f64 = 36_525.0;

impl fmt::Display for CellValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&crate::text::single_spaced(text)),
            Self::Error(text) => f.write_str(text),
            Self::NotComputed => Ok(()),
            Self::Number(number) => write!(f, "{number}"),
            Self::Bool(true) => f.write_str("VRAI"),
            Self::Bool(false) => f.write_str("FAUX"),
            Self::Date(date) => write!(f, "{date}"),
            Self::DateTime(at) => write!(f, "{} {:02}:{:02}", at.date(), at.hour(), at.minute()),
            Self::Duration(seconds) => write_duration(f, *seconds),
        }
    }
}

/// `8 h 00`, and `0 h 00 min 30 s` when there are seconds.
fn write_duration(f: &mut fmt::Formatter<'_>, seconds: i64) -> fmt::Result {
    let sign = if seconds < 0 { "-" } else { "" };
    let seconds = seconds.unsigned_abs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 {
        write!(f, "{sign}{hours} h {minutes:02}")
    } else {
        write!(f, "{sign}{hours} h {minutes:02} min {rest:02} s")
    }
}

/// Words, unless they are nothing but spaces.
pub(super) fn words(text: &str) -> Option<CellValue> {
    (!text.trim().is_empty()).then(|| CellValue::Text(text.replace("\r\n", "\n")))
}

/// A finite number.
pub(super) fn number(number: f64) -> Option<CellValue> {
    number.is_finite().then_some(CellValue::Number(number))
}

/// A count of days that the file shows as a duration.
pub(super) fn duration_of_days(days: f64) -> Option<CellValue> {
    if !days.is_finite() || days.abs() > LONGEST_DAYS {
        return number(days);
    }
    let seconds = (days * SECONDS_A_DAY).round();
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 4e9")]
    Some(CellValue::Duration(seconds as i64))
}

/// A day, or a day and a time of it, from what ISO 8601 writes: `2026-11-22`, `2026-11-22T08:00:00`.
pub(super) fn iso_date(written: &str) -> Option<CellValue> {
    let written = written.trim().trim_end_matches('Z');
    if let Some((_, time)) = written.split_once('T') {
        let at: DateTime = written.parse().ok()?;
        let is_midnight = time.chars().all(|c| matches!(c, '0' | ':' | '.'));
        return Some(if is_midnight { CellValue::Date(at.date()) } else { CellValue::DateTime(at) });
    }
    written.parse::<Date>().ok().map(CellValue::Date)
}

/// A duration as ISO 8601 writes it in spreadsheets: `PT08H00M00S`.
pub(super) fn iso_duration(written: &str) -> Option<CellValue> {
    let (sign, written) = match written.trim().strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, written.trim()),
    };
    let mut rest = written.strip_prefix('P')?;
    let mut seconds = 0.0;
    let mut in_time = false;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            in_time = true;
            rest = after;
            continue;
        }
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let (count, unit) = rest.split_at_checked(end)?;
        let count: f64 = count.replace(',', ".").parse().ok()?;
        let unit_seconds = match (unit.chars().next()?, in_time) {
            ('D', false) => SECONDS_A_DAY,
            ('H', true) => 3600.0,
            ('M', true) => 60.0,
            ('S', true) => 1.0,
            // Months and years have no length.
            _ => return None,
        };
        seconds += count * unit_seconds;
        rest = unit.get(1..)?;
    }
    duration_of_days(sign * seconds / SECONDS_A_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_reads_as_people_write_it() {
        assert_eq!(CellValue::Duration(8 * 3600).to_string(), "8 h 00");
        assert_eq!(CellValue::Duration(30 * 3600 + 300).to_string(), "30 h 05");
        assert_eq!(CellValue::Duration(30).to_string(), "0 h 00 min 30 s");
    }

    #[test]
    fn the_duration_of_an_opendocument_cell_is_read() {
        assert_eq!(iso_duration("PT08H00M00S"), Some(CellValue::Duration(28_800)));
        assert_eq!(iso_duration("P1DT02H"), Some(CellValue::Duration(93_600)));
        assert_eq!(iso_duration("P1M"), None);
        assert_eq!(iso_duration("PT"), Some(CellValue::Duration(0)));
    }

    #[test]
    fn a_day_at_midnight_is_a_day() {
        assert_eq!(iso_date("2026-11-22T00:00:00").unwrap().to_string(), "2026-11-22");
        assert_eq!(iso_date("2026-11-22T08:30:00").unwrap().to_string(), "2026-11-22 08:30");
    }
}
