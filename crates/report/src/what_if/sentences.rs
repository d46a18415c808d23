//! The sentences of an event, each with how it stands.

use vigie_model::Lang;
use vigie_plan::{
    ActivityAfter, CopyAfter, Duty, Happens, ImpactAfter, Notice, PersonAfter, ProcedureAfter, Rank, Readable,
    RoleAfter, Standing, WayAfter, WhatIf, words,
};

use crate::phrasing::{count, day, pick};
use crate::schedule::{Tone, clock};

/// From this level on, a harm is bad news.
const MAJOR: u8 = 3;

/// A word of a closed list of the plan, as people say it.
fn word(of: &str, key: &str, value: &impl serde::Serialize, lang: Lang) -> String {
    let word = serde_json::to_value(value).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
    words::value(of, key, &word).get(lang).to_owned()
}

/// Yes, no, or not known.
fn tone(holds: Option<bool>) -> Tone {
    match holds {
        Some(true) => Tone::Good,
        Some(false) => Tone::Bad,
        None => Tone::Open,
    }
}

pub(super) fn systems_down(after: &WhatIf, lang: Lang) -> String {
    let struck = after.systems_down.iter().filter(|system| system.struck).count();
    let others = after.systems_down.len() - struck;
    let systems = count(struck, lang, ["système perdu", "systèmes perdus"], ["system lost", "systems lost"]);
    let more = if after.systems_settled {
        ""
    } else {
        pick(
            lang,
            " ; peut-être d’autres, que le plan ne permet pas d’écarter",
            "; perhaps more, which the plan does not rule out",
        )
    };
    match lang {
        Lang::Fr if others == 1 => format!("{systems}, 1 autre arrêté par contrecoup{more}."),
        Lang::Fr if others > 1 => format!("{systems}, {others} autres arrêtés par contrecoup{more}."),
        Lang::En if others > 0 => format!("{systems}, {others} more stop because of them{more}."),
        Lang::Fr | Lang::En => format!("{systems}{more}."),
    }
}

pub(super) fn happens(what: &Happens, lang: Lang) -> (Tone, String) {
    match (what, lang) {
        (Happens::NoticeDue { to, by }, _) => {
            let to = word("Notification", "to", to, lang);
            let by = by.as_deref().map_or_else(
                || pick(lang, "le plan ne dit pas par qui", "the plan does not say by whom").to_owned(),
                |by| format!("{} {by}", pick(lang, "par", "by")),
            );
            (Tone::Open, format!("{} {to} ({by})", pick(lang, "Dernière heure pour prévenir :", "Last hour to tell:")))
        }
        (Happens::DegradedStarts { activity }, Lang::Fr) => (Tone::Open, format!("{activity} passe en mode dégradé")),
        (Happens::DegradedStarts { activity }, Lang::En) => (Tone::Open, format!("{activity} goes to degraded mode")),
        (Happens::Harm { activity, level, what }, _) => {
            let what = what.as_deref().unwrap_or(pick(lang, "conséquences majeures", "major consequences"));
            (Tone::Bad, format!("{activity}{} {what} ({level}/4)", pick(lang, " :", ":")))
        }
        (Happens::ProcedureEnds { procedure, activity }, Lang::Fr) => {
            (Tone::Bad, format!("La procédure « {procedure} » est à bout ({activity})"))
        }
        (Happens::ProcedureEnds { procedure, activity }, Lang::En) => {
            (Tone::Bad, format!("The procedure “{procedure}” runs out ({activity})"))
        }
        (Happens::PastBearing { activity }, Lang::Fr) => {
            (Tone::Bad, format!("{activity} : au-delà de ce que l’activité supporte (DMIA)"))
        }
        (Happens::PastBearing { activity }, Lang::En) => {
            (Tone::Bad, format!("{activity}: past what the activity can bear (DMIA)"))
        }
        (Happens::Back { activity }, Lang::Fr) => (Tone::Good, format!("{activity} : retour, ressaisie comprise")),
        (Happens::Back { activity }, Lang::En) => (Tone::Good, format!("{activity}: back, re-entry included")),
        (Happens::EventEnds, _) => (
            Tone::Good,
            pick(
                lang,
                "Fin de l’événement, tel qu’il est supposé durer",
                "End of the event, as long as it is thought to last",
            )
            .to_owned(),
        ),
    }
}

