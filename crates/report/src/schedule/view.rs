//! What is shown of a schedule, in one language, whatever the medium.

use std::collections::BTreeMap;

use jiff::civil::Date;
use vigie_model::Lang;
use vigie_plan::{ActivityBack, Bar, Gain, ProcedureEnd, Schedule, Span, Standing, Unplaced};

use super::words::{activity, change, clock, headed, obstacle, standing, system, waited};
use crate::neutralise::Shown;
use crate::phrasing::{count, day, pick};

/// A schedule in one language.
pub(super) struct View {
    pub(super) lang: Lang,
    pub(super) title: &'static str,
    pub(super) plan: Shown,
    pub(super) day: String,
    /// When all is back, in sentences.
    pub(super) summary: Vec<String>,
    pub(super) activities: Vec<ActivityRow>,
    /// Work, by team.
    pub(super) groups: Vec<Group>,
    /// What decides when all is back, the first first.
    pub(super) chain: Vec<String>,
    /// What would win time.
    pub(super) gains: Vec<String>,
    /// Systems without an hour, and why.
    pub(super) unplaced: Vec<String>,
    /// How the figures were made.
    pub(super) notes: Vec<String>,
    /// The last hour of the drawing.
    pub(super) end_h: f64,
}

/// An activity and its hour.
pub(super) struct ActivityRow {
    pub(super) name: Shown,
    pub(super) dmia: String,
    pub(super) back: String,
    pub(super) p90: String,
    pub(super) verdict: String,
    pub(super) tone: Tone,
    pub(super) back_h: Option<f64>,
    pub(super) mtpd_h: Option<f64>,
    /// When its degraded procedures run out.
    pub(super) procedures: Vec<String>,
}

/// How an activity stands, by its mark first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// In time.
    Good,
    /// In time if all goes as expected, and less than every other time once durations vary.
    Fragile,
    /// Too late.
    Bad,
    /// Not known.
    Open,
}

impl Tone {
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Fragile => "~",
            Self::Bad => "✗",
            Self::Open => "?",
        }
    }

    /// Its name in style sheets.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Fragile | Self::Open => "open",
        }
    }
}

impl Row {
    /// When it starts, in words.
    pub(super) fn start(&self) -> String {
        clock(self.start_h)
    }

    /// When it ends, in words.
    pub(super) fn end(&self) -> String {
        clock(self.end_h)
    }

    /// When the system is usable, in words, after its last piece of work.
    pub(super) fn usable(&self) -> String {
        self.usable_h.map(clock).unwrap_or_default()
    }
}

/// The work of a team.
pub(super) struct Group {
    pub(super) heading: String,
    pub(super) rows: Vec<Row>,
}

/// One piece of work.
pub(super) struct Row {
    pub(super) label: Shown,
    pub(super) start_h: f64,
    pub(super) end_h: f64,
    /// When the system is usable, after its last piece of work.
    pub(super) usable_h: Option<f64>,
    pub(super) critical: bool,
    pub(super) waited: String,
}

impl View {
    pub(super) fn new(schedule: &Schedule, as_of: Date, lang: Lang) -> Self {
        let bars = schedule.bars.iter().map(|bar| bar.usable_h.unwrap_or(bar.end_h).max(bar.end_h));
        let backs = schedule.activities.iter().filter_map(|activity| activity.back.at_most_h);
        Self {
            lang,
            title: pick(lang, "Reconstruction après une perte totale", "Rebuilding after a total loss"),
            plan: Shown::new(&schedule.plan),
            day: day(as_of, lang),
            summary: summary(schedule, lang),
            activities: schedule.activities.iter().map(|back| ActivityRow::new(back, lang)).collect(),
            groups: groups(schedule, lang),
            chain: chain(schedule, lang),
            gains: schedule.gains.iter().map(|gain| gain_sentence(schedule, gain, lang)).collect(),
            unplaced: unplaced(schedule, lang),
            notes: notes(schedule, lang),
            end_h: bars.chain(backs).fold(1.0, f64::max),
        }
    }

