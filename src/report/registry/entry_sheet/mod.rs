//! A record as lines to type into a registry's screens, in their order: section, field, value, code, length, result key.

mod head;
mod results;

use crate::results::ResultStore;
use crate::spec::registry_terms::{Dialect, RegistryTerms};

use super::deadlines::{self, Deadline, Register};
use super::{EmaTerm, Figure, RegistryRecord, Term, Text};

/// A line of an entry sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryLine {
    /// Screen and part of it.
    pub section: String,
    /// Name of the field.
    pub field: String,
    /// What is typed in.
    pub value: EntryValue,
    /// Code of the value in the registry's list.
    pub code: Option<String>,
    /// Characters the field takes, where a limit is known.
    pub allowed: Option<usize>,
}

/// What is typed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryValue {
    /// Words, numbers of registers, dates.
    Text(String),
    /// A number of the results.
    Number(Figure),
}

impl EntryLine {
    /// Characters of a text.
    #[must_use]
    pub fn used(&self) -> Option<usize> {
        match &self.value {
            EntryValue::Text(text) => Some(text.chars().count()),
            EntryValue::Number(_) => None,
        }
    }

    /// Key of the result, where the number is one of this run.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        match &self.value {
            EntryValue::Number(figure) => figure.key().map(ToString::to_string),
            EntryValue::Text(_) => None,
        }
    }
}

/// The lines of a record for a register, in the order of its screens.
#[must_use]
pub fn lines(record: &RegistryRecord, register: Register, terms: &RegistryTerms) -> Vec<EntryLine> {
    let dialect = if register == Register::Ctgov { Dialect::Prs } else { Dialect::Eudract };
    let mut sheet = Sheet { lines: Vec::new(), section: String::new(), terms, dialect };
    if register == Register::Ctgov {
        head::protocol(record, &mut sheet);
    } else {
        head::trial(record, &mut sheet);
    }
    results::flow(record, &mut sheet);
    results::baseline(record, &mut sheet);
    results::analysis_sets(record, &mut sheet);
    results::outcomes(record, &mut sheet);
    results::events(record, &mut sheet);
    head::more(record, &mut sheet);
    sheet.lines
}

/// By when the register wants results: no field of its screens, for whoever signs the sheet.
#[must_use]
pub fn due(record: &RegistryRecord, register: Register, store: &ResultStore) -> Vec<EntryLine> {
    let own = deadlines::of(record, store).into_iter().filter(|deadline| deadline.register == register);
    let line = |deadline: Deadline| EntryLine {
        section: "Due dates (no field of the screens)".to_owned(),
        value: EntryValue::Text(deadline.when()),
        field: deadline.what,
        code: None,
        allowed: None,
    };
    own.map(line).collect()
}

/// A sheet being filled.
struct Sheet<'t> {
    lines: Vec<EntryLine>,
    section: String,
    terms: &'t RegistryTerms,
    dialect: Dialect,
}

impl Sheet<'_> {
    fn is_ctgov(&self) -> bool {
        self.dialect == Dialect::Prs
    }

    fn section(&mut self, section: impl Into<String>) {
        self.section = section.into();
    }

    fn push(&mut self, field: &str, value: EntryValue, code: Option<String>, allowed: Option<usize>) {
        let section = self.section.clone();
        self.lines.push(EntryLine { section, field: field.to_owned(), value, code, allowed });
    }

    fn text(&mut self, field: &str, text: Option<&Text>, allowed: Option<usize>) {
        if let Some(text) = text {
            self.push(field, EntryValue::Text(text.text.clone()), None, allowed);
        }
    }

    fn words(&mut self, field: &str, words: &str) {
        self.push(field, EntryValue::Text(words.to_owned()), None, None);
    }

    fn yes_no(&mut self, field: &str, answer: Option<bool>) {
        if let Some(answer) = answer {
            self.words(field, if answer { "Yes" } else { "No" });
        }
    }

    fn figure(&mut self, field: &str, figure: Option<&Figure>) {
        if let Some(figure) = figure {
            self.push(field, EntryValue::Number(figure.clone()), None, None);
        }
    }

    /// A word of a list; EudraCT's has a code, ClinicalTrials.gov's is what its screen shows.
    fn term(&mut self, field: &str, list: &str, term: Option<&Term>) {
        match term {
            Some(Term::Listed(id)) => {
                let shown = self.terms.word(list, id, Dialect::Prs).map_or_else(|| id.replace('_', " "), str::to_owned);
                let code = self.terms.word(list, id, Dialect::Eudract).filter(|_| !self.is_ctgov()).map(str::to_owned);
                self.push(field, EntryValue::Text(shown), code, None);
            }
            Some(Term::Unlisted(words)) => self.words(field, words),
            None => {}
        }
    }

    /// A term of one of EMA's lists, with its identifier and version.
    fn ema(&mut self, field: &str, term: Option<&EmaTerm>) {
        let Some(term) = term else { return };
        let code = term.id.map(|id| match term.version {
            Some(version) => format!("{id} version {version}"),
            None => id.to_string(),
        });
        let name = term.name.clone().or_else(|| code.clone()).unwrap_or_default();
        let code = code.filter(|_| !self.is_ctgov());
        self.push(field, EntryValue::Text(name), code, None);
    }
}
