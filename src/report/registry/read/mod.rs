//! Readers: a file that a registry published, or that we wrote, becomes a registry record.
//!
//! A reader asks a file for what it knows; whatever nobody asked for is listed, so that nothing is dropped in silence.

mod coverage;
pub mod ctgov_api;
mod ctgov_api_outcomes;
mod ctgov_api_results;
mod ctgov_groups;
mod ctgov_numbers;
mod ctgov_people;
pub mod ctgov_public;
mod ctgov_public_outcomes;
mod ctgov_public_results;
pub mod ctgov_words;
pub mod eudract;
mod eudract_baseline;
mod eudract_events;
mod eudract_flow;
mod eudract_outcome;
mod file;
pub mod json;
pub mod prs;
mod prs_outcomes;
mod prs_results;
pub mod tree;

pub use coverage::{Coverage, Missed};
pub use file::{Format, file, file_by};

use super::RegistryRecord;

/// What a file said.
#[derive(Clone, Debug)]
pub struct Import {
    /// The record.
    pub record: RegistryRecord,
    /// How much of the file was understood.
    pub coverage: Coverage,
}
