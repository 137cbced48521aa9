//! A problem in the user's files: what, where, and how to mend it.

use std::fmt;
use std::sync::Arc;

use super::cell::CellPlace;
use super::codes::Code;

/// How grave a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// The work goes on; a person should look.
    Warning,
    /// The stage stops after having reported everything it found.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A text file of the study, kept for excerpts.
#[derive(Debug, PartialEq, Eq)]
pub struct TextSource {
    /// Path as shown to people, relative to where the study lies.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// Where a problem lies.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Place {
    /// Nowhere in particular.
    #[default]
    Nowhere,
    /// A whole file.
    File(String),
    /// A stretch of one line of a text file.
    Text {
        /// The file.
        source: Arc<TextSource>,
        /// One-based line.
        line: usize,
        /// One-based column, in characters.
        column: usize,
        /// Length in characters, at least 1.
        length: usize,
    },
    /// A cell of a sheet.
    Cell(CellPlace),
    /// A result, by its key.
    Result(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nowhere => Ok(()),
            Self::File(name) => f.write_str(name),
            Self::Text { source, line, column, .. } => write!(f, "{}:{line}:{column}", source.name),
            Self::Cell(cell) => cell.fmt(f),
            Self::Result(key) => write!(f, "result {key}"),
        }
    }
}

/// One reported problem.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Its kind, as `explain` knows it.
    pub code: &'static Code,
    /// How grave.
    pub severity: Severity,
    /// One line: what is wrong, with the offending value.
    pub message: String,
    /// Where.
    pub place: Place,
    /// Other places that belong to the problem, with what stands there.
    pub labels: Vec<(Place, String)>,
    /// What to do.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// Adds another place that belongs to the problem.
    pub fn label(&mut self, place: Place, text: impl Into<String>) -> &mut Self {
        self.labels.push((place, text.into()));
        self
    }

    /// Adds what to do about it.
    pub fn hint(&mut self, text: impl Into<String>) -> &mut Self {
        self.hints.push(text.into());
        self
    }

    /// The proof that a stage may stop: its reason is in the sink.
    #[must_use]
    pub fn stop(&self) -> Stop {
        Stop(())
    }
}

/// "The reasons are in the sink": what a stage returns when it cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop(());

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped; the reasons were reported")
    }
}

/// Collects what the stages find.
#[derive(Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// An empty sink.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reports an error; returns it for labels and hints.
    pub fn error(&mut self, code: &'static Code, place: Place, message: impl Into<String>) -> &mut Diagnostic {
        self.push(code, Severity::Error, place, message.into())
    }

    /// Reports a warning.
    pub fn warning(&mut self, code: &'static Code, place: Place, message: impl Into<String>) -> &mut Diagnostic {
        self.push(code, Severity::Warning, place, message.into())
    }

    /// Reports a note.
    pub fn note(&mut self, code: &'static Code, place: Place, message: impl Into<String>) -> &mut Diagnostic {
        self.push(code, Severity::Note, place, message.into())
    }

    fn push(&mut self, code: &'static Code, severity: Severity, place: Place, message: String) -> &mut Diagnostic {
        // The same condition may be met from several sides; one report of it is enough.
        let same =
            |d: &Diagnostic| d.code == code && d.severity == severity && d.place == place && d.message == message;
        if severity != Severity::Error
            && place != Place::Nowhere
            && let Some(at) = self.list.iter().position(same)
        {
            let known = &mut self.list[at];
            known.labels.clear();
            known.hints.clear();
            return known;
        }
        self.list.push(Diagnostic { code, severity, message, place, labels: Vec::new(), hints: Vec::new() });
        self.list.last_mut().expect("invariant: a diagnostic was just pushed")
    }

    /// Takes over what another sink collected.
    pub fn append(&mut self, other: Diagnostics) {
        self.list.extend(other.list);
    }

    /// Makes errors of the warnings of a kind: what a draft may have and a final run may not.
    pub fn insist(&mut self, code: &Code) {
        let own = self.list.iter_mut().filter(|d| d.code == code && d.severity == Severity::Warning);
        own.for_each(|d| d.severity = Severity::Error);
    }

    /// Rewrites the places of all problems.
    pub fn map_places(&mut self, mut rewrite: impl FnMut(&mut Place)) {
        for diagnostic in &mut self.list {
            rewrite(&mut diagnostic.place);
            diagnostic.labels.iter_mut().for_each(|(place, _)| rewrite(place));
        }
    }

    /// All problems in the order they were found.
    #[must_use]
    pub fn all(&self) -> &[Diagnostic] {
        &self.list
    }

    /// How many errors there are.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.list.iter().filter(|d| d.severity == Severity::Error).count()
    }

    /// How many warnings there are.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.list.iter().filter(|d| d.severity == Severity::Warning).count()
    }

    /// `Err` if an error was reported since `mark` (see [`Diagnostics::mark`]).
    ///
    /// # Errors
    /// [`Stop`] where an error stands in the sink after the mark.
    pub fn check(&self, mark: usize) -> Result<(), Stop> {
        if self.list[mark..].iter().any(|d| d.severity == Severity::Error) { Err(Stop(())) } else { Ok(()) }
    }

    /// A mark for [`Diagnostics::check`]: how many problems there are by now.
    #[must_use]
    pub fn mark(&self) -> usize {
        self.list.len()
    }
}
