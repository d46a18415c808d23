//! The `vigie` command.

mod args;
mod commands;
mod console;
mod exit;
mod help_en;
mod output;
mod progress;

use std::process::ExitCode;

use clap::FromArgMatches;

use args::{Cli, Command};
use console::Console;
use exit::Exit;

fn main() -> ExitCode {
    let lang = help_en::wanted_language(std::env::args_os());
    let cli = match help_en::command(lang).try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(refusal) => return refused(&refusal),
    };
    let console = Console::new(&cli.shared);
    console.start_log();
    let done = match cli.command {
        Command::Demo(args) => commands::demo::run(&args, &console),
        Command::Init(args) => commands::init::run(&args, &console),
        Command::Scan(args) => commands::scan::run(&args, &console),
        Command::Plan(command) => commands::plan::run(&command, &console),
        Command::Rules(command) => commands::rules::run(&command, &console),
        Command::Report(args) => commands::report::run(&args, &console),
        Command::Schema(args) => commands::reference::schema(&args, &console),
        Command::Completions(args) => commands::reference::completions(&args, &console),
        Command::Man => commands::reference::man(&console),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(why) => console.explain(&why).into(),
    }
}

/// Prints clap's refusal, or the help that was asked for.
fn refused(refusal: &clap::Error) -> ExitCode {
    // A closed pipe while printing help is nobody's fault.
    let _ = refusal.print();
    if refusal.use_stderr() { Exit::BadInput.into() } else { Exit::Done.into() }
}
