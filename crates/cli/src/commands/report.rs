use std::fs;
use std::path::Path;

use vigie::model::{Run, RunError, Text};

use crate::args::ReportArgs;
use crate::console::{Console, UserError};
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(args: &ReportArgs, console: Console) -> anyhow::Result<Exit> {
    let run = read(&args.run)?;
    let run = if args.regrade {
        output::judge(&args.output.rules)?.judge_again(run, output::as_of(&args.output))
    } else {
        run
    };
    output::deliver(&run, &args.output, console)
}

/// A stored run.
pub(crate) fn read(path: &Path) -> Result<Run, UserError> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|why| {
        UserError(Text::new(format!("impossible de lire {shown} : {why}"), format!("cannot read {shown}: {why}")))
    })?;
    Run::from_json(&text).map_err(|why| {
        UserError(match &why {
            RunError::Format { found } => Text::new(
                format!("{shown} est au format « {found} », que cette version ne connaît pas"),
                format!("{shown} has format {found:?}, which this version does not know"),
            ),
            other => Text::new(
                format!("{shown} n’est pas une analyse enregistrée par vigie : {other}"),
                format!("{shown} is not a run written by vigie: {other}"),
            ),
        })
    })
}