    /// The sentence of this view’s language.
    pub(super) fn t<'a>(&self, fr: &'a str, en: &'a str) -> &'a str {
        pick(self.lang, fr, en)
    }
}

impl ActivityRow {
    fn new(activity: &ActivityBack, lang: Lang) -> Self {
        let hour = |hours: Option<f64>| hours.map_or_else(|| "?".to_owned(), clock);
        let Span { at_least_h, at_most_h, p90_h, .. } = activity.back;
        let counted = if activity.standing == Standing::Late { at_least_h } else { at_most_h };
        let late_by = counted.zip(activity.mtpd_h).map(|(back, mtpd)| back - mtpd);
        let back = match (at_least_h, at_most_h) {
            (_, Some(at_most)) => clock(at_most),
            (Some(at_least), None) => format!("≥\u{a0}{}", clock(at_least)),
            (None, None) => "?".to_owned(),
        };
        let fragile = activity.on_time_share.is_some_and(|share| share < 0.5);
        let chance = activity.on_time_share.map(|share| percent(share, lang)).unwrap_or_default();
        let procedure = |end: &ProcedureEnd| {
            let title = Shown::new(&end.title);
            let hour = match (end.runs_out_h, lang) {
                (Some(hours), Lang::Fr) => format!("s’épuise à {}", clock(hours)),
                (Some(hours), Lang::En) => format!("runs out at {}", clock(hours)),
                (None, _) => {
                    pick(lang, "ne dit pas combien de temps elle tient", "does not say how long it holds").to_owned()
                }
            };
            let holds = match end.holds {
                Some(true) => pick(lang, ", après le retour", ", after the return"),
                Some(false) => pick(lang, ", AVANT le retour", ", BEFORE the return"),
                None => "",
            };
            format!("{} {hour}{holds}", pick(lang, &format!("«\u{a0}{title}\u{a0}»"), &format!("“{title}”")))
        };
        Self {
            name: Shown::new(&activity.name),
            dmia: hour(activity.mtpd_h),
            back,
            p90: hour(p90_h),
            verdict: format!("{}{chance}", standing(activity.standing, fragile, late_by, lang)),
            tone: match activity.standing {
                Standing::OnTime if fragile => Tone::Fragile,
                Standing::OnTime => Tone::Good,
                Standing::Late | Standing::NoOrderFound | Standing::Deadlock => Tone::Bad,
                Standing::Unknown => Tone::Open,
            },
            back_h: at_most_h,
            mtpd_h: activity.mtpd_h,
            procedures: activity.procedures.iter().map(procedure).collect(),
        }
    }
}

/// In which share of the draws: ` (38 %)`.
fn percent(share: f64, lang: Lang) -> String {
    let share = (share * 100.0).floor();
    format!(" ({share}{}%)", pick(lang, "\u{a0}", ""))
}

fn summary(schedule: &Schedule, lang: Lang) -> Vec<String> {
    let mut told = vec![all_back(schedule.all_back, lang)];
    if let (Some(p50), Some(p90)) = (schedule.all_back.p50_h, schedule.all_back.p90_h) {
        let (p50, p90) = (clock(p50), clock(p90));
        told.push(match lang {
            Lang::Fr => format!(
                "Avec les aléas des durées\u{a0}: une fois sur deux en {p50} au plus (P50), neuf fois sur dix en {p90} au plus (P90)."
            ),
            Lang::En => format!(
                "With the hazards of durations: one time in two within {p50} (P50), nine times in ten within {p90} (P90)."
            ),
        });
    }
    if let Some(planned) = schedule.as_planned {
        let tried: Vec<String> = schedule
            .teams
            .iter()
            .filter(|team| team.tried)
            .map(|team| format!("{} {}", Shown::new(&team.name), team.people.unwrap_or(0)))
            .collect();
        told.push(headed(pick(lang, "Effectifs essayés", "People tried"), &format!("{}.", tried.join(", ")), lang));
        told.push(headed(pick(lang, "Avec ceux du plan", "With those of the plan"), &all_back(planned, lang), lang));
    }
    told
}

