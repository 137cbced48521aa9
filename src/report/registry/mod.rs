//! The registry record: one neutral form of what EudraCT, ClinicalTrials.gov and CTIS ask of a trial.
//!
//! It is filled either from a run (figures are result keys, texts stand in `study.yaml`) or from a file that a registry
//! published (figures and texts as printed there). Exports, summaries, entry sheets, pre-flight checks and comparisons
//! read this record and nothing else. Groups are named by position within their module, so ids of files do not matter.

mod baseline;
pub mod compare;
pub mod compose;
pub mod ctis;
pub mod deadlines;
pub mod document;
pub mod entry_sheet;
mod events;
mod figure;
mod figures;
mod flow;
mod more;
mod outcome;
pub mod prefill;
pub mod preflight;
mod protocol;
pub mod read;
pub mod summary;
mod trial;

use serde::Serialize;

pub use baseline::{AgeGroupCounts, Baseline, BaselineGroup, Characteristic, CharacteristicKind};
pub use events::{AdverseEvents, Dictionary, Event, EventCount, EventGroup, SeriousCount};
pub use figure::{EmaTerm, Figure, Term, Text};
pub use flow::{Achievement, Arm, ArmProduct, Flow, FlowGroup, Milestone, Period, PeriodDetails, ReasonNotCompleted};
pub use more::{Agreement, Amendment, Interruption, MoreInformation, Reference};
pub use outcome::{
    Analysis, AnalysisSet, Category, ConfidenceInterval, Denominator, Measure, Measurement, Outcome, OutcomeGroup, Row,
    spread_numbers,
};
pub use protocol::{
    Collaborator, Design, Document, Eligibility, Intervention, Location, Masking, Oversight, Protocol, ProtocolArm,
    RegisteredOutcome, SharedDocument, Sharing, SharingTerms,
};
pub use trial::{Contact, CountryCount, Date, Identification, Identifier, Sponsor, TrialInformation};

/// What registries are told about a trial.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RegistryRecord {
    /// Numbers and titles.
    pub identification: Identification,
    /// Sponsors with their contacts.
    pub sponsors: Vec<Sponsor>,
    /// What EudraCT calls trial information: stage, dates, objectives, population by country and age.
    pub trial: TrialInformation,
    /// What was registered: design, arms, interventions, planned outcomes, eligibility, sites.
    pub protocol: Protocol,
    /// Participant flow.
    pub flow: Flow,
    /// Baseline characteristics.
    pub baseline: Option<Baseline>,
    /// Subject analysis sets.
    pub analysis_sets: Vec<AnalysisSet>,
    /// Outcome measures with their statistical analyses.
    pub outcomes: Vec<Outcome>,
    /// Adverse events; `None` where none were collected.
    pub adverse_events: Option<AdverseEvents>,
    /// Limitations, agreements, contact, changes of the trial.
    pub more: MoreInformation,
}
