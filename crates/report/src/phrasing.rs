//! Dates, numbers and plurals as each language writes them.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use vigie_model::{Lang, Text, Vantage};

use crate::neutralise::Shown;

const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Longest fact value shown, in characters: enough for any list a reader would read.
const VALUE_CHARS: usize = 240;

/// Picks the sentence of a language.
pub(crate) fn pick<'a>(lang: Lang, fr: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Fr => fr,
        Lang::En => en,
    }
}

/// A colon as each language sets it, no-break space included.
pub(crate) fn colon(lang: Lang) -> &'static str {
    pick(lang, "\u{a0}:", ":")
}

/// Items one after the other, each whole: `a ; b`, `a; b`.
pub(crate) fn enumerated(items: &[Shown], lang: Lang) -> String {
    let items: Vec<&str> = items.iter().map(Shown::as_str).collect();
    items.join(pick(lang, "\u{a0}; ", "; "))
}

/// A sentence from outside in one language, made safe; French marks get their no-break spaces.
pub(crate) fn shown(text: &Text, lang: Lang) -> Shown {
    match lang {
        Lang::En => Shown::new(&text.en),
        Lang::Fr => {
            let marks = [
                (" :", "\u{a0}:"),
                (" ;", "\u{a0};"),
                (" !", "\u{a0}!"),
                (" ?", "\u{a0}?"),
                (" »", "\u{a0}»"),
                ("« ", "«\u{a0}"),
            ];
            Shown::new(&marks.iter().fold(text.fr.clone(), |text, (plain, bound)| text.replace(plain, bound)))
        }
    }
}

/// `22 novembre 2026`, `1er janvier 2026`, `22 November 2026`.
pub(crate) fn day(date: Date, lang: Lang) -> String {
    let months = match lang {
        Lang::Fr => MONTHS_FR,
        Lang::En => MONTHS_EN,
    };
    let month = usize::try_from(date.month() - 1).ok().and_then(|index| months.get(index)).copied().unwrap_or_default();
    let first = if date.day() == 1 && lang == Lang::Fr { "er" } else { "" };
    format!("{}{first}\u{a0}{month} {}", date.day(), date.year())
}

/// `22 novembre 2026 à 13 h 50 (UTC)`, `22 November 2026 at 13:50 UTC`.
pub(crate) fn instant(at: Timestamp, lang: Lang) -> String {
    let at: DateTime = at.to_zoned(TimeZone::UTC).datetime();
    let (day, hour) = (day(at.date(), lang), hour(at, lang));
    match lang {
        Lang::Fr => format!("{day} à {hour} (UTC)"),
        Lang::En => format!("{day} at {hour} UTC"),
    }
}

/// `le 22 novembre 2026, de 13 h 50 à 14 h 02 (UTC)`; both days when they differ, one time when it is the same minute.
pub(crate) fn period(from: Timestamp, to: Timestamp, lang: Lang) -> String {
    let [began, ended] = [from, to].map(|at| at.to_zoned(TimeZone::UTC).datetime());
    if began.date() != ended.date() {
        let (from, to) = (instant(from, lang), instant(to, lang));
        return match lang {
            Lang::Fr => format!("du {from} au {to}"),
            Lang::En => format!("from {from} to {to}"),
        };
    }
    let (day, from, to) = (day(began.date(), lang), hour(began, lang), hour(ended, lang));
    if from == to {
        return match lang {
            Lang::Fr => format!("le {day} à {from} (UTC)"),
            Lang::En => format!("{day} at {from} UTC"),
        };
    }
    match lang {
        Lang::Fr => format!("le {day}, de {from} à {to} (UTC)"),
        Lang::En => format!("{day}, from {from} to {to} UTC"),
    }
}

fn hour(at: DateTime, lang: Lang) -> String {
    match lang {
        Lang::Fr => format!("{}\u{a0}h\u{a0}{:02}", at.hour(), at.minute()),
        Lang::En => format!("{}:{:02}", at.hour(), at.minute()),
    }
}

/// A count and its noun: French uses the singular for 0 and 1, English for 1 alone.
pub(crate) fn count(n: usize, lang: Lang, fr: [&str; 2], en: [&str; 2]) -> String {
    let n_text = grouped(n);
    let [one, many] = match lang {
        Lang::Fr => fr,
        Lang::En => en,
    };
    let singular = n == 1 || (n == 0 && lang == Lang::Fr);
    format!("{n_text}\u{a0}{}", if singular { one } else { many })
}

/// Thousands set apart by a no-break space, which both languages read.
pub(crate) fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + 4);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

/// Tenths as a decimal number: `37` is `3,7` in French.
pub(crate) fn tenths(n: u32, lang: Lang) -> String {
    let mark = pick(lang, ",", ".");
    match n % 10 {
        0 => format!("{}", n / 10),
        rest => format!("{}{mark}{rest}", n / 10),
    }
}

