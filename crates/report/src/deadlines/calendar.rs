//! Deadlines for a diary: iCalendar (RFC 5545), one all-day event each, with a reminder a month before.
//!
//! Written here rather than by a library: those at hand take the hour and a random identifier from the
//! machine, and the same plan must give the same bytes.

use jiff::civil::Date;
use vigie_model::Lang;
use vigie_plan::Expiry;

use crate::phrasing::{pick, shown};

/// Longest line, in bytes, its end left out (RFC 5545 section 3.1).
const LINE_BYTES: usize = 75;

/// Writes deadlines as a calendar. `plan` is the id of the plan: with the subject it makes each event's
/// identifier, so that a later export replaces an earlier one in the diary.
pub fn calendar(plan: &str, expiries: &[Expiry], as_of: Date, lang: Lang) -> String {
    let mut out = String::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//vigie//vigie//FR", "CALSCALE:GREGORIAN"] {
        fold(&mut out, line);
    }
    for expiry in expiries {
        event(&mut out, plan, expiry, as_of, lang);
    }
    fold(&mut out, "END:VCALENDAR");
    out
}

fn event(out: &mut String, plan: &str, expiry: &Expiry, as_of: Date, lang: Lang) {
    let summary = format!("{} {}", pick(lang, "Échéance :", "Deadline:"), shown(&expiry.what, lang));
    let lines = [
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}-{}@vigie.invalid", escape(plan), escape(&expiry.subject.replace('/', "-"))),
        format!("DTSTAMP:{}T000000Z", compact(as_of)),
        format!("DTSTART;VALUE=DATE:{}", compact(expiry.on)),
        format!("SUMMARY:{}", escape(&summary)),
        format!("DESCRIPTION:{}", escape(&expiry.subject)),
        "TRANSP:TRANSPARENT".to_owned(),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        "TRIGGER:-P30D".to_owned(),
        format!("DESCRIPTION:{}", escape(&summary)),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
    ];
    for line in lines {
        fold(out, &line);
    }
}

fn compact(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// A text value (RFC 5545 section 3.3.11). Control characters are gone already: only views' words come here.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | ';' | ',') {
            out.push('\\');
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

/// A content line, folded between characters.
fn fold(out: &mut String, line: &str) {
    let mut used = 0;
    for c in line.chars() {
        if used + c.len_utf8() > LINE_BYTES {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    out.push_str("\r\n");
}
