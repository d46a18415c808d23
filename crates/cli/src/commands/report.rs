use std::fs;

use vigie::model::{Run, RunError, Text};

use crate::args::ReportArgs;
use crate::console::{Console, UserError};
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(args: &ReportArgs, console: Console) -> anyhow::Result<Exit> {
    let path = args.run.display();
    let text = fs::read_to_string(&args.run).map_err(|why| {
        UserError(Text::new(format!("impossible de lire {path} : {why}"), format!("cannot read {path}: {why}")))
    })?;
    let run = Run::from_json(&text).map_err(|why| {
        UserError(match &why {
            RunError::Format { found } => Text::new(
                format!("{path} est au format « {found} », que cette version ne connaît pas"),
                format!("{path} has format {found:?}, which this version does not know"),
            ),
            other => Text::new(
                format!("{path} n’est pas une analyse enregistrée par vigie : {other}"),
                format!("{path} is not a run written by vigie: {other}"),
            ),
        })
    })?;
    let run = if args.regrade {
        output::judge(&args.output.rules)?.judge_again(run, output::as_of(&args.output))
    } else {
        run
    };
    output::deliver(&run, &args.output, console)
}
