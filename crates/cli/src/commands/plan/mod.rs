//! `vigie plan …`: one module a command.

mod check;
mod deadlines;
mod diff;
mod documents;
mod export;
mod import;
mod init;
mod read;
mod schedule;
mod what_if;

use crate::args::PlanCommand;
use crate::console::Console;
use crate::exit::Exit;

pub(crate) fn run(command: &PlanCommand, console: Console) -> anyhow::Result<Exit> {
    match command {
        PlanCommand::Init(args) => init::run(args, console),
        PlanCommand::Check(args) => check::run(args, console),
        PlanCommand::Schedule(args) => schedule::run(args, console),
        PlanCommand::WhatIf(args) => what_if::run(args, console),
        PlanCommand::Read(args) => read::run(args, console),
        PlanCommand::Deadlines(args) => deadlines::run(args, console),
        PlanCommand::Export(args) => export::run(args, console),
        PlanCommand::Import(args) => import::run(args, console),
        PlanCommand::Diff(args) => diff::run(args, console),
    }
}