fn all_back(span: Span, lang: Lang) -> String {
    let (least, most) = (span.at_least_h.map(clock), span.at_most_h.map(clock));
    match (least, most, lang) {
        (Some(least), Some(most), Lang::Fr) if least == most => {
            format!("tout est revenu en {most} dans l’ordre proposé, et aucun ordre ne fait mieux.")
        }
        (Some(least), Some(most), Lang::En) if least == most => {
            format!("all is back in {most} in the proposed order, and no order does better.")
        }
        (Some(least), Some(most), Lang::Fr) => {
            format!("tout est revenu en {most} dans l’ordre proposé\u{a0}; aucun ordre ne fait moins de {least}.")
        }
        (Some(least), Some(most), Lang::En) => {
            format!("all is back in {most} in the proposed order; no order does it in less than {least}.")
        }
        (Some(least), None, Lang::Fr) => format!(
            "l’heure du retour complet n’est pas connue, car le plan ne dit pas tout (voir «\u{a0}Ce qui n’a pas d’heure\u{a0}»)\u{a0}; pas avant {least}."
        ),
        (Some(least), None, Lang::En) => format!(
            "the hour at which all is back is not known, for the plan does not say everything (see “What has no hour”); not before {least}."
        ),
        (None, _, _) => pick(
            lang,
            "tout ne peut pas revenir\u{a0}: un système s’attend lui-même (voir «\u{a0}Ce qui n’a pas d’heure\u{a0}»).",
            "all cannot come back: a system waits for itself (see “What has no hour”).",
        )
        .to_owned(),
    }
}

fn groups(schedule: &Schedule, lang: Lang) -> Vec<Group> {
    let mut last: BTreeMap<&str, f64> = BTreeMap::new();
    for bar in &schedule.bars {
        let end = last.entry(&bar.system).or_default();
        *end = end.max(bar.end_h);
    }
    let is_last = |bar: &Bar| last.get(bar.system.as_str()).is_some_and(|end| *end <= bar.end_h);
    let row = |bar: &Bar| Row {
        label: match &bar.step {
            Some(step) => Shown::new(&format!("{step} – {}", bar.name)),
            None => Shown::new(&bar.name),
        },
        start_h: bar.start_h,
        end_h: bar.end_h,
        usable_h: bar.usable_h.filter(|_| is_last(bar)),
        critical: bar.critical,
        waited: waited(schedule, &bar.waited_for, lang),
    };
    let of = |team: Option<&str>| -> Vec<Row> {
        schedule.bars.iter().filter(|bar| bar.team.as_deref() == team).map(row).collect()
    };
    let mut groups: Vec<Group> = Vec::new();
    for team in &schedule.teams {
        let people = team.people.map_or_else(
            || pick(lang, "effectif inconnu", "number of people unknown").to_owned(),
            |people| {
                let people = usize::try_from(people).unwrap_or(usize::MAX);
                count(people, lang, ["personne", "personnes"], ["person", "people"])
            },
        );
        let work = format!("{} {}", clock(team.work_h), pick(lang, "de travail", "of work"));
        let tried = if team.tried { pick(lang, ", effectif essayé", ", number tried") } else { "" };
        groups.push(Group {
            heading: format!("{} ({people}, {work}{tried})", Shown::new(&team.name)),
            rows: of(Some(&team.id)),
        });
    }
    groups.push(Group { heading: pick(lang, "Sans équipe", "Without a team").to_owned(), rows: of(None) });
    groups.retain(|group| !group.rows.is_empty());
    groups
}

fn chain(schedule: &Schedule, lang: Lang) -> Vec<String> {
    let bars = schedule.critical_chain.iter().filter_map(|at| schedule.bars.get(*at));
    let sentence = |bar: &Bar| {
        let step = bar.step.as_ref().map(|step| format!(", {}", Shown::new(step))).unwrap_or_default();
        let (from, to) = (clock(bar.start_h), clock(bar.end_h));
        let hours = match lang {
            Lang::Fr => format!("de {from} à {to}"),
            Lang::En => format!("from {from} to {to}"),
        };
        format!("{}{step}, {hours}, {}", Shown::new(&bar.name), waited(schedule, &bar.waited_for, lang))
    };
    bars.map(sentence).collect()
}

