use std::collections::BTreeMap;

use vigie::model::Text;
use vigie::plan::{Id, Plan, ScheduleOptions, schedule};
use vigie::report::schedule as views;

use crate::args::{PlanScheduleArgs, ScheduleFormatArg};
use crate::console::{Console, UserError};
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(args: &PlanScheduleArgs, console: Console) -> anyhow::Result<Exit> {
    let plan = Plan::load(&vigie::read_sources(&args.plan)?)?;
    let people: BTreeMap<Id, u32> = args.people.iter().cloned().collect();
    if let Some(unknown) = people.keys().find(|team| plan.teams.get(team).is_none()) {
        return Err(no_such_team(&plan, unknown).into());
    }
    let schedule = schedule(&plan, &ScheduleOptions { seed: args.seed, samples: args.samples, people });
    let as_of = output::day(args.document.as_of);
    let lang = console.lang;
    let text = match args.format {
        ScheduleFormatArg::Terminal => views::terminal(&schedule, as_of, lang, output::style(&args.document, console)),
        ScheduleFormatArg::Json => views::json(&schedule)?,
        ScheduleFormatArg::Html => views::html(&schedule, as_of, lang)?,
        ScheduleFormatArg::Svg => views::svg(&schedule, as_of, lang),
    };
    output::hand_over(&text, &args.document, console)
}

fn no_such_team(plan: &Plan, unknown: &Id) -> UserError {
    let known: Vec<&str> = plan.teams.values().map(|team| team.id.as_str()).collect();
    let known = known.join(", ");
    UserError(Text::new(
        format!("« {unknown} » n’est pas une équipe du plan ; équipes : {known}"),
        format!("“{unknown}” is not a team of the plan; teams: {known}"),
    ))
}
