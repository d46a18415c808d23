//! Deadlines on a terminal, by how near they are.

use jiff::civil::Date;
use vigie_model::Lang;
use vigie_plan::Expiry;

use crate::neutralise::Shown;
use crate::phrasing::{count, day, pick, shown};
use crate::terminal::Style;
use crate::terminal::page::{Ink, Page};

/// Columns of a day in words, the space after it included (`1er septembre 2027`).
const DAY: usize = 20;
/// Days ahead that call for a place in the diary now.
const SOON: i64 = 90;
/// Days ahead of one round of reviews.
const THIS_YEAR: i64 = 366;

/// Lists deadlines in one language: what is past, what ends within 90 days, within the year, later.
pub fn terminal(plan: &str, expiries: &[Expiry], as_of: Date, lang: Lang, style: Style) -> String {
    let mut page = Page::new(style);
    page.line(0, Shown::new(plan).as_str(), Ink::Strong);
    page.line(0, &format!("{} {}", pick(lang, "Échéances au", "Deadlines on"), day(as_of, lang)), Ink::Plain);
    if expiries.is_empty() {
        page.gap();
        let none = pick(
            lang,
            "Le plan n’écrit aucune date de fin : ni preuve datée, ni contrat, ni revue, ni action. C’est peut-être qu’il ne les connaît pas.",
            "The plan writes no date of end: no dated proof, contract, review or action. It may be that it does not know them.",
        );
        page.line(0, none, Ink::Warn);
    }
    let groups = [
        (pick(lang, "Déjà passé", "Already past"), Ink::Bad, i64::MIN..=-1),
        (pick(lang, "Dans les 90 jours", "Within 90 days"), Ink::Warn, 0..=SOON),
        (pick(lang, "Dans l’année", "Within the year"), Ink::Plain, SOON + 1..=THIS_YEAR),
        (pick(lang, "Plus tard", "Later"), Ink::Faint, THIS_YEAR + 1..=i64::MAX),
    ];
    for (title, ink, days) in groups {
        let mut here = expiries.iter().filter(|expiry| days.contains(&expiry.in_days)).peekable();
        if here.peek().is_some() {
            page.title(title);
        }
        for expiry in here {
            let marker = format!("{:<DAY$}", day(expiry.on, lang));
            let text = format!("{} ({})", shown(&expiry.what, lang), in_days(expiry.in_days, lang));
            page.hanging(0, &marker, ink, &text, Ink::Plain);
        }
    }
    page.finish()
}

fn in_days(days: i64, lang: Lang) -> String {
    let many = usize::try_from(days.unsigned_abs()).unwrap_or(usize::MAX);
    let many = count(many, lang, ["jour", "jours"], ["day", "days"]);
    match (days, lang) {
        (0, Lang::Fr) => "aujourd’hui".to_owned(),
        (0, Lang::En) => "today".to_owned(),
        (..0, Lang::Fr) => format!("il y a {many}"),
        (..0, Lang::En) => format!("{many} ago"),
        (_, Lang::Fr) => format!("dans {many}"),
        (_, Lang::En) => format!("in {many}"),
    }
}
