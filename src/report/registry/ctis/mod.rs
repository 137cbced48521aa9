//! Documents for CTIS from the record: summary of results (Annex IV) and lay summary (Annex V of Regulation (EU) 536/2014).
//!
//! The form is neutral: sections of paragraphs and tables whose numbers are figures of the record. Each element of an
//! annex has content, or a place that is marked for the writer.

mod annex_iv;
mod annex_iv_results;
mod annex_v;
mod annex_v_results;
mod build;
mod words;

use crate::report::registry::{Figure, RegistryRecord};
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

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Which one.
    pub kind: Kind,
    /// Code of its language.
    pub language: String,
    /// Title.
    pub title: String,
    /// What a reader must know first.
    pub notices: Vec<String>,
    /// Sections, in the annex's order.
    pub sections: Vec<Section>,
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Element of the annex; `None` for a part that only holds others.
    pub element: Option<&'static str>,
    /// Heading.
    pub heading: String,
    /// Contents.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Content),
    /// A table.
    Table {
        /// Heads of the columns.
        head: Vec<Content>,
        /// Rows.
        rows: Vec<Vec<Content>>,
    },
    /// A place marked for the writer: what is to be written there.
    Writer(String),
}

/// Words and numbers in a row.
pub type Content = Vec<Piece>;

/// Words or a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Fixed words of the language.
    Fixed(String),
    /// Words of the record.
    Text(String),
    /// A number of the record.
    Figure(Figure),
}

impl Document {
    /// Elements of the annex that have neither content nor a place for the writer.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let stands = |element: &str| {
            self.sections.iter().any(|section| section.element == Some(element) && !section.blocks.is_empty())
        };
        self.kind.elements().iter().copied().filter(|element| !stands(element)).collect()
    }

    /// Elements in which the writer has something to do.
    #[must_use]
    pub fn open(&self) -> Vec<&'static str> {
        let is_open = |section: &&Section| section.blocks.iter().any(|block| matches!(block, Block::Writer(_)));
        self.sections.iter().filter(is_open).filter_map(|section| section.element).collect()
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
    Document { kind, language: words.language.clone(), title: title.clone(), notices, sections }
}
