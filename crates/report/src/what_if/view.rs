//! What is shown of an event, in one language, whatever the medium.

use jiff::civil::Date;
use vigie_model::{Lang, Text};
use vigie_plan::{ActivityAfter, Happens, Standing, WhatIf};

use super::sentences::{
    copy, crisis_role, duty, happens, impact, notice, person, procedure, readable, standing, systems_down,
};
use crate::neutralise::Shown;
use crate::phrasing::{count, day, pick, shown};
use crate::schedule::{Tone, clock};

/// An event in one language.
pub(super) struct View {
    pub(super) lang: Lang,
    pub(super) title: Shown,
    pub(super) plan: Shown,
    pub(super) day: String,
    /// The whole in a few sentences.
    pub(super) summary: Vec<Shown>,
    /// What had to be assumed.
    pub(super) assumed: Vec<Shown>,
    /// The crisis hour by hour.
    pub(super) moments: Vec<Hour>,
    pub(super) activities: Vec<ActivityRow>,
    /// Lists of sentences, each with its heading.
    pub(super) lists: Vec<List>,
    /// How this was worked out.
    pub(super) notes: Vec<&'static str>,
    /// The last hour of the drawing.
    pub(super) end_h: f64,
}

/// What happens at one hour.
pub(super) struct Hour {
    pub(super) at: String,
    pub(super) lines: Vec<Line>,
}

/// A sentence and how it stands, by its mark first.
pub(super) struct Line {
    pub(super) tone: Tone,
    pub(super) text: Shown,
}

/// Sentences under a heading.
pub(super) struct List {
    pub(super) title: &'static str,
    /// What the list is about, for those who open the page there; may be empty.
    pub(super) note: &'static str,
    pub(super) lines: Vec<Line>,
}

/// An activity: stopped or not, and the hours that count.
pub(super) struct ActivityRow {
    pub(super) tone: Tone,
    pub(super) name: Shown,
    pub(super) critical: bool,
    /// Whether it stops, and how it stands.
    pub(super) verdict: String,
    /// Why, with which procedure, with what harm.
    pub(super) details: Vec<Shown>,
    pub(super) degraded_after: String,
    pub(super) holds_until: String,
    pub(super) dmia: String,
    pub(super) back: String,
    pub(super) hole: String,
    /// Hours for the drawing.
    pub(super) holds_until_h: Option<f64>,
    pub(super) back_h: Option<f64>,
    pub(super) mtpd_h: Option<f64>,
}

impl View {
    pub(super) fn new(after: &WhatIf, as_of: Date, lang: Lang) -> Self {
        let stopped = after.activities.iter().filter(|activity| activity.stops != Some(false));
        Self {
            lang,
            title: shown(&after.event, lang),
            plan: Shown::new(&after.plan),
            day: day(as_of, lang),
            summary: summary(after, lang).iter().map(|text| said(text, lang)).collect(),
            assumed: after.assumed.iter().map(|text| shown(text, lang)).collect(),
            moments: moments(after, lang),
            activities: stopped.map(|activity| row(activity, lang)).collect(),
            lists: lists(after, lang),
            notes: notes(lang),
            end_h: end_h(after),
        }
    }

    pub(super) fn t<'t>(&self, fr: &'t str, en: &'t str) -> &'t str {
        pick(self.lang, fr, en)
    }
}

impl ActivityRow {
    pub(super) fn mark(&self) -> &'static str {
        self.tone.mark()
    }
}

fn summary(after: &WhatIf, lang: Lang) -> Vec<String> {
    let stopped = after.activities.iter().filter(|activity| activity.stops == Some(true)).count();
    let critical = after.activities.iter().filter(|one| one.stops == Some(true) && one.critical == Some(true)).count();
    let doubtful = after.activities.iter().filter(|activity| activity.stops.is_none()).count();
    let mut all = Vec::new();
    all.push(match lang {
        Lang::Fr => format!(
            "{} sur {} {}, dont {}.",
            count(stopped, lang, ["activité", "activités"], ["", ""]),
            after.activities.len(),
            if stopped < 2 { "s’arrête" } else { "s’arrêtent" },
            count(critical, lang, ["critique", "critiques"], ["", ""]),
        ),
        Lang::En => format!(
            "{} of {} stop, {} of them critical.",
            count(stopped, lang, ["", ""], ["activity", "activities"]),
            after.activities.len(),
            critical
        ),
    });
    if doubtful > 0 {
        let many = count(doubtful, lang, ["activité", "activités"], ["activity", "activities"]);
        all.push(match lang {
            Lang::Fr => format!("Pour {many}, le plan n’en dit pas assez : à compléter avant de s’y fier."),
            Lang::En => format!("For {many}, the plan does not say enough: complete it before relying on it."),
        });
    }
    all.extend(first_to_run_out(after, lang));
    all.extend(unreached(after, lang));
    all.push(systems_down(after, lang));
    all
}

