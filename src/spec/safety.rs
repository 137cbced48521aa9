//! `safety` of `analysis.yaml`: which adverse events are counted, how they are coded, compared and sorted.

use schemars::JsonSchema;
use serde::Deserialize;

use super::analysis::{Comparison, Criterion};
use super::at::At;

/// Preferred term or system organ class under which an event stands in a draft while it has none.
pub const UNCODED: &str = "Uncoded";

/// Adverse events.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SafetySpec {
    /// Dataset of adverse events.
    pub dataset: At<String>,
    /// Analysis set at risk.
    pub set: At<String>,
    /// Where the set is by treatment: variable of the dataset with the treatment at the start of the event, by its id in
    /// study.yaml.
    pub treatment: Option<At<String>>,
    /// Where the set is by treatment: subject variable with the treatment at death; needed where somebody died.
    pub treatment_at_death: Option<At<String>>,
    /// Which events are counted, usually the treatment-emergent ones.
    #[serde(rename = "where")]
    pub condition: At<String>,
    /// Words for that condition, printed under every table.
    pub definition: String,
    /// Variable with the verbatim term.
    pub verbatim: At<String>,
    /// Variable with the preferred term.
    pub term: At<String>,
    /// Variable with the system organ class.
    pub soc: At<String>,
    /// Condition: the coding of the event is final, such as `AECODST = 'FINAL'`; a counted event whose coding is not
    /// stops a final build.
    pub coding_final: Option<At<String>>,
    /// Variable with the name or initials of the person who coded the event.
    pub coder: Option<At<String>>,
    /// Condition: serious.
    pub serious: At<String>,
    /// Condition: related to treatment.
    pub related: At<String>,
    /// Condition: fatal.
    pub fatal: At<String>,
    /// Further lines of the overview.
    #[serde(default)]
    pub categories: Vec<Criterion>,
    /// Subjects who died, over subject variables.
    pub deaths: At<String>,
    /// Tests of each term between arms.
    #[serde(default)]
    pub compare: Vec<Comparison>,
    /// Dictionary with version, as coded: `MedDRA 24.0`.
    pub dictionary: Dictionary,
    /// How rows are sorted.
    #[serde(default)]
    pub sort: SortTerms,
    /// Arm whose frequencies sort the rows; all arms together if left out.
    pub sort_arm: Option<At<String>>,
    /// Columns of listing 16.2.7, variables in order.
    #[serde(default)]
    pub listing: Vec<At<String>>,
}

/// Coding dictionary.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dictionary {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
}

/// How terms are sorted in tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SortTerms {
    /// By falling number of subjects, then by name.
    #[default]
    Frequency,
    /// By name.
    Alphabetical,
    /// Classes by name; terms by falling number of subjects, then by name.
    AlphabeticalClasses,
}