pub(super) fn standing(activity: &ActivityAfter, lang: Lang) -> (Tone, String) {
    let hole = activity.hole_h.map(|hole| match lang {
        Lang::Fr => format!(", {} sans rien", clock(hole)),
        Lang::En => format!(", {} with nothing", clock(hole)),
    });
    let hole = hole.unwrap_or_default();
    let (tone, said) = match activity.standing {
        Standing::OnTime if activity.hole_h.is_some() => {
            (Tone::Bad, pick(lang, "s’arrête ; revient dans la DMIA", "stops; back within the DMIA"))
        }
        Standing::OnTime => {
            (Tone::Fragile, pick(lang, "s’arrête ; revient dans la DMIA", "stops; back within the DMIA"))
        }
        Standing::Late => (Tone::Bad, pick(lang, "s’arrête ; revient trop tard", "stops; back too late")),
        Standing::NoOrderFound => (
            Tone::Bad,
            pick(lang, "s’arrête ; aucun ordre trouvé dans la DMIA", "stops; no order found within the DMIA"),
        ),
        Standing::Deadlock => {
            (Tone::Bad, pick(lang, "s’arrête ; ne revient jamais (blocage)", "stops; never back (deadlock)"))
        }
        Standing::Unknown => (Tone::Open, pick(lang, "s’arrête ; retour inconnu", "stops; return unknown")),
    };
    (tone, format!("{said}{hole}"))
}

/// `Procédure « Urgences papier » : tient jusqu’à T + 24 h, sur papier`.
pub(super) fn procedure(procedure: &ProcedureAfter, lang: Lang) -> String {
    let title = match lang {
        Lang::Fr => format!("Procédure « {} » :", procedure.title),
        Lang::En => format!("Procedure “{}”:", procedure.title),
    };
    let until = procedure.runs_out_h.map(clock);
    let said = match (procedure.works, until, lang) {
        (Some(false), _, Lang::Fr) => {
            format!("inapplicable, elle s’appuie sur {}", procedure.broken_by.join(", "))
        }
        (Some(false), _, Lang::En) => format!("cannot be followed, it relies on {}", procedure.broken_by.join(", ")),
        (None, _, _) => pick(
            lang,
            "le plan ne dit pas si elle s’appuie sur ce qui est perdu",
            "the plan does not say whether it relies on what is lost",
        )
        .to_owned(),
        (Some(true), Some(until), Lang::Fr) => format!("tient jusqu’à T + {until}"),
        (Some(true), Some(until), Lang::En) => format!("holds until T + {until}"),
        (Some(true), None, _) => pick(
            lang,
            "applicable, le plan ne dit pas combien de temps",
            "can be followed, the plan does not say for how long",
        )
        .to_owned(),
    };
    let paper = match procedure.on_paper {
        Some(true) => pick(lang, ", copie papier sur place", ", paper copy on the spot"),
        Some(false) => pick(lang, ", sans copie papier sur place", ", no paper copy on the spot"),
        None => "",
    };
    format!("{title} {said}{paper}")
}

pub(super) fn impact(impact: &ImpactAfter, lang: Lang) -> String {
    let what = impact.what.as_deref().unwrap_or(pick(lang, "conséquences", "consequences"));
    let weight = if impact.level >= MAJOR { pick(lang, "grave", "serious") } else { pick(lang, "limité", "limited") };
    match lang {
        Lang::Fr => format!("Après {} : {what} ({weight}, {}/4)", clock(impact.after_h), impact.level),
        Lang::En => format!("After {}: {what} ({weight}, {}/4)", clock(impact.after_h), impact.level),
    }
}

