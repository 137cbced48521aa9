//! Documents for CTIS from the record: summary of results (Annex IV) and lay summary (Annex V of Regulation (EU) 536/2014).
//!
//! Each element of an annex has content, or a place that is marked for the writer.

mod annex_iv;
mod annex_iv_results;
mod annex_v;
mod annex_v_results;
mod build;
mod words;

use crate::report::registry::RegistryRecord;
use crate::report::registry::document::Document;
use crate::results::ResultStore;

pub use words::{KEYS, Words};

/// A document for CTIS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Summary of results, Annex IV.
    Summary,
    /// Summary for laypersons, Annex V.
    LaySummary,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Summary, Self::LaySummary];

    /// Name of the file in a language, without the ending of its format.
    #[must_use]
    pub fn file_stem(self, language: &str) -> String {
        match self {
            Self::Summary => format!("ctis-summary-{language}"),
            Self::LaySummary => format!("ctis-lay-summary-{language}"),
        }
    }

    /// Elements that the annex asks for.
    #[must_use]
    pub fn elements(self) -> &'static [&'static str] {
        match self {
            Self::Summary => &[
                "A.1", "A.2", "A.3", "A.4", "A.5", "A.6", "A.7", "B.1", "B.2", "B.3", "C.1", "C.2", "C.3", "D.1",
                "D.2", "E.1", "E.2", "E.3", "E.4", "F.1", "F.2", "F.3", "F.4",
            ],
            Self::LaySummary => &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"],
        }
    }
}

/// Composes a document.
#[must_use]
pub fn compose(kind: Kind, record: &RegistryRecord, store: &ResultStore, words: &Words) -> Document {
    let mut notices = Vec::new();
    if record.identification.placeholder {
        notices.push(words.placeholder_numbers.clone());
    }
    if !words.study_language.is_empty() {
        notices.push(words.study_language.clone());
    }
    let build = build::Build { record, store, words };
    let (title, sections) = match kind {
        Kind::Summary => (&words.summary_title, annex_iv::sections(&build)),
        Kind::LaySummary => (&words.lay_title, annex_v::sections(&build)),
    };
    Document { language: words.language.clone(), title: title.clone(), required: kind.elements(), notices, sections }
}
