//! What stands at the end of a record: limitations, agreements, contact, changes of the trial, references.

use serde::Serialize;

use super::figure::Text;
use super::trial::{Contact, Date};

/// Limitations, agreements, contact, changes, references.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MoreInformation {
    /// Limitations and caveats.
    pub limitations: Option<Text>,
    /// Agreements between sponsor and investigators.
    pub agreement: Option<Agreement>,
    /// Who answers questions on the results.
    pub point_of_contact: Option<Contact>,
    /// Whether the protocol was changed substantially.
    pub has_amendments: Option<bool>,
    /// Substantial changes.
    pub amendments: Vec<Amendment>,
    /// Whether the trial was interrupted.
    pub has_interruptions: Option<bool>,
    /// Interruptions.
    pub interruptions: Vec<Interruption>,
    /// Publications.
    pub references: Vec<Reference>,
}

/// Agreements between sponsor and investigators about publishing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Agreement {
    /// Whether all principal investigators are employed by the sponsor.
    pub employees: Option<bool>,
    /// Whether an agreement restricts publishing.
    pub restrictive: Option<bool>,
    /// How: list of ClinicalTrials.gov, `LTE60`, `GT60` or `OTHER`.
    pub restriction: Option<Text>,
    /// In words.
    pub details: Option<Text>,
}

/// A substantial change of the protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Amendment {
    /// When.
    pub date: Option<Date>,
    /// What.
    pub description: Option<Text>,
}

/// An interruption of the trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Interruption {
    /// From when.
    pub date: Option<Date>,
    /// Until when.
    pub restart: Option<Date>,
    /// Why.
    pub description: Option<Text>,
}

/// A publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// Citation.
    pub citation: Option<Text>,
    /// PubMed number.
    pub pubmed: Option<Text>,
    /// Whether it reports results of this trial.
    pub results: Option<bool>,
    /// Kind on ClinicalTrials.gov.
    pub kind: Option<Text>,
}