/// The procedure that runs out first.
fn first_to_run_out(after: &WhatIf, lang: Lang) -> Option<String> {
    let mut ends = after.moments.iter().filter_map(|moment| match &moment.what {
        Happens::ProcedureEnds { procedure, activity } => Some((moment.at_h, procedure, activity)),
        _ => None,
    });
    let (at_h, procedure, activity) = ends.next()?;
    Some(match lang {
        Lang::Fr => {
            format!("La première procédure à bout est « {procedure} » ({activity}), à T + {}.", clock(at_h))
        }
        Lang::En => format!("The first procedure to run out is “{procedure}” ({activity}), at T + {}.", clock(at_h)),
    })
}

fn unreached(after: &WhatIf, lang: Lang) -> Option<String> {
    if after.people.is_empty() {
        return None;
    }
    let reached = after.people.iter().filter(|person| person.reachable == Some(true)).count();
    let silent = after.roles.iter().filter(|role| role.filled == Some(false)).count();
    let roles = match (silent, lang) {
        (0, _) => String::new(),
        (_, Lang::Fr) => {
            format!(" ; {} sans personne en nombre suffisant", count(silent, lang, ["rôle", "rôles"], ["", ""]))
        }
        (_, Lang::En) => format!("; {} without enough people", count(silent, lang, ["", ""], ["role", "roles"])),
    };
    Some(match lang {
        Lang::Fr => format!("On peut appeler {reached} personnes sur {}{roles}.", after.people.len()),
        Lang::En => format!("{reached} people of {} can be called{roles}.", after.people.len()),
    })
}

fn moments(after: &WhatIf, lang: Lang) -> Vec<Hour> {
    let mut hours: Vec<Hour> = Vec::new();
    for moment in &after.moments {
        let at = at(moment.at_h, lang);
        let (tone, text) = happens(&moment.what, lang);
        let line = Line { tone, text: said(&text, lang) };
        match hours.last_mut().filter(|hour| hour.at == at) {
            Some(hour) => hour.lines.push(line),
            None => hours.push(Hour { at, lines: vec![line] }),
        }
    }
    hours
}

/// `T + 8 h`, `T + 72 h (J+3)`.
fn at(hours: f64, lang: Lang) -> String {
    let days = hours / 24.0;
    if days >= 2.0 && days.fract() == 0.0 {
        format!("T + {} ({}{days:.0})", clock(hours), pick(lang, "J+", "D+"))
    } else {
        format!("T + {}", clock(hours))
    }
}

/// A sentence as its language writes it: French keeps its marks with the word before them.
fn said(text: &str, lang: Lang) -> Shown {
    shown(&Text::same(text), lang)
}

fn row(activity: &ActivityAfter, lang: Lang) -> ActivityRow {
    let (tone, verdict) = match activity.stops {
        Some(false) => (Tone::Good, pick(lang, "continue", "goes on").to_owned()),
        None => (
            Tone::Open,
            pick(lang, "inconnu : le plan ne dit pas tout", "unknown: the plan does not say all").to_owned(),
        ),
        Some(true) => standing(activity, lang),
    };
    let unsaid = || pick(lang, "?", "?").to_owned();
    let hour = |hours: Option<f64>| hours.map_or_else(unsaid, clock);
    ActivityRow {
        tone,
        name: Shown::new(&activity.name),
        critical: activity.critical == Some(true),
        verdict,
        details: details(activity, lang),
        degraded_after: hour(activity.degraded_after_h),
        holds_until: if activity.procedures.is_empty() { "–".to_owned() } else { hour(activity.holds_until_h) },
        dmia: hour(activity.mtpd_h),
        back: back(activity, lang),
        hole: activity.hole_h.map(clock).unwrap_or_default(),
        holds_until_h: activity.holds_until_h,
        back_h: activity.back.at_most_h.or(activity.back.at_least_h),
        mtpd_h: activity.mtpd_h,
    }
}

/// `entre 12 h et 14 h`, `12 h`, `pas avant 12 h`.
fn back(activity: &ActivityAfter, lang: Lang) -> String {
    match (activity.back.at_least_h, activity.back.at_most_h, activity.standing) {
        (_, _, Standing::Deadlock) => pick(lang, "jamais", "never").to_owned(),
        (Some(least), Some(most), _) if most > least => match lang {
            Lang::Fr => format!("entre {} et {}", clock(least), clock(most)),
            Lang::En => format!("between {} and {}", clock(least), clock(most)),
        },
        (_, Some(most), _) => clock(most),
        (Some(least), None, _) if least > 0.0 => {
            format!("{} {}", pick(lang, "pas avant", "not before"), clock(least))
        }
        _ => "?".to_owned(),
    }
}

