//! One run of the program: where it prints, how it draws findings, and how it ends.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::base::codes::OUT_001;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use crate::base::output::OutputError;
pub(super) use crate::base::words::counted;

use super::emit::{Drawing, Look, draw};
use super::{ColorChoice, Exit, Global};

/// Why a command ended without an answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// Whoever read stdout has gone; that is their right.
    ClosedPipe,
    /// The command cannot run as asked.
    Usage {
        /// What is wrong.
        message: String,
        /// What to do; empty where there is nothing to say.
        hint: String,
    },
}

impl Failure {
    /// A wish that cannot be met.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: hint.into() }
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        Self::usage(
            format!("`{}` cannot be written: {}", error.path.display(), error.message),
            "check that you may write there",
        )
    }
}

/// What a command ends with.
pub(super) type Ended = Result<Exit, Failure>;

/// One run of the program.
pub(super) struct Session {
    look: Look,
    pub json: bool,
    pub all: bool,
    deny_warnings: bool,
}

impl Session {
    pub fn new(global: &Global) -> Self {
        let colour = match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        };
        let drawing = match (global.json, global.short) {
            (true, _) => Drawing::Json,
            (false, true) => Drawing::Short,
            (false, false) => Drawing::Full,
        };
        Self {
            look: Look { drawing, colour, all: global.all, mask: global.no_values },
            json: global.json,
            all: global.all,
            deny_warnings: global.deny_warnings,
        }
    }

    /// Writes data to stdout.
    pub fn data(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::ClosedPipe),
            Err(error) => Err(Failure::usage(format!("stdout cannot be written: {error}"), "")),
        }
    }

    /// Writes an object as one line of JSON to stdout.
    pub fn data_json(&self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value).expect("invariant: plain structures of texts and numbers serialise");
        self.data(&format!("{text}\n"))
    }

    /// Says a sentence on stderr; with `--json` nothing but JSON is said.
    pub fn say(&self, sentence: &str) {
        if !sentence.is_empty() && !self.json {
            note(sentence);
        }
    }

    /// Reports that the command cannot run.
    pub fn fail(&self, message: &str, hint: &str) {
        if self.json {
            let line = serde_json::json!({"type": "failure", "message": message, "hint": hint});
            let _ = self.data_json(&line);
        } else {
            let (bold, reset) = if self.look.colour { ("\x1b[1;31m", "\x1b[0m") } else { ("", "") };
            note(&format!("{bold}error{reset}: {message}"));
            if !hint.is_empty() {
                note(&format!("hint: {hint}"));
            }
        }
    }

    /// Draws the findings and says how the command ends because of them.
    pub fn report(&self, sink: &Diagnostics) -> Ended {
        let findings = without_repeats(sink.all());
        let text = draw(&findings, &self.look);
        if self.json {
            self.data(&text)?;
        } else if !text.is_empty() {
            note(text.trim_end());
            note("");
        }
        let of = |severity: Severity| findings.iter().filter(|d| d.severity == severity).count();
        let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
        if errors + warnings > 0 {
            self.say(&format!("Found {} and {}.", counted(errors, "error"), counted(warnings, "warning")));
        }
        let could_not = sink.all().iter().any(|d| d.severity == Severity::Error && d.code.id == OUT_001.id);
        Ok(if could_not {
            Exit::CouldNotRun
        } else if errors > 0 || (self.deny_warnings && warnings > 0) {
            Exit::Found
        } else {
            Exit::Clean
        })
    }
}

/// The findings, each once: the same expression may be met by several stages, and each of them reports it.
fn without_repeats(findings: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut seen = BTreeSet::new();
    findings
        .iter()
        .filter(|d| {
            d.place == Place::Nowhere || seen.insert((d.code.id, d.severity, d.place.to_string(), d.message.clone()))
        })
        .cloned()
        .collect()
}

/// A line on stderr. Nobody listening there is no reason to stop.
fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