/// `Direction générale : mobile` or `… : injoignable (messagerie électronique)`.
pub(super) fn person(person: &PersonAfter, lang: Lang) -> (Tone, String) {
    let said = if person.absent {
        pick(lang, "absente dans ce cas", "away in this case").to_owned()
    } else if person.ways.is_empty() {
        pick(lang, "le plan ne dit pas comment l’appeler", "the plan does not say how to call").to_owned()
    } else {
        let working = channels(&person.ways, Some(true), lang);
        let unsure = channels(&person.ways, None, lang);
        let lost = channels(&person.ways, Some(false), lang);
        let parts = [
            (working, pick(lang, "", "")),
            (unsure, pick(lang, "peut-être ", "perhaps ")),
            (lost, pick(lang, "plus par ", "no longer by ")),
        ];
        let parts = parts.into_iter().filter(|(channels, _)| !channels.is_empty());
        let said = parts.map(|(channels, how)| format!("{how}{channels}")).collect::<Vec<_>>();
        let unreachable =
            if person.reachable == Some(false) { pick(lang, "injoignable, ", "out of reach, ") } else { "" };
        format!("{unreachable}{}", said.join(pick(lang, " ; ", "; ")))
    };
    (tone(person.reachable), format!("{}{} {said}", person.function, pick(lang, " :", ":")))
}

fn channels(ways: &[WayAfter], works: Option<bool>, lang: Lang) -> String {
    let of = ways.iter().filter(|way| way.works == works);
    let mut names: Vec<String> = of.map(|way| word("Reach", "channel", &way.channel, lang)).collect();
    names.dedup();
    names.join(", ")
}

pub(super) fn crisis_role(role: &RoleAfter, lang: Lang) -> (Tone, String) {
    let taker = |rank: Rank, reachable: Option<bool>| {
        let those = role.takers.iter().filter(|taker| taker.rank == rank && taker.reachable == reachable);
        those.map(|taker| taker.function.clone()).collect::<Vec<_>>().join(", ")
    };
    let parts = [
        (taker(Rank::Holder, Some(true)), pick(lang, "titulaire joignable, ", "first in line can be called, ")),
        (taker(Rank::Substitute, Some(true)), pick(lang, "suppléance joignable, ", "stand-in can be called, ")),
        (taker(Rank::Holder, None), pick(lang, "titulaire, joignable ou non : ", "first in line, reachable or not: ")),
        (taker(Rank::Substitute, None), pick(lang, "suppléance, joignable ou non : ", "stand-in, reachable or not: ")),
        (taker(Rank::Holder, Some(false)), pick(lang, "titulaire injoignable, ", "first in line out of reach, ")),
        (taker(Rank::Substitute, Some(false)), pick(lang, "suppléance injoignable, ", "stand-in out of reach, ")),
    ];
    let said: Vec<String> =
        parts.into_iter().filter(|(who, _)| !who.is_empty()).map(|(who, how)| format!("{how}{who}")).collect();
    let said = if said.is_empty() {
        pick(lang, "personne n’est désigné au plan", "the plan names nobody").to_owned()
    } else {
        said.join(pick(lang, " ; ", "; "))
    };
    (tone(role.filled), format!("{}{} {said}", role.name, pick(lang, " :", ":")))
}

pub(super) fn readable(readable: &Readable, lang: Lang) -> (Tone, String) {
    let what = word("PlanCopy", "of", &readable.of, lang);
    let said = match readable.somewhere {
        Some(true) => pick(lang, "lisible quelque part", "can be read somewhere"),
        Some(false) => pick(lang, "lisible nulle part", "cannot be read anywhere"),
        None => pick(
            lang,
            "le plan ne dit pas s’il en reste une copie lisible",
            "the plan does not say whether a copy can be read",
        ),
    };
    (tone(readable.somewhere), format!("{}{} {said}", capital(&what), pick(lang, " :", ":")))
}