/// Activities named in a gain; the others are counted.
const TOLD: usize = 3;

fn gain_sentence(schedule: &Schedule, gain: &Gain, lang: Lang) -> String {
    let sooner = |name: &str, won: f64| match lang {
        Lang::Fr => format!("{name} {} plus tôt", clock(won)),
        Lang::En => format!("{name} {} sooner", clock(won)),
    };
    let mut won = Vec::new();
    if gain.all_back_h > 0.0 {
        won.push(sooner(pick(lang, "tout revient", "all is back"), gain.all_back_h));
    }
    let mut activities: Vec<_> = gain.activities.iter().collect();
    activities.sort_by(|a, b| b.now_on_time.cmp(&a.now_on_time).then(b.won_h.total_cmp(&a.won_h)));
    for back in activities.iter().take(TOLD) {
        let now = if back.now_on_time { pick(lang, " (dans sa DMIA)", " (within its DMIA)") } else { "" };
        won.push(format!("{}{now}", sooner(activity(schedule, &back.id).as_str(), back.won_h)));
    }
    if activities.len() > TOLD {
        let others = count(
            activities.len() - TOLD,
            lang,
            ["autre activité", "autres activités"],
            ["other activity", "other activities"],
        );
        won.push(format!("{} {others}", pick(lang, "et", "and")));
    }
    headed(&change(schedule, &gain.change, lang), &format!("{}.", won.join(", ")), lang)
}

fn unplaced(schedule: &Schedule, lang: Lang) -> Vec<String> {
    let sentence = |unplaced: &Unplaced| {
        let not_before = match (unplaced.not_before_h, lang) {
            (Some(hours), Lang::Fr) => format!(" (pas avant {})", clock(hours)),
            (Some(hours), Lang::En) => format!(" (not before {})", clock(hours)),
            (None, _) => String::new(),
        };
        let why = obstacle(schedule, &unplaced.why, lang);
        headed(system(schedule, &unplaced.system).as_str(), &format!("{why}{not_before}."), lang)
    };
    schedule.unplaced.iter().map(sentence).collect()
}

fn notes(schedule: &Schedule, lang: Lang) -> Vec<String> {
    let mut notes = vec![
        pick(
            lang,
            "Les heures se comptent depuis la perte (0\u{a0}h), avec les durées probables du plan.",
            "Hours count from the loss (0\u{a0}h), with the likely durations of the plan.",
        )
        .to_owned(),
        pick(
            lang,
            "Chaque tâche occupe une personne sans interruption\u{a0}; relèves, nuits et fatigue ne sont pas comptées.",
            "Each task takes one person without a break; shifts, nights and fatigue are not counted.",
        )
        .to_owned(),
    ];
    if schedule.samples > 0 {
        let samples = usize::try_from(schedule.samples).unwrap_or(usize::MAX);
        let samples = count(
            samples,
            lang,
            ["reconstruction tirée", "reconstructions tirées"],
            ["rebuilding drawn", "rebuildings drawn"],
        );
        let seed = schedule.seed;
        notes.push(match lang {
            Lang::Fr => format!(
                "P50 et P90\u{a0}: {samples} entre les durées courte, probable et longue (loi triangulaire, graine {seed}), dans l’ordre proposé."
            ),
            Lang::En => format!(
                "P50 and P90: {samples} between the short, likely and long durations (triangular law, seed {seed}), in the proposed order."
            ),
        });
    }
    if !schedule.single_guess.is_empty() && schedule.samples > 0 {
        let names: Vec<String> =
            schedule.single_guess.iter().take(5).map(|id| system(schedule, id).to_string()).collect();
        let more = if schedule.single_guess.len() > names.len() { "…" } else { "" };
        let names = format!("{}{more}", names.join(", "));
        notes.push(match lang {
            Lang::Fr => format!(
                "Sans durée courte ni longue, ces systèmes sont comptés comme certains, donc P50 et P90 sont optimistes\u{a0}: {names}."
            ),
            Lang::En => format!(
                "Without a short and a long duration, these systems are taken as certain, so P50 and P90 are optimistic: {names}."
            ),
        });
    }
    notes
}
