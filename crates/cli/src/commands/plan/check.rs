use vigie::plan::Plan;

use crate::args::PlanCheckArgs;
use crate::console::Console;
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(args: &PlanCheckArgs, console: Console) -> anyhow::Result<Exit> {
    let judge = output::judge(&args.output.rules)?;
    let plan = Plan::load(&vigie::read_sources(&args.plan)?)?;
    let run = vigie::check_plan(&plan, &judge, output::as_of(&args.output));
    output::deliver(&run, &args.output, console)
}
