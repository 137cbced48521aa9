//! Numbers and words of a registry record: each with where it comes from.

use serde::{Serialize, Serializer};

use crate::base::diagnostic::Place;
use crate::results::ResultKey;
use crate::spec::at::At;

/// A number of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// A result of this run.
    Result(ResultKey),
    /// As it stands in a file that was read: `8.40`, `<0.0001`, `NA`, `99999`.
    Printed(String),
}

impl Figure {
    /// The key, where the number is a result of this run.
    #[must_use]
    pub fn key(&self) -> Option<&ResultKey> {
        match self {
            Self::Result(key) => Some(key),
            Self::Printed(_) => None,
        }
    }
}

impl From<ResultKey> for Figure {
    fn from(key: ResultKey) -> Self {
        Self::Result(key)
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Result(key) => serializer.collect_str(key),
            Self::Printed(text) => serializer.serialize_str(text),
        }
    }
}

/// Words of the record with where they stand: in the configuration or in the file that was read.
///
/// Two texts are equal where their words are; the place is for messages.
#[derive(Clone, Debug)]
pub struct Text {
    /// The words.
    pub text: String,
    /// Where they stand.
    pub place: Place,
}

impl Text {
    /// Words of a place.
    #[must_use]
    pub fn new(text: impl Into<String>, place: Place) -> Self {
        Self { text: text.into(), place }
    }

    /// Words that stand nowhere in particular, such as those a rule gives.
    #[must_use]
    pub fn of(text: impl Into<String>) -> Self {
        Self::new(text, Place::Nowhere)
    }
}

impl From<&At<String>> for Text {
    fn from(at: &At<String>) -> Self {
        Self::new(at.value.clone(), at.place.clone())
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Text {}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// A word of a registry's list, by the name both registries share in `config/codelists/registry_terms.csv`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Term {
    /// Id of the list, for example `least_squares_mean`.
    Listed(String),
    /// What a file says that no list of ours has, as it stands there.
    Unlisted(String),
}

impl Term {
    /// A term by its id.
    #[must_use]
    pub fn listed(id: &str) -> Self {
        Self::Listed(id.to_owned())
    }

    /// Whether it is the listed term of this id.
    #[must_use]
    pub fn is(&self, id: &str) -> bool {
        matches!(self, Self::Listed(own) if own == id)
    }
}

/// A term of one of EMA's lists: country, dose form, route or system organ class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EmaTerm {
    /// Name, where our list has it.
    pub name: Option<String>,
    /// Identifier (`eutctId`); `None` where only the name is known.
    pub id: Option<u64>,
    /// Version of the term.
    pub version: Option<u16>,
}
