//! The program: everything is in the library, so that tests call what users run.

use std::process::ExitCode;

fn main() -> ExitCode {
    tracelock::cli::main()
}
