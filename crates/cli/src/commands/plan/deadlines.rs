use jiff::tz::TimeZone;
use vigie::plan::{Plan, expiries};
use vigie::report::deadlines as views;

use crate::args::{DeadlinesFormatArg, PlanDeadlinesArgs};
use crate::console::Console;
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(args: &PlanDeadlinesArgs, console: Console) -> anyhow::Result<Exit> {
    let plan = Plan::load(&vigie::read_sources(&args.plan)?)?;
    let as_of = output::day(args.document.as_of);
    let expiries = expiries(&plan, as_of.to_zoned(TimeZone::UTC)?.timestamp());
    let (header, lang) = (&plan.header.value, console.lang);
    let text = match args.format {
        DeadlinesFormatArg::Terminal => {
            let style = output::style(&args.document, console);
            views::terminal(&header.title, &expiries, as_of, lang, style)
        }
        DeadlinesFormatArg::Json => views::json(&expiries)?,
        DeadlinesFormatArg::Ics => views::calendar(header.id.as_str(), &expiries, as_of, lang),
    };
    output::hand_over(&text, &args.document, console)
}
