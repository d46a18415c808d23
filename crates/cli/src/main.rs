//! The `vigie` command.

mod args;
mod commands;
mod console;
mod exit;
mod help_en;
mod interrupt;
mod output;
mod progress;
mod refusal;

use std::process::ExitCode;

use clap::FromArgMatches;

use args::{Cli, Command};
use console::Console;

fn main() -> ExitCode {
    if let Some(exit) = vigie::serve_aside(std::env::args_os()) {
        return exit;
    }
    let lang = help_en::wanted_language(std::env::args_os());
    let cli = match help_en::command(lang).try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(refusal) => return refusal::answer(&refusal, lang).into(),
    };
    let console = Console::new(&cli.shared);
    console.start_log();
    let done = match cli.command {
        Command::Demo(args) => commands::demo::run(&args, console),
        Command::Init(args) => commands::init::run(&args, console),
        Command::Scan(args) => commands::scan::run(&args, console),
        Command::Plan(command) => commands::plan::run(&command, console),
        Command::Rules(command) => commands::rules::run(&command, console),
        Command::Tls(command) => commands::tls::run(&command, console),
        Command::Report(args) => commands::report::run(&args, console),
        Command::Schema(args) => commands::reference::schema(&args, console),
        Command::Completions(args) => commands::reference::completions(&args, console),
        Command::Man => commands::reference::man(console),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(why) => console.explain(&why).into(),
    }
}
