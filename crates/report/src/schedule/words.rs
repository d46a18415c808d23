//! Hours, names and short sentences of a schedule.

use vigie_model::Lang;
use vigie_plan::{Change, Obstacle, Schedule, Standing, Waited};

use crate::neutralise::Shown;
use crate::phrasing::{colon, pick};

/// Hours as people say them: `13 h`, `1 h 30`, `45 min`.
pub(crate) fn clock(hours: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "hours of a plan, never negative")]
    let minutes = (hours.max(0.0) * 60.0).round() as u64;
    match (minutes / 60, minutes % 60) {
        (0, minutes) if minutes > 0 => format!("{minutes}\u{a0}min"),
        (hours, 0) => format!("{hours}\u{a0}h"),
        (hours, minutes) => format!("{hours}\u{a0}h\u{a0}{minutes:02}"),
    }
}

/// The name of a system of the schedule, its id when it is not drawn.
pub(super) fn system(schedule: &Schedule, id: &str) -> Shown {
    let drawn = schedule.bars.iter().find(|bar| bar.system == id).map(|bar| bar.name.as_str());
    let name = drawn.or_else(|| schedule.unplaced.iter().find(|system| system.system == id).map(|it| it.name.as_str()));
    Shown::new(name.unwrap_or(id))
}

/// The name of a team.
pub(super) fn team(schedule: &Schedule, id: &str) -> Shown {
    Shown::new(schedule.teams.iter().find(|team| team.id == id).map_or(id, |team| team.name.as_str()))
}

/// The name of an activity.
pub(super) fn activity(schedule: &Schedule, id: &str) -> Shown {
    Shown::new(schedule.activities.iter().find(|activity| activity.id == id).map_or(id, |it| it.name.as_str()))
}

/// `après Annuaire`, `quand quelqu’un a fini Annuaire`, `dès le début`.
pub(super) fn waited(schedule: &Schedule, waited: &Waited, lang: Lang) -> String {
    match waited {
        Waited::Nothing => pick(lang, "dès le début", "from the start").to_owned(),
        Waited::System(id) => format!("{} {}", pick(lang, "après", "after"), system(schedule, id)),
        Waited::People(id) => {
            format!("{} {}", pick(lang, "quand quelqu’un a fini", "once somebody is done with"), system(schedule, id))
        }
    }
}

/// An activity against its DMIA.
pub(super) fn standing(standing: Standing, fragile: bool, late_by: Option<f64>, lang: Lang) -> String {
    let late = late_by.map(clock).unwrap_or_default();
    match (standing, lang) {
        (Standing::OnTime, _) if fragile => pick(lang, "à temps, fragile", "in time, fragile").to_owned(),
        (Standing::OnTime, _) => pick(lang, "à temps", "in time").to_owned(),
        (Standing::Late, Lang::Fr) => format!("trop tard de {late}"),
        (Standing::Late, Lang::En) => format!("{late} too late"),
        (Standing::NoOrderFound, Lang::Fr) => format!("trop tard de {late} dans cet ordre"),
        (Standing::NoOrderFound, Lang::En) => format!("{late} too late in this order"),
        (Standing::Deadlock, _) => pick(lang, "jamais\u{a0}: blocage", "never: deadlock").to_owned(),
        (Standing::Unknown, _) => pick(lang, "inconnu", "unknown").to_owned(),
    }
}

/// A change to try.
pub(super) fn change(schedule: &Schedule, change: &Change, lang: Lang) -> String {
    match (change, lang) {
        (Change::Person(id), Lang::Fr) => format!("Une personne de plus, {}", team(schedule, id)),
        (Change::Person(id), Lang::En) => format!("One more person, {}", team(schedule, id)),
        (Change::Faster(id), Lang::Fr) => {
            format!("{} en moitié moins de temps (image prête à l’emploi, par exemple)", system(schedule, id))
        }
        (Change::Faster(id), Lang::En) => {
            format!("{} in half the time (a ready-made image, for instance)", system(schedule, id))
        }
    }
}

/// Why a system has no hour.
pub(super) fn obstacle(schedule: &Schedule, obstacle: &Obstacle, lang: Lang) -> String {
    match (obstacle, lang) {
        (Obstacle::Deadlock(path), _) if path.is_empty() => pick(
            lang,
            "ne peut jamais revenir, car il attend un système bloqué",
            "can never come back, for it waits for a system that is blocked",
        )
        .to_owned(),
        (Obstacle::Deadlock(path), _) => format!(
            "{} ({})",
            pick(
                lang,
                "bloqué, car il doit déjà marcher pour être reconstruit",
                "blocked, for it must already be up to be rebuilt",
            ),
            path.join(" → ")
        ),
        (Obstacle::Hours, _) => {
            pick(lang, "la durée de sa reconstruction n’est pas écrite", "the time to rebuild it is not written")
                .to_owned()
        }
        (Obstacle::Team, _) => {
            pick(lang, "l’équipe qui le reconstruit n’est pas écrite", "the team that rebuilds it is not written")
                .to_owned()
        }
        (Obstacle::People(id), Lang::Fr) => format!("le plan ne dit pas qui est présent\u{a0}: {}", team(schedule, id)),
        (Obstacle::People(id), Lang::En) => format!("the plan does not say who is there: {}", team(schedule, id)),
        (Obstacle::Needs, _) => {
            pick(lang, "ce dont il a besoin n’est pas écrit", "what it needs is not written").to_owned()
        }
        (Obstacle::Behind(id), Lang::Fr) => format!("il attend {}, qui n’a pas d’heure", system(schedule, id)),
        (Obstacle::Behind(id), Lang::En) => format!("it waits for {}, which has no hour", system(schedule, id)),
    }
}

/// `Titre : texte`.
pub(super) fn headed(heading: &str, text: &str, lang: Lang) -> String {
    format!("{heading}{} {text}", colon(lang))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_read_as_people_say_them() {
        let said: Vec<String> = [0.0, 0.75, 1.0, 1.5, 13.0, 2.0 / 3.0].iter().map(|hours| clock(*hours)).collect();
        assert_eq!(said, ["0\u{a0}h", "45\u{a0}min", "1\u{a0}h", "1\u{a0}h\u{a0}30", "13\u{a0}h", "40\u{a0}min"]);
    }
}