pub(super) fn copy(copy: &CopyAfter, lang: Lang) -> (Tone, String) {
    let of = word("PlanCopy", "of", &copy.of, lang);
    let medium = copy.medium.map(|medium| word("PlanCopy", "medium", &medium, lang));
    let medium = medium.unwrap_or_else(|| pick(lang, "support non précisé", "medium not said").to_owned());
    let place = copy.place.as_deref().map(|place| format!(", {place}")).unwrap_or_default();
    let printed =
        copy.refreshed_on.map(|on| format!(", {} {}", pick(lang, "du", "of"), day(on, lang))).unwrap_or_default();
    let said = match (copy.readable, &copy.carried_by) {
        (Some(true), _) => pick(lang, "lisible", "can be read").to_owned(),
        (Some(false), Some(by)) => {
            format!("{} {by}", pick(lang, "illisible, perdue avec", "cannot be read, lost with"))
        }
        (Some(false), None) => pick(lang, "illisible", "cannot be read").to_owned(),
        (None, _) => pick(lang, "incertain", "uncertain").to_owned(),
    };
    (tone(copy.readable), format!("— {of}, {medium}{place}{printed}{} {said}", pick(lang, " :", ":")))
}

pub(super) fn notice(notice: &Notice, lang: Lang) -> (Tone, String) {
    let to = capital(&word("Notification", "to", &notice.to, lang));
    let law = notice.law.as_ref();
    let delay = within(law.and_then(|law| law.within_h).or(notice.plan_h), lang);
    let owner = notice.owner.as_deref().map_or_else(
        || pick(lang, "sans responsable au plan", "nobody in charge in the plan").to_owned(),
        |owner| format!("{} {owner}", pick(lang, "par", "by")),
    );
    let filers = match (notice.has_filer, notice.filers.is_empty()) {
        (_, false) => format!("{} {}", pick(lang, "joignable :", "can be called:"), notice.filers.join(", ")),
        (Some(false), true) => {
            pick(lang, "personne de joignable pour la faire", "nobody who can be called to file it").to_owned()
        }
        (_, true) => String::new(),
    };
    let fallback = channels(&notice.fallback, Some(true), lang);
    let way = match (&notice.channel, fallback.is_empty()) {
        (Some(channel), false) => {
            format!("{channel} ; {} {fallback}", pick(lang, "à défaut", "failing that"))
        }
        (Some(channel), true) => {
            format!("{channel} ; {}", pick(lang, "aucune autre voie au plan", "no other way in the plan"))
        }
        (None, false) => fallback,
        (None, true) => String::new(),
    };
    let source = law.map(|law| confirmed(law, lang)).unwrap_or_default();
    let parts = [delay, owner, filers, way, source];
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    (tone(notice.has_filer), format!("{to}{} {}", pick(lang, " :", ":"), said.join(", ")))
}

/// A duty that no notification of the plan answers.
pub(super) fn duty(duty: &Duty, lang: Lang) -> (Tone, String) {
    let to = capital(&word("Notification", "to", &duty.to, lang));
    let (delay, when) = (within(duty.within_h, lang), duty.when.get(lang));
    let source = confirmed(duty, lang);
    let text = match lang {
        Lang::Fr => format!("{to} : absent du plan ; {delay} ({when}), {source}"),
        Lang::En => format!("{to}: not in the plan; {delay} ({when}), {source}"),
    };
    (Tone::Bad, text)
}

fn within(hours: Option<f64>, lang: Lang) -> String {
    match hours {
        None => pick(lang, "délai du contrat", "time set by contract").to_owned(),
        Some(0.0) => pick(lang, "sans délai", "without delay").to_owned(),
        Some(hours) => format!("{} {}", pick(lang, "sous", "within"), clock(hours)),
    }
}

fn confirmed(duty: &Duty, lang: Lang) -> String {
    let source = duty.source.get(lang);
    if duty.confirmed {
        source.to_owned()
    } else {
        format!("{source}, {}", pick(lang, "à confirmer", "to be confirmed"))
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