/// `90 %`, `90%`.
pub(crate) fn percent(n: u8, lang: Lang) -> String {
    format!("{n}{}", pick(lang, "\u{a0}%", "%"))
}

/// Until when the proofs of a CaRE objective hold.
pub(crate) fn valid_until(day: &str, lang: Lang) -> String {
    format!("{} {day}.", pick(lang, "Preuve valable jusqu’au", "Proof valid until"))
}

/// What the star behind a CaRE objective means.
pub(crate) fn threshold_note(lang: Lang) -> &'static str {
    pick(
        lang,
        "Seuil à confirmer dans le texte officiel\u{a0}: cet objectif ne peut pas encore être dit «\u{a0}atteint\u{a0}».",
        "Threshold to be confirmed in the official text: this objective cannot be called met yet.",
    )
}

/// Words one after the other: `a, b et c`.
pub(crate) fn listed(words: &[String], lang: Lang) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [head @ .., last] => format!("{} {} {last}", head.join(", "), pick(lang, "et", "and")),
    }
}

/// From where the run looked.
pub(crate) fn vantage(vantage: Vantage, lang: Lang) -> &'static str {
    match vantage {
        Vantage::Outside => pick(lang, "vue depuis Internet", "seen from the Internet"),
        Vantage::Inside => {
            pick(lang, "vue depuis le réseau de l’établissement", "seen from the facility’s own network")
        }
        Vantage::Loopback => pick(lang, "démonstration sur cette machine", "demonstration on this machine"),
        Vantage::Documents => {
            pick(lang, "d’après les documents fournis, sans réseau", "from the documents given, with no network")
        }
    }
}

/// A fact as an engineer reads it: bare words and numbers, JSON for records, long values cut.
pub(crate) fn fact(value: &Value, lang: Lang) -> Shown {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => pick(lang, "oui", "yes").to_owned(),
        Value::Bool(false) => pick(lang, "non", "no").to_owned(),
        Value::Array(items) if items.is_empty() => pick(lang, "aucun", "none").to_owned(),
        Value::Array(items) if items.iter().all(|item| item.is_string() || item.is_number()) => {
            let words: Vec<String> = items.iter().map(|item| fact(item, lang).to_string()).collect();
            words.join(", ")
        }
        Value::Number(number) => whole(&number.to_string()).to_owned(),
        Value::Null | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    Shown::new(&cut(&text, VALUE_CHARS))
}

/// The beginning of a text longer than `chars` characters, with a mark that more followed.
pub(crate) fn cut(text: &str, chars: usize) -> Cow<'_, str> {
    match text.char_indices().nth(chars).and_then(|(end, _)| text.get(..end)) {
        Some(kept) => Cow::Owned(format!("{kept}…")),
        None => Cow::Borrowed(text),
    }
}

/// A number without the decimals of a whole one: `25.0` is `25`.
fn whole(number: &str) -> &str {
    number.strip_suffix(".0").unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_as_people_say_them() {
        let at: Timestamp = "2026-01-01T08:05:00Z".parse().unwrap();
        assert_eq!(instant(at, Lang::Fr), "1er\u{a0}janvier 2026 à 8\u{a0}h\u{a0}05 (UTC)");
        assert_eq!(instant(at, Lang::En), "1\u{a0}January 2026 at 8:05 UTC");
        assert_eq!(period(at, at, Lang::Fr), "le 1er\u{a0}janvier 2026 à 8\u{a0}h\u{a0}05 (UTC)");
    }

    #[test]
    fn counts_agree_in_each_language() {
        let points = |n, lang| count(n, lang, ["point", "points"], ["point", "points"]);
        assert_eq!(points(0, Lang::Fr), "0\u{a0}point");
        assert_eq!(points(0, Lang::En), "0\u{a0}points");
        assert_eq!(points(12_345, Lang::Fr), "12\u{a0}345\u{a0}points");
        assert_eq!((tenths(37, Lang::Fr), tenths(40, Lang::En)), ("3,7".into(), "4".into()));
    }

    #[test]
    fn facts_are_bare_and_capped() {
        assert_eq!(fact(&serde_json::json!(["TLS 1.0", 3]), Lang::Fr).as_str(), "TLS 1.0, 3");
        assert_eq!(fact(&serde_json::json!([]), Lang::En).as_str(), "none");
        assert_eq!(fact(&serde_json::json!([25.0, 2.5, 10]), Lang::Fr).as_str(), "25, 2.5, 10");
        assert_eq!(fact(&serde_json::json!("é".repeat(500)), Lang::Fr).as_str().chars().count(), VALUE_CHARS + 1);
    }
}
