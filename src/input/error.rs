//! A data file's problem, on its way to the sink of the stage that asked for the file.

use crate::base::codes::Code;
use crate::base::diagnostic::{Diagnostics, Place, Severity, Stop};

/// What is wrong with a data file. Readers hand it back instead of writing to a sink, because the
/// sink is in use by whoever looks at the rows.
#[derive(Clone, Debug)]
pub struct InputError(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    code: &'static Code,
    place: Place,
    message: String,
    labels: Vec<(Place, String)>,
    hints: Vec<String>,
}

impl InputError {
    /// A problem of kind `code` at `place`.
    #[must_use]
    pub fn new(code: &'static Code, place: Place, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { code, place, message: message.into(), labels: Vec::new(), hints: Vec::new() }))
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.0.hints.push(text.into());
        self
    }

    /// Adds another place that belongs to the problem, such as the line of data.yaml that asked.
    #[must_use]
    pub fn label(mut self, place: Place, text: impl Into<String>) -> Self {
        self.0.labels.push((place, text.into()));
        self
    }

    /// The kind of problem.
    #[must_use]
    pub fn code(&self) -> &'static Code {
        self.0.code
    }

    /// What is wrong, in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        &self.0.hints
    }

    /// Reports it as an error.
    pub fn report(self, sink: &mut Diagnostics) -> Stop {
        self.report_as(Severity::Error, sink)
    }

    /// Reports it with the given severity.
    pub fn report_as(self, severity: Severity, sink: &mut Diagnostics) -> Stop {
        let Inner { code, place, message, labels, hints } = *self.0;
        let diagnostic = match severity {
            Severity::Error => sink.error(code, place, message),
            Severity::Warning => sink.warning(code, place, message),
            Severity::Note => sink.note(code, place, message),
        };
        diagnostic.labels = labels;
        diagnostic.hints = hints;
        diagnostic.stop()
    }
}