fn details(activity: &ActivityAfter, lang: Lang) -> Vec<Shown> {
    let mut all = Vec::new();
    if !activity.way.is_empty() {
        let way = activity.way.join(" → ");
        all.push(format!("{} {way}", pick(lang, "Ce qui manque :", "What is missing:")));
    }
    if !activity.blanks.is_empty() {
        let blanks = activity.blanks.join(", ");
        all.push(format!("{} {blanks}", pick(lang, "Lignes du plan à remplir :", "Lines of the plan to fill in:")));
    }
    all.extend(activity.procedures.iter().map(|one| procedure(one, lang)));
    if activity.procedures.is_empty() && activity.stops == Some(true) {
        all.push(pick(lang, "Aucune procédure dégradée au plan.", "No degraded procedure in the plan.").to_owned());
    }
    all.extend(activity.impacts.iter().map(|one| impact(one, lang)));
    all.iter().map(|text| said(text, lang)).collect()
}

fn lists(after: &WhatIf, lang: Lang) -> Vec<List> {
    let t = |fr, en| pick(lang, fr, en);
    let line = |(tone, text): (Tone, String)| Line { tone, text: said(&text, lang) };
    let going_on = after.activities.iter().filter(|activity| activity.stops == Some(false));
    let all = [
        List {
            title: t("Qui prend les rôles de crise", "Who takes the crisis roles"),
            note: "",
            lines: after.roles.iter().map(|role| line(crisis_role(role, lang))).collect(),
        },
        List {
            title: t("Qui peut être appelé, et comment", "Who can be called, and how"),
            note: t(
                "Dans l’ordre du plan ; les numéros sont dans l’annuaire de crise imprimé.",
                "In the order of the plan; numbers are in the printed crisis directory.",
            ),
            lines: after.people.iter().map(|one| line(person(one, lang))).collect(),
        },
        List {
            title: t("Ce qui reste lisible", "What can still be read"),
            note: "",
            lines: (after.readable.iter().map(|one| line(readable(one, lang))))
                .chain(after.copies.iter().map(|one| line(copy(one, lang))))
                .collect(),
        },
        List {
            title: t("Qui prévenir", "Who must be told"),
            note: t(
                "Les heures se comptent depuis le moment où l’incident est connu.",
                "Hours count from the moment the incident is known.",
            ),
            lines: (after.notices.iter().map(|one| line(notice(one, lang))))
                .chain(after.forgotten.iter().map(|one| line(duty(one, lang))))
                .collect(),
        },
        List {
            title: t("Ce qui continue", "What goes on"),
            note: "",
            lines: going_on.map(|activity| line((Tone::Good, activity.name.clone()))).collect(),
        },
    ];
    all.into_iter().filter(|list| !list.lines.is_empty()).collect()
}

fn notes(lang: Lang) -> Vec<&'static str> {
    vec![
        pick(
            lang,
            "T est l’heure de l’événement. DMIA : durée maximale d’interruption admissible, ce que l’activité supporte.",
            "T is the hour of the event. DMIA: the longest outage that the activity can bear.",
        ),
        pick(
            lang,
            "Ce qui est frappé se reconstruit dans l’ordre et avec les effectifs de « vigie plan schedule » ; ce qu’un prestataire héberge revient quand l’événement finit.",
            "What is struck is rebuilt in the order and with the people of “vigie plan schedule”; what a supplier hosts is back when the event ends.",
        ),
        pick(
            lang,
            "Une procédure est comptée depuis T, comme si elle commençait avec l’événement.",
            "A procedure counts from T, as if it began with the event.",
        ),
        pick(
            lang,
            "« ? » : le plan ne le dit pas. Ce n’est ni un oui, ni un non.",
            "“?”: the plan does not say. It is neither a yes nor a no.",
        ),
    ]
}

/// The last hour worth drawing: that of the last return, procedure or limit, with a little room.
fn end_h(after: &WhatIf) -> f64 {
    let hours = after.activities.iter().filter(|activity| activity.stops == Some(true)).flat_map(|activity| {
        [activity.back.at_most_h, activity.back.at_least_h, activity.mtpd_h, activity.holds_until_h]
    });
    hours.flatten().fold(1.0, f64::max) * 1.02
}
