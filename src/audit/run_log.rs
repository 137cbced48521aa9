//! The run log: who ran what and when, one line a command, never rewritten.

use std::path::Path;

use serde::Serialize;

use crate::base::output::{self, OutputError};

use super::manifest::{PROGRAM_BUILD, PROGRAM_VERSION};

/// Name of the log below `output/<study>`.
pub const RUN_LOG: &str = "run-log.jsonl";

/// One line of the log. The command line fills in the clock and the user; nothing else reads them.
#[derive(Clone, Debug)]
pub struct LogEntry<'a> {
    /// When the command ended, UTC, `2026-01-31T09:30:00Z`.
    pub utc: &'a str,
    /// Who ran it.
    pub user: &'a str,
    /// The command with its arguments.
    pub command: &'a str,
    /// Run id, where the command got that far.
    pub run_id: Option<&'a str>,
    /// Lock id, where there is a lock.
    pub lock_id: Option<&'a str>,
    /// `complete`, `unchanged` or `stopped`.
    pub outcome: &'a str,
    /// Errors reported.
    pub errors: usize,
    /// Warnings reported.
    pub warnings: usize,
}

/// A line of run-log.jsonl, a public format.
#[derive(Serialize)]
struct Line<'a> {
    utc: &'a str,
    user: &'a str,
    program: &'static str,
    program_build: &'static str,
    command: &'a str,
    run_id: Option<&'a str>,
    lock_id: Option<&'a str>,
    outcome: &'a str,
    errors: usize,
    warnings: usize,
}

/// Appends a line to the log of `output/<study>`.
///
/// # Errors
/// Where the system refuses.
pub fn append(study_output: &Path, entry: &LogEntry<'_>) -> Result<(), OutputError> {
    let line = Line {
        utc: entry.utc,
        user: entry.user,
        program: PROGRAM_VERSION,
        program_build: PROGRAM_BUILD,
        command: entry.command,
        run_id: entry.run_id,
        lock_id: entry.lock_id,
        outcome: entry.outcome,
        errors: entry.errors,
        warnings: entry.warnings,
    };
    let text = serde_json::to_string(&line).expect("invariant: plain texts and numbers serialise");
    output::append_line(&study_output.join(RUN_LOG), &text)
}
