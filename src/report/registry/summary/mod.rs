//! Readable summaries of what is submitted, in the order and layout in which the registers show a posted record.
//!
//! One composition serves both registers: each module is written once, with the words and the order of its register.

mod analyses;
mod baseline;
mod build;
mod events;
mod flow;
mod grid;
mod measure;
mod more;
mod outcomes;
mod protocol;
mod trial;

use crate::results::ResultStore;
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::registry_terms::RegistryTerms;

use super::RegistryRecord;
use super::deadlines::{self, Register};
use super::document::{Block, Document, Section, fixed, words};
use build::Build;

/// A summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Summary {
    /// Of what EudraCT is told.
    Eudract,
    /// Of what ClinicalTrials.gov is told.
    Ctgov,
}

/// What a summary is made from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'s> {
    /// The record.
    pub record: &'s RegistryRecord,
    /// The registries' own lists.
    pub codes: &'s RegistryCodes,
    /// The words of their pick-lists.
    pub terms: &'s RegistryTerms,
    /// Results behind the record's figures, where it is that of a run.
    pub store: &'s ResultStore,
}

impl Summary {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Eudract, Self::Ctgov];

    /// Name of the file.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Eudract => "eudract-summary.pdf",
            Self::Ctgov => "ctgov-summary.pdf",
        }
    }

    /// Title of the document.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Eudract => "Summary of the EudraCT submission",
            Self::Ctgov => "Summary of the ClinicalTrials.gov submission",
        }
    }
}

/// Composes a summary; `statements` say what can be said about the files' schemas.
#[must_use]
pub fn compose(summary: Summary, source: Source<'_>, statements: &[&str]) -> Document {
    let b = &Build { summary, source };
    let mut notices = Vec::new();
    if source.record.identification.placeholder {
        notices.push("Registration numbers in this document are placeholders.".to_owned());
    }
    let mut sections = match summary {
        Summary::Eudract => trial::sections(b),
        Summary::Ctgov => protocol::sections(b),
    };
    sections.extend(flow::sections(b));
    sections.extend(baseline::sections(b));
    sections.extend(outcomes::sections(b));
    sections.extend(events::sections(b));
    sections.extend(more::sections(b));
    sections.push(about(b, statements));
    Document { language: "en".to_owned(), title: summary.title().to_owned(), required: &[], notices, sections }
}

/// What no register shows but a reader of this document must know.
fn about(b: &Build<'_>, statements: &[&str]) -> Section {
    let register = match b.summary {
        Summary::Eudract => Register::Eudract,
        Summary::Ctgov => Register::Ctgov,
    };
    let own = deadlines::of(b.source.record, b.source.store).into_iter().filter(|due| due.register == register);
    let due = own.filter_map(|deadline| deadline.in_brief()).collect::<Vec<_>>().join("; ");
    let due = (!due.is_empty()).then(|| format!("Results are due by: {due}."));
    let statements = statements.iter().map(|statement| (*statement).to_owned()).chain(due);
    let blocks = statements.map(|statement| Block::Paragraph(words(&statement))).collect();
    Section { element: None, level: 2, heading: fixed("About the submitted files"), blocks }
}
