//! `vigie plan …`: one module a command.

mod check;
mod init;
mod schedule;

use crate::args::PlanCommand;
use crate::console::Console;
use crate::exit::Exit;

pub(crate) fn run(command: &PlanCommand, console: Console) -> anyhow::Result<Exit> {
    match command {
        PlanCommand::Init(args) => init::run(args, console),
        PlanCommand::Check(args) => check::run(args, console),
        PlanCommand::Schedule(args) => schedule::run(args, console),
    }
}
