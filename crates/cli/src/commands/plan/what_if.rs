use std::path::{Path, PathBuf};

use vigie::model::{Lang, Text};
use vigie::plan::{Event, EventError, Losses, Plan, ScheduleOptions, what_if};
use vigie::report::what_if as views;

use crate::args::{FormatArg, PlanWhatIfArgs};
use crate::console::{Console, UserError};
use crate::exit::Exit;
use crate::output;

/// The hours shown are those of the likely durations: nothing is drawn at random.
const NO_DRAWS: u32 = 0;

pub(crate) fn run(args: &PlanWhatIfArgs, console: Console) -> anyhow::Result<Exit> {
    let (event, folder) = asked(args);
    let plan = Plan::load(&vigie::read_sources(&folder)?)?;
    let losses = Losses {
        down: args.down.clone(),
        lost: args.lost.clone(),
        channels: args.without.clone(),
        duration: args.lasting.clone(),
    };
    if event.is_none() && losses == Losses::default() {
        console.result(&list(&plan, &folder, console))?;
        return Ok(Exit::Done);
    }
    let event = Event::of(&plan, event, &losses).map_err(|errors| refused(&errors, &folder))?;
    let options = ScheduleOptions { samples: NO_DRAWS, ..ScheduleOptions::default() };
    let (after, as_of, lang) = (what_if(&plan, &event, &options), output::day(args.document.as_of), console.lang);
    let text = match args.format {
        FormatArg::Terminal => {
            let style = output::style(&args.document, console);
            views::terminal(&after, as_of, lang, style)
        }
        FormatArg::Json => views::json(&after)?,
        FormatArg::Html => views::html(&after, as_of, lang)?,
    };
    output::hand_over(&text, &args.document, console)
}

/// The event and the plan. Somebody who gives one word that is a folder means the plan.
fn asked(args: &PlanWhatIfArgs) -> (Option<&str>, PathBuf) {
    match args.event.as_deref() {
        Some(word) if args.plan == Path::new("plan") && Path::new(word).exists() => (None, PathBuf::from(word)),
        event => (event, args.plan.clone()),
    }
}

/// The events that can be tried, and how.
fn list(plan: &Plan, folder: &Path, console: Console) -> String {
    let events = Event::all(plan);
    let widest = events.iter().map(|event| event.name.chars().count()).max().unwrap_or_default();
    let lines = |of_the_plan: bool| -> String {
        let those = events.iter().filter(|event| event.of_the_plan == of_the_plan);
        let lines = those.map(|event| format!("  {:widest$}   {}\n", event.name, event.title.get(console.lang)));
        lines.collect::<Vec<_>>().concat()
    };
    let (own, common) = (lines(true), lines(false));
    let first = events.first().map_or("perte-totale", |event| event.name.as_str());
    let folder = folder.display();
    match console.lang {
        Lang::Fr => format!(
            "Scénarios du plan :\n{own}\nÉvénements courants :\n{common}\n\
             Pour en essayer un :\n  vigie plan what-if {first} {folder}\n\
             Pour choisir ce qui est perdu :\n  vigie plan what-if --down SYSTÈME --lost SITE --without mobile {folder}\n"
        ),
        Lang::En => format!(
            "Scenarios of the plan:\n{own}\nCommon events:\n{common}\n\
             To try one:\n  vigie plan what-if {first} {folder}\n\
             To choose what is lost:\n  vigie plan what-if --down SYSTEM --lost SITE --without mobile {folder}\n"
        ),
    }
}

fn refused(errors: &[EventError], folder: &Path) -> UserError {
    let said = |pick: fn(Text) -> String| errors.iter().map(|error| pick(error.text())).collect::<Vec<_>>().join("\n");
    let folder = folder.display();
    UserError(Text::new(
        format!("{}\nla liste des événements : vigie plan what-if {folder}", said(|text| text.fr)),
        format!("{}\nthe list of events: vigie plan what-if {folder}", said(|text| text.en)),
    ))
}
