//! The command line: arguments in, sentences and data out, an exit code.
//!
//! Only this floor prints, reads the clock and ends the process. Data go to stdout, everything
//! else to stderr. One file a command, one line in [`Command`].

mod build;
mod check;
mod clock;
mod emit;
mod emit_full;
mod emit_json;
mod explain;
mod init;
mod init_data;
mod init_guess;
mod lock;
mod progress;
mod registry;
mod registry_merge;
mod schema;
mod session;
mod study_folder;
mod trace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use emit::{Drawing, Look, draw};
pub use schema::schemas;

use session::{Failure, Session};

/// Traceable results, tables and reports from a locked clinical-trial database.
///
/// tracelock reads the locked sheets of a trial, computes participant flow and endpoint tables, and writes registry
/// results (EudraCT, ClinicalTrials.gov), tables, listings and an ICH E3 study report. Every printed number leads back
/// to the cells it came from.
#[derive(Debug, Parser)]
#[command(
    name = "tracelock",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = "Exit status: 0 clean, 1 something is wrong in the study's files or was found, 2 could not run.\n\
                  Start with `tracelock init WORKBOOK… --study DIR`, then `lock`, `check`, `build`, `trace`."
)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, clap::Args)]
struct Global {
    /// Write machine-readable lines to stdout: one JSON object per finding and outcome.
    #[arg(long, global = true, help_heading = "Global options")]
    json: bool,
    /// Write each finding on one line, as grep likes it.
    #[arg(long, global = true, conflicts_with = "json", help_heading = "Global options")]
    short: bool,
    /// Write everything: no "and 214 more".
    #[arg(long, global = true, help_heading = "Global options")]
    all: bool,
    /// Let warnings fail the command.
    #[arg(long, global = true, help_heading = "Global options")]
    deny_warnings: bool,
    /// Mask values and subject ids in messages, for logs that leave the house.
    #[arg(long, global = true, help_heading = "Global options")]
    no_values: bool,
    /// When to use colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Global options")]
    color: ColorChoice,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
enum Command {
    /// Look at workbooks and propose a study folder.
    Init(init::Arguments),
    /// Record what the database was locked with: hashes, who, when.
    Lock(lock::Arguments),
    /// Do everything but write: find all problems.
    Check(check::Arguments),
    /// Write a run: registry files, tables, listings, report, audit database.
    Build(build::Arguments),
    /// Show where a number comes from, or which numbers stand on a cell.
    Trace(trace::Arguments),
    /// Explain a finding, a method, or the functions of expressions.
    Explain(explain::Arguments),
    /// Read, compare, check, date and merge files of registries.
    Registry(registry::Arguments),
    /// Write the JSON Schemas of the four configuration files.
    Schema(schema::Arguments),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Nothing wrong.
    Clean,
    /// Something is wrong in the user's files, or was found.
    Found,
    /// It could not run.
    CouldNotRun,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Found => 1,
            Exit::CouldNotRun => 2,
        })
    }
}

/// Runs the program with the arguments and streams of the process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // A closed pipe behind `--help` is no failure.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let mut session = Session::new(&arguments.global);
    let ended = match &arguments.command {
        Command::Init(arguments) => init::run(arguments, &mut session),
        Command::Lock(arguments) => lock::run(arguments, &mut session),
        Command::Check(arguments) => check::run(arguments, &mut session),
        Command::Build(arguments) => build::run(arguments, &mut session),
        Command::Trace(arguments) => trace::run(arguments, &mut session),
        Command::Explain(arguments) => explain::run(arguments, &mut session),
        Command::Registry(arguments) => registry::run(arguments, &mut session),
        Command::Schema(arguments) => schema::run(arguments, &mut session),
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(Failure::ClosedPipe) => Exit::Clean.into(),
        Err(Failure::Usage { message, hint }) => {
            session.fail(&message, &hint);
            Exit::CouldNotRun.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn arguments_are_consistent() {
        super::Arguments::command().debug_assert();
    }
}
