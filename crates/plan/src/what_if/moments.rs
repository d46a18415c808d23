//! The crisis hour by hour.

use super::Aftermath;
use super::notices::due_h;
use super::outcome::{ActivityAfter, Happens, Moment, Notice};

/// From this level of the impact analysis on, a harm is worth an hour of its own: major, or lives at stake.
const MAJOR: u8 = 3;

/// What happens when, the first first; at one hour, what is to be done before what is endured.
pub(super) fn of(aftermath: &Aftermath<'_>, activities: &[ActivityAfter], notices: &[Notice]) -> Vec<Moment> {
    let mut all: Vec<Moment> = notices.iter().filter_map(due).collect();
    for activity in activities.iter().filter(|activity| activity.stops == Some(true)) {
        all.extend(of_activity(activity));
    }
    all.extend(aftermath.lasts_h().map(|at_h| Moment { at_h, what: Happens::EventEnds }));
    // Stable: what was added first stays first within an hour.
    all.sort_by(|a, b| a.at_h.total_cmp(&b.at_h));
    all
}

fn due(notice: &Notice) -> Option<Moment> {
    Some(Moment { at_h: due_h(notice)?, what: Happens::NoticeDue { to: notice.to, by: notice.owner.clone() } })
}

fn of_activity(activity: &ActivityAfter) -> Vec<Moment> {
    let name = || activity.name.clone();
    // Until it is surely back, an activity may suffer; past that hour it does not.
    let back = activity.back.at_most_h;
    let before_return = |at_h: f64| back.is_none_or(|back| at_h < back);
    let mut all = Vec::new();
    if !activity.procedures.is_empty() {
        let start = activity.degraded_after_h.filter(|at_h| before_return(*at_h));
        all.extend(start.map(|at_h| Moment { at_h, what: Happens::DegradedStarts { activity: name() } }));
    }
    let harms = activity.impacts.iter().filter(|impact| impact.level >= MAJOR && before_return(impact.after_h));
    all.extend(harms.map(|impact| Moment {
        at_h: impact.after_h,
        what: Happens::Harm { activity: name(), level: impact.level, what: impact.what.clone() },
    }));
    let working = activity.procedures.iter().filter(|procedure| procedure.works != Some(false));
    let ends = working.filter_map(|procedure| Some((procedure.runs_out_h?, procedure.title.clone())));
    all.extend(
        ends.filter(|(at_h, _)| before_return(*at_h))
            .map(|(at_h, procedure)| Moment { at_h, what: Happens::ProcedureEnds { procedure, activity: name() } }),
    );
    let past = activity.mtpd_h.filter(|at_h| before_return(*at_h));
    all.extend(past.map(|at_h| Moment { at_h, what: Happens::PastBearing { activity: name() } }));
    all.extend(back.map(|at_h| Moment { at_h, what: Happens::Back { activity: name() } }));
    all
}
